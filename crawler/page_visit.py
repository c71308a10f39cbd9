"""One visit of an article page: fetch, stop early where nothing changed, parse.

The task decides what a repeated visit costs, as for a feed: 304 → stop; same document → stop; only then the pool
parses.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.http.client import HttpClient
from newsdesk.crawler.http.memory_budget import MemoryShare
from newsdesk.crawler.http.redirects import Permit
from newsdesk.crawler.http.target import AddressError, host_of, parse_target
from newsdesk.crawler.models import HttpRequest, Page
from newsdesk.crawler.normalise.reader_version import READER_VERSION
from newsdesk.crawler.normalise.urls.canonical import is_front_page
from newsdesk.crawler.site_files.site_file import FindSiteFile, no_site_file
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.page_task import PageTask
from newsdesk.crawler.workers.pool import WorkerLimitError, WorkerPool
from newsdesk.storage.records.digests import body_digest, read_otherwise
from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.pages import Claim, ClaimedPage, PageResult, needs_proof
from newsdesk.storage.records.rights.site import SiteRights
from newsdesk.storage.records.stories import Address

log = logging.getLogger(__name__)

MOST_CLAIMS = 2  # addresses that one page may have fetched for proof
ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.8, */*;q=0.1"


def page_request(claimed: ClaimedPage) -> HttpRequest:
    """The request for a page."""
    return HttpRequest(
        address=claimed.url,
        etag=claimed.etag,
        last_modified=claimed.last_modified,
        accept=ACCEPT,
        secrets=claimed.secrets,
        bound_to=claimed.bound_to,
    )


def unread_result(
    claimed: ClaimedPage, outcome: Outcome, *, started_at: datetime, now: datetime
) -> PageResult:
    """The result of a visit that ended before the page was parsed."""
    return PageResult(
        page_id=claimed.page_id,
        url=claimed.url,
        host=claimed.host,
        started_at=started_at,
        ended_at=now,
        outcome=outcome,
        answered_by=_host(claimed.url),
    )


async def visit(
    claimed: ClaimedPage,
    *,
    client: HttpClient,
    pool: WorkerPool,
    now: Callable[[], datetime],
    share: MemoryShare,
    permit: Permit,
    rights: Callable[[str], SiteRights],
    site_file: FindSiteFile = no_site_file,
) -> tuple[PageResult, tuple[str, ...]]:
    """Visit one page: the result, and the addresses that were requested. Whatever a server or a document does
    becomes an outcome. `permit` says why the robots.txt of another host forbids to follow a redirect; `rights`
    gives what the host of an address states for its paths; `site_file` finds the site file of a host.
    """
    claimed = _read_anew(claimed, site_file)
    page = await client.fetch(page_request(claimed), limits=claimed.limits, permit=permit, share=share)
    result = await _read(claimed, page, pool=pool, now=now, share=share, rights=rights, site_file=site_file)
    log.debug("%s: %s", result.outcome.code, redact(result.outcome.message))
    requested = [claimed.url, *page.redirects]
    for address in needs_proof(result.story)[:MOST_CLAIMS] if result.story is not None else ():
        target = replace(claimed, url=address.url, etag=None, last_modified=None, body_digest=None)
        claim, redirects, updates = await _fetch_claim(
            target,
            address,
            client=client,
            pool=pool,
            now=now,
            share=share,
            permit=permit,
            rights=rights,
            site_file=site_file,
        )
        requested += [address.url, *redirects]
        result = replace(
            result,
            claims=(*result.claims, claim),
            host_updates=(*result.host_updates, *updates),
            ended_at=now(),
        )
    return result, tuple(requested)


def _read_anew(claimed: ClaimedPage, site_file: FindSiteFile) -> ClaimedPage:
    """The claimed page without validators if another version or another site file read it the last time: a 304 would
    keep what the old rules gave."""
    try:
        ref = site_file(host_of(claimed.url))
    except AddressError:
        return claimed  # the request says what is wrong with it
    used = ref.digest if ref is not None else ""
    if read_otherwise(claimed.body_digest, reader_version=READER_VERSION, site_file=used):
        return replace(claimed, etag=None, last_modified=None, body_digest=None)
    return claimed


async def _fetch_claim(
    target: ClaimedPage,
    address: Address,
    *,
    client: HttpClient,
    pool: WorkerPool,
    now: Callable[[], datetime],
    share: MemoryShare,
    permit: Permit,
    rights: Callable[[str], SiteRights],
    site_file: FindSiteFile,
) -> tuple[Claim, tuple[str, ...], tuple[HostUpdate, ...]]:
    """What is at an address that a page calls its own, within the robots.txt of its host; the redirects, and what the
    request showed about hosts."""
    try:
        refused = await permit(parse_target(address.url))
    except AddressError as error:
        return Claim(address=address, message=str(error)), (), ()
    if refused is not None:
        return Claim(address=address, message=refused.message), (), ()
    page = await client.fetch(page_request(target), limits=target.limits, permit=permit, share=share)
    found = await _read(target, page, pool=pool, now=now, share=share, rights=rights, site_file=site_file)
    log.debug("claimed address %s: %s", redact(address.url), found.outcome.code)
    claim = Claim(address=address, message=found.outcome.message, own=found.page_story, story=found.story)
    return claim, page.redirects, found.host_updates


async def _read(
    claimed: ClaimedPage,
    page: Page,
    *,
    pool: WorkerPool,
    now: Callable[[], datetime],
    share: MemoryShare,
    rights: Callable[[str], SiteRights],
    site_file: FindSiteFile,
) -> PageResult:
    result = replace(
        unread_result(claimed, page.outcome, started_at=page.fetched_at, now=now()),
        host_updates=page.host_updates,
        wire_bytes=page.wire_bytes,
        answered_by=_host(page.address),
    )
    if page.outcome.category != "ok":
        return result
    if page.outcome.code == "unchanged":
        return replace(
            result, validators=(page.etag or claimed.etag, page.last_modified or claimed.last_modified)
        )
    status = page.outcome.status
    if is_front_page(page.address) and not is_front_page(claimed.url):
        message = f"the page redirects to the front page ({page.address})"
        return replace(
            result,
            outcome=Outcome(code="redirects-home", category="not-found", message=message, status=status),
        )
    ref = site_file(host_of(page.address))
    digest = body_digest(
        page.body, reader_version=READER_VERSION, site_file=ref.digest if ref is not None else ""
    )
    if digest == claimed.body_digest:
        same = Outcome(
            code="same-document",
            category="ok",
            message="the same document as at the last visit",
            status=status,
        )
        return replace(result, outcome=same, validators=(page.etag, page.last_modified))
    task = PageTask(
        document=Document.of(page), claimed=claimed, site_file=ref, site_rights=rights(page.address)
    )
    try:
        reading = await pool.read(task, share)
    except WorkerLimitError as limit:
        outcome = Outcome(code="worker-limit", category="unreadable", message=str(limit), status=status)
        return replace(result, outcome=outcome, ended_at=now())
    if reading.own is None or reading.story is None:
        problem = reading.problem or "no article was found"
        outcome = Outcome(code="not-an-article", category="unreadable", message=problem, status=status)
        return replace(result, outcome=outcome, ended_at=now())
    length = len(reading.own.text or "")
    message = f"read {length} {'character' if length == 1 else 'characters'} of text"
    outcome = Outcome(code="read", category="ok", message=message, status=status)
    if reading.failure is not None:
        problem = reading.failure[0]
        log.warning("site file not used for %s: %s", redact(page.address), problem)
        message = f"{message}; the site file was not used: {problem}"
        outcome = Outcome(code="site-file-failed", category="ok", message=message, status=status)
    return replace(
        result,
        outcome=outcome,
        traceback=reading.failure[1] if reading.failure is not None else None,
        page_story=reading.own,
        story=reading.story,
        validators=(page.etag, page.last_modified),
        body_digest=digest,
        ended_at=now(),
    )


def _host(address: str) -> str | None:
    try:
        return host_of(address)
    except AddressError:
        return None
