"""A news sitemap: the articles of a site's last two days, each with its address, title and date.

Pure, never raises on any text. Only strict XML without a DOCTYPE, since programs write sitemaps. An address without
a title is not an article.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from newsdesk.crawler.documents import scan
from newsdesk.crawler.documents.charset import decode
from newsdesk.crawler.documents.links import join
from newsdesk.crawler.documents.xml import NotWellFormedError, parse_strictly, text_in
from newsdesk.crawler.models import Article, Markup

MOST = 1000  # addresses; Google accepts no more in a news sitemap


def read_news_sitemap(body: bytes, *, address: str, charset: str | None) -> tuple[Article, ...] | None:
    """Its articles in their order; None if this is not a sitemap of addresses. Raises MemoryError."""
    text = decode(body, charset).text.lstrip("\ufeff")
    if scan.find_doctype(text) != (-1, -1):
        return None
    end = text.find("?>") + 2 if text.lstrip().startswith("<?xml") else 0
    try:
        root = parse_strictly(text[end:].lstrip())
    except NotWellFormedError:
        return None
    if _name(root) != "urlset":
        return None
    rows = [child for child in root if _name(child) == "url"][:MOST]
    found = (_article(row, address) for row in rows)
    return tuple(article for article in found if article is not None)


def _article(row: etree._Element, base: str) -> Article | None:
    # Pictures and videos of an address have a loc, a title and a publication_date of their own.
    link = join(base, next((text_in(child) for child in row if _name(child) == "loc"), None))
    news = next((child for child in row if _name(child) == "news"), row)
    values = {_name(e): text for e in _outside_media(news) if (text := text_in(e))}
    title = values.get("title")
    if link is None or title is None:
        return None
    return Article(
        link=link,
        title=Markup(value=title, kind="text"),
        published=values.get("publication_date"),
        language=values.get("language"),
    )


def _outside_media(element: etree._Element) -> Iterator[etree._Element]:
    """The elements below `element` that belong to no picture or video."""
    for child in element.iterchildren(etree.Element):
        if _name(child) not in ("image", "video"):
            yield child
            yield from _outside_media(child)


def _name(element: etree._Element) -> str:
    """The name without its namespace, which many publishers misprint."""
    return element.tag.rpartition("}")[2].lower()
