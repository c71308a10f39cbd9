"""Cards: the part of a page that belongs to one story alone, found while the tree is walked. Pure.

An element that holds the headline of one story is that story's card, and so is the largest one around it. Where
stories follow each other without elements of their own, a card ends where the next headline begins.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from newsdesk.crawler.links.anchor_text import naming_words, word_count
from newsdesk.crawler.links.regions import Part
from newsdesk.crawler.links.tables.labels import ADVERTISEMENT

_MOST_LINKS_OF_CARD = 12  # of a card whose heading is no link
_LONGEST_CARD = 1_500  # characters beside links; more is the text of a story or of the whole page
_CARD_TAGS = ("article", "li")
_STRETCHED = frozenset(("article", "li", "div", "section", "td", "figure", "a"))


@dataclass(slots=True, eq=False)
class OpenLink:
    """A link while the tree is walked."""

    address: str
    canonical: str
    part: Part | None
    position: int
    heading: int
    in_anchor_class: bool
    rel: tuple[str, ...]
    fallback: str  # its aria-label or title
    layout: str = ""
    text: str = ""
    pieces: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)  # without what stands above the title
    headings: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    length: int = 0
    alt: str = ""
    picture: bool = False
    date: str | None = None
    summary: int = 0
    label: str | None = None


@dataclass(slots=True, eq=False)
class Card:
    """What was read of one card, or of the run of a card among others. `single`: the address of its links, "" for
    several."""

    headline: str | None = None
    links: list[OpenLink] = field(default_factory=list)
    single: str | None = None
    date: str | None = None
    next_date: str | None = None
    summary: int = 0
    picture: bool = False
    label: str | None = None
    is_sealed: bool = False  # its own element has ended
    free_heading: str = ""
    heading_level: int = 0

    def add_date(self, text: str) -> None:
        """A second date belongs to the next card, where dates stand before their headlines."""
        if self.date is None:
            self.date = text
        elif self.headline is not None:
            self.next_date = text

    def add_label(self, text: str, *, in_link: bool) -> None:
        """What says that somebody paid. The plain word for advertising also stands over each advertisement between
        two stories, so that it counts only before the headline or inside the link."""
        if in_link or not (
            self.is_sealed or (self.headline is not None and text.casefold() in ADVERTISEMENT)
        ):
            self.label = text

    def add_link(self, link: OpenLink, *, is_headline: bool) -> None:
        self.links.append(link)
        self.single = link.canonical if self.single in (None, link.canonical) else ""
        if is_headline:
            self.headline = link.canonical

    def take_free_heading(self) -> None:
        """A heading without a link names the only link of its card that has no text of its own: one that is stretched
        over the card, or says "read more"."""
        if (
            self.headline is not None
            or len(self.links) > _MOST_LINKS_OF_CARD
            or naming_words(self.free_heading) < 3
        ):
            return
        nameless = [link for link in self.links if naming_words(link.text) < 1]
        if not nameless and self.single and all(word_count(link.text) < 4 for link in self.links):
            nameless = self.links
        if len({link.canonical for link in nameless}) == 1:
            link = nameless[0]
            link.text, link.heading = self.free_heading, self.heading_level
            self.headline = link.canonical

    def close(self) -> None:
        """Give the links to the card's story what the card shows."""
        self.take_free_heading()
        is_card = self.summary <= _LONGEST_CARD
        for link in self.links:
            if is_card and link.canonical == self.headline:
                link.date, link.summary = link.date or self.date, max(link.summary, self.summary)
                link.picture, link.label = link.picture or self.picture, self.label
        self.links = []

    def after(self) -> Card:
        """The card that follows in the same element."""
        self.close()
        return Card(date=self.next_date)


@dataclass(slots=True, eq=False)
class Frame:
    """An element while the tree is walked: the card that is being read in it, and whether there were others."""

    tag: str
    part: Part | None
    in_card: bool
    heading: int
    in_title: bool
    anchor: OpenLink | None
    layout: str = ""  # its tag and classes
    is_title: bool = False  # inside a link, in what its class calls a title
    is_kicker: bool = False  # inside a link, in what stands above its title
    card: Card = field(default_factory=Card)
    has_several: bool = False
    headlines: int = 0
    text: list[str] = field(default_factory=list)  # of a heading outside links

    def begin_card_of(self, headline: str | None) -> None:
        """A headline of another story ends the card."""
        if headline is not None and self.card.headline not in (None, headline):
            self.card, self.has_several = self.card.after(), True

    def take(self, inner: Frame) -> None:
        """An element inside has ended."""
        self.headlines += inner.headlines
        if inner.tag in _STRETCHED and not inner.has_several:
            inner.card.take_free_heading()
        if inner.has_several:
            inner.card.close()
            self.card, self.has_several = self.card.after(), True
            return
        other = inner.card
        self.begin_card_of(other.headline)
        card = self.card
        if other.free_heading and card.free_heading and card.links and card.headline is None:
            card.take_free_heading()
            self.card, self.has_several = card.after(), True
            card = self.card
        if len(other.links) > len(
            card.links
        ):  # the shorter list is copied, so that all copies together are few
            card.links, other.links = other.links, card.links
        card.links += other.links
        if other.single is not None:
            card.single = other.single if card.single in (None, other.single) else ""
        if other.date is not None:
            card.add_date(other.date)
        card.headline = card.headline or other.headline
        card.summary += other.summary
        card.picture = card.picture or other.picture
        if other.label is not None and card.label is None:
            card.add_label(other.label, in_link=other.headline is not None)
        card.is_sealed = (
            card.is_sealed or other.is_sealed or (inner.tag in _CARD_TAGS and card.headline is not None)
        )
        if other.free_heading and not card.free_heading:
            card.free_heading, card.heading_level = other.free_heading, other.heading_level
