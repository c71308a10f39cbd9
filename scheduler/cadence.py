"""When to come back to a source, and why then. Pure: `now` is an argument.

For now a fixed interval with backoff, or the user's own `every` or `cron`. Called by `scheduler.desk` once
a visit; APScheduler's trigger only computes the next time of a cron line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from apscheduler.triggers.cron import CronTrigger

from storage.records import ClaimedVisit, NextVisit, VisitResult

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NUMBERED_DAYS = re.compile(r"(?:\*|([0-7])(?:-([0-7]))?)(?:/([1-7]))?")
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


def parse_cron(line: str) -> CronTrigger:
    """Five fields, in UTC, days of the week counted as crontab(5) does (0 and 7 are Sunday). Raises
    ValueError with the reason when it is not a cron line."""
    fields = line.split()
    if len(fields) == 5:
        fields[4] = ",".join(_days(part) for part in fields[4].split(","))
    return CronTrigger.from_crontab(" ".join(fields), timezone=UTC)


def _days(part: str) -> str:
    """Numbered days of the week by their names, since APScheduler's numbers begin with Monday."""
    numbered = _NUMBERED_DAYS.fullmatch(part)
    if numbered is None or part == "*":
        return part
    first, last, step = numbered.groups()
    start = int(first or 0)
    end = int(last) if last else start if first and not step else 6
    return ",".join(_DAYS[day] for day in range(start, end + 1, int(step or 1)))


def _planned(claimed: ClaimedVisit, default_every_s: int, now: datetime) -> NextVisit:
    if claimed.cron is not None:
        at = parse_cron(claimed.cron).get_next_fire_time(None, now + timedelta(seconds=1))
        if at is not None:
            return NextVisit(at=at.astimezone(UTC), why=f"by its cron line {claimed.cron!r}")
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


def in_words(seconds: int) -> str:
    """A span of time as people write it: 45 s, 30 min, 1 h 30 min, 2 d."""
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"


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
        at = parse_cron(cron).get_next_fire_time(None, now + timedelta(seconds=1))
        if at is not None:
            return NextVisit(at=at.astimezone(UTC), why=f"by its new cron line {cron!r}")
    span_s = every_s or default_every_s
    due = now if last_visit_at is None else max(now, min(last_visit_at, now) + timedelta(seconds=span_s))
    return NextVisit(at=due, why=f"now every {in_words(span_s)}")


def spread(hosts: Sequence[str], *, every_s: float, gap_s: float) -> tuple[float, ...]:
    """For each source, given by its host, the seconds until its first visit: the sources of a host lie
    evenly in the interval (longer, where its pauses fill more), and the hosts begin one after another."""
    counts = Counter(hosts)
    begins = {host: every_s * place / len(counts) for place, host in enumerate(counts)}
    taken: Counter[str] = Counter()
    waits = []
    for host in hosts:
        round_s = max(every_s, counts[host] * gap_s)
        waits.append((begins[host] + taken[host] * round_s / counts[host]) % round_s)
        taken[host] += 1
    return tuple(waits)
