"""The `page` spider: reads article pages that were granted by the host gate and robots.txt.

Inside a session it walks what the session hands it, until the session ends. By hand, `scrapy crawl page -a
url=…` reads one page and keeps it as `newsdesk crawl --url` does: the pipeline
(`scheduler.pipeline.KeepPipeline`) brings the claimed page before the start, and keeps the result.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response

from crawler.items import Page
from crawler.session import Session, SessionSettings
from crawler.spiders.kept import until_kept
from storage.records import ClaimedPage, PageResult


@dataclass(frozen=True, slots=True)
class Handed:
    """A granted page, and the future that waits for what comes of it."""

    claimed: ClaimedPage
    answer: asyncio.Future[PageResult]


class PageSpider(Spider):
    """Walks pages one request each. `handed` is the session's queue; None in it ends the walk."""

    name = "page"
    claimed: ClaimedPage | None = None
    session = SessionSettings()

    def __init__(
        self,
        url: str | None = None,
        *,
        inside: Session | None = None,
        handed: asyncio.Queue[Handed | None] | None = None,
        **arguments: Any,
    ) -> None:
        super().__init__(**arguments)
        if not url and handed is None:
            raise ValueError(
                "the page spider wants an address: scrapy crawl page -a url=https://news.example/story"
            )
        self.url = url
        self._inside = inside
        self._handed = handed

    async def start(self) -> AsyncIterator[Any]:
        if self._handed is not None:
            while (handed := await self._handed.get()) is not None:
                yield self._request(handed)
        elif self.claimed is not None:
            async with Session(self.session, now=lambda: datetime.now(UTC)) as session:
                self._inside = session
                refused = await session.grant(self.claimed)
                if refused is not None:
                    yield refused
                    await until_kept(self)
                    return
                handed = Handed(self.claimed, asyncio.get_running_loop().create_future())
                yield self._request(handed)
                await asyncio.wait([handed.answer])  # the session stays open until it is read

    def _request(self, handed: Handed) -> Request:
        # The door asks the very address that was claimed; Scrapy's copy may be tidied up.
        return Request(
            handed.claimed.url,
            callback=self.parse,
            errback=self.failed,
            dont_filter=True,
            meta={"handed": handed, "handle_httpstatus_all": True},
        )

    async def fetch(self, request: Request) -> Page:
        """For the download handler."""
        assert self._inside is not None
        return await self._inside.fetch_page(request.meta["handed"].claimed)

    async def parse(self, response: Response, **_: Any) -> AsyncIterator[PageResult]:
        assert self._inside is not None
        handed: Handed = response.meta["handed"]
        try:
            result = await self._inside.read_answer(handed.claimed, response.meta["page"])
        except Exception as error:
            _settle(handed, error)
            return
        _settle(handed, result)
        yield result

    async def failed(self, failure: Any) -> None:
        """A bug on the way: it is the page's, as everywhere."""
        _settle(failure.request.meta["handed"], failure.value)


def _settle(handed: Handed, end: PageResult | Exception) -> None:
    if handed.answer.done():
        return
    if isinstance(end, Exception):
        handed.answer.set_exception(end)
    else:
        handed.answer.set_result(end)
