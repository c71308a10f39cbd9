"""Whether two texts are near copies: by their titles, and by the pairs of words at their beginnings. Pure."""

from __future__ import annotations

from itertools import pairwise

COMPARED = 2_000  # characters of a text
LONGEST_COMPARED = 50_000  # characters of a page
_BEGINNING = 200  # characters
_SAME = 0.7  # share of the longer text's pairs
_ALIKE = 0.5  # share of the shorter text's pairs that are in the other; two stories of one outlet share about a tenth
_LONG = 12  # mean characters of a word: above, the script has no spaces, and groups of four are compared
_FOUR = 4

Pairs = frozenset[tuple[str, str]] | frozenset[str]
ComparedText = tuple[str | None, Pairs]


def compared_text(title: str | None, text: str | None) -> ComparedText:
    """What of a story is compared: its title, and pairs of words."""
    return title, _pairs((text or "")[:COMPARED])


def _pairs(text: str | None) -> Pairs:
    words = (text or "")[:LONGEST_COMPARED].casefold().split()
    joined = "".join(words)
    if len(joined) > _LONG * len(words):
        return frozenset(joined[at : at + _FOUR] for at in range(len(joined) - _FOUR + 1))
    return frozenset(pairwise(words))


def same_text(one: str | None, other: str | None) -> bool:
    """Whether two pages have the same text, but for a box or a caption: they begin alike, and most pairs of the longer
    are in the shorter."""
    begin_one, begin_other = (_pairs((text or "")[:_BEGINNING]) for text in (one, other))
    if len(begin_one & begin_other) < _ALIKE * min(len(begin_one), len(begin_other)):
        return False
    shorter, longer = sorted((_pairs(one), _pairs(other)), key=len)
    return len(shorter) > 0 and len(shorter & longer) >= _SAME * len(longer)


def near_copies(one: ComparedText, other: ComparedText) -> bool:
    """Whether the titles are equal, or half of the pairs of the shorter text are in the other."""
    if one[0] is not None and one[0] == other[0]:
        return True
    least = min(len(one[1]), len(other[1]))
    return least > 0 and len(one[1] & other[1]) >= _ALIKE * least
