"""When it is the file or its disk that fails, and not what was asked of it: in words, with a remedy.

Every connection is used inside `in_words`, so that nobody sees SQLite's own complaint. Called by
`storage.db.database` and `storage.db.writer`, by the desk, which takes such trouble for no visit's fault, and
by the front door.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LOOK = "`newsdesk doctor` looks at it, `newsdesk doctor --repair` saves what can be read"
_TROUBLE = {  # SQLite's name of the error, or how it begins → what is the matter, what to do
    "SQLITE_FULL": "the disk is full: make room and crawl again, what was kept is whole",
    "SQLITE_IOERR": "the disk cannot be read or written: look at the disk, then `newsdesk doctor`",
    "SQLITE_CORRUPT": f"the file is damaged, and was left as it is: {_LOOK}",
    "SQLITE_NOTADB": "the file is damaged or no SQLite file, and was left as it is: name another, or"
    " `newsdesk doctor` looks at it",
    "SQLITE_READONLY": "it may not be written: check the rights of the file and its folder",
    "SQLITE_CANTOPEN": "cannot open it: does its folder exist, and may you read and write there?",
    "SQLITE_PERM": "it may not be used: check the rights of the file and its folder",
    "SQLITE_BUSY": "it is locked by another program for too long: end that program, or wait for it",
    "SQLITE_NOLFS": "the file is larger than this system takes",
    "SQLITE_NOMEM": "no memory is left",
}


class StoreError(Exception):
    """The file cannot be used, in words with a remedy."""


class UpgradedError(StoreError):
    """A newer version has upgraded the file while this one had it open."""


def file_trouble(error: BaseException) -> str | None:
    """What is the matter with the file, or None when `error` is not about the file."""
    if isinstance(error, StoreError):
        return str(error)
    name = str(getattr(error, "sqlite_errorname", None) or "")
    return next((f"{words} ({error})" for known, words in _TROUBLE.items() if name.startswith(known)), None)


def told(path: Path, error: Exception) -> Exception:
    """`error` as a StoreError that names the file, when the file is what failed; else itself."""
    words = file_trouble(error)
    if words is None or isinstance(error, StoreError):
        return error
    trouble = StoreError(f"{path}: {words}")
    trouble.__cause__ = error
    return trouble


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """What fails of the file is a StoreError that names it; any other error passes."""
    try:
        yield
    except sqlite3.Error as error:
        raise told(path, error) from error.__cause__
