"""The newsrooms of a half: outlets, what they print around a story, and their copies of a story."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from benchmarks.duplicates.alterations import KINDS, MIXES, Desk, Draft
from benchmarks.duplicates.invented import Prose
from benchmarks.duplicates.stories import Base, Story
from benchmarks.duplicates.tables import Template, fill_template, places, read_templates
from benchmarks.peers.language import LANGUAGES, Text

START = datetime(2026, 1, 1, tzinfo=UTC)
A_DAY = 160  # stories
LONGEST_FOREIGN = 350  # characters
LOCAL = (
    "The {place} town hall will be open to visitors on the {n1}th of next month, the mayor's office said.",
    "Roadworks on {place} High Street continue for another {n1} weeks.",
    "{place} residents can send their views to the council until the {n1}th.",
)
CITIES = ("London", "Paris", "Geneva", "Vienna", "Oslo", "Madrid", "Brussels", "Dublin")


@dataclass(eq=False)
class Outlet:
    name: str
    place: str
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    lists: tuple[str, ...]
    headlines: deque[str] = field(default_factory=lambda: deque(maxlen=12))

    def dress(self, chance: random.Random, paragraphs: list[str]) -> str:
        """The text as this outlet prints it; the same notices each time, in another choice and order."""
        paragraphs = list(paragraphs)
        if self.starts and chance.random() < 0.6:
            start = chance.choice(self.starts)
            if start.endswith(" "):
                paragraphs[0] = start + paragraphs[0]
            else:
                paragraphs.insert(0, start)
        ends = chance.sample(self.ends, chance.randint(0, len(self.ends)))
        if self.lists and len(self.headlines) > 3 and chance.random() < 0.35:
            others = chance.sample(list(self.headlines), 3)
            ends.insert(chance.randint(0, len(ends)), chance.choice(self.lists) + " ".join(others))
        return "\n\n".join([*paragraphs, *ends])

    def suffixed(self, chance: random.Random, title: str) -> str:
        return title + chance.choice((" - ", " | ", " – ")) + self.name


def make_outlets(chance: random.Random, half: str) -> dict[str, list[Outlet]]:
    """By language; `*` are those of all other languages."""
    found: dict[str, list[Outlet]] = {}
    for template in read_templates("outlets", half):
        listed = found.setdefault(template.language, [])
        for place in places(half):
            for pattern in template.patterns("name"):
                listed.append(_outlet(chance, template, place, pattern))
    return found


def _outlet(chance: random.Random, template: Template, place: str, pattern: str) -> Outlet:
    name = pattern.format(place=place)
    values = {
        "place": place, "PLACE": place.upper(), "outlet": name, "site": name.replace(" ", "").lower(),
        "city": chance.choice(CITIES), "year": chance.randint(2001, 2026), "price": chance.randint(2, 12),
        "phone": f"0{chance.randint(100, 999)} {chance.randint(10000, 99999)}",
    }  # fmt: skip
    values["CITY"] = str(values["city"]).upper()
    return Outlet(
        name=name,
        place=place,
        starts=tuple(line.format(**values) for line in template.patterns("start")),
        ends=tuple(line.format(**values) for line in _some(chance, template.patterns("end"))),
        lists=tuple(line.format(**values) for line in template.patterns("list")),
    )


def _some(chance: random.Random, lines: list[str]) -> list[str]:
    return chance.sample(lines, max(1, chance.randint(len(lines) // 2, len(lines))))


@dataclass(kw_only=True)
class Newsroom:
    """Outlets of a half, and the stories that they may draw on."""

    chance: random.Random
    half: str
    real: list[Base] = field(default_factory=list)
    real_teasers: list[Base] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.outlets = make_outlets(self.chance, self.half)
        self.text = Text(7 if self.half == "dev" else 8)
        self.prose = Prose(self.real)
        self.numbers = count()
        self.foreign: list[str] = ["The town hall is closed on Sunday."]

    def template(self, kind: str = "templates") -> Base:
        return fill_template(self.chance.choice(read_templates(kind, self.half)), self.chance, self.half)

    def invented(self) -> Base:
        """Prose from the words of real stories, or else of sentences from a large pool."""
        chance = self.chance
        if self.prose:
            return self.prose.story(chance)
        language = chance.choice([one.tag for one in LANGUAGES if one.tag != "zh"])
        return Base(
            title=self.text.headline(chance, language),
            paragraphs=tuple(
                " ".join(self.text.sentences(chance, language, chance.randint(1, 3)))
                for _ in range(chance.randint(3, 12))
            ),
            language=language, origin="invented",
        )  # fmt: skip

    def outlet(self, base: Base) -> Outlet:
        listed = self.outlets.get(base.language or "en") or self.outlets["*"]
        return self.chance.choice(listed)

    def foreign_paragraph(self) -> str:
        if self.chance.random() < 0.3:
            place = self.chance.choice(self.outlets["en"]).place
            return self.chance.choice(LOCAL).format(place=place, n1=self.chance.randint(2, 29))
        return self.chance.choice(self.foreign)

    def remember(self, base: Base) -> None:
        """Paragraphs of it may appear in other stories; a long one could be most of the story."""
        short = [paragraph for paragraph in base.paragraphs if len(paragraph) <= LONGEST_FOREIGN]
        self.foreign += self.chance.sample(short, min(2, len(short)))
        del self.foreign[:-60]

    def printed(
        self, base: Base, draft: Draft, outlet: Outlet, at: datetime, cluster: int, kinds: tuple[str, ...]
    ) -> Story:
        title = draft.title
        if self.chance.random() < 0.3:
            title = outlet.suffixed(self.chance, title)
        story = Story(
            cluster=cluster, title=title, text=outlet.dress(self.chance, list(draft.paragraphs)), published=at,
            source=outlet.name, language=base.language, origin=base.origin, kinds=kinds,
        )  # fmt: skip
        outlet.headlines.append(draft.title)
        return story

    def copies(self, base: Base, at: datetime, number: int, *, has_base: bool = True) -> Iterable[Story]:
        """The base as its first outlet prints it, and copies by others in the three days after."""
        chance, cluster = self.chance, next(self.numbers)
        whole = Draft(title=base.title, paragraphs=base.paragraphs)
        first = self.outlet(base)
        if has_base:
            yield self.printed(base, whole, first, at, cluster, ())
        desk = Desk(chance=chance, foreign=self.foreign_paragraph, titles=base.titles)
        for _ in range(number):
            (kinds,) = chance.choices([mix for mix, _ in MIXES], [often for _, often in MIXES])
            draft = whole
            for kind in kinds:
                draft = KINDS[kind](draft, desk)
            delay = timedelta(days=min(2.9, chance.expovariate(1.6)))
            outlet = self.outlet(base)
            if kinds == ("republish",):
                outlet, delay = first, timedelta(hours=chance.uniform(18, 30))
            yield self.printed(base, draft, outlet, at + delay, cluster, kinds)
        self.remember(base)

    def moments(self, stories: int) -> Callable[[], datetime]:
        """Moments of a period in which so many stories are published."""
        days = max(14, stories / A_DAY)
        return lambda: START + timedelta(days=self.chance.uniform(0, days))

    def number_of_copies(self) -> int:
        """Most stories have none; some have many."""
        return 0 if self.chance.random() < 0.5 else min(14, 1 + int(self.chance.expovariate(0.45)))
