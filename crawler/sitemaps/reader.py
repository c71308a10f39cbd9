"""Sitemaps: urlsets of stories or of plain addresses, indexes of further sitemaps, lists of addresses, robots.txt.

Pure, never raises on any text; only MemoryError passes through. An address with a title is an Article; one without
is a link only. `lastmod` is a hint: the date of a story only if nothing else is printed, and then with a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from newsdesk.crawler.documents import scan
from newsdesk.crawler.documents.charset import decode
from newsdesk.crawler.documents.links import is_web_address, join
from newsdesk.crawler.documents.repair import repair
from newsdesk.crawler.documents.xml import NotWellFormedError, stream_strictly, text_in
from newsdesk.crawler.http.decoding import CodingError, TooLargeError, decode_steps
from newsdesk.crawler.models import Article, Markup, PrintedDate
from newsdesk.crawler.sitemaps.listed import ListedAddress
from newsdesk.crawler.sitemaps.robots_lines import read_sitemap_lines
from newsdesk.storage.records.stories import Access, Kind

MOST_ROWS = 50_000  # of one document; the protocol allows no more
_GZIP = b"\x1f\x8b"
_DECLARATION = re.compile(r"<\?xml\s[^>]{0,300}\?>")
_ISO = re.compile(r"(?:19|20)\d\d-\d\d")
_FEED_ROOTS = ("rss", "feed", "rdf")
_MEDIA = ("image", "video")
_ACCESS: dict[str, Access] = {"subscription": "paywalled", "registration": "paywalled"}
_GENRES: dict[str, Kind] = {"opinion": "opinion", "oped": "opinion"}
_ROW_OF = {"urlset": "url", "sitemapindex": "sitemap"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapReading:
    """A parsed sitemap. `children` are the sitemaps of an index, `articles` and `links` the addresses with and without
    a title. `publication`: the name of the newspaper. `complete` is False when the document is cut off, or larger
    than a limit, which `cut` names. `left_out`: rows over the limit, the oldest by their dates. `problem`: why it is
    no sitemap."""

    format: str = "sitemap"
    publication: str | None = None
    articles: tuple[Article, ...] = ()
    links: tuple[ListedAddress, ...] = ()
    children: tuple[ListedAddress, ...] = ()
    complete: bool = True
    cut: str | None = None
    left_out: int = 0
    repairs: tuple[str, ...] = ()
    problem: str | None = None

    @property
    def is_index(self) -> bool:
        return self.format in ("sitemap index", "robots.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One address of an urlset or index, and what is printed about it."""

    address: str
    lastmod: str | None
    news: dict[str, str]
    image: str | None

    @property
    def moment(self) -> str:
        """Sorts rows by time: ISO dates sort as text."""
        printed = self.news.get("publication_date") or self.lastmod or ""
        return printed[:19] if _ISO.match(printed) else ""


def read_sitemap(
    body: bytes, *, address: str, charset: str | None, most_bytes: int, most_links: int
) -> SitemapReading:
    """The sitemap in `body`, the response of `address`. A gzip file is decompressed up to `most_bytes`; of the
    addresses without a title at most `most_links` are kept."""
    cut = None
    if body.startswith(_GZIP):
        try:
            body, cut = _decompressed(body, most_bytes)
        except CodingError as error:
            return SitemapReading(problem=f"it cannot be decompressed: {error}")
    text = decode(body, charset).text.lstrip("\ufeff \t\r\n")
    if not text.strip("\x00"):
        return SitemapReading(problem="an empty body")
    if not text.startswith("<"):
        return _read_lines(text, address, cut, most_links)
    declaration = _DECLARATION.match(text)
    text = text[declaration.end() :].lstrip() if declaration else text
    root = scan.root_name(text).rpartition(":")[2]
    if root not in _ROW_OF:
        return SitemapReading(problem=_describe(root, text))
    rows, whole, repairs = _rows(text, _ROW_OF[root], address)
    if not whole and cut is None:
        cut = "it ends early, or is broken"
    if len(rows) > MOST_ROWS:
        cut = f"it has more than {MOST_ROWS:,} addresses"
        rows = rows[:MOST_ROWS]
    if root == "sitemapindex":
        children = tuple(ListedAddress(address=row.address, lastmod=row.lastmod) for row in rows)
        return SitemapReading(
            format="sitemap index", children=children, complete=cut is None, cut=cut, repairs=repairs
        )
    titled = [row for row in rows if row.news.get("title")]
    untitled = [
        ListedAddress(address=row.address, lastmod=row.lastmod) for row in rows if not row.news.get("title")
    ]
    links = newest(untitled, most_links)
    return SitemapReading(
        format="news sitemap" if titled else "sitemap",
        publication=next((row.news["name"] for row in titled if row.news.get("name")), None),
        articles=tuple(map(_article, titled)),
        links=tuple(links),
        complete=cut is None,
        cut=cut,
        left_out=len(untitled) - len(links),
        repairs=repairs,
    )


def newest(links: Sequence[ListedAddress], most: int) -> Sequence[ListedAddress]:
    """The newest by `lastmod`, in their order; without any the first and the last, since lists grow at either end."""
    if len(links) <= most:
        return links
    if not any(link.lastmod for link in links):
        return [*links[: most - most // 2], *links[len(links) - most // 2 :]]
    moments = [link.lastmod[:19] if link.lastmod and _ISO.match(link.lastmod) else "" for link in links]
    places = sorted(range(len(links)), key=moments.__getitem__, reverse=True)[:most]
    return [links[place] for place in sorted(places)]


def _decompressed(body: bytes, most_bytes: int) -> tuple[bytes, str | None]:
    """The decompressed body, and why it is not whole. Raises CodingError for what is no gzip at all."""
    pieces: list[bytes] = []
    try:
        pieces.extend(decode_steps("gzip", body, most_bytes))
    except TooLargeError:
        return b"".join(pieces), f"decompressed it is larger than {most_bytes:,} bytes"
    except CodingError:
        if not pieces:
            raise
        return b"".join(pieces), "its gzip stream is cut off or broken"
    return b"".join(pieces), None


def _read_lines(text: str, address: str, cut: str | None, most_links: int) -> SitemapReading:
    """A robots.txt, which names sitemaps, or a list with one address a line."""
    named = read_sitemap_lines(text.encode("utf-8", "replace"), address=address)
    if named:
        return SitemapReading(
            format="robots.txt", children=tuple(ListedAddress(address=one) for one in named)
        )
    lines = [line.strip() for line in text.splitlines()[: MOST_ROWS + 1] if line.strip()]
    links = [ListedAddress(address=line) for line in lines if is_web_address(line)]
    if not links or 2 * len(links) < len(lines):
        begins = " ".join(text[:60].split())
        return SitemapReading(problem=f"this is no sitemap, it begins with {begins!r}")
    if len(lines) > MOST_ROWS:
        cut = f"it has more than {MOST_ROWS:,} addresses"
    kept = newest(links, most_links)
    return SitemapReading(
        format="list of addresses",
        links=tuple(kept),
        complete=cut is None,
        cut=cut,
        left_out=len(links) - len(kept),
    )


def _rows(text: str, tag: str, address: str) -> tuple[list[_Row], bool, tuple[str, ...]]:
    """The rows of a document, whether it is whole, and the repairs that it needed. A DOCTYPE may declare entities, so
    the repairs remove it first."""
    rows: list[_Row] = []
    if scan.find_doctype(text) == (-1, -1):
        rows, whole = _streamed(text, tag, address)
        if whole:
            return rows, True, ()
    repaired, done = repair(text)
    again, whole = _streamed(repaired, tag, address)
    if whole or len(again) > len(rows):
        return again, whole, done
    return rows, False, ()


def _streamed(text: str, tag: str, address: str) -> tuple[list[_Row], bool]:
    """The rows up to the first error, or one more than `MOST_ROWS`; whether there was none."""
    rows: list[_Row] = []
    try:
        for element in stream_strictly(text, tag):
            row = _row(element, address)
            if row is not None:
                rows.append(row)
                if len(rows) > MOST_ROWS:
                    break
    except NotWellFormedError:
        return rows, False
    return rows, True


def _row(element: etree._Element, base: str) -> _Row | None:
    # Pictures and videos of an address have a loc, a title and a publication_date of their own.
    children = {_name(child): child for child in reversed(element) if isinstance(child.tag, str)}
    if "loc" not in children:
        return None
    link = join(base, text_in(children["loc"]))
    if link is None:
        return None
    news = children.get("news", element)
    values = {_name(one): text for one in _outside_media(news) if (text := text_in(one))}
    picture = children.get("image")
    image = None if picture is None else next((text_in(one) for one in picture if _name(one) == "loc"), None)
    lastmod = text_in(children["lastmod"])[:100] if "lastmod" in children else None
    return _Row(address=link, lastmod=lastmod or None, news=values, image=image)


def _article(row: _Row) -> Article:
    news = row.news
    published = news.get("publication_date")
    kinds = [_GENRES.get(genre) for genre in _words(news.get("genres"))]
    kind = next((kind for kind in kinds if kind), None)
    access = _ACCESS.get(news.get("access", "").strip().lower())
    stated = (("kind", kind), ("access", access))
    return Article(
        link=row.address,
        title=Markup(value=news["title"], kind="text"),
        published=published,
        # Not as `updated`: it often changes with each visit, and would make the entry another one each time.
        dates=() if published or row.lastmod is None else (PrintedDate(origin="lastmod", value=row.lastmod),),
        categories=tuple(
            word for word in (part.strip() for part in news.get("keywords", "").split(",")) if word
        ),
        language=news.get("language"),
        image=row.image,
        kind=kind,
        access=access,
        origins=tuple((name, "sitemap") for name, value in stated if value),
    )


def _words(printed: str | None) -> list[str]:
    """`Opinion, Op-Ed` -> `opinion`, `oped`."""
    return [re.sub(r"[^a-z]", "", part.lower()) for part in (printed or "").split(",")]


def _outside_media(element: etree._Element) -> Iterator[etree._Element]:
    """The elements below `element` that belong to no picture or video."""
    for child in element.iterchildren(etree.Element):
        if _name(child) not in _MEDIA:
            yield child
            yield from _outside_media(child)


def _name(element: etree._Element) -> str:
    """The name without its namespace, which many publishers misprint."""
    return element.tag.rpartition("}")[2].lower()


def _describe(root: str, text: str) -> str:
    if root in _FEED_ROOTS:
        return f"this is a feed (<{root}>), not a sitemap"
    if root in ("html", "head", "body") or "html" in text[:100].lower():
        return "this is a web page (html), not a sitemap"
    return f"this is XML with the root <{root[:80]}>, not a sitemap" if root else "this is no sitemap"
