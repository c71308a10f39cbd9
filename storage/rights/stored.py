"""Rights in the store: each combination has one row, to which snapshots and changes refer."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from newsdesk.storage.records.rights.stated import Rights, Stated
from newsdesk.storage.stories.revisions import to_json

_STEP_ROWS = 2000  # rows of one transaction


def rights_id(db: Database, rights: Rights | None) -> int | None:
    """The number of the row of these rights, which is made if there is none yet; None for none."""
    if rights is None:
        return None
    values = (to_json(rights.terms), to_json(rights.stated))
    row = db.conn.execute("SELECT id FROM rights WHERE terms = ? AND stated = ?", values).fetchone()
    if row is not None:
        return int(row[0])
    cursor = db.conn.execute("INSERT INTO rights (terms, stated) VALUES (?, ?)", values)
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def rights_of_row(terms: str | None, stated: str | None) -> Rights | None:
    """Rights from the columns of their row; None without one."""
    if terms is None or stated is None:
        return None
    return Rights(terms=tuple(json.loads(terms)), stated=tuple(Stated(*one) for one in json.loads(stated)))


def story_rights(db: Database, story_id: int) -> list[dict[str, Any]]:
    """What each origin of a story states now, and since when that is known."""
    rows = db.query("SELECT * FROM story_rights WHERE story_id = ?", (story_id,))
    return [
        {
            "origin": row["origin"],
            "source": row["source"],
            "terms": json.loads(row["terms"]),
            "stated": _statements(row["stated"]),
            "seen_at": row["seen_at"],
        }
        for row in rows
    ]


def rights_changes(db: Database, story_id: int) -> list[dict[str, Any]]:
    """When an origin of a story began to state something else: the terms before and after."""
    rows = db.query(
        "SELECT found_at, CASE entry_id WHEN 0 THEN 'page' ELSE 'feed' END AS origin,"
        " coalesce(source.name, source.title, source.address) AS source, old.terms AS old, new.terms AS new"
        " FROM rights_change LEFT JOIN rights AS old ON old.id = old_rights_id"
        " LEFT JOIN rights AS new ON new.id = new_rights_id"
        " LEFT JOIN entry ON entry.id = entry_id LEFT JOIN source ON source.id = entry.source_id"
        " WHERE rights_change.story_id = ? ORDER BY rights_change.id",
        (story_id,),
    )
    return [
        {**row, "old": json.loads(row["old"] or "[]"), "new": json.loads(row["new"] or "[]")} for row in rows
    ]


def forget_rights(db: Database) -> int:
    """Delete rights to which nothing refers any more, one step. Returns how many."""
    done = db.conn.execute(
        "DELETE FROM rights WHERE id IN (SELECT id FROM rights"
        " WHERE NOT EXISTS (SELECT 1 FROM snapshot WHERE rights_id = rights.id)"
        " AND NOT EXISTS (SELECT 1 FROM rights_change WHERE old_rights_id = rights.id)"
        f" AND NOT EXISTS (SELECT 1 FROM rights_change WHERE new_rights_id = rights.id) LIMIT {_STEP_ROWS})"
    )
    return done.rowcount


def _statements(stated: str) -> list[dict[str, str]]:
    return [{"what": what, "where": where, "value": value} for what, where, value in json.loads(stated)]
