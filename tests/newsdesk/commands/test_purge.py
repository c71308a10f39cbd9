"""`newsdesk purge` and `newsdesk sources delete`, as typed: what they choose, show and ask."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from newsdesk.command_line import newsdesk
from newsdesk.commands.purge import command as purge_command
from newsdesk.sources import delete as delete_command
from newsdesk.storage.sources import deletion
from tests.support.articles import article
from tests.support.feeds import Item, many, rss
from tests.support.shell import PATIENCE_S, Shell
from tests.support.web import web_in_thread

ITEMS = (
    Item(title="Ferry at six", link="http://daily.test/ferry", guid="1", date="Mon, 02 Nov 2026 06:00:00 GMT"),
    Item(
        title="Bridge opens", link="http://daily.test/bridge", guid="2", author="Cem Aksoy",
        date="Thu, 05 Nov 2026 06:00:00 GMT",
    ),
    Item(title="Live: the storm", link="http://daily.test/live/storm", guid="3", date="Sun, 08 Nov 2026 06:00:00 GMT"),
)  # fmt: skip


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """A store with the three stories of The Daily, and two of the hub, of which The Daily has one."""
    with web_in_thread() as web:
        web.serve("/feed.xml", rss(*ITEMS), host="daily.test")
        web.serve("/feed.xml", rss(ITEMS[0], *many(1, site="hub.test"), title="Hub"), host="hub.test")
        shell = Shell(tmp_path, web)
        shell.run(
            "add", web.url("daily.test", "/feed.xml"), "--force", "--name", "The Daily", "--tag", "local"
        )
        shell.run("add", web.url("hub.test", "/feed.xml"), "--force", "--name", "Hub")
        shell.run("crawl", "1")
        shell.run("crawl", "2")
        monkeypatch.chdir(tmp_path)
        yield shell


def typed(*words: str, code: int = 0) -> str:
    ended = CliRunner().invoke(newsdesk, words, catch_exceptions=False)
    assert ended.exit_code == code, ended.output
    return ended.output


def listed(*words: str) -> list[int]:
    rows: list[dict[str, Any]] = json.loads(typed("stories", "--json", *words))
    return [row["id"] for row in rows]


CHOSEN = [
    ("ferry",),
    ("-ferry", "bridge OR storm"),
    ('author:"cem aksoy"',),
    ("--source", "Hub"),
    ("--source", "Hub", "--source", "The Daily"),
    ("--source", "Hub", "ferry"),
    ("--tag", "local"),
    ("--author", "ann"),
    ("--language", "en", "--since", "2026-11-05"),
    ("--until", "2026-11-05"),
    ("--kind", "liveblog"),
    ("--access", "paywalled"),
]


def test_it_chooses_the_stories_that_the_list_shows(shell: Shell) -> None:
    for words in CHOSEN:
        preview = json.loads(typed("purge", "--dry-run", "--json", *words))
        assert (preview["stories"], preview["purged"]) == (len(listed(*words)), 0), words
        assert {story["id"] for story in preview["samples"]} == set(listed(*words))
    older = json.loads(typed("purge", "--dry-run", "--json", "--older-than", "2026-11-08"))
    assert {story["title"] for story in older["samples"]} == {"Ferry at six", "Bridge opens"}
    both = ("--older-than", "2026-11-05", "--until", "2026-11-30")
    assert json.loads(typed("purge", "--dry-run", "--json", *both))["stories"] == 1
    assert len(listed()) == 4


def test_it_shows_what_it_would_purge(shell: Shell) -> None:
    shown = typed("purge", "--dry-run", "--tag", "local")
    assert "3 stories match; feeds still carry 3 of them" in shown
    assert "The Daily" in shown and "Bridge opens" in shown and "nothing was purged" in shown
    assert "no story matches" in typed("purge", "--dry-run", "xylophone")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "give a query, or an option like --older-than 90d"),
        (("--yes",), "give a query, or an option like --older-than 90d"),
        (("ferry",), "nothing was purged; use --yes"),
        (("(", "--yes"), "query, column 1"),
        (("source:nowhere", "--yes"), "no source is named 'nowhere'"),
        (("--source", "nowhere", "--yes"), "no source is named 'nowhere'"),
        (("--older-than", "soon", "--yes"), "'soon': write a span like 2h or 7d"),
        (("--no-such", "--yes"), "No such option"),
    ],
)
def test_wrong_use_purges_nothing(shell: Shell, words: tuple[str, ...], message: str) -> None:
    assert message in shell.run("purge", *words, code=2)
    assert len(listed()) == 4


def test_a_purge_typed_again_purges_what_is_left(shell: Shell) -> None:
    assert "1 story purged" in typed("purge", "ferry", "--yes")
    assert "2 stories purged" in typed("purge", "--source", "The Daily", "--yes")
    assert "no story matches" in typed("purge", "--source", "The Daily", "--yes")
    shell.run("crawl")
    assert [row["title"] for row in json.loads(typed("stories", "--json"))] == [
        many(1, site="hub.test")[0].title
    ]
    [purged] = json.loads(typed("explain", "daily.test/bridge", "--json"))["purged"]
    assert purged["why"] == "command" and purged["entries"][0]["gone_at"] is None
    number = str(purged["story_id"])
    assert "by `newsdesk purge`" in typed("explain", number)
    assert f"story {number} was purged" in shell.run("story", number, code=2)


@pytest.mark.parametrize("words", [("purge", "--tag", "local"), ("sources", "delete", "The Daily")])
def test_what_ctrl_c_stopped_is_resumed_by_the_same_command(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    @contextmanager
    def stopping(total: int, noun: str) -> Iterator[Callable[[int], None]]:
        """A bar that a user stops after the first step."""

        def stop(done: int) -> None:
            raise KeyboardInterrupt

        yield stop

    monkeypatch.setattr(purge_command, "STORIES_A_STEP", 1)
    monkeypatch.setattr(deletion, "ENTRIES_A_STEP", 1)
    for module in (purge_command, delete_command):
        monkeypatch.setattr(module, "progress_bar", stopping)
    before = len(listed())
    assert "stopped" in typed(*words, "--yes", code=130)
    after = len(listed())
    assert before - after <= 1
    monkeypatch.undo()
    monkeypatch.chdir(shell.folder)
    assert "purged" in (output := typed(*words, "--yes")) or "deleted" in output
    assert len(listed()) == (1 if words[0] == "purge" else 2)
    assert shell.rows("PRAGMA foreign_key_check") == []


def test_a_page_that_is_requested_brings_its_story_back(shell: Shell) -> None:
    assert shell.web is not None
    address = shell.web.url("daily.test", "/council")
    shell.web.serve("/council", article(title="Council votes"), type="text/html")
    shell.web.serve("/feed.xml", rss(*ITEMS, replace(ITEMS[0], link=address, guid="4")), host="daily.test")
    shell.run("crawl", "1")
    typed("purge", "--since", "2026-11-02", "--until", "2026-11-02", "--yes")
    assert len(listed()) == 3
    shell.run("crawl", "--url", address)
    assert len(listed()) == 4
    shell.web.serve("/feed.xml", rss(replace(ITEMS[0], link=address, guid="5")), host="daily.test")
    shell.run("crawl", "1")
    [row] = json.loads(typed("stories", "--source", "The Daily", "council", "--json"))
    assert row["url"] == address


@pytest.mark.parametrize(("answer", "left"), [("y", 3), ("n", 4), ("", 4)])
def test_on_a_terminal_it_asks(shell: Shell, answer: str, left: int) -> None:
    terminal, keyboard = os.openpty()
    os.write(terminal, f"{answer}\n".encode())
    started = shell.start("purge", "ferry", stdin=keyboard)
    _, err = started.communicate(timeout=PATIENCE_S)
    os.close(terminal)
    os.close(keyboard)
    assert "Purge 1 story?" in err
    assert started.returncode == (0 if answer == "y" else 2)
    assert len(listed()) == left


def test_a_source_is_deleted_with_the_stories_that_only_it_has(shell: Shell) -> None:
    shown = typed("sources", "delete", "The Daily", "--dry-run")
    assert "1  The Daily: 3 stories" in shown
    assert "1 source with 2 stories to delete; 1 story that other sources carry would stay" in shown
    assert "use --yes" in shell.run("sources", "delete", "1", code=2)
    assert len(listed()) == 4
    assert "deleted 1 source with 2 stories" in typed("sources", "delete", "The Daily", "--yes")
    assert len(listed()) == 2 and "The Daily" not in typed("sources", "--retired")
    assert "no source is named '1'" in shell.run("sources", "delete", "1", "--yes", code=2)
    assert "deleted 1 source with 2 stories" in typed("sources", "delete", "Hub", "--yes")
    assert listed() == []
