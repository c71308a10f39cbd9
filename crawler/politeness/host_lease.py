"""The lease of a host for one request, beside the lease of the host that a visit was claimed for. Pure.

A spider may request other hosts than that of its source. Before each such request the run leases the host, so that
no other process requests it at the same time, and keeps what the request showed about its rate.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.rate_limits import HostSchedule


@dataclass(slots=True, kw_only=True)
class HostLease:
    """A leased host. `refused`: why it could not be leased; nothing is requested then. `schedule` and
    `blocked_until`: what the store knows of it, where it was leased for this request. Whoever requests it puts
    into `host_updates` what that showed; they are kept with the end of the lease."""

    refused: Outcome | None = None
    schedule: HostSchedule | None = None
    blocked_until: datetime | None = None
    host_updates: tuple[HostUpdate, ...] = ()


LeaseHost = Callable[[str], AbstractAsyncContextManager[HostLease]]


def busy(queue: str, waited_s: float) -> Outcome:
    """Why a host was not leased: another process went on to request it."""
    message = f"not requested: another process has requested {queue} for {waited_s:g} s"
    return Outcome(code="host-busy", category="temporary", message=message)


@asynccontextmanager
async def no_lease(queue: str) -> AsyncIterator[HostLease]:
    """Where there is no store: nothing is leased or kept."""
    yield HostLease()
