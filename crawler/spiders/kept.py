"""When a spider that yields results, and no requests, may end."""

from __future__ import annotations

import asyncio

from scrapy import Spider


async def wait_until_kept(spider: Spider) -> None:
    """Wait until the pipeline has taken what was yielded. A start that ends sooner lets Scrapy sleep till its
    next heartbeat: it looks again after a response, and an item alone has none (5 s a crawl, measured)."""
    engine = spider.crawler.engine
    while engine and engine.scraper.slot and not engine.scraper.slot.is_idle():  # noqa: ASYNC110 - no event
        await asyncio.sleep(0.01)
