"""Scrapy's download handler: a thin one over the door, which alone talks to the network.

Guard, limits, decoding, deadlines, redirects and turns are the door's. Named by string in
`crawler.settings`; the page itself travels in the request's meta, as the door made it.
"""

from __future__ import annotations

from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.items import Page


class DoorHandler:
    """Asks the session of the running spider."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        spider: Any = self._crawler.spider
        page: Page = await spider.fetch(request)
        request.meta["page"] = page
        return Response(url=request.url, status=page.outcome.status or 200, body=page.body)

    async def close(self) -> None:
        """Nothing is held: the door is the session's."""
