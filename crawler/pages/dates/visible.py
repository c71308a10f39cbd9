"""The visible dates of a page, and their position: in the headline, near it, elsewhere.

Pure. Strings as printed. Which one is chosen is decided by `normalise.dates.precedence`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from itertools import islice
from typing import TypeVar

from lxml import html

from newsdesk.crawler.pages.dates.other_stories import is_never_published, is_of_other_story
from newsdesk.crawler.pages.dates.prose import openings, sentences
from newsdesk.crawler.pages.layout import (
    class_and_id,
    is_aside,
    is_outside_story,
    links_to_front_page,
    text_of,
)

T = TypeVar("T")
# Every printed day has one of these: a year and a number, three short numbers, or a month sign between two
# numbers. Parsing is slow, so text without them is not parsed.
_LOOKS_LIKE_DAY = re.compile(
    r"(?<!\d)\d{1,2}(?!\d).*\d{4}|\d{4}.*(?<!\d)\d{1,2}(?!\d)|\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{2}"
    r"|\d\s?[月월]\s?\d",
    re.DOTALL,
)
_NOT_PUBLISHED = re.compile(r"updat|modif|comment|expire|event|reply", re.IGNORECASE)
_PUBLISHED = re.compile(r"publi|(?:entry|post)-date", re.IGNORECASE)  # even beside "updated"
_MARKED = re.compile(r"publi|date|datum|fecha|time|posted|stamp|byline", re.IGNORECASE)
_MARKED_OUTSIDE = re.compile(r"date|datum|fecha|publi|meta", re.IGNORECASE)
_LABEL = re.compile(
    r"^(?:(?:first |originally )?(?:published|posted|publié|veröffentlicht|pubblicato|publicado"
    r"|publicerad|opublikowano"
    r"|gepubliceerd|created|date|datum|fecha|data)(?: on| am| le| il| el| op)?\s*:?\s*)",
    re.IGNORECASE,
)
_SKIPPED = frozenset(
    "script style noscript svg template nav form select iframe head meta link title html".split()  # noqa: SIM905  (read as text)
)
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"\W+")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_ENDS = (".", "!", "?", "。", "！", "？")
_LINE = 7  # words; a sentence has more
_LABEL_CHARS = 40  # characters of a label before a date, which is cut off
SHORTEST, LONGEST = 6, 100  # characters of a line with a date
_PROSE = 160  # characters of a paragraph of the story
_INNER, _BREAKS = 6, 40  # elements inside the element of a line, and of one with several lines
_BLOCK = 150  # characters of a block of date and author
MOST = 6  # dates of one origin
_ABOVE, _BELOW = 60, 200  # elements around the headline that are searched
_HEADINGS, _TIMES, _ELEMENTS = 200, 500, 20_000  # elements of a page that are searched, of each kind
_TITLE = 9  # letters from which a heading is recognised by the titles


def dates_near(tree: html.HtmlElement, headline: html.HtmlElement | None) -> Iterator[tuple[str, str]]:
    """(origin, printed) of the dates around the headline, and of time elements anywhere in the story:
    *headline*, *line* below it, *line above* it, *time* below it, *far time*."""
    headline_ancestors = ancestors_of(headline)
    below: list[html.HtmlElement] = []
    above: list[html.HtmlElement] = []
    if headline is not None:
        text = text_of(headline, most=300)
        if _LOOKS_LIKE_DAY.search(text):
            yield "headline", text
        below, above = list(_elements_below(headline)), list(_elements_above(headline, headline_ancestors))
    yield from _first(_named("line", below, headline_ancestors))
    yield from _first(_named("line above", above, headline_ancestors))
    yield from _first(_times(tree, below, headline_ancestors))
    yield from (("opening", opening) for opening in _first(openings(below)))


def dates_elsewhere(tree: html.HtmlElement, headline: html.HtmlElement | None) -> Iterator[tuple[str, str]]:
    """The other dates in the story's part of the page: *marked line* if its class says date, else *far line*."""
    headline_ancestors = ancestors_of(headline)
    outside: set[str] = set()
    marked: list[str] = []
    others: list[str] = []
    tags = ("p", "span", "div", "li", "small", "em", "td", "dd", "b", "i", "strong", "a")
    for element in islice(tree.iter(*tags), _ELEMENTS):
        lines = tuple(_lines_of(element))
        if not lines or is_never_published(element, headline_ancestors):
            continue
        names = class_and_id(element)
        if _MARKED_OUTSIDE.search(names):
            outside.update(lines)
        for origin, line in _named("marked line", (element,), headline_ancestors):
            (marked if origin == "marked line" and _MARKED.search(names) else others).append(line)
        if len(marked) == MOST:
            break
    yield from (("marked line", line) for line in marked)
    yield from (("sentence", one) for one in _first(sentences(tree, headline_ancestors)))
    yield from (("far line", line) for line in others[:MOST])
    if not marked and not others and len(outside) == 1:  # beside the story, and the page has no other date
        yield "far line", outside.pop()


def find_headline(tree: html.HtmlElement, titles: tuple[str, ...]) -> html.HtmlElement | None:
    """The element of the story's headline: the first heading whose text is part of one of `titles`, those in
    side columns last; else the first h1."""
    letters_of_titles = [_letters(one) for one in titles]
    first = aside = None
    for tag in ("h1", "h2", "h3"):
        for element in islice(tree.iter(tag), _HEADINGS):
            letters = _letters(text_of(element, most=300))
            in_title = len(letters) >= _TITLE and any(letters in one for one in letters_of_titles)
            is_candidate = in_title or (tag == "h1" and first is None)
            if not letters or not is_candidate or links_to_front_page(element):
                continue
            if is_aside(element):
                aside = aside if aside is not None or not in_title else element
            elif in_title:
                return element
            else:
                first = element
    return aside if aside is not None else first


def ancestors_of(headline: html.HtmlElement | None) -> frozenset[html.HtmlElement]:
    return frozenset() if headline is None else frozenset(headline.iterancestors())


def _letters(text: str) -> str:
    return _WORD.sub("", text.casefold())


def _first(found: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(islice(found, 2 * MOST)))[:MOST]


def _elements_below(headline: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """The elements that follow the headline, until the story's second paragraph."""
    prose = 0
    element = _next(headline, inside=False)
    for _ in range(_BELOW):
        if element is None or prose == 2:
            return
        inside = isinstance(element.tag, str) and element.tag not in _SKIPPED
        if inside:
            yield element
            prose += element.tag in ("p", "div") and len((element.text or "").strip()) > _PROSE
        element = _next(element, inside=inside)


def _next(element: html.HtmlElement, *, inside: bool) -> html.HtmlElement | None:
    """The element that follows in the document's order."""
    if inside and len(element):
        return element[0]
    here: html.HtmlElement | None = element
    while here is not None:
        following = here.getnext()
        if following is not None:
            return following
        here = here.getparent()
    return None


def _elements_above(
    headline: html.HtmlElement, headline_ancestors: Set[html.HtmlElement]
) -> Iterator[html.HtmlElement]:
    """The elements before the headline, the nearest first, without its ancestors."""
    element = _previous(headline)
    for _ in range(_ABOVE):
        if element is None or element.tag in ("body", "head"):
            return
        if isinstance(element.tag, str) and element not in headline_ancestors:
            yield element
        element = _previous(element)


def _previous(element: html.HtmlElement) -> html.HtmlElement | None:
    """The element before this one in reverse document order: the last one inside the sibling before it, else
    its parent."""
    here = element.getprevious()
    if here is None:
        return element.getparent()
    while len(here):
        here = here[-1]
    return here


def _named(
    origin: str, elements: Iterable[html.HtmlElement], headline_ancestors: Set[html.HtmlElement]
) -> Iterator[tuple[str, str]]:
    """The lines with a date and their origin: *far line* where they probably belong to another story."""
    for element in elements:
        lines = tuple(_lines_of(element))
        if lines and is_never_published(element, headline_ancestors):
            continue
        if (
            lines
            and not _is_outside(element, headline_ancestors)
            and not _is_other_date(class_and_id(element))
        ):
            here = "far line" if is_of_other_story(element, headline_ancestors) else origin
            yield from ((here, line) for line in lines)


def _is_other_date(names: str) -> bool:
    """Whether an element's class or id says that its date is not the date of publication."""
    return bool(_NOT_PUBLISHED.search(names)) and not _PUBLISHED.search(names)


def _is_outside(element: html.HtmlElement, headline_ancestors: Set[html.HtmlElement]) -> bool:
    """`is_outside_story`, but a short aside directly beside the headline is the block of date and author."""
    if not is_outside_story(element, headline_ancestors):
        return False
    for outer in element.iterancestors("aside"):
        if outer.getparent() in headline_ancestors and outer.getparent().tag not in ("body", "html"):
            return len(text_of(outer, most=2 * _BLOCK)) > _BLOCK
    return True


def _lines_of(element: html.HtmlElement) -> Iterator[str]:
    """The lines of an element that has digits itself; `br` ends a line."""
    if element.tag in _SKIPPED or not _has_digit(element):
        return
    if element.find("br") is None:
        line = _line(text_of(element, most=2 * LONGEST)) if len(element) <= _INNER else None
    else:
        pieces = [element.text or ""]
        for inner in element[:_BREAKS]:
            if inner.tag == "br":
                pieces.append(inner.tail or "")
            else:
                pieces[-1] += f" {text_of(inner, most=LONGEST)} {inner.tail or ''}"
        found = (_line(" ".join(piece.split())) for piece in pieces)
        line = next((one for one in found if one is not None), None)
    if line is not None:
        yield line


def _line(text: str) -> str | None:
    """The text, if it is short and looks like a date; without a label."""
    if not SHORTEST <= len(text) <= LONGEST + _LABEL_CHARS or not _LOOKS_LIKE_DAY.search(text):
        return None
    text = _LABEL.sub("", text)
    if not SHORTEST <= len(text) <= LONGEST or (text.endswith(_ENDS) and len(_LETTERS.findall(text)) > _LINE):
        return None
    return text


def _has_digit(element: html.HtmlElement) -> bool:
    """Whether the element's own text has a digit; text of elements inside does not count."""
    if element.text and _DIGIT.search(element.text):
        return True
    return any(inner.tail and _DIGIT.search(inner.tail) for inner in element)


def _times(
    tree: html.HtmlElement, below: list[html.HtmlElement], headline_ancestors: Set[html.HtmlElement]
) -> Iterator[tuple[str, str]]:
    """Time elements: *time* below the headline, *far time* elsewhere in the story."""
    near = set(below)
    for element in islice(tree.iter("time"), _TIMES):
        names = f"{class_and_id(element)} {element.get('itemprop') or ''}"
        if _is_outside(element, headline_ancestors) or _is_other_date(names):
            continue
        text = (element.get("datetime") or "").strip() or text_of(element, most=LONGEST)
        if SHORTEST <= len(text) <= LONGEST:
            is_near = element in near and not is_of_other_story(element, headline_ancestors)
            yield ("time" if is_near else "far time"), text
