"""What the feeds and the page of a story state about its use, as lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from newsdesk.output.terminal import line
from newsdesk.output.times import instant


def rights_lines(story: Mapping[str, Any]) -> Iterator[str]:
    """One line for what each origin states now, with the statements as printed; then one for each change."""
    for one in story["rights"]:
        terms = ", ".join(one["terms"])
        printed = "; ".join(f"{each['what']} {each['value']} in {each['where']}" for each in one["stated"])
        yield f"rights of the {_origin(one)}, seen {instant(one['seen_at'])}: {line(terms)} ({line(printed)})"
    for change in story["rights_changes"]:
        old, new = _terms(change["old"]), _terms(change["new"])
        yield f"changed {instant(change['found_at'])} rights of the {_origin(change)}: {old} → {new}"


def _origin(one: Mapping[str, Any]) -> str:
    return "page" if one["origin"] == "page" else f"feed {line(one['source'] or '')}".rstrip()


def _terms(terms: Sequence[str]) -> str:
    return line(", ".join(terms)) or "(none)"
