"""Events: alarms opened and resolved, and the outbox of events to send.

The file allows one open alarm of a kind for each source, host, or the whole store, whoever checks.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import from_iso, to_iso, to_iso_or_none
from newsdesk.storage.records.alarms import Change, Event, Kind, OpenAlarm

Store: TypeAlias = Database
FARTHEST_ATTEMPT = timedelta(hours=7)  # attempts are six hours apart at most; beyond, the clock was ahead
_OPEN = "event.state = 'open' AND event.ended_at IS NULL"
_SAME = f"{_OPEN} AND kind = ? AND coalesce(source_id, 0) = ? AND coalesce(host, '') = ? AND coalesce(topic, '') = ?"
_COLUMNS = (
    "event.id, event.created_at, event.kind, event.state, event.source_id, event.host, event.topic, event.message,"
    " event.detail, event.ended_at, coalesce(source.name, source.title) AS name, source.address"
)
_OF_SOURCE = "LEFT JOIN source ON source.id = event.source_id"
_EVENTS = f"SELECT {_COLUMNS} FROM event {_OF_SOURCE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An event to send, and how many attempts failed."""

    event: Event
    attempts: int


def open_alarms(db: Database) -> list[OpenAlarm]:
    """All alarms that are not resolved."""
    rows = db.conn.execute(
        f"SELECT kind, created_at, source_id, host, topic, detail FROM event WHERE {_OPEN} ORDER BY id"
    )
    return [
        OpenAlarm(
            kind=kind,
            opened_at=from_iso(at),
            source_id=source_id,
            host=host,
            topic=topic,
            detail=json.loads(detail),
        )
        for kind, at, source_id, host, topic, detail in rows
    ]


def count_open(db: Database) -> Counter[Kind]:
    """How many alarms of each kind are open."""
    return Counter(dict(db.conn.execute(f"SELECT kind, count(*) FROM event WHERE {_OPEN} GROUP BY kind")))


def keep_changes(
    db: Database, changes: Sequence[Change], *, targets: Sequence[str], now: datetime
) -> list[Event]:
    """Keep what a check decided, with an outbox row for each target. Returns the events that are new: not
    those that another process has stored meanwhile."""
    ids = [event_id for change in changes if (event_id := _keep(db, change, to_iso(now))) is not None]
    db.conn.executemany(
        "INSERT INTO outbox (event_id, target, next_attempt_at) VALUES (?, ?, ?)",
        [(event_id, target, to_iso(now)) for event_id in ids for target in targets],
    )
    if not ids:
        return []
    query = f"{_EVENTS} WHERE event.id IN (SELECT value FROM json_each(?)) ORDER BY event.id"
    return [_event(row) for row in db.query(query, [json.dumps(ids)])]


def _keep(db: Database, change: Change, at: str) -> int | None:
    same = (change.kind, change.source_id or 0, change.host or "", change.topic or "")
    detail = json.dumps(dict(change.detail))
    if change.state is None:
        db.conn.execute(f"UPDATE event SET detail = ? WHERE {_SAME}", (detail, *same))
        return None
    if change.state == "resolved":
        ended = db.conn.execute(f"UPDATE event SET ended_at = ? WHERE {_SAME}", (at, *same))
        if not ended.rowcount:
            return None
    ended_at = None
    if change.kind == "moved":  # it is never open, and reported once
        reported = db.conn.execute(
            "UPDATE source_move SET reported = 1 WHERE id = ? AND NOT reported", (change.detail["move"],)
        )
        if not reported.rowcount:
            return None
        ended_at = at
    kept = db.conn.execute(
        "INSERT OR IGNORE INTO event (created_at, kind, state, source_id, host, topic, message, detail, ended_at)"
        " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9"
        " WHERE ?4 IS NULL OR EXISTS (SELECT 1 FROM source WHERE id = ?4)",  # it may be deleted meanwhile
        (
            at,
            change.kind,
            change.state,
            change.source_id,
            change.host,
            change.topic,
            change.message,
            detail,
            ended_at,
        ),
    )
    return kept.lastrowid if kept.rowcount else None


def list_events(
    db: Database, *, limit: int | None, source_id: int | None = None, only_open: bool = False
) -> list[dict[str, Any]]:
    """The latest events (limit None: all), newest first, as rows for people; `detail` is an object."""
    rows = db.query(
        f"{_EVENTS} WHERE (:source IS NULL OR event.source_id = :source)"
        f" AND (NOT :open OR ({_OPEN}))"
        " ORDER BY event.id DESC LIMIT :limit",
        {"source": source_id, "open": only_open, "limit": -1 if limit is None else limit},
    )
    return [{**row, "detail": json.loads(row["detail"])} for row in rows]


def count_events(db: Database, *, source_id: int | None = None, only_open: bool = False) -> int:
    """How many events `list_events` has without a limit."""
    sql = f"SELECT count(*) FROM event WHERE (? IS NULL OR source_id = ?) AND (NOT ? OR ({_OPEN}))"
    return int(db.conn.execute(sql, (source_id, source_id, only_open)).fetchone()[0])


def latest_events(db: Database, *, limit: int) -> list[Event]:
    """The latest events as records, newest first."""
    return [_event(row) for row in db.query(f"{_EVENTS} ORDER BY event.id DESC LIMIT ?", [limit])]


def waiting_events(db: Database, target: str, *, now: datetime, limit: int) -> list[Waiting]:
    """Events that are due to be sent, the oldest first."""
    rows = db.query(
        f"SELECT {_COLUMNS}, outbox.attempts FROM outbox JOIN event ON event.id = outbox.event_id {_OF_SOURCE}"
        " WHERE outbox.done_at IS NULL AND outbox.target = ? AND (outbox.next_attempt_at <= ?"
        " OR outbox.next_attempt_at > ?) ORDER BY event.id LIMIT ?",
        [target, to_iso(now), to_iso(now + FARTHEST_ATTEMPT), limit],
    )
    return [Waiting(event=_event(row), attempts=row["attempts"]) for row in rows]


def next_send_at(db: Database, target: str) -> datetime | None:
    """When the next event is due to be sent; None if none waits."""
    row = db.conn.execute(
        "SELECT min(next_attempt_at) FROM outbox WHERE done_at IS NULL AND target = ?", (target,)
    ).fetchone()
    return from_iso(row[0]) if row[0] else None


def keep_sent(
    db: Database,
    event_id: int,
    target: str,
    *,
    message: str,
    done_at: datetime | None,
    again_at: datetime | None,
) -> None:
    """Keep one attempt to send: done (sent or given up), or to be tried again."""
    db.conn.execute(
        "UPDATE outbox SET attempts = attempts + 1, message = ?, done_at = ?, next_attempt_at = ?"
        " WHERE event_id = ? AND target = ?",
        (message, to_iso_or_none(done_at), to_iso_or_none(again_at), event_id, target),
    )


def _event(row: dict[str, Any]) -> Event:
    return Event(
        event_id=row["id"],
        created_at=from_iso(row["created_at"]),
        kind=row["kind"],
        state=row["state"],
        message=row["message"],
        source_id=row["source_id"],
        name=row["name"],
        address=row["address"],
        host=row["host"],
        topic=row["topic"],
        detail=json.loads(row["detail"]),
    )
