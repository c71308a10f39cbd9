"""Stored stories as items: the keys that spiders' items have, too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso_or_none
from newsdesk.storage.stories.stored import stored_values

DAYS = ("year", "month", "day")  # precisions without a time of day


def items_of_source(db: Database, source_id: int) -> Iterator[dict[str, Any]]:
    """The stories that the last document of a source holds, in the order in which they came."""
    rows = db.conn.execute(
        "SELECT story_id, url FROM entry JOIN story ON story.id = story_id"
        " WHERE source_id = ? AND gone_at IS NULL ORDER BY entry.id",
        (source_id,),
    ).fetchall()
    for story_id, url in rows:
        yield _item(db, story_id, url)


def items_of_page(db: Database, page_id: int) -> Iterator[dict[str, Any]]:
    """The story of a page, if it is one."""
    rows = db.conn.execute(
        "SELECT story_id, story.url FROM page JOIN story ON story.id = story_id WHERE page.id = ?", (page_id,)
    ).fetchall()
    for story_id, url in rows:
        yield _item(db, story_id, url)


def _item(db: Database, story_id: int, url: str) -> dict[str, Any]:
    values = stored_values(db, story_id)
    published = (
        values["published_day"] if values["precision"] in DAYS else to_iso_or_none(values["published"])
    )
    return {
        "url": url,
        "title": values["title"],
        "published": published,
        "authors": [author.name for author in values["authors"]],
        "text": values["text"],
        "summary": values["summary"],
        "updated": to_iso_or_none(values["updated"]),
        "language": values["language"],
        "image": values["image"],
        "categories": list(values["categories"]),
    }
