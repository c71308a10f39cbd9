"""When to come back to a source, and why then: the policy, pure, a plug-in.

A policy takes the rhythm of one source, what the visit saw and the terms of the moment, and gives the rhythm
after it with the time to the next visit. Times in seconds.

The next visit is at the earliest b where the expected waiting of all that is published meanwhile,

    D(now, b) = ∫ from now to b of λ(u)·(b − u) du,

reaches the price μ that all sources share (λ: `scheduler.cadence.publication_profile`, μ:
`scheduler.cadence.threshold`). With a steady λ that is √(2μ/λ): visits follow the root of what is published,
which makes the mean delay least at equal cost. Then the limits, in this order, each stronger than the ones
before it:

1. window: the stories expected until then, with 1.5 σ, stay under half of the feed's window W; after a visit
   with n ≥ 3 new stories in Δ, at most W·Δ/2n; after a gap at most Δ/2;
2. never sooner than `shortest_s`, never later than 6 h, or 24 h for a source that is silent for 30 d;
3. the server's wish, up to 6 h, and not beyond what the window allows;
4. ±5 % by chance, so that sources do not march in step; never beyond the window or below the wish.

The host's gate, and who asks it when, are not decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import Literal, TypeAlias

from newsdesk.scheduler.cadence.hourly_profile import DAY_S, HOUR_S, slot_of
from newsdesk.scheduler.cadence.publication_profile import Seen, learn_rates, rates
from newsdesk.scheduler.cadence.server_hints import NO_WISHES, ParsedHints
from newsdesk.storage.records.publication_profile import PublicationProfile

SHORTEST_S = 300.0
LONGEST_S = 6.0 * HOUR_S
LONGEST_SILENT_S = 24.0 * HOUR_S
SILENT_S = 30 * DAY_S
LONGEST_WISH_S = 6.0 * HOUR_S
NEWCOMER_S, NEWCOMER_DAYS = 1800.0, 0.125  # while so little was watched, no later than this
SAFE_SHARE, SIGMAS = 0.5, 1.5
JITTER = 0.05

Limit = Literal["price", "window", "gap", "shortest", "longest", "silent", "newcomer", "wish", "rests"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What holds at the moment of a decision. `now`: Unix seconds; `price`: μ, or that of the source's own
    host where it is crowded; `pool`: the day of the mean source; `roll`: chance, evenly from 0 to 1."""

    now: float
    threshold: float
    pool: Sequence[float] = (1 / 24,) * 24
    roll: float = 0.5
    parsed_hints: ParsedHints = NO_WISHES
    shortest_s: float = SHORTEST_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The next visit: in how many seconds, and which limit decided. `at_risk`: the shortest
    interval is too long for the window."""

    after_s: float
    limit: Limit
    at_risk: bool = False


Policy: TypeAlias = Callable[[PublicationProfile | None, Seen, Terms], tuple[PublicationProfile, Plan]]


def plan(profile: PublicationProfile | None, seen: Seen, terms: Terms) -> tuple[PublicationProfile, Plan]:
    """The policy: the rhythm after a good visit, and the next one."""
    since_s = None if profile is None else max(0.0, terms.now - profile.at)
    learned, by_slot = learn_rates(profile, seen, pool=terms.pool, now=terms.now)
    return learned, _decide(learned, seen, by_slot, terms, since_s)


def usual_plan(profile: PublicationProfile, terms: Terms) -> Plan:
    """The next visit if one at `terms.now` saw nothing new."""
    return _decide(profile, Seen(), rates(profile, pool=terms.pool), terms, None)


def usual_s(profile: PublicationProfile, terms: Terms) -> float:
    """The time to the next visit if one at `terms.now` saw nothing new: what failures are doubled from."""
    return usual_plan(profile, terms).after_s


def limits(profile: PublicationProfile, terms: Terms) -> tuple[tuple[Limit, float], ...]:
    """What each limit alone would say, in seconds after a visit at `terms.now` that saw nothing new, in the
    order in which they are asked. A window is none where none is known, a wish where nothing is wished."""
    by_slot = rates(profile, pool=terms.pool)
    wanted, by_price = _by_price(profile, by_slot, terms)
    safe, by_window = _by_window(profile, Seen(), by_slot, terms.now, None, LONGEST_SILENT_S)
    longest, by_longest = _longest(profile, terms.now)
    said: list[tuple[Limit, float]] = [(by_price, wanted)]
    if safe < inf:
        said.append((by_window, safe))
    said += [("shortest", terms.shortest_s), (by_longest, longest)]
    wish = min(terms.parsed_hints.wait_s(terms.now), LONGEST_WISH_S)
    if wish > 0:
        said.append(("wish", wish))
    after = usual_s(profile, terms)
    if (awake := terms.parsed_hints.after_rest(terms.now + after)) > terms.now + after:
        said.append(("rests", min(awake - terms.now, LONGEST_WISH_S)))
    return tuple(said)


def _decide(
    profile: PublicationProfile, seen: Seen, by_slot: Sequence[float], terms: Terms, since_s: float | None
) -> Plan:
    wanted, limit = _by_price(profile, by_slot, terms)
    # What holds longer than all that could be waited for need not be known exactly.
    far = LONGEST_SILENT_S if wanted > LONGEST_S / (1 + JITTER) else LONGEST_S
    safe, why_safe = _by_window(profile, seen, by_slot, terms.now, since_s, far)
    if safe < wanted:
        wanted, limit = safe, why_safe
    longest, why_longest = _longest(profile, terms.now)
    if wanted >= longest:
        wanted, limit = longest, why_longest
    if wanted < terms.shortest_s:
        wanted, limit = terms.shortest_s, "shortest"
    at_risk = safe < terms.shortest_s
    safe = max(safe, terms.shortest_s)
    floor = min(terms.parsed_hints.wait_s(terms.now), LONGEST_WISH_S, safe)
    if floor > wanted:
        wanted, limit = floor, "wish"
    after = max(wanted * (1 - JITTER + 2 * JITTER * terms.roll), floor, terms.shortest_s)
    awake = terms.parsed_hints.after_rest(terms.now + after)
    if awake > terms.now + after and after < min(LONGEST_WISH_S, safe):
        after, limit = min(awake - terms.now, LONGEST_WISH_S, safe), "rests"
    return Plan(after_s=min(after, safe), limit=limit, at_risk=at_risk)


def _by_price(profile: PublicationProfile, by_slot: Sequence[float], terms: Terms) -> tuple[float, Limit]:
    wanted = waits_for(by_slot, terms.now, terms.threshold, LONGEST_SILENT_S)
    if profile.days < NEWCOMER_DAYS and wanted > NEWCOMER_S:
        return NEWCOMER_S, "newcomer"
    return wanted, "price"


def _longest(profile: PublicationProfile, now: float) -> tuple[float, Limit]:
    silent = profile.new_at is None or now - profile.new_at > SILENT_S
    return (LONGEST_SILENT_S, "silent") if silent else (LONGEST_S, "longest")


def _by_window(
    profile: PublicationProfile,
    seen: Seen,
    by_slot: Sequence[float],
    now: float,
    since_s: float | None,
    far_s: float,
) -> tuple[float, Limit]:
    """How long the document holds what is published, no more than `far_s`, and what says so; `inf` while no
    window is known."""
    safe = inf
    if profile.window:
        safe = holds_for(by_slot, now, safe_count(profile.window), far_s)
    if since_s is not None and since_s > 0:
        if len(seen.new) >= 3 and profile.window:
            safe = min(safe, SAFE_SHARE * profile.window * since_s / len(seen.new))
        if seen.gap and since_s / 2 < safe:
            return since_s / 2, "gap"
    return safe, "window"


def safe_count(window: int) -> float:
    """The expected count m for which m + 1.5·√m is half of the window."""
    root = (-SIGMAS + sqrt(SIGMAS**2 + 4 * SAFE_SHARE * window)) / 2
    return root * root


def waits_for(by_slot: Sequence[float], now: float, threshold: float, most_s: float) -> float:
    """The seconds until D(now, b) reaches `price`, hour by hour in closed form; no more than `most_s`."""
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


def holds_for(by_slot: Sequence[float], now: float, count: float, most_s: float) -> float:
    """The seconds for which `count` stories suffice, if the busiest hour of them lasted all the time: the
    hours of a profile are not known to the minute. No more than `most_s`."""
    at, busiest = now, 0.0
    end = now + most_s
    while at < end:
        busiest = max(busiest, by_slot[slot_of(at)])
        until = min((at // HOUR_S + 1) * HOUR_S, end)
        if busiest * (until - now) >= count:
            return max(count / busiest, at - now)
        at = until
    return most_s
