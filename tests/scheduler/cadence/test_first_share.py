"""A story counts once: how often a source is first to bring its stories, and what that changes."""

from __future__ import annotations

from array import array
from dataclasses import replace
from datetime import UTC, datetime
from math import isclose
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsdesk.scheduler.cadence.intervals import NORMAL_INTERVALS
from newsdesk.scheduler.cadence.policy import (
    PolicyInputs,
    limit_times,
    plan,
    plan_without_news,
    time_to_threshold,
)
from newsdesk.scheduler.cadence.publication_profile import (
    LEVEL_S,
    Observation,
    carried_before,
    first_share,
    level,
    update_profile,
)
from newsdesk.scheduler.cadence.reasons import summarise_first
from newsdesk.scheduler.cadence.server_hints import ParsedHints
from newsdesk.scheduler.cadence.threshold import find_thresholds, load_of, solve, visits_at
from newsdesk.storage.records.publication_profile import PublicationProfile, ThresholdState

DAY, HOUR = 86400.0, 3600.0
NOW = datetime(2026, 11, 24, 12, 7, 30, tzinfo=UTC).timestamp()  # a Tuesday
EVEN = (1 / 24,) * 24
HOURLY = 24 / DAY * HOUR**2 / 2  # the threshold at which a source of 24 stories a day is visited hourly


def source(daily: float = 24.0, **fields: Any) -> PublicationProfile:
    """A source of so many stories a day, known for weeks, visited a second ago."""
    plain = {"read_at": NOW - 1, "stories": daily * 21 - 0.5, "days": 20.0, "new_at": NOW - 600}
    return PublicationProfile(**{**plain, "feed_size": 1000, **fields})


def section(daily: float = 24.0, **fields: Any) -> PublicationProfile:
    """The same, of which another source brings each story first."""
    return source(daily, brought=daily * 20, brought_first=0.0, **fields)


@pytest.mark.parametrize(
    ("brought", "first", "share", "before"),
    [
        (0, 0, 1.0, None),  # a new source
        (10, 10, 1.0, None),
        (1000, 995, 996 / 1001, None),  # under a hundredth is not mentioned
        (1, 0, 1 / 2, 1.0),
        (9, 4, 1 / 2, 5 / 9),
        (30, 0, 1 / 31, 1.0),
        (1000, 0, 0.03, 1.0),  # the least
        (1e5, 1e3, 0.03, 0.99),
        (0.4, 0, 1 / 1.4, None),  # long ago
    ],
)
def test_the_share_of_a_source(brought: float, first: float, share: float, before: float | None) -> None:
    profile = source(brought=brought, brought_first=first)
    assert first_share(profile) == pytest.approx(share)
    assert carried_before(profile) == (None if before is None else pytest.approx(before))


def visited(profile: PublicationProfile, *, days: float, new: int, first: int) -> PublicationProfile:
    """After hourly visits over so many days, each with so many stories."""
    for _ in range(round(days * 24)):
        at = profile.read_at + HOUR
        observed = Observation(new=(at - 60.0,) * new, entries=30, brought=new, brought_first=first)
        profile = update_profile(profile, observed, mean_profile=EVEN, now=at)
    return profile


def test_it_falls_for_a_section_feed_recovers_and_is_forgotten() -> None:
    document = Observation(new=tuple(NOW - hour * HOUR for hour in range(50)), entries=50)
    profile = update_profile(None, document, mean_profile=EVEN, now=NOW)
    assert first_share(profile) == 1.0 and profile.stories > 0  # a first document is backlog
    shares = [1.0]
    for _ in range(21):
        profile = visited(profile, days=1, new=1, first=0)
        shares.append(first_share(profile))
    assert shares == sorted(shares, reverse=True) and shares[1] < 0.05 and shares[-1] == 0.03
    silent = visited(profile, days=140, new=0, first=0)
    assert first_share(silent) > 0.7
    for days, least in ((1, 0.05), (7, 0.3), (14, 0.5), (42, 0.85)):  # the main feed is gone
        assert first_share(visited(profile, days=days, new=1, first=1)) > least


@settings(max_examples=100)
@given(
    steps=st.lists(st.floats(0, 5 * DAY), min_size=1, max_size=12),
    brought=st.floats(0, 1e4),
    part=st.floats(0, 1),
)
def test_counts_decay_with_time_not_with_visits(steps: list[float], brought: float, part: float) -> None:
    """However many visits without news there are between, half is left after 14 days."""
    profile = source(brought=brought, brought_first=brought * part)
    end = profile.read_at + sum(steps)
    once = update_profile(profile, Observation(), mean_profile=EVEN, now=end)
    often, at = profile, profile.read_at
    for step in steps:
        at += step
        often = update_profile(often, Observation(), mean_profile=EVEN, now=at)
    weight = 2.0 ** (-sum(steps) / LEVEL_S)
    for one in (once, often):
        assert isclose(one.brought, brought * weight, rel_tol=1e-6, abs_tol=1e-9)
        assert isclose(one.brought_first, brought * part * weight, rel_tol=1e-6, abs_tol=1e-9)


def test_failed_visits_leave_the_counts_to_the_next_success() -> None:
    profile = source(brought=100.0, brought_first=50.0, read_at=NOW - 14 * DAY)
    seen = Observation(new=(None,) * 4, failed=True, brought=4, brought_first=3)
    updated = update_profile(profile, seen, mean_profile=EVEN, now=NOW)
    assert (updated.brought, updated.brought_first) == (pytest.approx(54), pytest.approx(28))


CASES: list[tuple[str, PublicationProfile, dict[str, Any], float, str]] = [
    # what, the source, inputs, minutes to the next visit, which limit decided
    ("always first", source(brought=480.0, brought_first=480.0), {}, 60, "threshold"),
    ("never first", section(), {}, 60 / 0.03**0.5, "threshold"),
    ("one of four", source(brought=399.0, brought_first=99.0), {}, 120, "threshold"),
    ("never first, the setting off", section(), {"count_once": False}, 60, "threshold"),
    ("a host with many sources", section(), {"threshold": HOURLY * 4}, 360, "longest"),
    ("a small feed", section(240, feed_size=10), {"threshold": HOURLY * 10}, 15.5, "window"),
    ("longest", section(2.4), {"threshold": HOURLY * 9}, 360, "longest"),
    ("silent", section(0.1, new_at=NOW - 31 * DAY), {"threshold": HOURLY * 1e6}, 24 * 60, "silent"),
    ("a server hint", section(), {"parsed_hints": ParsedHints(floor_s=HOUR)}, 60 / 0.03**0.5, "threshold"),
    ("shortest", section(5000), {"threshold": 1.0}, 5, "shortest"),
    ("slow: twice, not four times", section(0.8), {"threshold": HOURLY / 30}, 120, "threshold"),
    ("slow, a half", source(0.8, brought=9.0, brought_first=4.0), {"threshold": HOURLY / 30}, 84.9, "threshold"),
    ("nearly slow", section(1.01), {"threshold": 1.01 / 24 * HOURLY / 4}, 30 * 21.2**0.5, "threshold"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_the_next_visit_of_a_source_that_is_rarely_first(
    case: tuple[str, PublicationProfile, dict[str, Any], float, str],
) -> None:
    _, profile, fields, minutes, limit = case
    planned = plan_without_news(profile, PolicyInputs(**{"now": NOW, "threshold": HOURLY, **fields}))
    assert planned.after_s / 60 == pytest.approx(minutes, rel=0.02)
    assert planned.limit == limit


hourly_counts = st.lists(st.floats(0, 200), min_size=50, max_size=50)
any_source = st.builds(
    source,
    st.floats(0.02, 500),
    brought=st.floats(0, 1e4),
    feed_size=st.integers(0, 200),
    new_at=st.sampled_from([NOW - 600, NOW - 40 * DAY]),
    hourly=hourly_counts.map(lambda values: array("f", values).tobytes()),
)


@settings(max_examples=200)
@given(
    profile=any_source,
    part=st.floats(0, 1),
    new=st.integers(0, 30),
    cost=st.floats(1, 1e7),
    jitter=st.floats(0, 1),
    hint_s=st.sampled_from([0.0, HOUR, 12 * HOUR]),
)
def test_it_never_delays_a_visit_beyond_a_limit(
    profile: PublicationProfile, part: float, new: int, cost: float, jitter: float, hint_s: float
) -> None:
    """A visit is never sooner than without the rule, and never later than the window, the longest interval and
    the server's hint allow."""
    profile = replace(profile, read_at=NOW - HOUR, brought_first=profile.brought * part)
    observed = Observation(new=(None,) * new, entries=profile.feed_size, brought=new)
    inputs = PolicyInputs(now=NOW, threshold=cost, jitter=jitter, parsed_hints=ParsedHints(floor_s=hint_s))
    updated, planned = plan(profile, observed, inputs)
    alone = plan(profile, observed, replace(inputs, count_once=False))[1]
    never = plan(profile, observed, replace(inputs, count_once=False, threshold=1e15))[1]
    assert alone.after_s * (1 - 1e-9) <= planned.after_s <= never.after_s * (1 + 1e-9)
    assert planned.at_risk == alone.at_risk
    if level(updated) < 1 / DAY:
        assert planned.after_s <= 2 * alone.after_s * (1 + 1e-9)
    longest = dict(limit_times(updated, inputs))
    assert planned.after_s <= max(longest.get("longest", 0), longest.get("silent", 0), hint_s) * 1.05


def test_the_budget_is_spent_whatever_the_shares() -> None:
    """The visits that section feeds do not take go to the others: the threshold falls."""
    thresholds = []
    for share in (1.0, 0.5, 0.0):
        loads = [
            load_of(source(daily, brought=500.0, brought_first=500.0 * share), now=NOW)
            for daily in (0.5, 3.0, 24.0, 100.0)
        ]
        loads += [load_of(source(24.0), now=NOW)] * 4
        budget = 24 * len(loads) / DAY
        thresholds.append(solve(loads, budget))
        assert visits_at(loads, thresholds[-1]) == pytest.approx(budget, rel=1e-6)
    assert thresholds == sorted(thresholds, reverse=True) and thresholds[2] < 0.7 * thresholds[0]


@pytest.mark.parametrize("daily", [0.05, 0.5, 0.99, 1.01, 5.0, 100.0])
@pytest.mark.parametrize("part", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("count_once", [True, False])
def test_the_load_is_that_of_the_visits(daily: float, part: float, count_once: bool) -> None:
    """What the threshold expects of a source that publishes evenly is when it is visited."""
    profile = source(daily, brought=200.0, brought_first=200.0 * part, feed_size=0)
    by_slot = [level(profile)] * 48
    load = load_of(profile, now=NOW, count_once=count_once)
    inputs = PolicyInputs(now=NOW, threshold=1000.0, count_once=count_once)
    share = first_share(profile) if count_once else 1.0
    wanted = time_to_threshold(by_slot, NOW, inputs.threshold / share, 30 * DAY)
    if daily < 1:
        wanted = min(wanted, 2 * time_to_threshold(by_slot, NOW, inputs.threshold, 30 * DAY))
    assert load.interval_factor * inputs.threshold**0.5 == pytest.approx(wanted)
    assert load.longest_s == NORMAL_INTERVALS.longest_s


def test_the_common_threshold_and_that_of_a_host_count_once() -> None:
    by_host = [("many.test", section(24.0))] * 30 + [("daily.test", source(24.0))] * 30
    once, alone = (
        find_thresholds(
            ThresholdState(threshold=1.0),
            by_host,
            own=(),
            pooled=60,
            visits_a_day=48,
            visits=0,
            gap_of=lambda host: 120.0 if host == "many.test" else 1.0,
            now=NOW,
            count_once=count_once,
        )
        for count_once in (True, False)
    )
    assert once.threshold < alone.threshold and once.target_rate == alone.target_rate
    assert dict(alone.host_thresholds).keys() == {"many.test"} and not once.host_thresholds


WORDS: list[tuple[str, PublicationProfile, str, str]] = [
    ("new", source(), "nothing since its first document: all of its stories count", "none"),
    ("first", source(brought=480.0, brought_first=480.0), "480 stories, 480 of them before any other source", "none"),
    (
        "a section",
        source(brought=299.0, brought_first=2.0),
        "299 stories, 2 of them before any other source",
        "due at 33 times the threshold: 5 h 46 min in place of 1 h",
    ),
    (
        "slow",
        section(0.8),
        "16 stories, 0 of them before any other source",
        "due at 17 times the threshold: 10 h 57 min in place of 5 h 28 min, at most twice as long since",
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", WORDS, ids=[row[0] for row in WORDS])
def test_it_is_told_in_words(case: tuple[str, PublicationProfile, str, str]) -> None:
    _, profile, message, effect = case
    summary = summarise_first(profile, PolicyInputs(now=NOW, threshold=HOURLY, count_once=False))
    assert summary.message.startswith(message) and summary.effect.startswith(effect)
    assert (summary.after_s > summary.without_s) == (summary.effect != "none")
