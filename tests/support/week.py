"""Weeks in seconds: a runner on a simulated clock that jumps from one due visit to the next, and feeds that
publish by it. Server and database file are real; only the time is simulated.

async with running_weeks(runner, [Feed(host="daily.test", every_h=1)]) as weeks:
    await weeks.until(7)
    weeks.request_times("daily.test")
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from newsdesk.scheduler.run.runner import Runner
from newsdesk.storage.db.database import reading
from newsdesk.storage.db.timestamps import from_iso, to_iso
from newsdesk.storage.hosts.leases import Wanted
from newsdesk.storage.sources.next_visit import Store
from tests.support.feeds import Item, rss
from tests.support.runner import TestRunner
from tests.support.web import Web

START = datetime(2026, 10, 5, tzinfo=UTC)  # a Monday
_STEP_S = 10.0  # of real time, for what is due at one moment
_DUE = """
SELECT name, max(next_visit_at, CASE WHEN host.blocked_until < :far THEN host.blocked_until ELSE '' END)
FROM source JOIN host USING (host) WHERE state = 'active'
"""


def at(days: float) -> datetime:
    """The instant `days` after the start."""
    return START + timedelta(days=days)


@dataclass(slots=True)
class Clock:
    """A fixed time in UTC, until it is set."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


Disturbance = tuple[float, float, dict[str, Any]]  # from day, to day, fields of the response to every request


@dataclass(kw_only=True)
class Feed:
    """The feed of a source: a story every `every_h` hours and at the times in `more`; it holds the newest `window`.
    `disturbances`: from when to when it responds otherwise. `guid`: the GUID of an entry."""

    host: str
    every_h: float | None = None
    window: int = 20
    more: Sequence[datetime] = ()
    disturbances: Sequence[Disturbance] = ()
    guid: Callable[[datetime, datetime], str] = lambda story, now: f"g-{story.timestamp():.0f}"
    extra: str = ""  # in the channel
    also: str | None = None  # another host that serves it too
    source_fields: dict[str, Any] = field(default_factory=dict)  # of the source
    times: list[datetime] = field(init=False)

    def __post_init__(self) -> None:
        if self.every_h is None:
            usual = [START - timedelta(days=60 + count) for count in range(5)]
        else:
            counts = range(-self.window, int(40 * 24 / self.every_h))
            usual = [START + timedelta(hours=self.every_h * count) for count in counts]
        self.times = sorted({*usual, *self.more})

    def serve(self, web: Web, now: datetime) -> None:
        """Set the response at that time."""
        if self.also is not None:
            self._serve(self.also, web, now)
        for begin, end, response in self.disturbances:
            if at(begin) <= now < at(end):
                web.serve("/feed.xml", host=self.host, **{"body": b"trouble", **response})
                return
        self._serve(self.host, web, now)

    def _serve(self, host: str, web: Web, now: datetime) -> None:
        there = self.times[: bisect_right(self.times, now)][-self.window :]
        items = [
            Item(
                title=f"What happened at {self.host} on {time:%d %B, %H:%M:%S}",
                link=f"http://{self.host}/{time:%Y%m%d%H%M%S}",
                guid=self.guid(time, now),
                text=f"<p>The story of {time:%d %B, %H:%M:%S}, published by {self.host}.</p>",
                date=format_datetime(time),
            )
            for time in reversed(there)
        ]
        body = rss(*items, title=self.host).replace(b"<language>", f"{self.extra}<language>".encode())
        web.serve("/feed.xml", body, host=host, etag=f'"{len(body)}-{items[0].guid}"')


@dataclass(kw_only=True)
class SimulatedWeeks:
    """A running runner, and the times of the requests that the server received."""

    runner: TestRunner
    clock: Clock
    feeds: dict[str, Feed]
    db: Store
    at_work: Runner
    requests: list[tuple[datetime, str]] = field(default_factory=list)
    _requests_read: int = 0

    def request_times(self, host: str, since: float = 0.0, until: float = 99.0) -> list[datetime]:
        """The times of the requests to a host between two days; a repeated connection counts once."""
        found = [when for when, name in self.requests if name == host and at(since) <= when < at(until)]
        return list(dict.fromkeys(found))

    async def until(self, days: float) -> None:
        """Advance to that day, from one due visit to the next."""
        while (due := min(self._due().values())) <= at(days):
            self.clock.now = max(self.clock.now, due) + timedelta(milliseconds=1)
            await self._step()
        self.clock.now = max(self.clock.now, at(days))

    async def _step(self) -> None:
        """Make all visits that are due now."""
        for name, due in self._due().items():
            if due <= self.clock.now:
                self.feeds[name].serve(self.runner.web, self.clock.now)
        self.at_work.wake()
        for _ in range(round(_STEP_S / 0.002)):
            await asyncio.sleep(0.002)
            if min(self._due().values()) > self.clock.now:
                break
        else:
            raise AssertionError(f"still due at {self.clock.now}: {self._due()}")
        new = self.runner.web.log[self._requests_read :]
        self._requests_read += len(new)
        self.requests += [(self.clock.now, request.host) for request in new]

    def _due(self) -> dict[str, datetime]:
        """When each source may be visited next."""
        far = to_iso(self.clock.now + timedelta(hours=25))
        return {name: from_iso(due) for name, due in self.db.conn.execute(_DUE, {"far": far})}

    def rows(self, sql: str, *values: Any) -> list[Any]:
        return self.runner.rows(sql, *values)

    def row(self, host: str, *columns: str) -> Any:
        """Columns of the source whose name is that host."""
        return self.rows(f"SELECT {', '.join(columns)} FROM source WHERE name = ?", host)[0]

    def missed(self, host: str, since: float, until: float) -> list[datetime]:
        """The stories that a feed published between two days and that are not stored."""
        rows = self.rows("SELECT published FROM story WHERE url LIKE ?", f"http://{host}/%")
        kept = {from_iso(published) for published in rows}
        return [time for time in self.feeds[host].times if at(since) <= time < at(until) and time not in kept]


@asynccontextmanager
async def running_weeks(runner: TestRunner, feeds: Sequence[Feed]) -> AsyncIterator[SimulatedWeeks]:
    """Run these feeds as the service does, from `START` on."""
    clock = Clock()
    for feed in feeds:
        runner.add(feed.host, now=START, name=feed.host, **feed.source_fields)
    at_work = Runner(runner.writer, runner.settings, now=clock)
    with reading(runner.path) as db:
        weeks = SimulatedWeeks(
            runner=runner, clock=clock, feeds={feed.host: feed for feed in feeds}, db=db, at_work=at_work
        )
        running = asyncio.create_task(
            at_work.run(Wanted(requested_at=clock(), due=True), kind="service", stay_s=600.0)
        )
        try:
            yield weeks
        finally:
            at_work.stop()
            await running
