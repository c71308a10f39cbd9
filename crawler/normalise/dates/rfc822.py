"""Parse RFC 822 dates and their variants in feeds: order, commas, long names, asctime, short years.

Pure. English only.
"""

from __future__ import annotations

import re
from datetime import date

from newsdesk.crawler.normalise.dates.iso import with_time
from newsdesk.crawler.normalise.dates.reading import DateContext, Parts

_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
_MONTHS = {name[:length]: at for at, name in enumerate(_NAMES, 1) for length in (3, len(name))} | {"sept": 9}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
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


def parse_rfc822(text: str, context: DateContext) -> Parts | None:
    """RFC 822 and similar: `13 January 2026 8:05 EST`, `Jan 13, 2026 3:04 PM`, `Tue Jan 13 08:05:00 2026`."""
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
        if len(year) != 2 and (":" not in rest or number > context.now.year + 1):  # 5 May 202
            return None
        doubts = (f"the year is printed as {year}",)
    if weekday:
        if weekday[:3].lower() not in _WEEKDAYS:  # "Updated May 6, 2019" is not the publication
            return None
        doubts += weekday_doubt(weekday[:3].lower(), number, month, int(day))
    return with_time(number, month, int(day), rest, "rfc822", doubts)


def weekday_doubt(weekday: str, year: int, month: int, day: int) -> tuple[str, ...]:
    """A doubt when the printed weekday (three English letters) is not that of the day."""
    if weekday not in _WEEKDAYS:
        return ()
    try:
        weekday_of_day = _WEEKDAYS[date(year, month, day).weekday()]
    except ValueError:  # not a valid day: refused later
        return ()
    return (
        ()
        if weekday == weekday_of_day
        else (f"the weekday is printed as {weekday}, it was a {weekday_of_day}",)
    )
