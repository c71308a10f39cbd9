"""Leases of hosts: which process may request a host, and which of its visits.

A lease covers all waiting visits of one host, expires by itself, and is renewed while its owner works.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import from_iso, from_iso_or_none, to_iso
from newsdesk.storage.hosts.clock_errors import CLOCK_TOLERANCE, clear_ended_waits
from newsdesk.storage.hosts.free_hosts import Candidate, FreeHost, FreeHosts
from newsdesk.storage.hosts.politeness import (
    BLOCKED,
    LEASED,
    blocked_hosts,
    host_schedule_of,
    time_parameters,
)
from newsdesk.storage.hosts.remaining import Remaining
from newsdesk.storage.hosts.robots import stored_robots
from newsdesk.storage.pages.due import host_key, wanted_pages
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

    @property
    def one_off(self) -> bool:
        """Whether it is a list of sources that is known at the start, not what falls due."""
        return self.sources is not None or not (self.due or self.first)


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
        "SELECT count(*), count(DISTINCT host), max(next_visit_at) FROM source INDEXED BY source_first"
        f" WHERE source.state = 'active' AND {_FIRST}"  # by itself SQLite takes an index of all sources
    ).fetchone()
    return row[0], row[1], from_iso_or_none(row[2])


def wanted_sources(wanted: Wanted) -> tuple[str, dict[str, object]]:
    """The wanted sources as a condition on `source`, with its values."""
    condition, values = _not_visited(wanted)
    if wanted.sources is not None:
        condition += " AND source.id IN (SELECT value FROM json_each(:ids))"
        values["ids"] = f"[{', '.join(map(str, wanted.sources))}]"
    return condition, values


def _not_visited(wanted: Wanted) -> tuple[str, dict[str, object]]:
    """`wanted_sources` without the list of sources."""
    values: dict[str, object] = {
        "requested_at": to_iso(wanted.requested_at),
        "ahead": to_iso(wanted.requested_at + CLOCK_TOLERANCE),
    }
    condition = (
        "(source.last_visit_at IS NULL OR source.last_visit_at < :requested_at"
        " OR source.last_visit_at > :ahead)"
    )
    if wanted.sources is None or wanted.first or wanted.due:
        condition += " AND source.state = 'active'"
    else:
        condition += " AND source.state <> 'retired'"
    if wanted.first:
        condition += f" AND {_FIRST}"
    elif wanted.due:
        condition += " AND source.next_visit_at <= :requested_at"
    return condition, values


def find_remaining(db: Database, wanted: Wanted) -> Remaining:
    """The sources of a one-off crawl that were not visited yet. Looks through all sources."""
    condition, values = wanted_sources(wanted)
    return Remaining(
        db.conn.execute(
            "SELECT host, coalesce(next_visit_at, ''), id, coalesce(outcome = 'timeout', 0) FROM source"
            f" WHERE {condition}",
            values,
        )
    )


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
    visits: int = 50,
    candidates: Iterable[Candidate] | None = None,
    blocked: tuple[tuple[str, datetime], ...] | None = None,
) -> tuple[Claim, ...]:
    """Lease up to `hosts` free hosts with wanted sources, and up to `visits` visits of each.

    A host whose next request must wait is claimed with that time, for the rate limiter. Hosts that timed out
    last time come after others. `candidates`: the hosts of a one-off crawl with their sources, in order, as
    far as they are known; without them a one-off crawl looks through all its sources. `blocked`: the hosts
    that allow no requests, if they were read a moment ago.
    """
    clear_ended_waits(db, now=now, due_at=wanted.requested_at)
    blocked = blocked_hosts(db, now) if blocked is None else blocked
    boilerplate: dict[str, bytes] = {}  # of each site
    claims, next_requests = [], []
    for free in islice(_free_hosts(db, wanted, candidates, now=now, visits=visits), hosts):
        schedule = host_schedule_of(free.rate, rate_limits, now)
        host = schedule.host
        after_delay = now + timedelta(seconds=schedule.rate_limit.delay_s)
        next_requests.append((max(after_delay, schedule.next_request_at or after_delay), host))
        claimed = []
        rows = [dict(zip(CLAIMED, one, strict=True)) for one in free.sources]
        robots = stored_robots(db, {name for row in rows if (name := host_key(row["address"]))})
        for row in rows:
            site = row["site"]
            if site not in boilerplate:
                boilerplate[site] = known_sentences(db, [site], now=now)
            claimed.append(
                claimed_visit(
                    row,
                    schedule=schedule,
                    blocked=blocked,
                    boilerplate=boilerplate[site],
                    robots=robots,
                    limits=limits,
                    now=now,
                )
            )
        claims.append(Claim(host=host, visits=tuple(claimed), pages=free.pages))
        log.debug("leased %s: %s%s", host, count(len(claimed), "visit"), ", pages" if free.pages else "")
    lease_until, moment = to_iso(now + timedelta(seconds=lease_s)), to_iso(now)
    db.conn.executemany(
        "UPDATE host SET lease_owner = ?, lease_until = ?, next_request_at = ?,"
        " rate_limited_at = min(rate_limited_at, ?) WHERE host = ?",
        [(owner, lease_until, to_iso(next_at), moment, host) for next_at, host in next_requests],
    )
    return tuple(claims)


def _free_hosts(
    db: Database, wanted: Wanted, candidates: Iterable[Candidate] | None, *, now: datetime, visits: int
) -> Iterator[FreeHost]:
    """The hosts to lease, the first ones first: those with wanted sources, then those with wanted pages only."""
    of_pages, page_values = wanted_pages(pages=wanted.pages, sources=wanted.sources)
    condition, values = _not_visited(wanted)
    free = FreeHosts(
        db=db,
        of_sources=(condition, values),
        of_pages=(of_pages, {**values, **page_values, "now": to_iso(now)}),
        now=to_iso(now),
        visits=visits,
    )
    if wanted.one_off:
        if candidates is None:
            candidates = find_remaining(db, wanted).candidates()
        yield from free.listed(candidates)
    elif wanted.first:
        yield from free.first_visits()
    else:
        yield from free.due(to_iso(wanted.requested_at))
    yield from free.with_pages() if wanted.pages is None else free.with_listed_pages()


def held_hosts(db: Database, hosts: Iterable[str], *, now: datetime) -> dict[str, datetime]:
    """Which of these hosts cannot be claimed now, because they are leased or blocked, and until when."""
    rows = db.conn.execute(
        "SELECT host, max(coalesce(lease_until, ''), coalesce(blocked_until, '')) FROM host"
        f" WHERE host IN (SELECT value FROM json_each(:hosts)) AND ({LEASED} OR {BLOCKED})",
        {"hosts": json.dumps(list(hosts)), **time_parameters(now)},
    )
    return {host: from_iso(until) for host, until in rows}


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
