"""Parse stored snapshots again with today's rules. Pure; runs in a worker, many snapshots a task.

Nothing is fetched: the published fields are those that were kept, a text is the cleaned one of its story.
"""

from __future__ import annotations

from newsdesk.crawler.models import FieldCandidate, PrintedDate
from newsdesk.crawler.normalise.identity import IdentifiedEntry
from newsdesk.crawler.normalise.published_values import article_from_published_values
from newsdesk.crawler.pages.merge import PRECEDENCE
from newsdesk.crawler.pages.snapshot import read_page_snapshot
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.page_task import PageTask
from newsdesk.crawler.workers.readers.feed import normalise_entry
from newsdesk.crawler.workers.readers.page import normalise_page
from newsdesk.crawler.workers.reparse_task import ReparsedSnapshot, ReparseTask, SnapshotToReparse
from newsdesk.storage.records.pages import ClaimedPage


def reparse_snapshots(task: ReparseTask) -> tuple[ReparsedSnapshot | None, ...]:
    return tuple(map(reparse_snapshot, task.kept))


def reparse_snapshot(kept: SnapshotToReparse) -> ReparsedSnapshot | None:
    """None when the text of a page is not known, or its published fields were not kept."""
    if isinstance(kept.by, ClaimedPage):
        return _reparse_page(kept, kept.by)
    story = normalise_entry(
        article_from_published_values(kept.printed, html=kept.html, summary=kept.summary),
        IdentifiedEntry(entry_key="", entry_digest="", addresses=kept.addresses),
        kept.printed.get("feed_language"),
        claimed=kept.by,
        now=kept.at,
    )
    return ReparsedSnapshot(own=story, story=story)


def _reparse_page(kept: SnapshotToReparse, claimed: ClaimedPage) -> ReparsedSnapshot | None:
    if "page" not in kept.printed or kept.html is None:
        return None
    origin = kept.text_origin if kept.text_origin in PRECEDENCE["text"] else PRECEDENCE["text"][0]
    candidates = read_page_snapshot(
        kept.printed["page"],
        address=kept.printed.get("link") or claimed.url,
        dates=tuple(
            PrintedDate(origin=origin, value=candidates)
            for origin, candidates in kept.printed.get("dates", ())
        ),
        text=FieldCandidate(origin=origin, value=kept.html),
    )
    page_task = PageTask(
        document=Document(body=b"", address=candidates.address, fetched_at=kept.at), claimed=claimed
    )
    reading = normalise_page(candidates, page_task)
    if reading.own is None or reading.story is None:
        return None
    return ReparsedSnapshot(own=reading.own, story=reading.story)
