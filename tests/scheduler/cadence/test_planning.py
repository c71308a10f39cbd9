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
from newsdesk.scheduler.cadence.keep_threshold import find_if_due, find_price, keep_if_same
from newsdesk.scheduler.cadence.threshold import first_planner
from newsdesk.storage.db.timestamps import from_iso
from newsdesk.storage.records.publication_profile import Planner, Rhythm
from newsdesk.storage.sources.next_visit import (
    find_past,
    find_past_and_planner,
    find_planner,
    keep_planner,
    rhythm_columns,
    visits_since,
)
from tests.support.feeds import Item, rss
from tests.support.runner import TestDesk, open_desk, utc_now
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


def row(desk: TestDesk, *columns: str, source: int = 1) -> Any:
    return desk.rows(f"SELECT {', '.join(columns)} FROM source WHERE id = ?", source)[0]


async def test_what_visits_find_is_learned(tmp_path: Path, web: Web) -> None:
    hours = tuple(range(1, 21))
    web.serve("/feed.xml", rss(*dated(*hours)))
    async with open_desk(tmp_path, web) as desk:
        desk.add("daily.test")
        await desk.crawl()
        stories, days, window = row(desk, "rhythm_stories", "rhythm_days", "rhythm_window")
        assert (15 < stories < 20) and (0.7 < days < 0.85) and window == 20
        visited, due, why = row(desk, "last_visit_at", "next_visit_at", "next_visit_why")
        assert timedelta(minutes=5) <= from_iso(due) - from_iso(visited) <= timedelta(hours=6)
        assert why.startswith("in ")

        web.serve("/feed.xml", rss(*dated(0.001, *hours)))
        await desk.crawl()
        assert row(desk, "rhythm_stories") == pytest.approx(stories + 1, abs=0.01)
        assert row(desk, "rhythm_window") == 21 and row(desk, "rhythm_quiet") == 0

        web.serve("/feed.xml", rss(*dated(0.001, *hours, guids="made anew")))
        await desk.crawl()  # another document, and nothing in it is new
        assert row(desk, "rhythm_stories") == pytest.approx(stories + 1, abs=0.01)


async def test_a_source_that_carries_what_others_told_has_a_rhythm_too(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(*dated(*range(1, 11))))
    async with open_desk(tmp_path, web) as desk:
        desk.add("daily.test")
        desk.add("agency.test")
        await desk.crawl()
        assert set(desk.rows("SELECT DISTINCT verdict FROM sighting")) == {
            "new",
            "duplicate",
        }
        assert row(desk, "rhythm_window", source=2) == 10 and row(desk, "rhythm_stories", source=2) > 7


async def test_servers_and_feeds_say_how_long_to_wait(tmp_path: Path, web: Web) -> None:
    feed = rss(*dated(*(hour / 10 for hour in range(1, 31))))
    wishing = feed.replace(b"<language>", b"<ttl>180</ttl><skipHours><hour>1</hour></skipHours><language>")
    assert wishing != feed
    web.serve("/feed.xml", wishing, host="daily.test", etag='"1"')
    web.serve("/feed.xml", feed, host="other.test", headers={"Cache-Control": "max-age=7200"})
    async with open_desk(tmp_path, web, shortest_s=1.0) as desk:
        desk.add("daily.test", every_s=600)
        desk.add("other.test", every_s=600)
        for _ in range(2):  # the second time by what was kept: a 304 brings no feed
            await desk.crawl()
            for source, hours, words in ((1, 3, "its feed (ttl)"), (2, 2, "its server (Cache-Control)")):
                due, at, why = row(desk, "next_visit_at", "outcome_at", "next_visit_why", source=source)
                assert from_iso(due) - from_iso(at) == timedelta(hours=hours)
                assert why == f"every 10 min, but {words} asks for {hours} h between visits"
        assert row(desk, "outcome") == "unchanged"
        assert json.loads(row(desk, "feed_hints")) == {"ttl": "180", "skip_hours": ["1"]}
        web.serve("/feed.xml", feed, host="daily.test")
        await desk.crawl()
        assert row(desk, "feed_hints") is None


async def test_failures_are_counted_from_the_first(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", status=404)
    async with open_desk(tmp_path, web) as desk:
        desk.add("daily.test")
        await desk.crawl()
        since = row(desk, "failing_since")
        await desk.crawl()
        assert since is not None and row(desk, "failing_since") == since
        old = "UPDATE source SET failing_since = '2020-01-01T00:00:00.000Z'"
        desk.writer.do(lambda db: db.conn.execute(old))
        await desk.crawl()
        assert "looked at weekly" in row(desk, "next_visit_why")
        web.serve("/feed.xml", rss(*dated(1, 2)))
        await desk.crawl()
        assert row(desk, "failing_since", "rhythm_window") == (None, 2)


async def test_the_price_is_found_for_all_and_for_a_crowded_host(tmp_path: Path, web: Web) -> None:
    async with open_desk(tmp_path, web, every_s=None) as desk:
        for number in range(6):
            host = "video.test" if number < 4 else f"h{number}.test"
            path = f"/{number}.xml"
            web.serve(path, rss(*dated(*range(1, 11 + number), site=host)))
            desk.add(host, path)
        desk.add("own.test", "/0.xml", every_s=3600)
        await desk.crawl()
        now = utc_now() + timedelta(hours=1)
        kept = desk.writer.do(find_planner)
        assert kept is not None and kept.at is not None

        def found(settings: Any) -> Planner:
            return desk.writer.do(lambda db: find_price(db, kept, settings, now))

        planner = found(desk.settings)
        assert planner.aim == pytest.approx(6 * 24 / 86400, rel=0.2) and planner.crowded == ()
        assert desk.writer.do(lambda db: visits_since(db, 0.0)) == 6  # not what has its own interval
        slow = replace(desk.settings, session=replace(desk.settings.session, gap_s=1800.0))
        [(host, price)] = found(slow).crowded
        assert host.startswith("video.test") and price > planner.price
        rich = found(replace(desk.settings, visits_a_day=96.0))
        assert rich.price < planner.price


async def test_a_price_is_found_while_the_writer_is_at_work(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(*dated(1, 2)))
    async with open_desk(tmp_path, web) as desk:
        desk.add("daily.test")
        await desk.crawl()
        at_work = threading.Event()
        job = asyncio.create_task(desk.writer.write(lambda db: at_work.wait(30)))
        later = utc_now() + timedelta(hours=4)
        before, found = await asyncio.to_thread(
            find_if_due, desk.writer.path, desk.settings, later, anew=False
        )
        assert not job.done()  # and nobody waited for it
        at_work.set()
        await job
        assert before is not None and before.at is not None and found.at == later.timestamp()

        other = replace(before, price=99.0)
        desk.writer.do(lambda db: keep_planner(db, other))
        desk.writer.do(lambda db: keep_if_same(db, found=found, before=before))
        assert desk.writer.do(find_planner) == other  # what another process found meanwhile holds
        desk.writer.do(lambda db: keep_if_same(db, found=found, before=other))
        kept = desk.writer.do(find_planner)
        assert kept is not None and kept.price == found.price


async def test_the_price_is_settled_for_as_long_as_a_desk_works(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep_threshold, "LOOK_S", 0.01)
    async with open_desk(tmp_path, web) as desk:
        moments = iter(utc_now() + timedelta(hours=4 * number) for number in range(10**6))
        keeping = asyncio.create_task(
            keep_threshold.keep_price(desk.writer, desk.settings, lambda: next(moments))
        )
        seen: set[float | None] = set()
        async with asyncio.timeout(20):
            while len(seen) < 3:
                await asyncio.sleep(0.01)
                if (planner := desk.writer.do(find_planner)) is not None:
                    seen.add(planner.at)
        keeping.cancel()


def test_rhythm_and_planner_come_back_as_they_were(tmp_path: Path) -> None:
    from newsdesk.storage.db.database import prepare
    from newsdesk.storage.db.writer import Writer
    from newsdesk.storage.sources.sources import NewSource, add_source

    prepare(tmp_path / "newsdesk.db")
    rhythm = Rhythm(at=1.8e9, stories=1.5, days=2.5, finds=1.0, recent=3.0, expected=4.0, quiet=0.5, window=7,
                    evenness=0.9, new_at=None)  # fmt: skip
    planner = Planner(price=5.0, at=1.8e9, since=1.7e9, aim=0.1, aimed=9.0, spent=8.0, crowded=(("h", 7.0),))
    with Writer(tmp_path / "newsdesk.db") as writer:
        new = NewSource(address="http://daily.test/", host="daily.test", site="daily.test")
        writer.do(lambda db: add_source(db, new, now=datetime.fromisoformat("2026-11-24T00:00:00Z")))
        assert writer.do(find_planner) is None and first_planner().at is None
        assert writer.do(lambda db: find_past(db, 1)).rhythm is None
        past, none = writer.do(lambda db: find_past_and_planner(db, 1))
        assert past.rhythm is None and none is None
        writer.do(lambda db: (db["source"].update(1, rhythm_columns(rhythm)), keep_planner(db, planner)))
        assert writer.do(lambda db: find_past(db, 1)).rhythm == rhythm
        back = writer.do(find_planner)
        assert back is not None and replace(back, pool=planner.pool) == planner
        assert writer.do(lambda db: find_past_and_planner(db, 1)) == (replace(past, rhythm=rhythm), back)
