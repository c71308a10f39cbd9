"""Plain Scrapy from the project's root: the same feed reader, the same store."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from scrapy import Request
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import HtmlResponse

from newsdesk.crawler.session_settings import ClientSettings, SessionSettings
from newsdesk.crawler.spiders.download_handler import ClientDownloadHandler
from newsdesk.scheduler.scrapy_pipeline import KeepPipeline
from newsdesk.storage.db.timestamps import from_iso, to_iso
from newsdesk.storage.records.visits import Limits
from tests.support.articles import article
from tests.support.feeds import many, rss
from tests.support.shell import PATIENCE_S, ROOT, Shell, wait_until
from tests.support.web import Web, web_in_thread


@pytest.fixture
def web() -> Iterator[Web]:
    with web_in_thread() as web:
        web.serve("/feed.xml", rss(*many(3)), etag='"1"')
        yield web


@pytest.fixture
def shell(tmp_path: Path, web: Web) -> Shell:
    shell = Shell(tmp_path, web)
    shell.environment |= {
        "NEWSDESK_DB": str(shell.db),
        "NEWSDESK_NETWORK_ALLOW": f"127.0.0.1:{web.port}",
        "NEWSDESK_NETWORK_RESOLVE": "*.test=127.0.0.1",
        "NEWSDESK_POLITENESS_DELAY_S": "0",
    }
    return shell


def start(shell: Shell, *words: str) -> subprocess.Popen[str]:
    line = [sys.executable, "-m", "scrapy", *words]
    return subprocess.Popen(line, cwd=ROOT, env=shell.environment, stdout=-1, stderr=-1, text=True)


def scrapy(shell: Shell, *words: str, code: int = 0) -> str:
    """What it prints and logs."""
    started = start(shell, *words)
    output = "".join(started.communicate(timeout=PATIENCE_S))
    assert started.returncode == code, output
    return output


def test_list_names_the_spiders(shell: Shell) -> None:
    assert scrapy(shell, "list") == "feed\npage\nsite\n"


def test_crawl_keeps_in_the_same_store_as_newsdesk_does(shell: Shell, web: Web) -> None:
    """Three at once: a new feed, one that newsdesk has, one that is missing. Then the first again."""
    web.serve("/feed.xml", rss(*many(3, site="b.test")), host="b.test")
    new, had, missing = (
        web.url("a.test", "/feed.xml"),
        web.url("b.test", "/feed.xml"),
        web.url("c.test", "/no"),
    )
    shell.run("add", had)
    crawls = [start(shell, "crawl", "feed", "-a", f"url={url}") for url in (new, had, missing)]
    logs = [crawl.communicate(timeout=PATIENCE_S)[1] for crawl in crawls]
    assert "Traceback" not in "".join(logs), logs
    assert ["'newsdesk/new': 3" in log for log in logs] == [True, True, False]
    assert "not-found" in logs[2]
    assert [crawl.returncode for crawl in crawls] == [0, 0, 1]
    columns = "address, state, outcome, stories, failures"
    assert sorted(shell.rows(f"SELECT {columns} FROM sources")) == [
        (new, "paused", "read", 3, 0),
        (had, "active", "read", 3, 0),
        (missing, "paused", "not-found", 0, 1),
    ]
    assert len(json.loads(shell.run("stories", "--json"))) == 6

    assert "unchanged" in scrapy(shell, "crawl", "feed", "-a", f"url={new}")
    assert web.log[-1].headers["if-none-match"] == '"1"'
    assert shell.rows("SELECT count(*) FROM story") == [6]
    assert shell.rows("SELECT DISTINCT kind, visits, ended_by FROM runs") == [("scrapy", 1, "done")]
    assert shell.rows("SELECT count(*) FROM host WHERE lease_owner IS NOT NULL") == [0]

    assert "1 visit," in shell.run("crawl")  # the active one; a paused one only by name
    web.serve("/feed.xml", rss(*many(4)), host="a.test")
    assert "1 new" in shell.run("crawl", new)


SETTINGS = "state, every_s, full_text, tags, last_visit_at IS NOT NULL"


@pytest.mark.parametrize("state", ["active", "paused", "retired"])
def test_a_source_that_is_there_keeps_its_state_and_settings(shell: Shell, web: Web, state: str) -> None:
    feed = web.url("daily.test", "/feed.xml")
    shell.run("add", "--force", feed, "--every", "30m", "--full-text", "--tag", "local")
    if state != "active":
        shell.run("sources", {"paused": "pause", "retired": "retire"}[state], "1")
    visited = state != "retired"
    log = scrapy(shell, "crawl", "feed", "-a", f"url={feed}", code=int(not visited))
    assert shell.rows(f"SELECT {SETTINGS} FROM source") == [(state, 1800, 1, '["local"]', int(visited))]
    assert len(web.requests_to("/feed.xml")) == shell.rows("SELECT count(*) FROM run")[0] == int(visited)
    assert ("is retired; `newsdesk add http" in log) is not visited
    assert "Traceback" not in log and shell.rows("SELECT count(*) FROM host WHERE lease_owner <> ''") == [0]


@pytest.mark.parametrize(
    "url", ["ftp://daily.test/x", "http://127.1/", "nonsense", "http://user:x@daily.test/"]
)
def test_a_bad_address_is_one_line_of_the_log(shell: Shell, url: str) -> None:
    log = scrapy(shell, "crawl", "feed", "-a", f"url={url}", code=1)
    assert log.count("ERROR") == log.count(f"not visited: '{url.replace('user:x', '***')}'") == 1, log
    assert "user:x" not in log
    assert "Traceback" not in log and "Unclosed" not in log
    assert shell.rows("SELECT count(*) FROM source") == shell.rows("SELECT count(*) FROM run") == [0]


def test_the_lease_of_a_killed_crawl_is_released(shell: Shell, web: Web) -> None:
    feed = web.url("daily.test", "/feed.xml")
    shell.run("add", "--force", feed)
    web.serve("/feed.xml", rss(*many(1)), until=threading.Event())
    crawl = shell.start("crawl")
    wait_until(lambda: web.log)
    crawl.kill()
    crawl.communicate()
    web.serve("/feed.xml", rss(*many(3)))
    assert "'newsdesk/new': 3" in scrapy(shell, "crawl", "feed", "-a", f"url={feed}")


async def test_its_lease_is_renewed(shell: Shell, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsdesk.scheduler.run.leases.RENEW_S", 0.05)
    monkeypatch.chdir(shell.folder)
    spider = SimpleNamespace(name="feed", url=web.url("daily.test", "/feed.xml"), claimed=None)
    scrapys = SimpleNamespace(
        settings={"NEWSDESK_SETTINGS": "newsdesk.settings.reader.read_settings"}, spider=spider
    )
    pipeline = KeepPipeline(scrapys)
    await pipeline.open_spider()
    [first] = shell.rows("SELECT lease_until FROM host")
    later = to_iso(from_iso(first) + timedelta(seconds=0.1))
    await asyncio.to_thread(wait_until, lambda: shell.rows("SELECT lease_until FROM host") > [later])
    await pipeline.close_spider()
    assert shell.rows("SELECT lease_until FROM host") == [None]
    assert shell.rows("SELECT ended_by FROM run") == ["ended without a visit"]


def test_a_host_that_another_process_visits_is_not_requested(shell: Shell, web: Web) -> None:
    shell.run("add", "--force", web.url("daily.test", "/slow.xml"), web.url("daily.test", "/feed.xml"))
    web.serve("/slow.xml", rss(*many(1)), until=threading.Event())
    crawl = shell.start("crawl")
    wait_until(lambda: web.log)
    done = scrapy(shell, "crawl", "feed", "-a", f"url={web.url('daily.test', '/feed.xml')}", code=1)
    crawl.kill()
    crawl.communicate()
    assert "is being visited by another process" in done
    assert web.requests_to("/feed.xml") == []


def test_crawl_page_reads_one_page_into_the_same_store(shell: Shell, web: Web) -> None:
    web.serve("/robots.txt", b"User-agent: *\nDisallow: /private\n", type="text/plain")
    web.serve("/ferry", article(), type="text/html", etag='"1"')
    ferry, private = web.url("daily.test", "/ferry"), web.url("daily.test", "/private")
    log = scrapy(shell, "crawl", "page", "-a", f"url={ferry}")
    assert "Traceback" not in log and "'newsdesk/new': 1" in log, log
    assert "robots.txt" in scrapy(shell, "crawl", "page", "-a", f"url={private}", code=1)
    assert "unchanged" in scrapy(shell, "crawl", "page", "-a", f"url={ferry}")
    assert shell.rows("SELECT title, authority FROM story") == [("Ferry timetable changes on Monday", "page")]
    assert [request.path for request in web.log] == [
        "/robots.txt",
        "/.well-known/tdmrep.json",
        "/ferry",
        "/ferry",
    ]
    assert shell.rows("SELECT count(*) FROM host WHERE lease_owner IS NOT NULL") == [0]
    assert json.loads(shell.run("crawl", "--url", ferry, "--log", "json").splitlines()[-1])["pages"] == 1


LINK_SPIDER = """
from scrapy.spiders import CrawlSpider, Rule
from scrapy.linkextractors import LinkExtractor


class Section(CrawlSpider):
    name = "section"
    start_urls = ["{start}"]
    rules = [Rule(LinkExtractor(allow=r"/story-"), callback="parse_story", errback="failed")]

    def parse_story(self, response):
        yield {{"url": response.url, "title": response.css("h1::text").get()}}

    def failed(self, failure):
        yield {{"failed": str(failure.value)}}
"""


def test_a_spider_that_follows_links_fetches_through_the_client(shell: Shell, web: Web) -> None:
    """Typed responses, robots.txt and errors of an ordinary CrawlSpider; its items are passed on."""
    links = "".join(f'<a href="/story-{number}">s</a>' for number in range(4))
    web.serve("/robots.txt", b"User-agent: *\nDisallow: /story-3\n", type="text/plain")
    web.serve("/section", f"<html><body>{links}</body></html>", type="text/html")
    for number in range(2):
        web.serve(f"/story-{number}", f"<html><h1>Story {number}</h1></html>", type="text/html")
    web.serve("/story-2", b"", status=500)
    spider, items = shell.folder / "section.py", shell.folder / "items.jsonl"
    spider.write_text(LINK_SPIDER.format(start=web.url("daily.test", "/section")))
    log = scrapy(shell, "runspider", str(spider), "-O", str(items))
    found = [json.loads(line) for line in items.read_text().splitlines()]
    assert sorted(one["title"] for one in found if "title" in one) == ["Story 0", "Story 1"], log
    assert any("robots.txt" in one.get("failed", "") for one in found), found
    assert [request.path for request in web.log if request.path == "/story-3"] == []
    assert "Traceback" not in log, log


FAILED_DOWNLOADS = [  # a path, what the server answers, Scrapy's exception
    ("/cut", {"body": b"x" * 1000, "cut": 10}, ResponseDataLossError),
    ("/large", {"body": b"x" * 400_000}, DownloadCancelledError),
    ("/packed", {"body": b"no gzip", "headers": {"Content-Encoding": "gzip"}}, DownloadFailedError),
    ("/silent", {"hang": True}, DownloadTimeoutError),
    ("/no/story", {}, IgnoreRequest),
    ("/away", {"status": 302, "headers": {"Location": "http://10.0.0.1/"}}, IgnoreRequest),
]


class _Crawler:
    settings: ClassVar = {"NEWSDESK_SETTINGS": "tests.crawler.spiders.test_scrapy:handler_settings"}


def handler_settings() -> SimpleNamespace:
    """What the handler reads: the settings of a runner."""
    return SimpleNamespace(
        runner=SimpleNamespace(
            session=SessionSettings(client=_CLIENT[0], workers=1, delay_s=0.0, per_minute=None),
            limits=Limits(visit_s=0.5, body_bytes=300_000),
        )
    )


_CLIENT: list[ClientSettings] = []


@asynccontextmanager
async def open_handler(web: Web) -> AsyncIterator[ClientDownloadHandler]:
    web.serve("/robots.txt", b"User-agent: *\nDisallow: /no/\n", type="text/plain")
    _CLIENT[:] = [web.settings()]
    handler = ClientDownloadHandler.from_crawler(_Crawler())  # type: ignore[arg-type]
    try:
        yield handler
    finally:
        await handler.close()
        assert handler._session is None


@pytest.mark.parametrize(
    ("path", "answer", "exception"), FAILED_DOWNLOADS, ids=[row[0] for row in FAILED_DOWNLOADS]
)
async def test_a_failed_download_is_one_of_scrapy_s_exceptions(
    path: str, answer: dict[str, Any], exception: type[Exception]
) -> None:
    async with Web() as web, open_handler(web) as handler:
        web.serve(path, **answer)
        with pytest.raises(exception) as raised:
            await handler.download_request(Request(web.url("daily.test", path)))
        assert type(raised.value) is exception


async def test_a_response_has_its_type_charset_and_status() -> None:
    async with Web() as web, open_handler(web) as handler:
        web.serve(
            "/latin", "<h1>é</h1>".encode("latin-1"), type="text/html; charset=iso-8859-1", coding="gzip"
        )
        web.serve("/none", b"", status=404)
        response = await handler.download_request(Request(web.url("daily.test", "/latin")))
        assert isinstance(response, HtmlResponse) and response.css("h1::text").get() == "é"
        assert response.encoding == "cp1252" and "Content-Encoding" not in response.headers
        missing = await handler.download_request(Request(web.url("daily.test", "/none")))
        assert missing.status == 404
        for request in (Request(web.url("daily.test"), method="POST"), Request("ftp://daily.test/x")):
            with pytest.raises(IgnoreRequest):
                await handler.download_request(request)
