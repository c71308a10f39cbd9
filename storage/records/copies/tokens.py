"""The tokens of a text, and 64-bit hashes of its shingles. Pure.

A token is a word, or a single character in the scripts that write no spaces. A shingle is four tokens that follow each
other, eight single characters. Hashes are the same in every process.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from typing import Final

WORDS: Final = 4
CHARACTERS: Final = 8
MOST_CHARACTERS: Final = 1_000  # single characters that are sampled
LONGEST: Final = 60_000  # characters of a text that are compared
UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_HAS_UNSPACED = re.compile(f"[{UNSPACED}]")
_WORD = re.compile(r"\w+")
_WORD_OR_CHARACTER = re.compile(f"[{UNSPACED}]|[^\\W_{UNSPACED}]+")
_MOST_CACHED = 60_000  # tokens


class _Hashes(dict[str, int]):
    """The hash of each token without letter case, 60 bits: the frequent words are hashed once a process."""

    def __missing__(self, token: str) -> int:
        if len(self) >= _MOST_CACHED:
            self.clear()
        packed = blake2b(token.lower().encode("utf-8", "surrogatepass"), digest_size=8, person=b"copies1")
        value = self[token] = int.from_bytes(packed.digest(), "little") >> 4
        return value


class _ByteHashes(dict[bytes, int]):
    """The hashes of tokens in `_WESTERN`, in lower case."""

    def __missing__(self, token: bytes) -> int:
        if len(self) >= _MOST_CACHED:
            self.clear()
        value = self[token] = _hashes[token.decode(_WESTERN)]
        return value


def _western_table() -> bytes:
    """Each byte of `_WESTERN` as its letter in lower case or its digit, in compatibility form, else as a space."""
    table = bytearray(b" " * 256)
    for byte in range(256):
        character = bytes((byte,)).decode(_WESTERN, "ignore")
        folded = unicodedata.normalize("NFKC", character).lower().encode(_WESTERN, "ignore")
        if len(folded) == 1 and character.isalnum():
            table[byte] = folded[0]
    return bytes(table)


_WESTERN = "cp1252"  # the character set that most texts of Western languages fit in, with its quotation marks
_WESTERN_TABLE = _western_table()
_FEW = 50  # of so many characters, one of another script
_LENGTHS = 31
_TIMES = tuple(bytes(times * byte & _LENGTHS for byte in range(256)) for times in (5, 3, 1))
_hashes = _Hashes()
_byte_hashes = _ByteHashes()


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text, as they are printed, and the hashes of its shingles: `shingles[i]` begins with
    `tokens[i]` and has `width` tokens. A text that is shorter than one shingle has one shingle of all its tokens."""

    tokens: list[str]
    shingles: list[int]
    width: int


def tokens_of(text: str) -> Tokens:
    """The tokens and shingles of the beginning of a text."""
    tokens, width = _tokens(text[:LONGEST])
    shingles = _shingles([_hashes[token] for token in tokens], width)
    return Tokens(tokens, shingles, min(width, max(1, len(tokens))))


def _tokens(text: str) -> tuple[list[str], int]:
    """The tokens of a text, and how many make a shingle."""
    text = text.replace("_", " ")
    if text.isascii():
        return _WORD.findall(text), WORDS
    text = unicodedata.normalize("NFKC", text)
    if _HAS_UNSPACED.search(text) is None:
        return _WORD.findall(text), WORDS
    tokens = _WORD_OR_CHARACTER.findall(text)
    return tokens, CHARACTERS if 2 * sum(len(one) == 1 for one in tokens) > len(tokens) else WORDS


def shingles_of(text: str) -> list[int]:
    """The shingles that `tokens_of` gives, in less time for texts of Western languages."""
    try:
        encoded = text[:LONGEST].encode(_WESTERN)
    except UnicodeEncodeError:
        return tokens_of(text).shingles
    tokens = encoded.translate(_WESTERN_TABLE).split()
    return _shingles(list(map(_byte_hashes.__getitem__, tokens)), WORDS)


@dataclass(frozen=True, slots=True)
class Folded:
    """The tokens of a text in lower case, encoded, and a number of each place by which some are chosen: from the
    lengths of three words, which costs least, or from the shingle where tokens are characters. Only places at which a
    whole shingle begins have one."""

    tokens: list[bytes]
    marks: Sequence[int]
    width: int


def folded_tokens(text: str) -> Folded:
    """The tokens of the beginning of a text. In a Western text the few characters of other scripts count as spaces."""
    text = text[:LONGEST]
    encoded = text.encode(_WESTERN, "replace")
    if (encoded.count(b"?") - text.count("?")) * _FEW <= len(text):
        tokens = encoded.translate(_WESTERN_TABLE).split()
        return Folded(tokens, _marks_of_words(list(map(len, tokens))), WORDS)
    words, width = _tokens(text.lower())
    if width == WORDS:
        marks: Sequence[int] = _marks_of_words(list(map(len, words)))
    else:
        words = words[:MOST_CHARACTERS]
        marks = _shingles([_hashes[token] for token in words], width) if len(words) >= width else []
    return Folded(" ".join(words).encode("utf-8", "surrogatepass").split(), marks, width)


def _marks_of_words(lengths: list[int]) -> bytes:
    """Of each three lengths 5a + 3b + c, modulo 32 each. The bytes of three texts are added as whole numbers, in a
    tenth of the time: no sum is above 93, so none is carried over."""
    count = max(0, len(lengths) - WORDS + 1)
    try:
        printed = bytes(lengths)
    except ValueError:  # a word of more than 255 letters
        printed = bytes([length & _LENGTHS for length in lengths])
    sums = (printed[at:][:count].translate(times) for at, times in enumerate(_TIMES))
    return sum(int.from_bytes(one, "big") for one in sums).to_bytes(count, "big")


def _shingles(hashes: list[int], width: int) -> list[int]:
    if len(hashes) < width:
        whole = 0
        for at, value in enumerate(hashes):
            whole ^= value >> at
        return [whole] if hashes else []
    twos = [a ^ b >> 1 for a, b in pairwise(hashes)]
    fours = [a ^ b >> 2 for a, b in zip(twos, twos[2:], strict=False)]
    return fours if width == WORDS else [a ^ b >> 4 for a, b in zip(fours, fours[4:], strict=False)]
