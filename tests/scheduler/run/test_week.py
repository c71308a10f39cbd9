"""A simulated week, and a month of failing sources: outages, moves, 429s, renamed entries, clock changes.

The design is checked against the store and the requests of the servers. One simulation for all tests, since the
sources share a threshold.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from newsdesk.storage.db.timestamps import from_iso
from newsdesk.storage.sources.sources import set_state
from tests.support.runner import open_runner
from tests.support.web import Web
from tests.support.week import START, Feed, SimulatedWeeks, at, running_weeks

HOUR = timedelta(hours=1)
JUMP, BACK = 7.0, 7.75  # days on which the clock is set: ten hours ahead, and two hours back
WEEK, MONTH, WOKEN = 8.25, 37.0, 22.0
VISITS_A_DAY = 5.0
ALIVE = (
    "daily.test", "slow.test", "down.test", "reset.test", "moved.test", "storm.test", "renamed.test",
    "churn.test", "hinting.test", "cron.test", "every.test",
)  # fmt: skip
BURST = [at(5) + timedelta(minutes=count) for count in range(300)]


def feeds_of(web: Web) -> list[Feed]:
    moved = {"status": 301, "headers": {"Location": web.url("new-home.test", "/feed.xml")}}
    storm = {"status": 429, "headers": {"Retry-After": "7200"}}
    return [
        Feed(host="daily.test", every_h=2),
        Feed(host="slow.test", every_h=12),
        Feed(host="down.test", every_h=4, disturbances=[(2, 5, {"status": 503})]),
        Feed(host="reset.test", every_h=4, disturbances=[(2, 5, {"reset": True})]),
        Feed(host="moved.test", every_h=4, also="new-home.test", disturbances=[(1, 99, moved)]),
        Feed(host="storm.test", every_h=3, disturbances=[(3, 4, storm)]),
        Feed(
            host="renamed.test",
            every_h=4,
            guid=lambda time, now: f"{'new' if now >= at(4) else 'old'}-{time}",
        ),
        Feed(host="churn.test", every_h=6, guid=lambda time, now: f"{now}-{time}"),
        Feed(host="agency.test", every_h=4, window=10, more=BURST),
        Feed(host="hinting.test", every_h=2, window=100, extra="<ttl>300</ttl>"),
        Feed(host="cron.test", every_h=6, source_fields={"cron": "30 6 * * *"}),
        Feed(host="every.test", every_h=6, source_fields={"every_s": 21600}),
        Feed(host="silent.test"),
        Feed(host="dead.test", every_h=8, disturbances=[(1, WOKEN, {"status": 404})]),
        Feed(host="gone.test", every_h=8, disturbances=[(2, 99, {"status": 410})]),
        Feed(host="closed.test", every_h=8, disturbances=[(1, 99, {"status": 403})]),
    ]


def pause(weeks: SimulatedWeeks, *hosts: str) -> None:
    for source in [weeks.row(host, "id") for host in hosts]:
        weeks.runner.writer.do(lambda db, source=source: set_state(db, source, "paused", now=weeks.clock()))


async def simulate(folder: Path) -> SimulatedWeeks:
    async with Web() as web, open_runner(folder, web, visits_a_day=VISITS_A_DAY) as runner:
        async with running_weeks(runner, feeds_of(web)) as weeks:
            await weeks.until(JUMP)
            weeks.clock.now += 10 * HOUR
            await weeks.until(BACK)
            weeks.clock.now -= 2 * HOUR
            await weeks.until(WEEK)
            pause(weeks, *ALIVE, "agency.test")
            await weeks.until(WOKEN + 8)
            pause(weeks, "dead.test", "silent.test")
            await weeks.until(MONTH)
        return weeks


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> SimulatedWeeks:
    return asyncio.run(simulate(tmp_path_factory.mktemp("week")))


def count_requests(weeks: SimulatedWeeks, host: str, since: float = 0.0, until: float = 99.0) -> int:
    return len(weeks.request_times(host, since, until))


def waits(weeks: SimulatedWeeks, host: str, since: float = 0.0, until: float = 99.0) -> list[float]:
    """The hours between requests, without those in which the clock was changed."""
    return [
        (after - before) / HOUR
        for before, after in pairwise(weeks.request_times(host, since, until))
        if not any(before <= at(jump) <= after for jump in (JUMP, BACK))
    ]


@pytest.mark.parametrize("host", ALIVE)
def test_every_published_story_is_stored(weeks: SimulatedWeeks, host: str) -> None:
    """Also through an outage of three days and clock changes."""
    assert (
        weeks.feeds[host].times and weeks.missed(host, -1, WEEK - (1.5 if host == "cron.test" else 0.5)) == []
    )
    row = weeks.row(host, "outcome_category", "failures", "failing_since")
    assert row == ("ok", 0, None)
    requested_host = weeks.feeds[host].also or host
    assert count_requests(weeks, requested_host, BACK, BACK + 9 / 24) or host == "cron.test"
    assert (
        count_requests(weeks, requested_host, JUMP + 10 / 24 - 0.001, JUMP + 10 / 24 + 0.003) <= 1
    )  # no burst of visits
    assert min(waits(weeks, requested_host)) > 5 * 0.9 / 60 or host in ("down.test", "reset.test")


def test_every_request_is_a_visit_of_the_store(weeks: SimulatedWeeks) -> None:
    visits = dict(
        weeks.rows("SELECT name, count(*) FROM visit JOIN source ON source.id = source_id GROUP BY source_id")
    )
    for host, count in visits.items():
        requests = count_requests(weeks, host)
        if host == "moved.test":
            requests = count_requests(weeks, host, 0, 1) + count_requests(weeks, "new-home.test")
        assert count == requests, host


@pytest.mark.parametrize("host", ["down.test", "reset.test"])
def test_an_outage_of_three_days_is_retried_rarely(weeks: SimulatedWeeks, host: str) -> None:
    """One attempt after 1 to 3 min, then at random up to six hours; after the outage as before."""
    tries = waits(weeks, host, 2, 5)
    assert 1 / 60 <= tries[0] <= 3.1 / 60 and all(1 / 13 <= wait <= 6.01 for wait in tries[1:])
    assert 12 <= len(tries) <= 40
    assert count_requests(weeks, host, 5, 5 + 6.1 / 24) >= 1
    assert count_requests(weeks, host, 5.5, 7) <= 1.5 * count_requests(weeks, host, 0.5, 2) + 1


def test_a_permanent_redirect_moves_the_source_after_two_days(weeks: SimulatedWeeks) -> None:
    [(moved_at, address)] = weeks.rows("SELECT moved_at, new_address FROM source_move")
    assert address == weeks.row("moved.test", "address") and "new-home.test" in address
    first = weeks.request_times("moved.test", 1)[0]
    assert 48 * HOUR <= from_iso(moved_at) - first <= 55 * HOUR
    assert [when for when in weeks.request_times("moved.test") if when > from_iso(moved_at)] == []
    assert count_requests(weeks, "new-home.test", 4) > 10


def test_no_request_comes_before_the_retry_after_is_over(weeks: SimulatedWeeks) -> None:
    """By the server's log: each of its 429 responses asked for two hours."""
    during = weeks.request_times("storm.test", 3, 4)
    after = [when for when in weeks.request_times("storm.test") if when > during[-1]]
    assert len(during) >= 2
    assert all(later - before >= 2 * HOUR for before, later in pairwise([*during, after[0]]))
    share = weeks.rows("SELECT rate_share FROM host WHERE host LIKE 'storm.test:%'")[0]
    assert 0 < share <= 0.5


@pytest.mark.parametrize("host", ["renamed.test", "churn.test"])
def test_renamed_entries_are_not_new_stories(weeks: SimulatedWeeks, host: str) -> None:
    until = max(weeks.request_times(host))
    published = [time for time in weeks.feeds[host].times if time <= until]
    first = weeks.request_times(host)[0]
    window = [time for time in published if time <= first][-weeks.feeds[host].window :]
    expected = len(window) + sum(time > first for time in published)
    assert weeks.rows("SELECT count(*) FROM story WHERE url LIKE ?", f"http://{host}/%") == [expected]
    assert weeks.rows("SELECT count(*) FROM revision") == [0]
    assert count_requests(weeks, host, 4, 7) <= 1.4 * count_requests(weeks, host, 1, 4)
    assert weeks.row(host, "gap_count") == 0


def test_a_burst_in_a_small_feed_is_a_gap_and_is_then_followed(weeks: SimulatedWeeks) -> None:
    """Sixty an hour in ten entries, after a week of six a day: stories before the first visit are lost and
    recorded as a gap; then each visit is in time."""
    missed = weeks.missed("agency.test", -1, WEEK - 0.5)
    visits = [when for when in weeks.request_times("agency.test") if BURST[0] <= when <= BURST[-1]]
    assert weeks.row("agency.test", "gap_count") >= 1
    assert all(BURST[0] <= time < visits[3] for time in missed)
    followed = [(after - before) / HOUR for before, after in pairwise(visits[3:])]
    assert len(followed) > 10 and max(followed) <= 6 / 60
    assert count_requests(weeks, "agency.test", 6, 7) <= 80


def test_server_hints_and_own_intervals_are_respected(weeks: SimulatedWeeks) -> None:
    assert all(5 <= wait <= 6.4 for wait in waits(weeks, "hinting.test")[1:])
    assert all(wait == pytest.approx(6, abs=0.01) for wait in waits(weeks, "every.test"))
    assert {f"{when:%H:%M}" for when in weeks.request_times("cron.test", 0.1, JUMP)} == {"06:30"}
    assert count_requests(weeks, "cron.test", 0.1, JUMP) == 7
    assert max(waits(weeks, "silent.test")) <= 6 * 24 / VISITS_A_DAY * 1.06  # six mean intervals


def test_a_missing_feed_becomes_dormant_and_active_again(weeks: SimulatedWeeks) -> None:
    """404: after an hour, six, a day, then daily; after two weeks weekly; found again when it is back."""
    tries = waits(weeks, "dead.test", 1, WOKEN)
    steps = [*zip(tries, (1.0, 6.0, 24.0, 24.0, 24.0), strict=False)]
    assert all(step * 0.94 <= wait <= step * 1.06 for wait, step in steps)
    first = (weeks.request_times("dead.test", 1)[0] - START) / (24 * HOUR)
    dormant = weeks.request_times("dead.test", first + 14, WOKEN)
    assert len(dormant) <= 2
    assert weeks.row("closed.test", "status") == "blocked" and weeks.row("gone.test", "status") == "gone"
    assert weeks.row("dead.test", "status") == "active"
    back = weeks.request_times("dead.test", WOKEN)
    assert (back[0] - at(WOKEN)) <= timedelta(days=7.5)
    assert len(back) >= 2 and back[1] - back[0] <= 6.4 * HOUR
    assert weeks.row("dead.test", "outcome_category", "failures") == ("ok", 0)


@pytest.mark.parametrize(
    ("host", "since", "steps", "month"),
    [
        ("gone.test", 2, (24, 24), 4),  # then monthly
        ("closed.test", 1, (6, 24, 24, 24), 13),  # daily for a week, then weekly
    ],
)
def test_a_refusing_server_is_visited_less_and_less(
    weeks: SimulatedWeeks, host: str, since: float, steps: tuple[float, ...], month: int
) -> None:
    tries = waits(weeks, host, since)[: len(steps)]
    assert tries == [pytest.approx(step, rel=0.06) for step in steps]
    assert count_requests(weeks, host, since) <= month
    assert weeks.rows("SELECT outcome FROM source WHERE name = ? AND state = 'active'", host)
