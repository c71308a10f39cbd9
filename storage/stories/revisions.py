"""What an edit changes: only the fields in which an origin says otherwise than it did itself.

Two feeds of one paper may tell a story in different lengths. When the title is corrected in both, the short
one must not take the long one's text away.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import from_iso, from_iso_or_none, to_iso, to_iso_or_none
from newsdesk.storage.records.stories import Author, Story
from newsdesk.storage.stories.rows import html_of, said_in, said_of, text_digest, to_json

MOST_A_DAY = 10  # revisions of a story by one origin: live pages and wrong clocks change with each visit
MOST_RETURNS = 2  # of them such that bring back what had been replaced: a headline that flips is no news

# The material fields, each with the columns of a Story that go with it.
FIELDS: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "summary": ("summary",),
    "published": ("published", "published_offset_min", "published_day", "precision"),
    "authors": ("authors",),
    "text": ("text", "cut_start", "cut_end", "html"),
}
BESIDES = ("language", "kind", "access", "updated", "image", "categories")


def stored_words(db: Database, story_id: int) -> dict[str, Any]:
    """The fields of a stored story, as a Story has them; and the `whole` of its text."""
    row = next(
        iter(
            db.query(
                "SELECT title, summary, published, published_offset_min, published_day, precision, text,"
                " coalesce(cut_start, '') AS cut_start, coalesce(cut_end, '') AS cut_end,"
                " coalesce(cut_start, '') || text || coalesce(cut_end, '') AS whole, html, evidence,"
                " language, kind, access, updated, image, categories"
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
        "html": html_of(row["html"]),
        "evidence": json.loads(row["evidence"]),
        "authors": tuple(Author(name=name, kind=kind, role=role) for name, kind, role in authors),
    }


def last_snapshot(db: Database, story_id: int, entry_id: int) -> tuple[str, int, str] | None:
    """What an origin last said of a story: its digest, the version of the rules that read it, and the words
    as `said_of` has them."""
    found = db.conn.execute(
        "SELECT digest, reader_version, published_values FROM snapshot WHERE story_id = ? AND entry_id = ?",
        (story_id, entry_id),
    ).fetchone()
    return None if found is None else (found[0], found[1], said_in(found[2]))


def own_fields(said: str, words: Mapping[str, Any]) -> frozenset[str]:
    """The fields that stand stored as an origin said them (`said`): its own, or another said the same."""
    before = json.loads(said)
    stored = {
        "title": words["title"],
        "summary": words["summary"],
        "published": to_iso_or_none(words["published"]),
        "authors": [author.name for author in words["authors"]],
        "text": text_digest(words["whole"]),
    }
    return frozenset(name for name in FIELDS if before.get(name) == stored[name])


def told_again(said: str, story: Story) -> str:
    """What an origin says now, as `said_of` has it, beside its earlier snapshot `said`: a date that is printed
    as before is the one it was, whatever zone was learned since."""
    before, now = json.loads(said), json.loads(said_of(story))
    printed = now["printed"].get("published")
    if printed is not None and printed == (before.get("printed") or {}).get("published"):
        now["published"] = before.get("published")
    return to_json(now)


def is_same(said: str, told: str) -> bool:
    """Whether two snapshots of one origin have the same material fields."""
    before, now = json.loads(said), json.loads(told)
    return all(before.get(name) == now[name] for name in FIELDS)


def changed_fields(said: str, story: Story, words: Mapping[str, Any]) -> frozenset[str]:
    """The fields in which this origin says otherwise than in `said`, its earlier snapshot. A text that another
    origin told longer is not changed by a shorter one."""
    before, now = json.loads(said), json.loads(told_again(said, story))
    changed = {name for name in FIELDS if before.get(name) != now[name]}
    own_text = before.get("text") == text_digest(words["whole"])
    if "text" in changed and not own_text and len(words["whole"] or "") > len(story.uncut_text or ""):
        changed.discard("text")
    return frozenset(changed)


def revision_of(story: Story, words: Mapping[str, Any], changed: frozenset[str]) -> dict[str, list[Any]]:
    """Per changed field [old, new], against what is stored; a field that says so already is left out."""
    new = {**json.loads(said_of(story)), "text": story.uncut_text}
    old = {
        **words,
        "text": words["whole"],
        "published": to_iso_or_none(words["published"]),
        "authors": [author.name for author in words["authors"]],
    }
    return {name: [old[name], new[name]] for name in FIELDS if name in changed and old[name] != new[name]}


def is_believed_today(
    db: Database, story_id: int, entry_id: int | None, fields: Mapping[str, Sequence[Any]], *, now: str
) -> bool:
    """Whether one origin's (None: the page's) revision of a story is kept at `now`, as `to_iso` writes it."""
    rows = db.conn.execute(
        "SELECT fields FROM revision WHERE story_id = ? AND entry_id IS ? AND found_at >= ? ORDER BY id",
        (story_id, entry_id, to_iso(from_iso(now) - timedelta(days=1))),
    )
    return is_believed([json.loads(before) for (before,) in rows], fields)


def is_believed(today: Sequence[Mapping[str, Sequence[Any]]], fields: Mapping[str, Sequence[Any]]) -> bool:
    """Whether an origin's revision is kept after those of its last 24 hours, oldest first; each is told as
    `revision_of` gives it. What is not believed now may be on a later day."""
    told = [*today, fields]
    replaced: set[tuple[str, str]] = set()
    returns = 0
    for one in told:
        returns += all((name, repr(new)) in replaced for name, (_, new) in one.items())
        replaced |= {(name, repr(old)) for name, (old, _) in one.items()}
    return len(told) <= MOST_A_DAY and returns <= MOST_RETURNS


def with_kept(
    story: Story, words: Mapping[str, Any], changed: frozenset[str], *, besides: bool = False
) -> Story:
    """The story with its unchanged fields as they are stored, and their evidence; with `besides` those, too,
    that are not material."""
    fields = FIELDS | {name: (name,) for name in BESIDES} if besides else FIELDS
    kept = [name for name in fields if name not in changed]
    evidence = {name: value for name, value in story.evidence.items() if name not in kept}
    evidence |= {name: words["evidence"][name] for name in kept if name in words["evidence"]}
    columns = {column: words[column] for name in kept for column in fields[name]}
    return replace(story, evidence=evidence, **columns)
