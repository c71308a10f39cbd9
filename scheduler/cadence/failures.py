"""When to try again after a visit that failed, by the class of failure. Nothing ever stops for good.

Pure; times in seconds. What a host itself asked for (Retry-After) goes before all of it and is kept by the
caller, `scheduler.cadence.next_visit`. Failures teach nothing of the rhythm.

    temporary, unreadable, bug   1–3 min once, then the source's own interval, doubled with each more, by
                                 chance between 5 min and that, up to 6 h
    limited                      30 min or twice the interval, and up to an hour more by chance
    forbidden                    6 h, 24 h, then daily; after 7 d weekly
    missing                      1 h, 6 h, 24 h, then daily; after 14 d weekly
    gone                         twice 24 h apart, then monthly
    tls, guarded                 daily: never unverified, never to an address that is none of ours
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from newsdesk.scheduler.cadence.hourly_profile import DAY_S, HOUR_S
from newsdesk.storage.records.outcomes import OutcomeCategory

SourceStatus = Literal["active", "blocked", "dormant", "gone"]

SOONEST_S, LATEST_S = 300.0, 6.0 * HOUR_S
FIRST_S = (60.0, 180.0)  # most failures are a hiccup
LIMITED_S = 1800.0
WEEK_S, MONTH_S = 7.0 * DAY_S, 30.0 * DAY_S
BLOCKED_AFTER_S, DORMANT_AFTER_S = 7.0 * DAY_S, 14.0 * DAY_S
GONE_AFTER = 2  # answers in a row
JITTER = 0.05

_STEPS: dict[OutcomeCategory, tuple[float, ...]] = {  # the last one goes on
    "forbidden": (6.0 * HOUR_S, DAY_S),
    "not-found": (HOUR_S, 6.0 * HOUR_S, DAY_S),
    "gone": (DAY_S,),
    "tls": (DAY_S,),
    "not-allowed": (DAY_S,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """The next try, in seconds from now, and how the source stands meanwhile."""

    after_s: float
    status: SourceStatus = "active"


def retry(
    group: OutcomeCategory, *, failures: int, failing_s: float, interval_s: float, roll: float
) -> Retry:
    """The next try after the `failures`-th failure in a row (from 1), the first of them `failing_s` ago, of a
    source that is visited every `interval_s` when all is well. `roll`: chance, evenly from 0 to 1."""
    failures = max(failures, 1)
    if group == "rate-limited":
        return Retry(after_s=min(max(LIMITED_S, 2 * interval_s) + roll * HOUR_S, DAY_S))
    steps = _STEPS.get(group)
    if steps is None:
        return Retry(after_s=_doubled(failures, interval_s, roll))
    standing = _status(group, failures, failing_s)
    wait = {"blocked": WEEK_S, "dormant": WEEK_S, "gone": MONTH_S}.get(
        standing, steps[min(failures, len(steps)) - 1]
    )
    return Retry(after_s=wait * (1 - JITTER + 2 * JITTER * roll), status=standing)


def _doubled(failures: int, interval_s: float, roll: float) -> float:
    if failures == 1:
        least, most = FIRST_S
        return least + (most - least) * roll
    most = min(interval_s * 2.0 ** min(failures - 1, 6), LATEST_S)
    return SOONEST_S + max(0.0, most - SOONEST_S) * roll


def _status(group: OutcomeCategory, failures: int, failing_s: float) -> SourceStatus:
    if group == "forbidden" and failing_s >= BLOCKED_AFTER_S:
        return "blocked"
    if group == "not-found" and failing_s >= DORMANT_AFTER_S:
        return "dormant"
    if group == "gone" and failures > GONE_AFTER:
        return "gone"
    return "active"
