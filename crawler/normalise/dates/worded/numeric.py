"""Parse days printed as three numbers: 05/09/2024. The order is that of the country, else of the language. Pure.

An undecided order is refused, unless only one order gives a valid date or matches the printed weekday. Dates with
dots that end with the year are day first: no locale of CLDR writes the month first with dots.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from newsdesk.crawler.normalise.dates.calendars import hijri_day, jalali_day
from newsdesk.crawler.normalise.dates.reading import YEARS, DateContext
from newsdesk.crawler.normalise.dates.tables.orders import BY_COUNTRY, BY_LANGUAGE
from newsdesk.crawler.normalise.dates.text_cleaning import fold
from newsdesk.crawler.normalise.dates.worded.days import Day, printed_weekday, whole_year
from newsdesk.crawler.normalise.dates.worded.tokens import Token

_SEPARATORS = frozenset("./-·,")
_ISLAMIC = frozenset(("ه", "ھ", "ah", "هجری", "هجريه", "هجریه", "h"))
# Languages whose countries use different orders, so that the language alone does not decide.
UNDECIDED = frozenset(("en", "zh"))


@lru_cache(maxsize=256)
def order_of(country: str | None, language: str | None) -> str:
    """`DMY`, `MDY`, `YMD`, or `YMD DMY` (the second for dates that end with the year); "" if not known."""
    if country:
        for order, countries in BY_COUNTRY.items():
            if ("GB" if country == "UK" else country) in countries.split():
                return order
    if language and language not in UNDECIDED:
        for order, languages in BY_LANGUAGE.items():
            if language in languages.split():
                return order
    return ""


def by_numbers(tokens: list[Token], taken: frozenset[int], context: DateContext) -> Day | None:
    """The day in three numbers with the same separator."""
    for at, token in enumerate(tokens):
        if token.number is None or at in taken:
            continue
        found = _triple(tokens, at, taken)
        if found is not None:
            return _read(tokens, found, context)
    return None


def _triple(tokens: list[Token], at: int, taken: frozenset[int]) -> tuple[int, int, int] | None:
    """Indexes of three numbers in the form of a date that are not part of a longer row."""
    sign = tokens[at + 1].text if at + 1 < len(tokens) else ""
    step = 2 if sign in _SEPARATORS else 1
    indexes = (at, at + step, at + 2 * step)
    if indexes[2] >= len(tokens) or any(i in taken or tokens[i].number is None for i in indexes):
        return None
    if step == 2 and (
        tokens[at + 3].text != sign or (sign == "," and tokens[at + 1].end != tokens[at + 2].start)
    ):
        return None
    lengths = tuple(len(tokens[i].text) for i in indexes)
    if (
        lengths[1] > 2
        or (lengths[0] != 4 and (lengths[0] > 2 or lengths[2] not in (2, 4)))
        or lengths[2] == 3
    ):
        return None
    if lengths[0] == 4 and lengths[2] > 2:
        return None
    return None if _is_part_of_longer_row(tokens, indexes, sign if step == 2 else "", taken) else indexes


def _is_part_of_longer_row(
    tokens: list[Token], indexes: tuple[int, int, int], sign: str, taken: frozenset[int]
) -> bool:
    """Whether the row of numbers, or a path, continues before or after."""
    before, after = indexes[0] - 1, indexes[2] + 1
    if before >= 0 and _is_letter_touching(tokens[before], tokens[indexes[0]]):
        return True
    if not sign:  # 202 555 01 43
        return any(
            0 <= i < len(tokens)
            and i not in taken
            and tokens[i].number is not None
            and len(tokens[i].text) != 2
            for i in (before, after)
        )
    for sign_at, next_at in ((before, before - 1), (after, after + 1)):
        if not 0 <= next_at < len(tokens) or tokens[sign_at].text != sign or sign == ",":
            continue
        neighbour = tokens[next_at]
        if next_at in taken or not (neighbour.is_word or neighbour.number is not None):
            continue
        touching = tokens[max(sign_at, next_at)].start == tokens[min(sign_at, next_at)].end
        if touching and not (sign == "-" and neighbour.is_word and sign_at < next_at):
            return True
        if neighbour.number is not None and sign != "-" and not _begins_time(tokens, next_at):
            return True
    return False


def _is_letter_touching(before: Token, first: Token) -> bool:
    """v2024.01.21"""
    return before.is_word and before.text.isascii() and len(before.text) == 1 and before.end == first.start


def _begins_time(tokens: list[Token], at: int) -> bool:
    return at + 1 < len(tokens) and tokens[at + 1].text in ".:"


def _read(tokens: list[Token], indexes: tuple[int, int, int], context: DateContext) -> Day | None:
    texts = tuple(tokens[i].text for i in indexes)
    used = frozenset(range(indexes[0], indexes[2] + 1))
    weekday = printed_weekday(tokens)
    other = _other_calendar(tokens, texts, context)
    if other is not None:
        when, rule = other
        return _day(when, used, rule, ())
    sign = tokens[indexes[0] + 1].text
    usual, short = order_of(context.country, context.language), len(texts[2]) == 2 and len(texts[0]) < 4
    if short and not usual and sign not in _SEPARATORS:  # 12 12 12
        return None
    readings = _readings(texts, context)
    if short and sign == "." and usual != "MDY":  # 10.20.30
        readings.pop("MDY", None)
    if weekday is not None:
        readings = {o: d for o, d in readings.items() if d.isoweekday() == weekday} or readings
    if len(set(readings.values())) == 1:
        preferred: tuple[str, ...] = tuple(readings)
    else:
        preferred = _preferred(context, sign=sign, short=len(texts[2]) == 2)
    order = next((one for one in preferred if one in readings), None)
    if order is None:
        return None
    when = readings[order]
    if when.year > context.now.year + 1 and (context.country == "NP" or context.language == "ne"):
        return None  # a year of the calendar of Nepal, 57 ahead
    year_text = texts[0] if order == "YMD" else texts[2]
    _, doubts = whole_year(year_text, context, context.language)
    return _day(when, used, f"numbers-{order.lower()}", doubts)


def _readings(texts: tuple[str, ...], context: DateContext) -> dict[str, date]:
    """Order → day, for each order that gives a valid date."""
    if len(texts[0]) == 4:
        orders: tuple[str, ...] = ("YMD",)
    else:
        orders = ("DMY", "MDY") if len(texts[2]) == 4 else ("DMY", "MDY", "YMD")
    found = {}
    for order in orders:
        by_part = dict(zip(order, texts, strict=True))
        year, _ = whole_year(by_part["Y"], context, context.language)
        try:
            when = date(year, int(by_part["M"]), int(by_part["D"]))
        except ValueError:
            continue
        if when.year in YEARS and not (order == "YMD" and len(texts[0]) < 2):
            found[order] = when
    return found


def _preferred(context: DateContext, *, sign: str, short: bool) -> tuple[str, ...]:
    """The orders to try when several are valid, best first; empty when undecided."""
    first, _, last = order_of(context.country, context.language).partition(" ")
    if first == "YMD":
        if short:  # 03.04.05 is ambiguous where both orders are used
            return () if last else ("YMD",)
        first = last or _year_last(context.language)
    if not first:
        return ("DMY",) if sign == "." and not short else ()
    other = "MDY" if first == "DMY" else "DMY"
    return (first, other) if short and sign != "-" else (first,)  # 25 09 03 where months go first


def _year_last(language: str | None) -> str:
    """The order of the language for dates that end with the year, where the country writes years first."""
    order = order_of(None, language)
    return order.partition(" ")[2] if order.startswith("YMD") else order


def _other_calendar(
    tokens: list[Token], texts: tuple[str, ...], context: DateContext
) -> tuple[date | None, str] | None:
    """A day of the Solar Hijri or Islamic calendar, recognised by its year, language and country."""
    year_text = texts[0] if len(texts[0]) == 4 else texts[2]
    year, day = int(year_text), int(texts[2] if len(texts[0]) == 4 else texts[0])
    if not 1300 <= year <= 1500:
        return None
    islamic = any(token.is_word and fold(token.text) in _ISLAMIC for token in tokens)
    if context.language in ("fa", "ps") or context.country in ("IR", "AF"):
        return jalali_day(year, int(texts[1]), day), "jalali"
    if islamic or context.language in ("ar", "ur") or context.country in ("SA", "PK"):
        return hijri_day(year, int(texts[1]), day), "umm-al-qura"
    return None


def _day(when: date | None, used: frozenset[int], rule: str, doubts: tuple[str, ...]) -> Day | None:
    if when is None:
        return None
    return Day(
        year=when.year, month=when.month, day=when.day, precision="day", used=used, rule=rule, doubts=doubts
    )
