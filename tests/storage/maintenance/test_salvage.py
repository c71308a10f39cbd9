"""What is kept of rows that are damaged where SQLite does not see it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import pytest

from newsdesk.storage.db.database import prepare
from newsdesk.storage.maintenance.salvage import Table, tables_of, undamaged

TIME = "2026-11-24T05:35:43.120Z"
ZEROS = "\0" * len(TIME)
SOURCE = {
    "id": 1,
    "address": "http://a.test/f",
    "tags": '["local"]',
    "added_at": TIME,
    "etag": '"1"',
    "failures": 3,
}
SETTINGS = {name: SOURCE[name] for name in ("id", "address", "tags", "added_at")}
HOST = {"host": "a.test", "delay_s": 2.0, "robots_txt": "User-agent: *"}

ROWS: list[tuple[str, str, Mapping[str, Any], Mapping[str, Any] | None]] = [
    ("sound", "source", SOURCE | {"last_ok_at": TIME}, SOURCE | {"last_ok_at": TIME}),
    ("no times", "host", HOST, HOST),
    ("zeros", "source", SOURCE | {"last_ok_at": ZEROS}, SETTINGS),
    ("random bytes", "source", SOURCE | {"failing_since": "\ufffd\x13he#\ufffd"}, SETTINGS),
    ("a time of its settings", "source", SOURCE | {"added_at": ZEROS}, None),
    ("another table", "host", HOST | {"robots_read_at": ZEROS}, None),
    ("a time that is bytes", "host", HOST | {"blocked_until": b"\xa5"}, None),
    ("no zone", "host", HOST | {"robots_read_at": "2026-11-24"}, None),
]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Table]:
    path = tmp_path_factory.mktemp("tables") / "newsdesk.db"
    prepare(path)
    with closing(sqlite3.connect(path)) as conn:
        return {table.name: table for table in tables_of(conn)}


@pytest.mark.parametrize(
    ("table", "row", "kept"), [case[1:] for case in ROWS], ids=[case[0] for case in ROWS]
)
def test_a_row_with_a_damaged_time_is_not_trusted(
    tables: dict[str, Table], table: str, row: Mapping[str, Any], kept: Mapping[str, Any] | None
) -> None:
    def values(of: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(of.get(name) for name in tables[table].names)

    assert undamaged(tables[table], values(row)) == (None if kept is None else values(kept))


def test_learned_columns_come_after_all_settings(tables: dict[str, Table]) -> None:
    """The order on which `undamaged` relies: what it keeps is what `newsdesk sources set` and `add` write."""
    names = tables["source"].names
    assert names.index("proxy") + 1 == names.index("etag")
