"""The visible bylines of a page, found by `rel`, `itemprop`, classes and links to authors' pages.

Pure. Strings as printed. `normalise.bylines.parser` reads the names, `pages.bylines.choice` decides which
byline is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from functools import lru_cache
from itertools import islice

from lxml import html

from newsdesk.crawler.normalise.bylines.names.full_names import reads_like_full_name
from newsdesk.crawler.normalise.bylines.unmarked_lines import is_dated
from newsdesk.crawler.normalise.bylines.word_tables import CREDITS, fold
from newsdesk.crawler.pages.bylines.lines import BLOCKS
from newsdesk.crawler.pages.dates.visible import ancestors_of
from newsdesk.crawler.pages.layout import is_aside_box, is_outside_story, text_of

MOST = 12
_AROUND = 3  # ancestors of a marked element that may be its block
_LONGEST = 200  # characters of a byline; longer text is about the author
_SHORTEST = 4
_HEADLINE, _TEASER = 25, 500  # characters of a headline at least, of a teaser at most
_OTHERS = ("figure", "figcaption", "blockquote")
_OTHER = re.compile(r"caption|quot(?:e|ation)|citation", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[^\W\d_]{3}[.!?…。][^\w]{0,3}\w{0,4}[^\w]*$")
_LARGEST_BOX = 400  # characters of a box beside the story that tells about it
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BETWEEN = 30  # characters beside each author of a block; a block with more is a list of teasers
_MARKED = re.compile(
    r"(?:^|[\s_-])(?:by-?_?line|authors?|author-?_?name|article-?author|writer|contributor|auteurs?|autor(?:en|es|a)?"
    r"|autore|signature|verfasser|f[oö]rfattare|forfatter|redacteur|skribent|yazar|penulis|submitted)(?:$|[\s_-])"
    r"|byline|articleauthor|authorname",
    re.IGNORECASE,
)
# Every matching class has one of these parts. The check rules out nearly all classes quickly.
_STEMS = (
    "auth", "aute", "auto", "line", "writer", "contrib", "signature", "verfasser", "rfatt", "redact", "skrib",
    "yazar", "penulis", "submitted",
)  # fmt: skip
_CAMEL = re.compile(
    r"(?:^|[\s_-]|[a-z])(?:[aA]uthors?|[wW]riters?)(?=[A-Z_])|[a-z](?:Authors?|Writers?)(?:$|[\s_-])"
)
# Parts of addresses of authors' pages: /author/ann-hill. The short ones count only directly after the host.
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

_NAME_TAGS = ("a", "span", "li", "strong", "b", "div", "p", "address", "cite", "em", "i")
_NAME = r"[^\W\d_a-z][\w.’'-]*(?: (?:[^\W\d_a-z][\w.’'-]*|d[aei]|v[ao]n|der|la|le|del|dos|bin)){1,4}"
_JOINT = r"(?:\s?[,;·|]\s?|,? (?:and|und|et|y|e|en|og|och|i|&) )"
_LIST = re.compile(rf"(?:[^\W\d_]{{2,6}}:? )?{_NAME}(?:{_JOINT}{_NAME})+(?:$|\s)")


def find_bylines(tree: html.HtmlElement, headline: html.HtmlElement | None) -> tuple[str, ...]:
    """The texts of elements marked as bylines; marked elements of one block are one byline."""
    headline_ancestors = ancestors_of(headline)
    found: list[html.HtmlElement] = []
    for element in tree.iter(*_TAGS):
        if (
            _is_marked(element)
            and not is_outside(element, headline_ancestors)
            and not is_of_other_story(element, headline_ancestors)
            and not is_hidden(element)
        ):
            found.append(element)
            if len(found) == 4 * MOST:
                break
    return tuple(dict.fromkeys(_by_block(_without_nested(found))))[:MOST]


def _without_nested(found: Sequence[html.HtmlElement]) -> list[html.HtmlElement]:
    """Of nested elements the outermost that is a list of names, else the innermost with text."""
    with_text = {id(element) for element in found if _byline(element)}
    outer = {id(up) for element in found if id(element) in with_text for up in element.iterancestors()}
    lists = {id(element) for element in found if id(element) in with_text & outer and _is_list(element)}
    return [
        element
        for element in found
        if (id(element) not in outer or id(element) in lists)
        and not any(id(up) in lists for up in element.iterancestors())
    ]


def _is_list(element: html.HtmlElement) -> bool:
    """Whether it is a list of authors, of whom some may be marked: `By <a>Ann Hill</a> and Bo Lund`."""
    return bool(_LIST.match(text_of(element, most=_LONGEST)))


def _by_block(elements: Sequence[html.HtmlElement]) -> list[str]:
    """The bylines of the elements. Those of one short block are joined: a list of authors, each marked."""
    blocks: list[tuple[html.HtmlElement, list[str]]] = []
    for element in elements:
        byline = _byline(element)
        if byline is None and (above := element.getparent()) is not None and text_of(element, most=_LONGEST):
            byline = _byline(above)  # only "By" is marked
        if byline is not None:
            block = _block(element)
            block = element if block is None else block
            known = next((bylines for one, bylines in blocks if one is block), None)
            if known is None:
                blocks.append((block, [byline]))
            elif byline not in known:
                known.append(byline)
    found: list[str] = []
    for block, bylines in blocks:
        filled = sum(map(len, bylines)) + _BETWEEN * len(bylines)
        found += ["; ".join(bylines)] if len(text_of(block, most=_LONGEST)) <= filled else bylines
    return found


def _block(element: html.HtmlElement) -> html.HtmlElement | None:
    """The outermost close ancestor with little more text; a marked ancestor may be farther away."""
    best = None
    for at, outer in enumerate(islice(element.iterancestors(), 2 * _AROUND)):
        if outer.tag in ("body", "article", "main"):
            break
        if at < _AROUND or _is_marked(outer):
            if len(text_of(outer, most=_LONGEST)) > _LONGEST:
                break
            best = outer
    return best


def _is_marked_by_standard(box: html.HtmlElement) -> bool:
    return any(
        "author" in one.get("rel", "").split() or "author" in one.get("itemprop", "").split()
        for one in box.iter("a", "span", "div", "p", "address")
    )


def _is_marked(element: html.HtmlElement) -> bool:
    attributes = dict(element.items())  # one call instead of five: this runs for most elements of a page
    if not attributes:
        return False
    names = f"{attributes.get('class', '')} {attributes.get('id', '')}"
    return (
        (len(names) > 1 and _says_byline(names))
        or ("rel" in attributes and "author" in attributes["rel"].split())
        or ("itemprop" in attributes and "author" in attributes["itemprop"].split())
        or ("href" in attributes and element.tag == "a" and _is_authors_page(attributes["href"]))
    )


def _is_authors_page(href: str) -> bool:
    """Whether an address looks like an author's page. This runs for every link; a pattern would be slower."""
    parts = href.partition("?")[0].lower().rstrip("/").split("/")
    for at, part in enumerate(parts[:-1]):
        if part in _AUTHORS or (part in _BY and at in (1, 3) and at == len(parts) - 2):
            return bool(parts[at + 1]) and (part in _AUTHORS or "-" in parts[-1])
    return False


def is_outside(element: html.HtmlElement, headline_ancestors: Set[html.HtmlElement]) -> bool:
    """`is_outside_story`, but a small box without headlines and links to stories tells about this story, though it
    is an `aside` or a sidebar: date, author, reading time."""
    inside = element
    for outer in (element, *element.iterancestors()):
        if outer in headline_ancestors or outer.tag == "body":
            break
        if is_aside_box(outer):
            if not _tells_about_story(outer):
                return True
            inside = outer.getparent() if outer.getparent() is not None else outer
    return is_outside_story(inside, headline_ancestors)


def _tells_about_story(box: html.HtmlElement) -> bool:
    text = text_of(box, most=2 * _LARGEST_BOX)
    return (
        len(text) <= _LARGEST_BOX
        and (
            _is_marked_by_standard(box)
            or is_dated(text)
            or any(fold(word) in CREDITS for word in text.split())
        )
        and not any(
            len(text_of(one, most=100)) >= _HEADLINE for one in box.iter("h1", "h2", "h3", "h4", "h5", "h6")
        )
        and not any(len(text_of(one, most=100)) > _BETWEEN for one in box.iter("a"))
    )


def is_hidden(element: html.HtmlElement) -> bool:
    """Whether it or an element around it is hidden by its own attributes: themes that show no authors do that."""
    return any(
        "hidden" in one.attrib or _HIDDEN.search(one.get("style") or "")
        for one in (element, *element.iterancestors())
    )


def is_of_other_story(element: html.HtmlElement, headline_ancestors: Set[html.HtmlElement]) -> bool:
    """Whether it names the photographer, the speaker of a quotation, or the author of another story, which has
    a headline or a link of its own around the name."""
    own = len(text_of(element, most=_LONGEST))
    if _is_behind_caption(element, own, headline_ancestors):
        return True
    for outer in islice(element.iterancestors(), 2 * _AROUND):
        if outer in headline_ancestors:
            return False
        if outer.tag in _OTHERS or _OTHER.search(outer.get("class") or ""):
            return True
        if outer.tag == "a" and len(text_of(outer, most=_LONGEST)) > own + _BETWEEN:
            return True
        if _has_headline(outer, element):
            return len(text_of(outer, most=4 * _TEASER)) < _TEASER
    return False


def _is_behind_caption(
    element: html.HtmlElement, own: int, headline_ancestors: Set[html.HtmlElement]
) -> bool:
    """Whether it follows a sentence in the same line below a picture: `<img><p>The harbour at noon. By Max Roe</p>`."""
    block = next(
        (
            outer
            for outer in islice(element.iterancestors(), _AROUND)
            if outer.tag in ("div", "p", "td", "section")
        ),
        None,
    )
    if block is None or any(inner.tag in BLOCKS for inner in block.iterdescendants()):
        return False
    if not 0 < own < len(text := text_of(block, most=4 * _LONGEST)) <= 2 * _LONGEST:
        return False
    before = text.partition(text_of(element, most=_LONGEST))[0]
    return (
        len(before) > _BETWEEN
        and bool(_SENTENCE_END.search(before))
        and any(
            next(outer.iter("img", "picture"), None) is not None
            for outer in islice(block.iterancestors(), _AROUND)
            if outer not in headline_ancestors and outer.tag != "body"
        )
    )


def _has_headline(outer: html.HtmlElement, element: html.HtmlElement) -> bool:
    return any(
        heading is not element
        and len(text_of(heading, most=4 * _HEADLINE)) >= _HEADLINE
        and element not in heading.iterancestors()
        and heading not in element.iterancestors()
        for heading in outer.iter("h2", "h3", "h4", "h5")
    )


@lru_cache(maxsize=4096)  # a page's elements share few classes, and so do the pages of a site
def _says_byline(names: str) -> bool:
    small = names.lower()
    if not any(stem in small for stem in _STEMS):
        return False
    return bool(_MARKED.search(names) or _CAMEL.search(names)) and not _NOT_MARKED.search(names)


def _byline(element: html.HtmlElement) -> str | None:
    text = text_of(element, most=2 * _LONGEST)
    if not _SHORTEST <= len(text) <= _LONGEST:
        return None
    names = _adjacent_names(element)
    together = " ".join(names)
    return text.replace(together, "; ".join(names)) if names and together in text else text


def _adjacent_names(element: html.HtmlElement) -> list[str]:
    """The full names in elements of their own, one after the other: `<a>Ann Hill</a><a>Bo Lund</a>`."""
    leaves = [
        text_of(one, most=_LONGEST) for one in islice(element.iter(*_NAME_TAGS), 4 * MOST) if len(one) == 0
    ]
    names = [one for one in leaves if reads_like_full_name(one)]
    return names if len(names) > 1 else []
