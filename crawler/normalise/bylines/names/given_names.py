"""The given names of many languages. Pure; the table is imported when it is first needed."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_SHORTEST_PART = 3  # letters of each half of a compound given name: Klausmartin


def bare_letters(word: str) -> str:
    """The letters of a word for comparison: lower case, without diacritics."""
    letters = unicodedata.normalize("NFD", word.replace("ı", "i").casefold())
    return "".join(letter for letter in letters if letter.isalpha())


@lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """The given names of many languages, as `bare_letters`."""
    from newsdesk.crawler.normalise.bylines.tables.given_names import (
        GIVEN_NAMES,  # large: only when it is needed
    )

    return frozenset(GIVEN_NAMES.split())


@lru_cache(maxsize=2048)
def is_given_name(word: str) -> bool:
    """Whether a word, or each part of a compound one, is a given name: Anna-Lena, Klausmartin."""
    names = given_names()
    parts = [bare_letters(part) for part in word.replace("‐", "-").split("-")]
    return any(part in names or _is_compound(part, names) for part in parts)


def _is_compound(word: str, names: frozenset[str]) -> bool:
    return any(
        word[:at] in names and word[at:] in names
        for at in range(_SHORTEST_PART + 1, len(word) - _SHORTEST_PART)
    )
