"""The `feed` spider: `scrapy crawl feed -a url=…` visits one feed as `newsdesk crawl` does, and yields its stories.

It follows no links: a feed is one request, made by `feed_visit` through the HTTP client. The pipeline
(`scheduler.scrapy_pipeline.KeepPipeline`) sets the claimed visit before the start, and `keep`, which keeps the result.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from scrapy import Spider

from newsdesk.crawler.session import Session
from newsdesk.crawler.session_settings import SessionSettings
from newsdesk.crawler.spiders.kept import wait_until_kept
from newsdesk.storage.records.visits import ClaimedVisit, VisitResult


class FeedSpider(Spider):
    """Visits the one feed that the pipeline claimed; nothing when it could not be claimed. `keep` returns the stories
    of the feed as items."""

    name = "feed"
    claimed: ClaimedVisit | None = None
    keep: Callable[[VisitResult], Awaitable[list[dict[str, Any]]]]
    session = SessionSettings()

    def __init__(self, url: str, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.url = url

    async def start(self) -> AsyncIterator[Any]:
        if self.claimed is None:
            return
        async with Session(self.session, now=lambda: datetime.now(UTC)) as session:
            with session.share() as share:
                items = await self.keep(await session.visit(self.claimed, share))
        for item in items:
            yield item
        await wait_until_kept(self)
