"""Retention: purge old stories, and leave a tombstone for each of their addresses, so that they do not come
back as new.

A story stays while a feed still carries it, while any of its sources keeps stories longer, and always if one
of them keeps stories for ever.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.plurals import count
from newsdesk.storage.search.index import unindex

log = logging.getLogger(__name__)

# How many days a story is kept: the longest time of its sources, where 0 (for ever) is longest. A story without a
# source (a single page) is kept as the setting says.
_KEEP = (
    "(SELECT CASE WHEN count(*) = 0 THEN :days WHEN min(coalesce(source.keep_days, :days)) = 0 THEN 0"
    " ELSE max(coalesce(source.keep_days, :days)) END"
    " FROM entry JOIN source ON source.id = entry.source_id WHERE entry.story_id = story.id)"
)
_OLD = (
    "SELECT story.id FROM story WHERE story.sort_at < :shortest AND story.id > :after"
    " AND story.merged_into IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM entry WHERE story_id = story.id AND gone_at IS NULL)"
    f" AND {_KEEP} > 0 AND julianday(:now) - julianday(story.first_seen_at) > {_KEEP}"
    " ORDER BY story.id LIMIT :most"
)
_OF_STORY = (
    "address",
    "snapshot",
    "revision",
    "reparse_change",
    "story_author",
    "entry",
    "page",
    "story_body",
)


def shortest_keep(db: Database, *, days: int) -> int | None:
    """The fewest days after which a story may be purged; None if all are kept for ever."""
    rows = db.conn.execute("SELECT DISTINCT coalesce(keep_days, ?) FROM source", (days,)).fetchall()
    limits = [keep for (keep,) in rows if keep > 0] + ([days] if days > 0 else [])
    return min(limits, default=None)


def old_stories(db: Database, *, days: int, now: datetime, after: int, most: int) -> list[int]:
    """Ids of stories that may be purged, from `after` on. `days`: how long the stories of sources without an
    own setting are kept; 0 for ever."""
    shortest = shortest_keep(db, days=days)
    if shortest is None:
        return []
    values = {
        "days": days,
        "shortest": to_iso(now - timedelta(days=shortest)),
        "now": to_iso(now),
        "after": after,
        "most": most,
    }
    return [story_id for (story_id,) in db.conn.execute(_OLD, values)]


def purge_old(db: Database, *, days: int, now: datetime, after: int, most: int) -> tuple[int, int]:
    """Purge those of `old_stories`, found and purged in one transaction, because a feed may bring one back at
    any time. Returns the last id seen, 0 at the end, and how many were purged."""
    stories = old_stories(db, days=days, now=now, after=after, most=most)
    return (stories[-1] if stories else 0), _purge(db, stories, now=now)


def _purge(db: Database, stories: Sequence[int], *, now: datetime) -> int:
    """Delete stories with everything but tombstones; stories that were merged into them count too."""
    moment = to_iso(now)
    gone = 0
    for lead in stories:
        merged = db.conn.execute("SELECT id FROM story WHERE merged_into = ?", (lead,)).fetchall()
        unindex(db, lead)
        for story_id in (*(story for (story,) in merged), lead):
            db.conn.execute(
                "INSERT OR IGNORE INTO tombstone (key, purged_at, url, disambiguation)"
                " SELECT key, ?, url, disambiguation FROM address WHERE story_id = ?",
                (moment, story_id),
            )
            db.conn.execute(
                "DELETE FROM visit WHERE page_id IN (SELECT id FROM page WHERE story_id = ?)", (story_id,)
            )
            for table in _OF_STORY:
                db.conn.execute(f"DELETE FROM {table} WHERE story_id = ?", (story_id,))
            db.conn.execute("DELETE FROM story WHERE id = ?", (story_id,))
            gone += 1
    if gone:
        log.info("purged %s", count(gone, "story", "stories"))
    return gone


def find_purged(db: Database, keys: Sequence[str]) -> dict[str, str]:
    """address key → the day on which its story was purged, for those that were."""
    if not db.conn.execute("SELECT EXISTS (SELECT 1 FROM tombstone)").fetchone()[0]:
        return {}
    rows = db.conn.execute(
        "SELECT key, substr(purged_at, 1, 10) FROM tombstone WHERE key IN (SELECT value FROM json_each(?))",
        (json.dumps(list(keys)),),
    )
    return dict(rows.fetchall())
