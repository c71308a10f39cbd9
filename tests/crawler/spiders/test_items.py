"""Scrapy's commands with the settings of newsdesk: items, users' own spiders, wrong use; also outside a checkout."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsdesk.crawler.spider_process.articles import KEYS
from tests.crawler.spider_process.spider_folder import SpiderFolder, serve_quotes
from tests.support.articles import article
from tests.support.feeds import many, rss
from tests.support.shell import PATIENCE_S, Shell
from tests.support.web import Web, web_in_thread

OWN = """
import scrapy


class Quotes(scrapy.Spider):
    name = "quotes"

    def __init__(self, start, **kwargs):
        super().__init__(**kwargs)
        self.start_urls = [start]

    def parse(self, response):
        yield {"url": response.url, "title": response.css("span.text::text").get()}
"""


@pytest.fixture
def web() -> Iterator[Web]:
    with web_in_thread() as web:
        web.serve("/feed.xml", rss(*many(3)), etag='"1"')
        yield web


@pytest.fixture
def shell(tmp_path: Path, web: Web) -> Shell:
    return Shell(tmp_path, web)


@pytest.fixture
def own(shell: Shell, tmp_path: Path) -> SpiderFolder:
    """A folder of spiders, named by a setting."""
    folder = SpiderFolder(tmp_path)
    shell.environment["NEWSDESK_SPIDERS_FOLDER"] = str(folder.path)
    folder.write("quotes.py", OWN)
    return folder


def scrapy(shell: Shell, *words: str, code: int = 0) -> tuple[str, str]:
    """Scrapy's own command, outside a checkout; what it prints, and what it logs."""
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", *words],
        cwd=shell.folder,
        env={**shell.environment, "SCRAPY_SETTINGS_MODULE": "newsdesk.crawler.settings"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout, done.stderr


WRONG = [  # what is typed, and the one line that it prints
    (("crawl", "feed"), "the spider feed needs an argument: scrapy crawl feed -a url=https://news.example/…"),
    (("crawl", "page"), "the spider page needs an argument: scrapy crawl page -a url=https://news.example/…"),
    (("crawl", "site"), "the spider site needs an argument: scrapy crawl site -a url=https://news.example/…"),
    (
        ("crawl", "quotes", "-a", "tag=x"),
        "the spider quotes needs an argument: scrapy crawl quotes -a start=…",
    ),
    (("crawl", "none"), "there is no spider 'none' in the folder of spiders; there are: quotes"),
    (("crawl",), "name one spider: scrapy crawl feed -a url=https://news.example/feed.xml"),
]


@pytest.mark.parametrize(("words", "line"), WRONG, ids=[" ".join(row[0]) for row in WRONG])
def test_wrong_use_is_one_line(own: SpiderFolder, shell: Shell, words: tuple[str, ...], line: str) -> None:
    assert scrapy(shell, *words, code=2) == ("", f"scrapy crawl: {line}\n")
    assert not shell.db.exists()


def test_users_spiders_are_listed_and_crawl_shows_what_they_yield(
    own: SpiderFolder, shell: Shell, web: Web, tmp_path: Path
) -> None:
    """By `newsdesk scrapy` and by SCRAPY_SETTINGS_MODULE. Nothing is kept."""
    serve_quotes(web)
    own.write("broken.py", "import nothing_of_this_name\n")
    listed = "feed\npage\nquotes\nsite\n"
    assert listed in shell.run("scrapy", "list")
    assert scrapy(shell, "list") == (
        listed,
        "scrapy: broken.py in the folder of spiders cannot be imported:"
        " ModuleNotFoundError: No module named 'nothing_of_this_name'\n",
    )
    start = f"start={web.url('quotes.test', '/page/1/')}"
    log = shell.run("scrapy", "crawl", "quotes", "-a", start, "-O", "out.jsonl")
    assert log.count("Spider closed (finished)") == 1 and "Traceback" not in log
    [item] = map(json.loads, (tmp_path / "out.jsonl").read_text().splitlines())
    assert item["title"] == "Quote 1-0 about the harbour"
    assert not shell.db.exists()
    refused = shell.run("scrapy", "crawl", "quotes", "-a", start, "-s", "ROBOTSTXT_OBEY=1", code=1)
    assert "scrapy crawl: the spider sets ROBOTSTXT_OBEY to '1', which is fixed" in refused
    own.path.chmod(0o777)
    assert shell.run("scrapy", "list", code=1).startswith(
        f"scrapy: {own.path}: others may write to this folder"
    )


def test_a_spider_that_raises_ends_with_exit_code_1(own: SpiderFolder, shell: Shell, web: Web) -> None:
    serve_quotes(web)
    own.write("quotes.py", OWN.replace("        yield", "        raise ValueError('odd')\n        yield"))
    start = web.url("quotes.test", "/page/1/")
    assert "ValueError: odd" in shell.run("scrapy", "crawl", "quotes", "-a", f"start={start}", code=1)


def test_a_crawl_by_hand_leases_its_hosts(own: SpiderFolder, shell: Shell, web: Web) -> None:
    """Where there is a store: a service beside it goes on with the rates."""
    serve_quotes(web)
    start = web.url("quotes.test", "/page/1/")
    shell.run("add", "--force", web.url("other.test", "/feed.xml"))
    shell.run("scrapy", "crawl", "quotes", "-a", f"start={start}")
    columns = "host, lease_owner, next_request_at IS NOT NULL"
    rows = shell.rows(f"SELECT {columns} FROM host WHERE host LIKE 'quotes%'")
    assert rows == [(f"quotes.test:{web.port}", None, 1)]


def test_the_stories_of_a_feed_and_of_a_page_are_its_items(shell: Shell, web: Web, tmp_path: Path) -> None:
    """Also when nothing changed since the last crawl. They have the keys that users' items have."""
    web.serve("/ferry", article(), type="text/html")
    feed, out = web.url("daily.test", "/feed.xml"), tmp_path / "out.jsonl"
    for _ in range(2):
        _, log = scrapy(shell, "crawl", "feed", "-a", f"url={feed}", "-O", str(out))
        assert "Traceback" not in log and "TypeError" not in log
        items = [json.loads(line) for line in out.read_text().splitlines()]
        stored = shell.rows("SELECT url, title, published FROM story ORDER BY id")
        assert [(one["url"], one["title"], one["published"]) for one in items] == stored and len(stored) == 3
        assert all(set(one) <= set(KEYS) for one in items)
    scrapy(shell, "crawl", "page", "-a", f"url={web.url('daily.test', '/ferry')}", "-O", str(out))
    [item] = [json.loads(line) for line in out.read_text().splitlines()]
    assert item["title"] == "Ferry timetable changes on Monday" and item["text"]
    scrapy(shell, "crawl", "feed", "-a", f"url={web.url('daily.test', '/no')}", "-O", str(out), code=1)
    assert out.read_text() == ""
