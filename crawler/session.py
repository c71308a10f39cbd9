"""A session: the door, the gate and the pool that the visits of one run share, opened and closed together.

A session ends; the next one starts with nothing remembered but what its claimed visits bring. Called by
`scheduler.run.runner`, and by the `feed` spider.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import TracebackType
from typing import Self, TypeVar

from newsdesk.crawler import feed_visit, page_visit
from newsdesk.crawler.backfill.backfill import Rules
from newsdesk.crawler.credentials.redacted_results import discreet_discovery, discreet_result
from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.discovery.discover import Asked, Discovery, discover
from newsdesk.crawler.http import outcomes
from newsdesk.crawler.http.client import ClientSettings, HttpClient
from newsdesk.crawler.http.memory_budget import MemoryBudget, MemoryShare
from newsdesk.crawler.http.redirects import Permit
from newsdesk.crawler.http.target import AddressError, Target
from newsdesk.crawler.internal_error import or_internal_error
from newsdesk.crawler.models import Page
from newsdesk.crawler.politeness.rate_limiter import RateLimiter, host_of, joined
from newsdesk.crawler.politeness.robots import fetch_robots, is_fresh, named_sitemaps, refusal
from newsdesk.crawler.workers.pool import Order, WorkerPool
from newsdesk.storage.records.hosts import HostUpdate, Robots
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.pages import ClaimedPage, PageResult
from newsdesk.storage.records.rate_limits import RateLimit, RateLimits, queue_of
from newsdesk.storage.records.visits import ClaimedVisit, VisitResult

R = TypeVar("R", VisitResult, PageResult)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSettings:
    """What a session is made with. `delay_s` and `per_minute`: the pace of hosts that have none of their `own`
    (see `storage.records.rate_limits`)."""

    client: ClientSettings = field(default_factory=ClientSettings)
    workers: int = 2
    delay_s: float = 1.0
    per_minute: float | None = 30.0
    own: tuple[tuple[str, RateLimit], ...] = ()

    @property
    def rate_limits(self) -> RateLimits:
        return RateLimits(delay_s=self.delay_s, per_minute=self.per_minute, own=self.own)


class Session:
    """Visits what it is given. Use as an async context manager."""

    def __init__(self, settings: SessionSettings, *, now: Callable[[], datetime]) -> None:
        self._now = now
        self._rate_limiter = RateLimiter(
            delay_s=settings.delay_s, per_minute=settings.per_minute, own=settings.own, now=now
        )
        self._budget = MemoryBudget()
        self._client = HttpClient(settings.client, rate_limiter=self._rate_limiter, budget=self._budget)
        self._pool = WorkerPool(workers=settings.workers)
        self._secrets = settings.client.secrets
        self._robots: dict[str, Robots] = {}
        self._taught: dict[str, HostUpdate] = {}  # by asking for rules, and in no result yet
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)  # one robots.txt a host

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, trace)
        self._pool.close()

    def share(self) -> AbstractContextManager[MemoryShare]:
        """What a visit is given, and held until its result is kept: memory for large documents."""
        return self._budget.share()

    async def visit(self, claimed: ClaimedVisit, share: MemoryShare) -> VisitResult:
        """Visit one source. A bug costs this visit only, and its result has the traceback."""
        self._learn(claimed)
        started_at = self._now()
        asked: list[str] = []

        async def refusal_of(address: str) -> Outcome | None:
            asked.append(host_of(address))
            return await self._refusal(claimed, address)

        def failed(outcome: Outcome, traceback: str) -> VisitResult:
            return VisitResult(
                source_id=claimed.source_id,
                host=claimed.host,
                started_at=started_at,
                ended_at=self._now(),
                outcome=outcome,
                identity=claimed.identity,
                traceback=traceback,
            )

        visit = feed_visit.visit(
            claimed,
            client=self._client,
            pool=self._pool,
            now=self._now,
            share=share,
            rules=Rules(refusal=refusal_of, sitemaps=self._sitemaps),
        )
        result = await or_internal_error(visit, failed)
        return discreet_result(self._with_taught(result, asked), self._said)

    def mind(self, host_updates: Iterable[HostUpdate]) -> None:
        """What the store knows of hosts that no claimed visit told of: pauses that are not over."""
        for known in host_updates:
            delay_s = self._rate_limiter.usual_delay_s(known.host)
            self._rate_limiter.learn(
                known.host, next_at=known.next_at, delay_s=delay_s, asked=known.recent_requests
            )
            if known.blocked_until is not None:
                self._rate_limiter.block(known.host, known.blocked_until)

    async def discover(self, asked: Asked) -> Discovery:
        """The feeds of an address that is no source yet. A bug costs this address only."""

        def failed(outcome: Outcome, traceback: str) -> Discovery:
            return Discovery(asked=asked.address, outcome=outcome)

        with self._budget.share() as share:
            search = discover(asked, client=self._client, pool=self._pool, now=self._now, share=share)
            found = await or_internal_error(search, failed)
        return discreet_discovery(found, self._said)

    async def read_page(self, claimed: ClaimedPage) -> PageResult:
        """Visit one article page: robots.txt, the host's turn, fetch, read. A bug costs this page only, and
        its result has the traceback.
        """
        started_at = self._now()

        def failed(outcome: Outcome, traceback: str) -> PageResult:
            result = page_visit.ended(claimed, outcome, started_at=started_at, now=self._now())
            return replace(result, traceback=traceback)

        result = await or_internal_error(self._visit_page(claimed), failed)
        return discreet_result(replace(result, started_at=started_at), self._said)

    async def _visit_page(self, claimed: ClaimedPage) -> PageResult:
        refused = await self.grant(claimed)
        if refused is not None:
            return refused
        with self._budget.share() as share:
            result, asked = await page_visit.visit(
                claimed,
                client=self._client,
                pool=self._pool,
                now=self._now,
                share=share,
                permit=self._permit(claimed),
            )
        return self._with_rules(result, *map(host_of, asked))

    async def grant(self, claimed: ClaimedPage) -> PageResult | None:
        """Wait until a page may be asked. A result instead, when it may not."""
        self._learn(claimed)
        started_at = self._now()
        hosts: tuple[str, ...] = ()
        try:
            hosts = (host_of(claimed.url),)
            refused = await self._refusal(claimed, claimed.url)
        except AddressError as error:
            refused = outcomes.bad_address(error.word, str(error), None)
        if refused is not None:
            result = page_visit.ended(claimed, refused, started_at=started_at, now=self._now())
            return discreet_result(self._with_rules(result, *hosts), self._said)
        await self._rate_limiter.ready(claimed.host)
        return None

    async def fetch_page(self, claimed: ClaimedPage) -> Page:
        """Fetch a page that was granted, without reading it."""
        return await self._client.fetch(
            page_visit.ask_for(claimed), limits=claimed.limits, permit=self._permit(claimed)
        )

    def _permit(self, claimed: ClaimedPage) -> Permit:
        """Where a redirect leads to another host, the robots.txt of that host is read first, while no host's
        turn is held."""

        async def permit(target: Target) -> Outcome | None:
            return await self._refusal(claimed, target.url)

        return permit

    async def fetch_feed(self, claimed: ClaimedPage) -> Page:
        """For `newsdesk inspect`: the address of a source, in its host's turn, as its visits ask it."""
        self._learn(claimed)
        return await self._client.fetch(
            replace(page_visit.ask_for(claimed), accept=feed_visit.ACCEPT), limits=claimed.limits
        )

    async def read(self, order: Order[T]) -> T:
        """For `newsdesk inspect`: any order read in the pool. Raises ReadingLimitError."""
        return await self._pool.read(order)

    async def _refusal(self, claimed: ClaimedVisit | ClaimedPage, address: str) -> Outcome | None:
        """Why the robots.txt of its host does not let us ask `address`. The pause that it wants is the
        host's from now on, if it is longer."""
        host = host_of(address)
        known = claimed.robots if isinstance(claimed, ClaimedPage) else ()
        begun = claimed.url if isinstance(claimed, ClaimedPage) else claimed.address
        async with self._asking[host]:
            stored = next((one for one in known if one.host == host), None)
            robots = self._robots.get(host, stored)
            if robots is None or not is_fresh(robots, host=host, now=self._now()):
                asked, taught = await fetch_robots(
                    address,
                    client=self._client,
                    limits=claimed.limits,
                    before=robots,
                    secrets=claimed.secrets,
                )
                self._taught |= {one.host: one for one in joined((*self._taught.values(), *taught))}
                if isinstance(asked, Outcome):
                    return asked
                robots = asked
            self._robots[host] = robots
        if robots.delay_s is not None:
            own = queue_of(host) == claimed.host
            delay_s = claimed.delay_s if own else self._rate_limiter.usual_delay_s(host)
            self._rate_limiter.learn(host, next_at=None, delay_s=max(delay_s, robots.delay_s))
        return refusal(robots, address, led=address != begun)

    def _with_rules(self, result: PageResult, *hosts: str) -> PageResult:
        """A page's result with the rules of the hosts that were asked, and what asking for them taught: a
        robots.txt may ask for a pause, or say that it was too often, too."""
        asked = tuple(dict.fromkeys(hosts))
        robots = tuple(self._robots[host] for host in asked if host in self._robots)
        return replace(self._with_taught(result, asked), robots=robots)

    def _with_taught(self, result: R, hosts: Iterable[str]) -> R:
        if not self._taught:
            return result
        queues = dict.fromkeys(map(queue_of, hosts))
        taught = tuple(self._taught.pop(queue) for queue in queues if queue in self._taught)
        return replace(result, host_updates=joined(taught + result.host_updates)) if taught else result

    def _sitemaps(self, address: str) -> tuple[str, ...]:
        """Those that the robots.txt of its host names, if it was asked."""
        robots = self._robots.get(host_of(address))
        return named_sitemaps(robots) if robots is not None else ()

    def _said(self, words: str) -> str:
        """Words as they may be kept and shown."""
        return redact(self._secrets.scrub(words))

    def _learn(self, claimed: ClaimedVisit | ClaimedPage) -> None:
        self._rate_limiter.learn(
            claimed.host,
            next_at=claimed.next_at,
            delay_s=claimed.delay_s,
            per_minute=claimed.per_minute,
            asked=claimed.recent_requests,
        )
        for host, until in claimed.blocked:
            self._rate_limiter.block(host, until)
