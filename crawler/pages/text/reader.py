"""The story's text out of a page: readers in order, the first that is believed.

Pure. Our own block reader (`pages.text.main_text`, `pages.text.trimming`) gives nearly every story;
trafilatura (home here) is asked where that found nothing, a line, or little of the page's prose. Of
trafilatura only the text is asked for, since it throws times and offsets away.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree, html

from newsdesk.crawler.pages.layout import text_of
from newsdesk.crawler.pages.text.blocks import Walk, html_of
from newsdesk.crawler.pages.text.main_text import find_story
from newsdesk.crawler.pages.text.trimming import trimmed

FAULTS = (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError, etree.LxmlError)
ENOUGH = 80  # characters of a story's text; what is shorter is a label or an excuse
ENOUGH_OF_PAGE = 0.25  # of the page's prose that is the story's; less is a stray paragraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A story as simple HTML. `by`: the reader that found it; `doubtful`: it is short, or little of what
    the page holds."""

    by: str
    html: str
    doubtful: bool


def find_body(tree: html.HtmlElement, *, titles: Sequence[str]) -> Body | None:
    """The story, None when the page holds none. `titles`: what the page says its title is. Takes the tree
    apart."""
    doubted: Body | None = None
    for read in (_by_blocks, _by_trafilatura_fast, _by_trafilatura):
        found = read(tree, titles)
        if found is not None and not found.doubtful:
            return found
        doubted = doubted or found
    return doubted


def _by_blocks(tree: html.HtmlElement, titles: Sequence[str]) -> Body | None:
    body = tree.find("body")
    walk = Walk(tree if body is None else body)
    found = find_story(walk)
    blocks = trimmed(found.blocks, walk, titles=titles)
    if not blocks:
        return None
    doubtful = sum(block.chars for block in blocks) < ENOUGH or found.share < ENOUGH_OF_PAGE
    return Body(by="blocks", html=html_of(blocks, walk.boxes), doubtful=doubtful)


def _by_trafilatura_fast(tree: html.HtmlElement, titles: Sequence[str]) -> Body | None:
    return _trafilatura(deepcopy(tree), fast=True)  # it takes trees apart


def _by_trafilatura(tree: html.HtmlElement, titles: Sequence[str]) -> Body | None:
    return _trafilatura(tree, fast=False)


def _trafilatura(tree: html.HtmlElement, *, fast: bool) -> Body | None:
    from trafilatura import extract  # 0.3 s and 50 MiB that only who reads pages pays

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
        said = text_of(html.document_fromstring(found)) if found else ""
    except FAULTS:  # what a strange page makes of other people's code is no text
        return None
    return Body(by="trafilatura", html=found, doubtful=len(said) < ENOUGH) if found and said else None


def load() -> None:
    """Import what reading needs, so that it is not counted as a page's."""
    import trafilatura  # noqa: F401
