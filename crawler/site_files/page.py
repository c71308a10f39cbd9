"""The page that the functions of a site file get, with Scrapy's idioms: `page.css("h1::text").get()`."""

from __future__ import annotations

from urllib.parse import urljoin

from lxml import html
from parsel import Selector, SelectorList


class SitePage:
    """A parsed page. `address` is where it came from; `tree` is lxml's."""

    def __init__(self, tree: html.HtmlElement, *, address: str, base: str) -> None:
        self.address = address
        self.base = base
        self.tree = tree
        self._selector = Selector(root=tree, type="html")

    def css(self, query: str) -> SelectorList[Selector]:
        return self._selector.css(query)

    def xpath(self, query: str) -> SelectorList[Selector]:
        return self._selector.xpath(query)

    def urljoin(self, link: str) -> str:
        """A link of the page as an absolute address."""
        return urljoin(self.base, link)
