"""The task of a news sitemap after a gap: what a worker needs to find lost entries in it, and what it returns. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.task import Task
from newsdesk.storage.records.entries import FeedEntry
from newsdesk.storage.records.visits import ClaimedVisit, Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class GapSitemapResult:
    """The `entries` that the feed lost, and whether the list reaches back to the feed's last document. `problem`: why
    nothing is taken from it."""

    entries: tuple[FeedEntry, ...] = ()
    overlaps: bool = False
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GapSitemapTask(Task[GapSitemapResult]):
    """A news sitemap to parse. `carried`: the entries of the feed by canonical address, with the time of each; `since`:
    the time of the last visit."""

    READER = "newsdesk.crawler.workers.readers.gap_sitemap:read_gap_sitemap_task"
    document: Document
    claimed: ClaimedVisit
    carried: Mapping[str, datetime | None]
    since: datetime

    @property
    def limits(self) -> Limits:
        return self.claimed.limits

    @property
    def weight(self) -> int:
        """As of a feed."""
        return 8 * len(self.document.body)
