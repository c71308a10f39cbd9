"""Find the person or organisation that a phrase of a byline names. Pure.

Desks give no name, news agencies and newspapers are organisations. Titles, degrees, jobs and newspapers printed
beside a name without a separator are removed from it.
"""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from newsdesk.crawler.normalise.bylines.affixes import (
    INITIAL,
    are_degrees,
    without_degrees,
    without_job,
    without_leading_titles,
    without_outlet,
    without_place,
    without_repetition,
)
from newsdesk.crawler.normalise.bylines.cleaning import restore_inner_signs
from newsdesk.crawler.normalise.bylines.names.letter_case import case_repaired
from newsdesk.crawler.normalise.bylines.names.scripts import east_asian_names, is_cased, is_east_asian
from newsdesk.crawler.normalise.bylines.organisations import (
    EDGE,
    agency_with_job,
    has_organisation_word,
    is_desk,
    is_interface,
    is_known_organisation,
    is_likely_surname,
)
from newsdesk.crawler.normalise.bylines.phrases import Phrase
from newsdesk.crawler.normalise.bylines.word_tables import (
    CREDITS,
    DATE_WORDS,
    PARTICLES,
    PHOTO_JOBS,
    PLACES,
    SIGNATURE_DESKS,
    SUFFIXES,
    WordTables,
    comparison_key,
    fold,
)
from newsdesk.storage.records.stories import AuthorKind

MOST_WORDS = 7  # of the name of a person
LONGEST_NAME = 120
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedName:
    """A person or organisation named by a phrase.

    `word_count`: words of the name. `organisation`: printed after the name. `uncertain`: an organisation by
    its form only. `has_leading_job`: a job is printed before the name.
    """

    name: str
    kind: AuthorKind
    role: str
    word_count: int
    phrase: Phrase
    organisation: str | None = None
    uncertain: bool = False
    has_leading_job: bool = False


def names_in_phrase(
    phrase: Phrase, tables: WordTables, *, language: str | None, outlet: str | None, kind: AuthorKind | None
) -> tuple[ParsedName, ...]:
    """The names in the phrase, if any. Only Chinese, Japanese, Korean and Thai phrases may have several."""
    words = _trimmed(phrase.words)
    if not words or not any(_LETTER.search(word) for word in words):
        return ()
    if (
        len(words) > 1
        and words[0].lower() in _OF_WORDS
        and is_known_organisation(words[1:], outlet, language)
    ):
        words = words[1:]  # do UOL
    known = is_known_organisation(words, outlet, language)
    if known:
        return (replace(_parsed_name(words, "organisation", phrase), uncertain=is_likely_surname(words)),)
    if (
        is_desk(words, tables)
        or (kind is None and is_interface(words, tables))
        or _is_credit(words)
        or ((len(words) == 1 or phrase.after_date) and all(fold(word) in DATE_WORDS for word in words))
    ):
        return ()
    if kind == "organisation":
        return (_parsed_name(words, "organisation", phrase),)
    if are_degrees(words) and phrase.separator == "comma":
        return ()
    if any(is_east_asian(word) for word in words):
        return tuple(
            _parsed_name(one, "organisation" if is_organisation else "person", phrase)
            for one, is_organisation in east_asian_names(words, tables, language)
        )
    return _parse_western(words, phrase, tables, language=language, typed=kind == "person", outlet=outlet)


def _parse_western(
    words: tuple[str, ...],
    phrase: Phrase,
    tables: WordTables,
    *,
    language: str | None,
    typed: bool,
    outlet: str | None,
) -> tuple[ParsedName, ...]:
    words = without_repetition(words)
    agency = agency_with_job(words, tables)
    if agency:
        return (_parsed_name(agency, "organisation", phrase),)
    words, has_leading_job = without_leading_titles(words, tables)
    words, organisation, job = without_job(words, tables)
    if phrase.separator == "comma" and any(word.endswith(("'s", "’s")) for word in words[:-1]):
        return ()  # Ann Hill, Marlow's Own
    if job is not None and fold(words[0]) in ("a", "an", "our"):
        return ()  # a Harbour Gazette reporter
    if job is None and len(words) > 1 and fold(words[0]) in SIGNATURE_DESKS:
        return (_parsed_name(words, "organisation", phrase),)  # Redazione ANSA
    if not organisation:
        words, organisation = without_outlet(words, outlet, has_job=job is not None)
    if job is None and not has_leading_job and has_organisation_word(words, typed):
        return (replace(_parsed_name(words, "organisation", phrase), uncertain=len(words) == 1),)
    words = without_place(without_degrees(words), language)
    if is_cased(words):
        words = _capitalised_run(words, phrase, language)
    if not words or len(words) > MOST_WORDS or is_desk(words, tables) or comparison_key(words) in PLACES:
        return ()
    if is_known_organisation(words, outlet, language):
        return (_parsed_name(words, "organisation", phrase),)
    if len("".join(_LETTER.findall("".join(words)))) < 2 and is_cased(words):
        return ()  # an initial alone
    role = "photo" if job is not None and job in PHOTO_JOBS and phrase.role == "writer" else phrase.role
    name = _joined_name(case_repaired(words, language))
    if not name or len(name) > LONGEST_NAME:
        return ()
    return (
        ParsedName(
            name=name,
            kind="person",
            role=role,
            word_count=len(words),
            phrase=phrase,
            has_leading_job=has_leading_job,
            organisation=_joined_name(organisation) if organisation else None,
        ),
    )


def _is_credit(words: tuple[str, ...]) -> bool:
    """Whether the phrase is only a credit, without a name."""
    return len(words) == 1 and any(
        one.words == (fold(words[0]),) and not one.only for one in CREDITS.get(fold(words[0]), ())
    )


def _parsed_name(words: tuple[str, ...], kind: AuthorKind, phrase: Phrase) -> ParsedName:
    if len(words) > 2 and words[0] == "the":
        words = words[1:]
    return ParsedName(
        name=_joined_name(words)[:LONGEST_NAME],
        kind=kind,
        role=phrase.role,
        word_count=len(words),
        phrase=phrase,
    )


def _joined_name(words: tuple[str, ...]) -> str:
    """The words as one name, without signs at its ends except the point of Jr. and of initials."""
    text = " ".join(words)
    last = words[-1] if words else ""
    ends_with_point = last.endswith(".") and (
        comparison_key([last]) in SUFFIXES or bool(INITIAL.fullmatch(last)) or "." in last[:-1]
    )
    begins_with_bracket = text.startswith("\ue003")
    text = restore_inner_signs(text)
    text = text.lstrip(EDGE) if not begins_with_bracket else text
    ends_with_bracket = text.endswith(")") and "(" in text
    text = text if ends_with_bracket else text.rstrip(EDGE)
    return f"{text}." if ends_with_point and text else text


def _trimmed(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without those that are only signs."""
    return tuple(word for word in words if any(letter.isalnum() for letter in word) or word == "&")


# Particles that also mean "by". Before one name they do.
_BY_PARTICLES = {"de": "von", "it": "di", "sv": "av", "nb": "av", "nn": "av", "da": "af"}
_OF_WORDS = frozenset("do da de del dal dalla dall' di des du d' dos das".split())


def _capitalised_run(words: tuple[str, ...], phrase: Phrase, language: str | None) -> tuple[str, ...]:
    """The capitalised words at the beginning, with particles between them.

    All words in lower case are a name too if nothing else is printed (a pen name, a careless template).
    """
    if all(_is_small(word) for word in words):
        is_pen_name = (
            len(words) <= 3
            and phrase.separator in ("start", "credit")
            and not any(letter.isdigit() or letter == "_" for word in words for letter in word)
        )
        return words if is_pen_name and not all(word in PARTICLES for word in words) else ()
    if phrase.separator in ("comma", "hard", "dash") and words[0] in _OF_WORDS:
        return ()  # Ana Gil, do Rio de Janeiro
    begin = after_by = 0
    if len(words) == 2 and words[0] == _BY_PARTICLES.get(language or "", ""):
        begin = after_by = 1  # von Kathrin
    while begin < len(words) and _is_small(words[begin]) and words[begin] not in PARTICLES:
        begin += 1
    end = begin
    for at in range(begin, len(words)):
        if not _is_small(words[at]):
            end = at + 1
        elif words[at].strip("\ue003\ue004") not in PARTICLES and words[at] != "&":
            break
    name = words[begin:end]
    if phrase.separator == "comma" and sum(map(_is_small, words[end:])) > 1:
        return ()  # Ann Hill, Marlow university chair of law
    unfinished = end < len(words) or begin > after_by
    return () if unfinished and len(name) < 2 and not phrase.credited else name


def _is_small(word: str) -> bool:
    letters = [letter for letter in word if letter.isalpha()]
    return bool(letters) and letters[0].islower() and not any(letter.isupper() for letter in letters)
