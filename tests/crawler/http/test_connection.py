"""One connection and its responses, byte by byte; and which address of a name is connected to."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from newsdesk.crawler.http import connector
from newsdesk.crawler.http.connection import BUFFER, Connection, Response
from newsdesk.crawler.http.connector import Connector, request_head
from newsdesk.crawler.http.dns import Resolver
from newsdesk.crawler.http.errors import (
    BadResponseError,
    DisconnectedError,
    HeadersTooLargeError,
    IncompleteError,
)
from newsdesk.crawler.http.guard import Allowance, Guard, HostOverrides, NotAllowedError
from newsdesk.crawler.http.target import parse_target


class Transport(asyncio.Transport):
    """Remembers what a connection did with it."""

    def __init__(self) -> None:
        super().__init__()
        self.closed = self.paused = False
        self.written = b""

    def write(self, data: Any) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return self.closed

    def abort(self) -> None:
        self.closed = True

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False


def requested(most: int = 1000) -> tuple[Connection, Transport, Response]:
    connection, transport = Connection(), Transport()
    connection.connection_made(transport)
    return connection, transport, connection.request(b"GET", most=most)


async def body_of(response: Response) -> bytes:
    body = b""
    while piece := await response.piece():
        body += piece
    return body


OK = b"HTTP/1.1 200 OK\r\n"
# (what the server sends, the body, whether the connection can be used again)
WHOLE: list[tuple[str, bytes, bytes, bool]] = [
    ("a length", OK + b"Content-Length: 3\r\n\r\nabc", b"abc", True),
    ("chunks", OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", b"abc", True),
    ("a trailer", OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n", b"abc", True),
    ("no body", b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n", b"", True),
    ("hints first", b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + OK + b"Content-Length: 3\r\n\r\nabc", b"abc", True),
    ("the server closes", OK + b"Connection: close\r\nContent-Length: 3\r\n\r\nabc", b"abc", False),
    ("HTTP/1.0", b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc", b"abc", False),
    ("bytes after the end", OK + b"Content-Length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\n", b"abc", False),
    ("a second response", (OK + b"Content-Length: 3\r\nX: 1\r\n\r\nabc") * 2, b"abc", False),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "body", "again"), [row[1:] for row in WHOLE], ids=[row[0] for row in WHOLE])
@pytest.mark.parametrize("step", [1, 7, 10_000])
async def test_a_whole_response(sent: bytes, body: bytes, again: bool, step: int) -> None:
    connection, transport, response = requested()
    for at in range(0, len(sent), step):
        connection.data_received(sent[at : at + step])
    await response.head()
    assert await body_of(response) == body
    assert len(response.headers) <= 2, "those of this response only"
    assert connection.end_response() is again
    assert not transport.paused


BROKEN: list[tuple[str, bytes, type[Exception]]] = [
    ("nothing", b"", DisconnectedError),
    ("half of the headers", OK + b"Content-Le", DisconnectedError),
    ("hints only", b"HTTP/1.1 103 Early\r\n\r\n", DisconnectedError),
    ("no HTTP", b"SSH-2.0-OpenSSH_9.2\r\n", BadResponseError),
    ("status 000", b"HTTP/1.1 000 Zero\r\n\r\n", BadResponseError),
    ("a NUL", OK + b"X: \x00\r\n\r\n", BadResponseError),
    ("large headers", OK + b"X: " + b"x" * 1000 + b"\r\n\r\n", HeadersTooLargeError),
    ("large headers without end", OK + b"X: " + b"x" * 1000, HeadersTooLargeError),
    ("many headers", OK + b"X:\r\n" * 129 + b"\r\n", HeadersTooLargeError),
    ("half of a body", OK + b"Content-Length: 9\r\n\r\nabc", IncompleteError),
    ("half of a chunk", OK + b"Transfer-Encoding: chunked\r\n\r\n9\r\nabc", IncompleteError),
    ("a broken chunk", OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc", IncompleteError),
]


@pytest.mark.parametrize(("sent", "error"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
@pytest.mark.parametrize("step", [1, 10_000])
async def test_a_broken_response(sent: bytes, error: type[Exception], step: int) -> None:
    connection, _, response = requested()
    for at in range(0, len(sent), step):
        connection.data_received(sent[at : at + step])
    connection.connection_lost(None)
    with pytest.raises(error):
        await response.head()
        await body_of(response)
    assert not connection.end_response()


async def test_a_response_without_length_ends_with_its_connection() -> None:
    connection, _, response = requested()
    connection.data_received(OK + b"\r\nabc")
    connection.connection_lost(None)
    assert await body_of(response) == b"abc"
    connection, _, response = requested()
    connection.data_received(OK + b"\r\nabc")
    connection.connection_lost(ConnectionResetError())
    with pytest.raises(IncompleteError):
        await body_of(response)


async def test_a_body_is_read_no_faster_than_it_is_taken() -> None:
    connection, transport, response = requested()
    connection.data_received(OK + b"Content-Length: 1000000\r\n\r\n" + b"x" * BUFFER)
    assert not transport.paused
    connection.data_received(b"x")
    assert transport.paused
    assert len(await response.piece()) == BUFFER + 1
    assert not transport.paused


async def test_a_server_that_speaks_out_of_turn_is_closed() -> None:
    connection, transport, response = requested()
    connection.data_received(OK + b"Content-Length: 0\r\n\r\n")
    await response.head()
    assert connection.end_response()
    connection.data_received(OK)
    assert transport.closed


async def test_a_request_on_a_connection_that_was_closed() -> None:
    connection, transport, _ = requested()
    transport.closed = True
    with pytest.raises(DisconnectedError):
        await connection.request(b"GET", most=1000).head()


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\nb", "a\0"])
def test_a_header_is_one_line(value: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        request_head("GET", "/", {"A": value})


def _connector(*addresses: str, allow: tuple[str, ...] = ("127.0.0.0/8",)) -> Connector:
    found = [(socket.AF_INET6 if ":" in one else socket.AF_INET, one, None) for one in addresses]
    return Connector(
        guard=Guard(Allowance.parse(allow)),
        resolver=Resolver(HostOverrides(()), lambda name: list(found)),
        tls=lambda: pytest.fail("no TLS for http"),
        header_bytes=1000,
    )


async def _peer(*addresses: str, port: int, **options: Any) -> str:
    made = _connector(*addresses, **options)
    connection, reused = await made.connection(parse_target(f"http://a.test:{port}/"), None)
    assert connection.transport is not None and not reused
    connection.close()
    host: str = connection.transport.get_extra_info("peername")[0]
    return host


async def test_the_first_address_that_answers_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.2", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        assert await _peer("127.0.0.1", "127.0.0.2", port=port) == "127.0.0.2", "the first one refuses"
        assert await _peer("10.0.0.1", "127.0.0.2", port=port) == "127.0.0.2", "the first one is not allowed"
        connected = connector._connected

        async def hanging(info: connector.SocketInfo, make: connector.MakeSocket) -> socket.socket:
            if info[4][0] == "127.0.0.1":
                await asyncio.Event().wait()
            return await connected(info, make)

        monkeypatch.setattr(connector, "_connected", hanging)
        assert await _peer("127.0.0.1", "127.0.0.2", port=port) == "127.0.0.2", "the first one hangs"
    with pytest.raises(ConnectionRefusedError):
        await _peer("10.0.0.1", "127.0.0.3", port=port)
    with pytest.raises(NotAllowedError):
        await _peer("10.0.0.1", "10.0.0.2", port=port)


def test_the_families_of_addresses_take_turns() -> None:
    six, four = (socket.AF_INET6, 0, 0, "", ("::1", 1)), (socket.AF_INET, 0, 0, "", ("127.0.0.1", 1))
    assert connector._interleaved([six, six, six, four]) == [six, four, six, six]
    assert connector._interleaved([four]) == [four]
