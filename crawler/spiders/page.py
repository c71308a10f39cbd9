"""The `page` spider: `scrapy crawl page -a url=…` visits one article page as `newsdesk crawl --url` does.

It follows no links: the session fetches and reads the page. The pipeline (`scheduler.scrapy_pipeline`) sets
the claimed page before the start, and keeps the result.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from scrapy import Spider

from newsdesk.crawler.session import Session
from newsdesk.crawler.session_settings import SessionSettings
from newsdesk.crawler.spiders.kept import wait_until_kept
from newsdesk.storage.records.pages import ClaimedPage


class PageSpider(Spider):
    """Visits the one page that the pipeline claimed; nothing when it could not be claimed."""

    name = "page"
    claimed: ClaimedPage | None = None
    session = SessionSettings()

    def __init__(self, url: str | None = None, **arguments: Any) -> None:
        super().__init__(**arguments)
        if not url:
            raise ValueError(
                "the page spider needs an address: scrapy crawl page -a url=https://news.example/story"
            )
        self.url = url

    async def start(self) -> AsyncIterator[Any]:
        if self.claimed is None:
            return
        async with Session(self.session, now=lambda: datetime.now(UTC)) as session:
            yield await session.read_page(self.claimed)
        await wait_until_kept(self)
