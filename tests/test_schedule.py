"""The policy in a small replay of `benchmarks.schedule`: fewer minutes at equal cost, the budget kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.schedule.policies import EntryFrequency, Oracle, ours
from benchmarks.schedule.replay import lost_anyway, replay
from benchmarks.schedule.report import figures, visits_a_day, weekly_deviation
from benchmarks.schedule.trace import DAY, HOUR, Source, make_trace, read_trace, write_trace
from scheduler.replay import Fixed

SOURCES = make_trace(3, count=16, days=28)


def test_stories_are_found_sooner_than_by_even_visits_at_the_same_cost() -> None:
    own = replay(SOURCES, ours(SOURCES))
    fixed = replay(SOURCES, Fixed())
    assert figures(SOURCES, own).mean < 0.45 * figures(SOURCES, fixed).mean
    assert weekly_deviation(own, 24.0) < 0.03
    assert figures(SOURCES, own).missed < 0.0015


def one(*times: float, window: int = 2) -> list[Source]:
    """A source with so many hours after the replay's start; the story before it opens the trace."""
    return [
        Source(name="s", host="h", window=window, times=[0.0, *(2 * DAY + hour * HOUR for hour in times)])
    ]


def test_the_replay_counts_what_fixed_visits_find_and_lose() -> None:
    """Hourly from the start: of three stories within an hour a feed of two shows the last two."""
    sources = one(0.5, 1.1, 1.2, 1.3, 2.75, 4.0)
    done = replay(sources, Fixed())
    assert [round(delay / 60) for _, delay in done.found[0]] == [30, 48, 42, 15, 0]
    assert done.lost == [[2]]
    assert len(done.visits[0]) == 5


def test_what_two_minute_polling_loses_too_is_known() -> None:
    sources = one(1.01, 1.015, 1.02, 2.0, 2.05, 2.1)
    assert lost_anyway(sources) == [{1}]
    assert replay(sources, Fixed(every_s=120.0)).lost == [[1]]


def test_entry_frequency_as_it_is_described() -> None:
    rule = EntryFrequency(factor=2.0)
    assert rule.visited(0, 10 * DAY, [9 * DAY], 1, True) == DAY  # a single story tells no distance
    assert rule.visited(0, 10 * DAY, [9.5 * DAY, 10 * DAY], 3, True) == DAY / 4
    assert rule.visited(0, 30 * DAY, [], 3, True) == DAY
    assert rule.visited(1, 0, [float(second) for second in range(60)], 60, False) == 300.0


def test_the_oracle_waits_for_what_is_there() -> None:
    sources = one(1.0, 1.5, 30.0)
    done = replay(sources, Oracle(sources=sources, price=2 * HOUR))
    assert [round((at - done.start) / HOUR, 2) for at in done.visits[0]][1] == 2.25  # 1.25 h + 0.75 h
    assert visits_a_day(done) == 0.0


def test_a_trace_comes_back_from_its_csv(tmp_path: Path) -> None:
    write_trace(SOURCES, tmp_path / "trace.csv")
    back = {source.name: source for source in read_trace(tmp_path / "trace.csv")}
    for source in SOURCES:
        if source.times:
            assert back[source.name].times == pytest.approx(source.times, abs=1)
            assert back[source.name].window == source.window


def test_a_trace_may_have_iso_moments_and_no_header(tmp_path: Path) -> None:
    path = tmp_path / "trace.csv"
    path.write_text("a,h,20,2026-11-24T12:00:00\nb,h,10,2026-11-24T14:00:00+02:00\na,h,20,0\n")
    assert [source.times for source in read_trace(path)] == [[0.0, 1795521600.0], [1795521600.0]]
