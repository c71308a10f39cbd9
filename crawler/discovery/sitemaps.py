"""The sitemaps of a site, for discovery: those that its robots.txt names, else at usual paths; and whether one is
better than a feed.

Few requests on top of those for feeds. Where a feed was found, only sitemaps that are named as news are read.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.discovery.candidates import FoundFeed
from newsdesk.crawler.discovery.home_page import FeedLink, comparable_address, is_web_page
from newsdesk.crawler.discovery.search import REFUSALS, Search, Tried
from newsdesk.crawler.models import Page
from newsdesk.crawler.sitemaps.children import name_rank, order_children, span_of
from newsdesk.crawler.sitemaps.listed import ListedAddress
from newsdesk.crawler.sitemaps.robots_lines import read_sitemap_lines
from newsdesk.crawler.workers.sitemap_task import SitemapTaskResult

log = logging.getLogger(__name__)

ACCEPT = "application/xml, text/xml;q=0.9, application/gzip;q=0.8, text/plain;q=0.7, */*;q=0.1"
MOST_SITEMAP_REQUESTS = 6  # robots.txt included
_MOST_CHILDREN = 2  # of an index, that are read
# As common publishing systems have them.
KNOWN_SITEMAPS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/sitemap.xml")
_ENOUGH = 3  # entries of the feed that the sitemap must list
_TIMES = 2  # more stories in the sitemap than in the feed, for the same time
_RECENT = timedelta(days=14)  # a sitemap that lists nothing newer is not kept by its site
_SHORT = timedelta(hours=12)  # a feed that reaches back no farther loses stories while we cannot visit it
_TIMES_SHORT = 4


async def find_sitemaps(search: Search, *, site_has_feed: bool) -> tuple[str, ...]:
    """Add the first sitemap that lists stories to the search. Returns the sitemaps that robots.txt names."""
    if search.refusals >= REFUSALS:
        return ()
    most = search.requests + MOST_SITEMAP_REQUESTS
    robots = urljoin(search.home, "/robots.txt")
    page = await search.fetch(robots, accept="text/plain, */*;q=0.5")
    named: tuple[str, ...] = ()
    if page.outcome.category == "ok" and not is_web_page(page.body, page.content_type):
        named = read_sitemap_lines(page.body, address=page.address)
    for link in _candidates(search, named, robots, site_has_feed=site_has_feed):
        if search.requests >= most or search.refusals >= REFUSALS:
            break
        search.seen.add(comparable_address(link.address))
        guessed = link.found_by == "well-known path"
        fetched = await search.fetch(link.address, accept=ACCEPT, redirects=not guessed)
        if fetched.outcome.category == "ok":
            await read_found(search, fetched, link, most=most)
        elif not guessed:
            search.tried.append(
                Tried(address=link.address, found_by=link.found_by, message=fetched.outcome.message)
            )
        if search.sitemaps:
            break
    return named


def _candidates(
    search: Search, named: Sequence[str], robots: str, *, site_has_feed: bool
) -> Iterator[FeedLink]:
    ordered = order_children([ListedAddress(address=one) for one in named], now=search.now())
    for one in ordered:
        rank = name_rank(one.address)
        if rank == 0 or (rank == 1 and not site_has_feed):
            yield FeedLink(address=one.address, found_by="robots.txt", page=robots)
    for path in KNOWN_SITEMAPS if not site_has_feed else ():
        address = urljoin(search.home, path)
        if comparable_address(address) not in search.seen:
            yield FeedLink(address=address, found_by="well-known path", page=search.home)


async def read_found(search: Search, page: Page, link: FeedLink, *, most: int) -> SitemapTaskResult | None:
    """Read a fetched sitemap, and add it if it lists stories. Of an index the most likely sitemaps are requested. None
    if it is no sitemap; `tried` says so, and why one is not added."""
    reading = await search.parse_sitemap(page, link.found_by)
    if reading is None:
        return None
    if not reading.is_index:
        empty = not reading.addresses and link.found_by != "well-known path"  # it had stories, and will have
        if empty or _lists_stories(search, reading, link):
            _add(search, page, reading, link, address=page.moved_to or page.requested)
        else:
            message = (
                f"a sitemap of {reading.addresses:,} addresses, none of them new or none like that of a story"
            )
            search.tried.append(Tried(address=page.requested, found_by=link.found_by, message=message))
        return reading
    children = [
        one for one in order_children(reading.children, now=search.now()) if name_rank(one.address) < 2
    ]
    for child in children[:_MOST_CHILDREN]:
        if search.requests >= most or search.refusals >= REFUSALS:
            break
        fetched = await search.fetch(child.address, accept=ACCEPT)
        inside = await search.parse_sitemap(fetched, link.found_by) if fetched.body else None
        if inside is not None and _lists_stories(search, inside, link):
            lasting = name_rank(child.address) == 0 and span_of(child.address) is None
            address = child.address if lasting else page.moved_to or page.requested
            _add(search, fetched, inside, link, address=address)
            return reading
    message = "an index of sitemaps; none of the newest lists new stories"
    search.tried.append(Tried(address=page.requested, found_by=link.found_by, message=message))
    return reading


def _lists_stories(search: Search, reading: SitemapTaskResult, link: FeedLink) -> bool:
    """Whether a sitemap has entries with a title, or links that are new. What a person named needs no date."""
    if reading.listing.entries or not reading.links:
        return bool(reading.listing.entries)
    newest = _newest_day(reading)
    recent = (search.now() - _RECENT).date().isoformat()
    return link.found_by == "given" or search.request.kind == "sitemap" or (newest or "") >= recent


def _newest_day(reading: SitemapTaskResult) -> str | None:
    return max((one.day for one in reading.links if one.day is not None), default=None)


def _add(search: Search, page: Page, reading: SitemapTaskResult, link: FeedLink, *, address: str) -> None:
    log.info("found a sitemap by %s: %s", link.found_by, redact(address))
    found = search.describe(page, reading.listing, link)
    if not reading.listing.entries and reading.links:
        day = _newest_day(reading)
        newest = None if day is None else datetime.fromisoformat(day).replace(tzinfo=UTC)
        found = replace(found, entries=len(reading.links), newest=newest, carries="addresses")
    search.sitemaps.append(replace(found, address=address, kind="main", source_kind="sitemap"))


def with_sitemap(
    feeds: Sequence[FoundFeed], sitemaps: Sequence[FoundFeed]
) -> tuple[tuple[FoundFeed, ...], str | None]:
    """The feeds with the sitemap before them, where it is the better source, and a note that says so. Where the feed
    is good the sitemap is left out: it would bring the same stories again, without their text."""
    if not sitemaps:
        return tuple(feeds), None
    sitemap = sitemaps[0]
    best = next(iter(feeds), None)
    if best is None or best.kind != "main" or not best.entries:
        return (sitemap, *feeds), None
    if not is_excerpt(best, sitemap):
        return tuple(feeds), None
    note = f"the sitemap is preferred: the feed {best.address} is a short excerpt of it, with {best.entries} entries"
    return (sitemap, *feeds), note


def is_excerpt(feed: FoundFeed, sitemap: FoundFeed) -> bool:
    """Whether a sitemap lists the stories of a feed and many more: twice as many for the same time, or four times as
    many as a feed that reaches back less than half a day and has no full text."""
    dates = [date for date in sitemap.dates if date is not None]
    if not dates:
        return False
    recent = [
        (key, date)
        for key, date in zip(feed.keys, feed.dates, strict=True)
        if date is not None and date >= min(dates)
    ]
    listed = set(sitemap.keys)
    carried = sum(key in listed for key, _ in recent)
    if carried < _ENOUGH or 2 * carried < len(recent):
        return False
    first, last = min(date for _, date in recent), max(date for _, date in recent)
    if sum(first <= date <= last for date in dates) >= _TIMES * len(recent):
        return True
    short = len(recent) == len(feed.keys) and last - first < _SHORT
    return short and feed.carries != "full text" and sitemap.entries >= _TIMES_SHORT * len(recent)
