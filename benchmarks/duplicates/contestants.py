"""The methods that are compared, each with its usual settings. All see a story once, in the order of publication."""

from __future__ import annotations

import importlib
import re
import unicodedata
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Protocol

from benchmarks.duplicates.alterations import is_spaceless
from benchmarks.duplicates.newsdesk_stream import Newsdesk

WINDOW = timedelta(days=10)
TOKEN = re.compile(r"\w+")


class Contestant(Protocol):
    """A contestant may also have `clusters()`, the final ids of all stories in the order of adding. For the cost it
    may have `fill(stories)`, which adds many Story records in a cheaper way, and `key_bytes()`, the size of its key
    table; without them stories are added one by one, and the growth of the process is taken."""

    def add(
        self, title: str | None, text: str | None, published: datetime, source: str, language: str | None
    ) -> int: ...


class Groups:
    """Disjoint sets of stories by number."""

    def __init__(self) -> None:
        self._parents: list[int] = []

    def new(self) -> int:
        self._parents.append(len(self._parents))
        return self._parents[-1]

    def root(self, number: int) -> int:
        while self._parents[number] != number:
            self._parents[number] = self._parents[self._parents[number]]
            number = self._parents[number]
        return number

    def join(self, one: int, other: int) -> None:
        one, other = sorted((self.root(one), self.root(other)))
        self._parents[other] = one

    def clusters(self) -> list[int]:
        return [self.root(number) for number in range(len(self._parents))]


class Method(ABC):
    """Joins a story with those of the last ten days that `similar` names."""

    def __init__(self) -> None:
        self.groups = Groups()
        self.dates: list[datetime] = []

    def add(
        self, title: str | None, text: str | None, published: datetime, source: str, language: str | None
    ) -> int:
        number = self.groups.new()
        self.dates.append(published)
        for other in self.similar(number, title or "", text or ""):
            if published - self.dates[other] <= WINDOW:
                self.groups.join(number, other)
        return self.groups.root(number)

    def clusters(self) -> list[int]:
        return self.groups.clusters()

    @abstractmethod
    def similar(self, number: int, title: str, text: str) -> Sequence[int]:
        """The numbers of earlier stories that are like this one."""


class ExactTitle(Method):
    """The same title, without an outlet's name at its end."""

    def __init__(self) -> None:
        super().__init__()
        self._latest: dict[str, int] = {}

    def similar(self, number: int, title: str, text: str) -> Sequence[int]:
        key = " ".join(re.split(r" [-|–] ", title)[0].casefold().split())
        before = self._latest.get(key)
        self._latest[key] = number
        return [] if before is None else [before]


class MinHashLsh(Method):
    """datasketch: 128 permutations of 4-token shingles, Jaccard similarity of at least .5."""

    def __init__(self, threshold: float = 0.5) -> None:
        super().__init__()
        datasketch = importlib.import_module("datasketch")
        self._minhash = datasketch.MinHash
        self._index = datasketch.MinHashLSH(threshold=threshold, num_perm=128)

    def similar(self, number: int, title: str, text: str) -> Sequence[int]:
        sketch = self._minhash(num_perm=128)
        sketch.update_batch([one.encode() for one in shingles(f"{title} {text}")])
        found = self._index.query(sketch)
        self._index.insert(number, sketch, check_duplication=False)
        return found


class SimHash(Method):
    """64 bits over 3-token shingles, at most three of them different (Manku 2007), in four tables of 16 bits."""

    def __init__(self) -> None:
        super().__init__()
        self._tables: list[dict[int, list[tuple[int, int]]]] = [defaultdict(list) for _ in range(4)]

    def similar(self, number: int, title: str, text: str) -> Sequence[int]:
        counts = [0] * 64
        words = tokens(f"{title} {text}")
        for at in range(max(1, len(words) - 2)):
            value = digest(" ".join(words[at : at + 3]))
            for bit in range(64):
                counts[bit] += 1 if value >> bit & 1 else -1
        value = sum(1 << bit for bit in range(64) if counts[bit] > 0)
        found = set()
        for place, table in enumerate(self._tables):
            listed = table[value >> 16 * place & 0xFFFF]
            found |= {other for sketch, other in listed if (sketch ^ value).bit_count() <= 3}
            listed.append((value, number))
        return sorted(found)


class Winnowing(Method):
    """The least of each four successive hashes of 5-token shingles (Schleimer 2003). The story with the most in
    common is joined when it shares `.3` of the shorter one's."""

    def __init__(self, threshold: float = 0.3) -> None:
        super().__init__()
        self._threshold = threshold
        self._holders: dict[int, list[int]] = defaultdict(list)
        self._sizes: list[int] = []

    def similar(self, number: int, title: str, text: str) -> Sequence[int]:
        hashes = [digest(one) for one in shingles(text or title, 5)]
        marks = {min(hashes[at : at + 4]) for at in range(max(1, len(hashes) - 3))}
        self._sizes.append(len(marks))
        votes: dict[int, int] = defaultdict(int)
        for mark in marks:
            for other in self._holders[mark]:
                votes[other] += 1
            self._holders[mark].append(number)
            del self._holders[mark][:-20]
        shared = [
            (count / min(len(marks), self._sizes[other]), other)
            for other, count in votes.items()
            if self.dates[number] - self.dates[other] <= WINDOW
        ]
        best, other = max(shared, default=(0.0, -1))
        return [other] if best >= self._threshold else []


def tokens(text: str) -> list[str]:
    text = unicodedata.normalize("NFKC", text).casefold()
    return [letter for letter in text if letter.isalnum()] if is_spaceless(text) else TOKEN.findall(text)


def shingles(text: str, size: int = 4) -> list[str]:
    words = tokens(text)
    return [" ".join(words[at : at + size]) for at in range(max(1, len(words) - size + 1))]


def digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


CONTESTANTS: dict[str, Callable[[], Contestant]] = {
    "newsdesk": Newsdesk,
    "winnowing": Winnowing,
    "MinHash-LSH": MinHashLsh,
    "SimHash": SimHash,
    "exact title": ExactTitle,
}
