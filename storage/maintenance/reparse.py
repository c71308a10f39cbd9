"""Stories with all that their origins said of them, to be read again; and what that gave, written.

A story keeps its addresses, its first sight and its revisions: other rules are no news. What they changed
stands in `reread`.
"""

from __future__ import annotations

import json
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

REPARSED_FIELDS = (*FIELDS, "language", "updated", "image", "categories")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSnapshot:
    """What one origin said: `source_id` None for the page. `printed` as `Story.said` was; `read` the material
    fields as they were read."""

    entry_id: int
    source_id: int | None
    packed: str | bytes
    published_values: Mapping[str, Any]
    normalised: Mapping[str, Any]
    reader_version: int
    taken_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredStory:
    """A story as it stands, with `words` as `revisions.stored_values` gives them. `lead`: whose words they
    are; `own`: the fields of `READ_AGAIN` that are the lead's."""

    story_id: int
    url: str
    site: str
    authority: str
    addresses: tuple[Address, ...]
    page_url: str | None
    values: Mapping[str, Any]
    snapshots: tuple[StoredSnapshot, ...]
    lead: int | None
    own: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reparsed:
    """A story read again: the lead's words with the `fields` in which they differ, and what each origin's
    snapshot gives now, by its entry."""

    stored: StoredStory
    story: Story
    fields: frozenset[str]
    snapshots: Mapping[int, Story]


def stories_to_reparse(
    db: Database, *, after: int, most: int, sources: Sequence[int], since: str | None
) -> list[StoredStory]:
    """The next stories by their numbers: all, or those that `sources` carried, not older than `since`."""
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
    """How many `stories_to_reread` gives in all."""
    row = db.conn.execute(
        "SELECT count(*) FROM story WHERE id > ? AND merged_into IS NULL AND (? IS NULL OR sort_at >= ?)"
        " AND (? OR id IN (SELECT story_id FROM entry WHERE source_id IN"
        " (SELECT value FROM json_each(?))))",
        (after, since, since, not sources, json.dumps(list(sources))),
    ).fetchone()
    return int(row[0])


def _stored(db: Database, story_id: int, url: str, site: str, authority: str) -> StoredStory:
    words = stored_values(db, story_id)
    snapshots = tuple(_snapshots(db, story_id))
    page = db.conn.execute(
        "SELECT url FROM page WHERE story_id = ? ORDER BY outcome = 'read' DESC, id LIMIT 1", (story_id,)
    ).fetchone()
    rows = db.conn.execute(
        "SELECT key, url, found_in, disambiguation FROM address WHERE story_id = ? ORDER BY url <> ?, key",
        (story_id, url),
    )
    lead, own = _lead(db, story_id, authority, snapshots, words)
    return StoredStory(
        story_id=story_id,
        url=url,
        site=site,
        authority=authority,
        addresses=tuple(
            Address(key=row[0], url=row[1], found_in=row[2], disambiguation=row[3]) for row in rows
        ),
        page_url=page[0] if page else None,
        values=words,
        snapshots=snapshots,
        lead=lead,
        own=own,
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
    words: Mapping[str, Any],
) -> tuple[int | None, frozenset[str]]:
    """Whose words a story has, and which of its fields are theirs: the page's, but for what a feed corrected
    since; else those of the origin of which most stands there, the first of equals."""
    if authority == "page":
        own = frozenset(REPARSED_FIELDS)
        for said in snapshots:
            if said.entry_id == PAGE:
                corrected = db.conn.execute(
                    "SELECT fields FROM revision WHERE story_id = ? AND entry_id > 0 AND found_at > ?",
                    (story_id, said.taken_at),
                )
                return PAGE, own - {name for (fields,) in corrected for name in json.loads(fields)}
        return None, frozenset()
    held = [
        (own_fields(unpack_text(said.packed), words), said) for said in snapshots if said.entry_id != PAGE
    ]
    best, lead = max(held, key=lambda pair: len(pair[0]), default=(frozenset[str](), None))
    if lead is None or not best:
        return None, frozenset()
    whole = len(best) >= len(FIELDS) - 1
    return lead.entry_id, best | (set(REPARSED_FIELDS) - set(FIELDS) if whole else set())


def differing_fields(words: Mapping[str, Any], story: Story, among: frozenset[str]) -> frozenset[str]:
    """The fields in which `story` says otherwise than what is stored. What a feed had told a page's story,
    and nobody says now, stays."""
    found = set()
    for name in among:
        old, new = field_of(words, name), field_of(values_of_story(story), name)
        of_feed = words["evidence"].get(name, {}).get("origin") == "feed"
        if old != new and not (of_feed and new in (None, [], "")):
            found.add(name)
    return frozenset(found)


def field_of(words: Mapping[str, Any], name: str) -> Any:
    """A field of `stored_values` or of a Story as JSON has it; a text whole."""
    if name == "text":
        return words["uncut_text"]
    if name == "authors":
        return [author.name for author in words["authors"]]
    if name == "published":
        instant = to_iso_or_none(words["published"])
        return None if instant is None else [instant, words["published_day"], words["precision"]]
    if name == "updated":
        return to_iso_or_none(words["updated"])
    return list(words[name]) if name == "categories" else words[name]


def values_of_story(story: Story) -> dict[str, Any]:
    """What `field_of` asks of a Story."""
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
    """The number of a rereading, and the story after which it goes on: one that was cut off is continued."""
    row = db.conn.execute(
        "SELECT id, last_story_id FROM reparse WHERE ended_at IS NULL AND scope = ? AND reader_version = ?"
        " ORDER BY id DESC LIMIT 1",
        (scope, reader_version),
    ).fetchone()
    if row is not None:
        return row[0], row[1]
    cursor = db.conn.execute(
        "INSERT INTO reparse (started_at, scope, reader_version) VALUES (?, ?, ?)",
        (to_iso(now), scope, reader_version),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid, 0


def end_reparse(db: Database, reparse_id: int, *, now: datetime) -> None:
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
    """Write a group of stories that were read again, in these fields, and how far it went. How many stories
    changed; one that somebody else changed meanwhile stays as it is."""
    moment, changed = to_iso(now), 0
    for one in group:
        stored = one.stored
        fresh = _stored(db, stored.story_id, stored.url, stored.site, stored.authority)
        if fresh != stored:
            continue
        for said in stored.snapshots:
            if said.entry_id in one.snapshots:
                _write_snapshot(db, one, said, one.snapshots[said.entry_id], fields)
        if one.fields:
            _write_story(db, one, reparse_id, moment)
            changed += 1
    db.conn.execute(
        "UPDATE reparse SET last_story_id = ?, stories = stories + ?, changed = changed + ? WHERE id = ?",
        (after, looked_at, changed, reparse_id),
    )
    return changed


def _write_story(db: Database, one: Reparsed, reparse_id: int, moment: str) -> None:
    stored, words = one.stored, one.stored.values
    evidence = {
        **words["evidence"],
        **{name: one.story.evidence[name] for name in one.fields if name in one.story.evidence},
    }
    story = replace(
        with_stored(one.story, words, one.fields, all_fields=True),
        addresses=(Address(key="", url=stored.url, found_in="entry"),),
        site=stored.site,
        evidence=evidence,
    )
    batch = Batch(db, now=moment)
    rewrite_story(db, stored.story_id, story, authority=stored.authority, changed_at=None)
    batch.add_authors(stored.story_id, story.authors)
    batch.flush()
    new = values_of_story(one.story)
    told = {
        name: [field_of(words, name), field_of(new, name)] for name in REPARSED_FIELDS if name in one.fields
    }
    if "text" in told:  # told by its length: the text itself would double the file
        told["text"] = [None if text is None else len(text) for text in told["text"]]
    db.conn.execute(
        "INSERT INTO reparse_change (reparse_id, story_id, changed_at, fields) VALUES (?, ?, ?, ?)",
        (reparse_id, stored.story_id, moment, _to_json(told)),
    )


def _write_snapshot(
    db: Database, one: Reparsed, said: StoredSnapshot, own: Story, fields: frozenset[str]
) -> None:
    """An origin's baseline as it is read now. The version of its rules stays: the next document that brings
    the words themselves is a baseline once more, and no revision."""
    new = json.loads(snapshot_values(own))
    bodies = {"text", "summary"} - (one.fields if said.entry_id == one.stored.lead else frozenset())
    read = {
        **said.normalised,
        **{name: new[name] for name in FIELDS if name in fields and name not in bodies},
    }
    # the digest is of all fields together: it is known where these are what the document itself would give
    digest = own.digest if all(read[name] == new[name] for name in FIELDS) else None
    if read == said.normalised:
        return
    db.conn.execute(
        "UPDATE snapshot SET published_values = ?, digest = coalesce(?, digest) WHERE story_id = ? AND entry_id = ?",
        (
            pack_text(_to_json({"printed": said.published_values, **read})),
            digest,
            one.stored.story_id,
            said.entry_id,
        ),
    )


def _to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
