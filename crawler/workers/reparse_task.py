"""The task of stored snapshots that are parsed again: what a worker needs, and what it returns. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newsdesk.crawler.workers.task import Task
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
class ReparsedSnapshot:
    """The result for a snapshot: `own` from this origin alone, `story` merged with the feed of a page."""

    own: Story
    story: Story


@dataclass(frozen=True, slots=True, kw_only=True)
class ReparseTask(Task[tuple[ReparsedSnapshot | None, ...]]):
    """Snapshots to parse again, in one task."""

    READER = "newsdesk.crawler.workers.readers.snapshots:reparse_snapshots"
    kept: tuple[SnapshotToReparse, ...]
    limits: Limits

    @property
    def weight(self) -> int:
        return 8 * sum(len(one.html or "") for one in self.kept)
