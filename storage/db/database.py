"""Open, check and migrate the file; give connections that only read.

Writing is the job of `storage.db.writer`.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from sqlite_utils import Database

from newsdesk.storage.db.errors import (
    DAMAGED,
    OldFormatError,
    StoreError,
    UpgradedError,
    file_error,
    store_errors,
)
from newsdesk.storage.db.filesystem import create_file, network_file_system
from newsdesk.storage.db.read_only import check_writable, is_writable, open_read_only
from newsdesk.storage.db.schema import migration_names, migrations

APPLICATION_ID = 0x4E445348  # "NDSH" in the file's header
# How long a statement waits for a lock. A writer holds one for the transaction of a group of visits, seconds at
# most on a slow disk; what waits longer waits for a program that does not end.
BUSY_TIMEOUT_S = 30
# Bytes of a page in a new file. A text that does not fit beside others leaves the rest of its page empty: with pages
# of 4096, SQLite's default, 640 bytes a story, with these half of that.
PAGE_SIZE = 2048
FIRST_OLD_STEP = "0001_line"  # of the formats that were never released
log = logging.getLogger(__name__)


def connect(path: Path, *, readonly: bool) -> Database:
    """A connection in autocommit mode: Python opens no transactions of its own."""
    if readonly:
        conn = open_read_only(path, timeout_s=BUSY_TIMEOUT_S)
    else:
        check_writable(path)
        uri = f"{path.absolute().as_uri()}?mode=rwc"
        conn = sqlite3.connect(
            uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute("PRAGMA temp_store = MEMORY")
    return Database(conn, execute_plugins=False)  # to look for plugins in all packages takes 25 ms


@contextmanager
def immediate(db: Database) -> Iterator[Database]:
    """BEGIN IMMEDIATE … COMMIT. A deferred transaction, such as `atomic()` of sqlite-utils, fails at its first
    write if another process has written since its first read, whatever the busy time-out."""
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield db
        db.conn.execute("COMMIT")
    except BaseException:
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")
        raise


def _wal(db: Database) -> None:
    """Turn on the write-ahead log. That needs the file exclusively, and SQLite does not wait for it."""
    for attempt in range(100):
        try:
            if db.conn.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal":
                return
        except sqlite3.OperationalError as error:
            if attempt == 99 or error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
        time.sleep(0.05)


def _check_format(db: Database, path: Path) -> None:
    """Refuse a file of another program, of a format before the first release, or of a newer version."""
    try:
        tables = {row[0] for row in db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except UnicodeDecodeError as error:  # SQLite gives bytes of a damaged page as the name of a table
        raise StoreError(f"{path}: {DAMAGED} ({error})") from error
    if tables and db.conn.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise StoreError(f"{path} is a SQLite file of another program; name another file for newsdesk")
    applied = applied_migrations(db)
    if FIRST_OLD_STEP in applied:
        raise OldFormatError(old_format_message(path, applied))
    newer = _newer_migration(db)
    if newer is not None:
        raise StoreError(
            f"{path} was written by a newer newsdesk (this version does not know migration {newer}): "
            "upgrade newsdesk, or name another file"
        )


def applied_migrations(db: Database) -> tuple[str, ...]:
    """The names of the migrations that a file has, in their order."""
    return tuple(step.name for step in migrations.applied(db))


def old_format_message(path: Path, applied: Sequence[str]) -> str:
    """Why a file of a format before the first release is refused, and what to do."""
    return (
        f"{path} has format {applied[-1]}, from before the first release of newsdesk, and was left untouched."
        " This version cannot read it: run `newsdesk sources export` with the version that wrote the file, then"
        " `newsdesk sources import` with this one into a new file"
    )


def _newer_migration(db: Database) -> str | None:
    """The first migration of a file that this version does not know."""
    ours = migration_names(migrations)
    return next((name for name in applied_migrations(db) if name not in ours), None)


def check_not_upgraded(db: Database, path: Path) -> None:
    """Refuse a file that a newer version has upgraded since it was opened: our writes may not fit its tables.
    Every transaction that writes calls this; counting the rows takes microseconds."""
    applied = db.conn.execute(f"SELECT count(*) FROM {migrations.migrations_table}").fetchone()[0]
    if applied <= len(migration_names(migrations)):
        return
    newer = _newer_migration(db)
    if newer is not None:
        raise UpgradedError(
            f"{path} was upgraded by a newer newsdesk while this one was running (this version does not know"
            f" migration {newer}): start newsdesk again with the newer version; nothing stored is lost"
        )


def _copy_before(db: Database, path: Path, step: str) -> None:
    """Copy the file beside itself before migration `step`, unless that copy exists. It gets its name when it is
    complete, so that a kill leaves no half copy under that name."""
    target = path.with_name(f"{path.name}.before-{step}")
    if target.exists():
        return
    unfinished = path.with_name(f"{target.name}.{os.getpid()}")
    try:
        create_file(unfinished)
        with closing(sqlite3.connect(unfinished)) as copy:
            db.conn.backup(copy)
        unfinished.replace(target)
        log.info("copied %s to %s before migration %s", path, target.name, step)
    finally:
        unfinished.unlink(missing_ok=True)


_WAL_MAGIC = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")  # https://sqlite.org/fileformat2.html#walformat


def wal_of(path: Path) -> Path:
    """The write-ahead log of a file. It exists while the file is open, and after a kill."""
    return path.with_name(f"{path.name}-wal")


def check_log(path: Path) -> None:
    """Refuse a log that SQLite would delete without an error: one without the magic number, and one whose file
    is missing or empty. A log that begins with zeros was never synced, so nothing in it was acknowledged."""
    try:
        with wal_of(path).open("rb") as log:
            head = log.read(32)
    except FileNotFoundError:
        return
    if head.strip(b"\0") and not head.startswith(_WAL_MAGIC):
        raise StoreError(
            f"{wal_of(path)}, the log of {path}, is damaged; both were left untouched: `newsdesk doctor --repair`"
            " goes on without the log, and keeps it"
        )
    if head.strip(b"\0") and (not path.exists() or not path.stat().st_size):
        raise StoreError(
            f"{path} is {'empty' if path.exists() else 'missing'}, but its log {wal_of(path).name} exists:"
            " put the file back, or move the log away"
        )


def check_place(path: Path, *, create: bool) -> None:
    """Refuse a path that SQLite would take for a new file, or on which its log does not work. Raises
    StoreError."""
    try:
        check_log(path)
        if not path.exists():
            if not create:
                raise StoreError(f"there is no file {path} yet: `newsdesk add ADDRESS` creates it")
        elif path.is_dir():
            raise StoreError(f"{path} is a folder: name a file in it")
        elif not path.is_file():
            raise StoreError(f"{path} is a pipe or a device: name a file on a disk")
        elif not path.stat().st_size and not create:
            raise StoreError(
                f"{path} is empty: put back a copy of it; if it is new, `newsdesk add ADDRESS` creates its tables"
            )
    except OSError as error:
        raise StoreError(f"{path} cannot be examined: {error.strerror or error}") from error
    found = network_file_system(path)
    if found is not None:
        raise StoreError(
            f"{path} is on a network file system ({found}), where SQLite's log does not work: set `db` to a file"
            " on a disk of this machine"
        )


def sqlite_version() -> str:
    """The version of the SQLite library that Python uses."""
    return sqlite3.sqlite_version


def prepare_error(path: Path) -> str | None:
    """Why `prepare` would refuse the file; None if it would not. Changes nothing."""
    try:
        check_place(path, create=False)
        with reading(path) as db:
            _check_format(db, path)
    except StoreError as error:
        return str(error)
    return None


def unreadable_reason(path: Path) -> str | None:
    """Why the file cannot be read as it is: `prepare` would refuse it, or it must be upgraded first. None if it
    can. Changes nothing."""
    message = prepare_error(path)
    if message is None:
        with reading(path) as db:
            if migrations.pending(db):
                message = f"{path} is of an earlier version: the next `newsdesk crawl` upgrades it"
    return message


def prepare(path: Path, *, create: bool = True) -> None:
    """Create the file; or check it, and copy and migrate it if it is of an earlier version. A file that may not be
    written is only checked.

    Raises StoreError if it is missing or empty (and `create` is False), of another program, of a newer version
    or of a format before the first release, broken, or on a network file system.
    """
    check_place(path, create=create)
    if path.exists() and not is_writable(path):
        _check_read_only(path)
        return
    create_file(path)
    with store_errors(path):
        db = connect(path, readonly=False)
        try:
            _check_format(db, path)
            pending = migrations.pending(db)
            if not pending:
                return
            names = [step.name for step in pending]
            fresh = not db.conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if fresh:
                db.conn.execute(f"PRAGMA page_size = {PAGE_SIZE}")
                _wal(db)
            else:
                _copy_before(db, path, pending[0].name)
            with immediate(db):
                db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                migrations.apply(db)
            log.info("%s %s: migrations %s", "created" if fresh else "migrated", path, ", ".join(names))
        except sqlite3.Error as error:
            if file_error(error) is not None:
                raise
            raise StoreError(f"{path} cannot be migrated, and was left untouched: {error}") from error
        finally:
            db.close()


def _check_read_only(path: Path) -> None:
    with reading(path) as db:
        _check_format(db, path)
        if migrations.pending(db):
            raise StoreError(
                f"{path} is of an earlier version, and may not be written to be upgraded: make the file and its"
                " folder writable, or copy it and name the copy with NEWSDESK_DB"
            )


@contextmanager
def reading(path: Path) -> Iterator[Database]:
    """A new connection that only reads, open for the block."""
    with store_errors(path):
        db = connect(path, readonly=True)
        try:
            db.conn.execute("PRAGMA query_only = ON")
            log.debug("opened %s for reading", path)
            yield db
        finally:
            db.close()


def checkpoint(path: Path) -> None:
    """Write the log into the file and truncate it, unless somebody reads from it right now."""
    with store_errors(path):
        db = connect(path, readonly=False)
        try:
            db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            db.close()
