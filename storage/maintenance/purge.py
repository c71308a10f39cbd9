"""Purge stories: delete them with everything that hangs on them, and leave tombstones, so that they do not come back
as new. Runs inside the writer's transaction; the caller bounds how many go in one.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlite_utils import Database

from newsdesk.storage.clusters.stored import forget_links
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.plurals import count
from newsdesk.storage.search.index import unindex
from newsdesk.storage.stories.tombstones import WhyPurged, purge_reason, title_digest

log = logging.getLogger(__name__)

STORIES_A_STEP = 100  # stories that one transaction purges
# Every table with rows of a story, and the column that names it. An entry outlives its story: it has the tombstone.
OF_STORY = (
    ("address", "story_id"),
    ("snapshot", "story_id"),
    ("revision", "story_id"),
    ("correction", "story_id"),
    ("rights_change", "story_id"),
    ("reparse_change", "story_id"),
    ("story_author", "story_id"),
    ("page", "story_id"),
    ("link", "story_id"),
    ("link", "other_id"),
    ("cluster_decision", "story_id"),
    ("cluster_decision", "other_id"),
    ("story_body", "story_id"),
)
_IDS = "(SELECT value FROM json_each(:ids))"
_TOMBSTONE = "(SELECT coalesce(merged_into, id) FROM story WHERE story.id = {}.story_id)"


def purge_stories(
    db: Database, stories: Sequence[int], *, why: WhyPurged, tombstone_days: int, now: datetime
) -> int:
    """Purge those of the stories that are stored, with those that were merged into them. Entries that their feeds
    dropped more than `tombstone_days` ago are not needed any more. Returns how many stories."""
    leads, merged = _stored(db, stories)
    if leads:
        ids = json.dumps(leads + merged)
        _leave_tombstones(db, leads, ids, why=why, tombstone_days=tombstone_days, now=now)
        _delete(db, leads, ids)
        log.info("purged %s", count(len(leads), "story", "stories"))
    return len(leads)


def delete_stories(db: Database, stories: Sequence[int]) -> int:
    """Delete stories with their entries, and leave no tombstones: a source that carries one later brings a new story.
    Returns how many."""
    leads, merged = _stored(db, stories)
    if leads:
        ids = json.dumps(leads + merged)
        db.conn.execute(f"DELETE FROM entry WHERE story_id IN {_IDS}", {"ids": ids})
        _delete(db, leads, ids)
        log.info("deleted %s", count(len(leads), "story", "stories"))
    return len(leads)


def _stored(db: Database, stories: Sequence[int]) -> tuple[list[int], list[int]]:
    """Those of the stories that are stored and not merged into another; and the stories that are merged into them."""
    leads = _numbers(
        db, f"SELECT id FROM story WHERE merged_into IS NULL AND id IN {_IDS} ORDER BY id", ids=stories
    )
    return leads, _numbers(db, f"SELECT id FROM story WHERE merged_into IN {_IDS}", ids=leads)


def _delete(db: Database, leads: Sequence[int], ids: str) -> None:
    """Delete everything of stories, merged ones too (`ids`), whose entries are deleted or have tombstones."""
    for story_id in leads:
        unindex(db, story_id)
    forget_links(db, leads)
    values = {"ids": ids}
    authors = db.conn.execute(
        f"SELECT json_group_array(DISTINCT author_id) FROM story_author WHERE story_id IN {_IDS}", values
    ).fetchone()[0]
    pages = f"(SELECT id FROM page WHERE story_id IN {_IDS})"
    db.conn.execute(f"DELETE FROM visit WHERE page_id IN {pages}", values)
    db.conn.execute(f"UPDATE entry SET page_id = NULL WHERE page_id IN {pages}", values)
    for table, column in OF_STORY:
        db.conn.execute(f"DELETE FROM {table} WHERE {column} IN {_IDS}", values)
    db.conn.execute(f"DELETE FROM story WHERE id IN {_IDS}", values)
    db.conn.execute(
        f"DELETE FROM author WHERE id IN {_IDS}"
        " AND NOT EXISTS (SELECT 1 FROM story_author WHERE author_id = author.id)",
        {"ids": authors},
    )


def _leave_tombstones(
    db: Database, leads: Sequence[int], ids: str, *, why: WhyPurged, tombstone_days: int, now: datetime
) -> None:
    rows = db.conn.execute(
        f"SELECT id, url, site, title, published FROM story WHERE id IN {_IDS}", {"ids": json.dumps(leads)}
    ).fetchall()
    db.conn.executemany(
        "INSERT INTO tombstone (id, purged_at, why, url, site) VALUES (?, ?, ?, ?, ?)",
        [(story_id, to_iso(now), why, url, site) for story_id, url, site, _, _ in rows],
    )
    db.conn.execute(
        "INSERT INTO tombstone_address (key, tombstone_id, url, disambiguation)"
        f" SELECT key, {_TOMBSTONE.format('address')}, url, disambiguation FROM address WHERE story_id IN {_IDS}"
        " ON CONFLICT (key) DO UPDATE SET tombstone_id = excluded.tombstone_id",
        {"ids": ids},
    )
    db.conn.execute(
        f"DELETE FROM entry WHERE story_id IN {_IDS} AND gone_at < :limit",
        {"ids": ids, "limit": to_iso(now - timedelta(days=tombstone_days))},
    )
    db.conn.execute(
        f"UPDATE entry SET tombstone_id = {_TOMBSTONE.format('entry')}, story_id = NULL, verdict = 'refused',"
        " reason = :reason, purged_digest = (SELECT digest FROM snapshot"
        f" WHERE snapshot.story_id = entry.story_id AND entry_id = entry.id) WHERE story_id IN {_IDS}",
        {"ids": ids, "reason": purge_reason(why, to_iso(now))},
    )
    db.conn.executemany(
        "UPDATE entry SET purged_title = ?, purged_published = ? WHERE tombstone_id = ?",
        [(title_digest(title), published, story_id) for story_id, _, _, title, published in rows],
    )


def _numbers(db: Database, sql: str, *, ids: Sequence[int]) -> list[int]:
    return [number for (number,) in db.conn.execute(sql, {"ids": json.dumps(ids)})]
