"""The slices of teasers: both sides have at most 60 words.

teasers: an event told in different words; real-teasers: the first sentences of a page, and its description;
cut-teasers: the first words of a text, as several outlets print them.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime, timedelta

from benchmarks.duplicates.alterations import KINDS, Desk, Draft, first_words
from benchmarks.duplicates.newsroom import Newsroom
from benchmarks.duplicates.stories import Story
from benchmarks.duplicates.tables import Fill, Template, read_templates


def teasers(newsroom: Newsroom, stories: int) -> list[Story]:
    """Events told in one to four ways. Half of them are followed by another event of their kind that shares some
    of the names, others by another kind of event in the same place with the same people."""
    chance, moment = newsroom.chance, newsroom.moments(stories)
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


def cut_teasers(newsroom: Newsroom, stories: int) -> list[Story]:
    """The first 18 to 40 words, edited or not, by one to four outlets; half of the stories are templates."""
    chance, moment = newsroom.chance, newsroom.moments(stories)
    real = newsroom.real.copy()
    chance.shuffle(real)
    found: list[Story] = []
    while len(found) < stories:
        draw = newsroom.template if chance.random() < 0.5 else real.pop if real else newsroom.invented
        base, at, cluster = draw(), moment(), next(newsroom.numbers)
        desk = Desk(chance=chance, foreign=newsroom.foreign_paragraph, titles=base.titles)
        for _ in range(chance.choice((1, 1, 2, 3, 4))):
            draft = Draft(title=base.title, paragraphs=base.paragraphs)
            kinds = chance.choice((("teaser",), ("copyedit", "teaser"), ("headline", "teaser")))
            for kind in kinds:
                draft = KINDS[kind](draft, desk)
            text = first_words(draft.paragraphs[0], chance.randint(18, 40)).removesuffix(" ...")
            outlet = newsroom.outlet(base)
            found.append(
                Story(
                    cluster=cluster, title=draft.title, text=text + chance.choice((" ...", "…", "")), published=at,
                    source=outlet.name, language=base.language, origin=base.origin, kinds=kinds,
                )
            )  # fmt: skip
            at += timedelta(hours=chance.uniform(0, 8))
    return found


def real_teasers(newsroom: Newsroom, stories: int) -> list[Story]:
    chance, moment = newsroom.chance, newsroom.moments(stories)
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
