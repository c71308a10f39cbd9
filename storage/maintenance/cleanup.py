"""Keep the file small and fast: roll up old visits, delete old refused entries, merge search indexes.

Each function is one short transaction and returns how much it did; callers repeat it until that is 0.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.links.settle import delete_unlinked_pages
from newsdesk.storage.plurals import count

log = logging.getLogger(__name__)

STEP_ROWS = 2000  # rows of one transaction
MERGE_PAGES = 500  # of the search index that one transaction writes
QUIET = ("unchanged", "same-document")
REFUSED_KEEP = timedelta(days=30)


def roll_up_visits(db: Database, *, now: datetime, quiet_days: int, days: int) -> int:
    """Turn visits that brought nothing into daily counts after `quiet_days`, all others after `days` (0:
    never). Returns how many."""
    marks = ", ".join("?" * len(QUIET))
    aged = "0" if not days else "ended_at < ?"
    limits = [to_iso(now - timedelta(days=days))] if days else []
    rows = db.conn.execute(
        f"SELECT id FROM visit WHERE (ended_at < ? AND outcome IN ({marks}) AND seen = 0) OR {aged}"
        f" ORDER BY id LIMIT {STEP_ROWS}",
        (to_iso(now - timedelta(days=quiet_days)), *QUIET, *limits),
    ).fetchall()
    if not rows:
        return 0
    ids = f"({', '.join(str(visit_id) for (visit_id,) in rows)})"
    db.conn.execute(
        "INSERT INTO visit_day (day, source_id, outcome, visits, seen, new, changed, same, duplicate,"
        " refused, wire_bytes)"
        " SELECT substr(ended_at, 1, 10), coalesce(source_id, 0), outcome, count(*), sum(seen),"
        " sum(new), sum(changed), sum(same), sum(duplicate), sum(refused), sum(wire_bytes) FROM visit"
        f" WHERE id IN {ids} GROUP BY 1, 2, 3"
        " ON CONFLICT (day, source_id, outcome) DO UPDATE SET visits = visits + excluded.visits,"
        " seen = seen + excluded.seen, new = new + excluded.new, changed = changed + excluded.changed,"
        " same = same + excluded.same, duplicate = duplicate + excluded.duplicate,"
        " refused = refused + excluded.refused, wire_bytes = wire_bytes + excluded.wire_bytes"
    )
    db.conn.execute(
        "UPDATE run SET visits_rolled_up = visits_rolled_up"
        f" + (SELECT count(*) FROM visit WHERE run_id = run.id AND id IN {ids}) WHERE id IN (SELECT run_id"
        f" FROM visit WHERE id IN {ids})"
    )
    db.conn.execute(f"DELETE FROM visit WHERE id IN {ids}")
    log.debug("rolled up %s", count(len(rows), "visit"))
    return len(rows)


def forget_runs(db: Database) -> int:
    """Delete runs whose visits were all rolled up. Returns how many."""
    done = db.conn.execute(
        "DELETE FROM run WHERE visits_rolled_up > 0 AND ended_at IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM visit WHERE run_id = run.id)"
    )
    return done.rowcount


def forget_refused(db: Database, *, now: datetime) -> int:
    """Delete refused entries that their feeds dropped 30 days ago, and the pages of links among them; those of purged
    stories go with their tombstones. Returns how many."""
    rows = db.conn.execute(
        "SELECT id, page_id FROM entry WHERE story_id IS NULL AND tombstone_id IS NULL"
        f" AND gone_at < ? LIMIT {STEP_ROWS}",
        (to_iso(now - REFUSED_KEEP),),
    ).fetchall()
    db.conn.executemany("DELETE FROM entry WHERE id = ?", [(entry_id,) for entry_id, _ in rows])
    delete_unlinked_pages(db, [page_id for _, page_id in rows if page_id is not None])
    return len(rows)


def merge_search(db: Database, *, whole: bool = False) -> int:
    """Merge segments of the search index, one step. `whole` begins to merge all of them into one, which the steps that
    follow continue: the words of deleted stories take up room until then. Returns how much was still to do."""
    before = db.conn.total_changes
    db.conn.execute(
        "INSERT INTO story_fts (story_fts, rank) VALUES ('merge', ?)",
        (-MERGE_PAGES if whole else MERGE_PAGES,),
    )
    # a merge in FTS5 that has nothing to do counts as at most one change
    return max(0, db.conn.total_changes - before - 1)


def optimize_indexes(db: Database) -> None:
    """Let SQLite analyse tables that have grown, to choose indexes."""
    db.conn.execute("PRAGMA analysis_limit = 1000")
    db.conn.execute("PRAGMA optimize")
