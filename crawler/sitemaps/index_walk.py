"""The walk of one visit through an index of sitemaps: the sitemaps that most likely list new stories are requested
and read, within bounds.

`lastmod` and validators save requests for a day at most: then all that the index leads to is read anew, so that a
wrong one hides nothing for longer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from newsdesk.crawler.backfill.backfill import RobotsChecks
from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.http.client import HttpClient
from newsdesk.crawler.http.memory_budget import MemoryShare
from newsdesk.crawler.http.outcomes import plain
from newsdesk.crawler.http.target import AddressError, Target, parse_target
from newsdesk.crawler.models import HttpRequest, Page
from newsdesk.crawler.normalise.reader_version import READER_VERSION
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.politeness.rate_limiter import merge_host_updates
from newsdesk.crawler.sitemaps.children import name_rank, order_children
from newsdesk.crawler.sitemaps.listed import ListedAddress
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.pool import WorkerLimitError, WorkerPool
from newsdesk.crawler.workers.sitemap_task import SitemapTask, SitemapTaskResult
from newsdesk.storage.records.addresses.links import FoundLink
from newsdesk.storage.records.digests import (
    body_digest,
    made_by_other_version,
    pack_entries,
    unpack_entries,
)
from newsdesk.storage.records.entries import FeedEntry, IdentityScheme
from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.visits import ClaimedVisit, FeedFacts, KnownSitemap, VisitResult
from newsdesk.storage.records.zone_offsets import ZoneHabit

log = logging.getLogger(__name__)

ACCEPT = "application/xml, text/xml;q=0.9, application/gzip;q=0.8, text/plain;q=0.7, */*;q=0.1"
MOST_DOCUMENTS = 10  # requested in one visit, the root and the indexes inside it included
MOST_SITEMAPS = 4  # of an index, that are read in one visit
MOST_LEVELS = 3  # of indexes inside indexes
READ_ANEW = timedelta(hours=24)
_PASSING = {"temporary", "rate-limited", "challenge", "internal-error"}  # the next visit may read it
_MOST_KNOWN = 10  # times the limit on entries, as of a feed


async def read_document(
    page: Page, claimed: ClaimedVisit, pool: WorkerPool, share: MemoryShare
) -> SitemapTaskResult | Outcome:
    """The sitemap in a page, or why there is none."""
    try:
        reading = await pool.read(SitemapTask(document=Document.of(page), claimed=claimed), share)
    except WorkerLimitError as limit:
        return Outcome(
            code="worker-limit", category="unreadable", message=str(limit), status=page.outcome.status
        )
    if reading.problem is not None:
        return Outcome(
            code="not-a-sitemap",
            category="unreadable",
            message=reading.problem,
            status=page.outcome.status,
        )
    return reading


def of_links(links: int, addresses: int) -> str:
    """What the message of a visit says about addresses without a title."""
    return f", links to stories: {links} of {addresses} addresses without a title" if addresses else ""


@dataclass(slots=True, kw_only=True)
class IndexWalk:
    """The visit of an index: what waits to be read, and what was read so far."""

    claimed: ClaimedVisit
    root: Page
    client: HttpClient
    pool: WorkerPool
    now: Callable[[], datetime]
    share: MemoryShare
    robots: RobotsChecks
    entries: dict[str, FeedEntry] = field(default_factory=dict)
    repeated: list[FeedEntry] = field(default_factory=list)
    links: dict[str, FoundLink] = field(default_factory=dict)
    addresses: int = 0
    known: dict[str, str] = field(default_factory=dict)
    kept: dict[str, KnownSitemap] = field(default_factory=dict)
    failed: list[Outcome] = field(default_factory=list)
    host_updates: list[HostUpdate] = field(default_factory=list)
    title: str | None = None
    zone: ZoneHabit | None = None
    identity: IdentityScheme = "guid"
    wire_bytes: int = 0
    requested: int = 1
    read: int = 0
    unchanged: int = 0
    left: int = 0
    listed: int = 0
    whole: bool = True
    limit: str = ""
    _seen: set[str] = field(default_factory=set)
    _end_at: float = 0.0  # on the loop's clock

    async def run(self, root: SitemapTaskResult, result: VisitResult) -> VisitResult:
        """Read the sitemaps of the index, the most likely to have news first."""
        self._end_at = asyncio.get_running_loop().time() + self.claimed.limits.visit_s
        self._seen = {self.claimed.address, self.root.address}
        self.identity = self.claimed.identity_scheme
        self.whole = root.cut is None
        anew = self._reads_anew()
        before = {} if anew else {one.address: one for one in self.claimed.sitemaps}
        waiting = self._ordered(root.children, level=1)
        while waiting and not self._is_over():
            level, child = waiting.pop(0)
            known = before.get(child.address)
            if known is not None and self._is_unchanged(known, child):
                self._keep(known, child)
                continue
            reading = await self._visit_child(child, known)
            if reading is None:
                continue
            if not reading.is_index:
                continue
            if level == MOST_LEVELS:
                self.failed.append(_not_read(f"indexes are nested deeper than {MOST_LEVELS} levels"))
                continue
            waiting = self._ordered(reading.children, level=level + 1) + waiting
        return self._result(result, root, anew=anew)

    def _reads_anew(self) -> bool:
        """Whether everything is read again, whatever `lastmod` and validators say."""
        oldest = min((one.read_at for one in self.claimed.sitemaps), default=None)
        return (
            oldest is None
            or oldest <= self.now() - READ_ANEW
            or made_by_other_version(
                known=self.claimed.known_entries, body_digest=None, reader_version=READER_VERSION
            )
        )

    def _ordered(self, children: Iterable[ListedAddress], *, level: int) -> list[tuple[int, ListedAddress]]:
        """Those that may list stories, in order; all of them where no name says so."""
        ordered = order_children(children, now=self.now())
        worth = [one for one in ordered if name_rank(one.address) < 2] or ordered
        if level == 1:
            self.listed = len(ordered)
        return [(level, one) for one in worth[:MOST_DOCUMENTS]]

    def _is_over(self) -> bool:
        if self.read + self.unchanged >= MOST_SITEMAPS:
            return True
        if self.limit:
            return True
        if self.requested >= MOST_DOCUMENTS:
            self.limit = f"a visit requests at most {MOST_DOCUMENTS} documents"
            return True
        if asyncio.get_running_loop().time() >= self._end_at:
            self.limit = f"a visit takes at most {self.claimed.limits.visit_s:g} s for them"
        elif self._left() <= 0:
            self.limit = f"a visit reads at most {self.claimed.limits.entries:,} entries"
        self.whole = self.whole and not self.limit
        return bool(self.limit)

    def _left(self) -> int:
        """How many more entries and links the visit may read."""
        return self.claimed.limits.entries - len(self.entries) - len(self.links)

    def _is_unchanged(self, known: KnownSitemap, child: ListedAddress) -> bool:
        """By its `lastmod`. The first sitemap is requested all the same: it costs a 304."""
        return (
            child.lastmod is not None and child.lastmod == known.lastmod and bool(self.read + self.unchanged)
        )

    def _keep(self, known: KnownSitemap, child: ListedAddress) -> None:
        self.kept[child.address] = replace(known, lastmod=child.lastmod)
        self.unchanged += 1
        self.whole = False  # its entries are not in this visit

    async def _visit_child(
        self, child: ListedAddress, known: KnownSitemap | None
    ) -> SitemapTaskResult | None:
        """Request and read one sitemap; None when there is nothing more to do with it."""
        page = await self._request(child.address, known)
        if isinstance(page, Outcome):
            self._fail(page, known)
            return None
        if known is not None and page.outcome.code == "unchanged":
            self._keep(known, child)
            return None
        digest = body_digest(page.body, reader_version=READER_VERSION)
        if known is not None and digest == known.body_digest:
            self._keep(replace(known, etag=page.etag, last_modified=page.last_modified), child)
            return None
        limits = replace(self.claimed.limits, entries=self._left())
        claimed = replace(self.claimed, identity_scheme=self.identity, limits=limits)
        reading = await read_document(page, claimed, self.pool, self.share)
        if isinstance(reading, Outcome):
            self._fail(reading, known)
            return None
        if not reading.is_index:
            self._take(reading, child, page, digest)
        return reading

    def _fail(self, outcome: Outcome, known: KnownSitemap | None) -> None:
        self.failed.append(outcome)
        self.whole = self.whole and outcome.category not in _PASSING
        if known is not None:
            self.kept[known.address] = known

    def _take(self, reading: SitemapTaskResult, child: ListedAddress, page: Page, digest: str) -> None:
        listing = reading.listing
        self.read += 1
        for entry in listing.entries:
            if entry.entry_key in self.entries:  # two sitemaps list the same story
                self.repeated.append(replace(entry, state="repeated", story=None))
            else:
                self.entries[entry.entry_key] = entry
        for link in reading.links:
            if link.entry_key not in self.entries:
                self.links.setdefault(link.entry_key, link)
        self.addresses += reading.addresses
        self.known |= unpack_entries(listing.known, reader_version=READER_VERSION)
        self.identity = listing.identity
        self.title = self.title or listing.facts.title
        self.zone = self.zone or listing.zone
        self.left += listing.left
        whole = listing.whole and not listing.left
        self.whole = self.whole and whole
        self.kept[child.address] = KnownSitemap(
            address=child.address,
            read_at=self.now(),
            lastmod=child.lastmod if whole else None,
            etag=page.etag if whole else None,
            last_modified=page.last_modified if whole else None,
            body_digest=digest if whole else None,
        )
        if reading.cut is not None:
            self.failed.append(_not_read(reading.cut))

    async def _request(self, address: str, known: KnownSitemap | None) -> Page | Outcome:
        """Request a sitemap of the index; its outcome when there is nothing to read. An unchanged one is a page."""
        refused = await self._refusal(address)
        if refused is not None:
            return refused
        self._seen.add(address)
        self.requested += 1

        async def permit(target: Target) -> Outcome | None:
            return await self._refusal(target.url, redirected=True)

        request = HttpRequest(
            address=address,
            accept=ACCEPT,
            etag=known.etag if known else None,
            last_modified=known.last_modified if known else None,
            secrets=self.claimed.secrets,
            bound_to=self.claimed.address,
        )
        left_s = max(0.1, self._end_at - asyncio.get_running_loop().time())
        self.share.keep_held()
        page = await self.client.fetch(
            request,
            limits=replace(self.claimed.limits, visit_s=left_s),
            permit=permit,
            share=self.share,
        )
        log.debug("sitemap %d of the index: %s", self.requested - 1, redact(page.outcome.message))
        self.host_updates += page.host_updates
        self.wire_bytes += page.wire_bytes
        if any(update.blocked_until for update in page.host_updates):
            self.limit, self.whole = "the host asks to wait", False
        return page if page.outcome.category == "ok" else page.outcome

    async def _refusal(self, address: str, *, redirected: bool = False) -> Outcome | None:
        """Why an address is not requested: another site, requested already, or the robots.txt of its host."""
        try:
            target = parse_target(address)
        except AddressError as error:
            return Outcome(
                code=error.code, category="not-allowed", message=f"a sitemap of the index: {error}"
            )
        own = {self.claimed.site, site_of(self.claimed.address), site_of(self.root.address)}
        if site_of(target.url) not in own:
            return _not_read(f"a sitemap of the index is on another site, {target.host}")
        if not redirected and address in self._seen:
            return _not_read("the index names a sitemap again that was read")
        return await self.robots.refusal(target.url)

    def _result(self, result: VisitResult, root: SitemapTaskResult, *, anew: bool) -> VisitResult:
        """The result of the index with what its sitemaps hold."""
        result = replace(
            result,
            host_updates=merge_host_updates((*result.host_updates, *self.host_updates)),
            wire_bytes=result.wire_bytes + self.wire_bytes,
            ended_at=self.now(),
        )
        if not self.read and not self.unchanged and (self.failed or self.limit):
            first = self.failed[0] if self.failed else _not_read(self.limit)
            message = (
                f"none of the {self.listed} sitemaps of the {root.format} could be read: {first.message}"
            )
            return replace(result, outcome=replace(first, message=plain(message, 500)))
        known = dict(self.known)
        whole = anew and self.whole
        if not whole:  # what was not read anew may still list the others
            earlier = unpack_entries(self.claimed.known_entries, reader_version=READER_VERSION)
            most = _MOST_KNOWN * self.claimed.limits.entries - len(known)
            known |= dict([pair for pair in earlier.items() if pair[0] not in known][: max(0, most)])
        code = "partly-read" if self.left else "read" if self.read else "unchanged"
        return replace(
            result,
            outcome=Outcome(code=code, category="ok", message=self._message(root), status=200),
            entries=(*self.entries.values(), *self.repeated),
            links=tuple(self.links.values()) if self.addresses else None,
            known_entries=pack_entries(known.items(), reader_version=READER_VERSION) if self.read else None,
            identity_scheme=self.identity,
            zone=self.zone,
            facts=FeedFacts(title=self.title, format=root.format, parser="sitemap", left_out=self.left)
            if self.read
            else None,
            complete=whole,
            # An index is requested whole: that it is unchanged says nothing of its sitemaps.
            validators=(None, None),
            body_digest="",
            sitemaps=tuple(self.kept.values()),
        )

    def _message(self, root: SitemapTaskResult) -> str:
        count = len(self.entries) + len(self.repeated) - self.left
        message = f"read {count} {'entry' if count == 1 else 'entries'} of {self.read} of {self.listed}"
        message += f" sitemap{'' if self.listed == 1 else 's'} of the {root.format}"
        message += of_links(len(self.links), self.addresses)
        if self.unchanged:
            message += f", {self.unchanged} unchanged"
        if self.left:
            message += f", {self.left} more left for the next visit (limit on entries)"
        if self.failed:
            message += f", {len(self.failed)} with problems: {self.failed[0].message}"
        if self.limit:
            message += f"; {self.limit}"
        return plain(message, 500)


def _not_read(message: str) -> Outcome:
    """Why a sitemap of an index is not read. A visit ends with it only when all of them have such a reason."""
    return Outcome(code="sitemap-not-read", category="unreadable", message=message)
