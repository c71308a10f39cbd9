"""Dates as publishers print them, to an instant, the publisher's own day, and what is doubtful.

Pure: `now` is an argument. A ladder of stages, from what nearly all feeds print to words of 80 languages;
what no stage can tell for certain is refused, since a wrong date is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from newsdesk.crawler.normalise.dates.epochs import epoch
from newsdesk.crawler.normalise.dates.iso import iso
from newsdesk.crawler.normalise.dates.parts import LATER, Asked, DateReading, Parts, ZoneSource, reading_of
from newsdesk.crawler.normalise.dates.plain import plain
from newsdesk.crawler.normalise.dates.rfc822 import rfc822
from newsdesk.crawler.normalise.dates.text import MAX_LENGTH, clean_text
from newsdesk.crawler.normalise.dates.worded.cjk import MARKED, rewrite
from newsdesk.crawler.normalise.dates.worded.languages import local
from newsdesk.crawler.normalise.dates.worded.lexicon import language_code

__all__ = ("LATER", "DateReading", "ZoneSource", "parse_date")

Stage = Callable[[str, Asked], Parts | None]
# What empty fields print, addresses, and patterns that nobody filled in.
_NO_DATE = re.compile(r"0000|0001-01-01|[+-]|.*(?:://|www\.|@\w|%[YymdHMS]|\{\{)")
# The order of attempts; each takes the cleaned text, and the first whose parts make a reading ends it.
STAGES: tuple[Stage, ...] = (epoch, iso, rfc822, local)


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
    at_once = plain(text, now)
    if at_once is not None:
        return at_once
    asked = Asked(language_code(language), country, timezone, learned, now)
    if text.isascii():
        reading = _first_reading(" ".join(text.split()), _figures(text), asked)
        if reading is not None:
            return reading
    text = clean_text(text)
    if _NO_DATE.match(text):
        return None
    if MARKED.search(text) or country in ("TW", "JP"):
        text = rewrite(text, asked)
    return _first_reading(text, STAGES, asked)


def _figures(text: str) -> tuple[Stage, ...]:
    """The stages that want no cleaned text, most of what `plain` leaves, that of the likelier shape first."""
    return (iso, rfc822) if text[2:4].isdigit() else (rfc822, iso)


def _first_reading(text: str, stages: tuple[Stage, ...], asked: Asked) -> DateReading | None:
    for stage in stages:
        parts = stage(text, asked)
        if parts is not None:
            reading = reading_of(parts, asked)
            if reading is not None:
                return reading
    return None
