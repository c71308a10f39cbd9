"""What is heard of a crawl: a bar on a terminal, JSON lines for a program, only errors when asked."""

from __future__ import annotations

import json
import os
import pty
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.feeds import many, rss
from tests.shell import Shell
from tests.web import web_in_thread


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    with web_in_thread() as web:
        web.serve("/a.xml", rss(*many(3)))
        web.serve("/b.xml", rss(*many(3)), wait_s=2.0)
        web.serve("/c.xml", status=404)
        yield Shell(tmp_path, web)


def add(shell: Shell, *paths: str) -> None:
    """Each on a host of its own."""
    assert shell.web is not None
    shell.run("add", "--force", *(shell.web.url(f"{path[1]}.test", path) for path in paths))


def on_terminal(shell: Shell, *words: str) -> str:
    """What a person sees: both outputs on a pseudo terminal of 100 columns."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(shell.folder)
        os.execve(
            sys.executable,
            [sys.executable, "-m", "newsdesk", *words],
            {**shell.environment, "TERM": "xterm", "COLUMNS": "100"},
        )
    seen = b""
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:
            break
        if not piece:
            break
        seen += piece
    os.waitpid(pid, 0)
    os.close(terminal)
    return seen.decode()


def test_json_lines_and_nothing_else(shell: Shell) -> None:
    add(shell, "/a.xml", "/c.xml")
    events = [json.loads(row) for row in shell.run("crawl", "--log", "json", code=1).splitlines()]
    assert [event["event"] for event in events] == ["visit", "visit", "run"]
    by_outcome = {event["outcome"]: event for event in events[:2]}
    assert (by_outcome["read"]["new"], by_outcome["read"]["seen"]) == (3, 3)
    assert by_outcome["missing"]["class"] == "missing"
    assert (events[2]["visits"], events[2]["failed"], events[2]["new"]) == (2, 1, 3)


def test_quiet_says_errors_only(shell: Shell) -> None:
    add(shell, "/a.xml", "/c.xml")
    [only] = shell.run("crawl", "--quiet", code=1).splitlines()
    assert only.startswith("failed") and "404" in only


def test_a_long_crawl_shows_a_bar_and_takes_it_away(shell: Shell) -> None:
    add(shell, "/a.xml", "/b.xml", "/c.xml")
    seen = on_terminal(shell, "crawl")
    assert "2 of 3 visits · 3 new · 1 failed" in seen
    assert "run 1: 3 visits, 1 failed" in seen
    assert seen.rstrip().endswith("refused")


def test_a_short_or_piped_crawl_shows_none(shell: Shell) -> None:
    add(shell, "/a.xml", "/b.xml")
    assert " visits · " not in shell.run("crawl")
    assert " visits · " not in on_terminal(shell, "crawl", "1")


def test_json_when_nothing_is_due(shell: Shell) -> None:
    add(shell, "/a.xml")
    shell.run("crawl")
    [event] = [json.loads(row) for row in shell.run("crawl", "--due", "--log", "json").splitlines()]
    assert (event["visits"], event["words"]) == (0, ["nothing to visit: no source is due"])
