"""Commands that read work on a file that may not be written: by its permissions, or because its disk is mounted
read-only. Commands that write say so in one line."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newsdesk.storage.db.database import reading, wal_of
from newsdesk.storage.db.errors import StoreError
from tests.support.feeds import many, rss
from tests.support.shell import Shell
from tests.support.web import web_in_thread

CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, PR_CAPBSET_DROP = 1, 2, 24
CLONE_NEWNS, CLONE_NEWUSER = 0x20000, 0x10000000
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 0x1, 0x20, 0x1000, 0x4000, 0x40000

READS: list[tuple[str, ...]] = [
    ("stories",), ("stories", "--json"), ("stories", "number"), ("story", "1"), ("sources",), ("sources", "show", "1"),
    ("sources", "export"), ("runs",), ("runs", "1"), ("events",), ("events", "--feed"), ("why", "1"), ("explain", "1"),
    ("simulate",), ("config",), ("maintain", "--dry-run"), ("reparse",),
]  # fmt: skip
WRITES: list[tuple[str, ...]] = [
    ("crawl",), ("sources", "pause", "1"), ("sources", "edit", "1", "--name", "x"), ("maintain",),
    ("serve", "--no-web"),
]  # fmt: skip


def _without_power_over_permissions(folder: Path) -> None:
    """Root ignores permissions, so the process drops that capability."""
    if os.geteuid() == 0:
        for power in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, power, 0, 0, 0)


def _mounted_read_only(folder: Path) -> None:
    """The folder as a read-only mount, in a mount namespace of this process."""
    libc, place = ctypes.CDLL(None, use_errno=True), str(folder).encode()
    spaces = CLONE_NEWNS | (0 if os.geteuid() == 0 else CLONE_NEWUSER)
    for failed in (
        libc.unshare(spaces),
        libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None),
        libc.mount(place, place, None, MS_BIND, None),
        libc.mount(place, place, None, MS_REMOUNT | MS_BIND | MS_RDONLY, None),
    ):
        if failed:
            raise OSError(ctypes.get_errno(), "no read-only mount")
    os.chdir(folder)  # into the mount, no longer below it


def _can_mount(folder: Path) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    try:
        subprocess.run(["true"], check=True, preexec_fn=lambda: _mounted_read_only(folder))
    except (OSError, subprocess.SubprocessError):
        return False
    return True


class Place:
    """A folder with a filled store that may not be written."""

    def __init__(self, shell: Shell, prepare: Callable[[Path], None]) -> None:
        self.shell, self._prepare = shell, prepare

    def run(self, *words: str) -> tuple[int, str, str]:
        started = self.shell.start(*words, preexec_fn=lambda: self._prepare(self.shell.folder))
        out, err = started.communicate(timeout=120)
        return started.returncode, out, err


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    with web_in_thread() as web:
        web.serve("/feed.xml", rss(*many(3), title="The Daily"))
        shell = Shell(folder, web)
        shell.run("add", web.url("daily.test", "/feed.xml"))
        shell.run("crawl")
    return folder


@pytest.fixture(params=["permissions", "disk"])
def place(request: pytest.FixtureRequest, filled: Path, tmp_path: Path) -> Iterator[Place]:
    folder = shutil.copytree(filled, tmp_path / "store")
    shell = Shell(folder)
    if request.param == "disk":
        if not _can_mount(folder):
            pytest.skip("this machine lets no test mount a folder read-only")
        yield Place(shell, _mounted_read_only)
        return
    files = [folder, *folder.iterdir()]
    for path in files:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield Place(shell, _without_power_over_permissions)
    for path in files:
        path.chmod(0o755)


def test_commands_that_read_work_where_nothing_may_be_written(place: Place) -> None:
    before = {path.name: path.read_bytes() for path in place.shell.folder.iterdir()}
    for words in READS:
        code, out, err = place.run(*words)
        assert (code, err) == (0, ""), (words, err)
        assert out, words
    assert "Story number 2" in place.run("stories")[1]
    assert {path.name: path.read_bytes() for path in place.shell.folder.iterdir()} == before


def test_commands_that_write_say_in_one_line_that_they_may_not(place: Place) -> None:
    for words in WRITES:
        code, out, err = place.run(*words)
        assert code != 0 and "Traceback" not in err, (words, out, err)
        assert "cannot be written: check the permissions" in err + out, (words, out, err)


def test_a_backup_to_another_folder_works(place: Place, tmp_path: Path) -> None:
    code, _, err = place.run("backup", str(tmp_path / "copy.db"))
    assert (code, err) == (0, "")
    with reading(tmp_path / "copy.db") as db:
        assert db.conn.execute("SELECT count(*) FROM story").fetchone()[0] == 3


def test_a_log_with_changes_that_cannot_be_read_there_is_no_silent_loss(place: Place) -> None:
    folder = place.shell.folder
    folder.chmod(0o755)
    (folder / "newsdesk.db").chmod(0o644)
    writing = subprocess.run(  # a process that is killed leaves its log
        [
            sys.executable, "-c",
            "import os, sqlite3, sys; conn = sqlite3.connect(sys.argv[1]);"
            " conn.execute(\"UPDATE story SET title = 'In the log'\"); conn.commit(); os._exit(9)",
            str(place.shell.db),
        ],
        check=False,
    )  # fmt: skip
    assert writing.returncode == 9 and wal_of(place.shell.db).stat().st_size
    (folder / "newsdesk.db-shm").unlink()
    if place._prepare is _without_power_over_permissions:
        (folder / "newsdesk.db").chmod(0o444)
        folder.chmod(0o555)
    code, out, err = place.run("stories")
    assert (code, out) == (2, "")
    assert "newsdesk.db-wal beside it holds changes" in err and "NEWSDESK_DB" in err and err.count("\n") == 1


def test_doctor_examines_a_file_that_may_not_be_written(place: Place) -> None:
    code, out, _ = place.run("doctor")
    assert code == 0, out
    assert "may not be written; commands that read work" in out and "file: sound" in out


def test_a_file_that_is_no_store_stays_an_error(tmp_path: Path) -> None:
    (tmp_path / "newsdesk.db").write_text("no store " * 100)
    with pytest.raises(StoreError, match="not a SQLite file"), reading(tmp_path / "newsdesk.db"):
        pass
