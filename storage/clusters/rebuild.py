"""What a replay of all stories would change in the store, and writing it in short transactions.

What changed in the store since the replay compared it is left as it is: it was linked again by the same rules.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlite_utils import Database

from newsdesk.storage.clusters.arrivals import STORED_COLUMNS
from newsdesk.storage.clusters.assign import Decision, form_clusters
from newsdesk.storage.clusters.canonical import canonical_links
from newsdesk.storage.clusters.changes import Move
from newsdesk.storage.clusters.links import Link, LinkKind
from newsdesk.storage.clusters.replay import digest_of, digests_now
from newsdesk.storage.clusters.stored import INHERITED, cluster_again
from newsdesk.storage.db.inserts import Insert, insert_rows
from newsdesk.storage.db.timestamps import to_iso

SLICE_STORIES: Final = 2_000  # ids whose links are compared at once
STEP_ROWS: Final = 500  # of one transaction
_KEYS_READ = 20_000
_COMPARED = (
    f"SELECT linked.digest, {STORED_COLUMNS}, story.first_seen_at FROM main.story AS linked"
    " JOIN store.story AS story ON story.id = linked.id AND story.merged_into IS NULL"
    " JOIN store.story_body ON story_id = story.id WHERE linked.id > :after AND linked.id <= :last"
)
_KEYS = (
    "SELECT key, story_id, EXISTS (SELECT 1 FROM store.copy_key AS stored"
    " WHERE stored.key = made.key AND stored.story_id = made.story_id)"
    " FROM main.copy_key AS made WHERE (key, story_id) > (?, ?) ORDER BY key, story_id LIMIT ?"
)
_STORED_UNMERGED = (
    " AND EXISTS (SELECT 1 FROM store.story WHERE id = story_id AND merged_into IS NULL)"
    " AND EXISTS (SELECT 1 FROM store.story WHERE id = other_id AND merged_into IS NULL)"
)
_LINK_COLUMNS = "SELECT story_id, other_id, kind, score, reason FROM"
_NOT_MADE = (
    "NOT EXISTS (SELECT 1 FROM main.link AS made"
    " WHERE made.story_id = stored.story_id AND made.other_id = stored.other_id)"
)
_KEPT = f"reason GLOB '{INHERITED}'"  # what cannot be found again: the story is gone
_LINKS_AFTER = (
    f"{_LINK_COLUMNS} main.link WHERE story_id <= :last{_STORED_UNMERGED}"
    f" UNION ALL {_LINK_COLUMNS} store.link AS stored WHERE (story_id > :last OR {_KEPT} AND {_NOT_MADE})"
    " ORDER BY story_id"
)
_LINKS_NOW = f"{_LINK_COLUMNS} store.link ORDER BY story_id"
_DIFFERENCES = (
    "SELECT made.story_id, made.other_id, made.kind, made.score, made.reason, stored.kind, stored.score, stored.reason"
    " FROM main.link AS made"
    " JOIN store.story AS one ON one.id = made.story_id AND one.merged_into IS NULL"
    " JOIN store.story AS other ON other.id = made.other_id AND other.merged_into IS NULL"
    " LEFT JOIN store.link AS stored ON stored.story_id = made.story_id AND stored.other_id = made.other_id"
    " WHERE made.story_id > :after AND made.story_id <= :last"
    " AND (made.kind, made.score, made.reason) IS NOT (stored.kind, stored.score, stored.reason)"
    " UNION ALL"
    " SELECT story_id, other_id, NULL, NULL, NULL, kind, score, reason FROM store.link AS stored"
    f" WHERE story_id > :after AND story_id <= :last AND NOT {_KEPT} AND {_NOT_MADE}"
    " ORDER BY 1, 2"
)
_STORED = "SELECT story_id, other_id, kind, score, reason FROM link WHERE story_id = ? AND other_id = ?"
_LINKS = Insert("link", ("story_id", "other_id", "kind", "score", "reason", "found_at"))
_COPY_KEYS = Insert("copy_key", ("key", "story_id"), upsert="ON CONFLICT DO NOTHING", most=64)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDifference:
    """Two stories that the store links as `stored`, the rules as `made`; None if not."""

    stored: Link | None
    made: Link | None

    @property
    def pair(self) -> tuple[int, int]:
        """The later arrival and the earlier one."""
        link = self.made or self.stored
        assert link is not None
        return link.story_id, link.other_id


def links_that_differ(replay: Database, *, last: int) -> Iterator[list[LinkDifference]]:
    """The links of stories up to `last` in which the store and the replay differ, in slices."""
    for after in range(0, last, SLICE_STORIES):
        rows = replay.conn.execute(
            _DIFFERENCES, {"after": after, "last": min(last, after + SLICE_STORIES)}
        ).fetchall()
        if rows:
            yield [LinkDifference(stored=_link(*row[:2], *row[5:]), made=_link(*row[:5])) for row in rows]


def clusters_made(replay: Database, *, last: int) -> dict[int, int]:
    """Story → its cluster by the links of the replay, of the store for stories after `last`, and by what a person
    decided. Stories that are alone are left out."""
    rows = replay.conn.execute(_LINKS_AFTER, {"last": last})
    return form_clusters(_links(rows), _decisions(replay))


def clusters_of_links(replay: Database) -> dict[int, int]:
    """Story → its cluster by the links of the store, and by what a person decided."""
    return form_clusters(_links(replay.conn.execute(_LINKS_NOW)), _decisions(replay))


def clusters_stored(replay: Database) -> dict[int, int]:
    """Story → its cluster in the store. Stories that are alone are left out."""
    rows = replay.conn.execute(
        "SELECT id, cluster FROM store.story WHERE cluster IS NOT NULL AND merged_into IS NULL"
    )
    return dict(rows)


def missing_keys(replay: Database) -> Iterator[list[tuple[int, int]]]:
    """The keys of the last days that the store has not, in slices."""
    after = (-1, -1)
    while rows := replay.conn.execute(_KEYS, (*after, _KEYS_READ)).fetchall():
        after = rows[-1][:2]
        missing = [(key, story_id) for key, story_id, is_stored in rows if not is_stored]
        for at in range(0, len(missing), STEP_ROWS):
            yield missing[at : at + STEP_ROWS]


def changed_since(replay: Database, *, last: int) -> Iterator[list[int]]:
    """The stories that changed since the replay linked them, in slices."""
    for after in range(0, last, SLICE_STORIES):
        rows = replay.conn.execute(_COMPARED, {"after": after, "last": min(last, after + SLICE_STORIES)})
        if changed := [row[0] for digest, *row in rows if digest_of(row) != digest]:
            yield changed


def compared_as(replay: Database, differences: Sequence[LinkDifference]) -> dict[int, bytes]:
    """The digests of what the replay compared of these stories."""
    ids = json.dumps(sorted({story for one in differences for story in one.pair}))
    return dict(
        replay.conn.execute(
            "SELECT id, digest FROM main.story WHERE id IN (SELECT value FROM json_each(?))", (ids,)
        )
    )


def write_links(
    db: Database, *, differences: Sequence[LinkDifference], compared: Mapping[int, bytes], now: datetime
) -> int:
    """Write links, and form the clusters of their stories again. A pair of which a story or the link changed since
    the replay is left. Returns how many were written."""
    stories = sorted({story for one in differences for story in one.pair})
    present = dict(digests_now(db, json.dumps(stories)))
    usable = {story for story, digest in present.items() if compared.get(story) == digest}
    named = {
        (link.story_id, link.other_id) for links in canonical_links(db, stories).values() for link in links
    }
    written = [
        one
        for one in differences
        if usable.issuperset(one.pair)
        and (one.pair in named) == (one.made is not None and one.made.kind == "url")
        and _stored_link(db, one.pair) == one.stored
    ]
    db.conn.executemany("DELETE FROM link WHERE story_id = ? AND other_id = ?", [one.pair for one in written])
    made = [one.made for one in written if one.made is not None]
    insert_rows(
        db,
        _LINKS,
        [(one.story_id, one.other_id, one.kind, one.score, one.reason, to_iso(now)) for one in made],
    )
    if written:
        cluster_again(db, {story for one in written for story in one.pair})
    return len(written)


def write_clusters(db: Database, *, moved: Sequence[Move]) -> None:
    """Write clusters, unless one of them changed since they were read."""
    ids = json.dumps([one.story_id for one in moved])
    rows = db.conn.execute(
        "SELECT id, cluster FROM story WHERE id IN (SELECT value FROM json_each(?)) AND merged_into IS NULL",
        (ids,),
    )
    if dict(rows) == {one.story_id: one.before for one in moved}:
        db.conn.executemany(
            "UPDATE story SET cluster = ? WHERE id = ?", [(one.after, one.story_id) for one in moved]
        )


def write_keys(db: Database, *, keys: Sequence[tuple[int, int]]) -> None:
    """Write keys, sorted."""
    insert_rows(db, _COPY_KEYS, keys)


def _link(
    story_id: int, other_id: int, kind: LinkKind | None, score: float | None, reason: str | None
) -> Link | None:
    if kind is None or score is None or reason is None:
        return None
    return Link(story_id=story_id, other_id=other_id, kind=kind, score=score, reason=reason)


def _links(rows: Iterator[tuple[int, int, LinkKind, float, str]]) -> Iterator[Link]:
    for row in rows:
        yield Link(story_id=row[0], other_id=row[1], kind=row[2], score=row[3], reason=row[4])


def _stored_link(db: Database, pair: tuple[int, int]) -> Link | None:
    row = db.conn.execute(_STORED, pair).fetchone()
    return None if row is None else _link(*row)


def _decisions(replay: Database) -> list[Decision]:
    rows = replay.conn.execute("SELECT story_id, other_id, decided FROM store.cluster_decision ORDER BY id")
    return [Decision(story_id=row[0], other_id=row[1], decided=row[2]) for row in rows]
