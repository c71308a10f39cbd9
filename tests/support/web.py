"""A local web that misbehaves as told: one server on 127.0.0.1 for every `*.test` name.

    async with Web() as web, web.door() as door:
        web.serve("/feed.xml", body=b"...", etag='"1"')
        page = await door.fetch(Ask(address=web.url("daily.test", "/feed.xml")), limits=Limits())
        web.log  # what was asked, with headers and times

From a synchronous test, or for a subprocess: `with web_in_thread() as web`. `serve` may be called at
any time; the last word counts. `web.settings()` and `web.config()` tell a door or a configuration file
how to find it.
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

from newsdesk.crawler.http.client import ClientSettings, HttpClient
from newsdesk.crawler.http.memory_budget import MemoryBudget
from newsdesk.crawler.politeness.rate_limiter import RateLimiter

CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "raw-deflate": lambda data: zlib.compress(data, wbits=-15),
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody asked, and the `body` that came with it. `at` is monotonic; `connection` numbers the
    connections."""

    host: str
    path: str
    method: str
    headers: dict[str, str]
    at: float
    connection: int
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a path answers. Without anything said: 200, the body whole, its right length."""

    body: bytes = b""
    status: int = 200
    type: str | None = "application/rss+xml; charset=utf-8"
    headers: tuple[tuple[str, str | bytes], ...] = ()
    etag: str | None = None  # with one of these, a matching condition is answered by 304
    last_modified: str | None = None
    coding: str | None = None  # pack the body: gzip, deflate, raw-deflate, br, zstd
    wait_s: float = 0.0  # before the status line
    drip_s: float = 0.0  # between bytes of the body
    length: int | None = None  # this Content-Length, true or not
    chunked: bool = False
    cut: int | None = None  # close after so many bytes of the body
    reset: bool = False  # break the connection off instead of an answer
    hang: bool = False  # take the request and never answer
    close: bool = False  # Connection: close
    raw: bytes | None = None  # exactly these bytes, then close
    talk: Callable[[asyncio.StreamWriter], Awaitable[None]] | None = None  # whatever it writes, then close


class Web:
    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.log: list[Request] = []
        self.port = 0
        self._tls = tls
        self._answers: dict[tuple[str | None, str], list[Answer]] = {}
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self._connections = itertools.count()

    def serve(self, path: str, body: bytes | str = b"", *, host: str | None = None, **told: object) -> None:
        """From now on `path` answers this (see Answer), on every host or on one. `headers` may be a dict."""
        self._answers[host, path] = [self._answer(body, told)]

    def then(self, path: str, body: bytes | str = b"", *, host: str | None = None, **told: object) -> None:
        """Another answer after those already told; the last one stays."""
        self._answers.setdefault((host, path), []).append(self._answer(body, told))

    def serve_all(self, host: str, body: bytes | str = b"", **told: object) -> None:
        """Whatever else is asked of `host` answers this: a site that knows no 404."""
        self._answers[host, "*"] = [self._answer(body, told)]

    def redirect(self, path: str, to: str, status: int = 301, *, host: str | None = None) -> None:
        self.serve(path, b"moved", host=host, status=status, headers={"Location": to})

    def url(self, host: str, path: str = "/") -> str:
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.log if request.path == path]

    @property
    def open_connections(self) -> int:
        return len(self._open)

    def settings(self, **told: object) -> ClientSettings:
        """A door's settings that lead here."""
        mine = ClientSettings(
            user_agent="newsdesk-test/1.0 (+https://newsdesk.test/)",
            allow=(f"127.0.0.1:{self.port}",),
            resolve=("*.test=127.0.0.1",),
        )
        return replace(mine, **told)  # type: ignore[arg-type]

    def config(self) -> str:
        """The same for a newsdesk.toml."""
        return f'[network]\nallow = ["127.0.0.1:{self.port}"]\nresolve = ["*.test=127.0.0.1"]\n'

    @asynccontextmanager
    async def client(
        self,
        *,
        delay_s: float = 0.0,
        rate_limiter: RateLimiter | None = None,
        budget: MemoryBudget | None = None,
        **told: object,
    ) -> AsyncIterator[HttpClient]:
        """A door that leads here, without pauses unless told."""
        async with HttpClient(
            self.settings(**told), rate_limiter or RateLimiter(delay_s=delay_s), budget=budget
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

    def _answer(self, body: bytes | str, told: dict[str, object]) -> Answer:
        headers = told.pop("headers", ())
        rows = tuple(headers.items()) if isinstance(headers, dict) else headers
        return Answer(body=body.encode() if isinstance(body, str) else body, headers=rows, **told)  # type: ignore[arg-type]

    def _find(self, host: str, path: str) -> Answer:
        for key in (
            (host, path),
            (None, path),
            (host, path.partition("?")[0]),
            (None, path.partition("?")[0]),
            (host, "*"),
        ):
            if answers := self._answers.get(key):
                return answers.pop(0) if len(answers) > 1 else answers[0]
        return Answer(body=b"nothing here", status=404, type="text/plain")

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        number = next(self._connections)
        with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, asyncio.CancelledError):
            while True:
                first = await reader.readexactly(1)
                if first == b"\x16" and self._tls is None:
                    break  # a TLS greeting: no server waits for its end
                request = _parse_request(first + await reader.readuntil(b"\r\n\r\n"), number)
                if length := int(request.headers.get("content-length", 0)):
                    request = replace(request, body=await reader.readexactly(length))
                self.log.append(request)
                if not await _say(writer, self._find(request.host, request.path), request):
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


async def _say(writer: asyncio.StreamWriter, answer: Answer, request: Request) -> bool:
    """Answers; True when the connection stays open."""
    await asyncio.sleep(answer.wait_s)
    if answer.hang:
        await asyncio.sleep(3600)
    if answer.reset:
        writer.transport.abort()
        return False
    if answer.raw is not None:
        writer.write(answer.raw)
        await writer.drain()
        return False
    if answer.talk is not None:
        await answer.talk(writer)
        return False
    if _still_holds(answer, request):
        answer = replace(answer, status=304, body=b"", coding=None, type=None)
    body = CODINGS[answer.coding](answer.body) if answer.coding else answer.body
    writer.write(_head(answer, len(body)))
    keep = not answer.close
    if answer.cut is not None:
        body, keep = body[: answer.cut], False
    await _send(writer, answer, body, whole=answer.cut is None)
    return keep and answer.length is None


def _still_holds(answer: Answer, request: Request) -> bool:
    """RFC 9110: If-None-Match goes before If-Modified-Since."""
    if answer.status != 200:
        return False
    if answer.etag is not None and "if-none-match" in request.headers:
        return request.headers["if-none-match"] == answer.etag.encode().decode("latin-1")
    return (
        answer.last_modified is not None and request.headers.get("if-modified-since") == answer.last_modified
    )


def _head(answer: Answer, length: int) -> bytes:
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = "Odd"
    rows: list[tuple[str, str | bytes]] = [("Date", f"{datetime.now(UTC):%a, %d %b %Y %H:%M:%S GMT}")]
    if answer.chunked:
        rows.append(("Transfer-Encoding", "chunked"))
    elif answer.status not in (204, 304):
        rows.append(("Content-Length", str(length if answer.length is None else answer.length)))
    for name, value in (
        ("Content-Type", answer.type),
        ("ETag", answer.etag),
        ("Last-Modified", answer.last_modified),
        ("Content-Encoding", answer.coding and answer.coding.removeprefix("raw-")),
        ("Connection", "close" if answer.close else None),
    ):
        if value is not None:
            rows.append((name, value))
    head = f"HTTP/1.1 {answer.status} {phrase}\r\n".encode()
    for name, value in (*rows, *answer.headers):
        head += name.encode() + b": " + (value if isinstance(value, bytes) else value.encode()) + b"\r\n"
    return head + b"\r\n"


async def _send(writer: asyncio.StreamWriter, answer: Answer, body: bytes, *, whole: bool) -> None:
    step = 1 if answer.drip_s else 64 * 1024
    for start in range(0, len(body), step):
        piece = body[start : start + step]
        writer.write(b"%x\r\n%s\r\n" % (len(piece), piece) if answer.chunked else piece)
        await writer.drain()
        if answer.drip_s:
            await asyncio.sleep(answer.drip_s)
    if answer.chunked and whole:
        writer.write(b"0\r\n\r\n")
    await writer.drain()


@contextmanager
def web_in_thread(*, tls: ssl.SSLContext | None = None) -> Iterator[Web]:
    """The same web in a thread with a loop of its own."""
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
