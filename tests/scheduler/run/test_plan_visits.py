"""Next visits in the store: profiles are learned and kept, server hints respected, thresholds computed."""

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

from newsdesk.scheduler.cadence.threshold import initial_threshold
from newsdesk.scheduler.run import refresh_threshold
from newsdesk.scheduler.run.refresh_threshold import find_if_due, find_threshold, keep_if_unchanged
from newsdesk.storage.db.database import reading
from newsdesk.storage.db.timestamps import from_iso
from newsdesk.storage.records.publication_profile import PublicationProfile, ThresholdState
from newsdesk.storage.sources.next_visit import (
    find_past,
    find_past_and_threshold,
    find_threshold_state,
    keep_threshold_state,
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


async def test_a_profile_is_learned_from_visits(tmp_path: Path, web: Web) -> None:
    hours = tuple(range(1, 21))
    web.serve("/feed.xml", rss(*dated(*hours)))
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await runner.crawl()
        stories, days, window = row(runner, "profile_stories", "profile_days", "profile_feed_size")
        assert (15 < stories < 20) and (0.7 < days < 0.85) and window == 20
        visited, due, why = row(runner, "last_visit_at", "next_visit_at", "next_visit_why")
        assert timedelta(minutes=5) <= from_iso(due) - from_iso(visited) <= timedelta(hours=6)
        assert why.startswith("in ")

        web.serve("/feed.xml", rss(*dated(0.001, *hours)))
        await runner.crawl()
        assert row(runner, "profile_stories") == pytest.approx(stories + 1, abs=0.01)
        assert row(runner, "profile_feed_size") == 21 and row(runner, "profile_expected_since_new") == 0

        web.serve("/feed.xml", rss(*dated(0.001, *hours, guids="other")))
        await runner.crawl()  # all entries have other guids, and no story is new
        assert row(runner, "profile_stories") == pytest.approx(stories + 1, abs=0.01)


async def test_a_source_of_duplicates_has_a_profile_too(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(*dated(*range(1, 11))))
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        runner.add("agency.test")
        await runner.crawl()
        assert set(runner.rows("SELECT DISTINCT verdict FROM entry")) == {
            "new",
            "duplicate",
        }
        assert (
            row(runner, "profile_feed_size", source=2) == 10 and row(runner, "profile_stories", source=2) > 7
        )


async def test_how_often_a_source_is_first_is_counted(tmp_path: Path, web: Web) -> None:
    """The main feed of a site, visited first, and a section feed."""

    def counts(source: int) -> Any:
        return row(runner, "profile_brought", "profile_brought_first", source=source)

    async with open_runner(tmp_path, web, every_s=None, visits_a_day=1.0) as runner:
        main, section = runner.add("daily.test", "/main"), runner.add("daily.test", "/section")

        async def crawl(of_main: tuple[Item, ...], of_section: tuple[Item, ...]) -> None:
            web.serve("/main", rss(*of_main))
            web.serve("/section", rss(*of_section))
            await runner.crawl(main)
            await runner.crawl(section)

        old = dated(20, 21, 22)
        await crawl(old, old)
        assert counts(main) == counts(section) == (0, 0)  # the backlog of their first visits

        await crawl(dated(3, 4, 5, 20), dated(4, 5, 6, 20))  # 6 is of the section alone
        assert counts(main) == (pytest.approx(3, abs=0.01), pytest.approx(3, abs=0.01))
        assert counts(section) == (pytest.approx(3, abs=0.01), pytest.approx(1, abs=0.01))

        story = dated(2)[0]
        twice = (story, story, *dated(3, 4))  # two entries of one story
        await crawl(twice, twice)
        assert counts(main) == (pytest.approx(4, abs=0.01), pytest.approx(4, abs=0.01))
        assert counts(section) == (pytest.approx(5, abs=0.01), pytest.approx(1, abs=0.01))

        again = dated(2, 3, 4, guids="other")  # all entries have other guids
        await crawl(again, again)
        assert counts(main)[0] == pytest.approx(4, abs=0.01)
        assert counts(section)[0] == pytest.approx(5, abs=0.01)


async def test_without_the_setting_a_source_is_visited_by_its_own_stories(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(*dated(*(hour / 4 for hour in range(1, 81)))))
    counted = "UPDATE source SET profile_brought = 400, profile_brought_first = 20"
    async with open_runner(tmp_path, web, visits_a_day=1.0) as runner:
        runner.add("daily.test")
        await runner.crawl()
        runner.writer.do(lambda db: db.conn.execute(counted))
        waits = []
        for count_once in (True, False):
            runner.settings = replace(runner.settings, count_once=count_once)
            await runner.crawl()
            due, at = row(runner, "next_visit_at", "outcome_at")
            waits.append((from_iso(due) - from_iso(at)).total_seconds())
            assert ("other sources" in row(runner, "next_visit_why")) == count_once
        assert waits[0] > 2 * waits[1]

        with reading(runner.path) as db:
            once, alone = (
                find_threshold(
                    db,
                    initial_threshold(),
                    replace(runner.settings, visits_a_day=24.0, count_once=count_once),
                    utc_now(),
                )
                for count_once in (True, False)
            )
        assert once.target_rate == alone.target_rate and once.threshold < alone.threshold / 4


async def test_server_hints_are_respected(tmp_path: Path, web: Web) -> None:
    feed = rss(*dated(*(hour / 10 for hour in range(1, 31))))
    hinting = feed.replace(b"<language>", b"<ttl>180</ttl><skipHours><hour>1</hour></skipHours><language>")
    assert hinting != feed
    web.serve("/feed.xml", hinting, host="daily.test", etag='"1"')
    web.serve("/feed.xml", feed, host="other.test", headers={"Cache-Control": "max-age=7200"})
    async with open_runner(tmp_path, web, shortest_s=1.0) as runner:
        runner.add("daily.test", every_s=600)
        runner.add("other.test", every_s=600)
        for _ in range(2):  # the second time from the stored hints: a 304 has no feed
            await runner.crawl()
            for source, hours, origin in ((1, 3, "its feed (ttl)"), (2, 2, "its server (Cache-Control)")):
                due, at, why = row(runner, "next_visit_at", "outcome_at", "next_visit_why", source=source)
                assert from_iso(due) - from_iso(at) == timedelta(hours=hours)
                assert why == f"every 10 min, but {origin} asks for {hours} h between visits"
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
        assert "visited weekly" in row(runner, "next_visit_why")
        web.serve("/feed.xml", rss(*dated(1, 2)))
        await runner.crawl()
        assert row(runner, "failing_since", "profile_feed_size") == (None, 2)


async def test_thresholds_of_all_sources_and_of_a_host_with_many(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web, every_s=None) as runner:
        for number in range(6):
            host = "video.test" if number < 4 else f"h{number}.test"
            path = f"/{number}.xml"
            web.serve(path, rss(*dated(*range(1, 11 + number), site=host)))
            runner.add(host, path)
        runner.add("own.test", "/0.xml", every_s=3600)
        await runner.crawl()
        now = utc_now() + timedelta(hours=1)
        kept = runner.writer.do(find_threshold_state)
        assert kept is not None and kept.found_at is not None

        def found(settings: Any) -> ThresholdState:
            return runner.writer.do(lambda db: find_threshold(db, kept, settings, now))

        state = found(runner.settings)
        assert state.target_rate == pytest.approx(6 * 24 / 86400, rel=0.2) and state.host_thresholds == ()
        assert (
            runner.writer.do(lambda db: visits_since(db, 0.0)) == 6
        )  # without the source that has its own interval
        slow = replace(runner.settings, session=replace(runner.settings.session, delay_s=1800.0))
        [(host, threshold)] = found(slow).host_thresholds
        assert host.startswith("video.test") and threshold > state.threshold
        rich = found(replace(runner.settings, visits_a_day=96.0))
        assert rich.threshold < state.threshold


async def test_the_threshold_is_computed_while_the_writer_is_busy(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(*dated(1, 2)))
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await runner.crawl()
        busy = threading.Event()
        job = asyncio.create_task(runner.writer.write(lambda db: busy.wait(30)))
        later = utc_now() + timedelta(hours=4)
        before, found = await asyncio.to_thread(
            find_if_due, runner.writer.path, runner.settings, later, force=False
        )
        assert not job.done()  # nothing waited for it
        busy.set()
        await job
        assert before is not None and before.found_at is not None and found.found_at == later.timestamp()

        other = replace(before, threshold=99.0)
        runner.writer.do(lambda db: keep_threshold_state(db, other))
        runner.writer.do(lambda db: keep_if_unchanged(db, found=found, before=before))
        assert (
            runner.writer.do(find_threshold_state) == other
        )  # the one that another process kept meanwhile stays
        runner.writer.do(lambda db: keep_if_unchanged(db, found=found, before=other))
        kept = runner.writer.do(find_threshold_state)
        assert kept is not None and kept.threshold == found.threshold


async def test_the_threshold_is_refreshed_during_a_run(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh_threshold, "CHECK_S", 0.01)
    async with open_runner(tmp_path, web) as runner:
        moments = iter(utc_now() + timedelta(hours=4 * number) for number in range(10**6))
        keeping = asyncio.create_task(
            refresh_threshold.refresh_threshold_regularly(
                runner.writer, runner.settings, lambda: next(moments)
            )
        )
        seen: set[float | None] = set()
        async with asyncio.timeout(20):
            while len(seen) < 3:
                await asyncio.sleep(0.01)
                if (state := runner.writer.do(find_threshold_state)) is not None:
                    seen.add(state.found_at)
        keeping.cancel()


def test_profile_and_threshold_are_read_as_they_were_kept(tmp_path: Path) -> None:
    from newsdesk.storage.db.database import prepare
    from newsdesk.storage.db.writer import Writer
    from newsdesk.storage.sources.sources import NewSource, add_source

    prepare(tmp_path / "newsdesk.db")
    profile = PublicationProfile(
        read_at=1.8e9,
        stories=1.5,
        days=2.5,
        finds=1.0,
        recent=3.0,
        recent_expected=4.0,
        expected_since_new=0.5,
        feed_size=7,
        evenness=0.9,
        new_at=None,
        brought=6.5,
        brought_first=2.5,
    )
    state = ThresholdState(
        threshold=5.0,
        found_at=1.8e9,
        since=1.7e9,
        target_rate=0.1,
        visits_planned=9.0,
        visits_made=8.0,
        host_thresholds=(("h", 7.0),),
    )
    with Writer(tmp_path / "newsdesk.db") as writer:
        new = NewSource(address="http://daily.test/", host="daily.test", site="daily.test")
        writer.do(lambda db: add_source(db, new, now=datetime.fromisoformat("2026-11-24T00:00:00Z")))
        assert writer.do(find_threshold_state) is None and initial_threshold().found_at is None
        assert writer.do(lambda db: find_past(db, 1)).profile is None
        past, none = writer.do(lambda db: find_past_and_threshold(db, 1))
        assert past.profile is None and none is None
        writer.do(
            lambda db: (db["source"].update(1, profile_columns(profile)), keep_threshold_state(db, state))
        )
        assert writer.do(lambda db: find_past(db, 1)).profile == profile
        back = writer.do(find_threshold_state)
        assert back is not None and replace(back, mean_profile=state.mean_profile) == state
        assert writer.do(lambda db: find_past_and_threshold(db, 1)) == (replace(past, profile=profile), back)
