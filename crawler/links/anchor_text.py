"""How much an anchor's text says: its length in words, in scripts without spaces too. Pure."""

from __future__ import annotations

import re
import unicodedata

from newsdesk.crawler.documents.folding import folded
from newsdesk.crawler.links.tables.anchor_texts import GENERIC, GENERIC_STARTS

# Characters of scripts that put no spaces between words, with how many make up a word on average.
_WITHOUT_SPACES = (
    (re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"), 1.8),  # Han
    (re.compile("[\u3041-\u30ff\uff66-\uff9d]"), 3.0),  # Kana
    (re.compile("[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff]"), 5.0),  # Thai, Lao, Burmese, Khmer
)
_NOT_SPACED = re.compile(
    "[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9d"
    "\U00020000-\U0003ffff]+"
)
_WORD = re.compile(r"[^\W\d_][\w'’ʼ\u0300-\u036f\u0900-\u0dff-]*")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")  # soft hyphens, marks of direction
_HANGUL = re.compile("[\uac00-\ud7af]")
_LONGEST_GENERIC = 60  # characters
LONGEST = 400  # characters of an anchor's text that are kept


def word_count(text: str) -> float:
    """The words of `text`, in a language with long words at least one for nine letters (three of Hangul); of scripts
    without spaces as many as their letters usually make up. Numbers are none."""
    text = _INVISIBLE.sub("", text[:LONGEST])
    total = 0.0
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        for letters, per_word in _WITHOUT_SPACES:
            total += len(letters.findall(text)) / per_word
        text = _NOT_SPACED.sub(" ", text)
    words = _WORD.findall(text)
    length = sum(map(len, words)) / 9
    if not text.isascii():
        length += len(_HANGUL.findall(text)) * (1 / 3 - 1 / 9)
    return total + max(len(words), length)


def naming_words(text: str) -> float:
    """The words of a link's text; none of "read more" and the like, which name no story."""
    if len(text) < _LONGEST_GENERIC:
        plain = folded(text)
        if plain in GENERIC or plain.startswith(GENERIC_STARTS):
            return 0.0
    return word_count(text)
