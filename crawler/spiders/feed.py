"""The `feed` spider: `scrapy crawl feed -a url=…` visits one feed as `newsdesk crawl` does.

It follows no links: a feed is one request, made by `feed_visit` through the HTTP client. The pipeline
(`scheduler.scrapy_pipeline.KeepPipeline`) sets the claimed visit before the start, and keeps the result.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from scrapy import Spider

from newsdesk.crawler.session import Session
from newsdesk.crawler.session_settings import SessionSettings
from newsdesk.crawler.spiders.kept import wait_until_kept
from newsdesk.storage.records.visits import ClaimedVisit


class FeedSpider(Spider):
    """Visits the one feed that the pipeline claimed; nothing when it could not be claimed."""

    name = "feed"
    claimed: ClaimedVisit | None = None
    session = SessionSettings()

    def __init__(self, url: str | None = None, **arguments: Any) -> None:
        super().__init__(**arguments)
        if not url:
            raise ValueError(
                "the feed spider needs an address: scrapy crawl feed -a url=https://news.example/feed.xml"
            )
        self.url = url

    async def start(self) -> AsyncIterator[Any]:
        if self.claimed is None:
            return
        async with Session(self.session, now=lambda: datetime.now(UTC)) as session:
            with session.share() as share:
                yield await session.visit(self.claimed, share)
        await wait_until_kept(self)
