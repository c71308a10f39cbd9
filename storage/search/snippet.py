"""The piece of a story in which a query is found, with the words that match marked. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from newsdesk.storage.search.folding import UNSPACED, fold, fold_with_offsets
from newsdesk.storage.search.query import Node, Term, terms

FOUND, END = "\x02", "\x03"  # around each match
_BEFORE, _LENGTH = 50, 130  # characters before the first match, and of the whole piece
_LETTER = f"[0-9a-z]|[^\\x00-\\x7f{UNSPACED}]"
_NO_LETTERS = r"[\x00-/:-`{-\x7f]+"  # between two words


def snippet_pattern(node: Node) -> re.Pattern[str] | None:
    """What finds the terms of a query in a folded text; None if no term is searched in texts."""
    found = [_term(term) for term in terms(node) if term.field in (None, "title")]
    return re.compile("|".join(found)) if found else None


def _term(term: Term) -> str:
    words = ((re.escape(piece), is_run) for piece, is_run in term.pieces)
    parts = [piece if is_run else f"(?<!{_LETTER}){piece}" for piece, is_run in words]
    after = f"(?!{_LETTER})"
    ends = [
        "" if is_run or (term.prefix and place == len(parts) - 1) else after
        for place, (_, is_run) in enumerate(term.pieces)
    ]
    return f"(?:{_NO_LETTERS})?".join(part + end for part, end in zip(parts, ends, strict=True))


def snippet(fields: Sequence[str | None], pattern: re.Pattern[str]) -> str | None:
    """The piece around the first match in the first of the fields that has one, each match between FOUND and END;
    None if none has."""
    for field in fields:
        if field and (marked := _marked(field, pattern)) is not None:
            return marked
    return None


def _marked(text: str, pattern: re.Pattern[str]) -> str | None:
    if pattern.search(fold(text)) is None:
        return None
    folded, offsets = fold_with_offsets(text)
    first = pattern.search(folded)
    if first is None:  # a letter that is folded together with its neighbours
        return None

    def place(at: int) -> int:
        moved, original = offsets[bisect_right(offsets, (at, len(text))) - 1]
        return min(len(text), original + at - moved)

    start = _start(text, place(first.start()))
    stop = max(_stop(text, start + _LENGTH), place(first.end()))
    parts, done = [], start
    for match in pattern.finditer(folded, first.start()):
        begin, end = place(match.start()), place(match.end())
        if end > stop:
            break
        if begin >= done and end > begin:
            parts += [text[done:begin], FOUND, text[begin:end], END]
            done = end
    marked = "".join(parts) + text[done:stop]
    return f"{'…' if start else ''}{marked}{'…' if stop < len(text) else ''}"


def _start(text: str, match: int) -> int:
    """Where a piece begins: at a word, not far before the match."""
    if match <= _BEFORE:
        return 0
    space = text.find(" ", match - _BEFORE, match)
    return match - _BEFORE if space < 0 else space + 1


def _stop(text: str, most: int) -> int:
    """Where a piece ends: behind a word."""
    if most >= len(text):
        return len(text)
    space = text.rfind(" ", most - _BEFORE, most + 1)
    return most if space < 0 else space
