"""From one sitemap to its entries, links and further sitemaps. Pure; runs in a worker."""

from __future__ import annotations

from dataclasses import replace

from newsdesk.crawler.models import FeedReading
from newsdesk.crawler.sitemaps.reader import SitemapReading, read_sitemap
from newsdesk.crawler.workers.feed_task import FeedTaskResult
from newsdesk.crawler.workers.readers.feed import read_entries
from newsdesk.crawler.workers.readers.rights import listed_with_rights
from newsdesk.crawler.workers.readers.sitemap_links import links_of_sitemap
from newsdesk.crawler.workers.sitemap_task import SitemapTask, SitemapTaskResult
from newsdesk.storage.records.visits import FeedFacts


def read_sitemap_task(task: SitemapTask) -> SitemapTaskResult:
    """Parse one sitemap. Raises MemoryError where a parser exceeds the limit."""
    limits = task.limits
    reading = read_sitemap(
        task.document.body,
        address=task.document.address,
        charset=task.document.charset,
        most_bytes=limits.body_bytes,
        most_links=limits.entries,
    )
    if reading.problem is not None:
        return SitemapTaskResult(listing=FeedTaskResult(facts=FeedFacts()), problem=reading.problem)
    feed = entries_as_feed(reading)
    articles = listed_with_rights(feed.articles, task.document, task.claimed.robots)
    listing = read_entries(replace(feed, articles=articles), document=task.document, claimed=task.claimed)
    return SitemapTaskResult(
        listing=listing,
        format=reading.format,
        links=links_of_sitemap(
            reading.links,
            claimed=task.claimed,
            address=task.document.address,
            entries={entry.entry_key for entry in listing.entries},
            now=task.document.fetched_at,
        ),
        addresses=len(reading.links),
        left_out=reading.left_out,
        children=reading.children,
        is_index=reading.is_index,
        cut=reading.cut,
    )


def entries_as_feed(reading: SitemapReading) -> FeedReading:
    """The addresses with a title, as the entries of a feed."""
    facts = FeedFacts(
        title=reading.publication, format=reading.format, parser="sitemap", repairs=reading.repairs
    )
    return FeedReading(facts=facts, articles=reading.articles, complete=reading.complete)
