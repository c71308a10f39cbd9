"""One document of the history of a source: what it lists since a day, and which documents go farther back.

A feed goes on with its archives or further pages (RFC 5005, JSON Feed, WordPress), a sitemap with the sitemaps of its
index that may list that time, a home or section page with its next page. Each document is one request, allowed by
robots.txt and on the source's own site.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from newsdesk.crawler.backfill.backfill import RobotsChecks
from newsdesk.crawler.http.client import HttpClient
from newsdesk.crawler.http.memory_budget import MemoryShare
from newsdesk.crawler.http.outcomes import bad_address
from newsdesk.crawler.http.target import AddressError, Target
from newsdesk.crawler.models import HttpRequest, Page
from newsdesk.crawler.normalise.reader_version import READER_VERSION
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.site_files.site_file import SiteFileRef
from newsdesk.crawler.sitemaps.children import may_list, name_rank, order_children
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.feed_task import FeedTask
from newsdesk.crawler.workers.pool import WorkerLimitError, WorkerPool
from newsdesk.crawler.workers.site_task import SiteTask
from newsdesk.crawler.workers.sitemap_task import SitemapTask
from newsdesk.crawler.workers.task import Task
from newsdesk.storage.records.addresses.links import FoundLink
from newsdesk.storage.records.digests import digest, unpack_entries
from newsdesk.storage.records.entries import FeedEntry
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.visits import ClaimedVisit, SourceKind, VisitResult

MOST_ENTRIES = 50_000  # of one document
_ACCEPT: dict[SourceKind, str] = {
    "feed": "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.1",
    "sitemap": "application/xml, text/xml;q=0.9, application/gzip;q=0.8, text/plain;q=0.7, */*;q=0.1",
    "site": "text/html, application/xhtml+xml, */*;q=0.1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryDocument:
    """A document to request. `relation`: how it was found: first, prev-archive, next, prev, paged, sitemap, page."""

    address: str
    relation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryReading:
    """A document that was requested. `result` has its outcome, its entries and its links since the wanted day, as
    backlog. `following`: the documents that go on from it. `days`: the first and the last day that it lists;
    `fingerprint`: of all that it lists, so that a page that comes again is known. `undated`: links that were left out,
    because nothing says when they were published."""

    result: VisitResult
    following: tuple[HistoryDocument, ...] = ()
    listed: int = 0
    days: tuple[date, date] | None = None
    fingerprint: str | None = None
    undated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    """What is kept of a document. `keys`: of all that it lists."""

    entries: tuple[FeedEntry, ...]
    links: tuple[FoundLink, ...] | None
    following: tuple[HistoryDocument, ...]
    keys: tuple[str, ...]
    days: tuple[date, date] | None
    undated: int

    @property
    def kept(self) -> int:
        return len(self.entries) + len(self.links or ())


async def read_history(
    claimed: ClaimedVisit,
    document: HistoryDocument,
    *,
    since: date,
    client: HttpClient,
    pool: WorkerPool,
    now: Callable[[], datetime],
    share: MemoryShare,
    robots: RobotsChecks,
    site_file: SiteFileRef | None = None,
) -> HistoryReading:
    """Request and read one document. Whatever a server or a document does becomes an outcome. `site_file`: that of
    the site, which may choose the links of a page."""
    started_at = now()
    known = unpack_entries(claimed.known_entries, reader_version=READER_VERSION)
    claimed = replace(  # entries that are known are read too: their dates count
        claimed,
        limits=replace(claimed.limits, entries=MOST_ENTRIES),
        first_read=False,
        known_entries=b"",
    )

    def ended(outcome: Outcome, page: Page | None = None) -> HistoryReading:
        return HistoryReading(
            result=VisitResult(
                source_id=claimed.source_id,
                host=claimed.host,
                started_at=started_at,
                ended_at=now(),
                outcome=outcome,
                identity_scheme=claimed.identity_scheme,
                host_updates=() if page is None else page.host_updates,
                wire_bytes=0 if page is None else page.wire_bytes,
                complete=False,
            )
        )

    async def refusal(address: str) -> Outcome | None:
        try:
            own = (claimed.site, site_of(claimed.address))
            if site_of(address) not in own:
                message = f"it is on another site than the source, {site_of(address)}"
                return Outcome(code="not-followed", category="not-allowed", message=message)
            if claimed.kind == "feed" and address == claimed.address:
                return None  # as its visits do
            return await robots.refusal(address)
        except AddressError as error:
            return bad_address(error.code, str(error), None)

    async def permit(target: Target) -> Outcome | None:
        return await refusal(target.url)

    refused = await refusal(document.address)
    if refused is not None:
        return ended(refused)
    request = HttpRequest(
        address=document.address,
        accept=_ACCEPT[claimed.kind],
        secrets=claimed.secrets,
        bound_to=claimed.address,
    )
    page = await client.fetch(request, limits=claimed.limits, permit=permit, share=share)
    if page.outcome.category != "ok":
        return ended(page.outcome, page)
    try:
        reading = await pool.read(_task(page, claimed, site_file), share)
    except WorkerLimitError as limit:
        return ended(Outcome(code="worker-limit", category="unreadable", message=str(limit)), page)
    if reading.problem is not None:
        return ended(Outcome(code=_NOT[claimed.kind], category="unreadable", message=reading.problem), page)
    listing = _READ[claimed.kind](reading, document, since, now())
    message = f"{document.relation}: {len(listing.keys)} listed, {listing.kept} since {since}"
    read = ended(Outcome(code="read", category="ok", message=message, status=page.outcome.status), page)
    return replace(
        read,
        result=replace(
            read.result,
            entries=tuple(_as_known(one, known) for one in listing.entries),
            links=listing.links,
        ),
        following=listing.following,
        listed=len(listing.keys),
        days=listing.days,
        fingerprint=digest("h1", *listing.keys) if listing.keys else None,
        undated=listing.undated,
    )


_NOT: dict[SourceKind, str] = {"feed": "not-a-feed", "sitemap": "not-a-sitemap", "site": "not-a-page"}


def _task(page: Page, claimed: ClaimedVisit, site_file: SiteFileRef | None) -> Task[Any]:
    document = Document.of(page)
    if claimed.kind == "sitemap":
        return SitemapTask(document=document, claimed=claimed)
    if claimed.kind == "site":
        return SiteTask(document=document, claimed=claimed, site_file=site_file)
    return FeedTask(document=document, claimed=claimed)


def _of_feed(reading: Any, document: HistoryDocument, since: date, now: datetime) -> _Listing:
    days = _days_of(reading.entries)
    following: tuple[HistoryDocument, ...] = ()
    if not (days and days[0] < since):
        older = [one for one in reading.older if document.relation in ("first", one.relation)]
        following = tuple(HistoryDocument(address=one.address, relation=one.relation) for one in older[:1])
    return _found(reading.entries, None, following, since=since, days=days)


def _of_sitemap(reading: Any, document: HistoryDocument, since: date, now: datetime) -> _Listing:
    entries: Sequence[FeedEntry] = reading.listing.entries
    links: Sequence[FoundLink] | None = reading.links if reading.addresses else None
    ordered = order_children(reading.children, now=now)
    worth = [one for one in ordered if name_rank(one.address) < 2] or ordered
    following = tuple(
        HistoryDocument(address=one.address, relation="sitemap")
        for one in worth
        if may_list(one, since=since)
    )
    return _found(entries, links, following, since=since, days=_days_of(entries, links or ()))


def _of_site(reading: Any, document: HistoryDocument, since: date, now: datetime) -> _Listing:
    days = _days_of((), reading.links)
    following: tuple[HistoryDocument, ...] = ()
    if reading.links and reading.next_page is not None and not (days and days[0] < since):
        following = (HistoryDocument(address=reading.next_page, relation="page"),)
    return _found((), reading.links, following, since=since, days=days, undated_too=True)


_READ: dict[SourceKind, Callable[[Any, HistoryDocument, date, datetime], _Listing]] = {
    "feed": _of_feed,
    "sitemap": _of_sitemap,
    "site": _of_site,
}


def _days_of(entries: Iterable[FeedEntry], links: Iterable[FoundLink] = ()) -> tuple[date, date] | None:
    """The first and the last day of what a document lists."""
    dates = [one.story.published for one in entries if one.story is not None]
    days = [moment.date() for moment in dates if moment is not None]
    days += [date.fromisoformat(link.day) for link in links if link.day is not None]
    return (min(days), max(days)) if days else None


def _found(
    entries: Sequence[FeedEntry],
    links: Sequence[FoundLink] | None,
    following: tuple[HistoryDocument, ...],
    *,
    since: date,
    days: tuple[date, date] | None,
    undated_too: bool = False,
) -> _Listing:
    """The entries since then, or without a date; the links since then. A sitemap lists everything, so that its links
    without a date are left out; those of a page are near its others."""
    first = since.isoformat()
    dated = [link for link in links or () if (link.day or ("9999" if undated_too else "")) >= first]
    return _Listing(
        entries=tuple(replace(one, backlog=True) for one in entries if _is_since(one, since)),
        links=None if links is None else tuple(replace(one, backlog=True) for one in dated),
        following=following,
        keys=(*(one.entry_key for one in entries), *(one.entry_key for one in links or ())),
        days=days,
        undated=0 if undated_too else sum(link.day is None for link in links or ()),
    )


def _as_known(entry: FeedEntry, known: Mapping[str, str]) -> FeedEntry:
    """An entry as a visit reads it: one with the values that the last document of the source has is unchanged."""
    same = entry.state == "parsed" and known.get(entry.entry_key) == entry.entry_digest
    return replace(entry, state="unchanged", story=None) if same else entry


def _is_since(entry: FeedEntry, since: date) -> bool:
    published = None if entry.story is None else entry.story.published
    return published is None or published.date() >= since
