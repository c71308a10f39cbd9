"""What is known about a story, with the visits that found and changed it; about a refused entry, a purged
address, a page that waits. Reads only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from newsdesk.storage.queries.lookup import find_story
from newsdesk.storage.stories.rows import unpack_text

Store = Database  # so that other packages need not import sqlite_utils
_SOURCE = "coalesce(source.name, source.title, source.address)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What a user asks about: a story id, keys and spellings of an address, keys of an entry."""

    text: str
    story_id: int | None = None
    address_keys: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    entry_keys: tuple[str, ...] = ()


def find_known(db: Database, lookup: Lookup) -> dict[str, Any]:
    """`stories`: ids of the stories that fit; `refused`, `purged`, `pages` (without a story) and `source`:
    what else fits. All empty if nothing does."""
    keys, entries, urls = (json.dumps(one) for one in (lookup.address_keys, lookup.entry_keys, lookup.urls))
    stories = [] if lookup.story_id is None else [lookup.story_id]
    for sql, values in (
        ("SELECT story_id FROM address WHERE key IN (SELECT value FROM json_each(?))", (keys,)),
        (
            "SELECT story_id FROM source CROSS JOIN entry ON source_id = source.id AND entry_key IN"
            " (SELECT value FROM json_each(?)) WHERE story_id IS NOT NULL",
            (entries,),
        ),
        ("SELECT story_id FROM page WHERE url IN (SELECT value FROM json_each(?))", (urls,)),
        # addresses that several stories share: only the address is compared
        (
            "SELECT story_id FROM address WHERE disambiguation IS NOT NULL"
            " AND url IN (SELECT value FROM json_each(?))",
            (urls,),
        ),
    ):
        stories += [story_id for (story_id,) in db.conn.execute(sql, values) if story_id is not None]
    return {
        "stories": _not_merged(db, stories),
        "refused": _refused(db, lookup, keys, entries),
        "purged": _purged(db, lookup, keys, entries),
        "pages": [
            {**page, "visit": _page_visit(db, page["id"], page["outcome_at"])}
            for page in db.query(
                "SELECT id, url, why, due_at, attempts, outcome, outcome_message, outcome_at FROM page"
                " WHERE story_id IS NULL AND url IN (SELECT value FROM json_each(?))",
                (urls,),
            )
        ],
        "source": next(
            (
                source_id
                for (source_id,) in db.conn.execute(
                    "SELECT id FROM source WHERE address IN (SELECT value FROM json_each(?))", (urls,)
                )
            ),
            None,
        ),
    }


def _not_merged(db: Database, stories: list[int]) -> list[int]:
    """Those stories, each once; a merged story is replaced by the one that it was merged into."""
    rows = db.conn.execute(
        "SELECT DISTINCT coalesce(merged_into, id) FROM story WHERE id IN (SELECT value FROM json_each(?))"
        " ORDER BY 1",
        (json.dumps(stories),),
    )
    return [story_id for (story_id,) in rows]


def _purged(db: Database, lookup: Lookup, keys: str, entries: str) -> list[dict[str, Any]]:
    """Purged stories with that number, that address or that entry key, and the feeds that may still carry them."""
    rows = db.query(
        "SELECT id AS story_id, url, purged_at, why FROM tombstone WHERE id = :story"
        " OR id IN (SELECT tombstone_id FROM tombstone_address WHERE key IN (SELECT value FROM json_each(:keys)))"
        " OR id IN (SELECT tombstone_id FROM source CROSS JOIN entry ON source_id = source.id"
        " AND entry_key IN (SELECT value FROM json_each(:entries))) ORDER BY id",
        {"story": lookup.story_id, "keys": keys, "entries": entries},
    )
    return [{**row, "entries": _entries_of_purged(db, row["story_id"])} for row in list(rows)]


def _entries_of_purged(db: Database, tombstone_id: int) -> list[dict[str, Any]]:
    return list(
        db.query(
            f"SELECT entry.entry_key, source.id AS source_id, source.kind, {_SOURCE} AS source, entry.first_seen_at,"
            " entry.gone_at"
            " FROM entry JOIN source ON source.id = source_id WHERE tombstone_id = ? ORDER BY entry.id",
            (tombstone_id,),
        )
    )


def _refused(db: Database, lookup: Lookup, keys: str, entries: str) -> list[dict[str, Any]]:
    """Refused entries with that address, that entry key, or with that GUID in the reason."""
    rows = db.query(
        f"SELECT entry.entry_key, entry.refused_url AS url, {_SOURCE} AS source,"
        " source.id AS source_id, source.kind, entry.verdict, entry.reason, entry.first_seen_at, entry.gone_at"
        " FROM entry"
        " JOIN source ON source.id = entry.source_id WHERE entry.story_id IS NULL AND tombstone_id IS NULL AND ("
        " refused_key IN (SELECT value FROM json_each(:keys))"
        " OR entry_key IN (SELECT value FROM json_each(:entries)) OR instr(reason, :guid))"
        " ORDER BY entry.id",
        {"keys": keys, "entries": entries, "guid": f"(its GUID is {lookup.text!r})"},
    )
    return [{**row, "visit": _visit(db, row["source_id"], row["first_seen_at"])} for row in list(rows)]


def explain_story(db: Database, story_id: int) -> dict[str, Any]:
    """A story as `find_story` gives it, with the visit of each entry, page and revision, the identity scheme
    of each source, and the ids of the stories that were merged into it."""
    story = find_story(db, story_id)
    assert story is not None
    story["merged"] = [
        one
        for (one,) in db.conn.execute("SELECT id FROM story WHERE merged_into = ? ORDER BY id", (story_id,))
    ]
    for stored_entry in story["entries"]:
        stored_entry["visit"] = _visit(db, stored_entry["source_id"], stored_entry["first_seen_at"])
        stored_entry["identity_scheme"] = db.conn.execute(
            "SELECT identity_scheme FROM source WHERE id = ?", (stored_entry["source_id"],)
        ).fetchone()[0]
    pages = [
        page_id
        for (page_id,) in db.conn.execute("SELECT id FROM page WHERE story_id = ? ORDER BY id", (story_id,))
    ]
    for page, page_id in zip(story["pages"], pages, strict=True):
        page["visit"] = _page_visit(db, page_id, page["outcome_at"])
    story["reparses"] = [
        {"at": at, "reader_version": version, "fields": json.loads(fields)}
        for at, version, fields in db.conn.execute(
            "SELECT reparse_change.changed_at, reader_version, fields FROM reparse_change"
            " JOIN reparse ON reparse.id = reparse_id WHERE story_id = ? ORDER BY reparse_change.id",
            (story["id"],),
        )
    ]
    story["page_snapshot"] = _page_snapshot(db, story_id)
    for revision, (entry_id, found_at) in zip(
        story["revisions"],
        db.conn.execute(
            "SELECT entry_id, found_at FROM revision WHERE story_id = ? ORDER BY id", (story_id,)
        ).fetchall(),
        strict=True,
    ):
        by, revision["visit"] = _reviser(db, entry_id, found_at, pages)
        revision["by"] = f"{by} and its page" if entry_id is not None and revision["page"] else by
    return story


def _page_snapshot(db: Database, story_id: int) -> dict[str, Any] | None:
    row = next(
        iter(
            db.query(
                "SELECT published_values, taken_at, reader_version FROM snapshot WHERE story_id = ? AND entry_id = 0",
                (story_id,),
            )
        ),
        None,
    )
    return (
        None if row is None else {**row, "published_values": json.loads(unpack_text(row["published_values"]))}
    )


def _reviser(
    db: Database, entry_id: int | None, found_at: str, pages: list[int]
) -> tuple[str, dict[str, Any] | None]:
    """Who changed a story at that time, and in which visit."""
    if entry_id is None:
        visits = (_page_visit(db, page_id, found_at) for page_id in pages)
        return "its page", next((visit for visit in visits if visit is not None), None)
    row = db.conn.execute(
        f"SELECT source.id, {_SOURCE} FROM entry JOIN source ON source.id = source_id WHERE entry.id = ?",
        (entry_id,),
    ).fetchone()
    return (row[1], _visit(db, row[0], found_at)) if row is not None else ("a source", None)


_VISIT = "SELECT id, run_id, started_at, outcome, outcome_message FROM visit WHERE ended_at = ? AND"


def _visit(db: Database, source_id: int, at: str | None) -> dict[str, Any] | None:
    """The visit that ended at that time; None if it was rolled up into daily counts."""
    return next(iter(db.query(f"{_VISIT} source_id = ? ORDER BY id", (at, source_id))), None)


def _page_visit(db: Database, page_id: int, at: str | None) -> dict[str, Any] | None:
    return next(iter(db.query(f"{_VISIT} page_id = ? ORDER BY id", (at, page_id))), None)
