"""Selectors of site files: CSS or XPath, compiled once, applied to a parsed page. Pure, in workers only.

What begins with `/`, `./` or `(` is XPath, all else CSS, with `::text` and `::attr(name)` as in Scrapy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from functools import lru_cache
from typing import Any

from cssselect import SelectorError as CssError
from lxml import etree, html
from parsel.csstranslator import HTMLTranslator

from newsdesk.crawler.pages import layout as page_layout
from newsdesk.crawler.pages.text.block_html import html_of
from newsdesk.crawler.pages.text.blocks import BlockReader
from newsdesk.crawler.site_files.site_file import Selectors, selectors

_XPATH = ("/", "./", "(")
_OF_DATES = ("datetime", "content")  # attributes in which an element has its date
MOST = 50  # values of one selector
LONGEST = 2_000  # characters of one value
_translator = HTMLTranslator()


class SelectorError(ValueError):
    """A selector that is neither CSS nor XPath."""


@lru_cache(maxsize=1_024)
def compiled(selector: str) -> etree.XPath:
    """The selector, compiled. Raises SelectorError."""
    text = selector.strip()
    if not text:
        raise SelectorError("it is empty")
    try:
        path = text if text.startswith(_XPATH) else _translator.css_to_xpath(text)
        return etree.XPath(path)
    except (CssError, etree.XPathError, ValueError) as error:
        raise SelectorError(str(error)) from None


def select(tree: html.HtmlElement, given: Selectors) -> list[Any]:
    """What the first selector selects that selects something: elements and texts, in the order of the page.
    Raises SelectorError."""
    for one in selectors(given):
        try:
            found = compiled(one)(tree)
        except etree.XPathError as error:  # a function that there is not: known only when it runs
            raise SelectorError(f"the selector {one!r} cannot be used: {error}") from None
        values = found if isinstance(found, list) else [str(found)]
        values = [value for value in values if not isinstance(value, str) or value.strip()]
        if values:
            return values[:MOST]
    return []


def texts(found: Iterable[Any]) -> tuple[str, ...]:
    """Each value in one line; those without text are left out."""
    lines = (
        page_layout.text_of(one) if isinstance(one, html.HtmlElement) else " ".join(str(one).split())
        for one in found
    )
    return tuple(dict.fromkeys(line[:LONGEST] for line in lines if line))


def dates(found: Iterable[Any]) -> tuple[str, ...]:
    """The same for dates: those in the attributes `datetime` or `content` of an element, else its text."""
    return texts(_date_in(one) for one in found)


def _date_in(found: Any) -> Any:
    if not isinstance(found, html.HtmlElement):
        return found
    return next((value for name in _OF_DATES if (value := found.get(name))), found)


def remove(tree: html.HtmlElement, drop: Selectors) -> None:
    """Remove all that each selector of `drop` selects, and keep the text after it."""
    for one in selectors(drop):
        for element in select(tree, one):
            if isinstance(element, html.HtmlElement) and element.getparent() is not None:
                element.drop_tree()


def body_html(found: Iterable[Any]) -> str:
    """The HTML of the selected elements: their blocks with lists, tables, quotations and pictures."""
    return "".join(_block_html(one) for one in _outermost(found))


def _outermost(found: Iterable[Any]) -> Iterator[html.HtmlElement]:
    """The elements that are in no other one of them."""
    elements = [one for one in found if isinstance(one, html.HtmlElement)]
    inside = set(elements)
    for one in elements:
        if not any(above in inside for above in one.iterancestors()):
            yield one


def _block_html(element: html.HtmlElement) -> str:
    holder = etree.Element("div")
    copy = deepcopy(element)
    copy.tail = None
    holder.append(copy)
    page = BlockReader(holder, landmarks=True)
    return html_of(page.blocks, page.boxes)
