"""How many pages a crawl will read, and how long the delays between them take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.hosts.clock_errors import CLOCK_TOLERANCE
from newsdesk.storage.hosts.leases import Wanted, wanted_sources
from newsdesk.storage.pages.due import wanted_pages


@dataclass(frozen=True, slots=True, kw_only=True)
class PageEstimate:
    """`due` pages are due now; `pages` includes those that first visits may bring. `host` takes the longest
    for its `host_pages`: `seconds` of delays."""

    due: int
    pages: int
    host: str
    host_pages: int
    seconds: float


def estimate_pages(
    db: Database, wanted: Wanted, *, backlog: int, delay_s: float, now: datetime
) -> PageEstimate:
    """What a crawl of `wanted` will read: pages that are due, and the newest `backlog` of each full-text
    source or site that was never read. `delay_s` is the delay of hosts that have no own one."""
    of_pages, page_values = wanted_pages(pages=wanted.pages, sources=wanted.sources)
    times = {
        "now": to_iso(now),
        "requested_at": to_iso(wanted.requested_at),
        "ahead": to_iso(wanted.requested_at + CLOCK_TOLERANCE),
    }
    due: Counter[str] = Counter(
        dict(
            db.conn.execute(
                f"SELECT host, count(*) FROM page WHERE {of_pages} GROUP BY host", {**page_values, **times}
            ).fetchall()
        )
    )
    of_sources, source_values = wanted_sources(wanted)
    may_come = {
        host: count * backlog
        for host, count in db.conn.execute(
            f"SELECT host, count(*) FROM source WHERE {of_sources} AND news_since IS NULL"
            " AND (full_text OR kind = 'site')"
            " GROUP BY host",
            source_values,
        )
    }
    delays = dict(db.conn.execute("SELECT host, delay_s FROM host WHERE delay_s IS NOT NULL").fetchall())
    return slowest_host(due + Counter(may_come), delays, due=due.total(), delay_s=delay_s)


def slowest_host(
    pages: Mapping[str, int], delays: Mapping[str, float], *, due: int, delay_s: float
) -> PageEstimate:
    """The host that takes longest: hosts are requested in parallel, the pages of one host in sequence."""
    host = max(pages, key=lambda one: pages[one] * delays.get(one, delay_s), default="")
    count = pages.get(host, 0)
    seconds = count * delays.get(host, delay_s)
    return PageEstimate(due=due, pages=sum(pages.values()), host=host, host_pages=count, seconds=seconds)
