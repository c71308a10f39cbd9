"""Copies of a story as a person sees them: `newsdesk stories --clusters`, `newsdesk story`, `newsdesk clusters`."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from newsdesk.command_line import newsdesk
from tests.newsdesk.commands.test_commands import EVIL, harmless
from tests.storage.records.copies.test_copies import FERRY, OTHER_FERRY
from tests.support.feeds import Item, rss
from tests.support.shell import Shell
from tests.support.web import web_in_thread

LOCAL = "Two of the passengers are from Cold Quay."
OUTLETS = (  # host of the feed, its title, address of the story, hour, title, text
    ("gazette.test", "The Gazette", "http://gazette.test/1", 8, "Ferry aground", FERRY),
    ("courier.test", "The Courier", "http://courier.test/1", 9, "Aground off Belmore", f"{FERRY} {LOCAL}"),
    ("courier-live.test", "The Courier", "http://courier-live.test/1", 10, "Aground off Belmore", FERRY),
    ("agency.test", "World", "http://reuters.com/1", 9, "Ferry aground, 301 ashore", FERRY),
    ("herald.test", "The Herald", "http://herald.test/1", 7, "Another ferry", OTHER_FERRY),
)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with web_in_thread() as web:
        shell = Shell(tmp_path_factory.mktemp("clusters"), web)
        for host, name, link, hour, title, text in OUTLETS:
            date = f"Tue, 24 Nov 2026 {hour:02}:00:00 GMT"
            item = Item(title=title, link=link, text=f"<p>{text}</p>", date=date)
            web.serve("/feed", rss(item, title=name), host=host)
            shell.run("add", web.url(host, "/feed"))
            shell.run("crawl")
        yield shell.db


@pytest.fixture
def store(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(built, tmp_path / "newsdesk.db"))


def typed(store: Path, *words: str, code: int = 0) -> str:
    result = CliRunner().invoke(newsdesk, words, env={"NEWSDESK_DB": str(store)})
    assert result.exit_code == code, result.output
    return result.output


def as_json(store: Path, *words: str) -> Any:
    return json.loads(typed(store, *words, "--json"))


def test_copies_are_one_row_with_their_publishers(store: Path) -> None:
    rows = as_json(store, "stories", "--clusters")
    shown = [(row["id"], row["cluster"], row["stories"], row["publishers"], row["agency"]) for row in rows]
    assert shown == [(4, 1, 4, 3, "Reuters"), (5, None, 1, 1, None)]
    assert [row["id"] for row in as_json(store, "stories")] == [3, 4, 2, 1, 5]
    table = typed(store, "stories", "--clusters")
    assert "carried by" in table and "agency" in table
    assert "2 of" not in table


def test_no_title_of_a_copy_reaches_the_terminal_as_it_is(store: Path) -> None:
    evil = EVIL.encode("utf-8", "replace").decode()
    with closing(sqlite3.connect(store)) as conn, conn:
        conn.execute("UPDATE story SET title = ?, agency = ?", (evil, evil))
        conn.execute("UPDATE source SET title = ?", (evil,))
    for words in (("stories", "--clusters"), ("story", "2")):
        output = typed(store, *words)
        assert "owned" in output and harmless(output)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("Quay",), [4]),
        (("--source", "Herald"), [5]),
        (("--source", "3"), [4]),
        (("--until", "2026-11-24T08:30Z"), [4, 5]),
        (("--limit", "1"), [4]),
        (("--limit", "1", "--page", "2"), [5]),
        (("ferry", "--best"), [5, 4]),
        (("nowhere",), []),
    ],
)
def test_a_cluster_is_listed_if_one_of_its_stories_fits(
    store: Path, arguments: tuple[str, ...], expected: list[int]
) -> None:
    result = CliRunner().invoke(
        newsdesk, ["stories", "--clusters", *arguments, "--json"], env={"NEWSDESK_DB": str(store)}
    )
    assert [row["id"] for row in json.loads(result.stdout)] == expected
    assert ("of 2 stories, copies as one" in result.stderr) == ("--limit" in arguments)


def test_csv_has_the_fields_of_clusters(store: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(typed(store, "stories", "--clusters", "--csv"))))
    assert [(row["cluster"], row["stories"], row["publishers"]) for row in rows] == [
        ("1", "4", "3"),
        ("", "1", "1"),
    ]
    few = typed(store, "stories", "--clusters", "--csv", "--fields", "id,publishers")
    assert few.splitlines() == ["id,publishers", "4,3", "5,1"]
    assert "needs --clusters" in typed(store, "stories", "--json", "--fields", "publishers", code=2)


def test_a_story_shows_its_copies(store: Path) -> None:
    output = typed(store, "story", "2")
    copies = [
        row for row in output[output.index("copies: ") :].splitlines() if row.startswith((" ", "*", "c"))
    ]
    assert copies == [
        "copies: 4 stories by 3 publishers, agency Reuters (cluster 1)",
        "  4  2026-11-24 09:00 UTC  lead  World",
        "  1  2026-11-24 08:00 UTC  −60 min  The Gazette (exact, score 1.00: the same text)",
        '     title "Ferry aground"; 100% of the lead\'s text, no word more or less',
        "* 2  2026-11-24 09:00 UTC  same time  The Courier"
        " (copy of 1, score 1.00: 100% of the shorter text is in the longer one)",
        '     title "Aground off Belmore"; 100% of the lead\'s text, +8 −0 words',
        "  3  2026-11-24 10:00 UTC  +60 min  The Courier (exact of 1, score 1.00: the same text)",
        '     title "Aground off Belmore"; 100% of the lead\'s text, no word more or less',
    ]
    assert "copies:" not in typed(store, "story", "5")


def test_the_copies_of_a_story_as_json(store: Path) -> None:
    story = as_json(store, "story", "2")
    copies = story["copies"]
    numbers = [copies[name] for name in ("cluster", "lead", "agency", "stories", "publishers", "left_out")]
    assert numbers == [1, 4, "Reuters", 4, 3, 0]
    found = [(one["id"], one["delay_s"], one["kind"], one["words_added"]) for one in copies["listed"]]
    assert found == [(4, 0, None, 0), (1, -3600, "exact", 0), (2, 0, "copy", 8), (3, 3600, "exact", 0)]
    assert [one["publisher"] for one in copies["listed"]][2:] == ["courier-live.test"] * 2
    assert as_json(store, "story", "5")["copies"] is None
