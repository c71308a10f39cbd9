"""The time zone of a line: printed after the time of day, or that of the source. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date
from zoneinfo import ZoneInfo

from newsdesk.crawler.normalise.dates.reading import DateContext
from newsdesk.crawler.normalise.dates.text_cleaning import fold
from newsdesk.crawler.normalise.dates.worded.clock import Clock
from newsdesk.crawler.normalise.dates.worded.lexicon import Lexicon
from newsdesk.crawler.normalise.dates.zones import find_zone, is_end_of_span, is_known, is_unknown, parse_zone

_ZONE = re.compile(
    r"[\s,|.]*\(?(?:((?:GMT|UTC|UT)\s?[+\-−–]\s?\d{1,2}(?::?\d\d)?|(?:--?|\+\+?|−)\d\d:?\d\d)(?![\d/:-]|\.\d)"
    r"|(GMT|UTC|Z|[A-Z]{2,5}|МСК|мск)(?![^\W\d_])|\[?([A-Z][A-Za-z_]+/[A-Za-z_/]+)\]?)"
)
_LAST_WORD = re.compile(r"\s*\(?()()?([A-Za-z]{2,5})\)?\.?")
SPAN = "a span of hours or a zone"


def zone_after(line: str, clock: Clock, lexicon: Lexicon, context: DateContext) -> tuple[str, int]:
    """The text of the zone after the time of day, and its end; ("", 0) without one.

    Where the zone of the source is known, unknown capitals are ignored: they usually name a news agency.
    """
    at = clock.end
    rest = line[at:]
    skipped = re.match(r"\s*(?:Uhr|uhr|hrs?|h|น\.)(?=\s|$|,|\()", rest)
    start = skipped.end() if skipped else 0
    found = _ZONE.match(rest, start) or _LAST_WORD.fullmatch(rest, start)
    if found is None:
        return "", 0
    text = found[1] or found[2] or found[3]
    if found.re is _LAST_WORD and not _is_zone_word(text, lexicon):
        return "", 0
    if parse_zone(text) is None:
        return "", 0
    if is_end_of_span(text, clock.hour, clock.minute):
        return SPAN, at + found.end()
    if is_unknown(text):
        word = lexicon.words.get(fold(text))
        return (text, at + found.end()) if word is None and context.timezone is None else ("", 0)
    return text, at + found.end()


def _is_zone_word(text: str, lexicon: Lexicon) -> bool:
    """Gmt, Cest, utc at the end of a line; `est` and `met` are words of several languages."""
    return (
        is_known(text) and fold(text) not in lexicon.words and (not text.islower() or text in ("gmt", "utc"))
    )


def local_day(context: DateContext) -> date:
    return context.now.astimezone(zone_of_source(context) or UTC).date()


def zone_of_source(context: DateContext) -> ZoneInfo | None:
    name = context.timezone or context.learned
    return find_zone(name) if name else None
