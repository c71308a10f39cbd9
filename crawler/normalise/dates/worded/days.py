"""Find the day in a line of tokens: by the name of a month, a word like yesterday, or a weekday. Pure.

Uses the numbers beside the month; other numbers must belong to the time of day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from newsdesk.crawler.normalise.dates.calendars import BUDDHIST_AHEAD, hijri_day, jalali_day
from newsdesk.crawler.normalise.dates.reading import YEARS, DateContext
from newsdesk.crawler.normalise.dates.text_cleaning import fold
from newsdesk.crawler.normalise.dates.worded.lexicon import HIJRI, JALALI, Lexicon
from newsdesk.crawler.normalise.dates.worded.tokens import Token
from newsdesk.storage.records.stories import FROM_VISIT, Precision

_IGNORED_SIGNS = frozenset(".,-/'،、׳״")
_BARS = frozenset("|–—•·()")  # after these only a year of four digits counts
_COUNTERS = frozenset(("no", "nr", "nº", "n°", "№", "#", "vol", "issue", "page", "p"))
_ORDINAL_ENDS = frozenset({
    "st", "nd", "rd", "th", "er", "o", "a", "e", "º", "ª", "as", "os", "ko", "ad", "го",
})  # fmt: skip
# Languages that inflect names of months; in others a longer word is another word (`Decent`).
_INFLECTING = frozenset((
    "be", "bg", "bs", "cs", "el", "et", "eu", "fi", "hr", "hu", "hy", "ka", "kk", "ky", "lt", "lv", "mk",
    "mn", "pl", "ru", "sk", "sl", "sr", "ta", "te", "tr", "uk",
))  # fmt: skip
_ROMAN_NAMES = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_ROMAN = {name: number for number, name in enumerate(_ROMAN_NAMES, 1)}
_FAR = timedelta(days=1)
_WINDOW_AHEAD = 20  # two digits are the years from 80 before to 20 after now, as in Java and ICU
_WORDS_BEFORE_CLOCK = frozenset({
    "kl", "klo", "klokken", "klockan", "at", "à", "um", "om", "ore", "alle", "las", "às", "в", "у",
    "o", "ob", "pukul", "jam", "saat",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day, month or year, the indexes of its tokens, and whether it is printed completely (`whole`)."""

    year: int
    month: int
    day: int
    precision: Precision
    used: frozenset[int]
    rule: str
    complete: bool = True
    short_year: bool = False
    doubts: tuple[str, ...] = ()


def by_month_name(
    tokens: list[Token], taken: frozenset[int], context: DateContext, lexicon: Lexicon
) -> Day | None:
    """`5 September 2024`, `Sept. 5, 2024`, `2024. szeptember 5.`, `September 2024`, `5 Sept`"""
    found = _month_at(tokens, lexicon)
    if found is None:
        return None
    at, month, doubts = found
    left, right = _numbers_beside(tokens, at, -1, taken, month), _numbers_beside(tokens, at, 1, taken, month)
    day_at, year_at = _day_and_year(tokens, left, right)
    used = {at, *(index for index in (day_at, year_at) if index is not None)}
    if day_at is None and (year_at is None or len(tokens[year_at].text) != 4):
        return None
    if day_at is not None and _is_counted(tokens, day_at):
        return None
    day = tokens[day_at].number if day_at is not None else None
    year_text = tokens[year_at].text if year_at is not None else None
    weekday = printed_weekday(tokens)
    return _day_with_year(year_text, month, day, frozenset(used), context, lexicon.language, weekday, doubts)


def printed_weekday(tokens: list[Token]) -> int | None:
    """The first weekday, 1 for Monday."""
    return next((weekday for token in tokens if (weekday := token.weekday())), None)


def _month_at(tokens: list[Token], lexicon: Lexicon) -> tuple[int, int, tuple[str, ...]] | None:
    """Index and number of the month. A word that may also be a weekday counts only without a clear month."""
    named = [(at, meaning) for at, token in enumerate(tokens) if (meaning := token.of("month"))]
    gregorian = [pair for pair in named if pair[1].value <= JALALI and _has_number(tokens, pair[0])]
    named = gregorian or named  # a line may have the same day in another calendar, too
    certain = [pair for pair in named if tokens[pair[0]].of("weekday") is None] or named
    if len({meaning.value for _, meaning in certain}) > 1:
        certain = [pair for pair in certain if _has_number(tokens, pair[0])]
    if len({meaning.value for _, meaning in certain}) == 1:
        best = next((pair for pair in certain if _has_number(tokens, pair[0])), certain[0])
        if any(
            _is_other_month(tokens, at, best[1].value)
            for at in (best[0] - 2, best[0] - 1, best[0] + 1, best[0] + 2)
        ):
            return None  # May-June 2024
        return best[0], best[1].value, ()
    return None if named else _inflected_month(tokens, lexicon)


def _is_other_month(tokens: list[Token], at: int, month: int) -> bool:
    named = tokens[at].of("month") if 0 <= at < len(tokens) else None
    return (
        named is not None
        and max(named.value, month) <= 12
        and named.value != month
        and not tokens[at].of("weekday")
    )


def _has_number(tokens: list[Token], at: int) -> bool:
    return bool(_numbers_beside(tokens, at, -1, frozenset()) or _numbers_beside(tokens, at, 1, frozenset()))


def _inflected_month(tokens: list[Token], lexicon: Lexicon) -> tuple[int, int, tuple[str, ...]] | None:
    """An unknown word beside a number: an inflected month (`červenci`), an abbreviated one (`verw`), or a Roman
    number between day and year (`5 IX 2024`)."""
    for at, token in enumerate(tokens):
        if not token.is_word or token.meanings or not _has_number(tokens, at):
            continue
        month = _ROMAN.get(token.text, 0) if _between_day_and_year(tokens, at) else 0
        month = month or _nearest_name(fold(token.text), lexicon)
        if month:
            return at, month, (f"the month is printed as {token.text}",)
    return None


def _between_day_and_year(tokens: list[Token], at: int) -> bool:
    left, right = (_numbers_beside(tokens, at, step, frozenset()) for step in (-1, 1))
    lengths = sorted(len(tokens[side[0]].text) for side in (left, right) if side)
    return len(lengths) == 2 and lengths[0] < 3 and lengths[1] == 4


def _nearest_name(word: str, lexicon: Lexicon) -> int:
    """The month whose name shares the longest beginning with the word; 0 when none or several do."""
    if len(word) < 3:
        return 0
    shared: dict[int, int] = {}
    for stem, month in lexicon.stems:
        if stem[:3] == word[:3]:
            same = next((n for n, (one, two) in enumerate(zip(stem, word, strict=False)) if one != two), 0)
            shared[month] = max(shared.get(month, 0), same or min(len(stem), len(word)))
    best = max(shared, key=shared.__getitem__, default=0)
    if not best or sum(length == shared[best] for length in shared.values()) > 1:
        return 0
    rest = len(word) - shared[best]
    inflected = lexicon.language in _INFLECTING and rest <= min(3, shared[best] - 2)
    return best if rest == 0 or inflected else 0


def _numbers_beside(
    tokens: list[Token], at: int, step: int, taken: frozenset[int], month: int = 0
) -> list[int]:
    """Indexes of the two nearest numbers on one side, with only signs, filler words, weekdays and another name
    of the month between."""
    found: list[int] = []
    barred = False
    at += step
    while 0 <= at < len(tokens) and len(found) < 2:
        token = tokens[at]
        if at in taken:
            break
        if token.number is not None:
            if len(token.text) not in (1, 2, 4) or (barred and len(token.text) < 4):
                break
            found.append(at)
        elif token.text in _BARS:
            barred = True
        elif not (
            token.text in _IGNORED_SIGNS
            or token.of("filler")
            or token.of("weekday")
            or ((named := token.of("month")) and named.value == month)
            or fold(token.text) in _ORDINAL_ENDS
        ):
            break
        at += step
    return found


def _day_and_year(tokens: list[Token], left: list[int], right: list[int]) -> tuple[int | None, int | None]:
    """Indexes of the day and the year among the numbers beside a month, nearest first on both sides."""

    def long(indexes: list[int], place: int) -> bool:
        return len(indexes) > place and len(tokens[indexes[place]].text) == 4

    def short(indexes: list[int], place: int) -> bool:
        return len(indexes) > place and len(tokens[indexes[place]].text) < 3

    if long(right, 0):
        return (left[0] if short(left, 0) else None), right[0]
    if short(right, 0) and long(right, 1) and not _is_clock(tokens, right[0]):
        return right[0], right[1]
    if long(left, 0):
        return (right[0] if short(right, 0) and not _is_clock(tokens, right[0]) else None), left[0]
    if short(left, 0) and long(left, 1):
        return (left[0], left[1]) if left[0] > left[1] + 1 else (None, None)  # 2019 28 May
    if short(left, 0):
        is_year = short(right, 0) and not _is_clock(tokens, right[0]) and len(tokens[right[0]].text) == 2
        return left[0], right[0] if is_year else None
    if short(right, 0) and not _is_clock(tokens, right[0]):
        second = short(right, 1) and not _is_clock(tokens, right[1]) and len(tokens[right[1]].text) == 2
        return right[0], right[1] if second else None
    return None, None


def _is_counted(tokens: list[Token], at: int) -> bool:
    """No. 5, September 2024"""
    before = at - 2 if at > 1 and tokens[at - 1].text == "." else at - 1
    return before >= 0 and fold(tokens[before].text) in _COUNTERS


def _is_clock(tokens: list[Token], at: int) -> bool:
    """Whether a number begins a time of day without a colon: 16.07, 3 pm, kl 14, 15h."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    before = tokens[at - 1] if at else None
    if before is not None and before.text == "." and at > 1:
        before = tokens[at - 2]
    if before is not None and before.is_word and fold(before.text) in _WORDS_BEFORE_CLOCK:
        return True
    if after is None:
        return False
    unit = after.of("unit")
    if after.of("half") or (unit and unit.name == "hour" and after.start == tokens[at].end):
        return True
    return (
        after.text == "."
        and at + 2 < len(tokens)
        and tokens[at + 2].number is not None
        and tokens[at + 2].start == after.end == tokens[at].end + 1
    )


def _day_with_year(
    year_text: str | None,
    month: int,
    day: int | None,
    used: frozenset[int],
    context: DateContext,
    language: str,
    weekday: int | None,
    doubts: tuple[str, ...],
) -> Day | None:
    """The Gregorian day; a short or missing year is completed."""
    if month > JALALI:
        return _other_calendar(year_text, month, day, used, context, doubts)
    if year_text is None:
        return None if day is None else _without_year(month, day, used, context, weekday, doubts)
    year, doubt = whole_year(year_text, context, language)
    if year not in YEARS:
        return None
    precision: Precision = "month" if day is None else "day"
    return Day(
        year=year, month=month, day=1 if day is None else day, precision=precision, used=used, rule=f"words-{language}",
        short_year=bool(doubt), doubts=doubts + doubt,
    )  # fmt: skip


def whole_year(text: str, context: DateContext, language: str | None) -> tuple[int, tuple[str, ...]]:
    """The Gregorian year, and a doubt when the century is not printed."""
    number, this_year = int(text), context.now.year
    thai = language == "th" or context.country == "TH"
    if len(text) > 2:
        return (number - BUDDHIST_AHEAD if thai and 2400 <= number < 2700 else number), ()
    latest = this_year + (1 if thai else _WINDOW_AHEAD)
    candidates = [century + number for century in (1900, 2000) if century + number <= latest]
    if thai:
        candidates += [year for year in [2500 + number - BUDDHIST_AHEAD] if year <= latest]
    return max(candidates, default=2000 + number), (f"the year is printed as {text}",)


def _without_year(
    month: int,
    day: int,
    used: frozenset[int],
    context: DateContext,
    weekday: int | None,
    doubts: tuple[str, ...],
) -> Day | None:
    """The latest such day that is not after now; a printed weekday chooses between the latest two."""
    latest = (context.now + _FAR).date()
    found = []
    for year in range(latest.year, latest.year - 9, -1):
        try:
            when = date(year, month, day)
        except ValueError:
            continue
        if when <= latest:
            found.append(when)
    for when in found[:2]:
        if weekday in (None, when.isoweekday()):
            return Day(
                year=when.year, month=month, day=day, precision="day", used=used, rule="words-no-year",
                complete=False, doubts=(*doubts, "no year printed"),
            )  # fmt: skip
    return None


def _other_calendar(
    year_text: str | None,
    month: int,
    day: int | None,
    used: frozenset[int],
    context: DateContext,
    doubts: tuple[str, ...],
) -> Day | None:
    """A Solar Hijri or Islamic date; refused without a day or year."""
    if year_text is None or day is None:
        return None
    year = int(year_text)
    if month > HIJRI:
        return _day_of(hijri_day(year, month - HIJRI, day), used, "umm-al-qura", doubts)
    if len(year_text) == 2:
        year += 1400 if year < 50 else 1300
        doubts += (f"the year is printed as {year_text}",)
    return _day_of(jalali_day(year, month - JALALI, day), used, "jalali", doubts)


def _day_of(when: date | None, used: frozenset[int], rule: str, doubts: tuple[str, ...] = ()) -> Day | None:
    if when is None:
        return None
    return Day(
        year=when.year, month=when.month, day=when.day, precision="day", used=used, rule=rule, doubts=doubts
    )


def by_day_word(tokens: list[Token], context: DateContext, local_now: date) -> Day | None:
    """Today, yesterday, the day before, tomorrow, counted from the local day of the publisher."""
    named = [(at, meaning.value) for at, token in enumerate(tokens) if (meaning := token.of("day"))]
    if len({value for _, value in named}) != 1:
        return None
    when = local_now + timedelta(days=named[0][1])
    return Day(
        year=when.year, month=when.month, day=when.day, precision="day", rule="relative-day", complete=False,
        used=frozenset(at for at, _ in named), doubts=(FROM_VISIT,),
    )  # fmt: skip


def by_weekday(tokens: list[Token], local_now: date) -> Day | None:
    """A weekday alone: the latest such day, today included. Without a time, a short word is too little: `sun`."""
    named = [(at, meaning.value) for at, token in enumerate(tokens) if (meaning := token.of("weekday"))]
    if len({value for _, value in named}) != 1:
        return None
    if not any(token.number is not None for token in tokens) and all(
        _is_short(tokens[at]) for at, _ in named
    ):
        return None
    when = local_now - timedelta(days=(local_now.isoweekday() - named[0][1]) % 7)
    return Day(
        year=when.year, month=when.month, day=when.day, precision="day", rule="weekday", complete=False,
        used=frozenset(at for at, _ in named), doubts=("only the weekday is printed",),
    )  # fmt: skip


def _is_short(token: Token) -> bool:
    """Whether a weekday may be another word: Mar, sun, Di."""
    text = token.text
    return text.isascii() and (
        len(text) < 3 or (len(text) == 3 and (text.islower() or bool(token.of("month"))))
    )
