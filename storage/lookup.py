"""What people look at: stories newest first, one story whole. Reads only; called by the commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlite_utils import Database

from storage.search import Query, matching
from storage.story_rows import html_of

_LISTED = (
    "SELECT story.id, story.title, story.url, story.published, story.published_day, story.precision,"
    " story.sort_at, story.first_seen_at, story.changed_at, story.language, story.summary,"
    " (SELECT json_group_array(name) FROM (SELECT author.name AS name FROM story_author JOIN author"
    "   ON author.id = story_author.author_id WHERE story_author.story_id = story.id"
    "   ORDER BY story_author.place)) AS authors,"
    " (SELECT json_group_array(name) FROM (SELECT DISTINCT"
    "   coalesce(source.name, source.title, source.address) AS name"
    "   FROM sighting JOIN source ON source.id = sighting.source_id"
    "   WHERE sighting.story_id = story.id)) AS sources"
    " FROM story WHERE story.folded_into IS NULL"
)


def list_stories(db: Database, *, query: Query | None, limit: int) -> Iterator[dict[str, Any]]:
    """Stories newest first: at most `limit`, those that match `query` when there is one."""
    condition, values = matching(query) if query else ("1", [])
    rows = db.query(
        f"{_LISTED} AND {condition} ORDER BY story.sort_at DESC, story.id DESC LIMIT ?", (*values, limit)
    )
    for row in rows:
        yield {**row, "authors": json.loads(row["authors"]), "sources": json.loads(row["sources"])}


def count_stories(db: Database) -> int:
    """How many stories the file holds."""
    return int(db.conn.execute("SELECT count(*) FROM story WHERE folded_into IS NULL").fetchone()[0])


def find_story(db: Database, story_id: int) -> dict[str, Any] | None:
    """One story with body, addresses, sightings, sayings, revisions and evidence; None if there is none.

    A story that was folded into another answers with that one.
    """
    row = next(iter(db.query("SELECT * FROM story WHERE id = ?", (story_id,))), None)
    if row is None:
        return None
    if row["folded_into"] is not None:
        return find_story(db, row["folded_into"])
    body = next(iter(db.query("SELECT * FROM story_body WHERE story_id = ?", (story_id,))))
    row["text"] = body["text"]
    row["html"] = html_of(body["html"])
    row["categories"] = json.loads(body["categories"])
    row["evidence"] = json.loads(body["evidence"])
    row["authors"] = list(
        db.query(
            "SELECT author.name, author.kind, story_author.role FROM story_author JOIN author"
            " ON author.id = story_author.author_id WHERE story_id = ? ORDER BY place",
            (story_id,),
        )
    )
    row["addresses"] = list(
        db.query(
            "SELECT url, found, key, added_at FROM address WHERE story_id = ? ORDER BY added_at", (story_id,)
        )
    )
    row["sightings"] = [
        {**sighting, "said": json.loads(sighting["said"]) if sighting["said"] else None}
        for sighting in db.query(
            "SELECT source.id AS source_id, coalesce(source.name, source.title, source.address) AS source,"
            " sighting.entry_key, sighting.first_seen_at, sighting.gone_at, sighting.verdict,"
            " sighting.reason, saying.said, saying.said_at FROM sighting JOIN source"
            " ON source.id = sighting.source_id LEFT JOIN saying ON saying.story_id = sighting.story_id"
            " AND saying.sighting_id = sighting.id"
            " WHERE sighting.story_id = ? ORDER BY sighting.id",
            (story_id,),
        )
    ]
    row["revisions"] = [
        {"found_at": revision["found_at"], "fields": json.loads(revision["fields"])}
        for revision in db.query("SELECT * FROM revision WHERE story_id = ? ORDER BY id", (story_id,))
    ]
    return row
