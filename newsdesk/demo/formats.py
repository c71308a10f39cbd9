"""The stories of a site as RSS 2.0 (rich or plain), Atom 1.0, RSS 1.0 (RDF) or JSON Feed 1.1.

Pure. lxml and json escape. Each format has dates, authors and images in its usual elements.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Any

from lxml import etree

from newsdesk.demo.newsroom import Format, Piece, Site

CONTENT_TYPES: Mapping[Format, str] = {
    "rss": "application/rss+xml",
    "rss-plain": "text/xml",
    "atom": "application/atom+xml",
    "rdf": "application/rdf+xml",
    "json": "application/feed+json",
}

_NAMES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rss": "http://purl.org/rss/1.0/",
    "sitemap": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "xml": "http://www.w3.org/XML/1998/namespace",
}


def feed_of(site: Site, pieces: tuple[Piece, ...], base: str) -> bytes:
    """The feed in the format of the site. `base`: the address of the site without a path."""
    print_feed: Callable[[Site, tuple[Piece, ...], str], bytes] = {
        "rss": rss,
        "rss-plain": rss_plain,
        "atom": atom,
        "rdf": rdf,
        "json": json_feed,
    }[site.format]
    return print_feed(site, pieces, base)


def news_sitemap(site: Site, pieces: tuple[Piece, ...], base: str) -> bytes:
    """A news sitemap: address, title, date, language and keywords of each story."""
    root = etree.Element(_tag("sitemap:urlset"), nsmap=_prefixes("news") | _default("sitemap"))
    for piece in pieces:
        url = _add(root, "sitemap:url")
        _add(url, "sitemap:loc", base + piece.path)
        news = _add(url, "news:news")
        publication = _add(news, "news:publication")
        _add(publication, "news:name", site.name)
        _add(publication, "news:language", piece.language)
        _add(news, "news:publication_date", piece.published.isoformat())
        _add(news, "news:title", piece.title)
        _add(news, "news:keywords", ", ".join(piece.categories))
    return _printed(root)


def html_of(piece: Piece) -> str:
    return "\n".join(f"<p>{escape(text, quote=False)}</p>" for text in piece.paragraphs)


def rss(site: Site, pieces: tuple[Piece, ...], base: str) -> bytes:
    """RSS 2.0 with full texts: content:encoded, dc:creator, media:content, atom:updated."""
    root = etree.Element("rss", version="2.0", nsmap=_prefixes("atom", "content", "dc", "media"))
    channel = _channel(root, site, pieces, base)
    _add(channel, "atom:link", rel="self", type="application/rss+xml", href=_own(site, base))
    for piece in pieces:
        item = _item(channel, piece, base)
        # A right-to-left site has one creator for each author; Latin bylines join the names.
        creators = piece.authors if site.right_to_left else (site.joined(piece.authors),)
        for creator in filter(None, creators):
            _add(item, "dc:creator", creator)
        _add(item, "content:encoded").text = etree.CDATA(html_of(piece))
        if piece.image:
            _add(item, "media:content", url=base + piece.image, medium="image", type="image/jpeg")
        if piece.updated:
            _add(item, "atom:updated", piece.updated.isoformat())
    return _printed(root)


def rss_plain(site: Site, pieces: tuple[Piece, ...], base: str) -> bytes:
    """RSS 2.0 without extensions: descriptions only, authors as `mail (names)`."""
    root = etree.Element("rss", version="2.0")
    channel = _channel(root, site, pieces, base)
    for piece in pieces:
        item = _item(channel, piece, base)
        if piece.authors:
            _add(item, "author", f"{site.mail} ({site.joined(piece.authors)})")
    return _printed(root)


def atom(site: Site, pieces: tuple[Piece, ...], base: str) -> bytes:
    """Atom 1.0: one author element for each name, summary and HTML content, xml:lang where it differs."""
    root = etree.Element(f"{{{_NAMES['atom']}}}feed", nsmap=_default("atom"))
    root.set(_tag("xml:lang"), site.language)
    _add(root, "atom:id", f"tag:{site.host},2019:feed")
    _add(root, "atom:title", site.name)
    _add(root, "atom:subtitle", site.tagline)
    _add(root, "atom:updated", _newest(pieces).isoformat())
    _add(root, "atom:link", rel="self", type="application/atom+xml", href=_own(site, base))
    _add(root, "atom:link", rel="alternate", type="text/html", href=base + "/")
    _add(_add(root, "atom:author"), "atom:name", site.name)
    for piece in pieces:
        entry = _add(root, "atom:entry")
        if piece.language != site.language:
            entry.set(_tag("xml:lang"), piece.language)
        _add(entry, "atom:id", f"tag:{site.host},2019:{piece.path}")
        _add(entry, "atom:title", piece.title)
        _add(entry, "atom:link", rel="alternate", type="text/html", href=base + piece.path)
        if piece.image:
            _add(entry, "atom:link", rel="enclosure", type="image/jpeg", href=base + piece.image)
        _add(entry, "atom:published", piece.published.isoformat())
        _add(entry, "atom:updated", piece.touched.isoformat())
        for name in piece.authors:
            _add(_add(entry, "atom:author"), "atom:name", name)
        for category in piece.categories:
            _add(entry, "atom:category", term=category)
        _add(entry, "atom:summary", piece.summary)
        _add(entry, "atom:content", html_of(piece), type="html")
    return _printed(root)


def rdf(site: Site, pieces: tuple[Piece, ...], base: str) -> bytes:
    """RSS 1.0: items beside the channel, dc:date to the minute, one dc:creator for each name."""
    prefixes = _prefixes("rdf", "dc", "content", "media") | _default("rss")
    root = etree.Element(_tag("rdf:RDF"), nsmap=prefixes)
    root.set(_tag("xml:lang"), site.language)
    channel = _add(root, "rss:channel", **{"rdf:about": _own(site, base)})
    _add(channel, "rss:title", site.name)
    _add(channel, "rss:link", base + "/")
    _add(channel, "rss:description", site.tagline)
    _add(channel, "dc:language", site.language)
    _add(channel, "dc:date", _newest(pieces).isoformat(timespec="minutes"))
    order = _add(_add(channel, "rss:items"), "rdf:Seq")
    for piece in pieces:
        address = base + piece.path
        _add(order, "rdf:li", **{"rdf:resource": address})
        item = _add(root, "rss:item", **{"rdf:about": address})
        _add(item, "rss:title", piece.title)
        _add(item, "rss:link", address)
        _add(item, "rss:description", piece.summary)
        _add(item, "content:encoded").text = etree.CDATA(html_of(piece))
        for name in piece.authors:
            _add(item, "dc:creator", name)
        for category in piece.categories:
            _add(item, "dc:subject", category)
        _add(item, "dc:date", piece.published.isoformat(timespec="minutes"))
        if piece.image:
            _add(item, "media:thumbnail", url=base + piece.image)
    return _printed(root)


def json_feed(site: Site, pieces: tuple[Piece, ...], base: str) -> bytes:
    """JSON Feed 1.1."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.name,
        "description": site.tagline,
        "home_page_url": base + "/",
        "feed_url": _own(site, base),
        "language": site.language,
        "items": [_json_item(piece, base) for piece in pieces],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def _json_item(piece: Piece, base: str) -> dict[str, object]:
    item: dict[str, object | None] = {
        "id": base + piece.path,
        "url": base + piece.path,
        "title": piece.title,
        "summary": piece.summary,
        "content_html": html_of(piece),
        "date_published": piece.published.isoformat(),
        "date_modified": piece.updated.isoformat() if piece.updated else None,
        "authors": [{"name": name} for name in piece.authors] or None,
        "tags": list(piece.categories) or None,
        "image": base + piece.image if piece.image else None,
        "language": piece.language,
    }
    return {key: value for key, value in item.items() if value is not None}


def _channel(root: etree._Element, site: Site, pieces: tuple[Piece, ...], base: str) -> etree._Element:
    channel = _add(root, "channel")
    _add(channel, "title", site.name)
    _add(channel, "link", base + "/")
    _add(channel, "description", site.tagline)
    _add(channel, "language", site.language)
    _add(channel, "lastBuildDate", _rfc_822(_newest(pieces)))
    return channel


def _item(channel: etree._Element, piece: Piece, base: str) -> etree._Element:
    item = _add(channel, "item")
    _add(item, "title", piece.title)
    _add(item, "link", base + piece.path)
    _add(item, "guid", base + piece.path, isPermaLink="true")
    _add(item, "pubDate", _rfc_822(piece.published))
    for category in piece.categories:
        _add(item, "category", category)
    # An RSS description is HTML, which XML escapes a second time.
    _add(item, "description", escape(piece.summary, quote=False))
    return item


def _own(site: Site, base: str) -> str:
    """The address of the feed of a site."""
    return f"{base}{site.feed or '/'}"


def _newest(pieces: tuple[Piece, ...]) -> datetime:
    return max(piece.touched for piece in pieces)


def _rfc_822(moment: datetime) -> str:
    return format_datetime(moment, usegmt=not moment.utcoffset())


def _prefixes(*names: str) -> dict[Any, str]:
    # Any: the key of the default namespace is None, which lxml's stubs do not know.
    return {name: _NAMES[name] for name in names}


def _default(name: str) -> dict[Any, str]:
    return {None: _NAMES[name]}


def _tag(name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{_NAMES[prefix]}}}{local}" if prefix else local


def _add(parent: etree._Element, tag: str, text: str | None = None, **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, _tag(tag), {_tag(k): v for k, v in attributes.items()})
    child.text = text
    return child


def _printed(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
