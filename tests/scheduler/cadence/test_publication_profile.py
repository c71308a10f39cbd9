"""What visits teach of a source: level, profile, fast factor, window. Pure, and no input raises."""

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
    count_stories,
    evenness,
    forgotten,
    hourly_weights,
    pooled,
    slot_of,
    watch,
)
from newsdesk.scheduler.cadence.publication_profile import Seen, expected, fast_factor, learn, level, rates
from newsdesk.storage.records.publication_profile import SLOTS, PublicationProfile

DAY, HOUR = 86400.0, 3600.0
EVEN = (1 / 24,) * 24
MONDAY = datetime(2026, 11, 23, tzinfo=UTC).timestamp()
NOW = MONDAY + 30.5 * HOUR


def by_hand(**told: Any) -> PublicationProfile:
    return PublicationProfile(
        **{"at": NOW, "stories": 100.0, "days": 19.0, "finds": 90.0, "window": 50, "new_at": NOW, **told}
    )


@pytest.mark.parametrize(
    ("at", "slot"),
    [
        (datetime(1970, 1, 1), 0),  # a Thursday
        (datetime(2026, 11, 24, 12, 59, 59), 12),  # a Tuesday
        (datetime(2026, 11, 27, 23, 59), 23),  # Friday, the last hour of the week's work
        (datetime(2026, 11, 28), 24),  # Saturday
        (datetime(2026, 11, 29, 23), 47),
        (datetime(2026, 11, 30), 0),
        (datetime(1969, 12, 31, 23), 23),  # before any clock began
    ],
)
def test_slots(at: datetime, slot: int) -> None:
    assert slot_of(at.replace(tzinfo=UTC).timestamp()) == slot


# Profile


def counts_of(*dates: float, watched_d: float = 28.0) -> array[float]:
    counts = forgotten(b"", 0.0)
    count_stories(counts, dates, NOW)
    watch(counts, NOW - watched_d * DAY, NOW)
    return counts


def week_mean(values: list[float]) -> float:
    return (5 * sum(values[:24]) + 2 * sum(values[24:])) / 168


def test_a_source_nobody_knows_has_the_pools_day() -> None:
    pool = (0.5, 0.5, *[0.0] * 22)
    values = hourly_weights(forgotten(b"", 0.0), pool)
    assert isclose(week_mean(values), 1.0)
    assert values[0] == values[24] > 300 * values[2]


def test_no_hour_is_given_up() -> None:
    values = hourly_weights(counts_of(*[MONDAY - day * DAY + 9 * HOUR for day in range(28)] * 40), EVEN)
    assert min(values) >= FLOOR / 2  # the floor, scaled to a mean of 1
    assert max(values[:24]) == values[9] > 15


def test_weekends_are_learned_only_where_they_were_watched() -> None:
    """Two hundred stories from Monday to Friday, of a source that was never watched on a Saturday."""
    friday = MONDAY - 3 * DAY + 20 * HOUR
    stories = [friday - place * 0.02 * DAY for place in range(200)]
    known = forgotten(b"", 0.0)
    count_stories(known, stories, friday)
    watch(known, friday - 4 * DAY, friday)
    new = hourly_weights(known, EVEN)
    watch(known, friday, friday + 2.2 * DAY)
    assert sum(new[24:]) > 0.8 * sum(new[:24])
    assert sum(hourly_weights(known, EVEN)[24:]) < 0.4 * sum(new[24:])


def test_evenness_is_one_for_a_flat_day_only() -> None:
    assert isclose(evenness([1.0] * SLOTS), 1.0)
    assert evenness(hourly_weights(counts_of(*[NOW - day * DAY for day in range(28)] * 20), EVEN)) < 0.7


def test_the_pool_is_the_mean_source_and_no_agency() -> None:
    agency = counts_of(*[MONDAY + 3 * HOUR] * 5000).tobytes()
    papers = [counts_of(*[MONDAY + 9 * HOUR] * 50).tobytes() for _ in range(5)]
    pool = pooled([agency, *papers, b"", b"odd"])
    assert isclose(sum(pool), 1.0)
    assert max(pool) == pool[9] > 2 * pool[3] > 2 * pool[20]


# Level and fast factor, by their letters


def test_one_visit_by_the_letters() -> None:
    before = by_hand(at=NOW - 14 * DAY, recent=8.0, expected=4.0)
    after = learn(before, Seen(new=(NOW - 60, NOW - 30), entries=50), pool=EVEN, now=NOW)
    assert isclose(after.stories, 100 / 2 + 2)
    assert isclose(after.days, 19 / 2 + 14)
    assert isclose(level(after), (52 + 0.5) / (23.5 + 1) / DAY)
    half_a_day = learn(by_hand(at=NOW - 12 * HOUR, recent=8.0), Seen(new=(None,) * 2), pool=EVEN, now=NOW)
    assert isclose(half_a_day.recent, 8 / 2 + 2 * 2**-0.5)
    foretold = level(by_hand()) * DAY / 2
    assert isclose(half_a_day.expected, foretold * 2**-0.5, rel_tol=1e-6)


def test_the_fast_factor_rises_with_a_burst_and_falls_with_silence() -> None:
    profile = by_hand(at=NOW - HOUR, recent=2.0, expected=2.0)
    calm = learn(profile, Seen(new=(None,)), pool=EVEN, now=NOW)
    burst = learn(profile, Seen(new=(None,) * 20), pool=EVEN, now=NOW)
    assert fast_factor(burst) > 3 * fast_factor(calm)
    for _ in range(8):
        profile = learn(profile, Seen(), pool=EVEN, now=profile.at + 12 * HOUR)
    assert profile.quiet > 15 and fast_factor(profile) < 0.25
    back = learn(profile, Seen(new=(None,)), pool=EVEN, now=profile.at + HOUR)
    assert back.quiet == 0.0 and fast_factor(back) > 1.5 * fast_factor(profile)


def test_a_weekly_is_not_dead_after_three_days() -> None:
    """Twenty stories each Thursday, at once, against twenty spread over the week; both silent for long."""
    weekly = by_hand(stories=40.0, finds=2.0, quiet=9.0, expected=2.0)
    daily = by_hand(stories=40.0, finds=38.0, quiet=9.0, expected=2.0)
    assert fast_factor(weekly) == 0.6
    assert fast_factor(daily) < 0.36


def test_silence_that_nobody_could_hear_teaches_nothing() -> None:
    """After three days of failures: without news they were no exposure, with news they were."""
    before = by_hand(at=NOW - 3 * DAY)
    deaf = learn(before, Seen(failed=True), pool=EVEN, now=NOW)
    assert isclose(deaf.days, 19 * 2 ** (-3 / 14)) and deaf.expected == deaf.quiet == 0.0
    heard = learn(before, Seen(failed=True, new=(NOW - DAY,)), pool=EVEN, now=NOW)
    assert isclose(heard.days, deaf.days + 3)


WINDOWS: list[tuple[str, Seen, int]] = [
    # what was seen by a source whose largest document held 50; what its window is then
    ("unchanged", Seen(), 50),
    ("a smaller document", Seen(entries=20), 50),
    ("a larger one", Seen(entries=80), 80),
    ("none of the known left", Seen(new=(None,) * 20, entries=20, overlaps=False), 20),
    ("an empty document", Seen(entries=0, overlaps=False), 50),
]


@pytest.mark.parametrize(("what", "seen", "window"), WINDOWS, ids=[row[0] for row in WINDOWS])
def test_window(what: str, seen: Seen, window: int) -> None:
    assert learn(by_hand(), seen, pool=EVEN, now=NOW + HOUR).window == window


# First document


def first(*ages_d: float | None) -> PublicationProfile:
    dates = tuple(None if age is None else NOW - age * DAY for age in ages_d)
    return learn(None, Seen(new=dates, entries=len(dates), overlaps=False), pool=EVEN, now=NOW)


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
    assert profile.window == len(ages)


def test_an_old_source_that_is_added_is_silent_from_its_last_story() -> None:
    assert first(100.0, 90.0).new_at == NOW - 90 * DAY
    assert first(None, None).new_at is None


# Clocks and nonsense


@pytest.mark.parametrize("jump", [-40 * 365 * DAY, -DAY, -1.0, 0.0, 40 * 365 * DAY])
def test_a_clock_that_jumps_is_survived(jump: float) -> None:
    jumped = learn(by_hand(), Seen(new=(NOW,) * 3, entries=10), pool=EVEN, now=NOW + jump)
    assert jumped.at == NOW + jump
    back = learn(jumped, Seen(new=(NOW,), entries=10), pool=EVEN, now=NOW)
    assert 0 < level(back) * DAY < 60 and back.days < 45


def test_dates_that_cannot_be_are_spread_over_the_time_since_the_last_visit() -> None:
    """Of the last six hours, whatever the feed says; the hour of a good date is kept."""
    odd = (None, NOW + DAY, NOW - 90 * DAY, None, NOW - 5 * HOUR)
    after = learn(by_hand(at=NOW - 6 * HOUR), Seen(new=odd), pool=EVEN, now=NOW)
    hours = array("f", after.hours)
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
        seen = Seen(new=tuple(new), entries=entries, overlaps=flag, failed=not flag)
        profile = learn(profile, seen, pool=EVEN, now=now)
        by_slot = rates(profile, pool=EVEN)
        assert len(by_slot) == SLOTS and all(isfinite(rate) and rate > 0 for rate in by_slot)
        assert 0 < profile.evenness <= 1.001 and profile.quiet >= 0


def test_a_blob_of_another_version_counts_nothing() -> None:
    assert rates(by_hand(hours=b"of a later version"), pool=EVEN) == rates(by_hand(), pool=EVEN)


@given(start=st.floats(0, 1e6), first_s=st.floats(0, 1e5), then_s=st.floats(0, 1e5))
@settings(max_examples=60, deadline=None)
def test_what_is_expected_adds_up(start: float, first_s: float, then_s: float) -> None:
    by_slot = [1e-4 * (slot + 1) for slot in range(SLOTS)]
    middle, end = start + first_s, start + first_s + then_s
    parts = expected(by_slot, start, middle) + expected(by_slot, middle, end)
    assert isclose(parts, expected(by_slot, start, end), rel_tol=1e-6, abs_tol=1e-6)


def test_a_steady_source_is_known_by_its_rate() -> None:
    """Twelve stories a day for eight weeks, found every two hours: the level says so, the rest is even."""
    profile = None
    for visit in range(12 * 56):
        now = NOW + visit * 2 * HOUR
        profile = learn(profile, Seen(new=(now - 60.0,), entries=30), pool=EVEN, now=now)
    assert profile is not None
    assert 11 < level(profile) * DAY < 13 and 0.8 < fast_factor(profile) < 1.2
    assert replace(profile, at=0.0) != profile
