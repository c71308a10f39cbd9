"""Leases of hosts: which process may request a host, and which of its visits.

A lease covers all waiting visits of one host, expires by itself, and is renewed while its owner works.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import from_iso_or_none, to_iso
from newsdesk.storage.hosts.clock_errors import CLOCK_TOLERANCE, clear_impossible_waits
from newsdesk.storage.hosts.politeness import (
    BLOCKED,
    LEASED,
    RATE_COLUMNS,
    blocked_hosts,
    host_schedule_of,
    time_parameters,
)
from newsdesk.storage.pages.due import wanted_pages
from newsdesk.storage.plurals import count
from newsdesk.storage.records.rate_limits import RateLimits
from newsdesk.storage.records.visits import ClaimedVisit, Limits
from newsdesk.storage.sources.sources import CLAIMED, claimed_visit
from newsdesk.storage.sources.subscriptions import FIRST_WHY
from newsdesk.storage.stories.boilerplate import known_sentences

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a crawl visits. `sources`: None for every active one; `due`: only those that are due. `pages` are
    single pages, in place of all that are due; `first`: in place of due sources, those of an import whose first
    visit waits for its time. A source or page visited since `requested_at`, by whatever
    process, is not visited again."""

    requested_at: datetime
    sources: tuple[int, ...] | None = None
    due: bool = False
    first: bool = False
    pages: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The lease of one host, with its waiting visits, most overdue first. `pages`: pages of it are due too;
    `storage.pages.due` claims them after the visits."""

    host: str
    visits: tuple[ClaimedVisit, ...]
    pages: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Wanted sources that cannot be visited now: another process holds the leases of their hosts, or these
    are blocked."""

    leased: int
    blocked: int
    blocked_until: datetime | None


_FIRST = f"source.last_visit_at IS NULL AND source.next_visit_why = '{FIRST_WHY}'"


def first_visits(db: Database) -> tuple[int, int, datetime | None]:
    """How many sources of imports wait for their first visit, on how many hosts, and when the last is due."""
    row = db.conn.execute(
        "SELECT count(*), count(DISTINCT host), max(next_visit_at) FROM source"
        f" WHERE source.state = 'active' AND {_FIRST}"
    ).fetchone()
    return row[0], row[1], from_iso_or_none(row[2])


def wanted_sources(wanted: Wanted) -> tuple[str, dict[str, object]]:
    """The wanted sources as a condition on `source`, with its values."""
    values: dict[str, object] = {
        "requested_at": to_iso(wanted.requested_at),
        "ahead": to_iso(wanted.requested_at + CLOCK_TOLERANCE),
    }
    condition = (
        "(source.last_visit_at IS NULL OR source.last_visit_at < :requested_at"
        " OR source.last_visit_at > :ahead)"
    )
    if wanted.sources is None:
        condition += " AND source.state = 'active'"
    else:
        condition += " AND source.state <> 'retired' AND source.id IN (SELECT value FROM json_each(:ids))"
        values["ids"] = f"[{', '.join(map(str, wanted.sources))}]"
    if wanted.first:
        condition += f" AND source.state = 'active' AND {_FIRST}"
    elif wanted.due:
        condition += " AND source.state = 'active' AND source.next_visit_at <= :requested_at"
    return condition, values


def count_wanted(db: Database, wanted: Wanted) -> int:
    """How many wanted sources were not visited yet."""
    condition, values = wanted_sources(wanted)
    return int(db.conn.execute(f"SELECT count(*) FROM source WHERE {condition}", values).fetchone()[0])


def claim(
    db: Database,
    wanted: Wanted,
    *,
    owner: str,
    now: datetime,
    hosts: int,
    lease_s: float,
    rate_limits: RateLimits,
    limits: Limits,
    longest_visit_s: float = 86400.0,
    visits: int = 50,
) -> tuple[Claim, ...]:
    """Lease up to `hosts` free hosts with wanted sources, and up to `visits` visits of each.

    A host whose next request must wait is claimed with that time, for the rate limiter. Hosts that timed out
    last time come after others. `longest_visit_s`: the longest interval of a source without one of its own.
    """
    condition, values = wanted_sources(wanted)
    clear_impossible_waits(db, now=now, due_at=wanted.requested_at, longest_visit_s=longest_visit_s)
    of_pages, page_values = wanted_pages(pages=wanted.pages, sources=wanted.sources)
    free = db.conn.execute(
        f"SELECT {RATE_COLUMNS}, max(is_page) FROM"
        f" (SELECT host, id, coalesce(next_visit_at, '') AS due, 0 AS is_page,"
        f" coalesce(outcome = 'timeout', 0) AS timed_out FROM source WHERE {condition}"
        f" UNION ALL SELECT host, id, due_at, 1 + (why = 'backlog'), 0 FROM page WHERE {of_pages})"
        " JOIN host USING (host)"
        f" WHERE NOT ({LEASED}) AND NOT ({BLOCKED})"
        " GROUP BY host.host ORDER BY min(is_page), min(timed_out), min(due), min(id) LIMIT :hosts",
        {**values, **page_values, **time_parameters(now), "hosts": hosts},
    ).fetchall()
    blocked = blocked_hosts(db, now) if free else ()
    boilerplate: dict[str, bytes] = {}  # of each site
    claims, next_requests = [], []
    for *known, has_pages in free:
        schedule = host_schedule_of(tuple(known), rate_limits, now)
        host = schedule.host
        after_delay = now + timedelta(seconds=schedule.rate_limit.delay_s)
        next_requests.append((max(after_delay, schedule.next_request_at or after_delay), host))
        waiting_here = db.conn.execute(
            f"SELECT {', '.join(CLAIMED)} FROM source WHERE host = :host AND {condition}"
            " ORDER BY coalesce(next_visit_at, ''), id LIMIT :visits",
            {**values, "host": host, "visits": visits},
        ).fetchall()
        claimed = []
        for row in (dict(zip(CLAIMED, one, strict=True)) for one in waiting_here):
            site = row["site"]
            if site not in boilerplate:
                boilerplate[site] = known_sentences(db, [site], now=now)
            claimed.append(
                claimed_visit(
                    row,
                    schedule=schedule,
                    blocked=blocked,
                    boilerplate=boilerplate[site],
                    limits=limits,
                    now=now,
                )
            )
        claims.append(Claim(host=host, visits=tuple(claimed), pages=bool(has_pages)))
        log.debug("leased %s: %s%s", host, count(len(claimed), "visit"), ", pages" if has_pages else "")
    db.conn.executemany(
        "UPDATE host SET lease_owner = ?, lease_until = ?, next_request_at = ?,"
        " rate_limited_at = min(rate_limited_at, ?) WHERE host = ?",
        [
            (owner, to_iso(now + timedelta(seconds=lease_s)), to_iso(next_at), to_iso(now), host)
            for next_at, host in next_requests
        ],
    )
    return tuple(claims)


def waiting(db: Database, wanted: Wanted, *, now: datetime) -> Waiting:
    """Why wanted sources are left when nothing can be claimed."""
    condition, values = wanted_sources(wanted)
    row = db.conn.execute(
        f"SELECT count(CASE WHEN {LEASED} THEN 1 END), count(CASE WHEN {BLOCKED} THEN 1 END),"
        f" max(CASE WHEN {BLOCKED} THEN host.blocked_until END)"
        f" FROM source JOIN host USING (host) WHERE {condition}",
        {**values, **time_parameters(now)},
    ).fetchone()
    return Waiting(leased=row[0], blocked=row[1], blocked_until=from_iso_or_none(row[2]))


def renew(db: Database, hosts: Iterable[str], *, owner: str, until: datetime) -> int:
    """Extend leases that this owner still holds. Returns how many."""
    renewed = db.conn.executemany(
        "UPDATE host SET lease_until = ? WHERE host = ? AND lease_owner = ?",
        [(to_iso(until), host, owner) for host in hosts],
    )
    return max(0, renewed.rowcount)  # -1 without hosts


def release(db: Database, host: str, *, owner: str) -> None:
    """Release a host, unless its lease has gone to another owner."""
    db.conn.execute(
        "UPDATE host SET lease_owner = NULL, lease_until = NULL WHERE host = ? AND lease_owner = ?",
        (host, owner),
    )


def release_dead_leases(db: Database, *, alive: Callable[[str], bool], now: datetime, delay_s: float) -> int:
    """End the leases of processes that have ended. Their hosts wait for one delay, since these may have sent
    a request just now. Returns how many owners had ended."""
    owners = db.conn.execute(
        "SELECT DISTINCT lease_owner FROM host WHERE lease_until > ?", (to_iso(now),)
    ).fetchall()
    dead = [owner for (owner,) in owners if not alive(owner)]
    for owner in dead:
        db.conn.execute(
            "UPDATE host SET lease_owner = NULL, lease_until = NULL, next_request_at ="
            " max(coalesce(next_request_at, ''), ?)"
            " WHERE lease_owner = ?",
            (to_iso(now + timedelta(seconds=delay_s)), owner),
        )
    if dead:
        log.info("ended the leases of %s that ended", count(len(dead), "process", "processes"))
    return len(dead)
