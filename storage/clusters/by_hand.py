"""What a person decides of clusters: to take stories out of theirs, to put stories together, and to take that back.

Plans are made first, from reads only; `apply_plan` writes one, inside the writer's transaction.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from sqlite_utils import Database

from newsdesk.storage.clusters.assign import Decided, Decision
from newsdesk.storage.clusters.stored import cluster_again, clusters_anew

MOST_PAIRS: Final = 20_000  # of one decision
_MOST_NAMED = 10
_IDS = "(SELECT value FROM json_each(?))"
_ROWS = "SELECT number, story_id, other_id, decided FROM cluster_decision"


class ClusterError(ValueError):
    """What was wanted of clusters is not possible; the message says why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A decision to write, or the number of one to delete (`undo`), and what changes: story → (its cluster before,
    after); None is alone."""

    decisions: tuple[Decision, ...] = ()
    undo: int | None = None
    changed: Mapping[int, tuple[int | None, int | None]]


def split_pairs(out: Collection[int], members: Collection[int]) -> list[Decision]:
    """Decisions that take stories out of a cluster of `members`: each is apart from all that stay, so that they stay
    apart when one of those is deleted or changes. Pure. Raises ClusterError."""
    stay = sorted(set(members).difference(out))
    if not stay:
        raise ClusterError(
            f"{_named(out)} are all stories of their cluster: name those to take out, and not the others"
        )
    if len(out) * len(stay) > MOST_PAIRS:
        raise ClusterError(
            f"to take {len(out):,} stories out of a cluster of {len(members):,} is too much for one decision: name"
            f" {max(1, MOST_PAIRS // len(members)):,} at most"
        )
    return [_decision(story, other, "apart") for story, other in product(sorted(out), stay)]


def plan_split(db: Database, stories: Collection[int]) -> Plan:
    """Take stories out of their clusters. Those that stay in one stay together, also if they were linked only with
    one that goes. Raises ClusterError."""
    stories = _stored(db, stories)
    clusters = _clusters(db, stories)
    for story, cluster in clusters.items():
        if cluster is None:
            number = _number_of(db, [story], decided="apart")
            known = f"; decision {number} set it apart" if number is not None else ""
            raise ClusterError(f"story {story} has no copies: it is in no cluster{known}")
    decisions: list[Decision] = []
    members = _members(db, clusters.values())
    for cluster, of_one in members.items():
        out = [story for story in stories if clusters[story] == cluster]
        apart = split_pairs(out, of_one)
        stay = sorted(set(of_one).difference(out))
        after = clusters_anew(db, of_one, more=[*decisions, *apart])
        first = after.get(stay[0], cluster)
        decisions += apart
        decisions += [
            _decision(story, stay[0], "together")
            for story in stay[1:]
            if first is None or after.get(story, cluster) != first
        ]
    return _plan(db, decisions)


def plan_merge(db: Database, stories: Collection[int]) -> Plan:
    """Put stories and their clusters together. Raises ClusterError."""
    stories = _stored(db, stories)
    if len(stories) < 2:
        raise ClusterError("name two stories or more to put together")
    clusters = _clusters(db, stories)
    groups = _members(db, clusters.values())
    group_of = {story: cluster for cluster, of_one in groups.items() for story in of_one}
    involved = sorted({*group_of, *stories})
    together = set()
    for number, one, other, decided in _decisions(db, involved):
        if decided == "together":
            together.add(frozenset((one, other)))
        elif one in involved and other in involved and group_of.get(one, one) != group_of.get(other, other):
            raise ClusterError(
                f"stories {one} and {other} are set apart by decision {number}: `newsdesk clusters undo {number}`"
                " takes that back"
            )
    first, *others = stories
    new = [
        _decision(story, first, "together") for story in others if frozenset((story, first)) not in together
    ]
    if not new:
        known = _number_of(db, [first, others[0]], decided="together")
        raise ClusterError(f"{_named(stories)} are together already by decision {known}")
    return _plan(db, new)


def plan_undo(db: Database, number: int) -> Plan:
    """Take a decision back. Raises ClusterError."""
    rows = db.conn.execute(f"{_ROWS} WHERE number = ?", (number,)).fetchall()
    if not rows:
        raise ClusterError(f"there is no decision {number}: `newsdesk clusters list` lists them")
    stories = {story for _, *pair, _ in rows for story in pair}
    return _with_before(db, clusters_anew(db, stories, without=number), undo=number)


def apply_plan(db: Database, plan: Plan, *, now: str) -> int:
    """Write a plan. Returns the number of the decision. `now` as `to_iso` writes it."""
    if plan.undo is not None:
        rows = db.conn.execute(f"{_ROWS} WHERE number = ?", (plan.undo,)).fetchall()
        db.conn.execute("DELETE FROM cluster_decision WHERE number = ?", (plan.undo,))
        cluster_again(db, {story for _, *pair, _ in rows for story in pair})
        return plan.undo
    number: int = db.conn.execute("SELECT coalesce(max(number), 0) + 1 FROM cluster_decision").fetchone()[0]
    db.conn.executemany(
        "INSERT INTO cluster_decision (number, story_id, other_id, decided, decided_at) VALUES (?, ?, ?, ?, ?)",
        [(number, one.story_id, one.other_id, one.decided, now) for one in plan.decisions],
    )
    cluster_again(db, _of(plan.decisions))
    return number


def _plan(db: Database, decisions: Sequence[Decision]) -> Plan:
    changed = clusters_anew(db, _of(decisions), more=decisions)
    return _with_before(db, changed, decisions=tuple(decisions))


def _with_before(
    db: Database,
    changed: Mapping[int, int | None],
    *,
    decisions: tuple[Decision, ...] = (),
    undo: int | None = None,
) -> Plan:
    before = _clusters(db, changed)
    return Plan(
        decisions=decisions,
        undo=undo,
        changed={story: (before[story], cluster) for story, cluster in sorted(changed.items())},
    )


def _of(decisions: Sequence[Decision]) -> set[int]:
    return {story for one in decisions for story in (one.story_id, one.other_id)}


def _decision(story: int, other: int, decided: Decided) -> Decision:
    return Decision(story_id=story, other_id=other, decided=decided)


def _stored(db: Database, stories: Collection[int]) -> list[int]:
    """The stories in their order, each once; in place of a merged one that which it was merged into."""
    rows = db.conn.execute(
        f"SELECT id, coalesce(merged_into, id) FROM story WHERE id IN {_IDS}", (json.dumps(list(stories)),)
    )
    found = dict(rows.fetchall())
    for story in stories:
        if story not in found:
            raise ClusterError(f"there is no story {story}: `newsdesk stories` lists them")
    return list(dict.fromkeys(found[story] for story in stories))


def _clusters(db: Database, stories: Collection[int]) -> dict[int, int | None]:
    rows = db.conn.execute(f"SELECT id, cluster FROM story WHERE id IN {_IDS}", (json.dumps(list(stories)),))
    return dict(rows.fetchall())


def _members(db: Database, clusters: Collection[int | None]) -> dict[int, list[int]]:
    members: dict[int, list[int]] = defaultdict(list)
    for story, cluster in db.conn.execute(
        f"SELECT id, cluster FROM story WHERE cluster IN {_IDS} ORDER BY id", (json.dumps(list(clusters)),)
    ):
        members[cluster].append(story)
    return members


def _decisions(db: Database, stories: Collection[int]) -> list[tuple[int, int, int, str]]:
    ids = json.dumps(list(stories))
    return db.conn.execute(
        f"{_ROWS} WHERE story_id IN {_IDS} OR other_id IN {_IDS} ORDER BY id", (ids, ids)
    ).fetchall()


def _number_of(db: Database, stories: Collection[int], *, decided: Decided) -> int | None:
    """The first decision of these stories, or of one of them and others."""
    for number, *pair, what in _decisions(db, stories):
        if what == decided and set(stories).issubset(pair):
            return number
    return None


def _named(stories: Collection[int]) -> str:
    listed = ", ".join(map(str, sorted(stories)[:_MOST_NAMED]))
    return f"stories {listed}{' …' if len(stories) > _MOST_NAMED else ''}"
