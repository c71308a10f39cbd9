"""The price that spends the budget, and how it follows what was spent."""

from __future__ import annotations

from dataclasses import replace
from math import isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsdesk.scheduler.cadence.threshold import (
    Load,
    correction,
    due_for_solving,
    host_prices,
    load_of,
    replan,
    solve,
    visits_at,
)
from newsdesk.storage.records.publication_profile import PublicationProfile, ThresholdState

DAY, HOUR = 86400.0, 3600.0
NOW = 1_800_000_000.0


def source(daily: float, **told: float) -> PublicationProfile:
    return PublicationProfile(**{"at": NOW, "stories": daily * 21, "days": 20.0, "new_at": NOW, **told})  # type: ignore[arg-type]


MIXED = [source(0.02 * 1.08**place) for place in range(134)]  # to 570 a day


def test_the_budget_is_spent() -> None:
    loads = [load_of(profile, now=NOW) for profile in MIXED]
    for a_day in (6, 24, 96):
        budget = a_day * len(MIXED) / DAY
        assert isclose(visits_at(loads, solve(loads, budget)), budget, rel_tol=1e-6)


def test_what_cannot_be_spent_or_saved_is_the_end_of_the_range() -> None:
    loads = [load_of(profile, now=NOW) for profile in MIXED]
    cheapest, dearest = solve(loads, 1e9), solve(loads, 1e-9)
    assert isclose(visits_at(loads, cheapest), len(loads) / 300)
    assert isclose(visits_at(loads, dearest), len(loads) / 6 / HOUR, rel_tol=1e-6)
    assert solve([], 1.0) == cheapest


loads_of_any = st.lists(
    st.builds(
        Load,
        rate_limit=st.floats(1e-3, 1e6),
        shortest_s=st.floats(60, 300),
        longest_s=st.floats(300, 86400),
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=100, deadline=None)
@given(loads=loads_of_any, budget=st.floats(1e-6, 1), more=st.floats(1, 10))
def test_more_budget_is_never_a_higher_price(loads: list[Load], budget: float, more: float) -> None:
    threshold = solve(loads, budget)
    assert solve(loads, budget * more) <= threshold * (1 + 1e-9)
    assert visits_at(loads, threshold * 1.5) <= visits_at(loads, threshold) * (1 + 1e-9)


SOLVES: list[tuple[str, ThresholdState, float, bool]] = [
    # what, planner, seconds since it solved, whether it is time
    ("never solved", ThresholdState(threshold=1.0), 0, True),
    ("first hours, five minutes", ThresholdState(threshold=1.0, found_at=NOW, since=NOW), 300, False),
    ("first hours, ten minutes", ThresholdState(threshold=1.0, found_at=NOW, since=NOW), 600, True),
    ("later, ten minutes", ThresholdState(threshold=1.0, found_at=NOW, since=NOW - DAY), 600, False),
    ("later, three hours", ThresholdState(threshold=1.0, found_at=NOW, since=NOW - DAY), 3 * HOUR, True),
    ("the clock was set back", ThresholdState(threshold=1.0, found_at=NOW, since=NOW - DAY), -60, True),
]


@pytest.mark.parametrize(("what", "planner", "after", "due"), SOLVES, ids=[row[0] for row in SOLVES])
def test_when_it_is_solved(what: str, planner: ThresholdState, after: float, due: bool) -> None:
    assert due_for_solving(planner, NOW + after) is due


@pytest.mark.parametrize(
    ("aimed", "spent", "factor"),
    [(0, 0, 1.0), (1000, 1000, 1.0), (1000, 1100, 0.913), (1000, 5000, 0.85), (5000, 10, 1.15)],
)
def test_the_correction_is_bounded(aimed: float, spent: float, factor: float) -> None:
    assert correction(ThresholdState(threshold=1.0, aimed=aimed, spent=spent)) == pytest.approx(
        factor, abs=0.001
    )


def test_what_was_overspent_is_aimed_lower_until_it_fits() -> None:
    """A world that takes 8 % more visits than the model foretells."""
    budget = 24 * len(MIXED) / DAY
    planner, spent, now = ThresholdState(threshold=1.0), 0, NOW
    for _ in range(8 * 14):
        planner = replan(planner, MIXED, budget=budget, visits=spent, now=now)
        spent, now = round(planner.aim * 1.08 * 3 * HOUR), now + 3 * HOUR
    assert spent / (3 * HOUR) == pytest.approx(budget, rel=0.01)


def test_a_service_that_was_off_has_saved_nothing() -> None:
    planner = replan(ThresholdState(threshold=1.0), MIXED, budget=0.01, visits=0, now=NOW)
    later = replan(planner, MIXED, budget=0.01, visits=3, now=NOW + 9 * DAY)
    assert later.aim == pytest.approx(0.01)
    back = replan(later, MIXED, budget=0.01, visits=3, now=NOW)  # and the clock set back
    assert back.threshold > 0 and back.found_at == NOW


def test_dead_and_small_sources_are_counted_as_they_are() -> None:
    dear = load_of(source(50.0, window=10), now=NOW)  # type: ignore[arg-type]
    silent = load_of(source(0.01, new_at=NOW - 40 * DAY), now=NOW)
    quiet = load_of(replace(source(20.0), quiet=60.0), now=NOW)
    assert dear.longest_s < 1.5 * HOUR
    assert silent.longest_s == DAY
    assert quiet.interval_factor > 3 * load_of(source(20.0), now=NOW).interval_factor


def test_the_bursts_of_the_hour_make_no_visit_dearer() -> None:
    usual = load_of(source(20.0), now=NOW)
    assert load_of(replace(source(20.0), recent=60.0, expected=15.0), now=NOW) == usual
    assert (
        load_of(replace(source(20.0), recent=3.0, expected=15.0), now=NOW).interval_factor
        > 1.5 * usual.interval_factor
    )


def test_a_crowded_host_has_a_price_of_its_own() -> None:
    loads = {
        "video.test": [load_of(source(5.0), now=NOW)] * 2000,
        "daily.test": [load_of(source(5.0), now=NOW)],
    }
    own = host_prices(loads, threshold=100.0, most=lambda host: 0.4)
    assert list(own) == ["video.test"]
    assert visits_at(loads["video.test"], own["video.test"]) == pytest.approx(0.4)


def test_no_sources_have_a_price_too() -> None:
    assert replan(ThresholdState(threshold=1.0), [], budget=0.0, visits=0, now=NOW).threshold > 0
