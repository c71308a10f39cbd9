"""Addresses that are due to be read as pages: full text of new stories, and stories told otherwise.

Called by `storage.stories` while it keeps a document. One row an address; asking again makes it due again.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from sqlite_utils import Database


def due_page(db: Database, url: str, *, story_id: int, why: str, now: str) -> None:
    """Make a page due now, unless the story has no page (a `urn:`)."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return
    db.conn.execute(
        "INSERT INTO page (url, host, story_id, due_at, why) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (url) DO UPDATE SET due_at = coalesce(due_at, excluded.due_at), why = excluded.why",
        (url, parts.netloc, story_id, now, why),
    )
