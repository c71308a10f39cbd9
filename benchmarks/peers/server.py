"""Serves the generated web in a process of its own, so that its CPU counts for nobody.

`python -m benchmarks.peers.server FEEDS PAGES [FORMAT…]`: prints its port, and serves until its standard input
ends. All bodies are compressed once. Each feed has a host of its own, 127.x addresses of this machine.
`GET /control?changed=1&validators=0` sets what is served: the second version of a tenth of the feeds; no ETag and
Last-Modified. `GET /counts` has the number of requests and of 304 since the last `/control`.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import resource
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit
from zlib import crc32

from benchmarks.peers.feeds import make_feed
from benchmarks.peers.language import Text
from benchmarks.peers.pages import make_page

MOST_HOSTS = 1000
PAGE_HOSTS = 50
CHANGED_EVERY = 10
MODIFIED = ("Tue, 17 Nov 2026 05:00:00 GMT", "Wed, 18 Nov 2026 05:00:00 GMT")


def host(number: int) -> str:
    """The address of feed `number`."""
    number %= MOST_HOSTS
    return f"127.0.{1 + number // 250}.{1 + number % 250}"


def feed_addresses(port: int, feeds: int) -> list[str]:
    return [f"http://{host(number)}:{port}/feed/{number}" for number in range(feeds)]


def page_addresses(port: int, pages: int) -> list[str]:
    return [f"http://{host(number % PAGE_HOSTS)}:{port}/page/{number}" for number in range(pages)]


@dataclass(frozen=True)
class Body:
    content_type: str
    packed: bytes
    etag: str
    modified: str


def packed(body: bytes, content_type: str, version: int) -> Body:
    return Body(content_type, gzip.compress(body, 5, mtime=0), f'"{crc32(body):08x}"', MODIFIED[version])


@dataclass
class Web:
    """All bodies: of each path the two versions that it has, and what is served."""

    bodies: dict[str, tuple[Body, ...]]
    changed: bool = False
    validators: bool = True
    counts: dict[str, int] = field(default_factory=lambda: {"requests": 0, "not_modified": 0})

    def respond(self, head: str) -> bytes:
        """The response to the head of a request."""
        path = urlsplit(head.split(" ", 2)[1])
        if path.path == "/control":
            wanted = dict(parse_qsl(path.query))
            self.changed, self.validators = wanted.get("changed") == "1", wanted.get("validators", "1") == "1"
            self.counts = dict.fromkeys(self.counts, 0)
            return _plain(200, b"")
        if path.path == "/counts":
            return _plain(200, json.dumps(self.counts).encode())
        self.counts["requests"] += 1
        versions = self.bodies.get(path.path)
        if versions is None:
            return _plain(404, b"")
        body = versions[-1] if self.changed else versions[0]
        validators = f"ETag: {body.etag}\r\nLast-Modified: {body.modified}\r\n" if self.validators else ""
        if validators and body.etag in head.partition("\r\n")[2]:
            self.counts["not_modified"] += 1
            return f"HTTP/1.1 304 Not Modified\r\n{validators}\r\n".encode()
        content, coding = body.packed, "Content-Encoding: gzip\r\n"
        if "gzip" not in head:
            content, coding = gzip.decompress(content), ""
        return (
            f"HTTP/1.1 200 OK\r\nContent-Type: {body.content_type}; charset=utf-8\r\n{coding}{validators}"
            f"Content-Length: {len(content)}\r\n\r\n"
        ).encode() + content


def _plain(status: int, body: bytes) -> bytes:
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


class Connection(asyncio.Protocol):
    def __init__(self, web: Web) -> None:
        self._web = web
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            self._transport.write(self._web.respond(head.decode("latin-1")))
            if b"Connection: close" in head:
                self._transport.close()


def make_web(port: int, feeds: int, pages: int, formats: Sequence[str] = ()) -> Web:
    text = Text()
    bodies: dict[str, tuple[Body, ...]] = {}
    for number in range(feeds):
        form = formats[number % len(formats)] if formats else None
        feed = make_feed(number, text, base=f"http://{host(number)}:{port}", feeds=feeds, form=form)
        kept = feed.versions if number % CHANGED_EVERY == 0 else feed.versions[:1]
        bodies[f"/feed/{number}"] = tuple(
            packed(body, feed.content_type, version) for version, body in enumerate(kept)
        )
    for number in range(pages):
        page = make_page(number, text, base=f"http://{host(number % PAGE_HOSTS)}:{port}")
        bodies[f"/page/{number}"] = (packed(page, "text/html", 0),)
    return Web(bodies)


async def serve(feeds: int, pages: int, formats: Sequence[str]) -> None:
    hosts = ["127.0.0.1", *dict.fromkeys(map(host, range(max(feeds, min(pages, PAGE_HOSTS)))))]
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    web = make_web(port, feeds, pages, formats)
    loop = asyncio.get_running_loop()
    await loop.create_server(lambda: Connection(web), hosts, port, backlog=512)
    print(port, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
