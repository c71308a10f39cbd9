"""What a doctor asks of a store: is it whole, what is newest in it, what the dead left, which sources ail.

Reads only, by a connection of its caller.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from newsdesk.storage.db.schema import migrations
from newsdesk.storage.db.timestamps import from_iso_or_none, to_iso
from newsdesk.storage.hosts.politeness import LONGEST_BLOCK

Store = Database  # what a look is given
FAILURES = 5  # in a row: a source is in trouble
SILENT = timedelta(days=30)  # without a new story, though its visits go well
SHOWN = 10  # sources in trouble by name


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingSource:
    """A source in trouble: `why` in words."""

    source_id: int
    name: str
    why: str


def pending_migrations(db: Database) -> tuple[str, ...]:
    """The steps by which the file is older than this version; the next command that needs it applies them."""
    return tuple(step.name for step in migrations.pending(db))


def quick_check_errors(db: Database) -> list[str]:
    """What SQLite's quick look finds wrong, at most five; empty for a sound file."""
    return [str(row[0]) for row in db.conn.execute("PRAGMA quick_check(5)") if row[0] != "ok"]


def count_sources_and_stories(db: Database) -> tuple[int, int]:
    """Sources that are not retired, and stories."""
    row = db.conn.execute(
        "SELECT (SELECT count(*) FROM source WHERE state <> 'retired'), (SELECT count(*) FROM story)"
    ).fetchone()
    return row[0], row[1]


def latest_time(db: Database) -> datetime | None:
    """The newest moment at which something was done, by the clock of then."""
    row = db.conn.execute(
        "SELECT max(at) FROM (SELECT max(outcome_at) AS at FROM source"
        " UNION ALL SELECT max(requested_at) FROM run UNION ALL SELECT max(ended_at) FROM visit)"
    ).fetchone()
    return from_iso_or_none(row[0])


def left_by_dead_processes(db: Database, *, alive: Callable[[str], bool], now: datetime) -> tuple[int, int]:
    """Leases and runs that are open, of processes that are gone."""
    leases = db.conn.execute("SELECT lease_owner FROM host WHERE lease_until > ?", (to_iso(now),)).fetchall()
    runs = db.conn.execute("SELECT owner FROM run WHERE ended_at IS NULL").fetchall()
    return sum(not alive(owner) for (owner,) in leases), sum(not alive(owner) for (owner,) in runs)


def failing_sources(db: Database, *, now: datetime) -> list[FailingSource]:
    """The active sources that fail again and again, never went well, or bring nothing new any more."""
    rows = db.query(
        "SELECT id, coalesce(name, title, address) AS name, failures, outcome, outcome_message, last_ok_at,"
        " coalesce(last_new_at, added_at) AS news_at FROM source WHERE state = 'active' AND (failures >= ?"
        " OR (last_ok_at IS NOT NULL AND failures = 0 AND coalesce(last_new_at, added_at) < ?))"
        " ORDER BY failures DESC, news_at",
        (FAILURES, to_iso(now - SILENT)),
    )
    return [FailingSource(source_id=row["id"], name=row["name"], why=_why(row)) for row in rows]


def _why(row: dict[str, Any]) -> str:
    if row["failures"] < FAILURES:
        return f"nothing new since {row['news_at'][:10]}, though its visits go well"
    since = f"it went well last on {row['last_ok_at'][:10]}" if row["last_ok_at"] else "it never went well"
    return f"{row['failures']} failures in a row, {since}: {row['outcome_message'] or row['outcome']}"


def blocked_hosts(db: Database, *, now: datetime) -> list[tuple[str, str, str]]:
    """Hosts that asked to be left alone, until when, and in which words."""
    return [
        (host, until, why or "asked for a pause")
        for host, until, why in db.conn.execute(
            "SELECT host, blocked_until, blocked_why FROM host WHERE blocked_until > ? AND blocked_until < ?"
            " ORDER BY blocked_until DESC",
            (to_iso(now), to_iso(now + LONGEST_BLOCK)),
        )
    ]


def pages_given_up(db: Database) -> int:
    """Pages that failed as often as they are tried, and are not due any more."""
    return int(
        db.conn.execute(
            "SELECT count(*) FROM page WHERE due_at IS NULL AND outcome_category IS NOT NULL"
            " AND outcome_category <> 'ok'"
        ).fetchone()[0]
    )
