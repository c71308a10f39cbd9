"""The file: opened, checked, upgraded, and read by connections that cannot write.

Every write of the program goes through the one `storage.db.writer`.
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

from newsdesk.storage.db.errors import StoreError, UpgradedError, file_trouble, in_words
from newsdesk.storage.db.filesystem import network_file_system
from newsdesk.storage.db.schema import migrations

APPLICATION_ID = 0x4E445348  # "NDSH" in the file's header
BUSY_S = 30
T = TypeVar("T")
Job = Callable[[Database], T]


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


def _wal(db: Database) -> None:
    """Write-ahead log on. Turning it on wants the file alone and does not wait by itself."""
    for attempt in range(100):
        try:
            if db.conn.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal":
                return
        except sqlite3.OperationalError as error:
            if attempt == 99 or error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
        time.sleep(0.05)


def _check_ours(db: Database, path: Path) -> None:
    """Refuse another program's file, and one that a newer version of us wrote."""
    tables = {row[0] for row in db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and db.conn.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise StoreError(f"{path} is a SQLite file of another program; name another file for newsdesk")
    newer = _newer_step(db)
    if newer is not None:
        raise StoreError(
            f"{path} was written by a newer newsdesk (step {newer} is unknown here): "
            "upgrade newsdesk, or name another file"
        )


def _newer_step(db: Database) -> str | None:
    """The first step of a file that this version does not know."""
    ours = {step.name for step in migrations._migrations}
    return next((step.name for step in migrations.applied(db) if step.name not in ours), None)


def check_still_ours(db: Database, path: Path) -> None:
    """Refuse a file that a newer version has upgraded since we opened it: what we would write into it may not
    fit any more. Asked inside each transaction that writes; counting a few rows costs some microseconds."""
    if db.conn.execute("SELECT count(*) FROM _sqlite_migrations").fetchone()[0] <= len(
        migrations._migrations
    ):
        return
    newer = _newer_step(db)
    if newer is not None:
        raise UpgradedError(
            f"{path} was upgraded by a newer newsdesk while this one was at work (step {newer} is unknown"
            " here): start this one anew, upgraded; all that was kept is whole"
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


_WAL_MAGIC = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")  # https://sqlite.org/fileformat2.html#walformat


def wal_of(path: Path) -> Path:
    """The write-ahead log of a file. It is there while somebody has the file open, and after a kill."""
    return path.with_name(f"{path.name}-wal")


def check_log(path: Path) -> None:
    """Refuse a log that SQLite would throw away without a word: one that is no log, and one whose file is
    gone or empty. A log that begins with zeros was never synced, so nothing in it was acknowledged."""
    try:
        with wal_of(path).open("rb") as log:
            head = log.read(32)
    except FileNotFoundError:
        return
    if head.strip(b"\0") and not head.startswith(_WAL_MAGIC):
        raise StoreError(
            f"{wal_of(path)}, the log of {path}, is damaged; both were left as they are: `newsdesk doctor"
            " --repair` goes on without it, and keeps it"
        )
    if head.strip(b"\0") and (not path.exists() or not path.stat().st_size):
        raise StoreError(
            f"{path} is {'empty' if path.exists() else 'gone'}, but {wal_of(path).name}, its log, is there:"
            " put the file back, or move its log away"
        )


def check_place(path: Path, *, create: bool) -> None:
    """Refuse, before SQLite looks at it, what SQLite would take for a new file or trust in vain. Raises
    StoreError."""
    try:
        check_log(path)
        if not path.exists():
            if not create:
                raise StoreError(f"there is no file {path} yet: `newsdesk add ADDRESS` makes it")
        elif path.is_dir():
            raise StoreError(f"{path} is a folder: name a file in it")
        elif not path.stat().st_size and not create:
            raise StoreError(
                f"{path} is empty: put back a copy of it; if it never held anything, `newsdesk add ADDRESS`"
                " begins it"
            )
    except OSError as error:
        raise StoreError(f"{path} cannot be looked at: {error.strerror or error}") from error
    found = network_file_system(path)
    if found is not None:
        raise StoreError(
            f"{path} lies on a network file system ({found}), where SQLite's log does not work: name a file"
            " on a disk of this machine by the setting `db`"
        )


def sqlite_version() -> str:
    """Of the library that Python uses."""
    return sqlite3.sqlite_version


def prepare_error(path: Path) -> str | None:
    """Why `prepare` would refuse the file, in words; None when it would not. Changes nothing."""
    try:
        check_place(path, create=False)
        with reading(path) as db:
            _check_ours(db, path)
    except StoreError as error:
        return str(error)
    return None


def not_ready(path: Path) -> str | None:
    """Why the file cannot be read as it is, in words: it is none, or is to be upgraded first. Changes
    nothing."""
    words = prepare_error(path)
    if words is None:
        with reading(path) as db:
            if migrations.pending(db):
                words = f"{path} is of an earlier version: the next `newsdesk crawl` upgrades it"
    return words


def prepare(path: Path, *, create: bool = True) -> None:
    """Make the file ready for this version: created, or checked, copied and migrated.

    Raises StoreError when it is missing or empty (and `create` is False), another program's, newer, broken,
    or on a network file system.
    """
    check_place(path, create=create)
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
        except sqlite3.Error as error:
            if file_trouble(error) is not None:
                raise
            raise StoreError(f"{path} cannot be made ready, and was left as it is: {error}") from error
        finally:
            db.close()


@contextmanager
def reading(path: Path) -> Iterator[Database]:
    """A read-only connection of one's own, open for the block."""
    with in_words(path):
        db = connect(path, readonly=True)
        try:
            db.conn.execute("PRAGMA query_only = ON")
            yield db
        finally:
            db.close()


def checkpoint(path: Path) -> None:
    """Write the log into the file and cut it to nothing, unless somebody reads from it right now."""
    with in_words(path):
        db = connect(path, readonly=False)
        try:
            db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            db.close()
