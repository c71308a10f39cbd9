"""The policy in a small replay of `benchmarks.schedule`: fewer minutes at equal cost, the budget kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.schedule.newsroom import make_newsrooms
from benchmarks.schedule.policies import EntryFrequency, Knowing, Oracle, ours
from benchmarks.schedule.replay import lost_anyway, replay, span_of
from benchmarks.schedule.report import figures, visits_a_day, weekly_deviation
from benchmarks.schedule.sections import compare, without_shared
from benchmarks.schedule.trace import DAY, HOUR, START, Source, make_trace, read_trace, write_trace
from newsdesk.scheduler.cadence.publication_profile import Observation
from newsdesk.scheduler.simulation.replay import Fixed

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


def found(*times: float) -> Observation:
    return Observation(new=times, entries=len(times))


def test_the_replay_counts_stories_found_and_lost() -> None:
    """Hourly from the start: of three stories within an hour a feed of two shows the last two."""
    sources = one(0.5, 1.1, 1.2, 1.3, 2.75, 4.0)
    done = replay(sources, Fixed())
    assert [round(delay / 60) for _, delay in done.found[0]] == [30, 48, 42, 15, 0]
    assert done.lost == [[2]]
    assert len(done.visits[0]) == 5


def test_stories_that_two_minute_polling_loses_too() -> None:
    sources = one(1.01, 1.015, 1.02, 2.0, 2.05, 2.1)
    assert lost_anyway(sources) == [{1}]
    assert replay(sources, Fixed(every_s=120.0)).lost == [[1]]


def test_entry_frequency_as_in_its_paper() -> None:
    rule = EntryFrequency(factor=2.0)
    assert rule.visited(0, 10 * DAY, found(9 * DAY)) == DAY  # a single story gives no distance
    assert rule.visited(0, 10 * DAY, found(9.5 * DAY, 10 * DAY)) == DAY / 4
    assert rule.visited(0, 30 * DAY, found()) == DAY
    assert rule.visited(1, 0, found(*(float(second) for second in range(60)))) == 300.0


def test_the_oracle_visits_by_the_real_stories() -> None:
    sources = one(1.0, 1.5, 30.0)
    done = replay(sources, Oracle(sources=sources, threshold=2 * HOUR))
    assert [round((at - done.start) / HOUR, 2) for at in done.visits[0]][1] == 2.25  # 1.25 h + 0.75 h
    assert visits_a_day(done) == 0.0


def test_known_rates_are_visited_when_the_threshold_is_reached() -> None:
    """One story in its hour: at its end it waits half an hour, and a quarter more by a quarter past."""
    at = START + 2 * DAY
    source = Source(name="s", host="h", window=5, times=[], rates=[0.0] * 60 + [1.0] + [0.0] * 60)
    rule = Knowing(sources=[source], threshold=0.75 * HOUR)
    assert rule.visited(0, at + 11 * HOUR, found(at)) == 2.25 * HOUR
    assert rule.visited(0, at + 13 * HOUR, found()) == 6 * HOUR
    assert rule.visited(0, at + 40 * DAY, found()) == DAY  # long silent


def test_simulated_newspapers_are_reproducible_and_publish_their_rates() -> None:
    papers = make_newsrooms(4, count=29, days=28)
    assert papers == make_newsrooms(4, count=29, days=28)
    assert len({source.host for source in papers}) < len(papers)
    for source in papers:
        expected = sum(source.rates or [])
        assert len(source.times) == pytest.approx(expected, rel=0.2, abs=12), source.name
        assert source.times == sorted(source.times)


def test_counted_once_stories_of_section_feeds_are_found_sooner(capsys: pytest.CaptureFixture[str]) -> None:
    """At the same number of visits; without shared stories nothing changes."""
    papers = make_newsrooms(1, count=20, days=28)
    mean, _ = compare(papers, visits=24.0, shortest_s=300.0)
    assert mean > 0.02
    rows = [
        line.split() for line in capsys.readouterr().out.splitlines() if line.startswith(("each", "a story"))
    ]
    assert float(rows[0][-3]) == pytest.approx(float(rows[1][-3]), rel=0.03)
    each = without_shared(papers)
    assert replay(each, ours(each)) == replay(each, ours(each, count_once=False))


@pytest.mark.parametrize(
    ("head", "tail", "begins", "ends"),
    [
        ((), (), 2, 79.99),  # a whole trace, from two days on
        ((-900, -400, -30), (), 2, 79.99),  # old entries of the first documents
        ((), (400,), 2, 79.99),  # a date ahead
        ((-3,), (82,), -1, 82),  # no more than a slow start and end
    ],
)
def test_sparse_ends_of_a_trace_are_left_out(
    head: tuple[float, ...], tail: tuple[float, ...], begins: float, ends: float
) -> None:
    days = [*head, *(place / 100 for place in range(8000)), *tail]
    start, end = span_of([Source(name="s", host="h", window=9, times=[day * DAY for day in days])])
    assert (start / DAY, end / DAY) == (pytest.approx(begins, abs=1.7), pytest.approx(ends, abs=1.7))


def test_a_trace_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_trace(SOURCES, tmp_path / "trace.csv")
    back = {source.name: source for source in read_trace(tmp_path / "trace.csv")}
    for source in SOURCES:
        if source.times:
            assert back[source.name].times == pytest.approx(source.times, abs=1)
            assert back[source.name].window == source.window


def test_story_numbers_are_read_as_they_were_written(tmp_path: Path) -> None:
    papers = make_newsrooms(4, count=6, days=4)
    write_trace(papers, tmp_path / "trace.csv")
    back = {source.name: source for source in read_trace(tmp_path / "trace.csv")}
    assert [sorted(back[source.name].stories) for source in papers] == [sorted(one.stories) for one in papers]
    (tmp_path / "trace.csv").write_text("a,h,20,0,7\na,h,20,1\n")
    with pytest.raises(ValueError, match="a has 1 story numbers for 2 stories"):
        read_trace(tmp_path / "trace.csv")


def test_a_trace_may_have_iso_moments_and_no_header(tmp_path: Path) -> None:
    path = tmp_path / "trace.csv"
    path.write_text("a,h,20,2026-11-24T12:00:00\nb,h,10,2026-11-24T14:00:00+02:00\na,h,20,0\n")
    assert [source.times for source in read_trace(path)] == [[0.0, 1795521600.0], [1795521600.0]]
