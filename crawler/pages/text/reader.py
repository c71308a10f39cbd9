"""The text of a page: the parsers in their order of attempts; the first whose result is not doubtful is chosen.

Pure. Our block reader (`pages.text.main_text`, `pages.text.trimming`) reads nearly every page. It is kept by hand
beside trafilatura for its F1 of .962 against .916 (fitted, `docs/design.md`). trafilatura is tried where the block
reader finds nothing, a line, or little of the page's prose; only its text is used, since it drops times of dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree, html

from newsdesk.crawler.pages.layout import text_of
from newsdesk.crawler.pages.text.block_html import html_of
from newsdesk.crawler.pages.text.blocks import BlockReader
from newsdesk.crawler.pages.text.main_text import find_main_text
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
ENOUGH = 80  # characters of a story's text; shorter text is a label or an apology
ENOUGH_OF_PAGE = 0.25  # share of the page's prose in the story; less is a stray paragraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A story as simple HTML. `parser`: "blocks" or "trafilatura". `doubtful`: it is short, or a small part of the
    page's prose."""

    parser: str
    html: str
    doubtful: bool


def find_body(tree: html.HtmlElement, *, titles: Sequence[str]) -> Body | None:
    """The story, None if the page has none; the first doubtful result if there is no better one. `titles` are the
    titles by the page's metadata. Takes the tree apart."""
    doubtful: Body | None = None
    for read in PARSERS:
        found = read(tree, titles)
        if found is not None and not found.doubtful:
            return found
        doubtful = doubtful or found
    return doubtful


def _by_blocks(tree: html.HtmlElement, titles: Sequence[str]) -> Body | None:
    body = tree.find("body")
    page = BlockReader(tree if body is None else body)
    found = find_main_text(page)
    blocks = trim(found.blocks, page, titles=titles)
    if not blocks:
        return None
    doubtful = sum(block.chars for block in blocks) < ENOUGH or found.share < ENOUGH_OF_PAGE
    return Body(parser="blocks", html=html_of(blocks, page.boxes), doubtful=doubtful)


def _by_trafilatura_fast(tree: html.HtmlElement, titles: Sequence[str]) -> Body | None:
    return _trafilatura(deepcopy(tree), fast=True)  # trafilatura takes the tree apart


def _by_trafilatura(tree: html.HtmlElement, titles: Sequence[str]) -> Body | None:
    return _trafilatura(tree, fast=False)


PARSERS = (_by_blocks, _by_trafilatura_fast, _by_trafilatura)  # in their order of attempts


def _trafilatura(tree: html.HtmlElement, *, fast: bool) -> Body | None:
    from trafilatura import extract  # here, since the import costs 0.3 s and 50 MiB

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
        text = text_of(html.document_fromstring(found)) if found else ""
    except TRAFILATURA_ERRORS:  # a malformed page makes trafilatura raise; then it has no text
        return None
    return Body(parser="trafilatura", html=found, doubtful=len(text) < ENOUGH) if found and text else None


def load() -> None:
    """Import trafilatura early, so that its time and memory do not count as a page's."""
    import trafilatura  # noqa: F401
