"""Find the local day and the UTC offset of the publisher for a timestamp in UTC. Pure.

Metadata are often in UTC, while visible dates and addresses have the local day of the publisher. The instant does
not change; day and offset come from other printed dates, then from what is known of the outlet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from newsdesk.crawler.normalise.dates.parser import DateReading, ZoneSource
from newsdesk.crawler.normalise.dates.zones import find_zone

MIN_OFFSET, MAX_OFFSET = timedelta(hours=-12), timedelta(hours=14)  # of all time zones
QUARTER_S = 900
SAME_DAY = timedelta(minutes=1)
NO_ZONE = "no zone printed"
_NEAR = timedelta(days=30)  # an offset is taken only from a timestamp this near
_COARSE = ("year", "month", "day")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherClock:
    """What is known of the time zone of the publisher besides the page, as IANA names.

    `zone` is set for the source or inferred from its earlier dates; `hint` follows from the country.
    """

    zone: str | None = None
    hint: str | None = None


def with_time_of_others(reading: DateReading, others: Sequence[DateReading]) -> DateReading:
    """A day with the time of another date on that day; a time without zone with the zone of another date of
    the same moment."""
    if reading.precision == "day":
        same = [
            one for one in others if one.precision not in _COARSE and _may_fall_on(one, reading.local_day)
        ]
        exact = next((one for one in same if _is_stated(one)), next(iter(same), None))
        if exact is not None:
            return replace(exact, local_day=reading.local_day)
    elif NO_ZONE in reading.doubts:
        for one in others:
            if _is_stated(one) and (offset := _offset_between(reading.instant, one.instant)) is not None:
                return _with_zone(reading, offset, "stated")
    return reading


def with_publisher_day(
    reading: DateReading,
    *,
    visible: Sequence[DateReading],
    stated: Sequence[DateReading],
    clock: PublisherClock,
) -> DateReading:
    """The reading with the local day of the publisher and, where it is known, the UTC offset."""
    if reading.precision in _COARSE:
        return reading
    if NO_ZONE in reading.doubts:
        return _with_assumed_zone(reading, stated, clock)
    if not _is_utc(reading) or any(one.offset_min for one in stated if one.instant == reading.instant):
        return _with_day_of_same_moment(reading, stated)
    for one in visible:  # a visible local time: 16:03 for 14:03Z
        if NO_ZONE in one.doubts and (offset := _offset_between(one.instant, reading.instant)) is not None:
            return _with_offset(reading, offset)
    for one in stated:
        if one.offset_min and one.zone == "stated" and abs(one.instant - reading.instant) < _NEAR:
            return _with_offset(reading, one.offset_min)
    days = [
        one.local_day for one in visible if one.precision == "day" and _may_fall_on(reading, one.local_day)
    ]
    if days and reading.local_day not in days:
        return replace(reading, local_day=days[0])
    if days:
        return reading
    return _in_zone(reading, clock)


def _with_day_of_same_moment(reading: DateReading, stated: Sequence[DateReading]) -> DateReading:
    """A UTC timestamp with day and offset of another date that prints the same moment in local time."""
    if _is_utc(reading):
        local = next(one for one in stated if one.instant == reading.instant and one.offset_min)
        return replace(reading, local_day=local.local_day, offset_min=local.offset_min)
    return reading


def _in_zone(reading: DateReading, clock: PublisherClock) -> DateReading:
    name = clock.zone or clock.hint
    zone = find_zone(name) if name else None
    offset = reading.instant.astimezone(zone).utcoffset() if zone else None
    if not offset:
        return reading
    shifted = _with_offset(reading, round(offset.total_seconds() / 60))
    if clock.zone is not None or shifted.local_day == reading.local_day:
        return shifted if clock.zone is not None else reading
    return replace(
        shifted, offset_min=reading.offset_min, doubts=(*shifted.doubts, f"day in the zone {name}")
    )


def _with_assumed_zone(
    reading: DateReading, stated: Sequence[DateReading], clock: PublisherClock
) -> DateReading:
    """A time without zone, with the offset of another timestamp of the page, else of the country."""
    for one in stated:
        if one.offset_min and one.zone == "stated" and abs(one.instant - reading.instant) < _NEAR:
            return _with_zone(reading, one.offset_min, "stated")
    zone = find_zone(clock.hint) if clock.hint else None
    if zone is None:
        return reading
    offset = reading.instant.replace(tzinfo=zone).utcoffset()
    if offset is None:
        return reading
    shifted = _with_zone(reading, round(offset.total_seconds() / 60), "assumed")
    return replace(shifted, offset_min=None, doubts=(*reading.doubts, f"read in the zone {clock.hint}"))


def _with_zone(reading: DateReading, offset_min: int, zone: ZoneSource) -> DateReading:
    """A local time that was read as UTC, corrected by its UTC offset."""
    return replace(
        reading,
        instant=reading.instant - timedelta(minutes=offset_min),
        offset_min=offset_min,
        zone=zone,
        doubts=tuple(doubt for doubt in reading.doubts if doubt != NO_ZONE),
    )


def _with_offset(reading: DateReading, offset_min: int) -> DateReading:
    there = reading.instant + timedelta(minutes=offset_min)
    return replace(reading, local_day=there.strftime("%Y-%m-%d"), offset_min=offset_min)


def _is_stated(reading: DateReading) -> bool:
    return reading.precision not in _COARSE and NO_ZONE not in reading.doubts


def _is_utc(reading: DateReading) -> bool:
    return reading.zone == "stated" and not reading.offset_min


def _offset_between(local_time: datetime, instant: datetime) -> int | None:
    """The UTC offset in minutes at which `instant` is `local_time` (read as UTC); None if no zone has it."""
    difference = local_time.replace(second=0) - instant.replace(second=0)
    is_quarter_hour = difference.total_seconds() % QUARTER_S == 0
    return (
        round(difference.total_seconds() / 60)
        if is_quarter_hour and MIN_OFFSET <= difference <= MAX_OFFSET
        else None
    )


def _may_fall_on(reading: DateReading, day: str) -> bool:
    """Whether the moment is on that day: by its printed offset, else in any time zone."""
    if reading.offset_min or NO_ZONE in reading.doubts:
        return reading.local_day == day
    begins = datetime.combine(date.fromisoformat(day), datetime.min.time(), tzinfo=UTC)
    return begins - MAX_OFFSET <= reading.instant < begins + timedelta(days=1) - MIN_OFFSET
