"""The HTTP server of the service: `/`, `/health`, `/health/live`, `/health/ready`, `/metrics`, `/events.atom`.

Read-only. It answers only requests whose Host header is allowed, so that no web page can reach it through
DNS rebinding, and ignores forwarded headers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from newsdesk.scheduler.service.health import Health
from newsdesk.storage.db.timestamps import to_iso, to_iso_or_none
from newsdesk.web.connections import (
    ACCEPTED_AT_ONCE,
    MAX_HEADER_BYTES,
    BoundedProtocol,
    with_security_headers,
)

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
ATOM_TYPE = "application/atom+xml; charset=utf-8"
OWN_HOSTS = ("127.0.0.1", "localhost", "[::1]")
_CONTENTS = """newsdesk

/health/ready   whether the service works; /health is the same
/health/live    whether the process runs
/metrics        metrics for Prometheus
/events.atom    the latest alarms as an Atom feed
"""


def make_app(
    *,
    health: Callable[[], Health],
    metrics: Callable[[], bytes],
    events: Callable[[str], bytes],
    hosts: Sequence[str] = OWN_HOSTS,
) -> Starlette:
    """The application. `hosts`: the allowed Host headers. `metrics` and `events`, which gets the address of the
    feed, may block: they run in threads."""

    async def contents(_: Request) -> Response:
        return PlainTextResponse(_CONTENTS)

    async def live(_: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def ready(_: Request) -> Response:
        now = health()
        body = {
            "ready": now.ready,
            "message": now.message,
            "started_at": to_iso(now.started_at),
            "heartbeat_at": to_iso_or_none(now.heartbeat_at),
        }
        return JSONResponse(body, status_code=200 if now.ready else 503)

    async def measured(_: Request) -> Response:
        return Response(await asyncio.to_thread(metrics), media_type=METRICS_TYPE)

    async def alarms(request: Request) -> Response:
        address = str(request.url.replace(query="", fragment=""))
        return Response(await asyncio.to_thread(events, address), media_type=ATOM_TYPE)

    return Starlette(
        routes=[
            Route("/", contents),
            Route("/health", ready),
            Route("/health/live", live),
            Route("/health/ready", ready),
            Route("/metrics", measured),
            Route("/events.atom", alarms),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)],
    )


class WebServer(uvicorn.Server):
    """Runs in the present event loop and leaves signals alone. `serve` takes the sockets."""

    def __init__(self, app: Any) -> None:
        super().__init__(
            uvicorn.Config(
                with_security_headers(app),
                http=BoundedProtocol,
                backlog=ACCEPTED_AT_ONCE,
                h11_max_incomplete_event_size=MAX_HEADER_BYTES,
                log_config=None,
                access_log=False,
                lifespan="off",
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=2,
            )
        )

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are handled by the service."""
        yield
