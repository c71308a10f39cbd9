"""The worker pool: a document that breaks its worker fails its visit only; the pool goes on."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
import threading
import time
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
from tests.support.shell import PATIENCE_S, ROOT, group_of, wait_until
from tests.support.web import Web

MIB = 1024 * 1024
AMPLE = 4096 * MIB  # memory is not what ends it
GOOD = rss(*many(3))
LARGE = rss(*many(30_000))  # 10 MB: some seconds and some hundred MiB
NESTED = b"<rss version='2.0'><channel>" + b"<item><title>" * 200_000
BRACKETS = b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 2_000_000


def task(body: bytes, **limits: float) -> FeedTask:
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


def workers() -> list[psutil.Process]:
    """The running workers of this process's pools: children of its fork server."""
    children = [worker for child in psutil.Process().children() for worker in child.children()]
    return [worker for worker in children if is_running(worker)]


def is_running(process: psutil.Process) -> bool:
    """Whether it exists, and is not a zombie that its parent has not waited for yet."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def test_reads_in_turn_and_at_once() -> None:
    async with open_pool(workers=2) as pool:
        readings = await asyncio.gather(*(pool.read(task(GOOD)) for _ in range(20)))
        assert [len(reading.entries) for reading in readings] == [3] * 20
        assert len(workers()) == 2
    assert workers() == []


async def test_an_unused_pool_starts_no_process() -> None:
    async with open_pool():
        assert workers() == []


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
    ("body", "limits", "message"), [row[1:] for row in LIMITS], ids=[row[0] for row in LIMITS]
)
async def test_a_limit_fails_one_document(body: bytes, limits: dict[str, float], message: str) -> None:
    async with open_pool() as pool:
        for _ in range(2):
            with pytest.raises(WorkerLimitError, match=message):
                await pool.read(task(body, **limits))
            assert len((await pool.read(task(GOOD))).entries) == 3


@pytest.mark.parametrize("body", [NESTED, BRACKETS], ids=["nested elements", "nested brackets"])
async def test_endless_nesting_ends(body: bytes) -> None:
    """Depth, not size: 200,000 open elements, two million brackets."""
    async with open_pool() as pool:
        reading: FeedTaskResult | WorkerLimitError
        try:
            reading = await pool.read(task(body))
        except WorkerLimitError as limit:
            reading = limit
        assert isinstance(reading, WorkerLimitError) or len(reading.entries) <= 200_000
        assert len((await pool.read(task(GOOD))).entries) == 3


async def test_a_worker_that_is_killed_fails_its_document_only() -> None:
    async with open_pool() as pool:
        await pool.read(task(GOOD))
        for number in (signal.SIGKILL, signal.SIGSEGV):
            [worker] = workers()
            spent = worker.cpu_times().user
            reading = asyncio.create_task(pool.read(task(LARGE, reading_s=60, reading_bytes=AMPLE)))
            await asyncio.to_thread(wait_until, lambda: worker.cpu_times().user > spent + 0.05)  # noqa: B023
            worker.send_signal(number)
            with pytest.raises(
                WorkerLimitError, match=f"its worker process ended with exit code -{int(number)}"
            ):
                await reading
            assert len((await pool.read(task(GOOD))).entries) == 3


async def test_a_slow_document_does_not_delay_others() -> None:
    async with open_pool(workers=2) as pool:
        await asyncio.gather(pool.read(task(GOOD)), pool.read(task(GOOD)))
        slow = asyncio.create_task(pool.read(task(LARGE, reading_s=600.0, reading_bytes=AMPLE)))
        await asyncio.sleep(0.1)
        for _ in range(10):
            assert len((await pool.read(task(GOOD))).entries) == 3
        assert not slow.done()
        slow.cancel()


async def test_closing_gives_up_unfinished_documents() -> None:
    async with open_pool() as pool:
        reading = asyncio.create_task(pool.read(task(LARGE, reading_bytes=AMPLE)))
        await asyncio.sleep(0.5)
        assert len(workers()) == 1
    assert workers() == []
    reading.cancel()


PARENT = """
import asyncio
from newsdesk.crawler.workers.pool import WorkerPool
from tests.crawler.workers.test_pool import AMPLE, GOOD, LARGE, task

async def main():
    pool = WorkerPool(workers=2)
    await pool.read(task(GOOD))
    print("reading", flush=True)
    await asyncio.gather(*(pool.read(task(LARGE, reading_s=60, reading_bytes=AMPLE)) for _ in range(9)))

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_no_worker_outlives_its_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    with subprocess.Popen(
        [sys.executable, str(script)], env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE,
        start_new_session=True,
    ) as parent:  # fmt: skip
        assert parent.stdout is not None and parent.stdout.readline() == b"reading\n"
        wait_until(lambda: len(group_of(parent.pid)) >= 4)  # itself, the fork server, two workers
        parent.kill()
    wait_until(lambda: not group_of(parent.pid), what="the workers to end")


IDLE = """
import os, sys, threading
from newsdesk.crawler.workers.worker import begin

if os.fork() == 0:
    begin()
    print(os.getpid(), flush=True)
    threading.Event().wait()  # no task comes and no pipe is closed: only the watch can end it
sys.stdin.read()
"""


def test_an_idle_worker_ends_with_its_parent() -> None:
    """Without the pool's pipes, whose closing may end a worker first."""
    with subprocess.Popen(
        [sys.executable, "-c", IDLE], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as parent:  # fmt: skip
        assert parent.stdout is not None
        worker = psutil.Process(int(parent.stdout.readline()))
        assert is_running(worker)
        parent.kill()
        try:
            wait_until(lambda: not is_running(worker), what="the idle worker to end")
        finally:
            if is_running(worker):
                worker.kill()


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
            ("worker-limit", "unreadable", "reading it took more than 20 MiB of memory", None)
        ]


async def test_closing_does_not_block_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = WorkerPool(workers=1)
    await pool.read(task(GOOD))
    close = pool.close

    def slowly() -> None:
        time.sleep(0.3)
        close()

    monkeypatch.setattr(pool, "close", slowly)
    closing, ticks = asyncio.create_task(pool.aclose()), 0
    while not closing.done():
        await asyncio.sleep(0.01)
        ticks += 1
    assert ticks > 10 and workers() == []


async def test_closing_ends_although_a_worker_does_not(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pool = WorkerPool(workers=1)
    await pool.read(task(GOOD))
    close, go_on = pool.close, threading.Event()

    def never() -> None:
        go_on.wait(PATIENCE_S)
        close()

    monkeypatch.setattr("newsdesk.crawler.workers.pool._CLOSE_S", 0.2)
    monkeypatch.setattr(pool, "close", never)
    async with asyncio.timeout(5):
        await pool.aclose()
    assert "did not end within 0.2 s" in caplog.text
    go_on.set()
    await asyncio.to_thread(wait_until, lambda: workers() == [])


async def test_the_log_names_the_limit(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="newsdesk.crawler.workers.pool"):
        async with open_pool() as pool:
            with pytest.raises(WorkerLimitError):
                await pool.read(task(LARGE, reading_s=0.3, reading_bytes=AMPLE))
    levels = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert ("INFO", "worker pool starts: processes at most 1") in levels
    assert ("WARNING", "FeedTask failed: reading it took longer than 0.3 s") in levels
