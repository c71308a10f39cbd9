"""A whole copy of the file while it is in use, and the way back from one.

By SQLite's backup API, step by step, so that writers go on; a copy gets its name when it is whole and on
disk.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from newsdesk.storage.db.database import connect, immediate
from newsdesk.storage.db.errors import StoreError, store_errors
from newsdesk.storage.db.service import spread_overdue
from newsdesk.storage.db.timestamps import to_iso

PAGES_A_STEP = 2000  # 16 MB; between two steps a writer has its turn
SPARE_BYTES = 64 * 1024 * 1024  # of disk that stays free beside a copy


def back_up(path: Path, target: Path, *, told: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Copy the store at `path` to `target`; `told` hears of pages done and in all. Returns the copy's bytes.

    Raises StoreError when `target` exists or the disk has no room, before anything is written.
    """
    if target.exists():
        raise StoreError(f"{target} exists already; name another file, or delete it first")
    if not target.parent.is_dir():
        raise StoreError(f"there is no folder {target.parent} for the copy; make it first")
    check_room(path, target.parent)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with (
            store_errors(path),
            closing(connect(path, readonly=True).conn) as source,
            store_errors(target),
            closing(sqlite3.connect(unfinished)) as copy,
        ):
            source.backup(
                copy,
                pages=PAGES_A_STEP,
                sleep=0.01,
                progress=lambda _, left, total: told(total - left, total),
            )
        put_in_place(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target.stat().st_size


def check_room(path: Path, folder: Path) -> None:
    """Raises StoreError when `folder` has no room for a copy of `path`."""
    wanted = sum(part.stat().st_size for part in (path, path.with_name(path.name + "-wal")) if part.exists())
    free = shutil.disk_usage(folder).free
    if free < wanted + SPARE_BYTES:
        raise StoreError(
            f"{folder} has {free // 2**20} MiB free; a copy takes {wanted // 2**20} and {SPARE_BYTES // 2**20} stay"
            " free: make room, or name another folder"
        )


def put_in_place(unfinished: Path, target: Path) -> None:
    """On disk first, then under its name: no power loss leaves a half copy that looks whole."""
    _sync(unfinished)
    unfinished.replace(target)
    _sync(target.parent)


def _sync(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def delete_oldest(folder: Path, pattern: str, *, keep: int) -> list[Path]:
    """Of the files that match, by name the newest `keep` stay. Returns what went."""
    gone = sorted(folder.glob(pattern))[: -keep or None] if keep else []
    for file in gone:
        file.unlink(missing_ok=True)
    return gone


def prepare_restored(path: Path, *, now: datetime, delay_s: float) -> int:
    """Make a restored file ready for work: nobody holds a lease or the service, open runs are over, and what
    is overdue is spread. Tombstones and all else stay. Returns how many sources are due."""
    with store_errors(path):
        db = connect(path, readonly=False)
        with closing(db.conn), immediate(db):
            return _wake(db, now=now, delay_s=delay_s)


def _wake(db: Database, *, now: datetime, delay_s: float) -> int:
    db.conn.execute("UPDATE host SET lease_owner = NULL, lease_until = NULL")
    db.conn.execute("DELETE FROM service")
    db.conn.execute(
        "UPDATE run SET ended_by = 'restored', ended_at = ? WHERE ended_at IS NULL", (to_iso(now),)
    )
    return spread_overdue(db, now=now, over=timedelta(minutes=10), delay_s=delay_s)
