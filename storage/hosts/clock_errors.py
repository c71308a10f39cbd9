"""Times that a clock which was ahead has stored: farther in the future than any wait lasts.

Without a correction, what waits for them would wait as long as the clock was ahead. A claim clears them first
(`clear_impossible_waits`); `earliest_request` corrects the next request of a host when it is read.
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
_YEAR_S = 367 * 86400  # of a cron line
_LONGEST_OF_STATUS_S = {"gone": 32 * 86400, "dormant": 8 * 86400, "blocked": 8 * 86400}
_LONGEST_VISIT = (
    "max(:usual, coalesce(every_s, 0) + 90000, CASE WHEN cron IS NOT NULL THEN :year ELSE 0 END, CASE status "
    + " ".join(f"WHEN '{status}' THEN {most}" for status, most in _LONGEST_OF_STATUS_S.items())
    + " ELSE 0 END)"
)


def clear_impossible_waits(
    db: Database, *, now: datetime, due_at: datetime, longest_visit_s: float = 86400.0
) -> None:
    """Clear the leases, blocks, due pages and next visits that lie farther ahead than any that are written. Visits and
    pages become due at `due_at`. `longest_visit_s`: the longest interval of a source without one of its own. Each
    statement reads an index."""
    moment = to_iso(due_at)
    usual_s = max(longest_visit_s * 1.06, LONGEST_BLOCK.total_seconds())  # with its jitter
    cleared = {
        "leases": db.conn.execute(
            "UPDATE host SET lease_owner = NULL, lease_until = NULL WHERE lease_until > ?",
            (to_iso(now + CLOCK_TOLERANCE),),
        ).rowcount,
        "blocks": db.conn.execute(
            "UPDATE host SET blocked_until = NULL, blocked_why = NULL WHERE blocked_until > ?",
            (to_iso(now + LONGEST_BLOCK),),
        ).rowcount,
        "pages": db.conn.execute(
            "UPDATE page SET due_at = ? WHERE due_at > ?", (moment, to_iso(now + LONGEST_BLOCK))
        ).rowcount,
        "visits": db.conn.execute(
            "UPDATE source SET next_visit_at = :due_at, next_visit_why = 'due now: its time was farther ahead than its"
            " longest interval, so the clock was ahead when it was planned' WHERE state = 'active' AND"
            " next_visit_at > :least AND (julianday(next_visit_at) - julianday(:now)) * 86400 > "
            + _LONGEST_VISIT,
            {
                "due_at": moment,
                "now": to_iso(now),
                "least": to_iso(now + timedelta(seconds=usual_s)),
                "usual": usual_s,
                "year": _YEAR_S,
            },
        ).rowcount,
    }
    if any(count > 0 for count in cleared.values()):
        log.warning(
            "the clock was ahead: cleared times that are too far in the future: %s",
            ", ".join(f"{count} {what}" for what, count in cleared.items() if count > 0),
        )


def earliest_request(stored: datetime | None, *, delay_s: float, now: datetime) -> datetime | None:
    """The earliest next request of a host. One farther ahead than its delay and a minute's requests demand becomes
    one delay from now."""
    if stored is None or (stored - now).total_seconds() <= max(MINUTE_S, delay_s):
        return stored
    return now + timedelta(seconds=delay_s)
