"""A small HTTP proxy on 127.0.0.1 that logs its requests, plain ones and CONNECT.

It connects to 127.0.0.1 and the requested port, whatever the host name is.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress


class LoggingProxy:
    """`log` has the first line and the headers (names in lower case) of each request. `response`: sent to all."""

    def __init__(self, *, response: bytes | None = None) -> None:
        self.log: list[tuple[str, dict[str, str]]] = []
        self.port = 0
        self._response = response
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> LoggingProxy:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.rstrip("\r\n").split("\r\n")
            headers = {
                name.strip().lower(): value.strip()
                for name, _, value in (line.partition(":") for line in lines)
            }
            self.log.append((first, headers))
            if self._response is not None:
                writer.write(self._response)
            else:
                await self._pass_on(first, head, reader, writer)
        writer.close()

    async def _pass_on(
        self, first: str, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        method, target, _ = first.split(" ")
        authority = target if method == "CONNECT" else target.partition("//")[2].partition("/")[0]
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", int(authority.rpartition(":")[2]))
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            there = asyncio.create_task(_copy(reader, far_writer))
        else:
            path = target.partition("//")[2].partition("/")[2]
            kept = [line for line in head.split("\r\n")[1:] if not line.lower().startswith("proxy-")]
            far_writer.write("\r\n".join([f"{method} /{path} HTTP/1.1", *kept]).encode("latin-1"))
            there = asyncio.create_task(asyncio.sleep(0))
        await _copy(far_reader, writer)
        there.cancel()
        far_writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while some := await reader.read(65536):
            writer.write(some)
