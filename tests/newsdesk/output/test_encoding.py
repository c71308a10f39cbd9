"""Output in an encoding that lacks letters: replacement characters in every command, and JSON without loss."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.support.feeds import Item, rss
from tests.support.shell import Shell
from tests.support.web import web_in_thread

TITLE = "Łódź · 潮騒新聞 · سوق الزيتونة"
COMMANDS: list[tuple[str, ...]] = [
    ("stories",), ("stories", "--csv"), ("stories", "潮騒"), ("story", "1"), ("sources",), ("sources", "show", "1"),
    ("sources", "pause", "潮騒"), ("sources", "resume", "1"), ("sources", "edit", "1", "--tag", "新聞"),
    ("sources", "export"), ("sources", "export", "--format", "list"), ("runs",), ("runs", "1"), ("events",),
    ("events", "--feed"), ("why", "1"), ("explain", "1"), ("simulate",), ("config",), ("doctor",), ("crawl", "-v"),
    ("--log-level", "debug", "crawl"), ("inspect", "feed.xml"), ("reparse",), ("maintain",), ("--help",),
    ("stories", "--tag", "不明"), ("sources", "show", "不明"), ("不明",),
]  # fmt: skip


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    with web_in_thread() as web:
        body = rss(Item(title=TITLE, text=f"<p>{TITLE}</p>", author="Jadwiga Wiśniewska"), title=TITLE)
        web.serve("/feed.xml", body)
        shell = Shell(tmp_path_factory.mktemp("letters"), web)
        shell.environment["PYTHONIOENCODING"] = "cp1252"
        (shell.folder / "feed.xml").write_bytes(body)
        assert _typed(shell, "add", web.url("daily.test", "/feed.xml"))[0] == 0
        assert _typed(shell, "crawl")[0] == 0
        yield shell


def _typed(shell: Shell, *words: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "newsdesk", *words],
        cwd=shell.folder, env=shell.environment, capture_output=True, timeout=120,
    )  # fmt: skip
    return done.returncode, done.stdout.decode("latin-1"), done.stderr.decode("latin-1")


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_letter_that_the_encoding_lacks_stops_no_command(shell: Shell, words: tuple[str, ...]) -> None:
    code, out, err = _typed(shell, *words)
    assert code in (0, 2), err
    assert "Traceback" not in out + err
    assert out or err


def test_letters_are_replaced_for_people_and_escaped_in_json(shell: Shell) -> None:
    assert "?\xf3d? \xb7 ???? \xb7 ??? ????????" in _typed(shell, "stories")[1]
    [story] = json.loads(_typed(shell, "stories", "--json")[1])
    assert story["title"] == TITLE
    events = [json.loads(row) for row in _typed(shell, "crawl", "--log", "json")[1].splitlines()]
    assert [event["event"] for event in events] == ["visit", "run"]


def test_a_document_is_written_in_its_own_encoding(shell: Shell) -> None:
    code, out, _ = _typed(shell, "events", "--feed")
    assert code == 0 and "encoding='utf-8'" in out
    out.encode("latin-1").decode("utf-8")
