"""Repairs XML that is nearly well-formed. Each repair has a name and changes text to text.

Pure, linear in the text: every search is bounded or runs once over the document. Kept by hand, because the recover
mode of libxml2 drops text silently, and feedparser takes 50 ms for a document of 150 kB, strict XML 1.4 ms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from html.entities import html5

from newsdesk.crawler.documents.namespaces import WELL_KNOWN_PREFIXES
from newsdesk.crawler.documents.scan import find_doctype, first_tag

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BREAKS = "\x0b\x0c"  # line breaks of word processors
_ROOT = re.compile(r"<(?:\?xml\b|!DOCTYPE\b|(?:rdf:)?rdf\b|rss\b|(?:atom:)?feed\b|channel\b)", re.IGNORECASE)
_REFERENCE = re.compile(r"&(#[0-9]{1,10};|#[xX][0-9A-Fa-f]{1,8};|[A-Za-z][A-Za-z0-9]{0,40};)?")
_OWN_REFERENCE = re.compile(r"&([\w.\-]{1,40});")
_XML_NAMES = ("amp;", "lt;", "gt;", "quot;", "apos;")
_STRAY_LESS = re.compile(r"<(?![A-Za-z_/!?])")
_ENTITY = re.compile(
    r"<!ENTITY\s{1,20}([\w.\-]{1,40})\s{1,20}(?:\"([^\"<&%]{0,200})\"|'([^'<&%]{0,200})')\s{0,20}>"
)
_MOST_ENTITIES = 1_000
_MOST_GROWTH = 1_000_000  # characters that a document's own entities may add to it
_PREFIX = re.compile(
    r"</?([A-Za-z_][\w.\-]{0,60}):[A-Za-z_]|\s([A-Za-z_][\w.\-]{0,60}):[\w.\-]{1,60}\s{0,9}="
)
_NAME_END = re.compile(r"[\s/>]")
_DECLARED = re.compile(r"\sxmlns:([A-Za-z_][\w.\-]{0,60})\s{0,9}=")
_EMPTY_DECLARATION = re.compile(r"\sxmlns:[\w.\-]{1,60}\s{0,9}=\s{0,9}(?:\"\s{0,9}\"|'\s{0,9}')")
_DECLARATION = re.compile(r"(\sxmlns(?::[\w.\-]{1,60})?=)(\"[^\"<>]{1,200}\"|'[^'<>]{1,200}')")


def drop_junk(text: str) -> str:
    """Text before the XML declaration or the root (PHP warnings, blank lines)."""
    found = _ROOT.search(text)
    if not found or not found.start():
        return text
    late_declaration = found.group().lower() == "<?xml"
    before = (piece for raw, piece in _pieces(text[: found.start()]) if not raw)
    return text[found.start() :] if late_declaration or any(piece.strip() for piece in before) else text


def drop_comments(text: str) -> str:
    """Comments: XML forbids `--` inside, yet many have it. A comment that is never closed is text."""
    if "<!--" not in text:
        return text
    kept = []
    for raw, piece in _pieces(text):
        if not raw or not piece.startswith("<!--"):
            kept.append(piece)
        elif not piece.endswith("-->"):
            kept.append(piece.replace("<!--", "&lt;!--"))
    return "".join(kept)


def drop_controls(text: str) -> str:
    """Characters that XML 1.0 does not allow; a line break of word processors becomes a space."""
    return _CONTROLS.sub(lambda found: " " if found.group() in _BREAKS else "", text)


def drop_doctype(text: str) -> str:
    """The DOCTYPE. Its entities are expanded if they are short, plain text and few."""
    start, end = find_doctype(text)
    if start < 0:
        return text
    entities: dict[str, str] = {
        name: one or two for name, one, two in _ENTITY.findall(text[start:end])[:_MOST_ENTITIES]
    }
    text = text[:start] + text[end:]
    if not entities:
        return text
    growth_left = _MOST_GROWTH

    def expand(found: re.Match[str]) -> str:
        nonlocal growth_left
        value = entities.get(found[1])
        if value is None or len(value) > growth_left:
            return str(found[0])
        growth_left -= len(value)
        return value

    return _outside_cdata(text, lambda piece: _OWN_REFERENCE.sub(expand, piece))


def repair_references(text: str) -> str:
    """Bare `&` and `<`, named entities of HTML, references to invalid characters, a stray `]]>`."""
    return _outside_cdata(
        text,
        lambda piece: _STRAY_LESS.sub("&lt;", _REFERENCE.sub(_reference, piece)).replace("]]>", "]]&gt;"),
    )


def _reference(found: re.Match[str]) -> str:
    name = found.group(1)
    if name is None:
        return "&amp;"
    if name in _XML_NAMES:
        return found.group()
    if name.startswith("#"):
        code = int(name[2:-1], 16) if name[1] in "xX" else int(name[1:-1])
        return f"&#{code};" if _is_xml_character(code) else "\ufffd"
    known = html5.get(name)
    return "&amp;" + name if known is None else escape(known)  # &LT; and a few others stand for markup


def _is_xml_character(code: int) -> bool:
    return code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0xFFFF < code < 0x110000


def declare_prefixes(text: str) -> str:
    """Namespace prefixes that are not declared; well-known ones get their real address."""
    text = _EMPTY_DECLARATION.sub("", text)
    text = _DECLARATION.sub(lambda found: found[1] + "".join(found[2].split()), text)
    used = {
        found[1] or found[2] for raw, piece in _pieces(text) if not raw for found in _PREFIX.finditer(piece)
    }
    missing = used - set(_DECLARED.findall(text)) - {"xml", "xmlns"}
    at = first_tag(text)
    if not missing or at < 0:
        return text
    end = _NAME_END.search(text, at)
    cut = end.start() if end else len(text)
    written = "".join(
        f' xmlns:{prefix}="{WELL_KNOWN_PREFIXES.get(prefix, "urn:undeclared:" + prefix)}"'
        for prefix in sorted(missing)
    )
    return text[:cut] + written + text[cut:]


# In this order: later repairs rely on earlier ones.
REPAIRS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("junk before the document", drop_junk),
    ("control characters", drop_controls),
    ("doctype", drop_doctype),
    ("comments", drop_comments),
    ("references", repair_references),
    ("namespace declarations", declare_prefixes),
)


def repair(text: str) -> tuple[str, tuple[str, ...]]:
    """The text after all repairs, and the names of those that changed it."""
    done = []
    for name, apply in REPAIRS:
        repaired = apply(text)
        if repaired != text:
            done.append(name)
            text = repaired
    return text, tuple(done)


def _outside_cdata(text: str, change: Callable[[str], str]) -> str:
    return "".join(piece if raw else change(piece) for raw, piece in _pieces(text))


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    """The document in pieces: (True, a CDATA section, comment or instruction) or (False, the rest)."""
    at = 0
    for found in _OPENINGS.finditer(text):
        if found.start() < at:
            continue
        end = text.find(_CLOSING[found.group()], found.end())
        end = len(text) if end < 0 else end + len(_CLOSING[found.group()])
        yield False, text[at : found.start()]
        yield True, text[found.start() : end]
        at = end
    yield False, text[at:]


_CLOSING = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>"}
_OPENINGS = re.compile(r"<!\[CDATA\[|<!--|<\?")
