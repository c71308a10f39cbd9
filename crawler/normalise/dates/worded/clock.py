"""Find the time of day in a line of tokens: 15:07, 3.07 pm, 15h07, 14 Uhr, kl. 14, 下午 3:07. Pure.

A dot separates hours and minutes only where the numbers are not part of a date.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsdesk.crawler.normalise.dates.worded.tokens import Token
from newsdesk.storage.records.stories import Precision

_PM_PERIODS = frozenset(("pm", "afternoon", "evening"))
_AM_PERIODS = frozenset(("am", "morning"))
WORDS_BEFORE_CLOCK = frozenset({
    "kl", "klo", "klokken", "klockan", "klokka", "kello", "um", "uhr", "ore", "ora", "orele",
    "alle", "à", "a", "las", "às", "om", "pukul", "jam", "saat", "ob", "v", "o", "в", "у", "ч",
    "час", "uur", "plkst", "val", "lúc", "vào", "ساعت", "الساعة", "στις", "na", "h", "at",
})  # fmt: skip
HOUR_WORDS = frozenset({
    "h", "uhr", "uur", "u", "hod", "hodin", "ч", "час", "часов", "часа", "г", "год", "година",
    "гадзін", "hs", "hrs", "horas", "hora", "heures", "heure", "sati", "klo", "godz", "giờ", "gio",
    "g", "timmar", "น", "นาฬิกา", "ора", "óra", "órakor", "val", "时", "時", "点", "點", "시", "baje",
    "बजे", "বাজে", "மணி", "মিঃ", "порой", "chasov",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time of day, the indexes of its tokens, and its end in the line (a zone may follow)."""

    hour: int
    minute: int
    second: int
    precision: Precision
    used: frozenset[int]
    end: int
    doubts: tuple[str, ...] = ()


def find_clock(tokens: list[Token], taken: frozenset[int], *, only_colons: bool = False) -> Clock | None:
    """The first time of day among the tokens outside `taken`; None without a valid one."""
    period = _period(tokens)
    for read in (_with_colons,) if only_colons else (_with_colons, _with_hour_word, _with_period, _with_dots):
        for at, token in enumerate(tokens):
            if token.number is None or len(token.text) > 2 or at in taken:
                continue
            found = read(tokens, at, period)
            if found is not None and not found.used & taken:
                return _apply_period(found, tokens, period)
    return _noon_or_midnight(tokens, period) if period is not None and not only_colons else None


def _period(tokens: list[Token]) -> int | None:
    """Index of the day period (am, pm, noon …); one beside a number has precedence."""
    found = [at for at, token in enumerate(tokens) if token.of("half") and not token.of("unit")]
    near_number = [at for at in found if any(_number(tokens, at + step) is not None for step in (-1, 1))]
    return next(iter(near_number or found), None)


def _number(tokens: list[Token], at: int) -> int | None:
    if 0 <= at < len(tokens):
        token = tokens[at]
        if token.number is not None and len(token.text) <= 2:
            return token.number
    return None


def _text(tokens: list[Token], at: int) -> str:
    return tokens[at].text if 0 <= at < len(tokens) else ""


def _clock(tokens: list[Token], indexes: list[int], *, doubts: tuple[str, ...] = ()) -> Clock | None:
    """The time of the numbers at `indexes`; the tokens between them count as used."""
    numbers = [tokens[at].number or 0 for at in indexes]
    hour, minute, second = (*numbers, 0, 0)[:3]
    if hour > 24 or minute > 59 or second > 60:
        return None
    return Clock(
        hour=hour,
        minute=minute,
        second=second,
        precision=("hour", "minute", "second")[len(numbers) - 1],
        used=frozenset(range(indexes[0], indexes[-1] + 1)),
        end=tokens[indexes[-1]].end,
        doubts=doubts,
    )


def _with_colons(tokens: list[Token], at: int, period: int | None) -> Clock | None:
    if _text(tokens, at + 1) != ":" or _number(tokens, at + 2) is None:
        return None
    if _text(tokens, at - 1) == ":" and _number(tokens, at - 2) is not None:
        return None  # 25:00:00 does not contain 00:00
    indexes = [at, at + 2]
    if _text(tokens, at + 3) == ":" and _number(tokens, at + 4) is not None:
        indexes.append(at + 4)
    if all(len(tokens[one].text) == 1 for one in indexes):
        return None  # 2:1 is a result
    found = _clock(tokens, indexes)
    last = indexes[-1]
    if (
        found
        and len(indexes) == 3
        and _text(tokens, last + 1) in (".", ",")
        and _touching(tokens, last, last + 2)
    ):
        return _extended(found, last + 2, tokens)  # a fraction of a second
    return found


def _touching(tokens: list[Token], first: int, last: int) -> bool:
    """Whether the tokens from first to last have no spaces between them, and the last is a number."""
    return (
        last < len(tokens)
        and tokens[last].number is not None
        and all(tokens[at].end == tokens[at + 1].start for at in range(first, last))
    )


def _with_hour_word(tokens: list[Token], at: int, period: int | None) -> Clock | None:
    """15h07, 15 h, 14 Uhr 30, 3時7分"""
    after = at + 1
    if after >= len(tokens) or not tokens[after].is_word:
        return None
    if tokens[after].text.lower() not in HOUR_WORDS:
        unit = tokens[after].of("unit")
        if unit is None or unit.name != "hour" or unit.value:
            return None
    if _text(tokens, at - 1) == "." and at > 1 and _touching(tokens, at - 2, at):
        return None  # 15.07 Uhr: a dot separates hours and minutes
    minute = _number(tokens, at + 2)
    if minute is not None and (len(tokens[at + 2].text) == 2 or _is_minute(tokens, at + 3)):
        found = _clock(tokens, [at, at + 2])
        if found and _is_minute(tokens, at + 3):
            return _extended(found, at + 3, tokens)
        return found
    found = _clock(tokens, [at])
    return _extended(found, after, tokens) if found else None


def _is_minute(tokens: list[Token], at: int) -> bool:
    unit = tokens[at].of("unit") if at < len(tokens) else None
    return unit is not None and unit.name == "minute"


def _extended(clock: Clock, last: int, tokens: list[Token]) -> Clock:
    return Clock(
        hour=clock.hour,
        minute=clock.minute,
        second=clock.second,
        precision=clock.precision,
        used=clock.used | frozenset(range(min(clock.used), last + 1)),
        end=tokens[last].end,
        doubts=clock.doubts,
    )


def _with_period(tokens: list[Token], at: int, period: int | None) -> Clock | None:
    """3pm, 3.07 pm, 下午 3"""
    if period is None:
        return None
    if _text(tokens, at + 1) == "." and _number(tokens, at + 2) is not None and period == at + 3:
        return _clock(tokens, [at, at + 2])
    if period == at - 1 and (dotted := _with_dots(tokens, at, period)) is not None:
        return dotted
    exact = tokens[period].of("half")
    hour = tokens[at].number or 0
    if exact is not None and exact.name in ("am", "pm") and period in (at - 1, at + 1) and 1 <= hour <= 12:
        return _clock(tokens, [at])
    return None


def _with_dots(tokens: list[Token], at: int, period: int | None) -> Clock | None:
    """15.07 and 15.07.00 without spaces, not part of a longer number with dots."""
    if _text(tokens, at + 1) != "." or not _touching(tokens, at, at + 2) or len(tokens[at + 2].text) != 2:
        before = tokens[at - 1] if at else None
        if before is not None and before.text.lower().rstrip(".") in WORDS_BEFORE_CLOCK - {
            "a",
            "o",
            "v",
            "um",
            "na",
            "у",
            "в",
        }:
            return _clock(tokens, [at])
        dotted = (
            at > 1 and tokens[at - 1].text == "." and tokens[at - 2].text.lower() in ("kl", "plkst", "val")
        )
        return _clock(tokens, [at]) if dotted else None
    indexes = [at, at + 2]
    if _text(tokens, at + 3) == "." and _touching(tokens, at, at + 4) and len(tokens[at + 4].text) == 2:
        indexes.append(at + 4)
    if _text(tokens, at - 1) == "." and at > 1 and tokens[at - 2].number is not None:
        return None
    return _clock(tokens, indexes)


def _apply_period(clock: Clock, tokens: list[Token], period: int | None) -> Clock:
    """The time with its day period applied."""
    meaning = tokens[period].of("half") if period is not None else None
    if period is None or meaning is None:
        return clock
    hour, doubts = clock.hour, clock.doubts
    name = meaning.name
    if hour > 12:
        if name in ("am", "pm"):
            doubts += (f"{hour} o'clock {name}",)
    elif name in _PM_PERIODS or (name == "noon" and hour < 10) or (name == "night" and 6 <= hour < 12):
        hour = hour % 12 + 12
    elif hour == 12 and (name in _AM_PERIODS or name in ("night", "midnight")):
        hour = 0
    near = period in (min(clock.used) - 1, max(clock.used) + 1)
    return Clock(
        hour=hour,
        minute=clock.minute,
        second=clock.second,
        precision=clock.precision,
        used=clock.used | {period},
        end=max(clock.end, tokens[period].end) if near else clock.end,
        doubts=doubts,
    )


def _noon_or_midnight(tokens: list[Token], period: int) -> Clock | None:
    """Noon and midnight, written out."""
    meaning = tokens[period].of("half")
    if meaning is None or meaning.name not in ("noon", "midnight"):
        return None
    return Clock(
        hour=12 if meaning.name == "noon" else 0,
        minute=0,
        second=0,
        precision="hour",
        used=frozenset((period,)),
        end=tokens[period].end,
    )
