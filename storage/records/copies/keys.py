"""The keys under which a text is found by its near copies: a sample of its shingles (FracMinHash). Pure.

Two texts that share a passage share the keys of that passage, whatever is around it. The beginning is sampled most,
because a teaser is the beginning of a story.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

from newsdesk.storage.records.copies.names import names_of
from newsdesk.storage.records.copies.tokens import token_hash, tokens_of

RULES_VERSION: Final = (
    "c1"  # of keys and links; `newsdesk rebuild links` applies another version to the store
)
SHORT: Final = 60  # tokens: a teaser, which is found by its names and numbers too
_BEGINNING = 80  # tokens
_BEGINNING_MASK, _REST_MASK = 3, 15  # one shingle in four, in sixteen
_LEAST, _MOST = 6, 40  # keys of a text
_SEARCHED = 3_000  # characters, in which the most keys are found
_KEY_BITS = 40


def copy_keys(title: str | None, text: str | None) -> tuple[int, ...]:
    """The keys of a story, 40 bits each: of its text, and of its names and numbers where the text is short. The
    first is that of the whole text."""
    tokens = tokens_of((text or "")[:_SEARCHED])
    keys = {_key(one) for one in _sample(tokens.shingles)}
    if len(tokens.tokens) <= SHORT:
        keys.update(map(name_key, names_of(title, text)))
    if not tokens.tokens:
        return tuple(sorted(keys))
    whole = text_key(text or "")
    keys.discard(whole)
    return (whole, *sorted(keys))


def text_key(text: str) -> int:
    """The key of a whole text: texts that differ in white space and letter case only have the same one."""
    folded = " ".join(text.lower().split()).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(folded, digest_size=_KEY_BITS // 8, person=b"copies1").digest(), "little")


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
