"""When work besides regular visits is tried again: a page that failed, a backfill, the search for a lost feed. Pure.

`failures.py` decides when a source that fails is visited again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from newsdesk.scheduler.cadence.failures import plan_retry
from newsdesk.storage.records.outcomes import Outcome, OutcomeCategory

PAGE_RETRIES = (timedelta(minutes=10), timedelta(hours=3))  # so a page is requested three times at most
# A page whose story is not known yet is all there is of it, so it is tried for two days more.
LINK_RETRIES = (*PAGE_RETRIES, timedelta(hours=12), timedelta(hours=24), timedelta(hours=24))
PERMANENT = ("gone", "not-allowed", "unreadable", "internal-error")  # another request would give the same
ROBOTS_RETRY = timedelta(hours=24)  # robots.txt is read again after a day
CHALLENGE_RETRY = timedelta(
    hours=24
)  # longer than the first hold of its host, so that another page is tried first

# Each backfill that closes no gap doubles the delay: a source whose older documents never reach back to the last
# visit would cost five requests a visit.
FIRST_BACKFILL_DELAY, LONGEST_BACKFILL_DELAY = timedelta(hours=1), timedelta(days=30)

LOST_AFTER: dict[OutcomeCategory, timedelta] = {  # of failing
    "not-found": timedelta(days=14),
    "unreadable": timedelta(days=7),
}
LOST_AFTER_GONE = 2  # 410 responses in a row
RECOVERY_INTERVAL = timedelta(days=6)  # a weekly visit may come half a day early


def next_page_attempt(
    outcome: Outcome, *, attempts: int, is_story: bool, now: datetime, not_before: datetime | None
) -> datetime | None:
    """When a page that failed `attempts` times in a row is requested again; None if it is given up. `is_story`: a feed
    brought its story."""
    retries = PAGE_RETRIES if is_story else LINK_RETRIES
    if outcome.category in PERMANENT or attempts > len(retries):
        return None
    delay = retries[attempts - 1]
    if outcome.code == "robots" or outcome.category == "challenge":
        delay = ROBOTS_RETRY if outcome.code == "robots" else CHALLENGE_RETRY
    return max(now + delay, not_before) if not_before is not None else now + delay


def hold_pages_until(challenges: int, since: datetime, *, now: datetime) -> datetime:
    """Until when the pages of a host wait after so many challenges in a row, the first of them at `since`."""
    retry = plan_retry(
        "challenge", failures=challenges, failing_s=(now - since).total_seconds(), interval_s=0.0, jitter=0.0
    )
    return now + timedelta(seconds=retry.after_s)


def backfill_delay(failures: int) -> timedelta:
    """How long the next backfill waits after `failures` in a row that closed no gap."""
    if failures == 0:
        return timedelta(0)
    return min(FIRST_BACKFILL_DELAY * 2.0 ** min(failures - 1, 20), LONGEST_BACKFILL_DELAY)


def recovery_is_due(
    *,
    category: OutcomeCategory | None,
    failures: int,
    failing_since: datetime | None,
    tried_at: datetime | None,
    now: datetime,
) -> bool:
    """Whether a feed is lost, by the outcome of its last visit, and was not searched for recently (`tried_at`)."""
    delay = None if category is None else LOST_AFTER.get(category)
    lost = delay is not None and failing_since is not None and now - failing_since >= delay
    if not lost and not (category == "gone" and failures >= LOST_AFTER_GONE):
        return False
    return tried_at is None or not timedelta(0) <= now - tried_at < RECOVERY_INTERVAL
