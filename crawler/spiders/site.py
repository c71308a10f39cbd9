"""The `site` spider: `scrapy crawl site -a url=… [-a pages=N]` reads a home or section page and the pages that continue
its list, follows the links to stories, and yields the stories.

Scrapy schedules the requests and filters those made before; documents are read in the worker pool (`readings`). The
pipeline (`scheduler.scrapy_pipeline`) sets `claim_article` before the start, and `keep`, which keeps what was read.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response

from newsdesk.crawler.normalise.urls.canonical import canonical_url
from newsdesk.crawler.spiders.readings import LINK_TEXT, READING, READS_LINKS, ClaimArticle
from newsdesk.crawler.workers.site_task import SiteReading
from newsdesk.storage.records.pages import PageResult

MOST_PAGES = 100  # of one list


class CanonicalFingerprinter:
    """Requests are the same whose addresses have one canonical form."""

    def fingerprint(self, request: Request) -> bytes:
        return hashlib.sha256(canonical_url(request.url).encode()).digest()


class SiteSpider(Spider):
    """Crawls the lists of one site; nothing where its address cannot be requested. `pages`: how many pages of a list
    are read. `keep` returns the story of a page as an item."""

    name = "site"
    custom_settings = {"REQUEST_FINGERPRINTER_CLASS": CanonicalFingerprinter}  # noqa: RUF012 - as Scrapy declares it
    claim_article: ClaimArticle | None = None
    keep: Callable[[PageResult], Awaitable[list[dict[str, Any]]]]

    def __init__(self, url: str, pages: str = "5", **arguments: Any) -> None:
        super().__init__(**arguments)
        self.url = url
        self.pages = int(pages)
        self._yielded: set[str] = set()

    @staticmethod
    def wrong_argument(arguments: Mapping[str, str]) -> str | None:
        """What is wrong with the arguments, for `scrapy crawl`."""
        pages = arguments.get("pages", "1")
        if pages.isascii() and pages.isdigit() and 1 <= int(pages) <= MOST_PAGES:
            return None
        return f"pages is {pages!r}; write a number from 1 to {MOST_PAGES}"

    async def start(self) -> AsyncIterator[Any]:
        if self.claim_article is not None:
            yield Request(self.url, errback=self.failed, meta={READS_LINKS: True})

    def parse(self, response: Response) -> Iterator[Request]:
        """Follow the stories of a page of the list, and the next page."""
        reading: SiteReading = response.meta[READING]
        self.logger.info("%s links to %d stories", response.url, len(reading.links))
        for link in reading.links:
            yield Request(
                link.address.url,
                callback=self.parse_story,
                errback=self.not_read,
                meta={LINK_TEXT: link.title},
            )
        if reading.next_page is not None and response.meta.get("depth", 0) + 1 < self.pages:
            yield Request(reading.next_page, errback=self.not_read, meta={READS_LINKS: True}, priority=1)

    async def parse_story(self, response: Response) -> AsyncIterator[dict[str, Any]]:
        """Keep a page that is an article, and yield its story once."""
        for item in await self.keep(response.meta[READING]):
            if item["url"] not in self._yielded:
                self._yielded.add(item["url"])
                yield item

    def failed(self, failure: Any) -> None:
        """The first page could not be read: so the command has failed."""
        self.crawler.stats.inc_value("newsdesk/failed")
        self.logger.error("not visited: %s", failure.value)

    def not_read(self, failure: Any) -> None:
        """A page that could not be read, or is no article. The download handler has logged why."""
