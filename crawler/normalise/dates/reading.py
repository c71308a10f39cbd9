"""The parts of a printed date that a parser returns, and the reading made from them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from newsdesk.crawler.normalise.dates.zones import (
    NO_PRINTED_ZONE,
    PrintedZone,
    hint_offset,
    offset_of,
    parse_zone,
)
from newsdesk.storage.records.stories import Precision

ZoneSource = Literal["stated", "abbreviation", "hint", "learned", "assumed"]
LATER = "later than the visit"
CLOCKS_DIFFER = timedelta(minutes=15)
EARLIEST_ZONE = timedelta(hours=14)  # the first zone begins a day that long before UTC
YEARS = range(1600, 2200)
_MAX_YEARS_AHEAD = 20
_BUDDHIST_YEARS = range(2400, 2700)
_END_OF_TIME = 9999
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Zero of Unix time, in UTC and west of it; zero of spreadsheets.
_EMPTY_DAYS = frozenset(((1970, 1, 1), (1969, 12, 31), (1900, 1, 1), (1899, 12, 30), (1899, 12, 31)))
_UTC_NAMES = frozenset(("Z", "GMT", "UTC", "UT"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DateReading:
    """A parsed date. `instant` is aware and in UTC; for a precision of a day or coarser it is 00:00 UTC of
    `local_day`. `offset_min` is the printed offset from UTC. `rule` names the rule that read the date, `doubts`
    are short texts."""

    instant: datetime
    local_day: str
    offset_min: int | None
    precision: Precision
    zone: ZoneSource
    rule: str
    doubts: tuple[str, ...] = ()


class DateContext(NamedTuple):
    """What is known besides the text. `language` is a lower-case code without region, `country` is in
    capitals."""

    language: str | None
    country: str | None
    timezone: str | None
    learned: str | None
    now: datetime


class Parts(NamedTuple):
    """A date as printed. `zone` is the text of the zone. `instant` is set if the date is relative to now."""

    year: int
    month: int
    day: int
    hour: int | None
    minute: int | None
    second: int | None
    zone: str
    rule: str
    precision: Precision
    doubts: tuple[str, ...]
    instant: datetime | None = None


def reading_of(parts: Parts, context: DateContext) -> DateReading | None:
    """The reading, or None for an invalid day, hour or zone."""
    year, month, day, hour, minute, second, zone_text, rule, precision, doubts, known_instant = parts
    if known_instant is not None:
        return _reading_of_instant(parts, known_instant, context)
    if year > context.now.year + _MAX_YEARS_AHEAD and not _is_far_future(parts, context):
        return None
    if (year, month, day) in _EMPTY_DAYS and precision not in ("month", "year"):
        return None
    zone_printed = parse_zone(zone_text) if zone_text else NO_PRINTED_ZONE
    if zone_printed is None or year < YEARS.start:
        return None
    if hour is None or minute is None or second is None:
        return _reading_of_day(parts, stated=zone_printed is not NO_PRINTED_ZONE, now=context.now)
    if hour > 24 or second > 60 or (hour == 24 and (minute or second)):
        return None
    try:
        local = datetime(
            year, month, day, hour % 24, minute, min(second, 59), tzinfo=UTC
        )  # local time, until the zone is known
    except ValueError:
        return None
    if hour == 24 or second == 60:
        local += timedelta(days=1) if hour == 24 else timedelta(seconds=1)

    zone, offset_min, doubt = _zone(zone_printed, local, context)
    if zone is None:  # the zone is unknown: only the day is certain
        return _reading_of_day(parts._replace(doubts=(*doubts, doubt or "")), stated=False, now=context.now)
    instant = local - timedelta(minutes=offset_min) if offset_min else local
    if instant == _EPOCH:
        return None  # the value of an empty field
    if doubt:
        doubts += (doubt,)
    if instant > context.now + CLOCKS_DIFFER:
        doubts += (LATER,)
    return DateReading(
        instant=instant,
        local_day=f"{local.year}-{local.month:02d}-{local.day:02d}",
        offset_min=offset_min if zone in ("stated", "abbreviation") else None,
        precision=precision,
        zone=zone,
        rule=rule,
        doubts=doubts,
    )


def _is_far_future(parts: Parts, context: DateContext) -> bool:
    """Whether a late year is certain: it is printed in a format of machines and is no year of another calendar.
    The calendar of Nepal is 57 years ahead, the Buddhist one 543."""
    if parts.rule not in ("iso", "rfc822") or parts.precision in ("month", "year"):
        return False
    nepal = context.country == "NP" or context.language == "ne"
    return parts.year < _END_OF_TIME and parts.year not in _BUDDHIST_YEARS and not nepal


def _zone(
    zone_printed: PrintedZone, local: datetime, context: DateContext
) -> tuple[ZoneSource | None, int, str | None]:
    """The source of the zone, minutes from UTC, and a doubt; no source for an unknown printed zone."""
    if zone_printed.offset_min is not None:
        return "stated", zone_printed.offset_min, None
    if zone_printed.abbreviation:
        offset_min, doubt = offset_of(zone_printed.abbreviation, country=context.country, local=local)
        if offset_min is None:
            return None, 0, doubt
        return "stated" if zone_printed.abbreviation in _UTC_NAMES else "abbreviation", offset_min, doubt
    name = zone_printed.name or context.timezone or context.learned
    if name is None:
        return "assumed", 0, "no zone printed"
    offset_min, doubt = hint_offset(name, local)
    if offset_min is None:
        return "assumed", 0, doubt
    return "stated" if zone_printed.name else "hint" if context.timezone else "learned", offset_min, doubt


def _reading_of_day(parts: Parts, *, stated: bool, now: datetime) -> DateReading | None:
    """A reading of a day, month or year: 00:00 UTC of its first day, whatever the zone."""
    precision: Precision = "day" if parts.hour is not None else parts.precision
    try:
        instant = datetime(parts.year, parts.month, parts.day, tzinfo=UTC)
    except ValueError:
        return None
    later = (LATER,) if instant > now + EARLIEST_ZONE else ()
    return DateReading(
        instant=instant,
        local_day=f"{instant.year}-{instant.month:02d}-{instant.day:02d}",
        offset_min=None,
        precision=precision,
        zone="stated" if stated else "assumed",
        rule=parts.rule,
        doubts=parts.doubts + later,
    )


def _reading_of_instant(parts: Parts, instant: datetime, context: DateContext) -> DateReading:
    """The reading of a relative date: it needs no zone; its day is the day in the zone of the publisher."""
    name = context.timezone or context.learned
    return DateReading(
        instant=instant,
        local_day=f"{parts.year}-{parts.month:02d}-{parts.day:02d}",
        offset_min=None,
        precision=parts.precision,
        zone="assumed" if name is None else "hint" if context.timezone else "learned",
        rule=parts.rule,
        doubts=parts.doubts + ((LATER,) if instant > context.now + CLOCKS_DIFFER else ()),
    )
