"""A week, and a month for what is dead: outages, moves, storms, renamed entries, jumps of the clock.

What the design says is asserted from the store, and from what the servers were asked. One life for all, since
the sources share a price; every source's behaviour has its test.
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
from tests.support.week import START, Feed, Life, at, living

HOUR = timedelta(hours=1)
JUMP, BACK = 7.0, 7.75  # days on which the clock is set: ten hours ahead, and two hours back
WEEK, MONTH, WOKEN = 8.25, 37.0, 22.0
LIVING = (
    "daily.test", "slow.test", "down.test", "reset.test", "moved.test", "storm.test", "renamed.test",
    "churn.test", "wishing.test", "cron.test", "every.test",
)  # fmt: skip
BURST = [at(5) + timedelta(minutes=count) for count in range(300)]


def feeds_of(web: Web) -> list[Feed]:
    moved = {"status": 301, "headers": {"Location": web.url("new-home.test", "/feed.xml")}}
    storm = {"status": 429, "headers": {"Retry-After": "7200"}}
    return [
        Feed(host="daily.test", every_h=2),
        Feed(host="slow.test", every_h=12),
        Feed(host="down.test", every_h=4, troubles=[(2, 5, {"status": 503})]),
        Feed(host="reset.test", every_h=4, troubles=[(2, 5, {"reset": True})]),
        Feed(host="moved.test", every_h=4, also="new-home.test", troubles=[(1, 99, moved)]),
        Feed(host="storm.test", every_h=3, troubles=[(3, 4, storm)]),
        Feed(
            host="renamed.test",
            every_h=4,
            guid=lambda time, now: f"{'new' if now >= at(4) else 'old'}-{time}",
        ),
        Feed(host="churn.test", every_h=6, guid=lambda time, now: f"{now}-{time}"),
        Feed(host="agency.test", every_h=4, window=10, more=BURST),
        Feed(host="wishing.test", every_h=2, window=100, extra="<ttl>300</ttl>"),
        Feed(host="cron.test", every_h=6, told={"cron": "30 6 * * *"}),
        Feed(host="every.test", every_h=6, told={"every_s": 21600}),
        Feed(host="silent.test"),
        Feed(host="dead.test", every_h=8, troubles=[(1, WOKEN, {"status": 404})]),
        Feed(host="gone.test", every_h=8, troubles=[(2, 99, {"status": 410})]),
        Feed(host="closed.test", every_h=8, troubles=[(1, 99, {"status": 403})]),
    ]


def pause(life: Life, *hosts: str) -> None:
    for source in [life.row(host, "id") for host in hosts]:
        life.runner.writer.do(lambda db, source=source: set_state(db, source, "paused", now=life.clock()))


async def live(folder: Path) -> Life:
    async with Web() as web, open_runner(folder, web, visits_a_day=5.0) as runner:
        async with living(runner, feeds_of(web)) as life:
            await life.until(JUMP)
            life.clock.now += 10 * HOUR
            await life.until(BACK)
            life.clock.now -= 2 * HOUR
            await life.until(WEEK)
            pause(life, *LIVING, "agency.test")
            await life.until(WOKEN + 8)
            pause(life, "dead.test", "silent.test")
            await life.until(MONTH)
        return life


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    return asyncio.run(live(tmp_path_factory.mktemp("week")))


def asked(life: Life, host: str, since: float = 0.0, until: float = 99.0) -> int:
    return len(life.asked(host, since, until))


def waits(life: Life, host: str, since: float = 0.0, until: float = 99.0) -> list[float]:
    """The hours between requests, but for those in which the clock was set."""
    return [
        (after - before) / HOUR
        for before, after in pairwise(life.asked(host, since, until))
        if not any(before <= at(jump) <= after for jump in (JUMP, BACK))
    ]


@pytest.mark.parametrize("host", LIVING)
def test_what_was_published_is_stored_and_nobody_starves(life: Life, host: str) -> None:
    """Also through an outage of three days, and whatever the clock did."""
    assert (
        life.feeds[host].times and life.missed(host, -1, WEEK - (1.5 if host == "cron.test" else 0.5)) == []
    )
    told = life.row(host, "outcome_category", "failures", "failing_since")
    assert told == ("ok", 0, None)
    asked_at = life.feeds[host].also or host
    assert asked(life, asked_at, BACK, BACK + 9 / 24) or host == "cron.test"
    assert (
        asked(life, asked_at, JUMP + 10 / 24 - 0.001, JUMP + 10 / 24 + 0.003) <= 1
    )  # nothing to catch up on
    assert min(waits(life, asked_at)) > 5 * 0.9 / 60 or host in ("down.test", "reset.test")


def test_every_request_is_a_visit_of_the_store(life: Life) -> None:
    visits = dict(
        life.rows("SELECT name, count(*) FROM visit JOIN source ON source.id = source_id GROUP BY source_id")
    )
    for host, count in visits.items():
        moved = asked(life, "moved.test", 0, 1) + asked(life, "new-home.test") if host == "moved.test" else 0
        assert count == (moved or asked(life, host)), host


@pytest.mark.parametrize("host", ["down.test", "reset.test"])
def test_an_outage_of_three_days_is_waited_for(life: Life, host: str) -> None:
    """One try after a minute or three, then by chance, up to six hours; after it as before."""
    tries = waits(life, host, 2, 5)
    assert 1 / 60 <= tries[0] <= 3.1 / 60 and all(1 / 13 <= wait <= 6.01 for wait in tries[1:])
    assert 12 <= len(tries) <= 40
    assert asked(life, host, 5, 5 + 6.1 / 24) >= 1
    assert asked(life, host, 5.5, 7) <= 1.5 * asked(life, host, 0.5, 2) + 1


def test_a_move_is_believed_after_two_days(life: Life) -> None:
    [(moved_at, address)] = life.rows("SELECT moved_at, new_address FROM source_move")
    assert address == life.row("moved.test", "address") and "new-home.test" in address
    first = life.asked("moved.test", 1)[0]
    assert 48 * HOUR <= from_iso(moved_at) - first <= 55 * HOUR
    assert [when for when in life.asked("moved.test") if when > from_iso(moved_at)] == []
    assert asked(life, "new-home.test", 4) > 10


def test_no_request_comes_before_the_retry_after_is_over(life: Life) -> None:
    """The server's own log: each of its 429 asked for two hours."""
    during = life.asked("storm.test", 3, 4)
    after = [when for when in life.asked("storm.test") if when > during[-1]]
    assert len(during) >= 2
    assert all(later - before >= 2 * HOUR for before, later in pairwise([*during, after[0]]))
    share = life.rows("SELECT share FROM host WHERE host LIKE 'storm.test:%'")[0]
    assert 0 < share <= 0.5


@pytest.mark.parametrize("host", ["renamed.test", "churn.test"])
def test_renamed_entries_are_no_flood(life: Life, host: str) -> None:
    until = max(life.asked(host))
    published = [time for time in life.feeds[host].times if time <= until]
    first = life.asked(host)[0]
    window = [time for time in published if time <= first][-life.feeds[host].window :]
    expected = len(window) + sum(time > first for time in published)
    assert life.rows("SELECT count(*) FROM story WHERE url LIKE ?", f"http://{host}/%") == [expected]
    assert life.rows("SELECT count(*) FROM revision") == [0]
    assert asked(life, host, 4, 7) <= 1.4 * asked(life, host, 1, 4)
    assert life.row(host, "gap_count") == 0


def test_a_burst_that_a_small_document_cannot_hold_is_told_and_followed(life: Life) -> None:
    """Sixty an hour in ten entries, after a week of six a day: what went by before the first visit is lost
    and told as a gap; then each visit comes in time."""
    missed = life.missed("agency.test", -1, WEEK - 0.5)
    visits = [when for when in life.asked("agency.test") if BURST[0] <= when <= BURST[-1]]
    assert life.row("agency.test", "gap_count") >= 1
    assert all(BURST[0] <= time < visits[3] for time in missed)
    followed = [(after - before) / HOUR for before, after in pairwise(visits[3:])]
    assert len(followed) > 10 and max(followed) <= 6 / 60
    assert asked(life, "agency.test", 6, 7) <= 80


def test_wishes_and_intervals_of_their_own_are_kept(life: Life) -> None:
    assert all(5 <= wait <= 6.4 for wait in waits(life, "wishing.test")[1:])
    assert all(wait == pytest.approx(6, abs=0.01) for wait in waits(life, "every.test"))
    assert {f"{when:%H:%M}" for when in life.asked("cron.test", 0.1, JUMP)} == {"06:30"}
    assert asked(life, "cron.test", 0.1, JUMP) == 7
    assert max(waits(life, "silent.test")) <= 24 * 1.06


def test_what_is_missing_goes_dormant_and_wakes(life: Life) -> None:
    """404: after an hour, six, a day, then daily; after two weeks weekly; found again when it is back."""
    tries = waits(life, "dead.test", 1, WOKEN)
    steps = [*zip(tries, (1.0, 6.0, 24.0, 24.0, 24.0), strict=False)]
    assert all(step * 0.94 <= wait <= step * 1.06 for wait, step in steps)
    first = (life.asked("dead.test", 1)[0] - START) / (24 * HOUR)
    dormant = life.asked("dead.test", first + 14, WOKEN)
    assert len(dormant) <= 2
    assert life.row("closed.test", "standing") == "blocked" and life.row("gone.test", "standing") == "gone"
    assert life.row("dead.test", "standing") == "active"
    back = life.asked("dead.test", WOKEN)
    assert (back[0] - at(WOKEN)) <= timedelta(days=7.5)
    assert len(back) >= 2 and back[1] - back[0] <= 6.4 * HOUR
    assert life.row("dead.test", "outcome_category", "failures") == ("ok", 0)


@pytest.mark.parametrize(
    ("host", "since", "steps", "month"),
    [
        ("gone.test", 2, (24, 24), 4),  # then monthly
        ("closed.test", 1, (6, 24, 24, 24), 13),  # daily for a week, then weekly
    ],
)
def test_who_says_no_is_asked_less_and_less(
    life: Life, host: str, since: float, steps: tuple[float, ...], month: int
) -> None:
    tries = waits(life, host, since)[: len(steps)]
    assert tries == [pytest.approx(step, rel=0.06) for step in steps]
    assert asked(life, host, since) <= month
    assert life.rows("SELECT outcome FROM source WHERE name = ? AND state = 'active'", host)
