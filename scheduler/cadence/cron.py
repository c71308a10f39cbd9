"""Cron lines as crontab(5) reads them, in UTC; APScheduler's trigger computes when one comes next.

Pure.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

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


def cron_time(line: str, now: datetime) -> datetime | None:
    """When a kept cron line comes next; None when never, also when a stricter version no longer takes it."""
    try:
        at = parse_cron(line).get_next_fire_time(None, now + timedelta(seconds=1))
    except ValueError:
        return None
    return None if at is None else at.astimezone(UTC)
