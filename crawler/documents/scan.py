"""Where things stand in a text that may not be well-formed XML: doctype, root, items, what is left open.

Pure; one pass by `str.find`, never a search that starts again (100,000 unclosed `<!--` cost one look).
"""

from __future__ import annotations

import re
from typing import NamedTuple

_NAME = re.compile(r"[A-Za-z_][\w:.\-]*")
_DEPTH = 256  # what libxml2 will read
_ITEM_TAG = re.compile(r"<(/?)((?:[\w.\-]{1,20}:)?(?:item|entry))(?=[\s>])", re.IGNORECASE)
_SUBSET_END = re.compile(r"\]\s{0,100}>")


class Outline(NamedTuple):
    """`end`: just after the root closed, None if it never did. `kept`: where a document that breaks off
    can be cut (after its last complete item, else before the first) and the elements still open there.
    """

    end: int | None
    kept: tuple[int, tuple[str, ...]] | None


def skip_prolog(text: str) -> int:
    """Where the first tag or doctype begins: after declarations, comments and text. -1 if there is none."""
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
    """Start and end of the DOCTYPE before the root, (-1, -1) if there is none."""
    at = skip_prolog(text)
    if at < 0 or text[at : at + 9].upper() != "<!DOCTYPE":
        return -1, -1
    close, subset = text.find(">", at), text.find("[", at)
    if 0 <= subset < close:
        found = _SUBSET_END.search(text, subset)
        close = found.end() - 1 if found else -1
    return (at, close + 1) if close >= 0 else (-1, -1)


def first_tag(text: str) -> int:
    """Where the root's start tag begins, -1 if there is none."""
    _, end = find_doctype(text)
    at = skip_prolog(text[end:] if end > 0 else text)
    return at + max(end, 0) if at >= 0 else -1


def root_name(text: str) -> str:
    """The root's printed name in lower case, "" if nothing looks like one."""
    return printed_name(text, first_tag(text)).lower()


def printed_name(text: str, at: int) -> str:
    """The name of the start tag at `at`, "" if there is none."""
    found = _NAME.match(text, at + 1) if at >= 0 else None
    return found.group() if found else ""


def outline(text: str) -> Outline:
    """Follow the tags once. A wrong end tag means broken, not cut short: then nothing is said."""
    opened: list[str] = []
    kept: tuple[int, tuple[str, ...]] | None = None
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
                return Outline(end, kept)
            if _is_item(name.group()) or name.group().lower() == "channel":
                kept = (end, tuple(opened))
        elif text[end - 2] != "/":
            if kept is None and _is_item(name.group()):
                kept = (at, tuple(opened))
            opened.append(name.group())
            if len(opened) > _DEPTH:
                return Outline(None, None)
        at = text.find("<", end)
    return Outline(None, kept)


def items(text: str) -> list[str]:
    """Each item's text, from its start tag to the end tag of its name with no other item begun between."""
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
    """Just after the tag, comment, CDATA section or instruction that begins at `at`; -1 if it has no end."""
    for opening, closing in (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<", ">")):
        if text.startswith(opening, at):
            end = text.find(closing, at + len(opening))
            return end + len(closing) if end >= 0 else -1
    return -1
