"""`newsdesk clusters split`, `merge`, `undo`: what a person decides stays, whatever happens later."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from newsdesk.command_line import newsdesk
from newsdesk.storage.clusters.by_hand import MOST_PAIRS, ClusterError, split_pairs
from newsdesk.storage.clusters.stored import cluster_again
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.maintenance.purge import purge_stories
from newsdesk.storage.stories.rows import merge_stories
from tests.newsdesk.clusters.test_copies import as_json, typed
from tests.storage.clusters.test_arrivals import EDITED, NOON
from tests.storage.records.copies.test_copies import FERRY, OTHER_FERRY
from tests.support.feeds import Item, rss
from tests.support.shell import Shell
from tests.support.web import Web, web_in_thread

TEXTS = (FERRY, FERRY, EDITED, f"{FERRY} Two of them are from Cold Quay.", OTHER_FERRY)


class Newsroom:
    """Four copies of one story, 1 to 4, which form one cluster, and another story, 5."""

    def __init__(self, shell: Shell, web: Web) -> None:
        self.shell, self.web = shell, web
        for number, text in enumerate(TEXTS, 1):
            self.publish(number, text)
        shell.run("add", *(web.url(f"outlet{number}.test", "/feed") for number in range(1, 6)))
        for number in range(1, 6):
            shell.run("crawl", str(number))

    def publish(self, number: int, *texts: str) -> None:
        host = f"outlet{number}.test"
        items = [
            Item(title=f"Title {at}", link=f"http://{host}/{at}", text=f"<p>{text}</p>")
            for at, text in enumerate(texts)
        ]
        self.web.serve("/feed", rss(*items, title=host), host=host)

    def type(self, *words: str, code: int = 0) -> str:
        return typed(self.shell.db, "clusters", *words, code=code)

    def groups(self) -> list[list[int]]:
        """The clusters, as lists of stories."""
        found: dict[int, list[int]] = {}
        sql = "SELECT coalesce(cluster, id), id FROM story WHERE merged_into IS NULL ORDER BY id"
        for cluster, story in self.shell.rows(sql):
            found.setdefault(cluster, []).append(story)
        return list(found.values())

    def decisions(self) -> list[Any]:
        return self.shell.rows("SELECT DISTINCT number FROM cluster_decision ORDER BY number")

    def do(self, job: Any) -> None:
        with Writer(self.shell.db) as writer:
            writer.do(job)

    def everything_again(self) -> None:
        """All that may form clusters anew."""
        self.shell.run("rebuild", "links", "--apply")

        def again(db: Database) -> None:
            cluster_again(db, [story for (story,) in db.conn.execute("SELECT id FROM story").fetchall()])

        self.do(again)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    with web_in_thread() as web:
        yield Newsroom(Shell(tmp_path, web), web)


SPLITS: list[tuple[tuple[str, ...], list[list[int]]]] = [
    (("3",), [[1, 2, 4], [3], [5]]),
    (("1",), [[1], [2, 3, 4], [5]]),
    (("2", "4"), [[1, 3], [2], [4], [5]]),
]


def test_decisions_outlive_rebuilds_and_later_arrivals(room: Newsroom) -> None:
    assert room.groups() == [[1, 2, 3, 4], [5]]
    for stories, expected in SPLITS:
        before = room.groups()
        shown = as_json(room.shell.db, "clusters", "split", *stories, "--dry-run")
        assert room.groups() == before and not room.decisions() and shown["decision"] is None
        done = as_json(room.shell.db, "clusters", "split", *stories)
        assert done["changed"] == shown["changed"] and done["decided"] == shown["decided"]
        apart = [sorted(set(group).intersection(map(int, stories))) for group in room.groups()]
        stay = [group for group, out in zip(room.groups(), apart, strict=True) if not out]
        assert stay == [group for group in expected if not set(group).intersection(map(int, stories))]
        groups = room.groups()
        room.everything_again()
        assert room.groups() == groups
        room.type("undo", str(done["decision"]))
        assert room.groups() == before
    room.type("split", "1")
    room.type("merge", "5", "1")
    groups = room.groups()
    assert groups == [[1, 5], [2, 3, 4]]
    room.publish(3, EDITED, FERRY)  # a new copy; the others stay where they are
    room.publish(4, f"{FERRY} All of them are well, it turns out.")  # an old one changes
    room.shell.run("crawl")
    room.everything_again()
    kept = [[story for story in group if story < 6] for group in room.groups()]
    assert [group for group in kept if group] == groups


def test_a_decision_goes_with_its_stories(room: Newsroom) -> None:
    room.type("split", "4")
    room.type("merge", "5", "4")
    room.do(
        lambda db: purge_stories(db, [1], why="command", tombstone_days=30, now=NOON)
    )  # 4 stays apart from the others
    room.everything_again()
    assert room.groups() == [[2, 3], [4, 5]] and room.decisions() == [1, 2]
    room.do(lambda db: merge_stories(db, 4, 5))
    assert room.decisions() == []


def test_what_is_apart_is_not_merged_before_that_is_undone(room: Newsroom) -> None:
    room.type("split", "3")
    message = room.type("merge", "5", "3", "2", code=2)
    assert "set apart by decision 1: `newsdesk clusters undo 1` takes that back" in message
    assert "is in no cluster; decision 1 set it apart" in room.type("split", "3", code=2)
    room.type("merge", "5", "3")
    assert "set apart by decision 1" in room.type("merge", "5", "1", code=2)
    assert "together already by decision 2" in room.type("merge", "3", "5", code=2)
    room.type("undo", "1")
    assert room.groups() == [[1, 2, 3, 4, 5]]
    room.type("split", "5")  # the newer decision: apart
    assert room.groups() == [[1, 2, 3, 4], [5]]
    listed = as_json(room.shell.db, "clusters", "list")
    assert [(one["number"], one["decided"], one["stories"]) for one in listed["decisions"]] == [
        (3, "apart", [5]),
        (2, "together", [3]),
    ]
    assert [(one["cluster"], one["stories"], one["publishers"]) for one in listed["clusters"]] == [(1, 4, 4)]
    table = room.type()
    assert "5 apart from 1, 2, 3, 4" in table and "3 together with 5" in table


def test_a_story_put_there_by_hand_says_so(room: Newsroom) -> None:
    room.type("merge", "1", "5")
    assert "put together by hand, decision 1" in typed(room.shell.db, "story", "5")


ERRORS = [
    (("split", "99"), "there is no story 99: `newsdesk stories` lists them"),
    (("split", "5"), "story 5 has no copies"),
    (("split", "1", "2", "3", "4"), "stories 1, 2, 3, 4 are all stories of their cluster"),
    (("merge", "1"), "name two stories or more"),
    (("merge", "1", "1"), "name two stories or more"),
    (("merge", "1", "98"), "there is no story 98"),
    (("undo", "9"), "there is no decision 9: `newsdesk clusters list` lists them"),
]


def test_errors_name_what_is_wrong(room: Newsroom) -> None:
    for words, message in ERRORS:
        for options in ((), ("--dry-run",)):
            result = CliRunner().invoke(
                newsdesk, ["clusters", *words, *options], env={"NEWSDESK_DB": str(room.shell.db)}
            )
            assert result.exit_code == 2 and message in result.output, words
    assert room.decisions() == []


def test_one_decision_is_bounded() -> None:
    pairs = split_pairs([1], range(1, 2163))
    assert len(pairs) == 2161 and {one.story_id for one in pairs} == {1}
    assert all(one.decided == "apart" for one in pairs)
    with pytest.raises(ClusterError, match="name 9 at most"):
        split_pairs(range(1, 101), range(1, MOST_PAIRS // 9))


def test_a_file_without_clusters_lists_nothing(tmp_path: Path) -> None:
    from newsdesk.storage.db.database import prepare

    prepare(tmp_path / "newsdesk.db")
    assert typed(tmp_path / "newsdesk.db", "clusters") == "no story has a copy\n"
    with closing(sqlite3.connect(tmp_path / "newsdesk.db")) as conn:
        assert conn.execute("SELECT count(*) FROM cluster_decision").fetchone() == (0,)
    assert json.loads(typed(tmp_path / "newsdesk.db", "clusters", "list", "--json"))["clusters"] == []
