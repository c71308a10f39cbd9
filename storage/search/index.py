"""The FTS5 index of stories, `story_fts`: filled once a transaction, without a copy of the text.

The index holds no text, so a change removes the old text first, and its soundness is checked here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from newsdesk.storage.db.deferred import DeferringDatabase, defer
from newsdesk.storage.search.folding import index_text, pieces

_TEXTS = (
    "SELECT id, title, summary, text FROM story_search_text WHERE id > ?"
    " AND id IN (SELECT id FROM story WHERE merged_into IS NULL) ORDER BY id LIMIT 500"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchText:
    """The searchable text of one story, as stored."""

    story_id: int
    title: str | None
    summary: str | None
    text: str | None


def index(db: Database, stories: Sequence[SearchText]) -> None:
    """Add stories to the index, with the writer's connection just before COMMIT. None of them may be in it."""

    defer(db, _insert, stories, last=True)


def _insert(db: Database, stories: Sequence[SearchText]) -> None:
    db.conn.executemany(
        "INSERT INTO story_fts (rowid, text, title, summary) VALUES (?, ?, ?, ?)", map(_row, stories)
    )


def unindex(db: Database, story_id: int) -> None:
    """Remove a story from the index by its stored text: call it before that text changes."""
    if isinstance(db, DeferringDatabase):
        db.do_deferred()
    stored = db.conn.execute(
        "SELECT id, title, summary, text FROM story_search_text WHERE id = ?", (story_id,)
    ).fetchone()
    db.conn.execute(
        "INSERT INTO story_fts (story_fts, rowid, text, title, summary) VALUES ('delete', ?, ?, ?, ?)",
        _row(_text(stored)),
    )


def count_indexed(db: Database) -> int:
    """How many stories the index has, which are all that are not merged into another: the first number of the totals
    that FTS5 keeps."""
    totals = db.conn.execute("SELECT block FROM story_fts_data WHERE id = 1").fetchone()
    return _numbers(totals[0])[0] if totals is not None and totals[0] else 0


def index_stored(db: Database) -> None:
    """Fill the empty index from the stories of the file."""
    for stories in _stored(db.conn):
        index(db, stories)


def index_differences(conn: sqlite3.Connection) -> Iterator[str]:
    """How the index differs from the stories: stories that it lacks, has in vain, or has with another number of
    words in a field."""
    for stories in _stored(conn):
        span = (stories[0].story_id, stories[-1].story_id)
        held = dict(conn.execute("SELECT id, sz FROM story_fts_docsize WHERE id BETWEEN ? AND ?", span))
        for story in stories:
            sizes = held.get(story.story_id)
            if sizes is None:
                yield f"story {story.story_id} is missing"
            elif _numbers(sizes) != _token_counts(story):
                yield f"story {story.story_id} has another text"
    unknown = (
        "SELECT id FROM story_fts_docsize WHERE id NOT IN (SELECT id FROM story WHERE merged_into IS NULL)"
    )
    for (story_id,) in conn.execute(unknown):
        yield f"story {story_id} is not stored"


def _stored(conn: sqlite3.Connection) -> Iterator[list[SearchText]]:
    last = 0
    while rows := conn.execute(_TEXTS, (last,)).fetchall():
        yield list(map(_text, rows))
        last = rows[-1][0]


def _text(row: tuple[int, str | None, str | None, str | None]) -> SearchText:
    return SearchText(story_id=row[0], title=row[1], summary=row[2], text=row[3])


def _row(story: SearchText) -> tuple[int, str | None, str | None, str | None]:
    """The columns of `story_fts`."""
    fields = (None if one is None else index_text(one) for one in (story.text, story.title, story.summary))
    text, title, summary = fields
    return story.story_id, text, title, summary


def _token_counts(story: SearchText) -> list[int]:
    return [
        sum(len(piece) if is_run else 1 for piece, is_run in pieces(field or ""))
        for field in (story.text, story.title, story.summary)
    ]


def _numbers(stored: bytes) -> list[int]:
    """The numbers of a row of `story_fts_docsize`: variable-length integers of SQLite's file format."""
    numbers, value = [], 0
    for byte in stored:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(value)
            value = 0
    return numbers
