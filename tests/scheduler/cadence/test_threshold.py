"""The threshold that uses the budget, and how it follows the visits that were made."""

from __future__ import annotations

from dataclasses import replace
from math import isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsdesk.scheduler.cadence.threshold import (
    Load,
    correction,
    find_thresholds,
    host_thresholds,
    is_due_for_solving,
    load_of,
    solve,
    visits_at,
)
from newsdesk.storage.records.publication_profile import PublicationProfile, ThresholdState

DAY, HOUR = 86400.0, 3600.0
NOW = 1_800_000_000.0


def source(daily: float, **fields: float) -> PublicationProfile:
    return PublicationProfile(
        **{"read_at": NOW, "stories": daily * 21, "days": 20.0, "new_at": NOW, **fields}
    )  # type: ignore[arg-type]


MIXED = [source(0.02 * 1.08**place) for place in range(134)]  # to 570 a day


def refreshed(state: ThresholdState, *, a_day: float, visits: int, now: float) -> ThresholdState:
    """The next state of sources on hosts of their own."""
    by_host = [(f"{place}.test", profile) for place, profile in enumerate(MIXED)]
    return find_thresholds(
        state, by_host, own=(), pooled=len(MIXED), visits_a_day=a_day, visits=visits, gap_of=lambda host: 1.0, now=now,
    )  # fmt: skip


def test_the_budget_is_used() -> None:
    loads = [load_of(profile, now=NOW) for profile in MIXED]
    for a_day in (6, 24, 96):
        budget = a_day * len(MIXED) / DAY
        assert isclose(visits_at(loads, solve(loads, budget)), budget, rel_tol=1e-6)


def test_an_impossible_budget_gives_the_end_of_the_range() -> None:
    loads = [load_of(profile, now=NOW) for profile in MIXED]
    least, greatest = solve(loads, 1e9), solve(loads, 1e-9)
    assert isclose(visits_at(loads, least), len(loads) / 300)
    assert isclose(visits_at(loads, greatest), len(loads) / 6 / HOUR, rel_tol=1e-6)
    assert solve([], 1.0) == least


loads_of_any = st.lists(
    st.builds(
        Load,
        interval_factor=st.floats(1e-3, 1e6),
        shortest_s=st.floats(60, 300),
        longest_s=st.floats(300, 86400),
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=100, deadline=None)
@given(loads=loads_of_any, budget=st.floats(1e-6, 1), more=st.floats(1, 10))
def test_more_budget_is_never_a_higher_threshold(loads: list[Load], budget: float, more: float) -> None:
    threshold = solve(loads, budget)
    assert solve(loads, budget * more) <= threshold * (1 + 1e-9)
    assert visits_at(loads, threshold * 1.5) <= visits_at(loads, threshold) * (1 + 1e-9)


SOLVES: list[tuple[str, ThresholdState, float, bool]] = [
    # what, state, seconds since the last computation, whether it is due
    ("never solved", ThresholdState(threshold=1.0), 0, True),
    ("first hours, five minutes", ThresholdState(threshold=1.0, found_at=NOW, since=NOW), 300, False),
    ("first hours, ten minutes", ThresholdState(threshold=1.0, found_at=NOW, since=NOW), 600, True),
    ("later, ten minutes", ThresholdState(threshold=1.0, found_at=NOW, since=NOW - DAY), 600, False),
    ("later, three hours", ThresholdState(threshold=1.0, found_at=NOW, since=NOW - DAY), 3 * HOUR, True),
    ("the clock was set back", ThresholdState(threshold=1.0, found_at=NOW, since=NOW - DAY), -60, True),
]


@pytest.mark.parametrize(("what", "state", "after", "due"), SOLVES, ids=[row[0] for row in SOLVES])
def test_when_it_is_due(what: str, state: ThresholdState, after: float, due: bool) -> None:
    assert is_due_for_solving(state, NOW + after) is due


@pytest.mark.parametrize(
    ("planned", "made", "factor"),
    [(0, 0, 1.0), (1000, 1000, 1.0), (1000, 1100, 0.913), (1000, 5000, 0.85), (5000, 10, 1.15)],
)
def test_the_correction_is_bounded(planned: float, made: float, factor: float) -> None:
    assert correction(
        ThresholdState(threshold=1.0, visits_planned=planned, visits_made=made)
    ) == pytest.approx(factor, abs=0.001)


def test_the_correction_converges_to_the_budget() -> None:
    """Where sources need 8 % more visits than predicted."""
    budget = 24 * len(MIXED) / DAY
    state, made, now = ThresholdState(threshold=1.0), 0, NOW
    for _ in range(8 * 14):
        state = refreshed(state, a_day=24, visits=made, now=now)
        made, now = round(state.target_rate * 1.08 * 3 * HOUR), now + 3 * HOUR
    assert made / (3 * HOUR) == pytest.approx(budget, rel=0.01)


def test_time_without_a_service_saves_no_visits() -> None:
    a_day = 0.01 * DAY / len(MIXED)
    state = refreshed(ThresholdState(threshold=1.0), a_day=a_day, visits=0, now=NOW)
    later = refreshed(state, a_day=a_day, visits=3, now=NOW + 9 * DAY)
    assert later.target_rate == pytest.approx(0.01)
    back = refreshed(later, a_day=a_day, visits=3, now=NOW)  # and the clock set back
    assert back.threshold > 0 and back.found_at == NOW


def test_silent_sources_and_small_feeds_are_counted_as_they_are() -> None:
    small = load_of(source(50.0, feed_size=10), now=NOW)  # type: ignore[arg-type]
    silent = load_of(source(0.01, new_at=NOW - 40 * DAY), now=NOW)
    quiet = load_of(replace(source(20.0), expected_since_new=60.0), now=NOW)
    assert small.longest_s < 1.5 * HOUR
    assert silent.longest_s == DAY
    assert quiet.interval_factor > 3 * load_of(source(20.0), now=NOW).interval_factor


def test_bursts_do_not_change_the_load() -> None:
    usual = load_of(source(20.0), now=NOW)
    assert load_of(replace(source(20.0), recent=60.0, recent_expected=15.0), now=NOW) == usual
    assert (
        load_of(replace(source(20.0), recent=3.0, recent_expected=15.0), now=NOW).interval_factor
        > 1.5 * usual.interval_factor
    )


def test_a_host_with_too_many_sources_has_its_own_threshold() -> None:
    loads = {
        "video.test": [load_of(source(5.0), now=NOW)] * 2000,
        "daily.test": [load_of(source(5.0), now=NOW)],
    }
    own = host_thresholds(loads, threshold=100.0, most=lambda host: 0.4)
    assert list(own) == ["video.test"]
    assert visits_at(loads["video.test"], own["video.test"]) == pytest.approx(0.4)


def test_without_sources_there_is_a_threshold_too() -> None:
    state = find_thresholds(
        ThresholdState(threshold=1.0), [], own=(), pooled=0, visits_a_day=24, visits=0, gap_of=lambda host: 1.0, now=NOW
    )  # fmt: skip
    assert state.threshold > 0
