"""Case folding: two texts are compared by their words only, without letter case, punctuation and letter forms.

Pure.
"""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """The words in their order, in NFKC and case-folded."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def folded(text: str) -> str:
    """The words in one line: two texts with the same words are equal."""
    return " ".join(words(text))
