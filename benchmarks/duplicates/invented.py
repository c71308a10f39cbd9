"""Invented prose from the words of real stories: each word follows one or two that it follows in a real story.

Phrases of up to four words are those of real prose, longer ones seldom; that is what chance matches are made of.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence

from benchmarks.duplicates.stories import Base

LONGEST = 60  # words of a sentence


class Prose:
    def __init__(self, real: Sequence[Base]) -> None:
        self._starts: list[tuple[str, str]] = []
        self._after_one: dict[str, list[str]] = defaultdict(list)
        self._after_two: dict[tuple[str, str], list[str]] = defaultdict(list)
        for base in real:
            for paragraph in base.paragraphs:
                words = paragraph.split()
                if len(words) > 5:
                    self._starts.append((words[0], words[1]))
                for one, two, three in zip(words, words[1:], words[2:], strict=False):
                    self._after_one[two].append(three)
                    self._after_two[one, two].append(three)

    def sentence(self, chance: random.Random) -> str:
        one, two = chance.choice(self._starts)
        words = [one, two]
        while len(words) < LONGEST and not two.endswith((".", "!", "?")):
            after = self._after_two[one, two] if chance.random() < 0.3 else self._after_one[two]
            if not after:
                break
            one, two = two, chance.choice(after)
            words.append(two)
        return " ".join(words)

    def story(self, chance: random.Random) -> Base:
        return Base(
            title=" ".join(self.sentence(chance).split()[: chance.randint(6, 12)]).rstrip(".,"),
            paragraphs=tuple(
                " ".join(self.sentence(chance) for _ in range(chance.randint(1, 3)))
                for _ in range(chance.randint(3, 12))
            ),
            language=None, origin="invented",
        )  # fmt: skip
