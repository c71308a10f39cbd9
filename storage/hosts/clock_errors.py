"""Times that a clock which was ahead has stored: farther in the future than any wait lasts.

Without a correction, what waits for them would wait as long as the clock was ahead. A claim clears those of hosts and
pages first, the start of a run those of sources; `earliest_request` corrects the next request of a host when it is
read.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.records.rate_limits import MINUTE_S

log = logging.getLogger(__name__)

CLOCK_TOLERANCE = timedelta(hours=1)  # of a visit or the end of a lease
LONGEST_BLOCK = timedelta(
    hours=25
)  # a host may block us for a day, and a page waits no longer for its next attempt
LONGEST_HOLD = timedelta(days=8)  # pages of a host with challenges are requested weekly
_LEASE, _BLOCK = ("lease_until", "lease_owner"), ("blocked_until", "blocked_why")
_YEAR_S = 367 * 86400  # of a cron line
_LONGEST_OF_STATUS_S = {"gone": 32 * 86400, "dormant": 8 * 86400, "blocked": 8 * 86400}
_LONGEST_VISIT = (
    "max(:usual, coalesce(every_s, 0) + 90000, CASE WHEN cron IS NOT NULL THEN :year ELSE 0 END, CASE status "
    + " ".join(f"WHEN '{status}' THEN {most}" for status, most in _LONGEST_OF_STATUS_S.items())
    + " ELSE 0 END)"
)


def clear_ended_waits(db: Database, *, now: datetime, due_at: datetime) -> None:
    """Clear the leases and blocks that have ended, since a claim reads hosts that have none, and the leases, blocks
    and due pages that lie farther ahead than any that are written. Pages become due at `due_at`. Each statement reads
    a range of an index."""
    moment = to_iso(now)
    for columns, longest in ((_LEASE, CLOCK_TOLERANCE), (_BLOCK, LONGEST_BLOCK)):
        clear = f"UPDATE host SET {columns[0]} = NULL, {columns[1]} = NULL WHERE {columns[0]}"
        db.conn.execute(f"{clear} <= ?", (moment,))
        _report(db.conn.execute(f"{clear} > ?", (to_iso(now + longest),)).rowcount, "hosts")
    held = db.conn.execute(
        "UPDATE host SET pages_held_until = NULL WHERE pages_held_until > ?", (to_iso(now + LONGEST_HOLD),)
    )
    _report(held.rowcount, "holds")
    pages = db.conn.execute(
        "UPDATE page SET due_at = ? WHERE due_at > ?", (to_iso(due_at), to_iso(now + LONGEST_BLOCK))
    )
    _report(pages.rowcount, "pages")


def clear_impossible_visits(
    db: Database, *, now: datetime, due_at: datetime, longest_visit_s: float = 86400.0
) -> None:
    """Make sources due at `due_at` whose next visit lies farther ahead than any that is written. `longest_visit_s`: the
    longest interval of a source without one of its own. Reads all sources that are not visited daily."""
    usual_s = max(longest_visit_s * 1.06, LONGEST_BLOCK.total_seconds())  # with its jitter
    visits = db.conn.execute(
        "UPDATE source SET next_visit_at = :due_at, next_visit_why = 'due now: its time was farther ahead than its"
        " longest interval, so the clock was ahead when it was planned' WHERE state = 'active' AND"
        " next_visit_at > :least AND (julianday(next_visit_at) - julianday(:now)) * 86400 > "
        + _LONGEST_VISIT,
        {
            "due_at": to_iso(due_at),
            "now": to_iso(now),
            "least": to_iso(now + timedelta(seconds=usual_s)),
            "usual": usual_s,
            "year": _YEAR_S,
        },
    )
    _report(visits.rowcount, "visits")


def _report(cleared: int, what: str) -> None:
    if cleared > 0:
        log.warning("the clock was ahead: cleared times that are too far in the future: %d %s", cleared, what)


def earliest_request(stored: datetime | None, *, delay_s: float, now: datetime) -> datetime | None:
    """The earliest next request of a host. One farther ahead than its delay and a minute's requests demand becomes
    one delay from now."""
    if stored is None or (stored - now).total_seconds() <= max(MINUTE_S, delay_s):
        return stored
    return now + timedelta(seconds=delay_s)
