"""Parse ISO 8601 dates and their variants in feeds: other separators, missing zones, weeks, ordinal days. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta

from newsdesk.crawler.normalise.dates.reading import YEARS, DateContext, Parts
from newsdesk.crawler.normalise.dates.zones import is_end_of_span, is_unknown
from newsdesk.storage.records.stories import Precision

_TIME = re.compile(
    r"(?: ?[Tt,|]? ?| - | at )(\d{1,2})(?:[:.](\d{1,2})(?:[:.](\d{1,2})(?:[.,]\d*|(?<=:\d\d):\d*)?)?)?"
    r"(?: ?([AaPp])\.?[Mm]\b\.?)?(?![\d:])(.*)"
)
_ISO = re.compile(r"(\d{4})([-/.])(0?\d{1,2})(?:\2(\d{1,2}))?(?!\d)(.*)")
_BASIC = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(?!:)(?:(\d{2})(\d{2})?(?:[.,]\d+)?)?)?(?!\d)(.*)")
_SHORT = re.compile(r"(\d\d)(\d\d)(\d\d) (\d\d)(\d\d)(\d\d)")  # 240905 150709
_WEEK = re.compile(r"(\d{4})-?W(\d{2})-?([1-7])(.*)")
_ORDINAL = re.compile(r"(\d{4})-(\d{3})(?![\d-])(.*)")
# A day without a time may have a zone in XML Schema. `2013-01-27-01` is no date.
_ZONE_OF_DAY = re.compile(r"[,;.]|[Tt]? ?[Zz]|[+-]\d\d:\d\d| ?(?:UTC|GMT|[A-Z]{2,4}T)")
_YEAR = re.compile(r"\d{4}")


def parse_iso(text: str, context: DateContext) -> Parts | None:
    """ISO 8601 with other separators too, weeks, ordinal days, 24:00, :60, `[Europe/Berlin]`."""
    found = None if _ORDINAL.fullmatch(text) else _ISO.fullmatch(text)
    if found:
        year, _, month, day, rest = found.groups()
        if day is None:
            return (
                Parts(int(year), int(month), 1, None, None, None, rest, "iso", "month", ())
                if not rest
                else None
            )
        return with_time(int(year), int(month), int(day), rest, "iso", ())
    if _YEAR.fullmatch(text):
        return Parts(int(text), 1, 1, None, None, None, "", "iso-year", "year", ())
    found = _BASIC.fullmatch(text)
    if found:
        year, month, day, hour, minute, second, rest = found.groups()
        if hour is None:
            return with_time(int(year), int(month), int(day), rest, "iso-basic", ())
        precision: Precision = "second" if second else "minute" if minute else "hour"
        clock = (int(hour), int(minute or 0), int(second or 0))
        return Parts(int(year), int(month), int(day), *clock, rest, "iso-basic", precision, ())
    found = _SHORT.fullmatch(text)
    if found:
        year, *rest = (int(group) for group in found.groups())
        year += 2000 if 2000 + year <= context.now.year else 1900
        doubts = (f"the year is printed as {found[1]}",)
        return Parts(year, rest[0], rest[1], rest[2], rest[3], rest[4], "", "iso-basic", "second", doubts)
    found = _WEEK.fullmatch(text)
    if found:
        try:
            when = date.fromisocalendar(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            return None
        return with_time(when.year, when.month, when.day, found[4], "iso-week", ())
    found = _ORDINAL.fullmatch(text)
    if found and 0 < int(found[2]) <= 366 and int(found[1]) in YEARS:
        when = date(int(found[1]), 1, 1) + timedelta(days=int(found[2]) - 1)
        if when.year == int(found[1]):
            return with_time(when.year, when.month, when.day, found[3], "iso-ordinal", ())
    return None


def with_time(year: int, month: int, day: int, rest: str, rule: str, doubts: tuple[str, ...]) -> Parts | None:
    """A date with the time in `rest`; a rest without a time is taken as the text of a zone."""
    found = _TIME.fullmatch(rest) if rest else None
    if found is None:
        if rest and not _ZONE_OF_DAY.fullmatch(rest):
            return None
        return Parts(year, month, day, None, None, None, rest, rule, "day", doubts)
    hour_text, minute, second, half, zone = found.groups()
    if minute is None and half is None and not (rest[0] in "Tt" and len(hour_text) == 2):
        return None
    if second is None and rule == "rfc822" and is_end_of_span(zone, int(hour_text), int(minute or 0)):
        return None
    if rule == "rfc822" and half is None and len(hour_text) == len(minute or "") == 1:  # 2:1 is a result
        return None
    if zone and is_unknown(zone):  # `PG` is a day period in Malay: words are left to a later parser
        return None
    hour = int(hour_text)
    if half:
        if hour > 12:
            doubts += (f"{hour} o'clock {half.lower()}m",)
        else:
            hour = hour % 12 + (12 if half in "pP" else 0)
    precision: Precision = "second" if second else "minute" if minute else "hour"
    return Parts(year, month, day, hour, int(minute or 0), int(second or 0), zone, rule, precision, doubts)
