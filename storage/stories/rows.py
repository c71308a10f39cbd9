"""A Story as the values of its rows, and rows changed in place: rewritten, folded. No decisions here."""

from __future__ import annotations

import json
from typing import Any

import zstandard
from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso_or_none
from newsdesk.storage.records.digests import digest
from newsdesk.storage.records.stories import Story
from newsdesk.storage.stories import search

to_json = json.JSONEncoder(ensure_ascii=False, default=str).encode
_packer = zstandard.ZstdCompressor(level=1)  # used by the one writer thread only
_LONG_SAID = 2000  # letters
_REWRITE = (
    "UPDATE story SET changed_at = coalesce(?, changed_at), url = ?, site = ?, title = ?, summary = ?,"
    " kind = ?, access = ?, language = ?, sort_at = ?, published = ?, published_offset_min = ?,"
    " published_day = ?, precision = ?, updated = ?, image = ?, authority = ? WHERE id = ?"
)


def story_values(story: Story, *, first_seen_at: str, authority: str) -> tuple[Any, ...]:
    """The columns of `story` from url to standing. A date in the future orders as the first sight."""
    published = to_iso_or_none(story.published)
    return (
        story.addresses[0].url, story.site, story.title, story.summary, story.kind, story.access,
        story.language, min(published or first_seen_at, first_seen_at), published, story.published_offset_min,
        story.published_day, story.precision, to_iso_or_none(story.updated), story.image, authority,
    )  # fmt: skip


def body_values(story: Story) -> tuple[Any, ...]:
    """The columns of `story_body` after its id. Zstandard packs as well as zlib's level 1 in a quarter of
    its time."""
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
    """What of a story can be searched."""
    return search.SearchText(story_id=story_id, title=story.title, summary=story.summary, text=story.text)


def rewrite_story(
    db: Database, story_id: int, story: Story, *, authority: str, changed_at: str | None
) -> None:
    """Put other words in a stored story's place: row, body and search. Its first sight stays; its
    authors are taken off, for the caller to add."""
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


def fold(db: Database, younger: int, older: int) -> None:
    """Two stories are one: all that is known of the younger goes to the older, its row points there."""
    search.unindex(db, younger)
    # What the page said of each (entry 0): the older's own stays.
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


def text_digest(text: str | None) -> str | None:
    """What a snapshot keeps of a text, to tell later whether it changed."""
    return None if text is None else digest("t1", text)


def packed_said(story: Story) -> str | bytes:
    """`said_of` as a snapshot keeps it: compressed when it is long, as that of a page is."""
    return pack_text(said_of(story))


def pack_text(said: str) -> str | bytes:
    """A long text compressed, a short one as it is."""
    return said if len(said) <= _LONG_SAID else _packer.compress(said.encode("utf-8"))


def said_in(kept: str | bytes) -> str:
    """What `packed_said` packed."""
    return kept if isinstance(kept, str) else zstandard.decompress(kept).decode("utf-8")


def said_of(story: Story) -> str:
    """What an origin said, as JSON, with what revisions compare: the material fields as we read them."""
    return to_json(
        {
            "printed": story.published_values,
            "title": story.title,
            "summary": story.summary,
            "published": to_iso_or_none(story.published),
            "authors": [author.name for author in story.authors],
            "text": text_digest(story.uncut_text),
        }
    )
