"""The streams: slices of stories with known clusters, in the order of publication. The seed decides everything.

mixed: real, invented and template stories, and copies of about half of them. templates: template stories only.
wire: one to three edits of an agency's text that is not in the stream itself, half of them templates. scripts: Chinese,
Japanese and Thai. one-site: one text under very many addresses of one outlet, among others. The slices of teasers
are in `teasers.py`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import timedelta

from benchmarks.duplicates import teasers
from benchmarks.duplicates.alterations import is_spaceless
from benchmarks.duplicates.invented import Prose
from benchmarks.duplicates.newsroom import A_DAY, START, Newsroom
from benchmarks.duplicates.stories import Base, Story


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


def _mixed(newsroom: Newsroom, stories: int) -> list[Story]:
    chance, moment = newsroom.chance, newsroom.moments(stories)
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
        found += newsroom.copies(base, moment(), newsroom.number_of_copies())
    return found


def _templates(newsroom: Newsroom, stories: int) -> list[Story]:
    moment = newsroom.moments(stories)
    found: list[Story] = []
    while len(found) < stories:
        found += newsroom.copies(newsroom.template(), moment(), newsroom.number_of_copies())
    return found


def _scripts(newsroom: Newsroom, stories: int) -> list[Story]:
    """Half of them real or invented prose, where the corpus has some; half templates."""
    chance, moment = newsroom.chance, newsroom.moments(stories)
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
        found += newsroom.copies(base, moment(), newsroom.number_of_copies())
    return found


def _wire(newsroom: Newsroom, stories: int) -> list[Story]:
    chance, moment = newsroom.chance, newsroom.moments(stories)
    real = newsroom.real.copy()
    chance.shuffle(real)
    found: list[Story] = []
    while len(found) < stories:
        draw = newsroom.template if chance.random() < 0.5 else real.pop if real else newsroom.invented
        base = draw()
        found += newsroom.copies(base, moment(), chance.choice((1, 2, 2, 2, 3)), has_base=False)
    return found


def _one_site(newsroom: Newsroom, stories: int) -> list[Story]:
    """One outlet prints one text again and again, nine in ten stories; the tenth is another story."""
    chance, moment = newsroom.chance, newsroom.moments(14 * A_DAY)
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
    "teasers": teasers.teasers,
    "real-teasers": teasers.real_teasers,
    "cut-teasers": teasers.cut_teasers,
    "scripts": _scripts,
    "one-site": _one_site,
}
