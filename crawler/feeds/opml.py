"""Lists of sources: an OPML document, or a text with one address a line. Values as printed, with their line.

Pure. OPML is parsed strictly (no DTD, no entities of the document, no network, libxml2's limits on depth and size),
and once more after repairs: bare `&` and undeclared prefixes are common in files of other programs. Folders become
tags.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from typing import cast

from lxml import etree

from newsdesk.crawler.documents import repair
from newsdesk.crawler.documents.scan import find_doctype
from newsdesk.crawler.documents.xml import NotWellFormedError, attribute_names, parse_strictly

NEWSDESK_NAMESPACE = "urn:newsdesk:opml"  # namespace of the attributes that only newsdesk reads
OWN_ATTRIBUTES = (
    "state", "kind", "spider", "name", "title", "tags", "language", "country", "timezone", "every", "cron", "keep",
    "fullText", "auth", "headers", "cookies", "proxy",
)  # fmt: skip
_READ_ATTRIBUTES = ("xmlurl", "htmlurl", "text", "title", "type", "language", "category")
_REPAIRS = (
    repair.drop_controls,
    repair.drop_comments,
    repair.drop_doctype,
    repair.repair_references,
    repair.declare_prefixes,
)
_MOST_ELEMENTS = 1_000_000  # 200 MB as a tree
_MOST_ATTRIBUTES = 4_000_000
_OTHER_DOCUMENTS = {"rss": "a feed", "feed": "a feed", "rdf": "a feed", "html": "a web page"}


class NotAListError(ValueError):
    """The document is not a list of sources; with the reason, and a remedy if there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedSource:
    """One source of a list. `name` is its name in another program. `own` holds the attributes of newsdesk; if
    `state` is among them they are the complete row, so that a missing attribute means None."""

    line: int
    address: str
    name: str | None = None
    home: str | None = None
    language: str | None = None
    kind: str | None = None
    tags: tuple[str, ...] = ()
    own: Mapping[str, str] = field(default_factory=dict)


def read_sources(text: str) -> Iterator[ParsedSource]:
    """The sources of an OPML document or a plain list in their order, as an iterator, since a list may be very long.
    Raises NotAListError at once."""
    text = text.lstrip("\ufeff \t\r\n\f") if text[:200].lstrip("\ufeff \t\r\n\f")[:1] == "<" else text
    return _outlines(_parsed(text)) if text[:1] == "<" else _lines(text)


def _lines(text: str) -> Iterator[ParsedSource]:
    """`ADDRESS` or `ADDRESS NAME`; `#` begins a comment at the start of a line or of a name."""
    for number, line in enumerate(StringIO(text, newline=None), start=1):
        words = line.strip("\ufeff \t\f\v\n").split(maxsplit=1)
        if not words or words[0].startswith("#"):
            continue
        name = words[1].strip() if len(words) > 1 and not words[1].startswith("#") else None
        yield ParsedSource(line=number, address=words[0], name=name)


def _parsed(text: str) -> etree._Element:
    if text.count("<") > _MOST_ELEMENTS or text.count("=") > _MOST_ATTRIBUTES:
        raise NotAListError("it has too many elements for a list of sources; split it")
    start, end = find_doctype(text)
    if start >= 0 and "<!entity" in text[start:end].lower():
        raise NotAListError("it declares entities, which are never expanded; remove its DOCTYPE")
    try:
        root = parse_strictly(text)
    except MemoryError:
        raise NotAListError("it is too large to read; split it") from None
    except NotWellFormedError as error:
        for repair_text in _REPAIRS:
            text = repair_text(text)
        try:
            root = parse_strictly(text)
        except (NotWellFormedError, MemoryError):
            raise NotAListError(f"it is not well-formed XML: {error}") from None
    name = etree.QName(root).localname.lower()
    if name != "opml":
        what = _OTHER_DOCUMENTS.get(name, "not an OPML document")
        raise NotAListError(f"it is {what}: its first element is <{name}>, not <opml>")
    return root


def _outlines(root: etree._Element) -> Iterator[ParsedSource]:
    """In document order, without recursion."""
    waiting: list[tuple[etree._Element, tuple[str, ...]]] = [(root, ())]
    while waiting:
        element, tags = waiting.pop()
        if etree.QName(element).localname.lower() == "outline":
            names = attribute_names(element)
            attributes = {
                name: str(element.get(names[name], "")) for name in _READ_ATTRIBUTES if name in names
            }
            address = attributes.get("xmlurl", "").strip()
            name = attributes.get("text", "").strip() or attributes.get("title", "").strip()
            if address or attributes.get("type", "").lower() in ("rss", "atom"):
                yield _listed(element, attributes, tags, name, address)
            elif name and len(element):
                tags = (*tags, name)
        waiting += [(child, tags) for child in reversed(element)]


def _listed(
    element: etree._Element, attributes: Mapping[str, str], tags: tuple[str, ...], name: str, address: str
) -> ParsedSource:
    printed = {name: element.get(f"{{{NEWSDESK_NAMESPACE}}}{name}") for name in OWN_ATTRIBUTES}
    own = {name: str(value) for name, value in printed.items() if value is not None}
    return ParsedSource(
        line=cast(int, element.sourceline),  # the stub says Ellipsis
        address=address,
        name=name or None,
        home=attributes.get("htmlurl") or None,
        language=attributes.get("language") or None,
        kind=attributes.get("type"),
        tags=(*tags, *(_own_tags(own["tags"]) if "tags" in own else tags_in(attributes.get("category", "")))),
        own=own,
    )


def tags_in(category: str) -> tuple[str, ...]:
    """The tags of OPML's `category`: separated by commas; each step of a path `/News/Local` is a tag."""
    return tuple(
        tag.strip()
        for part in category.split(",")
        for tag in (part.split("/") if part.strip().startswith("/") else (part,))
        if tag.strip()
    )


def _own_tags(value: str) -> tuple[str, ...]:
    """A JSON list, since a tag may hold a comma; else as in `category`."""
    try:
        tags = json.loads(value)
    except (ValueError, RecursionError):
        return tags_in(value)
    return tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else tags_in(value)
