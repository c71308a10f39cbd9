"""The keys of addresses made anew, when the rules that make them have changed: in slices, none lost.

Two stories whose addresses are the same by today's rules stay two: the elder has the key, the younger's gets
something beside it. Whether they are one, the next document that carries both decides, as ever. Called by
`scheduler.run.rekey` through the writer, before anything is claimed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.records.digests import digest

SLICE_ROWS = 2000  # rows of one transaction
UNKNOWN = "?"  # something stands beside the address, and was not kept
KeyOf = Callable[[str, str | None], str]  # address, what is beside it → key


def keys_version(db: Database) -> str | None:
    """The version of the rules that made the stored keys; None before any was made."""
    row = db.conn.execute("SELECT version FROM rule_version WHERE name = 'address'").fetchone()
    return None if row is None else str(row[0])


def keys_are_of(db: Database, version: str) -> bool:
    """Whether addresses can be looked for by keys of `version`."""
    none = not db.conn.execute("SELECT EXISTS (SELECT 1 FROM address)").fetchone()[0]
    return none or keys_version(db) == version


def end_rekeying(db: Database, *, version: str, now: datetime) -> None:
    """All keys are of `version`."""
    db.conn.execute(
        "INSERT OR REPLACE INTO rule_version (name, version, since) VALUES ('address', ?, ?)",
        (version, to_iso(now)),
    )


def rekey_addresses(db: Database, *, version: str, key_of: KeyOf, after: str) -> tuple[str, int, int]:
    """One slice of the addresses of stories, from the key `after` on. Gives the last key that was looked at,
    "" at the end; how many were looked at; and how many turned out to be another story's, too."""
    rows = db.conn.execute(
        "SELECT key, story_id, url, disambiguation FROM address WHERE key > ? AND (key < ? OR key >= ?)"
        " ORDER BY key LIMIT ?",
        (after, *_of(version), SLICE_ROWS),
    ).fetchall()
    shared = 0
    for key, story_id, url, said in rows:
        beside = _kept_beside(said, key)
        new = key_of(url, beside)
        held = db.conn.execute("SELECT story_id, url FROM address WHERE key = ?", (new,)).fetchone()
        if held is None or held[0] == story_id:
            _rename(db, key, new, beside)
            continue
        shared += 1
        younger = max(story_id, held[0])
        twin = digest("n1", "twin", str(younger))
        if younger == story_id:
            _rename(db, key, key_of(url, twin), twin)
        else:
            _rename(db, new, key_of(held[1], twin), twin)
            _rename(db, key, new, beside)
    return (rows[-1][0] if rows else ""), len(rows), shared


def rekey_tombstones(db: Database, *, version: str, key_of: KeyOf, after: str) -> str:
    """One slice of the addresses of stories that went for their age. Those of which the address was not kept
    yet stay as they are, and forbid nothing any more. Gives the last key that was looked at, "" at the
    end."""
    rows = db.conn.execute(
        "SELECT key, url, disambiguation, purged_at FROM tombstone WHERE key > ? AND (key < ? OR key >= ?)"
        " AND url IS NOT NULL ORDER BY key LIMIT ?",
        (after, *_of(version), SLICE_ROWS),
    ).fetchall()
    for key, url, said, purged_at in rows:
        beside = _kept_beside(said, key)
        db.conn.execute("DELETE FROM tombstone WHERE key = ?", (key,))
        db.conn.execute(
            "INSERT OR IGNORE INTO tombstone (key, purged_at, url, disambiguation) VALUES (?, ?, ?, ?)",
            (key_of(url, beside), purged_at, url, beside),
        )
    return rows[-1][0] if rows else ""


def rekey_refused(db: Database, *, version: str, key_of: KeyOf) -> int:
    """One slice of the addresses of entries that were refused. How many; 0 at the end."""
    rows = db.conn.execute(
        "SELECT id, refused_url FROM entry WHERE refused_key IS NOT NULL"
        " AND (refused_key < ? OR refused_key >= ?) LIMIT ?",
        (*_of(version), SLICE_ROWS),
    ).fetchall()
    db.conn.executemany(
        "UPDATE entry SET refused_key = ? WHERE id = ?", [(key_of(url, None), one) for one, url in rows]
    )
    return len(rows)


def _kept_beside(beside: str | None, key: str) -> str | None:
    """What was not kept is told by the old key from now on: no entry asks for it, and none is lost."""
    return digest("n1", UNKNOWN, key) if beside == UNKNOWN else beside


def _rename(db: Database, key: str, new: str, beside: str | None) -> None:
    """Another key for a row; where its story has that one already, one row is enough."""
    if db.conn.execute("SELECT EXISTS (SELECT 1 FROM address WHERE key = ?)", (new,)).fetchone()[0]:
        db.conn.execute("DELETE FROM address WHERE key = ?", (key,))
    else:
        db.conn.execute("UPDATE address SET key = ?, disambiguation = ? WHERE key = ?", (new, beside, key))


def _of(version: str) -> tuple[str, str]:
    """Keys of `version` lie from the first to before the second."""
    return f"{version}:", f"{version};"
