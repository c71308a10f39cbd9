"""A full disk at the n-th write, and power cuts: by a layer under SQLite (`disk.c`).

Skipped where there is no C compiler or no Linux; tests/scheduler/run/test_runner.py has a full disk by
SQLite's own limit. With every n of a crawl, and with more failures of power: `python -m benchmarks.crash
--full-disk`, `--power`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.crash.disk import NoDiskError, compiled, loaded
from benchmarks.crash.disk_rounds import full_disk, no_power
from benchmarks.crash.full import run_full
from tests.newsdesk.commands.test_commands import Runner
from tests.support.shell import Shell
from tests.support.web import Web, web_in_thread


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        return compiled(tmp_path_factory.mktemp("disk"))
    except NoDiskError as error:
        pytest.skip(str(error))


@pytest.fixture
def web() -> Iterator[Web]:
    with web_in_thread() as web:
        yield web


def whole(db: Path) -> bool:
    with closing(sqlite3.connect(db)) as conn:
        conn.execute("INSERT INTO story_fts (story_fts) VALUES ('integrity-check')")
        return [row[0] for row in conn.execute("PRAGMA integrity_check")] == ["ok"]


def test_a_disk_full_at_the_nth_write_of_a_new_store(
    tmp_path: Path, web: Web, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is created, migrated and filled; each write in turn is the first that fails."""
    (tmp_path / "list.txt").write_text("".join(f"http://host{number}.test/f\n" for number in range(20)))
    at = [*range(1, 16), *range(16, 576, 14)]
    made = [tmp_path / f"round{write}" for write in at]
    for folder in made:
        folder.mkdir()
    environment = Shell(tmp_path, web).environment | loaded(library, "newsdesk.db")
    importing = ("sources", "import", str(tmp_path / "list.txt"))
    ends = list(run_full(importing, made, environment, at))
    assert ends[0].hit and not ends[-1].hit  # the last one does not fill the disk
    for ended in ends:
        db = ended.folder / "newsdesk.db"
        if ended.hit and ended.code == 0:  # only while the log is written into the file, at the very end
            assert ended.err == "" and Shell(ended.folder, web).rows("SELECT count(*) FROM source") == [20]
        elif ended.hit:
            message = ended.err
            assert ended.code == 2 and message.count("\n") == 1, ended
            assert message.startswith("newsdesk: newsdesk.db: the disk "), ended
        else:
            assert ended.code == 0, ended
        runner = Runner(ended.folder, web, monkeypatch)
        runner.type(*importing)
        assert len(runner.json("sources")) == 20
        assert whole(db)


def test_a_disk_full_at_the_nth_write_of_a_crawl(tmp_path: Path, web: Web, library: Path) -> None:
    report = full_disk(tmp_path, web, library, [1, 12, 40, 70, 1000])
    assert (report.faults, report.hit, report.rounds) == ([], 4, 5)


def test_a_power_cut_loses_nothing_that_was_committed(tmp_path: Path, web: Web, library: Path) -> None:
    report = no_power(tmp_path, web, library, rounds=150, seed=11)
    assert report.faults == [] and report.hit > 30
