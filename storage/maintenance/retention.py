"""Retention: old stories leave the file for good, and a tombstone for each of their addresses stays, so that
none of them comes back as new.

A story stays as long as a feed still carries it, as long as any source that carried it keeps stories for
longer, and, for sources that keep for ever, always.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.stories.search import unindex

# How many days a story is kept: the longest of its sources' wishes, 0 (for ever) before all. A story that no
# source carried (a single page) is kept as the setting says.
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
    """The shortest number of days after which anything may go; None when all is kept for ever."""
    rows = db.conn.execute("SELECT DISTINCT coalesce(keep_days, ?) FROM source", (days,)).fetchall()
    limits = [keep for (keep,) in rows if keep > 0] + ([days] if days > 0 else [])
    return min(limits, default=None)


def old_stories(db: Database, *, days: int, now: datetime, after: int, most: int) -> list[int]:
    """Stories that may go, by number from `after` on. `days`: how long those are kept whose sources say
    nothing; 0 for ever."""
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
    """Take out those of `old_stories`, chosen and taken in one transaction: a feed may bring one back at any
    moment. Gives the last number looked at, 0 at the end, and how many stories went."""
    stories = old_stories(db, days=days, now=now, after=after, most=most)
    return (stories[-1] if stories else 0), _purge(db, stories, now=now)


def _purge(db: Database, stories: Sequence[int], *, now: datetime) -> int:
    """Stories with all that is known of them but their addresses; those folded into them count, too."""
    moment = to_iso(now)
    gone = 0
    for lead in stories:
        folded = db.conn.execute("SELECT id FROM story WHERE merged_into = ?", (lead,)).fetchall()
        unindex(db, lead)
        for story_id in (*(story for (story,) in folded), lead):
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
    return gone


def find_purged(db: Database, keys: Sequence[str]) -> dict[str, str]:
    """address key → the day of its story's purge, for those that were purged."""
    if not db.conn.execute("SELECT EXISTS (SELECT 1 FROM tombstone)").fetchone()[0]:
        return {}
    asked = json.dumps(list(keys))
    rows = db.conn.execute(
        "SELECT key, substr(purged_at, 1, 10) FROM tombstone WHERE key IN (SELECT value FROM json_each(?))",
        (asked,),
    )
    return dict(rows.fetchall())
