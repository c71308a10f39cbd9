"""The feed reader: bytes to Articles, by the first parser of PARSERS that can read the document.

Pure, never raises on any text; only MemoryError passes through, since the caller sets the limit. Only this module
uses feedparser, and imports it only when a document needs it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO

from lxml import etree

from newsdesk.crawler.documents import scan
from newsdesk.crawler.documents.charset import decode
from newsdesk.crawler.documents.links import document_base
from newsdesk.crawler.documents.namespaces import Names
from newsdesk.crawler.documents.repair import repair
from newsdesk.crawler.documents.repair_structure import close_document, escape_markup
from newsdesk.crawler.documents.windows1252 import replace_controls
from newsdesk.crawler.documents.xml import NotWellFormedError, lower_attributes, parse_strictly, root_names
from newsdesk.crawler.feeds import atom, rss
from newsdesk.crawler.feeds.feedparser_fallback import read_parsed
from newsdesk.crawler.feeds.jsonfeed import looks_like_json, read_json_feed
from newsdesk.crawler.feeds.wrapped import feed_inside, texts_with_feed
from newsdesk.crawler.models import FeedReading
from newsdesk.storage.records.visits import FeedFacts

_DECLARATION = re.compile(r"<\?xml\s[^>]{0,300}\?>")
_FEED_TAG = re.compile(r"<(?:rss|(?:\w{1,20}:)?(?:rdf|feed|channel|item|entry))\b", re.IGNORECASE)
_FEED_INSIDE = re.compile(r"<(?:rss|rdf:rdf|feed)\s[^<>]{0,300}(?:version|xmlns)", re.IGNORECASE)
_HTML_ROOTS = ("html", "head", "body", "title", "meta", "script", "div", "center", "p", "h1")
_LONG_AUTHOR = re.compile(
    r"(<(?:[\w.\-]{1,40}:)?(?:author|creator|contributor|managingeditor|webmaster|publisher|name|email)"
    r"(?:\s[^<>]{0,200})?>(?:\s{0,99}<!\[CDATA\[)?[^<>\]]{500})[^<>\]]+",
    re.IGNORECASE,
)
# What feedparser 6.0.14 raises on strange text: sgmllib's assertions, urlsplit on "http://[", its own
# look-ups in lists that a broken nesting left empty, and recursion.
_FEEDPARSER_ERRORS = (AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A decoded document, and the base address of its relative links."""

    text: str
    base: str
    doubts: tuple[str, ...] = ()


def read_feed(
    body: bytes,
    *,
    address: str,
    content_type: str | None = None,
    charset: str | None = None,
    content_location: str | None = None,
) -> FeedReading:
    """The feed in `body`, the response of `address` with these headers. `problem` says why it is not a feed."""
    if not body.strip(b" \t\r\n\x00"):
        return _no_feed("an empty body")
    decoded = decode(body, charset)
    text = decoded.text.lstrip("\ufeff")
    declaration = _DECLARATION.match(text)
    if declaration:  # already used; a wrong version or charset in it has no effect any more
        text = text[declaration.end() :]
    without_controls = replace_controls(text)
    doubts = decoded.doubts
    if without_controls != text:
        doubts += ("control characters were read as windows-1252",)
    document = Document(text=without_controls, base=document_base(address, content_location), doubts=doubts)
    for read in PARSERS:
        reading = read(document)
        if reading is not None:
            return replace(reading, doubts=document.doubts + reading.doubts)
    return _no_feed(_describe(document.text, content_type))


def _read_json(document: Document) -> FeedReading | None:
    return read_json_feed(document.text, document.base) if looks_like_json(document.text) else None


def _read_strictly(document: Document) -> FeedReading | None:
    if scan.find_doctype(document.text) != (-1, -1):
        return None  # a DOCTYPE may declare entities, so the repairs remove it first
    try:
        root = parse_strictly(document.text)
    except NotWellFormedError:
        return None
    return _read_root(root, document, parser="strict")


def _read_repaired(document: Document) -> FeedReading | None:
    """Repairs of characters; then, if the text is still not well-formed, of its structure."""
    if not _may_be_feed(document.text):
        return None
    text, done = repair(document.text)
    complete = True
    for name, repair_structure in _STRUCTURE_REPAIRS:
        repaired, complete = repair_structure(text)
        if repaired == text and name:
            continue
        try:
            root = parse_strictly(repaired)
        except NotWellFormedError:
            text = repaired
            done += (name,) if name else ()
            continue
        reading = _read_root(root, document, parser="repaired")
        repairs = done + ((name,) if name else ())
        return replace(reading, complete=complete, facts=replace(reading.facts, repairs=repairs))
    return None


def _read_with_feedparser(document: Document) -> FeedReading | None:
    """feedparser gets a stream of bytes, since it would open a string as a file or an address."""
    if not _may_be_feed(document.text):
        return None
    import feedparser

    text, done = repair(document.text)
    text = _LONG_AUTHOR.sub(r"\1", text)
    try:
        parsed = feedparser.parse(
            BytesIO(text.encode("utf-8", "replace")),
            response_headers={
                "content-type": "application/xml; charset=utf-8",
                "content-location": document.base,
            },
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except _FEEDPARSER_ERRORS:
        return None
    reading = read_parsed(parsed, document.base)
    if not reading.articles and not parsed.get("version"):
        return None
    root = scan.root_name(text)
    return replace(
        reading,
        complete=f"</{root}" in text[-2_000:].lower(),
        facts=replace(reading.facts, repairs=done),
        doubts=("not well-formed XML, read by feedparser",),
    )


def _read_item_by_item(document: Document) -> FeedReading | None:
    """If even feedparser fails: the root with every item that is well-formed by itself."""
    if not _may_be_feed(document.text):
        return None
    text, done = repair(document.text)
    at = scan.first_tag(text)
    root = scan.printed_name(text, at)
    head, items = text[at : text.find(">", at) + 1], scan.items(text)
    kept = [item for item in items if _is_well_formed(f"{head}{item}</{root}>")]
    if not kept:
        return None
    reading = _read_root(parse_strictly(f"{head}{''.join(kept)}</{root}>"), document, parser="repaired")
    facts = replace(reading.facts, repairs=(*done, "item by item"), left_out=len(items) - len(kept))
    return replace(reading, facts=facts, complete=False)


def _is_well_formed(text: str) -> bool:
    try:
        parse_strictly(text)
    except NotWellFormedError:
        return False
    return True


PARSERS: tuple[Callable[[Document], FeedReading | None], ...] = (
    _read_json,
    _read_strictly,
    _read_repaired,
    _read_with_feedparser,
    _read_item_by_item,
)
_STRUCTURE_REPAIRS: tuple[tuple[str, Callable[[str], tuple[str, bool]]], ...] = (
    ("", lambda text: (text, True)),
    ("markup in fields", lambda text: (escape_markup(text), True)),
    ("document end", close_document),
)


def _read_root(root: etree._Element, document: Document, *, parser: str) -> FeedReading:
    """A well-formed document, by its root element: RSS, Atom, another document with a feed inside, or not a feed."""
    lower_attributes(root)
    reading = _read_element(root, root_names(root), document.base)
    if reading is not None:
        return replace(reading, facts=replace(reading.facts, parser=parser))
    name = root.tag.rpartition("}")[2]
    inside = feed_inside(root)
    reading = _read_element(*inside, document.base) if inside else None
    reading = reading or _read_text_inside(root, document)
    if reading is None:
        return _no_feed(_describe_root(name))
    doubts = reading.doubts
    if inside is None or inside[0] is not root:
        doubts += (f"the feed stands inside a document with the root <{name[:80]}>",)
    return replace(reading, facts=replace(reading.facts, parser=parser), doubts=doubts)


def _read_element(element: etree._Element, names: Names, base: str) -> FeedReading | None:
    for roots, read in ((rss.ROOTS, rss.read_rss), (atom.ROOTS, atom.read_atom)):
        if names[element.tag] in roots:
            return read(element, names, base)
    return None


def _read_text_inside(root: etree._Element, document: Document) -> FeedReading | None:
    """The first text of an element that is a well-formed feed itself, perhaps after repairs of characters."""
    for text in texts_with_feed(root):
        declaration = _DECLARATION.match(text)
        repaired, done = repair(text[declaration.end() :] if declaration else text)
        try:
            inner = parse_strictly(repaired)
        except NotWellFormedError:
            continue
        reading = _read_element(inner, root_names(inner), document.base)
        if reading is not None and reading.articles:
            return replace(reading, facts=replace(reading.facts, repairs=done))
    return None


def _may_be_feed(text: str) -> bool:
    """Whether to try repairs. A web page is tried only if it contains the root element of a feed."""
    is_page = scan.root_name(text) in _HTML_ROOTS
    return (_FEED_INSIDE if is_page else _FEED_TAG).search(text) is not None


def _no_feed(problem: str) -> FeedReading:
    return FeedReading(facts=FeedFacts(), problem=problem)


def _describe_root(name: str) -> str:
    if name.lower() in _HTML_ROOTS:
        return f"this is a web page (html, begins with <{name[:40]}>), not a feed"
    return f"this is XML with the root <{name[:80]}>, not a feed"


def _describe(text: str, content_type: str | None) -> str:
    start, end = scan.find_doctype(text)
    root = scan.root_name(text)
    if "html" in text[start : max(end, 0)][:100].lower() or root in _HTML_ROOTS:
        return "this is a web page (html), not a feed"
    sent_as = f" (sent as {content_type[:80]})" if content_type else ""
    if not root:
        return f"this is neither XML nor JSON{sent_as}, it begins with {' '.join(text[:60].split())!r}"
    if _FEED_TAG.search(text):
        return f"this XML is too broken to read{sent_as}, its root is <{root[:80]}>"
    return f"this is XML with the root <{root[:80]}>{sent_as}, not well-formed and not a feed"
