"""The difference of two texts by words: paragraphs and sentences are compared first, words within those that changed.

Pure. The work is bounded: difflib takes quadratic time, so long parts without a common sentence are replaced whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

Operation = Literal["equal", "delete", "insert"]
MOST_SENTENCES = 4_000_000  # pairs of sentences that are compared
MOST_WORDS = 250_000  # pairs of words within one changed part
_LEAST_ALIKE = 0.3  # share of common words below which a part is replaced whole
_SENTENCE_END = re.compile(r"(?<=[.!?])(?=\s)|(?<=[。！？])|(?<=\n)(?=[^\n])")
_WORD = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
    r"|\d+(?:[.,:]\d+)+|\w+(?:['’]\w+)*|\s+|[^\w\s]"
)


class Segment(NamedTuple):
    """A part of both texts, of the old one only, or of the new one only."""

    operation: Operation
    text: str


def diff_words(old: str, new: str) -> list[Segment]:
    """The segments of both texts in their order; equal and deleted ones give `old`, equal and inserted ones `new`."""
    return _merged(_by_sentences(old, new))


def _by_sentences(old: str, new: str) -> Iterator[Segment]:
    before, after = _SENTENCE_END.split(old), _SENTENCE_END.split(new)
    for operation, one, other in _opcodes(before, after, most=MOST_SENTENCES):
        if operation == "equal":
            yield Segment("equal", "".join(one))
        else:
            yield from _by_words("".join(one), "".join(other))


def _by_words(old: str, new: str) -> Iterator[Segment]:
    before, after = _WORD.findall(old), _WORD.findall(new)
    segments: list[Segment] = []
    for operation, one, other in _opcodes(before, after, most=MOST_WORDS):
        if operation == "equal":
            segments.append(Segment("equal", "".join(one)))
        else:
            segments += [Segment("delete", "".join(one)), Segment("insert", "".join(other))]
    common = sum(len(segment.text.strip()) for segment in segments if segment.operation == "equal")
    if common < _LEAST_ALIKE * min(len(old), len(new)):
        segments = [Segment("delete", old), Segment("insert", new)]
    yield from segments


def _opcodes(
    before: Sequence[str], after: Sequence[str], *, most: int
) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    """The operations of difflib with the parts that they are about. The common beginning and end are found first."""
    from difflib import SequenceMatcher  # late: most stories are shown without a diff

    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    one, other = before[start : len(before) - end], after[start : len(after) - end]
    yield "equal", before[:start], after[:start]
    if len(one) * len(other) > most:
        yield "replace", one, other
    else:
        for operation, i, j, k, m in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
            yield operation, one[i:j], other[k:m]
    yield "equal", before[len(before) - end :], after[len(after) - end :]


def _merged(segments: Iterator[Segment]) -> list[Segment]:
    """Without empty segments; a space or mark between two changes belongs to both, and of a change what is deleted
    comes before what is inserted."""
    found: list[Segment] = []
    old, new = "", ""
    pending = ""  # equal text after a change that may belong to it
    for operation, text in segments:
        if not text:
            continue
        if operation == "equal":
            if (old or new) and not pending and len(text) <= 1 and not text.isalnum():
                pending = text
                continue
            found += _change(old, new)
            found.append(Segment("equal", pending + text))
            old = new = pending = ""
            continue
        old, new, pending = old + pending, new + pending, ""
        if operation == "delete":
            old += text
        else:
            new += text
    found += _change(old, new)
    if pending:
        found.append(Segment("equal", pending))
    return _joined(found)


def _change(old: str, new: str) -> list[Segment]:
    return [segment for segment in (Segment("delete", old), Segment("insert", new)) if segment.text]


def _joined(segments: Sequence[Segment]) -> list[Segment]:
    found: list[Segment] = []
    for segment in segments:
        if found and found[-1].operation == segment.operation:
            found[-1] = Segment(segment.operation, found[-1].text + segment.text)
        else:
            found.append(segment)
    return found


def unified(old: str, new: str, *, before: str, after: str) -> Iterator[str]:
    """The lines of a unified diff of two texts by their lines, with the names of both."""
    from difflib import unified_diff

    one, other = old.splitlines(), new.splitlines()
    if len(one) * len(other) > MOST_SENTENCES:
        yield from (f"--- {before}", f"+++ {after}", f"@@ -1,{len(one)} +1,{len(other)} @@")
        yield from (*(f"-{line}" for line in one), *(f"+{line}" for line in other))
        return
    yield from unified_diff(one, other, before, after, lineterm="")
