"""Delete a source for good: its stories that no other source carries, its entries, visits, moves and events. In steps,
each in the writer's transaction; a deletion that was interrupted goes on where it stopped.

Daily counts of its visits stay, and so do stories that another source carries.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from newsdesk.storage.links.settle import delete_unlinked_pages
from newsdesk.storage.maintenance.purge import delete_stories
from newsdesk.storage.maintenance.retention import delete_tombstones

log = logging.getLogger(__name__)

ENTRIES_A_STEP, VISITS_A_STEP = 200, 2000
_ALONE = (
    "SELECT DISTINCT story_id FROM entry AS own WHERE source_id IN (SELECT value FROM json_each(:sources))"
    " AND story_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entry AS other WHERE other.story_id = own.story_id"
    " AND other.source_id NOT IN (SELECT value FROM json_each(:sources)))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletionPreview:
    """What the deletion of sources deletes. `alone`: stories that no other source carries; `shared`: those that stay;
    `rows`: the entries and visits to delete, to measure the progress."""

    alone: int
    shared: int
    rows: int


def preview_deletion(db: Database, sources: Sequence[int]) -> DeletionPreview:
    """The preview for sources that are deleted together."""
    values = {"sources": json.dumps(sources)}
    of_sources = "source_id IN (SELECT value FROM json_each(:sources))"

    def one(sql: str) -> int:
        return int(db.conn.execute(sql, values).fetchone()[0])

    alone = one(f"SELECT count(*) FROM ({_ALONE})")
    carried = one(f"SELECT count(DISTINCT story_id) FROM entry WHERE {of_sources}")
    rows = one(f"SELECT count(*) FROM entry WHERE {of_sources}") + one(
        f"SELECT count(*) FROM visit WHERE {of_sources}"
    )
    return DeletionPreview(alone=alone, shared=carried - alone, rows=rows)


def delete_step(db: Database, source_id: int) -> int:
    """One step. Returns how many entries or visits are done; 0 when the source is gone."""
    entries = db.conn.execute(
        "SELECT id, story_id, tombstone_id, page_id FROM entry WHERE source_id = ? LIMIT ?",
        (source_id, ENTRIES_A_STEP),
    ).fetchall()
    if entries:
        _delete_entries(db, source_id, entries)
        return len(entries)
    visits = db.conn.execute(
        "SELECT id FROM visit WHERE source_id = ? LIMIT ?", (source_id, VISITS_A_STEP)
    ).fetchall()
    if visits:
        _delete_visits(db, [visit_id for (visit_id,) in visits])
        return len(visits)
    _delete_source(db, source_id)
    return 0


def _delete_entries(
    db: Database, source_id: int, entries: Sequence[tuple[int, int | None, int | None, int | None]]
) -> None:
    stories = {story_id for _, story_id, _, _ in entries if story_id is not None}
    shared = {
        story_id
        for (story_id,) in db.conn.execute(
            "SELECT story_id FROM entry WHERE story_id IN (SELECT value FROM json_each(?)) AND source_id <> ?",
            (json.dumps(list(stories)), source_id),
        )
    }
    delete_stories(db, sorted(stories - shared))
    ids = [entry_id for entry_id, *_ in entries]
    # By its two columns: a snapshot is not found by its entry alone.
    db.conn.executemany(
        "DELETE FROM snapshot WHERE story_id = ? AND entry_id = ?",
        [(story_id, entry_id) for entry_id, story_id, _, _ in entries if story_id in shared],
    )
    db.conn.execute("DELETE FROM entry WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),))
    delete_unlinked_pages(db, [page_id for *_, page_id in entries if page_id is not None])
    tombstones = {tombstone_id for _, _, tombstone_id, _ in entries if tombstone_id is not None}
    unused = db.conn.execute(
        "SELECT id FROM tombstone WHERE id IN (SELECT value FROM json_each(?))"
        " AND NOT EXISTS (SELECT 1 FROM entry WHERE tombstone_id = tombstone.id)",
        (json.dumps(list(tombstones)),),
    )
    delete_tombstones(db, [tombstone_id for (tombstone_id,) in unused])


def _delete_visits(db: Database, visits: Sequence[int]) -> None:
    """The totals of their runs keep the number of visits."""
    ids = json.dumps(visits)
    db.conn.execute(
        "UPDATE run SET visits_rolled_up = visits_rolled_up + (SELECT count(*) FROM visit WHERE run_id = run.id"
        " AND id IN (SELECT value FROM json_each(:ids))) WHERE id IN (SELECT run_id FROM visit"
        " WHERE id IN (SELECT value FROM json_each(:ids)))",
        {"ids": ids},
    )
    db.conn.execute("DELETE FROM visit WHERE id IN (SELECT value FROM json_each(?))", (ids,))


def _delete_source(db: Database, source_id: int) -> None:
    for sql in (
        "DELETE FROM outbox WHERE event_id IN (SELECT id FROM event WHERE source_id = ?)",
        "DELETE FROM event WHERE source_id = ?",
        "DELETE FROM source_move WHERE source_id = ?",
        "DELETE FROM backfill_document WHERE backfill_id IN (SELECT id FROM backfill WHERE source_id = ?)",
        "DELETE FROM backfill WHERE source_id = ?",
        "UPDATE source_move SET merged_into = NULL WHERE merged_into = ?",
        "DELETE FROM source WHERE id = ?",
    ):
        db.conn.execute(sql, (source_id,))
    log.info("deleted source %d", source_id)
