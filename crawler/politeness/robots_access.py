"""The robots.txt of the hosts of one session: fetched when needed, one at a time a host, and kept."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar
from weakref import WeakValueDictionary

from newsdesk.crawler.http.client import HttpClient
from newsdesk.crawler.http.target import AddressError, host_of, parse_target
from newsdesk.crawler.politeness.bounded_cache import BoundedCache
from newsdesk.crawler.politeness.rate_limiter import RateLimiter, merge_host_updates
from newsdesk.crawler.politeness.robots import (
    KEEP_UNREACHABLE,
    RobotsParser,
    challenged,
    fetch_robots,
    fetch_tdm_file,
    forbidden,
    is_fresh,
    unreachable,
)
from newsdesk.crawler.workers.pool import WorkerLimitError, WorkerPool
from newsdesk.storage.records.hosts import HostUpdate, Robots
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.pages import ClaimedPage, PageResult
from newsdesk.storage.records.rate_limits import queue_of
from newsdesk.storage.records.rights.site import NO_SITE_RIGHTS, SiteRights
from newsdesk.storage.records.visits import ClaimedVisit, Limits, VisitResult

log = logging.getLogger(__name__)

MOST_HOSTS = 1024
MOST_CHARACTERS = 8 * 1024 * 1024  # of all texts: a hostile one has 500,000
MOST_UPDATES = 1024

R = TypeVar("R", VisitResult, PageResult)


class RobotsAccess:
    """Says why an address may not be requested. What its requests show about hosts goes into the results of
    visits by `add_to`."""

    def __init__(
        self, client: HttpClient, pool: WorkerPool, rate_limiter: RateLimiter, *, now: Callable[[], datetime]
    ) -> None:
        self._client = client
        self._parser = RobotsParser(pool)
        self._rate_limiter = rate_limiter
        self._now = now
        self._robots: BoundedCache[str, Robots] = BoundedCache(
            MOST_HOSTS, most_size=MOST_CHARACTERS, size_of=lambda robots: len(robots.robots_txt or "")
        )
        # Of requests for a robots.txt, and in no result yet.
        self._host_updates: BoundedCache[str, HostUpdate] = BoundedCache(MOST_UPDATES)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()  # those in use

    async def refusal(
        self, claimed: ClaimedVisit | ClaimedPage, address: str, *, redirected: bool | None = None
    ) -> Outcome | None:
        """Why the robots.txt of its host does not let us request `address`; None when it does. A crawl delay
        is the host's delay from now on, if it is longer. `redirected`: whether a redirect led there, for the
        message; None: if it is another address than the claimed one. Raises AddressError."""
        host = host_of(address)
        if redirected is None:
            redirected = address != (claimed.url if isinstance(claimed, ClaimedPage) else claimed.address)
        async with self._locks.setdefault(host, asyncio.Lock()):
            robots = await self._fresh(claimed, host, address)
            if isinstance(robots, Outcome):
                return robots
            self._apply_delay(robots, claimed)
            outcome = await self._refusal(robots, address, claimed.limits, redirected=redirected)
        if outcome is not None:
            log.info("%s: %s", outcome.code, outcome.message)
        return outcome

    async def _fresh(self, claimed: ClaimedVisit | ClaimedPage, host: str, address: str) -> Robots | Outcome:
        robots = self._robots.get(host) or next((one for one in claimed.robots if one.host == host), None)
        if robots is None or not is_fresh(robots, host=host, now=self._now()):
            fetched, host_updates = await fetch_robots(
                address,
                client=self._client,
                parser=self._parser,
                limits=claimed.limits,
                before=robots,
                secrets=claimed.secrets,
            )
            self._store(host_updates)
            if isinstance(fetched, Outcome):
                return fetched
            self._apply_delay(fetched, claimed)
            robots, host_updates = await fetch_tdm_file(
                fetched,
                parse_target(address).scheme,
                client=self._client,
                parser=self._parser,
                limits=claimed.limits,
                secrets=claimed.secrets,
            )
            self._store(host_updates)
        self._robots.set(host, robots)
        return robots

    def _apply_delay(self, robots: Robots, claimed: ClaimedVisit | ClaimedPage) -> None:
        """A crawl delay is the host's delay from now on, if it is longer."""
        if robots.delay_s is None:
            return
        own = queue_of(robots.host) == claimed.host
        delay_s = claimed.delay_s if own else self._rate_limiter.default_delay_s(robots.host)
        self._rate_limiter.update_host(
            robots.host, next_request_at=None, delay_s=max(delay_s, robots.delay_s)
        )

    async def site_rights(self, claimed: ClaimedVisit, *, fetch: bool) -> SiteRights:
        """What the host of a source states for its paths, as far as it is known; with `fetch` its files are requested
        where those that are known are old."""
        host = host_of(claimed.address)
        if fetch:
            async with self._locks.setdefault(host, asyncio.Lock()):
                await self._fresh(claimed, host, claimed.address)
        return self.known_site_rights(claimed.robots, claimed.address)

    def known_site_rights(self, stored: Iterable[Robots], address: str) -> SiteRights:
        """What the host of an address states for its paths: as it was fetched, else as it is stored."""
        try:
            host = host_of(address)
        except AddressError:
            return NO_SITE_RIGHTS
        robots = self._robots.get(host) or next((one for one in stored if one.host == host), None)
        return NO_SITE_RIGHTS if robots is None else robots.rights

    async def _refusal(
        self, robots: Robots, address: str, limits: Limits, *, redirected: bool
    ) -> Outcome | None:
        host = robots.host
        if robots.robots_txt is None and robots.challenge is not None:
            return challenged(host, address, robots.challenge, redirected=redirected)
        if robots.robots_txt is None:
            until = robots.read_at + KEEP_UNREACHABLE
            why = f"could not be fetched or parsed; next attempt after {until:%Y-%m-%d %H:%M} UTC"
            return unreachable(host, address, redirected=redirected, why=why)
        try:
            allowed = await self._parser.allows(robots.robots_txt, address, limits=limits)
        except WorkerLimitError as error:  # not again for each of its addresses
            self._robots.set(host, replace(robots, robots_txt=None, read_at=self._now()))
            return unreachable(host, address, redirected=redirected, why=f"could not be parsed ({error})")
        return None if allowed else forbidden(host, address, redirected=redirected)

    async def sitemaps(self, address: str, limits: Limits) -> tuple[str, ...]:
        """The sitemaps that the robots.txt of its host names, as printed; none if it was not fetched yet, or
        cannot be parsed."""
        robots = self._robots.get(host_of(address))
        if robots is None or not robots.robots_txt:
            return ()
        try:
            return (await self._parser.rules(robots.robots_txt, limits=limits)).sitemaps
        except WorkerLimitError as error:
            log.warning("robots.txt of %s cannot be parsed: %s", robots.host, error)
            return ()

    def robots_of(self, hosts: Iterable[str]) -> tuple[Robots, ...]:
        """What is kept of some hosts, each once."""
        found = (self._robots.get(host) for host in dict.fromkeys(hosts))
        return tuple(robots for robots in found if robots is not None)

    def add_to(self, result: R, hosts: Iterable[str]) -> R:
        """A result with what requests for the robots.txt of its hosts showed: that a host asks for a pause,
        or was requested too often."""
        if not self._host_updates:
            return result
        popped = (self._host_updates.pop(queue) for queue in dict.fromkeys(map(queue_of, hosts)))
        updates = tuple(update for update in popped if update is not None)
        if not updates:
            return result
        return replace(result, host_updates=merge_host_updates(updates + result.host_updates))

    def _store(self, host_updates: Iterable[HostUpdate]) -> None:
        for update in host_updates:
            before = self._host_updates.get(update.host)
            [merged] = merge_host_updates((update,) if before is None else (before, update))
            self._host_updates.set(update.host, merged)
