"""The keys under which a text is found by its near copies: a sample of its shingles (FracMinHash). Pure.

Two texts that share a passage share the keys of that passage, whatever is around it. The beginning is sampled most,
because a teaser is the beginning of a story.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

from newsdesk.storage.records.copies.names import names_of
from newsdesk.storage.records.copies.tokens import shingles_of, token_hash

RULES_VERSION: Final = (
    "c1"  # of keys and links; `newsdesk rebuild links` applies another version to the store
)
SHORT: Final = 60  # shingles: a teaser, which is found by its names and numbers too
_BEGINNING = 80  # tokens
_BEGINNING_MASK, _REST_MASK = 3, 15  # one shingle in four, in sixteen
_LEAST, _MOST = 6, 40  # keys of a text
_CHARACTERS_A_KEY = 35  # about
_LEAST_SHARE = 0.15
SHORTEST_TEXT: Final = 300  # characters: copies that are shorter and share one key only are not found
_SEARCHED = 2_400  # characters, in which the most keys are found
_KEY_BITS = 40


def copy_keys(title: str | None, text: str | None) -> tuple[int, ...]:
    """The keys of a story, 40 bits each: of its text, and of its names and numbers where the text is short. The
    first is that of the whole text."""
    shingles = shingles_of((text or "")[:_SEARCHED])
    keys = {_key(one) for one in _sample(shingles)}
    if len(shingles) <= SHORT:
        keys.update(map(name_key, names_of(title, text)))
    if not shingles:
        return tuple(sorted(keys))
    whole = text_key(text or "")
    keys.discard(whole)
    return (whole, *sorted(keys))


def least_shared(keys: int, characters: int) -> int:
    """How many keys a story with so many shares at least with a copy that has so many characters: a part of those that
    the shorter one has, because the share of its keys that two texts have in common is about that of their shingles."""
    others = min(_MOST, _LEAST + characters // _CHARACTERS_A_KEY)
    return max(1, int(_LEAST_SHARE * min(keys, others)))


def text_key(text: str) -> int:
    """The key of a whole text."""
    encoded = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(encoded, digest_size=_KEY_BITS // 8, person=b"copies1").digest(), "little")


def name_key(name: str) -> int:
    """The key of a name or a number."""
    return _key(token_hash(name))


def _sample(shingles: list[int]) -> list[int]:
    """Shingles chosen by their own hash, so that two texts choose the same of those that they share."""
    chosen = [one for one in shingles[:_BEGINNING] if not one & _BEGINNING_MASK]
    chosen += [one for one in shingles[_BEGINNING:] if not one & _REST_MASK]
    if len(chosen) < _LEAST:
        return sorted(set(shingles))[:_LEAST]
    return chosen[:_MOST]


def _key(value: int) -> int:
    return value >> 4 & (1 << _KEY_BITS) - 1
