"""Hosts that answered a page with a challenge: their pages wait together, by the schedule for challenges.

Only one page is requested after each wait, not each page that is due. The first page that is read ends it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import from_iso, to_iso
from newsdesk.storage.records.pages import PageResult
from newsdesk.storage.records.rate_limits import queue_of

Store: TypeAlias = Database
HoldUntil: TypeAlias = Callable[[int, datetime], datetime]  # after so many challenges in a row, since then

_OF_ONE_PAGE = ("login-page",)  # a story for subscribers says nothing of the others


def held_host(result: PageResult) -> str | None:
    """The host whose pages wait after this result; None if no others have to. Not a shared platform, whose sites are
    protected one by one."""
    outcome = result.outcome
    if outcome.category != "challenge" or outcome.code in _OF_ONE_PAGE or result.answered_by is None:
        return None
    return result.answered_by if queue_of(result.answered_by) == result.answered_by else None


def keep_hold(db: Store, result: PageResult, *, until: HoldUntil) -> None:
    """Let the pages of a host wait after a challenge, or no longer after a success."""
    if result.outcome.category == "ok":
        db.conn.execute(
            "UPDATE host SET pages_held_until = NULL, pages_challenged_since = NULL, pages_challenges = 0"
            " WHERE host = ? AND pages_challenges > 0",
            (result.host,),
        )
        return
    host = held_host(result)
    if host is None:
        return
    now = to_iso(result.ended_at)
    since, challenges = db.conn.execute(
        "INSERT INTO host (host, pages_challenged_since, pages_challenges) VALUES (:host, :now, 1)"
        " ON CONFLICT (host) DO UPDATE SET pages_challenges = pages_challenges + 1,"
        " pages_challenged_since = coalesce(pages_challenged_since, excluded.pages_challenged_since)"
        " RETURNING pages_challenged_since, pages_challenges",
        {"host": host, "now": now},
    ).fetchone()
    db.conn.execute(
        "UPDATE host SET pages_held_until = ? WHERE host = ?",
        (to_iso(until(challenges, from_iso(since))), host),
    )


def release_hold(db: Store, hosts: set[str]) -> None:
    """Let the pages of some hosts be requested now: a person asks for one."""
    db.conn.executemany("UPDATE host SET pages_held_until = NULL WHERE host = ?", [(host,) for host in hosts])
