"""The file: created, checked, copied before a migration, written by one thread, read by many."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database, Migrations

from newsdesk.storage.db import database
from newsdesk.storage.db.database import APPLICATION_ID, prepare, prepare_error, reading
from newsdesk.storage.db.errors import OldFormatError, StoreError
from newsdesk.storage.db.schema import migration_names, migrations
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.maintenance.repair import repair
from tests.support.feeds import many, rss
from tests.support.runner import open_runner
from tests.support.shell import PATIENCE_S, Shell
from tests.support.web import Web


@pytest.fixture
def path(tmp_path: Path) -> Path:
    prepare(tmp_path / "newsdesk.db")
    return tmp_path / "newsdesk.db"


def count(path: Path, table: str = "host") -> int:
    with closing(sqlite3.connect(path)) as conn:
        return int(conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def add_host(name: str) -> Callable[[Database], str]:
    def job(db: Database) -> str:
        db.conn.execute("INSERT INTO host (host) VALUES (?)", (name,))
        return name

    return job


def with_migrations(monkeypatch: pytest.MonkeyPatch, *more: str) -> None:
    """Act as a newer version, with these migrations more."""
    newer = Migrations("newsdesk")
    newer._migrations = list(migrations._migrations)
    for name in more:
        newer(name=name)(lambda db: db.conn.execute("CREATE TABLE newest (id INTEGER PRIMARY KEY)"))
    monkeypatch.setattr(database, "migrations", newer)


def test_a_new_file_has_our_application_id_and_a_write_ahead_log(path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn:
        assert conn.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert conn.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []


def test_preparing_twice_changes_nothing(path: Path) -> None:
    with Writer(path) as writer:
        writer.do(add_host("daily.test"))
    before = path.read_bytes()
    prepare(path)
    assert path.read_bytes() == before
    assert [found.name for found in path.parent.iterdir()] == [path.name]  # no copy, no temporary file


def test_many_processes_prepare_one_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "newsdesk.db"
    code = (
        "import sys, pathlib; from newsdesk.storage.db.database import prepare;"
        " prepare(pathlib.Path(sys.argv[1]))"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(path)], stderr=subprocess.PIPE) for _ in range(6)
    ]
    assert [(process.communicate()[1], process.returncode) for process in started] == [(b"", 0)] * 6
    assert count(path) == 0


def _another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("CREATE TABLE photo (id INTEGER)")
        conn.commit()


def _text(path: Path) -> None:
    path.write_text("Dear diary, this is no database, but it is long enough to look at. " * 40)


def _half(path: Path) -> None:
    prepare(path)
    path.write_bytes(path.read_bytes()[:5000])


REFUSED: list[tuple[str, Callable[[Path], None], str]] = [
    ("another program's file", _another_program, "a SQLite file of another program; name another"),
    ("no database", _text, "not a SQLite file"),
    ("half a file", _half, "damaged"),
    ("a folder", Path.mkdir, "is a folder: name a file"),
]


@pytest.mark.parametrize(("make", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_other_files_are_refused_and_left_untouched(
    tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    path = tmp_path / "newsdesk.db"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreError, match=words) as refused:
        prepare(path)
    assert str(path) in str(refused.value)
    assert (path.read_bytes() if path.is_file() else None) == before


def _file_of_an_old_format(path: Path) -> None:
    """As a newsdesk before the first release left one: its tables do not matter, its migrations do."""
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        conn.execute("CREATE TABLE _sqlite_migrations (migration_set TEXT, name TEXT, applied_at TEXT)")
        conn.executemany(
            "INSERT INTO _sqlite_migrations VALUES ('newsdesk', ?, '')",
            [("0001_line",), ("0023_rereadings",)],
        )
        conn.execute("CREATE TABLE sighting (id INTEGER PRIMARY KEY)")
        conn.execute("INSERT INTO sighting VALUES (1)")


def test_a_file_from_before_the_first_release_is_refused_with_its_format_and_the_remedy(
    tmp_path: Path,
) -> None:
    path = tmp_path / "newsdesk.db"
    _file_of_an_old_format(path)
    before = path.read_bytes()
    for refuse in (prepare, lambda file: prepare(file, create=False)):
        with pytest.raises(
            OldFormatError, match="format 0023_rereadings, from before the first release"
        ) as refused:
            refuse(path)
        assert str(path) in str(refused.value) and "newsdesk sources export" in str(refused.value)
    assert prepare_error(path) == str(refused.value)
    with pytest.raises(OldFormatError):
        repair(path, now=datetime.now(UTC), key_of=lambda url: url)
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    "words", [("crawl",), ("stories",), ("sources", "export"), ("add", "http://a.test/")]
)
def test_commands_refuse_a_file_from_before_the_first_release(
    tmp_path: Path, web: Web, words: tuple[str, ...]
) -> None:
    shell = Shell(tmp_path, web)
    _file_of_an_old_format(shell.db)
    before = shell.db.read_bytes()
    started = shell.start(*words)
    output, error = started.communicate(timeout=PATIENCE_S)
    assert (started.returncode, output) == (2, "")
    assert "0023_rereadings" in error and error.count("\n") == 1
    assert shell.db.read_bytes() == before


def test_the_private_parts_of_sqlite_utils_that_we_use_exist(path: Path) -> None:
    """`_migrations` is not public, and `_sqlite_migrations` is the name of a table in our files."""
    assert [step.name for step in Migrations("other")._migrations] == []
    assert Migrations.migrations_table == "_sqlite_migrations"
    with reading(path) as db:
        rows = db.conn.execute("SELECT migration_set, name FROM _sqlite_migrations ORDER BY rowid").fetchall()
    assert rows == [("newsdesk", name) for name in migration_names(migrations)]


def test_a_sqlite_utils_without_the_list_of_migrations_is_an_error() -> None:
    class Other:
        pass

    with pytest.raises(RuntimeError, match="sqlite-utils has no list"):
        migration_names(Other())  # type: ignore[arg-type]


def test_an_empty_file_gets_our_tables(tmp_path: Path) -> None:
    path = tmp_path / "newsdesk.db"
    path.touch()
    prepare(path)
    assert count(path) == 0


def test_a_missing_file_is_created_only_on_request(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="newsdesk add"):
        prepare(tmp_path / "newsdesk.db", create=False)
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="check that its folder exists"):
        prepare(tmp_path / "nowhere" / "newsdesk.db")


def test_a_file_of_a_newer_version_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as newer:
        with_migrations(newer, "0999_tomorrow")
        prepare(path)
    with pytest.raises(StoreError, match=r"newer newsdesk .*migration 0999_tomorrow\): upgrade"):
        prepare(path)


def test_the_file_is_copied_before_a_migration(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Writer(path) as writer:
        writer.do(add_host("daily.test"))
        with_migrations(monkeypatch, "0002_more", "0003_most")
        with pytest.raises(StoreError):  # both create the same table: the second fails, and undoes the first
            prepare(path)
        with_migrations(monkeypatch, "0002_more")
        writer.do(add_host("gazette.test"))  # the copy is made once, before the first attempt
        prepare(path)
    copy = path.with_name("newsdesk.db.before-0002_more")
    assert sorted(found.name for found in path.parent.iterdir()) == [path.name, copy.name]
    assert (count(path), count(copy), count(path, "newest")) == (2, 1, 0)
    with closing(sqlite3.connect(copy)) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert not conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'newest'").fetchone()


def test_a_job_that_raises_undoes_only_itself(path: Path) -> None:
    def broken(db: Database) -> None:
        add_host("broken.test")(db)
        raise KeyError("a bug")

    gate = threading.Event()
    with Writer(path) as writer:
        answers = [threading.Thread(target=writer.do, args=(lambda db: gate.wait(5),))]
        answers[0].start()
        heard: list[object] = []

        def ask(job: Callable[[Database], object]) -> None:
            try:
                heard.append(writer.do(job))
            except KeyError as error:
                heard.append(error.args[0])

        jobs = [add_host("a.test"), broken, add_host("b.test")]
        answers += [threading.Thread(target=ask, args=(job,)) for job in jobs]
        for thread in answers[1:]:
            thread.start()
        gate.set()
        for thread in answers:
            thread.join(5)
    assert set(heard) == {"a.test", "b.test", "a bug"}
    assert count(path) == 2


def test_a_job_that_is_done_is_committed(path: Path) -> None:
    with Writer(path) as writer:
        for number in range(20):
            writer.do(add_host(f"{number}.test"))
            assert count(path) == number + 1


def test_close_finishes_the_queue(path: Path) -> None:
    writer = Writer(path, waiting=1000)
    begun, gate = threading.Event(), threading.Event()
    threading.Thread(target=writer.do, args=(lambda db: (begun.set(), gate.wait(5)),)).start()
    assert begun.wait(5)
    threads = [threading.Thread(target=writer.do, args=(add_host(f"{n}.test"),)) for n in range(200)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 5
    while writer._jobs.qsize() < 200 and time.monotonic() < until:
        time.sleep(0.01)
    gate.set()
    writer.close()
    writer.close()  # closing again does nothing
    assert count(path) == 200


def test_a_closed_writer_takes_no_jobs(path: Path) -> None:
    writer = Writer(path)
    writer.close()
    with pytest.raises(StoreError, match="closed"):
        writer.do(add_host("late.test"))


class _ThreadError(Exception):
    """An error of the writer's own code."""


def _broken_writer(path: Path, monkeypatch: pytest.MonkeyPatch) -> Writer:
    """A writer whose thread fails outside a transaction, at its first job."""

    def fail(self: Writer, batch: object) -> None:
        time.sleep(0.2)  # others may queue their jobs meanwhile
        raise _ThreadError("out of order")

    monkeypatch.setattr(Writer, "_commit", fail)
    return Writer(path, waiting=2)


def test_an_error_in_the_writer_thread_fails_all_waiting_and_later_jobs(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _broken_writer(path, monkeypatch) as writer:
        errors: list[Exception] = []

        def ask(name: str) -> None:
            try:
                writer.do(add_host(name))
            except StoreError as error:
                errors.append(error)

        threads = [threading.Thread(target=ask, args=(f"{number}.test",)) for number in range(9)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(5)
        assert len(errors) == 9 and not any(thread.is_alive() for thread in threads)
        with pytest.raises(StoreError, match=r"ended by an error .*out of order.*start newsdesk again"):
            writer.do(add_host("late.test"))
    assert all(isinstance(error.__cause__, _ThreadError) for error in errors)
    assert count(path) == 0


async def test_an_error_in_the_writer_thread_fails_coroutines(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _broken_writer(path, monkeypatch) as writer:
        jobs = (writer.write(add_host(f"{number}.test")) for number in range(9))
        results = await asyncio.wait_for(asyncio.gather(*jobs, return_exceptions=True), 5)
        assert all(isinstance(result, StoreError) for result in results)
        with pytest.raises(StoreError, match="ended by an error"):
            await writer.write(add_host("late.test"))


def test_a_slow_commit_is_a_warning(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("newsdesk.storage.db.writer.SLOW_COMMIT_S", 0.0)
    with Writer(path) as writer:
        writer.do(add_host("daily.test"))
    assert [record.getMessage()[:16] for record in caplog.records if record.levelname == "WARNING"] == [
        "committed 1 jobs"
    ]


async def test_concurrent_jobs_wait_for_a_full_queue_and_none_is_lost(path: Path) -> None:
    with Writer(path, waiting=2, group=3) as writer:
        names = await asyncio.gather(*(writer.write(add_host(f"{number}.test")) for number in range(300)))
    assert names == [f"{number}.test" for number in range(300)]
    assert count(path) == 300


async def test_a_full_queue_does_not_stop_the_loop(path: Path) -> None:
    gate = threading.Event()
    with Writer(path, waiting=1) as writer:
        asked = [asyncio.create_task(writer.write(lambda db: gate.wait(5)))]
        asked += [asyncio.create_task(writer.write(add_host(f"{number}.test"))) for number in range(5)]
        for _ in range(20):
            await asyncio.sleep(0.005)  # the loop runs while the writer waits
        assert not any(task.done() for task in asked)
        gate.set()
        await asyncio.gather(*asked)


async def test_a_job_cancelled_while_it_waits_undoes_no_other_job(path: Path) -> None:
    """A cancelled job once raised into its cancelled future and undid the whole group."""

    def broken(db: Database) -> None:
        raise KeyError("a bug")

    gate, begun = threading.Event(), threading.Event()

    def wait(db: Database) -> None:
        begun.set()
        gate.wait(5)

    with Writer(path) as writer:
        first = asyncio.create_task(writer.write(wait))
        await asyncio.to_thread(begun.wait, 5)
        gone = [asyncio.create_task(writer.write(job)) for job in (broken, add_host("gone.test"))]
        stays = asyncio.create_task(writer.write(add_host("stays.test")))
        await asyncio.sleep(0)
        for task in gone:
            task.cancel()
        await asyncio.sleep(0)
        gate.set()
        await first
        assert await stays == "stays.test"
        assert await writer.write(add_host("later.test")) == "later.test"
    assert count(path) == 2  # jobs that were cancelled before they ran are not run


async def test_a_job_cancelled_while_it_runs_does_not_stop_the_writer(path: Path) -> None:
    gate, begun = threading.Event(), threading.Event()

    def slow(db: Database) -> None:
        begun.set()
        gate.wait(5)
        add_host("slow.test")(db)

    with Writer(path) as writer:
        task = asyncio.create_task(writer.write(slow))
        await asyncio.to_thread(begun.wait, 5)
        task.cancel()
        await asyncio.sleep(0)
        gate.set()
        await writer.write(add_host("later.test"))
    assert count(path) == 2


def test_a_reader_cannot_write(path: Path) -> None:
    with reading(path) as db, pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.conn.execute("INSERT INTO host (host) VALUES ('x')")


def test_a_reader_opens_while_a_writer_is_in_its_transaction(path: Path) -> None:
    def job(db: Database) -> int:
        add_host("daily.test")(db)
        with reading(path) as other:
            return int(other.conn.execute("SELECT count(*) FROM host").fetchone()[0])

    with Writer(path) as writer:
        assert writer.do(job) == 0
        with reading(path) as db:
            assert db["host"].count == 1


def test_two_writers_of_two_processes_wait_for_each_other(path: Path) -> None:
    code = (
        "import sys, pathlib; from newsdesk.storage.db.writer import Writer\n"
        "with Writer(pathlib.Path(sys.argv[1])) as w:\n"
        "  for n in range(150):\n"
        "    w.do(lambda db: db.conn.execute('INSERT INTO host (host) VALUES (?)', (f'{sys.argv[2]}-{n}',)))"
    )
    started = [subprocess.Popen([sys.executable, "-c", code, str(path), name]) for name in "abcd"]
    assert [process.wait(60) for process in started] == [0] * 4
    assert count(path) == 600


def _sqlite_utils(command: str, path: Path, *words: str) -> Any:
    line = [sys.executable, "-m", "sqlite_utils", command, str(path), *words]
    return json.loads(subprocess.run(line, capture_output=True, check=True).stdout)


async def test_the_file_opens_with_sqlite3_and_sqlite_utils(tmp_path: Path, web: Web) -> None:
    """Without our code."""
    web.serve("/feed.xml", rss(*many(3)))
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await runner.crawl()
    with closing(sqlite3.connect(runner.path)) as conn:
        assert conn.execute("SELECT count(*) FROM stories WHERE title LIKE 'Story number%'").fetchone() == (
            3,
        )
        assert conn.execute("SELECT name, stories FROM sources").fetchall() == [("The Daily", 3)]
        assert conn.execute("SELECT new, seen FROM runs").fetchall() == [(3, 3)]
        assert conn.execute("SELECT count(*) FROM story_fts WHERE story_fts MATCH 'number'").fetchone() == (
            3,
        )
    assert {"table": "story", "count": 3} in _sqlite_utils("tables", runner.path, "--counts")
    assert len(_sqlite_utils("rows", runner.path, "stories")) == 3


@pytest.mark.skipif(find_spec("datasette") is None, reason="Datasette is not installed here")
async def test_the_file_opens_in_datasette(path: Path) -> None:
    from datasette.app import Datasette

    answer = await Datasette([str(path)]).client.get(f"/{path.stem}/stories.json?_shape=array")
    assert (answer.status_code, answer.json()) == (200, [])
