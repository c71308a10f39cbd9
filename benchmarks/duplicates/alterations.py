"""How an outlet changes a story before it prints it: one function for each kind. Pure but for `chance`."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")
WORD = re.compile(r"\w+")
NUMBER = re.compile(r"\b\d{1,3}\b")
SPACELESS = re.compile(r"[぀-ヿ一-鿿฀-๿]")
WORDS = {  # what a copy editor puts in the place of a word
    "said": "told reporters", "will": "is set to", "about": "around", "after": "following", "more": "greater",
    "began": "started", "people": "residents", "including": "among them", "many": "numerous", "big": "large",
    "because": "as", "while": "whereas", "near": "close to", "but": "yet", "also": "in addition", "show": "reveal",
}  # fmt: skip
INSERTED = [
    "also",
    "reportedly",
    "earlier",
    "that",
    "the",
    "now",
    "however",
    "again",
    "still",
    "on",
    "only",
    "there",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What an alteration may use: chance, paragraphs of other stories, other titles of this one."""

    chance: random.Random
    foreign: Callable[[], str]
    titles: Sequence[str] = ()


def is_spaceless(text: str) -> bool:
    return len(SPACELESS.findall(text[:400])) > len(text[:400]) / 3


def first_words(text: str, number: int) -> str:
    if is_spaceless(text):
        return text[: 2 * number]
    return " ".join(text.split()[:number])


def cut_tail(draft: Draft, desk: Desk) -> Draft:
    units, joiner = list(draft.paragraphs), None
    if len(units) < 4:
        units, joiner = SENTENCE.split(" ".join(units)), " "
    kept = units[: max(1, round(len(units) * desk.chance.uniform(0.3, 0.8)))]
    return _with(draft, [joiner.join(kept)] if joiner else kept)


def teaser(draft: Draft, desk: Desk) -> Draft:
    text = " ".join(draft.paragraphs)
    return _with(draft, [first_words(text, desk.chance.randint(20, 40)) + " ..."])


def local_para(draft: Draft, desk: Desk) -> Draft:
    paragraphs = list(draft.paragraphs)
    for _ in range(desk.chance.choice((1, 1, 1, 2))):
        paragraphs.insert(desk.chance.randint(0, len(paragraphs)), desk.foreign())
    return _with(draft, paragraphs)


def writethru(draft: Draft, desk: Desk) -> Draft:
    """Another first paragraph; sentences go, move and change; one number may be updated."""
    chance = desk.chance
    first, *rest = draft.paragraphs
    lede = desk.foreign() if chance.random() < 0.5 else _rewritten(first, draft.title)
    sentences = [sentence for paragraph in rest for sentence in SENTENCE.split(paragraph)]
    sentences = [sentence for sentence in sentences if chance.random() > 0.15] or [first]
    for _ in range(chance.randint(0, 2)):
        sentences.insert(
            chance.randrange(len(sentences) + 1), sentences.pop(chance.randrange(len(sentences)))
        )
    if chance.random() < 0.4:
        at = chance.randrange(len(sentences))
        sentences[at] = NUMBER.sub(lambda found: str(int(found[0]) + 1), sentences[at], count=1)
    if chance.random() < 0.4:
        sentences.append(desk.foreign())
    size = chance.choice((1, 2, 2, 3))
    return _with(
        draft, [lede, *(" ".join(sentences[at : at + size]) for at in range(0, len(sentences), size))]
    )


def headline(draft: Draft, desk: Desk) -> Draft:
    chance, title = desk.chance, draft.title
    words = title.split()
    shuffled = words.copy()
    chance.shuffle(shuffled)
    start = " ".join(words[: max(3, len(words) // 2)]).rstrip(":,;-")
    choices = [
        first_words(" ".join(draft.paragraphs), chance.randint(6, 11)),
        f"{start}: latest",
        f"{start}: what we know",
        f"Watch: {title.title()}",
        " ".join(shuffled),
        *desk.titles,
    ]
    return Draft(title=chance.choice(choices), paragraphs=draft.paragraphs)


def copyedit(draft: Draft, desk: Desk) -> Draft:
    chance, rate = desk.chance, desk.chance.uniform(0.02, 0.09)
    return _with(
        draft,
        [_each_word(paragraph, lambda word: _edited(word, rate, chance)) for paragraph in draft.paragraphs],
    )


def noise(draft: Draft, desk: Desk) -> Draft:
    """Typing errors, of one letter each."""
    chance, rate = desk.chance, desk.chance.uniform(0.005, 0.015)
    return _with(draft, ["".join(_typed(paragraph, rate, chance)) for paragraph in draft.paragraphs])


def excerpt(draft: Draft, desk: Desk) -> Draft:
    """A part of the story, mostly not its beginning, after a sentence of the outlet's own."""
    paragraphs = list(draft.paragraphs)
    if len(paragraphs) < 3:
        paragraphs = SENTENCE.split(" ".join(paragraphs))
    size = max(2, round(len(paragraphs) * desk.chance.uniform(0.35, 0.7)))
    at = desk.chance.randint(0, max(0, len(paragraphs) - size))
    return _with(draft, [desk.foreign(), *paragraphs[at : at + size]])


def same(draft: Draft, desk: Desk) -> Draft:
    return draft


KINDS: dict[str, Callable[[Draft, Desk], Draft]] = {
    "verbatim": same, "cut_tail": cut_tail, "teaser": teaser, "local_para": local_para, "writethru": writethru,
    "headline": headline, "copyedit": copyedit, "noise": noise, "republish": same, "excerpt": excerpt,
}  # fmt: skip
MIXES = (  # kinds together, and how often
    (("verbatim",), 12), (("cut_tail",), 8), (("teaser",), 8), (("local_para",), 8), (("writethru",), 9),
    (("headline",), 8), (("copyedit",), 10), (("noise",), 6), (("republish",), 7), (("excerpt",), 4),
    (("headline", "copyedit"), 6), (("headline", "cut_tail"), 5), (("headline", "teaser"), 4),
    (("headline", "local_para", "cut_tail"), 7), (("headline", "cut_tail", "copyedit"), 4),
    (("copyedit", "local_para"), 3), (("headline", "copyedit", "local_para", "cut_tail"), 5),
    (("headline", "writethru"), 3),
)  # fmt: skip


def _with(draft: Draft, paragraphs: Sequence[str]) -> Draft:
    return Draft(
        title=draft.title, paragraphs=tuple(filter(None, map(str.strip, paragraphs))) or draft.paragraphs
    )


def _rewritten(first: str, title: str) -> str:
    """The first paragraph in another order, after the headline."""
    parts = [part.strip() for part in re.split(r"[,，;]", first.rstrip(".。")) if part.strip()]
    return f"{title}. {', '.join(reversed(parts))}."


def _each_word(text: str, edit: Callable[[str], str]) -> str:
    if is_spaceless(text):
        return "".join(edit(character) for character in text)
    return " ".join(filter(None, map(edit, text.split())))


def _edited(word: str, rate: float, chance: random.Random) -> str:
    drawn = chance.random()
    if word in WORDS and drawn < 4 * rate:
        return WORDS[word]
    if drawn < rate / 3:
        return ""
    if drawn < rate:
        return f"{word} {chance.choice(INSERTED)}" if len(word) > 1 and not is_spaceless(word) else word * 2
    return word


def _typed(text: str, rate: float, chance: random.Random) -> list[str]:
    letters = list(text)
    for at, letter in enumerate(letters):
        if letter.isalpha() and chance.random() < rate:
            letters[at] = chance.choice(
                ("", chance.choice(text) if is_spaceless(text) else chance.choice("aeinrstu"))
            )
    return letters
