"""A limit on all headers of a response together: a server may send headers without end.

aiohttp limits a line and the number of lines; a hundred long ones from each of many hosts are still too much.
What this uses of aiohttp is not public: `tests/crawler/http/test_aiohttp_private.py` checks that it is there.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.streams import EMPTY_PAYLOAD


class LimitedResponseHandler(ResponseHandler):
    """A connection that ends a response whose status line and headers have more than `most` bytes."""

    def __init__(self, loop: asyncio.AbstractEventLoop, *, most: int) -> None:
        super().__init__(loop)
        self._most = most
        self._header_bytes = 0

    def set_response_params(self, **parameters: Any) -> None:
        """A request begins, maybe on a connection that had others."""
        self._header_bytes = 0
        self._payload = None
        super().set_response_params(**parameters)

    def data_received(self, data: bytes) -> None:
        """Bytes are counted until the parser has seen the end of the headers: then there is a payload."""
        super().data_received(data)
        in_body = self._payload is not None and self._payload is not EMPTY_PAYLOAD  # which 1xx leave behind
        if not in_body and self._parser is not None and self._exception is None:
            self._header_bytes += len(data)
            if self._header_bytes > self._most:
                message = f"Got more than {self._most} bytes of headers"
                self.set_exception(HttpProcessingError(code=400, message=message))
                if self.transport is not None:
                    self.transport.close()


def limit_headers(connector: aiohttp.BaseConnector, *, most: int) -> None:
    """Limit the headers of a connector's responses. It has no public way to name its connections' class."""
    loop = asyncio.get_running_loop()
    connector._factory = partial(LimitedResponseHandler, loop=loop, most=most)  # type: ignore[assignment]
