"""Failures of the file, its disk and its machine: one line each, the file never replaced.

A full disk and power cuts: tests/storage/db/test_disk.py. `newsdesk doctor`: tests/newsdesk/commands/test_doctor.py.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from newsdesk.storage.db import filesystem
from newsdesk.storage.db.database import PAGE_SIZE, prepare, wal_of
from newsdesk.storage.db.errors import StoreError
from newsdesk.storage.db.filesystem import NETWORK, file_system
from tests.newsdesk.commands.test_commands import Runner
from tests.support.feeds import many, rss
from tests.support.shell import PATIENCE_S, Shell, wait_until
from tests.support.web import CODINGS, Web, web_in_thread


@pytest.fixture
def web() -> Iterator[Web]:
    with web_in_thread() as web:
        web.serve("/feed.xml", rss(*many(41)))  # one more than are stored
        yield web


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one feed of 40 stories, made once."""
    with web_in_thread() as web, pytest.MonkeyPatch.context() as patch:
        web.serve("/feed.xml", rss(*many(40)))
        runner = Runner(tmp_path_factory.mktemp("filled"), web, patch)
        runner.add()
        runner.type("crawl")
        return runner.shell.db


@pytest.fixture
def runner(tmp_path: Path, web: Web, filled: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    runner = Runner(tmp_path, web, monkeypatch)
    shutil.copy(filled, runner.shell.db)
    with closing(sqlite3.connect(runner.shell.db)) as conn:
        conn.execute("UPDATE source SET address = ?", (web.url("daily.test", "/feed.xml"),))
        conn.commit()
    (tmp_path / "list.txt").write_text("http://other.test/feed.xml\n")
    return runner


READS = (
    ("stories",),
    ("story", "1"),
    ("sources",),
    ("sources", "show", "1"),
    ("sources", "export"),
    ("runs",),
)
WRITES = (
    ("crawl",),
    ("sources", "pause", "1"),
    ("sources", "edit", "1", "--every", "2h"),
)
MAKES = (
    ("add", "--force", "http://other.test/x.xml"),
    ("sources", "import", "list.txt"),
    ("crawl", "--url", "http://daily.test/"),
)
ALL = (*READS, *WRITES, *MAKES)


def one_line(output: str) -> bool:
    return output.startswith("newsdesk: ") and output.count("\n") == 1


def _garbage(db: Path) -> None:
    with db.open("r+b") as file:
        file.write(b"\xa5" * 100)


def _text(db: Path) -> None:
    db.write_text("this is not a database, whatever its name says. " * 30)


def _half(db: Path) -> None:
    os.truncate(db, db.stat().st_size // 2)


def _foreign(db: Path) -> None:
    db.unlink()
    with closing(sqlite3.connect(db)) as conn:
        conn.execute("CREATE TABLE photo (id INTEGER)")
        conn.commit()


def _folder(db: Path) -> None:
    db.unlink()
    db.mkdir()


def _log_of_garbage(db: Path) -> None:
    wal_of(db).write_bytes(os.urandom(40_000))


def _gone_but_for_its_log(db: Path) -> None:
    _with_log(db)
    db.unlink()


def _emptied_but_for_its_log(db: Path) -> None:
    _with_log(db)
    os.truncate(db, 0)


def _empty(db: Path) -> None:
    os.truncate(db, 0)


def _gone(db: Path) -> None:
    db.unlink()


def _with_log(db: Path) -> None:
    """As after a kill: with a log that holds changes which the file does not have."""
    code = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1]);"
        "c.execute('UPDATE source SET name = 1'); c.commit(); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, str(db)], check=True)
    assert wal_of(db).stat().st_size


Damage = tuple[Callable[[Path], None], tuple[tuple[str, ...], ...], str]
DAMAGES: list[Damage] = [
    (_garbage, ALL, "not a SQLite file"),
    (_text, ALL, "not a SQLite file"),
    (_half, ALL, "damaged"),
    (_foreign, ALL, "of another program; name another"),
    (_folder, ALL, "is a folder: name a file in it"),
    (_log_of_garbage, ALL, "is damaged; both were left untouched: `newsdesk doctor --repair`"),
    (_gone_but_for_its_log, ALL, "is missing, but its log newsdesk.db-wal exists: put the file back"),
    (_emptied_but_for_its_log, ALL, "is empty, but its log newsdesk.db-wal exists"),
    (_empty, (*READS, *WRITES), "is empty: put back a copy"),
    (_gone, (*READS, *WRITES), "there is no file"),
]


def _bytes(folder: Path) -> dict[str, bytes]:
    """The files of a store; without the shared memory, which holds nothing."""
    found = folder.glob("newsdesk.db*")
    return {path.name: path.read_bytes() for path in found if path.is_file() and path.suffix != ".db-shm"}


@pytest.mark.parametrize(
    ("damage", "commands", "message"), DAMAGES, ids=[row[0].__name__[1:] for row in DAMAGES]
)
def test_an_unusable_file_gives_one_line_and_is_left_untouched(
    runner: Runner, damage: Callable[[Path], None], commands: tuple[tuple[str, ...], ...], message: str
) -> None:
    damage(runner.shell.db)
    before = _bytes(runner.shell.folder)
    for command in commands:
        output = runner.type(*command, code=2)
        assert one_line(output) and message in output and runner.shell.db.name in output, (command, output)
        assert _bytes(runner.shell.folder) == before, command


def test_an_overwritten_page_gives_one_line(runner: Runner, filled: Path) -> None:
    """Every page of the file in turn. Commands that do not need it work; none shows a traceback."""
    whole, size = filled.read_bytes(), PAGE_SIZE
    ended = []
    for page in range(1, len(whole) // size):
        broken = whole[: page * size] + b"\xa5" * size + whole[(page + 1) * size :]
        for command in (("stories", "--json"), ("sources",), ("runs",), ("sources", "pause", "1")):
            runner.shell.db.write_bytes(broken)
            output, code = runner.typed(*command)
            assert code == 0 or (code == 2 and one_line(output)), (page, command, output)
            assert code == 0 or runner.shell.db.read_bytes() == broken
            ended.append(code)
    assert {0, 2} == set(ended)


# Permissions. Root ignores them, so the process drops that capability.

CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, PR_CAPBSET_DROP = 1, 2, 24


def _drop_capabilities() -> None:
    if os.geteuid() == 0:
        for power in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, power, 0, 0, 0)


def _run(shell: Shell, *words: str) -> tuple[int, str]:
    started = shell.start(*words, preexec_fn=_drop_capabilities)
    out, err = started.communicate(timeout=PATIENCE_S)
    return started.returncode, err or out


@contextmanager
def _mode(path: Path, mode: int) -> Iterator[None]:
    before = path.stat().st_mode
    path.chmod(mode)
    try:
        yield
    finally:
        path.chmod(before)


def test_missing_permissions_give_one_line(runner: Runner) -> None:
    db, shell = runner.shell.db, runner.shell
    before = db.read_bytes()
    with _mode(db, 0o400):
        for words in (("crawl",), ("sources", "pause", "1")):
            code, output = _run(shell, *words)
            assert code == 2 and one_line(output) and "cannot be written: check the permissions" in output, (
                output
            )
        assert _run(shell, "stories")[0] == 0
    with _mode(shell.folder, 0o500):
        code, output = _run(shell, "crawl")
        assert code == 2 and one_line(output) and "permissions" in output, output
    with _mode(db, 0o000):
        code, output = _run(shell, "stories")
        assert code == 2 and one_line(output) and "you may read" in output, output
    assert db.read_bytes() == before
    assert "1 new" in shell.run("crawl")


# Locks

LOCK = (
    "import sqlite3, sys, time; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
    "c.execute('BEGIN IMMEDIATE'); print('locked', flush=True); time.sleep(float(sys.argv[2]));"
    "c.execute('COMMIT')"
)


@contextmanager
def _locked(db: Path, seconds: float) -> Iterator[subprocess.Popen[str]]:
    holder = subprocess.Popen([sys.executable, "-c", LOCK, str(db), str(seconds)], stdout=-1, text=True)
    assert holder.stdout is not None and holder.stdout.readline() == "locked\n"
    try:
        yield holder
    finally:
        holder.kill()
        holder.communicate()


def test_a_command_waits_for_a_lock(runner: Runner) -> None:
    with _locked(runner.shell.db, 2.0) as holder:
        assert "1 new" in runner.shell.run("crawl")
        assert holder.poll() == 0


def test_a_lock_that_does_not_end_gives_one_line(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsdesk.storage.db.database.BUSY_TIMEOUT_S", 0.2)
    with _locked(runner.shell.db, 600.0):
        for command in (*WRITES, *MAKES):
            output = runner.type(*command, code=2)
            assert one_line(output) and "locked by another program" in output, output
        runner.type("stories")
    assert "1 new" in runner.type("crawl")


# Network file systems

MOUNTS = r"""
/dev/root / ext4 rw 0 0
nas:/export /mnt/nas nfs4 rw 0 0
//nas/share /mnt/two\040words cifs rw 0 0
tmpfs /mnt/nas/scratch tmpfs rw 0 0
me@host:/ /home/me/far fuse.sshfs rw 0 0
server:/a /srv/over nfs rw 0 0
/dev/sdb1 /srv/over xfs rw 0 0
"""
PLACES = [
    ("/home/me/newsdesk.db", "ext4"),
    ("/mnt/nas/newsdesk.db", "nfs4"),
    ("/mnt/nas2/newsdesk.db", "ext4"),  # another folder
    ("/mnt/two words/a/newsdesk.db", "cifs"),
    ("/mnt/nas/scratch/newsdesk.db", "tmpfs"),  # the longest mount point wins
    ("/home/me/far/newsdesk.db", "fuse.sshfs"),
    ("/srv/over/newsdesk.db", "xfs"),  # a later mount hides an earlier one
]


@pytest.mark.parametrize(("place", "found"), PLACES)
def test_file_system_of_a_path(place: str, found: str) -> None:
    assert file_system(Path(place), MOUNTS) == found


def test_a_network_file_system_is_refused_before_the_file_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mounts"
    monkeypatch.setattr(filesystem, "MOUNTS", mounts)
    for name in sorted(NETWORK):
        mounts.write_text(f"/dev/root / ext4 rw 0 0\nnas:/x {tmp_path} {name} rw 0 0\n")
        with pytest.raises(StoreError, match="set `db` to a file on a disk of this machine"):
            prepare(tmp_path / "newsdesk.db")
    assert not (tmp_path / "newsdesk.db").exists()
    mounts.write_text("")  # unknown: not refused
    prepare(tmp_path / "newsdesk.db")


# Kills


def test_a_killed_run_is_marked_as_killed(runner: Runner) -> None:
    """By the next crawl, with the end of its last visit. A run that still works is not changed."""
    shell, web = runner.shell, runner.web
    web.serve("/slow.xml", rss(*many(1)), until=threading.Event())
    shell.run("add", "--force", web.url("slow.test", "/slow.xml"))
    crawl = shell.start("crawl")
    wait_until(lambda: shell.rows("SELECT count(*) FROM visit WHERE run_id = 2") == [1])
    assert "1 visit, 0 failed" in runner.type("crawl", "1")
    assert shell.rows("SELECT id FROM run WHERE ended_at IS NULL") == [2]
    crawl.kill()
    crawl.communicate()
    assert "not ended" in runner.type("runs")
    runner.type("crawl", "1")
    [(ended_by, ended_at)] = shell.rows("SELECT ended_by, ended_at FROM run WHERE id = 2")
    assert (ended_by, [ended_at]) == (
        "killed",
        shell.rows("SELECT max(ended_at) FROM visit WHERE run_id = 2"),
    )
    assert "killed" in runner.type("runs")


# Truncated documents


CUTS: list[tuple[str, dict[str, object]]] = [
    ("fewer bytes than Content-Length", {"cut": 400}),
    ("a chunked body without its end", {"cut": 400, "chunked": True}),
    ("half a gzip", {"cut": 200, "coding": "gzip"}),
    ("half a gzip, its length true", {"half": "gzip"}),
    ("half a brotli, its length true", {"half": "br"}),
    ("half a zstd, its length true", {"half": "zstd"}),
    ("a document that ends early", {"short": True}),
    ("206 of half", {"status": 206, "short": True}),
]


@pytest.mark.parametrize("response", [row[1] for row in CUTS], ids=[row[0] for row in CUTS])
def test_a_truncated_document_stores_no_validators(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch, response: dict[str, object]
) -> None:
    """Otherwise the server would answer 304, and the missing half would never be read."""
    runner = Runner(tmp_path, web, monkeypatch)
    feed, response = rss(*many(40)), dict(response)
    validators = {"etag": '"1"', "last_modified": "Tue, 24 Nov 2026 08:00:00 GMT"}
    runner.type("add", "--force", web.url("daily.test", "/cut.xml"))
    body, headers = feed, {}
    if coding := response.pop("half", None):
        body, headers = CODINGS[str(coding)](feed)[:-20], {"Content-Encoding": str(coding)}
    elif response.pop("short", False):
        body = feed[: len(feed) // 2]
    web.serve("/cut.xml", body, headers=headers, **validators, **response)
    runner.typed("crawl")
    [(etag, last_modified, digest)] = runner.shell.rows("SELECT etag, last_modified, body_digest FROM source")
    assert (etag, last_modified) == (None, None)
    assert not digest or digest.endswith(":incomplete")
    web.serve("/cut.xml", feed, **validators)
    runner.type("crawl")
    assert "if-none-match" not in web.log[-1].headers and "if-modified-since" not in web.log[-1].headers
    assert runner.shell.rows("SELECT count(*) FROM story") == [40]
    assert runner.shell.rows("SELECT etag FROM source") == ['"1"']
