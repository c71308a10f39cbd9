"""From a home page, a bare host or a feed's address to the feeds there: `WAYS` are tried in their order.

Everything goes through the session's door and gate, at most `MOST_REQUESTS` requests an address, one after
the other; nothing is offered that was not read as a feed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urljoin

from newsdesk.crawler.discovery.candidates import (
    FoundFeed,
    candidate_order,
    describe_feed,
    is_good,
    kind_of,
    rank_feeds,
)
from newsdesk.crawler.discovery.home_page import (
    FeedLink,
    FoundBy,
    HomeReading,
    comparable_address,
    is_web_page,
    read_home,
    read_link_header,
    read_sitemap_lines,
)
from newsdesk.crawler.discovery.known_paths import known_paths, with_slash
from newsdesk.crawler.http.client import HttpClient
from newsdesk.crawler.http.memory_budget import MemoryShare
from newsdesk.crawler.http.response import header
from newsdesk.crawler.models import HttpRequest, Page
from newsdesk.crawler.normalise.urls.canonical import is_front_page
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.politeness.rate_limiter import host_of
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.feed_task import FeedTask, FeedTaskResult
from newsdesk.crawler.workers.pool import WorkerLimitError, WorkerPool
from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.visits import NO_SECRETS, ClaimedVisit, Limits, SecretNames

MOST_REQUESTS = 12
ENOUGH_READ = 4  # feeds of one way that are read to choose the best from; with `all`, as many as may be asked
FALLBACK_AFTER_S = 10.0  # a firewall that lets 443 fall into the void; a slow site answers by then
REFUSALS = 3  # in a row, after which a host is left in peace

ACCEPT = (
    "text/html, application/xhtml+xml, application/atom+xml, application/rss+xml, application/feed+json,"
    " application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveryRequest:
    """What a person wants the feeds of. `fallback` is asked when nobody answers at `address`; `all`: not
    only the best; `blocked` as in ClaimedVisit."""

    address: str
    fallback: str | None = None
    all: bool = False
    secrets: SecretNames = NO_SECRETS
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One address that was asked for a feed, and what came of it."""

    address: str
    way: FoundBy
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What was found, best first. `outcome` is that of the asked address itself, `told` what to say besides;
    `sitemaps` are named by robots.txt and only shown; `unread` counts those that the page names and nobody
    asked."""

    address: str
    outcome: Outcome
    feeds: tuple[FoundFeed, ...] = ()
    tried: tuple[Tried, ...] = ()
    sitemaps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    host_updates: tuple[HostUpdate, ...] = ()
    requests: int = 0
    unread: int = 0


@dataclass(slots=True, kw_only=True)
class _Search:
    """One address's search: its means, and what it gathered."""

    asked: DiscoveryRequest
    client: HttpClient
    pool: WorkerPool
    now: Callable[[], datetime]
    share: MemoryShare
    home: str = ""
    said: HomeReading = field(default_factory=HomeReading)
    header: tuple[FeedLink, ...] = ()
    feeds: list[FoundFeed] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    host_updates: dict[str, HostUpdate] = field(default_factory=dict)
    requests: int = 0
    refusals: int = 0
    unread: int = 0

    @property
    def spent(self) -> bool:
        """Whether no more may be asked: one request is left for robots.txt."""
        return self.requests >= MOST_REQUESTS - 1 or self.refusals >= REFUSALS


async def discover(
    asked: DiscoveryRequest,
    *,
    client: HttpClient,
    pool: WorkerPool,
    now: Callable[[], datetime],
    share: MemoryShare,
) -> Discovery:
    """The feeds of an address. Every end that a server or a document can bring about is in the result."""
    search = _Search(asked=asked, client=client, pool=pool, now=now, share=share)
    page = await _first_page(search)
    if page.outcome.category == "ok":
        reading = await _read(search, page, "given")
        if reading is not None:
            _take(search, page, reading, FeedLink(address=page.requested, way="given", page=page.requested))
            return _result(search, page.outcome)
        if not is_web_page(page.body, page.content_type):
            return _result(search, _no_feed(search, page))
        page = await _open_home(search, page)
    elif not _worth_guessing(page):
        return _result(search, page.outcome)
    search.home = page.address
    for way, links_of in METHODS:
        await _try_way(search, way, links_of(search))
        if any(map(is_good, search.feeds)):
            break
    sitemaps = () if search.feeds or page.outcome.category == "rate-limited" else await _sitemaps(search)
    outcome = page.outcome if page.outcome.category != "ok" else _no_feed(search, page)
    return replace(_result(search, outcome), sitemaps=sitemaps)


async def _first_page(search: _Search) -> Page:
    """The asked address; its fallback when nobody answers there."""
    fallback = search.asked.fallback
    patience = None if fallback is None else FALLBACK_AFTER_S
    page = await _fetch(search, search.asked.address, accept=ACCEPT, patience_s=patience)
    # A bad certificate is an answer, and no reason to ask again without protection.
    silent = page.outcome.category == "temporary" or page.outcome.code == "handshake"
    if fallback is None or page.outcome.status is not None or not silent:
        return page
    second = await _fetch(search, fallback, accept=ACCEPT)
    if second.outcome.status is None:
        return page
    search.told.append(f"asked by http, since by https {page.outcome.message}")
    return second


async def _open_home(search: _Search, page: Page) -> Page:
    """Look through the page; through the one that it leads on to at once, when it is of the same site."""
    await _look_through(search, page)
    onward = search.said.refresh
    if (
        onward is not None
        and not search.said.tags
        and site_of(onward) == site_of(page.address)
        and comparable_address(onward) != comparable_address(page.address)
    ):
        second = await _fetch(search, onward, accept=ACCEPT)
        if second.outcome.category == "ok" and is_web_page(second.body, second.content_type):
            await _look_through(search, second)
            return second
    return page


async def _look_through(search: _Search, page: Page) -> None:
    """In a thread: a page of some megabytes takes a while."""
    search.said = await asyncio.to_thread(read_home, page.body, address=page.address, charset=page.charset)
    search.header = read_link_header(page.headers, address=page.address)
    search.seen.add(comparable_address(page.address))


def _worth_guessing(page: Page) -> bool:
    """Whether feeds may lie beside a page that cannot be read: a site that guards its front page often
    leaves its feeds open. Nobody guesses beside a mistyped address, or at a host that has trouble."""
    if page.outcome.category == "unreadable" or (
        page.outcome.category == "forbidden" and page.outcome.status
    ):
        return True
    missing = page.outcome.category == "not-found" and page.outcome.status is not None
    return missing and is_front_page(page.address)


def _from_header(search: _Search) -> Iterable[FeedLink]:
    return search.header


def _from_tags(search: _Search) -> Iterable[FeedLink]:
    return _by_promise(search, search.said.tags)


def _from_anchors(search: _Search) -> Iterable[FeedLink]:
    return search.said.anchors


def _by_promise(search: _Search, links: Iterable[FeedLink]) -> list[FeedLink]:
    return sorted(
        links, key=lambda link: candidate_order(link.address, link.title, search.said.title)
    )  # stable


def _from_known_paths(search: _Search) -> Iterable[FeedLink]:
    return known_paths(search.home)


METHODS: tuple[tuple[FoundBy, Callable[[_Search], Iterable[FeedLink]]], ...] = (
    ("link header", _from_header),
    ("link tag", _from_tags),
    ("anchor", _from_anchors),
    ("well-known path", _from_known_paths),
)


async def _try_way(search: _Search, way: FoundBy, links: Iterable[FeedLink]) -> None:
    """Ask the candidates of one way until enough were read."""
    most = MOST_REQUESTS if search.asked.all else ENOUGH_READ
    before, lists = len(search.feeds), 0
    waiting = list(links)
    while waiting and not search.spent and len(search.feeds) - before < most:
        link = waiting.pop(0)
        if comparable_address(link.address) in search.seen and way != "well-known path":
            continue
        known = {one.address for one in search.tried} | {one.address for one in search.feeds}
        if link.address in known:
            continue
        page = await _try(search, link)
        if way == "well-known path":
            if search.feeds[before:]:
                return  # the first is the site's; more would be its other formats
            slashed = with_slash(page.requested, header(page.headers, "location"))
            if slashed is not None and page.outcome.category != "ok":
                waiting.insert(0, replace(link, address=slashed))
        elif way == "anchor" and not lists and _is_list(search, page):
            lists += 1  # a page that lists the site's feeds; those of its lists are not followed
            waiting = [*await _listed(page), *waiting]
    if way == "link tag":
        search.unread = sum(kind_of(link.address, link.title) != "comments" for link in waiting)


async def _try(search: _Search, link: FeedLink) -> Page:
    """One candidate: asked, read, taken if it is a feed. Guessed addresses lead nowhere else: a site that
    answers whatever is asked by leading home has no feed there."""
    search.seen.add(comparable_address(link.address))
    guessed = link.way == "well-known path"
    page = await _fetch(search, link.address, accept=ACCEPT, redirects=not guessed)
    if page.outcome.category == "ok":
        reading = await _read(search, page, link.way)
        if reading is not None and not (guessed and not reading.entries):
            _take(search, page, reading, link)
    else:
        search.tried.append(Tried(address=link.address, way=link.way, message=page.outcome.message))
    return page


def _is_list(search: _Search, page: Page) -> bool:
    return (
        page.outcome.category == "ok"
        and is_web_page(page.body, page.content_type)
        and site_of(page.address) == site_of(search.home)
        and comparable_address(page.address) != comparable_address(search.home)
    )


async def _listed(page: Page) -> list[FeedLink]:
    said = await asyncio.to_thread(read_home, page.body, address=page.address, charset=page.charset)
    links = [replace(link, way="anchor") for link in (*said.anchors, *said.tags)]
    return sorted(links, key=lambda link: candidate_order(link.address, link.title, said.title))


async def _sitemaps(search: _Search) -> tuple[str, ...]:
    """What robots.txt names, as a hint for a person: sitemaps are no sources yet."""
    if search.refusals >= REFUSALS:
        return ()
    page = await _fetch(search, urljoin(search.home, "/robots.txt"), accept="text/plain, */*;q=0.5")
    if page.outcome.category != "ok" or is_web_page(page.body, page.content_type):
        return ()
    return read_sitemap_lines(page.body, address=page.address)


async def _fetch(
    search: _Search, address: str, *, accept: str, redirects: bool = True, patience_s: float | None = None
) -> Page:
    limits = search.asked.limits if redirects else replace(search.asked.limits, redirects=0)
    if patience_s is not None:
        limits = replace(limits, visit_s=min(patience_s, limits.visit_s))
    ask = HttpRequest(
        address=address, accept=accept, secrets=search.asked.secrets, bound_to=search.asked.address
    )
    page = await search.client.fetch(ask, limits=limits, share=search.share)
    search.requests += 1
    search.host_updates |= {taught.host: taught for taught in page.host_updates}
    if page.outcome.category == "rate-limited" or (
        page.outcome.category == "temporary" and page.outcome.status is None
    ):
        search.refusals = REFUSALS if page.outcome.category == "rate-limited" else search.refusals + 1
    else:
        search.refusals = search.refusals + 1 if page.outcome.category == "forbidden" else 0
    return page


async def _read(search: _Search, page: Page, way: FoundBy) -> FeedTaskResult | None:
    """The page as a feed; None, and noted, when it is none."""
    claimed = ClaimedVisit(
        source_id=0,
        address=page.address,
        host=host_of(page.address),
        site=site_of(page.address),
        limits=search.asked.limits,
    )
    try:
        reading = await search.pool.read(FeedTask(document=Document.of(page), claimed=claimed), search.share)
        problem = reading.problem
    except WorkerLimitError as limit:
        problem = str(limit)
    if problem is None:
        return reading
    search.tried.append(Tried(address=page.requested, way=way, message=problem))
    return None


def _take(search: _Search, page: Page, reading: FeedTaskResult, link: FeedLink) -> None:
    """A feed that moved for good is taken where it lives now."""
    search.feeds.append(
        describe_feed(
            reading,
            address=page.moved_to or page.requested,
            way=link.way,
            page=link.page,
            home=search.home or page.address,
            order=len(search.feeds),
            link_title=link.title,
        )
    )


def _no_feed(search: _Search, page: Page) -> Outcome:
    words = search.tried[0].message if search.tried else "not a feed"
    return Outcome(code="not-a-feed", category="unreadable", message=words, status=page.outcome.status)


def _result(search: _Search, outcome: Outcome) -> Discovery:
    return Discovery(
        address=search.asked.address,
        outcome=outcome,
        feeds=rank_feeds(search.feeds, page_title=search.said.title, now=search.now()),
        tried=tuple(search.tried),
        notes=tuple(search.told),
        host_updates=tuple(search.host_updates.values()),
        requests=search.requests,
        unread=search.unread,
    )
