"""Case folding: two texts are compared by their words only, without letter case, punctuation and letter forms.

Pure.
"""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"\w+")
# In ASCII text, which has no other forms: letters in lower case, a space for what is in no word.
_ASCII = "".join(letter.lower() if _WORD.match(letter) else " " for letter in map(chr, range(128)))


def words(text: str) -> list[str]:
    """The words in their order, in NFKC and case-folded."""
    if text.isascii():
        return text.translate(_ASCII).split()
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def folded(text: str) -> str:
    """The words in one line: two texts with the same words are equal."""
    return " ".join(words(text))
