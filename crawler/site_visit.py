"""One visit of a home or section page: fetch, stop early where nothing changed, choose the links to stories.

A link is no story: the store says which addresses it does not know, and their pages are read after the visit. Where
the page shows only unknown links, the pages that go on where it ends are requested, too, within bounds.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from newsdesk.crawler.backfill.backfill import RobotsChecks
from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.first_response import first_request, first_result, last_result, read_anew
from newsdesk.crawler.http.client import HttpClient
from newsdesk.crawler.http.memory_budget import MemoryShare
from newsdesk.crawler.http.outcomes import bad_address
from newsdesk.crawler.http.redirects import Permit
from newsdesk.crawler.http.target import AddressError, Target, host_of
from newsdesk.crawler.models import Page
from newsdesk.crawler.normalise.reader_version import READER_VERSION
from newsdesk.crawler.normalise.urls.canonical import canonical_url
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.page_visit import ACCEPT
from newsdesk.crawler.politeness.rate_limiter import merge_host_updates
from newsdesk.crawler.site_files.site_file import FindSiteFile, no_site_file
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.pool import WorkerLimitError, WorkerPool
from newsdesk.crawler.workers.site_task import SiteReading, SiteTask
from newsdesk.storage.records.addresses.links import FoundLink
from newsdesk.storage.records.digests import body_digest, pack_entries
from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.visits import ClaimedVisit, VisitResult

log = logging.getLogger(__name__)

MOST_PAGES = 5  # that one visit requests after its own, where these show only unknown links


async def visit(
    claimed: ClaimedVisit,
    *,
    client: HttpClient,
    pool: WorkerPool,
    now: Callable[[], datetime],
    share: MemoryShare,
    robots: RobotsChecks,
    site_file: FindSiteFile = no_site_file,
) -> VisitResult:
    """Visit one page of a site. Whatever a server or a document does becomes an outcome. `share` holds the memory of
    the document, also after this. `robots`: what the robots.txt of a host forbids, asked before each request.
    `site_file` finds the site file of a host, which may choose the links."""
    started_at = now()
    claimed = read_anew(claimed)
    permit = _permit(robots)
    refused = await _refusal(robots, claimed.address)
    if refused is not None:
        return _not_requested(claimed, refused, started_at=started_at, now=now())
    page = await client.fetch(
        first_request(claimed, accept=ACCEPT), limits=claimed.limits, permit=permit, share=share
    )
    result = first_result(claimed, page, started_at=started_at, now=now())
    if (last := last_result(claimed, page, result)) is not None:
        return last
    reading, problem = await _read(page, claimed, pool, share, site_file)
    if reading is None:
        return replace(result, outcome=problem, ended_at=now())
    further = _FurtherPages(
        claimed=claimed,
        page=page,
        client=client,
        pool=pool,
        share=share,
        robots=robots,
        permit=permit,
        site_file=site_file,
    )
    await further.follow(reading)
    links = further.links
    return replace(
        result,
        outcome=_outcome(reading, links, further.requested, status=page.outcome.status),
        traceback=reading.failure[1] if reading.failure is not None else None,
        links=tuple(links.values()),
        identity_scheme="address",
        known_entries=pack_entries(
            ((key, key.replace("e1:", "d1:")) for key in links), reader_version=READER_VERSION
        ),
        facts=reading.facts,
        validators=(page.etag, page.last_modified),
        body_digest=body_digest(page.body, reader_version=READER_VERSION),
        host_updates=merge_host_updates((*result.host_updates, *further.host_updates)),
        wire_bytes=result.wire_bytes + further.wire_bytes,
        ended_at=now(),
    )


async def _read(
    page: Page, claimed: ClaimedVisit, pool: WorkerPool, share: MemoryShare, site_file: FindSiteFile
) -> tuple[SiteReading | None, Outcome]:
    """What a page holds; None, and why, where it is no web page."""
    ref = site_file(host_of(page.address))
    try:
        reading = await pool.read(SiteTask(document=Document.of(page), claimed=claimed, site_file=ref), share)
    except WorkerLimitError as limit:
        return None, Outcome(
            code="worker-limit", category="unreadable", message=str(limit), status=page.outcome.status
        )
    if reading.problem is not None:
        return None, Outcome(
            code="not-a-page", category="unreadable", message=reading.problem, status=page.outcome.status
        )
    return reading, page.outcome


@dataclass(slots=True, kw_only=True)
class _FurtherPages:
    """The pages that go on where the first one ends, and what all of them hold."""

    claimed: ClaimedVisit
    page: Page
    client: HttpClient
    pool: WorkerPool
    share: MemoryShare
    robots: RobotsChecks
    permit: Permit
    site_file: FindSiteFile
    links: dict[str, FoundLink] = field(default_factory=dict)
    host_updates: list[HostUpdate] = field(default_factory=list)
    wire_bytes: int = 0
    requested: int = 0

    async def follow(self, reading: SiteReading) -> None:
        """Take the links of the first page, and of further ones until one of them was known at the last visit."""
        seen = {canonical_url(self.page.address)}
        self._take(reading)
        while self._goes_on(reading) and self.requested < MOST_PAGES:
            address = reading.next_page
            assert address is not None
            if canonical_url(address) in seen or site_of(address) != site_of(self.page.address):
                return
            seen.add(canonical_url(address))
            found = await self._request(address)
            if found is None or not self._take(found):
                return
            reading = found

    def _goes_on(self, reading: SiteReading) -> bool:
        """Whether stories may be missing between this page and the last visit."""
        watched = bool(self.claimed.known_entries) and not self.claimed.first_read
        return watched and bool(reading.links) and not reading.known and reading.next_page is not None

    def _take(self, reading: SiteReading) -> int:
        """How many links were added."""
        before = len(self.links)
        for link in reading.links[: max(0, self.claimed.limits.entries - before)]:
            self.links.setdefault(link.entry_key, link)
        return len(self.links) - before

    async def _request(self, address: str) -> SiteReading | None:
        if await _refusal(self.robots, address) is not None:
            return None
        self.requested += 1
        self.share.keep_held()
        page = await self.client.fetch(
            replace(
                first_request(self.claimed, accept=ACCEPT), address=address, etag=None, last_modified=None
            ),
            limits=self.claimed.limits,
            permit=self.permit,
            share=self.share,
        )
        log.debug("further page %d: %s", self.requested, redact(page.outcome.message))
        self.host_updates += page.host_updates
        self.wire_bytes += page.wire_bytes
        if page.outcome.category != "ok":
            return None
        return (await _read(page, self.claimed, self.pool, self.share, self.site_file))[0]


def _permit(robots: RobotsChecks) -> Permit:
    async def permit(target: Target) -> Outcome | None:
        return await _refusal(robots, target.url)

    return permit


async def _refusal(robots: RobotsChecks, address: str) -> Outcome | None:
    try:
        return await robots.refusal(address)
    except AddressError as error:
        return bad_address(error.code, str(error), None)


def _not_requested(
    claimed: ClaimedVisit, outcome: Outcome, *, started_at: datetime, now: datetime
) -> VisitResult:
    return VisitResult(
        source_id=claimed.source_id,
        host=claimed.host,
        started_at=started_at,
        ended_at=now,
        outcome=outcome,
        identity_scheme=claimed.identity_scheme,
    )


def _outcome(
    reading: SiteReading, links: dict[str, FoundLink], further: int, *, status: int | None
) -> Outcome:
    message = _message(reading, links, further)
    if reading.failure is not None:
        problem = reading.failure[0]
        log.warning("site file not used: %s", problem)
        message = f"{message}; the site file was not used: {problem}"
        return Outcome(code="site-file-failed", category="ok", message=message, status=status)
    return Outcome(code="read", category="ok", message=message, status=status)


def _message(reading: SiteReading, links: dict[str, FoundLink], further: int) -> str:
    message = f"links to stories: {len(links)} of {reading.all_links}"
    if further:
        message += f"; further pages requested, because all links were unknown: {further}"
    return message
