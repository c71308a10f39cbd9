"""Retention: which stories are purged for their age, and which to keep the store below its size limit; how long
tombstones stay.

For its age a story goes only when no feed carries it any more and none of its sources keeps stories longer. The size
limit purges the oldest first, whatever carries them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.maintenance.purge import purge_stories
from newsdesk.storage.search.index import count_indexed

PURGED_TO = 0.95  # of the size limit
TOMBSTONES_A_STEP = 1000  # that one transaction looks at
# How many days a story is kept: the longest time of its sources, where 0 (for ever) is longest. A story without a
# source (a single page) is kept as the setting says.
_KEEP = (
    "(SELECT CASE WHEN count(*) = 0 THEN :days WHEN min(coalesce(source.keep_days, :days)) = 0 THEN 0"
    " ELSE max(coalesce(source.keep_days, :days)) END"
    " FROM entry JOIN source ON source.id = entry.source_id WHERE entry.story_id = story.id)"
)
_OLD = (
    "SELECT story.id FROM story WHERE story.sort_at < :shortest AND story.merged_into IS NULL"
    "{among}"
    " AND NOT EXISTS (SELECT 1 FROM entry WHERE story_id = story.id AND gone_at IS NULL)"
    f" AND {_KEEP} > 0 AND julianday(:now) - julianday(story.first_seen_at) > {_KEEP}"
    " ORDER BY story.sort_at, story.id"
)


def shortest_keep(db: Database, *, days: int) -> int | None:
    """The fewest days after which a story may be purged; None if all are kept for ever."""
    rows = db.conn.execute("SELECT DISTINCT coalesce(keep_days, ?) FROM source", (days,)).fetchall()
    limits = [keep for (keep,) in rows if keep > 0] + ([days] if days > 0 else [])
    return min(limits, default=None)


def old_stories(db: Database, *, days: int, now: datetime, among: Sequence[int] | None = None) -> list[int]:
    """Ids of the stories that may be purged for their age, the oldest first; `among` these, None for all. `days`:
    how long the stories of sources without an own setting are kept; 0 for ever."""
    shortest = shortest_keep(db, days=days)
    if shortest is None:
        return []
    values = {
        "days": days,
        "shortest": to_iso(now - timedelta(days=shortest)),
        "now": to_iso(now),
        "ids": None if among is None else json.dumps(among),
    }
    among_these = "" if among is None else " AND story.id IN (SELECT value FROM json_each(:ids))"
    return [story_id for (story_id,) in db.conn.execute(_OLD.format(among=among_these), values)]


def purge_old(db: Database, stories: Sequence[int], *, days: int, tombstone_days: int, now: datetime) -> int:
    """Purge those of the stories that are still to be purged for their age: a feed may have brought one back since they
    were found. Returns how many."""
    old = old_stories(db, days=days, now=now, among=stories)
    return purge_stories(db, old, why="age", tombstone_days=tombstone_days, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSize:
    """What the store takes up: `live_bytes` without the pages that are free to be used again, and how many stories."""

    live_bytes: int
    stories: int


def store_size(db: Database) -> StoreSize:
    """The size now, with what is still in the log."""
    pages, free, size = (
        int(db.conn.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    return StoreSize(live_bytes=(pages - free) * size, stories=count_indexed(db))


def stories_over(size: StoreSize, limit_bytes: int) -> int:
    """How many stories to purge from a store over its limit (0: none), to have a little less than it, so that this is
    not needed each day. As if all were equally large and nothing else took up room, so it is rather too few: measure
    again after purging them."""
    if not limit_bytes or size.live_bytes <= limit_bytes:
        return 0
    return min(size.stories, math.ceil(size.stories * (1 - PURGED_TO * limit_bytes / size.live_bytes)))


def oldest_stories(db: Database, most: int) -> list[int]:
    """The ids of so many stories, the oldest first, by the time by which lists are sorted."""
    rows = db.conn.execute(
        "SELECT id FROM story WHERE merged_into IS NULL ORDER BY sort_at, id LIMIT ?", (most,)
    )
    return [story_id for (story_id,) in rows]


def forget_tombstones(db: Database, *, days: int, now: datetime, after: int) -> tuple[int, int]:
    """Delete tombstones, from the id `after` on, of stories that were purged more than `days` ago and that all feeds
    dropped more than `days` ago. Returns the last id looked at, 0 at the end, and how many were deleted."""
    rows = db.conn.execute(
        "SELECT id FROM tombstone WHERE id > ? ORDER BY id LIMIT ?", (after, TOMBSTONES_A_STEP)
    ).fetchall()
    if not rows:
        return 0, 0
    last = rows[-1][0]
    expired = db.conn.execute(
        "SELECT id FROM tombstone WHERE id > :after AND id <= :last AND purged_at < :limit AND NOT EXISTS"
        " (SELECT 1 FROM entry WHERE tombstone_id = tombstone.id AND (gone_at IS NULL OR gone_at >= :limit))",
        {"after": after, "last": last, "limit": to_iso(now - timedelta(days=days))},
    )
    ids = [tombstone_id for (tombstone_id,) in expired]
    delete_tombstones(db, ids)
    return last, len(ids)


def delete_tombstones(db: Database, ids: Sequence[int]) -> None:
    """Delete tombstones with their addresses and entries."""
    for table, column in (
        ("entry", "tombstone_id"),
        ("tombstone_address", "tombstone_id"),
        ("tombstone", "id"),
    ):
        db.conn.execute(
            f"DELETE FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
        )
