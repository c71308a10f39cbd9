"""Parse a line with the words of one language: day, time of day, zone, and what is left over. Pure.

An unused number refuses the line; unknown words are allowed only beside a complete date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date
from typing import NamedTuple

from newsdesk.crawler.normalise.dates.reading import DateContext, Parts
from newsdesk.crawler.normalise.dates.text_cleaning import fold
from newsdesk.crawler.normalise.dates.worded.clock import Clock, find_clock
from newsdesk.crawler.normalise.dates.worded.days import Day, by_day_word, by_month_name, by_weekday
from newsdesk.crawler.normalise.dates.worded.lexicon import Kind, Lexicon, lexicon_of
from newsdesk.crawler.normalise.dates.worded.numeric import by_numbers
from newsdesk.crawler.normalise.dates.worded.relative import (
    RelativeDate,
    find_relative,
    precedes_unknown_word,
)
from newsdesk.crawler.normalise.dates.worded.tokens import Token, tokens_of
from newsdesk.crawler.normalise.dates.zones import find_zone, is_unknown, parse_zone

_ZONE = re.compile(
    r"[\s,|.]*\(?(?:((?:GMT|UTC|UT)\s?[+\-−–]\s?\d{1,2}(?::?\d\d)?|[+\-−]\d\d:?\d\d)(?![\d/:-]|\.\d)"
    r"|(GMT|UTC|Z|[A-Z]{2,5}|МСК|мск)(?![^\W\d_])|\[?([A-Z][A-Za-z_]+/[A-Za-z_/]+)\]?)"
)
_BESIDE_RELATIVE: tuple[Kind, ...] = ("past", "future", "about", "filler", "published", "updated", "now")
_BESIDE_DAY: tuple[Kind, ...] = (*_BESIDE_RELATIVE, "weekday", "day", "half", "month")
_MAX_UNKNOWN_WORDS = 8
_BARS = frozenset("|•·")


class LineReading(NamedTuple):
    """The result in one language. Without `parts` a date was found but refused."""

    parts: Parts | None
    unknown_words: int
    language: str


def parse_line(line: str, language: str, context: DateContext) -> LineReading | None:
    """The reading with the words of one language; None when no date is found."""
    lexicon = lexicon_of(language)
    tokens = tokens_of(line, lexicon)
    if tokens is None:
        return None
    tokens, of_update = _publication(tokens)
    colons = find_clock(tokens, frozenset(), only_colons=True)
    taken = colons.used if colons else frozenset[int]()
    local_now = _local_now(context)
    day = (
        by_month_name(tokens, taken, context, lexicon)
        or by_numbers(tokens, taken, context)
        or by_day_word(tokens, context, local_now)
    )
    relative = find_relative(tokens, context.now) if day is None or not day.complete else None
    if relative is not None and (
        day is None or (relative.certain and day.rule == "words-no-year")
    ):  # 3 sett. fa
        if relative.precision in ("second", "minute", "hour"):
            parts, unknown_words = _parts_of_relative(relative, tokens, context)
            return LineReading(parts, unknown_words, language)
        day = _day_of_relative(relative, context)
    day = day or by_weekday(tokens, local_now)
    if day is None:
        return None
    clock = colons or find_clock(tokens, day.used)
    parts, unknown_words = _combined(line, tokens, day, clock, lexicon, context, of_update=of_update)
    return LineReading(parts, unknown_words, language)


def _local_now(context: DateContext) -> date:
    zone = find_zone(context.timezone or context.learned or "UTC")
    return context.now.astimezone(zone or UTC).date()


def _publication(tokens: list[Token]) -> tuple[list[Token], bool]:
    """The tokens about publication, and whether the line has only the date of an update."""
    for at, token in enumerate(tokens):
        if not token.of("updated"):
            continue
        bracket = next((i for i in range(at, -1, -1) if tokens[i].text in "()"), -1)  # 17:05 (13日 更新)
        end = bracket if bracket >= 0 and tokens[bracket].text == "(" else at
        if any(map(_may_be_date, tokens[:end])):
            return tokens[:end], end == at and not any(map(_may_be_date, tokens[at:]))
        for later in range(at + 1, len(tokens)):
            if tokens[later].of("published") and any(map(_may_be_date, tokens[later:])):
                return _publication(tokens[later:])[0], False
        return tokens, True
    return tokens, False


def _may_be_date(token: Token) -> bool:
    return token.number is not None or any(token.of(kind) for kind in ("day", "unit", "now"))


def _combined(
    line: str,
    tokens: list[Token],
    day: Day,
    clock: Clock | None,
    lexicon: Lexicon,
    context: DateContext,
    *,
    of_update: bool,
) -> tuple[Parts | None, int]:
    """Day, time and zone together, unless unused numbers or unknown words refuse them."""
    used = day.used | (clock.used if clock else frozenset())
    zone, zone_end = (
        _zone_after(line, clock.end, lexicon, context) if clock and day.precision == "day" else ("", 0)
    )
    doubts = day.doubts + (clock.doubts if clock else ())
    unknown_words = 0
    unused: list[int] = []
    for at, token in enumerate(tokens):
        if at in used or (clock and clock.end <= token.start < zone_end):
            continue
        if token.number is not None:
            if not _may_stay_unused(tokens, at, day, clock, used):
                unused.append(token.number)
        elif token.is_word and not any(token.of(kind) for kind in _BESIDE_DAY):
            unknown_words += 1
    if unused and not (day.complete and _repeats(unused, day)):
        return None, unknown_words
    if unknown_words > (_MAX_UNKNOWN_WORDS if day.complete and day.precision == "day" else 0):
        return None, unknown_words
    if unknown_words:
        if day.short_year and precedes_unknown_word(tokens, max(day.used)):
            return None, unknown_words  # 3 July 12 comments
        doubts += ("other words beside the date",)
    if of_update:
        doubts += ("the date of an update",)
    doubts += tuple(_weekday_doubt(tokens, day))
    if clock is None or day.precision != "day":
        return Parts(
            day.year, day.month, day.day, None, None, None, "", day.rule, day.precision, doubts
        ), unknown_words
    return (
        Parts(
            day.year, day.month, day.day, clock.hour, clock.minute, clock.second, zone, day.rule,
            clock.precision, doubts,
        ),
        unknown_words,
    )  # fmt: skip


def _may_stay_unused(
    tokens: list[Token], at: int, day: Day, clock: Clock | None, used: frozenset[int]
) -> bool:
    """Whether an unused number is a reading time, the end of a span of hours, or separated by a bar."""
    if not day.complete:
        return False
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after is not None and (unit := after.of("unit")) and unit.name == "minute":
        return True
    first, last = min(used), max(used)
    between = tokens[last + 1 : at] if at > last else tokens[at + 1 : first] if at < first else []
    if any(token.text in _BARS for token in between):
        return True
    next_index = max(clock.used) + 1 if clock else len(tokens)
    return at > next_index and tokens[next_index].text in "-–—" and at <= next_index + 3


def _repeats(unused: list[int], day: Day) -> bool:
    """Whether the unused numbers repeat the same date."""
    return {day.day, day.year} <= set(unused) <= {day.day, day.month, day.year}


def _weekday_doubt(tokens: Iterable[Token], day: Day) -> Iterator[str]:
    if day.precision != "day":
        return
    try:
        weekday_of_day = date(day.year, day.month, day.day).isoweekday()
    except ValueError:  # not a valid day: refused later
        return
    for at, token in enumerate(tokens):
        if at not in day.used and token.weekday() not in (None, weekday_of_day):
            yield f"the weekday is printed as {token.text}"
            return


def _zone_after(line: str, at: int, lexicon: Lexicon, context: DateContext) -> tuple[str, int]:
    """The text of the zone after the time of day, and its end; ("", 0) without one.

    Where the zone of the source is known, unknown capitals are ignored: they usually name a news agency.
    """
    rest = line[at:]
    skipped = re.match(r"\s*(?:Uhr|uhr|hrs?|h|น\.)(?=\s|$|,|\()", rest)
    start = skipped.end() if skipped else 0
    found = _ZONE.match(rest, start)
    if found is None:
        return "", 0
    text = found[1] or found[2] or found[3]
    if parse_zone(text) is None:
        return "", 0
    if is_unknown(text):
        word = lexicon.words.get(fold(text))
        return (text, at + found.end()) if word is None and context.timezone is None else ("", 0)
    return text, at + found.end()


def _parts_of_relative(
    relative: RelativeDate, tokens: list[Token], context: DateContext
) -> tuple[Parts | None, int]:
    """A relative date in hours, minutes or seconds. Unknown words are allowed if a word says that it is past."""
    unknown_words = 0
    for at, token in enumerate(tokens):
        if at in relative.used:
            continue
        if token.number is not None:
            if not (at + 1 < len(tokens) and (unit := tokens[at + 1].of("unit")) and unit.name == "minute"):
                return None, unknown_words
        elif token.of("unit"):
            continue
        elif token.is_word and not any(token.of(kind) for kind in _BESIDE_RELATIVE):
            unknown_words += 1
    if unknown_words > (3 if relative.certain else 0):
        return None, unknown_words
    zone = find_zone(context.timezone or context.learned or "UTC") or UTC
    here = relative.instant.astimezone(zone)
    return (
        Parts(
            here.year, here.month, here.day, here.hour, here.minute, here.second, "", "relative", relative.precision,
            relative.doubts, relative.instant.astimezone(UTC),
        ),
        unknown_words,
    )  # fmt: skip


def _day_of_relative(relative: RelativeDate, context: DateContext) -> Day:
    zone = find_zone(context.timezone or context.learned or "UTC") or UTC
    here = relative.instant.astimezone(zone)
    return Day(
        year=here.year,
        month=here.month,
        day=here.day,
        precision=relative.precision,
        used=relative.used,
        rule="relative",
        complete=False,
        doubts=relative.doubts,
    )
