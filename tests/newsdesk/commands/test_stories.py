"""`newsdesk stories`: filters, time, ranking, snippets, paging, CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from tests.support.feeds import Item, rss
from tests.support.shell import Shell
from tests.support.web import web_in_thread

NOW = datetime.now(UTC).replace(microsecond=0)


def item(
    name: str, *, hours: float, title: str, text: str = "", author: str = "Ann Hill", **options: Any
) -> Item:
    date = format_datetime(NOW - timedelta(hours=hours), usegmt=True)
    return Item(
        title=title, link=f"http://{name}.test/{hours}", text=text, author=author, date=date, **options
    )


DAILY = (
    item("daily", hours=1, title="Ferry returns", text="<p>The harbour cheers.</p>"),
    item(
        "daily",
        hours=30,
        title="Harbour dredged",
        text="<p>Harbour mud, harbour boats.</p>",
        author="Ben Ode",
    ),
    item("daily", hours=200, title="=1+1 council", text="<p>Nothing of a boat.</p>", author="Ben Ode"),
)
TOKYO = (
    item("tokyo", hours=2, title="駅弁が売り切れ", text="<p>終電で駅弁が売り切れた。</p>", author="佐伯美月"),
)


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    with web_in_thread() as web:
        web.serve("/feed", rss(*DAILY, title="Daily"), host="daily.test")
        web.serve(
            "/feed",
            rss(*TOKYO, title="Tokyo").replace(b"<language>en<", b"<language>ja-JP<"),
            host="tokyo.test",
        )
        shell = Shell(tmp_path_factory.mktemp("looking"), web)
        shell.run("add", web.url("daily.test", "/feed"), "--tag", "local")
        shell.run("add", web.url("tokyo.test", "/feed"), "--tag", "far")
        shell.run("crawl")
        yield shell


def titles(shell: Shell, *arguments: str) -> list[str]:
    return [row["title"] for row in json.loads(shell.run("stories", *arguments, "--json"))]


DAY = (NOW - timedelta(hours=30)).date().isoformat()
CASES: list[tuple[str, tuple[str, ...], list[str]]] = [
    ("newest first", (), ["Ferry returns", "駅弁が売り切れ", "Harbour dredged", "=1+1 council"]),
    ("by source", ("--source", "tokyo"), ["駅弁が売り切れ"]),
    ("by any of two sources", ("--source", "tokyo", "--source", "1", "-n", "1"), ["Ferry returns"]),
    ("by tag", ("--tag", "FAR"), ["駅弁が売り切れ"]),
    ("by author", ("--author", "ode"), ["Harbour dredged", "=1+1 council"]),
    ("by language, with its regions", ("--language", "ja"), ["駅弁が売り切れ"]),
    ("a language is no beginning of another", ("--language", "j"), []),
    ("since a span", ("--since", "3h"), ["Ferry returns", "駅弁が売り切れ"]),
    ("until a day, whole", ("--until", DAY), ["Harbour dredged", "=1+1 council"]),
    ("between", ("--since", "7d", "--until", DAY), ["Harbour dredged"]),
    ("page by page", ("--limit", "3", "--page", "2"), ["=1+1 council"]),
    ("words, newest first", ("harbour",), ["Ferry returns", "Harbour dredged"]),
    ("words, best first", ("harbour", "--best"), ["Harbour dredged", "Ferry returns"]),
    ("unspaced words, best first", ("駅弁", "--best"), ["駅弁が売り切れ"]),
    ("words within filters", ("harbour", "--author", "ode"), ["Harbour dredged"]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "arguments", "expected"), CASES, ids=[case[0] for case in CASES])
def test_matching_stories_are_listed(
    shell: Shell, what: str, arguments: tuple[str, ...], expected: list[str]
) -> None:
    assert titles(shell, *arguments) == expected


def test_snippets_show_where(shell: Shell) -> None:
    [row] = json.loads(shell.run("stories", "cheers", "--json"))
    assert row["snippet"] == "The harbour cheers."
    [row] = json.loads(shell.run("stories", "終電", "--json"))
    assert row["snippet"] == "終電で駅弁が売り切れた。"


def test_csv_runs_no_formula_unless_requested(shell: Shell) -> None:
    def cells(flag: str) -> list[str]:
        return [row["title"] for row in csv.DictReader(io.StringIO(shell.run("stories", flag)))]

    assert cells("--csv")[-1] == "'=1+1 council"
    assert cells("--raw-csv")[-1] == "=1+1 council"
    assert cells("--csv")[:3] == ["Ferry returns", "駅弁が売り切れ", "Harbour dredged"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--since", "someday"), 2, "write a span like 2h"),
        (("--until", "2026-13-01"), 2, "write a span like 2h"),
        (("--source", "nobody"), 2, "no source is named"),
        (("--page", "9"), 0, "no more stories on page 9"),
        (("--author", "nobody"), 0, "no story matches the filters"),
        (("zeppelin", "--tag", "local"), 0, "no story contains 'zeppelin' and matches the filters"),
        (("***",), 0, "no story contains"),
    ],
)
def test_no_result_is_one_clear_line(
    shell: Shell, arguments: tuple[str, ...], code: int, message: str
) -> None:
    assert message in shell.run("stories", *arguments, code=code)


def test_config_shows_where_each_value_comes_from(shell: Shell) -> None:
    settings = json.loads(shell.run("config", "--json"))
    assert settings["politeness.delay_s"] == {
        "value": 0.0,
        "from": "newsdesk.toml",
        "variable": "NEWSDESK_POLITENESS_DELAY_S",
        "about": "seconds between two requests to one host",
    }
    assert settings["politeness.hosts"]["from"] == "default"
    assert "NEWSDESK_POLITENESS_DELAY_S" in shell.run("config")


@pytest.mark.parametrize("kind", ["bash", "zsh", "fish"])
def test_completion_is_a_script(shell: Shell, kind: str) -> None:
    assert "_NEWSDESK_COMPLETE" in shell.run("completion", kind)
