"""A local server that misbehaves on request: one server on 127.0.0.1 for every `*.test` name.

    async with Web() as web, web.client() as client:
        web.serve("/feed.xml", body=b"...", etag='"1"')
        page = await client.fetch(HttpRequest(address=web.url("daily.test", "/feed.xml")), limits=Limits())
        web.log  # the requests, with headers and times

In a synchronous test, or for a subprocess: `with web_in_thread() as web`. `serve` may be called at any time;
the last call counts. `web.settings()` and `web.config()` are the settings of a client or of a newsdesk.toml
for this server.
"""

from __future__ import annotations

import asyncio
import gzip
import itertools
import ssl
import threading
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus

import brotli
import zstandard

from newsdesk.crawler.http.client import HttpClient
from newsdesk.crawler.http.memory_budget import MemoryBudget
from newsdesk.crawler.politeness.rate_limiter import RateLimiter
from newsdesk.crawler.session_settings import ClientSettings

CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "raw-deflate": lambda data: zlib.compress(data, wbits=-15),
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request with its `body`. `at` is monotonic; `connection` is the number of its connection."""

    host: str
    path: str
    method: str
    headers: dict[str, str]
    at: float
    connection: int
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """The response of a path. Default: 200, the whole body, its correct length."""

    body: bytes = b""
    status: int = 200
    type: str | None = "application/rss+xml; charset=utf-8"
    headers: tuple[tuple[str, str | bytes], ...] = ()
    etag: str | None = None  # with one of these, a matching conditional request gets 304
    last_modified: str | None = None
    coding: str | None = None  # compress the body: gzip, deflate, raw-deflate, br, zstd
    wait_s: float = 0.0  # before the status line
    until: threading.Event | None = None  # wait until it is set, before the status line
    drip_s: float = 0.0  # between bytes of the body
    length: int | None = None  # this Content-Length, true or not
    chunked: bool = False
    cut: int | None = None  # close after so many bytes of the body
    reset: bool = False  # reset the connection without a response
    hang: bool = False  # read the request and never respond
    close: bool = False  # Connection: close
    raw: bytes | None = None  # exactly these bytes, then close
    talk: Callable[[asyncio.StreamWriter], Awaitable[None]] | None = None  # whatever it writes, then close


class Web:
    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.log: list[Request] = []
        self.port = 0
        self._tls = tls
        self._responses: dict[tuple[str | None, str], list[Response]] = {}
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self._connections = itertools.count()

    def serve(self, path: str, body: bytes | str = b"", *, host: str | None = None, **fields: object) -> None:
        """Set the response of `path` (fields: see Response), on every host or on one. `headers` may be a dict."""
        self._responses[host, path] = [self._response(body, fields)]

    def then(self, path: str, body: bytes | str = b"", *, host: str | None = None, **fields: object) -> None:
        """Add a response after those already set; the last one repeats."""
        self._responses.setdefault((host, path), []).append(self._response(body, fields))

    def serve_all(self, host: str, body: bytes | str = b"", **fields: object) -> None:
        """Set the response of all other paths of `host`: a site without 404."""
        self._responses[host, "*"] = [self._response(body, fields)]

    def redirect(self, path: str, to: str, status: int = 301, *, host: str | None = None) -> None:
        self.serve(path, b"moved", host=host, status=status, headers={"Location": to})

    def url(self, host: str, path: str = "/") -> str:
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    def requests_to(self, path: str) -> list[Request]:
        return [request for request in self.log if request.path == path]

    @property
    def open_connections(self) -> int:
        return len(self._open)

    def settings(self, **changes: object) -> ClientSettings:
        """Settings of a client for this server."""
        settings = ClientSettings(
            user_agent="newsdesk-test/1.0 (+https://newsdesk.test/)",
            allow=(f"127.0.0.1:{self.port}",),
            resolve=("*.test=127.0.0.1",),
        )
        return replace(settings, **changes)  # type: ignore[arg-type]

    def config(self) -> str:
        """The same as text of a newsdesk.toml."""
        return f'[network]\nallow = ["127.0.0.1:{self.port}"]\nresolve = ["*.test=127.0.0.1"]\n'

    @asynccontextmanager
    async def client(
        self,
        *,
        delay_s: float = 0.0,
        rate_limiter: RateLimiter | None = None,
        budget: MemoryBudget | None = None,
        **changes: object,
    ) -> AsyncIterator[HttpClient]:
        """A client for this server, without pauses unless `delay_s` is given."""
        async with HttpClient(
            self.settings(**changes), rate_limiter or RateLimiter(delay_s=delay_s), budget=budget
        ) as client:
            yield client

    async def __aenter__(self) -> Web:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def _response(self, body: bytes | str, fields: dict[str, object]) -> Response:
        headers = fields.pop("headers", ())
        rows = tuple(headers.items()) if isinstance(headers, dict) else headers
        return Response(body=body.encode() if isinstance(body, str) else body, headers=rows, **fields)  # type: ignore[arg-type]

    def _find(self, host: str, path: str) -> Response:
        for key in (
            (host, path),
            (None, path),
            (host, path.partition("?")[0]),
            (None, path.partition("?")[0]),
            (host, "*"),
        ):
            if responses := self._responses.get(key):
                return responses.pop(0) if len(responses) > 1 else responses[0]
        return Response(body=b"nothing here", status=404, type="text/plain")

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        number = next(self._connections)
        with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, asyncio.CancelledError):
            while True:
                first = await reader.readexactly(1)
                if first == b"\x16" and self._tls is None:
                    break  # a TLS ClientHello: a plain server closes the connection
                request = _parse_request(first + await reader.readuntil(b"\r\n\r\n"), number)
                if length := int(request.headers.get("content-length", 0)):
                    request = replace(request, body=await reader.readexactly(length))
                self.log.append(request)
                if not await _send_response(writer, self._find(request.host, request.path), request):
                    break
        writer.close()
        self._open.discard(task)


def _parse_request(head: bytes, number: int) -> Request:
    first, *rest = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {}
    for line in rest:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    host = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
    return Request(
        host=host, path=path, method=method, headers=headers, at=time.monotonic(), connection=number
    )


async def _send_response(writer: asyncio.StreamWriter, response: Response, request: Request) -> bool:
    """Send the response; True when the connection stays open."""
    await asyncio.sleep(response.wait_s)
    while response.until is not None and not response.until.is_set():  # noqa: ASYNC110 - another thread sets it
        await asyncio.sleep(0.005)
    if response.hang:
        await asyncio.sleep(3600)
    if response.reset:
        writer.transport.abort()
        return False
    if response.raw is not None:
        writer.write(response.raw)
        await writer.drain()
        return False
    if response.talk is not None:
        await response.talk(writer)
        return False
    if _not_modified(response, request):
        response = replace(response, status=304, body=b"", coding=None, type=None)
    body = CODINGS[response.coding](response.body) if response.coding else response.body
    writer.write(_head(response, len(body)))
    keep = not response.close
    if response.cut is not None:
        body, keep = body[: response.cut], False
    await _send(writer, response, body, whole=response.cut is None)
    return keep and response.length is None


def _not_modified(response: Response, request: Request) -> bool:
    """RFC 9110: If-None-Match takes precedence over If-Modified-Since."""
    if response.status != 200:
        return False
    if response.etag is not None and "if-none-match" in request.headers:
        return request.headers["if-none-match"] == response.etag.encode().decode("latin-1")
    return (
        response.last_modified is not None
        and request.headers.get("if-modified-since") == response.last_modified
    )


def _head(response: Response, length: int) -> bytes:
    try:
        phrase = HTTPStatus(response.status).phrase
    except ValueError:
        phrase = "Odd"
    rows: list[tuple[str, str | bytes]] = [("Date", f"{datetime.now(UTC):%a, %d %b %Y %H:%M:%S GMT}")]
    if response.chunked:
        rows.append(("Transfer-Encoding", "chunked"))
    elif response.status not in (204, 304):
        rows.append(("Content-Length", str(length if response.length is None else response.length)))
    for name, value in (
        ("Content-Type", response.type),
        ("ETag", response.etag),
        ("Last-Modified", response.last_modified),
        ("Content-Encoding", response.coding and response.coding.removeprefix("raw-")),
        ("Connection", "close" if response.close else None),
    ):
        if value is not None:
            rows.append((name, value))
    head = f"HTTP/1.1 {response.status} {phrase}\r\n".encode()
    for name, value in (*rows, *response.headers):
        head += name.encode() + b": " + (value if isinstance(value, bytes) else value.encode()) + b"\r\n"
    return head + b"\r\n"


async def _send(writer: asyncio.StreamWriter, response: Response, body: bytes, *, whole: bool) -> None:
    step = 1 if response.drip_s else 64 * 1024
    for start in range(0, len(body), step):
        piece = body[start : start + step]
        writer.write(b"%x\r\n%s\r\n" % (len(piece), piece) if response.chunked else piece)
        await writer.drain()
        if response.drip_s:
            await asyncio.sleep(response.drip_s)
    if response.chunked and whole:
        writer.write(b"0\r\n\r\n")
    await writer.drain()


@contextmanager
def web_in_thread(*, tls: ssl.SSLContext | None = None) -> Iterator[Web]:
    """The same server in a thread with its own event loop."""
    web = Web(tls=tls)
    started = threading.Event()
    loops: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def run() -> None:
        async with web:
            done = asyncio.Event()
            loops.append((asyncio.get_running_loop(), done))
            started.set()
            await done.wait()

    thread = threading.Thread(target=asyncio.run, args=(run(),), name="tests-web", daemon=True)
    thread.start()
    assert started.wait(10), "the test web did not start"
    loop, done = loops[0]
    try:
        yield web
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(10)
