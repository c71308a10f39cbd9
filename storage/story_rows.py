"""A Story as rows, and back out: inserted, rewritten, folded. No decisions here; see `storage.matching`.

Called by `storage.stories` inside the writer's transaction.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlite_utils import Database

from storage import search
from storage.instants import to_iso, to_iso_or_none
from storage.records import Address, Author, Story

_STORY_COLUMNS = (
    "url", "site", "title", "summary", "kind", "language", "sort_at", "published", "published_offset_min",
    "published_day", "precision", "updated", "image", "standing",
)  # fmt: skip
_INSERT = (
    f"INSERT INTO story (first_seen_at, {', '.join(_STORY_COLUMNS)}) VALUES (?{', ?' * len(_STORY_COLUMNS)})"
)
_REWRITE = (
    f"UPDATE story SET changed_at = ?, {', '.join(f'{name} = ?' for name in _STORY_COLUMNS)} WHERE id = ?"
)


def _story_values(story: Story, *, first_seen_at: str, standing: str) -> tuple[Any, ...]:
    published = to_iso_or_none(story.published)
    return (
        story.addresses[0].url, story.site, story.title, story.summary, story.kind, story.language,
        min(published or first_seen_at, first_seen_at), published, story.published_offset_min,
        story.published_day, story.precision, to_iso_or_none(story.updated), story.image, standing,
    )  # fmt: skip


def _body_values(story: Story) -> tuple[Any, ...]:
    return (
        story.text,
        zlib.compress(story.html.encode("utf-8"), 6) if story.html else None,
        json.dumps(story.categories, ensure_ascii=False),
        json.dumps(story.evidence, ensure_ascii=False, default=str),
    )


def html_of(stored: bytes | None) -> str | None:
    """The cleaned HTML that a body row keeps compressed."""
    return None if stored is None else zlib.decompress(stored).decode("utf-8")


def insert_story(db: Database, story: Story, *, standing: str, now: str) -> int:
    """A new story with its body and authors; its addresses and search words are the caller's to add."""
    cursor = db.conn.execute(_INSERT, (now, *_story_values(story, first_seen_at=now, standing=standing)))
    story_id = cursor.lastrowid
    assert story_id is not None
    db.conn.execute(
        "INSERT INTO story_body (story_id, text, html, categories, evidence) VALUES (?, ?, ?, ?, ?)",
        (story_id, *_body_values(story)),
    )
    write_authors(db, story_id, story.authors)
    return story_id


def rewrite_story(
    db: Database, story_id: int, story: Story, *, standing: str, changed_at: str | None
) -> None:
    """Put other words in a stored story's place: row, body, authors and search. Its first sight stays."""
    search.unindex(db, (story_id,))
    first_seen_at = db.conn.execute("SELECT first_seen_at FROM story WHERE id = ?", (story_id,)).fetchone()[0]
    values = _story_values(story, first_seen_at=first_seen_at, standing=standing)
    db.conn.execute(_REWRITE, (changed_at, *values, story_id))
    db.conn.execute(
        "UPDATE story_body SET text = ?, html = ?, categories = ?, evidence = ? WHERE story_id = ?",
        (*_body_values(story), story_id),
    )
    db.conn.execute("DELETE FROM story_author WHERE story_id = ?", (story_id,))
    write_authors(db, story_id, story.authors)
    search.index(db, (words_of(story_id, story),))


def words_of(story_id: int, story: Story) -> search.Words:
    """What of a story can be searched."""
    return search.Words(story_id=story_id, title=story.title, summary=story.summary, text=story.text)


def write_authors(db: Database, story_id: int, authors: Sequence[Author]) -> None:
    """The byline in its order; a name and kind that exist already are the same author row."""
    for place, author in enumerate(authors, 1):
        key = (author.name, author.kind)
        found = db.conn.execute("SELECT id FROM author WHERE name = ? AND kind = ?", key).fetchone()
        author_id = found[0] if found else db.conn.execute(
            "INSERT INTO author (name, kind) VALUES (?, ?)", key
        ).lastrowid  # fmt: skip
        db.conn.execute(
            "INSERT INTO story_author (story_id, place, author_id, role) VALUES (?, ?, ?, ?)",
            (story_id, place, author_id, author.role),
        )


def write_addresses(db: Database, rows: Iterable[tuple[int, Address]], *, now: str) -> None:
    """Keys under which stories are known from now on; a key that is taken stays with its story."""
    db.conn.executemany(
        "INSERT OR IGNORE INTO address (key, story_id, url, found, added_at) VALUES (?, ?, ?, ?, ?)",
        [(address.key, story_id, address.url, address.found, now) for story_id, address in rows],
    )


def fold(db: Database, younger: int, older: int) -> None:
    """Two stories are one: all that is known of the younger goes to the older, its row points there."""
    search.unindex(db, (younger,))
    for table in ("address", "sighting", "saying", "revision", "page"):
        db.conn.execute(f"UPDATE {table} SET story_id = ? WHERE story_id = ?", (older, younger))
    db.conn.execute("UPDATE story SET folded_into = ? WHERE id = ?", (older, younger))


def said_of(story: Story) -> str:
    """What an origin said, as JSON, with what revisions compare: the material fields as we read them."""
    return json.dumps(
        {
            "printed": story.said,
            "title": story.title,
            "summary": story.summary,
            "published": to_iso(story.published) if story.published else None,
            "authors": [author.name for author in story.authors],
        },
        ensure_ascii=False,
        default=str,
    )
