"""The text of a page: our block reader's, or trafilatura's where that is much more of the story.

Pure. Our block reader (`pages.text.main_text`, `pages.text.trimming`) reads nearly every page. It is kept by hand
beside trafilatura for its F1 (`docs/design.md`). Where it finds nothing, a short text, or little of the page's
prose, it reads the page again with navigation, footers and asides, then trafilatura is asked. `better_of` compares;
only trafilatura's text is used, since it drops times of dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree, html

from newsdesk.crawler.documents.folding import folded
from newsdesk.crawler.large_libraries import large_library
from newsdesk.crawler.pages.text.block_html import html_of
from newsdesk.crawler.pages.text.blocks import Block, BlockReader
from newsdesk.crawler.pages.text.main_text import find_main_text, find_stated
from newsdesk.crawler.pages.text.trimming import trim

TRAFILATURA_ERRORS = (
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
    IndexError,
    RecursionError,
    etree.LxmlError,
)
LEAST = 80  # characters of a story's text; shorter text is a label or an apology
ENOUGH = 500  # characters of a story's text; a shorter text may be its beginning only
ENOUGH_OF_PAGE = 0.25  # share of the page's prose in the story; less is a stray paragraph
A_LINE = 10.0  # how much more a text has that replaces another one with other words
MUCH_MORE = 2.0  # how much more a text must have to replace the first one


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A story as simple HTML. `parser`: "blocks" or "trafilatura". `text`: its folded words. `chars`: how much of
    it is no link. `doubtful`: it is short, or a small part of the page's prose; `stray`: the latter."""

    parser: str
    html: str
    text: str
    chars: float
    doubtful: bool
    stray: bool = False


def find_body(tree: html.HtmlElement, *, titles: Sequence[str], summaries: Sequence[str] = ()) -> Body | None:
    """The story, None if the page has none. `titles` and `summaries` are those of the page's metadata. Takes the
    tree apart."""
    found: Body | None = None
    for landmarks in (False, True):
        found = better_of(found, _by_blocks(tree, titles, summaries, landmarks=landmarks))
        if found is not None and not found.doubtful:
            return found
    others = (read(tree) for read in (_by_trafilatura_fast, _by_trafilatura))
    other = next((one for one in others if one is not None and not one.doubtful), None)
    return better_of(found, other)


def better_of(first: Body | None, other: Body | None) -> Body | None:
    """`other` if it has much more text, and either goes on where a short `first` stops, or replaces a stray
    paragraph, or has so much more that `first` is only a line of it; else `first`."""
    if first is None or other is None:
        return first or other
    least = max(LEAST, other.chars / A_LINE)
    goes_on = first.text in other.text or first.chars < least
    return other if other.chars >= MUCH_MORE * first.chars and (first.stray or goes_on) else first


def _by_blocks(
    tree: html.HtmlElement, titles: Sequence[str], summaries: Sequence[str], *, landmarks: bool
) -> Body | None:
    body = tree.find("body")
    page = BlockReader(tree if body is None else body, landmarks=landmarks)
    found = find_main_text(page, find_stated(page, titles=titles, summaries=summaries))
    blocks = trim(found.blocks, page, titles=titles)
    if not blocks:
        return None
    stray = found.share < ENOUGH_OF_PAGE
    doubtful = stray or sum(block.chars for block in blocks) < ENOUGH
    markup = html_of(blocks, page.boxes)
    return _body("blocks", markup, blocks, doubtful=doubtful, stray=stray, compared=doubtful or landmarks)


def _body(
    parser: str,
    markup: str,
    blocks: Sequence[Block],
    *,
    doubtful: bool,
    stray: bool = False,
    compared: bool = True,
) -> Body:
    """A body; its words are folded only if it is to be compared."""
    return Body(
        parser=parser,
        html=markup,
        text=folded(" ".join(block.text for block in blocks)) if compared else "",
        chars=sum(block.chars - block.linked for block in blocks),
        doubtful=doubtful,
        stray=stray,
    )


def _by_trafilatura_fast(tree: html.HtmlElement) -> Body | None:
    return _trafilatura(deepcopy(tree), fast=True)  # trafilatura takes the tree apart


def _by_trafilatura(tree: html.HtmlElement) -> Body | None:
    return _trafilatura(tree, fast=False)


def _trafilatura(tree: html.HtmlElement, *, fast: bool) -> Body | None:
    extract = large_library("trafilatura").extract  # 0.3 s and 50 MiB
    # JSON-LD is a text of its own, with its paragraphs
    etree.strip_elements(tree, "rt", "rp", "script", with_tail=False)
    try:
        found: str | None = extract(
            tree,
            fast=fast,
            output_format="html",
            include_comments=False,
            include_formatting=True,
            with_metadata=False,
            date_extraction_params={"extensive_search": False},
        )
        blocks = BlockReader(html.document_fromstring(found)).blocks if found else ()
    except TRAFILATURA_ERRORS:  # a malformed page makes trafilatura raise; then it has no text
        return None
    if not found or not blocks:
        return None
    return _body("trafilatura", found, blocks, doubtful=sum(block.chars for block in blocks) < LEAST)
