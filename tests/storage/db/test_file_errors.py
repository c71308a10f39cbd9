"""The file, its disk and its machine fail: a clear line each, the file never replaced, work after repair.

What a disk that is full at its n-th write, or that loses power, leaves behind: tests/storage/db/test_disk.py.
What `newsdesk doctor` says and saves: tests/newsdesk/commands/test_doctor.py.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from newsdesk.storage.db import filesystem
from newsdesk.storage.db.database import prepare, wal_of
from newsdesk.storage.db.errors import StoreError
from newsdesk.storage.db.filesystem import NETWORK, file_system
from tests.newsdesk.commands.test_commands import Runner
from tests.support.feeds import many, rss
from tests.support.shell import Shell, wait_until
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


def one_line(said: str) -> bool:
    return said.startswith("newsdesk: ") and said.count("\n") == 1


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
    """As a kill leaves a store: with its log, and stories that are in the log alone."""
    code = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1]);"
        "c.execute('UPDATE source SET name = 1'); c.commit(); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, str(db)], check=True)
    assert wal_of(db).stat().st_size


Fault = tuple[Callable[[Path], None], tuple[tuple[str, ...], ...], str]
FAULTS: list[Fault] = [
    (_garbage, ALL, "no SQLite file"),
    (_text, ALL, "no SQLite file"),
    (_half, ALL, "damaged"),
    (_foreign, ALL, "of another program; name another"),
    (_folder, ALL, "is a folder: name a file in it"),
    (_log_of_garbage, ALL, "is damaged; both were left as they are: `newsdesk doctor --repair`"),
    (_gone_but_for_its_log, ALL, "is gone, but newsdesk.db-wal, its log, is there: put the file back"),
    (_emptied_but_for_its_log, ALL, "is empty, but newsdesk.db-wal, its log, is there"),
    (_empty, (*READS, *WRITES), "is empty: put back a copy"),
    (_gone, (*READS, *WRITES), "there is no file"),
]


def _bytes(folder: Path) -> dict[str, bytes]:
    """What lies in a folder under the store's name; the shared memory beside a log holds nothing."""
    found = folder.glob("newsdesk.db*")
    return {path.name: path.read_bytes() for path in found if path.is_file() and path.suffix != ".db-shm"}


@pytest.mark.parametrize(("spoil", "commands", "words"), FAULTS, ids=[row[0].__name__[1:] for row in FAULTS])
def test_a_file_that_cannot_be_used_is_one_clear_line_and_left_as_it_is(
    runner: Runner, spoil: Callable[[Path], None], commands: tuple[tuple[str, ...], ...], words: str
) -> None:
    spoil(runner.shell.db)
    before = _bytes(runner.shell.folder)
    for command in commands:
        said = runner.type(*command, code=2)
        assert one_line(said) and words in said and str(runner.shell.db.name) in said, (command, said)
        assert _bytes(runner.shell.folder) == before, command


def test_a_page_overwritten_is_one_clear_line_from_whom_it_concerns(runner: Runner, filled: Path) -> None:
    """Every page of the file in turn. Who does not need it goes on, nobody shows a traceback."""
    whole, size = filled.read_bytes(), 8192
    ended = []
    for page in range(1, len(whole) // size):
        broken = whole[: page * size] + b"\xa5" * size + whole[(page + 1) * size :]
        for command in (("stories", "--json"), ("sources",), ("runs",), ("sources", "pause", "1")):
            runner.shell.db.write_bytes(broken)
            said, code = runner.typed(*command)
            assert code == 0 or (code == 2 and one_line(said)), (page, command, said)
            assert code == 0 or runner.shell.db.read_bytes() == broken
            ended.append(code)
    assert {0, 2} == set(ended)


# Rights. A process without the power to override them, which root has.

CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, PR_CAPBSET_DROP = 1, 2, 24


def _as_anybody() -> None:
    if os.geteuid() == 0:
        for power in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, power, 0, 0, 0)


def _run(shell: Shell, *words: str) -> tuple[int, str]:
    started = shell.start(*words, preexec_fn=_as_anybody)
    out, err = started.communicate(timeout=60)
    return started.returncode, err or out


@contextmanager
def _mode(path: Path, mode: int) -> Iterator[None]:
    before = path.stat().st_mode
    path.chmod(mode)
    try:
        yield
    finally:
        path.chmod(before)


def test_a_file_or_folder_without_rights_is_said(runner: Runner) -> None:
    db, shell = runner.shell.db, runner.shell
    before = db.read_bytes()
    with _mode(db, 0o400):
        for words in (("crawl",), ("sources", "pause", "1")):
            code, said = _run(shell, *words)
            assert code == 2 and one_line(said) and "may not be written: check the rights" in said, said
        assert _run(shell, "stories")[0] == 0
    with _mode(shell.folder, 0o500):
        code, said = _run(shell, "crawl")
        assert code == 2 and one_line(said) and "rights" in said, said
    with _mode(db, 0o000):
        code, said = _run(shell, "stories")
        assert code == 2 and one_line(said) and "may you read" in said, said
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


def test_a_lock_that_ends_is_waited_for(runner: Runner) -> None:
    with _locked(runner.shell.db, 2.0) as holder:
        assert "1 new" in runner.shell.run("crawl")
        assert holder.poll() == 0


def test_a_lock_that_does_not_end_is_one_clear_line(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsdesk.storage.db.database.BUSY_S", 0.2)
    with _locked(runner.shell.db, 600.0):
        for command in (*WRITES, *MAKES):
            said = runner.type(*command, code=2)
            assert one_line(said) and "locked by another program" in said, said
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
    ("/mnt/nas2/newsdesk.db", "ext4"),  # begins alike, and is another folder
    ("/mnt/two words/a/newsdesk.db", "cifs"),
    ("/mnt/nas/scratch/newsdesk.db", "tmpfs"),  # the longest mount point is meant
    ("/home/me/far/newsdesk.db", "fuse.sshfs"),
    ("/srv/over/newsdesk.db", "xfs"),  # of two at one place the later hides the earlier
]


@pytest.mark.parametrize(("place", "found"), PLACES)
def test_where_a_file_lies(place: str, found: str) -> None:
    assert file_system(Path(place), MOUNTS) == found


def test_a_network_file_system_is_refused_before_the_file_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mounts"
    monkeypatch.setattr(filesystem, "MOUNTS", mounts)
    for name in sorted(NETWORK):
        mounts.write_text(f"/dev/root / ext4 rw 0 0\nnas:/x {tmp_path} {name} rw 0 0\n")
        with pytest.raises(StoreError, match="name a file on a disk of this machine"):
            prepare(tmp_path / "newsdesk.db")
    assert not (tmp_path / "newsdesk.db").exists()
    mounts.write_text("")  # nobody tells: nothing is refused
    prepare(tmp_path / "newsdesk.db")


# Kills


def test_a_run_that_was_killed_died(runner: Runner) -> None:
    """The next crawl says so, at the run's last sign of life; a run that goes on is left alone."""
    shell, web = runner.shell, runner.web
    web.serve("/slow.xml", rss(*many(1)), wait_s=30.0)
    shell.run("add", "--force", web.url("slow.test", "/slow.xml"))
    crawl = shell.start("crawl")
    wait_until(lambda: shell.rows("SELECT count(*) FROM visit WHERE run_id = 2") == [1])
    assert "1 visits, 0 failed" in runner.type("crawl", "1")
    assert shell.rows("SELECT id FROM run WHERE ended_at IS NULL") == [2]
    crawl.kill()
    crawl.communicate()
    assert "not ended" in runner.type("runs")
    runner.type("crawl", "1")
    [(ended_by, ended_at)] = shell.rows("SELECT ended_by, ended_at FROM run WHERE id = 2")
    assert (ended_by, [ended_at]) == ("died", shell.rows("SELECT max(ended_at) FROM visit WHERE run_id = 2"))
    assert "died" in runner.type("runs")


# Documents that were cut off


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


@pytest.mark.parametrize("told", [row[1] for row in CUTS], ids=[row[0] for row in CUTS])
def test_a_document_that_was_cut_off_leaves_no_validators(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch, told: dict[str, object]
) -> None:
    """Else the server would say 304 to who has half of it, and the other half would never come."""
    runner = Runner(tmp_path, web, monkeypatch)
    feed, told = rss(*many(40)), dict(told)
    validators = {"etag": '"1"', "last_modified": "Tue, 24 Nov 2026 08:00:00 GMT"}
    runner.type("add", "--force", web.url("daily.test", "/cut.xml"))
    body, headers = feed, {}
    if coding := told.pop("half", None):
        body, headers = CODINGS[str(coding)](feed)[:-20], {"Content-Encoding": str(coding)}
    elif told.pop("short", False):
        body = feed[: len(feed) // 2]
    web.serve("/cut.xml", body, headers=headers, **validators, **told)
    runner.typed("crawl")
    assert runner.shell.rows("SELECT etag, last_modified, coalesce(body_digest, '') FROM source") == [
        (None, None, "")
    ]
    web.serve("/cut.xml", feed, **validators)
    runner.type("crawl")
    assert "if-none-match" not in web.log[-1].headers and "if-modified-since" not in web.log[-1].headers
    assert runner.shell.rows("SELECT count(*) FROM story") == [40]
    assert runner.shell.rows("SELECT etag FROM source") == ['"1"']
