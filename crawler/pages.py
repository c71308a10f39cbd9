"""One page's visit: what came of its answer. Asking is Scrapy's walk (`spiders.page`) through the door.

The order decides what a repeat costs, as for a feed: 304 → stop; equal body → stop; only then the pool
reads. Called by the `page` spider and by `crawler.session`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from crawler.budget import Share
from crawler.items import Ask, Page
from crawler.normalise.story import READER_VERSION
from crawler.normalise.urls import is_front_page
from crawler.page_reading import PageOrder
from crawler.pool import Pool, ReadingLimitError
from storage.fingerprints import body_digest
from storage.records import ClaimedPage, Outcome, PageResult

ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.8, */*;q=0.1"


def ask_for(claimed: ClaimedPage) -> Ask:
    """The request for a page."""
    return Ask(
        address=claimed.url,
        etag=claimed.etag,
        last_modified=claimed.last_modified,
        accept=ACCEPT,
        secrets=claimed.secrets,
        bound_to=claimed.bound_to,
    )


def ended(claimed: ClaimedPage, outcome: Outcome, *, started_at: datetime, now: datetime) -> PageResult:
    """A visit that ended before anything was read."""
    return PageResult(
        page_id=claimed.page_id,
        url=claimed.url,
        host=claimed.host,
        started_at=started_at,
        ended_at=now,
        outcome=outcome,
    )


async def read_answer(
    claimed: ClaimedPage,
    page: Page,
    *,
    started_at: datetime,
    pool: Pool,
    now: Callable[[], datetime],
    share: Share | None = None,
) -> PageResult:
    """What a page's answer holds. Every end that a server or a document can bring about is an outcome."""
    result = replace(
        ended(claimed, page.outcome, started_at=started_at, now=now()),
        manners=page.manners,
        wire_bytes=page.wire_bytes,
    )
    if page.outcome.group != "fine":
        return result
    if page.outcome.word == "unchanged":
        return replace(
            result, validators=(page.etag or claimed.etag, page.last_modified or claimed.last_modified)
        )
    status = page.outcome.status
    if is_front_page(page.address) and not is_front_page(claimed.url):
        words = f"it leads to the front page now ({page.address})"
        return replace(
            result, outcome=Outcome(word="moved-home", group="missing", words=words, status=status)
        )
    digest = body_digest(page.body, reader_version=READER_VERSION)
    if digest == claimed.body_digest:
        equal = Outcome(word="equal", group="fine", words="the same document as last time", status=status)
        return replace(result, outcome=equal, validators=(page.etag, page.last_modified))
    order = PageOrder(
        body=page.body,
        address=page.address,
        content_type=page.content_type,
        charset=page.charset,
        claimed=claimed,
        now=page.fetched_at,
        last_modified=page.last_modified,
    )
    try:
        reading = await pool.read(order, share)
    except ReadingLimitError as limit:
        outcome = Outcome(word="reader-limit", group="unreadable", words=str(limit), status=status)
        return replace(result, outcome=outcome, ended_at=now())
    if reading.own is None or reading.story is None:
        problem = reading.problem or "nothing was read"
        outcome = Outcome(word="not-an-article", group="unreadable", words=problem, status=status)
        return replace(result, outcome=outcome, ended_at=now())
    words = f"read {len(reading.own.text or '')} characters of text"
    return replace(
        result,
        outcome=Outcome(word="read", group="fine", words=words, status=status),
        own=reading.own,
        story=reading.story,
        validators=(page.etag, page.last_modified),
        body_digest=digest,
        ended_at=now(),
    )
