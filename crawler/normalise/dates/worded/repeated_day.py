"""Find the day in a line that prints it more than once, also in another calendar. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from newsdesk.crawler.normalise.dates.reading import DateContext
from newsdesk.crawler.normalise.dates.worded.days import Day, by_month_name
from newsdesk.crawler.normalise.dates.worded.lexicon import Lexicon
from newsdesk.crawler.normalise.dates.worded.numeric import by_numbers
from newsdesk.crawler.normalise.dates.worded.tokens import Token

_ISLAMIC_DAYS_DIFFER = 2  # months begin by sight of the moon, which differs by country


def printed_day(
    tokens: list[Token], taken: frozenset[int], context: DateContext, lexicon: Lexicon
) -> Day | None:
    return by_month_name(tokens, taken, context, lexicon) or by_numbers(tokens, taken, context)


def with_repeated_day(
    tokens: list[Token], taken: frozenset[int], day: Day, context: DateContext, lexicon: Lexicon
) -> Day | None:
    """The day with the tokens of the same day printed a second or third time, also in another calendar. None
    if two calendars disagree. The Gregorian day has precedence."""
    for _ in range(2):
        rest = [
            Token(text="|", start=token.start, end=token.end) if at in day.used else token
            for at, token in enumerate(tokens)
        ]
        other = printed_day(rest, taken | day.used, context, lexicon)
        if other is None or not other.complete or other.precision != "day":
            return day
        apart = _days_apart(day, other)
        if apart is None:
            return day
        calendars = {_calendar(day), _calendar(other)}
        if apart > (_ISLAMIC_DAYS_DIFFER if len(calendars) > 1 and "umm-al-qura" in calendars else 0):
            return day if len(calendars) == 1 else None
        day = replace(other if _calendar(day) else day, used=day.used | other.used)
    return day


def _calendar(day: Day) -> str:
    """The rule of a calendar that is not Gregorian, else an empty text."""
    return day.rule if day.rule in ("jalali", "umm-al-qura") else ""


def _days_apart(day: Day, other: Day) -> int | None:
    try:
        return abs((date(day.year, day.month, day.day) - date(other.year, other.month, other.day)).days)
    except ValueError:  # not a valid day: refused later
        return None
