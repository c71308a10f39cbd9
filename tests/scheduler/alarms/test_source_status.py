"""Alarms about the address of a source: moved, proposed, dormant, gone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsdesk.output.atom import events_feed
from newsdesk.scheduler.alarms.alarms import decide_changes
from newsdesk.scheduler.alarms.watch import Watch
from newsdesk.scheduler.run.runner import Runner
from newsdesk.scheduler.run.summary import KeptVisit
from newsdesk.scheduler.settings import AlarmSettings
from newsdesk.storage.alarms.events import keep_changes, latest_events
from newsdesk.storage.hosts.leases import Wanted
from newsdesk.storage.records.alarms import KINDS, Change, HostStatus, Kind, Moved, OpenAlarm, WatchedSource
from newsdesk.storage.sources.moves import BY_HAND, SourceAddress, move_source
from tests.support.feeds import many, rss
from tests.support.runner import TestRunner, open_runner, utc_now
from tests.support.web import Web

T = datetime(2026, 11, 24, 12, tzinfo=UTC)
WELL = WatchedSource(
    source_id=1, name="Gazette", host="gazette.test", category="ok", last_ok_at=T, last_new_at=T
)
SITE = replace(WELL, links_found=3, links_usual=20, links_lost_at=T - timedelta(hours=7))
LOST = replace(WELL, category="not-found", failures=9, message="gazette.test answered 404")
HERE = Moved(
    move_id=7,
    old_address="http://a.test/x?token=abc",
    new_address="http://b.test/x",
    why="permanent redirects",
)
TAKEN = replace(HERE, merged_into=2)

CASES: list[tuple[str, WatchedSource, dict[Kind, dict[str, object]], list[tuple[str, str | None]], str]] = [
    # what, the source, its open alarms → the changes, and a part of their message
    ("well", WELL, {}, [], ""),
    ("dormant", replace(LOST, status="dormant"), {}, [("dormant", "open")], "answered 404"),
    ("dormant still", replace(LOST, status="dormant"), {"dormant": {}}, [], ""),
    ("a failure of another kind between", replace(LOST, status="active"), {"dormant": {}}, [], ""),
    ("works again", WELL, {"dormant": {}}, [("dormant", "resolved")], "it works again, after 1 d"),
    ("gone", replace(LOST, category="gone", status="gone"), {}, [("gone", "open")], "gone for good"),
    (
        "first dormant, then gone",
        replace(LOST, status="gone"),
        {"dormant": {}},
        [("dormant", "resolved"), ("gone", "open")],
        "it is gone now",
    ),
    ("blocked", replace(LOST, category="forbidden", status="blocked"), {}, [], ""),
    ("proposed", replace(LOST, proposed=("http://b.test/",)), {}, [("proposed", "open")], "edit 1"),
    ("proposed still", replace(LOST, proposed=("u",)), {"proposed": {"addresses": ["u"]}}, [], ""),
    ("another", replace(LOST, proposed=("v",)), {"proposed": {"addresses": ["u"]}}, [("proposed", None)], ""),
    ("accepted", WELL, {"proposed": {"addresses": ["u"]}}, [("proposed", "resolved")], "works again"),
    ("moved", replace(WELL, moves=(HERE,)), {}, [("moved", "open")], "token=***"),
    ("few links are left", SITE, {}, [("layout", "open")], "of the 20 links to stories that it had few are left"),
    ("no link is left", replace(SITE, links_found=0), {}, [("layout", "open")], "no links to stories any more"),
    ("few links for an hour", replace(SITE, links_lost_at=T - timedelta(hours=1)), {}, [], ""),
    ("few links, and its visits fail", replace(SITE, failures=1, category="temporary"), {}, [], ""),
    ("few links still", SITE, {"layout": {}}, [], ""),
    ("links again", replace(SITE, links_lost_at=None), {"layout": {}}, [("layout", "resolved")], "after 1 d"),
    ("pages that are no articles", replace(WELL, pages_unread=5), {}, [("layout", "open")], "last 5 pages"),
    ("four pages that are none", replace(WELL, pages_unread=4), {}, [], ""),
    ("no page was ever one", replace(WELL, pages_unread=9, last_new_at=None), {}, [], ""),
    ("pages still", replace(WELL, pages_unread=7), {"layout": {}}, [], ""),
    ("taken in", replace(WELL, active=False, moves=(TAKEN,)), {}, [("moved", "open")], "is source 2 now"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "source", "known", "expected", "message"), CASES, ids=[case[0] for case in CASES]
)
def test_changes(
    what: str,
    source: WatchedSource,
    known: dict[Kind, dict[str, object]],
    expected: list[tuple[str, str | None]],
    message: str,
) -> None:
    alarms = [
        OpenAlarm(kind=kind, opened_at=T - timedelta(days=1), source_id=1, detail=detail)
        for kind, detail in known.items()
    ]
    host_statuses = {"gazette.test": HostStatus(sources=1, failing=0)}
    changes = decide_changes([source], host_statuses, alarms, kinds=KINDS, now=T)
    assert [(change.kind, change.state) for change in changes] == expected
    assert message in " ".join(change.message for change in changes)
    assert "abc" not in json.dumps([[change.message, dict(change.detail)] for change in changes])


def test_a_host_that_is_down_has_no_alarm_for_each_of_its_sources() -> None:
    sources = [replace(LOST, source_id=number, status="dormant") for number in (1, 2, 3)]
    host_statuses = {"gazette.test": HostStatus(sources=3, failing=3)}
    assert decide_changes(sources, host_statuses, [], kinds=KINDS, now=T) == []


@dataclass
class Months:
    """Visits at given times, and the watch that checks their sources."""

    runner: TestRunner
    start: datetime = field(default_factory=lambda: utc_now() - timedelta(days=60))

    async def visit(self, *days: float) -> list[tuple[str, str, int | None]]:
        """Visit all sources once on each of these days; returns the events with their sources."""
        events = []
        for day in days:
            now = self.start + timedelta(days=day)
            visits: list[KeptVisit] = []
            runner = Runner(self.runner.writer, self.runner.settings, now=lambda: now, on_visit=visits.append)  # noqa: B023
            await runner.run(Wanted(requested_at=now))
            events += await self.check(now, visits)
        return events

    async def check(
        self, now: datetime, visits: Sequence[KeptVisit] | None = None
    ) -> list[tuple[str, str, int | None]]:
        """The events of a watch after these visits; None: of a watch that has just started."""
        watch = Watch(
            self.runner.path, self.runner.writer, AlarmSettings(), now=lambda: now, on_event=lambda event: None,
            on_message=lambda message: None,
        )  # fmt: skip
        for visited in visits or ():
            watch.visited(visited)
        events = await watch.check(everything=visits is None)
        return [(event.kind, event.state, event.source_id) for event in events]


async def test_a_move_is_reported_once_and_has_no_resolution(tmp_path: Path, web: Web) -> None:
    web.redirect("/feed.xml", web.url("new.test", "/news.xml"), host="old.test")
    web.serve("/news.xml", rss(*many(3)))
    async with open_runner(tmp_path, web) as runner:
        runner.add("old.test")
        months = Months(runner)
        assert await months.visit(0, 1) == []
        assert await months.visit(2) == [("moved", "open", 1)]
        assert await months.visit(3, 4) == [] and await months.check(utc_now()) == []
        assert runner.rows("SELECT kind, ended_at = created_at FROM event") == [("moved", 1)]
        [event] = runner.writer.do(lambda db: latest_events(db, limit=9))
        assert "it moved from http://old.test" in event.message and "permanent redirect in" in event.message
        assert "it moved from" in events_feed([event], now=T).decode()
        again = Change(kind="moved", state="open", source_id=1, detail=event.detail)  # by another process
        assert runner.writer.do(lambda db: keep_changes(db, [again], targets=(), now=T)) == []
        old = SourceAddress(
            address=web.url("old.test", "/feed.xml"), host=f"old.test:{web.port}", site="old.test"
        )
        runner.writer.do(lambda db: move_source(db, 1, old, why=BY_HAND, now=T))
        assert await months.check(utc_now()) == []  # a move by hand is not reported


async def test_a_merged_source_is_reported_too(tmp_path: Path, web: Web) -> None:
    web.redirect("/feed.xml", web.url("new.test", "/news.xml"), host="old.test")
    web.serve("/news.xml", rss(*many(3)))
    async with open_runner(tmp_path, web) as runner:
        runner.add("old.test")
        runner.add("new.test", "/news.xml")
        months = Months(runner)
        now = months.start
        for day in (0, 1, 2):  # without checks, as when the service was killed
            now = months.start + timedelta(days=day)
            await Runner(runner.writer, runner.settings, now=lambda: now).run(Wanted(requested_at=now))  # noqa: B023
        assert runner.rows("SELECT state FROM source") == ["retired", "active"]
        assert await months.check(utc_now()) == [("moved", "open", 1)]
        assert await months.check(utc_now()) == []


async def test_a_redirect_to_another_source_without_proof_is_reported(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(*many(9)[5:]), host="other.test")
    web.serve("/news.xml", rss(*many(3)))
    with_shell = "`newsdesk sources edit 1 --address"
    async with open_runner(tmp_path, web) as runner:
        runner.add("other.test")
        runner.add("new.test", "/news.xml")
        months = Months(runner)
        assert await months.visit(0) == []
        web.redirect("/feed.xml", web.url("new.test", "/news.xml"), host="other.test")
        changes = await months.visit(1, 2, 3, 4)
        assert [change for change in changes if change[0] != "gap"] == [("proposed", "open", 1)]
        events = runner.writer.do(lambda db: latest_events(db, limit=9))
        [event] = [event for event in events if event.kind == "proposed"]
        assert event.message.startswith("it redirects to source 2 (http") and with_shell in event.message
        web.serve("/feed.xml", rss(*many(9)[5:]), host="other.test")
        assert ("proposed", "resolved", 1) in await months.visit(5)


async def test_dormant_and_gone_are_reported_once_and_resolved(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(*many(3)))
    async with open_runner(tmp_path, web) as runner:
        runner.add("missing.test")
        runner.add("gone.test")
        months = Months(runner)
        await months.visit(0)
        web.serve("/feed.xml", status=404, host="missing.test")
        web.serve("/feed.xml", status=410, host="gone.test")
        events = await months.visit(1, 2, 3, 4, 14, 16, 17, 24)
        assert [one for one in events if one[0] != "failing"] == [
            ("gone", "open", 2),
            ("dormant", "open", 1),
        ]
        web.serve("/feed.xml", rss(*many(4)), host="missing.test")
        web.serve("/feed.xml", rss(*many(4)), host="gone.test")
        events = await months.visit(31, 32)
        assert sorted(one for one in events if one[0] != "failing") == [
            ("dormant", "resolved", 1),
            ("gone", "resolved", 2),
        ]


async def test_a_proposal_stays_open_until_it_is_settled(tmp_path: Path, web: Web) -> None:
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
        assert ("proposed", "open", 1) in await months.visit(16)
        message = runner.rows("SELECT message FROM event WHERE kind = 'proposed'")[0]
        assert message.startswith(f"its feed may be at {web.url('daily.test', '/news.xml')} now")
        assert await months.visit(17) == []
        web.serve("/feed.xml", rss(*many(60)[:4]))
        assert ("proposed", "resolved", 1) in await months.visit(25)
