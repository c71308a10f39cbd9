"""Read rows from a damaged file, around the damage: each table by its key, jumping over what cannot be read.

Reads only, from copies that `storage.maintenance.repair` makes. Rows on pages that no table refers to are
assigned to tables by their columns.
"""

from __future__ import annotations

import mmap
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from newsdesk.storage.db.database import connect
from newsdesk.storage.db.errors import StoreError, store_errors
from newsdesk.storage.db.timestamps import from_iso
from newsdesk.storage.maintenance.leaf_pages import leaf_rows
from newsdesk.storage.search.index import index_differences

Row = tuple[Any, ...]
_LONGEST_JUMP = 2**62  # ids are small, keys of copies are not
_TIMES = ("_at", "_since", "_until")  # how the names of columns with times end
_FIRST_LEARNED = "etag"  # the first column of a source that no user sets
_KINDS: dict[str, tuple[type, ...]] = {
    "TEXT": (str,),
    "INTEGER": (int,),
    "REAL": (float, int),
    "BLOB": (bytes,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of this version. `columns` with their types; `required` may not be NULL, `optional` may be
    missing in a row; `key` is the first column of its primary key, `by_id` says that this is the rowid."""

    name: str
    columns: tuple[tuple[str, str], ...]
    required: frozenset[str]
    optional: frozenset[str]
    key: str
    by_id: bool

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.columns)


def tables_of(conn: sqlite3.Connection) -> tuple[Table, ...]:
    """The tables of a sound file that hold our data, not those of SQLite and its extensions."""
    made = [
        (name, sql)
        for name, sql in conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        if not name.startswith(("sqlite_", "_sqlite_"))
    ]
    virtual = tuple(f"{name}_" for name, sql in made if sql.startswith("CREATE VIRTUAL"))
    names = [
        name
        for name, sql in made
        if not sql.startswith("CREATE VIRTUAL") and not name.startswith(virtual or ("\0",))
    ]
    found = []
    for name in names:
        info = conn.execute(f"PRAGMA table_info([{name}])").fetchall()
        keys = [row[1] for row in sorted(info, key=lambda row: row[5]) if row[5]]
        by_id = len(keys) == 1 and next(row[2] for row in info if row[1] == keys[0]) == "INTEGER"
        found.append(
            Table(
                name=name,
                columns=tuple((row[1], row[2]) for row in info),
                required=frozenset(row[1] for row in info if row[3]),
                optional=frozenset(row[1] for row in info if not row[3] or row[4] is not None),
                key=keys[0],
                by_id=by_id,
            )
        )
    return tuple(found)


def open_damaged(path: Path) -> sqlite3.Connection:
    """A connection that reads as much as possible: invalid bytes in a text do not lose its row."""
    conn = sqlite3.connect(path, isolation_level=None)
    conn.text_factory = lambda raw: raw.decode("utf-8", "replace")
    with suppress(sqlite3.DatabaseError):
        conn.execute("PRAGMA cell_size_check = ON")
    return conn


def rows_of(conn: sqlite3.Connection, table: Table, damaged: Callable[[], None]) -> Iterator[Row]:
    """The rows of a table that can be read, with those columns of `table` that the file has, the others NULL.
    Calls `damaged` for each part that cannot be read."""
    try:
        there = {row[1] for row in conn.execute(f"PRAGMA table_info([{table.name}])")}
    except sqlite3.DatabaseError:
        there = set()
    if table.key not in there:
        damaged()
        return
    columns = ", ".join(f"[{name}]" if name in there else "NULL" for name in table.names)
    start: tuple[str, Any] | None = None
    while True:
        where = f"WHERE [{table.key}] {start[0]} ?" if start else ""
        sql = f"SELECT [{table.key}], {columns} FROM [{table.name}] {where} ORDER BY [{table.key}]"
        last = None
        try:
            for key, *row in conn.execute(sql, (start[1],) if start else ()):
                last = key
                yield tuple(row)
            return
        except (sqlite3.DatabaseError, OverflowError):
            damaged()
        if last is None and start is not None and (found := _only_row(conn, sql, start[1])) is not None:
            last, *row = found
            yield tuple(row)
        behind = last if last is not None else (start[1] if start else None)
        if last is None and isinstance(behind, str):
            behind = behind[:-1]  # nothing could be read from there: jump farther
        start = _after_damage(conn, table, behind)
        if start is None:
            return


def _only_row(conn: sqlite3.Connection, sql: str, start: Any) -> Row | None:
    """The one row before the next damage: to iterate reads a row ahead, and so loses it."""
    try:
        row: Row | None = conn.execute(f"{sql} LIMIT 1", (start,)).fetchone()
    except (sqlite3.DatabaseError, OverflowError):
        return None
    return row


def _after_damage(conn: sqlite3.Connection, table: Table, last: Any) -> tuple[str, Any] | None:
    """From where a table can be read again after damage behind the key `last` (None: at its beginning); None
    if nothing after it can be read."""
    sql = f"SELECT [{table.key}] FROM [{table.name}] WHERE [{table.key}] >= ? ORDER BY [{table.key}] LIMIT 1"

    def readable(key: Any) -> bool:
        try:
            conn.execute(sql, (key,)).fetchone()
        except sqlite3.DatabaseError:
            return False
        return True

    if isinstance(last, str):
        # Texts that sort after it: the last letter one up, then the letter before it, and so on. Skips no key
        # that shares a longer prefix with `last` than the end of the damage.
        follow = (last[:place] + chr(ord(last[place]) + 1) for place in reversed(range(len(last))))
        return next(((">=", key) for key in follow if readable(key)), None)
    if last is None and dict(table.columns)[table.key] == "TEXT":
        return next(((">=", chr(code)) for code in range(0x21, 0x7F) if readable(chr(code))), None)
    low, step = int(last or 0), 1
    while not readable(low + step):
        step *= 2
        if step > _LONGEST_JUMP:
            return None
    broken, sound = step // 2, step
    while sound - broken > 1:  # the lowest, so that no row is skipped
        middle = (broken + sound) // 2
        broken, sound = (broken, middle) if readable(low + middle) else (middle, sound)
    return ">=", low + sound


def unreferenced_rows(path: Path, tables: Sequence[Table]) -> Iterator[tuple[Table, Row]]:
    """The rows of every leaf page, also of pages that no table refers to, each with the only table whose
    columns it fits."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        size = int.from_bytes(data[16:18], "big")
        for row_id, values in leaf_rows(data, 65536 if size == 1 else size):
            fits = [(table, fitted) for table in tables if (fitted := _fitting_row(table, row_id, values))]
            exact = [fit for fit in fits if len(fit[0].columns) == len(values)]
            if len(exact or fits) == 1:
                yield (exact or fits)[0]


def _fitting_row(table: Table, row_id: int, values: Row) -> Row | None:
    """The row as a row of the table; None if it cannot be one. SQLite stores no rowid in a record, and a row
    that is older than the latest columns does not have them."""
    names = table.names
    if not table.by_id or len(values) > len(names) or not table.optional.issuperset(names[len(values) :]):
        return None
    row = tuple(
        row_id if name == table.key and value is None else value
        for name, value in zip(names, values, strict=False)
    )
    for (name, kind), value in zip(table.columns, row, strict=False):
        if value is None:
            if name in table.required or name == table.key:
                return None
        elif not isinstance(value, _KINDS.get(kind, (object,))):
            return None
    return row + (None,) * (len(names) - len(row))


def undamaged(table: Table, row: Row) -> Row | None:
    """What can be trusted of a row that SQLite read; None if nothing can. SQLite does not see damage in the part of
    a long row that lies on other pages, but a time that is none shows it. A source keeps its settings then, which
    come before what was learned of it."""
    wrong = [
        place
        for place, ((name, kind), value) in enumerate(zip(table.columns, row, strict=True))
        if kind == "TEXT" and name.endswith(_TIMES) and value is not None and not _is_time(value)
    ]
    if not wrong:
        return row
    if table.name != "source" or wrong[0] < (learned := table.names.index(_FIRST_LEARNED)):
        return None
    return row[:learned] + (None,) * (len(row) - learned)


def _is_time(value: Any) -> bool:
    try:
        return from_iso(value).tzinfo is not None
    except (TypeError, ValueError):
        return False


def integrity_errors(path: Path) -> list[str]:
    """What is wrong with a file, in SQLite's words; empty if it is sound. Checks every page, every index, and
    the text of the search index. Raises StoreError if other programs use the file, or it cannot be opened."""
    try:
        with store_errors(path), closing(connect(path, readonly=False).conn) as conn:
            wrong = [str(row[0]) for row in conn.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
            wrong += [
                f"a row of {row[0]} refers to a missing row of {row[2]}"
                for row in conn.execute("PRAGMA foreign_key_check").fetchmany(5)
            ]
            return wrong or _index_faults(conn)
    except StoreError as error:
        cause = error.__cause__
        if isinstance(cause, sqlite3.OperationalError) and "disk" not in str(cause):
            raise  # locked, read-only: says nothing about damage
        return [str(cause)]
    except sqlite3.DatabaseError as error:
        return [str(error)]


def _index_faults(conn: sqlite3.Connection) -> list[str]:
    try:
        conn.execute("INSERT INTO story_fts (story_fts) VALUES ('integrity-check')")
        return [f"search index story_fts: {one}" for one in islice(index_differences(conn), 5)]
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY):
            raise
        return [f"search index story_fts: {error}"]
