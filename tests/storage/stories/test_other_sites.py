"""A feed that carries another site's addresses: it may hide, take, merge or change nothing of that site.

In each case another site publishes first, then the newspaper itself; the newspaper's story must have its own values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.feeds import Item, rss
from tests.support.runner import TestRunner, open_runner
from tests.support.web import Web

REAL = Item(title="Real news", link="http://victim.test/future", guid="v1", text="<p>What happened.</p>")
OTHER = Item(title="Other real news", link="http://victim.test/other", guid="v2", text="<p>And more.</p>")


def evil(link: str, guid: str = "x", title: str = "EVIL", permalink: str | None = None) -> Item:
    """An entry of the other site; with a permalink, its GUID is a second address."""
    return Item(
        title=title,
        link=link,
        guid=permalink or guid,
        permalink=permalink is not None,
        text=f"<p>{title}</p>",
    )


VICTIM, OWN = "http://victim.test/future", "http://evil.test/x"
CASES: dict[str, list[list[Item]]] = {
    "publishes first": [[evil(VICTIM)]],
    "publishes first, then moves its entry home": [[evil(VICTIM)], [evil(OWN)]],
    "publishes first, then edits and moves it": [[evil(VICTIM)], [evil(OWN, title="EVIL again")]],
    "makes two of its stories the same one": [
        [evil(OWN, "a"), evil(VICTIM, "b")],
        [evil(OWN, "b")],
    ],
    "moves its own entry there": [[evil(OWN)], [evil(VICTIM)]],
    "moves an entry from one address of the newspaper to another": [
        [evil("http://victim.test/other")],
        [evil(VICTIM)],
    ],
    "gives the newspaper's address as a second one": [[evil(OWN, permalink=VICTIM)]],
    "merges two addresses of the newspaper": [[evil("http://victim.test/other", permalink=VICTIM)]],
    "merges its own and the newspaper's": [[evil(VICTIM, permalink=OWN)], [evil(OWN)]],
    "alternates its title": [[evil(VICTIM, title=f"EVIL {turn}")] for turn in range(4)],
    "uses the newspaper's GUIDs": [[evil(OWN, "v1"), evil("http://evil.test/y", "v2")]],
}


async def publish(runner: TestRunner, source: int, host: str, items: Sequence[Item]) -> None:
    runner.web.serve("/feed.xml", rss(*items), host=host)
    summary = await runner.crawl(source)
    assert summary.failed == 0


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("first", ["other", "newspaper"])
async def test_the_stories_of_a_newspaper_have_its_own_values(
    tmp_path: Path, web: Web, case: str, first: str
) -> None:
    async with open_runner(tmp_path, web) as runner:
        newspaper, other = runner.add("victim.test"), runner.add("evil.test")
        if first == "newspaper":
            await publish(runner, newspaper, "victim.test", [REAL, OTHER])
        for items in CASES[case]:
            await publish(runner, other, "evil.test", items)
        await publish(runner, newspaper, "victim.test", [REAL, OTHER])
        for items in CASES[case]:
            await publish(runner, other, "evil.test", items)
        stories = set(runner.rows("SELECT title, url, text FROM stories WHERE site = 'victim.test'"))
        assert stories >= {
            ("Real news", VICTIM, "What happened."),
            ("Other real news", "http://victim.test/other", "And more."),
        }
        for word in ("happened", "more"):
            assert len(runner.rows("SELECT rowid FROM story_fts WHERE story_fts MATCH ?", word)) == 1
        edited = replace(REAL, title="Real news, corrected")
        await publish(runner, newspaper, "victim.test", [edited, OTHER])
        assert runner.rows("SELECT title FROM story WHERE url = ?", VICTIM) == ["Real news, corrected"]


async def test_the_first_source_may_correct_although_others_repeat_it(tmp_path: Path, web: Web) -> None:
    """A feed hosted elsewhere (a feed service) and a planet that copies it."""
    async with open_runner(tmp_path, web) as runner:
        service, planet = runner.add("service.test"), runner.add("planet.test")
        await publish(runner, service, "service.test", [REAL])
        await publish(runner, planet, "planet.test", [REAL])
        await publish(runner, service, "service.test", [replace(REAL, title="Corrected")])
        assert runner.rows("SELECT title FROM story") == ["Corrected"]
        await publish(runner, planet, "planet.test", [replace(REAL, title="Title of the planet")])
        assert runner.rows("SELECT title FROM story") == ["Corrected"]
        assert runner.rows("SELECT count(*) FROM revision") == [1]


async def test_a_short_feed_does_not_remove_the_full_text_of_another_feed(tmp_path: Path, web: Web) -> None:
    full = replace(REAL, text="<p>" + "All that happened, at length. " * 20 + "</p>")
    short = replace(REAL, text="<p>All that happened.</p>")
    async with open_runner(tmp_path, web) as runner:
        long_feed, short_feed = runner.add("victim.test", "/full"), runner.add("victim.test", "/short")

        async def both(title: str) -> None:
            web.serve("/full", rss(replace(full, title=title)), host="victim.test")
            web.serve("/short", rss(replace(short, title=title)), host="victim.test")
            await runner.crawl(long_feed)
            await runner.crawl(short_feed)

        await both("One")
        await both("Two")
        [(title, text)] = runner.rows("SELECT title, text FROM stories")
        assert (title, len(text) > 400) == ("Two", True)
        assert runner.rows("SELECT fields FROM revision") == ['{"title": ["One", "Two"]}']  # once
        web.serve("/full", rss(replace(full, title="Two", text="<p>Shortened.</p>")), host="victim.test")
        await runner.crawl(long_feed)
        assert runner.rows("SELECT text FROM stories") == ["Shortened."]  # its own text it may shorten


async def test_a_link_with_a_random_parameter_piles_up_no_addresses(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        source = runner.add("victim.test")
        for turn in range(30):
            await publish(runner, source, "victim.test", [replace(REAL, link=f"{VICTIM}?v={turn}")])
        assert runner.rows("SELECT count(*) FROM story") == [1]
        assert runner.rows("SELECT count(*) <= 12 FROM address") == [1]
