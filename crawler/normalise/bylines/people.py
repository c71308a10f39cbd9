"""A phrase of a byline to whom it names: a person, an organisation, or nobody.

Pure. Desks are nobody, agencies and papers organisations; titles, degrees, jobs and papers that are printed
beside a name without a mark come off it.
"""

# ruff: noqa: SIM905  (tables of words are read and mended as text)

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from newsdesk.crawler.normalise.bylines.affixes import (
    INITIAL,
    are_degrees,
    once,
    without_degrees,
    without_job,
    without_lead,
    without_paper,
)
from newsdesk.crawler.normalise.bylines.cleaning import restored
from newsdesk.crawler.normalise.bylines.letter_case import case_repaired
from newsdesk.crawler.normalise.bylines.organisations import (
    EDGE,
    agency_with_job,
    is_desk,
    is_known,
    is_paper,
    is_surname,
)
from newsdesk.crawler.normalise.bylines.phrases import Phrase
from newsdesk.crawler.normalise.bylines.scripts import eastern, is_cased, is_eastern
from newsdesk.crawler.normalise.bylines.word_tables import (
    CREDITS,
    DATE_WORDS,
    DESK_HEADS,
    PARTICLES,
    PHOTO_JOBS,
    PLACES,
    SUFFIXES,
    Words,
    bare,
    fold,
)
from newsdesk.storage.records.stories import AuthorKind

MOST_WORDS = 7  # of a person's name
LONGEST_NAME = 120
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Whom a phrase names. `words`: how many stood in the name; `beside`: an organisation printed behind;
    `guessed`: nothing but its form says that it is an organisation; `led`: a
    job stood before it."""

    name: str
    kind: AuthorKind
    role: str
    words: int
    phrase: Phrase
    beside: str | None = None
    guessed: bool = False
    led: bool = False


def name_in(
    phrase: Phrase, tables: Words, *, language: str | None, outlet: str | None, kind: AuthorKind | None
) -> tuple[Named, ...]:
    """Whom the phrase names; empty for nobody. Only Chinese, Japanese and Korean phrases name several."""
    words = _trimmed(phrase.words)
    if not words or not any(_LETTER.search(word) for word in words):
        return ()
    if len(words) > 1 and words[0].lower() in _FROM and is_known(words[1:], outlet, language):
        words = words[1:]  # do UOL
    known = is_known(words, outlet, language)
    if known:
        return (replace(_named(words, "organisation", phrase), guessed=is_surname(words)),)
    if (
        is_desk(words, tables)
        or _is_credit(words)
        or ((len(words) == 1 or phrase.late) and all(fold(word) in DATE_WORDS for word in words))
    ):
        return ()
    if kind == "organisation":
        return (_named(words, "organisation", phrase),)
    if are_degrees(words) and phrase.joint == "comma":
        return ()
    if any(is_eastern(word) for word in words):
        return tuple(
            _named(one, "organisation" if is_paper else "person", phrase)
            for one, is_paper in eastern(words, tables, language)
        )
    return _western(words, phrase, tables, language=language, typed=kind == "person", outlet=outlet)


def _western(
    words: tuple[str, ...],
    phrase: Phrase,
    tables: Words,
    *,
    language: str | None,
    typed: bool,
    outlet: str | None,
) -> tuple[Named, ...]:
    words = once(words)
    agency = agency_with_job(words, tables)
    if agency:
        return (_named(agency, "organisation", phrase),)
    words, led = without_lead(words, tables)
    words, beside, job = without_job(words, tables)
    if phrase.joint == "comma" and any(word.endswith(("'s", "’s")) for word in words[:-1]):
        return ()  # Ann Hill, Marlow's Own
    if job is not None and fold(words[0]) in ("a", "an", "our"):
        return ()  # a Harbour Gazette reporter
    if job is None and len(words) > 1 and fold(words[0]) in DESK_HEADS:
        return (_named(words, "organisation", phrase),)  # Redazione ANSA
    if not beside:
        words, beside = without_paper(words, outlet, has_job=job is not None)
    if job is None and not led and is_paper(words, typed):
        return (replace(_named(words, "organisation", phrase), guessed=len(words) == 1),)
    words = without_degrees(words)
    if is_cased(words):
        words = _run_of_name(words, phrase)
    if not words or len(words) > MOST_WORDS or is_desk(words, tables) or bare(words) in PLACES:
        return ()
    if is_known(words, outlet, language):
        return (_named(words, "organisation", phrase),)
    if len("".join(_LETTER.findall("".join(words)))) < 2 and is_cased(words):
        return ()  # an initial alone
    role = "photo" if job is not None and job in PHOTO_JOBS and phrase.role == "writer" else phrase.role
    name = _spoken(case_repaired(words, language))
    if not name or len(name) > LONGEST_NAME:
        return ()
    return (
        Named(
            name=name,
            kind="person",
            role=role,
            words=len(words),
            phrase=phrase,
            led=led,
            beside=_spoken(beside) if beside else None,
        ),
    )


def _is_credit(words: tuple[str, ...]) -> bool:
    """Whether it is a credit that announces nobody."""
    return len(words) == 1 and any(
        one.words == (fold(words[0]),) and not one.only for one in CREDITS.get(fold(words[0]), ())
    )


def _named(words: tuple[str, ...], kind: AuthorKind, phrase: Phrase) -> Named:
    if len(words) > 2 and words[0] == "the":
        words = words[1:]
    return Named(
        name=_spoken(words)[:LONGEST_NAME], kind=kind, role=phrase.role, words=len(words), phrase=phrase
    )


def _spoken(words: tuple[str, ...]) -> str:
    """The words as one name, without signs at its edges but for the point of Jr. and of initials."""
    text = " ".join(words)
    last = words[-1] if words else ""
    pointed = last.endswith(".") and (
        bare([last]) in SUFFIXES or bool(INITIAL.fullmatch(last)) or "." in last[:-1]
    )
    opened = text.startswith("\ue003")
    text = restored(text)
    text = text.lstrip(EDGE) if not opened else text
    closed = text.endswith(")") and "(" in text
    text = text if closed else text.rstrip(EDGE)
    return f"{text}." if pointed and text else text


def _trimmed(words: tuple[str, ...]) -> tuple[str, ...]:
    """Without words that are signs only."""
    return tuple(word for word in words if any(letter.isalnum() for letter in word) or word == "&")


_FROM = frozenset("do da de del dal dalla dall' di des du d' dos das".split())


def _run_of_name(words: tuple[str, ...], phrase: Phrase) -> tuple[str, ...]:
    """The capitalised words at the beginning, with particles between them. All small letters are a name too
    where nothing else is said (a pen name, a careless template)."""
    if all(_is_small(word) for word in words):
        plain = (
            len(words) <= 3
            and phrase.joint in ("start", "credit")
            and not any(letter.isdigit() or letter == "_" for word in words for letter in word)
        )
        return words if plain and not all(word in PARTICLES for word in words) else ()
    if phrase.joint in ("comma", "hard", "dash") and words[0] in _FROM:
        return ()  # Ana Gil, do Rio de Janeiro
    begin = 0
    while begin < len(words) and _is_small(words[begin]) and words[begin] not in PARTICLES:
        begin += 1
    end = begin
    for at in range(begin, len(words)):
        if not _is_small(words[at]):
            end = at + 1
        elif words[at].strip("\ue003\ue004") not in PARTICLES and words[at] != "&":
            break
    name = words[begin:end]
    if phrase.joint == "comma" and sum(map(_is_small, words[end:])) > 1:
        return ()  # Ann Hill, Marlow university chair of law
    unfinished = end < len(words) or begin > 0
    return () if unfinished and len(name) < 2 and not phrase.credited else name


def _is_small(word: str) -> bool:
    letters = [letter for letter in word if letter.isalpha()]
    return bool(letters) and letters[0].islower() and not any(letter.isupper() for letter in letters)
