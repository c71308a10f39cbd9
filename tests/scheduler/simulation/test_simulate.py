"""Simulation of other settings with the stored history of the sources."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsdesk.command_line import newsdesk
from newsdesk.scheduler.cadence.hourly_profile import DAY_S, HOUR_S
from newsdesk.scheduler.simulation.simulate import (
    Choice,
    Simulated,
    first_visits,
    insufficient_history,
    simulate,
)
from newsdesk.storage.db.database import reading
from newsdesk.storage.records.publication_profile import History
from newsdesk.storage.sources.history import find_histories
from tests.support.feeds import Item, rss
from tests.support.runner import open_runner
from tests.support.web import Web

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()  # a Monday


def history(number: int, *hours: float, window: int = 20, **fields: int | str | None) -> History:
    """A source with a story so many hours after NOON."""
    times = tuple(NOON + hour * HOUR_S for hour in hours)
    return History(
        source_id=number, name=f"s{number}", host=f"h{number}", window=window, times=times, **fields
    )  # type: ignore[arg-type]


def simulated(*histories: History, hours: float, delay_s: float = 0.0, **fields: object) -> Simulated:
    return simulate(
        histories,
        Choice(name="simulated", **fields),  # type: ignore[arg-type]
        since=NOON,
        until=NOON + hours * HOUR_S,
        gap_of=lambda host: delay_s,
        random=random.Random(1).random,
    )


def test_hourly_visits() -> None:
    """A story at noon is history; of three within an hour a feed of two shows the last two."""
    done = simulated(history(1, 0, 0.5, 1.1, 1.2, 1.3, 2.75, window=2), hours=4.5, every_s=3600).all
    assert (done.found, done.lost) == (4, 1)
    assert done.visits_a_day == pytest.approx(5 / 4.5 * 24)
    assert done.mean_s is not None and round(done.mean_s / 60) == round((30 + 48 + 42 + 15) / 4)


@pytest.mark.parametrize(
    ("own", "choice", "daily"),
    [
        ({"every_s": 7200}, {}, 12),
        ({"cron": "30 6 * * *"}, {}, 1),
        ({"every_s": 7200}, {"every_s": 3600}, 12),
        ({"every_s": 7200}, {"every_s": 3600, "own": False}, 24),
    ],
)
def test_own_intervals_are_kept(own: dict[str, int | str], choice: dict[str, object], daily: int) -> None:
    done = simulated(history(1, -1, 1, **own), hours=240, **choice)
    assert done.by_source[0].visits_a_day == pytest.approx(daily, rel=0.11)


def test_budget_and_shortest_interval_are_respected() -> None:
    """Over a fortnight: the first days, in which no hours are known yet, cost more."""
    busy = history(1, *(hour / 12 for hour in range(24 * 12 * 14)), window=100)
    calm = history(2, *(hour * 8 for hour in range(42)))
    rich, poor = (simulated(busy, calm, hours=336, visits_a_day=budget).all for budget in (48.0, 12.0))
    assert rich.visits_a_day == pytest.approx(96, rel=0.1) and poor.visits_a_day < 0.4 * rich.visits_a_day
    assert rich.mean_s is not None and poor.mean_s is not None and rich.mean_s < poor.mean_s
    slow = simulated(busy, calm, hours=336, visits_a_day=48.0, shortest_s=3600.0)
    assert slow.by_source[0].visits_a_day <= 24.2
    assert slow.by_host["h1"] == slow.by_source[0].visits_a_day


def test_a_source_begins_with_its_history() -> None:
    late, early, silent = history(1, 100, 101), history(2, -5, 3), history(3)
    assert first_visits((late, early, silent), NOON) == (NOON + 100 * HOUR_S, NOON, NOON)
    done = simulated(late, early, silent, hours=124, every_s=3600)
    assert [round(each.visits_a_day) for each in done.by_source] == [25, 24, 24]


@pytest.mark.parametrize(
    ("hours", "days", "enough"),
    [
        (range(110), 5.0, True),
        (range(60), 5.0, False),
        ((), 9.0, False),
    ],
)
def test_insufficient_history_is_refused(hours: range, days: float, enough: bool) -> None:
    until = NOON + days * DAY_S
    problem = insufficient_history((history(1, *hours), history(2)), since=NOON, until=until)
    assert (problem is None) == enough
    assert enough or str(problem).startswith("too little history")


async def test_the_stored_history_is_replayed(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)

    def item(name: str, date: str | None) -> Item:
        return Item(title=f"Story {name}", link=f"http://daily.test/{name}", guid=name, date=date,
                    text=f"<p>Text of {name}.</p>")  # fmt: skip

    hours = [count / 2 for count in range(1, 121)]
    dated = [item(f"d{hour}", format_datetime(now - timedelta(hours=hour))) for hour in hours]
    web.serve("/feed", rss(*dated, item("old", None)), host="daily.test")
    web.serve("/feed", rss(), host="silent.test")
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", "/feed")
        runner.add("silent.test", "/feed", every_s=7200)
        runner.add("never.test", "/feed")
        await runner.crawl(1, 2)
        ahead = item("ahead", format_datetime(now + timedelta(days=3)))
        web.serve("/feed", rss(item("undated", None), ahead, *dated), host="daily.test")
        await runner.crawl(1)
        with reading(runner.path) as db:
            later = datetime.now(UTC)
            daily, silent = find_histories(db, since=now - timedelta(hours=24, minutes=1), until=later)
        expected = [now.timestamp() - hour * HOUR_S for hour in reversed(hours[:48])]
        assert list(daily.times[:48]) == expected
        assert len(daily.times) == 50 and all(now.timestamp() <= at for at in daily.times[48:])
        assert daily.window == 122
        stored = dict(runner.rows("SELECT id, title FROM story"))
        assert [stored[story] for story in daily.stories[:2]] == ["Story d24.0", "Story d23.5"]
        assert len(set(daily.stories)) == len(daily.times)
        assert (silent.times, silent.every_s) == ((), 7200)

        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("HOME", str(tmp_path))
        run: Callable[..., str] = lambda *options: CliRunner().invoke(newsdesk, ["simulate", *options]).output  # noqa: E731
        shown = run("--days", "3", "--verbose", "--every", "2h")
        assert "2 sources, 121 stories" in shown and "as given" in shown and "twice the visits" in shown
        choices = json.loads(run("--days", "3", "--json"))["choices"]
        assert [one["name"] for one in choices][:2] == ["now", "all hourly"]
        assert choices[1]["sources"][1]["visits_a_day"] == pytest.approx(24, rel=0.05)
        assert choices[0]["sources"][1]["visits_a_day"] == pytest.approx(12, rel=0.05)
        assert all(110 < one["found"] + one["lost"] <= 121 for one in choices)
        once = json.loads(run("--days", "3", "--no-count-once", "--json"))["choices"][:2]
        assert [(one["name"], one["count_once"]) for one in once] == [("now", True), ("as given", False)]
        assert run("--days", "1").startswith("too little history: 49 stories")
        assert "--min-interval 'soon'" in run("--min-interval", "soon")
