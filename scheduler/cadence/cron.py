"""Cron lines as crontab(5) reads them, in UTC; APScheduler's trigger computes the next time. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if (
    TYPE_CHECKING
):  # imported where a cron line is read: few sources have one, and all commands import this module
    from apscheduler.triggers.base import BaseTrigger

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = f"[0-7]|{'|'.join(sorted(set(_DAYS)))}"
_SOME_DAYS = re.compile(rf"(?:\*|({_DAY})(?:-({_DAY}))?)(?:/([1-7]))?", re.IGNORECASE)
_FIELDS = (  # in the order of a cron line: the name in messages, and APScheduler's name
    ("minute", "minute"),
    ("hour", "hour"),
    ("day of the month", "day"),
    ("month", "month"),
    ("day of the week", "day_of_week"),
)
_ANY_TIME = datetime(
    2000, 1, 1, tzinfo=UTC
)  # every line that ever matches does so after it: APScheduler searches to the year 9999


def parse_cron(line: str) -> BaseTrigger:
    """Parse five fields, in UTC, as crontab(5) does: days of the week from Sunday, 0 or 7; where both the day of
    the month and the day of the week are restricted, either one matches. Raises ValueError, naming the field,
    for an invalid line or one that never matches."""
    from apscheduler.triggers.combining import OrTrigger
    from apscheduler.triggers.cron import CronTrigger

    parts = line.split()
    if len(parts) != len(_FIELDS):
        raise ValueError(
            f"has {len(parts)} fields; write five: minute, hour, day of the month, month, day of the week"
        )
    fields = {name: _field(title, name, text) for (title, name), text in zip(_FIELDS, parts, strict=True)}
    if parts[2].startswith("*") or parts[4].startswith("*"):
        trigger: BaseTrigger = CronTrigger(**fields, timezone=UTC)
    else:
        either = ({**fields, "day": "*"}, {**fields, "day_of_week": "*"})
        trigger = OrTrigger([CronTrigger(**one, timezone=UTC) for one in either])
    if trigger.get_next_fire_time(None, _ANY_TIME) is None:
        raise ValueError(f"never matches: there is no day {parts[2]} in month {parts[3]}")
    return trigger


def _field(title: str, name: str, text: str) -> str:
    """A field as APScheduler writes it. Raises ValueError with the field's title and text."""
    from apscheduler.triggers.cron import CronTrigger

    try:
        read = ",".join(map(_days, text.split(","))) if name == "day_of_week" else text
        CronTrigger(**{name: read}, timezone=UTC)
    except ValueError as error:
        raise ValueError(f"{title} {text!r}: {error}") from None
    return read


def _days(part: str) -> str:
    """Days of the week as a list of names: APScheduler's week begins with Monday, cron's with Sunday."""
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
    """The next time of a stored cron line; None when there is none, or when the line is no longer valid."""
    try:
        at = parse_cron(line).get_next_fire_time(None, now + timedelta(seconds=1))
    except ValueError:
        return None
    return None if at is None else at.astimezone(UTC)
