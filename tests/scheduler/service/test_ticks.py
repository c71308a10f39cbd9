"""What the service does at each tick when nothing is due takes no longer with more sources."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.tick.__main__ import fill
from newsdesk.scheduler.alarms import watch
from newsdesk.scheduler.run.leases import Claims
from newsdesk.scheduler.service.clock import read_clocks
from newsdesk.scheduler.settings import AlarmSettings, RunSettings
from newsdesk.storage.db.database import prepare
from newsdesk.storage.db.service import keep_heartbeat
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.leases import Wanted, first_visits
from newsdesk.storage.sources.moves import Store

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


async def _ticks(path: Path, sources: int) -> int:
    """Steps of SQLite's virtual machine, in units of ten, for what the service does while it waits."""
    prepare(path)
    taken = 0

    def count() -> None:
        nonlocal taken
        taken += 1

    def begin(db: Store) -> None:
        fill(db, sources, one_host=False)

    with Writer(path) as writer:
        await writer.write(begin)
        await writer.write(lambda db: db.conn.set_progress_handler(count, 10))
        claims = Claims(writer, RunSettings(), owner="me:1:1")
        for tick in range(10):
            now = NOW + timedelta(seconds=5 * tick)
            assert await claims.claim(Wanted(requested_at=now, due=True), hosts=32, now=now) == ()
            first = Wanted(requested_at=now, due=True, first=True)
            assert await claims.claim(first, hosts=32, now=now) == ()
            heartbeat = read_clocks(now)
            await writer.write(lambda db: keep_heartbeat(db, heartbeat, owner="me:1:1"))  # noqa: B023
            assert (await writer.write(first_visits))[0] == 0
    return taken


def test_a_tick_works_no_more_with_more_sources(tmp_path: Path) -> None:
    few, many = (asyncio.run(_ticks(tmp_path / f"{sources}.db", sources)) for sources in (300, 3000))
    assert many <= few + 5


def test_a_check_of_alarms_without_failures_does_not_look_through_all_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(tmp_path / "newsdesk.db")

    def looked(db: Store) -> None:
        raise AssertionError("looked through all sources")

    monkeypatch.setattr(watch, "host_statuses", looked)

    def begin(db: Store) -> None:
        fill(db, 20, one_host=False)

    with Writer(tmp_path / "newsdesk.db") as writer:
        writer.do(begin)
        watching = watch.Watch(
            tmp_path / "newsdesk.db",
            writer,
            AlarmSettings(),
            now=lambda: NOW,
            on_event=lambda event: None,
            on_message=lambda message: None,
        )
        assert asyncio.run(watching.check(everything=True)) == []
        assert asyncio.run(watching.check()) == []
        writer.do(lambda db: db.conn.execute("UPDATE source SET failures = 1 WHERE id = 3"))
        with pytest.raises(AssertionError, match="looked through"):
            asyncio.run(watching.check(everything=True))
