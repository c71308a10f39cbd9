"""From a home page, a bare host or a feed's address to the feeds there: `METHODS` are tried in their order.

All requests go through the session's client and rate limiter, at most `MOST_REQUESTS` an address, one after the
other. Only what was parsed as a feed is offered.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.discovery.candidates import candidate_order, feeds_to_add, is_good, kind_of, rank_feeds
from newsdesk.crawler.discovery.home_page import (
    FeedLink,
    FoundBy,
    comparable_address,
    is_web_page,
    read_home,
    read_link_header,
)
from newsdesk.crawler.discovery.known_paths import known_paths, with_slash
from newsdesk.crawler.discovery.search import (
    MOST_REQUESTS,
    Discovery,
    DiscoveryRequest,
    Search,
    Tried,
)
from newsdesk.crawler.discovery.site import find_site
from newsdesk.crawler.discovery.sitemaps import (
    KNOWN_SITEMAPS,
    MOST_SITEMAP_REQUESTS,
    find_sitemaps,
    read_found,
    with_sitemap,
)
from newsdesk.crawler.http.client import HttpClient
from newsdesk.crawler.http.memory_budget import MemoryShare
from newsdesk.crawler.http.response import header
from newsdesk.crawler.models import Page
from newsdesk.crawler.normalise.urls.canonical import is_front_page
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.site_files.site_file import FindSiteFile, no_site_file
from newsdesk.crawler.workers.pool import WorkerPool
from newsdesk.storage.records.outcomes import Outcome

log = logging.getLogger(__name__)

ENOUGH_READ = 4  # feeds of one method that are parsed to choose the best from; with `all`, all of them
FALLBACK_AFTER_S = 10.0  # for a firewall that drops packets to port 443; a slow site answers by then

ACCEPT = (
    "text/html, application/xhtml+xml, application/atom+xml, application/rss+xml, application/feed+json,"
    " application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)


async def discover(
    request: DiscoveryRequest,
    *,
    client: HttpClient,
    pool: WorkerPool,
    now: Callable[[], datetime],
    share: MemoryShare,
    site_file: FindSiteFile = no_site_file,
) -> Discovery:
    """Find the feeds of an address. Whatever a server or a document does is in the result. `site_file` finds the site
    file of a host."""
    search = Search(request=request, client=client, pool=pool, now=now, share=share, site_file=site_file)
    page = await _first_page(search)
    if page.outcome.category == "ok":
        if await _is_source(search, page):
            return _result(search, page.outcome)
        if is_web_page(page.body, page.content_type):
            page = await _open_home(search, page)
        elif request.kind != "sitemap":
            return _result(search, _no_feed(search, page))
    elif not _may_guess(page):
        return _result(search, page.outcome)
    search.home = page.address
    for method, links_of in METHODS if request.kind in (None, "feed") else ():
        log.debug("discovery of %s by %s", redact(request.address), method)
        await _try_method(search, method, links_of(search))
        if any(map(is_good, search.feeds)):
            break
    sitemaps: tuple[str, ...] = ()
    if request.kind in (None, "sitemap") and page.outcome.category != "rate-limited":
        sitemaps = await find_sitemaps(search, site_has_feed=any(map(is_good, search.feeds)))
    if page.outcome.category == "ok" and is_web_page(page.body, page.content_type) and _wants_site(search):
        await find_site(search, page)
    outcome = page.outcome if page.outcome.category != "ok" else _no_feed(search, page)
    return replace(_result(search, outcome), sitemaps=sitemaps)


def _wants_site(search: Search) -> bool:
    """Whether the page itself may be the source: it was asked for, or there is no other."""
    if search.request.kind is not None:
        return search.request.kind == "site"
    return not search.sitemaps and not any(feed.entries for feed in feeds_to_add(search.feeds))


async def _is_source(search: Search, page: Page) -> bool:
    """Whether the requested address is a feed or a sitemap itself: then it is added."""
    if search.request.kind == "site":
        return False
    given = FeedLink(address=page.requested, found_by="given", page=page.requested)
    if search.request.kind != "sitemap":
        reading = await search.parse(page, "given")
        if reading is not None:
            search.add(page, reading, given)
            return True
    if search.request.kind == "feed" or is_web_page(page.body, page.content_type):
        return False
    search.home = page.address
    found = await read_found(search, page, given, most=search.requests + MOST_SITEMAP_REQUESTS)
    # The first says why it is no feed; that it is no sitemap either says nothing more.
    search.tried = search.tried[:1] if found is None else search.tried[-1:]
    return found is not None and bool(search.sitemaps)


async def _first_page(search: Search) -> Page:
    """The requested address; its fallback when that does not respond."""
    fallback = search.request.fallback
    patience = None if fallback is None else FALLBACK_AFTER_S
    page = await search.fetch(search.request.address, accept=ACCEPT, patience_s=patience)
    # A bad certificate is a response, and no reason for a request without TLS.
    silent = page.outcome.category == "temporary" or page.outcome.code == "tls-handshake"
    if fallback is None or page.outcome.status is not None or not silent:
        return page
    second = await search.fetch(fallback, accept=ACCEPT)
    if second.outcome.status is None:
        return page
    search.notes.append(f"requested by http, because by https {page.outcome.message}")
    return second


async def _open_home(search: Search, page: Page) -> Page:
    """Search the page, or the one of the same site that it refreshes to."""
    await _search_page(search, page)
    onward = search.home_page.refresh
    if (
        onward is not None
        and not search.home_page.tags
        and site_of(onward) == site_of(page.address)
        and comparable_address(onward) != comparable_address(page.address)
    ):
        second = await search.fetch(onward, accept=ACCEPT)
        if second.outcome.category == "ok" and is_web_page(second.body, second.content_type):
            await _search_page(search, second)
            return second
    return page


async def _search_page(search: Search, page: Page) -> None:
    """Runs in a thread, because a page of some megabytes takes long."""
    search.home_page = await asyncio.to_thread(
        read_home, page.body, address=page.address, charset=page.charset
    )
    search.header = read_link_header(page.headers, address=page.address)
    search.seen.add(comparable_address(page.address))


def _may_guess(page: Page) -> bool:
    """Whether feeds may exist although the page cannot be read: a site that protects its front page often leaves
    its feeds open. No guesses for a mistyped address, or at a host with errors."""
    if page.outcome.category in {"unreadable", "challenge"} or (
        page.outcome.category == "forbidden" and page.outcome.status
    ):
        return True
    missing = page.outcome.category == "not-found" and page.outcome.status is not None
    return missing and is_front_page(page.address)


def _from_header(search: Search) -> Iterable[FeedLink]:
    return search.header


def _from_tags(search: Search) -> Iterable[FeedLink]:
    return _in_order(search, search.home_page.tags)


def _from_anchors(search: Search) -> Iterable[FeedLink]:
    return search.home_page.anchors


def _in_order(search: Search, links: Iterable[FeedLink]) -> list[FeedLink]:
    return sorted(
        links, key=lambda link: candidate_order(link.address, link.title, search.home_page.title)
    )  # stable


def _from_known_paths(search: Search) -> Iterable[FeedLink]:
    return known_paths(search.home)


METHODS: tuple[tuple[FoundBy, Callable[[Search], Iterable[FeedLink]]], ...] = (
    ("link header", _from_header),
    ("link tag", _from_tags),
    ("anchor", _from_anchors),
    ("well-known path", _from_known_paths),
)


async def _try_method(search: Search, method: FoundBy, links: Iterable[FeedLink]) -> None:
    """Request the candidates of one method until enough were parsed."""
    most = MOST_REQUESTS if search.request.all else ENOUGH_READ
    before, lists = len(search.feeds), 0
    waiting = list(links)
    while waiting and not search.is_used_up and len(search.feeds) - before < most:
        link = waiting.pop(0)
        if comparable_address(link.address) in search.seen and method != "well-known path":
            continue
        known = {one.address for one in search.tried} | {one.address for one in search.feeds}
        if link.address in known:
            continue
        page = await _try(search, link)
        if method == "well-known path":
            if search.feeds[before:]:
                return  # the first is enough; more would be its other formats
            slashed = with_slash(page.requested, header(page.headers, "location"))
            if slashed is not None and page.outcome.category != "ok":
                waiting.insert(0, replace(link, address=slashed))
        elif method == "anchor" and not lists and _is_list(search, page):
            lists += 1  # a page that lists the site's feeds; lists in it are not followed
            waiting = [*await _listed(page), *waiting]
    if method == "link tag":
        search.unread = sum(kind_of(link.address, link.title) != "comments" for link in waiting)


async def _try(search: Search, link: FeedLink) -> Page:
    """Request one candidate, and add it if it is a feed. Redirects of guessed addresses are not followed: a site
    may redirect all unknown addresses to its home page."""
    search.seen.add(comparable_address(link.address))
    guessed = link.found_by == "well-known path"
    page = await search.fetch(link.address, accept=ACCEPT, redirects=not guessed)
    if page.outcome.category == "ok":
        reading = await search.parse(page, link.found_by)
        if reading is not None and not (guessed and not reading.entries):
            search.add(page, reading, link)
    else:
        search.tried.append(Tried(address=link.address, found_by=link.found_by, message=page.outcome.message))
    return page


def _is_list(search: Search, page: Page) -> bool:
    return (
        page.outcome.category == "ok"
        and is_web_page(page.body, page.content_type)
        and site_of(page.address) == site_of(search.home)
        and comparable_address(page.address) != comparable_address(search.home)
    )


async def _listed(page: Page) -> list[FeedLink]:
    listed = await asyncio.to_thread(read_home, page.body, address=page.address, charset=page.charset)
    links = [replace(link, found_by="anchor") for link in (*listed.anchors, *listed.tags)]
    return sorted(links, key=lambda link: candidate_order(link.address, link.title, listed.title))


# Why nothing is added where nothing could be read.
_NOTHING = {
    "not-a-feed": "not a feed",
    "not-a-page": "not a page",
    "not-a-sitemap": f"robots.txt names no sitemap, and there is none at {', '.join(KNOWN_SITEMAPS)}",
}


def _no_feed(search: Search, page: Page) -> Outcome:
    codes = {"sitemap": "not-a-sitemap", "site": "not-a-page"}
    code = codes.get(search.request.kind or "", "not-a-feed")
    message = search.tried[0].message if search.tried else _NOTHING[code]
    return Outcome(code=code, category="unreadable", message=message, status=page.outcome.status)


def _result(search: Search, outcome: Outcome) -> Discovery:
    ranked = rank_feeds(search.feeds, page_title=search.home_page.title, now=search.now())
    feeds, note = with_sitemap(ranked, search.sitemaps)
    return Discovery(
        address=search.request.address,
        outcome=outcome,
        feeds=feeds,
        tried=tuple(search.tried),
        notes=(*search.notes, *([note] if note else ())),
        host_updates=tuple(search.host_updates.values()),
        requests=search.requests,
        unread=search.unread,
        links=search.links,
    )
