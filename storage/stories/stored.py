"""Read one stored story: its values, the last snapshot of one origin, and that origin's latest revisions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import from_iso, from_iso_or_none, to_iso
from newsdesk.storage.records.stories import Author
from newsdesk.storage.rights.stored import rights_of_row
from newsdesk.storage.stories.revisions import Earlier, Snapshot
from newsdesk.storage.stories.rows import evidence_of, html_of, unpack_text

PAGE = 0  # the entry_id of the snapshots of pages


def stored_values(db: Database, story_id: int) -> dict[str, Any]:
    """The fields of a stored story, as a Story has them, and its `uncut_text`."""
    row = next(
        iter(
            db.query(
                "SELECT title, summary, published, published_offset_min, published_day, precision, text,"
                " coalesce(cut_start, '') AS cut_start, coalesce(cut_end, '') AS cut_end,"
                " coalesce(cut_start, '') || text || coalesce(cut_end, '') AS uncut_text, html, evidence,"
                " language, kind, access, updated, image, categories, agency"
                " FROM story JOIN story_body ON story_body.story_id = story.id"
                " WHERE story.id = ?",
                (story_id,),
            )
        )
    )
    authors = db.conn.execute(
        "SELECT author.name, author.kind, story_author.role FROM story_author JOIN author"
        " ON author.id = story_author.author_id WHERE story_id = ? ORDER BY position",
        (story_id,),
    )
    return {
        **row,
        "published": from_iso_or_none(row["published"]),
        "updated": from_iso_or_none(row["updated"]),
        "categories": tuple(json.loads(row["categories"])),
        "html": html_of(row["html"], row["text"]),
        "evidence": evidence_of(row["evidence"]),
        "authors": tuple(Author(name=name, kind=kind, role=role) for name, kind, role in authors),
    }


def last_snapshot(db: Database, story_ids: Sequence[int], entry_id: int) -> Snapshot | None:
    """What an origin last published of a story, which may be stored as several that are the same one."""
    marks = ", ".join("?" * len(story_ids))
    row = db.conn.execute(
        "SELECT digest, reader_version, published_values, terms, stated FROM snapshot"
        f" LEFT JOIN rights ON rights.id = rights_id WHERE story_id IN ({marks}) AND entry_id = ?",
        (*story_ids, entry_id),
    ).fetchone()
    if row is None:
        return None
    return Snapshot(
        digest=row[0],
        reader_version=row[1],
        values=unpack_text(row[2]),
        rights=rights_of_row(row[3], row[4]),
    )


def known_corrections(db: Database, story_ids: Sequence[int]) -> tuple[str, ...]:
    """The texts of the corrections that are stored of a story."""
    marks = ", ".join("?" * len(story_ids))
    rows = db.conn.execute(f"SELECT text FROM correction WHERE story_id IN ({marks})", tuple(story_ids))
    return tuple(text for (text,) in rows)


def earlier_revisions(db: Database, story_ids: Sequence[int], entry_id: int | None, *, now: str) -> Earlier:
    """The revisions of a story by one origin (None: its page). `now` as `to_iso` writes it."""
    marks = ", ".join("?" * len(story_ids))
    of_origin = f"FROM revision WHERE story_id IN ({marks}) AND entry_id IS ? AND found_at"
    values = (*story_ids, entry_id, to_iso(from_iso(now) - timedelta(days=1)))
    today = db.conn.execute(f"SELECT fields {of_origin} >= ? ORDER BY id", values).fetchall()
    before = db.conn.execute(
        f"SELECT json_extract(fields, '$.title[0]') {of_origin} < ?", values
    )  # a text may be long
    return Earlier(
        today=tuple(json.loads(fields) for (fields,) in today),
        titles=frozenset(title for (title,) in before if title is not None),
    )
