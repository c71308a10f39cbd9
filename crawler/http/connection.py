"""One connection: HTTP/1.1 requests, one after the other, and their responses as they arrive.

llhttp parses them (by httptools), as lenient with headers and line ends as browsers are. A response ends at the limit
on its headers; its body is read no faster than it is taken.
"""

from __future__ import annotations

import asyncio
from typing import cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from newsdesk.crawler.http.errors import (
    BadResponseError,
    DisconnectedError,
    HeadersTooLargeError,
    HttpError,
    IncompleteError,
)

BUFFER = 64 * 1024  # bytes of a body that wait to be taken; then the connection is not read
MOST_HEADERS = 128


class Response:
    """A response. `status` and `headers` are there after `head`; the body comes in pieces."""

    def __init__(self, *, most: int) -> None:
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.complete = False
        self.keeps_connection = False
        self._reason: list[bytes] = []
        self._most = most  # bytes of headers
        self._header_bytes = 0
        self._interim = False  # a 1xx response, which another one follows
        self._until_close = False
        self._pieces: list[bytes] = []
        self._waiting_bytes = 0
        self._error: Exception | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._transport: asyncio.Transport | None = None  # while it is paused
        self._parser: HttpResponseParser | None = HttpResponseParser(self)
        self._parser.set_dangerous_leniencies(
            lenient_headers=True, lenient_optional_cr_before_lf=True, lenient_spaces_after_chunk_size=True
        )

    @property
    def reason(self) -> str:
        """The words after the status code."""
        return b"".join(self._reason).decode("utf-8", "replace")

    def values(self, name: bytes) -> list[str]:
        """All values of a header; `name` is in lower case."""
        return [value.decode("latin-1") for known, value in self.headers if known.lower() == name]

    @property
    def length(self) -> int | None:
        """What Content-Length announces."""
        announced = self.values(b"content-length")
        return int(announced[0]) if announced and announced[0].isdecimal() else None

    async def head(self) -> None:
        """Wait for the status and the headers. Raises HttpError or OSError."""
        while not self.status:
            await self._wait()

    async def piece(self) -> bytes:
        """Wait for the next bytes of the body; b"" at its end. Raises IncompleteError."""
        while not self._pieces:
            if self.complete:
                return b""
            await self._wait()
        found = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces.clear()
        self._waiting_bytes = 0
        if self._transport is not None:
            self._transport.resume_reading()
            self._transport = None
        return found

    async def _wait(self) -> None:
        if self._error is not None:
            raise self._error
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def feed(self, data: bytes, transport: asyncio.Transport) -> bool:
        """Take bytes of the connection. False: no more are wanted."""
        if self._parser is None:
            self.keeps_connection = False  # bytes after the end
            return False
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            self._end(keeps_connection=False)
        except HttpParserError as error:
            if not self.complete:
                self._fail(_as_error(error, in_body=bool(self.status)))
        else:
            if not self.status:
                self._header_bytes += len(data)
                self._check_size(self._header_bytes)
        if self._waiting_bytes > BUFFER and self._transport is None and not self.complete:
            transport.pause_reading()
            self._transport = transport
        return self._error is None

    def disconnected(self, error: Exception | None) -> None:
        """The connection has ended."""
        if self.complete or self._error is not None:
            return
        if not self.status:
            self._fail(error or DisconnectedError("the connection was closed"))
        elif self._until_close and error is None:
            self._end(keeps_connection=False)
        else:
            self._fail(IncompleteError("the connection was closed inside the body"))

    def _end(self, *, keeps_connection: bool) -> None:
        self.complete, self.keeps_connection = True, keeps_connection
        self._parser = None  # it refers to this object
        self._wake()

    def _fail(self, error: Exception) -> None:
        if self._error is None:
            self._error, self._parser = error, None
            self._pieces.clear()
            self._wake()

    def _check_size(self, size: int) -> None:
        if size > self._most:
            self._fail(HeadersTooLargeError(f"Got more than {self._most} bytes of headers"))

    # What the parser calls. After the end, or an error, it goes on with bytes that are not of this response.

    def on_message_begin(self) -> None:
        if self.complete:
            self.keeps_connection = False

    def on_status(self, part: bytes) -> None:
        if not self.status:
            self._reason.append(part)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.status or self._error is not None:
            return
        self.headers.append((name, value.rstrip(b" \t")))
        if b"\x00" in value:
            self._fail(BadResponseError("a header has a NUL character"))
        elif len(self.headers) > MOST_HEADERS:
            self._fail(HeadersTooLargeError("Too many headers received"))

    def on_headers_complete(self) -> None:
        if self.status or self._error is not None or self._parser is None:
            return
        status = self._parser.get_status_code()
        if status < 100:
            self._fail(BadResponseError(f"the status code is {status:03}"))
            return
        self._interim = 100 <= status < 200 and status != 101
        if self._interim:
            self.headers.clear()
            self._reason.clear()
            return
        self._check_size(sum(len(name) + len(value) + 4 for name, value in self.headers))
        if self._error is None:
            coded = ",".join(self.values(b"transfer-encoding")).lower()
            self._until_close = self.length is None and not coded.rstrip().endswith("chunked")
            self.status = status
            self._wake()

    def on_body(self, part: bytes) -> None:
        if self.status and not self.complete:
            self._pieces.append(part)
            self._waiting_bytes += len(part)
            self._wake()

    def on_message_complete(self) -> None:
        if self._interim:
            self._interim = False
        elif self.status and not self.complete and self._parser is not None:
            self._end(keeps_connection=self._parser.should_keep_alive())


def _as_error(error: HttpParserError, *, in_body: bool) -> HttpError:
    return IncompleteError(str(error)) if in_body else BadResponseError(str(error))


class Connection(asyncio.Protocol):
    """A connection to one origin, or to a proxy. `transport` is there once it is made."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._response: Response | None = None

    @property
    def is_open(self) -> bool:
        return self.transport is not None and not self.transport.is_closing()

    def request(self, data: bytes, *, most: int) -> Response:
        """Send a request. `most`: bytes of the headers of its response."""
        response = self._response = Response(most=most)
        if self.transport is None or self.transport.is_closing():
            response.disconnected(None)
        else:
            self.transport.write(data)
        return response

    def end_response(self) -> bool:
        """The response is done with. Whether the connection can take another request."""
        response, self._response = self._response, None
        return self.is_open and response is not None and response.complete and response.keeps_connection

    def close(self) -> None:
        if self.transport is not None:
            self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # that of uvloop is no subclass

    def data_received(self, data: bytes) -> None:
        if self.transport is None:
            return
        if self._response is None or not self._response.feed(data, self.transport):
            self.transport.abort()  # a server that speaks out of turn, or that sends what is no HTTP

    def connection_lost(self, error: Exception | None) -> None:
        if self._response is not None:
            self._response.disconnected(error)
