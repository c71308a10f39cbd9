"""The task of a sitemap: what a worker needs to parse it, and what it returns. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from newsdesk.crawler.sitemaps.listed import ListedAddress
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.feed_task import FeedTaskResult
from newsdesk.crawler.workers.task import Task
from newsdesk.storage.records.addresses.links import FoundLink
from newsdesk.storage.records.visits import ClaimedVisit, Limits

_MOST_INFLATED = 20  # times the bytes of a gzip file; XML shrinks to a tenth


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapTaskResult:
    """What a sitemap holds. `listing`: its entries with a title, as those of a feed. `links`: those of its `addresses`
    without one that may lead to stories; `left_out` were over the limit. `children`: the sitemaps of an index. `cut`
    says why the document is not whole; `problem` why it is no sitemap: then there is nothing else."""

    listing: FeedTaskResult
    format: str = ""
    links: tuple[FoundLink, ...] = ()
    addresses: int = 0
    left_out: int = 0
    children: tuple[ListedAddress, ...] = ()
    is_index: bool = False
    cut: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapTask(Task[SitemapTaskResult]):
    """A sitemap to parse, with what the claimed visit knows of its source."""

    READER = "newsdesk.crawler.workers.readers.sitemap:read_sitemap_task"
    document: Document
    claimed: ClaimedVisit

    @property
    def limits(self) -> Limits:
        return self.claimed.limits

    @property
    def weight(self) -> int:
        """As of a feed; a gzip file grows first."""
        size = len(self.document.body)
        if self.document.body.startswith(b"\x1f\x8b"):
            size = min(_MOST_INFLATED * size, self.limits.body_bytes)
        return 8 * size
