"""When a source is visited again after a failed visit, by outcome category. No source is given up.

Pure; times in seconds. A pause that the host asked for (Retry-After) has precedence, see
`scheduler.cadence.next_visit`. Failures do not change the publication profile.

    temporary, unreadable,       1–3 min once, then at random between 5 min and the source's interval, which
    internal-error               doubles with each further failure, up to 6 h
    rate-limited                 30 min or twice the interval, and at random up to an hour more
    forbidden                    6 h, 24 h, then daily; after 7 d weekly
    challenge                    6 h, 12 h, 24 h, then daily; after 7 d weekly, never sooner than said here
    not-found                    1 h, 6 h, 24 h, then daily; after 14 d weekly
    gone                         twice 24 h apart, then monthly
    tls, not-allowed             daily: never without verification, never to a private address
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from newsdesk.scheduler.cadence.hourly_profile import DAY_S, HOUR_S
from newsdesk.storage.records.outcomes import OutcomeCategory

SourceStatus = Literal["active", "blocked", "dormant", "gone"]

SOONEST_S, LATEST_S = 300.0, 6.0 * HOUR_S
FIRST_S = (60.0, 180.0)  # most failures are over after a minute
LIMITED_S = 1800.0
WEEK_S, MONTH_S = 7.0 * DAY_S, 30.0 * DAY_S
BLOCKED_AFTER_S, DORMANT_AFTER_S = 7.0 * DAY_S, 14.0 * DAY_S
GONE_AFTER = 2  # responses in a row
JITTER = 0.05

_STEPS: dict[OutcomeCategory, tuple[float, ...]] = {  # the last one repeats
    "forbidden": (6.0 * HOUR_S, DAY_S),
    "challenge": (6.0 * HOUR_S, 12.0 * HOUR_S, DAY_S),
    "not-found": (HOUR_S, 6.0 * HOUR_S, DAY_S),
    "gone": (DAY_S,),
    "tls": (DAY_S,),
    "not-allowed": (DAY_S,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPlan:
    """The next attempt, in seconds from now, and the status of the source until then."""

    after_s: float
    status: SourceStatus = "active"


def plan_retry(
    category: OutcomeCategory, *, failures: int, failing_s: float, interval_s: float, jitter: float
) -> RetryPlan:
    """The attempt after the `failures`-th failure in a row (from 1), the first of them `failing_s` ago, of a
    source that is otherwise visited every `interval_s`. `jitter`: random, evenly from 0 to 1."""
    failures = max(failures, 1)
    if category == "rate-limited":
        return RetryPlan(after_s=min(max(LIMITED_S, 2 * interval_s) + jitter * HOUR_S, DAY_S))
    steps = _STEPS.get(category)
    if steps is None:
        return RetryPlan(after_s=_doubled(failures, interval_s, jitter))
    status = _status(category, failures, failing_s)
    wait = {"blocked": WEEK_S, "dormant": WEEK_S, "gone": MONTH_S}.get(
        status, steps[min(failures, len(steps)) - 1]
    )
    low = 0.0 if category == "challenge" else JITTER  # of a site that refuses programs, none is early
    return RetryPlan(after_s=wait * (1 - low + 2 * JITTER * jitter), status=status)


def _doubled(failures: int, interval_s: float, jitter: float) -> float:
    if failures == 1:
        least, most = FIRST_S
        return least + (most - least) * jitter
    most = min(interval_s * 2.0 ** min(failures - 1, 6), LATEST_S)
    return SOONEST_S + max(0.0, most - SOONEST_S) * jitter


def _status(category: OutcomeCategory, failures: int, failing_s: float) -> SourceStatus:
    if category in ("forbidden", "challenge") and failing_s >= BLOCKED_AFTER_S:
        return "blocked"
    if category == "not-found" and failing_s >= DORMANT_AFTER_S:
        return "dormant"
    if category == "gone" and failures > GONE_AFTER:
        return "gone"
    return "active"
