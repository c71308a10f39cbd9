"""Rights from a server to the store: found in each place, stored once, changed, filtered, and texts refused."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from newsdesk.crawler.session_settings import SessionSettings
from newsdesk.storage.db.database import reading
from newsdesk.storage.maintenance.purge import purge_stories
from newsdesk.storage.queries.lookup import find_story
from newsdesk.storage.queries.story_list import StoryFilter, count_stories, list_stories
from newsdesk.storage.records.visits import Limits
from newsdesk.storage.rights.stored import forget_rights
from tests.support.articles import PARAGRAPHS, article
from tests.support.feeds import Item, rss
from tests.support.runner import TestRunner, open_runner, utc_now
from tests.support.web import Web

HTML = "text/html; charset=utf-8"
TDM = "/.well-known/tdmrep.json"
TEXT = "<p>The first boat leaves at six, an hour earlier than in summer.</p>"
RESERVED = '<meta name="tdm-reservation" content="1">'


@asynccontextmanager
async def open_strict(folder: Path, web: Web, **session: Any) -> AsyncIterator[TestRunner]:
    """A runner that does not store reserved texts; it looks at the files of the hosts of feeds, as the setting does."""
    async with open_runner(folder, web, store_reserved_text=False) as runner:
        own = {"client": web.settings(), "workers": 1, "delay_s": 0.0, "per_minute": None}
        settings = SessionSettings(**{**own, "check_feed_hosts": True, **session})
        runner.settings = replace(runner.settings, session=settings)
        yield runner


def item(web: Web, number: int = 1, **values: Any) -> Item:
    path = f"/s{number}"
    own = Item(title=f"Ferry {number}", link=web.url("daily.test", path), guid=path, text=TEXT)
    return replace(own, **values)


def story(runner: TestRunner, story_id: int = 1) -> dict[str, Any]:
    with reading(runner.path) as db:
        found = find_story(db, story_id)
    assert found is not None
    return found


def found_by(runner: TestRunner, *terms: str, **filters: Any) -> list[int]:
    wanted = StoryFilter(rights=terms, limit=None, fields=("id",), **filters)
    with reading(runner.path) as db:
        ids = sorted(row["id"] for row in list_stories(db, wanted))
        assert count_stories(db, wanted) == len(ids)
    return ids


def terms(runner: TestRunner, story_id: int = 1) -> dict[str, list[str]]:
    return {one["origin"]: one["terms"] for one in story(runner, story_id)["rights"]}


async def test_what_feed_page_and_host_state_is_stored_with_each_origin(tmp_path: Path, web: Web) -> None:
    feed = rss(item(web)).replace(b"<language>", b"<copyright>(c) Daily</copyright><language>")
    web.serve("/feed.xml", feed, headers={"TDM-Reservation": "0"})
    web.serve("/robots.txt", "User-agent: *\nContent-Signal: search=yes, ai-train=no\n", type="text/plain")
    web.serve(
        TDM, json.dumps([{"location": "/s", "tdm-reservation": 1, "tdm-policy": "http://daily.test/p"}])
    )
    web.serve("/s1", article(head='<meta name="robots" content="noindex">'), type=HTML)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", full_text=True)
        await runner.crawl()
        assert terms(runner) == {
            "feed": ["copyright", "tdm-allowed"],
            "page": ["ai-train=no", "noindex", "search=yes", "tdm-reserved"],
        }
        [of_feed, of_page] = sorted(story(runner)["rights"], key=lambda one: one["origin"])
        assert of_feed["source"] == "The Daily" and of_page["source"] is None
        assert {"what": "copyright", "where": "feed", "value": "(c) Daily"} in of_feed["stated"]
        assert {"what": "tdm-policy", "where": "tdmrep.json", "value": "http://daily.test/p"} in of_page[
            "stated"
        ]
        assert of_page["seen_at"] >= of_feed["seen_at"] > "2026"
        assert runner.rows("SELECT text FROM story_body") == [
            "\n\n".join(PARAGRAPHS)
        ]  # noindex drops nothing
        assert runner.rows("SELECT rights FROM stories") == [
            "ai-train=no, copyright, noindex, search=yes, tdm-allowed, tdm-reserved"
        ]
        assert len(web.requests_to(TDM)) == len(web.requests_to("/robots.txt")) == 1
        for term in ("tdm-reserved", "ai-train=no", "noindex", "copyright"):
            assert found_by(runner, term) == [1]
        assert found_by(runner, "paid") == [] and found_by(runner, "paid", "noindex") == [1]


async def test_nothing_stated_costs_no_row(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(item(web)))
    web.serve("/s1", article(), type=HTML)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", full_text=True)
        await runner.crawl()
        assert (
            runner.rows("SELECT count(*) FROM rights")
            == runner.rows("SELECT count(*) FROM rights_change")
            == [0]
        )
        assert runner.rows("SELECT count(rights_id), count(*) FROM snapshot") == [(0, 2)]
        assert story(runner)["rights"] == [] and runner.rows("SELECT site_rights FROM host") == [None]


async def test_the_rights_of_many_stories_are_one_row(tmp_path: Path, web: Web) -> None:
    stories = [item(web, number, text=f"<p>Boat {number} leaves.</p>") for number in range(40)]
    web.serve("/feed.xml", rss(*stories).replace(b"<language>", b"<copyright>Daily</copyright><language>"))
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await runner.crawl()
        assert runner.rows("SELECT terms FROM rights") == ['["copyright"]']
        assert found_by(runner, "copyright") == list(range(1, 41))
        runner.writer.do(
            lambda db: purge_stories(db, list(range(1, 41)), why="command", tombstone_days=90, now=utc_now())
        )
        runner.writer.do(forget_rights)
        assert runner.rows("SELECT count(*) FROM rights") == [0]


async def test_a_change_of_rights_is_recorded_and_no_change_of_the_story(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(item(web)))
    web.serve("/s1", article(), type=HTML)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", full_text=True)
        await runner.crawl()
        web.serve("/s1", article(head=RESERVED), type=HTML)
        web.serve(
            "/feed.xml", rss(item(web)).replace(b"<language>", b"<copyright>CC BY 4.0</copyright><language>")
        )
        runner.writer.do(lambda db: db.conn.execute("UPDATE page SET due_at = '2020-01-01T00:00:00.000Z'"))
        await runner.crawl()
        changes = [(one["origin"], one["old"], one["new"]) for one in story(runner)["rights_changes"]]
        assert changes == [("feed", [], ["licence:CC-BY"]), ("page", [], ["tdm-reserved"])]
        assert runner.rows("SELECT count(*) FROM revision") == [0]
        assert runner.rows("SELECT changed_at FROM story") == [None]
        assert runner.rows("SELECT sum(changed) FROM visit") == [0]
        web.serve("/s1", article(head="<!-- again -->"), type=HTML)
        runner.writer.do(lambda db: db.conn.execute("UPDATE page SET due_at = '2020-01-01T00:00:00.000Z'"))
        await runner.crawl()
        assert [one["new"] for one in story(runner)["rights_changes"]][-1] == []
        assert terms(runner) == {"feed": ["licence:CC-BY"]}


async def test_a_page_that_robots_txt_forbids_is_disallowed(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(item(web)))
    web.serve("/robots.txt", "User-agent: *\nDisallow: /s1\n", type="text/plain")
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", full_text=True)
        await runner.crawl()
        assert terms(runner) == {"page": ["robots-disallowed"]}
        assert found_by(runner, "robots-disallowed") == [1] == found_by(runner, "paid", "robots-disallowed")
        assert web.requests_to("/s1") == []


@pytest.mark.parametrize(
    "answer", [{"status": 404}, {"status": 500}, {"body": "<html>", "type": HTML}, {"body": ""}]
)
async def test_a_host_without_the_file_states_nothing(
    tmp_path: Path, web: Web, answer: dict[str, Any]
) -> None:
    web.serve("/feed.xml", rss(item(web)))
    web.serve("/s1", article(), type=HTML)
    web.serve(TDM, **answer)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", full_text=True)
        await runner.crawl()
        assert runner.rows("SELECT outcome FROM page") == ["read"] and terms(runner) == {}


async def test_a_file_that_robots_txt_forbids_is_not_requested(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(item(web)))
    web.serve("/robots.txt", "User-agent: *\nDisallow: /.well-known/\n", type="text/plain")
    web.serve("/s1", article(), type=HTML)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", full_text=True)
        await runner.crawl()
        assert web.requests_to(TDM) == [] and len(web.requests_to("/s1")) == 1


async def test_a_feed_alone_requests_no_file_of_its_host(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(item(web)))
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await runner.crawl()
        assert [request.path for request in web.log] == ["/feed.xml"]


# Texts that are reserved


@pytest.mark.parametrize("place", ["header", "file", "signal"])
async def test_the_reserved_text_of_a_feed_is_not_stored(tmp_path: Path, web: Web, place: str) -> None:
    headers = {"TDM-Reservation": "1"} if place == "header" else {}
    web.serve("/feed.xml", rss(item(web)), headers=headers)
    if place == "file":
        web.serve(TDM, json.dumps([{"location": "/s*", "tdm-reservation": 1}]))
    if place == "signal":
        web.serve("/robots.txt", "User-agent: *\nContent-Signal: search=no\n", type="text/plain")
    async with open_strict(tmp_path, web) as runner:
        runner.add("daily.test")
        await runner.crawl()
        assert runner.rows("SELECT title, text, html FROM story JOIN story_body ON story_id = id") == [
            ("Ferry 1", None, None)
        ]
        term = "search=no" if place == "signal" else "tdm-reserved"
        assert story(runner)["evidence"]["text"] == {"not stored": term}
        assert runner.rows("SELECT count(*) FROM story_fts WHERE story_fts MATCH 'boat'") == [0]
        assert "boat" not in str(runner.rows("SELECT * FROM revision"))
        web.log.clear()
        web.serve("/feed.xml", rss(item(web), item(web, 2, text="<p>Another.</p>")), headers=headers)
        await runner.crawl()
        assert [request.path for request in web.log] == ["/feed.xml"]  # the files are kept for a day
        assert runner.rows("SELECT verdict, count(*) FROM entry GROUP BY 1") == [("new", 2)]
        assert runner.rows("SELECT sum(changed), sum(same) FROM visit") == [(0, 1)]


async def test_the_reserved_text_of_a_page_is_not_stored(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(item(web, text="")))
    web.serve("/s1", article(head=RESERVED), type=HTML)
    async with open_strict(tmp_path, web) as runner:
        runner.add("daily.test", full_text=True)
        await runner.crawl()
        assert runner.rows("SELECT text, html FROM story_body") == [(None, None)]
        assert "its text is not stored: tdm-reserved" in runner.rows("SELECT outcome_message FROM page")[0]
        assert runner.rows("SELECT title FROM story") == ["Ferry timetable changes on Monday"]


async def test_a_text_is_removed_once_it_is_reserved(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(item(web)))
    web.serve("/s1", article(), type=HTML)
    async with open_strict(tmp_path, web) as runner:
        runner.add("daily.test", full_text=True)
        await runner.crawl()
        assert runner.rows("SELECT text FROM story_body") == ["\n\n".join(PARAGRAPHS)]
        changed = article(
            "Ferry 1", "A new first sentence that was not there before.", *PARAGRAPHS, head=RESERVED
        )
        web.serve("/s1", changed, type=HTML)
        runner.writer.do(lambda db: db.conn.execute("UPDATE page SET due_at = '2020-01-01T00:00:00.000Z'"))
        await runner.crawl()
        assert runner.rows("SELECT text, html FROM story_body") == [(None, None)]
        assert runner.rows("SELECT count(*) FROM story_fts WHERE story_fts MATCH 'parents'") == [0]
        assert "new first sentence" not in str(runner.rows("SELECT fields FROM revision"))
        web.serve("/s1", changed.replace(RESERVED.encode(), b""), type=HTML)
        runner.writer.do(lambda db: db.conn.execute("UPDATE page SET due_at = '2020-01-01T00:00:00.000Z'"))
        await runner.crawl()
        assert [one["new"] for one in story(runner)["rights_changes"]] == [["tdm-reserved"], []]


async def test_another_site_cannot_remove_the_text_of_a_story(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(item(web)), host="daily.test")
    async with open_strict(tmp_path, web) as runner:
        runner.add("daily.test")
        await runner.crawl()
        web.serve("/feed.xml", rss(item(web)), host="other.test", headers={"TDM-Reservation": "1"})
        runner.add("other.test")
        await runner.crawl()
        assert len(runner.rows("SELECT id FROM entry")) == 2
        assert runner.rows("SELECT text IS NOT NULL FROM story_body") == [1]


async def test_without_the_setting_reserved_text_is_stored(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(item(web)), headers={"TDM-Reservation": "1"})
    async with open_runner(tmp_path, web, limits=Limits(visit_s=5.0)) as runner:
        runner.add("daily.test")
        await runner.crawl()
        assert runner.rows("SELECT text IS NOT NULL FROM story_body") == [1]
        assert found_by(runner, "tdm-reserved") == [1]
