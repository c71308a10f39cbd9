"""The lease of one host by its name, for a request that belongs to the visit of another host."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import from_iso_or_none, to_iso
from newsdesk.storage.hosts.leases import release
from newsdesk.storage.hosts.politeness import (
    BLOCKED,
    LEASED,
    find_host_schedule,
    keep_host_updates,
    time_parameters,
)
from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.rate_limits import HostSchedule, RateLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleLease:
    """`leased`: whether the host is ours now; else another process has it. `blocked_until`: it allows no requests
    until then, and is not leased."""

    leased: bool
    schedule: HostSchedule
    blocked_until: datetime | None = None


def lease_host(
    db: Database, queue: str, *, owner: str, now: datetime, lease_s: float, rate_limits: RateLimits
) -> SingleLease:
    """Lease a host queue, unless another process holds it or it asked for a pause."""
    db.conn.execute("INSERT OR IGNORE INTO host (host) VALUES (?)", (queue,))
    schedule = find_host_schedule(db, queue, rate_limits=rate_limits, now=now)
    leased, blocked, until = db.conn.execute(
        f"SELECT {LEASED}, {BLOCKED}, blocked_until FROM host WHERE host = :queue",
        {"queue": queue, **time_parameters(now)},
    ).fetchone()
    if leased or blocked:
        return SingleLease(
            leased=False, schedule=schedule, blocked_until=from_iso_or_none(until) if blocked else None
        )
    after_delay = now + timedelta(seconds=schedule.rate_limit.delay_s)
    next_request_at = max(after_delay, schedule.next_request_at or after_delay)
    db.conn.execute(
        "UPDATE host SET lease_owner = ?, lease_until = ?, next_request_at = ?, blocked_until = NULL WHERE host = ?",
        (owner, to_iso(now + timedelta(seconds=lease_s)), to_iso(next_request_at), queue),
    )
    return SingleLease(leased=True, schedule=schedule)


def end_lease(
    db: Database, queue: str, host_updates: Iterable[HostUpdate], *, owner: str | None, now: datetime
) -> None:
    """Keep what a request showed about hosts; release the one that `owner` leased for it, None for none."""
    keep_host_updates(db, host_updates, now=now)
    if owner is not None:
        release(db, queue, owner=owner)
