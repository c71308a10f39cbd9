"""When each host may be requested: its rate limit, its next request, its block. Stored, so that kill -9 loses
none of it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import from_iso, from_iso_or_none, to_iso, to_iso_or_none
from newsdesk.storage.hosts.clock_errors import CLOCK_TOLERANCE, LONGEST_BLOCK, earliest_request
from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.rate_limits import (
    MINUTE_S,
    HostSchedule,
    RateLimit,
    RateLimits,
    share_after_limit,
    share_now,
)

log = logging.getLogger(__name__)

# A time farther in the future than any that we write counts as not set: see `storage.hosts.clock_errors`.
LEASED = "coalesce(host.lease_until > :now AND host.lease_until < :ahead_of_now, 0)"
BLOCKED = "coalesce(host.blocked_until > :now AND host.blocked_until < :longest_block, 0)"


def time_parameters(now: datetime) -> dict[str, object]:
    """The parameters of the conditions `LEASED` and `BLOCKED`."""
    return {
        "now": to_iso(now),
        "ahead_of_now": to_iso(now + CLOCK_TOLERANCE),
        "longest_block": to_iso(now + LONGEST_BLOCK),
    }


RATE_COLUMNS = (
    "host.host, host.next_request_at, host.delay_s, host.rate_share, host.rate_limited_at, host.last_request_at,"
    " host.requests_last_minute"
)


def find_host_schedule(db: Database, host: str, *, rate_limits: RateLimits, now: datetime) -> HostSchedule:
    """The schedule of a host that has a row."""
    row = db.conn.execute(f"SELECT {RATE_COLUMNS} FROM host WHERE host = ?", (host,)).fetchone()
    return host_schedule_of(row, rate_limits, now)


def host_schedule_at(db: Database, host: str, *, rate_limits: RateLimits, now: datetime) -> HostSchedule:
    """The schedule of a host, whether it has a row or not."""
    known = db.conn.execute("SELECT EXISTS (SELECT 1 FROM host WHERE host = ?)", (host,)).fetchone()[0]
    return (
        find_host_schedule(db, host, rate_limits=rate_limits, now=now)
        if known
        else HostSchedule(host=host, rate_limit=rate_limits.of(host))
    )


def host_schedule_of(row: tuple[Any, ...], rate_limits: RateLimits, now: datetime) -> HostSchedule:
    """From a row of `RATE_COLUMNS`."""
    host, next_request_at, robots_delay_s, share, limited_at, last_request_at, requests = row
    allowed = share_now(share, from_iso_or_none(limited_at), now=now)
    rate_limit = rate_limits.of(host, robots_delay_s=robots_delay_s, share=allowed)
    return HostSchedule(
        host=host,
        rate_limit=rate_limit,
        next_request_at=earliest_request(
            from_iso_or_none(next_request_at), delay_s=rate_limit.delay_s, now=now
        ),
        recent_requests=None if last_request_at is None else (from_iso(last_request_at), requests),
    )


def stored_rate_limits(
    db: Database, *, rate_limits: RateLimits, now: datetime
) -> Iterator[tuple[str, RateLimit]]:
    """The rate limits of hosts that have another than the usual one, by robots.txt or after a 429."""
    for row in db.conn.execute(
        f"SELECT {RATE_COLUMNS} FROM host WHERE delay_s IS NOT NULL OR rate_share IS NOT NULL"
    ):
        schedule = host_schedule_of(row, rate_limits, now)
        yield schedule.host, schedule.rate_limit


def blocked_hosts(db: Database, now: datetime) -> tuple[tuple[str, datetime], ...]:
    """The hosts that allow no requests now, and until when. Read from an index: there may be 100,000
    others."""
    rows = db.conn.execute(
        "SELECT host, blocked_until FROM host WHERE blocked_until > :now AND blocked_until < :longest_block",
        time_parameters(now),
    )
    return tuple((host, from_iso(until)) for host, until in rows)


def find_pausing_hosts(db: Database, *, now: datetime) -> tuple[HostUpdate, ...]:
    """The hosts that may not be requested right now, for a process that requests without a claim."""
    rows = db.conn.execute(
        "SELECT host, next_request_at, blocked_until, blocked_why, last_request_at, requests_last_minute,"
        " delay_s, rate_share FROM host"
        f" WHERE {BLOCKED} OR (next_request_at > :now AND next_request_at < :ahead_of_now) OR"
        " last_request_at > :minute",
        {**time_parameters(now), "minute": to_iso(now - timedelta(seconds=MINUTE_S))},
    )
    return tuple(
        HostUpdate(
            host=host,
            next_request_at=earliest_request(
                from_iso_or_none(next_request_at or None), delay_s=(delay_s or 0.0) / (share or 1.0), now=now
            )
            or now,
            blocked_until=from_iso_or_none(until if until and from_iso(until) > now else None),
            why=why,
            recent_requests=None if last_request_at is None else (from_iso(last_request_at), requests),
        )
        for host, next_request_at, until, why, last_request_at, requests, delay_s, share in rows
    )


def keep_host_updates(db: Database, host_updates: Iterable[HostUpdate], *, now: datetime) -> None:
    """Keep what a visit learned about the hosts that it requested, unless it is over by `now`. A host that is
    known only from a redirect gets a row."""
    for update in host_updates:
        if update.blocked_until is None and update.next_request_at <= now and update.recent_requests is None:
            continue
        last_request_at, requests = update.recent_requests or (None, 0)
        db.conn.execute(
            "INSERT INTO host (host, next_request_at, blocked_until, blocked_why, last_request_at,"
            " requests_last_minute)"
            " VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (host) DO UPDATE SET next_request_at = max("
            "iif(next_request_at < ?, next_request_at, ''), excluded.next_request_at),"
            " blocked_until = coalesce(excluded.blocked_until, blocked_until),"
            " blocked_why = coalesce(excluded.blocked_why, blocked_why),"
            " last_request_at = coalesce(excluded.last_request_at, last_request_at),"
            " requests_last_minute = CASE WHEN excluded.last_request_at IS NULL THEN requests_last_minute"
            " ELSE excluded.requests_last_minute END",
            (
                update.host,
                to_iso(update.next_request_at),
                to_iso_or_none(update.blocked_until),
                update.why,
                to_iso_or_none(last_request_at),
                requests,
                to_iso(now + CLOCK_TOLERANCE),
            ),
        )
        if update.rate_limited:
            _slow_down(db, update.host, now)


def _slow_down(db: Database, host: str, now: datetime) -> None:
    """Halve the rate of a host that has answered 429."""
    row = db.conn.execute("SELECT rate_share, rate_limited_at FROM host WHERE host = ?", (host,)).fetchone()
    share = share_after_limit(share_now(row[0], from_iso_or_none(row[1]), now=now))
    db.conn.execute(
        "UPDATE host SET rate_share = ?, rate_limited_at = ? WHERE host = ?", (share, to_iso(now), host)
    )
