"""The evidence and the changes of a field as one line: the printed value, its origin, the rule, the doubts.

Knows no field by its name: every key that the rules put into the evidence of a story is shown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from newsdesk.output.terminal import line

_LONGEST = 200  # characters of one value
_IDENTITY_SCHEMES = {
    "guid": "the feed's entries are identified by GUID",
    "address": "the feed's entries are identified by address: its GUIDs are blank or repeated",
    "address+guid": "the feed's entries are identified by GUID, its stories by address and GUID: several of them"
    " share an address",
    "address+date+title": "the feed's entries are identified by address, date and title: several of them share an"
    " address, and its GUIDs are blank or repeated",
}
_LISTED = {
    "sitemap": "the sitemap's entries",
    "site": "the links of the page",
    "spider": "the spider's items",
}
_PLACES = {  # where an entry is, and where it was
    "feed": ("still in its feed", "dropped from its feed"),
    "sitemap": ("still in its sitemap", "dropped from its sitemap"),
    "site": ("still linked there", "no longer linked since"),
    "spider": ("still among its items", "no longer among its items since"),
}
AUTHORITIES = {
    "page": "its fields come from its page",
    "site": "its fields come from a source of its site",
    "source": "its fields come from the source that carried it first",
}


def format_identity(scheme: str, kind: str) -> str:
    """What identifies the entries of a source of this kind. Only feeds have GUIDs that may be blank."""
    if scheme == "address" and kind in _LISTED:
        return f"{_LISTED[kind]} are identified by address"
    return _IDENTITY_SCHEMES[scheme].replace("the feed's entries", _LISTED.get(kind, "the feed's entries"))


def format_place(gone_at: str | None, kind: str) -> str:
    """Whether an entry is still where a source of this kind lists it; `gone_at` as it is printed."""
    still, gone = _PLACES[kind]
    return f"{gone} {gone_at}" if gone_at else still


def format_evidence(evidence: Any) -> str:
    """The evidence of one field on one line."""
    if not isinstance(evidence, Mapping):
        return _text(evidence)
    parts = []
    left = dict(evidence)
    if "printed" in left:
        parts.append(f"printed {_text(left.pop('printed'))}")
    if "origin" in left:
        parts.append(f"in {_text(left.pop('origin'))}")
    if "rule" in left:
        rule = left.pop("rule")
        parts.append("not parsed" if rule is None else f"read by {_text(rule)}")
    doubts = left.pop("doubts", None)
    parts += [f"{name} {_text(value)}" for name, value in left.items()]
    if doubts:
        parts.append(f"doubts: {_text(doubts)}")
    return "; ".join(parts)


def _text(value: Any) -> str:
    """A value of evidence as text: lists with commas, nested values as JSON."""
    if isinstance(value, str):
        text = line(value)
    elif isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        text = line(", ".join(value))
    else:
        text = line(json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def format_change(field: str, old: object, new: object) -> str:
    """The old and the new value of a field on one line."""
    before, after = _difference(_field(old), _field(new))
    return f"{field}: {before} → {after}"


def _field(value: object) -> str:
    """The value of a field in a revision; a number is the length of a text."""
    if isinstance(value, int):
        return f"{value:,} characters"
    if isinstance(value, list):
        value = ", ".join(str(one) for one in value if one is not None)
    return " ".join(line(value or "(none)").split())


def _difference(old: str, new: str) -> tuple[str, str]:
    """Two long texts, cut to the place where they begin to differ."""
    pairs = enumerate(zip(old, new, strict=False))
    same = next((place for place, (before, after) in pairs if before != after), min(len(old), len(new)))
    start = max(0, same - 40)
    return _window(old, start), _window(new, start)


def _window(text: str, start: int) -> str:
    return ("…" if start else "") + text[start : start + 100] + ("…" if len(text) > start + 100 else "")
