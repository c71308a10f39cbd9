"""What a stage of the ladder hands on, and how it becomes a reading: zone, instant, day, doubts.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from newsdesk.crawler.normalise.dates.zones import (
    NOTHING_SAID,
    ZoneSaid,
    hint_offset,
    offset_of,
    parse_zone,
)
from newsdesk.storage.records.stories import Precision

ZoneSource = Literal["stated", "abbreviation", "hint", "learned", "assumed"]
LATER = "later than the visit"
CLOCKS_DIFFER = timedelta(minutes=15)
_EARLIEST_ZONE = timedelta(hours=14)  # a day has begun somewhere that long before it begins in UTC
YEARS = range(1600, 2200)
_MOST_AHEAD = 20
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Zero of Unix, in UTC and west of it; of spreadsheets.
_EMPTY_DAYS = frozenset(((1970, 1, 1), (1969, 12, 31), (1900, 1, 1), (1899, 12, 30), (1899, 12, 31)))
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


class Asked(NamedTuple):
    """What is known beside the text. `language` is a bare code in small letters, `country` in capitals."""

    language: str | None
    country: str | None
    timezone: str | None
    learned: str | None
    now: datetime


class Parts(NamedTuple):
    """A date as printed: `zone` is the text of the zone. With `instant` it was counted from now."""

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
    instant: datetime | None = None


def reading_of(parts: Parts, asked: Asked) -> DateReading | None:
    """The reading, or None when there is no such day, hour or zone."""
    year, month, day, hour, minute, second, zone_text, by, precision, doubts, counted = parts
    if counted is not None:
        return _counted(parts, counted, asked)
    if year > asked.now.year + _MOST_AHEAD:  # a year of Nepal's calendar is 57 ahead
        return None
    if (year, month, day) in _EMPTY_DAYS and precision not in ("month", "year"):
        return None
    said = parse_zone(zone_text) if zone_text else NOTHING_SAID
    if said is None or year not in YEARS:
        return None
    if hour is None or minute is None or second is None:
        return _of_day(parts, stated=said is not NOTHING_SAID, now=asked.now)
    if hour > 24 or second > 60 or (hour == 24 and (minute or second)):
        return None
    try:
        local = datetime(year, month, day, hour % 24, minute, min(second, 59), tzinfo=UTC)  # until its zone
    except ValueError:
        return None
    if hour == 24 or second == 60:
        local += timedelta(days=1) if hour == 24 else timedelta(seconds=1)

    zone, offset_min, doubt = _zone(said, local, asked)
    if zone is None:  # the day is certain, the hour is not
        return _of_day(parts._replace(doubts=(*doubts, doubt or "")), stated=False, now=asked.now)
    instant = local - timedelta(minutes=offset_min) if offset_min else local
    if instant == _EPOCH:
        return None  # an empty field, printed
    if doubt:
        doubts += (doubt,)
    if instant > asked.now + CLOCKS_DIFFER:
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


def _zone(said: ZoneSaid, local: datetime, asked: Asked) -> tuple[ZoneSource | None, int, str | None]:
    """Where the zone is from, minutes from UTC, and a doubt; no source when a printed one is not known."""
    if said.offset_min is not None:
        return "stated", said.offset_min, None
    if said.abbreviation:
        offset_min, doubt = offset_of(said.abbreviation, country=asked.country, local=local)
        if offset_min is None:
            return None, 0, doubt
        return "stated" if said.abbreviation in _UTC_NAMES else "abbreviation", offset_min, doubt
    name = said.name or asked.timezone or asked.learned
    if name is None:
        return "assumed", 0, "no zone printed"
    offset_min, doubt = hint_offset(name, local)
    if offset_min is None:
        return "assumed", 0, doubt
    return "stated" if said.name else "hint" if asked.timezone else "learned", offset_min, doubt


def _of_day(parts: Parts, *, stated: bool, now: datetime) -> DateReading | None:
    """A reading of a day, month or year: its first midnight, whatever the zone."""
    precision: Precision = "day" if parts.hour is not None else parts.precision
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


def _counted(parts: Parts, instant: datetime, asked: Asked) -> DateReading:
    """An instant that was counted from now needs no zone; its day is that of the publisher's zone."""
    name = asked.timezone or asked.learned
    return DateReading(
        instant=instant,
        local_day=f"{parts.year}-{parts.month:02d}-{parts.day:02d}",
        offset_min=None,
        precision=parts.precision,
        zone="assumed" if name is None else "hint" if asked.timezone else "learned",
        by=parts.by,
        doubts=parts.doubts + ((LATER,) if instant > asked.now + CLOCKS_DIFFER else ()),
    )
