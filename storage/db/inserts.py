"""Insert many rows by few statements: sixteen rows or more by one.

A statement costs more than its row where rows are short. The sizes are powers of two, so that a connection prepares
few statements for a table, not one for each number of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

from sqlite_utils import Database

_MOST = 16  # rows of a statement: 272 values for the widest table, and SQLite takes at least 999


@dataclass(frozen=True, slots=True)
class Insert:
    """The columns of a table to insert. `upsert` is the clause for rows that are there already; `most` a power of two,
    the most rows of a statement."""

    table: str
    columns: tuple[str, ...]
    upsert: str = ""
    most: int = _MOST


def insert_rows(db: Database, insert: Insert, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows with values for all columns, in their order. Not for FTS5, which writes a segment of its index for
    each statement of several rows."""
    at = 0
    while at < len(rows):
        size = min(insert.most, 1 << ((len(rows) - at).bit_length() - 1))
        db.conn.execute(_statement(insert, size), [*chain.from_iterable(rows[at : at + size])])
        at += size


@cache
def _statement(insert: Insert, size: int) -> str:
    row = f"({', '.join('?' * len(insert.columns))})"
    values = ", ".join([row] * size)
    return f"INSERT INTO {insert.table} ({', '.join(insert.columns)}) VALUES {values} {insert.upsert}"
