"""The price μ at which all sources together spend the budget: by bisection, corrected by what was spent.

Pure; moments in Unix seconds, rates in visits or stories a second.

A source with the level λ̄ and the evenness q (the mean root of its profile) is visited about every
√(2μ/λ̄)/q, within its limits. The sum of these rates falls as μ rises, so halving finds the μ that spends B'
= B·(aimed/spent): what jitter, windows and wishes make of the aim is learned from the last days, within ±15
%. A host that could not take its sources' visits gets a price of its own, above μ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

from newsdesk.scheduler.cadence.hourly_profile import DAY_S, HOUR_S, add_day, even_shares, pooled, shares_of
from newsdesk.scheduler.cadence.policy import LONGEST_S, LONGEST_SILENT_S, SHORTEST_S, SILENT_S, safe_count
from newsdesk.scheduler.cadence.publication_profile import fast_factor, level
from newsdesk.storage.records.publication_profile import PublicationProfile, ThresholdState

SOLVE_S = 3 * HOUR_S
SETTLING_S, SETTLING_SOLVE_S = 2 * HOUR_S, 600
MOST_CORRECTION = 0.15
SPENT_S = 2 * DAY_S  # half-life: long enough that day and night are no error of the aim
TRUSTED_VISITS = 50.0  # so many visits as aimed are assumed: the first few are no measure
FIRST_PRICE = 0.5 * (20 / DAY_S) * HOUR_S**2  # one hour's waiting for twenty stories a day
HOST_SHARE = 0.8  # of what a host's pauses allow: they must not fill its day
LEAST_S = 0.001  # a host of one's own may be asked without pause
_STEPS = 48  # halvings of the range of √μ: far below what the correction sees
_LEAST, _MOST = 1e-3, 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How often a source is visited: every `pace`·√μ seconds, within the two limits."""

    interval_factor: float
    shortest_s: float
    longest_s: float


def load_of(profile: PublicationProfile, *, now: float, shortest_s: float = SHORTEST_S) -> Load:
    """What the source asks of the budget. A small window makes it dear, however high the price. Its quiet
    counts and its bursts do not: by day all new sources burst, since their hours are not known yet, and a
    price that followed was twice as high on their first day (`benchmarks.schedule --mix newspapers`)."""
    rate = level(profile) * min(fast_factor(profile), 1.0)
    silent = profile.new_at is None or now - profile.new_at > SILENT_S
    longest = LONGEST_SILENT_S if silent else LONGEST_S
    if profile.window:
        longest = min(longest, safe_count(profile.window) / rate)
    return Load(
        interval_factor=sqrt(2 / rate) / max(profile.evenness, 0.05),
        shortest_s=shortest_s,
        longest_s=max(longest, shortest_s),
    )


def visits_at(loads: Sequence[Load], threshold: float) -> float:
    """How many visits a second the sources take at that price."""
    root = sqrt(threshold)
    return _visits([(load.interval_factor, load.shortest_s, load.longest_s) for load in loads], root)


def _visits(rows: Sequence[tuple[float, float, float]], root: float) -> float:
    return sum(
        [
            1
            / (
                longest
                if rate_limit * root > longest
                else shortest
                if rate_limit * root < shortest
                else rate_limit * root
            )
            for rate_limit, shortest, longest in rows
        ]
    )


def solve(loads: Sequence[Load], budget: float) -> float:
    """The least price at which the sources take no more than `budget` visits a second. Where even the dearest
    takes more (no source is visited less than daily), the dearest; where all are at their shortest interval,
    the cheapest."""
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


def first_planner() -> ThresholdState:
    """Before there is anything to plan with."""
    return ThresholdState(threshold=FIRST_PRICE)


def due_for_solving(planner: ThresholdState, now: float) -> bool:
    """Whether the price is to be found anew; also after a clock was set back."""
    if planner.found_at is None or planner.since is None or now < planner.found_at:
        return True
    settling = now - planner.since < SETTLING_S
    return now - planner.found_at >= (SETTLING_SOLVE_S if settling else SOLVE_S)


def correction(planner: ThresholdState) -> float:
    """What the budget is multiplied with, since more or less than was aimed at was spent."""
    ratio = (planner.aimed + TRUSTED_VISITS) / (planner.spent + TRUSTED_VISITS)
    return min(max(ratio, 1 - MOST_CORRECTION), 1 + MOST_CORRECTION)


def replan(
    planner: ThresholdState,
    rhythms: Sequence[PublicationProfile],
    *,
    budget: float,
    visits: int,
    now: float,
    shortest_s: float = SHORTEST_S,
) -> ThresholdState:
    """The planner with a new price. `budget`: visits a second for all of `rhythms`; `visits`: how many they
    took since the last time."""
    loads = [load_of(profile, now=now, shortest_s=shortest_s) for profile in rhythms]
    pool = pooled(profile.hours for profile in rhythms)
    return _priced(planner, loads, pool, budget=budget, visits=visits, now=now)


def _priced(
    planner: ThresholdState,
    loads: Sequence[Load],
    pool: tuple[float, ...],
    *,
    budget: float,
    visits: int,
    now: float,
) -> ThresholdState:
    span = 0.0 if planner.found_at is None else max(0.0, now - planner.found_at)
    weight = 2.0 ** (-span / SPENT_S)
    heard = span <= 2 * SOLVE_S  # else nobody visited for a while, which is no saving
    counted = replace(
        planner,
        found_at=now,
        since=now if planner.since is None else min(planner.since, now),
        pool=pool,
        aimed=planner.aimed * weight + planner.aim * span * heard,
        spent=planner.spent * weight + visits * heard,
    )
    if not loads:
        return counted
    aim = budget * correction(counted)
    return replace(counted, aim=aim, threshold=solve(loads, aim))


def host_prices(
    loads: Mapping[str, Iterable[Load]], *, threshold: float, most: Callable[[str], float]
) -> dict[str, float]:
    """The hosts whose sources would take more than `most` of it visits a second at that price, each with the
    price that keeps it."""
    crowded = {}
    for host, of_host in loads.items():
        rows = list(of_host)
        if visits_at(rows, threshold) > most(host):
            crowded[host] = solve(rows, most(host))
    return crowded


def replan_all(
    planner: ThresholdState,
    by_host: Iterable[tuple[str, PublicationProfile]],
    *,
    own: Sequence[int | None],
    pooled: int,
    visits_a_day: float,
    visits: int,
    gap_of: Callable[[str], float],
    now: float,
    shortest_s: float = SHORTEST_S,
) -> ThresholdState:
    """The planner with new prices, the common one and those of crowded hosts.

    `by_host`: host and rhythm of those of the `pooled` sources that were read; `own`: the intervals of the
    others, None for a cron line. They take their visits from the budget, but never more than half of what
    the pooled ones have. `visits_a_day`: of a source; `visits`: how many the pooled ones made since the last
    time; `gap_of`: the mean seconds between two requests to a host that its pace allows."""
    loads: dict[str, list[Load]] = {}
    shares = even_shares()
    for host, profile in by_host:  # one at a time: a hundred thousand rhythms are 60 MB
        loads.setdefault(host, []).append(load_of(profile, now=now, shortest_s=shortest_s))
        add_day(shares, profile.hours)
    every = [load for of_host in loads.values() for load in of_host]
    taken = sum(DAY_S / every_s if every_s else visits_a_day for every_s in own)
    whole = visits_a_day * (pooled + len(own))
    budget = max(whole - taken, visits_a_day * pooled / 2) * len(every) / max(1, pooled)
    solved = _priced(planner, every, shares_of(shares), budget=budget / DAY_S, visits=visits, now=now)
    crowded = host_prices(
        loads, threshold=solved.threshold, most=lambda host: HOST_SHARE / max(gap_of(host), LEAST_S)
    )
    return replace(solved, crowded=tuple(sorted(crowded.items())))
