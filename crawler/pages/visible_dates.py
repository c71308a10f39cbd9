"""The dates that a page shows to people, and where they stand: in the headline, by it, elsewhere.

Pure. Strings as printed; which is believed is decided by `normalise.dates.precedence`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from itertools import islice
from typing import TypeVar

from lxml import html

from newsdesk.crawler.pages.layout import is_aside, is_beside, leads_home, names_of, text_of

T = TypeVar("T")
# What no printed day is without: a year and a number beside it, three short numbers, or a month's sign
# between two numbers. What is no day is seldom tried, since reading it costs most.
_DATED = re.compile(
    r"(?<!\d)\d{1,2}(?!\d).*\d{4}|\d{4}.*(?<!\d)\d{1,2}(?!\d)|\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{2}"
    r"|\d\s?[月월]\s?\d",
    re.DOTALL,
)
_NOT_PUBLISHED = re.compile(r"updat|modif|comment|expire|event|reply", re.IGNORECASE)
_PUBLISHED = re.compile(r"publi|(?:entry|post)-date", re.IGNORECASE)  # though "updated" stands beside it
_MARKED = re.compile(r"publi|date|datum|fecha|time|posted|stamp|byline", re.IGNORECASE)
_LEAD = re.compile(
    r"^(?:(?:first |originally )?(?:published|posted|publié|veröffentlicht|pubblicato|publicado"
    r"|publicerad|opublikowano"
    r"|gepubliceerd|created|date|datum|fecha|data)(?: on| am| le| il| el| op)?\s*:?\s*)",
    re.IGNORECASE,
)
_SKIPPED = frozenset(
    "script style noscript svg template nav form select iframe head meta link title html".split()  # noqa: SIM905  (read as text)
)
_FIGURE = re.compile(r"\d")
_WORD = re.compile(r"\W+")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_ENDS = (".", "!", "?", "。", "！", "？")
_LINE = 7  # words; a sentence has more
_LEADS = 40  # characters of the words before a date that are cut off
SHORTEST, LONGEST = 6, 100  # characters of a line with a date
_PROSE = 160  # characters of a paragraph of the story
MOST = 6  # dates of a kind
_ABOVE, _BEHIND = 60, 200  # elements round the headline that are looked at
_HEADINGS, _TIMES, _ELEMENTS = 200, 500, 20_000  # elements of a page that are looked at, of each kind
_TITLE = 9  # letters of a headline that is known by the titles


def near(tree: html.HtmlElement, top: html.HtmlElement | None) -> Iterator[tuple[str, str]]:
    """(origin, printed) of the dates round the headline `top`, and of marked times anywhere in the story:
    *headline*, *line* behind it, *line above* it, *time* behind it, *far time*."""
    frame = frame_of(top)
    behind: list[html.HtmlElement] = []
    above: list[html.HtmlElement] = []
    if top is not None:
        said = text_of(top, most=300)
        if _DATED.search(said):
            yield "headline", said
        behind, above = list(_behind(top)), list(_above(top, frame))
    yield from (("line", said) for said in _first(_lines(behind, frame)))
    yield from (("line above", said) for said in _first(_lines(above, frame)))
    yield from _first(_times(tree, behind, frame))


def far(tree: html.HtmlElement, top: html.HtmlElement | None) -> Iterator[tuple[str, str]]:
    """The dates elsewhere in the story's part of the page: *marked line* by its class, *far line* not."""
    frame = frame_of(top)
    marked: list[str] = []
    others: list[str] = []
    tags = ("p", "span", "div", "li", "small", "em", "td", "dd", "b", "i", "strong", "a")
    for element in islice(tree.iter(*tags), _ELEMENTS):
        for said in _lines((element,), frame):
            (marked if _MARKED.search(names_of(element)) else others).append(said)
        if len(marked) == MOST:
            break
    yield from (("marked line", said) for said in marked)
    yield from (("far line", said) for said in others[:MOST])


def headline(tree: html.HtmlElement, titles: tuple[str, ...]) -> html.HtmlElement | None:
    """The element with the story's headline: the first heading that one of the page's titles holds, one that
    stands aside after the others; else its first h1."""
    folded = [_folded(one) for one in titles]
    first = aside = None
    for tag in ("h1", "h2", "h3"):
        for element in islice(tree.iter(tag), _HEADINGS):
            said = _folded(text_of(element, most=300))
            held = len(said) >= _TITLE and any(said in one for one in folded)
            if not said or not (held or (tag == "h1" and first is None)) or leads_home(element):
                continue
            if is_aside(element):
                aside = aside if aside is not None or not held else element
            elif held:
                return element
            else:
                first = element
    return aside if aside is not None else first


def frame_of(top: html.HtmlElement | None) -> frozenset[html.HtmlElement]:
    return frozenset() if top is None else frozenset(top.iterancestors())


def _folded(text: str) -> str:
    return _WORD.sub("", text.casefold())


def _first(said: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(islice(said, 2 * MOST)))[:MOST]


def _behind(top: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """The elements that follow the headline, until the story's second paragraph."""
    prose = 0
    element = _next(top, inside=False)
    for _ in range(_BEHIND):
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


def _above(top: html.HtmlElement, frame: Set[html.HtmlElement]) -> Iterator[html.HtmlElement]:
    """The elements that stand before the headline, the nearest first, without those that hold it."""
    element = _previous(top)
    for _ in range(_ABOVE):
        if element is None or element.tag in ("body", "head"):
            return
        if isinstance(element.tag, str) and element not in frame:
            yield element
        element = _previous(element)


def _previous(element: html.HtmlElement) -> html.HtmlElement | None:
    """The element that ends before this one begins, or that holds it, read backwards."""
    here = element.getprevious()
    if here is None:
        return element.getparent()
    while len(here):
        here = here[-1]
    return here


def _lines(elements: Iterable[html.HtmlElement], frame: Set[html.HtmlElement]) -> Iterator[str]:
    for element in elements:
        said = _line(element)
        if said is not None and not is_beside(element, frame) and not _is_other(names_of(element)):
            yield said


def _is_other(names: str) -> bool:
    """Whether an element's names say that its date is not the publication's."""
    return bool(_NOT_PUBLISHED.search(names)) and not _PUBLISHED.search(names)


def _line(element: html.HtmlElement) -> str | None:
    """The short text like a date that stands in the element itself, with what is inside it."""
    if len(element) > 6 or element.tag in _SKIPPED or not _has_figure(element):
        return None
    said = text_of(element, most=2 * LONGEST)
    if not SHORTEST <= len(said) <= LONGEST + _LEADS or not _DATED.search(said):
        return None
    said = _LEAD.sub("", said)
    if not SHORTEST <= len(said) <= LONGEST or (said.endswith(_ENDS) and len(_LETTERS.findall(said)) > _LINE):
        return None
    return said


def _has_figure(element: html.HtmlElement) -> bool:
    """Whether one stands in the element's own text."""
    if element.text and _FIGURE.search(element.text):
        return True
    return any(inner.tail and _FIGURE.search(inner.tail) for inner in element)


def _times(
    tree: html.HtmlElement, behind: list[html.HtmlElement], frame: Set[html.HtmlElement]
) -> Iterator[tuple[str, str]]:
    """Marked times: *time* those behind the headline, *far time* others of the story."""
    near_by = set(behind)
    for element in islice(tree.iter("time"), _TIMES):
        if is_beside(element, frame) or _is_other(f"{names_of(element)} {element.get('itemprop') or ''}"):
            continue
        said = (element.get("datetime") or "").strip() or text_of(element, most=LONGEST)
        if SHORTEST <= len(said) <= LONGEST:
            yield ("time" if element in near_by else "far time"), said
