"""Counts for the metrics of a service. Reads only, from indexes where possible."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import from_iso, to_iso

MOST_DELAYS = 50_000  # of one call


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCounts:
    """Counts at one time; `oldest_due_seconds` is 0 if nothing is due."""

    sources_active: int
    sources_failing: int
    sources_due: int
    oldest_due_seconds: float
    pages_due: int
    hosts_leased: int
    hosts_blocked: int
    stored_stories: int


def count_store(db: Database, *, now: datetime) -> StoreCounts:
    """The counts now."""
    moment = {"now": to_iso(now)}

    def one(sql: str) -> int:
        return int(db.conn.execute(sql, moment).fetchone()[0] or 0)

    oldest = db.conn.execute(
        "SELECT min(next_visit_at) FROM source WHERE state = 'active' AND next_visit_at <= :now", moment
    ).fetchone()[0]
    return StoreCounts(
        sources_active=one("SELECT count(*) FROM source WHERE state = 'active'"),
        sources_failing=one("SELECT count(*) FROM source WHERE state = 'active' AND failures > 0"),
        sources_due=one("SELECT count(*) FROM source WHERE state = 'active' AND next_visit_at <= :now"),
        oldest_due_seconds=(now - from_iso(oldest)).total_seconds() if oldest else 0.0,
        pages_due=one("SELECT count(*) FROM page WHERE due_at <= :now"),
        hosts_leased=one("SELECT count(*) FROM host WHERE lease_until > :now"),
        hosts_blocked=one("SELECT count(*) FROM host WHERE blocked_until > :now"),
        stored_stories=one("SELECT count(*) FROM story"),
    )


def last_story(db: Database) -> int:
    """The highest story id, 0 if there is none."""
    return int(db.conn.execute("SELECT coalesce(max(id), 0) FROM story").fetchone()[0])


def delays_after(db: Database, story_id: int) -> tuple[int, list[float]]:
    """Seconds from publication to storage of each story with a higher id than `story_id`, and the highest id
    seen. Stories published before the first source that carried them was added do not count: they are
    backlog."""
    rows = db.conn.execute(
        "SELECT story.id, (julianday(story.first_seen_at) - julianday(story.published)) * 86400,"
        " story.precision IN ('minute', 'second') AND story.published >="
        " (SELECT min(source.added_at) FROM entry JOIN source ON source.id = entry.source_id"
        " WHERE entry.story_id = story.id)"
        " FROM story WHERE story.id > ? ORDER BY story.id LIMIT ?",
        (story_id, MOST_DELAYS),
    ).fetchall()
    last = rows[-1][0] if rows else story_id
    return last, [max(0.0, delay) for _, delay, counts in rows if counts and delay is not None]
