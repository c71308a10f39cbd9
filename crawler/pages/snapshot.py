"""The candidates of a page as they are kept with what was believed of them, and back, to choose anew. Pure.

Dates and the text are kept elsewhere: all printed dates in what the page said, the text cleaned, with its
story.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields as dataclass_fields
from typing import Any

from newsdesk.crawler.models import FieldCandidate, PageCandidates, PrintedDate
from newsdesk.crawler.normalise.text.html import clean_controls

_MOST = 12  # candidates of a field
_LONGEST = 500
_MARKS = tuple(one.name for one in dataclass_fields(FieldCandidate) if one.default is False)
_KEPT_ELSEWHERE = ("text", "published")


def remember_page(said: PageCandidates) -> Mapping[str, Any]:
    """JSON-like: per field [origin, value, what is marked of it …]; the outlet's names, the canonical
    address."""
    fields = {
        name: [
            [
                one.origin,
                clean_controls(one.value[:_LONGEST]),
                *(mark for mark in _MARKS if getattr(one, mark)),
            ]
            for one in found[:_MOST]
        ]
        for name, found in said.fields.items()
        if name not in _KEPT_ELSEWHERE
    }
    kept: dict[str, Any] = {"fields": fields}
    if said.sites:
        kept["sites"] = [clean_controls(one[:_LONGEST]) for one in said.sites[:_MOST]]
    if said.canonical:
        kept["canonical"] = said.canonical
    return kept


def recall_page(
    kept: Mapping[str, Any], *, address: str, dates: tuple[PrintedDate, ...], text: FieldCandidate | None
) -> PageCandidates:
    """The page that was remembered so, with its dates and its cleaned text."""
    fields = {
        name: tuple(
            FieldCandidate(origin=origin, value=value, **{mark: True for mark in marks if mark in _MARKS})
            for origin, value, *marks in found
        )
        for name, found in kept.get("fields", {}).items()
    }
    return PageCandidates(
        address=address,
        fields={**fields, **({"text": (text,)} if text is not None else {})},
        dates=dates,
        sites=tuple(kept.get("sites", ())),
        canonical=kept.get("canonical"),
    )
