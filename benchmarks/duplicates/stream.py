"""The streams: slices of stories with known clusters, in the order of publication. The seed decides everything.

mixed: real, invented and template stories, and copies of about half of them. templates: template stories only.
wire: two or three edits of an agency's text that is not in the stream itself, half of them templates.
scripts: Chinese, Japanese and Thai. teasers: both sides of at most 60 words, invented; real-teasers: the first
sentences of a page, and its description. one-site: one text under very many
addresses of one outlet, among others.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from benchmarks.duplicates.alterations import KINDS, MIXES, Desk, Draft, is_spaceless
from benchmarks.duplicates.invented import Prose
from benchmarks.duplicates.outlets import Outlet, make_outlets
from benchmarks.duplicates.stories import Base, Story
from benchmarks.duplicates.tables import Fill, Template, fill_template, read_templates
from benchmarks.peers.language import LANGUAGES, Text

START = datetime(2026, 1, 1, tzinfo=UTC)
A_DAY = 160  # stories
LOCAL = (
    "The {place} town hall will be open to visitors on the {n1}th of next month, the mayor's office said.",
    "Roadworks on {place} High Street continue for another {n1} weeks.",
    "{place} residents can send their views to the council until the {n1}th.",
)


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
        self.foreign += self.chance.sample(base.paragraphs, min(2, len(base.paragraphs)))
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


def make_stream(
    slice_: str,
    *,
    seed: int,
    half: str,
    stories: int,
    real: Sequence[Base] = (),
    real_teasers: Sequence[Base] = (),
) -> list[Story]:
    """`stories` of them, or fewer where the corpus has fewer."""
    newsroom = Newsroom(
        chance=random.Random(f"{slice_} {seed} {half}"), half=half, real=[*real], real_teasers=[*real_teasers]
    )
    found = sorted(SLICES[slice_](newsroom, stories), key=lambda story: story.published)
    return found[:stories]


def _moments(newsroom: Newsroom, stories: int) -> Callable[[], datetime]:
    days = max(14, stories / A_DAY)
    return lambda: START + timedelta(days=newsroom.chance.uniform(0, days))


def _copies_of(chance: random.Random) -> int:
    """Most stories have none; some have many."""
    return 0 if chance.random() < 0.5 else min(14, 1 + int(chance.expovariate(0.45)))


def _mixed(newsroom: Newsroom, stories: int) -> list[Story]:
    chance, moment = newsroom.chance, _moments(newsroom, stories)
    real = newsroom.real.copy()
    chance.shuffle(real)
    found: list[Story] = []
    while len(found) < stories:
        drawn = chance.random()
        if drawn < 0.6 and real:
            base = real.pop()
        elif drawn > 0.94:
            base = newsroom.template()
        else:
            base = newsroom.invented()
        found += newsroom.copies(base, moment(), _copies_of(chance))
    return found


def _templates(newsroom: Newsroom, stories: int) -> list[Story]:
    moment = _moments(newsroom, stories)
    found: list[Story] = []
    while len(found) < stories:
        found += newsroom.copies(newsroom.template(), moment(), _copies_of(newsroom.chance))
    return found


def _scripts(newsroom: Newsroom, stories: int) -> list[Story]:
    """Half of them real or invented prose, where the corpus has some; half templates."""
    chance, moment = newsroom.chance, _moments(newsroom, stories)
    real = [base for base in newsroom.real if is_spaceless(" ".join(base.paragraphs))]
    prose = Prose(real, spaceless=True)
    chance.shuffle(real)
    found: list[Story] = []
    while len(found) < stories:
        if real and chance.random() < 0.2:
            base = real.pop()
        elif prose and chance.random() < 0.4:
            base = prose.story(chance)
        else:
            base = newsroom.template("scripts")
        found += newsroom.copies(base, moment(), _copies_of(chance))
    return found


def _wire(newsroom: Newsroom, stories: int) -> list[Story]:
    chance, moment = newsroom.chance, _moments(newsroom, stories)
    real = newsroom.real.copy()
    chance.shuffle(real)
    found: list[Story] = []
    while len(found) < stories:
        draw = newsroom.template if chance.random() < 0.5 else real.pop if real else newsroom.invented
        base = draw()
        found += newsroom.copies(base, moment(), chance.choice((1, 2, 2, 2, 3)), has_base=False)
    return found


def _teasers(newsroom: Newsroom, stories: int) -> list[Story]:
    """Events told in one to four ways. Half of them are followed by another event of their kind that shares some
    of the names, others by another kind of event in the same place with the same people."""
    chance, moment = newsroom.chance, _moments(newsroom, stories)
    templates = read_templates("teasers", newsroom.half)
    found: list[Story] = []
    while len(found) < stories:
        template, at = chance.choice(templates), moment()
        fill = Fill(chance, newsroom.half, template.language)
        found += _told(newsroom, template, fill, at)
        if chance.random() < 0.5:
            other = Fill(chance, newsroom.half, template.language, _some_names(chance, fill))
            found += _told(newsroom, template, other, at + timedelta(hours=chance.uniform(0, 40)))
        if chance.random() < 0.3:
            other_template = chance.choice([one for one in templates if one.name != template.name])
            names = {name: value for name, value in fill.values.items() if name[0] in "tpc"}
            other = Fill(chance, newsroom.half, other_template.language, names)
            found += _told(newsroom, other_template, other, at + timedelta(hours=chance.uniform(0, 40)))
    return found


def _some_names(chance: random.Random, fill: Fill) -> dict[str, str]:
    """Names of places, teams and companies, all but one of them where there are several."""
    names = [name for name in fill.values if name.startswith(("town", "team", "company", "river"))]
    left_out = chance.choice(names) if len(names) > 1 else None
    return {name: fill.values[name] for name in names if name != left_out}


def _told(newsroom: Newsroom, template: Template, fill: Fill, at: datetime) -> Iterable[Story]:
    chance, cluster = newsroom.chance, next(newsroom.numbers)
    for _, pattern in template.fields:  # in this order, so that each number is drawn where its range stands
        fill(pattern)
    titles, bodies = template.patterns("title"), template.patterns("body")
    chance.shuffle(titles)
    chance.shuffle(bodies)
    listed = newsroom.outlets.get(template.language) or newsroom.outlets["*"]
    outlets = chance.sample(listed, 4)
    every = [(fill(title), fill(body)) for title, body in zip(titles, bodies, strict=True)]
    for (title, body), outlet in list(zip(every, outlets, strict=True))[: chance.choice((1, 1, 2, 3, 4))]:
        yield Story(
            cluster=cluster, title=title, text=body, published=at + timedelta(hours=chance.uniform(0, 20)),
            source=outlet.name, language=template.language, origin="template", kinds=("teaser",),
        )  # fmt: skip


def _real_teasers(newsroom: Newsroom, stories: int) -> list[Story]:
    chance, moment = newsroom.chance, _moments(newsroom, stories)
    desk = Desk(chance=chance, foreign=newsroom.foreign_paragraph)
    found: list[Story] = []
    for base in newsroom.real_teasers:
        at, cluster = moment(), next(newsroom.numbers)
        first, described = base.paragraphs
        other = Draft(title=base.titles[0], paragraphs=(described,))
        if other.title == base.title:
            other = KINDS["headline"](other, desk)
        for title, text in ((base.title, first), (other.title, described)):
            outlet = newsroom.outlet(base)
            found.append(
                Story(
                    cluster=cluster, title=title, text=text, published=at, source=outlet.name, language=None,
                    origin=base.origin, kinds=("teaser",),
                )
            )  # fmt: skip
            at += timedelta(hours=chance.uniform(0, 20))
    return found


def _one_site(newsroom: Newsroom, stories: int) -> list[Story]:
    """One outlet prints one text again and again, nine in ten stories; the tenth is another story."""
    chance, moment = newsroom.chance, _moments(newsroom, 14 * A_DAY)
    base = newsroom.invented()
    outlet, cluster, found = newsroom.outlet(base), next(newsroom.numbers), []
    text = outlet.dress(chance, list(base.paragraphs))
    for place in range(stories):
        if place % 10:
            found.append(
                Story(
                    cluster=cluster, title=base.title, text=text, published=START + timedelta(minutes=2 * place),
                    source=outlet.name, language=base.language, origin=base.origin, kinds=("republish",),
                )
            )  # fmt: skip
        else:
            found += newsroom.copies(newsroom.invented(), moment(), 0)
    return found


SLICES: dict[str, Callable[[Newsroom, int], list[Story]]] = {
    "mixed": _mixed,
    "templates": _templates,
    "wire": _wire,
    "teasers": _teasers,
    "real-teasers": _real_teasers,
    "scripts": _scripts,
    "one-site": _one_site,
}
