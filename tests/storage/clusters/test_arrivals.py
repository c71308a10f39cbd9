"""Stories are linked as they arrive: from feeds and pages, in one transaction and in several."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from newsdesk.clusters import Stream
from newsdesk.storage.clusters.key_index import KeyIndex, forget_keys
from newsdesk.storage.db.database import connect, prepare
from newsdesk.storage.maintenance.purge import purge_stories
from newsdesk.storage.stories.rows import merge_stories
from tests.storage.records.copies.test_copies import FERRY, OTHER_FERRY
from tests.support.feeds import Item, rss
from tests.support.runner import TestRunner, open_runner
from tests.support.web import Web

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TEASER = " ".join(FERRY.split()[:30])
EDITED = FERRY.replace("handed out", "gave them")
CLUSTERS = "SELECT id, cluster FROM story ORDER BY id"
LINKS = "SELECT story_id, other_id, kind FROM link ORDER BY story_id, other_id"


def serve(runner: TestRunner, number: int, *texts: str) -> None:
    host = f"outlet{number}.test"
    items = [
        Item(title=f"Title {at} of outlet {number}", text=f"<p>{text}</p>", link=f"http://{host}/{at}")
        for at, text in enumerate(texts)
    ]
    runner.web.serve(f"/{number}.xml", rss(*items))
    runner.add(host, f"/{number}.xml")


async def test_copies_are_linked_in_one_run_and_in_the_next(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        serve(runner, 0, FERRY)
        serve(runner, 1, EDITED)
        await runner.crawl()
        assert runner.rows(CLUSTERS) == [(1, 1), (2, 1)]
        serve(runner, 2, OTHER_FERRY, TEASER)
        serve(runner, 3, FERRY)
        await runner.crawl()
        rows = runner.rows("SELECT cluster, text FROM story JOIN story_body ON story_id = id ORDER BY id")
        assert {text for cluster, text in rows if cluster is None} == {OTHER_FERRY}
        assert {cluster for cluster, text in rows if text != OTHER_FERRY} == {1}
        assert {kind for _, _, kind in runner.rows(LINKS)} == {"copy", "excerpt", "exact"}


async def test_a_changed_text_is_linked_again(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        serve(runner, 0, FERRY)
        serve(runner, 1, "This story will be updated shortly.")
        await runner.crawl()
        assert runner.rows(CLUSTERS) == [(1, None), (2, None)]
        for text, clusters in ((FERRY, [(1, 1), (2, 1)]), (OTHER_FERRY, [(1, None), (2, None)])):
            item = Item(title="Title 0 of outlet 1", text=f"<p>{text}</p>", link="http://outlet1.test/0")
            web.serve("/1.xml", rss(item))
            await runner.crawl()
            assert runner.rows(CLUSTERS) == clusters
        assert runner.rows(LINKS) == []


async def test_a_story_that_is_merged_leaves_its_cluster(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        for number in range(3):
            serve(runner, number, FERRY)
            await runner.crawl()
        assert runner.rows(CLUSTERS) == [(1, 1), (2, 1), (3, 1)]

        def merge(db: Database) -> None:
            merge_stories(db, 1, 2)

        runner.writer.do(merge)
        assert runner.rows(CLUSTERS) == [(1, None), (2, 2), (3, 2)]
        assert runner.rows(LINKS) == [(3, 2, "exact")]


async def test_copies_stay_together_when_the_first_is_purged(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        for number, text in enumerate((FERRY, EDITED, FERRY, TEASER)):
            serve(runner, number, text)
            await runner.crawl()
        runner.writer.do(lambda db: purge_stories(db, [1], why="age", tombstone_days=30, now=NOON))
        assert runner.rows(CLUSTERS) == [(2, 2), (3, 2), (4, 2)]
        assert runner.rows("SELECT count(*) FROM link WHERE 1 IN (story_id, other_id)") == [0]


def test_one_text_under_thousands_of_addresses() -> None:
    """2,162 addresses of one text are one cluster, and a later story still is compared with six only."""
    stream = Stream()
    for number in range(2_162):
        stream.add(f"Title {number}", FERRY, NOON + timedelta(minutes=number), "one.example")
    assert set(stream.clusters()) == {1}
    assert stream.add("Aground", EDITED, NOON + timedelta(days=1, hours=13), "other.example") == 1


def test_the_order_of_arrival_changes_no_exact_copies() -> None:
    texts = [FERRY, EDITED, OTHER_FERRY] * 4
    groups = set()
    for seed in range(6):
        order = random.Random(seed).sample(range(len(texts)), len(texts))
        stream = Stream()
        for at in order:
            stream.add(f"Title {at}", texts[at], NOON + timedelta(minutes=at), f"{at}.example")
        clusters = dict(zip(order, stream.clusters(), strict=True))
        same = [[clusters[at] for at in range(len(texts)) if texts[at] == text] for text in texts]
        assert all(len(set(one)) == 1 for one in same)
        groups.add(tuple(clusters[at] == clusters[other] for at in range(12) for other in range(at)))
    assert len(groups) == 1


def test_keys_are_found_in_their_period_and_the_next_and_then_deleted(tmp_path: Path) -> None:
    prepare(tmp_path / "news.db")
    db = connect(tmp_path / "news.db", readonly=False)

    def found(days: int) -> dict[int, list[int]]:
        index = KeyIndex(db, now=NOON + timedelta(days=days))
        index.read([7, 8])
        return index.find([7, 8])

    index = KeyIndex(db, now=NOON)
    for story in range(1, 15):
        index.add(story, [7])
    assert index.find([7, 8]) == {7: list(range(14, 2, -1))}
    index.write()
    assert found(0) == found(10) == {7: list(range(14, 2, -1))}
    assert found(20) == {}
    assert forget_keys(db, now=NOON + timedelta(days=10), most=100) == 0
    assert forget_keys(db, now=NOON + timedelta(days=30), most=5) == 5
    assert forget_keys(db, now=NOON + timedelta(days=30), most=100) == 9
