"""Lists of stories are the same whether the newest stories are tested or all matches sorted, and their work does not
grow with the store."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from newsdesk.storage.clusters.members import lead_of
from newsdesk.storage.db.database import connect, immediate, prepare
from newsdesk.storage.queries import story_list
from newsdesk.storage.queries.clusters import read_members
from newsdesk.storage.queries.story_list import StoryFilter, count_stories, list_stories
from newsdesk.storage.search.conditions import score_expression
from newsdesk.storage.search.index import SearchText, count_indexed, index, unindex
from newsdesk.storage.search.query import author_term, parse_query

FILTERS = [
    StoryFilter(),
    StoryFilter(query=parse_query("common")),
    StoryFilter(query=parse_query("common rare")),
    StoryFilter(query=parse_query("common -rare")),
    StoryFilter(query=parse_query("title:common OR rare")),
    StoryFilter(query=parse_query("common author:ann")),
    StoryFilter(query=parse_query("common source:paper")),
    StoryFilter(query=parse_query("author:ann OR rare")),
    StoryFilter(query=parse_query("common"), sources=(2,)),
    StoryFilter(query=parse_query("comm*"), tag="odd", since="2026-03"),
    StoryFilter(query=parse_query("nowhere")),
    StoryFilter(sources=(1, 3)),
    StoryFilter(tag="odd"),
    StoryFilter(tag="unknown"),
    StoryFilter(author=author_term("ann"), language="en"),
    StoryFilter(since="2026-02", until="2026-09", kind="article"),
]


def fill(db: Database, stories: int, *, sources: int = 4) -> None:
    """So many stories, sorted by nearly the order in which they came; some are merged."""
    chance = random.Random(stories)
    db.conn.execute("INSERT INTO host (host) VALUES ('h.test')")
    db.conn.execute(
        "INSERT INTO author (id, name, kind) VALUES (1, 'Ann Hill', 'person'), (2, 'Ben', 'person')"
    )
    db.conn.executemany(
        "INSERT INTO source (id, address, host, site, added_at, name, tags) VALUES (?, ?, 'h.test', '', '', ?, ?)",
        [
            (n, f"http://{n}.test/", f"paper {n}", json.dumps(["odd"] if n % 2 else []))
            for n in range(1, sources + 1)
        ],
    )
    texts = []
    for number in range(1, stories + 1):
        month = 1 + 11 * max(0, number - chance.choice((0, 0, 3, stories))) / stories
        sort_at = f"2026-{int(month):02}-{1 + int(month % 1 * 27):02}T00:00:{number % 60:02}.000Z"
        title = chance.choice(("common", "a story", "a common rare story"))
        text = chance.choice(("common words here", "common common", "rare", "another"))
        db.conn.execute(
            "INSERT INTO story (id, url, site, title, language, sort_at, first_seen_at, authority)"
            " VALUES (?, ?, '', ?, ?, ?, '', 'source')",
            (number, f"http://h.test/{number}", title, chance.choice(("en", "de", "en-GB")), sort_at),
        )
        db.conn.execute("INSERT INTO story_body (story_id, text) VALUES (?, ?)", (number, text))
        db.conn.execute(
            "INSERT INTO story_author VALUES (?, 0, ?, 'writer')", (number, chance.choice((1, 2)))
        )
        db.conn.execute(
            "INSERT INTO entry (source_id, story_id, entry_key, first_seen_at, verdict) VALUES (?, ?, ?, '', 'new')",
            (1 + number % sources, number, str(number)),
        )
        texts.append(SearchText(story_id=number, title=title, summary=None, text=text))
    index(db, texts)
    for number in range(7, stories, 50):
        unindex(db, number)
        db.conn.execute("UPDATE story SET merged_into = ? WHERE id = ?", (number - 1, number))
    for number in range(1, stories - 8, 10):  # clusters of three stories, and a wide one
        members = [number, number + chance.choice((1, 4)), number + 9]
        db.conn.execute(
            "UPDATE story SET cluster = ? WHERE id IN (?, ?, ?) AND merged_into IS NULL", (number, *members)
        )
    db.conn.execute("UPDATE story SET cluster = 3 WHERE id % 97 = 3 AND id < 900 AND merged_into IS NULL")


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("stories") / "newsdesk.db"
    prepare(path)
    db = connect(path, readonly=False)
    with immediate(db):
        fill(db, 900)
    yield db
    db.close()


def ids(db: Database, wanted: StoryFilter) -> list[int]:
    return [row["id"] for row in list_stories(db, wanted)]


def varied(wanted: StoryFilter) -> list[StoryFilter]:
    values = {name: getattr(wanted, name) for name in wanted.__slots__}
    return [
        StoryFilter(**{**values, **change})
        for change in (
            {"limit": None},
            {"limit": 7},
            {"limit": 50, "offset": 30},
            {"limit": 40, "best_first": True},
        )
    ]


@pytest.mark.parametrize("wanted", FILTERS, ids=lambda wanted: str(FILTERS.index(wanted)))
def test_conditions_that_many_stories_meet_change_no_list(
    db: Database, wanted: StoryFilter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story_list, "MANY", 10**9)
    sorted_first = [ids(db, one) for one in varied(wanted)], count_stories(db, wanted)
    assert sorted_first[1] == len(sorted_first[0][0])
    for many in (0, 150):
        monkeypatch.setattr(story_list, "MANY", many)
        monkeypatch.setattr(story_list, "_STEP", 8)
        assert ([ids(db, one) for one in varied(wanted)], count_stories(db, wanted)) == sorted_first


@pytest.mark.parametrize("wanted", FILTERS, ids=lambda wanted: str(FILTERS.index(wanted)))
def test_a_list_of_clusters_has_each_cluster_once(
    db: Database, wanted: StoryFilter, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = dict(db.conn.execute("SELECT id, cluster FROM story").fetchall())
    members = read_members(db, {cluster for cluster in stored.values() if cluster is not None})
    matching = ids(db, replace(wanted, limit=None))
    leads = {
        cluster: lead_of(one for one in of_one if one.story_id in set(matching)).story_id
        for cluster, of_one in members.items()
        if not {one.story_id for one in of_one}.isdisjoint(matching)
    }
    shown = [story for story in matching if stored[story] is None or leads[stored[story]] == story]
    rows = [story if stored[story] is None else lead_of(members[stored[story]]).story_id for story in shown]
    assert len(shown) < len(matching) or not matching
    for many, step in ((10**9, 200), (150, 8), (0, 3)):
        monkeypatch.setattr(story_list, "MANY", many)
        monkeypatch.setattr(story_list, "_STEP", step)
        wanted = replace(wanted, clusters=True)
        assert ids(db, replace(wanted, limit=None)) == rows
        assert ids(db, replace(wanted, limit=9, offset=5)) == rows[5:14]
        assert sorted(ids(db, replace(wanted, limit=None, best_first=True))) == sorted(rows)
        assert count_stories(db, wanted) == len(rows)


def test_a_row_of_a_cluster_has_the_fields_that_are_wanted(db: Database) -> None:
    fields = ("id", "cluster", "stories", "publishers", "agency")
    rows = {row["id"]: row for row in list_stories(db, StoryFilter(clusters=True, limit=None, fields=fields))}
    assert {tuple(row) for row in rows.values()} == {("id", "cluster", "stories", "publishers", "agency")}
    sizes = Counter(row["stories"] for row in rows.values())
    assert sizes[3] > 50 and max(sizes) == 10
    assert sum(row["stories"] for row in rows.values()) == count_stories(db, StoryFilter())
    assert all((row["stories"] > 1) == (row["cluster"] is not None) for row in rows.values())


def test_the_best_are_those_with_the_best_scores_of_all(db: Database) -> None:
    query = parse_query("common rare")
    newest = ids(db, StoryFilter(query=query, limit=None))
    expression = score_expression(query)
    scores = {
        story_id: db.conn.execute(
            "SELECT bm25(story_fts, 1.0, 8.0, 3.0) FROM story_fts WHERE story_fts MATCH ? AND rowid = ?",
            (expression, story_id),
        ).fetchone()[0]
        for story_id in newest
    }
    best = sorted(newest, key=lambda story_id: scores[story_id])
    assert ids(db, StoryFilter(query=query, limit=None, best_first=True)) == best


def test_the_index_counts_the_stories_that_are_not_merged(db: Database) -> None:
    assert (
        count_indexed(db)
        == db.conn.execute("SELECT count(*) FROM story WHERE merged_into IS NULL").fetchone()[0]
    )


def test_an_empty_index_counts_nothing(tmp_path: Path) -> None:
    prepare(tmp_path / "newsdesk.db")
    db = connect(tmp_path / "newsdesk.db", readonly=False)
    assert count_stories(db, StoryFilter()) == 0
    db.close()


def steps(path: Path, wanted: StoryFilter, stories: int) -> int:
    """Steps of SQLite's virtual machine, without those inside FTS5."""
    prepare(path)
    db = connect(path, readonly=False)
    with immediate(db):
        fill(db, stories, sources=20)
    taken = 0

    def count() -> None:
        nonlocal taken
        taken += 1

    db.conn.set_progress_handler(count, 10)
    ids(db, wanted)
    db.conn.set_progress_handler(None, 0)
    db.close()
    return taken


@pytest.mark.parametrize(
    "wanted",
    [
        StoryFilter(),
        StoryFilter(since="2026-11-20"),
        StoryFilter(sources=(3,)),
        StoryFilter(tag="odd"),
        StoryFilter(query=parse_query("common")),
        StoryFilter(query=parse_query("common"), best_first=True),
        StoryFilter(clusters=True),
        StoryFilter(clusters=True, query=parse_query("common"), best_first=True),
    ],
    ids=["all", "since", "source", "tag", "search", "best", "clusters", "best clusters"],
)
def test_a_list_works_no_more_in_a_larger_store(
    tmp_path: Path, wanted: StoryFilter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story_list, "MANY", 30)
    monkeypatch.setattr(story_list, "RANKED", 50)
    few, many = (steps(tmp_path / f"{stories}.db", wanted, stories) for stories in (1000, 6000))
    assert many < 1.3 * few + 50
