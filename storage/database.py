"""The file: opened, checked, upgraded, and read by connections that cannot write.

Every write of the program goes through the one `storage.writer`. Called by the scheduler and by the commands.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database

from storage.migrations import migrations

APPLICATION_ID = 0x4E445348  # "NDSH" in the file's header
BUSY_S = 30
T = TypeVar("T")
Job = Callable[[Database], T]


class StoreError(Exception):
    """The file cannot be used, in words with a remedy."""


def connect(path: Path, *, readonly: bool) -> Database:
    """A connection in driver autocommit: no transaction opens but those we open."""
    uri = f"{path.absolute().as_uri()}?mode={'ro' if readonly else 'rwc'}"
    conn = sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute("PRAGMA temp_store = MEMORY")
    return Database(conn)


@contextmanager
def immediate(db: Database) -> Iterator[Database]:
    """BEGIN IMMEDIATE … COMMIT. A deferred transaction fails at its first write when another process
    wrote since its first read, whatever the busy time-out (sqlite-utils' `atomic()` is one)."""
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield db
        db.conn.execute("COMMIT")
    except BaseException:
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")
        raise


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """SQLite's complaints about the file, with the file and a remedy."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "unable to open" in str(error):
            raise StoreError(
                f"cannot open {path}: does its folder exist, and may you write there?"
            ) from error
        if "locked" in str(error):
            raise StoreError(f"{path} is locked by another program for more than {BUSY_S} s") from error
        if "readonly" in str(error):
            raise StoreError(
                f"{path} may not be written: check the rights of the file and its folder"
            ) from error
        raise StoreError(f"cannot use {path}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path} is damaged or no SQLite file ({error}); it was left as it is") from error


def _wal(db: Database) -> None:
    """Write-ahead log on. Turning it on wants the file alone and does not wait by itself."""
    for attempt in range(100):
        try:
            if db.conn.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal":
                return
        except sqlite3.OperationalError:
            if attempt == 99:
                raise
        time.sleep(0.05)


def _check_ours(db: Database, path: Path) -> None:
    """Refuse another program's file, and one that a newer version of us wrote."""
    tables = {row[0] for row in db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and db.conn.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise StoreError(f"{path} is a SQLite file of another program; name another file for newsdesk")
    ours = {step.name for step in migrations._migrations}
    newer = sorted(step.name for step in migrations.applied(db) if step.name not in ours)
    if newer:
        raise StoreError(
            f"{path} was written by a newer newsdesk (step {newer[0]} is unknown here): "
            "upgrade newsdesk, or name another file"
        )


def _copy_before(db: Database, path: Path, step: str) -> None:
    """A whole copy of the file beside it, before `step` changes it; an earlier copy is kept. It gets its
    name when it is whole, so that a kill while copying leaves none that only looks like one."""
    target = path.with_name(f"{path.name}.before-{step}")
    if target.exists():
        return
    unfinished = path.with_name(f"{target.name}.{os.getpid()}")
    try:
        with closing(sqlite3.connect(unfinished)) as copy:
            db.conn.backup(copy)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def prepare(path: Path, *, create: bool = True) -> None:
    """Make the file ready for this version: created, or checked, copied and migrated.

    Raises StoreError when it is missing (and `create` is False), another program's, newer, or broken.
    """
    if not create and not path.exists():
        raise StoreError(f"there is no file {path} yet: `newsdesk add ADDRESS` makes it")
    with in_words(path):
        db = connect(path, readonly=False)
        try:
            _check_ours(db, path)
            pending = migrations.pending(db)
            if not pending:
                return
            fresh = not db.conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if fresh:
                db.conn.execute("PRAGMA page_size = 8192")  # a story with its text fits in one page
                _wal(db)
            else:
                _copy_before(db, path, pending[0].name)
            with immediate(db):
                db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                migrations.apply(db)
        finally:
            db.close()


@contextmanager
def reading(path: Path) -> Iterator[Database]:
    """A read-only connection of one's own, open for the block."""
    with in_words(path):
        db = connect(path, readonly=True)
        db.conn.execute("PRAGMA query_only = ON")
    try:
        yield db
    finally:
        db.close()
