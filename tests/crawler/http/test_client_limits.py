"""The limits of the HTTP client, one by one: headers without end, time from the first look-up to the last decoded byte,
bodies that nobody wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from newsdesk.crawler.models import HttpRequest, Page
from newsdesk.storage.records.visits import Limits
from tests.support.web import CODINGS, Web

HEADER = b"X: " + b"x" * 997 + b"\r\n"  # about 1 kB


class Server:
    """Answers every connection by `talk`, and counts what the other side took of it."""

    def __init__(self) -> None:
        self.port = 0
        self.sent = 0
        self.closed = asyncio.Event()

    async def pour(self, writer: asyncio.StreamWriter, piece: bytes, most: int = 50_000_000) -> None:
        while self.sent < most:
            writer.write(piece)
            await writer.drain()
            self.sent += len(piece)


Talk = Callable[[Server, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(talk: Talk) -> AsyncIterator[Server]:
    server = Server()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await talk(server, writer)
            await reader.read()
        except ConnectionError:
            pass
        finally:
            server.closed.set()
            writer.close()

    listening = await asyncio.start_server(answer, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()


async def fetch(server: Server, limits: Limits, **settings: Any) -> Page:
    web = Web()
    web.port = server.port
    async with web.client(**settings) as client:
        page = await client.fetch(HttpRequest(address=web.url("daily.test", "/x")), limits=limits)
    async with asyncio.timeout(5):
        await server.closed.wait()
    return page


async def endless_lines(server: Server, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    await server.pour(writer, HEADER)


async def endless_line(server: Server, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX: ")
    await server.pour(writer, b"x" * 1000)


async def endless_hints(server: Server, writer: asyncio.StreamWriter) -> None:
    await server.pour(writer, b"HTTP/1.1 103 Early Hints\r\n" + HEADER + b"\r\n")


async def hundred_lines(server: Server, writer: asyncio.StreamWriter) -> None:
    """About 100 kB in few lines, and in one piece with the body."""
    writer.write(b"HTTP/1.1 200 OK\r\n" + HEADER * 100 + b"\r\n<rss/>")


ENDLESS_HEADERS = [endless_lines, endless_line, endless_hints, hundred_lines]


@pytest.mark.parametrize("talk", ENDLESS_HEADERS)
async def test_headers_end(talk: Talk) -> None:
    async with serving(talk) as server:
        page = await fetch(server, Limits(visit_s=20))
    assert (page.outcome.code, page.outcome.category) == ("headers-too-large", "unreadable"), page.outcome
    assert server.sent < 20_000_000, "the rest was not taken"


@pytest.mark.parametrize(("kib", "word"), [(4, "headers-too-large"), (256, "fetched")])
async def test_how_much_of_headers_is_a_setting(web: Web, kib: int, word: str) -> None:
    web.serve("/x", b"<rss/>", headers={f"X-{n}": "x" * 1000 for n in range(90)})
    async with web.client(header_bytes=kib * 1024) as client:
        page = await client.fetch(HttpRequest(address=web.url("daily.test", "/x")), limits=Limits())
    assert page.outcome.code == word


async def dripping_headers(server: Server, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(1000):
        writer.write(b"X-%d: y\r\n" % number)
        await writer.drain()
        await asyncio.sleep(0.02)


async def dripping_status(server: Server, writer: asyncio.StreamWriter) -> None:
    for byte in b"HTTP/1.1 200 OK\r\n" * 100:
        writer.write(bytes((byte,)))
        await writer.drain()
        await asyncio.sleep(0.05)


DRIPS = [dripping_headers, dripping_status]


@pytest.mark.parametrize("talk", DRIPS)
async def test_drips_end_by_the_deadline(
    talk: Talk,
) -> None:
    async with serving(talk) as server:
        page = await fetch(server, Limits(visit_s=0.4))
    assert page.outcome.code == "timeout"


async def test_decoding_ends_by_the_deadline(web: Web) -> None:
    """60 MB of zeros take some tenths of a second to unpack."""
    web.serve("/x", CODINGS["gzip"](bytes(60_000_000)), headers={"Content-Encoding": "gzip"})
    async with web.client() as client:
        page = await client.fetch(
            HttpRequest(address=web.url("daily.test", "/x")), limits=Limits(visit_s=0.05, body_bytes=10**9)
        )
    assert page.outcome.code == "timeout", page.outcome


async def test_the_rest_of_a_large_answer_has_a_time_of_its_own(web: Web) -> None:
    """It holds memory that others wait for."""

    async def talk(server: Server, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n")
        await server.pour(writer, b"x" * 1000, most=200_000)

    async with serving(talk) as server:
        page = await fetch(server, Limits(visit_s=20, rest_s=0.3))
    assert page.outcome.code == "timeout"
    assert "the rest of a large response from daily.test" in page.outcome.message


UNWANTED = [
    ("404", b"HTTP/1.1 404 Not Found\r\n"),
    ("500", b"HTTP/1.1 500 Oops\r\n"),
    ("302", b"HTTP/1.1 302 Found\r\nLocation: ftp://elsewhere.test/\r\n"),
    ("202", b"HTTP/1.1 202 Accepted\r\n"),
    ("304", b"HTTP/1.1 304 Not Modified\r\n"),
]
FRAMES = [("length", b"Content-Length: 50000000\r\n"), ("until close", b"Connection: close\r\n")]


@pytest.mark.parametrize("head", [row[1] for row in UNWANTED], ids=[row[0] for row in UNWANTED])
@pytest.mark.parametrize("frame", [row[1] for row in FRAMES], ids=[row[0] for row in FRAMES])
async def test_a_body_that_nobody_wants_is_not_taken(head: bytes, frame: bytes) -> None:
    """Not read, and not drained on the connection's way back either: what the system's buffers hold."""

    async def talk(server: Server, writer: asyncio.StreamWriter) -> None:
        writer.write(head + frame + b"\r\n")
        await server.pour(writer, b"x" * 10_000)

    async with serving(talk) as server:
        page = await fetch(server, Limits(visit_s=20))
    assert page.outcome.category != "ok" and page.wire_bytes == 0
    assert server.sent < 20_000_000
