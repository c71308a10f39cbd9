"""Machine-only names: authors in JSON-LD or meta elements that appear nowhere in the visible page.

Pure. Themes that show no authors still write the user who published a story into the metadata. Scripts other
than JSON-LD count as visible, since they may render the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from lxml import etree, html

from newsdesk.crawler.documents.folding import folded
from newsdesk.crawler.models import FieldCandidate

_MACHINE_ORIGINS = ("json-ld", "meta", "other meta")
_SCRIPTS = etree.XPath("//body//script[not(contains(@type, 'ld+json'))]/text()", smart_strings=False)
_PARTS = re.compile(r"[,;|/&\n]| and | und | et | y | e ")


def mark_machine_only(
    candidates: Sequence[FieldCandidate], tree: html.HtmlElement
) -> tuple[FieldCandidate, ...]:
    """The candidates; those whose names appear nowhere in the page's body are marked."""
    missing = [one for one in candidates if one.origin in _MACHINE_ORIGINS and "://" not in one.value]
    visible = (one.value for one in candidates if one.origin not in _MACHINE_ORIGINS)
    missing = _not_in(missing, "\n".join(visible))
    for text_of in (_visible_text, _script_text):  # the slower search last
        if missing:
            missing = _not_in(missing, text_of(tree))
    return tuple(replace(one, machine_only=True) if one in missing else one for one in candidates)


def _visible_text(tree: html.HtmlElement) -> str:
    """All text of the body. XPath takes twice as long as this loop."""
    pieces: list[str] = []
    for body in tree.iter("body"):
        for element in body.iter():
            if element.text and element.tag not in ("script", "style"):
                pieces.append(element.text)
            if element.tail:
                pieces.append(element.tail)
    return " ".join(pieces)


def _script_text(tree: html.HtmlElement) -> str:
    found = _SCRIPTS(tree)
    return " ".join(map(str, found)) if isinstance(found, list) else ""


def _not_in(candidates: Sequence[FieldCandidate], text: str) -> list[FieldCandidate]:
    """The candidates of which neither the value nor a part that may be a full name is in a text."""
    plain = text.casefold()
    missing = [one for one in candidates if not any(name in plain for name in _names(one.value))]
    if not missing:
        return []  # nearly always; folding a whole page takes ten times as long
    line = f" {folded(text)} "
    return [one for one in missing if not any(f" {name} " in line for name in _names(one.value))]


def _names(value: str) -> list[str]:
    parts = [part for part in map(folded, _PARTS.split(value)) if part]
    return [part for part in parts if " " in part] or [" ".join(parts), " ".join(reversed(parts))]
