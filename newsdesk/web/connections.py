"""Connections of the service port: how many there may be, how long each may take, and the headers of every answer.

A client that holds connections open must not take the file descriptors that visits need.
"""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

MAX_CONNECTIONS = 64
ACCEPTED_AT_ONCE = 8  # asyncio accepts so many before it starts their protocols
REQUEST_S = 10.0  # until a request is complete, also the next one on the same connection
RESPONSE_S = 60.0  # until its response was taken
MAX_HEADER_BYTES = 16 * 1024

SECURITY_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)

_Scope = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
_Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
_App = Callable[[_Scope, _Receive, _Send], Awaitable[None]]


def max_connections() -> int:
    """A quarter of the file descriptors that this process may have, MAX_CONNECTIONS at most."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return (
        MAX_CONNECTIONS if allowed == resource.RLIM_INFINITY else max(1, min(MAX_CONNECTIONS, allowed // 4))
    )


def with_security_headers(app: _App) -> _App:
    """`app` with the security headers on every response, errors included."""

    async def wrapped(scope: _Scope, receive: _Receive, send: _Send) -> None:
        async def send_with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *SECURITY_HEADERS]
            await send(message)

        await app(scope, receive, send_with_headers)

    return wrapped


class BoundedProtocol(H11Protocol):
    """HTTP/1.1 on one connection. When there are too many, the one that has waited longest for a request gives way."""

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_request()
        most = max_connections()
        waiting = [
            one for one in self.connections if isinstance(one, BoundedProtocol) and not one.is_answering
        ]
        for one in sorted(waiting, key=_deadline)[: max(0, len(self.connections) - most)]:
            one.give_up()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        before = self.cycle
        super().handle_events()
        if self.cycle is not before and self.is_answering:
            self._set_timer(RESPONSE_S)

    def on_response_complete(self) -> None:
        self._await_request()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """The answer to what is no HTTP request."""
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"connection", b"close"),
            *SECURITY_HEADERS,
        ]
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=msg.encode("ascii")),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    @property
    def is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def deadline(self) -> float:
        """On the clock of the event loop."""
        return self._timer.when() if self._timer is not None else 0.0

    def give_up(self) -> None:
        """Close the connection at once, whatever is still to be sent."""
        self._stop_timer()
        self.connections.discard(self)
        self.transport.abort()

    def _await_request(self) -> None:
        self._set_timer(REQUEST_S)

    def _set_timer(self, after_s: float) -> None:
        self._stop_timer()
        self._timer = self.loop.call_later(after_s, self.give_up)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _deadline(connection: BoundedProtocol) -> float:
    return connection.deadline
