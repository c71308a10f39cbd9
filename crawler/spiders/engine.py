"""Scrapy's engine inside a session: started with the first page, ended with the session.

It runs in the loop that is running, without a reactor. A session that reads no page never imports this.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings

from crawler.session import Session
from crawler.spiders.page import Handed, PageSpider
from storage.records import ClaimedPage, PageResult

WITHOUT = {
    "ITEM_PIPELINES": {},  # the desk keeps
    "EXTENSIONS_BASE": {},
    "LOG_ENABLED": False,
    "CONCURRENT_REQUESTS": 1000,  # the desk and the gate bound what is in flight
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1000,
}


class Engine:
    """Walks pages. `close` waits until the engine is gone."""

    def __init__(self, session: Session) -> None:
        logging.getLogger("scrapy").setLevel(logging.CRITICAL)  # what matters is told as an outcome
        settings = Settings()
        settings.setmodule("crawler.settings", priority="project")
        settings.update(WITHOUT, priority="cmdline")
        self._handed: asyncio.Queue[Handed | None] = asyncio.Queue()
        self._crawl = AsyncCrawlerRunner(settings).crawl(PageSpider, inside=session, handed=self._handed)

    async def walk(self, claimed: ClaimedPage) -> PageResult:
        """Hand a granted page over, and wait for what comes of it."""
        answer: asyncio.Future[PageResult] = asyncio.get_running_loop().create_future()
        self._handed.put_nowait(Handed(claimed, answer))
        waited: set[asyncio.Future[Any]] = {answer, self._crawl}
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            self._crawl.result()  # raises what ended it
            raise RuntimeError("Scrapy's engine ended before the page was read")
        return answer.result()

    async def close(self) -> None:
        self._handed.put_nowait(None)
        await asyncio.wait([self._crawl], timeout=10)
        if not self._crawl.done():
            self._crawl.cancel()
