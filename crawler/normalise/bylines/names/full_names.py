"""Whether a name reads like the full name of a person: by a table of given names, and by the words around it.

Pure. A name that does not may still be one: no table has all given names. So this decides only where nothing on
the page marks a byline.
"""

from __future__ import annotations

from newsdesk.crawler.normalise.bylines.names.given_names import is_given_name
from newsdesk.crawler.normalise.bylines.names.scripts import is_cased, is_east_asian
from newsdesk.crawler.normalise.bylines.word_tables import (
    CITIES,
    COMPOUNDS,
    DATE_WORDS,
    DESKS,
    INTERFACE_WORDS,
    JOBS,
    OUTLETS,
    PARTICLES,
    PLACE_STARTS,
    PLACES,
    STRONG,
    comparison_key,
    fold,
)

MOST_WORDS = 5


def reads_like_full_name(name: str) -> bool:
    """Whether a name has two words or more, each capitalised, the first a known given name, and none that
    means an organisation, a job, a place, a date or a button."""
    words = [word for word in name.split() if word.lower() not in PARTICLES]
    if not 2 <= len(words) <= MOST_WORDS or any(is_east_asian(word) for word in words):
        return False
    if is_cased(words) and not all(_is_capitalised(word) for word in words):
        return False
    if any(letter.isdigit() for word in words for letter in word):
        return False
    if (
        comparison_key(words) in OUTLETS
        or fold(words[0]) in PLACE_STARTS
        or any(_is_no_name(word) for word in words)
    ):
        return False
    if fold(words[-1]) in CITIES or any(comparison_key(words[at:]) in PLACES for at in range(len(words))):
        return False
    if any(fold(word) in INTERFACE_WORDS for word in (words if len(words) > 2 else words[:1])):
        return False  # but Laura Price
    return is_given_name(words[0]) or (len(words) == 2 and words[0].isupper() and is_given_name(words[1]))


def _is_capitalised(word: str) -> bool:
    letters = [letter for letter in word if letter.isalpha()]
    return bool(letters) and (letters[0].isupper() or word[:2] in ("d'", "d’", "l'", "l’"))


def _is_no_name(word: str) -> bool:
    folded = fold(word)
    return (
        folded in STRONG
        or folded in DESKS
        or folded in JOBS
        or (folded in DATE_WORDS and not is_given_name(word))
        or folded.endswith(COMPOUNDS)
    )
