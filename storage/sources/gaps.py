"""Gaps at rest: a visit in whose document nothing known was left, and what older documents said of it.

Older documents are asked anew for each gap as long as that closes them. Where it does not, the next gaps wait
ever longer for it: a source whose older documents never reach back must not cost five requests a visit.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import from_iso, from_iso_or_none, to_iso
from newsdesk.storage.records.visits import Backfill

GAP_COLUMNS = ("last_ok_at", "backfill_at", "backfill_failures")  # for a claim, beside `news_since`
_UNASKED = {
    True: "older documents were not asked: that closed no gap the last time, and waits the longer",
    False: "older documents were not asked: by its dates it reaches back to the last visit",
}
FIRST_WAIT, LONGEST_WAIT = timedelta(hours=1), timedelta(days=30)


def missed_since(row: Mapping[str, Any], *, now: datetime) -> datetime | None:
    """When a source was read last, if older documents may be asked should a gap show now. `row`: its own."""
    if row["news_since"] is None or row["last_ok_at"] is None:
        return None
    asked_at = from_iso_or_none(row["backfill_at"])
    if asked_at is not None and now < asked_at + wait_after(row["backfill_failures"]):
        return None
    return from_iso(row["last_ok_at"])


def wait_after(vain: int) -> timedelta:
    """How long nothing older is asked after so many searches in a row that closed no gap."""
    if vain == 0:
        return timedelta(0)
    return min(FIRST_WAIT * 2.0 ** min(vain - 1, 20), LONGEST_WAIT)


def keep_gap(
    db: Database, source_id: int, missed: Backfill | None, *, waits: bool, counts: bool, now: datetime
) -> None:
    """Keep that a gap was found, and how it ended. `waits`: older documents were not to be asked yet.
    `counts` is False where known stories turned out to be in the document, under other names."""
    if missed is not None:
        db.conn.execute(
            "UPDATE source SET backfill_at = ?, backfill_failures = CASE WHEN ? THEN 0 ELSE backfill_failures + 1 END"
            " WHERE id = ?",
            (to_iso(now), missed.gap_closed, source_id),
        )
    if counts:
        words = _UNASKED[waits] if missed is None else missed.message
        db.conn.execute(
            "UPDATE source SET gap_count = gap_count + 1, gap_at = ?, gap_message = ? WHERE id = ?",
            (to_iso(now), words, source_id),
        )
