"""Candidates for feeds on a home page: Link headers, link tags, anchors.

Pure; no text raises. A page is searched tag by tag, not parsed: one pass of regular expressions, limited in
characters, tags and candidates, needs no worker.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Literal, NamedTuple
from urllib.parse import unquote, urlsplit

from newsdesk.crawler.documents.charset import decode
from newsdesk.crawler.normalise.urls.canonical import absolute_url

FoundBy = Literal[
    "given", "link header", "link tag", "anchor", "robots.txt", "well-known path", "story links"
]

MOST_BYTES = 4 * 1024 * 1024  # of a page that are searched; link tags are in its first 100 kB
MOST_TAGS = 20_000
MOST_LINKS = 100
MOST_BY_TEXT = 3  # anchors that count by their text alone; most of those are headlines

_CHARSET = re.compile(rb"<meta[^<>]{1,200}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9._:\-]{1,40})", re.I)
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.I)
_TAG = re.compile(r"<(?:!--|(/?(?:script|style|textarea|title|base|link|meta|a))(?=[\s/>]))", re.I)
_RAW_END = {name: re.compile(f"</{name}", re.I) for name in ("script", "style", "textarea", "title")}
_ATTRIBUTE = re.compile(
    r"[\s/]{0,1000}([^\s/>=\"'<][^\s/>=]{0,100})"
    r"(?:\s{0,100}=\s{0,100}(?:\"([^\"]{0,8000})\"|'([^']{0,8000})'|([^\s>\"'][^\s>]{0,8000})))?"
)
_MOST_ATTRIBUTES = 40
_ANCHOR_END = re.compile(r"</a\b|<a\s", re.I)
_ANCHOR_TEXT = 600  # characters between <a> and </a> that are searched
_INNER_TAG = re.compile(r"<[^<>]{0,500}>")
_ATTRIBUTE_TEXT = re.compile(r"\b(?:alt|title|aria-label)\s{0,9}=\s{0,9}[\"']([^\"']{1,100})", re.I)
_SPACES = re.compile(r"\s+")

_FEED_TYPE = re.compile(r"(?:application|text)/(?:[xX][.-])?(?:rss|atom|rdf|feed)(?:\+(?:xml|json))?")
_VAGUE_TYPES = (
    "",
    "text/xml",
    "application/xml",
    "application/json",
)  # of feeds, and of many other documents
_FEED_PATH = re.compile(
    r"(?:^|[/._\-?=&])(?:rss\d?|rss2\.0|feeds?|newsfeeds?|atom|rdf)(?:[/._\-?=&]|$)", re.I
)
_FEED_HOST = re.compile(r"(?:rss|feeds?)\d{0,2}\.", re.I)
_NO_FEED = re.compile(r"sitemap|\.(?:css|js|png|jpe?g|gif|svg|webp|ico|pdf|mp[34]|zip)$|oembed|wp-json", re.I)
_FEED_TEXT = re.compile(r"(?<![^\W_])(?:rss|feeds?|newsfeed|webfeed|atom)(?![^\W_])", re.I)
_LONGEST_LABEL = 30  # characters; a headline may hold "feed" or "atom" as well
_READERS = re.compile(r"(?:feedly|inoreader|theoldreader|newsblur|netvibes|feedbin)\.com|my\.yahoo\.", re.I)
_INSIDE = re.compile(r"https?://.+", re.I)

_HEADER_LINK = re.compile(r"<([^<>]{1,4000})>([^<>]{0,2000})")
_PARAMETER = re.compile(r";\s{0,9}([\w*\-]{1,40})\s{0,9}=\s{0,9}(?:\"([^\"]{0,500})\"|([^\s\";,]{1,500}))")
_REFRESH = re.compile(r"\s*\d{1,3}(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?(.{1,4000})", re.I | re.S)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink:
    """A possible feed. `title` and `type` as published; `page` is where the link was found."""

    address: str
    found_by: FoundBy
    page: str
    title: str | None = None
    type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeReading:
    """The links of a page. `tags` in their order; `anchors` the most likely first. `refresh`: the target of a meta
    refresh."""

    title: str | None = None
    tags: tuple[FeedLink, ...] = ()
    anchors: tuple[FeedLink, ...] = ()
    refresh: str | None = None


class _Tag(NamedTuple):
    name: str
    attributes: dict[str, str]
    start: int  # of what stands inside
    title: str = ""


def is_web_page(body: bytes, content_type: str | None) -> bool:
    """Whether a document is an HTML page, by its type or its beginning."""
    return content_type in ("text/html", "application/xhtml+xml") or bool(_PAGE.search(body[:2_000]))


def read_home(body: bytes, *, address: str, charset: str | None = None) -> HomeReading:
    """Search a page that came from `address`; `charset` is the one of the HTTP header."""
    if len(body) > MOST_BYTES:
        body = body[:MOST_BYTES].rpartition(b">")[0] + b">"
    declared = _CHARSET.search(body[:8_000])
    text = decode(body, charset or (declared[1].decode("ascii") if declared else None)).text
    base, based, title, refresh = address, False, None, None
    tags: list[FeedLink] = []
    anchors: list[tuple[int, FeedLink]] = []
    for tag in _tags(text):
        if tag.name == "base" and not based and tag.attributes.get("href"):
            base, based = absolute_url(tag.attributes["href"], base=address) or address, True
        elif tag.name == "title" and title is None:
            title = _plain(tag.title) or None
        elif (
            tag.name == "meta"
            and refresh is None
            and tag.attributes.get("http-equiv", "").lower() == "refresh"
        ):
            found = _REFRESH.match(tag.attributes.get("content", ""))
            refresh = absolute_url(found[1].strip("\"' "), base=base) if found else None
        elif tag.name == "link" and (link := _from_tag(tag, base, address)):
            tags.append(link)
        elif tag.name == "a" and (found_anchor := _from_anchor(tag, text, base, address)):
            anchors.append(found_anchor)
    plain_text = [pair for pair in anchors if pair[0] < 2]
    by_text = [pair for pair in anchors if pair[0] == 2][:MOST_BY_TEXT]
    ordered = sorted(plain_text, key=lambda pair: pair[0]) + by_text  # else in their order
    return HomeReading(
        title=title,
        tags=_distinct(tags, address),
        anchors=_distinct((link for _, link in ordered), address),
        refresh=refresh,
    )


def read_link_header(headers: Iterable[tuple[str, str]], *, address: str) -> tuple[FeedLink, ...]:
    """Feeds in `Link:` headers (RFC 8288), relative to the page's address."""
    links = []
    for name, value in headers:
        if name != "link":
            continue
        for target, parameters in _HEADER_LINK.findall(value[:32_000]):
            attributes = {key.lower(): quoted or bare for key, quoted, bare in _PARAMETER.findall(parameters)}
            link = _declared(target, attributes, address, address, "link header")
            if link:
                links.append(link)
    return _distinct(links, address)


def comparable_address(address: str) -> str:
    """The form in which addresses of feeds are compared: without scheme, `www.` and the default port. The
    `canonical_url` of stories is not suitable: it removes `?feed=rss2` as tracking."""
    parts = urlsplit(address)
    host = re.sub(r":(?:80|443)\Z", "", parts.netloc.lower()).removeprefix("www.")
    return f"{host}{parts.path or '/'}?{parts.query}"


def _tags(text: str) -> Iterator[_Tag]:
    """Start tags in their order, without those in comments, scripts and styles."""
    at = 0
    for _ in range(MOST_TAGS):
        found = _TAG.search(text, at)
        if found is None:
            return
        if found[1] is None:
            at = text.find("-->", found.start() + 2)
            if at < 0:
                return
            continue
        name, at = found[1].lower(), found.end()
        if name.startswith("/"):
            continue
        attributes, at = _attributes(text, at)
        title = ""
        if name in _RAW_END:
            end = _RAW_END[name].search(text, at)
            if end is None:
                return
            title, at = text[at : min(end.start(), at + 1_000)], end.end()
        yield _Tag(name, attributes, at, title)


def _attributes(text: str, at: int) -> tuple[dict[str, str], int]:
    """Name in lower case → value, and the end of the tag."""
    attributes: dict[str, str] = {}
    for _ in range(_MOST_ATTRIBUTES):
        found = _ATTRIBUTE.match(text, at)
        if found is None:
            break
        value = next((part for part in found.groups()[1:] if part is not None), "")
        attributes.setdefault(found[1].lower(), unescape(value).strip() if "&" in value else value.strip())
        at = found.end()
    end = text.find(">", at, at + 10_000)
    return attributes, end + 1 if end >= 0 else at


def _from_tag(tag: _Tag, base: str, page: str) -> FeedLink | None:
    return _declared(tag.attributes.get("href", ""), tag.attributes, base, page, "link tag")


def _declared(href: str, attributes: dict[str, str], base: str, page: str, way: FoundBy) -> FeedLink | None:
    """A link that the page declares as another form of itself, in a type that feeds have."""
    relations = attributes.get("rel", "").lower().split()
    kind = attributes.get("type", "").partition(";")[0].strip().lower()
    alternate = not relations or "feed" in relations or any(one.startswith("altern") for one in relations)
    if not alternate or "stylesheet" in relations:
        return None
    address = _address(href, base, page)
    if address is None:
        return None
    title = _plain(attributes.get("title", "")) or None
    by_type = bool(_FEED_TYPE.fullmatch(kind)) or "feed" in relations
    if not by_type and not (kind in _VAGUE_TYPES and relations and looks_like_feed_address(address)):
        return None  # a translation, a mobile page, oEmbed, an API
    return FeedLink(address=address, found_by=way, page=page, title=title, type=kind or None)


def _from_anchor(tag: _Tag, text: str, base: str, page: str) -> tuple[int, FeedLink] | None:
    """An anchor whose address or text looks like a feed, after its rank (0: both do)."""
    href = tag.attributes.get("href", "")
    if not href or href[0] == "#":
        return None
    by_type = (
        bool(_FEED_TYPE.fullmatch(tag.attributes.get("type", "").lower()))
        or href[:5].lower() == "feed:"
        or bool(_READERS.search(href[:60]) and _INSIDE.search(unquote(href), 9))
    )
    end = _ANCHOR_END.search(text, tag.start, tag.start + _ANCHOR_TEXT)
    inside = text[tag.start : end.start() if end else tag.start]
    text_inside = _plain(_INNER_TAG.sub(" ", inside))
    attributes = [
        tag.attributes.get("title", ""),
        tag.attributes.get("aria-label", ""),
        *_ATTRIBUTE_TEXT.findall(inside),
    ]
    labels = [one for one in (text_inside, *map(_plain, attributes)) if one and len(one) <= _LONGEST_LABEL]
    by_label = any(map(_FEED_TEXT.search, labels)) or bool(
        not text_inside
        and _FEED_TEXT.search(f"{tag.attributes.get('class', '')} {inside}")  # an icon by its class
    )
    if not (by_label or by_type or _FEED_PATH.search(href) or _FEED_HOST.search(href)):
        return None  # checked before it is joined: a page has a thousand anchors
    address = _address(href, base, page)
    if address is None or _NO_FEED.search(urlsplit(address).path):
        return None
    by_address = looks_like_feed_address(address)
    if not (by_label or by_address or by_type):
        return None
    rank = 0 if by_type or (by_label and by_address) else 1 if by_address else 2
    title = next((one for one in labels if _FEED_TEXT.sub("", one).strip(" -:|")), None)
    return rank, FeedLink(address=address, found_by="anchor", page=page, title=title)


def _address(href: str, base: str, page: str) -> str | None:
    """The address to request: absolute, without fragment. feed: on the page's own host becomes the page's scheme;
    of a link to a feed reader's service the address inside is taken."""
    address = absolute_url(href, base=base)
    if address is None:
        return None
    address = address.partition("#")[0]
    try:
        parts, own = urlsplit(address), urlsplit(page)
    except ValueError:
        return None
    if _READERS.search(parts.netloc):
        inside = _INSIDE.search(unquote(address[len(f"{parts.scheme}://{parts.netloc}") :]))
        return absolute_url(inside[0].partition("&")[0], base=None) if inside else None
    if href[:5].lower() == "feed:" and parts.netloc == own.netloc:
        address = f"{own.scheme}{address[len(parts.scheme) :]}"
    return address


def looks_like_feed_address(address: str) -> bool:
    """Whether an address looks like that of a feed: `/rss.xml`, `/?feed=rss2`, `feeds.example`."""
    parts = urlsplit(address)
    attributes = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return bool(
        (_FEED_PATH.search(attributes) or _FEED_HOST.match(parts.netloc)) and not _NO_FEED.search(parts.path)
    )


def _distinct(links: Iterable[FeedLink], page: str) -> tuple[FeedLink, ...]:
    """Each once, at its first position; of http and https the scheme of the page, else https."""
    found: dict[str, FeedLink] = {}
    scheme = "http:" if page.startswith("http:") else "https:"
    for link in links:
        key = comparable_address(link.address)
        known = found.get(key)
        if known is None:
            if len(found) < MOST_LINKS and key != comparable_address(page):
                found[key] = link
        elif link.address.startswith(scheme) and not known.address.startswith(scheme):
            found[key] = link
    return tuple(found.values())


def _plain(text: str) -> str:
    return _SPACES.sub(" ", unescape(text[:1_000])).strip()[:200]
