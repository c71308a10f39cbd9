"""The one service of a file: who it is, that it lives, and what its clock told last.

One row. A second service is refused by it; a new one learns from it how long nobody was at work, and whether
the clock was set meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import from_iso, to_iso

SILENT_S = 120.0  # a service of another machine that has not beaten for so long is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """One beat of a service's heart. `boot` names the run of the machine, `up_s` its seconds since then,
    which nobody can set."""

    at: datetime
    boot_id: str | None
    uptime_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRow:
    """The service that holds the file, or held it last. `owner` is `host:pid:start`."""

    owner: str
    version: str
    listen: str | None
    started_at: datetime
    heartbeat: Heartbeat
    ended_at: datetime | None

    @property
    def machine(self) -> str:
        return self.owner.rsplit(":", 2)[0]

    @property
    def pid(self) -> str:
        return self.owner.rsplit(":", 2)[1]


def find_service(db: Database) -> ServiceRow | None:
    """The service that holds the file, or held it last."""
    row = next(iter(db.query("SELECT * FROM service")), None)
    if row is None:
        return None
    return ServiceRow(
        owner=row["owner"],
        version=row["version"],
        listen=row["listen"],
        started_at=from_iso(row["started_at"]),
        heartbeat=Heartbeat(
            at=from_iso(row["heartbeat_at"]), boot_id=row["boot_id"], uptime_s=row["uptime_s"]
        ),
        ended_at=None if row["ended_at"] is None else from_iso(row["ended_at"]),
    )


def is_serving(row: ServiceRow, *, alive: Callable[[str], bool], here: str, now: datetime) -> bool:
    """Whether that service still runs. One of this machine (`here`) is known by its process; of another's
    only its heart tells, and a beat ahead of our clock counts as one."""
    if row.ended_at is not None or not alive(row.owner):
        return False
    return row.machine == here or now - row.heartbeat.at < timedelta(seconds=SILENT_S)


def claim_service(
    db: Database,
    *,
    owner: str,
    version: str,
    listen: str | None,
    beat: Heartbeat,
    free: Callable[[ServiceRow], bool],
) -> tuple[bool, ServiceRow | None]:
    """Become the file's service unless the one before is not `free`. Gives whether, and the one before."""
    before = find_service(db)
    if before is not None and not free(before):
        return False, before
    db.conn.execute(
        "INSERT OR REPLACE INTO service (id, owner, version, listen, started_at, heartbeat_at, boot_id, uptime_s)"
        " VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
        (owner, version, listen, to_iso(beat.at), to_iso(beat.at), beat.boot_id, beat.uptime_s),
    )
    return True, before


def keep_heartbeat(db: Database, beat: Heartbeat, *, owner: str) -> bool:
    """Say that the service lives. False when the file has another service now."""
    done = db.conn.execute(
        "UPDATE service SET heartbeat_at = ?, boot_id = ?, uptime_s = ? WHERE owner = ?",
        (to_iso(beat.at), beat.boot_id, beat.uptime_s, owner),
    )
    return done.rowcount == 1


def end_service(db: Database, *, owner: str, now: datetime) -> None:
    """The service ends in order."""
    db.conn.execute("UPDATE service SET ended_at = ? WHERE owner = ?", (to_iso(now), owner))


def shift_times(db: Database, by: timedelta) -> None:
    """Move all that is to come by as much as the clock was set: waits stay as long as they were, a lease is
    neither stolen nor kept for ever. What has been stays as it was written."""
    shift = f"{by.total_seconds():+f} seconds"
    for table, column, also in (
        ("source", "next_visit_at", "state = 'active'"),
        ("host", "lease_until", "1"),
        ("host", "next_request_at", "1"),
        ("host", "blocked_until", "1"),
        ("page", "due_at", "1"),
        ("outbox", "next_attempt_at", "done_at IS NULL"),
    ):
        db.conn.execute(
            f"UPDATE {table} SET {column} = strftime('%Y-%m-%dT%H:%M:%fZ', {column}, ?)"
            f" WHERE {column} IS NOT NULL AND {column} <> '' AND {also}",
            (shift,),
        )


def spread_overdue(db: Database, *, now: datetime, over: timedelta, delay_s: float) -> int:
    """After a time without anybody at work: what is overdue falls due one after another within `over`, or
    within the pauses of the busiest host if those take longer. First what is late most, measured by its own
    interval. Returns how many."""
    moment = to_iso(now)
    rows = db.conn.execute(
        "SELECT id, host FROM source WHERE state = 'active' AND next_visit_at <= ?"
        " ORDER BY (julianday(?) - julianday(next_visit_at))"
        " / max(julianday(next_visit_at) - julianday(coalesce(last_visit_at, added_at)), 1e-3) DESC, id",
        (moment, moment),
    ).fetchall()
    if not rows:
        return 0
    busiest = max(Counter(host for _, host in rows).values())
    window = min(over, max(timedelta(seconds=2 * delay_s * busiest), timedelta(seconds=len(rows))))
    db.conn.executemany(
        "UPDATE source SET next_visit_at = ?, next_visit_why = ? WHERE id = ?",
        [
            (
                to_iso(now + window * place / len(rows)),
                "overdue when the service began: spread with all the others",
                source_id,
            )
            for place, (source_id, _) in enumerate(rows)
        ],
    )
    return len(rows)
