"""Repairs of a document's structure: markup in fields that was never escaped, and an end that is missing.

Pure and linear. Bolder than the repairs of characters (repair.py), so tried after them and believed only if a
strict parse agrees.
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
    """HTML written into a field without escaping or CDATA: taken as the text that it was meant to be."""
    pieces: list[str] = []
    never_closed: set[str] = set()  # asked once each, so that the pass stays linear
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
    if "&lt;" not in inside:  # HTML all through: its own references stay its own
        inside = inside.replace("&", "&amp;")
    return inside.replace("<", "&lt;")


def close_document(text: str) -> tuple[str, bool]:
    """A document that ends too early, cut after its last complete item and closed, or one that goes on
    after its end, cut there. Second: whether it was whole."""
    seen = outline(text)
    if seen.end is not None:
        return text[: seen.end], True
    if seen.kept is None:
        return text, True
    cut, still_open = seen.kept
    return text[:cut] + "".join(f"</{name}>" for name in reversed(still_open)), False
