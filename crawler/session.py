"""A session: the door, the gate and the pool that the visits of one run share, opened and closed together.

A session ends; the next one starts with nothing remembered but what its claimed visits bring. Called by
`scheduler.desk`, and by the `feed` spider.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self

from crawler import outcomes, pages, poll
from crawler.addresses import AddressError
from crawler.discover import Asked, Discovery, discover
from crawler.fetch import Door, DoorSettings
from crawler.hosts import Gate
from crawler.items import Page
from crawler.pool import Pool
from crawler.robots import fetch_robots, is_fresh, refusal
from storage.records import ClaimedPage, ClaimedVisit, Manners, Outcome, PageResult, Robots, VisitResult

if TYPE_CHECKING:
    from crawler.spiders.engine import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSettings:
    """What a session is made with. `gap_s`: pause between two requests to a host that sets none."""

    door: DoorSettings = field(default_factory=DoorSettings)
    workers: int = 2
    gap_s: float = 1.0


class Session:
    """Visits what it is given. Use as an async context manager."""

    def __init__(self, settings: SessionSettings, *, now: Callable[[], datetime]) -> None:
        self._now = now
        self._gate = Gate(gap_s=settings.gap_s, now=now)
        self._door = Door(settings.door, gate=self._gate)
        self._pool = Pool(workers=settings.workers)
        self._robots: dict[str, Robots] = {}
        self._engine: Engine | None = None

    async def __aenter__(self) -> Self:
        await self._door.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._engine is not None:
            await self._engine.close()
        await self._door.__aexit__(kind, error, trace)
        self._pool.close()

    async def visit(self, claimed: ClaimedVisit) -> VisitResult:
        """Visit one source. The one catch-all of the house: a bug costs its visit, with its traceback."""
        self._learn(claimed)
        started_at = self._now()
        try:
            return await poll.visit(claimed, door=self._door, pool=self._pool, now=self._now)
        except Exception as error:
            return VisitResult(
                source_id=claimed.source_id,
                host=claimed.host,
                started_at=started_at,
                ended_at=self._now(),
                outcome=Outcome(
                    word="bug", group="bug", words=f"a fault of newsdesk: {type(error).__name__}: {error}"
                ),
                identity=claimed.identity,
                traceback=traceback.format_exc(),
            )

    def mind(self, manners: Iterable[Manners], *, gap_s: float) -> None:
        """What the store knows of hosts that no claimed visit told of: pauses that are not over."""
        for known in manners:
            self._gate.learn(known.host, next_at=known.next_at, gap_s=gap_s)
            if known.blocked_until is not None:
                self._gate.block(known.host, known.blocked_until)

    async def discover(self, asked: Asked) -> Discovery:
        """The feeds of an address that is no source yet. A bug costs this address only."""
        try:
            return await discover(asked, door=self._door, pool=self._pool, now=self._now)
        except Exception as error:
            words = f"a fault of newsdesk: {type(error).__name__}: {error}"
            return Discovery(asked=asked.address, outcome=Outcome(word="bug", group="bug", words=words))

    async def read_page(self, claimed: ClaimedPage) -> PageResult:
        """Read one page: Scrapy walks to it once robots.txt and the gate have granted it. A bug costs its
        page, with its traceback."""
        started_at = self._now()
        try:
            refused = await self.grant(claimed)
            if refused is not None:
                return refused
            if self._engine is None:
                from crawler.spiders.engine import Engine  # late: Scrapy takes 0.4 s that a poll never pays

                self._engine = Engine(self)
            result = await self._engine.walk(claimed)
        except Exception as error:
            bug = Outcome(
                word="bug", group="bug", words=f"a fault of newsdesk: {type(error).__name__}: {error}"
            )
            result = pages.ended(claimed, bug, started_at=started_at, now=self._now())
            return replace(result, traceback=traceback.format_exc())
        return replace(result, started_at=started_at, robots=self._robots.get(claimed.host))

    async def grant(self, claimed: ClaimedPage) -> PageResult | None:
        """Wait until a page may be asked. A result instead, when it may not."""
        self._learn(claimed)
        started_at = self._now()
        try:
            robots = await self._robots_of(claimed)
        except AddressError as error:
            outcome = outcomes.bad_address(error.word, str(error), None)
            return pages.ended(claimed, outcome, started_at=started_at, now=self._now())
        refused = refusal(robots, claimed.url)
        if refused is not None:
            result = pages.ended(claimed, refused, started_at=started_at, now=self._now())
            return replace(result, robots=robots)
        if robots.delay_s is not None:
            self._gate.learn(claimed.host, next_at=None, gap_s=max(claimed.gap_s, robots.delay_s))
        await self._gate.ready(claimed.host)
        return None

    async def fetch_page(self, claimed: ClaimedPage) -> Page:
        """For Scrapy's download handler: the page through the door."""
        return await self._door.fetch(pages.ask_for(claimed), limits=claimed.limits)

    async def read_answer(self, claimed: ClaimedPage, page: Page) -> PageResult:
        """For the `page` spider: the answer read in the pool."""
        result = await pages.read_answer(
            claimed, page, started_at=page.fetched_at, pool=self._pool, now=self._now
        )
        return replace(result, robots=self._robots.get(claimed.host))

    async def _robots_of(self, claimed: ClaimedPage) -> Robots:
        known = self._robots.get(claimed.host, claimed.robots)
        if known is None or not is_fresh(known, host=claimed.host, now=self._now()):
            known = await fetch_robots(claimed.url, door=self._door, limits=claimed.limits, before=known)
        self._robots[claimed.host] = known
        return known

    def _learn(self, claimed: ClaimedVisit | ClaimedPage) -> None:
        self._gate.learn(claimed.host, next_at=claimed.next_at, gap_s=claimed.gap_s)
        for host, until in claimed.blocked:
            self._gate.block(host, until)
