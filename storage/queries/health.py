"""What `newsdesk doctor` checks in the file: its integrity, its latest time, leases of dead processes,
failing sources. Reads only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from newsdesk.storage.db.schema import migrations
from newsdesk.storage.db.timestamps import from_iso_or_none, to_iso
from newsdesk.storage.hosts.politeness import BLOCKED, time_parameters
from newsdesk.storage.plurals import count

Store = Database
FAILURES = 5  # in a row
SILENT = timedelta(days=30)  # without a new story, though its visits succeed
SHOWN = 10  # failing sources by name


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingSource:
    """A source that fails or brings nothing new, and why."""

    source_id: int
    name: str
    why: str


def pending_migrations(db: Database) -> tuple[str, ...]:
    """The migrations that the file does not have; the next command that needs it applies them."""
    return tuple(step.name for step in migrations.pending(db))


def quick_check_errors(db: Database) -> list[str]:
    """At most five errors of SQLite's quick check; empty for a sound file."""
    return [str(row[0]) for row in db.conn.execute("PRAGMA quick_check(5)") if row[0] != "ok"]


def count_sources_and_stories(db: Database) -> tuple[int, int]:
    """Sources that are not retired, and stories."""
    row = db.conn.execute(
        "SELECT (SELECT count(*) FROM source WHERE state <> 'retired'), (SELECT count(*) FROM story)"
    ).fetchone()
    return row[0], row[1]


def latest_time(db: Database) -> datetime | None:
    """The latest time at which something was done, by the clock of that time."""
    row = db.conn.execute(
        "SELECT max(at) FROM (SELECT max(outcome_at) AS at FROM source"
        " UNION ALL SELECT max(requested_at) FROM run UNION ALL SELECT max(ended_at) FROM visit)"
    ).fetchone()
    return from_iso_or_none(row[0])


def left_by_dead_processes(db: Database, *, alive: Callable[[str], bool], now: datetime) -> tuple[int, int]:
    """Number of leases and of open runs whose processes have ended."""
    leases = db.conn.execute("SELECT lease_owner FROM host WHERE lease_until > ?", (to_iso(now),)).fetchall()
    runs = db.conn.execute("SELECT owner FROM run WHERE ended_at IS NULL").fetchall()
    return sum(not alive(owner) for (owner,) in leases), sum(not alive(owner) for (owner,) in runs)


def failing_sources(db: Database, *, now: datetime) -> list[FailingSource]:
    """The active sources that fail repeatedly, never succeeded, or bring nothing new any more."""
    rows = db.query(
        "SELECT id, coalesce(name, title, address) AS name, failures, outcome, outcome_message, last_ok_at,"
        " coalesce(last_new_at, added_at) AS last_new_at FROM source WHERE state = 'active' AND (failures >= ?"
        " OR (last_ok_at IS NOT NULL AND failures = 0 AND coalesce(last_new_at, added_at) < ?))"
        " ORDER BY failures DESC, coalesce(last_new_at, added_at)",
        (FAILURES, to_iso(now - SILENT)),
    )
    return [FailingSource(source_id=row["id"], name=row["name"], why=_why(row)) for row in rows]


def _why(row: dict[str, Any]) -> str:
    if row["failures"] < FAILURES:
        return f"nothing new since {row['last_new_at'][:10]}, though its visits succeed"
    since = f"last success on {row['last_ok_at'][:10]}" if row["last_ok_at"] else "never a success"
    return (
        f"{count(row['failures'], 'failure')} in a row, {since}: {row['outcome_message'] or row['outcome']}"
    )


def blocked_hosts(db: Database, *, now: datetime) -> list[tuple[str, str, str]]:
    """Hosts that allow no requests now, until when, and why."""
    return [
        (host, until, why or "no reason given")
        for host, until, why in db.conn.execute(
            f"SELECT host, blocked_until, blocked_why FROM host WHERE {BLOCKED} ORDER BY blocked_until DESC",
            time_parameters(now),
        )
    ]


def pages_given_up(db: Database) -> int:
    """Number of pages that failed and are not due any more."""
    return int(
        db.conn.execute(
            "SELECT count(*) FROM page WHERE due_at IS NULL AND outcome_category IS NOT NULL"
            " AND outcome_category <> 'ok'"
        ).fetchone()[0]
    )
