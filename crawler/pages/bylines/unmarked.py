"""Bylines that no class or attribute marks: `By Ann Hill` near the headline, or only names in bold above the text.

Pure. Strings as printed. A line counts only if it holds little more than names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml import html

from newsdesk.crawler.pages.layout import is_aside, text_of

_LINE_TAGS = ("h1", "h2", "p", "div", "span", "address", "h3", "h4", "section", "header")
_PICTURES = ("figure", "figcaption")
_AFTER_HEADLINE = 24  # elements that are searched
_AROUND, _INSIDE = 3, 8  # ancestors of the headline, and children of each, after which a line may follow
_LONGEST = 200  # characters of a line
_PARAGRAPH = 80  # characters of the first paragraph, at least
_STANDFIRST = 150  # characters of a paragraph before it, at most
_NAME = r"[^\W\d_a-z][\w.’'-]*"
_SMALL = r"and|und|et|y|e|en|og|och|d[aei]|du|v[ao]n|der|la|le|del|dos|bin"
# A line that only "By" marks, perhaps after a date.
_SIGNED = re.compile(
    r"(?:[^©]{0,60}?[\s|·•,–—-])?(?P<signed>(?:By|BY|by|Von|VON|von|Par|par|Por|por|Di|Door|door|Av|Af|Przez|Text|Autor|Auteur)"
    rf":?\s+{_NAME}(?:[\s,&]{{1,3}}(?:{_NAME}|{_SMALL})){{1,9}}"
    r"(?:\s*[,|·•–—-][^©]{0,60})?)"
)
_NAMES = re.compile(rf"{_NAME}(?:\s(?:{_NAME}|{_SMALL})|\s?[/&,]\s?{_NAME}){{1,7}}")
_BOLD = ("strong", "b", "em", "i")


def find_unmarked_bylines(tree: html.HtmlElement, headline: html.HtmlElement | None) -> tuple[str, ...]:
    """The lines that look like bylines, those near the headline first."""
    return (*(_near_headline(headline) if headline is not None else ()), *_above_text(tree))


def _near_headline(headline: html.HtmlElement) -> tuple[str, ...]:
    """The first line like `By Ann Hill` in the elements after the headline."""
    for outer in islice(headline.iterancestors(), _AROUND):
        line = next(filter(None, map(_byline, _texts_after_children(outer))), None)
        if line:
            return (line,)
    seen, passed = 0, False
    for one in next(headline.iterancestors("body"), headline).iter(*_LINE_TAGS):
        passed = passed or one is headline
        if not passed or one is headline or next(one.iterancestors(*_PICTURES), None) is not None:
            continue
        seen += 1
        line = _byline(text_of(one, most=_LONGEST))
        if line:
            return (line,)
        if seen == _AFTER_HEADLINE:
            break
    return ()


def _byline(line: str) -> str | None:
    found = _SIGNED.fullmatch(line) if len(line) <= _LONGEST else None
    return found["signed"] if found else None


def _texts_after_children(element: html.HtmlElement) -> Iterator[str]:
    """The text after each child: `<h1>Title</h1><small>3 May</small> by Ann Hill`."""
    for inner in element[:_INSIDE]:
        yield " ".join((inner.tail or "")[: 2 * _LONGEST].split())


def _above_text(tree: html.HtmlElement) -> tuple[str, ...]:
    """A paragraph that holds only names in bold, directly above the first paragraph of the text."""
    for element in islice(tree.iter("p"), _AFTER_HEADLINE):
        line = text_of(element, most=_LONGEST)
        if (
            _NAMES.fullmatch(line)
            and _is_bold(element)
            and _is_before_text(element)
            and not is_aside(element)
        ):
            return (line,)
    return ()


def _is_bold(element: html.HtmlElement) -> bool:
    """Whether all of its text is in one bold element."""
    inner = [one for one in element if one.tag != "br"]
    return (
        len(inner) == 1
        and inner[0].tag in _BOLD
        and not (element.text or "").strip()
        and not (inner[0].tail or "").strip()
    )


def _is_before_text(element: html.HtmlElement) -> bool:
    """Whether a paragraph of the text follows and none comes before."""
    after = element.getnext()
    if after is None or after.tag != "p" or len(text_of(after, most=4 * _PARAGRAPH)) < _PARAGRAPH:
        return False
    before = islice(element.itersiblings("p", preceding=True), _AROUND)
    return all(len(text_of(one, most=4 * _STANDFIRST)) < _STANDFIRST for one in before)
