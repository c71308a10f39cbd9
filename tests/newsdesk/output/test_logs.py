"""The log: fields of its lines, levels, formats, and that no line holds a secret."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsdesk.output.logs import LogOptions, _JsonFormatter, _TextFormatter, set_up_logging
from newsdesk.storage.log_context import log_context
from tests.support.feeds import many, rss
from tests.support.shell import PATIENCE_S, Shell
from tests.support.web import web_in_thread


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    with web_in_thread() as web:
        web.serve("/a.xml", rss(*many(3)))
        web.serve("/c.xml", status=404)
        yield Shell(tmp_path, web)


def add(shell: Shell, *paths: str) -> None:
    """Each on its own host."""
    assert shell.web is not None
    shell.run("add", "--force", *(shell.web.url(f"{path[1]}.test", path) for path in paths))


def _log_lines(shell: Shell, *options: str) -> list[str]:
    """The lines of a crawl on stderr that are log lines."""
    started = shell.start(*options, "crawl", "--quiet")
    _, err = started.communicate(timeout=PATIENCE_S)
    return [line for line in err.splitlines() if not line.startswith("failed")]


def test_log_lines_have_time_level_logger_run_and_source(shell: Shell) -> None:
    add(shell, "/a.xml", "/c.xml")
    lines = _log_lines(shell, "--log-level", "debug")
    pattern = (
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (DEBUG|INFO|WARNING|ERROR) +newsdesk\.[\w.]+( \w+=\S+)*: ."
    )
    assert lines and all(re.match(pattern, line) for line in lines), lines
    assert any(" run=1" in line and " source=1" in line for line in lines), lines
    assert any(" visit=" in line and "visited: " in line for line in lines), lines


def test_json_log_lines_have_run_and_source(shell: Shell) -> None:
    add(shell, "/a.xml", "/c.xml")
    started = shell.start("--log-level", "debug", "--log", "json", "crawl")
    out, err = started.communicate(timeout=PATIENCE_S)
    assert [json.loads(line)["event"] for line in out.splitlines()] == ["visit", "visit", "run"]
    records = [json.loads(line) for line in err.splitlines()]
    assert {record["event"] for record in records} == {"log"}
    assert any(record.get("run") == 1 and record.get("source") == 1 for record in records), records
    assert all({"at", "level", "logger", "message"} <= record.keys() for record in records)


def test_the_level_comes_from_option_variable_or_default(shell: Shell) -> None:
    add(shell, "/a.xml")
    assert _log_lines(shell) == []
    assert any(" INFO " in line for line in _log_lines(shell, "--log-level", "info"))
    shell.environment["NEWSDESK_LOG_LEVEL"] = "info"
    assert any(" INFO " in line for line in _log_lines(shell))
    assert _log_lines(shell, "--log-level", "error") == []
    shell.environment["NEWSDESK_LOG_LEVEL"] = "loud"
    assert "log.level = 'loud'" in shell.run("crawl", code=2)


def test_a_log_line_is_one_clean_line_without_secrets() -> None:
    record = logging.LogRecord(
        "newsdesk.x", logging.INFO, "x.py", 1, "got %s\n\x1b[31m", ("https://a.test/f?token=CANARY",), None
    )
    with log_context(run=7, source=3, host="a.test"):
        text, json_line = _TextFormatter().format(record), _JsonFormatter().format(record)
    assert text.endswith(
        " INFO    newsdesk.x run=7 source=3 host=a.test: got https://a.test/f?token=*** [31m"
    )
    event = json.loads(json_line)
    assert (event["run"], event["source"], event["host"]) == (7, 3, "a.test")
    assert "CANARY" not in text + json_line and "\n" not in text + json_line


def test_other_libraries_log_warnings_only() -> None:
    root, ours = logging.getLogger(), logging.getLogger("newsdesk")
    levels, handlers = (root.level, ours.level), list(root.handlers)
    try:
        set_up_logging(LogOptions(level="debug", format="text"))
        set_up_logging(LogOptions(level="debug", format="text"))
        assert len(root.handlers) <= len(handlers) + 1
        assert logging.getLogger("newsdesk.crawler.http.client").isEnabledFor(logging.DEBUG)
        for name in ("asyncio", "aiohttp.client", "scrapy", "apscheduler.scheduler"):
            assert not logging.getLogger(name).isEnabledFor(logging.INFO), name
    finally:
        root.handlers[:] = handlers
        root.setLevel(levels[0])
        ours.setLevel(levels[1])
