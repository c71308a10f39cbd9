"""`scrapy crawl site`: from a home page to the stories of its list, and nothing else of the site."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from newsdesk.crawler.spider_process.articles import KEYS
from tests.support.feeds import Item, rss
from tests.support.papers.paper import HTML, MENU, SECTIONS, Paper
from tests.support.shell import Shell
from tests.support.web import Web, web_in_thread

DAY = date(2026, 11, 27)
ROBOTS = ("/robots.txt", "/.well-known/tdmrep.json")
LISTING = "/2026/all-stories-of-the-year-in-one-long-list"


@pytest.fixture
def web() -> Iterator[Web]:
    with web_in_thread() as web:
        yield web


@pytest.fixture
def shell(tmp_path: Path, web: Web) -> Shell:
    return Shell(tmp_path, web)


def print_pages(paper: Paper, *, each: int = 3) -> None:
    """The home page and the pages that continue its list, newest first; each links those before and after it."""
    paper.print_home()
    stories = paper.stories[::-1]
    count = -(-len(stories) // each)
    for number in range(1, count + 1):
        more = f'<a rel="next" href="/?page={number + 1}">Older</a>' if number < count else ""
        body = paper.layout(stories[each * (number - 1) : each * number]) + f'{more}<a href="/?page=1">1</a>'
        path = "/" if number == 1 else f"/?page={number}"
        paper.web.serve(path, paper.page("Home", body), host=paper.host, type=HTML)


def crawl(shell: Shell, url: str, *words: str, code: int = 0) -> tuple[list[dict[str, Any]], str]:
    """The items, and what it logs."""
    out = shell.folder / "out.jsonl"
    log = shell.run("scrapy", "crawl", "site", "-a", f"url={url}", *words, "-O", str(out), code=code)
    assert "Traceback" not in log, log
    return [json.loads(line) for line in out.read_text().splitlines()], log


def requested(web: Web) -> Counter[str]:
    return Counter(request.path for request in web.log if request.path not in ROBOTS)


def test_the_stories_of_a_site_are_items_and_kept(shell: Shell, web: Web) -> None:
    """Each page is requested once, the menus never; a crawl again keeps nothing twice and gives the same items."""
    paper = Paper(web, "daily.test")
    paper.publish(DAY, 8)
    print_pages(paper)
    items, log = crawl(shell, web.url("daily.test"))
    assert sorted(one["title"] for one in items) == sorted(one.title for one in paper.stories), log
    assert all(set(one) <= set(KEYS) and one["text"] and one["authors"] == ["Ann Hill"] for one in items)
    assert "'newsdesk/new': 8" in log and "'newsdesk/pages/read': 8" in log
    assert requested(web) == Counter(["/", "/?page=2", "/?page=3", *(one.path for one in paper.stories)])
    assert not requested(web).keys() & {f"/{name}" for name in (*SECTIONS, *MENU)}
    assert sorted(shell.rows("SELECT title FROM story")) == sorted(one["title"] for one in items)
    assert shell.rows("SELECT kind, pages, ended_by FROM runs") == [("scrapy", 8, "done")]
    assert shell.rows("SELECT count(*) FROM host WHERE lease_owner IS NOT NULL") == [0]
    assert shell.rows("SELECT count(*) FROM source") == shell.rows(
        "SELECT count(*) FROM page WHERE due_at IS NOT NULL"
    )

    again, log = crawl(shell, web.url("daily.test"))
    assert sorted(map(str, again)) == sorted(map(str, items)) and "'newsdesk/same': 8" in log
    assert shell.rows("SELECT count(*) FROM story") == [8]


@pytest.mark.parametrize(("pages", "stories"), [("1", 3), ("2", 6), ("", 15)])
def test_the_pages_of_a_list_are_bounded(shell: Shell, web: Web, pages: str, stories: int) -> None:
    paper = Paper(web, "daily.test")
    paper.publish(DAY, 18)
    print_pages(paper)
    items, _ = crawl(shell, web.url("daily.test"), *(["-a", f"pages={pages}"] if pages else []))
    assert [one.title for one in paper.stories[-stories:]] == sorted(
        (one["title"] for one in items), key=[one.title for one in paper.stories].index
    )


def test_what_is_no_story_or_not_allowed_gives_no_item(shell: Shell, web: Web) -> None:
    """A list behind a link that looks like a story, one that robots.txt forbids, one that is missing, and one story
    behind two addresses."""
    paper = Paper(web, "daily.test", marked=False)
    forbidden, gone, *_ = paper.publish(DAY, 5)
    paper.print_home()
    web.serve("/robots.txt", f"User-agent: *\nDisallow: {forbidden.path}\n".encode(), type="text/plain")
    web.serve(gone.path, b"", host="daily.test", status=404)
    links = f'<h2><a href="{LISTING}">All stories of the year in one long list</a></h2>'
    links += f'<h2><a href="{paper.stories[3].path}?utm_source=top">{paper.stories[3].title}</a></h2>'
    web.serve("/", paper.home_page().replace("<main>", f"<main>{links}"), host="daily.test", type=HTML)
    web.serve(LISTING, paper.page("List", paper.layout(paper.stories)), host="daily.test", type=HTML)
    items, log = crawl(shell, web.url("daily.test"))
    assert sorted(one["title"] for one in items) == sorted(one.title for one in paper.stories[2:]), log
    for outcome, count in {"read": 3, "not-an-article": 1, "robots": 1, "not-found": 1}.items():
        assert f"'newsdesk/pages/{outcome}': {count}" in log, log
    assert forbidden.path not in requested(web) and max(requested(web).values()) == 1
    assert shell.rows("SELECT count(*), count(story_id) FROM page") == [(3, 3)]


def test_a_story_that_a_feed_brought_gets_its_page(shell: Shell, web: Web) -> None:
    paper = Paper(web, "daily.test")
    [story] = paper.publish(DAY)
    paper.print_home()
    items = [Item(title=story.title, link=web.url("daily.test", story.path))]
    web.serve("/feed.xml", rss(*items), host="daily.test")
    shell.run("add", "--force", web.url("daily.test", "/feed.xml"))
    shell.run("crawl")
    [item], log = crawl(shell, web.url("daily.test"))
    assert item["text"] and "'newsdesk/same': 1" in log, log
    assert shell.rows("SELECT count(*), authority FROM story") == [(1, "page")]


FAILED = [  # what is served, what the log says
    ({"status": 404}, "answered 404"),
    ({"status": 204}, "not visited: "),
    (
        {"body": b"%PDF-1.4", "type": "application/pdf"},
        "not visited: this is application/pdf, not a web page",
    ),
    ({"hang": True}, "no complete response"),
]


@pytest.mark.parametrize(("served", "line"), FAILED, ids=["missing", "empty", "pdf", "silent"])
def test_a_first_page_that_fails_is_one_line_and_exit_code_1(
    shell: Shell, web: Web, served: dict[str, Any], line: str
) -> None:
    shell.environment["NEWSDESK_NETWORK_TIMEOUT_S"] = "1"
    web.serve("/", **{"body": b"", **served}, host="daily.test")
    items, log = crawl(shell, web.url("daily.test"), code=1)
    assert items == [] and log.count("ERROR: ") == log.count("not visited: ") == 1, log
    assert line in log, log


def test_a_bad_address_is_one_line_of_the_log(shell: Shell, web: Web) -> None:
    items, log = crawl(shell, "http://user:x@daily.test/", code=1)
    assert items == [] and log.count("ERROR: ") == log.count("not visited: 'http://***@daily.test/'") == 1, (
        log
    )
    assert web.log == []


@pytest.mark.parametrize("pages", ["0", "-1", "x", "101", "²"])
def test_a_wrong_number_of_pages_is_one_line(shell: Shell, pages: str) -> None:
    words = ("scrapy", "crawl", "site", "-a", "url=http://daily.test/", "-a", f"pages={pages}")
    assert shell.run(*words, code=2) == (f"scrapy crawl: pages is {pages!r}; write a number from 1 to 100\n")
    assert not shell.db.exists()
