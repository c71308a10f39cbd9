"""The candidates of a page as JSON for its snapshot, and back, so that newer rules can choose among them again.

Pure. Dates and text are not in it: the printed dates are stored beside it, the cleaned text with the story.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields as dataclass_fields
from typing import Any

from newsdesk.crawler.models import FieldCandidate, PageCandidates, PrintedDate
from newsdesk.crawler.normalise.text.html import clean_controls

_MOST = 12  # candidates of a field
_LONGEST = 500
_FLAGS = tuple(one.name for one in dataclass_fields(FieldCandidate) if one.default is False)
_STORED_ELSEWHERE = ("text", "published")


def write_page_snapshot(page: PageCandidates) -> Mapping[str, Any]:
    """JSON-like: `fields` with [origin, value, flags …] for each candidate; `sites`, the outlet's names; the
    `canonical` address; the `site_file` of the page, and its `timezone`."""
    fields = {
        name: [
            [
                one.origin,
                clean_controls(one.value[:_LONGEST]),
                *(flag for flag in _FLAGS if getattr(one, flag)),
            ]
            for one in found[:_MOST]
        ]
        for name, found in page.fields.items()
        if name not in _STORED_ELSEWHERE
    }
    snapshot: dict[str, Any] = {"fields": fields}
    if page.sites:
        snapshot["sites"] = [clean_controls(one[:_LONGEST]) for one in page.sites[:_MOST]]
    if page.canonical:
        snapshot["canonical"] = page.canonical
    if page.site_file:
        snapshot["site_file"] = page.site_file
    if page.timezone:
        snapshot["timezone"] = page.timezone
    return snapshot


def read_page_snapshot(
    snapshot: Mapping[str, Any],
    *,
    address: str,
    dates: tuple[PrintedDate, ...],
    text: FieldCandidate | None,
) -> PageCandidates:
    """The candidates in a snapshot, with the dates and the cleaned text that are stored elsewhere."""
    fields = {
        name: tuple(
            FieldCandidate(origin=origin, value=value, **{flag: True for flag in flags if flag in _FLAGS})
            for origin, value, *flags in found
        )
        for name, found in snapshot.get("fields", {}).items()
    }
    return PageCandidates(
        address=address,
        fields={**fields, **({"text": (text,)} if text is not None else {})},
        dates=dates,
        sites=tuple(snapshot.get("sites", ())),
        canonical=snapshot.get("canonical"),
        site_file=snapshot.get("site_file"),
        timezone=snapshot.get("timezone"),
    )
