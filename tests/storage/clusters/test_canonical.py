"""A page that names the address of another site's story as its canonical one: both stay, linked by `url`."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from newsdesk.commands.rebuild.rebuild import compare
from newsdesk.crawler.normalise.urls.canonical import address_key
from newsdesk.scheduler.run.rekey import rekey
from newsdesk.storage.clusters.replay import Replay
from tests.support.articles import PARAGRAPHS, article, canonical
from tests.support.feeds import Item, rss
from tests.support.runner import TestRunner, open_runner, utc_now
from tests.support.web import Web

LINKS = "SELECT story_id, other_id, kind FROM link ORDER BY 1, 2"
CLUSTERS = "SELECT cluster FROM story ORDER BY id"
WORDS = [
    "harbour",
    "council",
    "library",
    "bridge",
    "winter",
    "market",
    "school",
    "letter",
    "window",
    "garden",
]


def report(seed: int) -> tuple[str, ...]:
    """Three paragraphs that no other report has."""
    chance = random.Random(seed)
    return tuple(
        f"The {', '.join(f'{chance.choice(WORDS)} of {chance.choice(WORDS)}' for _ in range(8))} were seen."
        for _ in range(3)
    )


OTHER_TEXT, THIRD_TEXT = report(1), report(2)
HTML = "text/html; charset=utf-8"


@pytest.fixture
async def runner(tmp_path: Path, web: Web) -> AsyncIterator[TestRunner]:
    async with open_runner(tmp_path, web) as runner:
        yield runner
        with Replay(runner.path) as replay:  # a rebuild gives the same links
            report = compare(replay, examples=5)
        assert (sum(report.links.values()), report.moved) == (0, 0), report


def address(runner: TestRunner, host: str, name: str = "story") -> str:
    return runner.web.url(host, f"/{name}")


def serve(
    runner: TestRunner, host: str, *names: str, text: tuple[str, ...], names_url: str | None = None
) -> None:
    """A feed of these stories; their pages name an address as the canonical one."""
    items = []
    for number, name in enumerate(names or ("story",)):
        url = address(runner, host, name)
        paragraphs = [f"{one} {name} {number}." for one in text]
        page = article(f"{name} of {host}", *paragraphs, head=canonical(names_url or url), site=host)
        runner.web.serve(f"/{name}", page, host=host, type=HTML)
        items.append(
            Item(title=f"{name} of {host}", link=url, text=f"<p>A first line of {name}, {host}.</p>")
        )
    runner.web.serve("/feed.xml", rss(*items), host=host)


async def crawl(runner: TestRunner, host: str) -> None:
    await runner.crawl(runner.add(host, full_text=True))


async def read_again(runner: TestRunner) -> None:
    runner.writer.do(lambda db: db.conn.execute("UPDATE page SET due_at = '2026-01-01T00:00:00.000Z'"))
    await runner.crawl()


async def test_the_copy_is_linked_with_the_original(runner: TestRunner) -> None:
    serve(runner, "original.test", text=PARAGRAPHS)
    serve(runner, "copy.test", text=OTHER_TEXT, names_url=address(runner, "original.test"))
    await crawl(runner, "original.test")
    await crawl(runner, "copy.test")
    assert runner.rows(LINKS) == [(2, 1, "url")]
    assert runner.rows(CLUSTERS) == [1, 1]
    assert runner.rows("SELECT score, reason FROM link") == [
        (1.0, "the page of the later story names the address of the earlier one as its canonical address")
    ]
    assert runner.rows("SELECT count(*) FROM address GROUP BY story_id") == [1, 1]


async def test_the_original_may_arrive_later(runner: TestRunner) -> None:
    serve(runner, "original.test", text=PARAGRAPHS)
    serve(runner, "copy.test", text=OTHER_TEXT, names_url=address(runner, "original.test"))
    await crawl(runner, "copy.test")
    assert runner.rows(LINKS) == []
    await crawl(runner, "original.test")
    assert runner.rows(LINKS) == [(2, 1, "url")]
    assert runner.rows(CLUSTERS) == [1, 1]
    [reason] = runner.rows("SELECT reason FROM link")
    assert reason.startswith("the page of the earlier story names the address of the later one")


async def test_a_link_stays_until_the_page_names_the_address_no_more(runner: TestRunner) -> None:
    original = address(runner, "original.test")
    serve(runner, "original.test", text=PARAGRAPHS)
    serve(runner, "copy.test", text=OTHER_TEXT, names_url=original)
    await crawl(runner, "original.test")
    await crawl(runner, "copy.test")
    serve(runner, "copy.test", text=THIRD_TEXT, names_url=original)
    await read_again(runner)
    assert runner.rows("SELECT count(*) FROM revision") == [1]
    assert runner.rows(LINKS) == [(2, 1, "url")]
    serve(runner, "original.test", text=(*PARAGRAPHS, "A correction was made."))
    await read_again(runner)
    assert (runner.rows(LINKS), runner.rows(CLUSTERS)) == ([(2, 1, "url")], [1, 1])
    serve(runner, "copy.test", text=THIRD_TEXT)
    await read_again(runner)
    assert (runner.rows(LINKS), runner.rows(CLUSTERS)) == ([], [None, None])


async def test_the_address_comes_before_the_text(runner: TestRunner) -> None:
    original = address(runner, "original.test")
    serve(runner, "original.test", text=PARAGRAPHS)
    serve(runner, "copy.test", text=PARAGRAPHS, names_url=original)
    await crawl(runner, "original.test")
    await crawl(runner, "copy.test")
    assert runner.rows(LINKS) == [(2, 1, "url")]
    serve(runner, "copy.test", text=PARAGRAPHS)
    await read_again(runner)
    assert [kind for _, _, kind in runner.rows(LINKS)] == ["exact"]


async def test_any_member_is_enough_to_join(runner: TestRunner) -> None:
    serve(runner, "one.test", text=PARAGRAPHS)
    serve(runner, "two.test", text=(*PARAGRAPHS, "One more line that only this outlet has in its story."))
    serve(runner, "copy.test", text=OTHER_TEXT, names_url=address(runner, "two.test"))
    for host in ("one.test", "two.test", "copy.test"):
        await crawl(runner, host)
    assert runner.rows(LINKS) == [(2, 1, "copy"), (3, 2, "url")]
    assert runner.rows(CLUSTERS) == [1, 1, 1]


async def test_a_site_whose_pages_all_name_one_address_makes_no_cluster(runner: TestRunner) -> None:
    original = address(runner, "original.test")
    names = ("harbour", "council", "library", "museum")
    texts = dict(zip(names, map(report, range(3, 7)), strict=True))
    serve(runner, "original.test", text=PARAGRAPHS)
    await crawl(runner, "original.test")
    source = runner.add("copy.test", full_text=True)
    for count, linked in ((3, 3), (4, 0)):
        for name in names[:count]:
            serve(runner, "copy.test", name, text=texts[name], names_url=original)
        items = [
            Item(title=f"{name} of copy.test", link=address(runner, "copy.test", name))
            for name in names[:count]
        ]
        runner.web.serve("/feed.xml", rss(*items), host="copy.test")
        await runner.crawl(source)
        assert runner.rows("SELECT count(*) FROM page WHERE canonical_key IS NOT NULL") == [count]
        assert [other for _, other, kind in runner.rows(LINKS) if kind == "url"] == [1] * linked
    assert runner.rows("SELECT cluster FROM story WHERE id = 1") == [None]
    serve(runner, "copy.test", names[0], text=texts[names[0]])
    await read_again(runner)
    assert [other for _, other, kind in runner.rows(LINKS) if kind == "url"] == [1] * 3


@pytest.mark.parametrize("path", ["", "index.html", "en/"])
async def test_a_home_page_is_no_story(runner: TestRunner, path: str) -> None:
    serve(runner, "copy.test", text=OTHER_TEXT, names_url=address(runner, "original.test", path))
    await crawl(runner, "copy.test")
    assert runner.rows("SELECT canonical_url FROM page") == [None]


async def test_another_version_of_keys_finds_them_again(runner: TestRunner) -> None:
    original = address(runner, "original.test")
    serve(runner, "copy.test", text=OTHER_TEXT, names_url=original)
    await crawl(runner, "copy.test")
    for sql in (
        "UPDATE page SET canonical_key = 'a1:old'",
        "UPDATE rule_version SET version = 'a1' WHERE name = 'address'",
    ):
        runner.writer.do(lambda db, sql=sql: db.conn.execute(sql))
    await rekey(runner.writer, now=utc_now)
    assert runner.rows("SELECT canonical_key FROM page") == [address_key(original)]
