"""Lists of runs, events and sources: JSON has all of them, and what a limit cuts is said."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest

from newsdesk.storage.db.database import prepare
from tests.support.shell import Shell

MANY = 33


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    shell = Shell(tmp_path_factory.mktemp("lists"))
    prepare(shell.db)
    addresses = shell.folder / "list.txt"
    addresses.write_text("\n".join(f"https://{number}.test/feed" for number in range(MANY)))
    shell.run("sources", "import", str(addresses))
    with closing(sqlite3.connect(shell.db)) as conn, conn:
        for number in range(MANY):
            conn.execute(
                "INSERT INTO run (kind, owner, requested_at) VALUES ('crawl', 'me', ?)",
                (f"2026-11-24T05:{number:02}:00.000Z",),
            )
            conn.execute(
                "INSERT INTO event (created_at, kind, state, source_id, message, detail)"
                " VALUES ('2026-11-24T05:00:00.000Z', 'failing', 'open', ?, 'It fails.', '{}')",
                (number + 1,),
            )
            conn.execute(
                "INSERT INTO visit (run_id, source_id, started_at, ended_at, outcome, outcome_category,"
                " outcome_message) VALUES (1, ?, '2026-11-24T05:00:00.000Z', '2026-11-24T05:00:01.000Z', 'fetched',"
                " 'ok', 'read')",
                (number + 1,),
            )
    yield shell


def both(shell: Shell, *arguments: str) -> tuple[str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "newsdesk", *arguments],
        cwd=shell.folder, env=shell.environment, capture_output=True, check=True, text=True, timeout=60,
    )  # fmt: skip
    return done.stdout, done.stderr


LISTS = [("runs", "runs"), ("events", "events"), ("events --open", "events"), ("sources", "sources"),
         ("sources list", "sources"), ("runs 1", "visits")]  # fmt: skip


@pytest.mark.parametrize(("typed", "noun"), LISTS, ids=[typed for typed, _ in LISTS])
def test_json_has_all_and_a_limit_is_said(shell: Shell, typed: str, noun: str) -> None:
    out, err = both(shell, *typed.split(), "--json")
    assert (len(json.loads(out)), err) == (MANY, "")
    out, err = both(shell, *typed.split(), "--json", "--limit", "5")
    assert (len(json.loads(out)), err) == (5, f"5 of 33 {noun}; --limit lists more\n")
    out, err = both(shell, *typed.split(), "--limit", "5")
    assert (len(out.splitlines()), err) == (6, f"5 of 33 {noun}; --limit lists more\n")
    assert both(shell, *typed.split(), "--limit", "33")[1] == ""


@pytest.mark.parametrize("typed", ["runs", "events"])
def test_a_table_says_that_it_is_cut(shell: Shell, typed: str) -> None:
    out, err = both(shell, typed)
    assert (len(out.splitlines()), err) == (21, f"20 of 33 {typed}; --limit lists more\n")
