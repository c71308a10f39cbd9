"""A fast parser for the two formats of nearly all feeds: complete RFC 3339 and RFC 822 dates. Pure.

Other formats are left to the other parsers, which read these two in the same way, but more slowly (a test
compares them).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from newsdesk.crawler.normalise.dates.reading import CLOCKS_DIFFER, LATER, DateReading
from newsdesk.crawler.normalise.dates.rfc822 import weekday_doubt

_RFC822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d?) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4})"
    r" (\d\d):(\d\d):(\d\d) ([+-]\d{4}|GMT|UTC|Z)",
    re.ASCII,
)
_MONTHS = {
    "Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "May": 5, "Jun": 6, "Jul": 7, "Aug": 8, "Sep": 9, "Oct": 10,
    "Nov": 11, "Dec": 12,
}  # fmt: skip
_WEEKDAYS = {"Mon": 0, "Tue": 1, "Wed": 2, "Thu": 3, "Fri": 4, "Sat": 5, "Sun": 6}
_SINCE = 1972  # earlier years contain the values of empty fields


def parse_common_format(text: str, now: datetime) -> DateReading | None:
    """`2026-01-13T08:05:00+01:00` and `Tue, 13 Jan 2026 08:05:00 GMT`, complete and with a zone."""
    if text[10:11] == "T" and text[16:17] == ":" and text[4] == text[7] == "-" and len(text) >= 20:
        return _rfc3339(text, now)
    if text[3:5] == ", ":
        return _rfc822(text, now)
    return None


def _rfc3339(text: str, now: datetime) -> DateReading | None:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    offset = when.utcoffset()
    if text[-6] in "+-" and text[-2:] > "59":
        return None
    if offset is None or not _SINCE <= when.year <= now.year:
        return None
    instant = when.astimezone(UTC)
    if instant.microsecond:
        instant = instant.replace(microsecond=0)
    return DateReading(
        instant=instant,
        local_day=text[:10],
        offset_min=offset.days * 1440 + offset.seconds // 60,
        precision="second",
        zone="stated",
        rule="iso",
        doubts=() if instant <= now + CLOCKS_DIFFER else (LATER,),
    )


def _rfc822(text: str, now: datetime) -> DateReading | None:
    found = _RFC822.fullmatch(text)
    if found is None:
        return None
    weekday, day_text, name, year_text, hour, minute, second, zone = found.groups()
    year, month, day = int(year_text), _MONTHS[name], int(day_text)
    if not _SINCE <= year <= now.year:
        return None
    try:
        instant = datetime(year, month, day, int(hour), int(minute), int(second), tzinfo=UTC)
    except ValueError:
        return None
    doubts: tuple[str, ...] = ()
    if instant.weekday() != _WEEKDAYS[weekday]:
        doubts = weekday_doubt(weekday.lower(), year, month, day)
    offset_min = 0
    if len(zone) == 5:
        offset_min = int(zone[1:3]) * 60 + int(zone[3:])
        if int(zone[1:3]) > 15 or int(zone[3:]) > 59:
            return None
        if zone[0] == "-":
            offset_min = -offset_min
        instant -= timedelta(minutes=offset_min)
    return DateReading(
        instant=instant,
        local_day=f"{year}-{month:02d}-{day:02d}",
        offset_min=offset_min,
        precision="second",
        zone="stated",
        rule="rfc822",
        doubts=doubts if instant <= now + CLOCKS_DIFFER else (*doubts, LATER),
    )
