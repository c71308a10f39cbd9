"""Parse a line with the words of one language: day, time of day, zone, and what is left over. Pure.

An unused number refuses the line; unknown words are allowed only beside a complete date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, timedelta
from typing import NamedTuple

from newsdesk.crawler.normalise.dates.reading import (
    DateContext,
    Parts,
)
from newsdesk.crawler.normalise.dates.worded.clock import Clock, find_clock
from newsdesk.crawler.normalise.dates.worded.days import Day, by_day_word, by_weekday
from newsdesk.crawler.normalise.dates.worded.lexicon import Kind, Lexicon, lexicon_of
from newsdesk.crawler.normalise.dates.worded.relative import (
    RelativeDate,
    find_relative,
    precedes_unknown_word,
)
from newsdesk.crawler.normalise.dates.worded.repeated_day import printed_day, with_repeated_day
from newsdesk.crawler.normalise.dates.worded.time_alone import STRANGE, today_at
from newsdesk.crawler.normalise.dates.worded.tokens import Token, tokens_of
from newsdesk.crawler.normalise.dates.worded.zone_of_line import SPAN, local_day, zone_after, zone_of_source

_BESIDE_RELATIVE: tuple[Kind, ...] = ("past", "future", "about", "filler", "published", "updated", "now")
_BESIDE_DAY: tuple[Kind, ...] = (*_BESIDE_RELATIVE, "weekday", "day", "half", "month")
_BESIDE_PART: tuple[Kind, ...] = (*_BESIDE_RELATIVE, "weekday", "day")
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
    local_now = local_day(context)
    day = printed_day(tokens, taken, context, lexicon)
    if day is not None and day.complete and day.precision == "day":
        day = with_repeated_day(tokens, taken, day, context, lexicon)
        if day is None:
            return LineReading(None, 0, language)
    day = day or by_day_word(tokens, context, local_now)
    alone = colons or (find_clock(tokens, frozenset()) if day is None else None)
    relative = find_relative(tokens, context.now, taken) if day is None or not day.complete else None
    if relative is not None and colons and not relative.certain:
        relative = None  # 13 week 14:05
    if relative is not None and (
        day is None or (relative.certain and day.rule == "words-no-year")
    ):  # 3 sett. fa
        if relative.precision in ("second", "minute", "hour"):
            parts, unknown_words = _parts_of_relative(relative, tokens, context)
            today = None if parts or relative.certain else today_at(line, tokens, alone, lexicon, context)
            return LineReading(today or parts, unknown_words, language)  # 14h05
        day = _day_of_relative(relative, context)
    day = day or by_weekday(tokens, local_now)
    if day is None:
        today = today_at(line, tokens, alone, lexicon, context)
        return LineReading(today, 0, language) if today else None
    clock = colons or find_clock(tokens, day.used)
    parts, unknown_words = _combined(line, tokens, day, clock, lexicon, context, of_update=of_update)
    return LineReading(parts, unknown_words, language)


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
        zone_after(line, clock, lexicon, context) if clock and day.precision == "day" else ("", 0)
    )
    doubts = day.doubts + (clock.doubts if clock else ())
    if zone == SPAN:
        zone, doubts = "", (*doubts, SPAN)
    whole = day.complete and day.precision == "day"
    if not whole and _contradicts(tokens, day, context):
        return None, 0
    unknown_words = 0
    unused: list[int] = []
    for at, token in enumerate(tokens):
        if at in used or (clock and clock.end <= token.start < zone_end):
            continue
        if token.number is not None:
            if not _may_stay_unused(tokens, at, day, clock, used):
                unused.append(token.number)
        elif token.is_word and not any(token.of(kind) for kind in (_BESIDE_DAY if whole else _BESIDE_PART)):
            unknown_words += 1
    if clock and day.precision != "day":
        return None, unknown_words  # May 2024 10:00
    if unused and not (day.complete and _repeats(unused, day)):
        return None, unknown_words
    if unknown_words > (_MAX_UNKNOWN_WORDS if whole else 0):
        return None, unknown_words
    if unknown_words:
        if day.short_year and precedes_unknown_word(tokens, max(day.used)):
            return None, unknown_words  # 3 July 12 comments
        doubts += ("other words beside the date",)
    if of_update:
        doubts += ("the date of an update",)
    doubts += tuple(_weekday_doubt(tokens, day))
    if clock is None or SPAN in doubts or day.precision != "day":
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


def _contradicts(tokens: list[Token], day: Day, context: DateContext) -> bool:
    """Whether something in the line speaks against a date that is not printed completely."""
    if any(token.text in STRANGE for token in tokens):
        return True
    if day.precision != "day" or day.rule == "relative":  # `linggo` is a week and a Sunday in Filipino
        return False
    try:
        when = date(day.year, day.month, day.day)
    except ValueError:  # not a valid day
        return True
    weekdays = {token.weekday() for token in tokens} - {None}
    named = {meaning.value for token in tokens if (meaning := token.of("day"))}
    today = local_day(context)
    return bool(weekdays - {when.isoweekday()}) or any(today + timedelta(days=days) != when for days in named)


def _may_stay_unused(
    tokens: list[Token], at: int, day: Day, clock: Clock | None, used: frozenset[int]
) -> bool:
    """Whether an unused number is a reading time, the end of a span of hours, or separated by a bar."""
    if not day.complete:
        return False
    before = tokens[at - 1] if at else None
    if (
        before is not None
        and before.is_word
        and len(before.text) > 1
        and not before.meanings
        and before.end == tokens[at].start
    ):
        return True  # News24
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after is not None and (unit := after.of("unit")) and unit.name == "minute":
        return True
    first, last = min(used), max(used)
    between = tokens[last + 1 : at] if at > last else tokens[at + 1 : first] if at < first else []
    if any(token.text in _BARS for token in between):
        return True
    next_index = max(clock.used) + 1 if clock else len(tokens)
    return (
        at > next_index
        and tokens[next_index].text in "-–—"
        and at <= next_index + 3
        and len(tokens[at].text) < 3
    )


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


def _parts_of_relative(
    relative: RelativeDate, tokens: list[Token], context: DateContext
) -> tuple[Parts | None, int]:
    """A relative date in hours, minutes or seconds. Unknown words are allowed if a word says that it is past."""
    unknown_words = 0
    if any(token.text in STRANGE for token in tokens):
        return None, unknown_words
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
    here = relative.instant.astimezone(zone_of_source(context) or UTC)
    return (
        Parts(
            here.year, here.month, here.day, here.hour, here.minute, here.second, "", "relative", relative.precision,
            relative.doubts, relative.instant.astimezone(UTC),
        ),
        unknown_words,
    )  # fmt: skip


def _day_of_relative(relative: RelativeDate, context: DateContext) -> Day:
    here = relative.instant.astimezone(zone_of_source(context) or UTC)
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
