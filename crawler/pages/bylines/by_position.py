"""Bylines that stand where bylines do, without a mark: beside the headline, and at the end of the text.

Pure. `normalise.bylines.unmarked_lines` reads each line; this decides which forms count at which place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice

from lxml import html

from newsdesk.crawler.normalise.bylines.unmarked_lines import (
    LONGEST,
    BylineLine,
    is_credit_of_others,
    is_label,
    read_line,
)
from newsdesk.crawler.pages.bylines.lines import Line, lines_of
from newsdesk.crawler.pages.bylines.visible import is_hidden, is_of_other_story
from newsdesk.crawler.pages.dates.visible import ancestors_of
from newsdesk.crawler.pages.layout import is_outside_story, text_of

_BEFORE, _AFTER = 4, 24  # lines beside the headline
_AROUND = 3  # ancestors of the headline; lines before it stand in one of them
_PROSE = 120  # characters of a line of text
_STANDFIRST = 500  # characters of text between the headline and a byline
_AT_END = 8  # lines after the text
_SIGNED = 3  # words of a signature after the text
_BESIDE = 3  # lines after the headline among which a name alone may stand
_NAME = r"[^\W\d_a-z][\w.’'-]*"
_SIGNED_LINE = re.compile(
    rf"[^©]{{0,60}}?[\s|·•,–—-](?P<signed>(?P<by>By|BY|by|Von|VON|von|Par|PAR|par|Por|POR|por|Di|di|Door|door|Av|av|Af|af|Przez|przez)"
    rf":?\s+{_NAME}\s.{{1,80}})"
)
_CONTACT_LINES = 3  # before and after a name
_CONTACT = re.compile(
    r"@|www\.|\+\d{2}|\b(?:tel|telefon|telefono|teléfono|téléphone|phone|fax|mobile?|e-?mail|contact\w*|kontakt\w*|contatti?|contatto"
    r"|ansprechpartner\w*|rückfragen|pressekontakt\w*|adresse|address|dirección|indirizzo|контакт\w*|тел)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[^:：]{1,38}+[:：]")
_PICTURE_CLASS = re.compile(r"caption|credit|copyright", re.IGNORECASE)
_PICTURES = ("figure", "figcaption", "blockquote")
_INLINE = ("span", "a", "em", "strong", "b", "i", "small", "time", "font", "cite", "label")
_INLINES = 12  # of a line that are tried one by one
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TOPIC = re.compile(
    r"/(?:tags?|topics?|themen?|thema|categor\w+|kategor\w+|rubri\w+|sections?|search|suche|person(?:en|as|s)?|dossiers?|stichwort\w*|etiquetas?)/",
    re.IGNORECASE,
)


def bylines_by_position(
    tree: html.HtmlElement, headline: html.HtmlElement | None, language: str | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The bylines beside the headline, and those at the end of the text."""
    body = next(tree.iter("body"), None)
    if body is None:
        return (), ()
    lines = _with_labels(lines_of(body), language)
    headline_ancestors = ancestors_of(headline)

    @cache
    def prose() -> str:
        # a biography begins with the name, so the beginnings of paragraphs do not count
        return "\n".join(
            f" {line.text}" if line.block is headline else line.text
            for line in lines
            if line.length >= _PROSE or line.block is headline
        ).casefold()

    def counts(at: int, found: BylineLine) -> bool:
        block = lines[at].block
        if (
            is_outside_story(block, headline_ancestors)
            or is_of_other_story(block, headline_ancestors)
            or is_hidden(block)
            or any(one.tag in _PICTURES for one in (block, *block.iterancestors()))
            or any(_PICTURE_CLASS.search(one.get("class") or "") for one in (block, *_whole(lines[at])))
        ):
            return False
        return found.form != "names" or not (
            # the text is about the person, or a section of it is
            any(f" {name}" in prose() for name in found.names.casefold().split("; "))
            or (at + 1 < len(lines) and lines[at + 1].block.tag in _HEADINGS)
        )

    beside = [*(_beside_headline(lines, headline) if headline is not None else ())]
    at_end = [*_after_text(lines, headline_ancestors)]
    first, last = (beside[0][0], at_end[-1]) if beside and at_end else (0, len(lines))
    labelled = [
        at
        for at, line in enumerate(lines[first : last + 1], first)
        if line.label or ((colon := _LABEL.match(line.text)) and is_label(colon[0], language))
    ]
    return (
        tuple(
            found.names
            for at, distance in beside
            if (found := _at_headline(lines[at], distance, language)) and counts(at, found)
        )
        + tuple(
            found.names
            for at in labelled
            if (found := read_line(lines[at].text, language)) and counts(at, found)
        ),
        tuple(
            found.names
            for at in at_end
            if (found := _at_end(lines[at], language))
            and counts(at, found)
            and not (found.form == "names" and _is_contact(lines, at))
        ),
    )


def _is_contact(lines: Sequence[Line], at: int) -> bool:
    """Whether the lines around a name are those of a contact: `Press contact`, the name, a telephone number."""
    around = (*lines[max(0, at - _CONTACT_LINES) : at], *lines[at + 1 : at + 1 + _CONTACT_LINES])
    return any(line.length < _PROSE and _CONTACT.search(line.text) for line in around)


def _whole(line: Line) -> Iterator[html.HtmlElement]:
    """The inline elements that hold the whole line."""
    inner = line.block
    while len(inner) == 1 and inner[0].tag in _INLINE:
        inner = inner[0]
        yield inner


def _with_labels(lines: Sequence[Line], language: str | None) -> Sequence[Line]:
    """The lines; one that is only a credit is put before the next: `Author` in one cell, the name in another."""
    joined: list[Line] = []
    for line in lines:
        before = joined[-1] if joined else None
        if before is not None and is_label(before.text, language) and len(line.text) <= LONGEST:
            text = f"{before.text.rstrip(' :：')}: {line.text}"
            joined[-1] = Line(text, line.block, len(text), label=True)
        else:
            joined.append(line)
    return joined


def _beside_headline(lines: Sequence[Line], headline: html.HtmlElement) -> Iterator[tuple[int, int]]:
    """The positions of the lines after the headline, up to the text, and of those before it; each with its
    distance."""
    in_headline = frozenset(headline.iter())
    inside = [at for at, line in enumerate(lines) if line.block in in_headline]
    if not inside:
        return
    first, end = inside[0], inside[-1] + 1
    prose = 0
    for distance, line in enumerate(lines[end : end + _AFTER]):
        yield end + distance, distance + 1
        prose += line.length if line.length >= _PROSE else 0
        if prose > _STANDFIRST:
            break
    around = [*islice(headline.iterancestors(), _AROUND)]
    for at in range(first - 1, max(-1, first - 1 - _BEFORE), -1):
        if any(one in around for one in (lines[at].block, *lines[at].block.iterancestors())):
            yield at, at - first


def _at_headline(line: Line, distance: int, language: str | None) -> BylineLine | None:
    if line.length >= _PROSE * 2 or (line.block.tag in _HEADINGS[1:] and distance > 1):
        return None
    found = read_line(line.text, language) or _signed(line.text, language)
    if found is None or found.form == "names":
        for inner in islice(line.block.iter(*_INLINE), _INLINES):
            part = text_of(inner, most=200)
            if part != line.text and (one := read_line(part, language)) and one.form != "names":
                return one
    if found is None or (found.form != "credit" and _is_topic(line)):
        return None
    if found.form == "names" and not 0 < distance <= _BESIDE:
        return None
    return found


def _signed(text: str, language: str | None) -> BylineLine | None:
    """The part of a line from "by" on: `Blog post by Ann Hill`."""
    found = _SIGNED_LINE.fullmatch(text)
    if found is None or is_credit_of_others(text[: found.start("signed")], found["by"]):
        return None
    one = read_line(found["signed"], language)
    return one if one is not None and one.form == "credit" else None


def _is_topic(line: Line) -> bool:
    return any(_TOPIC.search(link.get("href") or "") for link in line.block.iter("a"))


def _after_text(lines: Sequence[Line], headline_ancestors: frozenset[html.HtmlElement]) -> Iterator[int]:
    """The positions of the lines after the last paragraph of the story."""
    sizes: Counter[html.HtmlElement] = Counter()
    last: dict[html.HtmlElement, int] = {}
    for at, line in enumerate(lines):
        if line.length >= _PROSE and not is_outside_story(line.block, headline_ancestors):
            above = line.block.getparent() if line.block.tag in ("p", "blockquote", "li") else line.block
            if above is not None:
                sizes[above] += line.length
                last[above] = at
    if not sizes:
        return
    text = max(sizes, key=lambda one: sizes[one])
    outer = text.getparent() if text.tag not in ("body", "article", "main") else text
    begin = last[text] + 1
    for at, line in enumerate(lines[begin : begin + _AT_END], begin):
        if line.length >= _PROSE or (
            outer is not None and outer not in line.block.iterancestors() and line.block is not outer
        ):
            return
        yield at


def _at_end(line: Line, language: str | None) -> BylineLine | None:
    if line.block.tag in (*_HEADINGS, "li", "td") or _is_topic(line):
        return None
    found = read_line(line.text, language)
    return found if found is None or found.form == "credit" or len(found.names.split()) <= _SIGNED else None
