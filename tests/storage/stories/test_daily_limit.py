"""How many changes of one origin are kept on one day: headlines that alternate, clocks and counters in a text."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from newsdesk.storage.records.digests import pack_entries, unpack_entries, without_entries
from newsdesk.storage.stories import revisions as limits
from newsdesk.storage.stories.revisions import MOST_PER_DAY, MOST_TITLES_PER_DAY, Earlier, over_daily_limit
from tests.support.feeds import Item, rss
from tests.support.runner import open_runner
from tests.support.web import Web


def flips(*titles: Any) -> list[dict[str, list[str]]]:
    return [{"title": [str(old), str(new)]} for old, new in pairwise(titles)]


MOST = 4  # titles a day, in one test
OTHER = {"text": ["x", "y"]}
REVISIONS = [  # (the revisions of a day, whether the last one is kept, name)
    (flips("A", "B"), True, "a correction"),
    (flips("A", "B", "C", "D"), True, "a story that develops"),
    (flips("A", "B", "A"), True, "a correction taken back"),
    (flips("A", "B", "A", "B"), True, "and made again"),
    (flips("A", "B", "A", "B", "A"), False, "a flip"),
    (flips("A", "B", "C", "A", "B", "C"), False, "a flip among three"),
    (flips(*range(MOST_TITLES_PER_DAY + 1)), True, "as many titles as are kept a day"),
    (flips(*range(MOST_TITLES_PER_DAY + 2)), False, "a clock in the title"),
    ([{"text": [n, n + 1]} for n in range(MOST_PER_DAY)], True, "as many texts as are kept a day"),
    ([{"text": [n, n + 1]} for n in range(MOST_PER_DAY + 1)], False, "a clock in the text"),
    (flips("A", "B", "A", "B", "C"), True, "a new title after flips"),
    (flips("A", "It's B", "A", "It’s B", "A"), False, "a flip with other marks"),
]


@pytest.mark.parametrize(("revisions", "kept", "name"), REVISIONS, ids=[row[2] for row in REVISIONS])
def test_daily_limit_of_changes(revisions: list[dict[str, list[Any]]], kept: bool, name: str) -> None:
    over = over_daily_limit(Earlier(today=revisions[:-1]), revisions[-1])
    assert over == (frozenset() if kept else frozenset(revisions[-1]))


def test_the_limit_of_one_field_holds_back_no_other() -> None:
    flipping = Earlier(today=flips("A", "B", "A", "B"))
    assert over_daily_limit(flipping, {"title": ["B", "A"], **OTHER}) == {"title"}
    texts = Earlier(today=[{"text": [n, n + 1]} for n in range(MOST_PER_DAY)])
    assert over_daily_limit(texts, {"title": ["B", "A"], **OTHER}) == {"text"}


def test_a_title_of_an_earlier_day_is_a_return() -> None:
    today = flips("B", "A", "B")
    assert not over_daily_limit(Earlier(today=today), {"title": ["B", "A"]})
    assert over_daily_limit(Earlier(today=today, titles=frozenset("A")), {"title": ["B", "A"]}) == {"title"}


def test_known_entries_are_forgotten_by_their_keys() -> None:
    pairs = {f"e1:{n:016x}": f"d1:{n:016x}" for n in range(4)}
    left = without_entries(pack_entries(pairs.items(), reader_version=1), {"e1:" + "0" * 15 + "2", "e1:beef"})
    assert list(unpack_entries(left, reader_version=1)) == [key for key in pairs if not key.endswith("2")]


async def test_a_change_over_the_daily_limit_is_kept_on_a_later_day(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_TITLES_PER_DAY", MOST)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        for number in range(MOST + 3):
            web.serve("/feed.xml", rss(Item(title=f"Dead: {number}")), etag=f'"{number}"')
            await runner.crawl()
        assert runner.rows("SELECT title FROM story") == [f"Dead: {MOST}"]
        assert runner.rows("SELECT count(*) FROM revision") == [MOST]
        assert runner.rows("SELECT changed, same FROM visit ORDER BY id DESC LIMIT 1") == [(0, 1)]

        runner.writer.do(
            lambda db: db.conn.execute("UPDATE revision SET found_at = '2020-01-01T00:00:00.000Z'")
        )
        await runner.crawl()  # the document has not changed since

        assert runner.rows("SELECT title FROM story") == [f"Dead: {MOST + 2}"]
        assert runner.rows("SELECT changed FROM visit ORDER BY id DESC LIMIT 1") == [1]
        await runner.crawl()
        assert runner.rows("SELECT outcome FROM source") == ["unchanged"]
