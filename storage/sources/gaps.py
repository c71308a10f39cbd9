"""Gaps of a source: a document that held none of the known entries, and the result of the backfill."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import from_iso, from_iso_or_none, to_iso
from newsdesk.storage.records.visits import Backfill

GAP_COLUMNS = ("last_ok_at", "next_backfill_at")  # that a claim needs, beside `news_since`
FARTHEST_BACKFILL = timedelta(days=31)  # a time beyond is from a clock that was ahead
_NOT_REQUESTED = {  # whether the backfill waits → message
    True: "older documents were not requested: the last backfill closed no gap, so the next one waits",
    False: "older documents were not requested: by its dates the document reaches back to the last visit",
}


def gap_since(row: Mapping[str, Any], *, now: datetime) -> datetime | None:
    """When a source (`row`) was last read, if a gap that shows now may be backfilled."""
    if row["news_since"] is None or row["last_ok_at"] is None:
        return None
    next_backfill_at = from_iso_or_none(row["next_backfill_at"])
    if next_backfill_at is not None and now < next_backfill_at < now + FARTHEST_BACKFILL:
        return None
    return from_iso(row["last_ok_at"])


def count_backfill_failures(db: Database, source_id: int) -> int:
    """How many backfills in a row closed no gap."""
    row = db.conn.execute("SELECT backfill_failures FROM source WHERE id = ?", (source_id,)).fetchone()
    return int(row[0])


def keep_backfill(db: Database, source_id: int, *, failures: int, next_at: datetime) -> None:
    """Keep that a source was backfilled: the backfills in a row that closed no gap, and when the next may be."""
    db.conn.execute(
        "UPDATE source SET backfill_failures = ?, next_backfill_at = ? WHERE id = ?",
        (failures, to_iso(next_at), source_id),
    )


def keep_gap(db: Database, source_id: int, backfill: Backfill | None, *, waits: bool, now: datetime) -> None:
    """Keep that a gap was found, and the result of its backfill. `waits`: no backfill was allowed yet."""
    message = _NOT_REQUESTED[waits] if backfill is None else backfill.message
    db.conn.execute(
        "UPDATE source SET gap_count = gap_count + 1, gap_at = ?, gap_message = ? WHERE id = ?",
        (to_iso(now), message, source_id),
    )
