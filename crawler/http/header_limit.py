"""A connection that counts the head of each answer: a server may send headers without end.

The client bounds a line and the number of lines; a hundred long ones at each of many hosts are still too
much. Made by the door's connectors.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.streams import EMPTY_PAYLOAD


class CountedHandler(ResponseHandler):
    """Ends the answer whose status line and headers have more than `most` bytes."""

    def __init__(self, loop: asyncio.AbstractEventLoop, *, most: int) -> None:
        super().__init__(loop)
        self._most = most
        self._head = 0

    def set_response_params(self, **told: Any) -> None:
        """A request begins, maybe on a connection that had others."""
        self._head = 0
        self._payload = None
        super().set_response_params(**told)

    def data_received(self, data: bytes) -> None:
        """Counted until the parser has seen the end of the headers: then there is a body to come."""
        super().data_received(data)
        begun = self._payload is not None and self._payload is not EMPTY_PAYLOAD  # which 1xx leave behind
        if not begun and self._parser is not None and self._exception is None:
            self._head += len(data)
            if self._head > self._most:
                said = f"Got more than {self._most} bytes of headers"
                self.set_exception(HttpProcessingError(code=400, message=said))
                if self.transport is not None:
                    self.transport.close()


def limit_headers(connector: aiohttp.BaseConnector, *, most: int) -> None:
    """Have the connector's connections count. It has no public way to name their class."""
    loop = asyncio.get_running_loop()
    connector._factory = partial(CountedHandler, loop=loop, most=most)  # type: ignore[assignment] # a subclass
