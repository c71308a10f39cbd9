"""A visit by a user's spider: what it yields becomes stories, what it does becomes the outcome."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from textwrap import indent

import pytest
import pytest_asyncio

from newsdesk.storage.records.visits import Limits
from tests.crawler.spider_process.spider_folder import (
    QUOTES,
    SpiderFolder,
    add_spider,
    quotes_page,
    serve_quotes,
)
from tests.support.runner import TestRunner, open_runner
from tests.support.web import Web

OUTCOME = "SELECT outcome, outcome_category, outcome_message FROM source"
COUNTS = "SELECT seen, new, changed, same, duplicate, refused FROM visit"
STORY = 'yield {"url": response.urljoin("/story"), "title": "Ferry timetable changes"}\n'


@pytest.fixture
def folder(tmp_path: Path) -> SpiderFolder:
    return SpiderFolder(tmp_path)


@pytest_asyncio.fixture
async def web() -> AsyncIterator[Web]:
    async with Web() as web:
        web.serve("/robots.txt", b"User-agent: *\nDisallow: /private\n", type="text/plain")
        web.serve("/start", "<h1>Start</h1>", type="text/html")
        web.serve("/second", "<h1>Second</h1>", type="text/html")
        yield web


def opened(folder: SpiderFolder, web: Web, tmp_path: Path, *, limits: Limits | None = None, **changes: float):
    return open_runner(tmp_path, web, limits=limits, session=folder.settings(web, **changes))


async def crawled(
    runner: TestRunner, name: str, web: Web, **fields: tuple[tuple[str, str], ...]
) -> str | None:
    """Crawl one spider; its traceback."""
    add_spider(runner, name, web.url("daily.test", "/start"), **fields)
    await runner.crawl()
    [visit] = runner.visits
    traceback: str | None = visit.result.traceback
    return traceback


async def test_a_spider_of_the_tutorial_s_shape_is_a_source(
    folder: SpiderFolder, web: Web, tmp_path: Path
) -> None:
    """Each quote is a story; the second crawl finds them the same, a third finds the one that is new."""
    serve_quotes(web)
    start = web.url("quotes.test", "/page/1/")
    folder.write("quotes.py", QUOTES.format(start=start))
    async with opened(folder, web, tmp_path) as runner:
        add_spider(runner, "quotes", start)
        await runner.crawl()
        await runner.crawl()
        web.serve("/page/3/", quotes_page(3, quotes=4), type="text/html")
        await runner.crawl()
        assert runner.rows(COUNTS) == [(9, 9, 0, 0, 0, 0), (9, 0, 0, 9, 0, 0), (10, 1, 0, 9, 0, 0)]
        assert runner.rows("SELECT DISTINCT name FROM author") == ["Ada Marsh"]
        [story] = runner.rows("SELECT title, site, kind FROM story WHERE title LIKE 'Quote 1-0%'")
        assert story == ("Quote 1-0 about the harbour", "quotes.test", "article")
        assert runner.rows("SELECT text FROM story_body LIMIT 1") == ["Quote 1-0 about the harbour"]
        [(code, category, message)] = runner.rows(OUTCOME)
        assert (code, category, message) == ("read", "ok", "read 10 items from 3 pages")
        assert runner.rows("SELECT next_visit_at > last_visit_at, failures FROM source") == [(1, 0)]
        assert runner.rows("SELECT count(*) FROM host WHERE lease_owner IS NOT NULL") == [0]
    requested = [request.path for request in web.log if request.path != "/.well-known/tdmrep.json"]
    assert requested[:4] == ["/robots.txt", "/page/1/", "/page/2/", "/page/3/"]
    assert {request.headers["user-agent"] for request in web.log} == {web.settings().user_agent}


async def test_arguments_and_settings_come_from_the_row(
    folder: SpiderFolder, web: Web, tmp_path: Path
) -> None:
    folder.spider(
        "told",
        'most = self.settings.getint("CLOSESPIDER_ITEMCOUNT")\n'
        'yield {"url": response.urljoin("/story"), "title": f"{self.tag} {most}"}',
        start=web.url("daily.test", "/start"),
    )
    async with opened(folder, web, tmp_path) as runner:
        await crawled(
            runner, "told", web, arguments=(("tag", "humor"),), settings=(("CLOSESPIDER_ITEMCOUNT", "7"),)
        )
        assert runner.rows("SELECT title FROM story") == ["humor 7"]
        assert runner.rows("SELECT address FROM source") == ["spider:told?tag=humor"]


async def test_a_spider_may_yield_only_what_is_new(folder: SpiderFolder, web: Web, tmp_path: Path) -> None:
    """For a feed that would be a gap."""
    parse = (
        'for name in response.css("p::text").getall(): yield {"url": response.urljoin(name), "title": name}'
    )
    folder.spider("odd", parse, start=web.url("daily.test", "/start"))
    async with opened(folder, web, tmp_path) as runner:
        add_spider(runner, "odd", web.url("daily.test", "/start"))
        for names in ("ab", "cd", "ef"):
            web.serve("/start", "".join(f"<p>{name}</p>" for name in names), type="text/html")
            await runner.crawl()
        assert runner.rows("SELECT new FROM visit") == [2, 2, 2]
        [(gaps, why)] = runner.rows("SELECT gap_count, next_visit_why FROM source")
        assert gaps == 0 and "none of the known entries" not in why


# A story, then a second page whose callback ends it: what Scrapy has taken by then is kept.
SECOND = f'{STORY}yield response.follow("/second", self.second)\n'
ENDS = [  # what parse does, and second; outcome, category, a part of the message and of the traceback, stories kept
    ("pass", "", "read", "ok", "read 0 items from 1 page", "", 0),
    (f"{STORY}raise KeyError('byline')", "", "spider-error", "unreadable", "KeyError: 'byline'; 1 item", "in parse", 1),
    (SECOND, "raise KeyError('byline')", "spider-error", "unreadable", "1 item from 2 pages", "in second", 1),
    (SECOND, "sys.exit(3)", "spider-error", "unreadable", "exit code 3 before the end of its crawl; 1 item", "", 1),
    (SECOND, "print('so long', flush=True); os._exit(0)", "spider-error", "unreadable", "exit code 0", "so long", 1),
    (SECOND, "os.kill(os.getpid(), 11)", "spider-error", "unreadable", "exit code -11", "", 1),
    (SECOND, "time.sleep(3600)", "spider-limit", "unreadable", "longer than 6 s (spiders.timeout_s); 1 item", "", 1),
    (SECOND, "while True: pass", "spider-limit", "unreadable", "longer than 6 s", "", 1),
    ("yield scrapy.Request(response.urljoin('/private/1'))", "", "read", "ok", "1 request failed: 1 robots", "", 0),
    ("yield scrapy.Request('http://10.0.0.1/')", "", "read", "ok", "1 request failed: 1 not-allowed", "", 0),
    ("yield scrapy.Request('http://169.254.169.254/latest/')", "", "read", "ok", "1 not-allowed", "", 0),
    ("yield scrapy.Request('file:///etc/passwd', self.second)", STORY, "read", "ok", "0 items", "", 0),
    ("yield scrapy.FormRequest(response.url, formdata={'a': 'b'})", "", "read", "ok", "1 unsupported-request", "", 0),
    ("yield {'url': '/story', 'title': 'x'}", "", "read", "ok", "'/story', no http address; use", "", 0),
    ("yield {'url': response.url, 'titel': 'x'}", "", "read", "ok", "did you mean 'title'?", "", 0),
    ("yield {'url': response.url}", "", "read", "ok", "neither title nor text", "", 0),
    ("yield {'url': response.url, 'title': object()}", "", "read", "ok", "title is a object; give a text", "", 0),
    ("yield 7", "", "read", "ok", "1 item refused: a int is no item; yield a dict or an Article", "", 0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("parse", "second", "code", "category", "message", "trace", "stories"),
    ENDS,
    ids=[f"{row[0][-40:]} {row[1]}" for row in ENDS],
)
async def test_what_a_spider_does_is_the_outcome_of_its_visit(
    folder: SpiderFolder, web: Web, tmp_path: Path, parse: str, second: str, code: str, category: str, message: str,
    trace: str, stories: int,
) -> None:  # fmt: skip
    more = f"def second(self, response):\n{indent(second or 'pass', '    ')}\n"
    folder.spider("odd", f"{parse}\nyield from ()", start=web.url("daily.test", "/start"), more=more)
    timeout_s = 6.0 if "6 s" in message else 60.0
    async with opened(folder, web, tmp_path, timeout_s=timeout_s) as runner:
        traceback = await crawled(runner, "odd", web)
        [(got, of_category, text)] = runner.rows(OUTCOME)
        assert (got, of_category) == (code, category), text
        assert message in text and trace in (traceback or "")
        assert runner.rows("SELECT count(*) FROM story") == [stories]
        [(seen, *parts)] = runner.rows(COUNTS)
        assert seen == sum(parts)
    assert not [request for request in web.log if request.path.startswith("/private")]
