"""Dates as publishers print them, to an instant, the publisher's own day, and what is doubtful.

Pure: `now` is an argument. A ladder of stages, from what nearly all feeds print to words of 80 languages;
what no stage can tell for certain is refused, since a wrong date is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from newsdesk.crawler.normalise.dates.common_formats import parse_common_format
from newsdesk.crawler.normalise.dates.iso import parse_iso
from newsdesk.crawler.normalise.dates.reading import (
    LATER,
    DateContext,
    DateReading,
    Parts,
    ZoneSource,
    reading_of,
)
from newsdesk.crawler.normalise.dates.rfc822 import parse_rfc822
from newsdesk.crawler.normalise.dates.text_cleaning import MAX_LENGTH, clean_text
from newsdesk.crawler.normalise.dates.unix_timestamps import parse_unix_timestamp
from newsdesk.crawler.normalise.dates.worded.cjk import EAST_ASIAN, with_western_date
from newsdesk.crawler.normalise.dates.worded.language_choice import parse_worded
from newsdesk.crawler.normalise.dates.worded.lexicon import language_code

__all__ = ("LATER", "DateReading", "ZoneSource", "parse_date")

Parser = Callable[[str, DateContext], Parts | None]
# What empty fields print, addresses, and patterns that nobody filled in.
_NO_DATE = re.compile(r"0000|0001-01-01|[+-]|.*(?:://|www\.|@\w|%[YymdHMS]|\{\{)")
# The order of attempts; each takes the cleaned text, and the first whose parts make a reading ends it.
PARSERS: tuple[Parser, ...] = (parse_unix_timestamp, parse_iso, parse_rfc822, parse_worded)


def parse_date(
    text: str,
    *,
    language: str | None = None,
    country: str | None = None,
    timezone: str | None = None,
    learned: str | None = None,
    now: datetime,
) -> DateReading | None:
    """The date that `text` prints, or None when it prints none that can be told for certain.

    `language` (BCP 47) chooses the words, `country` (ISO 3166, capitals) the order of numbers and settles
    abbreviations, `timezone` (IANA) is used where no zone is printed, and `learned`, a zone that the
    source's other dates showed, where that is not known either. A date after `now` is kept, with a doubt.
    """
    if len(text) > MAX_LENGTH:
        return None
    reading = parse_common_format(text, now)
    if reading is not None:
        return reading
    context = DateContext(language_code(language), country, timezone, learned, now)
    if text.isascii():
        reading = _first_reading(" ".join(text.split()), _parsers_of_raw_text(text), context)
        if reading is not None:
            return reading
    text = clean_text(text)
    if _NO_DATE.match(text):
        return None
    if EAST_ASIAN.search(text) or country in ("TW", "JP"):
        text = with_western_date(text, context)
    return _first_reading(text, PARSERS, context)


def _parsers_of_raw_text(text: str) -> tuple[Parser, ...]:
    """The stages that want no cleaned text, most of what `plain` leaves, that of the likelier shape first."""
    return (parse_iso, parse_rfc822) if text[2:4].isdigit() else (parse_rfc822, parse_iso)


def _first_reading(text: str, parsers: tuple[Parser, ...], context: DateContext) -> DateReading | None:
    for parse in parsers:
        parts = parse(text, context)
        if parts is not None:
            reading = reading_of(parts, context)
            if reading is not None:
                return reading
    return None
