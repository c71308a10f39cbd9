"""The policy: the price decides, then each limit in its order. Pure; times in seconds."""

from __future__ import annotations

from datetime import UTC, datetime
from math import isclose, sqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsdesk.scheduler.cadence.policy import (
    LONGEST_S,
    LONGEST_SILENT_S,
    SHORTEST_S,
    Terms,
    holds_for,
    plan,
    safe_count,
    waits_for,
)
from newsdesk.scheduler.cadence.publication_profile import Seen
from newsdesk.scheduler.cadence.server_hints import ParsedHints
from newsdesk.storage.records.publication_profile import SLOTS, PublicationProfile

DAY, HOUR, MINUTE = 86400.0, 3600.0, 60.0
NOW = datetime(2026, 11, 24, 12, 7, 30, tzinfo=UTC).timestamp()  # a Tuesday


def profile(daily: float = 24.0, **told: Any) -> PublicationProfile:
    """A source of so many stories a day, known for weeks, seen a second ago."""
    days = 20.0
    plain = {"stories": daily * (days + 1) - 0.5, "days": days, "at": NOW - 1, "new_at": NOW - 600}
    return PublicationProfile(**{**plain, "window": 1000, **told})


def threshold(daily: float, every_s: float) -> float:
    """The price that brings a source of so many stories a day back after so many seconds."""
    return daily / DAY * every_s**2 / 2


SMALL = profile(240, window=10)
NOON, TWO_HOURS = ParsedHints(hours=frozenset({12})), ParsedHints(floor_s=7200)

CASES: list[tuple[str, PublicationProfile, Seen, dict[str, Any], float, str]] = [
    # what, rhythm, what the visit saw, terms, minutes to the next visit, which limit decided
    ("price", profile(), Seen(), {}, 60, "price"),
    ("a fourth of the stories, half as often", profile(6), Seen(), {}, 120, "price"),
    ("four times the price, half as often", profile(), Seen(), {"threshold": threshold(24, 7200)}, 120, "price"),
    ("window of ten", profile(240, window=10), Seen(), {"threshold": threshold(240, 3600)}, 15.5, "window"),
    ("window not known", profile(240, window=0), Seen(), {"threshold": threshold(240, 3600)}, 60, "price"),
    ("six new of ten in 600 s", profile(window=10, at=NOW - 600), Seen(new=(None,) * 6), {}, 8.3, "window"),
    ("two new: no burst", profile(window=10), Seen(new=(None,) * 2), {"threshold": threshold(24, 1200)}, 8.1, "price"),
    ("a gap", profile(at=NOW - 3600), Seen(new=(None,) * 2, entries=500, overlaps=False), {}, 30, "gap"),
    ("shortest", profile(), Seen(), {"threshold": threshold(24, 60)}, 5, "shortest"),
    ("shortest before the window", profile(window=4), Seen(new=(None,) * 9), {}, 5, "shortest"),
    ("longest", profile(0.1), Seen(), {}, 6 * 60, "longest"),
    ("silent", profile(0.1, new_at=NOW - 31 * DAY), Seen(), {"threshold": 1e9}, 24 * 60, "silent"),
    ("silent no more", profile(0.1, new_at=NOW - 31 * DAY), Seen(new=(None,)), {"threshold": 1e9}, 360, "longest"),
    ("newcomer", profile(0.5, days=0.05, stories=0.0), Seen(), {}, 30, "newcomer"),
    ("wish", profile(), Seen(), {"parsed_hints": ParsedHints(floor_s=7200)}, 120, "wish"),
    ("a short wish", profile(), Seen(), {"parsed_hints": ParsedHints(floor_s=600)}, 60, "price"),
    ("a wish for a week", profile(), Seen(), {"parsed_hints": ParsedHints(floor_s=7 * DAY)}, 360, "wish"),
    ("a wish against the window", SMALL, Seen(), {"parsed_hints": ParsedHints(floor_s=DAY)}, 15.5, "window"),
    ("rest till one", profile(), Seen(), {"threshold": threshold(24, 1800), "parsed_hints": NOON}, 52.5, "rests"),
    ("rest of all day", profile(), Seen(), {"parsed_hints": ParsedHints(days=frozenset({1}))}, 360, "rests"),
    ("rest against the window", SMALL, Seen(), {"threshold": threshold(240, 600), "parsed_hints": NOON}, 15.5, "rests"),
    ("rest around the clock", profile(), Seen(), {"parsed_hints": ParsedHints(hours=frozenset(range(24)))}, 60, "price"),
    ("jitter, early", profile(), Seen(), {"roll": 0.0}, 57, "price"),
    ("jitter, late", profile(), Seen(), {"roll": 1.0}, 63, "price"),
    ("jitter not below a wish", profile(), Seen(), {"roll": 0.0, "parsed_hints": TWO_HOURS}, 120, "wish"),
    ("jitter not below the shortest", profile(), Seen(), {"roll": 0.0, "price": 1.0}, 5, "shortest"),
    ("jitter not beyond the window", SMALL, Seen(), {"roll": 1.0, "price": threshold(240, 3600)}, 15.5, "window"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_limits(case: tuple[str, PublicationProfile, Seen, dict[str, Any], float, str]) -> None:
    _, before, seen, told, minutes, limit = case
    _, planned = plan(before, seen, Terms(**{"now": NOW, "threshold": threshold(24, 3600), **told}))
    assert planned.limit == limit
    assert planned.after_s / MINUTE == pytest.approx(minutes, rel=0.03)


def test_what_the_shortest_interval_cannot_hold_is_told() -> None:
    _, planned = plan(profile(3000, window=5), Seen(), Terms(now=NOW, threshold=1e6))
    assert planned.after_s == SHORTEST_S and planned.at_risk


def test_a_steady_source_is_visited_by_the_root_of_its_rate() -> None:
    for rate in (1e-6, 1e-4, 1e-2):
        for cost in (1.0, 500.0, 1e5):
            wanted = sqrt(2 * cost / rate)
            assert isclose(waits_for([rate] * SLOTS, NOW, cost, 1e9), wanted, rel_tol=1e-9)


def test_a_busy_morning_is_awaited_and_a_night_slept_through() -> None:
    by_slot = [0.001 if slot % 24 in range(7, 19) else 1e-7 for slot in range(SLOTS)]
    evening, morning = NOW + 8 * HOUR, NOW - 4 * HOUR
    assert waits_for(by_slot, evening, 1000.0, DAY) > 8 * HOUR
    assert waits_for(by_slot, morning, 1000.0, DAY) < 0.5 * HOUR


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
def test_the_wait_is_the_integral_that_it_says(by_slot: list[float], cost: float) -> None:
    span = waits_for(by_slot, NOW, cost, 10 * DAY)
    if span == 10 * DAY:
        assert waited(by_slot, span) <= cost * (1 + 1e-6)
    else:
        assert waited(by_slot, span) == pytest.approx(cost, rel=1e-6)


def test_a_price_of_nothing_or_nearly_so_waits_for_nothing() -> None:
    for rate, cost in ((0.0, 0.0), (1e-3, 0.0), (1e-320, 1e-314)):
        assert waits_for([rate] * SLOTS, NOW, cost, DAY) < HOUR
    assert waits_for([0.0] * SLOTS, NOW, 1e-300, DAY) == DAY


@pytest.mark.parametrize("window", [1, 2, 10, 100, 5000])
def test_half_a_window_holds_what_is_expected_and_more(window: int) -> None:
    count = safe_count(window)
    assert isclose(count + 1.5 * sqrt(count), window / 2)


def test_a_window_is_measured_at_the_busiest_hour_on_the_way() -> None:
    by_slot = [0.0001] * SLOTS
    by_slot[14] = 0.01
    assert holds_for(by_slot, NOW, 30.0, DAY) == pytest.approx(112.5 * MINUTE)  # at two the rush begins
    assert holds_for([0.01] * SLOTS, NOW, 30.0, DAY) == pytest.approx(3000)
    assert holds_for([1e-9] * SLOTS, NOW, 30.0, DAY) == DAY


rhythms = st.builds(
    PublicationProfile,
    at=st.floats(NOW - 1000 * DAY, NOW + DAY),
    stories=st.floats(0, 1e5),
    days=st.floats(0, 25),
    recent=st.floats(0, 1e4),
    expected=st.floats(0, 1e4),
    quiet=st.floats(0, 1e4),
    window=st.integers(0, 5000),
    new_at=st.one_of(st.none(), st.floats(0, 1e10)),
)
sights = st.builds(
    Seen,
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
    before=st.one_of(st.none(), rhythms),
    seen=sights,
    cost=st.floats(0, 1e12),
    roll=st.floats(0, 1),
    wish=parsed_hints,
    shortest=st.floats(60, 3600),
)
def test_no_input_raises_and_the_next_visit_lies_within_the_limits(
    before: PublicationProfile | None,
    seen: Seen,
    cost: float,
    roll: float,
    wish: ParsedHints,
    shortest: float,
) -> None:
    terms = Terms(now=NOW, threshold=cost, roll=roll, parsed_hints=wish, shortest_s=shortest)
    learned, planned = plan(before, seen, terms)
    silent = learned.new_at is None or NOW - learned.new_at > 30 * DAY
    longest = LONGEST_SILENT_S if silent else LONGEST_S
    assert shortest <= planned.after_s <= longest * 1.05
    if planned.limit in ("wish", "rests", "newcomer"):
        assert planned.after_s <= LONGEST_S * 1.05


@settings(max_examples=100)
@given(before=rhythms, seen=sights, cost=st.floats(1, 1e8), more=st.floats(1, 100))
def test_a_higher_price_never_brings_a_visit_sooner(
    before: PublicationProfile, seen: Seen, cost: float, more: float
) -> None:
    sooner, later = (
        plan(before, seen, Terms(now=NOW, threshold=each))[1].after_s for each in (cost, cost * more)
    )
    assert sooner <= later * (1 + 1e-9)
