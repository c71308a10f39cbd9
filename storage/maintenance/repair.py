"""`newsdesk doctor --repair`: a new file with everything that can be read from a damaged one.

The damaged file is copied aside first, and read from another copy: each table around the damage, then the
pages that no table refers to. (The `.recover` of the sqlite3 shell is not used: Debian builds it without.)
The migrations make the new file, its search index is filled from its stories, and it replaces the old one in
one step when it is complete.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from newsdesk.storage.db.database import (
    APPLICATION_ID,
    FIRST_OLD_STEP,
    check_log,
    connect,
    immediate,
    old_format_message,
    prepare,
    wal_of,
)
from newsdesk.storage.db.errors import OldFormatError, StoreError
from newsdesk.storage.db.schema import PAGES_DUE, SOURCES_DUE, migration_names, migrations
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.maintenance.backup import put_in_place
from newsdesk.storage.maintenance.salvage import (
    Table,
    integrity_errors,
    open_damaged,
    rows_of,
    tables_of,
    undamaged,
    unreferenced_rows,
)
from newsdesk.storage.search.index import index_stored

log = logging.getLogger(__name__)

# https://sqlite.org/fileformat2.html: the header, the lock bytes and the page types
_MAGIC, _HEADER, _SHARED, _LOCKS = b"SQLite format 3\0", 100, 0x40000002, 510
_EMPTY_LEAF = b"\x0d\0\0\0\0\0\0\0"


@dataclass(slots=True, kw_only=True)
class RepairedTable:
    """The result for one table. `missing_ids`: ids between the lowest and the highest that have no row, lost
    or never stored; None for a table without ids. `damaged`: a part could not be read."""

    table: str
    rows: int = 0
    missing_ids: int | None = None
    damaged: bool = False


@dataclass(slots=True, kw_only=True)
class RepairReport:
    """`damaged_copy` is the damaged file, kept. `lost_texts`: stories whose text was lost; `orphaned_rows`:
    rows left out because they refer to lost ones."""

    damaged_copy: Path
    tables: list[RepairedTable] = field(default_factory=list)
    lost_texts: int = 0
    orphaned_rows: int = 0


def repair(path: Path, *, now: datetime, key_of: Callable[[str], str]) -> RepairReport | None:
    """Replace a damaged file by what can be read from it; None if the file is sound. `key_of` gives the key
    of the address of a story. Raises StoreError, with the file untouched, if others have it open, if it is of
    another program or format, if there is no disk space, or if nothing can be read."""
    if not path.is_file():
        raise StoreError(f"there is no file {path} to repair")
    try:
        with ExitStack() as stack:
            file = stack.enter_context(_locked(path))
            aside = _copy(path, file, f"{path.name}.broken-{now:%Y%m%dT%H%M%SZ}")
            try:
                report = _repair(path, file, aside, stack, now=now, key_of=key_of)
            except (StoreError, OSError):
                _remove(aside)  # the file itself was not changed
                raise
            if report is None:
                _remove(aside)
    except OSError as error:
        raise StoreError(f"{path} cannot be repaired, and was left untouched: {error}") from error
    if report is not None:
        log.warning("repaired %s; the damaged file is %s", path, report.damaged_copy)
    return report


def _repair(
    path: Path, file: IO[bytes], aside: Path, stack: ExitStack, *, now: datetime, key_of: Callable[[str], str]
) -> RepairReport | None:
    scratch = path.with_name(f"{path.name}.reading-{os.getpid()}")
    fresh = path.with_name(f"{path.name}.repaired-{os.getpid()}")
    for temporary in (scratch, fresh):
        stack.callback(_remove, temporary)
    prepare(fresh)
    _copy(path, file, scratch.name)
    _check_ours(scratch, path)
    if not _make_readable(scratch, fresh) and _log_is_sound(path) and not integrity_errors(scratch):
        return None
    report = RepairReport(damaged_copy=aside)
    _fill(fresh, scratch, report, now=now, key_of=key_of)
    if not any(saved.rows for saved in report.tables if saved.table in ("source", "story")):
        raise StoreError(f"nothing of {path} can be read, and it was left untouched: restore a backup")
    errors = integrity_errors(fresh)
    if errors:
        raise StoreError(f"{path} was left untouched: what can be read of it is not consistent ({errors[0]})")
    _take_place(fresh, path)
    return report


@contextmanager
def _locked(path: Path) -> Iterator[IO[bytes]]:
    """Open the file and lock it, so that nobody else has it open or can open it: the bytes that SQLite locks
    are file by every connection."""
    with path.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCKS, _SHARED)
        except OSError as error:
            raise StoreError(
                f"{path} is open in another program: end it (newsdesk serve, a crawl) first"
            ) from error
        yield file


def _copy(path: Path, file: IO[bytes], name: str) -> Path:
    """A synced copy of the file and its log beside it. Read through `file`: closing a second descriptor would
    release its lock."""
    copy = path.with_name(name)
    file.seek(0)
    with copy.open("xb") as target:
        copy.chmod(path.stat().st_mode & 0o777)
        shutil.copyfileobj(file, target, 1024 * 1024)
        target.flush()
        os.fsync(target.fileno())
    with suppress(FileNotFoundError):
        shutil.copy(wal_of(path), wal_of(copy))
        with wal_of(copy).open("rb") as log:
            os.fsync(log.fileno())
    return copy


def _remove(path: Path) -> None:
    for name in (
        path,
        wal_of(path),
        path.with_name(f"{path.name}-shm"),
        path.with_name(f"{path.name}-journal"),
    ):
        name.unlink(missing_ok=True)


def _log_is_sound(path: Path) -> bool:
    try:
        check_log(path)
    except StoreError:
        return False
    return True


def _make_readable(scratch: Path, sound: Path) -> bool:
    """Give a copy the header that SQLite needs, from a sound file, and the length that its header says, so
    that a truncated file can be read up to its end. False if nothing was missing."""
    raw = sound.read_bytes()[:65536]
    size = int.from_bytes(raw[16:18], "big")
    length = scratch.stat().st_size
    with scratch.open("r+b") as file:
        page = bytearray(file.read(size).ljust(size, b"\0"))
        header_is_sound = page[:16] == _MAGIC and page[16:18] == raw[16:18]
        if not header_is_sound:
            page[:_HEADER] = raw[:_HEADER]
            page[28:32] = max(1, -(-length // size)).to_bytes(4, "big")
            page[32:40] = bytes(8)  # no free list
            page[92:96] = page[24:28]  # the change counter for which the length is valid
            if page[_HEADER] not in (0x05, 0x0D):
                page[_HEADER : _HEADER + len(_EMPTY_LEAF)] = _EMPTY_LEAF
            file.seek(0)
            file.write(page)
        expected = int.from_bytes(page[28:32], "big") * size
        is_short = length < expected < 64 * max(length, size)
        if is_short:
            file.truncate(expected)
    return is_short or not header_is_sound


def _check_ours(scratch: Path, path: Path) -> None:
    """Refuse a file of another program, of a newer version, or of a format before the first release."""
    with scratch.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            return  # the header is damaged: unknown
    with closing(open_damaged(scratch)) as conn, suppress(sqlite3.DatabaseError):
        if conn.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise StoreError(f"{path} is a SQLite file of another program, and was left untouched")
        rows = conn.execute(f"SELECT name FROM {migrations.migrations_table} ORDER BY rowid").fetchall()
        applied = [name for (name,) in rows]
        if FIRST_OLD_STEP in applied:
            raise OldFormatError(old_format_message(path, applied))
        newer = set(applied) - set(migration_names(migrations))
        if newer:
            raise StoreError(
                f"{path} was written by a newer newsdesk (migration {min(newer)}): repair it with that version"
            )


def _fill(
    fresh: Path, scratch: Path, report: RepairReport, *, now: datetime, key_of: Callable[[str], str]
) -> None:
    """Copy all rows that can be read, from tables first, then from pages that no table refers to; then fix
    the references."""
    db = connect(fresh, readonly=False)
    try:
        conn = db.conn
        conn.execute("PRAGMA foreign_keys = OFF")
        tables = tables_of(conn)
        with immediate(db):
            with closing(open_damaged(scratch)) as broken:
                report.tables = [_copy_table(conn, broken, table) for table in tables]
                _keep_numbers(conn, broken)
                with suppress(sqlite3.DatabaseError):
                    broken.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            if any(saved.damaged for saved in report.tables):
                for table, row in unreferenced_rows(scratch, tables):
                    if (sound := undamaged(table, row)) is not None:
                        _insert(conn, table, sound)
            report.orphaned_rows = _fix_references(conn, tables, report, now=now, key_of=key_of)
            for table, saved in zip(tables, report.tables, strict=True):
                _count(conn, table, saved)
            index_stored(db)
    finally:
        db.close()


def _copy_table(conn: sqlite3.Connection, broken: sqlite3.Connection, table: Table) -> RepairedTable:
    saved = RepairedTable(table=table.name)

    def damaged() -> None:
        saved.damaged = True

    for row in rows_of(broken, table, damaged):
        if (sound := undamaged(table, row)) is not None:
            _insert(conn, table, sound)
        if sound is not row:
            damaged()
    return saved


def _insert(conn: sqlite3.Connection, table: Table, row: tuple[object, ...]) -> None:
    """Insert a row unless it exists. Where the file had no such column, or damage left NULL, the default of
    the table applies."""
    given = [
        (name, value)
        for name, value in zip(table.names, row, strict=True)
        if value is not None or name not in table.required
    ]
    names = ", ".join(f"[{name}]" for name, _ in given)
    with suppress(sqlite3.IntegrityError, OverflowError):  # a row that violates a constraint was damaged
        conn.execute(
            f"INSERT OR IGNORE INTO [{table.name}] ({names}) VALUES ({', '.join('?' * len(given))})",
            [value for _, value in given],
        )


def _keep_numbers(conn: sqlite3.Connection, broken: sqlite3.Connection) -> None:
    """Do not give the id of a lost story, source or entry to another one."""
    with suppress(sqlite3.DatabaseError):
        for last, name in broken.execute("SELECT seq, name FROM sqlite_sequence"):
            conn.execute("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (last, name))


def _fix_references(
    conn: sqlite3.Connection,
    tables: tuple[Table, ...],
    report: RepairReport,
    *,
    now: datetime,
    key_of: Callable[[str], str],
) -> int:
    """Make the saved rows consistent, and all sources due with a full read. Returns how many rows referred to
    lost ones and were left out."""
    conn.execute("INSERT OR IGNORE INTO host (host) SELECT host FROM source")
    conn.execute("UPDATE host SET lease_owner = NULL, lease_until = NULL")
    conn.execute("DELETE FROM service")
    conn.execute("UPDATE run SET ended_at = requested_at, ended_by = 'killed' WHERE ended_at IS NULL")
    orphans = sum(_delete_orphans(conn, table) for table in tables)
    # Snapshots of lost entries: another entry will get their id.
    orphans += conn.execute(
        "DELETE FROM snapshot WHERE entry_id <> 0 AND entry_id NOT IN (SELECT id FROM entry)"
    ).rowcount
    report.lost_texts = conn.execute(
        "INSERT INTO story_body (story_id) SELECT id FROM story"
        " WHERE id NOT IN (SELECT story_id FROM story_body)"
    ).rowcount
    without_address = conn.execute(
        "SELECT id, url, first_seen_at FROM story WHERE id NOT IN (SELECT story_id FROM address)"
        " AND merged_into IS NULL AND url LIKE 'http%'"
    ).fetchall()
    conn.executemany(
        "INSERT OR IGNORE INTO address (key, story_id, url, found_in, added_at) VALUES (?, ?, ?, 'entry', ?)",
        [(key_of(url), story_id, url, seen) for story_id, url, seen in without_address],
    )
    # The known entries of a source would hide that their stories were lost, so it is read in full again.
    conn.execute(
        "UPDATE source SET etag = NULL, last_modified = NULL, body_digest = NULL, known_entries = x'',"
        " known_sitemaps = '[]',"
        " next_visit_at = ?, next_visit_why = 'the file was repaired' WHERE state <> 'retired'",
        (to_iso(now),),
    )
    conn.execute(f"UPDATE host SET {SOURCES_DUE}, {PAGES_DUE}")
    return orphans


def _delete_orphans(conn: sqlite3.Connection, table: Table) -> int:
    """Rows that refer to a lost row: remove the reference if the table allows it, else the row."""
    gone = 0
    for key in conn.execute(f"PRAGMA foreign_key_list([{table.name}])").fetchall():
        parent, column, target = key[2], key[3], key[4]
        orphans = f"[{column}] IS NOT NULL AND [{column}] NOT IN (SELECT [{target}] FROM [{parent}])"
        if column not in table.required and column != table.key:
            with suppress(sqlite3.IntegrityError):  # a constraint forbids NULL: delete the row
                conn.execute(f"UPDATE [{table.name}] SET [{column}] = NULL WHERE {orphans}")
                continue
        gone += conn.execute(f"DELETE FROM [{table.name}] WHERE {orphans}").rowcount
    return gone


def _count(conn: sqlite3.Connection, table: Table, saved: RepairedTable) -> None:
    saved.rows = conn.execute(f"SELECT count(*) FROM [{table.name}]").fetchone()[0]
    if table.by_id and saved.rows:
        greatest, least = conn.execute(
            f"SELECT max([{table.key}]), min([{table.key}]) FROM [{table.name}]"
        ).fetchone()
        saved.missing_ids = greatest - least + 1 - saved.rows


def _take_place(fresh: Path, path: Path) -> None:
    """In one step. The log goes first, because SQLite would apply it to the new file; the copy aside has
    it."""
    fresh.chmod(path.stat().st_mode & 0o777)
    with suppress(PermissionError):
        os.chown(fresh, path.stat().st_uid, path.stat().st_gid)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    put_in_place(fresh, path)
