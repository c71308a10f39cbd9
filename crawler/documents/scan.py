"""Positions in a text that may not be well-formed XML: doctype, root, items, open elements.

Pure, one pass by `str.find`; no search starts again, so that 100,000 unclosed `<!--` cost no more than one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_NAME = re.compile(r"[A-Za-z_][\w:.\-]*")
_DEPTH = 256  # levels, the limit of libxml2
_ITEM_TAG = re.compile(r"<(/?)((?:[\w.\-]{1,20}:)?(?:item|entry))(?=[\s>])", re.IGNORECASE)
_SUBSET_END = re.compile(r"\]\s{0,100}>")


class Outline(NamedTuple):
    """`end`: the position after the root's end tag, None without one. `cut`: the position where a truncated document
    can be cut (after its last complete item, else before the first), and the elements open there."""

    end: int | None
    cut: tuple[int, tuple[str, ...]] | None


def skip_prolog(text: str) -> int:
    """The position of the first tag or doctype, after declarations, comments and text; -1 without one."""
    at = text.find("<")
    while at >= 0:
        if text.startswith("<!--", at):
            end = text.find("-->", at + 4)
        elif text.startswith("<?", at):
            end = text.find(">", at)
        else:
            return at
        at = text.find("<", end) if end >= 0 else -1
    return -1


def find_doctype(text: str) -> tuple[int, int]:
    """Start and end of the DOCTYPE before the root, (-1, -1) without one."""
    at = skip_prolog(text)
    if at < 0 or text[at : at + 9].upper() != "<!DOCTYPE":
        return -1, -1
    close, subset = text.find(">", at), text.find("[", at)
    if 0 <= subset < close:
        found = _SUBSET_END.search(text, subset)
        close = found.end() - 1 if found else -1
    return (at, close + 1) if close >= 0 else (-1, -1)


def first_tag(text: str) -> int:
    """The position of the root's start tag, -1 without one."""
    _, end = find_doctype(text)
    at = skip_prolog(text[end:] if end > 0 else text)
    return at + max(end, 0) if at >= 0 else -1


def root_name(text: str) -> str:
    """The root's printed name in lower case, "" without one."""
    return printed_name(text, first_tag(text)).lower()


def printed_name(text: str, at: int) -> str:
    """The name of the start tag at `at`, "" without one."""
    found = _NAME.match(text, at + 1) if at >= 0 else None
    return found.group() if found else ""


def outline(text: str) -> Outline:
    """Follow the tags once. A wrong end tag means broken, not truncated: then both fields are None."""
    opened: list[str] = []
    cut: tuple[int, tuple[str, ...]] | None = None
    at = text.find("<")
    while at >= 0:
        end = _end_of_markup(text, at)
        if end < 0:
            break
        name = _NAME.match(text, at + 2 if text[at + 1] == "/" else at + 1)
        if name is None or text[at + 1] in "!?":
            pass
        elif text[at + 1] == "/":
            if not opened or opened[-1] != name.group():
                return Outline(None, None)
            opened.pop()
            if not opened:
                return Outline(end, cut)
            if _is_item(name.group()) or name.group().lower() == "channel":
                cut = (end, tuple(opened))
        elif text[end - 2] != "/":
            if cut is None and _is_item(name.group()):
                cut = (at, tuple(opened))
            opened.append(name.group())
            if len(opened) > _DEPTH:
                return Outline(None, None)
        at = text.find("<", end)
    return Outline(None, cut)


def items(text: str) -> list[str]:
    """The text of each item, from its start tag to its end tag, if no other item starts between them."""
    found: list[str] = []
    start: re.Match[str] | None = None
    for tag in _ITEM_TAG.finditer(text):
        if not tag[1]:
            start = tag
        elif start and start[2] == tag[2]:
            found.append(f"{text[start.start() : tag.end()]}>")
            start = None
    return found


def _is_item(name: str) -> bool:
    return name.rpartition(":")[2].lower() in ("item", "entry")


def _end_of_markup(text: str, at: int) -> int:
    """The position after the tag, comment, CDATA section or instruction that starts at `at`; -1 without an end."""
    for opening, closing in (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<", ">")):
        if text.startswith(opening, at):
            end = text.find(closing, at + len(opening))
            return end + len(closing) if end >= 0 else -1
    return -1
