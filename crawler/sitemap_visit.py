"""One visit of a sitemap: fetch, stop early where nothing changed, parse. Of an index, the sitemaps that most likely
list new stories are read in the same visit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from newsdesk.crawler.backfill.backfill import RobotsChecks
from newsdesk.crawler.feed_visit import with_reading
from newsdesk.crawler.first_response import first_request, first_result, last_result, read_anew
from newsdesk.crawler.http.client import HttpClient
from newsdesk.crawler.http.memory_budget import MemoryShare
from newsdesk.crawler.http.outcomes import plain
from newsdesk.crawler.normalise.reader_version import READER_VERSION
from newsdesk.crawler.sitemaps.index_walk import ACCEPT, IndexWalk, of_links, read_document
from newsdesk.crawler.workers.pool import WorkerPool
from newsdesk.crawler.workers.sitemap_task import SitemapTaskResult
from newsdesk.storage.records.digests import body_digest
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.visits import ClaimedVisit, VisitResult


async def visit(
    claimed: ClaimedVisit,
    *,
    client: HttpClient,
    pool: WorkerPool,
    now: Callable[[], datetime],
    share: MemoryShare,
    robots: RobotsChecks,
) -> VisitResult:
    """Visit one sitemap. Whatever a server or a document does becomes an outcome. `share` holds the memory of its
    documents, also after this."""
    started_at = now()
    claimed = read_anew(claimed)
    page = await client.fetch(first_request(claimed, accept=ACCEPT), limits=claimed.limits, share=share)
    result = first_result(claimed, page, started_at=started_at, now=now())
    if (last := last_result(claimed, page, result)) is not None:
        return last
    reading = await read_document(page, claimed, pool, share)
    if isinstance(reading, Outcome):
        return replace(result, outcome=reading, ended_at=now())
    if reading.is_index:
        walk = IndexWalk(
            claimed=claimed, root=page, client=client, pool=pool, now=now, share=share, robots=robots
        )
        return await walk.run(reading, result)
    digest = body_digest(page.body, reader_version=READER_VERSION)
    result = with_reading(result, reading.listing, page=page, digest=digest, now=now())
    links = reading.links if reading.addresses else None
    message = plain(
        f"{result.outcome.message}{of_links(len(reading.links), reading.addresses)}{_cut(reading)}", 500
    )
    return replace(result, outcome=replace(result.outcome, message=message), links=links, sitemaps=())


def _cut(reading: SitemapTaskResult) -> str:
    return "" if reading.cut is None else f": {reading.cut}"
