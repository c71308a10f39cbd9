"""newsdesk commands as processes in a folder of their own, against the local server.

with web_in_thread() as web:
    shell = Shell(tmp_path, web)
    shell.run("add", web.url("daily.test", "/feed.xml"))
    started = shell.start("crawl")
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import IO, Any

import psutil

from tests.support.paths import ROOT
from tests.support.web import Web

PATIENCE_S = 240.0  # for what must happen, on a machine that is busy with other work; a hang fails the test


class Shell:
    """A folder with a newsdesk.toml for the local server; without pauses unless `config` says otherwise."""

    def __init__(self, folder: Path, web: Web | None = None, *, config: str = "") -> None:
        self.folder = folder
        self.web = web
        self.db = folder / "newsdesk.db"
        own = web.config() if web else ""
        (folder / "newsdesk.toml").write_text(
            f"[politeness]\ndelay_s = 0\nper_minute = 100000\n{config}\n{own}"
        )
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("NEWSDESK_")},
            "PYTHONPATH": str(ROOT),
            "HOME": str(folder),
        }

    def start(self, *words: str, **options: Any) -> subprocess.Popen[str]:
        """Start a process in its own process group, so that signals of a test reach no other process."""
        return subprocess.Popen(
            [sys.executable, "-m", "newsdesk", *words],
            cwd=self.folder, env=self.environment, text=True, start_new_session=True,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
        )  # fmt: skip

    def run(self, *words: str, code: int | None = 0) -> str:
        """Run a command; returns both outputs. Fails on another exit code (None: any)."""
        started = self.start(*words)
        out, err = started.communicate(timeout=PATIENCE_S)
        assert code is None or started.returncode == code, (
            f"{words} ended with {started.returncode}:\n{out}{err}"
        )
        return out + err

    def rows(self, sql: str, *values: Any) -> list[Any]:
        with closing(sqlite3.connect(self.db, timeout=30)) as conn:
            return [row[0] if len(row) == 1 else row for row in conn.execute(sql, values)]


def wait_until(true: Any, *, seconds: float = PATIENCE_S, what: str = "") -> None:
    """Poll until `true()` holds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"waited {seconds} s without success for {what or true}"
        time.sleep(0.01)


def read_until(stream: IO[str] | None, text: str) -> str:
    """Read the output of a running process up to `text`, and nothing after it; returns what was read."""
    assert stream is not None
    read = b""
    while text.encode() not in read:
        more = os.read(stream.fileno(), 1)
        assert more, f"the process ended without {text!r}; it printed: {read.decode()}"
        read += more
    return read.decode()


def group_of(process_group: int) -> list[psutil.Process]:
    """The running processes of a group, without zombies."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == process_group and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.NoSuchProcess, ProcessLookupError, PermissionError):
            continue
    return found
