"""What people look at: stories, newest or best first; one story; one host. Reads only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.stories.rows import html_of, unpack_text
from newsdesk.storage.stories.search import Query, matching, scores, snippet

_LISTED = (
    "SELECT story.id, story.title, story.url, story.published, story.published_day, story.precision,"
    " story.sort_at, story.first_seen_at, story.changed_at, story.kind, story.access, story.language,"
    " story.summary,"
    " (SELECT json_group_array(name) FROM (SELECT author.name AS name FROM story_author JOIN author"
    "   ON author.id = story_author.author_id WHERE story_author.story_id = story.id"
    "   ORDER BY story_author.position)) AS authors,"
    " (SELECT json_group_array(name) FROM (SELECT DISTINCT"
    "   coalesce(source.name, source.title, source.address) AS name"
    "   FROM entry JOIN source ON source.id = entry.source_id"
    "   WHERE entry.story_id = story.id)) AS sources"
    " FROM story"
)
RANKED = 1000  # the best are found among the newest matches: ranking all matches of a common word is slow


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryFilter:
    """Which stories to list. `since` and `until` are ISO instants or days, compared with the time by which
    stories are sorted; `language` also finds its regions (`en` finds `en-GB`)."""

    query: Query | None = None
    sources: tuple[int, ...] = ()
    tag: str | None = None
    author: str | None = None
    language: str | None = None
    kind: str | None = None
    access: str | None = None
    since: str | None = None
    until: str | None = None
    best_first: bool = False
    limit: int = 20
    offset: int = 0


def list_stories(db: Database, wanted: StoryFilter) -> Iterator[dict[str, Any]]:
    """The stories of a filter, newest or best first, with a `snippet` if words were searched."""
    conditions, values = ["story.merged_into IS NULL"], list[object]()
    for condition, value in _filters(wanted):
        conditions.append(condition)
        values.append(value)
    if wanted.query is not None:
        condition, searched = matching(wanted.query)
        conditions.append(condition)
        values += searched
    where = " AND ".join(conditions)
    newest = "story.sort_at DESC, story.id DESC"
    if wanted.best_first and wanted.query is not None:
        scored, bound = scores(wanted.query)
        sql = (
            f"WITH newest AS ({_LISTED} WHERE {where} ORDER BY {newest} LIMIT {RANKED}),"
            f" scored AS ({scored} AND +rowid IN (SELECT id FROM newest))"
            " SELECT newest.* FROM newest LEFT JOIN scored USING (id)"
            " ORDER BY coalesce(score, 0), sort_at DESC, id DESC LIMIT ? OFFSET ?"
        )
        values.append(bound)
    else:
        sql = f"{_LISTED} WHERE {where} ORDER BY {newest} LIMIT ? OFFSET ?"
    for row in list(db.query(sql, (*values, wanted.limit, wanted.offset))):
        found = {**row, "authors": json.loads(row["authors"]), "sources": json.loads(row["sources"])}
        if wanted.query is not None:
            found["snippet"] = snippet(db, row["id"], wanted.query)
        yield found


def _filters(wanted: StoryFilter) -> Iterator[tuple[str, object]]:
    if wanted.sources:
        yield (
            "story.id IN (SELECT story_id FROM entry WHERE source_id IN (SELECT value FROM json_each(?)))",
            json.dumps(wanted.sources),
        )
    if wanted.tag is not None:
        yield (
            "story.id IN (SELECT entry.story_id FROM source JOIN entry"
            " ON entry.source_id = source.id WHERE EXISTS"
            " (SELECT 1 FROM json_each(source.tags) WHERE lower(value) = lower(?)))",
            wanted.tag,
        )
    if wanted.author is not None:
        yield (
            "story.id IN (SELECT story_id FROM story_author JOIN author ON author.id = author_id"
            " WHERE instr(lower(author.name), lower(?)))",
            wanted.author,
        )
    if wanted.language is not None:
        yield "(lower(story.language) || '-') LIKE (lower(?) || '-%')", wanted.language
    if wanted.kind is not None:
        yield "story.kind = ?", wanted.kind
    if wanted.access is not None:
        yield "story.access = ?", wanted.access
    if wanted.since is not None:
        yield "story.sort_at >= ?", wanted.since
    if wanted.until is not None:
        yield "story.sort_at < ?", wanted.until


def find_story(db: Database, story_id: int) -> dict[str, Any] | None:
    """One story with body, pages, addresses, entries, snapshots, revisions and evidence; None if there is
    none.

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
    row["html"] = html_of(body["html"])
    row["categories"] = json.loads(body["categories"])
    row["evidence"] = json.loads(body["evidence"])
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
            "published_values": json.loads(unpack_text(stored_entry["published_values"]))
            if stored_entry["published_values"]
            else None,
        }
        for stored_entry in db.query(
            "SELECT source.id AS source_id, coalesce(source.name, source.title, source.address) AS source,"
            " entry.entry_key, entry.first_seen_at, entry.gone_at, entry.verdict,"
            " entry.reason, snapshot.published_values, snapshot.taken_at, snapshot.reader_version FROM"
            " entry JOIN source"
            " ON source.id = entry.source_id LEFT JOIN snapshot ON snapshot.story_id = entry.story_id"
            " AND snapshot.entry_id = entry.id"
            " WHERE entry.story_id = ? ORDER BY entry.id",
            (story_id,),
        )
    ]
    row["revisions"] = [
        {"found_at": revision["found_at"], "fields": json.loads(revision["fields"])}
        for revision in db.query("SELECT * FROM revision WHERE story_id = ? ORDER BY id", (story_id,))
    ]
    return row


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
