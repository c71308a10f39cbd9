"""The bylines that a page shows to people: what stands where bylines stand. Strings as printed.

Pure. Candidates are found by elements, classes and places; whom they name is understood by
`normalise.bylines.parser`, which of them is believed is decided by `pages.authors`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from functools import lru_cache
from itertools import islice

from lxml import html

from newsdesk.crawler.pages.layout import is_beside, text_of
from newsdesk.crawler.pages.visible_dates import frame_of

MOST = 12
_AROUND = 3  # elements right around a marked one that may be its block
_LONGEST = 200  # characters of a byline; what is longer tells of somebody
_SHORTEST = 4
_HEADLINE, _TEASER = 25, 500  # characters of a headline at least, of a teaser at most
_OTHERS = ("figure", "figcaption", "blockquote")
_OTHER = re.compile(r"caption|quot(?:e|ation)|citation", re.IGNORECASE)
_BETWEEN = 30  # characters beside each author of a block; what holds more is a list of teasers
_MARKED = re.compile(
    r"(?:^|[\s_-])(?:by-?_?line|authors?|author-?_?name|article-?author|writer|contributor|auteurs?|autor(?:en|es|a)?"
    r"|autore|signature|verfasser|f[oö]rfattare|forfatter|redacteur|skribent|yazar|penulis|submitted)(?:$|[\s_-])"
    r"|byline|articleauthor|authorname",
    re.IGNORECASE,
)
# What a name that is marked is never without: nearly all classes are told apart by it.
_STEMS = (
    "auth", "aute", "auto", "line", "writer", "contrib", "signature", "verfasser", "rfatt", "redact", "skrib",
    "yazar", "penulis", "submitted",
)  # fmt: skip
_CAMEL = re.compile(
    r"(?:^|[\s_-]|[a-z])(?:[aA]uthors?|[wW]riters?)(?=[A-Z_])|[a-z](?:Authors?|Writers?)(?:$|[\s_-])"
)
# Parts of addresses of authors' pages: /author/ann-hill; the short ones right behind the host only.
_AUTHORS = frozenset(
    {
        *("author", "authors", "autor", "autora", "autores", "autoren", "auteur", "auteurs", "autore"),
        *("writer", "writers", "contributor", "contributors", "journalist", "journalists"),
    }
)
_BY = frozenset(("by", "av", "von", "par", "por", "door", "di"))
_NOT_MARKED = re.compile(
    r"bio|about|avatar|image|photo|social|follow|comment|box|desc|related|credit", re.IGNORECASE
)
_TAGS = (
    "a", "span", "div", "p", "address", "li", "h2", "h3", "h4", "h5", "cite", "em", "strong", "b", "i",
    "ul", "ol", "dd", "td", "small", "section", "header", "label", "aside", "footer",
)  # fmt: skip

_NAME = r"[^\W\d_a-z][\w.’'-]*(?: (?:[^\W\d_a-z][\w.’'-]*|d[aei]|v[ao]n|der|la|le|del|dos|bin)){1,4}"
_JOINT = r"(?:\s?[,;·|]\s?|,? (?:and|und|et|y|e|en|og|och|i|&) )"
_LIST = re.compile(rf"(?:[^\W\d_]{{2,6}}:? )?{_NAME}(?:{_JOINT}{_NAME})+(?:$|\s)")


def bylines(tree: html.HtmlElement, top: html.HtmlElement | None) -> tuple[str, ...]:
    """What stands where bylines stand: `rel=author`, `itemprop=author`, classes that say so. `top`: this
    story's headline. What one block holds is one byline."""
    frame = frame_of(top)
    found: list[html.HtmlElement] = []
    for element in tree.iter(*_TAGS):
        if _is_marked(element) and not is_beside(element, frame) and not _is_of_other(element, frame):
            found.append(element)
            if len(found) == 4 * MOST:
                break
    return tuple(dict.fromkeys(_by_block(_single(found))))[:MOST]


def _single(found: Sequence[html.HtmlElement]) -> list[html.HtmlElement]:
    """Of elements inside one another the outermost that is a list of names, else the innermost that says
    anything."""
    said = {id(element) for element in found if _said(element)}
    outer = {id(up) for element in found if id(element) in said for up in element.iterancestors()}
    lists = {id(element) for element in found if id(element) in said & outer and _lists(element)}
    return [
        element
        for element in found
        if (id(element) not in outer or id(element) in lists)
        and not any(id(up) in lists for up in element.iterancestors())
    ]


def _lists(element: html.HtmlElement) -> bool:
    """Whether it is a whole list of authors, of whom some may be marked: `By <a>Ann Hill</a> and Bo Lund`."""
    return bool(_LIST.match(text_of(element, most=_LONGEST)))


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
    if element.tag == "a" and _is_authors_page(said.get("href", "")):
        return True
    names = f"{said.get('class', '')} {said.get('id', '')}"
    return len(names) > 1 and _says_byline(names)


def _is_authors_page(href: str) -> bool:
    """Whether an address looks like an author's page. Asked of every link: no pattern, which takes longer."""
    parts = href.partition("?")[0].lower().rstrip("/").split("/")
    for at, part in enumerate(parts[:-1]):
        if part in _AUTHORS or (part in _BY and at in (1, 3) and at == len(parts) - 2):
            return bool(parts[at + 1]) and (part in _AUTHORS or "-" in parts[-1])
    return False


def _is_of_other(element: html.HtmlElement, frame: Set[html.HtmlElement]) -> bool:
    """Whether it tells who took a picture, who said what is quoted, or who wrote another story: one that has
    a headline or a link of its own around it. `frame`: what holds this story's headline."""
    own = len(text_of(element, most=_LONGEST))
    for outer in islice(element.iterancestors(), 2 * _AROUND):
        if outer in frame:
            return False
        if outer.tag in _OTHERS or _OTHER.search(outer.get("class") or ""):
            return True
        if outer.tag == "a" and len(text_of(outer, most=_LONGEST)) > own + _BETWEEN:
            return True
        if _has_headline(outer, element):
            return len(text_of(outer, most=4 * _TEASER)) < _TEASER
    return False


def _has_headline(outer: html.HtmlElement, element: html.HtmlElement) -> bool:
    return any(
        heading is not element
        and len(text_of(heading, most=4 * _HEADLINE)) >= _HEADLINE
        and element not in heading.iterancestors()
        and heading not in element.iterancestors()
        for heading in outer.iter("h2", "h3", "h4", "h5")
    )


@lru_cache(maxsize=4096)  # a page's elements share few classes, and a paper's pages the same ones
def _says_byline(names: str) -> bool:
    small = names.lower()
    if not any(stem in small for stem in _STEMS):
        return False
    return bool(_MARKED.search(names) or _CAMEL.search(names)) and not _NOT_MARKED.search(names)


def _said(element: html.HtmlElement) -> str | None:
    said = text_of(element, most=2 * _LONGEST)
    return said if _SHORTEST <= len(said) <= _LONGEST else None
