"""A month of a newspaper without a feed, on a simulated clock: an outage, a redesign, a bot challenge."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from newsdesk.scheduler.alarms.watch import Watch
from newsdesk.scheduler.run.runner import Runner
from newsdesk.scheduler.settings import AlarmSettings
from newsdesk.storage.db.timestamps import from_iso
from newsdesk.storage.hosts.leases import Wanted
from newsdesk.storage.records.alarms import Event
from tests.support.papers.paper import HTML, MENU, SECTIONS, Paper, plain_list, scripted
from tests.support.runner import TestRunner, open_runner
from tests.support.web import Web
from tests.support.week import START, Clock, at

HOST = "paper.test"
HOURS = (6.5, 9, 11.5, 13, 16, 19.5)  # of each day at which a story is published
BEFORE = 9  # stories that are there at the start
OUTAGE = (8.3, 9.4)  # days from which to which every page fails
REDESIGN, READABLE = (
    14.4,
    15.6,
)  # its links are only in a script; then they are in the page again, in other places
CHALLENGE = (22.2, 23.1)
END = 30.0
STEPS = 10_000  # of two milliseconds, for what is due at one moment
CHALLENGE_PAGE = (
    '<!doctype html><html lang="en"><head><title>Just a moment...</title></head><body><h1>paper.test</h1>'
    "<p>Checking if the site connection is secure</p><div id='challenge-error-text'>Enable JavaScript and cookies"
    " to continue</div><script>window._cf_chl_opt={cType:'managed'}</script></body></html>"
)
DUE = (
    "SELECT min(at) FROM (SELECT max(next_visit_at, coalesce(blocked_until, '')) AS at"
    " FROM source JOIN host USING (host) UNION ALL SELECT max(page.due_at, coalesce(blocked_until, ''))"
    " FROM page JOIN host USING (host) WHERE page.due_at NOT NULL)"
)


@dataclass
class Month:
    paper: Paper
    runner: TestRunner
    clock: Clock
    events: list[Event] = field(default_factory=list)
    requests: list[tuple[datetime, str]] = field(default_factory=list)  # when, and the path
    _read: int = 0

    def publish(self) -> None:
        """Bring the server to the present time."""
        now, paper = self.clock.now, self.paper
        published = BEFORE + sum(time <= now for time in times())
        while len(paper.stories) < published:
            paper.publish(times()[len(paper.stories) - BEFORE].date())
        if now >= at(READABLE):
            paper.layout = plain_list
            paper.path_of = lambda day, slug: f"/article/{slug}-{len(paper.stories) + 48211}.html"
        elif now >= at(REDESIGN):
            paper.layout = scripted
        if at(OUTAGE[0]) <= now < at(OUTAGE[1]):
            paper.close("down", status=503, type="text/plain")
        elif at(CHALLENGE[0]) <= now < at(CHALLENGE[1]):
            paper.close(CHALLENGE_PAGE, status=403, type=HTML, headers={"cf-mitigated": "challenge"})
        else:
            paper.open()

    async def run(self, until: float) -> None:
        """Make each visit when it is due."""
        settings = AlarmSettings(webhook=None, client=self.runner.settings.session.client)
        watch = Watch(
            self.runner.path, self.runner.writer, settings, now=self.clock, on_event=self.events.append,
            on_message=lambda message: None,
        )  # fmt: skip
        at_work = Runner(self.runner.writer, self.runner.settings, now=self.clock, on_visit=watch.visited)
        wanted = Wanted(requested_at=self.clock(), due=True)
        running = asyncio.create_task(at_work.run(wanted, kind="service", stay_s=600.0))
        try:
            while (due := self._next()) <= at(until):
                self.clock.now = max(self.clock.now, due) + timedelta(milliseconds=1)
                self.publish()
                await self._step(at_work)
                await watch.check()
        finally:
            at_work.stop()
            await running

    async def _step(self, at_work: Runner) -> None:
        """Make all visits that are due now."""
        at_work.wake()
        for _ in range(STEPS):
            await asyncio.sleep(0.002)
            if self._next() > self.clock.now:
                break
        else:
            raise AssertionError(f"still due at {self.clock.now}")
        new = self.runner.web.log[self._read :]
        self._read += len(new)
        self.requests += [(self.clock.now, request.path) for request in new]

    def _next(self) -> datetime:
        return from_iso(self.runner.rows(DUE)[0])


def times() -> list[datetime]:
    """When stories are published."""
    return [at(day) + timedelta(hours=hour) for day in range(int(END) + 1) for hour in HOURS]


async def simulate(folder: Path) -> Month:
    async with Web() as web, open_runner(folder, web, visits_a_day=12.0) as runner:
        paper = Paper(web, HOST, shown=30)
        for back in range(BEFORE, 0, -1):
            paper.publish((START - timedelta(hours=12 * back)).date())
        month = Month(paper=paper, runner=runner, clock=Clock())
        month.publish()
        runner.add(HOST, "/", now=START, name=HOST, kind="site")
        await month.run(END)
        return month


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Month:
    return asyncio.run(simulate(tmp_path_factory.mktemp("month")))


def test_every_story_of_the_month_is_stored_once_and_none_of_the_menus(month: Month) -> None:
    last_visit = from_iso(month.runner.rows("SELECT max(started_at) FROM visit WHERE source_id NOT NULL")[0])
    published = [story.title for story in month.paper.stories]
    expected = published[: BEFORE + sum(time <= last_visit for time in times())]
    assert len(expected) > 180
    assert sorted(month.runner.rows("SELECT title FROM story")) == sorted(expected)
    assert month.runner.rows("SELECT count(*) FROM story WHERE merged_into NOT NULL") == [0]
    assert month.runner.rows("SELECT sum(new) FROM visit") == [len(expected)]


def test_no_menu_is_requested_again_and_again(month: Month) -> None:
    menus = [path for _, path in month.requests if path in {f"/{name}" for name in (*SECTIONS, *MENU)}]
    assert len(menus) == len(set(menus))


def test_the_redesign_is_found_within_a_day_and_resolved(month: Month) -> None:
    alarms = [(event.kind, event.state, event.created_at) for event in month.events if event.kind == "layout"]
    assert [(kind, state) for kind, state, _ in alarms] == [("layout", "open"), ("layout", "resolved")]
    opened, resolved = (when for *_, when in alarms)
    assert at(REDESIGN) < opened < at(REDESIGN + 1) and at(READABLE) < resolved < at(READABLE + 1)
    [message] = [event.message for event in month.events if (event.kind, event.state) == ("layout", "open")]
    assert message.startswith("it has no links to stories any more, for ")


def test_the_challenge_is_no_story_no_change_and_is_seldom_requested(month: Month) -> None:
    assert month.runner.rows("SELECT count(*) FROM revision") == [0]
    assert month.runner.rows("SELECT count(*) FROM source_move") == [0]
    assert len([when for when, _ in month.requests if at(CHALLENGE[0]) <= when < at(CHALLENGE[1])]) <= 12


def test_visits_follow_the_publication_profile(month: Month) -> None:
    """Neither a request an hour nor one a day."""
    in_a_quiet_week = [when for when, path in month.requests if path == "/" and at(1) <= when < at(8)]
    assert 7 * 4 <= len(in_a_quiet_week) <= 7 * 30
    [profile] = month.runner.rows("SELECT profile_stories / profile_days FROM source")
    assert 3 < profile < 9  # six stories a day
