"""Parse a printed date to an instant, the local day of the publisher, and doubts. Pure: `now` is an argument.

Tries several parsers in order, from the formats of nearly all feeds to words of 80 languages. A date that no
parser reads with certainty is refused, because a wrong date is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from newsdesk.crawler.normalise.countries import country_of_language
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
# Values of empty fields, addresses, and unfilled patterns.
_NO_DATE = re.compile(r"0000|0001-01-01|[+-]|.*(?:://|www\.|@\w|%[YymdHMS]|\{\{)")
# The order of attempts on the cleaned text; the first parser that gives a valid reading wins.
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
    """The date printed in `text`, or None when there is no certain one.

    `language` (BCP 47) chooses the words; `country` (ISO 3166, capitals), else the region of the language, chooses
    the order of numbers and the meaning of abbreviations. `timezone` (IANA) applies where no zone is printed;
    without it `learned`, the zone inferred from other dates of the source. A date after `now` is kept, with a
    doubt.
    """
    if len(text) > MAX_LENGTH:
        return None
    reading = parse_common_format(text, now)
    if reading is not None:
        return reading
    country = country or country_of_language(language)
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
    """The parsers that need no cleaned text; the one for the likelier format first."""
    return (parse_iso, parse_rfc822) if text[2:4].isdigit() else (parse_rfc822, parse_iso)


def _first_reading(text: str, parsers: tuple[Parser, ...], context: DateContext) -> DateReading | None:
    for parse in parsers:
        parts = parse(text, context)
        if parts is not None:
            reading = reading_of(parts, context)
            if reading is not None:
                return reading
    return None
