"""The service of a file: one row with its process and heartbeat.

It refuses a second service. A new one reads from it how long no service ran, and whether the clock was set
meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import from_iso, to_iso

SILENT_S = 120.0  # a service on another machine without a heartbeat for so long has ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """A heartbeat of a service. `boot_id` names the boot of the machine, `uptime_s` the seconds since it,
    which nobody can set."""

    at: datetime
    boot_id: str | None
    uptime_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRow:
    """The service that uses the file, or used it last. `owner` is `host:pid:start`."""

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
    """The service that uses the file, or used it last."""
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
    """Whether that service still runs. On this machine (`here`) its process decides; on another its
    heartbeat, where one in the future counts."""
    if row.ended_at is not None or not alive(row.owner):
        return False
    return row.machine == here or now - row.heartbeat.at < timedelta(seconds=SILENT_S)


def claim_service(
    db: Database,
    *,
    owner: str,
    version: str,
    listen: str | None,
    heartbeat: Heartbeat,
    free: Callable[[ServiceRow], bool],
) -> tuple[bool, ServiceRow | None]:
    """Become the service of the file unless the one before is not `free`. Returns whether, and the one
    before."""
    before = find_service(db)
    if before is not None and not free(before):
        return False, before
    db.conn.execute(
        "INSERT OR REPLACE INTO service (id, owner, version, listen, started_at, heartbeat_at, boot_id, uptime_s)"
        " VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
        (
            owner,
            version,
            listen,
            to_iso(heartbeat.at),
            to_iso(heartbeat.at),
            heartbeat.boot_id,
            heartbeat.uptime_s,
        ),
    )
    return True, before


def keep_heartbeat(db: Database, heartbeat: Heartbeat, *, owner: str) -> bool:
    """Store a heartbeat. False if the file has another service now."""
    done = db.conn.execute(
        "UPDATE service SET heartbeat_at = ?, boot_id = ?, uptime_s = ? WHERE owner = ?",
        (to_iso(heartbeat.at), heartbeat.boot_id, heartbeat.uptime_s, owner),
    )
    return done.rowcount == 1


def end_service(db: Database, *, owner: str, now: datetime) -> None:
    """The service ends in order."""
    db.conn.execute("UPDATE service SET ended_at = ? WHERE owner = ?", (to_iso(now), owner))


def shift_times(db: Database, by: timedelta) -> None:
    """Move all times in the future by as much as the clock was set, so that delays and leases last as long as
    before. Past times stay."""
    shift = f"{by.total_seconds():+f} seconds"
    for table, column, also in (
        ("source", "next_visit_at", "state = 'active'"),
        ("host", "lease_until", "1"),
        ("host", "next_request_at", "1"),
        ("host", "blocked_until", "1"),
        ("host", "pages_held_until", "1"),
        ("page", "due_at", "1"),
        ("outbox", "next_attempt_at", "done_at IS NULL"),
    ):
        db.conn.execute(
            f"UPDATE {table} SET {column} = strftime('%Y-%m-%dT%H:%M:%fZ', {column}, ?)"
            f" WHERE {column} IS NOT NULL AND {column} <> '' AND {also}",
            (shift,),
        )


def spread_overdue(db: Database, *, now: datetime, over: timedelta, delay_s: float) -> int:
    """After a time without a service: spread overdue visits over `over`, or over the delays of the busiest
    host if these take longer. First the latest, relative to their interval. Returns how many."""
    now_iso = to_iso(now)
    rows = db.conn.execute(
        "SELECT id, host FROM source WHERE state = 'active' AND next_visit_at <= ?"
        " ORDER BY (julianday(?) - julianday(next_visit_at))"
        " / max(julianday(next_visit_at) - julianday(coalesce(last_visit_at, added_at)), 1e-3) DESC, id",
        (now_iso, now_iso),
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
                "overdue when the service started, and spread",
                source_id,
            )
            for place, (source_id, _) in enumerate(rows)
        ],
    )
    return len(rows)
