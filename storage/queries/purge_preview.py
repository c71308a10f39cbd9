"""What a purge would delete: how many stories of which sources, how many of them feeds still carry, some of them.
Reads only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from newsdesk.storage.queries.story_list import StoryFilter, read_stories

_SAMPLES = 3  # of the newest stories, and of the oldest
_SOURCES = 10
_FIELDS = (
    "id", "title", "summary", "url", "sources", "published", "published_day", "precision", "sort_at", "first_seen_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgePreview:
    """`in_feeds`: stories that a feed carried when it was last visited. `sources`: those with most of the stories, with
    how many; a story may be of several. `samples`: the newest and the oldest stories, newest first."""

    stories: int
    in_feeds: int
    sources: tuple[tuple[str, int], ...]
    samples: tuple[dict[str, Any], ...]


def preview_purge(db: Database, stories: Sequence[int]) -> PurgePreview:
    """The preview for stories that are given newest first."""
    ids = json.dumps(stories)
    in_feeds = db.conn.execute(
        "SELECT count(DISTINCT story_id) FROM entry WHERE gone_at IS NULL"
        " AND story_id IN (SELECT value FROM json_each(?))",
        (ids,),
    ).fetchone()[0]
    sources = db.conn.execute(
        "SELECT coalesce(source.name, source.title, source.address), count(DISTINCT story_id) FROM entry"
        " JOIN source ON source.id = source_id WHERE story_id IN (SELECT value FROM json_each(?))"
        " GROUP BY source.id ORDER BY 2 DESC, source.id LIMIT ?",
        (ids, _SOURCES),
    ).fetchall()
    some = list(stories) if len(stories) <= 2 * _SAMPLES else [*stories[:_SAMPLES], *stories[-_SAMPLES:]]
    samples = read_stories(db, StoryFilter(fields=_FIELDS), iter(some))
    return PurgePreview(
        stories=len(stories), in_feeds=in_feeds, sources=tuple(sources), samples=tuple(samples)
    )
