"""Scrapy's download handler in a spider's process: each request is made by newsdesk, at the other end of the
channel. This process opens no connection."""

from __future__ import annotations

import logging
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from newsdesk.crawler.spider_process.channel import channel
from newsdesk.crawler.spider_process.responses import scrapy_error, scrapy_response, unsent, unsupported

log = logging.getLogger(__name__)


class ChannelDownloadHandler:
    """Scrapy makes one for each scheme."""

    lazy = True

    def __init__(self) -> None:
        self._told: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls()

    async def download_request(self, request: Request) -> Response:
        """The response. Raises IgnoreRequest or one of Scrapy's exceptions for a failed download."""
        why = unsupported(request)
        if why is not None:
            await channel().refused(why)
            raise IgnoreRequest(why)
        for name in unsent(request):
            if name not in self._told:
                self._told.add(name)
                log.warning("the header %s of requests is not sent", name)
        head, body = await channel().request(request.url)
        if "status" in head:
            return scrapy_response(head["address"], head["status"], map(tuple, head["headers"]), body)
        raise scrapy_error(head["code"], head["category"], head["message"])

    async def close(self) -> None:
        """The channel stays open for the end of the crawl."""
