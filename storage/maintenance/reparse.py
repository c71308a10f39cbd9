"""Load stories with the snapshots of their origins, to parse them again, and store what changed.

A story keeps its addresses, the time when it was first seen and its revisions: other rules are no news. What
they changed is in `reparse_change`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso, to_iso_or_none
from newsdesk.storage.records.stories import Address, Story
from newsdesk.storage.stories.batch import Batch
from newsdesk.storage.stories.revisions import FIELDS, own_fields, snapshot_values, with_stored
from newsdesk.storage.stories.rows import pack_text, rewrite_story, unpack_text
from newsdesk.storage.stories.stored import PAGE, stored_values

log = logging.getLogger(__name__)
REPARSED_FIELDS = (*FIELDS, "language", "updated", "image", "categories")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSnapshot:
    """What one origin published: `source_id` is None for the page. `published_values` are the raw values,
    `normalised` the compared fields as they were parsed."""

    entry_id: int
    source_id: int | None
    packed: bytes
    published_values: Mapping[str, Any]
    normalised: Mapping[str, Any]
    reader_version: int
    taken_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredStory:
    """A stored story, with `values` as `stored_values` gives them. `lead_entry`: the entry whose version it
    is (0 for the page); `lead_fields`: the fields of `REPARSED_FIELDS` that come from it."""

    story_id: int
    url: str
    site: str
    authority: str
    addresses: tuple[Address, ...]
    page_url: str | None
    values: Mapping[str, Any]
    snapshots: tuple[StoredSnapshot, ...]
    lead_entry: int | None
    lead_fields: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reparsed:
    """A story parsed again: the version of the lead entry with the `fields` that differ, and the new snapshot
    of each entry."""

    stored: StoredStory
    story: Story
    fields: frozenset[str]
    snapshots: Mapping[int, Story]


def stories_to_reparse(
    db: Database, *, after: int, most: int, sources: Sequence[int], since: str | None
) -> list[StoredStory]:
    """The next stories by id: all, or those that `sources` carried, not older than `since`."""
    rows = db.conn.execute(
        "SELECT id, url, site, authority FROM story WHERE id > :after AND merged_into IS NULL"
        " AND (:since IS NULL OR sort_at >= :since) AND (:all OR id IN (SELECT story_id FROM entry"
        " WHERE source_id IN (SELECT value FROM json_each(:sources)))) ORDER BY id LIMIT :most",
        {
            "after": after,
            "since": since,
            "all": not sources,
            "sources": json.dumps(list(sources)),
            "most": most,
        },
    ).fetchall()
    return [_stored(db, *row) for row in rows]


def count_to_reparse(db: Database, *, after: int, sources: Sequence[int], since: str | None) -> int:
    """How many stories `stories_to_reparse` gives in total."""
    row = db.conn.execute(
        "SELECT count(*) FROM story WHERE id > ? AND merged_into IS NULL AND (? IS NULL OR sort_at >= ?)"
        " AND (? OR id IN (SELECT story_id FROM entry WHERE source_id IN"
        " (SELECT value FROM json_each(?))))",
        (after, since, since, not sources, json.dumps(list(sources))),
    ).fetchone()
    return int(row[0])


def _stored(db: Database, story_id: int, url: str, site: str, authority: str) -> StoredStory:
    values = stored_values(db, story_id)
    snapshots = tuple(_snapshots(db, story_id))
    page = db.conn.execute(
        "SELECT url FROM page WHERE story_id = ? ORDER BY outcome IN ('read', 'site-file-failed') DESC, id LIMIT 1",
        (story_id,),
    ).fetchone()
    rows = db.conn.execute(
        "SELECT key, url, found_in, disambiguation FROM address WHERE story_id = ? ORDER BY url <> ?, key",
        (story_id, url),
    )
    lead, own = _lead(db, story_id, authority, snapshots, values)
    return StoredStory(
        story_id=story_id,
        url=url,
        site=site,
        authority=authority,
        addresses=tuple(
            Address(key=row[0], url=row[1], found_in=row[2], disambiguation=row[3]) for row in rows
        ),
        page_url=page[0] if page else None,
        values=values,
        snapshots=snapshots,
        lead_entry=lead,
        lead_fields=own,
    )


def _snapshots(db: Database, story_id: int) -> Iterator[StoredSnapshot]:
    rows = db.conn.execute(
        "SELECT snapshot.entry_id, entry.source_id, snapshot.published_values, snapshot.reader_version,"
        " snapshot.taken_at FROM snapshot"
        " LEFT JOIN entry ON entry.id = snapshot.entry_id WHERE snapshot.story_id = ?"
        " ORDER BY snapshot.entry_id",
        (story_id,),
    )
    for entry_id, source_id, kept, reader_version, said_at in rows.fetchall():
        read = json.loads(unpack_text(kept))
        yield StoredSnapshot(
            entry_id=entry_id,
            source_id=source_id,
            packed=kept,
            published_values=read.pop("printed", None) or {},
            normalised=read,
            reader_version=reader_version,
            taken_at=said_at,
        )


def _lead(
    db: Database,
    story_id: int,
    authority: str,
    snapshots: Sequence[StoredSnapshot],
    values: Mapping[str, Any],
) -> tuple[int | None, frozenset[str]]:
    """The entry whose version a story has, and which of its fields come from it: the page, except fields that
    a feed corrected since; else the origin with most of the stored fields, the first of equals."""
    if authority == "page":
        own = frozenset(REPARSED_FIELDS)
        for snapshot in snapshots:
            if snapshot.entry_id == PAGE:
                corrected = db.conn.execute(
                    "SELECT fields FROM revision WHERE story_id = ? AND entry_id > 0 AND found_at > ?",
                    (story_id, snapshot.taken_at),
                )
                return PAGE, own - {name for (fields,) in corrected for name in json.loads(fields)}
        return None, frozenset()
    held = [
        (own_fields(unpack_text(snapshot.packed), values), snapshot)
        for snapshot in snapshots
        if snapshot.entry_id != PAGE
    ]
    best, lead = max(held, key=lambda pair: len(pair[0]), default=(frozenset[str](), None))
    if lead is None or not best:
        return None, frozenset()
    whole = len(best) >= len(FIELDS) - 1
    return lead.entry_id, best | (set(REPARSED_FIELDS) - set(FIELDS) if whole else set())


def differing_fields(values: Mapping[str, Any], story: Story, among: frozenset[str]) -> frozenset[str]:
    """The fields in which `story` differs from the stored values. A value that a feed gave to the story of a
    page stays if there is none now."""
    found = set()
    for name in among:
        old, new = field_of(values, name), field_of(values_of_story(story), name)
        of_feed = values["evidence"].get(name, {}).get("origin") == "feed"
        if old != new and not (of_feed and new in (None, [], "")):
            found.add(name)
    return frozenset(found)


def field_of(values: Mapping[str, Any], name: str) -> Any:
    """A field of `stored_values` or of a Story as JSON has it; a text uncut."""
    if name == "text":
        return values["uncut_text"]
    if name == "authors":
        return [author.name for author in values["authors"]]
    if name == "published":
        instant = to_iso_or_none(values["published"])
        return None if instant is None else [instant, values["published_day"], values["precision"]]
    if name == "updated":
        return to_iso_or_none(values["updated"])
    return list(values[name]) if name == "categories" else values[name]


def values_of_story(story: Story) -> dict[str, Any]:
    """What `field_of` needs of a Story."""
    names = (
        "title",
        "summary",
        "published",
        "published_day",
        "precision",
        "authors",
        "uncut_text",
        *REPARSED_FIELDS[5:],
    )
    return {name: getattr(story, name) for name in names}


def begin_reparse(db: Database, *, scope: str, reader_version: int, now: datetime) -> tuple[int, int]:
    """The id of a reparse, and the story after which it continues: an interrupted one is continued."""
    row = db.conn.execute(
        "SELECT id, last_story_id FROM reparse WHERE ended_at IS NULL AND scope = ? AND reader_version = ?"
        " ORDER BY id DESC LIMIT 1",
        (scope, reader_version),
    ).fetchone()
    if row is not None:
        log.info("reparse %d continues after story %d", *row)
        return row[0], row[1]
    cursor = db.conn.execute(
        "INSERT INTO reparse (started_at, scope, reader_version) VALUES (?, ?, ?)",
        (to_iso(now), scope, reader_version),
    )
    assert cursor.lastrowid is not None
    log.info("reparse %d begins", cursor.lastrowid)
    return cursor.lastrowid, 0


def end_reparse(db: Database, reparse_id: int, *, now: datetime) -> None:
    """The reparse is complete."""
    db.conn.execute("UPDATE reparse SET ended_at = ? WHERE id = ?", (to_iso(now), reparse_id))


def apply_reparse(
    db: Database,
    *,
    group: Sequence[Reparsed],
    reparse_id: int,
    after: int,
    looked_at: int,
    fields: frozenset[str],
    now: datetime,
) -> int:
    """Store the fields of a group of stories that were parsed again, and how far the reparse is. Returns how
    many stories changed; a story that changed meanwhile is left as it is."""
    moment, changed = to_iso(now), 0
    for one in group:
        stored = one.stored
        fresh = _stored(db, stored.story_id, stored.url, stored.site, stored.authority)
        if fresh != stored:
            continue
        for snapshot in stored.snapshots:
            if snapshot.entry_id in one.snapshots:
                _write_snapshot(db, one, snapshot, one.snapshots[snapshot.entry_id], fields)
        if one.fields:
            _write_story(db, one, reparse_id, moment)
            changed += 1
    db.conn.execute(
        "UPDATE reparse SET last_story_id = ?, stories = stories + ?, changed = changed + ? WHERE id = ?",
        (after, looked_at, changed, reparse_id),
    )
    log.debug("reparse %d: %d of %d stories changed", reparse_id, changed, len(group))
    return changed


def _write_story(db: Database, one: Reparsed, reparse_id: int, moment: str) -> None:
    stored, values = one.stored, one.stored.values
    evidence = {
        **values["evidence"],
        **{name: one.story.evidence[name] for name in one.fields if name in one.story.evidence},
    }
    story = replace(
        with_stored(one.story, values, one.fields, all_fields=True),
        addresses=(Address(key="", url=stored.url, found_in="entry"),),
        site=stored.site,
        evidence=evidence,
    )
    batch = Batch(db, now=moment)
    rewrite_story(db, stored.story_id, story, authority=stored.authority, changed_at=None)
    batch.add_authors(stored.story_id, story.authors)
    batch.flush()
    new = values_of_story(one.story)
    changes = {
        name: [field_of(values, name), field_of(new, name)] for name in REPARSED_FIELDS if name in one.fields
    }
    if "text" in changes:  # as its length: the text itself would double the file
        changes["text"] = [None if text is None else len(text) for text in changes["text"]]
    db.conn.execute(
        "INSERT INTO reparse_change (reparse_id, story_id, changed_at, fields) VALUES (?, ?, ?, ?)",
        (reparse_id, stored.story_id, moment, _to_json(changes)),
    )


def _write_snapshot(
    db: Database, one: Reparsed, snapshot: StoredSnapshot, own: Story, fields: frozenset[str]
) -> None:
    """Store the snapshot as it is parsed now. The version of its rules stays: the next document from that
    origin is a baseline again, and no revision."""
    new = json.loads(snapshot_values(own))
    bodies = {"text", "summary"} - (one.fields if snapshot.entry_id == one.stored.lead_entry else frozenset())
    read = {
        **snapshot.normalised,
        **{name: new[name] for name in FIELDS if name in fields and name not in bodies},
    }
    # the digest covers all fields: it is known if they are what the document itself would give
    digest = own.digest if all(read[name] == new[name] for name in FIELDS) else None
    if read == snapshot.normalised:
        return
    db.conn.execute(
        "UPDATE snapshot SET published_values = ?, digest = coalesce(?, digest) WHERE story_id = ? AND entry_id = ?",
        (
            pack_text(_to_json({"printed": snapshot.published_values, **read})),
            digest,
            one.stored.story_id,
            snapshot.entry_id,
        ),
    )


def _to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
