"""Dates in the prose of a page: in the opening of its first paragraphs, and in a sentence about its publication.

Pure. Strings as printed: `Berlin, 5 May 2024`, `5. Mai 2024`. A date in any other sentence is an event.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from itertools import islice

from lxml import html

from newsdesk.crawler.normalise.dates.published_words import says_published
from newsdesk.crawler.pages.layout import is_outside_story, text_of

_PARAGRAPHS = ("p", "div", "td", "li", "em", "i", "strong", "b", "span", "small")
_OPENING = 70  # characters before the end of the day that opens a paragraph
_SHORTEST_PARAGRAPH = 60
_ELEMENTS, _DATED = 5_000, 100  # elements that are searched, and those with a day that are read
# The year ends the day, or begins it: 5 May 2024; 05.05.2024; 2024-05-05; 2024年5月5日.
_DAY = re.compile(
    r"(?<![\w.])(?:\d{1,2}[.\u00ba\u00aa]?(?:st|nd|rd|th|er)?\s?[-/.]?\s?(?:de\s|of\s)?(?:[^\W\d_]{3,12}\.?|\d{1,2}[./-])"
    r"(?:\s(?:de|del))?[-/.,]?\s?(?:19|20)\d\d|[^\W\d_]{3,10}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d"
    r"|(?:19|20)\d\d(?:[-/.]\d{1,2}[-/.]\d{1,2}|\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]))(?!\d)"
)
# What ends the opening: a dash, a bar, a bracket, a colon. A comma or a verb continues a sentence.
_END = re.compile(r"\s?\)?\.?\s?(?:[–—|:：/]|-{1,2}\s|\([^()]{2,40}\)\s?[-–—:/.]|\(ots\))", re.IGNORECASE)
_FULL_STOP = re.compile(r"\.\s(?=[^\W\d_a-z])")
# Nothing, or a place: `Berlin, `, `Paris, le `, `(Wien) `. Other words begin a sentence about the day.
_PLACE = re.compile(r"\(?(?:(?:[^\s!?:;,]+\s){0,4}[^\s!?:;]+[,、/)–—-]\s?(?:[^\W\d_]{1,4}\s)?)?")
_TIME = re.compile(
    r",?\s(?:um |at |à |a las |alle |kl\.? )?\d{1,2}[:.]\d\d(?!\d)(?:\s?[ap]\.?m\b)?", re.IGNORECASE
)


def openings(below: Iterable[html.HtmlElement]) -> Iterator[str]:
    """The dates that open the paragraphs below the headline, with the place before them."""
    for element in below:
        if element.tag in ("p", "div", "li"):
            text = text_of(element, most=2 * _OPENING)
            if len(text) >= _SHORTEST_PARAGRAPH and (found := opening_of(text)):
                yield found


def opening_of(text: str) -> str | None:
    """`Berlin, 5 May 2024` of `Berlin, 5 May 2024 – The ferry …`; None for a sentence about a day."""
    found = _DAY.search(text[: 2 * _OPENING])
    if found is None or found.end() > _OPENING:
        return None
    before, rest = text[: found.start()], text[found.end() :]
    ends = bool(_END.match(rest) or (not before and _FULL_STOP.match(rest)))
    if before.startswith("("):
        ends = ends or rest.startswith(")")
    return text[: found.end()].lstrip("( ") if ends and _PLACE.fullmatch(before) else None


def sentences(tree: html.HtmlElement, headline_ancestors: Set[html.HtmlElement]) -> Iterator[str]:
    """The dates of sentences that tell when the text was published."""
    dated = (one for one in islice(tree.iter(*_PARAGRAPHS), _ELEMENTS) if _DAY.search(_own_text(one)))
    for element in islice(dated, _DATED):
        for sentence in re.split(r"(?<=[^\W\d_]{3})[.!?]\s|(?<=\d{4})[.!?]\s", text_of(element, most=3_000)):
            found = _DAY.search(sentence)
            if found and says_published(sentence[: found.start()], sentence[found.end() :]):
                if is_outside_story(element, headline_ancestors):
                    break
                time = _TIME.match(sentence, found.end())
                yield sentence[found.start() : time.end() if time else found.end()]


def _own_text(element: html.HtmlElement) -> str:
    return " ".join((element.text or "", *(inner.tail or "" for inner in element)))
