"""`newsdesk explain`: stories and refused entries are found by all their names, with their visits."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from newsdesk.command_line import newsdesk
from newsdesk.crawler.normalise.urls.canonical import address_key
from newsdesk.storage.maintenance.cleanup import REFUSED_KEEP, forget_refused, roll_up_visits
from newsdesk.storage.maintenance.retention import purge_old
from tests.support.articles import article
from tests.support.feeds import Item, many, rss
from tests.support.runner import TestRunner, open_runner, utc_now
from tests.support.web import Web

FERRY = Item(title="Ferry at six", link="http://daily.test/ferry?utm_source=rss", guid="tag:daily,1")
BRIDGE = Item(title="Bridge opens", link="http://daily.test/bridge", guid="http://daily.test/?p=7", text="")
NOTHING = Item(title="", link=None, guid="it's nothing", text="", author=None, date=None)


def typed(*words: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of `newsdesk explain WORDS`."""
    ended = CliRunner().invoke(newsdesk, ["explain", *words], catch_exceptions=False, standalone_mode=False)
    error = getattr(ended.return_value, "exit_code", None)
    return (ended.exit_code if error is None else error), ended.stdout, ended.stderr


def explained(what: str) -> dict[str, Any]:
    code, output, _ = typed(what, "--json")
    assert code == 0, output
    found: dict[str, Any] = json.loads(output)
    return found


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


async def crawled(runner: TestRunner, *items: Item) -> None:
    runner.web.serve("/feed.xml", rss(*items), host="daily.test")
    await runner.crawl()


NAMES = [
    ("1", [1]),
    ("http://daily.test/ferry?utm_source=rss", [1]),
    ("https://www.daily.test/ferry/#top", [1]),  # any spelling
    ("daily.test/ferry", [1]),
    ("tag:daily,1", [1]),
    ("http://daily.test/?p=7", [2]),  # a GUID that is not the link of its story
    (address_key("http://daily.test/bridge"), [2]),
    ("  2 ", [2]),
    ("9", []),
    ("http://daily.test/never", []),
    ("tag:daily,2", []),
    ("a2:0123456789abcdef01234567", []),
    ("", []),
    ("' OR 1=1 --", []),
]


async def test_a_story_is_found_by_each_of_its_names(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await crawled(runner, FERRY, BRIDGE)
        [entry] = runner.rows("SELECT entry_key FROM entry WHERE story_id = 1")
        for what, stories in [*NAMES, (entry, [1])]:
            code, output, _ = typed(what, "--json")
            assert [story["id"] for story in json.loads(output)["stories"]] == stories, what
            assert code == (0 if stories else 1), what
        code, output, error = typed("http://daily.test/never")
        assert (code, output) == (1, "") and "it was never seen, or was deleted" in error
        source = runner.rows("SELECT address FROM source")[0]
        assert "`newsdesk why 1`" in typed(source)[2]


async def test_which_visit_found_and_changed_it_and_how_each_field_was_read(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await crawled(runner, FERRY)
        await crawled(runner, replace(FERRY, title="Ferry at seven"))
        story = explained("1")["stories"][0]
        [seen], [change] = story["entries"], story["revisions"]
        assert (seen["verdict"], seen["reason"], seen["identity_scheme"]) == (
            "new",
            "no stored story has this address",
            "guid",
        )
        assert (seen["visit"]["id"], change["visit"]["id"], change["by"]) == (1, 2, "The Daily")
        output = typed("1")[1]
        for words in (
            "by visit 1 of run 1",
            "changed    ",
            "title: Ferry at six → Ferry at seven",
            "read by rfc822",
            "guid tag:daily,1",
        ):
            assert words in output
        runner.writer.do(
            lambda db: roll_up_visits(db, now=utc_now() + timedelta(days=99), quiet_days=7, days=90)
        )
        assert "now part of the daily counts" in typed("1")[1]


async def test_refused_entries_are_known_for_thirty_days(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await crawled(runner, NOTHING, FERRY)
        [entry] = explained("it's nothing")["refused"]
        assert "no http address, no title and no text" in entry["reason"] and entry["visit"]["id"] == 1
        await crawled(runner, FERRY)
        assert "dropped from its feed" in typed("it's nothing")[1]
        later = utc_now() + REFUSED_KEEP + timedelta(minutes=1)
        runner.writer.do(lambda db: forget_refused(db, now=later))
        code, _, error = typed("it's nothing")
        assert code == 1 and "was deleted" in error


async def test_daily_limit_and_purge_are_found_by_the_address(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await crawled(runner, FERRY)
        runner.writer.do(
            lambda db: db.conn.execute("UPDATE source SET news_since = '2020-01-01T00:00:00.000Z'")
        )
        runner.settings = replace(runner.settings, limits=replace(runner.settings.limits, new_per_day=1))
        await crawled(runner, *many(2))
        [entry] = explained("daily.test/stories/1")["refused"]
        assert entry["reason"].startswith("daily limit") and entry["url"] == "http://daily.test/stories/1"
        later = utc_now() + timedelta(days=40)
        [story] = explained("daily.test/ferry")["stories"]
        purge = partial(purge_old, stories=[story["id"]], days=30, tombstone_days=90, now=later)
        assert runner.writer.do(purge) == 1
        [purged] = explained("https://daily.test/ferry")["purged"]
        assert purged["url"] == FERRY.link and purged["entries"][0]["gone_at"]
        await crawled(runner, FERRY)
        found = explained(str(story["id"]))
        assert not found["stories"] and not found["refused"]
        assert found["purged"][0]["entries"][0]["gone_at"] is None
        assert f"purged     story {story['id']}, http://daily.test/ferry" in typed("daily.test/ferry")[1]


async def test_a_page_that_robots_txt_disallows(tmp_path: Path, web: Web) -> None:
    page = web.url("daily.test", "/private/ferry")
    web.serve("/robots.txt", "User-agent: *\nDisallow: /private/\n", type="text/plain")
    web.serve("/private/ferry", article(), type="text/html")
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", full_text=True)
        await crawled(runner, replace(FERRY, link=page))
        [page_state] = explained(page)["stories"][0]["pages"]
        assert (
            page_state["outcome"] == "robots"
            and page_state["visit"]["outcome_message"] == page_state["outcome_message"]
        )
        assert "forbids" in typed(page)[1]


async def test_a_merged_story_is_found_as_the_story_it_was_merged_into(tmp_path: Path, web: Web) -> None:
    moved = replace(FERRY, link="http://daily.test/2026/ferry")
    async with open_runner(tmp_path, web) as runner:
        news, sport = runner.add("daily.test", "/feed.xml"), runner.add("daily.test", "/sport.xml")
        web.serve("/feed.xml", rss(FERRY))
        web.serve("/sport.xml", rss(replace(moved, guid="s-1")))
        await runner.crawl(news)
        await runner.crawl(sport)
        web.serve("/feed.xml", rss(moved, title="Moved"))
        await runner.crawl(news)
        for what in ("2", "1", moved.link or ""):
            [story] = explained(what)["stories"]
            assert (story["id"], story["merged"]) == (1, [2])
        assert "merged     story 2 was the same story" in typed("2")[1]


async def test_an_address_of_several_stories_names_them(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await crawled(runner, *(replace(one, link="http://daily.test/live") for one in many(3)))
        assert len(explained("http://daily.test/live")["stories"]) == 3
        ended = CliRunner().invoke(newsdesk, ["explain", "https://daily.test/live"])
        assert ended.exit_code == 2 and "explain one of 1, 2, 3" in ended.output
