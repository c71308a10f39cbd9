"""The publication profile: level, hourly profile, fast factor, feed size. No input raises."""

from __future__ import annotations

from array import array
from dataclasses import replace
from datetime import UTC, datetime
from math import isclose, isfinite
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsdesk.scheduler.cadence.hourly_profile import (
    FLOOR,
    add_day,
    add_observed_days,
    count_stories,
    decayed_counts,
    even_shares,
    evenness,
    hourly_weights,
    scaled_to_one,
    slot_of,
)
from newsdesk.scheduler.cadence.publication_profile import (
    Observation,
    expected,
    fast_factor,
    level,
    rates,
    update_profile,
)
from newsdesk.storage.records.publication_profile import SLOTS, PublicationProfile

DAY, HOUR = 86400.0, 3600.0
EVEN = (1 / 24,) * 24
MONDAY = datetime(2026, 11, 23, tzinfo=UTC).timestamp()
NOW = MONDAY + 30.5 * HOUR


def by_hand(**fields: Any) -> PublicationProfile:
    return PublicationProfile(
        **{
            "read_at": NOW,
            "stories": 100.0,
            "days": 19.0,
            "finds": 90.0,
            "feed_size": 50,
            "new_at": NOW,
            **fields,
        }
    )


@pytest.mark.parametrize(
    ("at", "slot"),
    [
        (datetime(1970, 1, 1), 0),  # a Thursday
        (datetime(2026, 11, 24, 12, 59, 59), 12),  # a Tuesday
        (datetime(2026, 11, 27, 23, 59), 23),  # Friday, the last hour of the weekdays
        (datetime(2026, 11, 28), 24),  # Saturday
        (datetime(2026, 11, 29, 23), 47),
        (datetime(2026, 11, 30), 0),
        (datetime(1969, 12, 31, 23), 23),  # before 1970
    ],
)
def test_slots(at: datetime, slot: int) -> None:
    assert slot_of(at.replace(tzinfo=UTC).timestamp()) == slot


# Profile


def counts_of(*dates: float, observed_d: float = 28.0) -> array[float]:
    counts = decayed_counts(b"", 0.0)
    count_stories(counts, dates, NOW)
    add_observed_days(counts, NOW - observed_d * DAY, NOW)
    return counts


def week_mean(values: list[float]) -> float:
    return (5 * sum(values[:24]) + 2 * sum(values[24:])) / 168


def test_a_new_source_has_the_mean_profile() -> None:
    mean_profile = (0.5, 0.5, *[0.0] * 22)
    values = hourly_weights(decayed_counts(b"", 0.0), mean_profile)
    assert isclose(week_mean(values), 1.0)
    assert values[0] == values[24] > 300 * values[2]


def test_every_hour_has_a_least_weight() -> None:
    values = hourly_weights(counts_of(*[MONDAY - day * DAY + 9 * HOUR for day in range(28)] * 40), EVEN)
    assert min(values) >= FLOOR / 2  # the floor, scaled to a mean of 1
    assert max(values[:24]) == values[9] > 15


def test_weekends_are_learned_only_where_they_were_observed() -> None:
    """Two hundred stories from Monday to Friday, of a source that was never observed on a Saturday."""
    friday = MONDAY - 3 * DAY + 20 * HOUR
    stories = [friday - place * 0.02 * DAY for place in range(200)]
    known = decayed_counts(b"", 0.0)
    count_stories(known, stories, friday)
    add_observed_days(known, friday - 4 * DAY, friday)
    new = hourly_weights(known, EVEN)
    add_observed_days(known, friday, friday + 2.2 * DAY)
    assert sum(new[24:]) > 0.8 * sum(new[:24])
    assert sum(hourly_weights(known, EVEN)[24:]) < 0.4 * sum(new[24:])


def test_evenness_is_one_for_a_flat_day_only() -> None:
    assert isclose(evenness([1.0] * SLOTS), 1.0)
    assert evenness(hourly_weights(counts_of(*[NOW - day * DAY for day in range(28)] * 20), EVEN)) < 0.7


def test_one_agency_does_not_dominate_the_mean_profile() -> None:
    agency = counts_of(*[MONDAY + 3 * HOUR] * 5000).tobytes()
    papers = [counts_of(*[MONDAY + 9 * HOUR] * 50).tobytes() for _ in range(5)]
    shares = even_shares()
    for blob in (agency, *papers, b"", b"odd"):
        add_day(shares, blob)
    mean_profile = scaled_to_one(shares)
    assert isclose(sum(mean_profile), 1.0)
    assert max(mean_profile) == mean_profile[9] > 2 * mean_profile[3] > 2 * mean_profile[20]


# Level and fast factor, by their formulas


def test_one_visit_by_the_formulas() -> None:
    before = by_hand(read_at=NOW - 14 * DAY, recent=8.0, recent_expected=4.0)
    after = update_profile(
        before, Observation(new=(NOW - 60, NOW - 30), entries=50), mean_profile=EVEN, now=NOW
    )
    assert isclose(after.stories, 100 / 2 + 2)
    assert isclose(after.days, 19 / 2 + 14)
    assert isclose(level(after), (52 + 0.5) / (23.5 + 1) / DAY)
    half_a_day = update_profile(
        by_hand(read_at=NOW - 12 * HOUR, recent=8.0), Observation(new=(None,) * 2), mean_profile=EVEN, now=NOW
    )
    assert isclose(half_a_day.recent, 8 / 2 + 2 * 2**-0.5)
    expected_stories = level(by_hand()) * DAY / 2
    assert isclose(half_a_day.recent_expected, expected_stories * 2**-0.5, rel_tol=1e-6)


def test_the_fast_factor_rises_with_a_burst_and_falls_with_silence() -> None:
    profile = by_hand(read_at=NOW - HOUR, recent=2.0, recent_expected=2.0)
    calm = update_profile(profile, Observation(new=(None,)), mean_profile=EVEN, now=NOW)
    burst = update_profile(profile, Observation(new=(None,) * 20), mean_profile=EVEN, now=NOW)
    assert fast_factor(burst) > 3 * fast_factor(calm)
    for _ in range(8):
        profile = update_profile(profile, Observation(), mean_profile=EVEN, now=profile.read_at + 12 * HOUR)
    assert profile.expected_since_new > 15 and fast_factor(profile) < 0.25
    back = update_profile(profile, Observation(new=(None,)), mean_profile=EVEN, now=profile.read_at + HOUR)
    assert back.expected_since_new == 0.0 and fast_factor(back) > 1.5 * fast_factor(profile)


def test_a_weekly_has_not_stopped_after_three_days() -> None:
    """Twenty stories each Thursday, at once, against twenty spread over the week; both silent for long."""
    weekly = by_hand(stories=40.0, finds=2.0, expected_since_new=9.0, recent_expected=2.0)
    daily = by_hand(stories=40.0, finds=38.0, expected_since_new=9.0, recent_expected=2.0)
    assert fast_factor(weekly) == 0.6
    assert fast_factor(daily) < 0.36


def test_time_of_failures_does_not_count_as_silence() -> None:
    """After three days of failures: with new stories the time counts as observed, without it does not."""
    before = by_hand(read_at=NOW - 3 * DAY)
    without = update_profile(before, Observation(failed=True), mean_profile=EVEN, now=NOW)
    assert (
        isclose(without.days, 19 * 2 ** (-3 / 14))
        and without.recent_expected == without.expected_since_new == 0.0
    )
    with_news = update_profile(before, Observation(failed=True, new=(NOW - DAY,)), mean_profile=EVEN, now=NOW)
    assert isclose(with_news.days, without.days + 3)


WINDOWS: list[tuple[str, Observation, int]] = [
    # what was observed of a source whose largest document held 50 entries; the feed size after that
    ("unchanged", Observation(), 50),
    ("a smaller document", Observation(entries=20), 50),
    ("a larger one", Observation(entries=80), 80),
    ("none of the known left", Observation(new=(None,) * 20, entries=20, overlaps=False), 20),
    ("an empty document", Observation(entries=0, overlaps=False), 50),
]


@pytest.mark.parametrize(("what", "observed", "size"), WINDOWS, ids=[row[0] for row in WINDOWS])
def test_feed_size(what: str, observed: Observation, size: int) -> None:
    assert update_profile(by_hand(), observed, mean_profile=EVEN, now=NOW + HOUR).feed_size == size


# First document


def first(*ages_d: float | None) -> PublicationProfile:
    dates = tuple(None if age is None else NOW - age * DAY for age in ages_d)
    return update_profile(
        None, Observation(new=dates, entries=len(dates), overlaps=False), mean_profile=EVEN, now=NOW
    )


FIRST: list[tuple[str, tuple[float | None, ...], float, float]] = [
    # what the first document holds (ages in days), and between which stories a day the level lies
    ("no dates: the prior", (None,) * 20, 0.5, 0.5),
    ("nothing", (), 0.5, 0.5),
    ("one story", (2.0,), 0.49, 0.51),
    ("twenty of ten days", tuple(place / 2 for place in range(1, 21)), 1.7, 2.3),
    ("a hundred of one day", tuple(place / 100 for place in range(1, 101)), 40, 60),
    ("twenty of one day and a pinned one", (1500.0, *(place / 20 for place in range(1, 20))), 8, 12),
    ("dates of the year 2100", (-27000.0,) * 20, 0.5, 0.5),
    ("all of the same moment", (0.0,) * 20, 15, 25),
    ("three of three years", (100.0, 500.0, 1000.0), 0.01, 0.1),
]


@pytest.mark.parametrize(("what", "ages", "least", "most"), FIRST, ids=[row[0] for row in FIRST])
def test_a_first_document_is_history(what: str, ages: tuple[float, ...], least: float, most: float) -> None:
    profile = first(*ages)
    assert least <= level(profile) * DAY <= most
    assert profile.feed_size == len(ages)


def test_an_old_source_is_silent_from_its_last_story() -> None:
    assert first(100.0, 90.0).new_at == NOW - 90 * DAY
    assert first(None, None).new_at is None


# Clock changes and invalid dates


@pytest.mark.parametrize("jump", [-40 * 365 * DAY, -DAY, -1.0, 0.0, 40 * 365 * DAY])
def test_a_clock_change_does_no_harm(jump: float) -> None:
    jumped = update_profile(
        by_hand(), Observation(new=(NOW,) * 3, entries=10), mean_profile=EVEN, now=NOW + jump
    )
    assert jumped.read_at == NOW + jump
    back = update_profile(jumped, Observation(new=(NOW,), entries=10), mean_profile=EVEN, now=NOW)
    assert 0 < level(back) * DAY < 60 and back.days < 45


def test_impossible_dates_are_spread_over_the_time_since_the_last_visit() -> None:
    """Over the last six hours; the hour of a valid date is kept."""
    odd = (None, NOW + DAY, NOW - 90 * DAY, None, NOW - 5 * HOUR)
    after = update_profile(by_hand(read_at=NOW - 6 * HOUR), Observation(new=odd), mean_profile=EVEN, now=NOW)
    hours = array("f", after.hourly)
    assert [round(hours[hour]) for hour in range(24)] == [0, 2, 1, 0, 1, 1, *[0] * 18]


moments = st.one_of(st.none(), st.floats(NOW - 2000 * DAY, NOW + 2000 * DAY), st.floats(-1e11, 1e11))


@settings(max_examples=60, deadline=None)
@given(
    visits=st.lists(
        st.tuples(
            st.floats(-3 * DAY, 40 * DAY), st.lists(moments, max_size=20), st.integers(0, 200), st.booleans()
        ),
        min_size=1,
        max_size=8,
    )
)
def test_no_visit_raises_and_every_rate_is_a_number(visits: list[Any]) -> None:
    profile, now = None, NOW
    for step, new, entries, flag in visits:
        now += step
        observed = Observation(new=tuple(new), entries=entries, overlaps=flag, failed=not flag)
        profile = update_profile(profile, observed, mean_profile=EVEN, now=now)
        by_slot = rates(profile, mean_profile=EVEN)
        assert len(by_slot) == SLOTS and all(isfinite(rate) and rate > 0 for rate in by_slot)
        assert 0 < profile.evenness <= 1.001 and profile.expected_since_new >= 0


def test_a_blob_of_another_version_counts_as_empty() -> None:
    assert rates(by_hand(hourly=b"of a later version"), mean_profile=EVEN) == rates(
        by_hand(), mean_profile=EVEN
    )


@given(start=st.floats(0, 1e6), first_s=st.floats(0, 1e5), then_s=st.floats(0, 1e5))
@settings(max_examples=60, deadline=None)
def test_expected_counts_add_up(start: float, first_s: float, then_s: float) -> None:
    by_slot = [1e-4 * (slot + 1) for slot in range(SLOTS)]
    middle, end = start + first_s, start + first_s + then_s
    parts = expected(by_slot, start, middle) + expected(by_slot, middle, end)
    assert isclose(parts, expected(by_slot, start, end), rel_tol=1e-6, abs_tol=1e-6)


def test_the_rate_of_a_steady_source_is_learned() -> None:
    """Twelve stories a day for eight weeks, found every two hours: the level says so, the rest is even."""
    profile = None
    for visit in range(12 * 56):
        now = NOW + visit * 2 * HOUR
        profile = update_profile(
            profile, Observation(new=(now - 60.0,), entries=30), mean_profile=EVEN, now=now
        )
    assert profile is not None
    assert 11 < level(profile) * DAY < 13 and 0.8 < fast_factor(profile) < 1.2
    assert replace(profile, read_at=0.0) != profile
