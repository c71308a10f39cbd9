"""Whether two corrections that a publisher notes are the same one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile

from newsdesk.storage.records.stories import Correction

_LONGEST_LABEL = (
    16  # words before a correction: "Correction (24 November 2026)", "This article was amended on …"
)
_LEAST = 3  # words that are the same
_WORD = re.compile(r"\w+")


def new_corrections(found: Iterable[Correction], known: Iterable[str]) -> tuple[Correction, ...]:
    """Those that are not `known` yet, and each of them once."""
    texts = [_WORD.findall(text.casefold()) for text in known]
    new: list[Correction] = []
    for correction in found:
        words = _WORD.findall(correction.text.casefold())
        if not any(_same(words, other) for other in texts):
            texts.append(words)
            new.append(correction)
    return tuple(new)


def _same(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two corrections have the same words, or the one is part of the other; or both end with the same words,
    and before these the one has a longer form of the other's label. What follows known words is another correction."""
    if f" {' '.join(one)} " in f" {' '.join(other)} ":
        return True
    pairs = zip(reversed(one), reversed(other), strict=False)
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    shorter, longer = sorted((one[: len(one) - common], other[: len(other) - common]), key=len)
    return common >= _LEAST and len(longer) <= _LONGEST_LABEL and longer[: len(shorter)] == shorter
