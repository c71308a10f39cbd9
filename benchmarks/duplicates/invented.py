"""Invented prose from the words of real stories: each word follows one or two that it follows in a real story; in
scripts without spaces, each character.

Phrases of up to four words are those of real prose, longer ones seldom; that is what chance matches are made of.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence

from benchmarks.duplicates.alterations import first_words, is_spaceless
from benchmarks.duplicates.stories import Base
from newsdesk.crawler.normalise.text.scripts import language_by_script

LONGEST = 60  # words of a sentence
ENDS = (".", "!", "?", "。", "！", "？")


class Prose:
    def __init__(self, real: Sequence[Base], *, spaceless: bool = False) -> None:
        """Only the paragraphs with, or without, spaces between words are used."""
        self._space = "" if spaceless else " "
        self._starts: list[tuple[str, str]] = []
        self._after_one: dict[str, list[str]] = defaultdict(list)
        self._after_two: dict[tuple[str, str], list[str]] = defaultdict(list)
        for base in real:
            for paragraph in base.paragraphs:
                if is_spaceless(paragraph) != spaceless:
                    continue
                words = paragraph.split() if not spaceless else list(paragraph)
                if len(words) > 5:
                    self._starts.append((words[0], words[1]))
                for one, two, three in zip(words, words[1:], words[2:], strict=False):
                    self._after_one[two].append(three)
                    self._after_two[one, two].append(three)

    def __bool__(self) -> bool:
        return bool(self._starts)

    def sentence(self, chance: random.Random) -> str:
        one, two = chance.choice(self._starts)
        words = [one, two]
        while len(words) < LONGEST and not two.endswith(ENDS):
            after = self._after_two[one, two] if chance.random() < 0.3 else self._after_one[two]
            if not after:
                break
            one, two = two, chance.choice(after)
            words.append(two)
        return self._space.join(words)

    def story(self, chance: random.Random) -> Base:
        title = first_words(self.sentence(chance), chance.randint(6, 12)).rstrip(".,。")
        paragraphs = tuple(
            self._space.join(self.sentence(chance) for _ in range(chance.randint(1, 3)))
            for _ in range(chance.randint(3, 12))
        )
        language = language_by_script(" ".join(paragraphs))
        return Base(title=title, paragraphs=paragraphs, language=language, origin="invented")
