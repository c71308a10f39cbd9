"""Whether a page to which only a link led is a story, or an index, a profile, a page about the site. Pure.

What the page states about itself counts first, then its text and dates: a story has prose in one part of the page, an
index has a few words in each of many.
"""

# ruff: noqa: SIM905  (tables of words are easier to read and edit as text)

from __future__ import annotations

from collections.abc import Sequence

from lxml import html

from newsdesk.crawler.models import PrintedDate
from newsdesk.crawler.normalise.urls.canonical import is_front_page
from newsdesk.crawler.pages import json_ld

# Types of a page that is no story, unless it has an article of its own, too.
_NO_STORY = frozenset(
    (
        "collectionpage",
        "searchresultspage",
        "profilepage",
        "aboutpage",
        "contactpage",
        "checkoutpage",
        "medialist",
    )
)
_NO_DATES = frozenset(("header", "updated", "json-ld page"))  # origins that pages about the site have, too
_WEAK_DATES = frozenset(("other meta", "marked line", "far time", "far line"))  # and those that indexes have

# Measured on 310 article pages and 50 home and section pages: these have 180 characters at most, save one; of the
# articles that state nothing in JSON-LD 98 % have more.
SHORTEST = 200
SHORTEST_WITH_WEAK_DATE = 400
SHORTEST_PARAGRAPH = 60  # characters, so that captions and labels do not add up
SHORTEST_LINE = 200  # of text that stands in a part by itself, not in a paragraph
MOST_ELEMENTS = 50_000
DEEPEST = 30  # of inline elements in each other

_BLOCKS = frozenset(
    "p div li td th section article blockquote h1 h2 h3 h4 h5 h6 ul ol table thead tbody tr figure figcaption main"
    " aside header footer nav form dl dd dt center pre".split()
)
_PARAGRAPHS = frozenset(("p", "div", "blockquote", "pre"))
_PARTS = frozenset(("div", "td", "article", "section", "body", "main"))
_SKIPPED = frozenset(
    "a script style noscript template svg select button textarea iframe nav footer aside form header figcaption".split()
)


def why_no_article(
    *,
    nodes: Sequence[json_ld.Node],
    page_addresses: frozenset[str],
    canonical: str | None,
    dates: Sequence[PrintedDate],
    prose: int,
) -> str | None:
    """Why a page is no story; None where it is one. `page_addresses` are bare, see `json_ld.bare_address`; `prose` is
    `prose_in_one_part` of the page."""
    if canonical is not None and is_front_page(canonical):
        return "its canonical address is the front page"
    articles = [node for node in nodes if json_ld.is_article(node)]
    own = [node for node in articles if json_ld.addresses_of(node) & page_addresses]
    types = {kind for node in nodes for kind in json_ld.types_of(node)}
    if own or (len(articles) == 1 and not types & _NO_STORY):
        return None
    stated = next(iter(sorted(types & _NO_STORY)), None)
    if stated is not None:
        return f"its JSON-LD says {stated}"
    origins = {one.origin for one in dates} - _NO_DATES
    if not origins:
        return "nothing on it says when it was published"
    weak = origins <= _WEAK_DATES
    if prose < (SHORTEST_WITH_WEAK_DATE if weak else SHORTEST):
        return f"no part of it has more than {prose} characters of prose"
    return None


def prose_in_one_part(tree: html.HtmlElement) -> int:
    """The most characters of text beside links that one part of a page has: its own lines and the paragraphs in it, not
    those of parts inside. Letters of scripts without spaces count twice."""
    lengths: dict[html.HtmlElement, int] = {}
    for seen, element in enumerate(tree.iter(*_BLOCKS, "body")):
        if seen == MOST_ELEMENTS:
            break
        tag = element.tag
        if tag in _SKIPPED or not (tag in _PARAGRAPHS or tag in _PARTS):
            continue
        length = _length(_own_text(element, 0))
        parent = element.getparent()
        if tag in _PARAGRAPHS and length >= SHORTEST_PARAGRAPH and parent is not None:
            lengths[parent] = lengths.get(parent, 0) + length
        if tag in _PARTS and length >= SHORTEST_LINE:
            lengths[element] = lengths.get(element, 0) + length
    return max(lengths.values(), default=0)


def _own_text(element: html.HtmlElement, depth: int) -> str:
    """The text of an element without that of links and of blocks inside."""
    parts = [element.text or ""]
    for child in element:
        tag = child.tag
        if isinstance(tag, str) and tag not in _SKIPPED and tag not in _BLOCKS and depth < DEEPEST:
            parts.append(_own_text(child, depth + 1))
        parts.append(child.tail or "")
    return "".join(parts)


def _length(text: str) -> int:
    return sum(2 if letter > "\u2e7f" else 1 for letter in " ".join(text.split()))
