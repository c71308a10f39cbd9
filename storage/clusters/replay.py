"""All stored stories linked anew, in the order of their arrival, beside the store: what the present rules give.

The links, and the keys of the last days, are in a working file, to which the store is attached read-only: `Arrivals`
finds its tables in the working file, and texts, pages and addresses in the store. Each group of stories is one
transaction, so that an interrupted replay goes on where it was.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import groupby
from pathlib import Path
from typing import Any, Final, Self

from sqlite_utils import Database

from newsdesk.storage.clusters.arrivals import STORED_COLUMNS, Arrivals, stored_arrival
from newsdesk.storage.clusters.key_index import forget_keys, period_of
from newsdesk.storage.db.database import BUSY_TIMEOUT_S, immediate
from newsdesk.storage.db.errors import StoreError, store_errors
from newsdesk.storage.db.filesystem import create_file
from newsdesk.storage.db.read_only import check_writable
from newsdesk.storage.db.timestamps import from_iso
from newsdesk.storage.records.copies.keys import RULES_VERSION

log = logging.getLogger(__name__)

GROUP_SIZE: Final = 200  # stories of one transaction
_FORGOTTEN = 20_000  # keys of one step
_CACHE_KIB = 64_000
_TABLES = """
CREATE TABLE story (
  id INTEGER PRIMARY KEY,
  title TEXT,
  sort_at TEXT NOT NULL,
  site TEXT NOT NULL,
  language TEXT,
  cluster INTEGER,
  merged_into INTEGER,
  first_seen_at TEXT NOT NULL,
  digest BLOB NOT NULL
);
CREATE TABLE made_by (rules TEXT NOT NULL);
"""
_SHARED = ("link", "copy_key")  # tables as those of the store
_NEXT = (
    f"SELECT {STORED_COLUMNS}, first_seen_at FROM store.story JOIN store.story_body"
    " ON story_id = story.id WHERE story.id > ? AND merged_into IS NULL ORDER BY story.id LIMIT ?"
)
_NOW = (
    f"SELECT {STORED_COLUMNS}, first_seen_at FROM story JOIN story_body"
    " ON story_id = story.id WHERE story.id IN (SELECT value FROM json_each(?)) AND merged_into IS NULL"
)
_OTHER_STORE = (
    "SELECT EXISTS (SELECT 1 FROM story JOIN store.story AS stored ON stored.id = story.id"
    " WHERE stored.first_seen_at <> story.first_seen_at)"
)


def working_file(store: Path) -> Path:
    """The working file of a rebuild, beside the store."""
    return store.with_name(f"{store.name}.rebuild-links")


class Replay:
    """The stories of a store, linked anew. Use as a context manager."""

    def __init__(self, store: Path) -> None:
        check_writable(store)
        self._store = store
        self._period: int | None = None
        self._path = working_file(store)
        self.db = self._open()
        if not self._continues():
            self.db.close()
            self.delete()
            self.db = self._open()
            self._create()
        row = self.db.conn.execute("SELECT max(id), count(*) FROM story").fetchone()
        self.last, self.done = row[0] or 0, row[1]
        if self.done:
            log.info("the rebuild of links continues after story %d", self.last)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.db.close()

    def delete(self) -> None:
        """Delete the working file, when it is closed and not needed any more."""
        for name in (self._path.name, f"{self._path.name}-wal", f"{self._path.name}-shm"):
            self._path.with_name(name).unlink(missing_ok=True)

    def count_left(self) -> int:
        """How many stories are not linked yet."""
        row = self.db.conn.execute(
            "SELECT count(*) FROM store.story WHERE id > ? AND merged_into IS NULL", (self.last,)
        ).fetchone()
        return int(row[0])

    def link_next(self) -> int:
        """Link the next stories. Returns how many, 0 at the end."""
        with store_errors(self._store), immediate(self.db) as db:
            rows = db.conn.execute(_NEXT, (self.last, GROUP_SIZE)).fetchall()
            for period, group in groupby(rows, key=lambda row: period_of(from_iso(row[6]))):
                self._link(period, list(group))
        if rows:
            self.last = rows[-1][0]
            self.done += len(rows)
        return len(rows)

    def _link(self, period: int, rows: Sequence[tuple[Any, ...]]) -> None:
        if period != self._period:
            self._period = period
            while forget_keys(self.db, now=from_iso(rows[0][6]), most=_FORGOTTEN):
                pass
        self.db.conn.executemany(
            "INSERT INTO story (id, title, sort_at, site, language, first_seen_at, digest)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(*row[:5], row[6], digest_of(row)) for row in rows],
        )
        arrived = [stored_arrival(row[:6], arrived_at=row[6]) for row in rows]
        arrivals = Arrivals(self.db, now=rows[-1][6])
        arrivals.read(arrived)
        for arrival in arrived:
            arrivals.link(arrival)
        arrivals.write()

    def _open(self) -> Database:
        with store_errors(self._path):
            create_file(self._path)
            conn = sqlite3.connect(self._path.absolute().as_uri(), uri=True, timeout=1, isolation_level=None)
            try:
                conn.execute("PRAGMA main.locking_mode = EXCLUSIVE")
                conn.execute("PRAGMA main.journal_mode = WAL")
                conn.execute("BEGIN IMMEDIATE")  # takes the lock, which stays until the end
                conn.execute("COMMIT")
            except sqlite3.OperationalError as error:
                conn.close()
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                raise StoreError(
                    f"another `newsdesk rebuild links` works on {self._store}: wait for its end, or stop it"
                ) from error
            conn.execute("PRAGMA main.synchronous = NORMAL")
            conn.execute(f"PRAGMA main.cache_size = -{_CACHE_KIB}")
            conn.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")
            conn.execute("ATTACH ? AS store", (f"{self._store.absolute().as_uri()}?mode=ro",))
            return Database(conn, execute_plugins=False)

    def _continues(self) -> bool:
        """Whether the file has part of a rebuild of this store by these rules."""
        tables = self.db.conn.execute("SELECT count(*) FROM main.sqlite_master WHERE name = 'made_by'")
        if not tables.fetchone()[0]:
            return False
        rules = self.db.conn.execute("SELECT rules FROM made_by").fetchone()
        return rules == (RULES_VERSION,) and not self.db.conn.execute(_OTHER_STORE).fetchone()[0]

    def _create(self) -> None:
        with immediate(self.db) as db:
            for table in _TABLES.split(";"):
                db.conn.execute(table)
            for name in _SHARED:
                sql = "SELECT sql FROM store.sqlite_master WHERE type = 'table' AND name = ?"
                db.conn.execute(db.conn.execute(sql, (name,)).fetchone()[0])
            db.conn.execute("INSERT INTO made_by (rules) VALUES (?)", (RULES_VERSION,))


def digests_now(db: Database, ids: str) -> Iterator[tuple[int, bytes]]:
    """The digest of what is compared of each stored story, by id. `ids`: JSON."""
    for row in db.conn.execute(_NOW, (ids,)):
        yield row[0], digest_of(row)


def digest_of(row: Sequence[Any]) -> bytes:
    """The digest of what is compared of a story, a row of `STORED_COLUMNS` and `first_seen_at`."""
    printed = "\0".join("" if value is None else value for value in row[1:])
    return blake2b(printed.encode("utf-8", "surrogatepass"), digest_size=8).digest()
