"""The publication profile of a source, updated by each successful visit, and the rate λ(t) that it predicts.

Pure: `now` is the moment of the visit, in Unix seconds like all moments here.

    level      c ← c·2^(−Δ/14d) + n,  e ← e·2^(−Δ/14d) + Δ           λ̄ = (c + 0.5) / (e + 1 d)
    fast       N ← N·g + n·√g,  E ← E·g + m·√g,  g = 2^(−Δ/12h)      ρ = (N + 3) / (E + 3)
    quiet      f ← f·2^(−Δ/14d) + 1 with a story; q ← 0, else q + m  ρ ≤ 3 / (q·f/c) where that is under 1
    rate       λ(t) = λ̄ · p(t) · ρ                                   p: see `scheduler.cadence.hourly_profile`
    first      a ← a·2^(−Δ/14d) + n',  b ← b·2^(−Δ/14d) + f          u = max(0.03, (b + 1) / (a + 1))

n are the stories new at the visit, Δ the time since the last successful one, m the stories that level and hourly
profile alone predicted for it. c, e, N, E, f, q are `stories`, `days`, `recent`, `recent_expected`, `finds`,
`expected_since_new` of a PublicationProfile. The fast factor forgets too soon for a source of a few stories a day:
only `quiet` shows that it has stopped. It is counted in finds (visits with new stories): a weekly that publishes
twenty stories at once has not stopped after three days.

u is the share of a source's stories that no other source brings before it: n' are the new stories that are no
backlog, f those of them that no source had brought; a, b are `brought`, `brought_first`. A section feed of what the
main feed of its site has brought already adds little, and a visit to it is worth as much less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log

from newsdesk.scheduler.cadence.hourly_profile import (
    DAY_S,
    HOUR_S,
    add_observed_days,
    count_stories,
    decayed_counts,
    evenness,
    hourly_weights,
    slot_of,
)
from newsdesk.storage.records.publication_profile import PublicationProfile

LEVEL_S = 14 * DAY_S
LEAST_FIRST_SHARE = 0.03  # with it a source is visited a sixth as often
FAST_S = 12 * HOUR_S
MEMORY_HALF_LIVES = 1 / log(2)  # the sum of exponential weights, in half-lives
FAST_HORIZON_S = FAST_S * 14  # older stories have no weight in the fast factor
SAME_FIND_S = HOUR_S  # stories published closer than this count as one find
FUTURE_TOLERANCE_S = 60.0  # a publisher's clock may be this far ahead of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What a successful visit observed. `new`: the date of each new story, None where it has none. `entries`: how
    many the feed holds, None when it was not read (unchanged). `overlaps`: whether a known entry is still in it.
    `failed`: whether the visits since the last successful one failed. `brought`: how many of the new stories are no
    backlog, `brought_first` how many of those no other source had brought before."""

    new: tuple[float | None, ...] = ()
    entries: int | None = None
    overlaps: bool = True
    failed: bool = False
    brought: int = 0
    brought_first: int = 0

    @property
    def gap(self) -> bool:
        """No known entry is left: stories may have been dropped between the visits."""
        return bool(self.entries) and not self.overlaps


def update_profile(
    profile: PublicationProfile | None, observed: Observation, *, mean_profile: Sequence[float], now: float
) -> PublicationProfile:
    """The profile after a successful visit. The dates of a first document are history. A clock that was set back
    makes Δ 0, one that was ahead adds no more days than the level remembers."""
    return update_profile_and_rates(profile, observed, mean_profile=mean_profile, now=now)[0]


def update_profile_and_rates(
    profile: PublicationProfile | None, observed: Observation, *, mean_profile: Sequence[float], now: float
) -> tuple[PublicationProfile, list[float]]:
    """`update_profile` and the `rates` of the result. A visit without new stories leaves the hourly weights as they
    were, so they are computed once."""
    if profile is None:
        first = _from_history(observed, mean_profile=mean_profile, now=now)
        return first, rates(first, mean_profile=mean_profile)
    span = max(0.0, now - profile.read_at)
    count = len(observed.new)
    # Without news, the time in which visits failed is not observed.
    observed_s = 0.0 if observed.failed and not count else span
    counts = decayed_counts(profile.hourly, span)
    values = hourly_weights(counts, mean_profile)
    expected_stories = level(profile) * expected(values, now - observed_s, now)
    count_stories(counts, _dated(observed.new, now - span, now), now)
    add_observed_days(counts, now - observed_s, now)
    slow, fast = 2.0 ** (-span / LEVEL_S), 2.0 ** (-span / FAST_S)
    middle = 2.0 ** (-span / FAST_S / 2)
    if count:
        values = hourly_weights(counts, mean_profile)
    updated = PublicationProfile(
        read_at=now,
        stories=profile.stories * slow + count,
        finds=profile.finds * slow + bool(count),
        days=profile.days * slow + min(observed_s, LEVEL_S * MEMORY_HALF_LIVES) / DAY_S,
        recent=profile.recent * fast + count * middle,
        recent_expected=profile.recent_expected * fast + expected_stories * middle,
        expected_since_new=0.0 if count else profile.expected_since_new + expected_stories,
        hourly=counts.tobytes(),
        evenness=evenness(values) if count else profile.evenness,
        feed_size=_window(profile.feed_size, observed),
        new_at=now if count else profile.new_at,
        brought=profile.brought * slow + observed.brought,
        brought_first=profile.brought_first * slow + observed.brought_first,
    )
    return updated, _rates(updated, values)


def _window(known: int, observed: Observation) -> int:
    """The largest size of the feed; after a gap its present size, since the feed holds no more than that."""
    if observed.entries is None:
        return known
    return observed.entries if observed.gap else max(known, observed.entries)


def _dated(new: Sequence[float | None], since: float, now: float) -> list[float]:
    """A moment for each new story: its date. Where that is missing, in the future or before the last visit: a
    moment spread evenly over the time since then."""
    dates = [date if date is not None and since <= date <= now + FUTURE_TOLERANCE_S else None for date in new]
    missing = dates.count(None)
    spread = iter([since + (now - since) * (place + 0.5) / missing for place in range(missing)])
    return [next(spread) if date is None else min(date, now) for date in dates]


def _from_history(observed: Observation, *, mean_profile: Sequence[float], now: float) -> PublicationProfile:
    """The profile from the dates of a first document. The oldest tenth only marks the beginning of the time it
    covers: a pinned entry of three years ago does not mean three quiet years. Without dates the level is its
    prior."""
    dates = sorted(date for date in observed.new if date is not None and date <= now + FUTURE_TOLERANCE_S)
    oldest = len(dates) // 10 + 1 if len(dates) > 4 else 1
    opened, counted = dates[:oldest], [min(date, now) for date in dates[oldest:]]
    new_at = max(dates, default=None)
    profile = PublicationProfile(
        read_at=now, feed_size=observed.entries or 0, new_at=None if new_at is None else min(new_at, now)
    )
    if not counted:
        return profile
    since = opened[-1]
    weights = [2.0 ** (-(now - date) / LEVEL_S) for date in counted]
    counts = decayed_counts(profile.hourly, 0.0)
    count_stories(counts, counted, now)
    add_observed_days(counts, since, now)
    return replace(
        profile,
        stories=sum(weights),
        finds=sum(
            weight
            for weight, date, before in zip(weights, counted, [since, *counted], strict=False)
            if date - before > SAME_FIND_S
        ),
        days=LEVEL_S / DAY_S * MEMORY_HALF_LIVES * (1 - 2.0 ** (-(now - since) / LEVEL_S)),
        hourly=counts.tobytes(),
        evenness=evenness(hourly_weights(counts, mean_profile)),
    )


def level(profile: PublicationProfile) -> float:
    """λ̄, in stories a second."""
    return (profile.stories + 0.5) / (profile.days + 1) / DAY_S


def fast_factor(profile: PublicationProfile) -> float:
    """ρ: over 1 when more stories were published recently than the level predicts."""
    fast = (profile.recent + 3) / (profile.recent_expected + 3)
    at_once = max(1.0, profile.stories / profile.finds) if profile.finds > 0 else 1.0
    quiet = profile.expected_since_new / at_once
    return fast if quiet <= 3 else min(fast, 3 / quiet)


def first_share(profile: PublicationProfile) -> float:
    """u: the share of its stories that it is first to bring; 1 for a new source."""
    return max(LEAST_FIRST_SHARE, (profile.brought_first + 1) / (profile.brought + 1))


def carried_before(profile: PublicationProfile) -> float | None:
    """The part of its stories that other sources bring first; None while that is less than a hundredth."""
    if profile.brought < 1:
        return None
    part = 1 - profile.brought_first / profile.brought
    return part if part >= 0.01 else None


def rates(profile: PublicationProfile, *, mean_profile: Sequence[float]) -> list[float]:
    """λ for each of the 48 slots, in stories a second."""
    return _rates(profile, hourly_weights(decayed_counts(profile.hourly, 0.0), mean_profile))


def _rates(profile: PublicationProfile, values: Sequence[float]) -> list[float]:
    rate = level(profile) * fast_factor(profile)
    return [rate * value for value in values]


def expected(by_slot: Sequence[float], start: float, end: float) -> float:
    """∫λ from `start` to `end`: how many stories are expected. Only the last week counts."""
    start = max(start, end - FAST_HORIZON_S)
    count = 0.0
    while start < end:
        until = min((start // HOUR_S + 1) * HOUR_S, end)
        count += by_slot[slot_of(start)] * (until - start)
        start = until
    return count
