"""The `page` spider: `scrapy crawl page -a url=…` visits one article page as `newsdesk crawl --url` does, and yields
its story.

It follows no links: the session fetches and reads the page. The pipeline (`scheduler.scrapy_pipeline`) sets
the claimed page before the start, and `keep`, which keeps the result.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from scrapy import Spider

from newsdesk.crawler.session import Session
from newsdesk.crawler.session_settings import SessionSettings
from newsdesk.crawler.spiders.kept import wait_until_kept
from newsdesk.storage.records.pages import ClaimedPage, PageResult


class PageSpider(Spider):
    """Visits the one page that the pipeline claimed; nothing when it could not be claimed. `keep` returns its story as
    an item."""

    name = "page"
    claimed: ClaimedPage | None = None
    keep: Callable[[PageResult], Awaitable[list[dict[str, Any]]]]
    session = SessionSettings()

    def __init__(self, url: str, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.url = url

    async def start(self) -> AsyncIterator[Any]:
        if self.claimed is None:
            return
        async with Session(self.session, now=lambda: datetime.now(UTC)) as session:
            items = await self.keep(await session.read_page(self.claimed))
        for item in items:
            yield item
        await wait_until_kept(self)
