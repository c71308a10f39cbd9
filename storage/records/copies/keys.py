"""The keys under which a text is found by its near copies: a sample of its shingles. Pure.

Two texts that share a passage share the keys of that passage, whatever is around it. The beginning is sampled most,
because a teaser is the beginning of a story.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final
from zlib import adler32, crc32

from newsdesk.storage.records.copies.names import names_of
from newsdesk.storage.records.copies.tokens import WORDS, folded_tokens

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
    tokens, width = folded_tokens((text or "")[:_SEARCHED])
    keys = set(_sample(tokens, width))
    if len(tokens) <= SHORT + WORDS:
        keys.update(map(name_key, names_of(title, text)))
    if not tokens:
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
    return _key((name.encode("utf-8", "surrogatepass"),))


def _sample(tokens: list[bytes], width: int) -> list[int]:
    """The keys of some shingles. Which ones is decided by what they are, so that two texts choose the same of those
    that they share: by the lengths of three words, which costs least, or by their keys where tokens are characters."""
    if width == WORDS and len(tokens) >= width:
        lengths = list(map(len, tokens))
        marks = [5 * a + 3 * b + c for a, b, c in zip(lengths, lengths[1:], lengths[2:], strict=False)]
        places = [at for at, mark in enumerate(marks[:_BEGINNING]) if not mark & _BEGINNING_MASK]
        places += [at for at, mark in enumerate(marks[_BEGINNING:], _BEGINNING) if not mark & _REST_MASK]
        if len(places) >= _LEAST:
            return [_key(tokens[at : at + width]) for at in places[:_MOST]]
    every = [_key(tokens[at : at + width]) for at in range(max(1, len(tokens) - width + 1))] if tokens else []
    chosen = [key for key in every[:_BEGINNING] if not key & _BEGINNING_MASK]
    chosen += [key for key in every[_BEGINNING:] if not key & _REST_MASK]
    return chosen[:_MOST] if len(chosen) >= _LEAST else sorted(set(every))[:_LEAST]


def _key(tokens: Sequence[bytes]) -> int:
    joined = b" ".join(tokens)
    return crc32(joined) << 8 | adler32(joined) & 0xFF
