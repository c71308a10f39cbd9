"""Parse stored snapshots again with today's rules. Pure; runs in a worker, many snapshots a task.

Nothing is fetched: the published fields are those that were kept, a text is the cleaned one of its story.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newsdesk.crawler.models import FieldCandidate, PrintedDate
from newsdesk.crawler.normalise.identity import IdentifiedEntry
from newsdesk.crawler.normalise.published_values import article_from_published_values
from newsdesk.crawler.pages.merge import PRECEDENCE
from newsdesk.crawler.pages.snapshot import read_page_snapshot
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.feed_task import normalise_entry
from newsdesk.crawler.workers.page_task import PageTask, normalise_page
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.stories import Address, Story
from newsdesk.storage.records.visits import ClaimedVisit, Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotToReparse:
    """One snapshot. `printed`: the published fields that were kept; `html`: the cleaned text of the story, where it is
    from this origin, and `text_origin` its place on a page; `summary` likewise. `by`: the source or the page. `at`:
    when it was fetched."""

    printed: Mapping[str, Any]
    addresses: tuple[Address, ...]
    by: ClaimedVisit | ClaimedPage
    at: datetime
    html: str | None = None
    text_origin: str = "page"
    summary: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReparseTask:
    """Snapshots to parse again, in one task."""

    kept: tuple[SnapshotToReparse, ...]
    limits: Limits

    @property
    def weight(self) -> int:
        return 8 * sum(len(one.html or "") for one in self.kept)

    def load(self) -> None:
        """Nothing: no page is parsed."""

    def read(self) -> tuple[ReparsedSnapshot | None, ...]:
        """Runs in the worker."""
        return tuple(map(reparse_snapshot, self.kept))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReparsedSnapshot:
    """The result for a snapshot: `own` from this origin alone, `story` merged with the feed of a page."""

    own: Story
    story: Story


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
