"""The task of the items of a spider: what a worker needs to read them. Its result is that of a feed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsdesk.crawler.workers.feed_task import FeedTaskResult
from newsdesk.crawler.workers.task import Task
from newsdesk.storage.records.visits import ClaimedVisit, Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class SpiderTask(Task[FeedTaskResult]):
    """The items that a spider yielded, as it sent them, and why others were not sent. `whole`: the crawl came to its
    end, so an item that is missing is gone."""

    READER = "newsdesk.crawler.workers.readers.spider:read_spider_task"
    items: tuple[bytes, ...]
    refused: tuple[str, ...]
    whole: bool
    claimed: ClaimedVisit
    fetched_at: datetime

    @property
    def limits(self) -> Limits:
        return self.claimed.limits

    @property
    def weight(self) -> int:
        """As the entries of a feed."""
        return 8 * sum(map(len, self.items))
