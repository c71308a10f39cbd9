"""Compute the keys of addresses again after their rules have changed: in slices, without losing any.

If two stories get the same key, both stay: the older one keeps it, the key of the younger one gets a
disambiguation. The next document that carries both may merge them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.records.digests import digest

log = logging.getLogger(__name__)

SLICE_ROWS = 2000  # rows of one transaction
KeyOf = Callable[[str, str | None], str]  # address, disambiguation → key


def keys_version(db: Database) -> str | None:
    """The version of the rules that made the stored keys; None before any was made."""
    row = db.conn.execute("SELECT version FROM rule_version WHERE name = 'address'").fetchone()
    return None if row is None else str(row[0])


def keys_are_of(db: Database, version: str) -> bool:
    """Whether addresses can be found by keys of `version`."""
    none = not db.conn.execute("SELECT EXISTS (SELECT 1 FROM address)").fetchone()[0]
    return none or keys_version(db) == version


def end_rekeying(db: Database, *, version: str, now: datetime) -> None:
    """Keep that all keys are of `version`."""
    db.conn.execute(
        "INSERT OR REPLACE INTO rule_version (name, version, since) VALUES ('address', ?, ?)",
        (version, to_iso(now)),
    )


def rekey_addresses(db: Database, *, version: str, key_of: KeyOf, after: str) -> tuple[str, int, int]:
    """One slice of the addresses of stories, from the key `after` on. Returns the last key seen ("" at the
    end), how many were seen, and how many new keys belonged to another story already."""
    rows = db.conn.execute(
        "SELECT key, story_id, url, disambiguation FROM address WHERE key > ? AND (key < ? OR key >= ?)"
        " ORDER BY key LIMIT ?",
        (after, *_of(version), SLICE_ROWS),
    ).fetchall()
    shared = 0
    for key, story_id, url, disambiguation in rows:
        new = key_of(url, disambiguation)
        held = db.conn.execute("SELECT story_id, url FROM address WHERE key = ?", (new,)).fetchone()
        if held is None or held[0] == story_id:
            _rename(db, key, new, disambiguation)
            continue
        shared += 1
        younger = max(story_id, held[0])
        twin = digest("n1", "twin", str(younger))
        if younger == story_id:
            _rename(db, key, key_of(url, twin), twin)
        else:
            _rename(db, new, key_of(held[1], twin), twin)
            _rename(db, key, new, disambiguation)
    log.debug("computed %d address keys again", len(rows))
    return (rows[-1][0] if rows else ""), len(rows), shared


def rekey_tombstones(db: Database, *, version: str, key_of: KeyOf, after: str) -> str:
    """One slice of the addresses of purged stories, from the key `after` on. Returns the last key seen ("" at the
    end)."""
    rows = db.conn.execute(
        "SELECT key, tombstone_id, url, disambiguation FROM tombstone_address WHERE key > ? AND (key < ? OR key >= ?)"
        " ORDER BY key LIMIT ?",
        (after, *_of(version), SLICE_ROWS),
    ).fetchall()
    for key, tombstone_id, url, disambiguation in rows:
        db.conn.execute("DELETE FROM tombstone_address WHERE key = ?", (key,))
        db.conn.execute(
            "INSERT OR IGNORE INTO tombstone_address (key, tombstone_id, url, disambiguation) VALUES (?, ?, ?, ?)",
            (key_of(url, disambiguation), tombstone_id, url, disambiguation),
        )
    return rows[-1][0] if rows else ""


def rekey_pages(db: Database, *, version: str, key_of: KeyOf) -> int:
    """One slice of the addresses of other sites that pages name. Returns how many, 0 at the end."""
    rows = db.conn.execute(
        "SELECT id, canonical_url FROM page WHERE canonical_key IS NOT NULL"
        " AND (canonical_key < ? OR canonical_key >= ?) LIMIT ?",
        (*_of(version), SLICE_ROWS),
    ).fetchall()
    db.conn.executemany(
        "UPDATE page SET canonical_key = ? WHERE id = ?", [(key_of(url, None), one) for one, url in rows]
    )
    return len(rows)


def rekey_refused(db: Database, *, version: str, key_of: KeyOf) -> int:
    """One slice of the addresses of refused entries. Returns how many, 0 at the end."""
    rows = db.conn.execute(
        "SELECT id, refused_url FROM entry WHERE refused_key IS NOT NULL"
        " AND (refused_key < ? OR refused_key >= ?) LIMIT ?",
        (*_of(version), SLICE_ROWS),
    ).fetchall()
    db.conn.executemany(
        "UPDATE entry SET refused_key = ? WHERE id = ?", [(key_of(url, None), one) for one, url in rows]
    )
    return len(rows)


def _rename(db: Database, key: str, new: str, disambiguation: str | None) -> None:
    """Give a row another key; if its story has that key already, delete the row."""
    if db.conn.execute("SELECT EXISTS (SELECT 1 FROM address WHERE key = ?)", (new,)).fetchone()[0]:
        db.conn.execute("DELETE FROM address WHERE key = ?", (key,))
    else:
        db.conn.execute(
            "UPDATE address SET key = ?, disambiguation = ? WHERE key = ?", (new, disambiguation, key)
        )


def _of(version: str) -> tuple[str, str]:
    """The keys of `version` are from the first to before the second."""
    return f"{version}:", f"{version};"
