"""A text's words as they are compared: letter case, signs, spaces and forms of letters aside.

Pure. Called wherever readers ask whether a title, a name or a line is said twice.
"""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """The words in their order, in NFKC and small letters."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def folded(text: str) -> str:
    """The words in one line; equal where two texts say the same."""
    return " ".join(words(text))
