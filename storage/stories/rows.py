"""A Story as the values of its rows; rows of a stored story rewritten or merged. No decisions here."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import zstandard
from sqlite_utils import Database

from newsdesk.storage.clusters.stored import move_links
from newsdesk.storage.db.timestamps import to_iso_or_none
from newsdesk.storage.records.stories import Story
from newsdesk.storage.rights.reserved import NOT_STORED
from newsdesk.storage.search import index as search
from newsdesk.storage.stories.revisions import to_json

log = logging.getLogger(__name__)

_JSON_LEVEL, _HTML_LEVEL = 4, 4
# What the JSON of snapshots and evidence has in common, the most frequent last; and the tags of cleaned HTML. What is
# stored cannot be read without them, so they never change.
_JSON_PARTS = (
    '"entry": {"doubts": [""]}, "kind": {"rule": "address or title"}, "access": {"rule": "text"}, "summary": {"rule":'
    ' "beginning of the text"}, "updated": {"printed": "", "rule": "iso", "zone": "assumed", "learned", "doubts":'
    ' ["no author named"]}, "image": {"origin": "enclosure"}{"language": {"origin": "feed"}, "text": {"origin":'
    ' "content"}, {"language": {"origin": "entry"}, "text": {"origin": "summary"}, "published": {"printed":'
    ' "2026-11-24T", "rule": "iso", "zone": "stated"}, "published": {"printed": "Mon, 24 Nov 2026 ", "rule": "rfc822",'
    ' "zone": "abbreviation"}, "authors": {"printed": [""], "rule": "byline"}, "image": {"origin": "text"}},'
    ' "guid_link": ", "original_link": ", "title_kind": "text", "updated": "", "enclosures": [{"url": "", "type":'
    ' "image/jpeg", "length": "0"}], "dates": [[" "email": "@", "uri": "https://www. Sun, Mon, Tue, Wed, Thu, Sat, Fri,'
    ' 20 Nov 2026 06:35:00 +0000", GMT" "page": {"fields": {"title": [["h1", " .jpg", .com/ .html", /2026/11/24/news/'
    ' 00Z", {"printed": {"guid": "https://www.", "link": "https://www.", "title": "", "published":'
    ' "2026-11-24T06:00:00Z", "language": "en", "body_language": "en", "feed_language": "en", "image": "https://www.",'
    ' "authors": [{"name": ""}], "categories": ["", ""]}, "title": "", "summary": null, "summary": "", "published":'
    ' "2026-11-24T06:00:00.000Z", "authors": [""], "text": "t1:'
)
_TAGS = (
    '</li></ul><ul><li><blockquote><p></p></blockquote><h2></h2><figure><img src="https://www. .jpg" alt="" width=""'
    ' height=""><figcaption></figcaption></figure></strong><strong></em><em><br></a><a href="https://www. ">\n<p></p>'
)


def _dictionary(parts: str) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(parts.encode("utf-8"), dict_type=zstandard.DICT_TYPE_RAWCONTENT)


_json_parts = _dictionary(_JSON_PARTS)
_json_packer = zstandard.ZstdCompressor(
    level=_JSON_LEVEL, dict_data=_json_parts
)  # used by the one writer thread only
_REWRITE = (
    "UPDATE story SET changed_at = coalesce(?, changed_at), url = ?, site = ?, title = ?, summary = ?,"
    " kind = ?, access = ?, language = ?, sort_at = ?, published = ?, published_offset_min = ?,"
    " published_day = ?, precision = ?, updated = ?, image = ?, agency = ?, authority = ? WHERE id = ?"
)


def story_values(story: Story, *, first_seen_at: str, authority: str) -> tuple[Any, ...]:
    """The columns of `story` from url to authority. A story with a date in the future is sorted by when it was
    first seen."""
    published = to_iso_or_none(story.published)
    return (
        story.addresses[0].url, story.site, story.title, story.summary, story.kind, story.access,
        story.language, min(published or first_seen_at, first_seen_at), published, story.published_offset_min,
        story.published_day, story.precision, to_iso_or_none(story.updated), story.image, story.agency, authority,
    )  # fmt: skip


def body_values(story: Story) -> tuple[Any, ...]:
    """The columns of `story_body` after its id. The text is the last, so that the others are read without it."""
    return (
        to_json(story.categories),
        pack_text(to_json(story.evidence)) if story.evidence else None,
        story.cut_start or None,
        story.cut_end or None,
        pack_html(story.html, story.text) if story.html else None,
        story.text,
    )


def pack_text(text: str) -> bytes:
    """The JSON of evidence or of a snapshot, compressed."""
    return _json_packer.compress(text.encode("utf-8"))


def unpack_text(stored: bytes) -> str:
    """The JSON that `pack_text` packed."""
    return zstandard.ZstdDecompressor(dict_data=_json_parts).decompress(stored).decode("utf-8")


def evidence_of(stored: bytes | None) -> dict[str, Any]:
    """The evidence that a body row keeps compressed; empty where it has none."""
    return {} if stored is None else json.loads(unpack_text(stored))


def pack_html(html: str, text: str | None) -> bytes:
    """HTML compressed with its text as dictionary: little more than the tags remains, a twentieth of the HTML. The
    checksum shows whether it is read with the same text."""
    parts = _dictionary(_TAGS + (text or ""))
    packer = zstandard.ZstdCompressor(level=_HTML_LEVEL, dict_data=parts, write_checksum=True)
    return packer.compress(html.encode("utf-8"))


def html_of(stored: bytes | None, text: str | None) -> str | None:
    """The cleaned HTML that a body row keeps compressed, with the `text` of the same row. None if something else
    has changed that text."""
    if stored is None:
        return None
    try:
        unpacker = zstandard.ZstdDecompressor(dict_data=_dictionary(_TAGS + (text or "")))
        return unpacker.decompress(stored).decode("utf-8")
    except (zstandard.ZstdError, UnicodeDecodeError):
        log.warning(
            "the HTML of a story cannot be read, because its text is not the one that newsdesk stored"
        )
        return None


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
        "UPDATE story_body SET categories = ?, evidence = ?, cut_start = ?, cut_end = ?, html = ?, text = ?"
        " WHERE story_id = ?",
        (*body_values(story), story_id),
    )
    db.conn.execute("DELETE FROM story_author WHERE story_id = ?", (story_id,))
    search.index(db, [words_of(story_id, story)])


def drop_text(db: Database, story_id: int, *, term: str) -> None:
    """Remove the text of a stored story, with its words from the search index."""
    row = db.conn.execute(
        "SELECT evidence FROM story_body WHERE story_id = ? AND text IS NOT NULL", (story_id,)
    ).fetchone()
    if row is None:
        return
    evidence = {**evidence_of(row[0]), "text": {NOT_STORED: term}}
    search.unindex(db, story_id)
    db.conn.execute(
        "UPDATE story_body SET text = NULL, html = NULL, cut_start = NULL, cut_end = NULL, evidence = ?"
        " WHERE story_id = ?",
        (pack_text(to_json(evidence)), story_id),
    )
    title, summary = db.conn.execute("SELECT title, summary FROM story WHERE id = ?", (story_id,)).fetchone()
    search.index(db, [search.SearchText(story_id=story_id, title=title, summary=summary, text=None)])


def complete_revision(
    db: Database, revision_id: int, fields: Mapping[str, Sequence[Any]], *, page_url: str
) -> None:
    """A revision that a feed made has these fields, with those that its page shows."""
    db.conn.execute(
        "UPDATE revision SET fields = ?, page_url = ? WHERE id = ?", (to_json(fields), page_url, revision_id)
    )


def merge_stories(db: Database, younger: int, older: int) -> None:
    """Two stories are the same one: the rows of the younger move to the older, and its row points there."""
    search.unindex(db, younger)
    move_links(db, younger, older)
    # Of the snapshots of their pages (entry 0) the older's own stays.
    db.conn.execute(
        "DELETE FROM snapshot WHERE story_id = ? AND entry_id = 0"
        " AND EXISTS (SELECT 1 FROM snapshot WHERE story_id = ? AND entry_id = 0)",
        (younger, older),
    )
    db.conn.execute(
        "DELETE FROM correction WHERE story_id = ? AND text IN (SELECT text FROM correction WHERE story_id = ?)",
        (younger, older),
    )
    for table in (
        "address",
        "entry",
        "snapshot",
        "revision",
        "correction",
        "rights_change",
        "reparse_change",
        "page",
    ):
        db.conn.execute(f"UPDATE {table} SET story_id = ? WHERE story_id = ?", (older, younger))
    db.conn.execute(
        "UPDATE story SET merged_into = ? WHERE id = ? OR merged_into = ?", (older, younger, younger)
    )
