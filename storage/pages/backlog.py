"""The pages of stories that were stored before their source was read with full text."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.pages.due import due_page


def due_backlog(db: Database, source_id: int, *, most: int, now: datetime) -> int:
    """Make the pages of the newest `most` stories that the feed of a source holds now due, unless they were read
    before. Returns how many are due by this."""
    rows = db.conn.execute(
        "SELECT DISTINCT story.id, story.url FROM entry JOIN story ON story.id = entry.story_id"
        " WHERE entry.source_id = ? AND entry.gone_at IS NULL"
        " ORDER BY story.sort_at DESC, story.id DESC LIMIT ?",
        (source_id, most),
    ).fetchall()
    unread = [
        (story_id, url)
        for story_id, url in rows
        if not db.conn.execute("SELECT 1 FROM page WHERE story_id = ? OR url = ?", (story_id, url)).fetchone()
    ]
    moment = to_iso(now)
    return sum(due_page(db, url, story_id=story_id, why="backlog", now=moment) for story_id, url in unread)
