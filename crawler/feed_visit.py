"""One visit of a feed: fetch, stop early where nothing changed, parse.

The order decides what a repeated visit costs: 304 → stop; same document → stop; only then the pool parses.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from newsdesk.crawler.backfill.backfill import BackfillSearch, RobotsChecks
from newsdesk.crawler.first_response import first_request, first_result, last_result, read_anew
from newsdesk.crawler.http.client import HttpClient
from newsdesk.crawler.http.memory_budget import MemoryShare
from newsdesk.crawler.http.outcomes import plain
from newsdesk.crawler.models import Page
from newsdesk.crawler.normalise.reader_version import READER_VERSION
from newsdesk.crawler.politeness.rate_limiter import merge_host_updates
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.feed_task import FeedTask, FeedTaskResult
from newsdesk.crawler.workers.pool import WorkerLimitError, WorkerPool
from newsdesk.storage.records.digests import body_digest, of_incomplete
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.rights.site import NO_SITE_RIGHTS, SiteRights
from newsdesk.storage.records.visits import ClaimedVisit, VisitResult

log = logging.getLogger(__name__)

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml,"
    " application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)


async def visit(
    claimed: ClaimedVisit,
    *,
    client: HttpClient,
    pool: WorkerPool,
    now: Callable[[], datetime],
    share: MemoryShare,
    robots: RobotsChecks | None = None,
) -> VisitResult:
    """Visit one feed. Whatever a server or a document does becomes an outcome. `share` holds the memory of the
    document, also after this. `robots`: for the older documents that are requested after a gap; None requests
    none."""
    started_at = now()
    claimed = read_anew(claimed)
    page = await client.fetch(first_request(claimed, accept=ACCEPT), limits=claimed.limits, share=share)
    result = first_result(claimed, page, started_at=started_at, now=now())
    if (last := last_result(claimed, page, result)) is not None:
        return last
    digest = body_digest(page.body, reader_version=READER_VERSION)
    rights = NO_SITE_RIGHTS if robots is None else await robots.rights()
    result, reading = await _read(page, digest, claimed, result, pool, now, share, rights)
    if reading is None or reading.overlaps or not reading.whole or robots is None:
        return result
    assert claimed.gap_since is not None  # else nothing tells whether it overlaps
    log.info("gap: no entry is known from the visit at %s; requesting older documents", claimed.gap_since)
    search = BackfillSearch(
        claimed=claimed,
        since=claimed.gap_since,
        page=page,
        reading=reading,
        client=client,
        pool=pool,
        robots=robots,
        share=share,
        accept=ACCEPT,
    )
    backfill = await search.run()
    log.info("backfill: %s", backfill.message)
    message = f"{result.outcome.message}, none of them known before; {backfill.message}"
    return replace(
        result,
        outcome=replace(result.outcome, message=plain(message, 500)),
        backfill=backfill,
        host_updates=merge_host_updates((*result.host_updates, *search.host_updates)),
        wire_bytes=result.wire_bytes + search.wire_bytes,
        ended_at=now(),
    )


async def _read(
    page: Page,
    digest: str,
    claimed: ClaimedVisit,
    result: VisitResult,
    pool: WorkerPool,
    now: Callable[[], datetime],
    share: MemoryShare,
    rights: SiteRights,
) -> tuple[VisitResult, FeedTaskResult | None]:
    """The result with what the document holds; no Reading where it is no feed."""
    try:
        task = FeedTask(document=Document.of(page), claimed=claimed, site_rights=rights)
        reading = await pool.read(task, share)
    except WorkerLimitError as limit:
        outcome = Outcome(
            code="worker-limit", category="unreadable", message=str(limit), status=page.outcome.status
        )
        return replace(result, outcome=outcome, ended_at=now()), None
    if reading.problem is not None:
        outcome = Outcome(
            code="not-a-feed", category="unreadable", message=reading.problem, status=page.outcome.status
        )
        return replace(result, outcome=outcome, facts=reading.facts, ended_at=now()), None
    return with_reading(result, reading, page=page, digest=digest, now=now()), reading


def with_reading(
    result: VisitResult, reading: FeedTaskResult, *, page: Page, digest: str, now: datetime
) -> VisitResult:
    """The result of a visit with what its document holds."""
    return replace(
        result,
        outcome=_outcome(reading, page.outcome.status),
        entries=reading.entries,
        known_entries=reading.known,
        identity_scheme=reading.identity,
        zone=reading.zone,
        facts=reading.facts,
        complete=reading.whole,
        # The rest of a limited document is read by the next visit, even if nothing changed. An incomplete one is
        # requested whole each time, since it may be repaired under the same validators.
        validators=(page.etag, page.last_modified) if reading.whole and not reading.left else (None, None),
        body_digest="" if reading.left else digest if reading.whole else of_incomplete(digest),
        ended_at=now,
    )


def _outcome(reading: FeedTaskResult, status: int | None) -> Outcome:
    message = _message(reading)
    if reading.facts.left_out:
        return Outcome(code="partly-read", category="ok", message=message, status=status)
    return Outcome(code="read", category="ok", message=message, status=status)


def _message(reading: FeedTaskResult) -> str:
    count = len(reading.entries) - reading.left
    message = f"read {count} {'entry' if count == 1 else 'entries'} of {reading.facts.format or 'a feed'}"
    if reading.facts.repairs:
        message += f", repaired: {', '.join(reading.facts.repairs)}"
    if reading.left:
        message += f", {reading.left} more left for the next visit (limit on entries)"
    if reading.facts.left_out > reading.left:
        message += f", {reading.facts.left_out - reading.left} older ones left out by this limit"
    if not reading.whole:
        message += ", the document is incomplete"
    return message
