"""The readers' pool: a document that breaks its reader costs its visit, and the pool goes on."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.feed_task import FeedTask, FeedTaskResult
from newsdesk.crawler.workers.pool import WorkerLimitError, WorkerPool
from newsdesk.storage.records.visits import ClaimedVisit, Limits
from tests.support.feeds import many, rss
from tests.support.runner import open_runner
from tests.support.shell import ROOT, group_of, wait_until
from tests.support.web import Web

MIB = 1024 * 1024
AMPLE = 4096 * MIB  # memory is not what ends it
GOOD = rss(*many(3))
LARGE = rss(*many(30_000))  # 10 MB: some seconds and some hundred MiB
NESTED = b"<rss version='2.0'><channel>" + b"<item><title>" * 200_000
BRACKETS = b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 2_000_000


def order(body: bytes, **limits: float) -> FeedTask:
    claimed = ClaimedVisit(
        source_id=1, address="http://daily.test/feed.xml", host="daily.test", site="daily.test",
        limits=Limits(entries=50_000, **limits),  # type: ignore[arg-type]
    )  # fmt: skip
    return FeedTask(
        document=Document(
            body=body, address=claimed.address, fetched_at=datetime(2026, 11, 24, 12, tzinfo=UTC)
        ),
        claimed=claimed,
    )


@asynccontextmanager
async def open_pool(workers: int = 1) -> AsyncIterator[WorkerPool]:
    pool = WorkerPool(workers=workers)
    try:
        yield pool
    finally:
        await pool.aclose()


def readers() -> list[psutil.Process]:
    """The living workers of this process's pools: its fork server's children."""
    workers = [worker for child in psutil.Process().children() for worker in child.children()]
    return [worker for worker in workers if lives(worker)]


def lives(process: psutil.Process) -> bool:
    """Whether it is there, and no zombie whose parent has not asked for its end yet."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def test_reads_one_after_the_other_and_at_once() -> None:
    async with open_pool(workers=2) as pool:
        readings = await asyncio.gather(*(pool.read(order(GOOD)) for _ in range(20)))
        assert [len(reading.entries) for reading in readings] == [3] * 20
        assert len(readers()) == 2
    assert readers() == []


async def test_a_pool_that_nobody_asks_starts_nothing() -> None:
    async with open_pool():
        assert readers() == []


LIMITS: list[tuple[str, bytes, dict[str, float], str]] = [
    (
        "takes too long",
        LARGE,
        {"reading_s": 0.3, "reading_bytes": AMPLE},
        r"reading it took longer than 0\.3 s",
    ),
    (
        "takes too much memory",
        LARGE,
        {"reading_bytes": 20 * MIB},
        "reading it took more than 20 MiB of memory",
    ),
]


@pytest.mark.parametrize(
    ("body", "limits", "words"), [row[1:] for row in LIMITS], ids=[row[0] for row in LIMITS]
)
async def test_a_limit_costs_one_document(body: bytes, limits: dict[str, float], words: str) -> None:
    async with open_pool() as pool:
        for _ in range(2):
            with pytest.raises(WorkerLimitError, match=words):
                await pool.read(order(body, **limits))
            assert len((await pool.read(order(GOOD))).entries) == 3


@pytest.mark.parametrize("body", [NESTED, BRACKETS], ids=["nested elements", "nested brackets"])
async def test_what_nests_without_end_ends(body: bytes) -> None:
    """Depth, not size: 200,000 open elements, two million brackets."""
    async with open_pool() as pool:
        reading: FeedTaskResult | WorkerLimitError
        try:
            reading = await pool.read(order(body))
        except WorkerLimitError as limit:
            reading = limit
        assert isinstance(reading, WorkerLimitError) or len(reading.entries) <= 200_000
        assert len((await pool.read(order(GOOD))).entries) == 3


async def test_a_reader_that_dies_costs_its_document_only() -> None:
    async with open_pool() as pool:
        await pool.read(order(GOOD))
        for number in (signal.SIGKILL, signal.SIGSEGV):
            [worker] = readers()
            spent = worker.cpu_times().user
            reading = asyncio.create_task(pool.read(order(LARGE, reading_s=60, reading_bytes=AMPLE)))
            await asyncio.to_thread(wait_until, lambda: worker.cpu_times().user > spent + 0.05)  # noqa: B023
            worker.send_signal(number)
            with pytest.raises(
                WorkerLimitError, match=f"its worker process ended with exit code -{int(number)}"
            ):
                await reading
            assert len((await pool.read(order(GOOD))).entries) == 3


async def test_one_that_is_slow_holds_up_nobody_else() -> None:
    async with open_pool(workers=2) as pool:
        await asyncio.gather(pool.read(order(GOOD)), pool.read(order(GOOD)))
        slow = asyncio.create_task(pool.read(order(LARGE, reading_s=2.0, reading_bytes=AMPLE)))
        await asyncio.sleep(0.1)
        for _ in range(10):
            assert len((await pool.read(order(GOOD))).entries) == 3
        assert not slow.done()
        slow.cancel()


async def test_closing_gives_up_what_is_being_read() -> None:
    async with open_pool() as pool:
        reading = asyncio.create_task(pool.read(order(LARGE, reading_bytes=AMPLE)))
        await asyncio.sleep(0.5)
        assert len(readers()) == 1
    assert readers() == []
    reading.cancel()


PARENT = """
import asyncio
from newsdesk.crawler.workers.pool import WorkerPool
from tests.crawler.workers.test_pool import AMPLE, GOOD, LARGE, order

async def main():
    pool = WorkerPool(workers=2)
    await pool.read(order(GOOD))
    print("reading", flush=True)
    await asyncio.gather(*(pool.read(order(LARGE, reading_s=60, reading_bytes=AMPLE)) for _ in range(9)))

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_no_reader_outlives_its_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    with subprocess.Popen(
        [sys.executable, str(script)], env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE,
        start_new_session=True,
    ) as parent:  # fmt: skip
        assert parent.stdout is not None and parent.stdout.readline() == b"reading\n"
        wait_until(lambda: len(group_of(parent.pid)) >= 4)  # itself, the fork server, two readers
        parent.kill()
    wait_until(lambda: not group_of(parent.pid), seconds=10, what="the readers to end")


IDLE = """
import os, sys, threading
from newsdesk.crawler.workers.pool import _begin

if os.fork() == 0:
    _begin()
    print(os.getpid(), flush=True)
    threading.Event().wait()  # nothing comes, and nobody closes a pipe: only the watch can end it
sys.stdin.read()
"""


def test_an_idle_reader_ends_with_its_parent() -> None:
    """Without the pool's pipes, whose closing may end a reader first."""
    with subprocess.Popen(
        [sys.executable, "-c", IDLE], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as parent:  # fmt: skip
        assert parent.stdout is not None
        reader = psutil.Process(int(parent.stdout.readline()))
        assert lives(reader)
        parent.kill()
        try:
            wait_until(lambda: not lives(reader), seconds=10, what="the idle reader to end")
        finally:
            if lives(reader):
                reader.kill()


async def test_a_breaking_document_is_an_outcome_of_its_source(tmp_path: Path, web: Web) -> None:
    web.serve("/large.xml", LARGE)
    web.serve("/feed.xml", GOOD)
    limits = Limits(visit_s=10, body_bytes=20 * MIB, reading_bytes=20 * MIB, entries=50_000)
    async with open_runner(tmp_path, web, limits=limits) as runner:
        large = runner.add("daily.test", "/large.xml")
        runner.add("daily.test", "/feed.xml")
        runner.add("gazette.test", "/feed.xml")
        summary = await runner.crawl()
        assert (summary.visits, summary.failed, summary.counts.new) == (3, 1, 3)
        columns = "outcome, outcome_category, outcome_message, body_digest"
        assert runner.rows(f"SELECT {columns} FROM source WHERE id = ?", large) == [
            ("reader-limit", "unreadable", "reading it took more than 20 MiB of memory", None)
        ]
