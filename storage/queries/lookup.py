"""What people look at: one story; one host. Reads only."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.queries.history import find_alternations, find_returns
from newsdesk.storage.rights.stored import rights_changes, story_rights
from newsdesk.storage.stories.matching import NO_STORY
from newsdesk.storage.stories.rows import evidence_of, html_of, unpack_text


def find_story(db: Database, story_id: int) -> dict[str, Any] | None:
    """One story with body, pages, addresses, entries, snapshots, revisions, corrections, rights and evidence; None if
    there is none.

    A merged story gives the one that it was merged into.
    """
    row = next(iter(db.query("SELECT * FROM story WHERE id = ?", (story_id,))), None)
    if row is None:
        return None
    if row["merged_into"] is not None:
        return find_story(db, row["merged_into"])
    body = next(iter(db.query("SELECT * FROM story_body WHERE story_id = ?", (story_id,))))
    row["text"] = body["text"]
    row["cut_start"], row["cut_end"] = body["cut_start"], body["cut_end"]
    row["html"] = html_of(body["html"], body["text"])
    row["categories"] = json.loads(body["categories"])
    row["evidence"] = evidence_of(body["evidence"])
    row["pages"] = list(
        db.query(
            "SELECT url, why, due_at, attempts, outcome, outcome_message, outcome_at FROM page"
            " WHERE story_id = ? ORDER BY id",
            (story_id,),
        )
    )
    row["authors"] = list(
        db.query(
            "SELECT author.name, author.kind, story_author.role FROM story_author JOIN author"
            " ON author.id = story_author.author_id WHERE story_id = ? ORDER BY position",
            (story_id,),
        )
    )
    row["addresses"] = list(
        db.query(
            "SELECT url, found_in, key, added_at FROM address WHERE story_id = ? ORDER BY added_at",
            (story_id,),
        )
    )
    row["entries"] = [
        {
            **stored_entry,
            "reason": stored_entry["reason"]
            or (NO_STORY.reason if stored_entry["verdict"] == "new" else None),
            "published_values": json.loads(unpack_text(stored_entry["published_values"]))
            if stored_entry["published_values"]
            else None,
        }
        for stored_entry in db.query(
            "SELECT source.id AS source_id, source.kind, coalesce(source.name, source.title, source.address) AS source,"
            " entry.entry_key, entry.first_seen_at, entry.gone_at, entry.verdict,"
            " entry.reason, snapshot.published_values, snapshot.taken_at, snapshot.reader_version FROM"
            " entry JOIN source"
            " ON source.id = entry.source_id LEFT JOIN snapshot ON snapshot.story_id = entry.story_id"
            " AND snapshot.entry_id = entry.id"
            " WHERE entry.story_id = ? ORDER BY entry.id",
            (story_id,),
        )
    ]
    row["rights"] = story_rights(db, story_id)
    row["rights_changes"] = rights_changes(db, story_id)
    row["revisions"] = _revisions(db, story_id)
    row["alternations"] = find_alternations([(one["found_at"], one["fields"]) for one in row["revisions"]])
    row["corrections"] = list(
        db.query(
            f"SELECT correction.found_at, {_FOUND_IN}, correction.origin, correction.text FROM correction"
            " LEFT JOIN entry ON entry.id = correction.entry_id LEFT JOIN source ON source.id = entry.source_id"
            " WHERE correction.story_id = ? ORDER BY correction.id",
            (story_id,),
        )
    )
    return row


_FOUND_IN = "coalesce(source.name, source.title, source.address) AS source, page_url AS page"


def _revisions(db: Database, story_id: int) -> list[dict[str, Any]]:
    """The revisions of a story: the version that each made, where it was found, and its fields."""
    rows = db.query(
        f"SELECT revision.found_at, {_FOUND_IN}, revision.fields FROM revision"
        " LEFT JOIN entry ON entry.id = revision.entry_id LEFT JOIN source ON source.id = entry.source_id"
        " WHERE revision.story_id = ? ORDER BY revision.id",
        (story_id,),
    )
    revisions = [{**row, "fields": json.loads(row["fields"])} for row in rows]
    returns = find_returns([one["fields"] for one in revisions])
    return [
        {"version": version, **one, "returns": returned}
        for version, (one, returned) in enumerate(zip(revisions, returns, strict=True), 2)
    ]


def was_purged(db: Database, story_id: int) -> bool:
    """Whether a story with that number was purged, as long as its tombstone stays."""
    return bool(
        db.conn.execute("SELECT EXISTS (SELECT 1 FROM tombstone WHERE id = ?)", (story_id,)).fetchone()[0]
    )


def show_host(db: Database, host: str) -> dict[str, Any]:
    """The row of a host that a source has, without its robots.txt."""
    row = next(iter(db.query("SELECT * FROM host WHERE host = ?", (host,))))
    return {name: value for name, value in row.items() if name not in ("host", "robots")}


def count_host_queue(db: Database, source_id: int, *, now: datetime) -> tuple[int, int]:
    """How many active sources share the host of a source, itself included; and if it is due, how many of the
    others were due before it."""
    row = db.conn.execute(
        "SELECT count(*), coalesce(sum(own.next_visit_at <= :now AND source.id <> own.id"
        " AND (source.next_visit_at, source.id) < (own.next_visit_at, own.id)), 0)"
        " FROM source JOIN source AS own ON own.id = :source AND own.host = source.host"
        " WHERE source.state = 'active'",
        {"source": source_id, "now": to_iso(now)},
    ).fetchone()
    return int(row[0]), int(row[1])
