"""The names and numbers of a short text: what tells its event from others. Pure."""

from __future__ import annotations

import re
from typing import Final

from newsdesk.storage.records.copies.tokens import UNSPACED

_TOKEN = re.compile(f"[{UNSPACED}]|[^\\W_{UNSPACED}]+")
_MOST = 24  # names and numbers of a story
_TITLE_CASE: Final = 0.7  # share of words with a capital; above, capitals in a title mean nothing
_SHORT_TITLE: Final = 3  # words
_SENTENCE_ENDS = frozenset('.!?:;\n"“”«»„…()|–—')


def names_of(title: str | None, text: str | None) -> frozenset[str]:
    """The numbers, and the words with a capital that does not begin a sentence, in lower case. A title in title case
    has no names that can be told."""
    found: dict[str, None] = {}
    for part, is_title in ((title or "", True), (text or "", False)):
        tokens = list(_TOKEN.finditer(part))
        capitals = sum(token[0][0].isupper() for token in tokens)
        in_title_case = is_title and len(tokens) > _SHORT_TITLE and capitals > _TITLE_CASE * len(tokens)
        before = 0
        for token in tokens:
            word = token[0]
            begins = before == 0 or not _SENTENCE_ENDS.isdisjoint(part[before : token.start()])
            if word[0].isdigit() or (
                word[0].isupper() and len(word) > 1 and not begins and not in_title_case
            ):
                found.setdefault(word.lower())
            before = token.end()
    return frozenset(list(found)[:_MOST])
