"""The threshold μ at which all sources together use the budget of visits: found by bisection, corrected by the
visits that were made.

Pure; moments in Unix seconds, rates in visits or stories a second.

A source with the level λ̄ and the evenness q (the mean root of its profile) is visited about every
√(2μ/(u·λ̄))/q, within its limits (u: the share of its stories that it is first to bring). The sum of these rates
falls as μ rises, so bisection finds the μ that uses B' = B·(planned/made): the effect of jitter, windows and server
hints is learned from the last days, within ±15 %. A host whose rate limit does not allow the visits of its sources
gets a threshold of its own, above μ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

from newsdesk.scheduler.cadence.hourly_profile import DAY_S, HOUR_S, add_day, even_shares, scaled_to_one
from newsdesk.scheduler.cadence.intervals import NORMAL_INTERVALS, Intervals
from newsdesk.scheduler.cadence.policy import MOST_LONGER, is_silent, is_slow, safe_count
from newsdesk.scheduler.cadence.publication_profile import fast_factor, first_share, level
from newsdesk.storage.records.publication_profile import PublicationProfile, ThresholdState

SOLVE_S = 3 * HOUR_S
SETTLING_S, SETTLING_SOLVE_S = 2 * HOUR_S, 600
MOST_CORRECTION = 0.15
SPENT_S = 2 * DAY_S  # half-life: long enough to even out day and night
TRUSTED_VISITS = 50.0  # so many visits count as made as planned: the first few say little
FIRST_THRESHOLD = 0.5 * (20 / DAY_S) * HOUR_S**2  # one hour for a source of twenty stories a day
HOST_SHARE = 0.8  # of the visits that a host's rate limit allows
LEAST_S = 0.001  # the user's own host may have no delay
_STEPS = 48  # halvings of the range of √μ: far more exact than the correction
_LEAST, _MOST = 1e-3, 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How often a source is visited: every `interval_factor`·√μ seconds, within the two limits."""

    interval_factor: float
    shortest_s: float
    longest_s: float


def load_of(
    profile: PublicationProfile,
    *,
    now: float,
    intervals: Intervals = NORMAL_INTERVALS,
    count_once: bool = True,
) -> Load:
    """What the source needs of the budget. A small feed needs many visits at any threshold. Quiet times count,
    bursts do not: all new sources burst by day, since their hours are not known yet, and a threshold that followed
    was twice as high on their first day (`benchmarks.schedule --mix newspapers`)."""
    rate = level(profile) * min(fast_factor(profile), 1.0)
    longest = intervals.silent_s if is_silent(profile, now) else intervals.longest_s
    if profile.feed_size:
        longest = min(longest, safe_count(profile.feed_size) / rate)
    share = first_share(profile) if count_once else 1.0
    if is_slow(profile):
        share = max(share, 1 / MOST_LONGER**2)
    return Load(
        interval_factor=sqrt(2 / (share * rate)) / max(profile.evenness, 0.05),
        shortest_s=intervals.shortest_s,
        longest_s=max(longest, intervals.shortest_s),
    )


def visits_at(loads: Sequence[Load], threshold: float) -> float:
    """How many visits a second the sources need at that threshold."""
    root = sqrt(threshold)
    return _visits([(load.interval_factor, load.shortest_s, load.longest_s) for load in loads], root)


def _visits(rows: Sequence[tuple[float, float, float]], root: float) -> float:
    return sum(
        [
            1
            / (
                longest
                if factor * root > longest
                else shortest
                if factor * root < shortest
                else factor * root
            )
            for factor, shortest, longest in rows
        ]
    )


def solve(loads: Sequence[Load], budget: float) -> float:
    """The least threshold at which the sources need no more than `budget` visits a second. The greatest one where
    they always need more (no source is visited less than daily); the least one where all are at their shortest
    interval."""
    rows = [(load.interval_factor, load.shortest_s, load.longest_s) for load in loads]
    low, high = _LEAST, _MOST
    if not rows or _visits(rows, low) <= budget:
        return low * low
    for _ in range(_STEPS):
        middle = sqrt(low * high)
        if _visits(rows, middle) > budget:
            low = middle
        else:
            high = middle
    return high * high


def initial_threshold() -> ThresholdState:
    """The state before the first computation."""
    return ThresholdState(threshold=FIRST_THRESHOLD)


def is_due_for_solving(state: ThresholdState, now: float) -> bool:
    """Whether the threshold is to be computed again; also after the clock was set back."""
    if state.found_at is None or state.since is None or now < state.found_at:
        return True
    settling = now - state.since < SETTLING_S
    return now - state.found_at >= (SETTLING_SOLVE_S if settling else SOLVE_S)


def correction(state: ThresholdState) -> float:
    """The factor of the budget that corrects for more or fewer visits than planned."""
    ratio = (state.visits_planned + TRUSTED_VISITS) / (state.visits_made + TRUSTED_VISITS)
    return min(max(ratio, 1 - MOST_CORRECTION), 1 + MOST_CORRECTION)


def _solved(
    state: ThresholdState,
    loads: Sequence[Load],
    mean_profile: tuple[float, ...],
    *,
    budget: float,
    visits: int,
    now: float,
) -> ThresholdState:
    span = 0.0 if state.found_at is None else max(0.0, now - state.found_at)
    weight = 2.0 ** (-span / SPENT_S)
    counts = span <= 2 * SOLVE_S  # otherwise nothing ran for a while, which saved no visits
    counted = replace(
        state,
        found_at=now,
        since=now if state.since is None else min(state.since, now),
        mean_profile=mean_profile,
        visits_planned=state.visits_planned * weight + state.target_rate * span * counts,
        visits_made=state.visits_made * weight + visits * counts,
    )
    if not loads:
        return counted
    aim = budget * correction(counted)
    return replace(counted, target_rate=aim, threshold=solve(loads, aim))


def host_thresholds(
    loads: Mapping[str, Iterable[Load]], *, threshold: float, most: Callable[[str], float]
) -> dict[str, float]:
    """The hosts whose sources would need more than `most` visits a second at that threshold, each with the
    threshold that keeps to it."""
    crowded = {}
    for host, of_host in loads.items():
        rows = list(of_host)
        if visits_at(rows, threshold) > most(host):
            crowded[host] = solve(rows, most(host))
    return crowded


def find_thresholds(
    state: ThresholdState,
    by_host: Iterable[tuple[str, PublicationProfile]],
    *,
    own: Sequence[int | None],
    pooled: int,
    visits_a_day: float,
    visits: int,
    gap_of: Callable[[str], float],
    now: float,
    intervals: Intervals = NORMAL_INTERVALS,
    count_once: bool = True,
) -> ThresholdState:
    """Compute the common threshold and those of hosts with too many sources.

    `by_host`: host and profile of those of the `pooled` sources that were read; `own`: the intervals of the
    others, None for a cron line. These take their visits from the budget, but never more than half of what the
    pooled ones have. `visits_a_day`: of a source; `visits`: how many the pooled ones made since the last
    computation; `gap_of`: the mean seconds between two requests to a host by its rate limit; `count_once`: as in
    `PolicyInputs`."""
    loads: dict[str, list[Load]] = {}
    shares = even_shares()
    for host, profile in by_host:  # one at a time: a hundred thousand profiles are 60 MB
        load = load_of(profile, now=now, intervals=intervals, count_once=count_once)
        loads.setdefault(host, []).append(load)
        add_day(shares, profile.hourly)
    every = [load for of_host in loads.values() for load in of_host]
    taken = sum(DAY_S / every_s if every_s else visits_a_day for every_s in own)
    whole = visits_a_day * (pooled + len(own))
    budget = max(whole - taken, visits_a_day * pooled / 2) * len(every) / max(1, pooled)
    solved = _solved(state, every, scaled_to_one(shares), budget=budget / DAY_S, visits=visits, now=now)
    crowded = host_thresholds(
        loads, threshold=solved.threshold, most=lambda host: HOST_SHARE / max(gap_of(host), LEAST_S)
    )
    return replace(solved, host_thresholds=tuple(sorted(crowded.items())))
