"""Slow servers: bytes one by one, stalls and endless responses. Threat A7."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable

from tests.hostile.case import Case
from tests.support.feeds import many, rss

# One case a line.
# fmt: off

FEED = rss(*many(2, site="own.example"))
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"
Talk = Callable[[asyncio.StreamWriter], Awaitable[None]]


def _says(pieces: Callable[[], Iterable[bytes]], *, pause_s: float = 0.0, then_s: float = 30.0) -> Talk:
    """Writes the pieces with pauses, then nothing more."""

    async def talk(writer: asyncio.StreamWriter) -> None:
        for piece in pieces():
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause_s)
        await asyncio.sleep(then_s)

    return talk


def _breaks(before: bytes) -> Talk:
    """Writes something and closes the connection."""

    async def talk(writer: asyncio.StreamWriter) -> None:
        writer.write(before)
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.transport.abort()

    return talk


def _endless(piece: bytes, *before: bytes) -> Callable[[], Iterable[bytes]]:
    return lambda: itertools.chain(before, itertools.repeat(piece))


def _case(name: str, description: str, response: dict[str, object], outcome: str, *, batch: str = "slow") -> Case:
    return Case(name=f"t-{name}", description=description, responses=(response,), outcome=outcome, batch=batch)


CASES = (
    _case("hang", "takes the request and never answers", {"hang": True}, "timeout"),
    _case("drip-body", "sends a byte of its body now and then", {"body": FEED, "drip_s": 0.2}, "timeout"),
    _case("drip-head", "sends a byte of its headers now and then", {"talk": _says(lambda: (bytes([byte]) for byte in OK * 9), pause_s=0.2)}, "timeout"),
    _case("stall-status", "stops inside the status line", {"talk": _says(lambda: [b"HTTP/1.1 2"])}, "timeout"),
    _case("stall-head", "stops inside its headers", {"talk": _says(lambda: [OK])}, "timeout"),
    _case("stall-body", "stops inside its body", {"talk": _says(lambda: [OK + b"Content-Length: 9999\r\n\r\n" + FEED])}, "timeout"),
    _case("stall-chunk", "stops inside a chunk", {"talk": _says(lambda: [OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\nabc"])}, "timeout"),
    _case("stall-end", "sends all and leaves the connection open", {"talk": _says(lambda: [OK + b"\r\n" + FEED])}, "timeout"),
    _case("stall-redirect", "redirects after a while, again and again", {"status": 302, "headers": {"Location": "/feed.xml?again"}, "wait_s": 1.0}, "timeout|redirect-loop"),
    _case("endless-head", "sends headers without an end", {"talk": _says(_endless(b"A: b\r\n", OK))}, "headers-too-large|timeout"),
    _case("endless-line", "sends one header without an end", {"talk": _says(_endless(b"a" * 1000, OK + b"A: "))}, "headers-too-large|timeout"),
    _case("endless-status", "sends a status line without an end", {"talk": _says(_endless(b"a" * 1000, b"HTTP/1.1 200 "))}, "headers-too-large|bad-http|timeout"),
    _case("endless-early", "sends early hints without an end", {"talk": _says(_endless(b"HTTP/1.1 103 Early Hints\r\n\r\n"))}, "timeout|bad-http|headers-too-large"),
    _case("endless-body", "sends a body without an end", {"talk": _says(_endless(b"x" * 65536, OK + b"\r\n"))}, "too-large|timeout"),
    _case("endless-chunks", "sends chunks without an end", {"talk": _says(_endless(b"4\r\nabcd\r\n" * 999, OK + b"Transfer-Encoding: chunked\r\n\r\n"))}, "too-large|timeout"),
    _case(
        "endless-chunk-size",
        "sends the size of a chunk without an end",
        {"talk": _says(_endless(b"0" * 999, OK + b"Transfer-Encoding: chunked\r\n\r\n"))},
        "incomplete|bad-http|timeout|too-large",
    ),
    _case(
        "endless-trailers",
        "sends trailers without an end",
        {"talk": _says(_endless(b"A: b\r\n" * 99, OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n"))},
        "incomplete|bad-http|timeout|too-large|headers-too-large",
    ),
    _case("empty-chunks", "sends chunks of one byte with pauses", {"talk": _says(_endless(b"1\r\nx\r\n", OK + b"Transfer-Encoding: chunked\r\n\r\n"), pause_s=0.1)}, "timeout"),
    *(_case(f"hang-{number:02}", "hangs, one of many that do", {"hang": True}, "timeout") for number in range(1, 31)),
    # breaks
    _case("reset-at-once", "breaks off before it has read the request", {"reset": True}, "connection-reset", batch="plain"),
    _case("reset-status", "breaks off inside the status line", {"talk": _breaks(b"HTTP/1.1 20")}, "connection-reset", batch="plain"),
    _case("reset-head", "breaks off inside its headers", {"talk": _breaks(OK)}, "connection-reset", batch="plain"),
    _case("reset-body", "breaks off inside its body", {"talk": _breaks(OK + b"Content-Length: 9999\r\n\r\n" + FEED)}, "incomplete|connection-reset", batch="plain"),
    _case("reset-chunk", "breaks off inside a chunk", {"talk": _breaks(OK + b"Transfer-Encoding: chunked\r\n\r\nfff\r\n" + FEED[:99])}, "incomplete|connection-reset", batch="plain"),
    _case("close-body", "closes inside its body", {"body": FEED, "cut": 100}, "incomplete", batch="plain"),
    _case("close-chunk", "closes inside a chunk", {"body": FEED, "cut": 100, "chunked": True}, "incomplete", batch="plain"),
    _case("close-packed", "closes inside a packed body", {"body": FEED, "cut": 60, "coding": "gzip"}, "incomplete", batch="plain"),
    Case(
        name="t-cut-then-whole",
        description="breaks off inside its body, and is whole the next time",
        visits=2,
        responses=({"body": FEED, "cut": 300, "etag": '"1"'}, {"body": FEED, "etag": '"1"'}),
        outcome="read",
        story_count=2,
    ),
)
