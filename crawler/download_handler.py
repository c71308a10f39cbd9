"""Scrapy's download handler: requests of spiders go through our HTTP client.

Address guard, limits, decoding, deadlines, redirects, robots.txt and the rate limit of the host are those of
every other visit. Named by string in `crawler.settings`.
"""

from __future__ import annotations

import asyncio
import pkgutil
from datetime import UTC, datetime
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError, IgnoreRequest
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from newsdesk.crawler.models import Page
from newsdesk.crawler.politeness.rate_limiter import host_of
from newsdesk.crawler.session import Session, SessionSettings
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.rate_limits import queue_of


class ClientDownloadHandler:
    """Fetches by a session of its own, which is opened with the first request."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        self._reader: str = crawler.settings["NEWSDESK_SETTINGS"]
        self._session: Session | None = None
        self._opening = asyncio.Lock()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """The response, its body decoded. Only GET without a body. Raises IgnoreRequest where robots.txt or
        the address guard forbids the request, DownloadFailedError where no response came.
        """
        if request.method != "GET" or request.body:
            raise IgnoreRequest(f"{request.method} {request.url}: only GET without a body is supported")
        session = await self._open()
        host = host_of(request.url)
        settings = self._settings
        rate_limit = settings.rate_limits.of(host)
        claimed = ClaimedPage(
            page_id=0,
            url=request.url,
            host=queue_of(host),
            delay_s=rate_limit.delay_s,
            per_minute=rate_limit.per_minute,
        )
        refused = await session.wait_for_turn(claimed)
        if refused is not None:
            raise IgnoreRequest(refused.outcome.message)
        return _response(await session.fetch_page(claimed))

    async def close(self) -> None:
        if self._session is not None:
            await self._session.__aexit__(None, None, None)

    async def _open(self) -> Session:
        async with self._opening:
            if self._session is None:
                self._settings: SessionSettings = pkgutil.resolve_name(self._reader)().runner.session
                self._session = Session(self._settings, now=lambda: datetime.now(UTC))
                await self._session.__aenter__()
        return self._session


def _response(page: Page) -> Response:
    status = page.outcome.status
    if status is None:
        if page.outcome.category == "not-allowed":
            raise IgnoreRequest(page.outcome.message)
        raise DownloadFailedError(page.outcome.message)
    headers = Headers([(name, value) for name, value in page.headers if name != "content-encoding"])
    kind = responsetypes.from_args(headers=headers, url=page.address, body=page.body)
    return kind(url=page.address, status=status, headers=headers, body=page.body)
