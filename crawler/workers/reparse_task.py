"""What origins said, as it was kept, read again with today's rules. Pure.

Runs in the pool like every reading, many snapshots an order. Nothing is fetched: the printed fields are those
that were kept, a text is the cleaned one of its story.
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
    """One snapshot to read again. `printed`: what was kept of what was printed; `html`: the story's cleaned
    text, where it is this origin's, and `text_origin` where a page had it; `summary` likewise. `by`: its
    source, or the page that it was. `at`: when it was said."""

    printed: Mapping[str, Any]
    addresses: tuple[Address, ...]
    by: ClaimedVisit | ClaimedPage
    at: datetime
    html: str | None = None
    text_origin: str = "page"
    summary: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReparseTask:
    """Sayings to read again, in one turn of a reader."""

    kept: tuple[SnapshotToReparse, ...]
    limits: Limits

    @property
    def weight(self) -> int:
        return 8 * sum(len(one.html or "") for one in self.kept)

    def load(self) -> None:
        """Nothing: no page is taken apart."""

    def read(self) -> tuple[ReparsedSnapshot | None, ...]:
        """What the pool does with it."""
        return tuple(map(reparse_snapshot, self.kept))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReparsedSnapshot:
    """What a snapshot gives today: `own` the origin's words alone, `story` with what a page's feed said."""

    own: Story
    story: Story


def reparse_snapshot(kept: SnapshotToReparse) -> ReparsedSnapshot | None:
    """None when a page's text is not known, or what it printed was not kept yet."""
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
    said = read_page_snapshot(
        kept.printed["page"],
        address=kept.printed.get("link") or claimed.url,
        dates=tuple(PrintedDate(origin=origin, value=said) for origin, said in kept.printed.get("dates", ())),
        text=FieldCandidate(origin=origin, value=kept.html),
    )
    order = PageTask(document=Document(body=b"", address=said.address, fetched_at=kept.at), claimed=claimed)
    reading = normalise_page(said, order)
    if reading.own is None or reading.story is None:
        return None
    return ReparsedSnapshot(own=reading.own, story=reading.story)
