"""Scrapy's way to the desk: the item pipeline of `scrapy crawl feed -a url=…`.

Finds or creates the (paused) source, takes its host's lease, keeps the result as the desk does. Named by
string in `crawler.settings`, so that the crawler imports nothing of this room; knows Scrapy's crawler only
by its attributes, since Scrapy's home is the crawler room.
"""

from __future__ import annotations

import pkgutil
from datetime import UTC, datetime
from typing import Any, Self

from crawler.hosts import host_of
from crawler.normalise.sites import site_of
from crawler.normalise.urls import absolute_url
from scheduler.desk import DeskSettings, claim_for, keep_result
from scheduler.owners import owner_name
from storage.database import prepare
from storage.hosts import Wanted, release
from storage.records import VisitResult
from storage.sources import NewSource, add_source
from storage.visits import end_run, start_run
from storage.writer import Writer


class KeepPipeline:
    """Claims before the spider starts, keeps what it yields."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        settings = pkgutil.resolve_name(crawler.settings["NEWSDESK_SETTINGS"])()
        self._settings: DeskSettings = settings.desk
        prepare(settings.db)
        self._writer = Writer(settings.db)
        self._owner = owner_name()
        self._run_id = 0

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        return cls(crawler)

    async def open_spider(self) -> None:
        """Claim the spider's feed. A feed that cannot be claimed is said in the log, and not visited."""
        spider, now = self._crawler.spider, datetime.now(UTC)
        address = absolute_url(spider.url, base=None)
        if address is None:
            raise ValueError(f"{spider.url!r} is no address; write it like https://news.example/feed.xml")
        new = NewSource(address=address, host=host_of(address), site=site_of(address), state="paused")
        source_id, _ = await self._writer.write(lambda db: add_source(db, new, now=now))
        self._run_id = await self._writer.write(
            lambda db: start_run(db, kind="scrapy", owner=self._owner, asked_at=now)
        )
        wanted = Wanted(asked_at=now, sources=(source_id,))
        claims = await claim_for(self._writer, wanted, self._settings, owner=self._owner, hosts=1, now=now)
        spider.session = self._settings.session
        if claims:
            spider.claimed = claims[0].visits[0]
        else:
            spider.logger.error("%s is in the hands of another crawl, or asked us to wait", address)

    async def process_item(self, item: VisitResult) -> VisitResult:
        """Keep the visit's result; its words go to Scrapy's log, its counts to Scrapy's stats."""
        spider = self._crawler.spider
        counts = await keep_result(
            self._writer, spider.claimed, item, self._settings, run_id=self._run_id, release_owner=self._owner
        )
        for name in ("new", "changed", "same", "duplicate", "refused"):
            self._crawler.stats.inc_value(f"newsdesk/{name}", getattr(counts, name))
        outcome = item.outcome
        spider.logger.info("%s: %s (%d new of %d)", outcome.word, outcome.words, counts.new, counts.seen)
        return item

    async def close_spider(self) -> None:
        """End the run, give back what is still leased, close the file."""
        claimed = self._crawler.spider.claimed
        if claimed is not None:
            await self._writer.write(lambda db: release(db, claimed.host, owner=self._owner))
        await self._writer.write(lambda db: end_run(db, self._run_id, ended_by="done", now=datetime.now(UTC)))
        self._writer.close()
