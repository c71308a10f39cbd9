"""The links of a home or section page, with what stands around each.

Pure, never raises on any page. One walk over the tree; limits on characters, elements and links.
"""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

from lxml import etree, html

from newsdesk.crawler.documents.html import decode_html, parse_html
from newsdesk.crawler.links.anchor_text import LONGEST as LONGEST_TEXT
from newsdesk.crawler.links.anchor_text import naming_words, word_count
from newsdesk.crawler.links.cards import Frame, OpenLink
from newsdesk.crawler.links.item_lists import listed_addresses
from newsdesk.crawler.links.models import PageLink
from newsdesk.crawler.links.printed_dates import is_date
from newsdesk.crawler.links.regions import (
    Part,
    is_card_tag,
    layout_of,
    names_headline,
    names_kicker,
    names_title,
    part_of,
)
from newsdesk.crawler.links.tables.labels import LONGEST_LABEL, paid_label
from newsdesk.crawler.normalise.urls.canonical import absolute_url, canonical_url, is_front_form

MOST_LINKS = 5_000
MOST_ELEMENTS = 200_000
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_SKIPPED = frozenset(("script", "style", "svg", "select", "textarea", "iframe", "object", "math"))
_NO_STORY_PART = frozenset(
    ("tags", "author", "breadcrumb", "share", "pagination", "footer", "navigation", "account")
)
_DATE_CLASS = ("date", "time", "datum", "fecha", "zeit", "pubdate", "published")


def read_links(body: bytes, *, address: str, charset: str | None = None) -> tuple[PageLink, ...]:
    """The links of the page that `address` returned, in document order; () where there is no HTML. `charset` comes
    from the HTTP header. Links to the page itself, and those that are no web addresses, are left out."""
    tree = parse_html(decode_html(body, charset).text)
    if tree is None:
        return ()
    walk = _Walk(tree, address)
    walk.run()
    return walk.links()


class _Walk:
    """One walk over a page: the frames of the elements that are open, and what was found."""

    def __init__(self, tree: html.HtmlElement, address: str) -> None:
        self.tree = tree
        self.base = address
        for element in tree.iter("base"):
            self.base = absolute_url(element.get("href") or "", base=address) or address
            break
        self.own = canonical_url(address)
        self.found: list[OpenLink] = []
        self.scripts: list[str] = []
        self.frames = [Frame("", None, False, 0, False, None)]
        self.headlines = 0
        self.parts: list[Part] = []  # that have ended
        self.known: dict[str, tuple[str, str] | None] = {}

    def run(self) -> None:
        walk = etree.iterwalk(self.tree, events=("start", "end"))
        skipped: html.HtmlElement | None = None
        for count, (event, element) in enumerate(walk):
            tag = element.tag
            if event == "start":
                if not isinstance(tag, str) or tag in _SKIPPED:
                    if tag == "script" and "ld+json" in (element.get("type") or "").lower():
                        self.scripts.append(element.text or "")
                    skipped = element
                    walk.skip_subtree()
                    continue
                if count > 2 * MOST_ELEMENTS or len(self.found) >= MOST_LINKS:
                    break
                self.start(tag, element)
            else:
                if element is skipped:
                    skipped = None
                else:
                    self.end(tag)
                self.text(element.tail)
        while len(self.frames) > 1:
            self.end(self.frames[-1].tag)
        self.frames[0].card.close()

    def start(self, tag: str, element: html.HtmlElement) -> None:
        outer = self.frames[-1]
        names = f"{element.get('class') or ''} {element.get('id') or ''}".strip()
        part = part_of(tag, element.get("role"), names, outer.part, in_card=outer.in_card)
        in_card = outer.in_card or is_card_tag(tag)
        heading = _HEADINGS.get(tag, outer.heading)
        if element.get("role") == "heading":
            heading = heading or 3
        title = tag not in ("body", "html", "main") and bool(names) and names_headline(names)
        frame = Frame(tag, part, in_card, heading, title, outer.anchor)
        if outer.anchor is not None:
            frame.is_kicker = outer.is_kicker or (bool(names) and names_kicker(names))
            frame.is_title = outer.is_title or (bool(names) and names_title(names))
        frame.layout = layout_of(tag, element.get("class"))
        self.frames.append(frame)
        if tag == "a":
            frame.anchor = self.link(element, frame, names) or outer.anchor
        elif tag == "link":
            self.head_link(element)
        elif tag in ("img", "picture", "amp-img", "video"):
            frame.card.picture = True
            if frame.anchor is not None:
                frame.anchor.picture = True
                frame.anchor.alt = frame.anchor.alt or _line(element.get("alt"))
        elif tag == "time" and (printed := element.get("datetime")):
            frame.card.add_date(printed.strip()[:60])
        self.text(element.text)

    def text(self, text: str | None) -> None:
        if not text or text.isspace():
            return
        frame = self.frames[-1]
        line = " ".join(text[:2_000].split())
        anchor = frame.anchor
        if len(line) <= 60 and frame.heading == 0 and (is_date(line) or frame.tag == "time"):
            frame.card.add_date(line)
            if anchor is not None and frame.tag == "a":
                anchor.pieces.append(line)
            return
        if len(line) <= LONGEST_LABEL and (label := paid_label(line)) is not None:
            if frame.part is None or frame.part.region != "advertisement":
                frame.card.add_label(label, in_link=anchor is not None)
            return
        if anchor is None:
            if frame.heading:
                frame.text.append(line)
            else:
                frame.card.summary += len(line)
            return
        if anchor.length < LONGEST_TEXT:
            anchor.length += len(line)
            is_rank = line.isdigit() and len(line) <= 3 and not anchor.pieces  # in a list of the most read
            for texts, belongs in (
                (anchor.headings, (frame.heading and anchor.heading == 0) or frame.tag in _HEADINGS),
                (anchor.titles, frame.is_title),
                (anchor.plain, True),
            ):
                if belongs and not frame.is_kicker and not is_rank:
                    texts.append(line)
            if not is_rank:
                anchor.pieces.append(line)

    def end(self, tag: str) -> None:
        frame = self.frames.pop()
        outer = self.frames[-1]
        if tag == "a" and frame.anchor is not None and frame.anchor is not outer.anchor:
            self.end_link(frame, frame.anchor)
        elif frame.text:
            if tag in _HEADINGS or not outer.heading:
                if not frame.card.links and not frame.card.free_heading:
                    frame.card.free_heading = " ".join(frame.text)[:LONGEST_TEXT]
                    frame.card.heading_level = frame.heading
            else:
                outer.text += frame.text
        if tag in _HEADINGS and frame.anchor is not None and frame.anchor.headings:
            frame.anchor.heading = frame.anchor.heading or _HEADINGS[tag]
        if frame.part is not None and frame.part is not outer.part:
            frame.part.headlines += frame.headlines
            self.parts.append(frame.part)
        outer.take(frame)

    def link(self, element: html.HtmlElement, frame: Frame, names: str) -> OpenLink | None:
        href = (element.get("href") or "").strip()
        if not href or href.startswith(("#", "javascript:", "mailto:", "tel:")):
            href = (element.get("data-href") or element.get("data-url") or "").strip()
        resolved = self.resolve(href)
        if resolved is None:
            return None
        link = OpenLink(
            address=resolved[0],
            canonical=resolved[1],
            part=frame.part,
            position=len(self.found),
            heading=frame.heading,
            in_anchor_class=frame.in_title or self.frames[-2].in_title,
            rel=tuple((element.get("rel") or "").lower().split()[:8]),
            fallback=_line(element.get("aria-label")) or _line(element.get("title")),
        )
        region = link.part.region if link.part is not None else "main"
        link.layout = f"{region} " + " ".join(one.layout for one in self.frames[-3:])
        self.found.append(link)
        return link

    def resolve(self, href: str) -> tuple[str, str] | None:
        """The address to request and the canonical one; None for what is no other page."""
        if href in self.known:
            return self.known[href]
        address = absolute_url(href, base=self.base) if href else None
        found = None
        if address is not None:
            address = address.partition("#")[0]
            canonical = canonical_url(address)
            if canonical.startswith("//") and canonical != self.own and urlsplit(canonical).hostname:
                found = (address, canonical)
        self.known[href] = found
        return found

    def head_link(self, element: html.HtmlElement) -> None:
        rel = tuple((element.get("rel") or "").lower().split()[:8])
        resolved = self.resolve((element.get("href") or "").strip()) if "next" in rel else None
        if resolved is not None:
            self.found.append(OpenLink(*resolved, None, len(self.found), 0, False, (*rel, "in-head"), ""))

    def end_link(self, frame: Frame, link: OpenLink) -> None:
        """The text of a link: its heading, else what its classes call a title, else all of it, else a label."""
        for texts in (link.headings, link.titles, link.plain, link.pieces):
            if word_count(text := " ".join(texts)[:LONGEST_TEXT]) >= 2 or (texts and texts is link.pieces):
                link.text = text
                break
        link.in_anchor_class = link.in_anchor_class or bool(link.titles)
        if word_count(link.text) < 2 and word_count(link.fallback or link.alt) > word_count(link.text):
            link.text = link.fallback or link.alt
        if link.text.endswith(("…", "...")) and link.fallback.startswith(link.text.rstrip("….")):
            link.text = link.fallback  # a list cuts its titles
        frame.card.summary += max(link.length - len(link.text), 0)
        words = naming_words(link.text)
        region = link.part.region if link.part is not None else "main"
        is_headline = (
            (words >= 4 or (words >= 1 and link.heading > 0) or (words >= 2 and link.in_anchor_class))
            and region not in _NO_STORY_PART
            and not {"tag", "author"} & set(link.rel)
            and not is_front_form(link.canonical)
        )
        frame.begin_card_of(link.canonical if is_headline else None)
        frame.card.add_link(link, is_headline=is_headline)
        if words >= 4:  # in a part of any name, since they tell which names are wrong
            frame.headlines += 1
            self.headlines += 1

    def links(self) -> tuple[PageLink, ...]:
        listed = listed_addresses(self.scripts, base=self.base)
        times = Counter(link.canonical for link in self.found)
        alike: Counter[str] = Counter()
        for part in self.parts:
            alike[part.names] += part.headlines
        for part in self.parts:
            part.alike = alike[part.names]
        links = [
            PageLink(
                address=link.address,
                canonical=link.canonical,
                text=link.text,
                position=position,
                region="head"
                if "in-head" in link.rel
                else link.part.trusted(self.headlines)
                if link.part
                else "main",
                heading=link.heading,
                in_anchor_class=link.in_anchor_class,
                rel=link.rel,
                date=link.date,
                summary=link.summary,
                picture=link.picture,
                label=link.label,
                listed=link.canonical in listed,
                repetition=times[link.canonical],
                layout=link.layout,
            )
            for position, link in enumerate(self.found)
        ]
        for canonical, (address, name) in listed.items():
            if canonical not in times and canonical != self.own:
                links.append(
                    PageLink(
                        address=address,
                        canonical=canonical,
                        text=name,
                        position=len(links),
                        region="json-ld",
                        listed=True,
                    )
                )
        return tuple(links)


def _line(text: str | None) -> str:
    return " ".join(text[:LONGEST_TEXT].split()) if text else ""
