"""The channel of a spider's process to newsdesk: requests and items go out, responses come back."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Mapping
from itertools import count
from typing import Any

from newsdesk.crawler.spider_process import frames
from newsdesk.crawler.spider_process.frames import FrameError, json_frame, read_frame, read_response


class Channel:
    """Open it in the running loop."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[tuple[dict[str, Any], bytes]]] = {}
        self._listening = asyncio.ensure_future(self._listen())

    @classmethod
    async def open(cls, sock: socket.socket) -> Channel:
        """Make it the channel of this process. A process that forks from this one does not have it."""
        global _channel  # noqa: PLW0603 - Scrapy makes the download handler, so this is how it finds the channel
        reader, writer = await asyncio.open_connection(sock=sock, limit=1 << 20)
        os.register_at_fork(after_in_child=sock.close)
        _channel = cls(reader, writer)
        return _channel

    async def request(self, address: str) -> tuple[dict[str, Any], bytes]:
        """Have newsdesk request an address: the head and the body of its response."""
        number = next(self._numbers)
        waiting: asyncio.Future[tuple[dict[str, Any], bytes]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = waiting
        await self._send(json_frame(frames.REQUEST, number=number, address=address))
        return await waiting

    async def refused(self, why: str) -> None:
        """Tell newsdesk of a request that was not made."""
        await self._send(json_frame(frames.REQUEST, refused=why[: frames.MOST_TEXT]))

    async def item(self, fields: Mapping[str, Any]) -> None:
        """Send an item that is JSON."""
        try:
            sent = frames.frame(frames.ITEM, json.dumps(fields).encode())
        except FrameError as error:
            await self.bad_item(str(error))
        else:
            await self._send(sent)

    async def bad_item(self, reason: str) -> None:
        """Send that an item cannot be sent."""
        await self._send(json_frame(frames.BAD_ITEM, reason=reason[: frames.MOST_TEXT]))

    def send_now(self, kind: bytes, **parts: Any) -> None:
        """Send a frame from a place that cannot wait."""
        self._writer.write(json_frame(kind, **parts))

    async def send(self, kind: bytes, **parts: Any) -> None:
        """Send any other frame."""
        await self._send(json_frame(kind, **parts))

    async def close(self) -> None:
        self._listening.cancel()
        self._writer.close()

    async def _send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def _listen(self) -> None:
        while (got := await read_frame(self._reader)) is not None:
            head, body = read_response(got[1])
            waiting = self._waiting.pop(head["number"], None)
            if waiting is not None and not waiting.done():
                waiting.set_result((head, body))
        os._exit(1)  # newsdesk is gone: nobody wants what this process does


_channel: Channel | None = None


def channel() -> Channel:
    """The channel of this process."""
    assert _channel is not None
    return _channel
