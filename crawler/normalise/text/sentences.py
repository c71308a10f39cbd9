"""The first and last sentences of a text: start, end, and a digest of each distinctive one.

Pure, never raises, and reads only the two ends of a text. Sentences end at the punctuation of all scripts and at
each line end.
"""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

import re

from newsdesk.storage.records.digests import sentence_digest

FIRST, LAST = 3, 6  # sentences examined at each end
_WINDOWS = (500, 1_600)  # characters searched at an end; the second for long sentences
_MIN_COLUMNS = 20  # columns of a distinctive sentence; many writers use the same shorter ones
_MIN_WORDS = 4
_MIN_TITLE = 10  # characters; shorter titles are not masked
_TITLE = "\ufffc"  # replaces the title of the story: "The post … appeared first on The Gazette."

_MARKS = ".!?…。！？｡؟۔।॥።፧།။։\n"  # of all scripts, and the line end
_END = re.compile(f"[{_MARKS}][{_MARKS}\"'”’»」』）)\\]]*(\\s*)")
_BEFORE_SPACE = frozenset(".!?…")  # not an end in "3.5" and "example.org"; other marks need no space
_ABBREVIATED = frozenset("mr mrs ms dr prof st sr jr vs no inc ltd co corp gen sen rep gov lt col".split())
_LONGEST_ABBREVIATED = 6  # with a quotation mark before it
_TITLES = re.compile(f"{_TITLE}+")
# Scripts without spaces: letters two columns wide, and letters one column wide.
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
_UNSPACED = re.compile("[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff]")


# (start, end, digest) of the sentence `text[start:end]`; the digest is None if the sentence is too short to be
# distinctive.
Sentence = tuple[int, int, int | None]


def first_sentences(text: str, *, title: str | None = None) -> list[Sentence]:
    """The first three sentences. Occurrences of `title` are masked, because boilerplate repeats the title of
    each story. A sentence longer than the searched part is left out."""
    part = _masked(text[: _WINDOWS[-1]], title)
    spans = _spans(part, FIRST)
    if len(part) < len(text) and spans and spans[-1][1] == len(part):
        del spans[-1]
    return [(start, end, _digest(part[start:end])) for start, end in spans]


def last_sentences(text: str, *, title: str | None = None) -> list[Sentence]:
    """The last six sentences, in the order of the text."""
    for window in _WINDOWS:
        before = max(0, len(text) - window)
        part = _masked(text[before:], title)
        spans = _spans(part, len(part))
        if not before or len(spans) > LAST:
            break
    if before:  # the first one is incomplete
        del spans[:1]
    return [(before + start, before + end, _digest(part[start:end])) for start, end in spans[-LAST:]]


def _masked(part: str, title: str | None) -> str:
    """`part` with the title replaced by a sign of equal length, so that positions stay valid."""
    if title is None or len(title) < _MIN_TITLE:
        return part
    return part.replace(title, _TITLE * len(title))


def _spans(part: str, limit: int) -> list[tuple[int, int]]:
    """(start, end) of the first sentences, at most `most`."""
    spans: list[tuple[int, int]] = []
    start = 0
    for found in _END.finditer(part):
        at, after = found.span()
        end, mark = found.start(1), part[at]
        if mark in _BEFORE_SPACE and after < len(part):
            if end == after and "\n" not in found[0]:
                continue
            if mark == "." and _is_abbreviation(part, at, after):
                continue
        if mark == "\n":
            end = at
        if end > start:
            spans.append((start, end))
            if len(spans) == limit:
                return spans
        start = after
    if start < len(part):
        spans.append((start, len(part)))
    return spans


def _is_abbreviation(part: str, at: int, after: int) -> bool:
    """Whether a full stop only ends an abbreviation: `Mr. Smith`, `the U.S. Senate`, `approx. ten`."""
    if part[after].islower():
        return True
    word = part[part.rfind(" ", 0, at) + 1 : at]
    if len(word) > _LONGEST_ABBREVIATED:
        return False
    return word.lstrip("(\"'“‘«").lower() in _ABBREVIATED or (
        len(word.rpartition(".")[2]) == 1 and word.isupper()
    )


def _digest(sentence: str) -> int | None:
    if _TITLE in sentence:
        sentence = _TITLES.sub(_TITLE, sentence)
    return sentence_digest(sentence) if _is_distinctive(sentence) else None


def _is_distinctive(sentence: str) -> bool:
    if len(sentence) >= _MIN_COLUMNS and sentence.count(" ") >= _MIN_WORDS - 1:
        return True
    if sentence.isascii():
        return False
    return 2 * len(_WIDE.findall(sentence)) + len(_UNSPACED.findall(sentence)) >= _MIN_COLUMNS
