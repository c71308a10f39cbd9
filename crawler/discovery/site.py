"""A home or section page as a source of links, for discovery: where a site has neither feed nor news sitemap."""

from __future__ import annotations

import logging
from dataclasses import replace

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.discovery.candidates import FoundFeed
from newsdesk.crawler.discovery.search import REFUSALS, Search, Tried
from newsdesk.crawler.http.target import host_of
from newsdesk.crawler.models import Page
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.politeness.robots import RobotsParser, fetch_robots, forbidden
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.pool import WorkerLimitError
from newsdesk.crawler.workers.site_task import SiteTask
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.visits import ClaimedVisit

log = logging.getLogger(__name__)

FEWEST_LINKS = 3  # links to stories by which a page is proposed; where the kind is given, one is enough


async def find_site(search: Search, page: Page) -> None:
    """Add the page to the search if it links stories, and robots.txt allows to visit it. `tried` says why not."""
    if search.refusals >= REFUSALS:
        return
    claimed = ClaimedVisit(
        source_id=0,
        address=page.address,
        host=host_of(page.address),
        site=site_of(page.address),
        kind="site",
        first_read=True,
        limits=search.request.limits,
    )
    try:
        ref = search.site_file(claimed.host)
        task = SiteTask(document=Document.of(page), claimed=claimed, explain=True, site_file=ref)
        reading = await search.pool.read(task, search.share)
    except WorkerLimitError as limit:
        _tried(search, page, str(limit))
        return
    least = 1 if search.request.kind == "site" else FEWEST_LINKS
    search.links = reading.considered
    if reading.problem is not None or len(reading.links) < least:
        found = f"links to stories: {len(reading.links)} of {reading.all_links}, too few for a site"
        found += "; --kind site adds it all the same" if reading.links else ""
        _tried(search, page, reading.problem or found)
        return
    refused = await _forbidden(search, page)
    if refused is not None:
        _tried(search, page, refused.message)
        return
    log.info("found a site with %d links to stories: %s", len(reading.links), redact(page.address))
    address = page.moved_to or page.requested
    search.feeds.append(
        FoundFeed(
            address=address,
            found_by="story links",
            page=page.address,
            order=len(search.feeds),
            kind="main",
            source_kind="site",
            title=reading.facts.title,
            format="site",
            entries=len(reading.links),
            own=True,
            keys=tuple(link.address.key for link in reading.links),
        )
    )


def _tried(search: Search, page: Page, message: str) -> None:
    search.tried.append(Tried(address=page.address, found_by="story links", message=message))


async def _forbidden(search: Search, page: Page) -> Outcome | None:
    """Why robots.txt forbids to visit the page; a site is for people, so its visits respect it."""
    parser = RobotsParser(search.pool)
    limits = search.request.limits
    robots, updates = await fetch_robots(
        page.address, client=search.client, parser=parser, limits=limits, before=None
    )
    search.requests += 1
    search.host_updates |= {update.host: update for update in updates}
    if isinstance(robots, Outcome):
        return robots
    host = host_of(page.address)
    try:
        allowed = await parser.allows(robots.robots_txt or "", page.address, limits=limits)
    except WorkerLimitError as limit:
        return replace(forbidden(host, page.address, redirected=False), message=str(limit))
    return None if allowed else forbidden(host, page.address, redirected=False)
