"""Text as the search index and queries see it: letters folded, scripts without spaces as pairs of characters.

Pure. The index and every query call the same functions, so that what is typed without a mark finds what was
published with it: `lodz` finds Łódź, `strassenbahn` finds Straßenbahn.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from operator import add

# Scripts that are written without spaces: Thai, Lao, Tibetan, Burmese, Khmer, Japanese, Bopomofo, Chinese.
UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3100-\u312f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
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

# Small letters that stay as they are: Greek, Cyrillic, Hebrew, Arabic, Thai, Georgian, kana, Chinese, Korean. Most
# letters of a text are found here at once; only the others are folded one run after another.
_PLAIN = (
    "\u03b1-\u03c1\u03c3-\u03c9\u0430-\u0438\u043a-\u044f\u0452\u0454-\u0456\u0458-\u045b\u0491\u05d0-\u05ea"
    "\u0627\u0628\u062a-\u063f\u0641-\u0648\u064a\u0e01-\u0e30\u10d0-\u10fa\u3041-\u3096\u30a1-\u30fa\u30fc"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
)
# Signs that may join a plain letter before them: the voiced marks of kana, and the parts of Korean syllables.
_JOINING = re.compile("[\u3099\u309a\uff9e-\uffdc\u1160-\u11ff\ud7b0-\ud7ff]")
_BEYOND_LATIN_1 = f"[^\\x00-\\xff{_PLAIN}]"

Piece = tuple[str, bool]  # a word, or (True) a run of a script without spaces


def fold(text: str) -> str:
    """The text in small letters, without marks on letters; punctuation other than ASCII becomes spaces."""
    small = text.lower()
    if small.isascii():
        return small
    folded = _fold_latin_1(small)
    if folded is None:
        others_folded = _run_of(_BEYOND_LATIN_1).sub(_fold_match, small)
        folded = _fold_latin_1(others_folded)
        if folded is None:  # another alphabet, with few letters of Latin-1
            if _JOINING.search(small) is not None:
                return fold_runs(small)
            folded = others_folded
    return folded if folded.isascii() else _LATIN_1_RUN.sub(_fold_match, folded)


def _fold_latin_1(small: str) -> str | None:
    """The text with its letters of Latin-1 folded at once; None if it has others."""
    try:
        return small.encode("latin-1").translate(_LATIN_1, _SOFT_HYPHEN).decode("latin-1")
    except UnicodeEncodeError:
        return None


def fold_runs(text: str) -> str:
    """What `fold` gives, one run of characters beyond ASCII after another."""
    return _NON_ASCII.sub(_fold_match, text).lower()


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
    return folded if folded.isascii() else _run_of(f"[{UNSPACED}]").sub(_pairs, folded)


@cache
def _run_of(characters: str) -> re.Pattern[str]:
    """One or more of these characters. Python skips to the first of them four times as fast as with a plus alone.
    Compiled when it is first needed, because that takes 7 ms for a class of Chinese characters."""
    return re.compile(f"{characters}{characters}*")


def _pairs(match: re.Match[str]) -> str:
    run = match[0]
    return f" {' '.join([*map(add, run, run[1:]), run[-1]])} "


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
    return _NOT_WORD.sub(lambda match: _mark_or_space(match[0]), unicodedata.normalize("NFKC", bare)).lower()


@lru_cache(maxsize=4096)
def _mark_or_space(character: str) -> str:
    return character if unicodedata.category(character).startswith("M") else " "


_fold_short = lru_cache(maxsize=65536)(_fold_run)

# The characters of Latin-1 of which one ASCII character remains (not ß, æ, ½), translated at once: in a text in French
# or German they are one in thirty.
_LATIN_1 = bytes(
    ord(folded) if code > 127 and len(folded := _fold_run(chr(code))) == 1 and folded.isascii() else code
    for code in range(256)
)
_SOFT_HYPHEN = b"\xad"
_LATIN_1_RUN = re.compile("[\x80-\xff]+")
