"""Recognise a byline that needs no parsing: names of two or three capitalised words that no table has, alone, after
"by", or joined by "and".

Pure. Most bylines are such; `parser` gives the same result for them at ten times the cost, which
`tests/crawler/normalise/test_plain_names.py` compares.
"""

from __future__ import annotations

import re
from functools import lru_cache

from newsdesk.crawler.normalise.bylines.word_tables import comparison_key, fold, known_ends, known_words

_WORD = "[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+"
_BYLINE = re.compile(rf"(?:By )?({_WORD}(?: {_WORD}){{1,2}})(?: and ({_WORD}(?: {_WORD}){{1,2}}))?")


def plain_names(text: str, outlet: str | None) -> tuple[str, ...]:
    """The names of people in a plain byline; empty for any other. `outlet`: the name of the newspaper, which may be
    printed behind a name."""
    found = _BYLINE.fullmatch(text)
    if found is None:
        return ()
    names = tuple(name for name in found.groups() if name)
    return names if all(_is_plain(name, outlet) for name in names) and len(set(names)) == len(names) else ()


def _is_plain(name: str, outlet: str | None) -> bool:
    words = [fold(word) for word in name.split(" ")]
    return (
        known_words().isdisjoint(words)
        and not any(word.endswith(known_ends()) for word in words)
        and len(set(words)) == len(words)
        and (outlet is None or _last_word(outlet) != words[-1])
    )


@lru_cache(maxsize=64)
def _last_word(outlet: str) -> str:
    return comparison_key(outlet.split()).rpartition(" ")[2]
