"""A deleted source is gone with the stories that no other source carries, and with nothing else."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from newsdesk.storage.search.index import index_differences
from newsdesk.storage.sources import deletion
from newsdesk.storage.sources.deletion import delete_step, preview_deletion
from tests.storage.maintenance.test_purge import purge
from tests.support.feeds import Item, many, rss
from tests.support.runner import TestRunner, open_runner
from tests.support.web import Web

STORIES = many(5)


def delete(runner: TestRunner, source_id: int, *, steps: int = 10_000) -> bool:
    """Make steps; whether the source is gone."""
    return any(not runner.writer.do(partial(delete_step, source_id=source_id)) for _ in range(steps))


def serve(web: Web, *items: Item) -> None:
    web.serve("/feed.xml", rss(*items), host="daily.test")
    web.serve("/feed.xml", rss(*STORIES[:2], title="Hub"), host="hub.test")


async def test_shared_stories_stay_and_the_others_go(tmp_path: Path, web: Web) -> None:
    serve(web, *STORIES)
    async with open_runner(tmp_path, web) as runner:
        daily, hub = runner.add("daily.test"), runner.add("hub.test")
        await runner.crawl(daily)
        await runner.crawl(hub)
        serve(web, *(replace(item, text=f"{item.text}<p>More.</p>") for item in STORIES))
        await runner.crawl(daily)
        preview = runner.writer.do(partial(preview_deletion, sources=[daily]))
        assert (preview.alone, preview.shared) == (3, 2)
        assert runner.writer.do(partial(preview_deletion, sources=[daily, hub])).alone == 5
        revisions = runner.rows("SELECT story_id, fields FROM revision WHERE story_id <= 2")
        assert len(revisions) == 2
        runs = runner.rows("SELECT id, visits FROM runs")
        assert delete(runner, daily)
        assert runner.rows("SELECT id FROM source") == [hub]
        assert runner.rows("SELECT id FROM story ORDER BY id") == [1, 2]
        for table in ("entry", "visit", "source_move", "event"):
            assert runner.rows(f"SELECT count(*) FROM {table} WHERE source_id = ?", daily) == [0]
        assert runner.rows("SELECT count(*) FROM snapshot") == [2]  # of the hub
        assert runner.rows("SELECT story_id, fields FROM revision") == revisions
        assert runner.rows("SELECT count(*) FROM tombstone") == [0]
        assert runner.rows("SELECT id, visits FROM runs") == runs
        assert runner.rows("PRAGMA foreign_key_check") == []
        assert runner.writer.do(lambda db: list(index_differences(db.conn))) == []
        again = runner.add("daily.test")
        assert again > hub  # the number is not used again
        counts = (await runner.crawl(again)).counts
        assert (counts.new, counts.duplicate) == (3, 2)


async def test_a_deletion_that_was_stopped_goes_on(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deletion, "ENTRIES_A_STEP", 2)
    serve(web, *STORIES)
    async with open_runner(tmp_path, web) as runner:
        daily, hub = runner.add("daily.test"), runner.add("hub.test")
        await runner.crawl()
        rows = runner.writer.do(partial(preview_deletion, sources=[daily])).rows
        assert not delete(runner, daily, steps=2)
        left = runner.writer.do(partial(preview_deletion, sources=[daily]))
        assert 0 < left.rows < rows
        await runner.crawl(daily)  # between the two: what is left is the same as before
        assert delete(runner, daily)
        assert runner.rows("SELECT id FROM source") == [hub]
        assert runner.rows("SELECT count(*) FROM story") == [2]
        assert runner.rows("PRAGMA foreign_key_check") == []


async def test_the_tombstones_that_only_it_carries_go_too(tmp_path: Path, web: Web) -> None:
    serve(web, *STORIES)
    async with open_runner(tmp_path, web) as runner:
        daily, hub = runner.add("daily.test"), runner.add("hub.test")
        await runner.crawl(daily)
        await runner.crawl(hub)
        assert purge(runner) == 5
        assert delete(runner, daily)
        assert runner.rows("SELECT count(*) FROM tombstone") == [2]
        counts = (await runner.crawl(runner.add("daily.test"))).counts
        assert (counts.new, counts.refused) == (3, 2)
        assert delete(runner, hub)


async def test_a_visit_that_ends_after_the_deletion_keeps_nothing(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        daily = runner.add("daily.test")

        async def delete_and_respond(writer: asyncio.StreamWriter) -> None:
            assert delete(runner, daily)
            body = rss(*STORIES)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            await writer.drain()

        web.serve("/feed.xml", talk=delete_and_respond)
        assert (await runner.crawl()).counts.new == 0
        for table in ("source", "story", "entry", "visit"):
            assert runner.rows(f"SELECT count(*) FROM {table}") == [0]
        assert runner.rows("SELECT count(*) FROM host WHERE lease_owner IS NOT NULL") == [0]
