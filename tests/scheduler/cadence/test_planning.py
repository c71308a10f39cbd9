"""Rhythms in the store: what visits teach is kept, what servers wish is minded, the price is found."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from newsdesk.scheduler.cadence import keep_threshold
from newsdesk.scheduler.cadence.keep_threshold import find_if_due, find_threshold, keep_if_same
from newsdesk.scheduler.cadence.threshold import first_planner
from newsdesk.storage.db.timestamps import from_iso
from newsdesk.storage.records.publication_profile import PublicationProfile, ThresholdState
from newsdesk.storage.sources.next_visit import (
    find_past,
    find_past_and_planner,
    find_planner,
    keep_planner,
    profile_columns,
    visits_since,
)
from tests.support.feeds import Item, rss
from tests.support.runner import TestRunner, open_runner, utc_now
from tests.support.web import Web


def dated(*hours: float, site: str = "daily.test", guids: str = "g") -> tuple[Item, ...]:
    """A story for each of so many hours ago."""
    now = utc_now()
    return tuple(
        Item(
            title=f"What happened {hour} hours ago",
            link=f"http://{site}/{hour}",
            guid=f"{guids}-{hour}",
            date=format_datetime(now - timedelta(hours=hour)),
        )
        for hour in hours
    )


def row(runner: TestRunner, *columns: str, source: int = 1) -> Any:
    return runner.rows(f"SELECT {', '.join(columns)} FROM source WHERE id = ?", source)[0]


async def test_what_visits_find_is_learned(tmp_path: Path, web: Web) -> None:
    hours = tuple(range(1, 21))
    web.serve("/feed.xml", rss(*dated(*hours)))
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await runner.crawl()
        stories, days, window = row(runner, "rhythm_stories", "rhythm_days", "rhythm_window")
        assert (15 < stories < 20) and (0.7 < days < 0.85) and window == 20
        visited, due, why = row(runner, "last_visit_at", "next_visit_at", "next_visit_why")
        assert timedelta(minutes=5) <= from_iso(due) - from_iso(visited) <= timedelta(hours=6)
        assert why.startswith("in ")

        web.serve("/feed.xml", rss(*dated(0.001, *hours)))
        await runner.crawl()
        assert row(runner, "rhythm_stories") == pytest.approx(stories + 1, abs=0.01)
        assert row(runner, "rhythm_window") == 21 and row(runner, "rhythm_quiet") == 0

        web.serve("/feed.xml", rss(*dated(0.001, *hours, guids="made anew")))
        await runner.crawl()  # another document, and nothing in it is new
        assert row(runner, "rhythm_stories") == pytest.approx(stories + 1, abs=0.01)


async def test_a_source_that_carries_what_others_told_has_a_rhythm_too(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(*dated(*range(1, 11))))
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        runner.add("agency.test")
        await runner.crawl()
        assert set(runner.rows("SELECT DISTINCT verdict FROM entry")) == {
            "new",
            "duplicate",
        }
        assert row(runner, "rhythm_window", source=2) == 10 and row(runner, "rhythm_stories", source=2) > 7


async def test_servers_and_feeds_say_how_long_to_wait(tmp_path: Path, web: Web) -> None:
    feed = rss(*dated(*(hour / 10 for hour in range(1, 31))))
    wishing = feed.replace(b"<language>", b"<ttl>180</ttl><skipHours><hour>1</hour></skipHours><language>")
    assert wishing != feed
    web.serve("/feed.xml", wishing, host="daily.test", etag='"1"')
    web.serve("/feed.xml", feed, host="other.test", headers={"Cache-Control": "max-age=7200"})
    async with open_runner(tmp_path, web, shortest_s=1.0) as runner:
        runner.add("daily.test", every_s=600)
        runner.add("other.test", every_s=600)
        for _ in range(2):  # the second time by what was kept: a 304 brings no feed
            await runner.crawl()
            for source, hours, words in ((1, 3, "its feed (ttl)"), (2, 2, "its server (Cache-Control)")):
                due, at, why = row(runner, "next_visit_at", "outcome_at", "next_visit_why", source=source)
                assert from_iso(due) - from_iso(at) == timedelta(hours=hours)
                assert why == f"every 10 min, but {words} asks for {hours} h between visits"
        assert row(runner, "outcome") == "unchanged"
        assert json.loads(row(runner, "feed_hints")) == {"ttl": "180", "skip_hours": ["1"]}
        web.serve("/feed.xml", feed, host="daily.test")
        await runner.crawl()
        assert row(runner, "feed_hints") is None


async def test_failures_are_counted_from_the_first(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", status=404)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await runner.crawl()
        since = row(runner, "failing_since")
        await runner.crawl()
        assert since is not None and row(runner, "failing_since") == since
        old = "UPDATE source SET failing_since = '2020-01-01T00:00:00.000Z'"
        runner.writer.do(lambda db: db.conn.execute(old))
        await runner.crawl()
        assert "looked at weekly" in row(runner, "next_visit_why")
        web.serve("/feed.xml", rss(*dated(1, 2)))
        await runner.crawl()
        assert row(runner, "failing_since", "rhythm_window") == (None, 2)


async def test_the_price_is_found_for_all_and_for_a_crowded_host(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web, every_s=None) as runner:
        for number in range(6):
            host = "video.test" if number < 4 else f"h{number}.test"
            path = f"/{number}.xml"
            web.serve(path, rss(*dated(*range(1, 11 + number), site=host)))
            runner.add(host, path)
        runner.add("own.test", "/0.xml", every_s=3600)
        await runner.crawl()
        now = utc_now() + timedelta(hours=1)
        kept = runner.writer.do(find_planner)
        assert kept is not None and kept.found_at is not None

        def found(settings: Any) -> ThresholdState:
            return runner.writer.do(lambda db: find_threshold(db, kept, settings, now))

        planner = found(runner.settings)
        assert planner.aim == pytest.approx(6 * 24 / 86400, rel=0.2) and planner.crowded == ()
        assert runner.writer.do(lambda db: visits_since(db, 0.0)) == 6  # not what has its own interval
        slow = replace(runner.settings, session=replace(runner.settings.session, delay_s=1800.0))
        [(host, threshold)] = found(slow).crowded
        assert host.startswith("video.test") and threshold > planner.threshold
        rich = found(replace(runner.settings, visits_a_day=96.0))
        assert rich.threshold < planner.threshold


async def test_a_price_is_found_while_the_writer_is_at_work(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(*dated(1, 2)))
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await runner.crawl()
        at_work = threading.Event()
        job = asyncio.create_task(runner.writer.write(lambda db: at_work.wait(30)))
        later = utc_now() + timedelta(hours=4)
        before, found = await asyncio.to_thread(
            find_if_due, runner.writer.path, runner.settings, later, anew=False
        )
        assert not job.done()  # and nobody waited for it
        at_work.set()
        await job
        assert before is not None and before.found_at is not None and found.found_at == later.timestamp()

        other = replace(before, threshold=99.0)
        runner.writer.do(lambda db: keep_planner(db, other))
        runner.writer.do(lambda db: keep_if_same(db, found=found, before=before))
        assert runner.writer.do(find_planner) == other  # what another process found meanwhile holds
        runner.writer.do(lambda db: keep_if_same(db, found=found, before=other))
        kept = runner.writer.do(find_planner)
        assert kept is not None and kept.threshold == found.threshold


async def test_the_price_is_settled_for_as_long_as_a_desk_works(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep_threshold, "LOOK_S", 0.01)
    async with open_runner(tmp_path, web) as runner:
        moments = iter(utc_now() + timedelta(hours=4 * number) for number in range(10**6))
        keeping = asyncio.create_task(
            keep_threshold.keep_threshold_current(runner.writer, runner.settings, lambda: next(moments))
        )
        seen: set[float | None] = set()
        async with asyncio.timeout(20):
            while len(seen) < 3:
                await asyncio.sleep(0.01)
                if (planner := runner.writer.do(find_planner)) is not None:
                    seen.add(planner.found_at)
        keeping.cancel()


def test_rhythm_and_planner_come_back_as_they_were(tmp_path: Path) -> None:
    from newsdesk.storage.db.database import prepare
    from newsdesk.storage.db.writer import Writer
    from newsdesk.storage.sources.sources import NewSource, add_source

    prepare(tmp_path / "newsdesk.db")
    profile = PublicationProfile(
        at=1.8e9,
        stories=1.5,
        days=2.5,
        finds=1.0,
        recent=3.0,
        expected=4.0,
        quiet=0.5,
        window=7,
        evenness=0.9,
        new_at=None,
    )
    planner = ThresholdState(
        threshold=5.0, found_at=1.8e9, since=1.7e9, aim=0.1, aimed=9.0, spent=8.0, crowded=(("h", 7.0),)
    )
    with Writer(tmp_path / "newsdesk.db") as writer:
        new = NewSource(address="http://daily.test/", host="daily.test", site="daily.test")
        writer.do(lambda db: add_source(db, new, now=datetime.fromisoformat("2026-11-24T00:00:00Z")))
        assert writer.do(find_planner) is None and first_planner().found_at is None
        assert writer.do(lambda db: find_past(db, 1)).profile is None
        past, none = writer.do(lambda db: find_past_and_planner(db, 1))
        assert past.profile is None and none is None
        writer.do(lambda db: (db["source"].update(1, profile_columns(profile)), keep_planner(db, planner)))
        assert writer.do(lambda db: find_past(db, 1)).profile == profile
        back = writer.do(find_planner)
        assert back is not None and replace(back, pool=planner.pool) == planner
        assert writer.do(lambda db: find_past_and_planner(db, 1)) == (replace(past, profile=profile), back)
