"""When it is the file or its disk that fails, and not what was asked of it: in words, with a remedy.

Called by the desk, which takes such trouble for no visit's fault, and by the front door.
"""

from __future__ import annotations

import sqlite3

SqliteError = sqlite3.Error

_TROUBLE = {
    "SQLITE_FULL": "the disk is full; make room and crawl again, what was kept is whole",
    "SQLITE_IOERR": "the disk cannot be read or written",
    "SQLITE_CORRUPT": "the file is damaged; `sqlite3 FILE .recover` saves what can be read",
    "SQLITE_NOTADB": "the file is damaged, or no SQLite file",
    "SQLITE_READONLY": "the file may not be written: check its rights and its folder's",
    "SQLITE_CANTOPEN": "the file cannot be opened: check its rights and its folder's",
    "SQLITE_BUSY": "another program holds the file for too long",
    "SQLITE_NOMEM": "no memory is left",
}


def file_trouble(error: BaseException) -> str | None:
    """What is the matter with the file, or None when `error` is not about the file."""
    name = str(getattr(error, "sqlite_errorname", None) or "")
    return next((f"{words} ({error})" for known, words in _TROUBLE.items() if name.startswith(known)), None)
