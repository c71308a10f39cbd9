"""Visits that are already read, kept by the real writer, with the counts of what that takes."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from benchmarks.feeds.documents import feed_bytes
from newsdesk.crawler.normalise.story import READER_VERSION
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.feed_task import FeedTask
from newsdesk.crawler.workers.readers.feed import read_feed_task
from newsdesk.scheduler.run.plan_visits import plan_next
from newsdesk.scheduler.settings import RunSettings
from newsdesk.storage.db.database import prepare
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.records.digests import body_digest
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.visits import ClaimedVisit, Counts, VisitResult
from newsdesk.storage.sources.sources import NewSource, add_source
from newsdesk.storage.visits.keep import keep_visit, start_run

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
OWNER = "benchmark"
_IO = Path("/proc/self/io")  # Linux only

Visit = tuple[ClaimedVisit, VisitResult]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What it took to keep some visits. `statements` by what they begin with; those of FTS5 begin with `--`.
    `written_bytes` is None where the system does not count them."""

    stories: int
    visits: int
    thread_s: float
    written_bytes: int | None
    statements: Counter[str]

    @property
    def own_statements(self) -> int:
        return sum(times for sql, times in self.statements.items() if not sql.startswith("--"))

    @property
    def fts_statements(self) -> int:
        return self.statements.total() - self.own_statements


def read_visits(feeds: int) -> tuple[list[Visit], list[Visit]]:
    """The first visits of so many feeds of 30 entries, and the second ones, each with one new entry."""
    first = [_read(_source(number), feed_bytes(number - 1, edition=0), NOW) for number in range(1, feeds + 1)]
    second = []
    for claimed, result in first:
        assert result.known_entries is not None
        again = ClaimedVisit(
            source_id=claimed.source_id,
            address=claimed.address,
            host=claimed.host,
            site=claimed.site,
            known_entries=result.known_entries,
        )
        second.append(_read(again, feed_bytes(claimed.source_id - 1, edition=1), NOW + timedelta(hours=1)))
    return first, second


def _source(number: int) -> ClaimedVisit:
    site = f"paper{number - 1}.example"
    return ClaimedVisit(
        source_id=number, address=f"http://{site}/feed", host=site, site=site, first_read=True
    )


def _read(claimed: ClaimedVisit, body: bytes, at: datetime) -> Visit:
    document = Document(body=body, address=claimed.address, fetched_at=at)
    reading = read_feed_task(FeedTask(document=document, claimed=claimed))
    digest = body_digest(body, reader_version=READER_VERSION)
    return claimed, VisitResult(
        source_id=claimed.source_id,
        host=claimed.host,
        started_at=at,
        ended_at=at + timedelta(seconds=1),
        outcome=Outcome(code="read", category="ok", message=f"{len(reading.entries)} entries", status=200),
        entries=reading.entries,
        validators=(f'"{digest}"', None),
        body_digest=digest,
        known_entries=reading.known,
        identity_scheme=reading.identity,
        facts=reading.facts,
        wire_bytes=len(body) // 4,
    )


class Measured:
    """A new file with the sources of `visits`, and its writer. Use as a context manager."""

    def __init__(self, file: Path, visits: Sequence[Visit]) -> None:
        self.file = file
        prepare(file)
        self._writer = Writer(file)
        self._writer.do(lambda db: _add_sources(db, visits))
        self._run_id = self._writer.do(
            lambda db: start_run(db, kind="crawl", owner=OWNER, requested_at=NOW - timedelta(minutes=1))
        )

    def __enter__(self) -> Measured:
        return self

    def __exit__(self, *error: object) -> None:
        self._writer.close()

    def keep(self, visits: Sequence[Visit], *, together: bool, traced: bool = False) -> Kept:
        """Keep the visits: all at once, so that they share transactions, or each in its own. `traced` counts
        statements, which takes time itself."""
        statements: Counter[str] = Counter()
        if traced:
            self._writer.do(lambda db: db.conn.set_trace_callback(lambda sql: _count(statements, sql)))
        written, thread_s = _written(), self._thread_s()
        jobs = [self._job(visit) for visit in visits]
        counts = asyncio.run(self._together(jobs)) if together else [self._writer.do(job) for job in jobs]
        thread_s, written_after = self._thread_s() - thread_s, _written()
        if traced:
            self._writer.do(lambda db: db.conn.set_trace_callback(None))
        return Kept(
            stories=sum(one.new for one in counts),
            visits=len(visits),
            thread_s=thread_s,
            written_bytes=None if written is None or written_after is None else written_after - written,
            statements=statements,
        )

    async def _together(self, jobs: Sequence[Callable[[Database], Counts]]) -> list[Counts]:
        return await asyncio.gather(*(self._writer.write(job) for job in jobs))

    def _thread_s(self) -> float:
        return self._writer.do(lambda db: time.thread_time())

    def _job(self, visit: Visit) -> Callable[[Database], Counts]:
        claimed, result = visit
        settings = RunSettings()
        return lambda db: keep_visit(
            db,
            result,
            run_id=self._run_id,
            follow=lambda news: plan_next(db, claimed, result, news, settings),
            release_owner=OWNER,
            backlog=settings.backlog,
            new_per_day=claimed.limits.new_per_day,
        )


def table_sizes(file: Path) -> dict[str, int]:
    """Bytes of each table and index of a file, largest first; nothing where SQLite has no `dbstat`."""
    with sqlite3.connect(file) as conn:
        try:
            rows = conn.execute(
                "SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC"
            ).fetchall()
        except sqlite3.OperationalError:
            return {}
    return dict(rows)


def _add_sources(db: Database, visits: Sequence[Visit]) -> None:
    for claimed, _ in visits:
        source = NewSource(address=claimed.address, host=claimed.host, site=claimed.site)
        assert add_source(db, source, now=NOW - timedelta(minutes=1))[0] == claimed.source_id


def _count(statements: Counter[str], sql: str) -> None:
    statements[" ".join(sql.split()[:4])] += 1


def _written() -> int | None:
    """Bytes that this process has written to files."""
    if not _IO.exists():
        return None
    return int(dict(line.split(": ") for line in _IO.read_text().splitlines())["wchar"])
