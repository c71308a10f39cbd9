"""What a good visit teaches of its source: level, profile, fast factor, window. And what follows: λ(t).

Pure: `now` is the moment of the visit, in Unix seconds like all moments here.

    level      c ← c·2^(−Δ/14d) + n,  e ← e·2^(−Δ/14d) + Δ           λ̄ = (c + 0.5) / (e + 1 d)
    fast       N ← N·g + n·√g,  E ← E·g + m·√g,  g = 2^(−Δ/12h)      ρ = (N + 3) / (E + 3)
    quiet      f ← f·2^(−Δ/14d) + 1 with a story; q ← 0, else q + m  ρ ≤ 3 / (q·f/c) where that is under 1
    intensity  λ(t) = λ̄ · p(t) · ρ                                   p: see `scheduler.cadence.hourly_profile`

n are the stories new at the visit, Δ the time since the last good one, m the stories that level and profile
alone had foretold for it. c, e, N, E, f, q are `stories`, `days`, `recent`, `expected`, `finds`, `quiet` of a
Rhythm. The fast factor forgets too soon for a source of a few stories a day: only its quiet tells that it has
died. It is counted in finds: a weekly that brings twenty stories at once is not dead after three days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log

from newsdesk.scheduler.cadence.hourly_profile import (
    DAY_S,
    HOUR_S,
    count_stories,
    evenness,
    forgotten,
    hourly_weights,
    slot_of,
    watch,
)
from newsdesk.storage.records.publication_profile import PublicationProfile

LEVEL_S = 14 * DAY_S
FAST_S = 12 * HOUR_S
MEMORY = 1 / log(2)  # half-lives that a memory holds when it is full
TELLING_S = FAST_S * 14  # what lies longer ago weighs nothing in the fast factor
TOGETHER_S = HOUR_S  # what is published closer than that, one visit would have found
AHEAD_S = 60.0  # how far a clock of theirs may be before ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a good visit saw. `new`: the date of each story not seen before, None where there is none.
    `entries`: how many the document holds, None when it was not read (unchanged). `overlaps`: whether one
    of those known before is still in it. `failed`: whether the visits since the last good one failed."""

    new: tuple[float | None, ...] = ()
    entries: int | None = None
    overlaps: bool = True
    failed: bool = False

    @property
    def gap(self) -> bool:
        """No known entry is left: stories may have passed between the visits."""
        return bool(self.entries) and not self.overlaps


def learn(
    profile: PublicationProfile | None, seen: Seen, *, pool: Sequence[float], now: float
) -> PublicationProfile:
    """The rhythm after a good visit. A first document's dates are history. A clock that was set back makes
    Δ 0, one that ran ahead adds no more days than the level remembers."""
    return learn_rates(profile, seen, pool=pool, now=now)[0]


def learn_rates(
    profile: PublicationProfile | None, seen: Seen, *, pool: Sequence[float], now: float
) -> tuple[PublicationProfile, list[float]]:
    """`learn`, and `rates` of what was learned: a visit that saw nothing new leaves the profile as it was, so
    that it is worked out only once."""
    if profile is None:
        first = _from_history(seen, pool=pool, now=now)
        return first, rates(first, pool=pool)
    span = max(0.0, now - profile.at)
    count = len(seen.new)
    # A silence during which nobody could listen says nothing.
    heard = 0.0 if seen.failed and not count else span
    counts = forgotten(profile.hours, span)
    values = hourly_weights(counts, pool)
    foretold = level(profile) * expected(values, now - heard, now)
    count_stories(counts, _dated(seen.new, now - span, now), now)
    watch(counts, now - heard, now)
    slow, fast = 2.0 ** (-span / LEVEL_S), 2.0 ** (-span / FAST_S)
    middle = 2.0 ** (-span / FAST_S / 2)
    if count:
        values = hourly_weights(counts, pool)
    learned = PublicationProfile(
        at=now,
        stories=profile.stories * slow + count,
        finds=profile.finds * slow + bool(count),
        days=profile.days * slow + min(heard, LEVEL_S * MEMORY) / DAY_S,
        recent=profile.recent * fast + count * middle,
        expected=profile.expected * fast + foretold * middle,
        quiet=0.0 if count else profile.quiet + foretold,
        hours=counts.tobytes(),
        evenness=evenness(values) if count else profile.evenness,
        window=_window(profile.window, seen),
        new_at=now if count else profile.new_at,
    )
    return learned, _rates(learned, values)


def _window(known: int, seen: Seen) -> int:
    """The largest document seen; one without a known entry shows how much it really holds."""
    if seen.entries is None:
        return known
    return seen.entries if seen.gap else max(known, seen.entries)


def _dated(new: Sequence[float | None], since: float, now: float) -> list[float]:
    """A moment for each new story: its own date, or, where that is missing, ahead, or before the last visit,
    one spread evenly over the time since then."""
    dates = [date if date is not None and since <= date <= now + AHEAD_S else None for date in new]
    missing = dates.count(None)
    spread = iter([since + (now - since) * (place + 0.5) / missing for place in range(missing)])
    return [next(spread) if date is None else min(date, now) for date in dates]


def _from_history(seen: Seen, *, pool: Sequence[float], now: float) -> PublicationProfile:
    """What the dates of a first document tell. Its oldest tenth only opens the time it covers: a pinned
    entry of three years ago is no sign of three quiet years. Without dates the level is its prior."""
    dates = sorted(date for date in seen.new if date is not None and date <= now + AHEAD_S)
    oldest = len(dates) // 10 + 1 if len(dates) > 4 else 1
    opened, told = dates[:oldest], [min(date, now) for date in dates[oldest:]]
    new_at = max(dates, default=None)
    profile = PublicationProfile(
        at=now, window=seen.entries or 0, new_at=None if new_at is None else min(new_at, now)
    )
    if not told:
        return profile
    since = opened[-1]
    weights = [2.0 ** (-(now - date) / LEVEL_S) for date in told]
    counts = forgotten(profile.hours, 0.0)
    count_stories(counts, told, now)
    watch(counts, since, now)
    return replace(
        profile,
        stories=sum(weights),
        finds=sum(
            weight
            for weight, date, before in zip(weights, told, [since, *told], strict=False)
            if date - before > TOGETHER_S
        ),
        days=LEVEL_S / DAY_S * MEMORY * (1 - 2.0 ** (-(now - since) / LEVEL_S)),
        hours=counts.tobytes(),
        evenness=evenness(hourly_weights(counts, pool)),
    )


def level(profile: PublicationProfile) -> float:
    """λ̄, in stories a second."""
    return (profile.stories + 0.5) / (profile.days + 1) / DAY_S


def fast_factor(profile: PublicationProfile) -> float:
    """ρ: over 1 when more came of late than the level had foretold."""
    fast = (profile.recent + 3) / (profile.expected + 3)
    at_once = max(1.0, profile.stories / profile.finds) if profile.finds > 0 else 1.0
    quiet = profile.quiet / at_once
    return fast if quiet <= 3 else min(fast, 3 / quiet)


def rates(profile: PublicationProfile, *, pool: Sequence[float]) -> list[float]:
    """λ by slot, in stories a second."""
    return _rates(profile, hourly_weights(forgotten(profile.hours, 0.0), pool))


def _rates(profile: PublicationProfile, values: Sequence[float]) -> list[float]:
    rate = level(profile) * fast_factor(profile)
    return [rate * value for value in values]


def expected(by_slot: Sequence[float], start: float, end: float) -> float:
    """∫λ from `start` to `end`: how many stories are expected. No more than the last week of it is walked."""
    start = max(start, end - TELLING_S)
    count = 0.0
    while start < end:
        until = min((start // HOUR_S + 1) * HOUR_S, end)
        count += by_slot[slot_of(start)] * (until - start)
        start = until
    return count
