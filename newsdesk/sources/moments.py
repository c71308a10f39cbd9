"""Parse the moments that people type: `2h`, `today`, `monday`, `2026-11-24`, an instant. Pure.

A day is one of the zone of `now`; with `end` it is included.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_SPAN = re.compile(
    r"(\d{1,9}) ?(s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?|w|weeks?)( ago)?", re.IGNORECASE
)
_MONTH = re.compile(r"(\d{4})(?:-(\d\d))?")
WRITE = (
    "write a span like 2h or 7d, today, yesterday or monday, a day like 2026-11-24, a month like 2026-11, or an"
    " instant like 2026-11-24T05:30"
)


def parse_moment(
    text: str, *, now: datetime, localise: Callable[[datetime], datetime], end: bool = False
) -> datetime:
    """The moment; `now` in the zone in force, `localise` makes a naive one aware in it. Raises ValueError."""
    typed = " ".join(text.lower().split())
    if typed == "now":
        return now
    if (span := _SPAN.fullmatch(typed)) is not None:
        seconds = int(span[1]) * _UNITS[span[2][0]]
        if not 0 < seconds <= 3660 * 86400:
            raise ValueError("the span must be more than 0 and at most ten years")
        return now - timedelta(seconds=seconds)
    days = _days(typed, now.date())
    if days is not None:
        first, after = days
        return localise(datetime.combine(after if end else first, time.min))
    if re.fullmatch(r"\d\d?:\d\d", typed):
        return localise(datetime.combine(now.date(), time.fromisoformat(typed.zfill(5))))
    instant = datetime.fromisoformat(text.strip())
    return instant if instant.tzinfo is not None else localise(instant)


def _days(typed: str, today: date) -> tuple[date, date] | None:
    """The first day, and the day after the last, of `today`, a weekday, `2026-11-24`, `2026-11` or `2026`."""
    one = timedelta(days=1)
    day = None
    if typed in ("today", "yesterday"):
        day = today if typed == "today" else today - one
    word = typed.removeprefix("last ")
    if len(word) >= 3 and (near := [place for place, name in enumerate(_DAYS) if name.startswith(word)]):
        back = (today.weekday() - near[0]) % 7
        day = today - timedelta(days=7 if back == 0 and word != typed else back)
    elif typed in ("this week", "week"):
        first = today - timedelta(days=today.weekday())
        return first, first + timedelta(days=7)
    elif typed in ("this month", "month", "this year", "year"):
        return _period(today.year, today.month if "month" in typed else None)
    elif (period := _MONTH.fullmatch(typed)) is not None:
        return _period(int(period[1]), int(period[2]) if period[2] else None)
    elif re.fullmatch(r"\d{4}-\d\d-\d\d", typed):
        day = date.fromisoformat(typed)
    return None if day is None else (day, day + one)


def _period(year: int, month: int | None) -> tuple[date, date]:
    if month is None:
        return date(year, 1, 1), date(year + 1, 1, 1)
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
