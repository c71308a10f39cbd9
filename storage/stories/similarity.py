"""Whether two texts tell the same in about the same words. Pure.

A cheap look for near copies: titles, and the pairs of neighbouring words at the beginning of the texts.
"""

from __future__ import annotations

from itertools import pairwise

COMPARED = 2_000  # characters of a text that are looked at
_ALIKE = 0.5  # of the shorter one's pairs are in the other; two stories of one outlet share a tenth or so
_LONG = 12  # characters a word in the mean: the script writes no spaces, and is taken in fours
_FOUR = 4

ComparedText = tuple[str | None, frozenset[str]]


def compared_text(title: str | None, text: str | None) -> ComparedText:
    """What of a story is compared: its title, and pairs of words."""
    words = (text or "")[:COMPARED].casefold().split()
    joined = "".join(words)
    if len(joined) > _LONG * len(words):
        return title, frozenset(joined[at : at + _FOUR] for at in range(len(joined) - _FOUR + 1))
    return title, frozenset(f"{one} {next_one}" for one, next_one in pairwise(words))


def near_copies(one: ComparedText, other: ComparedText) -> bool:
    """Whether the titles are equal, or half of what the shorter text says stands in the other."""
    if one[0] is not None and one[0] == other[0]:
        return True
    least = min(len(one[1]), len(other[1]))
    return least > 0 and len(one[1] & other[1]) >= _ALIKE * least
