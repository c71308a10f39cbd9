"""Words of other programs, misspelt commands, and stories by their addresses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newsdesk.suggestions import COMMANDS, OF_SOURCES
from tests.newsdesk.commands.test_commands import Runner, runner, web

__all__ = ["runner", "web"]  # fixtures

TYPED: list[tuple[str, str]] = [
    ("list", "newsdesk sources"), ("ls", "newsdesk stories"), ("remove 3", "newsdesk sources retire"),
    ("rm 3", "newsdesk sources retire"), ("delete 3", "newsdesk sources retire"), ("status", "newsdesk sources"),
    ("import feeds.opml", "newsdesk sources import"), ("export", "newsdesk sources export"),
    ("fetch", "newsdesk crawl"), ("update", "newsdesk crawl"), ("refresh", "newsdesk crawl"),
    ("show 3", "newsdesk story"), ("start", "newsdesk serve"), ("sorces", "newsdesk sources"),
    ("updaet", "newsdesk crawl"), ("LIST", "newsdesk sources"), ("version", "newsdesk --version"),
    ("walk x", "newsdesk inspect"), ("tidy", "newsdesk maintain"), ("help", "newsdesk --help"),
    ("sources remove 3", "newsdesk sources retire"), ("sources rm 3", "newsdesk sources retire"),
    ("sources add x.example", "newsdesk add"), ("sources ls", "newsdesk sources"),
    ("sources status 3", "newsdesk why"), ("sources pasue 3", "newsdesk sources pause"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "suggested"), TYPED)
def test_an_unknown_word_suggests_the_right_command(runner: Runner, typed: str, suggested: str) -> None:
    output = runner.type(*typed.split(), code=2)
    assert output.startswith("newsdesk: there is no command") and f"`{suggested}" in output
    assert output.count("\n") == 1


def test_what_is_suggested_exists(runner: Runner) -> None:
    for remedy in {*COMMANDS.values(), *OF_SOURCES.values()}:
        for typed in re.findall(r"`newsdesk ([^`]+)`", remedy):
            path = [word for word in typed.split() if word.islower() and not word.startswith("--")]
            assert runner.type(*path, "--help")


def test_no_word_hides_a_command() -> None:
    assert not set(COMMANDS) & {path.stem for path in Path("newsdesk/commands").glob("*")}


def test_nonsense_stays_an_error_of_use(runner: Runner) -> None:
    assert "No such command 'qqqqqq'" in runner.type("qqqqqq", code=2)


def test_a_story_is_shown_by_its_address_in_any_spelling(runner: Runner) -> None:
    runner.add()
    runner.type("crawl")
    by_number = runner.type("story", "1")
    url = runner.json("story", "1")["url"]
    for spelling in (
        url,
        f"{url}?utm_source=feed",
        url.replace("http://", "https://"),
        url.partition("//")[2],
    ):
        assert runner.type("story", spelling) == by_number, spelling
    assert runner.json("story", url)["id"] == 1
    assert "no story has the address" in runner.type("story", "https://daily.test/none", code=2)
    assert "there is no story 99" in runner.type("story", "99", code=2)
    assert "there is no story 0" in runner.type("story", "0", code=2)
