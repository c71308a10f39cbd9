"""Moves of sources: another address, or a merge of two sources. Each move is stored, so that it can be
undone.

Validators belong to the old address, and names of secrets to the old origin: they do not move.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import from_iso_or_none, to_iso, to_iso_or_none
from newsdesk.storage.records.rate_limits import queue_of

Store: TypeAlias = Database  # so that other packages need not import sqlite_utils
BY_HAND = "by hand"
log = logging.getLogger(__name__)
FEWEST_COMPARED = 10  # stories: a document of one copied entry proves nothing
_SHARED = "EXISTS (SELECT 1 FROM entry AS theirs WHERE theirs.story_id = own.story_id AND theirs.source_id = :other)"
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class PermanentRedirect:
    """The permanent redirects of a source: their target `to`, found in `count` visits in a row since `since`,
    each with a readable feed there. `undone`: a user has moved the source away from there before. `taken`:
    the state of the source that already has that address."""

    address: str
    site: str
    state: str
    to: str
    count: int
    since: datetime
    undone: bool
    taken: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAddress:
    """An address with its host and site."""

    address: str
    host: str
    site: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeEvidence:
    """Two sources, and what they have in common: of the `own` latest stories of the first one, as many as its last
    document had and some before where that is short, the other has carried `shared`."""

    address: str
    other: int
    other_address: str
    own: int
    shared: int


def find_merge_evidence(
    db: Database, source_id: int, other_address: str, *, until: datetime | None = None
) -> MergeEvidence:
    """The evidence that a source is the one at `other_address`. `until`: its last document is the one before that time,
    since a redirect gives it the entries of the other; None for the present one."""
    address = db.conn.execute("SELECT address FROM source WHERE id = ?", (source_id,)).fetchone()[0]
    other = db.conn.execute("SELECT id FROM source WHERE address = ?", (other_address,)).fetchone()[0]
    carried = (
        "SELECT max(id) AS id, story_id, max(gone_at IS NULL OR gone_at >= :until) AS live FROM entry"
        " WHERE source_id = :source AND story_id IS NOT NULL AND (:until IS NULL OR first_seen_at < :until)"
        " GROUP BY story_id"
    )
    row = db.conn.execute(
        f"WITH carried AS ({carried}), sample AS (SELECT * FROM carried ORDER BY id DESC"
        " LIMIT max(:fewest, (SELECT coalesce(sum(live), 0) FROM carried)))"
        f" SELECT count(*), coalesce(sum({_SHARED}), 0) FROM sample AS own",
        {"source": source_id, "other": other, "until": to_iso_or_none(until), "fewest": FEWEST_COMPARED},
    ).fetchone()
    own, shared = int(row[0]), int(row[1])
    return MergeEvidence(address=address, other=other, other_address=other_address, own=own, shared=shared)


def keep_proposed(db: Database, source_id: int, addresses: Sequence[str]) -> None:
    """Propose addresses of a source to a person."""
    db.conn.execute(
        "UPDATE source SET proposed_addresses = ? WHERE id = ?", (json.dumps(list(addresses)), source_id)
    )


def find_permanent_redirect(db: Database, source_id: int) -> PermanentRedirect | None:
    """The permanent redirects of a source; None if there are none."""
    row = db.conn.execute(
        "SELECT address, site, state, moved_to, moved_count, moved_since FROM source WHERE id = ?",
        (source_id,),
    ).fetchone()
    since = from_iso_or_none(row[5])
    if row[3] is None or since is None:
        return None
    return PermanentRedirect(
        address=row[0], site=row[1], state=row[2], to=row[3], count=row[4], since=since,
        undone=was_undone(db, source_id, row[3]), taken=state_of_address(db, row[3]),
    )  # fmt: skip


def was_undone(db: Database, source_id: int, address: str) -> bool:
    """Whether a user has moved the source away from that address."""
    row = db.conn.execute(
        "SELECT EXISTS (SELECT 1 FROM source_move WHERE source_id = ? AND old_address = ?"
        " AND substr(why, 1, ?) = ?)",
        (source_id, address, len(BY_HAND), BY_HAND),
    ).fetchone()
    return bool(row[0])


def move_source(db: Database, source_id: int, to: SourceAddress, *, why: str, now: datetime) -> bool:
    """Give a source another address, due as before. Returns whether names of secrets were removed: they
    belong to the old origin."""
    old, auth, headers, cookies = db.conn.execute(
        "SELECT address, auth, headers, cookies FROM source WHERE id = ?", (source_id,)
    ).fetchone()
    removed = _origin(old) != _origin(to.address) and (auth or cookies or headers != "[]")
    queue = queue_of(to.host)
    db.conn.execute("INSERT OR IGNORE INTO host (host) VALUES (?)", (queue,))
    db.conn.execute(
        "UPDATE source SET address = ?, host = ?, site = ?, etag = NULL, last_modified = NULL,"
        " validators_unreliable_since = NULL, moved_to = NULL, moved_since = NULL, moved_count = 0 WHERE id = ?",
        (to.address, queue, to.site, source_id),
    )
    if removed:
        why += "; the names of its secrets were removed: they belong to its old origin"
        db.conn.execute(
            "UPDATE source SET auth = NULL, headers = '[]', cookies = NULL WHERE id = ?", (source_id,)
        )
    _add_move(db, source_id, old, to.address, why=why, merged_into=None, now=now)
    log.info("source %d has another address: %s", source_id, why)
    return bool(removed)


def merge_source(db: Database, source_id: int, into_address: str, *, why: str, now: datetime) -> int:
    """Merge a source into the one that has `into_address`: that one gets the stories that only this one
    carried, and its tags; this one is retired. Returns the other's id."""
    old, tags = db.conn.execute("SELECT address, tags FROM source WHERE id = ?", (source_id,)).fetchone()
    other, others_tags = db.conn.execute(
        "SELECT id, tags FROM source WHERE address = ?", (into_address,)
    ).fetchone()
    values = {"source": source_id, "other": other, "now": to_iso(now)}
    db.conn.execute(
        "UPDATE entry SET gone_at = coalesce(gone_at, :now), source_id = CASE WHEN story_id IN"
        " (SELECT story_id FROM entry WHERE source_id = :other AND story_id IS NOT NULL)"
        " THEN source_id ELSE :other END WHERE source_id = :source"
        " AND (story_id IS NOT NULL OR tombstone_id IS NOT NULL)",
        values,
    )
    both = list(dict.fromkeys((*json.loads(others_tags), *json.loads(tags))))
    db.conn.execute("UPDATE source SET tags = ? WHERE id = ?", (json.dumps(both, ensure_ascii=False), other))
    db.conn.execute(
        "UPDATE source SET state = 'retired', next_visit_why = ? WHERE id = ?",
        (f"merged into source {other}, which has this address", source_id),
    )
    _add_move(db, source_id, old, into_address, why=why, merged_into=other, now=now)
    log.info("merged source %d into source %d: %s", source_id, other, why)
    return int(other)


def state_of_address(db: Database, address: str) -> str | None:
    """The state of the source that has the address."""
    row = db.conn.execute("SELECT state FROM source WHERE address = ?", (address,)).fetchone()
    return row[0] if row else None


def source_at_address(db: Database, address: str) -> int | None:
    """The id of the source that has the address."""
    row = db.conn.execute("SELECT id FROM source WHERE address = ?", (address,)).fetchone()
    return row[0] if row else None


def list_moves(db: Database, source_id: int) -> list[dict[str, Any]]:
    """The moves of a source, newest first."""
    return list(
        db.query(
            "SELECT moved_at, old_address, new_address, merged_into, why FROM source_move"
            " WHERE source_id = ? ORDER BY id DESC",
            (source_id,),
        )
    )


def _add_move(
    db: Database, source_id: int, old: str, new: str, *, why: str, merged_into: int | None, now: datetime
) -> None:
    reported = why.startswith(BY_HAND)  # the user knows it
    db.conn.execute(
        "INSERT INTO source_move (source_id, moved_at, old_address, new_address, merged_into, why, reported)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (source_id, to_iso(now), old, new, merged_into, why, reported),
    )


def _origin(address: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
