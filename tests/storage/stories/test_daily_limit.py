"""How many changes of one origin are kept on one day: headlines that alternate, clocks and counters in a text."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from newsdesk.storage.records.digests import pack_entries, unpack_entries, without_entries
from newsdesk.storage.stories.revisions import MOST_PER_DAY, within_daily_limit
from tests.support.feeds import Item, rss
from tests.support.runner import open_runner
from tests.support.web import Web


def flips(*titles: str) -> list[dict[str, list[str]]]:
    return [{"title": [old, new]} for old, new in pairwise(titles)]


REVISIONS = [  # (the revisions of a day, whether the last one is kept, name)
    (flips("A", "B"), True, "a correction"),
    (flips("A", "B", "C", "D"), True, "a story that develops"),
    (flips("A", "B", "A"), True, "a correction taken back"),
    (flips("A", "B", "A", "B"), True, "and made again"),
    (flips("A", "B", "A", "B", "A"), False, "a flip"),
    (flips("A", "B", "C", "A", "B", "C"), False, "a flip among three"),
    (flips(*"ABCDEFGHIJK"), True, "as many as are kept a day"),
    (flips(*"ABCDEFGHIJKL"), False, "a clock in the title"),
    (
        [*flips("A", "B", "A", "B"), {"title": ["B", "A"], "text": ["x", "y"]}],
        True,
        "with something new in it",
    ),
]


@pytest.mark.parametrize(("revisions", "kept", "name"), REVISIONS, ids=[row[2] for row in REVISIONS])
def test_daily_limit_of_changes(revisions: list[dict[str, list[str]]], kept: bool, name: str) -> None:
    assert within_daily_limit(revisions[:-1], revisions[-1]) is kept


def test_known_entries_are_forgotten_by_their_keys() -> None:
    pairs = {f"e1:{n:016x}": f"d1:{n:016x}" for n in range(4)}
    left = without_entries(pack_entries(pairs.items(), reader_version=1), {"e1:" + "0" * 15 + "2", "e1:beef"})
    assert list(unpack_entries(left, reader_version=1)) == [key for key in pairs if not key.endswith("2")]


async def test_a_change_over_the_daily_limit_is_kept_on_a_later_day(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        for number in range(MOST_PER_DAY + 3):
            web.serve("/feed.xml", rss(Item(title=f"Dead: {number}")), etag=f'"{number}"')
            await runner.crawl()
        assert runner.rows("SELECT title FROM story") == [f"Dead: {MOST_PER_DAY}"]
        assert runner.rows("SELECT count(*) FROM revision") == [MOST_PER_DAY]
        assert runner.rows("SELECT changed, same FROM visit ORDER BY id DESC LIMIT 1") == [(0, 1)]

        runner.writer.do(
            lambda db: db.conn.execute("UPDATE revision SET found_at = '2020-01-01T00:00:00.000Z'")
        )
        await runner.crawl()  # the document has not changed since

        assert runner.rows("SELECT title FROM story") == [f"Dead: {MOST_PER_DAY + 2}"]
        assert runner.rows("SELECT changed FROM visit ORDER BY id DESC LIMIT 1") == [1]
        await runner.crawl()
        assert runner.rows("SELECT outcome FROM source") == ["unchanged"]
