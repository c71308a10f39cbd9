"""The words of dates by language, from `tables`; each language is loaded at first use. Pure.

A word may have several meanings (`mar` is March and Tuesday in Italian). English is added to every language,
because newspapers in all languages print English dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Literal, NamedTuple

from newsdesk.crawler.normalise.dates.tables import own_days, own_labels, own_months, own_relative
from newsdesk.crawler.normalise.dates.text_cleaning import clean_text, fold

Kind = Literal[
    "month", "weekday", "half", "unit", "past", "future", "about", "number", "day", "now", "updated",
    "published", "filler", "plural",
]  # fmt: skip
JALALI, HIJRI = 100, 200  # added to the month numbers of these calendars
_BARE: tuple[Kind, ...] = ("past", "future", "about", "now", "updated", "published", "filler", "plural")
_NUMBERED: tuple[Kind, ...] = ("month", "weekday", "number")
DAY_PERIODS = ("am", "pm", "noon", "midnight", "morning", "afternoon", "evening", "night")
# Languages written without spaces between words: a run of letters may be several words.
UNSPACED = frozenset(("ja", "zh", "ko", "th", "lo", "km", "my"))
WORD = re.compile(r"[^\d\s!-/:-@\[-`{-~،؛।॥。、·・•–—―|…«»“”„’‘´`×¦¬′″׳״°]+")
_ALIASES = {
    "no": "nb", "iw": "he", "in": "id", "ji": "yi", "tl": "fil", "sh": "sr", "mo": "ro", "zho": "zh",
    "cmn": "zh", "yue": "zh", "prs": "fa", "arz": "ar", "ary": "ar", "hbs": "sr", "cnr": "sr", "jp": "ja",
    "cn": "zh", "ua": "uk", "gr": "el", "dk": "da", "cz": "cs", "se": "sv", "kr": "ko", "ir": "fa",
}  # fmt: skip
_ENGLISH = ("month", "weekday", "half", "updated", "published")
_HEBREW_PREFIXES = "בהל"


class Meaning(NamedTuple):
    """A meaning of a word. `value` is the number of a month, weekday or day from now, or the count that a unit
    contains (two hours in one word). `name` is the name of a day period or unit."""

    kind: Kind
    value: int
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """`words`: folded word → meanings. `phrases`: first word → (further words, meaning), longest first.
    `stems`: full names of months, to match inflected and abbreviated forms."""

    language: str
    words: dict[str, tuple[Meaning, ...]]
    phrases: dict[str, tuple[tuple[tuple[str, ...], Meaning], ...]]
    stems: tuple[tuple[str, int], ...]
    unspaced: bool
    longest: int


def languages() -> tuple[str, ...]:
    """Codes of all known languages."""
    return (*(row[0] for row in own_days.DAYS), "sd")


@lru_cache(maxsize=256)
def language_code(language: str | None) -> str | None:
    """The code under which the words of a language are stored, or None."""
    if not language:
        return None
    head = re.split(r"[-_]", language.strip().lower(), maxsplit=1)[0]
    head = _ALIASES.get(head, head)
    return head if head in _known() else None


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(languages())


@lru_cache(maxsize=128)
def lexicon_of(language: str) -> Lexicon:
    """The words of one language, and the English ones."""
    words: dict[str, list[Meaning]] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], Meaning]]] = {}
    own = list(_meanings(language))
    units = {split for split, meaning in own if meaning.kind == "unit"}
    # Folding makes some endings of the future equal to the plain unit: `orë`, `ore`.
    own = [pair for pair in own if pair[1].kind != "future" or pair[0] not in units]
    rest = [pair for pair in _meanings("en") if pair[1].kind in _ENGLISH] if language != "en" else []
    own_forms = {split for split, _ in own}
    for split, meaning in [*own, *(pair for pair in rest if pair[0] not in own_forms)]:
        if len(split) == 1:
            meanings = words.setdefault(split[0], [])
            if meaning not in meanings:
                meanings.append(meaning)
        else:
            phrases.setdefault(split[0], []).append((split[1:], meaning))
    stems = {
        (split[0], meaning.value)
        for split, meaning in own
        if meaning.kind == "month" and len(split) == 1 and len(split[0]) >= (5 if split[0].isascii() else 4)
    }
    return Lexicon(
        language=language,
        words={word: tuple(meanings) for word, meanings in words.items()},
        phrases={first: tuple(sorted(more, key=lambda one: -len(one[0]))) for first, more in phrases.items()},
        stems=tuple(sorted(stems)),
        unspaced=language in UNSPACED,
        longest=max(map(len, words)),
    )


@lru_cache(maxsize=2)
def languages_by_word(*kinds: Kind) -> dict[str, frozenset[str]]:
    """Folded word (or first word of a phrase) → languages in which it is of one of these kinds."""
    found: dict[str, set[str]] = {}
    for language in languages():
        for split, meaning in _meanings(language):
            if meaning.kind in kinds:
                found.setdefault(split[0], set()).add(language)
    return {word: frozenset(languages_of_word) for word, languages_of_word in found.items()}


def split_words(text: str) -> tuple[str, ...]:
    """The folded words of a printed form."""
    return tuple(fold(word) for word in WORD.findall(clean_text(text)))


def _meanings(language: str) -> Iterator[tuple[tuple[str, ...], Meaning]]:
    for key, forms in _tables(language):
        meaning = _meaning(key)
        for form in forms.split("|"):
            split = split_words(form)
            if split:
                yield split, meaning
                if len(split) > 1 and "." in form and " " not in form:  # ม.ค is also written มค
                    yield ("".join(split),), meaning
                if language == "he" and meaning.kind == "unit":
                    yield ("כ" + split[0], *split[1:]), meaning  # about
                if language == "he" and meaning.kind in ("month", "half", "weekday"):
                    for prefix in _HEBREW_PREFIXES:
                        yield (prefix + split[0], *split[1:]), meaning


def _tables(language: str) -> Iterator[tuple[str, str]]:
    """(key, forms): first those of CLDR, then those written by hand."""
    own: list[tuple[str, str]] = []
    for kind, table in (("month", own_months.MONTHS), ("weekday", own_months.WEEKDAYS)):
        own += [(f"{kind}{number}", forms) for number, forms in _rows(table.get(language, ""))]
    own += _rows(own_labels.DAY_PERIODS.get(language, ""))
    own += _rows(own_relative.UNITS.get(language, ""))
    own += [(f"number{number}", forms) for number, forms in _rows(own_relative.NUMBERS.get(language, ""))]
    for key, lines in (
        ("past", own_relative.PAST), ("about", own_relative.ABOUT), ("updated", own_labels.UPDATED),
        ("published", own_labels.PUBLISHED), ("filler", own_labels.FILLERS),
    ):  # fmt: skip
        if language in lines:
            own.append((key, lines[language]))
    for row in own_days.DAYS:
        if row[0] == language:
            own += zip(("day0", "day-1", "day-2", "day+1", "now"), row[1:], strict=True)
    if language in ("fa", "ps"):
        own += [(f"month{number + JALALI}", forms) for number, forms in enumerate(own_months.JALALI, 1)]
        own += [(f"number{number}", forms) for number, forms in enumerate(own_months.PERSIAN_ORDINALS, 1)]
    if language in ("ar", "fa", "ur", "ps", "tr", "id", "ms", "en"):
        own += [(f"month{number + HIJRI}", forms) for number, forms in enumerate(own_months.HIJRI, 1)]
    try:
        cldr: dict[str, str] = import_module(
            f"newsdesk.crawler.normalise.dates.tables.words_{language}"
        ).WORDS
    except ModuleNotFoundError:
        cldr = {}
    yield from cldr.items()
    yield from own


def _rows(line: str) -> list[tuple[str, str]]:
    pairs = (part.partition(":") for part in line.split(";"))
    return [(key.strip(), forms.strip()) for key, _, forms in pairs if forms]


def _meaning(key: str) -> Meaning:
    if key in DAY_PERIODS:
        return Meaning("half", 0, key)
    for kind in _BARE:
        if key == kind:
            return Meaning(kind, 0)
    for kind in _NUMBERED:
        if key.startswith(kind) and key[len(kind) :].isdigit():
            return Meaning(kind, int(key[len(kind) :]))
    if key in ("day0", "day-1", "day-2", "day+1"):
        return Meaning("day", int(key[3:]))
    unit, _, count = key.partition("=")
    return Meaning("unit", int(count or 0), unit)
