"""`newsdesk stories`: filters, time, ranking, snippets, paging, CSV."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from newsdesk.storage.db.database import reading
from newsdesk.storage.queries import story_list
from newsdesk.storage.queries.story_list import FIELDS
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


def both(shell: Shell, *arguments: str) -> tuple[bytes, str]:
    """stdout, as bytes, and stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "newsdesk", *arguments],
        cwd=shell.folder, env=shell.environment, capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    return done.stdout, done.stderr.decode()


def titles(shell: Shell, *arguments: str) -> list[str]:
    return [row["title"] for row in json.loads(both(shell, "stories", "--json", *arguments)[0])]


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
    ("OR", ("cheers", "OR", "dredged"), ["Ferry returns", "Harbour dredged"]),
    ("NOT", ("harbour", "NOT", "mud"), ["Ferry returns"]),
    ("a word left out, as typed", ("harbour", "-mud"), ["Ferry returns"]),
    ("a word left out, first", ("-mud", "harbour"), ["Ferry returns"]),
    ("a word left out that begins like -n", ("boat*", "-nothing"), ["Harbour dredged"]),
    ("a word left out that begins like -h", ("boat*", "-harbour"), ["=1+1 council"]),
    ("a phrase left out", ("harbour", '-"harbour boats"'), ["Ferry returns"]),
    ("parentheses left out", ("boat*", "-(mud OR zeppelin)"), ["=1+1 council"]),
    ("a field left out", ("boat*", "-author:ode"), []),
    ("a word left out beside options", ("-n", "5", "harbour", "-mud", "--tag", "local"), ["Ferry returns"]),
    ("a prefix", ("dredg*",), ["Harbour dredged"]),
    ("a title", ("title:harbour",), ["Harbour dredged"]),
    ("an author", ('author:"ben ode"', "-title:council"), ["Harbour dredged"]),
    ("an author or a word", ("author:佐伯", "OR", "cheers"), ["Ferry returns", "駅弁が売り切れ"]),
    ("a source", ("source:tokyo",), ["駅弁が売り切れ"]),
    ("behind --", ("--limit", "5", "--", "harbour", "-mud"), ["Ferry returns"]),
    ("words within filters", ("harbour", "--author", "ode"), ["Harbour dredged"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("trump", "OR"), 2, "query, column 7, at 'trump OR': nothing stands after OR: add a word"),
        (("foo:bar",), 2, "query, column 1, at 'foo:bar': there is no field foo:"),
        (
            ("ferry", "source:nobody"),
            2,
            "query, column 14, at 'ferry source:nobody': no source is named 'nobody'",
        ),
        (("x" * 20_000,), 2, "20,000 letters"),
        (("word",) * 1100, 2, "more than 500 words"),
        (("ferry", "--limt", "5"), 2, "No such option '--limt'"),
        (("ferry", "-x"), 2, "No such option '-x'"),
        (("ferry", "-json"), 2, "write --json for the option; to leave out the word, write NOT json"),
        (("-limit", "5"), 2, "write --limit for the option"),
        (("ferry", "-n", "-boat"), 2, "Invalid value for '--limit'"),
        (("ferry", "--", "--json"), 2, "write one - before it: -json"),
        (("--json", "--csv"), 2, "--json and --csv contradict each other"),
        (("--json", "--excel"), 2, "--json and --excel contradict each other"),
        (("--raw-csv", "--json"), 2, "--json and --raw-csv contradict each other"),
        (("--csv", "--raw-csv"), 2, "--csv and --raw-csv contradict each other"),
        (("--fields", "id"), 2, "--fields chooses the fields of --json or --csv"),
        (("--json", "--fields", "id,body"), 2, "there is no field 'body': name some of id, title,"),
        (("--json", "--fields", ""), 2, "there is no field ''"),
        (("--json", "--fields", "snippet"), 2, "needs a query"),
        (("--csv", "--page", "2"), 2, "--page needs --limit"),
    ],
)
def test_wrong_use_is_refused_with_its_place(
    shell: Shell, arguments: tuple[str, ...], code: int, message: str
) -> None:
    assert message in " ".join(shell.run("stories", *arguments, code=code).split())


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
        (("zeppelin", "--tag", "local"), 0, "no story matches 'zeppelin' and the filters"),
        (
            ("zeppelin", "or", "ferry"),
            0,
            "no story matches 'zeppelin or ferry'; or is searched as a word, the operator is OR",
        ),
        (("--author", "***"), 2, "--author, column 1"),
    ],
)
def test_no_result_is_one_clear_line(
    shell: Shell, arguments: tuple[str, ...], code: int, message: str
) -> None:
    assert message in shell.run("stories", *arguments, code=code)


def test_search_is_an_alias_with_the_same_options(shell: Shell) -> None:
    arguments = ("harbour", "-mud", "--json", "--fields", "id,title")
    assert shell.run("search", *arguments) == shell.run("stories", *arguments)
    help_text = shell.run("search", "--help")
    assert help_text.replace("newsdesk search ", "newsdesk stories ") == shell.run("stories", "--help")
    assert "alias of stories" in shell.run("--help")
    assert "After -- every argument belongs to the query" in " ".join(help_text.split())


MANY = 149


@pytest.fixture(scope="module")
def many_stories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """149 stories with texts, of one source with a tag."""
    with web_in_thread() as web:
        items = [
            item(
                "daily",
                hours=number,
                title=f"Ferry {number}",
                text=f"<p>Łódź {number}</p><p>Two, “three”.</p>",
            )
            for number in range(MANY)
        ]
        web.serve("/feed", rss(*items, title="Daily"), host="daily.test")
        shell = Shell(tmp_path_factory.mktemp("many"), web)
        shell.run("add", web.url("daily.test", "/feed"), "--tag", "local", "--tag", "far")
        shell.run("crawl")
        yield shell


def table(out: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out.decode())))


@pytest.mark.parametrize("words", [(), ("lodz",), ("ferry", "--best")], ids=str)
def test_json_and_csv_have_all_that_matches(many_stories: Shell, words: tuple[str, ...]) -> None:
    for options in (("--csv",), ("--raw-csv",)):
        out, err = both(many_stories, "stories", *words, *options)
        assert (len(table(out)), err) == (MANY, "")
    out, err = both(many_stories, "stories", *words, "--json")
    assert (len(json.loads(out)), err) == (MANY, "")
    assert out.startswith(b'[\n  {\n    "id": ') and out.endswith(b"\n  }\n]\n")


def test_a_limit_says_what_it_cuts(many_stories: Shell) -> None:
    cut = "7 of 149 stories, cut by --limit 7; without it, all are printed\n"
    out, err = both(many_stories, "stories", "--csv", "--limit", "7")
    assert (len(table(out)), err) == (7, cut)
    out, err = both(many_stories, "stories", "lodz", "--json", "-n7")
    assert (len(json.loads(out)), err) == (7, cut)
    assert both(many_stories, "stories", "--csv", "--limit", "149")[1] == ""
    out, err = both(many_stories, "stories", "--csv", "--limit", "100", "--page", "2")
    assert (len(table(out)), err) == (49, "101 to 149 of 149 stories\n")


def test_a_table_says_what_it_cuts(many_stories: Shell) -> None:
    out, err = both(many_stories, "stories")
    assert (len(out.splitlines()), err) == (21, "20 of 149 stories; --page 2 lists the next\n")
    out, err = both(many_stories, "stories", "--page", "8")
    assert (len(out.splitlines()), err) == (10, "141 to 149 of 149 stories\n")
    assert both(many_stories, "stories", "--limit", "200")[1] == ""
    assert both(many_stories, "stories", "title:148")[1] == ""


def test_a_terminal_shows_the_total(many_stories: Shell) -> None:
    def shown(*arguments: str) -> str:
        leader, follower = pty.openpty()
        started = many_stories.start("stories", *arguments, stdout=follower, stderr=follower)
        os.close(follower)
        parts = []
        with suppress(OSError):  # EIO at the end
            while part := os.read(leader, 65536):
                parts.append(part)
        assert started.wait(60) == 0
        os.close(leader)
        return b"".join(parts).decode().splitlines()[-1]

    assert shown() == "20 of 149 stories; --page 2 lists the next"
    assert shown("title:148") == "1 story"
    assert (
        shown("lodz", "--limit", "60", "--page", "2") == "61 to 120 of 149 stories; --page 3 lists the next"
    )


def test_fields_are_chosen(many_stories: Shell) -> None:
    fields = ("--fields", "title,text,tags,evidence")
    rows = json.loads(both(many_stories, "stories", "--json", *fields)[0])
    assert (len(rows), list(rows[0])) == (MANY, ["title", "text", "tags", "evidence"])
    assert rows[0]["text"] == "Łódź 0\n\nTwo, “three”." and sorted(rows[0]["tags"]) == ["far", "local"]
    assert rows[0]["evidence"]["published"]
    cells = table(both(many_stories, "stories", "--csv", *fields)[0])
    assert list(cells[0]) == ["title", "text", "tags", "evidence"]
    assert cells[0]["text"] == rows[0]["text"] and sorted(cells[0]["tags"].split("; ")) == ["far", "local"]
    assert json.loads(cells[0]["evidence"]) == rows[0]["evidence"]
    everything = json.loads(both(many_stories, "stories", "--json", "-n", "1", "--fields", "all")[0])[0]
    assert set(everything) == set(FIELDS)
    [found] = json.loads(
        both(many_stories, "stories", "title:148", "lodz", "--json", "--fields", "snippet")[0]
    )
    assert "Łódź 148" in found["snippet"]


def test_excel_gets_utf_8_with_a_mark_whatever_the_locale(many_stories: Shell) -> None:
    many_stories.environment["PYTHONIOENCODING"] = "cp1252"
    try:
        out, _ = both(many_stories, "stories", "--excel", "--fields", "text", "-n", "1")
    finally:
        del many_stories.environment["PYTHONIOENCODING"]
    assert out.startswith(b"\xef\xbb\xbftext\n") and "Łódź 0" in out.decode()


def test_long_lists_are_read_in_steps(many_stories: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the fields of a few stories are in memory at a time."""
    steps: list[int] = []
    monkeypatch.setattr(story_list, "_STEP", 10)
    with reading(many_stories.db) as db:
        rows = story_list.list_stories(db, story_list.StoryFilter(limit=None))
        db.conn.set_trace_callback(lambda sql: steps.append(1) if "json_each('[" in sql else None)
        first = next(rows)
        assert first["title"] == "Ferry 0" and len(steps) == 1
        assert len(list(rows)) == MANY - 1 and len(steps) == 15


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
