"""Invented text in seven languages: few common words and many rare ones, as in a newspaper.

The cost of a search index depends on the words, so each language has thousands of them. Seeded: the same seed
gives the same text.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass

SENTENCES = 4000  # of each language, of which all texts are made
WORDS = 6000


@dataclass(frozen=True)
class Language:
    """Letters of the rare words, the common words, and what stands between words and at the end."""

    tag: str
    share: int
    letters: str
    common: str
    space: str = " "
    stop: str = "."
    length: tuple[int, int] = (4, 11)


LANGUAGES = (
    Language("en", 40, "aabcdeefghiilmnoprrsstuy", "the of and to a in is was for on that with by at as from"),
    Language("de", 15, "aäbdeefghiklmnorsßtuüw", "der die und in das von mit den auf für ist ein eine nicht"),
    Language("fr", 12, "aàbcdeéèfgilmnoprstuv", "de la le les et des en un une que pour dans est sur par"),
    Language("es", 12, "aábcdeéfgilmnñoóprstu", "de la que el en y los del las un por con una para se"),
    Language("ru", 10, "абвгдежзиклмнопрстуфхчя", "и в не на что он с как это по но из за от для"),
    Language("ar", 4, "ابتثجحخدرزسشصطعفقكلمنهوي", "في من على أن إلى هذا التي عن مع كان"),
    Language("zh", 7, "年会市政府经济发展新中国人民大学地方工作天江水", "的 了 在 是 和 有 为 也", "", "。", (2, 3)),
)  # fmt: skip


class Text:
    """Sentences, headlines and names, drawn from a seed."""

    def __init__(self, seed: int = 1) -> None:
        self._sentences = {language.tag: _sentences(language, seed) for language in LANGUAGES}
        chance = random.Random(f"names {seed}")
        self._names = ["".join(chance.choices("aeioubdklmnrst", k=6)).capitalize() for _ in range(200)]

    def sentences(self, chance: random.Random, tag: str, number: int) -> list[str]:
        return chance.choices(self._sentences[tag], k=number)

    def headline(self, chance: random.Random, tag: str) -> str:
        return chance.choice(self._sentences[tag]).rstrip(".。")[: chance.randint(35, 90)].strip()

    def name(self, chance: random.Random) -> str:
        return f"{chance.choice(self._names)} {chance.choice(self._names)}"


def choose_language(chance: random.Random) -> Language:
    return chance.choices(LANGUAGES, [language.share for language in LANGUAGES])[0]


def _sentences(language: Language, seed: int) -> list[str]:
    chance = random.Random(f"{language.tag} {seed}")
    words = [
        "".join(chance.choices(language.letters, k=chance.randint(*language.length))) for _ in range(WORDS)
    ]
    weights = [*itertools.accumulate(1 / (rank + 3) for rank in range(WORDS))]
    common = language.common.split()
    found = []
    for _ in range(SENTENCES):
        parts = []
        for word in chance.choices(words, cum_weights=weights, k=chance.randint(4, 9)):
            parts += [word, chance.choice(common)]
        sentence = language.space.join(parts)
        found.append(sentence[:1].upper() + sentence[1:] + language.stop)
    return found
