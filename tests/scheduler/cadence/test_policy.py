"""The policy: the threshold decides, then each limit in its order. Times in seconds."""

from __future__ import annotations

from datetime import UTC, datetime
from math import isclose, sqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsdesk.scheduler.cadence.intervals import (
    LONGEST_SILENT_S,
    NORMAL_INTERVALS,
    SHORTEST_S,
    Intervals,
    intervals_of,
)
from newsdesk.scheduler.cadence.policy import (
    PolicyInputs,
    plan,
    safe_count,
    time_to_fill,
    time_to_threshold,
)
from newsdesk.scheduler.cadence.publication_profile import Observation
from newsdesk.scheduler.cadence.server_hints import ParsedHints
from newsdesk.storage.records.publication_profile import SLOTS, PublicationProfile

DAY, HOUR, MINUTE = 86400.0, 3600.0, 60.0
NOW = datetime(2026, 11, 24, 12, 7, 30, tzinfo=UTC).timestamp()  # a Tuesday


def profile(daily: float = 24.0, **fields: Any) -> PublicationProfile:
    """A source of so many stories a day, known for weeks, visited a second ago."""
    days = 20.0
    plain = {"stories": daily * (days + 1) - 0.5, "days": days, "read_at": NOW - 1, "new_at": NOW - 600}
    return PublicationProfile(**{**plain, "feed_size": 1000, **fields})


def threshold(daily: float, every_s: float) -> float:
    """The threshold at which a source of so many stories a day is visited after so many seconds."""
    return daily / DAY * every_s**2 / 2


SMALL = profile(240, feed_size=10)
NOON = ParsedHints(hours=frozenset({12}))

NOTHING = Observation()
OLD = profile(0.1, new_at=NOW - 31 * DAY)
FIFTY = profile(feed_size=50, read_at=NOW - 7200)


def burst(count: int, span: float) -> tuple[float, ...]:
    """The dates of so many stories, spread evenly over the last `span` seconds."""
    return tuple(NOW - span * (place + 1) / count for place in range(count))


SIX = (None,) * 6
RARE = {"threshold": 1e9}
ALL_HOURS = ParsedHints(hours=frozenset(range(24)))


def hint(seconds: float) -> dict[str, Any]:
    return {"parsed_hints": ParsedHints(floor_s=seconds)}


def at(daily: float, every_s: float, **fields: Any) -> dict[str, Any]:
    """Inputs with that threshold."""
    return {"threshold": threshold(daily, every_s), **fields}


CASES: list[tuple[str, PublicationProfile, Observation, dict[str, Any], float, str]] = [
    # what, profile, what the visit observed, inputs, minutes to the next visit, which limit decided
    ("threshold", profile(), NOTHING, {}, 60, "threshold"),
    ("a fourth of the stories, half as often", profile(6), NOTHING, {}, 120, "threshold"),
    ("four times the threshold, half as often", profile(), NOTHING, at(24, 7200), 120, "threshold"),
    ("window of ten", profile(240, feed_size=10), NOTHING, at(240, 3600), 15.5, "window"),
    ("window not known", profile(240, feed_size=0), NOTHING, at(240, 3600), 60, "threshold"),
    ("six new of ten in 600 s", profile(feed_size=10, read_at=NOW - 600), Observation(new=SIX), {}, 8.3, "window"),
    ("two new: no burst", profile(feed_size=10), Observation(new=(None,) * 2), at(24, 1200), 8.1, "threshold"),
    ("a gap", profile(read_at=NOW - 3600), Observation(new=(None,) * 2, entries=500, overlaps=False), {}, 5, "gap"),
    ("a burst began 8 min before", FIFTY, Observation(new=burst(20, 8 * MINUTE)), RARE, 12.5, "window"),
    ("so many in the whole time", FIFTY, Observation(new=burst(20, 120 * MINUTE)), RARE, 150, "window"),
    ("released together", FIFTY, Observation(new=burst(20, 1.0)), RARE, 12.5, "window"),
    ("undated", FIFTY, Observation(new=(None,) * 20), RARE, 150, "window"),
    ("three quarters new", FIFTY, Observation(new=(None,) * 37), RARE, 81, "window"),
    ("nearly all new", FIFTY, Observation(new=(None,) * 47), RARE, 15.3, "window"),
    ("all new but the last", FIFTY, Observation(new=(None,) * 50), RARE, 5, "shortest"),
    ("shortest", profile(), NOTHING, at(24, 60), 5, "shortest"),
    ("shortest before the window", profile(feed_size=4), Observation(new=(None,) * 9), {}, 5, "shortest"),
    ("longest", profile(0.1), NOTHING, {}, 6 * 60, "longest"),
    ("longest of 6 visits a day", profile(0.1), NOTHING, {**RARE, "intervals": intervals_of(6)}, 24 * 60, "longest"),
    ("longest of 48 visits a day", profile(0.1), NOTHING, {"intervals": intervals_of(48)}, 180, "longest"),
    ("longest as set", profile(0.1), NOTHING, {"intervals": intervals_of(6, longest_s=7200)}, 120, "longest"),
    ("silent", profile(0.1, new_at=NOW - 31 * DAY), NOTHING, RARE, 24 * 60, "silent"),
    ("silent with 1 visit a day", OLD, NOTHING, {**RARE, "intervals": intervals_of(1)}, 6 * 24 * 60, "silent"),
    ("silent, longest as set", OLD, NOTHING, {"intervals": intervals_of(24, longest_s=7200)}, 120, "silent"),
    ("no longer silent", profile(0.1, new_at=NOW - 31 * DAY), Observation(new=(None,)), RARE, 360, "longest"),
    ("new-source", profile(0.5, days=0.05, stories=0.0), NOTHING, {}, 30, "new-source"),
    ("server hint", profile(), NOTHING, hint(7200), 120, "server-hint"),
    ("a short server hint", profile(), NOTHING, hint(600), 60, "threshold"),
    ("a server hint of a week", profile(), NOTHING, hint(7 * DAY), 360, "server-hint"),
    ("a server hint against the window", SMALL, NOTHING, hint(DAY), 15.5, "window"),
    ("skipped until one", profile(), NOTHING, at(24, 1800, parsed_hints=NOON), 52.5, "skip-hours"),
    ("all day skipped", profile(), NOTHING, {"parsed_hints": ParsedHints(days=frozenset({1}))}, 360, "skip-hours"),
    ("skipped hours against the window", SMALL, NOTHING, at(240, 600, parsed_hints=NOON), 15.5, "skip-hours"),
    ("all hours skipped", profile(), NOTHING, {"parsed_hints": ALL_HOURS}, 60, "threshold"),
    ("jitter, early", profile(), NOTHING, {"jitter": 0.0}, 57, "threshold"),
    ("jitter, late", profile(), NOTHING, {"jitter": 1.0}, 63, "threshold"),
    ("jitter not below a server hint", profile(), NOTHING, {**hint(7200), "jitter": 0.0}, 120, "server-hint"),
    ("jitter not below the shortest", profile(), NOTHING, {"jitter": 0.0, "threshold": 1.0}, 5, "shortest"),
    ("jitter not beyond the window", SMALL, NOTHING, at(240, 3600, jitter=1.0), 15.5, "window"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_limits(case: tuple[str, PublicationProfile, Observation, dict[str, Any], float, str]) -> None:
    _, before, observed, fields, minutes, limit = case
    _, planned = plan(
        before, observed, PolicyInputs(**{"now": NOW, "threshold": threshold(24, 3600), **fields})
    )
    assert planned.limit == limit
    assert planned.after_s / MINUTE == pytest.approx(minutes, rel=0.03)


def test_a_feed_too_small_for_the_shortest_interval_is_at_risk() -> None:
    _, planned = plan(profile(3000, feed_size=5), Observation(), PolicyInputs(now=NOW, threshold=1e6))
    assert planned.after_s == SHORTEST_S and planned.at_risk


def test_a_steady_source_is_visited_by_the_square_root_of_its_rate() -> None:
    for rate in (1e-6, 1e-4, 1e-2):
        for cost in (1.0, 500.0, 1e5):
            wanted = sqrt(2 * cost / rate)
            assert isclose(time_to_threshold([rate] * SLOTS, NOW, cost, 1e9), wanted, rel_tol=1e-9)


def test_visits_are_frequent_by_day_and_rare_in_quiet_hours() -> None:
    by_slot = [0.001 if slot % 24 in range(7, 19) else 1e-7 for slot in range(SLOTS)]
    evening, morning = NOW + 8 * HOUR, NOW - 4 * HOUR
    assert time_to_threshold(by_slot, evening, 1000.0, DAY) > 8 * HOUR
    assert time_to_threshold(by_slot, morning, 1000.0, DAY) < 0.5 * HOUR


def waited(by_slot: list[float], span: float) -> float:
    """D(now, now + span), added up in steps that end with the hour. Within one the integrand is a straight
    line, so that its middle is exact, however steep the step from one hour to the next."""
    ends = [u for u in (HOUR * n - NOW % HOUR for n in range(1, 24 * 10 + 1)) if u < span] + [span]
    steps = zip([0.0, *ends], ends, strict=False)
    return sum(by_slot[_slot(NOW + (u + v) / 2)] * (span - (u + v) / 2) * (v - u) for u, v in steps)


def _slot(at: float) -> int:
    day = datetime.fromtimestamp(at, UTC)
    return 24 * (day.weekday() >= 5) + day.hour


@settings(max_examples=50)
@given(by_slot=st.lists(st.floats(1e-7, 1e-2), min_size=SLOTS, max_size=SLOTS), cost=st.floats(1, 1e5))
def test_the_wait_is_the_documented_integral(by_slot: list[float], cost: float) -> None:
    span = time_to_threshold(by_slot, NOW, cost, 10 * DAY)
    if span == 10 * DAY:
        assert waited(by_slot, span) <= cost * (1 + 1e-6)
    else:
        assert waited(by_slot, span) == pytest.approx(cost, rel=1e-6)


def test_a_threshold_of_almost_zero_is_reached_at_once() -> None:
    for rate, cost in ((0.0, 0.0), (1e-3, 0.0), (1e-320, 1e-314)):
        assert time_to_threshold([rate] * SLOTS, NOW, cost, DAY) < HOUR
    assert time_to_threshold([0.0] * SLOTS, NOW, 1e-300, DAY) == DAY


@pytest.mark.parametrize("window", [1, 2, 10, 100, 5000])
def test_half_a_feed_holds_the_expected_stories_and_more(window: int) -> None:
    count = safe_count(window)
    assert isclose(count + 1.5 * sqrt(count), window / 2)


def test_the_window_is_computed_with_the_busiest_hour() -> None:
    by_slot = [0.0001] * SLOTS
    by_slot[14] = 0.01
    assert time_to_fill(by_slot, NOW, 30.0, DAY) == pytest.approx(112.5 * MINUTE)  # at two the rush begins
    assert time_to_fill([0.01] * SLOTS, NOW, 30.0, DAY) == pytest.approx(3000)
    assert time_to_fill([1e-9] * SLOTS, NOW, 30.0, DAY) == DAY


profiles = st.builds(
    PublicationProfile,
    read_at=st.floats(NOW - 1000 * DAY, NOW + DAY),
    stories=st.floats(0, 1e5),
    days=st.floats(0, 25),
    recent=st.floats(0, 1e4),
    recent_expected=st.floats(0, 1e4),
    expected_since_new=st.floats(0, 1e4),
    feed_size=st.integers(0, 5000),
    new_at=st.one_of(st.none(), st.floats(0, 1e10)),
)
observations = st.builds(
    Observation,
    new=st.lists(st.one_of(st.none(), st.floats(-1e10, 1e10)), max_size=30).map(tuple),
    entries=st.one_of(st.none(), st.integers(0, 5000)),
    overlaps=st.booleans(),
    failed=st.booleans(),
)
parsed_hints = st.builds(
    ParsedHints,
    floor_s=st.floats(0, 1e9),
    every_s=st.floats(0, 1e9),
    base=st.floats(-1e10, 1e10),
    hours=st.frozensets(st.integers(0, 23)),
    days=st.frozensets(st.integers(0, 6)),
)


@settings(max_examples=150)
@given(
    before=st.one_of(st.none(), profiles),
    observed=observations,
    cost=st.floats(0, 1e12),
    jitter=st.floats(0, 1),
    hint=parsed_hints,
    shortest=st.floats(60, 3600),
)
def test_any_input_gives_a_visit_within_the_limits(
    before: PublicationProfile | None,
    observed: Observation,
    cost: float,
    jitter: float,
    hint: ParsedHints,
    shortest: float,
) -> None:
    inputs = PolicyInputs(
        now=NOW, threshold=cost, jitter=jitter, parsed_hints=hint, intervals=Intervals(shortest_s=shortest)
    )
    updated, planned = plan(before, observed, inputs)
    silent = updated.new_at is None or NOW - updated.new_at > 30 * DAY
    longest = LONGEST_SILENT_S if silent else NORMAL_INTERVALS.longest_s
    assert shortest <= planned.after_s <= longest * 1.05
    if planned.limit in ("server hint", "skip-hours", "new-source"):
        assert planned.after_s <= NORMAL_INTERVALS.longest_s * 1.05


@settings(max_examples=100)
@given(before=profiles, observed=observations, cost=st.floats(1, 1e8), more=st.floats(1, 100))
def test_a_higher_threshold_never_brings_a_visit_sooner(
    before: PublicationProfile, observed: Observation, cost: float, more: float
) -> None:
    sooner, later = (
        plan(before, observed, PolicyInputs(now=NOW, threshold=each))[1].after_s
        for each in (cost, cost * more)
    )
    assert sooner <= later * (1 + 1e-9)
