"""A session: the HTTP client, the rate limiter and the worker pool that the visits of one run share.

The next session knows nothing of this one but what its claimed visits bring.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

from newsdesk.crawler import feed_visit, page_visit, site_visit, sitemap_visit, spider_visit
from newsdesk.crawler.backfill.backfill import RobotsChecks
from newsdesk.crawler.credentials.redacted_results import redact_discovery, redact_result
from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.http import outcomes
from newsdesk.crawler.http.client import HttpClient
from newsdesk.crawler.http.memory_budget import MemoryBudget, MemoryShare
from newsdesk.crawler.http.redirects import Permit
from newsdesk.crawler.http.target import AddressError, Target, host_of
from newsdesk.crawler.internal_error import or_internal_error
from newsdesk.crawler.models import Page
from newsdesk.crawler.politeness.host_lease import HostLease, LeaseHost, no_lease
from newsdesk.crawler.politeness.rate_limiter import RateLimiter
from newsdesk.crawler.politeness.robots_access import RobotsAccess
from newsdesk.crawler.session_settings import SessionSettings
from newsdesk.crawler.site_files.checking import site_file_problems
from newsdesk.crawler.site_files.index import SiteFiles, find_site_files, has_own
from newsdesk.crawler.site_files.site_file import SiteFileRef
from newsdesk.crawler.workers.pool import WorkerPool
from newsdesk.crawler.workers.task import Task
from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.pages import ClaimedPage, PageResult
from newsdesk.storage.records.rights.site import SiteRights
from newsdesk.storage.records.visits import ClaimedVisit, SourceKind, VisitResult

if TYPE_CHECKING:  # imported by the first discovery: few runs have one
    from newsdesk.crawler.backfill.history import HistoryDocument, HistoryReading
    from newsdesk.crawler.discovery.search import Discovery, DiscoveryRequest

log = logging.getLogger(__name__)

T = TypeVar("T")


class Visit(Protocol):
    """Visits a source of one kind. Whatever a server or a document does becomes an outcome. `share` holds the
    memory of its documents, also after this; `robots`: what robots.txt says of further addresses."""

    def __call__(
        self,
        claimed: ClaimedVisit,
        *,
        client: HttpClient,
        pool: WorkerPool,
        now: Callable[[], datetime],
        share: MemoryShare,
        robots: RobotsChecks,
    ) -> Awaitable[VisitResult]: ...


# Each kind of source with its visit.
VISITS: Mapping[SourceKind, Visit] = {
    "feed": feed_visit.visit,
    "site": site_visit.visit,
    "sitemap": sitemap_visit.visit,
    "spider": spider_visit.visit,
}


class Session:
    """Makes visits. Use as an async context manager. `lease`: leases the hosts that a spider requests beside that of
    its source."""

    def __init__(
        self, settings: SessionSettings, *, now: Callable[[], datetime], lease: LeaseHost = no_lease
    ) -> None:
        self._now = now
        self._lease = lease
        self._blocked: tuple[tuple[str, datetime], ...] = ()  # the list that was applied last
        self._rate_limiter = RateLimiter(
            delay_s=settings.delay_s, per_minute=settings.per_minute, own=settings.own, now=now
        )
        self._budget = MemoryBudget()
        self._client = HttpClient(settings.client, rate_limiter=self._rate_limiter, budget=self._budget)
        self._pool = WorkerPool(workers=settings.workers)
        self._robots = RobotsAccess(self._client, self._pool, self._rate_limiter, now=now)
        self._secrets = settings.client.secrets
        self._site_files: SiteFiles | None = None
        self._site_file_settings = settings.site_files
        self._spiders = spider_visit.SpiderRuntime(settings=settings.spiders, lease=self.leased)
        self._checks_feeds = settings.check_feed_hosts

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        if has_own(self._site_file_settings):
            self._site_files = await self._checked(find_site_files(self._site_file_settings))
        log.debug("session opened")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._client.__aexit__(kind, error, trace)
        finally:
            await self._pool.aclose()
        log.debug("session closed")

    async def _checked(self, found: SiteFiles) -> SiteFiles:
        """The site files that can be used. Own ones are run once in a worker; what is wrong with them is logged, and
        stops nothing else."""
        if found.own:
            found = found.without(await site_file_problems(self._pool, found.own))
        for problem in found.problems:
            log.error("site file not used: %s", problem)
        return found

    @property
    def site_files(self) -> SiteFiles:
        """The site files in use, and what is wrong with others."""
        if self._site_files is None:  # only pages have one
            self._site_files = find_site_files(self._site_file_settings)
        return self._site_files

    def site_file(self, host: str) -> SiteFileRef | None:
        """The site file of a host."""
        return self.site_files.find(host)

    def share(self) -> AbstractContextManager[MemoryShare]:
        """The memory that one visit may use for large documents; hold it until its result is kept."""
        return self._budget.share()

    async def visit(self, claimed: ClaimedVisit, share: MemoryShare) -> VisitResult:
        """Visit one source. An internal error fails this visit only; its result has the traceback."""
        self._update_hosts(claimed)
        started_at = self._now()
        hosts: list[str] = []

        def failed(outcome: Outcome, traceback: str) -> VisitResult:
            return VisitResult(
                source_id=claimed.source_id,
                host=claimed.host,
                started_at=started_at,
                ended_at=self._now(),
                outcome=outcome,
                identity_scheme=claimed.identity_scheme,
                traceback=traceback,
            )

        async def visit() -> VisitResult:
            make: Visit = VISITS[claimed.kind]
            if claimed.kind == "site":
                make = partial(site_visit.visit, site_file=self.site_file)
            elif claimed.kind == "spider":
                make = partial(spider_visit.visit, runtime=self._spiders)
            return await make(
                claimed,
                client=self._client,
                pool=self._pool,
                now=self._now,
                share=share,
                robots=self._robots_checks(claimed, hosts),
            )

        result = await or_internal_error(visit(), failed)
        result = replace(self._robots.add_to(result, hosts), robots=self._robots.robots_of(hosts))
        return redact_result(result, self._redact)

    @asynccontextmanager
    async def leased(self, queue: str) -> AsyncIterator[HostLease]:
        """Lease a host for one request, at the rate that the store knows."""
        async with self._lease(queue) as lease:
            if lease.schedule is not None:
                self._rate_limiter.update_host(
                    queue,
                    next_request_at=lease.schedule.next_request_at,
                    delay_s=lease.schedule.rate_limit.delay_s,
                    per_minute=lease.schedule.rate_limit.per_minute,
                    recent_requests=lease.schedule.recent_requests,
                )
            if lease.blocked_until is not None:
                self._rate_limiter.block(queue, lease.blocked_until)
            yield lease

    async def read_history(
        self, claimed: ClaimedVisit, document: HistoryDocument, *, since: date
    ) -> HistoryReading:
        """Request and read one document of the history of a source. An internal error fails this document only."""
        from newsdesk.crawler.backfill.history import HistoryReading, read_history

        self._update_hosts(claimed)
        started_at = self._now()
        hosts: list[str] = []

        def failed(outcome: Outcome, traceback: str) -> HistoryReading:
            result = VisitResult(
                source_id=claimed.source_id,
                host=claimed.host,
                started_at=started_at,
                ended_at=self._now(),
                outcome=outcome,
                complete=False,
                traceback=traceback,
            )
            return HistoryReading(result=result)

        with self._budget.share() as share:
            reading = read_history(
                claimed,
                document,
                since=since,
                client=self._client,
                pool=self._pool,
                now=self._now,
                share=share,
                robots=self._robots_checks(claimed, hosts),
                site_file=self.site_file(host_of(claimed.address)) if claimed.kind == "site" else None,
            )
            found = await or_internal_error(reading, failed)
        return replace(found, result=redact_result(self._robots.add_to(found.result, hosts), self._redact))

    def _robots_checks(self, claimed: ClaimedVisit, hosts: list[str]) -> RobotsChecks:
        """What a visit asks of robots.txt and its neighbours. The hosts that it names are added to `hosts`."""

        async def refusal(address: str) -> Outcome | None:
            hosts.append(host_of(address))
            return await self._robots.refusal(claimed, address, redirected=False)

        async def sitemaps(address: str) -> tuple[str, ...]:
            return await self._robots.sitemaps(address, claimed.limits)

        async def rights() -> SiteRights:
            if self._checks_feeds:
                hosts.append(host_of(claimed.address))
            return await self._robots.site_rights(claimed, fetch=self._checks_feeds)

        return RobotsChecks(refusal=refusal, sitemaps=sitemaps, rights=rights)

    async def sitemaps_of(self, claimed: ClaimedVisit, address: str) -> tuple[str, ...]:
        """The sitemaps that the robots.txt of a host names, as printed. Raises AddressError."""
        self._update_hosts(claimed)
        await self._robots.refusal(claimed, address)
        return await self._robots.sitemaps(address, claimed.limits)

    def apply_host_updates(self, host_updates: Iterable[HostUpdate]) -> None:
        """Apply what the store knows of hosts that no claimed visit brings: pauses that are not over."""
        for update in host_updates:
            self._rate_limiter.update_host(
                update.host,
                next_request_at=update.next_request_at,
                delay_s=self._rate_limiter.default_delay_s(update.host),
                recent_requests=update.recent_requests,
            )
            if update.blocked_until is not None:
                self._rate_limiter.block(update.host, update.blocked_until)

    async def discover(self, request: DiscoveryRequest) -> Discovery:
        """Find the feeds of an address that is no source yet. An internal error fails this address only."""
        from newsdesk.crawler.discovery.discover import discover
        from newsdesk.crawler.discovery.search import Discovery

        def failed(outcome: Outcome, traceback: str) -> Discovery:
            return Discovery(address=request.address, outcome=outcome)

        with self._budget.share() as share:
            search = discover(
                request,
                client=self._client,
                pool=self._pool,
                now=self._now,
                share=share,
                site_file=self.site_file,
            )
            found = await or_internal_error(search, failed)
        return redact_discovery(found, self._redact)

    async def read_page(self, claimed: ClaimedPage) -> PageResult:
        """Visit one article page: robots.txt, the host's turn, fetch, read. An internal error fails this page
        only; its result has the traceback.
        """
        started_at = self._now()

        def failed(outcome: Outcome, traceback: str) -> PageResult:
            result = page_visit.unread_result(claimed, outcome, started_at=started_at, now=self._now())
            return replace(result, traceback=traceback)

        result = await or_internal_error(self._visit_page(claimed), failed)
        return redact_result(replace(result, started_at=started_at), self._redact)

    async def _visit_page(self, claimed: ClaimedPage) -> PageResult:
        refused = await self.wait_for_turn(claimed)
        if refused is not None:
            return refused
        with self._budget.share() as share:
            result, addresses = await page_visit.visit(
                claimed,
                client=self._client,
                pool=self._pool,
                now=self._now,
                share=share,
                permit=self._permit(claimed),
                site_file=self.site_file,
                rights=partial(self._robots.known_site_rights, claimed.robots),
            )
        return self._with_robots(result, *map(host_of, addresses))

    async def wait_for_turn(self, claimed: ClaimedPage) -> PageResult | None:
        """Wait until a page may be requested. Its result, when it may not."""
        self._update_hosts(claimed)
        started_at = self._now()
        hosts: tuple[str, ...] = ()
        try:
            hosts = (host_of(claimed.url),)
            refused = await self._robots.refusal(claimed, claimed.url)
        except AddressError as error:
            refused = outcomes.bad_address(error.code, str(error), None)
        if refused is not None:
            result = page_visit.unread_result(claimed, refused, started_at=started_at, now=self._now())
            return redact_result(self._with_robots(result, *hosts), self._redact)
        await self._rate_limiter.wait_until_free(claimed.host)
        return None

    async def fetch_page(self, claimed: ClaimedPage) -> Page:
        """Fetch a page for which `wait_for_turn` returned None, without reading it."""
        return await self._client.fetch(
            page_visit.page_request(claimed), limits=claimed.limits, permit=self._permit(claimed)
        )

    def _permit(self, claimed: ClaimedPage) -> Permit:
        """Asks the robots.txt of another host before a redirect to it is followed, while no host's turn is
        held."""

        async def permit(target: Target) -> Outcome | None:
            return await self._robots.refusal(claimed, target.url)

        return permit

    async def fetch_feed(self, claimed: ClaimedPage) -> Page:
        """For `newsdesk inspect`: fetch the address of a source in its host's turn, as its visits do."""
        self._update_hosts(claimed)
        return await self._client.fetch(
            replace(page_visit.page_request(claimed), accept=feed_visit.ACCEPT), limits=claimed.limits
        )

    async def run_task(self, task: Task[T]) -> T:
        """For `newsdesk inspect`: run any task in the worker pool. Raises WorkerLimitError."""
        return await self._pool.read(task)

    def _with_robots(self, result: PageResult, *hosts: str) -> PageResult:
        """A page's result with the robots.txt of the hosts that were requested."""
        return replace(self._robots.add_to(result, hosts), robots=self._robots.robots_of(hosts))

    def _redact(self, text: str) -> str:
        """A text without secrets, as it may be kept and shown."""
        return redact(self._secrets.scrub(text))

    def _update_hosts(self, claimed: ClaimedVisit | ClaimedPage) -> None:
        self._rate_limiter.update_host(
            claimed.host,
            next_request_at=claimed.next_request_at,
            delay_s=claimed.delay_s,
            per_minute=claimed.per_minute,
            recent_requests=claimed.recent_requests,
        )
        if claimed.blocked is self._blocked:  # the same list for all visits of many claims
            return
        self._blocked = claimed.blocked
        for host, until in claimed.blocked:
            self._rate_limiter.block(host, until)
