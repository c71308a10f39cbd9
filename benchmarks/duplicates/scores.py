"""Agreement of two partitions: adjusted Rand index (Hubert and Arabie 1985), pair precision and recall."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """`precision`: the share of pairs put together that belong together, None where there are none; `recall`: the
    share of those that belong together; `f1` of both; `rand`: 1 when equal, about 0 by chance."""

    rand: float
    precision: float | None
    recall: float | None
    f1: float | None


def compare(truth: Sequence[Hashable], found: Sequence[Hashable]) -> Scores:
    both = _pairs(zip(truth, found, strict=True))
    wanted, made, every = _pairs(truth), _pairs(found), _pairs([0] * len(truth))
    expected = wanted * made / every if every else 0.0
    most = (wanted + made) / 2
    precision = both / made if made else None
    recall = both / wanted if wanted else None
    f1 = 2 * both / (made + wanted) if made + wanted else None
    rand = 1.0 if most == expected else (both - expected) / (most - expected)
    return Scores(rand=rand, precision=precision, recall=recall, f1=f1)


def _pairs(labels: Iterable[Hashable]) -> int:
    return sum(size * (size - 1) // 2 for size in Counter(labels).values())
