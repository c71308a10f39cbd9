"""The keys under which a text is found by its near copies: a sample of its shingles. Pure.

Two texts that share a passage share the keys of that passage, whatever is around it. The beginning is sampled most,
because a teaser is the beginning of a story.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final
from zlib import adler32, crc32

from newsdesk.storage.records.copies.names import names_of
from newsdesk.storage.records.copies.tokens import WORDS, Folded, folded_tokens

RULES_VERSION: Final = (
    "c2"  # of keys and links; `newsdesk rebuild links` applies another version to the store
)
SHORT: Final = 60  # shingles: a teaser, which is found by its names and numbers too
_LEAST, _MOST = 6, 28  # keys of a text
_BEGINNING_MASK: Final = 3  # of the beginning one shingle in four
# The length of the beginning in tokens; of the rest one shingle in 32 or 16; the most keys.
_OF_WORDS, _OF_CHARACTERS = (80, 31, _MOST), (160, 15, 40)
_CHARACTERS_A_KEY = 35  # about
_LEAST_SHARE = 0.15
SHORTEST_TEXT: Final = 300  # characters: copies that are shorter and share one key only are not found
_SEARCHED = 2_400  # characters, in which the most keys are found
_KEY_BITS = 40


def copy_keys(title: str | None, text: str | None) -> tuple[int, ...]:
    """The keys of a story, 40 bits each: of its text, and of its names and numbers where the text is short. The
    first is that of the whole text."""
    folded = folded_tokens((text or "")[:_SEARCHED])
    keys = set(_sample(folded))
    if len(folded.tokens) <= SHORT + WORDS:
        keys.update(map(name_key, names_of(title, text)))
    if not folded.tokens:
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
    return _key(name.encode("utf-8", "surrogatepass"))


def _sample(folded: Folded) -> list[int]:
    """The keys of some shingles. Which ones is decided by what they are, so that two texts choose the same of those
    that they share."""
    tokens, marks, width = folded.tokens, folded.marks, folded.width
    beginning, mask, most = _OF_WORDS if width == WORDS else _OF_CHARACTERS
    places = [at for at, mark in enumerate(marks[:beginning]) if not mark & _BEGINNING_MASK]
    places += [at for at, mark in enumerate(marks[beginning:], beginning) if not mark & mask]
    if len(places) >= _LEAST:
        return [_key(b" ".join(tokens[at : at + width])) for at in places[:most]]
    every = range(max(1, len(tokens) - width + 1)) if tokens else ()
    return sorted({_key(b" ".join(tokens[at : at + width])) for at in every})[:_LEAST]


def _key(shingle: bytes) -> int:
    return crc32(shingle) << 8 | adler32(shingle) & 0xFF
