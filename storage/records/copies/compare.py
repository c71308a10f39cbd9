"""How much of one text is in another, and whether both only fill in the same template. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from newsdesk.storage.records.copies.tokens import CHARACTERS, UNSPACED, Tokens

_LONGEST_GAP: Final = 20  # tokens between two shared passages that may be a slot of a template
_SLICE, _SLICES = 20, 24  # characters of four short words; how many
_CHARACTERS = 2  # single characters that stand for a word
_UNSPACED = re.compile(f"[{UNSPACED}]")


def may_share(one: str, other: str, least: float) -> bool:
    """Whether of some slices of the shorter text, as long as a shingle, at least this share is in the longer text: an
    estimate of `Overlap.contained` that costs no shingles."""
    if one.isupper() or other.isupper():
        one, other = one.lower(), other.lower()
    shorter, longer = (one, other) if len(one) <= len(other) else (other, one)
    size = _SLICE if shorter.isascii() or _UNSPACED.search(shorter) is None else CHARACTERS
    starts = range(0, max(1, len(shorter) - size + 1), max(1, (len(shorter) - size) // _SLICES))
    wanted = least * len(starts)
    for start in starts:
        wanted -= shorter[start : start + size] in longer
        if wanted <= 0:
            return True
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """What two texts share. `shared`: shingles. `contained`: of those of the shorter text, the share that the longer
    has; `of_longer`: of those of the longer one, that the shorter has."""

    shared: int
    contained: float
    of_longer: float


def overlap_of(one: Sequence[int], other: Sequence[int]) -> Overlap:
    """How much two texts with these shingles share."""
    shorter, longer = sorted((set(one), set(other)), key=len)
    if not shorter:
        return Overlap(shared=0, contained=0.0, of_longer=0.0)
    shared = len(shorter & longer)
    return Overlap(shared=shared, contained=shared / len(shorter), of_longer=shared / len(longer))


def slots_of(one: Tokens, other: Tokens) -> float:
    """The slots for each shared word, as in two texts that fill in one template: where a shared passage ends in both
    texts, and both go on with the next one after a few other tokens, of which each text has names or numbers of its
    own."""
    shorter, longer = sorted((one, other), key=lambda text: len(text.shingles))
    in_longer: dict[int, int] = {}
    for place, shingle in enumerate(longer.shingles):
        in_longer.setdefault(shingle, place)
    by_character = shorter.width == CHARACTERS
    longest = _LONGEST_GAP * (_CHARACTERS if by_character else 1)
    shared = slots = 0
    end = end_in_longer = 0  # of the last shared passage
    for place, shingle in enumerate(shorter.shingles):
        there = in_longer.get(shingle)
        if there is None:
            continue
        if shared and end < place <= end + longest and end_in_longer < there <= end_in_longer + longest:
            gaps = shorter.tokens[end:place], longer.tokens[end_in_longer:there]
            slots += _is_slot(*gaps, by_character=by_character)
        shared += place + shorter.width - max(place, end)
        end, end_in_longer = place + shorter.width, there + longer.width
    return slots * (_CHARACTERS if by_character else 1) / shared if shared else 0.0


def _is_slot(one: Sequence[str], other: Sequence[str], *, by_character: bool) -> bool:
    """Whether two gaps between the same passages have different names or numbers. A script without capitals shows no
    names: there two or more characters in place of others are one."""
    own = {token.lower() for token in one if _is_fact(token)}
    others = {token.lower() for token in other if _is_fact(token)}
    if own - others and others - own:
        return True
    return (
        by_character
        and all(_unspaced(gap) >= _CHARACTERS for gap in (one, other))
        and set(one).isdisjoint(other)
    )


def _unspaced(tokens: Sequence[str]) -> int:
    return sum(_UNSPACED.match(token) is not None for token in tokens)


def _is_fact(token: str) -> bool:
    """Whether a token is a name or a number."""
    return token[0].isupper() or any(map(str.isdigit, token))
