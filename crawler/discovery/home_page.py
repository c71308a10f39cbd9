"""What a home page says of its feeds: Link headers, link tags, anchors that speak of one; and robots.txt.

Pure; no text raises. A page is looked through tag by tag, not parsed: one pass by compiled searches, bounded
in characters, tags and candidates, needs no pool.
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

FoundBy = Literal["given", "link header", "link tag", "anchor", "well-known path"]

MOST_BYTES = 4 * 1024 * 1024  # of a page that are looked through; link tags stand in its first 100 kB
MOST_TAGS = 20_000
MOST_LINKS = 100
MOST_ON_WORDS = 3  # anchors that are believed on their words alone; most of those are headlines

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
_ANCHOR_TEXT = 600  # characters between <a> and </a> that may tell what it leads to
_INNER_TAG = re.compile(r"<[^<>]{0,500}>")
_TOLD = re.compile(r"\b(?:alt|title|aria-label)\s{0,9}=\s{0,9}[\"']([^\"']{1,100})", re.I)
_SPACES = re.compile(r"\s+")

_FEED_TYPE = re.compile(r"(?:application|text)/(?:[xX][.-])?(?:rss|atom|rdf|feed)(?:\+(?:xml|json))?")
_VAGUE_TYPES = ("", "text/xml", "application/xml", "application/json")  # said of feeds, and of much else
_HREF_SPEAKS = re.compile(
    r"(?:^|[/._\-?=&])(?:rss\d?|rss2\.0|feeds?|newsfeeds?|atom|rdf)(?:[/._\-?=&]|$)", re.I
)
_FEED_HOST = re.compile(r"(?:rss|feeds?)\d{0,2}\.", re.I)
_NO_FEED = re.compile(r"sitemap|\.(?:css|js|png|jpe?g|gif|svg|webp|ico|pdf|mp[34]|zip)$|oembed|wp-json", re.I)
_TEXT_SPEAKS = re.compile(r"(?<![^\W_])(?:rss|feeds?|newsfeed|webfeed|atom)(?![^\W_])", re.I)
_LONGEST_SPEECH = 30  # characters; a headline may hold "feed" or "atom" as well
_READERS = re.compile(r"(?:feedly|inoreader|theoldreader|newsblur|netvibes|feedbin)\.com|my\.yahoo\.", re.I)
_INSIDE = re.compile(r"https?://.+", re.I)

_HEADER_LINK = re.compile(r"<([^<>]{1,4000})>([^<>]{0,2000})")
_PARAMETER = re.compile(r";\s{0,9}([\w*\-]{1,40})\s{0,9}=\s{0,9}(?:\"([^\"]{0,500})\"|([^\s\";,]{1,500}))")
_REFRESH = re.compile(r"\s*\d{1,3}(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?(.{1,4000})", re.I | re.S)
_SITEMAP = re.compile(r"^[ \t]{0,99}sitemap[ \t]{0,99}:[ \t]{0,99}(\S{1,4000})", re.I | re.M)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink:
    """Something that may be a feed. `title` and `type` as the page gives them, `page` is where it stood."""

    address: str
    way: FoundBy
    page: str
    title: str | None = None
    type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeReading:
    """What a page says. `tags` in their order; `anchors` those first that speak of a feed most plainly.
    `refresh` is where a page that only leads on leads to."""

    title: str | None = None
    tags: tuple[FeedLink, ...] = ()
    anchors: tuple[FeedLink, ...] = ()
    refresh: str | None = None


class _Tag(NamedTuple):
    name: str
    told: dict[str, str]
    start: int  # of what stands inside
    title: str = ""


def is_web_page(body: bytes, content_type: str | None) -> bool:
    """Whether it is worth looking through: said to be HTML, or beginning like it."""
    return content_type in ("text/html", "application/xhtml+xml") or bool(_PAGE.search(body[:2_000]))


def read_home(body: bytes, *, address: str, charset: str | None = None) -> HomeReading:
    """Look through a page that came from `address`; `charset` is the HTTP header's."""
    if len(body) > MOST_BYTES:
        body = body[:MOST_BYTES].rpartition(b">")[0] + b">"
    declared = _CHARSET.search(body[:8_000])
    text = decode(body, charset or (declared[1].decode("ascii") if declared else None)).text
    base, based, title, refresh = address, False, None, None
    tags: list[FeedLink] = []
    anchors: list[tuple[int, FeedLink]] = []
    for tag in _tags(text):
        if tag.name == "base" and not based and tag.told.get("href"):
            base, based = absolute_url(tag.told["href"], base=address) or address, True
        elif tag.name == "title" and title is None:
            title = _plain(tag.title) or None
        elif tag.name == "meta" and refresh is None and tag.told.get("http-equiv", "").lower() == "refresh":
            found = _REFRESH.match(tag.told.get("content", ""))
            refresh = absolute_url(found[1].strip("\"' "), base=base) if found else None
        elif tag.name == "link" and (link := _from_tag(tag, base, address)):
            tags.append(link)
        elif tag.name == "a" and (spoken := _from_anchor(tag, text, base, address)):
            anchors.append(spoken)
    plain_text = [pair for pair in anchors if pair[0] < 2]
    on_words = [pair for pair in anchors if pair[0] == 2][:MOST_ON_WORDS]
    plainest = sorted(plain_text, key=lambda pair: pair[0]) + on_words  # else in their order
    return HomeReading(
        title=title,
        tags=_distinct(tags, address),
        anchors=_distinct((link for _, link in plainest), address),
        refresh=refresh,
    )


def read_link_header(headers: Iterable[tuple[str, str]], *, address: str) -> tuple[FeedLink, ...]:
    """Feeds in `Link:` headers (RFC 8288), relative to the page's address."""
    links = []
    for name, value in headers:
        if name != "link":
            continue
        for target, parameters in _HEADER_LINK.findall(value[:32_000]):
            told = {key.lower(): quoted or bare for key, quoted, bare in _PARAMETER.findall(parameters)}
            link = _declared(target, told, address, address, "link header")
            if link:
                links.append(link)
    return _distinct(links, address)


def read_sitemap_lines(body: bytes, *, address: str) -> tuple[str, ...]:
    """The sitemaps that a robots.txt names."""
    text = body[:500_000].decode("utf-8", "replace")
    found = (absolute_url(printed, base=address) for printed in _SITEMAP.findall(text)[:MOST_LINKS])
    return tuple(dict.fromkeys(one for one in found if one))


def comparable_address(address: str) -> str:
    """The form by which feeds' addresses are compared: without scheme, `www.` and the scheme's own port. What
    is left of a story's address by `canonical_url` is not enough: it takes `?feed=rss2` for a way to come."""
    parts = urlsplit(address)
    host = re.sub(r":(?:80|443)\Z", "", parts.netloc.lower()).removeprefix("www.")
    return f"{host}{parts.path or '/'}?{parts.query}"


def _tags(text: str) -> Iterator[_Tag]:
    """Start tags in their order; what stands in comments, scripts and styles is none."""
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
        told, at = _attributes(text, at)
        title = ""
        if name in _RAW_END:
            end = _RAW_END[name].search(text, at)
            if end is None:
                return
            title, at = text[at : min(end.start(), at + 1_000)], end.end()
        yield _Tag(name, told, at, title)


def _attributes(text: str, at: int) -> tuple[dict[str, str], int]:
    """name in lower case → value, and where the tag ends."""
    told: dict[str, str] = {}
    for _ in range(_MOST_ATTRIBUTES):
        found = _ATTRIBUTE.match(text, at)
        if found is None:
            break
        value = next((part for part in found.groups()[1:] if part is not None), "")
        told.setdefault(found[1].lower(), unescape(value).strip() if "&" in value else value.strip())
        at = found.end()
    end = text.find(">", at, at + 10_000)
    return told, end + 1 if end >= 0 else at


def _from_tag(tag: _Tag, base: str, page: str) -> FeedLink | None:
    return _declared(tag.told.get("href", ""), tag.told, base, page, "link tag")


def _declared(href: str, told: dict[str, str], base: str, page: str, way: FoundBy) -> FeedLink | None:
    """A link of which the page says that it is another form of it, in a type that feeds have."""
    relations = told.get("rel", "").lower().split()
    kind = told.get("type", "").partition(";")[0].strip().lower()
    alternate = not relations or "feed" in relations or any(one.startswith("altern") for one in relations)
    if not alternate or "stylesheet" in relations:
        return None
    address = _address(href, base, page)
    if address is None:
        return None
    title = _plain(told.get("title", "")) or None
    said_by_type = bool(_FEED_TYPE.fullmatch(kind)) or "feed" in relations
    if not said_by_type and not (kind in _VAGUE_TYPES and relations and looks_like_feed_address(address)):
        return None  # a translation, a telephone's page, oEmbed, an interface for programs
    return FeedLink(address=address, way=way, page=page, title=title, type=kind or None)


def _from_anchor(tag: _Tag, text: str, base: str, page: str) -> tuple[int, FeedLink] | None:
    """An anchor whose address or words speak of a feed; first, how plainly (0: both do)."""
    href = tag.told.get("href", "")
    if not href or href[0] == "#":
        return None
    said_by_type = (
        bool(_FEED_TYPE.fullmatch(tag.told.get("type", "").lower()))
        or href[:5].lower() == "feed:"
        or bool(_READERS.search(href[:60]) and _INSIDE.search(unquote(href), 9))
    )
    end = _ANCHOR_END.search(text, tag.start, tag.start + _ANCHOR_TEXT)
    inside = text[tag.start : end.start() if end else tag.start]
    words = _plain(_INNER_TAG.sub(" ", inside))
    told = [tag.told.get("title", ""), tag.told.get("aria-label", ""), *_TOLD.findall(inside)]
    speeches = [one for one in (words, *map(_plain, told)) if one and len(one) <= _LONGEST_SPEECH]
    by_words = any(map(_TEXT_SPEAKS.search, speeches)) or bool(
        not words and _TEXT_SPEAKS.search(f"{tag.told.get('class', '')} {inside}")  # an icon by its class
    )
    if not (by_words or said_by_type or _HREF_SPEAKS.search(href) or _FEED_HOST.search(href)):
        return None  # before it is joined: a page has a thousand anchors
    address = _address(href, base, page)
    if address is None or _NO_FEED.search(urlsplit(address).path):
        return None
    by_address = looks_like_feed_address(address)
    if not (by_words or by_address or said_by_type):
        return None
    plainness = 0 if said_by_type or (by_words and by_address) else 1 if by_address else 2
    title = next((one for one in speeches if _TEXT_SPEAKS.sub("", one).strip(" -:|")), None)
    return plainness, FeedLink(address=address, way="anchor", page=page, title=title)


def _address(href: str, base: str, page: str) -> str | None:
    """As it is asked: absolute, without fragment; feed: on a page's own host goes by the page's scheme;
    the feed inside a link to a reader's service."""
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
    """Whether an address looks like a feed's: `/rss.xml`, `/?feed=rss2`, `feeds.example`."""
    parts = urlsplit(address)
    told = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return bool(
        (_HREF_SPEAKS.search(told) or _FEED_HOST.match(parts.netloc)) and not _NO_FEED.search(parts.path)
    )


def _distinct(links: Iterable[FeedLink], page: str) -> tuple[FeedLink, ...]:
    """Each once, at its first place; of http and https that which the page itself came by, else https."""
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
