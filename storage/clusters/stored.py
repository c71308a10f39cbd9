"""The stored clusters: made anew from their links and decisions, and without a story that goes. Runs inside the
writer's transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from sqlite_utils import Database

from newsdesk.storage.clusters.assign import Decision, assign_clusters
from newsdesk.storage.clusters.links import Link

INHERITED: Final = "* (by story [0-9]*)"  # the reason of a link that a story which is gone had
_OF_CLUSTERS = (
    "SELECT id FROM story WHERE cluster IN (SELECT value FROM json_each(?)) AND merged_into IS NULL"
)
_LINKS = (
    "SELECT story_id, other_id, kind, score, reason FROM link WHERE story_id IN (SELECT value FROM json_each(:ids))"
    " AND +other_id IN (SELECT value FROM json_each(:ids))"  # not both by index: that looks up each pair
)
_DECISIONS = (
    "SELECT story_id, other_id, decided, number FROM cluster_decision"
    " WHERE story_id IN (SELECT value FROM json_each(:ids)) OR other_id IN (SELECT value FROM json_each(:ids))"
    " ORDER BY id"
)


def cluster_again(db: Database, stories: Collection[int]) -> dict[int, int | None]:
    """Make the clusters of these stories anew, with all of their members and of those that they are linked or decided
    to be with. Returns what changed: story → its cluster now, None if it is alone."""
    changed = clusters_anew(db, stories)
    db.conn.executemany(
        "UPDATE story SET cluster = ? WHERE id = ?", [(cluster, story) for story, cluster in changed.items()]
    )
    return changed


def clusters_anew(
    db: Database, stories: Collection[int], *, more: Sequence[Decision] = (), without: int | None = None
) -> dict[int, int | None]:
    """What `cluster_again` would change, with more decisions or without one. Reads only."""
    wanted = _with_members(db, _with_linked(db, stories))
    values = {"ids": json.dumps(sorted(wanted))}
    links = [_link(row) for row in db.conn.execute(_LINKS, values)]
    decisions = [
        Decision(story_id=row[0], other_id=row[1], decided=row[2])
        for row in db.conn.execute(_DECISIONS, values)
        if row[3] != without
    ]
    before = _clusters_of(db, wanted)
    after = assign_clusters(wanted, links, [*decisions, *more])
    return {story: cluster for story, cluster in after.items() if before.get(story) != cluster}


def move_links(db: Database, story_id: int, to: int) -> None:
    """A story is another one: what is linked with it is linked with that one, and it leaves its cluster."""
    _inherit(db, story_id, to)
    forget_links(db, [story_id], heirs=False)
    cluster_again(db, [to])


def forget_links(db: Database, stories: Sequence[int], *, heirs: bool = True) -> None:
    """Take stories that go out of their clusters: their links and decisions are deleted, the others are clustered
    again. With `heirs`, what was linked with a story that goes is linked with the earliest other copy of it, because
    these are copies of each other too."""
    ids = json.dumps(list(stories))
    rest = (
        _with_members(db, stories).difference(stories) if any(_clusters_of(db, stories).values()) else set()
    )
    if heirs and rest:
        for story in sorted(stories):
            copies = {
                link.other_id if link.story_id == story else link.story_id for link in _links_of(db, story)
            }
            if staying := copies & rest:
                _inherit(db, story, min(staying))
    for table in ("link", "cluster_decision"):
        for column in ("story_id", "other_id"):
            db.conn.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))", (ids,))
    if rest:
        db.conn.execute(
            "UPDATE story SET cluster = NULL WHERE id IN (SELECT value FROM json_each(?))", (ids,)
        )
        cluster_again(db, rest)


def _inherit(db: Database, story_id: int, heir: int) -> None:
    """Links of a story become links of another."""
    rows = []
    for link in _links_of(db, story_id):
        other = link.other_id if link.story_id == story_id else link.story_id
        if other != heir:
            rows.append((max(other, heir), min(other, heir), story_id, link.story_id, link.other_id))
    db.conn.executemany(
        "INSERT INTO link (story_id, other_id, kind, score, reason, found_at) SELECT ?, ?, kind, score,"
        " reason || ' (by story ' || ? || ')', found_at FROM link WHERE story_id = ? AND other_id = ?"
        " ON CONFLICT DO NOTHING",
        rows,
    )


def _links_of(db: Database, story_id: int) -> list[Link]:
    rows = db.conn.execute(
        "SELECT story_id, other_id, kind, score, reason FROM link WHERE story_id = :id"
        " UNION ALL SELECT story_id, other_id, kind, score, reason FROM link WHERE other_id = :id",
        {"id": story_id},
    )
    return [_link(row) for row in rows.fetchall()]


def _link(row: Sequence[Any]) -> Link:
    return Link(story_id=row[0], other_id=row[1], kind=row[2], score=row[3], reason=row[4])


def _clusters_of(db: Database, stories: Iterable[int]) -> dict[int, int | None]:
    rows = db.conn.execute(
        "SELECT id, cluster FROM story WHERE id IN (SELECT value FROM json_each(?)) AND merged_into IS NULL",
        (json.dumps(sorted(stories)),),
    )
    return dict(rows.fetchall())


def _with_linked(db: Database, stories: Collection[int]) -> set[int]:
    """These stories, and those that a link or a decision names with one of them."""
    ids = json.dumps(sorted(stories))
    found = set(stories)
    for table in ("link", "cluster_decision"):
        for own, other in (("story_id", "other_id"), ("other_id", "story_id")):
            rows = db.conn.execute(
                f"SELECT {other} FROM {table} WHERE {own} IN (SELECT value FROM json_each(?))", (ids,)
            )
            found.update(story for (story,) in rows)
    return found


def _with_members(db: Database, stories: Collection[int]) -> set[int]:
    """These stories that are stored, and all members of their clusters."""
    clusters = _clusters_of(db, stories)
    named = json.dumps(sorted({cluster for cluster in clusters.values() if cluster is not None}))
    return set(clusters) | {story for (story,) in db.conn.execute(_OF_CLUSTERS, (named,))}
