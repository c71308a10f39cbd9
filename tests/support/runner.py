"""A desk of one's own for a test: a fresh file, a local web, and what a person would see of both.

async with open_desk(tmp_path, web) as desk:
    desk.add("daily.test", "/feed.xml")
    summary = await desk.crawl()
    desk.rows("SELECT title FROM story")
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.politeness.rate_limiter import host_of
from newsdesk.crawler.session import SessionSettings
from newsdesk.scheduler.run.leases import RunSettings
from newsdesk.scheduler.run.runner import Runner, RunSummary, Visited
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.leases import Wanted
from newsdesk.storage.records.visits import Limits
from newsdesk.storage.sources.sources import NewSource, add_source
from tests.support.web import Web


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class TestRunner:
    __test__ = False
    path: Path
    web: Web
    writer: Writer
    settings: RunSettings
    heard: list[Visited] = field(default_factory=list)

    def add(self, host: str, path: str = "/feed.xml", *, now: datetime | None = None, **told: Any) -> int:
        address = self.web.url(host, path)
        new = NewSource(address=address, host=host_of(address), site=site_of(address), **told)
        return self.writer.do(lambda db: add_source(db, new, now=now or utc_now()))[0]

    def runner(self) -> Runner:
        return Runner(self.writer, self.settings, listen=self.heard.append)

    async def crawl(self, *sources: int, due: bool = False) -> RunSummary:
        self.heard.clear()
        return await self.runner().run(Wanted(asked_at=utc_now(), sources=sources or None, due=due))

    def rows(self, sql: str, *values: Any) -> list[Any]:
        with reading(self.path) as db:
            return [row[0] if len(row) == 1 else tuple(row) for row in db.conn.execute(sql, values)]


@asynccontextmanager
async def open_runner(
    folder: Path, web: Web, *, limits: Limits | None = None, **told: Any
) -> AsyncIterator[TestRunner]:
    path = folder / "newsdesk.db"
    prepare(path)
    settings = RunSettings(
        session=SessionSettings(client=web.settings(), workers=1, delay_s=0.0, per_minute=None),
        limits=limits or Limits(visit_s=5.0),
    )
    with Writer(path) as writer:
        yield TestRunner(path=path, web=web, writer=writer, settings=replace(settings, **told))
