"""Keep what one document said: each entry's verdict, and the rows that follow from it.

Batch read, pure decision (`storage.matching`), write. Runs inside the writer's transaction, called by
`storage.visits`. Verdicts: *new* no story had it; *changed* this origin says something materially else
than before; *same* it said so already; *duplicate* another source's sighting of a known story, or a second
time in one document; *refused* with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from storage import search
from storage.matching import RANK, Candidate, Match, decide, may_change, standing_of
from storage.pages import due_page
from storage.records import Address, Counts, Sighted, Story, Verdict
from storage.story_rows import fold, insert_story, rewrite_story, said_of, words_of, write_addresses

_CHUNK = 400  # bound variables in one IN (…)


@dataclass(slots=True)
class _Sighting:
    id: int
    story_id: int | None
    entry_key: str


@dataclass(slots=True)
class _Document:
    """What is known before and what piles up while one document is kept."""

    db: Database
    source_id: int
    site: str
    full_text: bool
    now: str
    present: frozenset[str]
    live: dict[str, _Sighting]
    keyed: dict[str, int]
    touched: set[int] = field(default_factory=set)
    fresh: list[search.Words] = field(default_factory=list)
    addresses: list[tuple[int, Address]] = field(default_factory=list)


def keep_entries(
    db: Database,
    entries: Sequence[Sighted],
    *,
    source_id: int,
    site: str,
    full_text: bool,
    whole: bool,
    now: str,
) -> Counts:
    """Keep the entries of one document of a source, in their order. `now` as `to_iso` writes it."""
    document = _Document(
        db=db,
        source_id=source_id,
        site=site,
        full_text=full_text,
        now=now,
        present=frozenset(entry.entry_key for entry in entries),
        live={
            row[2]: _Sighting(*row)
            for row in db.conn.execute(
                "SELECT id, story_id, entry_key FROM sighting WHERE source_id = ? AND gone_at IS NULL",
                (source_id,),
            )
        },
        keyed=_stories_at(db, (at.key for entry in entries if entry.story for at in entry.story.addresses)),
    )
    tally: dict[Verdict, int] = {"new": 0, "changed": 0, "same": 0, "duplicate": 0, "refused": 0}
    for entry in entries:
        tally[_keep_entry(document, entry)] += 1
    if whole:
        gone = [(now, sighting.id) for key, sighting in document.live.items() if key not in document.present]
        db.conn.executemany("UPDATE sighting SET gone_at = ? WHERE id = ?", gone)
    write_addresses(db, document.addresses, now=now)
    search.index(db, document.fresh)
    return Counts(**tally)


def _keep_entry(document: _Document, entry: Sighted) -> Verdict:
    if entry.state == "known":
        return "same"
    if entry.state == "again":
        return "duplicate"
    if entry.story is None:
        _note_refused(document, entry)
        return "refused"
    return _keep_told(document, entry, entry.story)


def _keep_told(document: _Document, entry: Sighted, story: Story) -> Verdict:
    earlier = _sighting_named(document, entry)
    by_entry = _candidate(document, earlier.story_id) if earlier and earlier.story_id else None
    by_address = next(
        (_candidate(document, document.keyed[at.key]) for at in story.addresses if at.key in document.keyed),
        None,
    )
    match = decide(story, by_address=by_address, by_entry=by_entry, site=document.site)
    if match.story_id is None:
        return _keep_new(document, entry, story, earlier, match)
    known = by_address if by_address and by_address.story_id == match.story_id else by_entry
    assert known is not None
    if match.fold is not None:
        _fold(document, match.fold, match.story_id)
    _learn_addresses(document, match.story_id, story)
    if match.story_id in document.touched:
        return "duplicate"
    document.touched.add(match.story_id)
    own = _own_sighting(document, match.story_id, earlier)
    if own is None:
        return _keep_stranger(document, entry, story, known, match)
    _rename(document, own, entry.entry_key)
    return _keep_own(document, own, story, known)


def _keep_new(
    document: _Document, entry: Sighted, story: Story, earlier: _Sighting | None, match: Match
) -> Verdict:
    story_id = insert_story(
        document.db, story, standing=standing_of(document.site, story.site), now=document.now
    )
    document.touched.add(story_id)
    document.fresh.append(words_of(story_id, story))
    _learn_addresses(document, story_id, story)
    if earlier is not None and earlier.story_id is not None:
        _see_gone(document, earlier)
    sighting = _add_sighting(document, entry, story_id, "new", match.why)
    _say(document, story_id, sighting, story)
    if document.full_text:
        due_page(document.db, story.addresses[0].url, story_id=story_id, why="new", now=document.now)
    return "new"


def _keep_stranger(
    document: _Document, entry: Sighted, story: Story, known: Candidate, match: Match
) -> Verdict:
    """The first time this source carries a known story: its words are a baseline, never a revision."""
    sighting = _add_sighting(document, entry, known.story_id, "duplicate", match.why)
    _say(document, known.story_id, sighting, story)
    standing = standing_of(document.site, known.site)
    if RANK[standing] > RANK[known.standing]:
        _flush(document)
        rewrite_story(document.db, known.story_id, story, standing=standing, changed_at=None)
    elif document.full_text and story.title != known.title:
        due_page(document.db, known.url, story_id=known.story_id, why="told otherwise", now=document.now)
    return "duplicate"


def _keep_own(document: _Document, own: _Sighting, story: Story, known: Candidate) -> Verdict:
    """An origin speaks again: compared with its own earlier saying only."""
    row = document.db.conn.execute(
        "SELECT digest, reader_version, said FROM saying WHERE sighting_id = ?", (own.id,)
    ).fetchone()
    if row is not None and row[0] == story.digest and row[1] == story.reader_version:
        return "same"
    _say(document, known.story_id, own, story)
    allowed = may_change(known, site=document.site, carried=True)
    standing = max(known.standing, standing_of(document.site, known.site), key=RANK.__getitem__)
    if row is None or row[1] != story.reader_version:  # first words, or read by other rules: a baseline
        if allowed:
            _flush(document)
            rewrite_story(document.db, known.story_id, story, standing=standing, changed_at=None)
        return "same"
    if allowed:
        _revise(document, own, known, story, row[2])
        _flush(document)
        rewrite_story(document.db, known.story_id, story, standing=standing, changed_at=document.now)
    elif document.full_text:
        due_page(document.db, known.url, story_id=known.story_id, why="told otherwise", now=document.now)
    return "changed"


def _revise(document: _Document, own: _Sighting, known: Candidate, story: Story, before: str) -> None:
    """A revision row: the fields that changed as [old, new]; of the text only that it did."""
    old = json.loads(before)
    new = json.loads(said_of(story))
    fields: dict[str, Any] = {
        name: [old.get(name), new[name]]
        for name in ("title", "summary", "published", "authors")
        if old.get(name) != new[name]
    }
    body = document.db.conn.execute(
        "SELECT text FROM story_body WHERE story_id = ?", (known.story_id,)
    ).fetchone()
    if body[0] != story.text:
        fields["text"] = [body[0], story.text]
    document.db.conn.execute(
        "INSERT INTO revision (story_id, sighting_id, found_at, fields) VALUES (?, ?, ?, ?)",
        (known.story_id, own.id, document.now, json.dumps(fields, ensure_ascii=False)),
    )


def _flush(document: _Document) -> None:
    """Index what is new before a rewrite takes old words out: a story may be both in one document."""
    search.index(document.db, document.fresh)
    document.fresh.clear()


def _learn_addresses(document: _Document, story_id: int, story: Story) -> None:
    for address in story.addresses:
        if address.key not in document.keyed:
            document.keyed[address.key] = story_id
            document.addresses.append((story_id, address))


def _fold(document: _Document, younger: int, older: int) -> None:
    _flush(document)
    write_addresses(document.db, document.addresses, now=document.now)
    document.addresses.clear()
    fold(document.db, younger, older)
    document.keyed.update({key: older for key, story_id in document.keyed.items() if story_id == younger})
    for sighting in document.live.values():
        if sighting.story_id == younger:
            sighting.story_id = older


def _sighting_named(document: _Document, entry: Sighted) -> _Sighting | None:
    """This source's sighting under the entry's key, living first, else the latest that went."""
    for key in (entry.entry_key, *entry.earlier_keys):
        if key in document.live:
            return document.live[key]
        row = document.db.conn.execute(
            "SELECT id, story_id, entry_key FROM sighting WHERE source_id = ? AND entry_key = ?"
            " ORDER BY id DESC",
            (document.source_id, key),
        ).fetchone()
        if row:
            return _Sighting(*row)
    return None


def _own_sighting(document: _Document, story_id: int, earlier: _Sighting | None) -> _Sighting | None:
    """This source's sighting of the story, whatever entry key it had then."""
    if earlier is not None and earlier.story_id == story_id:
        return earlier
    row = document.db.conn.execute(
        "SELECT id, story_id, entry_key FROM sighting WHERE story_id = ? AND source_id = ? ORDER BY id DESC",
        (story_id, document.source_id),
    ).fetchone()
    return _Sighting(*row) if row else None


def _rename(document: _Document, own: _Sighting, entry_key: str) -> None:
    """The sighting lives, under the key its entry has today."""
    document.db.conn.execute(
        "UPDATE sighting SET entry_key = ?, gone_at = NULL WHERE id = ?", (entry_key, own.id)
    )
    document.live.pop(own.entry_key, None)
    document.live[entry_key] = _Sighting(own.id, own.story_id, entry_key)


def _see_gone(document: _Document, earlier: _Sighting) -> None:
    document.db.conn.execute("UPDATE sighting SET gone_at = ? WHERE id = ?", (document.now, earlier.id))
    document.live.pop(earlier.entry_key, None)


def _add_sighting(
    document: _Document, entry: Sighted, story_id: int | None, verdict: Verdict, reason: str | None
) -> _Sighting:
    """A sighting row; one of this key that was refused before becomes it."""
    refused = document.live.get(entry.entry_key)
    if refused is not None and refused.story_id is None:
        document.db.conn.execute(
            "UPDATE sighting SET story_id = ?, verdict = ?, reason = ? WHERE id = ?",
            (story_id, verdict, reason, refused.id),
        )
        sighting = _Sighting(refused.id, story_id, entry.entry_key)
    else:
        cursor = document.db.conn.execute(
            "INSERT INTO sighting (source_id, story_id, entry_key, first_seen_at, verdict, reason)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (document.source_id, story_id, entry.entry_key, document.now, verdict, reason),
        )
        assert cursor.lastrowid is not None
        sighting = _Sighting(cursor.lastrowid, story_id, entry.entry_key)
    document.live[entry.entry_key] = sighting
    return sighting


def _note_refused(document: _Document, entry: Sighted) -> None:
    if entry.entry_key not in document.live:
        _add_sighting(document, entry, None, "refused", entry.reason)


def _say(document: _Document, story_id: int, sighting: _Sighting, story: Story) -> None:
    document.db.conn.execute(
        "INSERT INTO saying (story_id, sighting_id, digest, reader_version, said, said_at)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (sighting_id) DO UPDATE SET story_id = excluded.story_id,"
        " digest = excluded.digest, reader_version = excluded.reader_version, said = excluded.said,"
        " said_at = excluded.said_at",
        (story_id, sighting.id, story.digest, story.reader_version, said_of(story), document.now),
    )


def _stories_at(db: Database, keys: Iterable[str]) -> dict[str, int]:
    """address key → story id, for those keys that are known."""
    wanted = list(dict.fromkeys(keys))
    found: dict[str, int] = {}
    for at in range(0, len(wanted), _CHUNK):
        part = wanted[at : at + _CHUNK]
        marks = ", ".join("?" * len(part))
        found.update(
            db.conn.execute(f"SELECT key, story_id FROM address WHERE key IN ({marks})", part).fetchall()
        )
    return found


def _candidate(document: _Document, story_id: int) -> Candidate:
    row = document.db.conn.execute(
        "SELECT url, site, title, published, first_seen_at, standing,"
        " (SELECT count(DISTINCT source_id) FROM sighting WHERE story_id = story.id),"
        " EXISTS (SELECT 1 FROM sighting WHERE story_id = story.id AND source_id = ?)"
        " FROM story WHERE id = ?",
        (document.source_id, story_id),
    ).fetchone()
    return Candidate(
        story_id=story_id, url=row[0], site=row[1], title=row[2], published=row[3], first_seen_at=row[4],
        standing=row[5], sources=row[6], carried=bool(row[7]),
    )  # fmt: skip
