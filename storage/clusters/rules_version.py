"""Which rules made the stored links: their version is in `rule_version`."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.records.copies.keys import RULES_VERSION

_NAME = "copies"
REMEDY = "`newsdesk rebuild links` shows what the present rules change, and applies them with --apply"


def other_links_version(db: Database) -> str | None:
    """The version of the rules that made stored links, if it is not the present one: "unknown" where none is stored.
    None if they are current, as in a store without stories."""
    row = db.conn.execute("SELECT version FROM rule_version WHERE name = ?", (_NAME,)).fetchone()
    if row is not None:
        return None if row[0] == RULES_VERSION else str(row[0])
    return "unknown" if db.conn.execute("SELECT EXISTS (SELECT 1 FROM story)").fetchone()[0] else None


def begin_links(db: Database, *, now: datetime) -> str | None:
    """Before stories are stored: a store without stories begins with the present rules. Returns
    `other_links_version`."""
    other = other_links_version(db)
    if other is None:
        keep_links_version(db, now=now)
    return other


def keep_links_version(db: Database, *, now: datetime) -> None:
    """Keep that the present rules made all links."""
    db.conn.execute(
        "INSERT INTO rule_version (name, version, since) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
        " version = excluded.version, since = excluded.since WHERE version <> excluded.version",
        (_NAME, RULES_VERSION, to_iso(now)),
    )
