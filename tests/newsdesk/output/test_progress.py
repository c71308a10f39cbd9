"""Output of a crawl: a bar on a terminal, JSON lines for programs, failures only with --quiet; and its log."""

from __future__ import annotations

import json
import os
import pty
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsdesk.output.progress import Lines
from tests.support.articles import article
from tests.support.feeds import Item, many, rss
from tests.support.shell import Shell
from tests.support.web import web_in_thread


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    with web_in_thread() as web:
        web.serve("/a.xml", rss(*many(3)))
        web.serve("/b.xml", rss(*many(3)))
        web.serve("/c.xml", status=404)
        yield Shell(tmp_path, web)


def add(shell: Shell, *paths: str) -> None:
    """Each on its own host."""
    assert shell.web is not None
    shell.run("add", "--force", *(shell.web.url(f"{path[1]}.test", path) for path in paths))


def on_terminal(shell: Shell, *words: str, shown: str = "", release: threading.Event | None = None) -> str:
    """Both streams on a pseudo terminal of 100 columns. `release` is set once `shown` was printed."""
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
        if release is not None and shown.encode() in seen:
            release.set()
    os.waitpid(pid, 0)
    os.close(terminal)
    return seen.decode()


def test_json_lines_and_nothing_else(shell: Shell) -> None:
    add(shell, "/a.xml", "/c.xml")
    events = [json.loads(row) for row in shell.run("crawl", "--log", "json", code=1).splitlines()]
    assert [event["event"] for event in events] == ["visit", "visit", "run"]
    by_outcome = {event["outcome"]: event for event in events[:2]}
    visits = {(event["run"], event["visit"], event["outcome"]) for event in events[:2]}
    assert visits == set(shell.rows("SELECT run_id, id, outcome FROM visit"))
    assert events[2]["run"] == events[0]["run"]
    assert (by_outcome["read"]["new"], by_outcome["read"]["seen"]) == (3, 3)
    assert by_outcome["not-found"]["category"] == "not-found"
    assert (events[2]["visits"], events[2]["failed"], events[2]["new"]) == (2, 1, 3)


def test_quiet_prints_failures_only(shell: Shell) -> None:
    add(shell, "/a.xml", "/c.xml")
    [only] = shell.run("crawl", "--quiet", code=1).splitlines()
    assert only.startswith("failed") and "404" in only


def test_a_long_crawl_shows_a_bar_and_removes_it(shell: Shell) -> None:
    assert shell.web is not None
    release, expected = threading.Event(), "2 of 3 visits · 3 new · 1 failed"
    shell.web.serve("/b.xml", rss(*many(3)), until=release)
    add(shell, "/a.xml", "/b.xml", "/c.xml")
    seen = on_terminal(shell, "crawl", shown=expected, release=release)
    assert expected in seen
    assert "run 1: 3 visits, 1 failed" in seen
    assert seen.rstrip().endswith("refused")


def test_the_bar_counts_the_pages_that_become_due_meanwhile(shell: Shell) -> None:
    web = shell.web
    assert web is not None
    items = [Item(title=f"Story {n}", link=web.url("d.test", f"/s{n}"), guid=f"{n}") for n in range(3)]
    web.serve("/d.xml", rss(*items))
    release, expected = threading.Event(), "of 5 visits · 3 new · 1 failed"
    for n in range(3):
        held = release if n == 0 else None
        web.serve(f"/s{n}", article(f"Story {n}"), type="text/html", until=held)
    shell.run("add", "--full-text", web.url("d.test", "/d.xml"))
    add(shell, "/c.xml")
    assert expected in on_terminal(shell, "crawl", shown=expected, release=release)
    [line, _] = shell.run("crawl", "-v", "--url", web.url("d.test", "/s1")).splitlines()
    assert line.startswith("same-document ") and line.endswith(": the same document as at the last visit")


def test_a_long_duration_of_pages_is_printed(tmp_path: Path) -> None:
    with web_in_thread() as web:
        shell = Shell(tmp_path, web, config="")
        settings = f"[politeness]\ndelay_s = 0.8\nper_minute = 1000\n[pages]\nbacklog = 50\n{web.config()}"
        (tmp_path / "newsdesk.toml").write_text(settings)
        feeds = [web.url(host, f"/{n}.xml") for host, n in (("a.test", 1), ("a.test", 2), ("b.test", 1))]
        expected = (
            "up to 150 pages to read: at least 1 min 20 s, because of 100 pages of"
            f" a.test:{web.port} at its rate limit"
        )
        assert expected in shell.run("add", "--force", "--full-text", *feeds)
        assert expected in shell.run("crawl", "--due", code=1)
        listed = shell.run("sources", "export").replace("/1.xml", "/3.xml").replace("/2.xml", "/4.xml")
        (tmp_path / "list.opml").write_text(listed)
        assert expected in shell.run("sources", "import", "list.opml")


@pytest.mark.parametrize(
    ("total", "terminal", "drawn"), [(1, True, True), (0, True, False), (1, False, False)]
)
def test_a_bar_is_drawn_on_a_terminal_while_visits_are_left(
    total: int,
    terminal: bool,
    drawn: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    lines = Lines(total=total, verbose=False, quiet=False)
    lines.show()
    lines.close()
    assert ("0 of 1 visits" in capsys.readouterr().err) is drawn


def test_json_when_nothing_is_due(shell: Shell) -> None:
    add(shell, "/a.xml")
    shell.run("crawl")
    [event] = [json.loads(row) for row in shell.run("crawl", "--due", "--log", "json").splitlines()]
    assert (event["visits"], event["messages"]) == (0, ["nothing to visit: no source is due"])
