"""All stories are linked again by the present rules, beside the store, and the differences are written."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlite_utils import Database

from newsdesk.commands.rebuild import rebuild
from newsdesk.commands.rebuild.rebuild import Report, apply, compare
from newsdesk.storage.clusters import rebuild as steps
from newsdesk.storage.clusters import replay as replays
from newsdesk.storage.clusters.arrivals import link_stories
from newsdesk.storage.clusters.changes import changed_clusters, in_steps, moves
from newsdesk.storage.clusters.replay import Replay
from newsdesk.storage.clusters.rules_version import begin_links, other_links_version
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.errors import StoreError
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.db.writer import Job, Writer
from newsdesk.storage.maintenance.purge import purge_stories
from newsdesk.storage.records.stories import Address, Story
from newsdesk.storage.stories.batch import Batch
from newsdesk.storage.stories.rows import merge_stories, rewrite_story

T = TypeVar("T")
START = datetime(2026, 10, 1, tzinfo=UTC)
STORIES = 240  # in 40 days: five periods of keys
END = START + timedelta(hours=4 * STORIES)
WORDS = [
    f"{a}{b}" for a in ("har", "bel", "tor", "min", "sal", "quen") for b in ("bour", "mont", "wick", "dale")
]
LINKS = "SELECT story_id, other_id, kind, score, reason, found_at FROM link ORDER BY story_id, other_id"
CLUSTERS = "SELECT id, cluster FROM story ORDER BY id"


def texts(count: int, *, seed: int = 1) -> list[str]:
    """Invented reports with exact copies, edits, teasers and longer versions of those before them."""
    chance = random.Random(seed)

    def sentence() -> str:
        return " ".join(chance.choices(WORDS, k=12)).capitalize() + f" {chance.randrange(900)}."

    made: list[str] = []
    for _ in range(count):
        base = chance.choice(made[-12:]) if made else ""
        words = base.split()
        made.append(
            chance.choice(
                (
                    " ".join(sentence() for _ in range(6)),
                    " ".join(sentence() for _ in range(6)),
                    base or sentence(),
                    " ".join(words[:30]) or sentence(),
                    f"{base} {sentence()}",
                    " ".join(word for word in words if chance.random() > 0.05) or sentence(),
                )
            )
        )
    return made


def story(number: int, text: str, at: datetime) -> Story:
    site = f"outlet{number % 7}.test"
    url = f"http://{site}/{number}"
    address = Address(key=f"a5:{number}", url=url, found_in="entry")
    return Story(addresses=(address,), site=site, title=f"Title {number}", text=text, published=at)


def arrive(db: Database, numbers: range, written: list[str]) -> None:
    """One transaction with these stories."""
    at = START + timedelta(hours=4 * numbers[0])
    for number in numbers:
        batch = Batch(db, now=to_iso(at))
        one = story(number, written[number], at - timedelta(minutes=20))
        story_id = batch.add_story(one, authority="source")
        batch.add_address(story_id, one.addresses[0])
        batch.flush()
        link_stories(db, [(story_id, one)], now=to_iso(at))


class Store:
    """A store that was filled by arrivals."""

    def __init__(self, path: Path, writer: Writer) -> None:
        self.path, self.writer = path, writer

    def do(self, job: Job[T]) -> T:
        return self.writer.do(job)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with reading(self.path) as db:
            return db.conn.execute(sql).fetchall()

    def state(self) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        return self.rows(LINKS), self.rows(CLUSTERS)

    def rebuild(self, *, meanwhile: Callable[[], object] = lambda: None) -> Report:
        with Replay(self.path) as replay:
            report = compare(replay, examples=3)
            meanwhile()
            apply(replay, self.writer, report, now=lambda: END)
        replay.delete()
        return report

    def check(self) -> None:
        """Each cluster has its first story and another one, and each link its stories."""
        assert self.rows("PRAGMA foreign_key_check") == []
        assert self.rows("SELECT story_id FROM link WHERE story_id <= other_id") == []
        groups = "SELECT cluster, min(id), count(*) FROM story WHERE cluster IS NOT NULL GROUP BY cluster"
        for cluster, first, members in self.rows(groups):
            assert (cluster, members > 1) == (first, True)


def spoil(db: Database) -> None:
    """Links, clusters and keys as other rules made them."""
    db.conn.execute("DELETE FROM link WHERE story_id % 3 = 0")
    db.conn.execute("UPDATE link SET kind = 'headline', score = 0.5 WHERE story_id % 7 = 1")
    db.conn.executemany(
        "INSERT OR IGNORE INTO link VALUES (?, ?, 'copy', 0.9, 'other rules', '2026')",
        [(number, number - 5) for number in range(20, 200, 9)],
    )
    db.conn.execute("UPDATE story SET cluster = NULL")
    db.conn.execute("UPDATE story SET cluster = (id - 1) / 4 * 4 + 1 WHERE (id - 1) % 20 >= 12")
    db.conn.execute("UPDATE copy_key SET key = key + 1")
    db.conn.execute("UPDATE rule_version SET version = 'c0'")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    for module, name, value in (
        (replays, "GROUP_SIZE", 17),
        (steps, "SLICE_STORIES", 50),
        (rebuild, "STEP_ROWS", 7),
    ):
        monkeypatch.setattr(module, name, value)
    path = tmp_path / "news.db"
    prepare(path)
    written = texts(STORIES)
    with Writer(path) as writer:
        writer.do(partial(begin_links, now=START))
        chance, at = random.Random(2), 0
        while at < STORIES:
            end = min(STORIES, at + chance.randint(1, 9))
            writer.do(partial(arrive, numbers=range(at, end), written=written))
            at = end
        yield Store(path, writer)


def test_a_store_that_was_filled_by_arrivals_does_not_differ(store: Store) -> None:
    before = store.state()
    assert {row[2] for row in before[0]} == {"exact", "copy", "excerpt"}
    assert len({cluster for _, cluster in before[1]}) > 20
    report = store.rebuild()
    assert (report.stories, sum(report.links.values()), report.moved) == (STORIES, 0, 0)
    assert store.state() == before
    assert not list(store.path.parent.glob("*rebuild*"))


def test_other_rules_are_replaced_and_a_second_rebuild_changes_no_byte(store: Store) -> None:
    right = [row[:5] for row in store.rows(LINKS)], store.rows(CLUSTERS), store.rows("SELECT * FROM copy_key")
    store.do(spoil)
    spoiled = store.state()
    with Replay(store.path) as replay:
        report = compare(replay, examples=2)
    replay.delete()
    assert store.state() == spoiled  # a comparison writes nothing
    assert min(report.links[kind] for kind in ("new", "gone", "another kind")) > 0
    assert {"new", "splits", "joins"} <= {change.kind for change in report.cluster_examples}
    assert len([one for one in report.link_examples if one[0] == "new"]) == 2

    with reading(store.path) as db:
        assert other_links_version(db) == "c0"
    store.rebuild()
    once = store.state()
    assert ([row[:5] for row in once[0]], once[1]) == right[:2]
    present = max(key >> 40 for key, _ in right[2])
    assert {row for row in right[2] if row[0] >> 40 == present} <= set(store.rows("SELECT * FROM copy_key"))
    with reading(store.path) as db:
        assert other_links_version(db) is None
    report = store.rebuild()
    assert (sum(report.links.values()), report.moved) == (0, 0)
    assert store.state() == once


class Killed(BaseException):
    """The process ends here."""


class EndingWriter:
    """A writer that does so many transactions, and no more."""

    def __init__(self, writer: Writer, most: int) -> None:
        self._writer, self.left = writer, most

    def do(self, job: Job[T]) -> T:
        if not self.left:
            raise Killed
        self.left -= 1
        return self._writer.do(job)


def test_an_interrupted_rebuild_is_resumed_and_leaves_a_consistent_store(store: Store) -> None:
    right = [row[:5] for row in store.rows(LINKS)], store.rows(CLUSTERS)
    store.do(spoil)
    ends = 0
    for most in range(1, 400, 3):
        with Replay(store.path) as replay:
            assert replay.done in (0, STORIES)
            report = compare(replay, examples=0)
            writer: Any = EndingWriter(store.writer, most)
            try:
                apply(replay, writer, report, now=lambda: END)
            except Killed:
                ends += 1
                store.check()
                continue
        break
    assert ends > 3
    assert ([row[:5] for row in store.rows(LINKS)], store.rows(CLUSTERS)) == right


def test_linking_goes_on_where_it_was(store: Store) -> None:
    whole = Replay(store.path)
    while whole.link_next():
        pass
    links = "SELECT * FROM main.link ORDER BY story_id, other_id"
    expected = whole.db.conn.execute(links).fetchall()
    whole.db.close()
    whole.delete()
    done = 0
    while True:
        with Replay(store.path) as replay:
            assert replay.done == done
            if not replay.link_next():
                break
            done = replay.done
    with Replay(store.path) as replay:
        assert replay.db.conn.execute(links).fetchall() == expected
        with pytest.raises(StoreError, match="another `newsdesk rebuild links` works on"):
            Replay(store.path)


def test_a_working_file_of_other_rules_or_of_another_store_is_not_continued(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin() -> int:
        with Replay(store.path) as replay:
            done = replay.done
            replay.link_next()
        return done

    assert (begin(), begin() > 0) == (0, True)
    monkeypatch.setattr(replays, "RULES_VERSION", "c999")
    assert (begin(), begin() > 0) == (0, True)
    store.do(lambda db: db.conn.execute("UPDATE story SET first_seen_at = '2026-01-01' WHERE id = 3"))
    assert begin() == 0


def test_what_changes_meanwhile_is_left(store: Store) -> None:
    store.do(spoil)
    written = texts(STORIES + 5)
    [(changed,)] = store.rows(
        "SELECT id FROM story WHERE id > 205 AND id % 3 = 0 AND id IN (SELECT other_id FROM link) LIMIT 1"
    )

    def meanwhile() -> None:
        other = story(changed - 1, written[STORIES - 1], END)
        store.do(partial(_rewrite, story_id=changed, other=other, now=to_iso(END)))
        store.do(
            partial(
                arrive, numbers=range(STORIES, STORIES + 5), written=[*written[:STORIES], *written[-10:-5]]
            )
        )
        store.do(partial(merge_stories, younger=41, older=40))
        store.do(partial(purge_stories, stories=[60], why="command", tombstone_days=90, now=END))

    store.rebuild(meanwhile=meanwhile)
    store.check()
    assert not [row for row in store.rows(LINKS) if {41, 60} & set(row[:2])]
    assert (STORIES, changed, "exact") in [row[:3] for row in store.rows(LINKS)]
    new = {row[0]: row[1] for row in store.rows(LINKS) if row[0] > STORIES}
    assert set(new) == set(range(STORIES + 1, STORIES + 6))
    once = store.state()
    store.rebuild()  # the changed story is linked at its arrival now
    assert store.state() != once
    twice = store.state()
    store.rebuild()
    assert store.state() == twice


def _rewrite(db: Database, story_id: int, other: Story, now: str) -> None:
    rewrite_story(db, story_id, other, authority="source", changed_at=now)
    link_stories(db, [(story_id, other)], now=now, again=True)


def test_the_links_by_a_story_that_was_purged_stay(store: Store) -> None:
    sizes = Counter(cluster for _, cluster in store.rows(CLUSTERS) if cluster is not None)
    firsts = [cluster for cluster, size in sizes.items() if size > 3]
    store.do(partial(purge_stories, stories=firsts, why="command", tombstone_days=90, now=END))
    by_purged = [row for row in store.rows(LINKS) if " (by story " in row[4]]
    assert by_purged
    store.rebuild()
    kept = {row[:2] for row in store.rows(LINKS)}
    assert kept.issuperset(row[:2] for row in by_purged)
    store.check()


def test_decisions_by_hand_stay_in_force(store: Store) -> None:
    one, other = next(
        (cluster, number) for number, cluster in store.rows(CLUSTERS) if cluster not in (None, number)
    )
    alone = [number for number, cluster in store.rows(CLUSTERS) if cluster is None][:2]
    store.do(spoil)
    decisions = [(one, other, "apart"), (*alone, "together")]
    store.do(
        lambda db: db.conn.executemany(
            "INSERT INTO cluster_decision (number, story_id, other_id, decided, decided_at)"
            " VALUES (1, ?, ?, ?, '2026')",
            decisions,
        )
    )
    store.rebuild()
    clusters = dict(store.rows(CLUSTERS))
    assert clusters[other] is None or clusters[other] != clusters[one]
    assert clusters[alone[0]] == clusters[alone[1]] == alone[0]


CHANGES: list[tuple[str, dict[int, int], dict[int, int], list[tuple[str, int, int]]]] = [
    ("nothing", {1: 1, 2: 1}, {1: 1, 2: 1}, []),
    ("new", {}, {1: 1, 2: 1}, [("new", 1, 2)]),
    ("gone", {1: 1, 2: 1}, {}, [("gone", 1, 2)]),
    ("grows", {1: 1, 2: 1}, {1: 1, 2: 1, 3: 1}, [("grows", 1, 3)]),
    ("shrinks", {1: 1, 2: 1, 3: 1}, {1: 1, 3: 1}, [("shrinks", 1, 3)]),
    ("shrinks by its first story", {1: 1, 2: 1, 3: 1}, {2: 2, 3: 2}, [("shrinks", 1, 3)]),
    ("splits", {1: 1, 2: 1, 3: 1, 4: 1}, {1: 1, 2: 1, 3: 3, 4: 3}, [("splits", 1, 4)]),
    ("joins", {1: 1, 2: 1, 3: 3, 4: 3}, {1: 1, 2: 1, 3: 1, 4: 1}, [("joins", 1, 4)]),
    ("grows and shrinks", {1: 1, 2: 1, 3: 1}, {1: 1, 2: 1, 4: 1}, [("grows", 1, 3), ("shrinks", 1, 3)]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "before", "after", "expected"), CHANGES, ids=[row[0] for row in CHANGES])
def test_changes_of_clusters(
    name: str, before: dict[int, int], after: dict[int, int], expected: list[tuple[str, int, int]]
) -> None:
    moved = moves(before, after)
    found = changed_clusters(before, after, moved)
    steps = list(in_steps(moved, most=1))
    assert sorted(one for step in steps for one in step) == moved  # type: ignore[type-var]
    parts = [{cluster for one in step for cluster in one[1:] if cluster} for step in steps]
    assert sum(map(len, parts)) == len(set().union(*parts))
    assert [(change.kind, change.cluster, len(change.members)) for change in found] == expected
