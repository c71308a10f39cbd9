"""Parse a line that has a time of day and no day: `10:04 am`, `10.30 Uhr`, `08:15 GMT`. Pure."""

from __future__ import annotations

from datetime import timedelta

from newsdesk.crawler.normalise.dates.reading import (
    CLOCKS_DIFFER,
    EARLIEST_ZONE,
    DateContext,
    Parts,
    reading_of,
)
from newsdesk.crawler.normalise.dates.text_cleaning import fold
from newsdesk.crawler.normalise.dates.worded.clock import HOUR_WORDS, WORDS_BEFORE_CLOCK, Clock
from newsdesk.crawler.normalise.dates.worded.lexicon import Lexicon
from newsdesk.crawler.normalise.dates.worded.tokens import Token
from newsdesk.crawler.normalise.dates.worded.zone_of_line import local_day, zone_after, zone_of_source

STRANGE = frozenset("#%&=*/@$£€<>\\_~^{}[];!?")  # not beside a weekday or a time alone


def today_at(
    line: str, tokens: list[Token], clock: Clock | None, lexicon: Lexicon, context: DateContext
) -> Parts | None:
    """A time of day alone is that of today at the publisher, or of yesterday if that is later than the visit.
    The line may have a zone and words of publication, and nothing else."""
    if (
        clock is None
        or clock.precision == "hour"
        or clock.doubts
        or not _is_marked_clock(line, tokens, clock)
    ):
        return None
    if not (clock.hour or clock.minute or clock.second):
        return None
    zone, zone_end = zone_after(line, clock, lexicon, context)
    for at, token in enumerate(tokens):
        beside = at in clock.used or clock.end <= token.start < zone_end
        if not beside and (token.number is not None or (token.is_word and not _is_about_publication(token))):
            return None
    if any(token.text in STRANGE for token in tokens):
        return None
    known, day = (bool(zone) or zone_of_source(context) is not None), local_day(context)
    for days_before in (0, 1):
        when = day - timedelta(days=days_before)
        parts = Parts(
            when.year, when.month, when.day, clock.hour, clock.minute, clock.second, zone, "clock",
            clock.precision, (*clock.doubts, "only the time of day is printed"),
        )  # fmt: skip
        reading = reading_of(parts, context)
        if reading is None:
            return None
        if reading.instant <= context.now + (CLOCKS_DIFFER if known else EARLIEST_ZONE):
            return parts
    return None


def _is_marked_clock(line: str, tokens: list[Token], clock: Clock) -> bool:
    """Whether something beside the numbers tells that they are a time: a word, a day period or a zone. `12:30`
    alone may be a length or a result, and midnight is the time of an empty field."""
    after = line[clock.end :].strip().lower()
    first = min(clock.used)
    if any(map(after.startswith, ("h", "min"))) or any(
        (unit := tokens[at].of("unit")) and unit.name == "hour" for at in clock.used
    ):
        return len(tokens[first].text) == 2  # 14h05; 2h30 is a length
    before = fold(tokens[first - 1].text) if first else ""
    if before == "." and first > 1:
        before = fold(tokens[first - 2].text)
    return any(token.is_word for token in tokens) and (
        ":" in line[: clock.end]
        or any(tokens[at].is_word for at in clock.used)
        or any(map(after.startswith, HOUR_WORDS))
        or (len(before) > 1 and before in WORDS_BEFORE_CLOCK)
    )


def _is_about_publication(token: Token) -> bool:
    unit = token.of("unit")
    return any(token.of(kind) for kind in ("filler", "published", "half")) and (
        unit is None or unit.name == "hour"
    )
