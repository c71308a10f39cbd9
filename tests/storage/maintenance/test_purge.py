"""Purged stories: everything of them is deleted, and nothing of them comes back as new while a feed carries it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.maintenance.purge import OF_STORY, purge_stories
from newsdesk.storage.maintenance.retention import StoreSize, forget_tombstones, stories_over
from newsdesk.storage.search.index import index_differences, index_stored
from newsdesk.storage.sources.moves import merge_source
from tests.support.articles import PARAGRAPHS, article
from tests.support.feeds import Item, many, rss
from tests.support.runner import TestRunner, open_runner, utc_now
from tests.support.web import Web

DAY = timedelta(days=1)
TOMBSTONE_DAYS = 90


def purge(runner: TestRunner, *stories: int, later: timedelta = 0 * DAY) -> int:
    """Purge stories, all without numbers."""
    wanted = stories or runner.rows("SELECT id FROM story")
    step = partial(
        purge_stories, stories=wanted, why="command", tombstone_days=TOMBSTONE_DAYS, now=utc_now() + later
    )
    return runner.writer.do(step)


def forget(runner: TestRunner, *, later: timedelta) -> int:
    step = partial(forget_tombstones, days=TOMBSTONE_DAYS, now=utc_now() + later, after=0)
    return runner.writer.do(step)[1]


STORIES = many(3)
NO_ADDRESS = tuple(replace(item, link=None) for item in STORIES)
PLAIN = tuple(replace(item, guid=None) for item in NO_ADDRESS)


def edited(item: Item, **changes: str) -> Item:
    return replace(item, **{"text": f"{item.text}<p>And more.</p>", **changes})


def _each(items: Sequence[Item], change: Callable[[int, Item], Item]) -> bytes:
    return rss(*(change(number, item) for number, item in enumerate(items)))


LATER = [
    ("the same document", STORIES, [rss(*STORIES)]),
    ("another order", STORIES, [rss(*reversed(STORIES))]),
    ("an edited text", STORIES, [_each(STORIES, lambda _, item: edited(item))]),
    ("another title and text", STORIES, [_each(STORIES, lambda n, item: edited(item, title=f"Other {n}"))]),
    ("all GUIDs are others", STORIES, [_each(STORIES, lambda n, item: replace(item, guid=f"other-{n}"))]),
    (
        "all GUIDs are others, and the texts are edited",
        STORIES,
        [_each(STORIES, lambda n, item: edited(item, guid=f"other-{n}"))],
    ),
    ("no GUIDs any more", STORIES, [_each(STORIES, lambda _, item: replace(item, guid=None))]),
    ("an empty document between", STORIES, [rss(), rss(*STORIES)]),
    ("two empty documents, twice", STORIES, [rss(), rss(), rss(*STORIES), rss(), rss(*STORIES)]),
    (
        "an empty document, then other GUIDs",
        STORIES,
        [rss(), _each(STORIES, lambda n, item: replace(item, guid=f"other-{n}"))],
    ),
    (
        "other addresses, edited texts",
        STORIES,
        [_each(STORIES, lambda n, item: edited(item, link=f"http://daily.test/moved/{n}"))],
    ),
    (
        "other addresses and GUIDs, the same texts",
        STORIES,
        [_each(STORIES, lambda n, item: replace(item, guid=f"o-{n}", link=f"http://daily.test/moved/{n}"))],
    ),
    (
        "other addresses, then other GUIDs there",
        STORIES,
        [
            _each(STORIES, lambda n, item: edited(item, link=f"http://daily.test/moved/{n}")),
            rss(),
            _each(
                STORIES,
                lambda n, item: edited(
                    edited(item), title=f"Other {n}", guid=f"o-{n}", link=f"http://daily.test/moved/{n}"
                ),
            ),
        ],
    ),
    ("without addresses", NO_ADDRESS, [rss(*reversed(NO_ADDRESS))]),
    ("without addresses, edited", NO_ADDRESS, [_each(NO_ADDRESS, lambda _, item: edited(item))]),
    ("without addresses, an empty document", NO_ADDRESS, [rss(), rss(*NO_ADDRESS)]),
    (
        "without addresses, all GUIDs are others",
        NO_ADDRESS,
        [_each(NO_ADDRESS, lambda n, item: replace(item, guid=f"o-{n}"))],
    ),
    (
        "without addresses, an empty document, then other GUIDs, twice",
        NO_ADDRESS,
        [
            rss(),
            _each(NO_ADDRESS, lambda n, item: replace(item, guid=f"o-{n}")),
            _each(NO_ADDRESS, lambda n, item: replace(item, guid=f"p-{n}")),
        ],
    ),
    ("without addresses and GUIDs", PLAIN, [rss(*reversed(PLAIN)), rss(), rss(*PLAIN)]),
    ("without addresses and GUIDs, edited", PLAIN, [_each(PLAIN, lambda _, item: edited(item))]),
]


@pytest.mark.parametrize(("first", "documents"), [row[1:] for row in LATER], ids=[row[0] for row in LATER])
async def test_nothing_purged_returns_while_its_feed_carries_it(
    tmp_path: Path, web: Web, first: Sequence[Item], documents: Sequence[bytes]
) -> None:
    web.serve("/feed.xml", rss(*first))
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await runner.crawl()
        assert purge(runner) == len(first)
        entries = runner.rows("SELECT count(*) FROM entry")
        for document in documents:
            web.serve("/feed.xml", document)
            summary = await runner.crawl()
            assert summary.counts.new == summary.failed == 0
        assert runner.rows("SELECT count(*) FROM story") == [0]
        assert runner.rows("SELECT count(*) FROM entry") == entries  # each entry has the row that it had
        assert runner.rows("SELECT count(*) FROM entry WHERE gone_at IS NULL AND tombstone_id > 0") == [3]
        # Far later the feed still carries them.
        assert forget(runner, later=900 * DAY) == 0
        web.serve("/feed.xml", rss(*many(1, start=50)))
        await runner.crawl()
        assert forget(runner, later=(TOMBSTONE_DAYS - 1) * DAY) == 0
        assert forget(runner, later=(TOMBSTONE_DAYS + 1) * DAY) == 3
        for table in ("tombstone", "tombstone_address", "entry WHERE story_id IS NULL"):
            assert runner.rows(f"SELECT count(*) FROM {table}") == [0]
        web.serve("/feed.xml", rss(*first))
        assert (await runner.crawl()).counts.new == len(first)


@pytest.mark.parametrize(
    ("first", "documents"), [row[1:] for row in LATER],
    ids=[row[0] for row in LATER],
)  # fmt: skip
async def test_stored_stories_of_the_same_documents_add_no_row(
    tmp_path: Path, web: Web, first: Sequence[Item], documents: Sequence[bytes]
) -> None:
    web.serve("/feed.xml", rss(*first))
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await runner.crawl()
        for document in documents:
            web.serve("/feed.xml", document)
            assert (await runner.crawl()).counts.new == 0
        for table in ("story", "entry"):
            assert runner.rows(f"SELECT count(*) FROM {table}") == [len(first)]


async def test_a_new_story_under_the_guid_or_title_of_a_purged_one_is_new(tmp_path: Path, web: Web) -> None:
    """Some feeds number their entries from 1 on with each document."""
    web.serve("/feed.xml", _each(STORIES, lambda n, item: replace(item, guid=str(n))))
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await runner.crawl()
        purge(runner)
        newest = replace(many(1, start=9)[0], date="Wed, 25 Nov 2026 09:00:00 GMT")
        moved = (newest, *STORIES[:2])
        web.serve("/feed.xml", _each(moved, lambda n, item: replace(item, guid=str(n))))
        assert (await runner.crawl()).counts.new == 1
        assert runner.rows("SELECT title FROM story") == [newest.title]
        assert runner.rows(
            "SELECT count(*) FROM entry WHERE gone_at IS NULL AND tombstone_id IS NOT NULL"
        ) == [2]
        same_title = replace(STORIES[2], guid="x", link="http://daily.test/again", text="<p>Anew.</p>")
        web.serve("/feed.xml", rss(same_title))
        assert (await runner.crawl()).counts.new == 1


async def test_another_source_does_not_bring_it_back_either(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(*STORIES), host="daily.test")
    web.serve("/feed.xml", rss(replace(STORIES[0], guid="x"), title="Hub"), host="hub.test")
    async with open_runner(tmp_path, web) as runner:
        daily = runner.add("daily.test")
        await runner.crawl()
        purge(runner)
        hub = runner.add("hub.test")
        assert (await runner.crawl(hub)).counts.refused == 1
        web.serve("/feed.xml", rss(*many(1, start=50)), host="daily.test")
        await runner.crawl(daily)
        assert forget(runner, later=900 * DAY) == 2  # the hub still carries the third
        web.serve("/feed.xml", rss(*STORIES[:2]), host="daily.test")
        counts = (await runner.crawl(daily)).counts
        assert (counts.new, counts.refused) == (1, 1)


async def test_a_copy_of_a_purged_story_is_new(tmp_path: Path, web: Web) -> None:
    """Another outlet's copy is a story of its own: a tombstone knows only the entries and addresses of its story."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    web.serve("/feed.xml", rss(replace(STORIES[0], text=text)), host="daily.test")
    copy = replace(many(1, site="hub.test")[0], title=STORIES[0].title, text=text)
    web.serve("/feed.xml", rss(copy, title="Hub"), host="hub.test")
    async with open_runner(tmp_path, web) as runner:
        await runner.crawl(runner.add("daily.test"))
        purge(runner)
        assert (await runner.crawl(runner.add("hub.test"))).counts.new == 1
        assert runner.rows("SELECT cluster FROM story") == [None]
        assert runner.rows("SELECT count(*) FROM link") == [0]


async def test_a_source_that_is_merged_hands_its_tombstones_over(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(*STORIES))
    web.serve("/new.xml", rss(*many(1, start=50)))
    async with open_runner(tmp_path, web) as runner:
        old, new = runner.add("daily.test"), runner.add("daily.test", "/new.xml")
        await runner.crawl()
        purge(runner)
        address = web.url("daily.test", "/new.xml")
        runner.writer.do(lambda db: merge_source(db, old, address, why="permanent redirect", now=utc_now()))
        moved = [replace(item, link=f"http://daily.test/moved/{item.guid}") for item in STORIES]
        web.serve("/new.xml", rss(*moved))
        counts = (await runner.crawl(new)).counts
        assert (counts.new, counts.refused) == (0, 3)


async def test_everything_of_a_story_is_deleted(tmp_path: Path, web: Web) -> None:
    """Also of those that were merged into it, and authors without other stories."""
    shared = replace(STORIES[1], author="Cem Aksoy")
    web.serve("/feed.xml", rss(STORIES[0], shared, replace(STORIES[2], author="Cem Aksoy")))
    for number in range(3):
        web.serve(f"/stories/{number}", article(title=STORIES[number].title))
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", full_text=True)
        await runner.crawl()
        web.serve("/feed.xml", rss(edited(STORIES[0]), edited(shared)))
        await runner.crawl()
        first, second, third = runner.rows("SELECT id FROM story ORDER BY id")
        runner.writer.do(
            lambda db: db.conn.execute("UPDATE story SET merged_into = ? WHERE id = ?", (first, second))
        )
        runner.writer.do(
            lambda db: db.conn.execute("INSERT INTO story_fts (story_fts) VALUES ('delete-all')")
        )
        runner.writer.do(index_stored)
        assert purge(runner, first, second, 99) == 1
        for table, column in OF_STORY:
            assert set(runner.rows(f"SELECT {column} FROM {table}")) <= {third}
        assert runner.rows("SELECT id FROM story") == [third]
        assert runner.rows("SELECT name FROM author") == ["Cem Aksoy"]
        assert runner.rows("SELECT DISTINCT tombstone_id FROM tombstone_address") == [first]
        assert runner.rows("PRAGMA foreign_key_check") == []
        assert runner.writer.do(lambda db: list(index_differences(db.conn))) == []
        assert purge(runner, first) == 0  # typed again


def test_every_table_of_a_story_is_listed(tmp_path: Path) -> None:
    """A new table that refers to a story belongs to OF_STORY."""
    prepare(tmp_path / "newsdesk.db")
    with reading(tmp_path / "newsdesk.db") as db:
        referring = {
            (table.name, key.column)
            for table in db.tables
            for key in table.foreign_keys
            if key.other_table == "story"
        }
    assert set(OF_STORY) == referring - {("story", "merged_into"), ("entry", "story_id")}


@pytest.mark.parametrize("path", ["/feed.xml", "/stories/0"])
async def test_a_visit_that_is_going_on_brings_nothing_back(tmp_path: Path, web: Web, path: str) -> None:
    """A feed, or the page of a story, is read while the stories are purged."""
    item = replace(STORIES[0], link=web.url("daily.test", "/stories/0"))
    web.serve("/feed.xml", rss(item))
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", full_text=path != "/feed.xml")

        async def purge_and_respond(writer: asyncio.StreamWriter) -> None:
            assert purge(runner) == 1
            body = rss(edited(item)) if path == "/feed.xml" else article(title=item.title)
            kind = b"application/rss+xml" if path == "/feed.xml" else b"text/html"
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (kind, len(body))
            )
            writer.write(body)
            await writer.drain()

        if path == "/feed.xml":
            await runner.crawl()
        web.serve(path, talk=purge_and_respond)
        summary = await runner.crawl()
        assert (summary.failed, summary.pages_failed) == (0, 0)
        assert summary.pages == (path != "/feed.xml")
        assert runner.rows("SELECT count(*) FROM story") == [0]
        assert runner.rows("SELECT lease_owner FROM host WHERE lease_owner IS NOT NULL") == []


@pytest.mark.parametrize(
    ("live", "stories", "limit", "over"),
    [
        (1000, 10, 0, 0),  # no limit
        (1000, 10, 1000, 0),
        (1000, 10, 999, 1),
        (1000, 10, 500, 6),
        (1000, 100, 500, 53),
        (1000, 10, 1, 10),
        (1000, 0, 500, 0),
        (10**12, 10**6, 10**12 - 1, 50_001),
    ],
)
def test_how_many_stories_are_over_a_limit(live: int, stories: int, limit: int, over: int) -> None:
    assert stories_over(StoreSize(live_bytes=live, stories=stories), limit) == over
