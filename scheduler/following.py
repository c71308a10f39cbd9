"""The next visit of a source, after one that was made or after its settings were changed, and why then.

Pure: `now` is an argument. A fixed interval with backoff, or the user's own `every` or `cron`. Called by
`scheduler.desk` once a visit, and by `newsdesk sources edit`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from scheduler.cron import cron_time
from scheduler.spans import in_words
from storage.records import ClaimedVisit, NextVisit, VisitResult

LONGEST_BACKOFF_S = 24 * 3600


def next_visit(
    claimed: ClaimedVisit, result: VisitResult, *, default_every_s: int, now: datetime
) -> NextVisit:
    """The next visit after `result`. A host's own wish (Retry-After) is never undercut."""
    planned = _planned(claimed, default_every_s, now)
    if result.outcome.group != "fine":
        planned = _backed_off(claimed, planned, result, now)
    wishes = [taught for taught in result.manners if taught.blocked_until is not None]
    for taught in wishes:
        assert taught.blocked_until is not None
        if taught.blocked_until > planned.at:
            planned = NextVisit(at=taught.blocked_until, why=f"{taught.host} asked us to wait until then")
    return planned


def _planned(claimed: ClaimedVisit, default_every_s: int, now: datetime) -> NextVisit:
    if claimed.cron is not None:
        at = cron_time(claimed.cron, now)
        if at is not None:
            return NextVisit(at=at, why=f"by its cron line {claimed.cron!r}")
    every_s = claimed.every_s or default_every_s
    return NextVisit(at=now + timedelta(seconds=every_s), why=f"every {in_words(every_s)}")


def _backed_off(claimed: ClaimedVisit, planned: NextVisit, result: VisitResult, now: datetime) -> NextVisit:
    """Doubled with each failure in a row after the first, up to a day (or the interval, if longer)."""
    failures = claimed.failures + 1
    every_s = (planned.at - now).total_seconds()
    wait_s = max(every_s, min(every_s * 2 ** min(failures - 1, 20), LONGEST_BACKOFF_S))
    if wait_s == every_s:
        return planned
    return NextVisit(
        at=now + timedelta(seconds=wait_s),
        why=f"{in_words(round(wait_s))} after {failures} failures in a row ({result.outcome.word})",
    )


def changed_visit(
    *,
    every_s: int | None,
    cron: str | None,
    last_visit_at: datetime | None,
    default_every_s: int,
    now: datetime,
) -> NextVisit:
    """The next visit of a source whose rhythm a person has just changed: counted from its last visit, at
    once when that is overdue or there was none."""
    if cron is not None:
        at = cron_time(cron, now)
        if at is not None:
            return NextVisit(at=at, why=f"by its new cron line {cron!r}")
    span_s = every_s or default_every_s
    due = now if last_visit_at is None else max(now, min(last_visit_at, now) + timedelta(seconds=span_s))
    return NextVisit(at=due, why=f"now every {in_words(span_s)}")
