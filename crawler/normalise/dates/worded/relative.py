"""Parse relative dates: `2 hours ago`, `vor 3 Tagen`, `منذ ساعتين`, `just now`, counted from the visit. Pure.

Several units are added up. Without a word for the past, a date counts as past, with a doubt; the future needs a
word.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsdesk.crawler.normalise.dates.worded.lexicon import Kind
from newsdesk.crawler.normalise.dates.worded.tokens import Token
from newsdesk.storage.records.stories import FROM_VISIT, Precision

_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}
_MONTHS = {"month": 1, "year": 12, "decade": 120}
_HALF = {"hour": ("minute", 30), "minute": ("second", 30), "day": ("hour", 12), "year": ("month", 6)}
_Amount = tuple[str, int, tuple[int, ...]]  # unit, number, indexes of its tokens
_PRECISION: dict[str, Precision] = {
    "second": "second", "minute": "minute", "hour": "hour", "day": "day", "week": "day",
    "month": "month", "year": "year", "decade": "year",
}  # fmt: skip
_BESIDE: tuple[Kind, ...] = ("past", "future", "about", "filler", "published", "updated", "now")
_PRECISIONS = ("second", "minute", "hour", "day", "month", "year")
_MAX_AMOUNTS = {"second": 100_000, "minute": 10_000, "hour": 1_000, "day": 1_000, "week": 520, "month": 240,
            "year": 100, "decade": 10}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeDate:
    """The instant, its precision, the tokens used, and whether a word says that it is past."""

    instant: datetime
    precision: Precision
    used: frozenset[int]
    certain: bool
    doubts: tuple[str, ...]


def find_relative(
    tokens: list[Token], now: datetime, taken: frozenset[int] = frozenset()
) -> RelativeDate | None:
    """The relative date in the tokens outside `taken`, or None. Without a word for the past, no other unit, weekday or
    month may be beside it."""
    found = _find(tokens, now, taken)
    if found is None or found.certain:
        return found
    others = (token for at, token in enumerate(tokens) if at not in found.used and at not in taken)
    return None if any(_is_other_time(token) for token in others) else found


def _is_other_time(token: Token) -> bool:
    kinds: tuple[Kind, ...] = ("unit", "weekday", "month")
    return not any(token.of(kind) for kind in _BESIDE) and any(token.of(kind) for kind in kinds)


def _find(tokens: list[Token], now: datetime, taken: frozenset[int]) -> RelativeDate | None:
    direction = _direction(tokens)
    amounts, has_number = _amounts(tokens, taken, has_direction=direction != "unsaid")
    if not amounts:
        return _now(tokens, now)
    if direction == "unclear" or (direction == "future" and not has_number):
        return None
    if any(number > _MAX_AMOUNTS.get(unit, -1) for unit, number, _ in amounts):
        return None
    sign = 1 if direction == "future" else -1
    when = now
    for unit, number, _ in amounts:
        shifted = _shifted(when, unit, sign * number)
        if shifted is None:
            return None
        when = shifted
    precision = min((_PRECISION[unit] for unit, _, _ in amounts), key=_PRECISIONS.index)
    doubts: tuple[str, ...] = (FROM_VISIT,)
    if direction == "unsaid":
        doubts += ("no word for the past",)
    if not has_number:
        doubts += ("no number printed",)
    return RelativeDate(
        instant=when,
        precision=precision,
        used=frozenset(range(amounts[0][2][0], amounts[-1][2][-1] + 1)),
        certain=direction == "past" and has_number,
        doubts=doubts,
    )


def _direction(tokens: list[Token]) -> str:
    """past, future or unsaid; unclear when the only word for the future may belong to the time of day."""
    past = future = unclear = False
    for token in tokens:
        says_past, says_future = token.of("past") is not None, token.of("future") is not None
        says_past = says_past and token.of("unit") is None  # `a` in French
        past |= says_past and not says_future
        future |= says_future and not says_past and token.of("filler") is None
        unclear |= says_future and token.of("filler") is not None
    return "past" if past else "future" if future else "unclear" if unclear else "unsaid"


def _amounts(
    tokens: list[Token], taken: frozenset[int], *, has_direction: bool
) -> tuple[list[_Amount], bool]:
    """The amounts that belong together, and whether their numbers are printed.

    `bare`: a word says past or future, so a unit without a number counts as one.
    """
    found: list[_Amount] = []
    without_number: list[_Amount] = []
    for at, token in enumerate(tokens):
        unit = token.of("unit")
        if unit is None:
            continue
        if _is_too_short(tokens, at) and not has_direction:
            continue
        if amount := _amount(tokens, at, unit.name, taken, after=found[-1][2][-1] if found else -1):
            found.append(amount)
        elif unit.value:
            found.append((unit.name, unit.value, (at,)))
        elif not token.of("plural") and len(token.text) > 2:  # `hours ago` is no hour ago
            without_number.append((unit.name, 1, (at,)))
    if not found and has_direction and len(without_number) == 1:
        return without_number, False
    if found and has_direction and without_number and all(unit == "minute" for unit, _, _ in found):
        return [], True  # an hour ago · 5 min
    for place in range(1, len(found)):
        if not _continues(tokens, found[place - 1], found[place]):
            others = {unit for unit, _, _ in found[place:]}
            return (found[:place] if others == {"minute"} else []), True  # 2 hours ago · 5 min read
    if len(found) > 1 and found[-1][0] == "minute" and precedes_unknown_word(tokens, found[-1][2][-1]):
        return found[:-1], True
    return found, True


def _is_too_short(tokens: list[Token], at: int) -> bool:
    """Whether a unit of one letter is too little for a relative date without a word for the past: `3D`, `U2`, `5 t`.
    `21s` and `5 h` are dates."""
    token = tokens[at]
    if len(token.text) > 1 or not token.text.isascii():
        return False
    touching = at > 0 and tokens[at - 1].number is not None and tokens[at - 1].end == token.start
    apart = at > 0 and tokens[at - 1].number is not None and token.text == "h"
    return not token.text.islower() or not (touching or apart)


def _amount(tokens: list[Token], at: int, unit: str, taken: frozenset[int], *, after: int) -> _Amount | None:
    """The amount of a unit: the number before it, or after it in some languages."""
    places = [at - 1] + ([at - 2] if at > 1 and _joins(tokens[at - 1]) else [])
    for place in (*places, at + 1):
        number = _number(tokens, place) if place > after and place not in taken else None
        if number is None or (place > at and not _number_follows(tokens, at)):
            continue
        if number == 0 and tokens[place].number is None:
            return (*_HALF[unit], (place, at)) if unit in _HALF else None
        return unit, number, tuple(sorted((place, at)))
    return None


def _number_follows(tokens: list[Token], at: int) -> bool:
    """`saa 3 zilizopita`: the number follows its unit, and there is a word for the past. `jaren 24` is no date."""
    rest = tokens[at + 2 :]
    return (not rest or rest[0].of("past") is not None) and any(token.of("past") for token in tokens)


def _continues(tokens: list[Token], larger: _Amount, smaller: _Amount) -> bool:
    """Whether a smaller amount continues a larger one: `2 hours and 5 minutes`."""
    order = (*_PRECISIONS[:4], "week", "month", "year", "decade")
    steps = order.index(larger[0]) - order.index(smaller[0])
    between = tokens[larger[2][-1] + 1 : smaller[2][0]]
    joined = all(
        token.text == "," or (token.is_word and not token.of("past") and len(token.text) < 5)
        for token in between
    )
    return joined and (steps in (1, 2) or (steps > 2 and bool(between)))


def precedes_unknown_word(tokens: list[Token], at: int) -> bool:
    """Whether an unknown word follows, such as `read` or `comments`."""
    return at + 1 < len(tokens) and tokens[at + 1].is_word and not tokens[at + 1].meanings


def _joins(token: Token) -> bool:
    return token.of("filler") is not None or token.text in ("'", "’", "-")


def _number(tokens: list[Token], at: int) -> int | None:
    if not 0 <= at < len(tokens):
        return None
    if tokens[at].number is not None:
        return tokens[at].number
    written = tokens[at].of("number")
    return written.value if written else None


def _shifted(when: datetime, unit: str, number: int) -> datetime | None:
    if unit in _SECONDS:
        return when + timedelta(seconds=_SECONDS[unit] * number)
    months = when.year * 12 + when.month - 1 + _MONTHS[unit] * number
    year, month = divmod(months, 12)
    if not 1 < year < 9999:
        return None
    return when.replace(year=year, month=month + 1, day=min(when.day, monthrange(year, month + 1)[1]))


def _now(tokens: list[Token], now: datetime) -> RelativeDate | None:
    named = frozenset(at for at, token in enumerate(tokens) if token.of("now"))
    if not named:
        return None
    return RelativeDate(instant=now, precision="minute", used=named, certain=False, doubts=(FROM_VISIT,))
