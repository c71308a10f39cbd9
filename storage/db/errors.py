"""Errors of the file or its disk as a StoreError: a message that names the file, with the remedy."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_DOCTOR = "`newsdesk doctor` checks it, `newsdesk doctor --repair` saves what can be read"
DAMAGED = f"the file is damaged, and was left untouched: {_DOCTOR}"
_MESSAGES = {  # beginning of SQLite's error name → what is wrong, what to do
    "SQLITE_FULL": "the disk is full: free some space and crawl again, nothing stored is lost",
    "SQLITE_IOERR": "the disk cannot be read or written: check the disk, then run `newsdesk doctor`",
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_NOTADB": "the file is damaged or not a SQLite file, and was left untouched: name another file, or"
    " run `newsdesk doctor`",
    "SQLITE_READONLY": "the file cannot be written: check the permissions of the file and its folder",
    "SQLITE_CANTOPEN": "cannot open it: check that its folder exists and that you may read and write there",
    "SQLITE_PERM": "access denied: check the permissions of the file and its folder",
    "SQLITE_BUSY": "it is locked by another program for too long: end that program, or wait for it",
    "SQLITE_NOLFS": "the file is larger than this system supports",
    "SQLITE_NOMEM": "out of memory",
}


class StoreError(Exception):
    """The file cannot be used. The message says why, and what to do."""


class OldFormatError(StoreError):
    """The file has a format from before the first release."""


class UpgradedError(StoreError):
    """A newer version has upgraded the file while this one had it open."""


class NoSuchSourceError(Exception):
    """A name that a person wrote fits no source, or several."""


def file_error(error: BaseException) -> str | None:
    """What is wrong with the file; None if `error` is not about the file."""
    if isinstance(error, StoreError):
        return str(error)
    name = str(getattr(error, "sqlite_errorname", None) or "")
    return next(
        (f"{message} ({error})" for known, message in _MESSAGES.items() if name.startswith(known)), None
    )


def as_store_error(path: Path, error: Exception) -> Exception:
    """`error` as a StoreError that names the file if the file failed; else `error`."""
    message = file_error(error)
    if message is None or isinstance(error, StoreError):
        return error
    found = StoreError(f"{path}: {message}")
    found.__cause__ = error
    return found


@contextmanager
def store_errors(path: Path) -> Iterator[None]:
    """Raise errors of the file as a StoreError that names it; any other error passes."""
    try:
        yield
    except sqlite3.Error as error:
        raise as_store_error(path, error) from error.__cause__
