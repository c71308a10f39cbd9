"""Twelve scripted challenges, on a simulated clock and a real server: the exact outcome of each, no story changed, no
address moved, and no request more often than the schedule for challenges says (issue 15, point 6)."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from newsdesk.scheduler.cadence.failures import plan_retry
from newsdesk.scheduler.run.runner import Runner
from newsdesk.storage.db.timestamps import from_iso
from newsdesk.storage.hosts.leases import Wanted
from newsdesk.storage.pages.due import request_pages
from tests.crawler.challenges.scripted import TWELVE, Scripted
from tests.support.articles import article
from tests.support.feeds import Item, rss
from tests.support.runner import TestRunner, open_runner
from tests.support.web import Web
from tests.support.week import Clock, Feed, SimulatedWeeks, at, running_weeks

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEGIN, END, LAST = 1.0, 12.0, 21.0  # days: challenged for eleven days, then as before


def serve(web: Web, one: Scripted, host: str, path: str) -> None:
    """Let a path answer with a challenge; one that redirects has its page on the same host."""
    if one.to is None:
        headers = {name: value for name, value in one.headers if name != "Content-Type"}
        web.serve(
            path, one.body, host=host, status=one.status, type="text/html; charset=utf-8", headers=headers
        )
    else:
        web.redirect(path, web.url(host, one.to), one.status, host=host)
        web.serve(one.to, one.body, host=host, type="text/html; charset=utf-8")


def feed_of(web: Web, one: Scripted) -> Feed:
    host = f"{one.name}.test"
    response: dict[str, Any] = {"status": one.status, "headers": dict(one.headers), "type": None}
    if one.to is not None:
        response["headers"] = {"Location": web.url(host, one.to)}
        web.serve(one.to, one.body, host=host, type="text/html; charset=utf-8")
    return Feed(
        host=host,
        every_h=2,
        window=200,
        disturbances=[(BEGIN, END, {**response, "body": one.body})],
        source_fields={"every_s": 10800},  # its own interval is no reason to request it sooner
    )


async def simulate(folder: Path) -> tuple[SimulatedWeeks, dict[str, list[Any]]]:
    async with Web() as web, open_runner(folder, web) as runner:
        async with running_weeks(runner, [feed_of(web, one) for one in TWELVE]) as weeks:
            await weeks.until(BEGIN)
            before = stories(weeks)
            await weeks.until(END)
            during = stories(weeks)
            outcomes = {
                one.name: weeks.row(f"{one.name}.test", "outcome", "status", "moved_to") for one in TWELVE
            }
            await weeks.until(LAST)
        return weeks, {"before": before, "during": during, "outcomes": [outcomes]}


def stories(weeks: SimulatedWeeks) -> list[Any]:
    return weeks.rows(
        "SELECT story.id, url, title, text, changed_at FROM story JOIN story_body ON story_id = id ORDER BY id"
    )


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> tuple[SimulatedWeeks, dict[str, list[Any]]]:
    return asyncio.run(simulate(tmp_path_factory.mktemp("challenges")))


def test_each_challenge_has_its_outcome(simulated: tuple[SimulatedWeeks, dict[str, list[Any]]]) -> None:
    weeks, seen = simulated
    found = dict(
        weeks.rows(
            "SELECT DISTINCT name, visit.outcome FROM visit JOIN source ON source.id = source_id"
            " WHERE visit.outcome_category = 'challenge'"
        )
    )
    assert found == {f"{one.name}.test": one.code for one in TWELVE}
    for one in TWELVE:
        assert seen["outcomes"][0][one.name] == (one.code, "blocked", None)
    messages = weeks.rows("SELECT DISTINCT outcome_message FROM visit WHERE outcome = 'bot-challenge'")
    assert all("User-Agent 'newsdesk-test/1.0 (+https://newsdesk.test/)'" in message for message in messages)
    assert {one.product for one in TWELVE if one.code == "bot-challenge"} <= {
        message.split("bot challenge of ")[1].split(",")[0] for message in messages
    }


def test_no_story_is_changed_and_none_is_made_of_a_challenge(
    simulated: tuple[SimulatedWeeks, dict[str, list[Any]]],
) -> None:
    weeks, seen = simulated
    assert seen["before"] and seen["during"] == seen["before"]
    assert weeks.rows("SELECT count(*) FROM revision") == [0]
    urls = weeks.rows("SELECT count(*), count(DISTINCT url) FROM story")[0]
    assert urls[0] == urls[1]


def test_no_source_moves(simulated: tuple[SimulatedWeeks, dict[str, list[Any]]]) -> None:
    """Two of them redirect permanently, in more visits and for longer than a move needs."""
    weeks, _ = simulated
    assert weeks.rows("SELECT count(*) FROM source_move") == [0]
    assert weeks.rows("SELECT count(*) FROM source WHERE proposed_addresses <> '[]'") == [0]
    assert weeks.rows("SELECT count(*) FROM source WHERE address NOT LIKE '%/feed.xml'") == [0]


@pytest.mark.parametrize("one", TWELVE, ids=lambda one: one.name)
def test_no_request_is_sooner_than_the_schedule_says(
    simulated: tuple[SimulatedWeeks, dict[str, list[Any]]], one: Scripted
) -> None:
    weeks, _ = simulated
    times = weeks.request_times(f"{one.name}.test", BEGIN, END)
    assert 5 <= len(times) <= 14
    for place, (before, after) in enumerate(pairwise(times), 1):
        planned = plan_retry(
            "challenge",
            failures=place,
            failing_s=(before - times[0]) / timedelta(seconds=1),
            interval_s=10800,
            jitter=0.0,
        )
        assert (after - before) / timedelta(seconds=1) >= planned.after_s - 0.1, (place, before, after)


@pytest.mark.parametrize("one", TWELVE, ids=lambda one: one.name)
def test_afterwards_all_is_as_before(
    simulated: tuple[SimulatedWeeks, dict[str, list[Any]]], one: Scripted
) -> None:
    weeks, _ = simulated
    host = f"{one.name}.test"
    assert weeks.missed(host, 0, LAST - 0.5) == []
    assert weeks.row(host, "outcome_category", "status", "failures") == ("ok", "active", 0)


class Pages:
    """A feed whose article pages are challenged: visited every few simulated hours."""

    def __init__(self, runner: TestRunner, host: str) -> None:
        self.runner, self.host, self.clock = runner, host, Clock()
        self.requests: list[tuple[datetime, str]] = []

    def publish(self, count: int) -> None:
        items = [
            Item(
                title=f"What the council of ward {number} decided about its ferry",
                link=self.runner.web.url(self.host, f"/news/{number}"),
                text=f"<p>A short summary of the decision of ward {number}.</p>",
                date=None,
            )
            for number in reversed(range(count))
        ]
        self.runner.web.serve("/feed.xml", rss(*items), host=self.host)

    async def hours(self, count: int = 1) -> None:
        self.clock.now += count * HOUR
        read = len(self.runner.web.log)
        await Runner(self.runner.writer, self.runner.settings, now=self.clock).run(
            Wanted(requested_at=self.clock(), due=True)
        )
        self.requests += [(self.clock.now, one.path) for one in self.runner.web.log[read:]]

    def page_requests(self) -> list[datetime]:
        times = [when for when, path in self.requests if path.startswith("/news/")]
        return list(dict.fromkeys(times))


@pytest.mark.parametrize("one", TWELVE, ids=lambda one: one.name)
async def test_pages_of_a_host_with_a_challenge_wait_together(tmp_path: Path, one: Scripted) -> None:
    """Forty stories whose pages are challenged, more of them each day: one page is requested at a time, by the
    schedule. The feed goes on as before."""
    async with Web() as web, open_runner(tmp_path, web) as runner:
        pages = Pages(runner, "paper.test")
        runner.add("paper.test", full_text=True, every_s=3600, now=pages.clock())
        web.serve("/robots.txt", b"", host="paper.test", type="text/plain")
        for number in range(80):
            serve(web, one, "paper.test", f"/news/{number}")
        pages.publish(40)
        for step in range(24):
            pages.publish(40 + step)
            await pages.hours(3)
        visits = runner.rows("SELECT DISTINCT outcome, outcome_category FROM visit WHERE page_id IS NOT NULL")
        assert visits == [(one.code, "challenge")]
        assert runner.rows("SELECT count(*) FROM story") == [63]
        assert runner.rows("SELECT count(*) FROM revision") == [0]
        assert runner.rows("SELECT count(*) FROM story_body WHERE text NOT LIKE 'A short summary%'") == [0]
        times = pages.page_requests()
        if one.code != "login-page":  # which concerns its own page only
            assert [round((after - before) / HOUR) for before, after in pairwise(times)] == [6, 12, 24, 24]
        for number in range(80):
            text = (
                f"The whole text of ward {number}, at a length that a newspaper prints on its second page. "
                * 9
            )
            web.serve(
                f"/news/{number}",
                article(f"Ward {number}", text),
                host="paper.test",
                type="text/html; charset=utf-8",
            )
        for _ in range(9):
            await pages.hours(3)
        given_up = runner.rows(
            "SELECT count(*) FROM page WHERE outcome_category = 'challenge' AND due_at IS NULL"
        )
        read = runner.rows("SELECT count(*) FROM page WHERE outcome = 'read'")
        assert [read[0] + given_up[0]] == runner.rows("SELECT count(*) FROM page")
        assert given_up[0] <= 2 or one.code == "login-page"
        assert runner.rows(
            "SELECT pages_challenges, pages_held_until FROM host WHERE host LIKE 'paper%'"
        ) == [(0, None)]


@pytest.mark.parametrize("one", TWELVE, ids=lambda one: one.name)
async def test_a_page_that_was_read_keeps_its_text(tmp_path: Path, one: Scripted) -> None:
    async with Web() as web, open_runner(tmp_path, web) as runner:
        pages = Pages(runner, "paper.test")
        runner.add("paper.test", full_text=True, now=pages.clock())
        web.serve("/robots.txt", b"", host="paper.test", type="text/plain")
        pages.publish(1)
        web.serve("/news/0", article("Ward 0"), host="paper.test", type="text/html; charset=utf-8")
        await pages.hours()
        kept = runner.rows("SELECT title, text, url FROM story JOIN story_body ON story_id = id")
        assert "harbour master" in kept[0][1]
        serve(web, one, "paper.test", "/news/0")
        address = web.url("paper.test", "/news/0")
        for _ in range(2):  # a person asks for it, twice: the hold of the host does not stop that
            pages.clock.now += HOUR
            named = runner.writer.do(lambda db: request_pages(db, [address], now=pages.clock()))
            await Runner(runner.writer, runner.settings, now=pages.clock).run(
                Wanted(requested_at=pages.clock(), sources=(), pages=named)
            )
        outcomes = runner.rows("SELECT outcome FROM visit WHERE page_id IS NOT NULL ORDER BY id")
        assert outcomes == ["read", one.code, one.code]
        assert runner.rows("SELECT title, text, url FROM story JOIN story_body ON story_id = id") == kept
        assert runner.rows("SELECT count(*) FROM revision") == [0]
        addresses = runner.rows(
            "SELECT count(*) FROM address WHERE url LIKE '%login%' OR url LIKE '%consent%'"
        )
        assert addresses == [0]


BOT = [one for one in TWELVE if one.code.startswith("bot-")]


@pytest.mark.parametrize("one", BOT, ids=lambda one: one.name)
async def test_a_challenged_robots_txt_allows_nothing(tmp_path: Path, one: Scripted) -> None:
    """Its rules are not known, so no page is requested, and it is requested by the schedule only."""
    async with Web() as web, open_runner(tmp_path, web) as runner:
        pages = Pages(runner, "paper.test")
        runner.add("paper.test", full_text=True, every_s=3600, now=pages.clock())
        serve(web, one, "paper.test", "/robots.txt")
        pages.publish(5)
        for _ in range(10):
            await pages.hours(3)
        robots = [when for when, path in pages.requests if path == "/robots.txt"]
        assert [round((after - before) / HOUR) for before, after in pairwise(robots)] == [6, 12]
        assert pages.page_requests() == []
        message = runner.rows("SELECT DISTINCT outcome_message FROM visit WHERE page_id IS NOT NULL")[0]
        assert (
            "the robots.txt of paper.test" in message and one.product is not None and one.product in message
        )
        assert runner.rows("SELECT DISTINCT outcome FROM visit WHERE page_id IS NOT NULL") == [one.code]


async def test_a_robots_txt_that_redirects_to_a_login_page_forbids_nothing(tmp_path: Path) -> None:
    """As before: such a site has no robots.txt."""
    login = TWELVE[-1]
    async with Web() as web, open_runner(tmp_path, web) as runner:
        pages = Pages(runner, "paper.test")
        runner.add("paper.test", full_text=True, now=pages.clock())
        serve(web, login, "paper.test", "/robots.txt")
        pages.publish(1)
        web.serve("/news/0", article("Ward 0"), host="paper.test", type="text/html; charset=utf-8")
        await pages.hours()
        assert runner.rows("SELECT outcome FROM visit WHERE page_id IS NOT NULL") == ["read"]


async def test_the_hold_of_a_host_is_stored(tmp_path: Path) -> None:
    """Another process, an hour later, does not request the pages either."""
    async with Web() as web, open_runner(tmp_path, web) as runner:
        pages = Pages(runner, "paper.test")
        runner.add("paper.test", full_text=True, now=pages.clock())
        web.serve("/robots.txt", b"", host="paper.test", type="text/plain")
        pages.publish(5)
        for number in range(5):
            serve(web, TWELVE[0], "paper.test", f"/news/{number}")
        await pages.hours()
        [(until, challenges)] = runner.rows(
            "SELECT pages_held_until, pages_challenges FROM host WHERE backlog_due_at = pages_held_until"
        )
        assert from_iso(until) - pages.clock.now == 6 * HOUR and challenges == 1
        assert at(0) < pages.clock.now
