"""Outlets, and what they print around a story: a dateline, notices, lists of their other headlines."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field

from benchmarks.duplicates.tables import Template, places, read_templates

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
