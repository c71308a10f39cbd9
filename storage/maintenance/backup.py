"""A copy of the file while it is in use, and restoring one.

SQLite's backup API copies in steps, so that writers go on. A copy gets its name when it is complete and on
disk.
"""

from __future__ import annotations

import logging
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
from newsdesk.storage.db.filesystem import create_file
from newsdesk.storage.db.service import spread_overdue
from newsdesk.storage.db.timestamps import to_iso

log = logging.getLogger(__name__)

PAGES_A_STEP = 8000  # 16 MB; writers work between two steps
SPARE_BYTES = 64 * 1024 * 1024  # of disk space that stays free beside a copy


def back_up(
    path: Path, target: Path, *, on_progress: Callable[[int, int], None] = lambda done, total: None
) -> int:
    """Copy the store at `path` to `target`; `on_progress` gets the pages done and the total. Returns the
    bytes of the copy.

    Raises StoreError if `target` exists or the disk has no space, before anything is written.
    """
    if target.exists():
        raise StoreError(f"{target} exists already; name another file, or delete this one first")
    if not target.parent.is_dir():
        raise StoreError(f"there is no folder {target.parent} for the copy; create it first")
    check_free_space(path, target.parent)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    create_file(unfinished)
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
                progress=lambda _, left, total: on_progress(total - left, total),
            )
        put_in_place(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)
    size = target.stat().st_size
    log.info("copied %s to %s: %d bytes", path, target, size)
    return size


def check_free_space(path: Path, folder: Path) -> None:
    """Raise StoreError if `folder` has no space for a copy of `path`."""
    wanted = sum(part.stat().st_size for part in (path, path.with_name(path.name + "-wal")) if part.exists())
    free = shutil.disk_usage(folder).free
    if free < wanted + SPARE_BYTES:
        raise StoreError(
            f"{folder} has {free // 2**20} MiB free; a copy needs {wanted // 2**20} MiB and"
            f" {SPARE_BYTES // 2**20} MiB"
            " stay free: free some space, or name another folder"
        )


def put_in_place(unfinished: Path, target: Path) -> None:
    """Sync to disk first, then rename: a power cut leaves no half copy under the final name."""
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
    """Keep the newest `keep` of the files that match, by name. Returns the deleted ones."""
    gone = sorted(folder.glob(pattern))[: -keep or None] if keep else []
    for file in gone:
        file.unlink(missing_ok=True)
        log.info("deleted the old copy %s", file)
    return gone


def prepare_restored(path: Path, *, now: datetime, delay_s: float) -> int:
    """Prepare a restored file for work: no leases, no service, no open runs, and overdue visits spread.
    Everything else stays, tombstones too. Returns how many sources are due."""
    with store_errors(path):
        db = connect(path, readonly=False)
        with closing(db.conn), immediate(db):
            return _reset(db, now=now, delay_s=delay_s)


def _reset(db: Database, *, now: datetime, delay_s: float) -> int:
    db.conn.execute("UPDATE host SET lease_owner = NULL, lease_until = NULL")
    db.conn.execute("DELETE FROM service")
    db.conn.execute(
        "UPDATE run SET ended_by = 'restored', ended_at = ? WHERE ended_at IS NULL", (to_iso(now),)
    )
    return spread_overdue(db, now=now, over=timedelta(minutes=10), delay_s=delay_s)
