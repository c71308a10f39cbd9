"""The bylines that a page shows to people: what stands where bylines stand. Strings as printed.

Pure. Candidates are found by elements, classes and places; whom they name is understood by
`normalise.bylines`, which of them is believed is decided by `readers.authors`. Called by `readers.page`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

from lxml import html

from crawler.readers.layout import HEADINGS, is_aside, text_of

MOST = 12
_AROUND, _MOST_INNER = 3, 8  # elements around the headline, and inside each, behind which a line may stand
_LONGEST = 200  # characters of a byline; what is longer tells of somebody
_SHORTEST = 4
_BETWEEN = 30  # characters beside each author of a block; what holds more is a list of teasers
_MARKED = re.compile(
    r"(?:^|[\s_-])(?:by-?_?line|authors?|author-?_?name|article-?author|writer|contributor|auteurs?|autor(?:en|es|a)?"
    r"|autore|signature|verfasser|f[oö]rfattare|forfatter|redacteur|skribent|yazar|penulis|submitted)(?:$|[\s_-])"
    r"|byline|articleauthor|authorname",
    re.IGNORECASE,
)
_AUTHORS_PAGE = re.compile(
    r"/(?:authors?|autor(?:en|es|a)?|auteurs?|autore|writers?|contributors?|journalists?)/[^/?#]{2,}",
    re.IGNORECASE,
)
_NOT_MARKED = re.compile(
    r"bio|about|avatar|image|photo|social|follow|comment|box|desc|related|credit", re.IGNORECASE
)
_TAGS = (
    "a", "span", "div", "p", "address", "li", "h2", "h3", "h4", "h5", "cite", "em", "strong", "b", "i",
)  # fmt: skip
_LINES = ("h1", "h2", "p", "div", "span", "address", "h3", "h4", "section", "header")
_PICTURES = ("figure", "figcaption")
LINES_AFTER_HEADLINE = 24
_NAME = r"[^\W\d_a-z][\w.’'-]*"
# A line of its own near the headline, marked by nothing but its credit, perhaps behind a date.
_SIGNED = re.compile(
    r"(?:[^©]{0,60}?[\s|·•,–—-])?(?P<signed>(?:By|BY|by|Von|VON|von|Par|par|Por|por|Di|Door|door|Av|Af|Przez|Text|Autor|Auteur)"
    rf":?\s+{_NAME}(?:[\s,&]{{1,3}}(?:{_NAME}|and|und|et|y|e|en|og|och|d[eai]|v[ao]n|der|la|le|del|dos|da)){{1,9}}"
    r"(?:\s*[,|·•–—-][^©]{0,60})?)"
)
# Names alone in bold above the first paragraph: <p><strong>Ann Hill/Bo Lund</strong></p>.
_NAMES = re.compile(
    rf"{_NAME}(?:\s(?:{_NAME}|and|d[aeiu]|v[ao]n|der|la|le|del|dos|bin)|\s?[/&,]\s?{_NAME}){{1,7}}"
)
_BOLD = ("strong", "b", "em", "i")
_PARAGRAPH, _STANDFIRST = (
    80,
    150,
)  # characters of the text that follows, at least; of what stands before, at most


def bylines(tree: html.HtmlElement) -> tuple[str, ...]:
    """What stands where bylines stand: `rel=author`, `itemprop=author`, classes that say so. Of elements
    inside one another the innermost that says a name; what one block holds is one byline."""
    found: list[html.HtmlElement] = []
    for element in tree.iter(*_TAGS):
        if _is_marked(element) and not is_aside(element):
            found.append(element)
            if len(found) == 4 * MOST:
                break
    outer = {id(up) for element in found if _said(element) for up in element.iterancestors()}
    inner = [element for element in found if id(element) not in outer]
    return tuple(dict.fromkeys(_by_block(inner)))[:MOST]


def _by_block(elements: Sequence[html.HtmlElement]) -> list[str]:
    """What the elements say, those of one short block together: a list of authors, each marked by itself."""
    blocks: list[tuple[html.HtmlElement, list[str]]] = []
    for element in elements:
        said = _said(element)
        if said is None and (above := element.getparent()) is not None and text_of(element, most=_LONGEST):
            said = _said(above)  # the mark is on "By" alone
        if said is not None:
            block = _block(element)
            block = element if block is None else block
            known = next((some for one, some in blocks if one is block), None)
            if known is None:
                blocks.append((block, [said]))
            elif said not in known:
                known.append(said)
    found: list[str] = []
    for block, some in blocks:
        filled = sum(map(len, some)) + _BETWEEN * len(some)
        found += ["; ".join(some)] if len(text_of(block, most=_LONGEST)) <= filled else some
    return found


def _block(element: html.HtmlElement) -> html.HtmlElement | None:
    """The outermost of the elements right around it that hold little more; a marked one may be farther."""
    best = None
    for at, outer in enumerate(islice(element.iterancestors(), 2 * _AROUND)):
        if outer.tag in ("body", "article", "main"):
            break
        if at < _AROUND or _is_marked(outer):
            if len(text_of(outer, most=_LONGEST)) > _LONGEST:
                break
            best = outer
    return best


def _is_marked(element: html.HtmlElement) -> bool:
    said = dict(element.items())  # one question, not five: most elements of a page come by here
    if not said:
        return False
    if "author" in said.get("rel", "").split() or "author" in said.get("itemprop", "").split():
        return True
    if element.tag == "a" and _AUTHORS_PAGE.search(said.get("href", "")):
        return True
    names = f"{said.get('class', '')} {said.get('id', '')}"
    return len(names) > 1 and _says_byline(names)


@lru_cache(maxsize=4096)  # a page's elements share few classes, and a paper's pages the same ones
def _says_byline(names: str) -> bool:
    return bool(_MARKED.search(names)) and not _NOT_MARKED.search(names)


def _said(element: html.HtmlElement) -> str | None:
    said = text_of(element, most=2 * _LONGEST)
    return said if _SHORTEST <= len(said) <= _LONGEST else None


def signed(tree: html.HtmlElement) -> tuple[str, ...]:
    """A line that is little but `By Ann Hill`, in the elements after the first headline."""
    after = next((element for tag in HEADINGS for element in tree.iter(tag) if not is_aside(element)), None)
    for outer in islice(after.iterancestors(), _AROUND) if after is not None else ():
        line = next(filter(None, map(_signed_line, _behind(outer))), None)
        if line:
            return (line,)
    seen = 0
    for element in after.iterancestors("body") if after is not None else ():
        passed = False
        for one in element.iter(*_LINES):
            passed = passed or one is after
            if not passed or one is after or next(one.iterancestors(*_PICTURES), None) is not None:
                continue
            seen += 1
            line = _signed_line(text_of(one, most=_LONGEST))
            if line:
                return (line,)
            if seen == LINES_AFTER_HEADLINE:
                return ()
    return ()


def opening(tree: html.HtmlElement) -> tuple[str, ...]:
    """A paragraph of nothing but names in bold, right above the first one of the text."""
    for element in islice(tree.iter("p"), LINES_AFTER_HEADLINE):
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
    if after is None or after.tag != "p" or len(text_of(after, most=_PARAGRAPH)) < _PARAGRAPH:
        return False
    before = islice(element.itersiblings("p", preceding=True), _AROUND)
    return all(len(text_of(one, most=_STANDFIRST)) < _STANDFIRST for one in before)


def _signed_line(said: str) -> str | None:
    line = _SIGNED.fullmatch(said) if len(said) <= _LONGEST else None
    return line["signed"] if line else None


def _behind(element: html.HtmlElement) -> Iterator[str]:
    """What stands behind the elements inside: `<h1>Title</h1><small>3 May</small> by Ann Hill`."""
    for inner in element[:_MOST_INNER]:
        yield " ".join((inner.tail or "")[: 2 * _LONGEST].split())
