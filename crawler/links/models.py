"""The records of links: a link as it stands on a page, and a link that was chosen. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Region = Literal[
    "main",  # inside <main>, or in no part with a name
    "aside",
    "related",  # also most read, latest, recommended: these are stories too, often older ones
    "header",
    "navigation",
    "breadcrumb",
    "footer",
    "pagination",
    "tags",
    "author",
    "comments",
    "share",
    "account",  # log in, subscribe, newsletters
    "advertisement",
    "head",  # a <link> in the head
    "json-ld",  # in a list of the page's JSON-LD
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    """One link of a page, in document order.

    `address` is to be requested, `canonical` to be compared (`canonical_url`). `text`: what stands in the anchor, else
    its label, its picture's text, or the headline of its card; "" without any. `heading`: level of the heading that
    the link stands in or holds, 0 for none. The card is the part of the page that belongs to this story alone:
    `date` as printed in it, `summary` the characters of its text beside links, `picture` whether it has one, `label`
    what it says about who paid for it. `listed`: the address is in a list of the page's JSON-LD. `repetition`: how
    many links of the page have this canonical address. `layout`: the elements and classes around the link, equal for
    links that a template repeats.
    """

    address: str
    canonical: str
    text: str
    position: int
    region: Region = "main"
    heading: int = 0
    in_anchor_class: bool = False  # a class at the link names a headline or a teaser
    rel: tuple[str, ...] = ()
    date: str | None = None
    summary: int = 0
    picture: bool = False
    label: str | None = None
    listed: bool = False
    repetition: int = 1
    layout: str = ""


class Reason(NamedTuple):
    """Why a link counts as a story, or not: `weight` is added to the score."""

    name: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLink:
    """An address of a page with its best title. `score` is the sum of the reasons; above 0 it is a story.
    `position`: of its first link."""

    address: str
    canonical: str
    title: str | None
    date: str | None
    position: int
    score: float
    reasons: tuple[Reason, ...]

    @property
    def is_story(self) -> bool:
        return self.score > 0
