"""What is told of where sources live: moves, proposals, what is dormant or gone, and what is revived."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsdesk.output.atom import events_feed
from newsdesk.scheduler.alarms.alarms import judge
from newsdesk.scheduler.alarms.watch import AlarmSettings, Watch
from newsdesk.scheduler.run.runner import Runner, Visited
from newsdesk.storage.alarms.events import keep_changes, latest_events
from newsdesk.storage.hosts.leases import Wanted
from newsdesk.storage.records.alarms import KINDS, Change, Kind, Moved, OpenAlarm, Stand, Watched
from newsdesk.storage.sources.moves import BY_HAND, Place, move_source
from tests.support.feeds import many, rss
from tests.support.runner import TestRunner, open_runner, utc_now
from tests.support.web import Web

T = datetime(2026, 11, 24, 12, tzinfo=UTC)
WELL = Watched(source_id=1, name="Gazette", host="gazette.test", category="ok", last_ok_at=T, news_at=T)
LOST = replace(WELL, category="not-found", failures=9, message="gazette.test answered 404")
HERE = Moved(move_id=7, old="http://a.test/x?token=abc", new="http://b.test/x", why="permanent redirects")
TAKEN = replace(HERE, merged_into=2)

CASES: list[tuple[str, Watched, dict[Kind, dict[str, object]], list[tuple[str, str | None]], str]] = [
    # what, how the source stands, its open alarms → what is told, and words of it
    ("well", WELL, {}, [], ""),
    ("dormant", replace(LOST, status="dormant"), {}, [("dormant", "raised")], "answered 404"),
    ("dormant still", replace(LOST, status="dormant"), {"dormant": {}}, [], ""),
    ("a failure of another kind between", replace(LOST, status="active"), {"dormant": {}}, [], ""),
    ("revived", WELL, {"dormant": {}}, [("dormant", "recovered")], "revived: it goes well again, after 1 d"),
    ("gone", replace(LOST, category="gone", status="gone"), {}, [("gone", "raised")], "gone for good"),
    (
        "first dormant, then gone",
        replace(LOST, status="gone"),
        {"dormant": {}},
        [("dormant", "recovered"), ("gone", "raised")],
        "it is gone now",
    ),
    ("kept out", replace(LOST, category="forbidden", status="blocked"), {}, [], ""),
    ("proposed", replace(LOST, proposed=("http://b.test/",)), {}, [("proposed", "raised")], "edit 1"),
    ("proposed still", replace(LOST, proposed=("u",)), {"proposed": {"addresses": ["u"]}}, [], ""),
    ("another", replace(LOST, proposed=("v",)), {"proposed": {"addresses": ["u"]}}, [("proposed", None)], ""),
    ("taken", WELL, {"proposed": {"addresses": ["u"]}}, [("proposed", "recovered")], "goes well again"),
    ("moved", replace(WELL, moves=(HERE,)), {}, [("moved", "raised")], "token=***"),
    ("taken in", replace(WELL, active=False, moves=(TAKEN,)), {}, [("moved", "raised")], "is source 2 now"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "source", "known", "told", "words"), CASES, ids=[case[0] for case in CASES])
def test_what_is_told(
    what: str,
    source: Watched,
    known: dict[Kind, dict[str, object]],
    told: list[tuple[str, str | None]],
    words: str,
) -> None:
    alarms = [
        OpenAlarm(kind=kind, opened_at=T - timedelta(days=1), source_id=1, detail=detail)
        for kind, detail in known.items()
    ]
    stands = {"gazette.test": Stand(sources=1, failing=0)}
    changes = judge([source], stands, alarms, kinds=KINDS, now=T)
    assert [(change.kind, change.state) for change in changes] == told
    assert words in " ".join(change.message for change in changes)
    assert "abc" not in json.dumps([[change.message, dict(change.detail)] for change in changes])


def test_a_host_that_is_down_has_no_alarm_for_each_of_its_sources() -> None:
    sources = [replace(LOST, source_id=number, status="dormant") for number in (1, 2, 3)]
    stands = {"gazette.test": Stand(sources=3, failing=3)}
    assert judge(sources, stands, [], kinds=KINDS, now=T) == []


@dataclass
class Months:
    """A desk whose visits are told their time, and the watch that hears of them."""

    runner: TestRunner
    start: datetime = field(default_factory=lambda: utc_now() - timedelta(days=60))

    async def visit(self, *days: float) -> list[tuple[str, str, int | None]]:
        """Visit all, once on each of these days; what the watch told of it, and of which source."""
        told = []
        for day in days:
            now = self.start + timedelta(days=day)
            heard: list[Visited] = []
            runner = Runner(self.runner.writer, self.runner.settings, now=lambda: now, listen=heard.append)  # noqa: B023
            await runner.run(Wanted(asked_at=now))
            told += await self.look(now, heard)
        return told

    async def look(
        self, now: datetime, heard: Sequence[Visited] | None = None
    ) -> list[tuple[str, str, int | None]]:
        """What a watch tells that heard of these visits; None: one that has just begun."""
        watch = Watch(
            self.runner.path, self.runner.writer, AlarmSettings(), now=lambda: now, tell=lambda event: None,
            say=lambda words: None,
        )  # fmt: skip
        for visited in heard or ():
            watch.visited(visited)
        events = await watch.look(everything=heard is None)
        return [(event.kind, event.state, event.source_id) for event in events]


async def test_a_move_is_told_once_wherever_events_are_told(tmp_path: Path, web: Web) -> None:
    web.redirect("/feed.xml", web.url("new.test", "/news.xml"), host="old.test")
    web.serve("/news.xml", rss(*many(3)))
    async with open_runner(tmp_path, web) as runner:
        runner.add("old.test")
        months = Months(runner)
        assert await months.visit(0, 1) == []
        assert await months.visit(2) == [("moved", "raised", 1)]
        assert await months.visit(3, 4) == [] and await months.look(utc_now()) == []
        assert runner.rows("SELECT kind, ended_at = at FROM event") == [("moved", 1)]
        [event] = runner.writer.do(lambda db: latest_events(db, limit=9))
        assert "it moved from http://old.test" in event.message and "permanent redirects" in event.message
        assert "it moved from" in events_feed([event], now=T).decode()
        again = Change(kind="moved", state="raised", source_id=1, detail=event.detail)  # by a crawl beside us
        assert runner.writer.do(lambda db: keep_changes(db, [again], targets=(), now=T)) == []
        old = Place(address=web.url("old.test", "/feed.xml"), host=f"old.test:{web.port}", site="old.test")
        runner.writer.do(lambda db: move_source(db, 1, old, why=BY_HAND, now=T))
        assert await months.look(utc_now()) == []  # who did it knows it


async def test_a_source_that_another_one_takes_in_is_told_too(tmp_path: Path, web: Web) -> None:
    web.redirect("/feed.xml", web.url("new.test", "/news.xml"), host="old.test")
    web.serve("/news.xml", rss(*many(3)))
    async with open_runner(tmp_path, web) as runner:
        runner.add("old.test")
        runner.add("new.test", "/news.xml")
        months = Months(runner)
        now = months.start
        for day in (0, 1, 2):  # nobody looks meanwhile, as when the service was killed
            now = months.start + timedelta(days=day)
            await Runner(runner.writer, runner.settings, now=lambda: now).run(Wanted(asked_at=now))  # noqa: B023
        assert runner.rows("SELECT state FROM source") == ["retired", "active"]
        assert await months.look(utc_now()) == [("moved", "raised", 1)]
        assert await months.look(utc_now()) == []


async def test_dormant_gone_and_revived_are_told_once_each(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(*many(3)))
    async with open_runner(tmp_path, web) as runner:
        runner.add("missing.test")
        runner.add("gone.test")
        months = Months(runner)
        await months.visit(0)
        web.serve("/feed.xml", status=404, host="missing.test")
        web.serve("/feed.xml", status=410, host="gone.test")
        told = await months.visit(1, 2, 3, 4, 14, 16, 17, 24)
        assert [one for one in told if one[0] != "failing"] == [
            ("gone", "raised", 2),
            ("dormant", "raised", 1),
        ]
        web.serve("/feed.xml", rss(*many(4)), host="missing.test")
        web.serve("/feed.xml", rss(*many(4)), host="gone.test")
        told = await months.visit(31, 32)
        assert sorted(one for one in told if one[0] != "failing") == [
            ("dormant", "recovered", 1),
            ("gone", "recovered", 2),
        ]


async def test_what_is_proposed_is_told_until_it_is_settled(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(*many(60)[:4]))
    home = '<html><head><link rel="alternate" type="application/rss+xml" href="/news.xml"></head></html>'
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        months = Months(runner)
        await months.visit(0)
        web.serve("/feed.xml", status=404)
        web.serve("/", home, type="text/html")
        web.serve("/news.xml", rss(*many(60)[50:]))
        await months.visit(1, 14)
        assert ("proposed", "raised", 1) in await months.visit(16)
        words = runner.rows("SELECT words FROM event WHERE kind = 'proposed'")[0]
        assert words.startswith(f"its feed may be at {web.url('daily.test', '/news.xml')} now")
        assert await months.visit(17) == []
        web.serve("/feed.xml", rss(*many(60)[:4]))
        assert ("proposed", "recovered", 1) in await months.visit(25)
