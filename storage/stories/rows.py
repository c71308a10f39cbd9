"""A Story as the values of its rows; rows of a stored story rewritten or merged. No decisions here."""

from __future__ import annotations

from typing import Any

import zstandard
from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso_or_none
from newsdesk.storage.records.stories import Story
from newsdesk.storage.search import index as search
from newsdesk.storage.stories.revisions import to_json

_packer = zstandard.ZstdCompressor(level=1)  # used by the one writer thread only
_LONG = 2000  # characters of a snapshot from which on it is compressed
_REWRITE = (
    "UPDATE story SET changed_at = coalesce(?, changed_at), url = ?, site = ?, title = ?, summary = ?,"
    " kind = ?, access = ?, language = ?, sort_at = ?, published = ?, published_offset_min = ?,"
    " published_day = ?, precision = ?, updated = ?, image = ?, authority = ? WHERE id = ?"
)


def story_values(story: Story, *, first_seen_at: str, authority: str) -> tuple[Any, ...]:
    """The columns of `story` from url to authority. A story with a date in the future is sorted by when it was
    first seen."""
    published = to_iso_or_none(story.published)
    return (
        story.addresses[0].url, story.site, story.title, story.summary, story.kind, story.access,
        story.language, min(published or first_seen_at, first_seen_at), published, story.published_offset_min,
        story.published_day, story.precision, to_iso_or_none(story.updated), story.image, authority,
    )  # fmt: skip


def body_values(story: Story) -> tuple[Any, ...]:
    """The columns of `story_body` after its id. Zstandard compresses as well as level 1 of zlib in a quarter
    of its time."""
    return (
        story.text,
        _packer.compress(story.html.encode("utf-8")) if story.html else None,
        to_json(story.categories),
        to_json(story.evidence),
        story.cut_start or None,
        story.cut_end or None,
    )


def html_of(stored: bytes | None) -> str | None:
    """The cleaned HTML that a body row keeps compressed."""
    return None if stored is None else zstandard.decompress(stored).decode("utf-8")


def words_of(story_id: int, story: Story) -> search.SearchText:
    """The fields of a story that can be searched."""
    return search.SearchText(story_id=story_id, title=story.title, summary=story.summary, text=story.text)


def rewrite_story(
    db: Database, story_id: int, story: Story, *, authority: str, changed_at: str | None
) -> None:
    """Replace the values of a stored story: row, body and search. `first_seen_at` stays. The authors are
    removed; the caller adds the new ones."""
    search.unindex(db, story_id)
    first_seen_at = db.conn.execute("SELECT first_seen_at FROM story WHERE id = ?", (story_id,)).fetchone()[0]
    values = story_values(story, first_seen_at=first_seen_at, authority=authority)
    db.conn.execute(_REWRITE, (changed_at, *values, story_id))
    db.conn.execute(
        "UPDATE story_body SET text = ?, html = ?, categories = ?, evidence = ?, cut_start = ?, cut_end = ?"
        " WHERE story_id = ?",
        (*body_values(story), story_id),
    )
    db.conn.execute("DELETE FROM story_author WHERE story_id = ?", (story_id,))
    search.index(db, [words_of(story_id, story)])


def merge_stories(db: Database, younger: int, older: int) -> None:
    """Two stories are the same one: the rows of the younger move to the older, and its row points there."""
    search.unindex(db, younger)
    # Of the snapshots of their pages (entry 0) the older's own stays.
    db.conn.execute(
        "DELETE FROM snapshot WHERE story_id = ? AND entry_id = 0"
        " AND EXISTS (SELECT 1 FROM snapshot WHERE story_id = ? AND entry_id = 0)",
        (younger, older),
    )
    for table in ("address", "entry", "snapshot", "revision", "reparse_change", "page"):
        db.conn.execute(f"UPDATE {table} SET story_id = ? WHERE story_id = ?", (older, younger))
    db.conn.execute(
        "UPDATE story SET merged_into = ? WHERE id = ? OR merged_into = ?", (older, younger, younger)
    )


def pack_text(text: str) -> str | bytes:
    """A long text compressed, a short one as it is."""
    return text if len(text) <= _LONG else _packer.compress(text.encode("utf-8"))


def unpack_text(stored: str | bytes) -> str:
    """The text that `pack_text` packed."""
    return stored if isinstance(stored, str) else zstandard.decompress(stored).decode("utf-8")
