"""`newsdesk story ID --history` and `--diff`, as a person types them."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsdesk.command_line import newsdesk
from newsdesk.commands.story.command import _joined
from newsdesk.output import story_history
from newsdesk.output.story_history import format_words
from newsdesk.output.word_diff import diff_words
from tests.newsdesk.commands.test_commands import EVIL, harmless
from tests.support.feeds import Item, rss
from tests.support.shell import Shell
from tests.support.web import web_in_thread

A, B = "Ferry starts on Monday", "Ferry starts on Friday"
TEXT = "<p>The first boat leaves at six. It carries forty people.</p>"
NOTE = "Correction: it carries forty people, not fourteen."
VERSIONS = (
    Item(title=A, text=TEXT),
    Item(title=B, text=TEXT),
    Item(title=A, text=TEXT.replace("six", "seven")),
    Item(title=B, text=TEXT.replace("six", "seven") + f"<p>{NOTE}</p>"),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Three stories: one that changed three times, one that did not, and one whose title was taken back."""
    folder = tmp_path_factory.mktemp("history")
    with web_in_thread() as web:
        shell = Shell(folder, web)
        for number, item in enumerate(VERSIONS):
            other = Item(title="Rain", link="http://daily.test/rain", text="<p>It rains.</p>")
            third = Item(
                title=("Snow", "Sun")[number % 2], link="http://daily.test/snow", text="<p>It snows.</p>"
            )
            web.serve("/feed.xml", rss(item, other, third), etag=f'"{number}"')
            shell.run("crawl") if number else shell.run(
                "add", web.url("daily.test", "/feed.xml"), "--name", "Daily"
            )
            if not number:
                shell.run("crawl")
        yield shell.db


def typed(store: Path, *words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(newsdesk, ["story", *words], env={"NEWSDESK_DB": str(store), "NO_COLOR": "1"})
    assert result.exit_code == code, result.output
    return result


def test_history_lists_versions_returns_and_corrections(store: Path) -> None:
    printed = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "TIME", typed(store, "1", "--history").output)
    assert printed.splitlines() == [
        B,
        "http://daily.test/ferry",
        "",
        "1  TIME  first seen in Daily",
        "2  TIME  title changed, found in Daily",
        f"   title: {A} → {B}",
        "3  TIME  title and text changed, found in Daily",
        f"   title: {B} → {A} (again as in version 1)",
        "   text: The first boat leaves at six. It carries forty people. → The first boat leaves at seven. It carries"
        " forty people.",
        "4  TIME  title and text changed, found in Daily",
        f"   title: {A} → {B} (again as in version 2)",
        f"   text: …eaves at seven. It carries forty people. → …eaves at seven. It carries forty people. {NOTE}",
        f"correction TIME in Daily: {NOTE}",
        "",
        f'title alternates between "{A}" and "{B}": 3 changes from TIME to TIME; at most 2 returns a day are stored',
        "`newsdesk story 1 --diff 4` shows the words that changed with version 4; --diff 1 4 all that changed",
    ]


def test_history_as_json(store: Path) -> None:
    history = json.loads(typed(store, "1", "--history", "--json").output)
    assert [version["version"] for version in history["versions"]] == [1, 2, 3, 4]
    assert [version["returns"] for version in history["versions"]] == [{}, {}, {"title": 1}, {"title": 2}]
    assert [(one["titles"], one["times"]) for one in history["alternations"]] == [([A, B], 3)]
    assert [(one["source"], one["origin"], one["text"]) for one in history["corrections"]] == [
        ("Daily", "note", NOTE)
    ]


def test_story_shows_what_history_shows(store: Path) -> None:
    printed = typed(store, "1").output
    for line in (
        f"in Daily: {NOTE}",
        "title alternates between",
        "(again as in version 1)",
        "--history` lists",
    ):
        assert line in printed
    story = json.loads(typed(store, "1", "--json").output)
    assert [revision["version"] for revision in story["revisions"]] == [2, 3, 4] and len(
        story["corrections"]
    ) == 1
    assert "--history" not in typed(store, "2").output
    assert "it has not changed" in typed(store, "2", "--history").output


def test_a_piped_diff_is_unified(store: Path) -> None:
    lines = typed(store, "1", "--diff", "2").output.splitlines()
    assert re.sub(r"\S+Z$", "TIME", lines[0]) == "--- title, version 1 TIME"
    assert re.sub(r"\S+Z$", "TIME", lines[1]) == "+++ title, version 2 TIME"
    assert lines[2:] == ["@@ -1 +1 @@", f"-{A}", f"+{B}"]
    assert typed(store, "1", "--diff", "1", "2").output.splitlines() == lines
    assert f"+{A}" in typed(store, "1", "--diff", "2", "1").output


def test_a_diff_on_a_terminal(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story_history, "is_terminal", lambda: True)
    printed = typed(store, "--diff", "1", "3", "1").output
    assert printed.splitlines()[1:] == [
        "", "text", "The first boat leaves at [-six-]{+seven+}. It carries forty people.",
    ]  # fmt: skip
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    shown = CliRunner().invoke(
        newsdesk, ["story", "1", "--diff", "2"], env={"NEWSDESK_DB": str(store)}, color=True
    )
    assert "\x1b[31m\x1b[9mMonday\x1b[0m\x1b[32m" in shown.output


def test_a_diff_as_json(store: Path) -> None:
    diff = json.loads(typed(store, "1", "--diff", "2", "--json").output)
    assert (diff["from"]["version"], diff["to"]["version"], list(diff["fields"])) == (1, 2, ["title"])
    assert diff["fields"]["title"]["words"] == [
        {"operation": "equal", "text": "Ferry starts on "},
        {"operation": "delete", "text": "Monday"},
        {"operation": "insert", "text": "Friday"},
    ]


def test_versions_that_are_the_same(store: Path) -> None:
    result = typed(store, "3", "--diff", "1", "3")
    assert result.stdout == ""
    assert result.stderr == "versions 1 and 3 are the same: what changed between them was taken back\n"
    assert json.loads(typed(store, "3", "--diff", "1", "3", "--json").output)["fields"] == {}


def test_nothing_that_a_terminal_obeys_is_printed(store: Path, tmp_path: Path) -> None:
    evil = tmp_path / "newsdesk.db"
    shutil.copy(store, evil)
    with closing(sqlite3.connect(evil)) as db, db:
        values = json.dumps({"title": ["A", EVIL], "text": [EVIL, "B\n\nC"], "authors": [[EVIL], []]})
        db.execute("UPDATE revision SET fields = ?", (values,))
        db.execute("UPDATE correction SET text = ?", (EVIL[:50],))
    for words in ((), ("--history",), ("--diff", "2"), ("--history", "--json"), ("--diff", "2", "--json")):
        assert harmless(typed(evil, "1", *words).output), words
    assert harmless(format_words(diff_words("A", EVIL), coloured=False))


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (
            ("1", "--diff", "9"),
            2,
            "story 1 has no version 9, but 1 to 4: `newsdesk story 1 --history` lists them",
        ),
        (
            ("1", "--diff", "1"),
            2,
            "version 1 is the first one: `--diff 1 4` compares the first with the last",
        ),
        (("1", "--diff", "2", "2"), 2, "version 2 is compared with itself"),
        (("1", "--diff", "0", "2"), 2, "story 1 has no version 0"),
        (("2", "--diff", "2"), 2, "story 2 has not changed: there is one version of it"),
        (("1", "--diff", "x"), 2, "'x' is no version: --history lists them by number"),
        (("1", "--diff", "2", "--history"), 2, "--history and --diff exclude each other"),
    ],
)
def test_wrong_use(store: Path, words: tuple[str, ...], code: int, message: str) -> None:
    assert message in typed(store, *words, code=code).output


@pytest.mark.parametrize(
    ("typed_words", "joined"),
    [
        ("1 --diff 2", "1 --diff|2"),
        ("1 --diff 2 3", "1 --diff|2 3"),
        ("--diff 2 3 1", "--diff|2 3|1"),
        ("--diff 2 1", "--diff|2|1"),
        ("--diff 2 http://a.test/", "--diff|2|http://a.test/"),
        ("1 --diff 2 --json", "1 --diff|2|--json"),
        ("1 --diff", "1 --diff"),
        ("1 --json", "1 --json"),
    ],
)
def test_one_or_two_numbers(typed_words: str, joined: str) -> None:
    parts = joined.split("|")
    assert _joined(typed_words.split()) == [*parts[0].split(), *parts[1:]]
