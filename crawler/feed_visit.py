"""One feed's visit: ask, stop early where nothing changed, read, say what came of it.

The order decides what a repeat visit costs: 304 → stop; equal body → stop; only then the pool reads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from newsdesk.crawler.backfill.backfill import BackfillSearch, RobotsChecks
from newsdesk.crawler.http.client import HttpClient
from newsdesk.crawler.http.memory_budget import MemoryShare
from newsdesk.crawler.http.outcomes import plain
from newsdesk.crawler.models import HttpRequest, Page
from newsdesk.crawler.normalise.story import READER_VERSION
from newsdesk.crawler.politeness.rate_limiter import merge_host_updates
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.feed_task import FeedTask, FeedTaskResult
from newsdesk.crawler.workers.pool import WorkerLimitError, WorkerPool
from newsdesk.storage.records.digests import body_digest, made_by_other_version
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.server_hints import NO_HINTS, Hints
from newsdesk.storage.records.visits import ClaimedVisit, VisitResult

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml,"
    " application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)
_HINTS = {"cache-control": "cache_control", "age": "age", "expires": "expires", "date": "date"}
_LONGEST_HINT = 500


async def visit(
    claimed: ClaimedVisit,
    *,
    client: HttpClient,
    pool: WorkerPool,
    now: Callable[[], datetime],
    share: MemoryShare,
    robots: RobotsChecks | None = None,
) -> VisitResult:
    """Visit one feed. Every end that a server or a document can bring about is an outcome. `share` holds the
    memory of what it brings, also after this. `rules`: of the hosts at which older documents are asked after
    a gap; None asks for none."""
    started_at = now()
    if made_by_other_version(
        known=claimed.known_entries, body_digest=claimed.body_digest, reader_version=READER_VERSION
    ):  # our rules changed: a 304 would keep what the old ones understood for as long as the feed rests
        claimed = replace(claimed, etag=None, last_modified=None, body_digest=None)
    page = await client.fetch(
        HttpRequest(
            address=claimed.address,
            etag=claimed.etag,
            last_modified=claimed.last_modified,
            accept=ACCEPT,
            secrets=claimed.secrets,
            bound_to=claimed.address,
        ),
        limits=claimed.limits,
        share=share,
    )
    unchanged = page.outcome.code == "unchanged"
    result = VisitResult(
        source_id=claimed.source_id,
        host=claimed.host,
        started_at=started_at,
        ended_at=now(),
        outcome=page.outcome,
        # a 304 replaces the validators that it carries, each on its own
        validators=(page.etag or claimed.etag, page.last_modified or claimed.last_modified)
        if unchanged
        else None,
        identity_scheme=claimed.identity_scheme,
        host_updates=page.host_updates,
        hints=_hints(page),
        final_address=page.address,
        moved_to=page.moved_to,
        wire_bytes=page.wire_bytes,
    )
    if unchanged or page.outcome.category != "ok":
        return result
    digest = body_digest(page.body, reader_version=READER_VERSION)
    if digest == claimed.body_digest:
        return replace(
            result,
            outcome=Outcome(
                code="equal", category="ok", message="the same document as last time", status=200
            ),
            validators=(page.etag, page.last_modified),
        )
    result, reading = await _read(page, digest, claimed, result, pool, now, share)
    if reading is None or reading.overlaps or not reading.whole or robots is None:
        return result
    assert claimed.gap_since is not None  # else nothing tells whether it overlaps
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
    missed = await search.run()
    words = f"{result.outcome.message}, none of them known before; {missed.message}"
    return replace(
        result,
        outcome=replace(result.outcome, message=plain(words, 500)),
        backfill=missed,
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
) -> tuple[VisitResult, FeedTaskResult | None]:
    """The result with what the document holds; no Reading where it is no feed."""
    try:
        reading = await pool.read(FeedTask(document=Document.of(page), claimed=claimed), share)
    except WorkerLimitError as limit:
        outcome = Outcome(
            code="reader-limit", category="unreadable", message=str(limit), status=page.outcome.status
        )
        return replace(result, outcome=outcome, ended_at=now()), None
    if reading.problem is not None:
        outcome = Outcome(
            code="not-a-feed", category="unreadable", message=reading.problem, status=page.outcome.status
        )
        return replace(result, outcome=outcome, facts=reading.facts, ended_at=now()), None
    all_read = reading.whole and not reading.left
    kept = replace(
        result,
        outcome=_end(reading, page.outcome.status),
        entries=reading.entries,
        known_entries=reading.known,
        identity_scheme=reading.identity,
        zone=reading.zone,
        facts=reading.facts,
        whole=reading.whole,
        # what was cut off, or left by the limit, is asked for again, though nothing may have changed
        validators=(page.etag, page.last_modified) if all_read else (None, None),
        body_digest=digest if all_read else "",
        ended_at=now(),
    )
    return kept, reading


def _end(reading: FeedTaskResult, status: int | None) -> Outcome:
    words = _words(reading)
    if reading.facts.left_out:
        return Outcome(code="part-read", category="ok", message=words, status=status)
    return Outcome(code="read", category="ok", message=words, status=status)


def _hints(page: Page) -> Hints:
    """What the headers say of the time of the next visit, as printed."""
    said: dict[str, Any] = {}
    for name, value in page.headers:
        if name in _HINTS and value:
            said.setdefault(_HINTS[name], value[:_LONGEST_HINT])
    return Hints(**said) if said.keys() - {"date"} else NO_HINTS  # every answer has its date


def _words(reading: FeedTaskResult) -> str:
    count = len(reading.entries) - reading.left
    words = f"read {count} {'entry' if count == 1 else 'entries'} of {reading.facts.format or 'a feed'}"
    if reading.facts.repairs:
        words += f", repaired: {', '.join(reading.facts.repairs)}"
    if reading.left:
        words += f", {reading.left} more left for the next visit by the limit on entries"
    if reading.facts.left_out > reading.left:
        words += f", {reading.facts.left_out - reading.left} older ones left out by it"
    if not reading.whole:
        words += ", the document is cut short"
    return words
