"""Which stories are copies of each other, and of which kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from newsdesk.storage.clusters.links import Side, link_of
from tests.storage.records.copies.test_copies import FERRY, OTHER_FERRY

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LONG = FERRY + " ".join(
    f" Sentence {number} of a longer report is about other things entirely." for number in range(40)
)
WELL = (
    "A woman who fell 55 metres into a well near Pendle has been rescued. Farid Nasser spent 33 hours there."
)
OUT = "After 33 hours underground in Pendle the rescued Farid Nasser waved to the crowd on Saturday."
OTHER_WELL = "After 12 hours underground in Hexley the rescued Greta Lund waved to the crowd on Saturday."
PETROV = "In Belmore many people know Ivan Petrov, who has led the harbour museum since it opened."


def side(number: int, text: str | None, *, hours: float = 0, title: str = "", site: str = "") -> Side:
    return Side(
        story_id=number,
        title=title,
        text=text,
        at=NOON + timedelta(hours=hours),
        site=site or f"{number}.example",
    )


CASES = [  # (earlier text, later text, hours between, same outlet, kind, what it shows)
    (FERRY, FERRY, 1, False, "exact", "the same text"),
    (FERRY, FERRY.upper(), 1, False, "exact", "letter case is no difference"),
    (FERRY, FERRY, 24 * 9, False, "exact", "nine days later"),
    (FERRY, FERRY, 24 * 11, False, None, "after the window"),
    (FERRY, FERRY.replace("handed out", "gave them"), 1, False, "copy", "an edit"),
    (FERRY, FERRY[:260], 5, False, "excerpt", "a teaser"),
    (FERRY[:260], FERRY, 5, False, "excerpt", "the whole text after its teaser"),
    (FERRY, FERRY[:260], 24 * 5, False, "excerpt", "all of a short text is enough after days"),
    (LONG, LONG[-900:] + FERRY[:200], 24 * 5, False, "excerpt", "most of it as well"),
    (FERRY, OTHER_FERRY, 5, False, None, "the same template with other facts"),
    (FERRY, OTHER_FERRY, 5, True, None, "the same, by one outlet"),
    (WELL, OUT, 5, False, "headline", "two teasers of one event"),
    (WELL, OUT, 30, False, None, "teasers a day apart"),
    (WELL, OTHER_WELL, 5, False, None, "teasers of two events"),
    (FERRY[:200], PETROV, 5, False, None, "one common name"),
    ("Photos of the day", "Photos of the day", 5, False, None, "a text too short to say anything"),
    (None, None, 1, False, None, "no text"),
    ("", FERRY, 1, False, None, "text and none"),
]


@pytest.mark.parametrize(
    ("one", "other", "hours", "own", "kind", "name"), CASES, ids=[row[-1] for row in CASES]
)
def test_kinds(
    one: str | None, other: str | None, hours: int, own: bool, kind: str | None, name: str
) -> None:
    site = "one.example" if own else ""
    link = link_of(side(2, other, hours=hours, site=site), side(1, one, site=site), counts={})
    assert (link and link.kind) == kind
    if link is not None:
        assert (link.story_id, link.other_id) == (2, 1) and 0 < link.score <= 1 and link.reason


COMMON: list[tuple[Mapping[str, int], bool]] = [
    ({}, True),
    ({"33": 12, "pendle": 12, "farid": 12, "nasser": 12, "rescued": 12, "saturday": 12}, False),
]


@pytest.mark.parametrize(("counts", "linked"), COMMON)
def test_teasers_are_linked_by_rare_names_only(counts: Mapping[str, int], linked: bool) -> None:
    assert (link_of(side(2, OUT, hours=1), side(1, WELL), counts=counts) is not None) == linked


def test_no_link_by_the_title_alone() -> None:
    title = "Ferry with 301 people aground near Belmore after storm in Arden"
    other = "The council votes on Monday about a new library in Mill Street, the mayor said. It will cost 4 million."
    assert link_of(side(2, other, title=title), side(1, FERRY, title=title), counts={}) is None
