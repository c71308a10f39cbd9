"""The Scrapy item pipeline of `scrapy crawl feed -a url=…`, `page` and `site`, and the leases of other spiders that
Scrapy's commands run.

Finds or adds the (paused) source or the page, leases its host, and keeps the result as a run does. The `site` spider
leases each request, and only what was read as an article is kept. Named by strings in `crawler.settings`, so that the
crawler imports nothing of this package; uses Scrapy's crawler by its attributes only, since only `crawler` imports
Scrapy.
"""

from __future__ import annotations

import asyncio
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Self

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.http.target import AddressError, canonical_spelling, host_of
from newsdesk.crawler.normalise.urls.canonical import absolute_url, address_key
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.politeness.host_lease import LeaseHost, no_lease
from newsdesk.scheduler.run.host_visits import claim_host_pages
from newsdesk.scheduler.run.keep import keep_page_result, keep_visit_result
from newsdesk.scheduler.run.leases import Claims, HostLeases, keep_leases
from newsdesk.scheduler.run.owners import owner_is_alive, owner_name
from newsdesk.scheduler.run.rekey import check_copy_rules, rekey
from newsdesk.scheduler.settings import RunSettings
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.leases import Claim, Wanted, release
from newsdesk.storage.pages.due import page_as_claimed, request_pages
from newsdesk.storage.queries.story_items import items_of_page, items_of_source
from newsdesk.storage.records.pages import ClaimedPage, PageResult
from newsdesk.storage.records.visits import ClaimedVisit, VisitResult
from newsdesk.storage.sources.sources import NewSource, find_or_add_source
from newsdesk.storage.visits.keep import end_dead_runs, end_run, start_run


class KeepPipeline:
    """Claims before the spider starts, and gives it the function that keeps its result. For users' spiders it does
    nothing."""

    _writer: Writer

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        settings = pkgutil.resolve_name(crawler.settings["NEWSDESK_SETTINGS"])()
        self._settings: RunSettings = settings.runner
        self._db: Path = settings.db
        self._open = False
        self._owner = owner_name()
        self._held: set[str] = set()
        self._renewing: asyncio.Task[None] | None = None
        self._run_id = 0
        self._ended_by = "ended without a visit"

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        return cls(crawler)

    async def open_spider(self) -> None:
        """Claim the spider's feed or page. If that fails, log it and visit nothing: an exception here would leave
        Scrapy's engine half open."""
        spider = self._crawler.spider
        follows_links = hasattr(spider, "claim_article")
        if not follows_links and not hasattr(spider, "claimed"):  # a user's spider: nothing is kept
            return
        prepare(self._db)
        self._writer, self._open = Writer(self._db), True
        spider.session, spider.keep = self._settings.session, self._keep
        try:
            if follows_links:
                spider.url = _address(spider.url)
                now = _now()
                await self._check_store(now)
                await self._start_run(now)
                spider.claim_article, spider.keep = self._claim_article, self._keep_article
            else:
                spider.claimed = await self._claim(spider.name, spider.url)
        except _NotVisitedError as error:
            self._crawler.stats.inc_value("newsdesk/failed")  # the command's exit code
            spider.logger.error("not visited: %s", error)

    async def _claim(self, spider: str, url: str) -> ClaimedVisit | ClaimedPage:
        """Lease the host of an address. Raises _NotVisitedError."""
        address, now = _address(url), _now()
        await self._check_store(now)
        wanted = await self._wanted(spider, address, now)
        claims = await Claims(self._writer, self._settings, owner=self._owner).claim(wanted, hosts=1, now=now)
        self._held |= {claimed.host for claimed in claims}
        if spider == "page":
            waiting: list[ClaimedVisit | ClaimedPage] = await self._pages(claims, wanted, now)
        else:
            waiting = [visit for claimed in claims for visit in claimed.visits]
        if not waiting:
            raise _NotVisitedError(
                f"{address} is being visited by another process, or its host asked us to wait"
            )
        self._renewing = asyncio.create_task(
            keep_leases(self._writer, self._held, self._settings, owner=self._owner, now=_now)
        )
        await self._start_run(now)
        return waiting[0]

    async def _check_store(self, now: datetime) -> None:
        delay_s = self._settings.session.delay_s
        await rekey(self._writer, now=_now)
        await check_copy_rules(self._writer, now=_now)
        await self._writer.write(lambda db: end_dead_runs(db, alive=owner_is_alive, now=now, delay_s=delay_s))

    async def _start_run(self, now: datetime) -> None:
        self._run_id = await self._writer.write(
            lambda db: start_run(db, kind="scrapy", owner=self._owner, requested_at=now)
        )

    async def _claim_article(self, url: str, link_text: str | None) -> ClaimedPage:
        """What the store knows of a page, for a request that has leased its host. A page without a story may be no
        article."""
        now, key = _now(), address_key(url)
        rate_limits, limits = self._settings.session.rate_limits, self._settings.limits
        with reading(self._db) as db:
            claimed = page_as_claimed(db, url, key=key, now=now, rate_limits=rate_limits, limits=limits)
        return replace(claimed, linked=claimed.stored_story is None, link_text=link_text)

    async def _keep_article(self, result: PageResult) -> list[dict[str, Any]]:
        """Keep a page that was read. One that is no article leaves nothing in the store."""
        if not result.page_id:
            pages = await self._writer.write(lambda db: request_pages(db, (result.url,), now=result.ended_at))
            result = replace(result, page_id=pages[0])
        return await self._keep(result)

    async def _pages(self, claims: tuple[Claim, ...], wanted: Wanted, now: datetime) -> list[Any]:
        rate_limits, limits = self._settings.session.rate_limits, self._settings.limits
        return [
            page
            for claimed in claims
            for page in await claim_host_pages(
                self._writer, claimed.host, wanted, now=now, rate_limits=rate_limits, limits=limits
            )
        ]

    async def _wanted(self, spider: str, address: str, now: datetime) -> Wanted:
        if spider == "page":
            pages = await self._writer.write(lambda db: request_pages(db, (address,), now=now))
            return Wanted(requested_at=now, sources=(), pages=pages)
        new = NewSource(
            address=address, host=host_of(address), site=site_of(address), state="paused", found_by="typed"
        )
        source_id, state = await self._writer.write(lambda db: find_or_add_source(db, new, now=now))
        if state == "retired":
            raise _NotVisitedError(f"{address} is retired; `newsdesk add {address}` revives it")
        return Wanted(requested_at=now, sources=(source_id,), pages=())

    async def _keep(self, item: VisitResult | PageResult) -> list[dict[str, Any]]:
        """Keep the result of a visit, log it, and count it in Scrapy's stats. Returns the stories of the feed or page
        as items; none where the visit failed."""
        spider = self._crawler.spider
        owner = self._owner if item.host in self._held else None  # else the request has released its host
        if isinstance(item, PageResult):
            item, counts = await keep_page_result(
                self._writer, item, self._settings, run_id=self._run_id, release_owner=owner
            )
        else:
            item, counts = await keep_visit_result(
                self._writer,
                spider.claimed,
                item,
                self._settings,
                run_id=self._run_id,
                release_owner=owner,
            )
        self._ended_by = "done"
        for name in ("new", "changed", "same", "duplicate", "refused"):
            self._crawler.stats.inc_value(f"newsdesk/{name}", getattr(counts, name))
        outcome = item.outcome
        if outcome.category != "ok":
            self._crawler.stats.inc_value("newsdesk/failed")
        spider.logger.info("%s: %s (%d new of %d)", outcome.code, outcome.message, counts.new, counts.seen)
        if outcome.category != "ok":
            return []
        with reading(self._db) as db:
            if isinstance(item, PageResult):
                return list(items_of_page(db, item.page_id))
            return list(items_of_source(db, item.source_id))

    async def close_spider(self) -> None:
        """End the run, release the leases, close the file."""
        if not self._open:
            return
        if self._renewing is not None:
            self._renewing.cancel()
        for host in self._held:
            await self._writer.write(partial(release, host=host, owner=self._owner))
        if self._run_id:
            job = partial(end_run, run_id=self._run_id, ended_by=self._ended_by, now=_now())
            await self._writer.write(job)
        self._writer.close()


@asynccontextmanager
async def open_leases(settings: Any) -> AsyncIterator[LeaseHost]:
    """How a spider that one of Scrapy's commands runs leases hosts, so that it and a service beside it keep the rates
    together. Without a store there is nobody to share with. `settings`: those of newsdesk."""
    if not settings.db.exists():
        yield no_lease
        return
    prepare(settings.db)
    with Writer(settings.db) as writer:
        yield HostLeases(writer, settings.runner, set(), owner=owner_name(), now=_now).lease


class _NotVisitedError(Exception):
    """Why a spider visits nothing, as a message for the log."""

    def __init__(self, message: str) -> None:
        super().__init__(redact(message))


def _address(url: str) -> str:
    address = absolute_url(url, base=None)
    if address is None:
        raise _NotVisitedError(f"{url!r} is not an address; write it like https://news.example/feed.xml")
    try:
        return canonical_spelling(address)
    except AddressError as error:
        raise _NotVisitedError(f"{url!r}: {error}") from None


def _now() -> datetime:
    return datetime.now(UTC)
