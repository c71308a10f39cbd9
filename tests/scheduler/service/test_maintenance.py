"""Maintenance: retention with tombstones, daily counts, backups, and restoring one."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from newsdesk.scheduler.service.maintenance import Maintenance, backup_name
from newsdesk.scheduler.settings import MaintenanceSettings
from newsdesk.storage.db.database import reading
from newsdesk.storage.db.errors import StoreError
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.maintenance.backup import back_up
from newsdesk.storage.maintenance.retention import StoreSize, store_size
from newsdesk.storage.search.index import index_differences
from tests.support.feeds import Item, many, rss
from tests.support.runner import TestRunner, open_runner, utc_now
from tests.support.shell import PATIENCE_S, Shell, wait_until
from tests.support.web import Web, web_in_thread

DAY = timedelta(days=1)


def _old(number: int, *, days: int) -> Item:
    when = utc_now() - days * DAY
    return replace(many(1, start=number)[0], date=f"{when:%a, %d %b %Y %H:%M:%S} GMT")


async def _maintain(
    runner: TestRunner, *, later: timedelta, trusted: bool = True, **fields: object
) -> list[str]:
    messages: list[str] = []
    settings = MaintenanceSettings(**fields)  # type: ignore[arg-type]
    await Maintenance(
        path=runner.path, writer=runner.writer, settings=settings, now=utc_now() + later, trusted=trusted,
        on_message=messages.append,
    ).run()  # fmt: skip
    return messages


async def test_an_old_story_is_deleted_and_its_tombstone_refuses_it(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(_old(1, days=9), _old(2, days=9), _old(3, days=1)))
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await runner.crawl()
        assert await _maintain(runner, later=40 * DAY, keep_days=30) == []  # a feed still carries them
        web.serve("/feed.xml", rss(_old(3, days=1)))
        await runner.crawl()
        assert await _maintain(runner, later=40 * DAY, keep_days=0) == []  # kept for ever
        messages = await _maintain(runner, later=40 * DAY, keep_days=30)
        assert messages == ["2 stories deleted: older than they are kept"]
        assert runner.rows("SELECT title FROM story") == ["Story number 3 of daily.test"]
        for table in ("story_body", "story_author", "address", "snapshot", "entry"):
            assert runner.rows(f"SELECT count(DISTINCT story_id) FROM {table}") == [1]
        assert runner.rows("SELECT count(*) FROM tombstone") == [2]
        assert runner.rows("SELECT rowid FROM story_fts WHERE story_fts MATCH 'number'") == [3]
        _check_search(runner)
        web.serve("/feed.xml", rss(_old(1, days=9), _old(3, days=1), _old(4, days=1)))
        summary = await runner.crawl()
        assert (summary.counts.new, summary.counts.refused) == (1, 1)
        assert runner.rows("SELECT reason FROM entry WHERE story_id IS NULL")[0].startswith(
            "its story was purged on"
        )
        assert runner.rows("SELECT count(*) FROM story WHERE title LIKE '%number 1 %'") == [0]
        edited = replace(_old(1, days=9), text="<p>Another text.</p>")
        web.serve("/feed.xml", rss(edited, _old(3, days=1), _old(4, days=1)))
        summary = await runner.crawl()
        assert (summary.counts.new, summary.counts.refused) == (0, 1)


def _check_search(runner: TestRunner) -> None:
    """The index matches the stories."""
    assert runner.writer.do(lambda db: list(index_differences(db.conn))) == []


@pytest.mark.parametrize(
    ("own", "setting", "deleted"),
    [(None, 30, True), (None, 0, False), (10, 0, True), (0, 30, False), (400, 30, False), (10, 400, True)],
)
async def test_a_sources_own_retention_has_precedence(
    tmp_path: Path, web: Web, own: int | None, setting: int, deleted: bool
) -> None:
    web.serve("/feed.xml", rss(_old(1, days=2)))
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await runner.crawl()
        web.serve("/feed.xml", rss(_old(2, days=0)))
        await runner.crawl()
        runner.writer.do(lambda db: db.conn.execute("UPDATE source SET keep_days = ?", (own,)))
        runner.writer.do(lambda db: db.conn.execute("UPDATE entry SET gone_at = first_seen_at"))
        await _maintain(runner, later=40 * DAY, keep_days=setting)
        assert runner.rows("SELECT count(*) FROM story") == [0 if deleted else 2]


async def test_a_store_over_its_size_limit_loses_the_oldest_stories(tmp_path: Path, web: Web) -> None:
    """Those that their feed still carries too: they do not come back as new."""
    words = random.Random(14)
    texts = [" ".join(f"word{words.randrange(9999)}" for _ in range(300)) for _ in range(200)]
    items = [
        replace(_old(number, days=number + 1), text=f"<p>{text}</p>") for number, text in enumerate(texts)
    ]
    web.serve("/feed.xml", rss(*items))
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await runner.crawl()
        before = _size(runner)
        limit = before.live_bytes * 2 // 3
        assert await _maintain(runner, later=DAY, store_bytes=before.live_bytes) == []
        await _maintain(runner, later=DAY, store_bytes=limit, trusted=False)
        assert _size(runner).stories == len(items)
        [message] = await _maintain(runner, later=DAY, store_bytes=limit)
        after = _size(runner)
        assert f"{len(items) - after.stories} stories deleted, the oldest: the store had" in message
        assert limit * 0.85 < after.live_bytes <= limit  # the limit holds, and not many more are purged
        assert runner.rows("SELECT count(*), max(id) FROM story") == [(after.stories, after.stories)]
        assert await _maintain(runner, later=DAY, store_bytes=limit) == []
        _check_search(runner)
        newest = replace(_old(900, days=0), guid="newest")
        web.serve("/feed.xml", rss(newest, *(replace(item, guid=f"x-{item.guid}") for item in items)))
        assert (await runner.crawl()).counts.new == 1
        _, *messages = await _maintain(runner, later=DAY, store_bytes=1)
        assert _size(runner).stories == 0 and not messages
        [message] = await _maintain(runner, later=DAY, store_bytes=1)
        assert "without stories" in message


def _size(runner: TestRunner) -> StoreSize:
    with reading(runner.path) as db:
        return store_size(db)


async def test_nothing_is_deleted_after_a_clock_change(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(_old(1, days=9)))
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await runner.crawl()
        runner.writer.do(lambda db: db.conn.execute("UPDATE entry SET gone_at = first_seen_at"))
        messages = await _maintain(runner, later=400 * DAY, keep_days=30, trusted=False)
        assert any("the clock was changed" in message for message in messages)
        assert runner.rows("SELECT (SELECT count(*) FROM story), (SELECT count(*) FROM visit)") == [(1, 1)]


async def test_visits_become_daily_counts_that_add_up(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(*many(2)), etag='"1"')
    async with open_runner(tmp_path, web) as runner:
        source = runner.add("daily.test")
        for _ in range(4):  # read, then unchanged three times
            await runner.crawl()
        await _maintain(runner, later=8 * DAY)
        assert runner.rows("SELECT outcome FROM visit") == ["read"]
        assert runner.rows("SELECT source_id, outcome, visits, seen FROM visit_day") == [
            (source, "unchanged", 3, 0)
        ]
        assert runner.rows("SELECT visits FROM runs ORDER BY id") == [1]  # runs without visits are deleted
        await _maintain(runner, later=100 * DAY)
        assert runner.rows("SELECT count(*) FROM visit") == [0]
        rolled = "SELECT outcome, visits, seen, new FROM visit_day ORDER BY outcome"
        assert runner.rows(rolled) == [("read", 1, 2, 2), ("unchanged", 3, 0, 0)]
        assert runner.rows("SELECT count(*) FROM run") == [0]


async def test_refused_entries_are_deleted_a_month_after_their_feed_dropped_them(
    tmp_path: Path, web: Web
) -> None:
    web.serve("/feed.xml", rss(*many(1), Item(title="", link=None, text="", author=None, date=None)))
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await runner.crawl()
        assert runner.rows("SELECT count(*) FROM entry WHERE story_id IS NULL") == [1]
        await _maintain(runner, later=40 * DAY)
        assert runner.rows("SELECT count(*) FROM entry WHERE story_id IS NULL") == [
            1
        ]  # its feed still has it
        web.serve("/feed.xml", rss(*many(1)))
        await runner.crawl()
        await _maintain(runner, later=29 * DAY)
        assert runner.rows("SELECT count(*) FROM entry WHERE story_id IS NULL") == [1]
        await _maintain(runner, later=31 * DAY)
        assert runner.rows("SELECT count(*) FROM entry WHERE story_id IS NULL") == [0]


async def test_one_backup_a_day_and_the_newest_stay(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(*many(3)))
    folder = tmp_path / "copies"
    folder.mkdir()
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await runner.crawl()
        for day in range(4):
            await _maintain(runner, later=day * DAY, backups=folder, backups_kept=2)
        names = [backup_name(runner.path, utc_now() + day * DAY) for day in (2, 3)]
        assert sorted(file.name for file in folder.iterdir()) == names
        with reading(folder / names[0]) as db:
            assert db.conn.execute("SELECT count(*) FROM story").fetchone() == (3,)
        messages = await _maintain(runner, later=DAY, backups=tmp_path / "nowhere")
        assert any("there is no folder" in message for message in messages)


def test_a_backup_needs_space_and_a_new_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shell = Shell(tmp_path)
    shell.run("add", "--force", "http://daily.test/feed.xml")
    (tmp_path / "taken.db").write_bytes(b"")
    with pytest.raises(StoreError, match="exists already"):
        back_up(shell.db, tmp_path / "taken.db")
    full = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: full)
    with pytest.raises(StoreError, match="0 MiB free"):
        back_up(shell.db, tmp_path / "copy.db")
    assert not list(tmp_path.glob(".copy*"))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[Shell, Web]]:
    with web_in_thread() as web:
        web.serve("/feed.xml", rss(*many(3)))
        shell = Shell(tmp_path, web)
        shell.run("add", web.url("daily.test", "/feed.xml"))
        shell.run("crawl")
        yield shell, web


def test_a_backup_replaces_a_damaged_store(shop: tuple[Shell, Web]) -> None:
    shell, web = shop
    assert "copied to" in shell.run("backup", "copy.db")
    assert "exists already" in shell.run("backup", "copy.db", code=2)
    web.serve("/feed.xml", rss(*many(5)))
    shell.run("crawl")
    with closing(sqlite3.connect(shell.folder / "copy.db")) as copy, copy:  # as it was when it was copied
        copy.execute(
            "UPDATE host SET lease_owner = 'elsewhere:1:2', lease_until = ?", (to_iso(utc_now() + DAY),)
        )
        copy.execute("UPDATE source SET next_visit_at = ?", (to_iso(utc_now() - DAY),))
        copy.execute(
            "INSERT INTO tombstone (id, purged_at, why, url, site) VALUES (9, ?, 'age', 'x', 'x')",
            (to_iso(utc_now()),),
        )
    shell.db.write_bytes(b"damaged" * 1000)
    assert "nothing was changed" in shell.run("restore", "copy.db", code=2)
    out = shell.run("restore", "copy.db", "--yes")
    assert "1 overdue source" in out
    [aside] = list(shell.folder.glob("newsdesk.db.before-restore-*"))
    assert aside.read_bytes().startswith(b"damaged")
    assert shell.rows("SELECT count(*) FROM story") == [3]
    assert shell.rows("SELECT lease_owner FROM host") == [None]
    assert shell.rows("SELECT id FROM tombstone") == [9]
    shell.run("crawl")
    assert shell.rows("SELECT count(*) FROM story") == [5]


def test_a_store_in_use_or_a_damaged_backup_is_refused(shop: tuple[Shell, Web]) -> None:
    shell, _ = shop
    shell.run("backup", "copy.db")
    service = shell.start("serve", "--no-web")
    try:
        wait_until(lambda: shell.rows("SELECT count(*) FROM service") == [1])
        assert f"process {service.pid}" in shell.run("restore", "copy.db", "--yes", code=2)
    finally:
        service.terminate()
        service.communicate(timeout=PATIENCE_S)
    copy = shell.folder / "copy.db"
    whole = copy.read_bytes()
    copy.write_bytes(whole[:20000] + b"\xff" * 30000 + whole[50000:])
    shell.run("restore", "copy.db", "--yes", code=2)
    assert shell.rows("SELECT count(*) FROM story") == [3]


def test_maintain_dry_run(shop: tuple[Shell, Web]) -> None:
    shell, _ = shop
    assert "0 stories would be deleted for age" in shell.run("maintain", "--dry-run")
    assert "nothing was old enough" in shell.run("maintain")
