"""Repairs the structure of a document: unescaped markup in fields, and a missing end.

Pure, linear in the text. These repairs change more than those of `repair`, so they are tried after them and used
only if the result is well-formed.
"""

from __future__ import annotations

import re

from newsdesk.crawler.documents.scan import outline

_MARKED = re.compile(
    r"<(description|content:encoded|summary|title|content|itunes:summary)((?:\s[^<>]{0,400})?)(?<!/)>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[A-Za-z/]")
_ITEM_TAG = re.compile(r"</?(?:item|entry)\b", re.IGNORECASE)


def escape_markup(text: str) -> str:
    """Escapes HTML that stands in a field without escaping or CDATA."""
    pieces: list[str] = []
    never_closed: set[str] = set()  # searched once each, so that the pass stays linear
    at = 0
    while found := _MARKED.search(text, at):
        name, end = found.group(1), -1
        if name not in never_closed and "xhtml" not in found.group(2):
            end = text.find(f"</{name}>", found.end())
            if end < 0:
                never_closed.add(name)
        inside = text[found.end() : end] if end >= 0 else ""
        pieces += (text[at : found.end()], _as_text(inside))
        at = max(end, found.end())
    return "".join(pieces) + text[at:]


def _as_text(inside: str) -> str:
    if not _TAG.search(inside) or "<![CDATA[" in inside or _ITEM_TAG.search(inside):
        return inside
    if "&lt;" not in inside:  # all of it is HTML, so its references are HTML too
        inside = inside.replace("&", "&amp;")
    return inside.replace("<", "&lt;")


def close_document(text: str) -> tuple[str, bool]:
    """A document that ends too early is cut after its last complete item and closed; one with text after its end is
    cut there. Second: whether the document was complete."""
    outlined = outline(text)
    if outlined.end is not None:
        return text[: outlined.end], True
    if outlined.cut is None:
        return text, True
    at, still_open = outlined.cut
    return text[:at] + "".join(f"</{name}>" for name in reversed(still_open)), False
