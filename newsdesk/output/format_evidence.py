"""How a field was read and changed, in words: what was printed and where, by which rule, what is doubted.

Knows no field by its name, so that whatever the rules put into a story's evidence is told. Called by
`newsdesk story`, `newsdesk explain` and `newsdesk inspect`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from newsdesk.output.terminal import line

_LONGEST = 200  # of one thing that was printed
RUNGS = {
    "guid": "its entries are told apart by their GUIDs",
    "address": "its entries are told apart by their addresses: its GUIDs are blank or repeated",
    "address+guid": "its entries are told apart by GUID, and their stories by address and GUID: it gives"
    " several of them one address",
    "address+date+title": "its entries are told apart by address, date and title: it gives several of them"
    " one address, and no good GUIDs",
}
STATUS_TEXTS = {
    "page": "told by its page",
    "site": "told by a source of its site",
    "source": "told by the source that carried it first",
}


def evidence_words(evidence: Any) -> str:
    """One field's evidence on one line."""
    if not isinstance(evidence, Mapping):
        return _shown(evidence)
    parts = []
    left = dict(evidence)
    if "printed" in left:
        parts.append(f"printed {_shown(left.pop('printed'))}")
    if "origin" in left:
        parts.append(f"in {_shown(left.pop('origin'))}")
    if "rule" in left:
        rule = left.pop("rule")
        parts.append("not parsed" if rule is None else f"read by {_shown(rule)}")
    doubts = left.pop("doubts", None)
    parts += [f"{name} {_shown(value)}" for name, value in left.items()]
    if doubts:
        parts.append(f"doubts: {_shown(doubts)}")
    return "; ".join(parts)


def _shown(value: Any) -> str:
    """A value of evidence as it is, lists with commas, what is inside one another as JSON."""
    if isinstance(value, str):
        text = line(value)
    elif isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        text = line(", ".join(value))
    else:
        text = line(json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def told_change(field: str, old: object, new: object) -> str:
    """What a field was and is, on one line."""
    before, after = _differing(_words(old), _words(new))
    return f"{field}: {before} → {after}"


def _words(value: object) -> str:
    """A field as a revision has it; a number is the length of a text."""
    if isinstance(value, int):
        return f"{value:,} characters"
    if isinstance(value, list):
        value = ", ".join(str(one) for one in value if one is not None)
    return line(value or "(none)")


def _differing(old: str, new: str) -> tuple[str, str]:
    """Two long texts cut to where they begin to differ, so that the change can be seen."""
    pairs = enumerate(zip(old, new, strict=False))
    same = next((place for place, (before, after) in pairs if before != after), min(len(old), len(new)))
    start = max(0, same - 40)
    return _window(old, start), _window(new, start)


def _window(text: str, start: int) -> str:
    return ("…" if start else "") + text[start : start + 100] + ("…" if len(text) > start + 100 else "")
