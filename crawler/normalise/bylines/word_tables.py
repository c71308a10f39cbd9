"""The tables of `bylines.tables` as sets for lookup, for one language. Pure; cached for each language.

Words are compared in folded form (`fold`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from newsdesk.crawler.normalise.bylines.tables import agencies, credits, parts, roles

Index = Mapping[str, tuple[tuple[str, ...], ...]]
# Words that rules name beside the tables.
_WORDS_OF_RULES = ("the", "a", "an", "our", "special", "mac", "co", "staff", "bureau")
_EDGE = "\"“”„«»‘’'`´.,:;!?*·•-–—_()[]{}<>"
_POINTS = re.compile(r"[.\-–—\u2010\u2011\ue000]+")
_ARTICLE = re.compile(r"^the (?=\S)")


@lru_cache(maxsize=4096)
def fold(word: str) -> str:
    """A word for comparison: lower case, without signs at its ends."""
    return word.replace("İ", "i").casefold().strip(_EDGE)


def comparison_key(words: Iterable[str]) -> str:
    """Words as a key to compare organisations, titles and degrees: no points, no dashes, no "the"."""
    return _comparison_key(" ".join(words))


@lru_cache(maxsize=8192)
def _comparison_key(joined: str) -> str:
    text = _POINTS.sub(" ", joined.replace("İ", "i").casefold()).strip('"“”„«»*()[] ')
    return _ARTICLE.sub("", " ".join(text.split()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A credit phrase. `only`: valid only in its language. `colon`: in other languages only with a colon.
    `signed`: always only with a colon. `full`: only before a full name."""

    words: tuple[str, ...]
    role: str
    language: str
    only: bool
    colon: bool
    signed: bool
    full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WordTables:
    """The meanings of the words of a byline in one language."""

    language: str | None
    conjunctions: frozenset[str]
    short_conjunctions: frozenset[str]  # join only full names, because they also occur inside one
    stop_words: frozenset[str]
    modifiers: frozenset[str]
    job_ends: tuple[str, ...]
    desk_ends: tuple[str, ...]


def _lines(table: str) -> list[tuple[str, list[str]]]:
    found = []
    for line in table.splitlines():
        head, colon, rest = line.partition(": ")
        found.append((head, _split(rest)) if colon and len(head) < 20 else ("*", _split(line)))
    return found


def _split(text: str) -> list[str]:
    return [one.strip() for one in re.split(r"[,،、](?=\s|$)", text) if one.strip()]


def _flat(table: str) -> frozenset[str]:
    return frozenset(comparison_key([one]) for one in _split(table.replace("\n", ", ")))


AGENCIES = _flat(agencies.AGENCIES)
OUTLETS = AGENCIES | _flat(agencies.OUTLETS)
TITLES = _flat(parts.TITLES)
DEGREES = _flat(parts.DEGREES)
PLACES = _flat(parts.PLACES)
SUFFIXES = _flat(parts.SUFFIXES)
DATE_WORDS = frozenset(fold(one) for one in _split(parts.DATE_WORDS.replace("\n", ", ")))
PARTICLES = frozenset(_split(parts.PARTICLES.replace("\n", ", ")))
CITIES = _flat(parts.CITIES)
PLACE_STARTS = frozenset(_split(parts.PLACE_STARTS))
INTERFACE_WORDS = frozenset(fold(one) for one in _split(parts.INTERFACE_WORDS.replace("\n", ", ")))
OUTLET_STARTS = frozenset(_split(roles.OUTLET_STARTS))
SIGNATURE_DESKS = frozenset(_split(roles.SIGNATURE_DESKS.replace("\n", ", ")))
GLUED_BEFORE = tuple(sorted(_split(roles.GLUED_BEFORE.replace("\n", ", ")), key=len, reverse=True))
GLUED_AFTER = tuple(sorted(_split(roles.GLUED_AFTER.replace("\n", ", ")), key=len, reverse=True))
GLUED_ORGANISATIONS = tuple(_split(roles.GLUED_ORGANISATIONS.replace("\n", ", ")))
_ORGANISATIONS = {
    kind: frozenset(word for head, words in _lines(roles.ORGANISATIONS) if head == kind for word in words)
    for kind in ("strong", "weak", "ends")
}
STRONG, WEAK = _ORGANISATIONS["strong"], _ORGANISATIONS["weak"]
COMPOUNDS = tuple(_ORGANISATIONS["ends"])  # Caritasverband, Landesinstitut
JOB_LINES = _lines(roles.JOBS)
JOBS = frozenset(fold(word) for _, words in JOB_LINES for word in words)
JOB_ENDS = tuple(word[1:] for _, words in JOB_LINES for word in words if word.startswith("*"))
PHOTO_JOBS = frozenset(
    fold(word.lstrip("*")) for head, words in JOB_LINES if head.endswith("photo") for word in words
)
DESKS = frozenset(fold(word) for _, words in _lines(roles.DESKS) for word in words)


def _of(lines: Sequence[tuple[str, list[str]]], language: str | None) -> set[str]:
    """The words valid in all languages and those of one language."""
    return {word for head, words in lines if head in ("*", language) for word in words}


def _ends(lines: Sequence[tuple[str, list[str]]], language: str | None) -> tuple[str, ...]:
    """The ends of compound words in a language; the German ones without a language, because they are long."""
    language_code = language or "de"
    return tuple(
        word[1:]
        for head, words in lines
        if head.split()[0] == language_code
        for word in words
        if word.startswith("*")
    )


def _credits() -> dict[str, tuple[Credit, ...]]:
    index: dict[str, list[Credit]] = {}
    for line in (*credits.CREDITS.splitlines(), *credits.CREDITS_EAST.splitlines()):
        head, _, rest = line.partition(": ")
        language, role = head.split()
        for printed in _split(rest):
            marks = printed[len(printed.rstrip("~:?!")) :]
            words = tuple(fold(word) for word in printed.rstrip("~:?!").split())
            credit = Credit(
                words=words,
                role=role,
                language=language,
                only="~" in marks,
                colon=":" in marks or "!" in marks,
                signed="!" in marks,
                full="?" in marks,
            )
            index.setdefault(words[0], []).append(credit)
    return {
        first: tuple(sorted(some, key=lambda one: (-len(one.words), one.only, one.colon)))
        for first, some in index.items()
    }


def _index(phrases: Iterable[str]) -> Index:
    index: dict[str, set[tuple[str, ...]]] = {}
    for phrase in phrases:
        words = tuple(filter(None, (fold(word) for word in phrase.split())))
        if words:
            index.setdefault(words[0], set()).add(words)
    return {first: tuple(sorted(some, key=lambda one: (-len(one), one))) for first, some in index.items()}


# First word → whole phrases, longest first.
CREDITS = _credits()
LABELS = _index(_split(parts.LABELS.replace("\n", ", ")))
WITH_WORDS = frozenset(_split(parts.WITH_WORDS.replace("\n", ", ")))
_CONJUNCTIONS, _STOP_WORDS, _MODIFIERS = (
    _lines(table) for table in (parts.CONJUNCTIONS, parts.STOP_WORDS, roles.MODIFIERS)
)
ENGLISH_MODIFIERS = frozenset(_of(_MODIFIERS, "en"))
DESK_LINES = _lines(roles.DESKS)
_LONG_STOPS = frozenset(
    word for _, words in _STOP_WORDS for word in words if len(word) > 2 and word not in PARTICLES
)


@lru_cache(maxsize=128)
def tables_for(language: str | None) -> WordTables:
    """The tables for a language (a code such as "de"); None if it is not known."""
    short = _of(_CONJUNCTIONS, language) - _of(_CONJUNCTIONS, "*")
    stop_words = _of(_STOP_WORDS, language)
    if language is None:  # long enough not to be a particle of a name
        short = {"y", "e", "i"}
        stop_words |= _LONG_STOPS
    if language in (None, "en"):
        stop_words -= PARTICLES
    return WordTables(
        language=language,
        conjunctions=frozenset(fold(one) or one for one in _of(_CONJUNCTIONS, "*")),
        short_conjunctions=frozenset(short),
        stop_words=frozenset(stop_words - short),
        modifiers=frozenset(fold(one) for one in _of(_MODIFIERS, language) | _of(_MODIFIERS, "en")),
        job_ends=_ends(JOB_LINES, language),
        desk_ends=_ends(DESK_LINES, language),
    )


@cache
def known_words() -> frozenset[str]:
    """Each word, folded, that has a meaning in some table, in any language."""
    phrases = (
        *(OUTLETS | TITLES | DEGREES | PLACES | SUFFIXES | DATE_WORDS | PARTICLES | CITIES | PLACE_STARTS),
        *(INTERFACE_WORDS | OUTLET_STARTS | SIGNATURE_DESKS | STRONG | WEAK | JOBS | DESKS | WITH_WORDS),
        *(word for lines in (_CONJUNCTIONS, _STOP_WORDS, _MODIFIERS) for _, words in lines for word in words),
        *(word for some in CREDITS.values() for credit in some for word in credit.words),
        *(word for some in LABELS.values() for words in some for word in words),
        *_WORDS_OF_RULES,
    )
    return frozenset(fold(word) for phrase in phrases for word in phrase.split())


@cache
def known_ends() -> tuple[str, ...]:
    """The ends of compound words that have a meaning in any language."""
    desk_ends = (word[1:] for _, words in DESK_LINES for word in words if word.startswith("*"))
    return (*COMPOUNDS, *JOB_ENDS, *desk_ends)


def starts_with(phrases: Sequence[tuple[str, ...]], folded: Sequence[str], at: int) -> int:
    """The length of the first of `phrases` that matches at `at`; 0 for none."""
    for phrase in phrases:
        if tuple(folded[at : at + len(phrase)]) == phrase:
            return len(phrase)
    return 0
