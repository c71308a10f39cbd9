"""Text as the search index and queries see it: letters folded, scripts without spaces as pairs of characters.

Pure. The index and every query call the same functions, so that what is typed without a mark finds what was
published with it: `lodz` finds Łódź, `strassenbahn` finds Straßenbahn.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

# Scripts that are written without spaces: Thai, Lao, Tibetan, Burmese, Khmer, Japanese, Bopomofo, Chinese.
UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3100-\u312f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUN = re.compile(f"[{UNSPACED}]+")
_PIECE = re.compile(f"(?P<run>[{UNSPACED}]+)|(?:[0-9a-z]|[^\\x00-\\x7f{UNSPACED}])+")
_NON_ASCII = re.compile(r"[^\x00-\x7f]+")
_NOT_WORD = re.compile(r"\W")
_CACHED_LENGTH = 32  # a longer run of letters hardly comes back

# Letters that Unicode does not decompose, as people type them without the mark (CLDR's Latin-ASCII), in small
# letters; Arabic letters with several codes as one; apostrophes that Unicode calls letters separate words as ' does.
_LETTERS = {
    "æ": "ae", "ǽ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i",
    "ŧ": "t", "ŋ": "ng", "ĸ": "q", "ə": "e", "ƀ": "b", "ɓ": "b", "ƈ": "c", "ɖ": "d", "ɗ": "d", "ɛ": "e",
    "ɠ": "g", "ǥ": "g", "ɨ": "i", "ƙ": "k", "ɲ": "n", "ɔ": "o", "ɵ": "o", "ƥ": "p", "ƭ": "t", "ʉ": "u",
    "ʋ": "v", "ƴ": "y", "ƶ": "z", "ƒ": "f",
    "ی": "ي", "ى": "ي", "ک": "ك", "ة": "ه", "ـ": "",
    "ʼ": " ", "ʻ": " ", "ʾ": " ", "ʿ": " ", "ʹ": " ",
}  # fmt: skip
# Marks on letters of alphabets (vowel signs of Indic scripts are letters, and stay), and characters that show nothing.
_DROPPED = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
    "\u00ad\u200d-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
)
_SPECIAL = re.compile(f"[{_DROPPED}{''.join(_LETTERS)}]")


Piece = tuple[str, bool]  # a word, or (True) a run of a script without spaces


def fold(text: str) -> str:
    """The text in small letters, without marks on letters; punctuation other than ASCII becomes spaces."""
    return (text if text.isascii() else _NON_ASCII.sub(_fold_match, text)).lower()


def fold_with_offsets(text: str) -> tuple[str, list[tuple[int, int]]]:
    """`fold`, and where it moves: pairs (place in the folded text, place in the text), ascending, from each of
    which on the two go side by side until the next."""
    parts: list[str] = []
    offsets = [(0, 0)]
    done = length = 0
    for match in _NON_ASCII.finditer(text):
        length += match.start() - done
        parts.append(text[done : match.start()])
        run, folded = match[0], _fold_match(match)
        units = (folded,) if len(folded) == len(run) else map(_fold_short, run)
        for place, folded in enumerate(units, match.start()):
            if offsets[-1][1] - offsets[-1][0] != place - length:
                offsets.append((length, place))
            parts.append(folded)
            length += len(folded)
        done = match.end()
        if offsets[-1][1] - offsets[-1][0] != done - length:
            offsets.append((length, done))
    parts.append(text[done:])
    return "".join(parts).lower(), offsets


def index_text(text: str) -> str:
    """The text for FTS5's ascii tokenizer, which takes every character beyond ASCII as a letter: folded, and each
    run of a script without spaces as its pairs of characters and its last character."""
    folded = fold(text)
    return folded if folded.isascii() else _RUN.sub(_pairs, folded)


def _pairs(match: re.Match[str]) -> str:
    run = match[0]
    return f" {' '.join([run[at : at + 2] for at in range(len(run))])} "


def pieces(text: str) -> list[Piece]:
    """The words and runs of a text, folded, each with whether it is a run of a script without spaces."""
    return [(match[0], match["run"] is not None) for match in _PIECE.finditer(fold(text))]


def phrase_tokens(found: Sequence[Piece], *, prefix: bool) -> tuple[tuple[str, ...], bool]:
    """The tokens by which pieces that follow each other are found, and whether the last one is only the beginning
    of a token. A run at the end may go on in the text, so its last character has no token of its own."""
    tokens: list[str] = []
    for place, (piece, is_run) in enumerate(found):
        if not is_run:
            tokens.append(piece)
            continue
        tokens += [piece[at : at + 2] for at in range(len(piece))]
        if place == len(found) - 1:
            prefix = len(piece) == 1
            if len(piece) > 1:
                tokens.pop()
    return tuple(tokens), prefix


def _fold_match(match: re.Match[str]) -> str:
    run = match[0]
    return _fold_short(run) if len(run) <= _CACHED_LENGTH else _fold_run(run)


def _fold_run(run: str) -> str:
    decomposed = unicodedata.normalize("NFKD", run).casefold()
    bare = _SPECIAL.sub(lambda match: _LETTERS.get(match[0], ""), decomposed)
    return _NOT_WORD.sub(lambda match: _mark_or_space(match[0]), unicodedata.normalize("NFKC", bare))


@lru_cache(maxsize=4096)
def _mark_or_space(character: str) -> str:
    return character if unicodedata.category(character).startswith("M") else " "


_fold_short = lru_cache(maxsize=65536)(_fold_run)
