"""Open the file for reading only, also where neither it nor its folder may be written: a read-only disk, a file of
another user.

A file in WAL mode needs a `-shm` beside it, even for a reader. Where SQLite cannot create that, the file can be read
as `immutable` (https://sqlite.org/uri.html), which uses no `-shm` and ignores the log: right if there is no log.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from pathlib import Path

from newsdesk.storage.db.errors import StoreError

log = logging.getLogger(__name__)
_NO_SHARED_MEMORY = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


def is_writable(path: Path) -> bool:
    """Whether this process may write the file and create its log, if there is none: not on a disk that is mounted
    read-only, nor without the permissions."""
    return os.access(path, os.W_OK) and (os.access(path.parent, os.W_OK) or _log_of(path).exists())


def check_writable(path: Path) -> None:
    """Raises StoreError for a file that exists and may not be written."""
    if path.exists() and not is_writable(path):
        raise StoreError(
            f"{path} cannot be written: check the permissions of the file and its folder, and whether its disk is"
            " mounted read-only; commands that only read work"
        )


def open_read_only(path: Path, *, timeout_s: float) -> sqlite3.Connection:
    """A connection that reads. Raises StoreError where the log holds changes that cannot be read here, and
    sqlite3.Error."""
    conn = _open(path, "mode=ro", timeout_s)
    try:
        conn.execute("SELECT count(*) FROM sqlite_master").fetchone()  # SQLite opens the files only now
        return conn
    except sqlite3.OperationalError as error:
        conn.close()
        if (error.sqlite_errorcode & 0xFF) not in _NO_SHARED_MEMORY or not os.access(path, os.R_OK):
            raise
        wal = _log_of(path)
        if is_writable(path):  # something else is wrong
            raise
        if wal.exists() and wal.stat().st_size:
            raise StoreError(
                f"{path} cannot be read where it is: {wal.name} beside it holds changes, and the folder may not be"
                " written; copy both files to a folder that you may write, and name the copy with NEWSDESK_DB"
            ) from error
    log.debug("%s and its folder may not be written: opened as immutable", path)
    return _open(path, "mode=ro&immutable=1", timeout_s)


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _open(path: Path, parameters: str, timeout_s: float) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?{parameters}",
        uri=True, timeout=timeout_s, isolation_level=None, check_same_thread=False,
    )  # fmt: skip
