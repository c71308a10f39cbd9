"""The requests of one discovery: their limits, and what they found."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.discovery.candidates import FoundFeed, describe_feed
from newsdesk.crawler.discovery.home_page import FeedLink, FoundBy, HomeReading
from newsdesk.crawler.http.client import HttpClient
from newsdesk.crawler.http.memory_budget import MemoryShare
from newsdesk.crawler.http.target import host_of
from newsdesk.crawler.links.models import StoryLink
from newsdesk.crawler.models import HttpRequest, Page
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.site_files.site_file import FindSiteFile, no_site_file
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.feed_task import FeedTask, FeedTaskResult
from newsdesk.crawler.workers.pool import WorkerLimitError, WorkerPool
from newsdesk.crawler.workers.sitemap_task import SitemapTask, SitemapTaskResult
from newsdesk.crawler.workers.task import Task
from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.visits import NO_SECRETS, ClaimedVisit, Limits, SecretNames, SourceKind

log = logging.getLogger(__name__)

R = TypeVar("R", FeedTaskResult, SitemapTaskResult)

MOST_REQUESTS = 12
REFUSALS = 3  # in a row, after which the host gets no more requests


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveryRequest:
    """The address of a site. `kind`: find sources of this kind only. `fallback` is requested when `address` does not
    respond; `all`: find all feeds, not only the best."""

    address: str
    kind: SourceKind | None = None
    fallback: str | None = None
    all: bool = False
    secrets: SecretNames = NO_SECRETS
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One address that was requested and is not a feed, and why."""

    address: str
    found_by: FoundBy
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """The feeds that were found, best first. `outcome` is that of the requested address itself, `notes` are for
    people; `sitemaps` are those that robots.txt names; `unread` counts the feeds of the page that were not
    requested. `links`: the addresses that the page links, with their scores, where it was looked at as a site."""

    address: str
    outcome: Outcome
    feeds: tuple[FoundFeed, ...] = ()
    tried: tuple[Tried, ...] = ()
    sitemaps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    host_updates: tuple[HostUpdate, ...] = ()
    requests: int = 0
    unread: int = 0
    links: tuple[StoryLink, ...] = ()


@dataclass(slots=True, kw_only=True)
class Search:
    """The discovery of one address: its means, and what it found so far."""

    request: DiscoveryRequest
    client: HttpClient
    pool: WorkerPool
    now: Callable[[], datetime]
    share: MemoryShare
    site_file: FindSiteFile = no_site_file
    home: str = ""
    home_page: HomeReading = field(default_factory=HomeReading)
    header: tuple[FeedLink, ...] = ()
    feeds: list[FoundFeed] = field(default_factory=list)
    sitemaps: list[FoundFeed] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    links: tuple[StoryLink, ...] = ()
    seen: set[str] = field(default_factory=set)
    host_updates: dict[str, HostUpdate] = field(default_factory=dict)
    requests: int = 0
    refusals: int = 0
    unread: int = 0

    @property
    def is_used_up(self) -> bool:
        """Whether no more requests may be made. One is left for robots.txt."""
        return self.requests >= MOST_REQUESTS - 1 or self.refusals >= REFUSALS

    async def fetch(
        self, address: str, *, accept: str, redirects: bool = True, patience_s: float | None = None
    ) -> Page:
        limits = self.request.limits if redirects else replace(self.request.limits, redirects=0)
        if patience_s is not None:
            limits = replace(limits, visit_s=min(patience_s, limits.visit_s))
        http_request = HttpRequest(
            address=address, accept=accept, secrets=self.request.secrets, bound_to=self.request.address
        )
        page = await self.client.fetch(http_request, limits=limits, share=self.share)
        self.requests += 1
        self.host_updates |= {update.host: update for update in page.host_updates}
        if page.outcome.category == "rate-limited" or (
            page.outcome.category == "temporary" and page.outcome.status is None
        ):
            self.refusals = REFUSALS if page.outcome.category == "rate-limited" else self.refusals + 1
        else:
            self.refusals = self.refusals + 1 if page.outcome.category in {"forbidden", "challenge"} else 0
        return page

    async def parse(self, page: Page, found_by: FoundBy) -> FeedTaskResult | None:
        """The page as a feed. None, and an entry in `tried`, when it is not one."""
        return await self._parse(
            FeedTask(document=Document.of(page), claimed=self._claimed(page)), page, found_by
        )

    async def parse_sitemap(self, page: Page, found_by: FoundBy) -> SitemapTaskResult | None:
        """The page as a sitemap. None, and an entry in `tried`, when it is not one."""
        task = SitemapTask(document=Document.of(page), claimed=self._claimed(page))
        return await self._parse(task, page, found_by)

    async def _parse(self, task: Task[R], page: Page, found_by: FoundBy) -> R | None:
        try:
            reading = await self.pool.read(task, self.share)
            problem = reading.problem
        except WorkerLimitError as limit:
            problem = str(limit)
        if problem is None:
            return reading
        self.tried.append(Tried(address=page.requested, found_by=found_by, message=problem))
        return None

    def _claimed(self, page: Page) -> ClaimedVisit:
        return ClaimedVisit(
            source_id=0,
            address=page.address,
            host=host_of(page.address),
            site=site_of(page.address),
            limits=self.request.limits,
        )

    def add(self, page: Page, reading: FeedTaskResult, link: FeedLink) -> None:
        """Add a feed. One that moved permanently has its new address."""
        log.info("found a feed by %s: %s", link.found_by, redact(page.moved_to or page.requested))
        self.feeds.append(self.describe(page, reading, link))

    def describe(self, page: Page, reading: FeedTaskResult, link: FeedLink) -> FoundFeed:
        """A parsed document as a candidate."""
        return describe_feed(
            reading,
            address=page.moved_to or page.requested,
            found_by=link.found_by,
            page=link.page,
            home=self.home or page.address,
            order=len(self.feeds),
            link_title=link.title,
        )
