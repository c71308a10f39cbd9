"""Reading a table around damage."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from newsdesk.storage.db.database import PAGE_SIZE
from newsdesk.storage.maintenance.salvage import open_damaged, rows_of, tables_of

PERIOD = 27 << 40  # keys of copies are far from each other, and from zero


@pytest.mark.parametrize("seed", range(12))
def test_keys_far_from_each_other_are_read_around_damage(tmp_path: Path, seed: int) -> None:
    path, chance = tmp_path / "keys.db", random.Random(seed)
    rows = {(PERIOD + chance.getrandbits(40), number) for number in range(3_000)}
    with closing(sqlite3.connect(path)) as conn:
        conn.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        conn.execute(
            "CREATE TABLE copy_key (key INTEGER NOT NULL, story_id INTEGER NOT NULL, PRIMARY KEY (key, story_id))"
            " WITHOUT ROWID"
        )
        conn.executemany("INSERT INTO copy_key VALUES (?, ?)", sorted(rows))
        conn.commit()
    raw = bytearray(path.read_bytes())
    pages = len(raw) // PAGE_SIZE
    page = chance.randrange(2, pages)  # not the schema, nor the root
    raw[page * PAGE_SIZE : (page + 1) * PAGE_SIZE] = b"\xa5" * PAGE_SIZE
    path.write_bytes(raw)
    with closing(open_damaged(path)) as conn:
        [table] = tables_of(conn)
        damaged: list[None] = []
        found = list(rows_of(conn, table, lambda: damaged.append(None)))
    assert set(found) <= rows and len(found) > len(rows) * (pages - 4) / pages
    assert 0 < len(damaged) < 5
