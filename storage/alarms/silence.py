"""When a source, a tag or a language last had a new story. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import from_iso, from_iso_or_none, to_iso
from newsdesk.storage.records.alarms import SilenceLimit, SilenceStatus

Store: TypeAlias = Database  # so that other packages need not import sqlite_utils
_OF = {
    "source": "id = :name",
    "tag": "EXISTS (SELECT 1 FROM json_each(source.tags) WHERE lower(value) = lower(:name))",
    "language": "1",  # the language is that of the stories
}


def silence_statuses(db: Database, limits: Sequence[SilenceLimit], *, now: datetime) -> list[SilenceStatus]:
    """The state of each set silence."""
    return [_status(db, limit, now=now) for limit in limits]


def _status(db: Database, limit: SilenceLimit, *, now: datetime) -> SilenceStatus:
    sources, since, ok_at, new_at = db.conn.execute(
        "SELECT count(*), min(added_at), max(last_ok_at), max(last_new_at) FROM source WHERE state = 'active'"
        f" AND {_OF[limit.of]}",
        {"name": limit.name},
    ).fetchone()
    if limit.of == "language":
        new_at = _newest_in(db, limit.name, since=to_iso(now - 2 * timedelta(seconds=limit.after_s)))
    return SilenceStatus(
        limit=limit,
        sources=sources,
        since=from_iso(since) if since else now,
        last_ok_at=from_iso_or_none(ok_at),
        last_new_at=from_iso_or_none(new_at),
    )


def _newest_in(db: Database, language: str, *, since: str) -> str | None:
    """When the newest story of a language was first seen, if that was since then. Reads the newest stories, by their
    numbers, until there is one: no more than were stored since."""
    wanted = language.lower()
    for seen_at, found in db.conn.execute("SELECT first_seen_at, language FROM story ORDER BY id DESC"):
        if seen_at < since:
            return None
        if found is not None and (found.lower() == wanted or found.lower().startswith(f"{wanted}-")):
            return str(seen_at)
    return None
