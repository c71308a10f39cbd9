"""The names that stand where bylines stand though nothing marks them: `By Ann Hill` near the headline, names
alone in bold above the text. Strings as printed.

Pure. Only what is little but names counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml import html

from newsdesk.crawler.pages.layout import is_aside, text_of

_LINES = ("h1", "h2", "p", "div", "span", "address", "h3", "h4", "section", "header")
_PICTURES = ("figure", "figcaption")
_AFTER_HEADLINE = 24  # elements that are looked at
_AROUND, _INSIDE = 3, 8  # elements around the headline, and inside each, behind which a line may stand
_LONGEST = 200  # characters of a line
_PARAGRAPH = 80  # characters of the first paragraph, at least
_STANDFIRST = 150  # characters of what stands before it, at most
_NAME = r"[^\W\d_a-z][\w.’'-]*"
_SMALL = r"and|und|et|y|e|en|og|och|d[aei]|du|v[ao]n|der|la|le|del|dos|bin"
# A line of its own, marked by nothing but its credit, perhaps behind a date.
_SIGNED = re.compile(
    r"(?:[^©]{0,60}?[\s|·•,–—-])?(?P<signed>(?:By|BY|by|Von|VON|von|Par|par|Por|por|Di|Door|door|Av|Af|Przez|Text|Autor|Auteur)"
    rf":?\s+{_NAME}(?:[\s,&]{{1,3}}(?:{_NAME}|{_SMALL})){{1,9}}"
    r"(?:\s*[,|·•–—-][^©]{0,60})?)"
)
_NAMES = re.compile(rf"{_NAME}(?:\s(?:{_NAME}|{_SMALL})|\s?[/&,]\s?{_NAME}){{1,7}}")
_BOLD = ("strong", "b", "em", "i")


def signatures(tree: html.HtmlElement, top: html.HtmlElement | None) -> tuple[str, ...]:
    """The lines that look signed, those by the headline `top` first."""
    return (*(_by_headline(top) if top is not None else ()), *_opening(tree))


def _by_headline(top: html.HtmlElement) -> tuple[str, ...]:
    """The first line that is little but `By Ann Hill`, in the elements after the headline."""
    for outer in islice(top.iterancestors(), _AROUND):
        line = next(filter(None, map(_signed, _behind(outer))), None)
        if line:
            return (line,)
    seen, passed = 0, False
    for one in next(top.iterancestors("body"), top).iter(*_LINES):
        passed = passed or one is top
        if not passed or one is top or next(one.iterancestors(*_PICTURES), None) is not None:
            continue
        seen += 1
        line = _signed(text_of(one, most=_LONGEST))
        if line:
            return (line,)
        if seen == _AFTER_HEADLINE:
            break
    return ()


def _signed(said: str) -> str | None:
    line = _SIGNED.fullmatch(said) if len(said) <= _LONGEST else None
    return line["signed"] if line else None


def _behind(element: html.HtmlElement) -> Iterator[str]:
    """What stands behind the elements inside: `<h1>Title</h1><small>3 May</small> by Ann Hill`."""
    for inner in element[:_INSIDE]:
        yield " ".join((inner.tail or "")[: 2 * _LONGEST].split())


def _opening(tree: html.HtmlElement) -> tuple[str, ...]:
    """A paragraph of nothing but names in bold, right above the first one of the text."""
    for element in islice(tree.iter("p"), _AFTER_HEADLINE):
        said = text_of(element, most=_LONGEST)
        if _NAMES.fullmatch(said) and _is_bold(element) and _opens(element) and not is_aside(element):
            return (said,)
    return ()


def _is_bold(element: html.HtmlElement) -> bool:
    """Whether all that it says stands in one bold element."""
    inner = [one for one in element if one.tag != "br"]
    return (
        len(inner) == 1
        and inner[0].tag in _BOLD
        and not (element.text or "").strip()
        and not (inner[0].tail or "").strip()
    )


def _opens(element: html.HtmlElement) -> bool:
    """Whether a paragraph of the text follows, and none came before."""
    after = element.getnext()
    if after is None or after.tag != "p" or len(text_of(after, most=4 * _PARAGRAPH)) < _PARAGRAPH:
        return False
    before = islice(element.itersiblings("p", preceding=True), _AROUND)
    return all(len(text_of(one, most=4 * _STANDFIRST)) < _STANDFIRST for one in before)
