"""The file: made, checked, copied before an upgrade, written by one thread, read by many."""

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
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database, Migrations

from newsdesk.storage.db import database
from newsdesk.storage.db.database import APPLICATION_ID, prepare, reading
from newsdesk.storage.db.errors import StoreError
from newsdesk.storage.db.schema import migrations
from newsdesk.storage.db.writer import Writer
from tests.support.feeds import many, rss
from tests.support.runner import open_runner
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


def with_steps(monkeypatch: pytest.MonkeyPatch, *more: str) -> None:
    """As a newer version of us would be: the same steps, and these."""
    newer = Migrations("newsdesk")
    newer._migrations = list(migrations._migrations)
    for name in more:
        newer(name=name)(lambda db: db.conn.execute("CREATE TABLE newest (id INTEGER PRIMARY KEY)"))
    monkeypatch.setattr(database, "migrations", newer)


def test_a_fresh_file_is_ours_and_in_wal(path: Path) -> None:
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
    assert [found.name for found in path.parent.iterdir()] == [path.name]  # no copy, no rest


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
    ("no database", _text, "no SQLite file"),
    ("half a file", _half, "damaged"),
    ("a folder", Path.mkdir, "is a folder: name a file"),
]


@pytest.mark.parametrize(("make", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_not_ours_is_refused_in_words_and_left_alone(
    tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    path = tmp_path / "newsdesk.db"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreError, match=words) as refused:
        prepare(path)
    assert str(path) in str(refused.value)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_an_empty_file_becomes_ours(tmp_path: Path) -> None:
    path = tmp_path / "newsdesk.db"
    path.touch()
    prepare(path)
    assert count(path) == 0


def test_a_missing_file_is_made_only_on_demand(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="newsdesk add"):
        prepare(tmp_path / "newsdesk.db", create=False)
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="does its folder exist"):
        prepare(tmp_path / "nowhere" / "newsdesk.db")


def test_a_newer_file_is_refused_by_its_unknown_step(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as newer:
        with_steps(newer, "0999_tomorrow")
        prepare(path)
    with pytest.raises(StoreError, match=r"newer newsdesk \(step 0999_tomorrow is unknown here\): upgrade"):
        prepare(path)


def test_the_file_is_copied_before_a_step_changes_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Writer(path) as writer:
        writer.do(add_host("daily.test"))
        with_steps(monkeypatch, "0002_more", "0003_most")
        with pytest.raises(StoreError):  # both steps make one table: the second fails, and with it the first
            prepare(path)
        with_steps(monkeypatch, "0002_more")
        writer.do(add_host("gazette.test"))  # a copy is made once, so it is the state before the first try
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

    rate_limiter = threading.Event()
    with Writer(path) as writer:
        answers = [threading.Thread(target=writer.do, args=(lambda db: rate_limiter.wait(5),))]
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
        rate_limiter.set()
        for thread in answers:
            thread.join(5)
    assert set(heard) == {"a.test", "b.test", "a bug"}
    assert count(path) == 2


def test_what_is_acknowledged_is_committed(path: Path) -> None:
    with Writer(path) as writer:
        for number in range(20):
            writer.do(add_host(f"{number}.test"))
            assert count(path) == number + 1


def test_close_finishes_the_queue(path: Path) -> None:
    writer = Writer(path, waiting=1000)
    begun, rate_limiter = threading.Event(), threading.Event()
    threading.Thread(target=writer.do, args=(lambda db: (begun.set(), rate_limiter.wait(5)),)).start()
    assert begun.wait(5)
    threads = [threading.Thread(target=writer.do, args=(add_host(f"{n}.test"),)) for n in range(200)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 5
    while writer._jobs.qsize() < 200 and time.monotonic() < until:
        time.sleep(0.01)
    rate_limiter.set()
    writer.close()
    writer.close()  # twice is once
    assert count(path) == 200


def test_a_closed_writer_says_so(path: Path) -> None:
    writer = Writer(path)
    writer.close()
    with pytest.raises(StoreError, match="closed"):
        writer.do(add_host("late.test"))


async def test_concurrent_askers_with_a_full_queue_wait_and_lose_nothing(path: Path) -> None:
    with Writer(path, waiting=2, group=3) as writer:
        names = await asyncio.gather(*(writer.write(add_host(f"{number}.test")) for number in range(300)))
    assert names == [f"{number}.test" for number in range(300)]
    assert count(path) == 300


async def test_a_full_queue_does_not_stop_the_loop(path: Path) -> None:
    rate_limiter = threading.Event()
    with Writer(path, waiting=1) as writer:
        asked = [asyncio.create_task(writer.write(lambda db: rate_limiter.wait(5)))]
        asked += [asyncio.create_task(writer.write(add_host(f"{number}.test"))) for number in range(5)]
        for _ in range(20):
            await asyncio.sleep(0.005)  # the loop turns while the writer stands
        assert not any(task.done() for task in asked)
        rate_limiter.set()
        await asyncio.gather(*asked)


async def test_who_is_cancelled_while_waiting_undoes_nobody_else(path: Path) -> None:
    """A cancelled asker's job once raised into its cancelled answer and took the whole group with it."""

    def broken(db: Database) -> None:
        raise KeyError("a bug")

    rate_limiter, begun = threading.Event(), threading.Event()

    def wait(db: Database) -> None:
        begun.set()
        rate_limiter.wait(5)

    with Writer(path) as writer:
        first = asyncio.create_task(writer.write(wait))
        await asyncio.to_thread(begun.wait, 5)
        gone = [asyncio.create_task(writer.write(job)) for job in (broken, add_host("gone.test"))]
        stays = asyncio.create_task(writer.write(add_host("stays.test")))
        await asyncio.sleep(0)
        for task in gone:
            task.cancel()
        await asyncio.sleep(0)
        rate_limiter.set()
        await first
        assert await stays == "stays.test"
        assert await writer.write(add_host("later.test")) == "later.test"
    assert count(path) == 2  # what nobody waits for any more is not done


async def test_who_is_cancelled_while_its_job_runs_leaves_the_writer_going(path: Path) -> None:
    rate_limiter, begun = threading.Event(), threading.Event()

    def slow(db: Database) -> None:
        begun.set()
        rate_limiter.wait(5)
        add_host("slow.test")(db)

    with Writer(path) as writer:
        task = asyncio.create_task(writer.write(slow))
        await asyncio.to_thread(begun.wait, 5)
        task.cancel()
        await asyncio.sleep(0)
        rate_limiter.set()
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


async def test_the_file_opens_with_the_tools_that_people_have(tmp_path: Path, web: Web) -> None:
    """sqlite3 without our code, and the sqlite-utils command."""
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
