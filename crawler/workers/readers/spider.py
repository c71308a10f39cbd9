"""From the items of a spider to entries: read, then as the entries of a feed. Pure; runs in a worker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from newsdesk.crawler.models import FeedReading
from newsdesk.crawler.spider_process.articles import ItemProblemError, read_item
from newsdesk.crawler.spider_process.items_task import SpiderTask
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.feed_task import FeedTaskResult
from newsdesk.crawler.workers.readers.feed import read_entries
from newsdesk.storage.records.digests import digest
from newsdesk.storage.records.entries import FeedEntry
from newsdesk.storage.records.visits import FeedFacts

_MOST_REFUSED = 1000  # entries with a reason; more of them say nothing new


def read_spider_task(task: SpiderTask) -> FeedTaskResult:
    """The entries of a crawl. An item that cannot be read is a refused entry with its reason."""
    call = task.claimed.spider
    assert call is not None
    articles, refused = [], [_refused(reason, b"") for reason in task.refused]
    for sent in task.items:
        try:
            articles.append(read_item(sent))
        except ItemProblemError as error:
            refused.append(_refused(str(error), sent))
    result = read_entries(
        FeedReading(
            facts=FeedFacts(title=call.title, home=call.start, format="items of a spider", parser="spider"),
            articles=tuple(articles),
            complete=task.whole,
        ),
        document=Document(body=b"", address=call.start, fetched_at=task.fetched_at),
        claimed=replace(task.claimed, address=call.start),
    )
    return replace(result, entries=(*result.entries, *_distinct(refused)))


def _refused(reason: str, sent: bytes) -> FeedEntry:
    key = digest("e1", "item of a spider", reason, sent.decode("utf-8", "replace"))
    return FeedEntry(
        entry_key=key,
        entry_digest=digest("d1", key),
        state="refused",
        reason=reason,
        address_identifies=False,
    )


def _distinct(refused: list[FeedEntry]) -> Iterator[FeedEntry]:
    """Each once: two entries of a document have two keys."""
    yield from list({one.entry_key: one for one in refused}.values())[:_MOST_REFUSED]
