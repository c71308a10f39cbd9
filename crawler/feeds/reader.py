"""The feed reader: bytes to Articles, by a ladder whose rungs are tried in order.

Pure: no network, file, environment, log or clock; no text raises. MemoryError passes, since a limit is the
caller's. This is the only home of feedparser, imported when a document needs it. Called in the pool.
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
from newsdesk.crawler.documents.repair import repair
from newsdesk.crawler.documents.repair_structure import close_document, escape_markup
from newsdesk.crawler.documents.windows1252 import mark_controls
from newsdesk.crawler.documents.xml import NotWellFormedError, parse_strictly, root_names
from newsdesk.crawler.feeds import atom, rss
from newsdesk.crawler.feeds.feedparser_fallback import read_parsed
from newsdesk.crawler.feeds.jsonfeed import looks_like_json, read_json_feed
from newsdesk.crawler.models import FeedReading
from newsdesk.storage.records.visits import FeedFacts

_DECLARATION = re.compile(r"<\?xml\s[^>]{0,300}\?>")
_FEED_TAG = re.compile(r"<(?:rss|(?:\w{1,20}:)?(?:rdf|feed|channel|item|entry))\b", re.IGNORECASE)
_WRAPPED_FEED = re.compile(r"<(?:rss|rdf:rdf|feed)\s[^<>]{0,300}(?:version|xmlns)", re.IGNORECASE)
_HTML_ROOTS = ("html", "head", "body", "title", "meta", "script", "div", "center", "p", "h1")
_LONG_PEOPLE = re.compile(
    r"(<(?:[\w.\-]{1,40}:)?(?:author|creator|contributor|managingeditor|webmaster|publisher|name|email)"
    r"(?:\s[^<>]{0,200})?>(?:\s{0,99}<!\[CDATA\[)?[^<>\]]{500})[^<>\]]+",
    re.IGNORECASE,
)
# What feedparser 6.0.14 raises on strange text: sgmllib's assertions, urlsplit on "http://[", its own
# look-ups in lists that a broken nesting left empty, and recursion.
_FEEDPARSER_ERRORS = (AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A decoded document, and the base of what is relative in it."""

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
    """The feed in `body`, as `address` answered it with these headers. `problem` says why it is none."""
    if not body.strip(b" \t\r\n\x00"):
        return _no_feed("an empty body")
    decoded = decode(body, charset)
    text = decoded.text.lstrip("\ufeff")
    declaration = _DECLARATION.match(text)
    if declaration:  # read already; a wrong version or charset in it shall not matter any more
        text = text[declaration.end() :]
    mended = mark_controls(text)
    doubts = decoded.doubts + (("controls that mean windows-1252",) if mended != text else ())
    document = Document(text=mended, base=document_base(address, content_location), doubts=doubts)
    for read in RUNGS:
        reading = read(document)
        if reading is not None:
            return replace(reading, doubts=document.doubts + reading.doubts)
    return _no_feed(_what_it_is(document.text, content_type))


def _read_json(document: Document) -> FeedReading | None:
    return read_json_feed(document.text, document.base) if looks_like_json(document.text) else None


def _read_strictly(document: Document) -> FeedReading | None:
    if scan.find_doctype(document.text) != (-1, -1):
        return None  # a DOCTYPE brings entities of its own: the repair takes it away first
    try:
        root = parse_strictly(document.text)
    except NotWellFormedError:
        return None
    return _walk(root, document, rung="strict")


def _read_repaired(document: Document) -> FeedReading | None:
    """Repairs of characters; then, if that was not it, of markup in fields and of the document's end."""
    if not _may_be_feed(document.text):
        return None
    text, done = repair(document.text)
    whole = True
    for name, mend in _MENDS_OF_STRUCTURE:
        mended, whole = mend(text)
        if mended == text and name:
            continue
        try:
            root = parse_strictly(mended)
        except NotWellFormedError:
            text = mended
            done += (name,) if name else ()
            continue
        reading = _walk(root, document, rung="repaired")
        repairs = done + ((name,) if name else ())
        return replace(reading, whole=whole, facts=replace(reading.facts, repairs=repairs))
    return None


def _read_loosely(document: Document) -> FeedReading | None:
    """feedparser, on bytes in a stream: given a bare string it would open a file or an address."""
    if not _may_be_feed(document.text):
        return None
    import feedparser

    text, done = repair(document.text)
    text = _LONG_PEOPLE.sub(r"\1", text)
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
        whole=f"</{root}" in text[-2_000:].lower(),
        facts=replace(reading.facts, repairs=done),
        doubts=("not well-formed, read by feedparser",),
    )


def _read_item_by_item(document: Document) -> FeedReading | None:
    """Where even feedparser fails: the root with those items that are well-formed each by itself."""
    if not _may_be_feed(document.text):
        return None
    text, done = repair(document.text)
    at = scan.first_tag(text)
    root = scan.printed_name(text, at)
    head, items = text[at : text.find(">", at) + 1], scan.items(text)
    kept = [item for item in items if _is_well_formed(f"{head}{item}</{root}>")]
    if not kept:
        return None
    reading = _walk(parse_strictly(f"{head}{''.join(kept)}</{root}>"), document, rung="repaired")
    facts = replace(reading.facts, repairs=(*done, "item by item"), left_out=len(items) - len(kept))
    return replace(reading, facts=facts, whole=False)


def _is_well_formed(text: str) -> bool:
    try:
        parse_strictly(text)
    except NotWellFormedError:
        return False
    return True


RUNGS: tuple[Callable[[Document], FeedReading | None], ...] = (
    _read_json,
    _read_strictly,
    _read_repaired,
    _read_loosely,
    _read_item_by_item,
)
_MENDS_OF_STRUCTURE: tuple[tuple[str, Callable[[str], tuple[str, bool]]], ...] = (
    ("", lambda text: (text, True)),
    ("markup in fields", lambda text: (escape_markup(text), True)),
    ("the document's end", close_document),
)


def _walk(root: etree._Element, document: Document, *, rung: str) -> FeedReading:
    """A well-formed document by its root: RSS, Atom, or no feed."""
    names = root_names(root)
    name = names[root.tag]
    for roots, read in ((rss.ROOTS, rss.read_rss), (atom.ROOTS, atom.read_atom)):
        if name in roots:
            reading = read(root, names, document.base)
            return replace(reading, facts=replace(reading.facts, parser=rung))
    return _no_feed(_named_root(root.tag.rpartition("}")[2]))


def _may_be_feed(text: str) -> bool:
    """Whether repairs are worth it: a web page is a feed only if a whole feed's root stands inside."""
    is_page = scan.root_name(text) in _HTML_ROOTS
    return (_WRAPPED_FEED if is_page else _FEED_TAG).search(text) is not None


def _no_feed(problem: str) -> FeedReading:
    return FeedReading(facts=FeedFacts(), problem=problem)


def _named_root(name: str) -> str:
    if name.lower() in _HTML_ROOTS:
        return f"this is a web page (html, begins with <{name[:40]}>), not a feed"
    return f"XML, but its root is <{name[:80]}>"


def _what_it_is(text: str, content_type: str | None) -> str:
    start, end = scan.find_doctype(text)
    root = scan.root_name(text)
    if "html" in text[start : max(end, 0)][:100].lower() or root in _HTML_ROOTS:
        return "this is a web page (html), not a feed"
    said = f" (sent as {content_type[:80]})" if content_type else ""
    if not root:
        return f"neither XML nor JSON{said}, begins with {' '.join(text[:60].split())!r}"
    if _FEED_TAG.search(text):
        return f"XML that is too broken to read{said}, its root is <{root[:80]}>"
    return f"XML, but its root is <{root[:80]}>{said}, and not well-formed"
