"""Dates as publishers print them, to an instant, the publisher's own day, and what is doubtful.

Pure: `now` is an argument. Two families are read, ISO 8601 and RFC 822 with the damage that feeds do to
them; whatever else is refused, since a wrong date is worse than none. Called by `story`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal, NamedTuple

from crawler.normalise.zones import NOTHING_SAID, ZoneSaid, hint_offset, offset_of, parse_zone
from storage.records import Precision

ZoneSource = Literal["stated", "abbreviation", "hint", "assumed"]
MAX_LENGTH = 200
LATER = "later than the visit"
_CLOCKS_DIFFER = timedelta(minutes=15)
_EARLIEST_ZONE = timedelta(hours=14)  # a day has begun somewhere that long before it begins in UTC
_YEARS = range(1600, 2200)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UTC_NAMES = frozenset(("Z", "GMT", "UTC", "UT"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DateReading:
    """A date understood. `instant` is aware and UTC; for a precision of day or more it is the midnight
    that begins `local_day` in UTC, never shifted. `offset_min` is the printed distance from UTC. `by`
    names the rule, `doubts` are in words."""

    instant: datetime
    local_day: str
    offset_min: int | None
    precision: Precision
    zone: ZoneSource
    by: str
    doubts: tuple[str, ...] = ()


class _Parts(NamedTuple):
    year: int
    month: int
    day: int
    hour: int | None
    minute: int | None
    second: int | None
    zone: str
    by: str
    precision: Precision
    doubts: tuple[str, ...]


_MONTHS = {
    name[:length]: number
    for number, name in enumerate(
        ("january february march april may june july august september october november december").split(),  # noqa: SIM905
        1,
    )
    for length in {3, len(name)}
} | {"sept": 9}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_TIME = re.compile(
    r"(?: ?[Tt,|]? ?| - | at )(\d{1,2})(?:[:.](\d{1,2})(?:[:.](\d{1,2})(?:[.,:]\d*)?)?)?"
    r"(?: ?([AaPp])\.?[Mm]\b\.?)?(?![\d:])(.*)"
)
_ISO = re.compile(r"(\d{4})([-/.])(0?\d{1,2})(?:\2(\d{1,2}))?(?!\d)(.*)")
_BASIC = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(?:(\d{2})(\d{2})?(?:[.,]\d+)?)?)?(?!\d)(.*)")
_WEEK = re.compile(r"(\d{4})-?W(\d{2})-?([1-7])(.*)")
_ORDINAL = re.compile(r"(\d{4})-(\d{3})(?![\d-])(.*)")
_YEAR = re.compile(r"\d{4}")
_RFC = re.compile(
    r"(?:([A-Za-z]{2,9})\.?,? ?)??"
    r"(?:(\d{1,2})(?:st|nd|rd|th)?[.,]?[ -]?(?:[A-Za-z]{6,9}, )?([A-Za-z]{3,9})[.,]?[ -]?(\d{1,4})(?![\d:])"
    r"|([A-Za-z]{3,9})\.?[ -]?(\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?![\d:]))"
    r",?(.*)"
)
_ASCTIME = re.compile(
    r"(?:([A-Za-z]{3,9}),? )?([A-Za-z]{3,9}) (\d{1,2}) (\d{1,2}:\d{2}(?::\d{2})?)"
    r"(?: ([A-Z]{2,5}|[+-]\d{4}))? (\d{4})"
    r"(?: ([A-Z]{2,5}|[+-]\d{4}))?"
)


def parse_date(
    text: str,
    *,
    language: str | None = None,
    country: str | None = None,
    timezone: str | None = None,
    now: datetime,
) -> DateReading | None:
    """The date that `text` prints, or None when it prints none that can be told for certain.

    `country` (ISO 3166, capitals) settles abbreviations, `timezone` (IANA) is used where no zone is
    printed. `language` is not needed by these rules. A date after `now` is kept, with a doubt.
    """
    if len(text) > MAX_LENGTH:
        return None
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    text = " ".join(text.split())
    if not any(map(text.__contains__, "0123456789")) or text.startswith(("0000", "0001-01-01")):
        return None
    for read in (_iso, _rfc822) if text[0].isdigit() and text[2:4].isdigit() else (_rfc822, _iso):
        parts = read(text)
        if parts is not None:
            return _reading(parts, country=country, timezone=timezone, now=now)
    return None


def _iso(text: str) -> _Parts | None:
    found = None if _ORDINAL.fullmatch(text) else _ISO.fullmatch(text)
    if found:
        year, _, month, day, rest = found.groups()
        if day is None:
            return (
                _Parts(int(year), int(month), 1, None, None, None, rest, "iso", "month", ())
                if not rest
                else None
            )
        return _with_time(int(year), int(month), int(day), rest, "iso", ())
    if _YEAR.fullmatch(text):
        return _Parts(int(text), 1, 1, None, None, None, "", "iso-year", "year", ())
    found = _BASIC.fullmatch(text)
    if found:
        year, month, day, hour, minute, second, rest = found.groups()
        if hour is None:
            return _with_time(int(year), int(month), int(day), rest, "iso-basic", ())
        precision: Precision = "second" if second else "minute" if minute else "hour"
        clock = (int(hour), int(minute or 0), int(second or 0))
        return _Parts(int(year), int(month), int(day), *clock, rest, "iso-basic", precision, ())
    found = _WEEK.fullmatch(text)
    if found:
        try:
            when = date.fromisocalendar(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            return None
        return _with_time(when.year, when.month, when.day, found[4], "iso-week", ())
    found = _ORDINAL.fullmatch(text)
    if found and 0 < int(found[2]) <= 366 and int(found[1]) in _YEARS:
        when = date(int(found[1]), 1, 1) + timedelta(days=int(found[2]) - 1)
        if when.year == int(found[1]):
            return _with_time(when.year, when.month, when.day, found[3], "iso-ordinal", ())
    return None


def _rfc822(text: str) -> _Parts | None:
    found = _RFC.fullmatch(text)
    if found:
        weekday, day, month_name, year, month_name_2, day_2, year_2, rest = found.groups()
        day, month_name, year = day or day_2, month_name or month_name_2, year or year_2
    else:
        found = _ASCTIME.fullmatch(text)
        if found is None:
            return None
        weekday, month_name, day, clock, zone, year, zone_2 = found.groups()
        rest = f" {clock} {zone or zone_2 or ''}"
    month = _MONTHS.get(month_name.lower())
    if month is None:
        return None
    doubts: tuple[str, ...] = ()
    number = int(year)
    if len(year) < 4:  # RFC 2822, 4.3
        number += 1900 if number >= 50 else 2000
        doubts = (f"the year is printed as {year}",)
    if weekday:
        doubts += _weekday_doubt(weekday[:3].lower(), number, month, int(day))
    return _with_time(number, month, int(day), rest, "rfc822", doubts)


def _weekday_doubt(weekday: str, year: int, month: int, day: int) -> tuple[str, ...]:
    if weekday not in _WEEKDAYS:
        return ()
    try:
        really = _WEEKDAYS[date(year, month, day).weekday()]
    except ValueError:  # no such day: refused later
        return ()
    return () if weekday == really else (f"the weekday is printed as {weekday}, it was a {really}",)


def _with_time(year: int, month: int, day: int, rest: str, by: str, doubts: tuple[str, ...]) -> _Parts | None:
    found = _TIME.fullmatch(rest) if rest else None
    if found is None:
        return _Parts(year, month, day, None, None, None, rest, by, "day", doubts)
    hour_text, minute, second, half, zone = found.groups()
    if minute is None and half is None and not (rest[0] in "Tt" and len(hour_text) == 2):
        return None
    hour = int(hour_text)
    if half:
        if hour > 12:
            doubts += (f"{hour} o'clock {half.lower()}m",)
        else:
            hour = hour % 12 + (12 if half in "pP" else 0)
    precision: Precision = "second" if second else "minute" if minute else "hour"
    return _Parts(year, month, day, hour, int(minute or 0), int(second or 0), zone, by, precision, doubts)


def _reading(
    parts: _Parts, *, country: str | None, timezone: str | None, now: datetime
) -> DateReading | None:
    year, month, day, hour, minute, second, zone_text, by, precision, doubts = parts
    said = parse_zone(zone_text)
    if said is None or year not in _YEARS:
        return None
    if hour is None or minute is None or second is None:
        return _of_day(parts, stated=said is not NOTHING_SAID, now=now)
    if hour > 24 or second > 60 or (hour == 24 and (minute or second)):
        return None
    try:
        local = datetime(year, month, day, hour % 24, minute, min(second, 59), tzinfo=UTC)  # until its zone
    except ValueError:
        return None
    if hour == 24 or second == 60:
        local += timedelta(days=1) if hour == 24 else timedelta(seconds=1)

    zone, offset_min, doubt = _zone(said, local, country, timezone)
    if zone is None:  # the day is certain, the hour is not
        return _of_day(parts._replace(doubts=(*doubts, doubt or "")), stated=False, now=now)
    instant = local - timedelta(minutes=offset_min) if offset_min else local
    if instant == _EPOCH or (local.year == 1970 and local.month == local.day == 1 and not local.hour):
        return None  # an empty field, printed
    if doubt:
        doubts += (doubt,)
    if instant > now + _CLOCKS_DIFFER:
        doubts += (LATER,)
    return DateReading(
        instant=instant,
        local_day=f"{local.year}-{local.month:02d}-{local.day:02d}",
        offset_min=offset_min if zone in ("stated", "abbreviation") else None,
        precision=precision,
        zone=zone,
        by=by,
        doubts=doubts,
    )


def _zone(
    said: ZoneSaid, local: datetime, country: str | None, timezone: str | None
) -> tuple[ZoneSource | None, int, str | None]:
    """Where the zone is from, minutes from UTC, and a doubt; no source when a printed one is not known."""
    if said.offset_min is not None:
        return "stated", said.offset_min, None
    if said.abbreviation:
        offset_min, doubt = offset_of(said.abbreviation, country=country, local=local)
        if offset_min is None:
            return None, 0, doubt
        return "stated" if said.abbreviation in _UTC_NAMES else "abbreviation", offset_min, doubt
    name = said.name or timezone
    if name is None:
        return "assumed", 0, "no zone printed"
    offset_min, doubt = hint_offset(name, local)
    if offset_min is None:
        return "assumed", 0, doubt
    return "stated" if said.name else "hint", offset_min, doubt


def _of_day(parts: _Parts, *, stated: bool, now: datetime) -> DateReading | None:
    """A reading of a day, month or year: its first midnight, whatever the zone."""
    precision: Precision = "day" if parts.hour is not None else parts.precision
    if (parts.year, parts.month, parts.day) == (1970, 1, 1) and precision == "day":
        return None
    try:
        instant = datetime(parts.year, parts.month, parts.day, tzinfo=UTC)
    except ValueError:
        return None
    later = (LATER,) if instant > now + _EARLIEST_ZONE else ()
    return DateReading(
        instant=instant,
        local_day=f"{instant.year}-{instant.month:02d}-{instant.day:02d}",
        offset_min=None,
        precision=precision,
        zone="stated" if stated else "assumed",
        by=parts.by,
        doubts=parts.doubts + later,
    )
