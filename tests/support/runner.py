"""A runner for tests, with a new file and the local server.

async with open_runner(tmp_path, web) as runner:
    runner.add("daily.test", "/feed.xml")
    summary = await runner.crawl()
    runner.rows("SELECT title FROM story")
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newsdesk.crawler.http.target import host_of
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.session_settings import SessionSettings
from newsdesk.scheduler.run.runner import Runner
from newsdesk.scheduler.run.summary import KeptVisit, RunSummary
from newsdesk.scheduler.settings import RunSettings
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
    visits: list[KeptVisit] = field(default_factory=list)

    def add(self, host: str, path: str = "/feed.xml", *, now: datetime | None = None, **fields: Any) -> int:
        address = self.web.url(host, path)
        new = NewSource(address=address, host=host_of(address), site=site_of(address), **fields)
        return self.writer.do(lambda db: add_source(db, new, now=now or utc_now()))[0]

    def runner(self) -> Runner:
        return Runner(self.writer, self.settings, on_visit=self.visits.append)

    async def crawl(self, *sources: int, due: bool = False) -> RunSummary:
        self.visits.clear()
        return await self.runner().run(Wanted(requested_at=utc_now(), sources=sources or None, due=due))

    def rows(self, sql: str, *values: Any) -> list[Any]:
        with reading(self.path) as db:
            return [row[0] if len(row) == 1 else tuple(row) for row in db.conn.execute(sql, values)]


@asynccontextmanager
async def open_runner(
    folder: Path, web: Web, *, limits: Limits | None = None, **changes: Any
) -> AsyncIterator[TestRunner]:
    path = folder / "newsdesk.db"
    prepare(path)
    settings = RunSettings(
        session=SessionSettings(client=web.settings(), workers=1, delay_s=0.0, per_minute=None),
        limits=limits or Limits(visit_s=5.0),
    )
    with Writer(path) as writer:
        yield TestRunner(path=path, web=web, writer=writer, settings=replace(settings, **changes))
