"""Whether words name an organisation, a desk or a job: by the tables, by one of the words, by form. Pure."""

from __future__ import annotations

import re

from newsdesk.crawler.normalise.bylines.names.scripts import is_cased
from newsdesk.crawler.normalise.bylines.word_tables import (
    COMPOUNDS,
    DESKS,
    INTERFACE_WORDS,
    JOBS,
    OUTLET_STARTS,
    OUTLETS,
    PARTICLES,
    SIGNATURE_DESKS,
    STRONG,
    WEAK,
    WordTables,
    comparison_key,
    fold,
)

DOMAIN = re.compile(r"[\w-]{2,40}(?:\.[\w-]{2,30}){0,3}\.[a-z]{2,6}", re.IGNORECASE)
_ACRONYM = re.compile(r"(?=.*[^\W\d_])[^\W_]{2,5}")
EDGE = " \t\r\n\u00a0,.:;|/-–—•·*()[]{}\"“”„«»‘’'`´<>=_~!?"


# Agencies whose names are also names of people, with the languages in which the agency is meant.
_NAMESAKES = {
    "hina": ("hr", "bs"), "beta": ("sr",), "mia": ("mk",), "mina": ("sr",), "petra": ("ar",), "nova": ("it",),
    "dawn": (), "ana": (), "ina": (), "ona": (), "sir": (), "elle": (), "ena": (), "turan": (), "sana": (),
    "mena": (), "aim": (), "siren": (), "dire": (), "ani": (), "salon": (), "nation": (), "tempo": ("id",),
    "hill": (), "stern": ("de",), "watson": ("de", "fr"), "block": (), "kai": (), "leta": ("lv",), "nan": (),
    "sid": ("de",), "star": (), "quint": (), "pap": ("pl",), "rai": ("it",), "walla": ("he",),
    "anka": ("tr",), "efe": ("es",), "elta": ("lt",), "wafa": ("ar",), "kuna": ("ar",), "viva": ("id",),
    "delfi": ("et", "lv", "lt"), "blick": ("de",), "sabah": ("tr",), "focus": ("bg", "de"), "marca": ("es",),
}  # fmt: skip


_GIVEN_NAMES = frozenset(("avis", "buzz"))  # words of newspaper names that are also given names: Avis Hill


def is_known_organisation(words: tuple[str, ...], outlet: str | None, language: str | None) -> bool:
    """Whether the words are a news agency or outlet of the tables, the source itself, or a domain."""
    key = comparison_key(words)
    if key in _NAMESAKES and not words[0].isupper() and language not in _NAMESAKES[key]:
        return bool(outlet) and key == comparison_key((outlet or "").split())
    if key in OUTLETS or (outlet and key == comparison_key(outlet.split())):
        return True
    if len(words) == 1 and DOMAIN.fullmatch(words[0].strip(EDGE)) and not is_initials(words[0]):
        return True
    return len(words) > 1 and key.endswith(" staff") and key.removesuffix(" staff") in OUTLETS


def is_likely_surname(words: tuple[str, ...]) -> bool:
    """Whether the name of an outlet alone is more likely a family name: HILL, ANN."""
    return len(words) == 1 and comparison_key(words) in ("hill", "block", "star", "watson")


def is_initials(word: str) -> bool:
    """Whether a word with points is initials, not a domain."""
    return all(len(part) < 3 for part in word.strip(".").split("."))


def is_desk(words: tuple[str, ...], tables: WordTables) -> bool:
    """Whether the words are only desks, jobs and their modifiers."""
    folded = [fold(word) for word in words]
    key = comparison_key(words)
    if key in DESKS or " ".join(folded) in DESKS:
        return True
    has_desk_or_job = False
    for word in folded:
        if (
            word in DESKS
            or word in JOBS
            or word.endswith(tables.desk_ends or ("\0",))
            or word.endswith(tables.job_ends or ("\0",))
        ):
            has_desk_or_job = True
        elif word not in tables.modifiers:
            return False
    return has_desk_or_job


def agency_with_job(words: tuple[str, ...], tables: WordTables) -> tuple[str, ...]:
    """The news agency in "AP National Writer"; empty without one."""
    if len(words) < 2 or not is_job(words[-1], tables) or fold(words[-1]) in SIGNATURE_DESKS:
        return ()
    for size in range(min(4, len(words) - 1), 0, -1):
        if comparison_key(words[:size]) in OUTLETS and (size > 1 or words[0].isupper()):
            return words[:size]
    return ()


def has_organisation_word(words: tuple[str, ...], typed: bool) -> bool:
    """Whether one of the words marks an organisation that is in no table."""
    if not words:
        return False
    folded = [fold(word) for word in words]
    if "&" in words or (len(words) > 1 and folded[0] == "the" and words[0][:1].isupper()):
        return True
    if not typed and any(word.endswith(COMPOUNDS) for word in folded):
        return True
    if len(words) == 1:
        word = words[0].strip(EDGE)
        return (
            not typed
            and is_cased(words)
            and (
                (bool(_ACRONYM.fullmatch(word)) and word.isupper())
                or (any(map(str.isdigit, word)) and any(map(str.isalpha, word)))
            )
        )
    if any(word in STRONG or word in SIGNATURE_DESKS for word in folded[1:]) or any(
        DOMAIN.fullmatch(word) and not is_initials(word) for word in words
    ):
        return True
    if folded[0] in STRONG and folded[0] not in PARTICLES and folded[0] not in _GIVEN_NAMES:
        return True
    weak = any(word in WEAK for word in folded[1:])
    return weak and (len(words) > 2 or folded[0] in OUTLET_STARTS)


def is_interface(words: tuple[str, ...], tables: WordTables) -> bool:
    """Whether the words are only those of buttons, menus and headings: Social Links Navigation."""
    folded = [fold(word) for word in words]
    return any(word in INTERFACE_WORDS for word in folded) and all(
        word in INTERFACE_WORDS or word in DESKS or word in tables.modifiers for word in folded
    )


def is_job(word: str, tables: WordTables) -> bool:
    """Whether a word is a job, or a compound that ends with one."""
    folded = fold(word)
    return folded in JOBS or folded.endswith(tables.job_ends or ("\0",))
