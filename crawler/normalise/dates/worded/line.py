"""One line read with the words of one language: what day, what clock, what zone, and what is left over.

Pure. A number that nobody needs refuses the line; words that nobody knows are borne beside a whole date only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date
from typing import NamedTuple

from newsdesk.crawler.normalise.dates.parts import Asked, Parts
from newsdesk.crawler.normalise.dates.text import fold
from newsdesk.crawler.normalise.dates.worded.ages import Age, before_unknown, find_age
from newsdesk.crawler.normalise.dates.worded.clock import Clock, find_clock
from newsdesk.crawler.normalise.dates.worded.days import Day, by_month_name, by_near_word, by_weekday
from newsdesk.crawler.normalise.dates.worded.lexicon import Kind, Lexicon, lexicon_of
from newsdesk.crawler.normalise.dates.worded.numeric import by_numbers
from newsdesk.crawler.normalise.dates.worded.tokens import Token, tokens_of
from newsdesk.crawler.normalise.dates.zones import find_zone, is_unknown, parse_zone

_ZONE = re.compile(
    r"[\s,|.]*\(?(?:((?:GMT|UTC|UT)\s?[+\-−–]\s?\d{1,2}(?::?\d\d)?|[+\-−]\d\d:?\d\d)(?![\d/:-]|\.\d)"
    r"|(GMT|UTC|Z|[A-Z]{2,5}|МСК|мск)(?![^\W\d_])|\[?([A-Z][A-Za-z_]+/[A-Za-z_/]+)\]?)"
)
_ROUND_AN_AGE: tuple[Kind, ...] = ("past", "future", "about", "filler", "published", "updated", "now")
_ROUND_A_DAY: tuple[Kind, ...] = (*_ROUND_AN_AGE, "weekday", "day", "half", "month")
_MOST_NOISE = 8
_BARS = frozenset("|•·")


class Read(NamedTuple):
    """A reading in one language; without parts it saw a date that something speaks against."""

    parts: Parts | None
    noise: int
    language: str


def read_line(line: str, language: str, asked: Asked) -> Read | None:
    """A reading with the words of one language; None when it sees no date."""
    lexicon = lexicon_of(language)
    tokens = tokens_of(line, lexicon)
    if tokens is None:
        return None
    tokens, of_update = _publication(tokens)
    colons = find_clock(tokens, frozenset(), only_colons=True)
    taken = colons.used if colons else frozenset[int]()
    local_now = _local_now(asked)
    day = (
        by_month_name(tokens, taken, asked, lexicon)
        or by_numbers(tokens, taken, asked)
        or by_near_word(tokens, asked, local_now)
    )
    age = find_age(tokens, asked.now) if day is None or not day.whole else None
    if age is not None and (day is None or (age.certain and day.by == "words-no-year")):  # 3 sett. fa
        if age.precision in ("second", "minute", "hour"):
            parts, noise = _of_age(age, tokens, asked)
            return Read(parts, noise, language)
        day = _day_of_age(age, asked)
    day = day or by_weekday(tokens, local_now)
    if day is None:
        return None
    clock = colons or find_clock(tokens, day.used)
    parts, noise = _joined(line, tokens, day, clock, lexicon, asked, of_update=of_update)
    return Read(parts, noise, language)


def _local_now(asked: Asked) -> date:
    zone = find_zone(asked.timezone or asked.learned or "UTC")
    return asked.now.astimezone(zone or UTC).date()


def _publication(tokens: list[Token]) -> tuple[list[Token], bool]:
    """The tokens that speak of publication, and whether only an update is spoken of."""
    for at, token in enumerate(tokens):
        if not token.of("updated"):
            continue
        opened = next((i for i in range(at, -1, -1) if tokens[i].text in "()"), -1)  # 17:05 (13日 更新)
        end = opened if opened >= 0 and tokens[opened].text == "(" else at
        if any(map(_may_date, tokens[:end])):
            return tokens[:end], end == at and not any(map(_may_date, tokens[at:]))
        for later in range(at + 1, len(tokens)):
            if tokens[later].of("published") and any(map(_may_date, tokens[later:])):
                return _publication(tokens[later:])[0], False
        return tokens, True
    return tokens, False


def _may_date(token: Token) -> bool:
    return token.number is not None or any(token.of(kind) for kind in ("day", "unit", "now"))


def _joined(
    line: str,
    tokens: list[Token],
    day: Day,
    clock: Clock | None,
    lexicon: Lexicon,
    asked: Asked,
    *,
    of_update: bool,
) -> tuple[Parts | None, int]:
    """Day, clock and zone as one, if nothing is left that speaks against it."""
    used = day.used | (clock.used if clock else frozenset())
    zone, zone_end = (
        _zone_behind(line, clock.end, lexicon, asked) if clock and day.precision == "day" else ("", 0)
    )
    doubts = day.doubts + (clock.doubts if clock else ())
    noise = 0
    left: list[int] = []
    for at, token in enumerate(tokens):
        if at in used or (clock and clock.end <= token.start < zone_end):
            continue
        if token.number is not None:
            if not _may_be_left(tokens, at, day, clock, used):
                left.append(token.number)
        elif token.is_word and not any(token.of(kind) for kind in _ROUND_A_DAY):
            noise += 1
    if left and not (day.whole and _repeats(left, day)):
        return None, noise
    if noise > (_MOST_NOISE if day.whole and day.precision == "day" else 0):
        return None, noise
    if noise:
        if day.short_year and before_unknown(tokens, max(day.used)):
            return None, noise  # 3 July 12 comments
        doubts += ("other words beside the date",)
    if of_update:
        doubts += ("said of an update",)
    doubts += tuple(_weekday_doubt(tokens, day))
    if clock is None or day.precision != "day":
        return Parts(day.year, day.month, day.day, None, None, None, "", day.by, day.precision, doubts), noise
    return (
        Parts(
            day.year, day.month, day.day, clock.hour, clock.minute, clock.second, zone, day.by,
            clock.precision, doubts,
        ),
        noise,
    )  # fmt: skip


def _may_be_left(tokens: list[Token], at: int, day: Day, clock: Clock | None, used: frozenset[int]) -> bool:
    """A number that counts minutes of reading, that ends a span of hours, or that a bar keeps apart."""
    if not day.whole:
        return False
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after is not None and (unit := after.of("unit")) and unit.name == "minute":
        return True
    first, last = min(used), max(used)
    between = tokens[last + 1 : at] if at > last else tokens[at + 1 : first] if at < first else []
    if any(token.text in _BARS for token in between):
        return True
    behind = max(clock.used) + 1 if clock else len(tokens)
    return at > behind and tokens[behind].text in "-–—" and at <= behind + 3


def _repeats(left: list[int], day: Day) -> bool:
    """Whether the numbers that are left print the same date once more."""
    return {day.day, day.year} <= set(left) <= {day.day, day.month, day.year}


def _weekday_doubt(tokens: Iterable[Token], day: Day) -> Iterator[str]:
    if day.precision != "day":
        return
    try:
        really = date(day.year, day.month, day.day).isoweekday()
    except ValueError:  # no such day: refused later
        return
    for at, token in enumerate(tokens):
        if at not in day.used and token.weekday() not in (None, really):
            yield f"the weekday is printed as {token.text}"
            return


def _zone_behind(line: str, at: int, lexicon: Lexicon, asked: Asked) -> tuple[str, int]:
    """The zone that is printed behind the clock, as text, and where it ends; ("", 0) when none is. Capitals
    that are no known zone are an agency's more often than not where the publisher's zone is known."""
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
        return (text, at + found.end()) if word is None and asked.timezone is None else ("", 0)
    return text, at + found.end()


def _of_age(age: Age, tokens: list[Token], asked: Asked) -> tuple[Parts | None, int]:
    """An age of hours, minutes or seconds. Unknown words are borne where a word says that it is past."""
    noise = 0
    for at, token in enumerate(tokens):
        if at in age.used:
            continue
        if token.number is not None:
            if not (at + 1 < len(tokens) and (unit := tokens[at + 1].of("unit")) and unit.name == "minute"):
                return None, noise
        elif token.of("unit"):
            continue
        elif token.is_word and not any(token.of(kind) for kind in _ROUND_AN_AGE):
            noise += 1
    if noise > (3 if age.certain else 0):
        return None, noise
    zone = find_zone(asked.timezone or asked.learned or "UTC") or UTC
    here = age.instant.astimezone(zone)
    return (
        Parts(
            here.year, here.month, here.day, here.hour, here.minute, here.second, "", "age", age.precision,
            age.doubts, age.instant.astimezone(UTC),
        ),
        noise,
    )  # fmt: skip


def _day_of_age(age: Age, asked: Asked) -> Day:
    zone = find_zone(asked.timezone or asked.learned or "UTC") or UTC
    here = age.instant.astimezone(zone)
    return Day(
        year=here.year, month=here.month, day=here.day, precision=age.precision, used=age.used, by="age",
        whole=False, doubts=age.doubts,
    )  # fmt: skip
