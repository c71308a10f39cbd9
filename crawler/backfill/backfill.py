"""After a gap: request older documents of the feed for the entries between two visits, else the news sitemap.

Few requests, each in its host's turn, allowed by robots.txt and on the feed's own site, all together within the
time of one more visit. They end with the first document that reaches back to known entries.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urljoin

from newsdesk.crawler.backfill.gap_sitemap_task import GapSitemapTask
from newsdesk.crawler.backfill.older_documents import OlderLink
from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.http.client import HttpClient
from newsdesk.crawler.http.memory_budget import MemoryShare
from newsdesk.crawler.http.target import AddressError, Target, parse_target
from newsdesk.crawler.models import HttpRequest, Page
from newsdesk.crawler.normalise.urls.canonical import canonical_url
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.feed_task import DATE_TOLERANCE, FeedTask, FeedTaskResult
from newsdesk.crawler.workers.pool import WorkerLimitError, WorkerPool
from newsdesk.storage.records.entries import FeedEntry
from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.rights.site import SiteRights
from newsdesk.storage.records.visits import Backfill, ClaimedVisit

log = logging.getLogger(__name__)

MOST_DOCUMENTS = 5
_SITEMAPS = ("/news-sitemap.xml", "/sitemap-news.xml")  # the paths of common publishing systems
_ACCEPT = "application/xml, text/xml;q=0.9, */*;q=0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsChecks:
    """What the robots.txt of a host says: why an address may not be requested (None when it may), and the
    sitemaps that it names, once it was fetched. `rights`: what the source's own host states for its paths."""

    refusal: Callable[[str], Awaitable[Outcome | None]]
    sitemaps: Callable[[str], Awaitable[tuple[str, ...]]]
    rights: Callable[[], Awaitable[SiteRights]]


@dataclass(slots=True, kw_only=True)
class BackfillSearch:
    """One search and its state. `page` and `reading`: the document in which no known entry was left."""

    claimed: ClaimedVisit
    since: datetime
    page: Page
    reading: FeedTaskResult
    client: HttpClient
    pool: WorkerPool
    robots: RobotsChecks
    share: MemoryShare
    accept: str
    host_updates: list[HostUpdate] = field(default_factory=list)
    wire_bytes: int = 0
    _requested: int = 0
    _found: dict[str, FeedEntry] = field(default_factory=dict)
    _keys: set[str] = field(default_factory=set)
    _seen: set[str] = field(default_factory=set)
    _why: list[str] = field(default_factory=list)
    _is_over: bool = False
    _end_at: float = 0.0  # on the loop's clock

    async def run(self) -> Backfill:
        """Request documents until the gap is closed, or there are none left."""
        self._end_at = asyncio.get_running_loop().time() + self.claimed.limits.visit_s
        self._keys = {one.entry_key for one in self.reading.entries}
        self._seen = {self.claimed.address, self.page.address}
        if not self.reading.older:
            self._why.append("the feed links no older document")
        for link in self.reading.older:
            if not self._is_over and await self._follow(link):
                return self._result(f"closed by page {self._requested + 1}", closed=True)
        if not self._is_over and await self._request_sitemaps():
            return self._result("closed by the news sitemap", closed=True)
        return self._result(f"not closed: {', '.join(dict.fromkeys(self._why))}", closed=False)

    def _result(self, message: str, *, closed: bool) -> Backfill:
        found = len(self._found)
        message += f"; {self._requested} older document{'' if self._requested == 1 else 's'} requested,"
        message += f" {found} missed {'entry' if found == 1 else 'entries'} found"
        return Backfill(
            entries=tuple(self._found.values()), documents=self._requested, gap_closed=closed, message=message
        )

    async def _follow(self, first: OlderLink) -> bool:
        """Request document after document by one relation. Whether that closed the gap."""
        link: OlderLink | None = first
        while link is not None:
            page = await self._request(link.address, self.accept)
            reading = None if page is None else await self._read(page)
            if reading is None:
                return False
            fresh = [one for one in reading.entries if one.entry_key not in self._keys]
            if not fresh and not reading.overlaps:
                self._why.append(f"page {self._requested + 1} has the same entries again")
                return False
            self._take(entries_since(fresh, since=self.since))
            if reading.overlaps:
                return True
            link = next((one for one in reading.older if one.relation == first.relation), None)
        self._why.append(f"page {self._requested + 1} is the last one")
        return False

    async def _read(self, page: Page) -> FeedTaskResult | None:
        try:
            reading = await self.pool.read(
                FeedTask(
                    document=Document.of(page), claimed=self.claimed, site_rights=await self.robots.rights()
                ),
                self.share,
            )
        except WorkerLimitError as limit:
            self._why.append(str(limit))
            return None
        if reading.problem is not None:
            self._why.append(reading.problem)
            return None
        if reading.identity != self.reading.identity:
            self._why.append("the entries of an older document have another identity scheme")
            return None
        return reading

    async def _request_sitemaps(self) -> bool:
        home = self.reading.facts.home
        base = home if home is not None and self._is_own(home) else self.page.address
        usual = [urljoin(base, path) for path in _SITEMAPS]
        if await self.robots.refusal(usual[0]) is not None:  # also fetches the robots.txt for the line below
            usual.pop(0)
        named = [
            one for one in await self.robots.sitemaps(base) if "news" in one.lower() and self._is_own(one)
        ]
        for address in named[:2] or usual:
            page = None if self._is_over else await self._request(address, _ACCEPT, guessed=not named)
            if page is not None:
                return await self._read_sitemap(page)
        self._why.append("there is no news sitemap")
        return False

    async def _read_sitemap(self, page: Page) -> bool:
        entries = (*self.reading.entries, *self._found.values())
        stories = [one.story for one in entries if one.story is not None]
        task = GapSitemapTask(
            document=Document.of(page),
            claimed=self.claimed,
            carried={canonical_url(story.addresses[0].url): story.published for story in stories},
            since=self.since,
        )
        try:
            listing = await self.pool.read(task, self.share)
        except WorkerLimitError as limit:
            self._why.append(str(limit))
            return False
        if listing.problem is not None:
            self._why.append(f"the news sitemap is not used: {listing.problem}")
            return False
        self._take(listing.entries)
        self._why.append("the news sitemap does not reach back far enough")
        return listing.overlaps

    async def _request(self, address: str, accept: str, *, guessed: bool = False) -> Page | None:
        """Request one older document. None when it cannot be had; `_why` says so, except for a missing document at a
        `guessed` address."""
        left_s = self._end_at - asyncio.get_running_loop().time()
        self._is_over = (
            self._requested >= MOST_DOCUMENTS or left_s <= 0 or len(self._keys) >= self.claimed.limits.entries
        )
        if self._is_over:
            limit = (
                f"{MOST_DOCUMENTS} documents"
                if self._requested >= MOST_DOCUMENTS
                else "its time or its limit on entries"
            )
            self._why.append(f"a visit takes no more than {limit}")
            return None
        refused = await self._refusal(address)
        if refused is None:
            self._seen.add(address)
            self._requested += 1
            page = await self._fetch(address, accept, left_s)
            refused = None if page.outcome.category == "ok" else page.outcome
            if any(update.blocked_until for update in page.host_updates):
                self._is_over = True
        if refused is None:
            return page
        if not guessed or refused.category != "not-found":
            self._why.append(refused.message)
        return None

    async def _fetch(self, address: str, accept: str, left_s: float) -> Page:
        async def permit(target: Target) -> Outcome | None:
            return await self._refusal(target.url)

        request = HttpRequest(
            address=address, accept=accept, secrets=self.claimed.secrets, bound_to=self.claimed.address
        )
        limits = replace(self.claimed.limits, visit_s=left_s)
        self.share.keep_held()
        page = await self.client.fetch(request, limits=limits, permit=permit, share=self.share)
        log.debug("older document %d: %s", self._requested, redact(page.outcome.message))
        self.host_updates += page.host_updates
        self.wire_bytes += page.wire_bytes
        return page

    async def _refusal(self, address: str) -> Outcome | None:
        """Why an address is not requested: another site, requested already, or the robots.txt of its host."""
        try:
            target = parse_target(address)
        except AddressError as error:
            return Outcome(
                code=error.code, category="not-allowed", message=f"the next older document: {error}"
            )
        if not self._is_own(target.url):
            message = f"the next older document is on another site, {target.host}, and is not requested"
        elif address in self._seen:
            message = "the older documents link back to one that was requested"
        else:
            return await self.robots.refusal(target.url)
        return Outcome(code="not-followed", category="not-allowed", message=message)

    def _is_own(self, address: str) -> bool:
        return site_of(address) in (self.claimed.site, site_of(self.page.address))

    def _take(self, entries: Iterable[FeedEntry]) -> None:
        for one in entries:
            self._found.setdefault(one.entry_key, one)
            self._keys.add(one.entry_key)


def entries_since(entries: Iterable[FeedEntry], *, since: datetime) -> list[FeedEntry]:
    """The entries of an older document that no visit can have seen: published after the last visit, give or take a
    day; of those without a date the ones before the first known entry."""
    missed, above = [], True
    for one in entries:
        above = above and one.state != "unchanged"
        if one.state != "parsed" or one.story is None:
            continue
        published = one.story.published
        if above if published is None else published >= since - DATE_TOLERANCE:
            missed.append(one)
    return missed
