"""Names that a page tells to machines only: in JSON-LD or meta elements, and nowhere that people see.

Pure. A theme that shows no authors still prints in its metadata who pressed the button. Scripts that are no
JSON-LD count as seen: they draw the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from lxml import etree, html

from newsdesk.crawler.documents.folding import folded
from newsdesk.crawler.models import FieldCandidate

_TOLD = ("json-ld", "meta", "other meta")
_DRAWN = etree.XPath("//body//script[not(contains(@type, 'ld+json'))]/text()", smart_strings=False)
_PARTS = re.compile(r"[,;|/&\n]| and | und | et | y | e ")


def with_hidden(candidates: Sequence[FieldCandidate], tree: html.HtmlElement) -> tuple[FieldCandidate, ...]:
    """The candidates, those marked whose names stand nowhere in the page's body."""
    missed = [one for one in candidates if one.origin in _TOLD and "://" not in one.value]
    missed = _missing(missed, "\n".join(one.value for one in candidates if one.origin not in _TOLD))
    for texts in (_shown, _drawn):
        if missed:
            missed = _missing(missed, texts(tree))
    return tuple(replace(one, hidden=True) if one in missed else one for one in candidates)


def _shown(tree: html.HtmlElement) -> str:
    """All that stands in the body; over the elements, since XPath takes twice as long for their texts."""
    pieces: list[str] = []
    for body in tree.iter("body"):
        for element in body.iter():
            if element.text and element.tag not in ("script", "style"):
                pieces.append(element.text)
            if element.tail:
                pieces.append(element.tail)
    return " ".join(pieces)


def _drawn(tree: html.HtmlElement) -> str:
    found = _DRAWN(tree)
    return " ".join(map(str, found)) if isinstance(found, list) else ""


def _missing(told: Sequence[FieldCandidate], text: str) -> list[FieldCandidate]:
    """Those whose value does not stand in a text, nor a part of it that may be a full name."""
    plain = text.casefold()
    missing = [one for one in told if not any(name in plain for name in _names(one.value))]
    if not missing:
        return []  # nearly always; folding a whole page takes ten times as long
    line = f" {folded(text)} "
    return [one for one in missing if not any(f" {name} " in line for name in _names(one.value))]


def _names(value: str) -> list[str]:
    parts = [part for part in map(folded, _PARTS.split(value)) if part]
    return [part for part in parts if " " in part] or [" ".join(parts), " ".join(reversed(parts))]
