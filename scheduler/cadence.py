"""When to come back to a source, and why then. Pure: `now` is an argument.

For now a fixed interval with backoff, or the user's own `every` or `cron`. Called by `scheduler.desk` once
a visit; APScheduler's trigger only computes the next time of a cron line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

from storage.records import ClaimedVisit, NextVisit, VisitResult

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = f"[0-7]|{'|'.join(sorted(set(_DAYS)))}"
_SOME_DAYS = re.compile(rf"(?:\*|({_DAY})(?:-({_DAY}))?)(?:/([1-7]))?", re.IGNORECASE)
_FIELDS = (  # in a cron line's order: as people call it, and as APScheduler does
    ("minute", "minute"),
    ("hour", "hour"),
    ("day of the month", "day"),
    ("month", "month"),
    ("day of the week", "day_of_week"),
)
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # what comes at all comes after it: APScheduler looks to 9999
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


def parse_cron(line: str) -> BaseTrigger:
    """Five fields, in UTC, read as crontab(5) does: days of the week from Sunday, 0 or 7; where both the
    day of the month and that of the week are narrowed, either will do. Raises ValueError, naming the field,
    when it is no cron line or one that never comes."""
    said = line.split()
    if len(said) != len(_FIELDS):
        raise ValueError(
            f"has {len(said)} fields; five are wanted: minute, hour, day, month, day of the week"
        )
    fields = {name: _field(words, name, text) for (words, name), text in zip(_FIELDS, said, strict=True)}
    if said[2].startswith("*") or said[4].startswith("*"):
        trigger: BaseTrigger = CronTrigger(**fields, timezone=UTC)
    else:
        either = ({**fields, "day": "*"}, {**fields, "day_of_week": "*"})
        trigger = OrTrigger([CronTrigger(**one, timezone=UTC) for one in either])
    if trigger.get_next_fire_time(None, _ANY_TIME) is None:
        raise ValueError(f"never comes: there is no day {said[2]} in month {said[3]}")
    return trigger


def _field(words: str, name: str, text: str) -> str:
    """A field as APScheduler reads it. Raises ValueError with the field's name and text."""
    try:
        read = ",".join(map(_days, text.split(","))) if name == "day_of_week" else text
        CronTrigger(**{name: read}, timezone=UTC)
    except ValueError as error:
        raise ValueError(f"{words} {text!r}: {error}") from None
    return read


def _days(part: str) -> str:
    """Days of the week one by one, by their names: APScheduler's week begins with Monday, cron's with
    Sunday."""
    days = _SOME_DAYS.fullmatch(part)
    if days is None or part == "*":
        return part
    first, last, step = days.groups()
    start = _number(first) if first else 0
    end = _number(last) if last else start if first and not step else 6
    if end < start:
        raise ValueError("ends before it begins; write its days one by one, like 6,0,1")
    return ",".join(_DAYS[day] for day in range(start, end + 1, int(step or 1)))


def _number(day: str) -> int:
    return int(day) if day.isdecimal() else _DAYS.index(day.lower())


def _cron_time(line: str, now: datetime) -> datetime | None:
    """When a kept cron line comes next; None when never, also when a stricter version no longer takes it."""
    try:
        at = parse_cron(line).get_next_fire_time(None, now + timedelta(seconds=1))
    except ValueError:
        return None
    return None if at is None else at.astimezone(UTC)


def _planned(claimed: ClaimedVisit, default_every_s: int, now: datetime) -> NextVisit:
    if claimed.cron is not None:
        at = _cron_time(claimed.cron, now)
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
        at = _cron_time(cron, now)
        if at is not None:
            return NextVisit(at=at, why=f"by its new cron line {cron!r}")
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
