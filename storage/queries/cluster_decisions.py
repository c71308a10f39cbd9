"""What people look at: the decisions that were made on clusters. Reads only."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass

from sqlite_utils import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """What a person decided: stories set apart from others, or put together with them.."""

    number: int
    decided: str
    stories: tuple[int, ...]
    others: tuple[int, ...]
    decided_at: str


def list_decisions(db: Database, *, limit: int | None = None) -> list[DecisionRow]:
    """The decisions on clusters, newest first. That those which stay when stories are taken out stay together is part
    of the decision to take them out, and not listed."""
    numbers = [
        number
        for (number,) in db.conn.execute(
            "SELECT DISTINCT number FROM cluster_decision ORDER BY number DESC LIMIT ?",
            (-1 if limit is None else limit,),
        )
    ]
    pairs: dict[int, list[tuple[str, int, int, str]]] = defaultdict(list)
    sql = (
        "SELECT number, decided, story_id, other_id, decided_at FROM cluster_decision"
        " WHERE number IN (SELECT value FROM json_each(?)) ORDER BY id"
    )
    for number, *pair in db.conn.execute(sql, (json.dumps(numbers),)):
        pairs[number].append((pair[0], pair[1], pair[2], pair[3]))
    found = []
    for number in numbers:
        decided = min(what for what, *_ in pairs[number])  # apart before together
        shown = [pair for pair in pairs[number] if pair[0] == decided]
        found.append(
            DecisionRow(
                number=number,
                decided=decided,
                stories=tuple(dict.fromkeys(story for _, story, _, _ in shown)),
                others=tuple(dict.fromkeys(other for _, _, other, _ in shown)),
                decided_at=shown[0][3],
            )
        )
    return found


def count_decisions(db: Database) -> int:
    """How many decisions there are on clusters."""
    return int(db.conn.execute("SELECT count(DISTINCT number) FROM cluster_decision").fetchone()[0])
