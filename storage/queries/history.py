"""The history of a story by its revisions: versions, returns to an earlier value, headlines that alternate. Pure.

Version 1 is the story as it was first seen; each revision makes the next one. A revision is [old, new] for each field,
so values that newer rules or another origin gave in between are no change here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from newsdesk.storage.stories.revisions import FIELDS, compared_value

Fields = Mapping[str, Sequence[Any]]
LEAST_ALTERNATIONS = 3  # changes between two titles from which they alternate: A, B, A, B


def find_returns(revisions: Sequence[Fields]) -> list[dict[str, int]]:
    """For each revision: the fields that have an earlier value again, with the last version that had it."""
    seen: dict[str, dict[str, int]] = {}
    found = []
    for version, fields in enumerate(revisions, 2):
        returns = {}
        for name, (old, new) in fields.items():
            versions = seen.setdefault(name, {})
            versions[_key(name, old)] = version - 1
            if (earlier := versions.get(_key(name, new))) is not None:
                returns[name] = earlier
            versions[_key(name, new)] = version
        found.append(returns)
    return found


def find_alternations(revisions: Sequence[tuple[str, Fields]]) -> list[dict[str, Any]]:
    """The pairs of titles that replaced each other three times or more, the most frequent first. `revisions`: when each
    was found, and its fields."""
    pairs: dict[frozenset[str], list[tuple[str, Sequence[Any]]]] = {}
    for found_at, fields in revisions:
        if "title" in fields:
            pair = frozenset(_key("title", title) for title in fields["title"])
            pairs.setdefault(pair, []).append((found_at, fields["title"]))
    alternating = [changes for changes in pairs.values() if len(changes) >= LEAST_ALTERNATIONS]
    return [
        {"titles": list(changes[0][1]), "times": len(changes), "since": changes[0][0], "last": changes[-1][0]}
        for changes in sorted(alternating, key=len, reverse=True)
    ]


def changes_between(revisions: Sequence[Fields], old: int, new: int) -> dict[str, list[Any]]:
    """Per field [value, value] in which version `new` differs from version `old`; either may be the earlier one."""
    if old > new:
        return {name: [now, before] for name, (before, now) in changes_between(revisions, new, old).items()}
    made = revisions[old - 1 : new - 1]
    found = {}
    for name in FIELDS:
        values = [fields[name] for fields in made if name in fields]
        if values and values[0][0] != values[-1][1]:
            found[name] = [values[0][0], values[-1][1]]
    return found


def _key(name: str, value: Any) -> str:
    return repr(compared_value(name, value))
