"""`benchmarks.compare_stores` finds equal stores equal, and any column that differs by its name."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from benchmarks.compare_stores.compare import compare
from benchmarks.compare_stores.dump import dump
from newsdesk.storage.db.database import connect
from tests.support.feeds import Item, rss
from tests.support.runner import open_runner
from tests.support.web import Web

# A change of a store and a difference that it makes, among others; none for a column that says when something was done.
CHANGES = {
    "UPDATE story SET title = 'Another' WHERE id = 1": "story.title",
    "UPDATE story SET published_day = '2001-01-01' WHERE id = 2": "story.published_day",
    "UPDATE story SET first_seen_at = '2001-01-01T00:00:00.000Z'": None,
    "UPDATE story_author SET role = 'editor' WHERE story_id = 1": "author.role",
    "UPDATE entry SET verdict = 'duplicate' WHERE id = 1": "entry.verdict",
    "UPDATE entry SET gone_at = '2001-01-01T00:00:00.000Z' WHERE id = 1": "entry.gone_at",
    "UPDATE snapshot SET digest = 'x' WHERE story_id = 1": "entry.digest",
    "UPDATE address SET found_in = 'guid' WHERE story_id = 1": "address.found_in",
    "DELETE FROM address WHERE story_id = 2": "address, only before",
    "DELETE FROM revision": "revision, only before",
    "UPDATE revision SET fields = '{}'": "revision.fields",
    "UPDATE visit SET parser = 'another'": "visit.parser",
    "UPDATE source SET identity_scheme = 'address'": "source.identity_scheme",
    "INSERT INTO story_fts (rowid, title) VALUES (1, 'more')": "index.digest",
    "INSERT INTO story_fts (rowid, title) VALUES (1, 'ferry')": "search, only after",
}


def items(*titles: str) -> bytes:
    return rss(
        *(
            Item(
                title=title,
                link=f"http://daily.test/{number}",
                guid=f"g{number}",
                text=f"<p>By the way, the text of story {number}. It ends here.</p>",
                author="Ann Hill",
            )
            for number, title in enumerate(titles)
        )
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")

    async def crawl_twice() -> Path:
        async with Web() as web, open_runner(folder, web) as runner:
            runner.add("daily.test")
            web.serve("/feed.xml", items("One fine day", "Two fine days"), host="daily.test")
            await runner.crawl()
            web.serve("/feed.xml", items("One fine day", "Two more fine days"), host="daily.test")
            await runner.crawl()
            return runner.path

    return asyncio.run(crawl_twice())


def test_a_store_equals_its_copy(store: Path) -> None:
    found = compare(dump(store), dump(store))
    assert not found.differences
    assert {"story", "author", "address", "snapshot", "entry", "revision", "visit", "index", "search"} <= set(
        found.counts
    )


@pytest.mark.parametrize("sql", CHANGES)
def test_each_change_is_found(store: Path, tmp_path: Path, sql: str) -> None:
    changed = tmp_path / "changed.db"
    shutil.copy(store, changed)
    db = connect(changed, readonly=False)
    db.conn.execute("PRAGMA foreign_keys = OFF")
    db.conn.execute(sql)
    db.close()
    found = set(compare(dump(store), dump(changed)).differences)
    expected = CHANGES[sql]
    assert not found if expected is None else expected in found


def test_what_is_ignored_is_no_difference(store: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed.db"
    shutil.copy(store, changed)
    db = connect(changed, readonly=False)
    db.conn.execute("UPDATE story SET kind = 'opinion', image = 'http://daily.test/i.png'")
    db.close()
    assert set(compare(dump(store), dump(changed), ignored=("story.kind",)).differences) == {"story.image"}
    assert not compare(dump(store), dump(changed), ignored=("story",)).differences


def test_a_new_column_is_told_and_a_lost_one_differs(store: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed.db"
    shutil.copy(store, changed)
    db = connect(changed, readonly=False)
    db.conn.execute("ALTER TABLE source ADD COLUMN colour TEXT")
    db.close()
    found = compare(dump(store), dump(changed))
    assert (found.added, found.differences) == (("source.colour",), {})
    assert set(compare(dump(changed), dump(store)).differences) == {"source.colour, only before"}
