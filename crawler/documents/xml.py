"""Strict XML by lxml: text to a tree, and the text or HTML of an element.

Pure. No network, no DTD, no entities of the document, no recover mode of libxml2: after the first error it silently
drops entities (`&lt;p&gt;` becomes `p`).
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import islice
from typing import Any

from lxml import etree

from newsdesk.crawler.documents.namespaces import Names

Group = dict[str, list[etree._Element]]
_OUT_OF_MEMORY = 2  # XML_ERR_NO_MEMORY; under RLIMIT_AS lxml's message is "unknown error"
# Of an element in a field, where all others are dropped, and of one whose attributes are renamed. lxml finds each
# value from the first attribute on, so that reading all of them takes quadratic time.
_MOST_ATTRIBUTES = 100
_STRICT: dict[str, Any] = {
    "encoding": "utf-8",  # the text is decoded; this overrides the XML declaration
    "recover": False,
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
    "collect_ids": False,
}
_STREAM_STEP = 64 * 1024  # bytes
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)


class NotWellFormedError(ValueError):
    """The text is not well-formed XML or exceeds a limit of libxml2; with the message of libxml2."""


def parse_strictly(text: str) -> etree._Element:
    """The root of a well-formed document. Raises NotWellFormedError, or MemoryError at the memory limit."""
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), etree.XMLParser(**_STRICT))
    except etree.XMLSyntaxError as error:
        raise _strict_error(error) from error


def stream_strictly(text: str, tag: str) -> Iterator[etree._Element]:
    """The children of the root with this name, in any namespace, one after the other, without a tree of them all.
    Raises NotWellFormedError where the document breaks, or MemoryError."""
    parser = etree.XMLPullParser(events=("end",), tag=f"{{*}}{tag}", **_STRICT)
    data = text.encode("utf-8", "replace")
    try:
        for at in range(0, len(data), _STREAM_STEP):
            parser.feed(data[at : at + _STREAM_STEP])
            yield from _children_of_root(parser)
        parser.close()
    except etree.XMLSyntaxError as error:
        yield from _children_of_root(parser)
        raise _strict_error(error) from error


def _children_of_root(parser: etree.XMLPullParser) -> Iterator[etree._Element]:
    for _, element in parser.read_events():
        assert isinstance(element, etree._Element)  # other events have none
        root = element.getparent()
        if root is not None and root.getparent() is None:
            yield element
            element.clear()
            while root[0] is not element:
                del root[0]


def _strict_error(error: etree.XMLSyntaxError) -> NotWellFormedError | MemoryError:
    if getattr(error, "code", None) == _OUT_OF_MEMORY or error.msg in (None, "unknown error"):
        return MemoryError("libxml2 ran out of memory")
    return NotWellFormedError(error.msg)


def root_names(root: etree._Element) -> Names:
    """The names of this document's elements. A `feed` without Atom's namespace is read as Atom, an `rss` with Atom
    as its default namespace as RSS."""
    plain = Names(root.nsmap, {})
    name = plain[root.tag]
    if name in ("feed", "entry"):
        return Names(root.nsmap, {"": "atom"})
    if name in ("atom:rss", "atom:channel"):
        return Names(root.nsmap, {"atom": ""})
    return plain


def grouped(element: etree._Element, names: Names) -> Group:
    """The children by our names, each list in document order: one pass over them, then only look-ups."""
    found: Group = {}
    for child in element:
        name = names[child.tag]
        if name in found:
            found[name].append(child)
        else:
            found[name] = [child]
    return found


def attribute_names(element: etree._Element) -> dict[str, str]:
    """The printed names of the attributes by their lower-case names, of equal ones the last. The names alone: reading
    all values as well takes quadratic time in lxml (80,000 attributes: 85 s)."""
    return {str(name).lower(): str(name) for name in element.attrib}


def text_in(element: etree._Element) -> str:
    """All text inside, without the markup, trimmed."""
    if len(element) == 0:
        return (element.text or "").strip()
    return "".join(str(piece) for piece in element.itertext()).strip()


def value_of(element: etree._Element, *names: str) -> str:
    """The first of these attributes, else of children with such a name, that is not empty. Case does not count."""
    for name in names:
        if found := (element.get(name) or "").strip():
            return found
    if element.attrib:
        printed = {_local(name): own for name, own in attribute_names(element).items()}
        for name in names:
            if name in printed and (found := (element.get(printed[name]) or "").strip()):
                return found
    for name in names if len(element) else ():
        for child in element:
            if _local(child.tag).lower() == name and (found := text_in(child)):
                return found
    return ""


def lower_attributes(root: etree._Element) -> None:
    """Attribute names in lower case, in place, where elements are in upper case (`<ITEM HREF=…>`)."""
    names = [_local(element.tag) for element in (root, *root)]
    if not any(name[:1].isupper() and name != "RDF" for name in names):
        return
    for element in root.iter(etree.Element):
        if len(element.attrib) > _MOST_ATTRIBUTES:
            continue
        upper = [str(name) for name in element.attrib if not str(name).islower() and "}" not in str(name)]
        for name in upper:
            value = element.attrib.pop(name)
            if element.get(name.lower()) is None:
                element.set(name.lower(), value)


def html_in(element: etree._Element, *, texts_are_html: bool = False) -> str:
    """The content as HTML, trimmed: unescaped elements keep their tags, without prefixes."""
    text = element.text or ""
    pieces: list[str] = [text if texts_are_html else escape(text, quote=False)]
    for child in element:
        _write_html(child, pieces)
        tail = child.tail or ""
        pieces.append(tail if texts_are_html else escape(tail, quote=False))
    return "".join(pieces).strip()


def _write_html(element: etree._Element, pieces: list[str]) -> None:
    # Recursion is safe: without huge_tree libxml2 refuses more than 256 levels.
    tag = _local(element.tag)
    pieces.append("<" + tag)
    for name in islice(element.attrib, _MOST_ATTRIBUTES):
        pieces.append(f' {_local(str(name))}="{escape(element.get(name) or "")}"')
    pieces.append(">")
    if tag not in _VOID or len(element) or element.text:
        pieces.append(escape(element.text or "", quote=False))
        for child in element:
            _write_html(child, pieces)
            pieces.append(escape(child.tail or "", quote=False))
        pieces.append(f"</{tag}>")


def _local(name: str) -> str:
    return name.rpartition("}")[2]
