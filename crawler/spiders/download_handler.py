"""Scrapy's download handler: requests of spiders go through our HTTP client.

Address guard, limits, decoding, deadlines, redirects, robots.txt and rate limits are those of every other visit.
Headers and cookies of a Scrapy request are not sent. Each request leases its host, where there is a store. The
`site` spider has its pages read, too: in the worker pool, in the session that made the request.
"""

from __future__ import annotations

import asyncio
import logging
import pkgutil
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.http.target import AddressError, host_of
from newsdesk.crawler.models import Page
from newsdesk.crawler.politeness.host_lease import HostLease, no_lease
from newsdesk.crawler.session import Session
from newsdesk.crawler.spider_process.responses import scrapy_error, scrapy_response, unsupported
from newsdesk.crawler.spiders.readings import LINK_TEXT, READING, READS_LINKS, ClaimArticle, read_list
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.rate_limits import queue_of

log = logging.getLogger(__name__)


class ClientDownloadHandler:
    """Fetches by a session of its own, which opens with the first request."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._reader: str = crawler.settings["NEWSDESK_SETTINGS"]
        self._leases: str | None = crawler.settings.get("NEWSDESK_LEASES")
        self._stack = AsyncExitStack()  # the leases and the session, once they are open
        self._session: Session | None = None
        self._runner: Any = None  # the RunSettings; their package comes after this one
        self._opening = asyncio.Lock()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """The response, with its body decoded. Only GET without a body. Raises IgnoreRequest for a request that
        robots.txt or the address guard forbids, else one of Scrapy's exceptions for a failed download.
        """
        why = unsupported(request)
        if why is not None:
            log.warning("not requested: %s", why)
            raise IgnoreRequest(why)
        session = await self._open()
        try:
            host = host_of(request.url)
        except AddressError as error:
            raise IgnoreRequest(f"not requested: {error}") from None
        rate_limit = self._runner.session.rate_limits.of(queue_of(host))
        claimed = ClaimedPage(
            page_id=0,
            url=request.url,
            host=queue_of(host),
            delay_s=rate_limit.delay_s,
            per_minute=rate_limit.per_minute,
            limits=self._runner.limits,
        )
        async with session.leased(claimed.host) as lease:
            if lease.refused is not None:
                raise _error(lease.refused)
            if LINK_TEXT in request.meta:
                return await self._read_article(session, request, lease)
            refused = await session.wait_for_turn(claimed)
            if refused is not None:
                raise _error(refused.outcome)
            page = await session.fetch_page(claimed)
            lease.host_updates = page.host_updates
        if request.meta.get(READS_LINKS):
            if page.outcome.category != "ok":
                raise _error(page.outcome)
            request.meta[READING] = await read_list(session, page, claimed)
        return _response(page)

    async def _read_article(self, session: Session, request: Request, lease: HostLease) -> Response:
        """Visit the page behind a link with all that the store knows of it."""
        claim: ClaimArticle = self._crawler.spider.claim_article  # type: ignore[union-attr]  # it made the request
        result = await session.read_page(await claim(request.url, request.meta[LINK_TEXT]))
        lease.host_updates = result.host_updates
        if self._crawler.stats is not None:
            self._crawler.stats.inc_value(f"newsdesk/pages/{result.outcome.code}")
        if result.outcome.category != "ok":
            raise _error(result.outcome)
        request.meta[READING] = result
        return Response(url=request.url)

    async def close(self) -> None:
        """Close the session. Scrapy calls it once, also when no request was made."""
        self._session = None
        await self._stack.aclose()

    async def _open(self) -> Session:
        async with self._opening:
            if self._session is None:
                settings = pkgutil.resolve_name(self._reader)()
                self._runner = settings.runner
                lease = no_lease
                if self._leases is not None:
                    lease = await self._stack.enter_async_context(
                        pkgutil.resolve_name(self._leases)(settings)
                    )
                session = Session(self._runner.session, now=lambda: datetime.now(UTC), lease=lease)
                self._session = await self._stack.enter_async_context(session)
        return self._session


def _response(page: Page) -> Response:
    """An error status is a response, too. A failed 200 is not: its body would be empty."""
    outcome = page.outcome
    if (
        outcome.status is None
        or outcome.category in {"unreadable", "challenge"}
        or outcome.code == "incomplete"
    ):
        raise _error(outcome)
    return scrapy_response(page.address, outcome.status, page.headers, page.body)


def _error(outcome: Outcome) -> Exception:
    return scrapy_error(outcome.code, outcome.category, redact(outcome.message))
