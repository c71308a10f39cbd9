"""The cluster of a story: who carried it and when, by which link, and what each changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from newsdesk.storage.db.database import connect, immediate, prepare
from newsdesk.storage.queries.clusters import changed_words, find_cluster, largest_clusters
from newsdesk.storage.records.copies.tokens import tokens_of

TEXT = "The ferry ran aground off Arden at six and forty people were taken ashore by the lifeboat."


def add_story(
    db: Database, story_id: int, site: str, minute: int, *, text: str = TEXT, **values: object
) -> None:
    at = f"2026-11-24T{12 + minute // 60:02}:{minute % 60:02}:00.000Z"
    row = {
        "id": story_id, "url": f"http://{site}/{story_id}", "site": site, "title": "Ferry", "sort_at": at,
        "published": at, "precision": "minute", "first_seen_at": "2026-11-24T20:00:00.000Z", "authority": "feed",
        "cluster": 1, **values,
    }  # fmt: skip
    columns = ", ".join(row)
    db.conn.execute(f"INSERT INTO story ({columns}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
    db.conn.execute("INSERT INTO story_body (story_id, text) VALUES (?, ?)", (story_id, text))


def add_link(db: Database, story_id: int, other_id: int, *, score: float = 0.9, kind: str = "copy") -> None:
    db.conn.execute(
        "INSERT INTO link VALUES (?, ?, ?, ?, ?, '')", (story_id, other_id, kind, score, f"reason {score}")
    )


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    prepare(tmp_path / "newsdesk.db")
    db = connect(tmp_path / "newsdesk.db", readonly=False)
    with immediate(db):
        yield db
    db.close()


def test_a_cluster_shows_the_lead_the_delays_and_the_changes(db: Database) -> None:
    add_story(db, 1, "a.test", 30)
    add_story(db, 2, "b.test", 0, text=f"{TEXT} Nobody was hurt.")
    add_story(db, 3, "c.test", 95, title="Aground", agency="AP")
    add_story(db, 4, "c.test", 100)
    add_story(db, 5, "d.test", 0, cluster=None)
    for pair in ((2, 1), (3, 2), (3, 1), (4, 3)):
        add_link(db, *pair, score=0.5 if pair == (3, 2) else 0.9)
    found = find_cluster(db, 3)
    assert found is not None
    assert (found.id, found.lead, found.agency, found.stories, found.publishers) == (1, 2, "AP", 4, 3)
    shown = [(one.id, one.delay_s // 60, one.linked_with, one.score, one.same_title) for one in found.copies]
    assert shown == [
        (2, 0, None, None, True), (1, 30, 2, 0.9, True), (3, 95, 2, 0.5, False), (4, 100, 3, 0.9, True),
    ]  # fmt: skip
    assert {(one.words_added, one.words_removed) for one in found.copies[1:]} == {(0, 3)}
    assert find_cluster(db, 5) is None
    assert find_cluster(db, 99) is None


def test_a_day_without_a_time_is_not_earlier_than_an_hour(db: Database) -> None:
    add_story(db, 1, "a.test", 0, sort_at="2026-11-24T00:00:00.000Z", precision="day")
    add_story(db, 2, "b.test", 30)
    found = find_cluster(db, 1)
    assert found is not None and found.lead == 2
    assert found.copies[1].at == "2026-11-24T20:00:00.000Z"


def test_of_a_large_cluster_each_publisher_is_listed_first(db: Database) -> None:
    for number in range(1, 2001):
        add_story(db, number, "many.test", number % 400)
    for number, site in enumerate(("b.test", "c.test", "d.test"), 2001):
        add_story(db, number, site, 450 + number - 2000)
    found = find_cluster(db, 1999, most=10)
    assert found is not None
    listed = [one.id for one in found.copies]
    assert found.left_out == 1993 and len(listed) == 10
    assert listed[0] == found.lead == 400
    assert {1999, 2001, 2002, 2003} < set(listed)
    assert [one.at for one in found.copies[1:]] == sorted(one.at for one in found.copies[1:])
    assert [(cluster, one.stories, one.publishers) for cluster, one in largest_clusters(db, limit=3)] == [
        (1, 2003, 4)
    ]


CHANGES = [
    ("the same", TEXT, TEXT, (1.0, 0, 0)),
    ("a sentence more", TEXT, f"{TEXT} Nobody was hurt.", (1.0, 3, 0)),
    ("the first half", TEXT, TEXT[:42], (0.429, 0, 8)),
    ("nothing of it", TEXT, "A museum opens.", (0.0, 3, 17)),
    ("capitals are no change", TEXT, TEXT.upper(), (1.0, 0, 0)),
    ("no text", TEXT, "", (0.0, 0, 17)),
    ("a lead without text", "", TEXT, (None, 17, 0)),
    ("characters", "駅弁が売り切れた。", "駅弁がすぐ売り切れた。", (0.0, 2, 0)),
]


@pytest.mark.parametrize(("name", "lead", "other", "expected"), CHANGES, ids=[row[0] for row in CHANGES])
def test_what_a_copy_changed(
    name: str, lead: str, other: str, expected: tuple[float | None, int, int]
) -> None:
    assert tuple(changed_words(tokens_of(lead), tokens_of(other)).values()) == expected
