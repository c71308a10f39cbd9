"""Find the entries in a news sitemap that a feed lost, if the two carry the same stories. Pure; runs in a worker.

A sitemap lists a whole site. It is used only where the feed carries most of what the sitemap lists for the same
time: else a feed of the sports pages would fill up with politics.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from newsdesk.crawler.backfill.gap_sitemap_task import GapSitemapResult, GapSitemapTask
from newsdesk.crawler.models import Article
from newsdesk.crawler.normalise.dates.parser import parse_date
from newsdesk.crawler.normalise.field_limits import limit_fields
from newsdesk.crawler.normalise.identity import identify
from newsdesk.crawler.normalise.urls.canonical import canonical_url
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.sitemaps.reader import read_sitemap
from newsdesk.crawler.workers.readers.feed import normalise_entry
from newsdesk.storage.records.entries import FeedEntry

MOST = 1000  # articles; Google accepts no more in a news sitemap
FEWEST = 3  # addresses by which a sitemap is compared with a feed


def read_gap_sitemap_task(task: GapSitemapTask) -> GapSitemapResult:
    """Parse one sitemap. Raises MemoryError where a parser exceeds the limit."""
    reading = read_sitemap(
        task.document.body,
        address=task.document.address,
        charset=task.document.charset,
        most_bytes=task.limits.body_bytes,
        most_links=0,
    )
    if reading.problem is not None or reading.is_index:
        return GapSitemapResult(problem="it is not a news sitemap")
    articles = reading.articles[:MOST]
    own = task.claimed.site
    listed = [(article, _moment(article, task)) for article in articles if site_of(article.link or "") == own]
    if not _same_stories(listed, task.carried):
        return GapSitemapResult(problem="it lists other stories than the feed carries")
    missed = [
        article
        for article, moment in listed
        if moment is not None and moment > task.since and _form(article) not in task.carried
    ]
    return GapSitemapResult(
        entries=_feed_entries(missed, task),
        overlaps=any(moment is not None and moment < task.since for _, moment in listed),
    )


def _same_stories(
    listed: list[tuple[Article, datetime | None]], carried: Mapping[str, datetime | None]
) -> bool:
    """Whether the feed carries at least half of what is listed for the time that its documents span."""
    moments = [moment for moment in carried.values() if moment is not None]
    if not moments:
        return False
    first, last = min(moments), max(moments)
    in_span = [article for article, moment in listed if moment is not None and first <= moment <= last]
    return len(in_span) >= FEWEST and 2 * sum(_form(article) in carried for article in in_span) >= len(
        in_span
    )


def _feed_entries(articles: list[Article], task: GapSitemapTask) -> tuple[FeedEntry, ...]:
    kept = tuple(map(limit_fields, articles))
    _, names = identify(kept, scheme="address", source_id=task.claimed.source_id)
    return tuple(
        FeedEntry(
            entry_key=named.entry_key,
            entry_digest=named.entry_digest,
            address_identifies=named.address_identifies,
            state="parsed",
            story=normalise_entry(article, named, None, claimed=task.claimed, now=task.document.fetched_at),
        )
        for article, named in zip(kept, names, strict=True)
        if named.reason is None and not named.repeated
    )


def _form(article: Article) -> str:
    return canonical_url(article.link or "")


def _moment(article: Article, task: GapSitemapTask) -> datetime | None:
    """The time of publication. A date without a time is of no use for the order."""
    claimed = task.claimed
    read = parse_date(
        article.published or "",
        timezone=claimed.timezone,
        learned=claimed.zone.name,
        now=task.document.fetched_at,
    )
    return read.instant if read is not None and read.precision in ("minute", "second") else None
