"""Normalise the text of a date: digits of all scripts, invisible marks, variant letters.

Pure. `clean_text` keeps the words as printed; `fold` is only for comparison.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MAX_LENGTH = 200
# Accents, Hebrew points, Arabic vowel signs and the Arabic tatweel are optional in print. Combining signs of
# other scripts are letters and stay.
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0640\u064b-\u065f\u0670\u200b-\u200f]")
_ONE_SPELLING = str.maketrans(
    {
        "ı": "i",
        "ي": "ی",
        "ى": "ی",
        "ك": "ک",
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ؤ": "و",
        "ة": "ه",
        "ۀ": "ه",
        "ہ": "ه",
        "ۂ": "ه",
        "ھ": "ه",
        "ς": "σ",
    }
)
# Year and time of two joined elements: 20232:23 PM, 30.01.202430. Januar.
_JOINED = re.compile(r"(?<=\W(?:19|20)\d\d)(?=\d{1,2}:\d\d|\d{1,2}\. ?\D)")
_GLUED_WORDS = re.compile(r"(?<=[a-zß-ÿ])(?=[A-Z][a-z])")  # Jane DoeDecember 23
_ONE_APOSTROPHE = str.maketrans(dict.fromkeys("’‘‛`´ʹʼʻʽˈ՚′ꞌ＇", "'"))
_TAGS = re.compile(r"<[^<>]{1,80}>|&nbsp;|&#160;")


def clean_text(text: str) -> str:
    """One line in NFKC with ASCII digits, without invisible marks and tags."""
    if not text.isascii():
        if "Ã" in text or "Ð" in text or "Å" in text:
            text = _repair_encoding(text)
        # Apostrophes first: NFKC turns some into a space and a mark.
        text = "".join(map(_normalised, unicodedata.normalize("NFKC", text.translate(_ONE_APOSTROPHE))))
    if "<" in text or "&" in text:
        text = _TAGS.sub(" ", text)
    return _JOINED.sub(" ", _GLUED_WORDS.sub(" ", " ".join(text.split())))


@lru_cache(maxsize=4096)
def _normalised(character: str) -> str:
    if character.isascii():
        return character
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if character == "\u200c":  # separates words in Persian
        return " "
    return "" if category == "Cf" else character


def _repair_encoding(text: str) -> str:
    """Repair UTF-8 that was decoded as Windows-1252; other text stays as it is."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


@lru_cache(maxsize=8192)
def fold(word: str) -> str:
    """A word for comparison: lower case, no accents, one form of variant letters."""
    if word.isascii():
        return word.lower()
    # Capital dotted İ becomes i with a mark, which is removed with the other marks.
    parts = unicodedata.normalize("NFKD", word.casefold().translate(_ONE_SPELLING))
    return unicodedata.normalize("NFC", _MARKS.sub("", parts)).translate(_ONE_SPELLING)
