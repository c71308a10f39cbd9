"""The policy: when to visit a source next, and which limit decides. Pure; times in seconds.

It takes the publication profile of one source, what the visit observed and the inputs of the moment, and returns the
updated profile with the time to the next visit.

The next visit is at the earliest b where the expected waiting of all stories published meanwhile,

    D(now, b) = ∫ from now to b of λ(u)·(b − u) du,

reaches the threshold μ that all sources share (λ: the rate of publication, `scheduler.cadence.publication_profile`;
μ: `scheduler.cadence.threshold`). With a steady λ that is √(2μ/λ): visits follow the square root of the rate, which
makes the mean delay least at equal cost. A source that is rarely first to bring its stories waits for μ/u (u: its
`first_share`), but one under a story a day at most twice as long as for μ. Then limits apply, each stronger than
the ones before it:

1. window: the stories expected until then, with 1.5 σ, stay under half of the feed's W entries; after a visit with
   n ≥ 3 new stories in Δ, at most W·Δ/2n, with the shorter Δ that their dates show for some of them, and less where
   under a quarter of the entries was known before; after a gap at once;
2. never sooner than the shortest interval, never later than the longest, or the one for sources that are silent for
   30 d (`scheduler.cadence.intervals`);
3. server hints, up to 6 h, and not beyond the window;
4. ±5 % jitter, so that sources are not visited in step; never beyond the window or sooner than a server hint.

The rate limits of hosts are applied elsewhere (`crawler.politeness`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import Literal

from newsdesk.scheduler.cadence.hourly_profile import DAY_S, HOUR_S, slot_of
from newsdesk.scheduler.cadence.intervals import NORMAL_INTERVALS, Intervals
from newsdesk.scheduler.cadence.publication_profile import (
    Observation,
    first_share,
    level,
    rates,
    update_profile_and_rates,
)
from newsdesk.scheduler.cadence.server_hints import NO_PARSED_HINTS, ParsedHints
from newsdesk.storage.records.publication_profile import PublicationProfile

SILENT_S = 30 * DAY_S
LONGEST_HINT_S = 6.0 * HOUR_S
NEW_SOURCE_S, NEW_SOURCE_DAYS = 1800.0, 0.125  # until so many days were observed, no later than this
SAFE_SHARE, SIGMAS = 0.5, 1.5
FEWEST_OF_RATE = 3  # stories that show a rate
BURST_S = 600.0  # a rate is of at least so long: stories released together are no stream
SLOW_RATE, MOST_LONGER = 1 / DAY_S, 2.0  # below this many stories a second, at most this many times the wait
NEARLY_FULL = 0.25  # of the known entries left, below which the next visit comes sooner
JITTER = 0.05

Limit = Literal[
    "threshold", "window", "gap", "shortest", "longest", "silent", "new-source", "server-hint", "skip-hours"
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyInputs:
    """The inputs of a decision besides the profile. `now`: Unix seconds; `threshold`: μ, or that of the source's
    host where it has too many sources; `mean_profile`: the day of the mean source; `jitter`: random, evenly
    from 0 to 1. `count_once`: a story that another source has brought before counts less."""

    now: float
    threshold: float
    mean_profile: Sequence[float] = (1 / 24,) * 24
    jitter: float = 0.5
    parsed_hints: ParsedHints = NO_PARSED_HINTS
    intervals: Intervals = NORMAL_INTERVALS
    count_once: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The next visit: in how many seconds, and which limit decided. `at_risk`: the shortest interval is too long
    for the window, so the feed may drop stories unseen."""

    after_s: float
    limit: Limit
    at_risk: bool = False


def plan(
    profile: PublicationProfile | None, observed: Observation, inputs: PolicyInputs
) -> tuple[PublicationProfile, Plan]:
    """The updated profile after a successful visit, and the next visit."""
    since_s = None if profile is None else max(0.0, inputs.now - profile.read_at)
    updated, by_slot = update_profile_and_rates(
        profile, observed, mean_profile=inputs.mean_profile, now=inputs.now
    )
    return updated, _decide(updated, observed, by_slot, inputs, since_s)


def plan_without_news(profile: PublicationProfile, inputs: PolicyInputs) -> Plan:
    """The next visit if a visit at `inputs.now` found nothing new."""
    return _decide(profile, Observation(), rates(profile, mean_profile=inputs.mean_profile), inputs, None)


def interval_without_news_s(profile: PublicationProfile, inputs: PolicyInputs) -> float:
    """The time to the next visit if one at `inputs.now` found nothing new: the interval that failures double."""
    return plan_without_news(profile, inputs).after_s


def limit_times(profile: PublicationProfile, inputs: PolicyInputs) -> tuple[tuple[Limit, float], ...]:
    """The time of each limit alone, in seconds after a visit at `inputs.now` that found nothing new, in the order
    in which they apply. Without the window where the size of the feed is not known, without hints where there
    are none."""
    by_slot = rates(profile, mean_profile=inputs.mean_profile)
    wanted, by_threshold = _by_threshold(profile, by_slot, inputs)
    safe, by_window = _by_window(profile, Observation(), by_slot, inputs.now, None, inputs.intervals.silent_s)
    longest, by_longest = _longest(profile, inputs)
    times: list[tuple[Limit, float]] = [(by_threshold, wanted)]
    if safe < inf:
        times.append((by_window, safe))
    times += [("shortest", inputs.intervals.shortest_s), (by_longest, longest)]
    hint_s = min(inputs.parsed_hints.wait_s(inputs.now), LONGEST_HINT_S)
    if hint_s > 0:
        times.append(("server-hint", hint_s))
    after = interval_without_news_s(profile, inputs)
    if (resumes_at := inputs.parsed_hints.after_skipped_hours(inputs.now + after)) > inputs.now + after:
        times.append(("skip-hours", min(resumes_at - inputs.now, LONGEST_HINT_S)))
    return tuple(times)


def _decide(
    profile: PublicationProfile,
    observed: Observation,
    by_slot: Sequence[float],
    inputs: PolicyInputs,
    since_s: float | None,
) -> Plan:
    wanted, limit = _by_threshold(profile, by_slot, inputs)
    # Beyond the longest interval the exact time of the window does not matter.
    longest, why_longest = _longest(profile, inputs)
    far = longest * (1 + JITTER)
    safe, why_safe = _by_window(profile, observed, by_slot, inputs.now, since_s, far)
    if safe < wanted:
        wanted, limit = safe, why_safe
    if wanted >= longest:
        wanted, limit = longest, why_longest
    shortest = inputs.intervals.shortest_s
    if wanted < shortest:
        wanted, limit = shortest, "gap" if limit == "gap" else "shortest"
    at_risk = safe < shortest
    safe = max(safe, shortest)
    floor = min(inputs.parsed_hints.wait_s(inputs.now), LONGEST_HINT_S, safe)
    if floor > wanted:
        wanted, limit = floor, "server-hint"
    after = max(wanted * (1 - JITTER + 2 * JITTER * inputs.jitter), floor, shortest)
    resumes_at = inputs.parsed_hints.after_skipped_hours(inputs.now + after)
    if resumes_at > inputs.now + after and after < min(LONGEST_HINT_S, safe):
        after, limit = min(resumes_at - inputs.now, LONGEST_HINT_S, safe), "skip-hours"
    return Plan(after_s=min(after, safe), limit=limit, at_risk=at_risk)


def _by_threshold(
    profile: PublicationProfile, by_slot: Sequence[float], inputs: PolicyInputs
) -> tuple[float, Limit]:
    most_s = inputs.intervals.silent_s
    share = first_share(profile) if inputs.count_once else 1.0
    wanted = time_to_threshold(by_slot, inputs.now, inputs.threshold / share, most_s)
    if share < 1 and is_slow(profile):
        alone = time_to_threshold(by_slot, inputs.now, inputs.threshold, most_s)
        wanted = min(wanted, MOST_LONGER * alone)
    if profile.days < NEW_SOURCE_DAYS and wanted > NEW_SOURCE_S:
        return NEW_SOURCE_S, "new-source"
    return wanted, "threshold"


def _longest(profile: PublicationProfile, inputs: PolicyInputs) -> tuple[float, Limit]:
    intervals = inputs.intervals
    return (
        (intervals.silent_s, "silent") if is_silent(profile, inputs.now) else (intervals.longest_s, "longest")
    )


def is_slow(profile: PublicationProfile) -> bool:
    """Whether a source has under one story a day."""
    return level(profile) < SLOW_RATE


def is_silent(profile: PublicationProfile, now: float) -> bool:
    """Whether a source had no story in the last 30 days."""
    return profile.new_at is None or now - profile.new_at > SILENT_S


def _by_window(
    profile: PublicationProfile,
    observed: Observation,
    by_slot: Sequence[float],
    now: float,
    since_s: float | None,
    far_s: float,
) -> tuple[float, Limit]:
    """How long the feed holds all that is published, up to `far_s`, and the limit that says so; `inf` while the
    size of the feed is not known."""
    safe = inf
    if profile.feed_size:
        safe = time_to_fill(by_slot, now, safe_count(profile.feed_size), far_s)
    if since_s is not None and since_s > 0:
        if observed.gap:
            return 0.0, "gap"
        if len(observed.new) >= FEWEST_OF_RATE and profile.feed_size:
            safe = min(safe, _by_last_visit(observed.new, profile.feed_size, since_s, now))
    return safe, "window"


def _by_last_visit(new: Sequence[float | None], window: int, since_s: float, now: float) -> float:
    """How long the feed holds all that is published if it goes on as since the last visit, `since_s` ago: half of what
    `window` entries take at the highest rate up to now that the dates show. 84 stories in an hour into a feed of 50
    lost 25 by the mean rate, since the burst had begun a few minutes before the visit. Where nearly all entries were
    new there is no room for a rate that rises further: sooner, at once if none was left."""
    each_s = since_s / len(new)
    ages = sorted(now - at for at in new if at is not None and now - since_s <= at <= now)
    for count, age in enumerate(ages[FEWEST_OF_RATE - 1 :], FEWEST_OF_RATE):
        each_s = min(each_s, max(age, BURST_S) / count)
    room = min(1.0, max(0.0, 1 - len(new) / window) / NEARLY_FULL)
    return SAFE_SHARE * window * each_s * room


def safe_count(window: int) -> float:
    """The expected count m for which m + 1.5·√m is half of the feed."""
    root = (-SIGMAS + sqrt(SIGMAS**2 + 4 * SAFE_SHARE * window)) / 2
    return root * root


def time_to_threshold(by_slot: Sequence[float], now: float, threshold: float, most_s: float) -> float:
    """The seconds until D(now, b) reaches `threshold`, hour by hour in closed form; up to `most_s`."""
    at, count, waited = now, 0.0, 0.0
    end = now + most_s
    while at < end:
        span = min((at // HOUR_S + 1) * HOUR_S, end) - at
        rate = by_slot[slot_of(at)]
        more = (count + rate * span / 2) * span
        if waited + more >= threshold:
            left = max(threshold - waited, 0.0)
            slope = count + sqrt(count * count + 2 * rate * left)
            return at - now + (2 * left / slope if slope > 0 else 0.0)
        waited, count, at = waited + more, count + rate * span, at + span
    return most_s


def time_to_fill(by_slot: Sequence[float], now: float, count: float, most_s: float) -> float:
    """The seconds until `count` stories are published at the rate of the busiest hour so far: profiles are not
    exact to the minute. Up to `most_s`."""
    at, busiest = now, 0.0
    end = now + most_s
    while at < end:
        busiest = max(busiest, by_slot[slot_of(at)])
        until = min((at // HOUR_S + 1) * HOUR_S, end)
        if busiest * (until - now) >= count:
            return max(count / busiest, at - now)
        at = until
    return most_s
