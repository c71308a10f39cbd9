"""What became of the links to a page once it was read: its story is theirs, or they are refused. Runs inside the
writer's transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlite_utils import Database

from newsdesk.storage.records.stories import Verdict


def settle_links(db: Database, page_id: int, *, verdict: Verdict | None, now: str) -> None:
    """Settle the links that waited for a page. `verdict`: that of the page, None if it was not read. The source that
    linked a new story first brought it; for the others it is a duplicate. A page that will be requested again leaves
    them waiting. `now` as `to_iso` writes it."""
    waiting = db.conn.execute(
        "SELECT id, source_id FROM entry WHERE page_id = ? AND story_id IS NULL AND tombstone_id IS NULL ORDER BY id",
        (page_id,),
    ).fetchall()
    if not waiting:
        return
    story_id, due_at, category, message, why = db.conn.execute(
        "SELECT story_id, due_at, outcome_category, outcome_message, why FROM page WHERE id = ?", (page_id,)
    ).fetchone()
    if story_id is not None:
        _bring(db, story_id, waiting, new=verdict == "new", news=why != "backlog", now=now)
    elif due_at is None:
        db.conn.execute(
            "UPDATE entry SET verdict = 'refused', reason = ? WHERE page_id = ? AND story_id IS NULL"
            " AND tombstone_id IS NULL",
            (f"its page is no story: {message}", page_id),
        )
        if category == "unreadable":
            db.conn.executemany(
                "UPDATE source SET pages_unread = pages_unread + 1 WHERE id = ?",
                [(source_id,) for _, source_id in waiting],
            )


def _bring(
    db: Database, story_id: int, waiting: list[tuple[int, int]], *, new: bool, news: bool, now: str
) -> None:
    for at, (entry_id, source_id) in enumerate(waiting):
        first = new and at == 0
        db.conn.execute(
            "UPDATE entry SET story_id = ?, verdict = ?, reason = CASE WHEN ? THEN reason ELSE ? END,"
            " refused_key = NULL, refused_url = NULL WHERE id = ?",
            (
                story_id,
                "new" if first else "duplicate",
                first,
                "its page is that of a stored story",
                entry_id,
            ),
        )
        db.conn.execute(
            "UPDATE source SET pages_unread = 0, last_new_at = CASE WHEN ? OR last_new_at IS NULL THEN ?"
            " ELSE last_new_at END WHERE id = ?",
            (first and news, now, source_id),
        )


def delete_unlinked_pages(db: Database, pages: Sequence[int]) -> None:
    """Delete those of these pages that have no story and that no source links any more, with their visits."""
    unused = (
        "SELECT id FROM page WHERE id IN (SELECT value FROM json_each(?)) AND story_id IS NULL"
        " AND why <> 'requested' AND NOT EXISTS (SELECT 1 FROM entry WHERE page_id = page.id)"
    )
    ids = json.dumps([page_id for (page_id,) in db.conn.execute(unused, (json.dumps(list(pages)),))])
    for sql in (
        "DELETE FROM visit WHERE page_id IN (SELECT value FROM json_each(?))",
        "DELETE FROM page WHERE id IN (SELECT value FROM json_each(?))",
    ):
        db.conn.execute(sql, (ids,))
