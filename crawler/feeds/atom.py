"""Atom 1.0 (RFC 4287) and 0.3: a tree to Articles.

Pure. Text constructs keep their kind; XHTML becomes HTML. Relative links are joined to xml:base, else to the
address of the document, as the RFC says.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator

from lxml import etree

from newsdesk.crawler.documents.links import Scope, is_web_address, join, not_a_web_address
from newsdesk.crawler.documents.namespaces import Names
from newsdesk.crawler.documents.xml import Group, grouped, html_in, text_in, value_of
from newsdesk.crawler.feeds import entry, media
from newsdesk.crawler.feeds.paging import any_address, links_to_older, page_rank, relations
from newsdesk.crawler.feeds.people import distinct
from newsdesk.crawler.feeds.rights import entry_statements, feed_statements
from newsdesk.crawler.models import Article, Enclosure, FeedReading, Markup, Person
from newsdesk.storage.records.rights.stated import Stated
from newsdesk.storage.records.visits import FeedFacts

ROOTS = ("atom:feed", "atom:entry")
_ENTRIES = ("atom:entry", "entry", "atom:item", "item", "?:entry")
_LINKS = ("atom:link", "link", "atom:url", "?:link")
_TITLES = ("atom:title", "title")
_SUMMARIES = ("atom:summary", "atom:description", "atom:abstract", "summary", "description")
_CONTENTS = ("atom:content", "content", "atom:body", "atom:fullitem", "atom:encoded")
_PUBLISHED = ("atom:published", "atom:issued", "atom:pubdate", *entry.MODULE_PUBLISHED)
_UPDATED = ("atom:updated", "atom:modified", *entry.MODULE_UPDATED)
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_SHORTEST_BASE64 = 20  # characters; shorter ones may be a word
_HTML_TYPES = ("html", "text/html", "text/x-html")
_XHTML_TYPES = ("xhtml", "application/xhtml+xml")
_KIND_SCHEME = "http://schemas.google.com/g/2005#kind"  # Blogger's mark for a post, not a category


def read_atom(root: etree._Element, names: Names, base: str) -> FeedReading:
    """The feed's facts and its entries in document order. A document that is one entry is a feed of one."""
    scope = entry.scope_inside(root, Scope(base))
    is_entry = names[root.tag] == "atom:entry"
    group: Group = {} if is_entry else grouped(root, names)
    language = entry.language_of(group, scope)
    scope = scope._replace(language=language)
    people = distinct(entry.people_in(group, ("atom:author", *entry.CREATORS)))
    entries = [root] if is_entry else [e for name in _ENTRIES for e in group.get(name, ())]
    entries = entries or list(entry.entries_below(root, names, _ENTRIES))
    rights = feed_statements(group)
    return FeedReading(
        facts=FeedFacts(
            title=entry.first_text(group, _TITLES),
            home=_alternate(group, scope, []),
            language=language,
            format=_format(root),
        ),
        articles=tuple(_article(element, names, scope, people, rights) for element in entries),
        older=links_to_older(group, scope),
        generator=entry.first_text(group, ("atom:generator",)),
    )


def _article(
    element: etree._Element,
    names: Names,
    outer: Scope,
    feed_people: tuple[Person, ...],
    rights: tuple[Stated, ...],
) -> Article:
    group = media.open_media(grouped(element, names), names)
    scope = entry.scope_inside(element, outer)
    doubts: list[str] = []
    guid = entry.first_text(group, ("atom:id", "atom:guid", "dc:identifier"))
    link = _alternate(group, scope, doubts) or _content_source(group, scope)
    published, updated = entry.dates(group, (*_PUBLISHED, "atom:created"), _UPDATED)
    enclosures = media.distinct_files([*_link_files(group, scope), *media.files(group, scope)])
    inside = entry.base_for_markup(scope, link)
    title = _first_construct(group, _TITLES, inside) or entry.first_html(group, entry.MODULE_TITLES, inside)
    summary = _first_construct(group, _SUMMARIES, inside)
    summary = summary or entry.first_html(group, entry.MODULE_SUMMARIES, inside)
    content = _first_construct(group, _CONTENTS, inside, doubts)
    content = content or entry.first_html(group, (*entry.FULL_TEXTS, *entry.MODULE_CONTENTS), inside)
    if not (title or summary or content):
        title = entry.first_html(group, entry.CAPTION_TITLES, inside)
        summary = entry.first_html(group, entry.CAPTION_TEXTS, inside)
        if not (link or title or summary or is_web_address(guid or "")):
            link = media.only_file(enclosures, doubts) or any_address(group, scope, doubts)
    return Article(
        guid=guid,
        # An id of Atom is not a permalink, but the only address of an entry without a link.
        guid_link=guid if guid and link is None and is_web_address(guid) else None,
        link=link,
        original_link=entry.original_link(group, scope),
        title=title,
        summary=summary,
        content=content,
        published=published,
        updated=updated,
        authors=_authors(group, names) or feed_people,
        categories=entry.distinct_categories(_categories(group)),
        language=entry.language_of(group, scope),
        image=media.picture(group, enclosures, scope),
        enclosures=enclosures,
        rights=entry_statements(group, _of_source(group, names) or rights),
        doubts=tuple(doubts),
    )


def _authors(group: Group, names: Names) -> tuple[Person, ...]:
    """The entry's own authors, else those of the feed it comes from (RFC 4287, 4.2.1), else of iTunes."""
    own = distinct(entry.people_in(group, ("atom:author", *entry.CREATORS)))
    for source in () if own else group.get("atom:source", ()):
        own = distinct(entry.people_in(grouped(source, names), ("atom:author",)))
    return own or distinct(entry.people_in(group, entry.CREATORS_LAST))


def _of_source(group: Group, names: Names) -> tuple[Stated, ...]:
    """What the feed states that an entry was taken from (RFC 4287, 4.2.11)."""
    return tuple(
        one for source in group.get("atom:source", ()) for one in feed_statements(grouped(source, names))
    )


def _alternate(group: Group, scope: Scope, doubts: list[str]) -> str | None:
    """The page of the entry: a link with rel=alternate or without rel, HTML before other types, else the first; then
    one whose relation may mean the page; then an <a> or <url>."""
    best: tuple[tuple[int, bool], str] | None = None
    for element in (e for name in _LINKS for e in group.get(name, ())):
        rank = page_rank(element)
        href = value_of(element, "href", "url") or text_in(element) if rank else None
        joined = join(entry.scope_inside(element, scope).base, href)
        if joined is None:
            if href:
                doubts.append(not_a_web_address("link", href))
            continue
        order = rank, "html" in (element.get("type") or "html").lower()
        if best is None or order > best[0]:
            best = order, joined
    return best[1] if best else None


def _link_files(group: Group, scope: Scope) -> Iterator[Enclosure]:
    for element in group.get("atom:link", ()):
        if "enclosure" in relations(element):
            url = join(entry.scope_inside(element, scope).base, value_of(element, "href") or text_in(element))
            if url:
                yield Enclosure(url=url, type=element.get("type"), length=element.get("length"))


def _content_source(group: Group, scope: Scope) -> str | None:
    """The address of external content (`src`), if it is HTML or of no stated type: it is the entry's page."""
    for element in group.get("atom:content", ()):
        if "html" in (element.get("type") or "html").lower():
            return join(entry.scope_inside(element, scope).base, element.get("src"))
    return None


def _first_construct(
    group: Group, names: tuple[str, ...], scope: Scope, doubts: list[str] | None = None
) -> Markup | None:
    for name in names:
        for element in group.get(name, ()):
            markup = _construct(element, scope, doubts)
            if markup is not None:
                return markup
    return None


def _construct(element: etree._Element, outer: Scope, doubts: list[str] | None) -> Markup | None:
    """A text construct (RFC 4287, 3.1) or content (4.1.3), or Atom 0.3's with its `mode`."""
    kind = (element.get("type") or "text").strip().lower().partition(";")[0]
    mode = (element.get("mode") or "").strip().lower()
    scope = entry.scope_inside(element, outer)
    if len(element):  # child elements are markup, whatever the type says
        holder = element[0] if _wraps_all(element) else element
        scope = entry.scope_inside(holder, scope) if holder is not element else scope
        return _markup(html_in(holder), "html", scope)
    value = (element.text or "").strip()
    if mode == "base64" or not (kind in ("text", *_HTML_TYPES, *_XHTML_TYPES) or _is_textual(kind)):
        decoded = _from_base64(value)
        if decoded is None and _may_be_base64(value):
            if value and doubts is not None:
                doubts.append(f"content is {kind}, not text")
            return None
        value = value if decoded is None else decoded  # text whose type is wrong or unknown is text
    is_html = kind in _HTML_TYPES or kind in _XHTML_TYPES
    if kind in _XHTML_TYPES and mode != "escaped" and "<" not in value:
        value = html_in(element)  # XHTML without any tag: escape it as HTML
    return _markup(value, "html" if is_html else "text", scope)


def _wraps_all(element: etree._Element) -> bool:
    """Whether one div or body holds all content; it belongs to the construct, not to the text."""
    if len(element) != 1 or (element.text or "").strip() or (element[0].tail or "").strip():
        return False
    return element[0].tag.rpartition("}")[2].lower() in ("div", "body")


def _is_textual(kind: str) -> bool:
    return kind.startswith("text") or kind.endswith(("+xml", "/xml"))


def _may_be_base64(value: str) -> bool:
    compact = "".join(value.split())
    return len(compact) >= _SHORTEST_BASE64 and _BASE64.fullmatch(compact) is not None


def _from_base64(value: str) -> str | None:
    try:
        return b64decode("".join(value.split()), validate=True).decode("utf-8").strip()
    except (binascii.Error, ValueError):
        return None


def _markup(value: str, kind: str, scope: Scope) -> Markup | None:
    if not value:
        return None
    return Markup(
        value=value, kind="html" if kind == "html" else "text", base=scope.base, language=scope.language
    )


def _categories(group: Group) -> Iterator[str]:
    """The term, or the label if the term is a number or an address, which mean nothing to a reader."""
    for element in group.get("atom:category", ()):
        if element.get("scheme") == _KIND_SCHEME:
            continue
        term, label = element.get("term") or "", element.get("label") or ""
        opaque = term.isdigit() or is_web_address(term)
        yield (label if label and opaque else term) or label or text_in(element)
    yield from entry.subjects(group)


def _format(root: etree._Element) -> str:
    if "2005" in root.tag:
        return "atom 1.0"
    version = (root.get("version") or "").strip()[:20]
    return f"atom {version}".strip() if version or "purl.org/atom/ns" not in root.tag else "atom 0.3"
