"""What alarms check: sources, hosts, and the latest stories of sources that may have changed. Reads only."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import from_iso, from_iso_or_none, to_iso
from newsdesk.storage.records.alarms import DRIFTS, Drift, HostStatus, Moved, Share, WatchedSource

Store: TypeAlias = Database
LATEST, BEFORE = 20, 200  # stories whose fields are compared
MAYBE_SILENT = timedelta(days=1)

_SOURCES = (
    "SELECT id, coalesce(name, title, address) AS name, host, state, failures, failing_since, outcome_category,"
    " outcome_message, last_ok_at, max(coalesce(last_new_at, ''), coalesce(profile_new_at, '')) AS last_new_at,"
    " coalesce(profile_expected_since_new / max(1.0, profile_stories / nullif(profile_finds, 0)), 0) AS"
    " expected_finds,"
    " gap_count, CASE WHEN gap_count > 0 THEN (SELECT max(json_extract(detail, '$.count')) FROM event"
    " WHERE event.source_id = source.id AND kind = 'gap') END AS gaps_reported, gap_message, full_text, status,"
    " links_found, links_usual, links_lost_at, pages_unread, proposed_addresses,"
    " (SELECT other.id FROM source AS other JOIN json_each(source.proposed_addresses)"
    " ON other.address = json_each.value LIMIT 1) AS proposed_source,"
    " (SELECT json_group_array(json_array(id, old_address, new_address, why, merged_into))"
    " FROM source_move WHERE source_id = source.id AND NOT reported) AS moves FROM source"
)
# Fields as stored. While its page is not read yet, the text of a story is not known to be missing.
_FIELDS = (
    "SELECT story.title IS NOT NULL AND story.title <> '',"
    " story.published IS NOT NULL OR story.published_day IS NOT NULL,"
    " EXISTS (SELECT 1 FROM story_author WHERE story_author.story_id = story.id),"
    " coalesce(story_body.text, '') <> '' OR EXISTS (SELECT 1 FROM page WHERE page.story_id = story.id"
    " AND page.outcome IS NULL)"
    " FROM entry JOIN story ON story.id = entry.story_id"
    " JOIN story_body ON story_body.story_id = story.id"
    " WHERE entry.source_id = ? AND entry.verdict = 'new' ORDER BY entry.id DESC LIMIT ?"
)


def host_statuses(db: Database) -> dict[str, HostStatus]:
    """Every host with active sources that were visited."""
    rows = db.conn.execute(
        "SELECT host, count(*), sum(failures > 0) FROM source WHERE state = 'active' AND outcome IS NOT NULL"
        " GROUP BY host"
    )
    return {host: HostStatus(sources=sources, failing=failing) for host, sources, failing in rows}


def watched_sources(
    db: Database, ids: Collection[int] | None, *, with_news: Collection[int] | None, now: datetime
) -> list[WatchedSource]:
    """The sources `ids`, None for all active ones; with the field shares of those `with_news`, None for all
    with news within a day."""
    rows: list[dict[str, Any]] = []
    if ids is None:
        unreported = (
            "SELECT source_id FROM source_move WHERE NOT reported"  # also of sources that were merged
        )
        rows += db.query(f"{_SOURCES} WHERE state = 'active' OR id IN ({unreported})")
    else:
        rows += db.query(
            f"{_SOURCES} WHERE id IN (SELECT value FROM json_each(?))", [json.dumps(sorted(ids))]
        )
    since = to_iso(now - timedelta(days=1))
    watched = []
    for row in rows:
        source = _watched(row)
        new = row["last_new_at"] >= since if with_news is None else source.source_id in with_news
        if new and source.active and _has_enough_stories(db, source.source_id):
            source = replace(source, shares=shares(db, source.source_id))
        watched.append(replace(source, published_times=_publication_times(db, source)))
    return watched


def sources_of_hosts(db: Database, hosts: Sequence[str]) -> list[int]:
    """The active sources of some hosts."""
    rows = db.conn.execute(
        "SELECT id FROM source WHERE state = 'active' AND host IN (SELECT value FROM json_each(?))",
        (json.dumps(list(hosts)),),
    )
    return [source_id for (source_id,) in rows]


def _has_enough_stories(db: Database, source_id: int) -> bool:
    """Whether a source has enough stories to compare; answered by the index."""
    row = db.conn.execute(
        "SELECT 1 FROM entry WHERE source_id = ? AND verdict = 'new' ORDER BY id DESC LIMIT 1 OFFSET ?",
        (source_id, 2 * LATEST),
    ).fetchone()
    return row is not None


def shares(db: Database, source_id: int) -> dict[Drift, Share]:
    """How many of the latest stories of a source, and of those before them, have each field."""
    rows = db.conn.execute(_FIELDS, (source_id, LATEST + BEFORE)).fetchall()
    latest, before = rows[:LATEST], rows[LATEST:]
    return {
        drift: Share(
            latest=len(latest),
            with_field=sum(row[column] for row in latest),
            before=len(before),
            before_with_field=sum(row[column] for row in before),
        )
        for column, drift in enumerate(DRIFTS)
    }


def _watched(row: dict[str, Any]) -> WatchedSource:
    return WatchedSource(
        source_id=row["id"],
        name=row["name"],
        host=row["host"],
        active=row["state"] == "active",
        failures=row["failures"],
        failing_since=from_iso_or_none(row["failing_since"]),
        category=row["outcome_category"],
        message=row["outcome_message"] or "",
        last_ok_at=from_iso_or_none(row["last_ok_at"]),
        last_new_at=from_iso(row["last_new_at"]) if row["last_new_at"] else None,
        expected_finds=row["expected_finds"],
        gaps=row["gap_count"],
        gaps_reported=row["gaps_reported"] or 0,
        gap_message=row["gap_message"] or "stories between the visits may be lost",
        status=row["status"],
        links_found=row["links_found"] or 0,
        links_usual=row["links_usual"],
        links_lost_at=from_iso_or_none(row["links_lost_at"]),
        pages_unread=row["pages_unread"],
        proposed=tuple(json.loads(row["proposed_addresses"])),
        proposed_source=row["proposed_source"],
        moves=tuple(
            Moved(move_id=move_id, old_address=old, new_address=new, why=why, merged_into=merged_into)
            for move_id, old, new, why, merged_into in json.loads(row["moves"])
        ),
    )


def _publication_times(db: Database, source: WatchedSource) -> tuple[float, ...]:
    """When the latest stories were published, for a source that may be silent."""
    if source.failures or source.last_new_at is None or source.last_ok_at is None:
        return ()
    if source.last_ok_at - source.last_new_at <= MAYBE_SILENT:
        return ()
    rows = db.conn.execute(
        "SELECT story.sort_at FROM entry JOIN story ON story.id = entry.story_id"
        " WHERE entry.source_id = ? AND entry.verdict = 'new' ORDER BY entry.id DESC LIMIT ?",
        (source.source_id, BEFORE),
    )
    return tuple(from_iso(sort_at).timestamp() for (sort_at,) in rows)
