"""robots.txt: where it is parsed, how much of it is kept, and what a text that cannot be parsed means."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from protego import Protego

from newsdesk.crawler.politeness.bounded_cache import BoundedCache
from newsdesk.crawler.politeness.rate_limiter import MOST_HOSTS, RateLimiter
from newsdesk.crawler.politeness.robots import LONGEST_DELAY_S, RobotsParser, fetch_robots
from newsdesk.crawler.politeness.robots_access import RobotsAccess
from newsdesk.crawler.session import Session
from newsdesk.crawler.session_settings import SessionSettings
from newsdesk.crawler.workers.pool import WorkerLimitError, WorkerPool
from newsdesk.crawler.workers.readers.robots import MOST_SITEMAPS
from newsdesk.crawler.workers.robots_task import QUICK_CHARACTERS, RobotsTask
from newsdesk.storage.records.hosts import Robots
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.visits import Limits
from tests.support.web import Web

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LIMITS = Limits()
LARGE = "User-agent: *\nCrawl-delay: 7\nSitemap: http://daily.test/news.xml\nDisallow: /no/\n" + "".join(
    f"Disallow: /{number}/*$\n" for number in range(12_000)
)  # 240 kB: 0.2 s
MANY_AGENTS = "".join(f"User-agent: n{number}\n" for number in range(300)) + "Disallow: /x\n" * 150  # 6 kB


def task(robots_txt: str, *addresses: str) -> RobotsTask:
    return RobotsTask(robots_txt=robots_txt, addresses=addresses, limits=LIMITS)


def utc_now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def open_pool() -> AsyncIterator[WorkerPool]:
    pool = WorkerPool(workers=1)
    try:
        yield pool
    finally:
        await pool.aclose()


def page(web: Web, path: str = "/no/story", **fields: Any) -> ClaimedPage:
    address = web.url("daily.test", path)
    return ClaimedPage(page_id=1, url=address, host=f"daily.test:{web.port}", delay_s=0.0, **fields)


@asynccontextmanager
async def open_session(web: Web) -> AsyncIterator[Session]:
    settings = SessionSettings(client=web.settings(), workers=1, delay_s=0.0, per_minute=None)
    async with Session(settings, now=utc_now) as session:
        yield session


async def longest_pause(work: asyncio.Task[Any]) -> float:
    """Seconds for which the loop did nothing else while `work` ran."""
    longest, last = 0.0, time.perf_counter()
    while not work.done():
        await asyncio.sleep(0.001)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    return longest


@pytest.mark.parametrize("robots_txt", [LARGE, MANY_AGENTS], ids=["many rules", "many agents"])
async def test_a_text_that_takes_long_is_parsed_in_the_pool(robots_txt: str) -> None:
    started = time.perf_counter()
    Protego.parse(robots_txt)
    alone_s = time.perf_counter() - started
    assert not task(robots_txt).is_quick
    async with open_pool() as pool:
        parser = RobotsParser(pool)
        await pool.read(task(""))  # the worker starts
        work = asyncio.create_task(parser.rules(robots_txt, ("http://a.test/x",), limits=LIMITS))
        assert await longest_pause(work) < max(0.02, alone_s / 2)


@pytest.mark.parametrize(
    ("robots_txt", "quick"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /x\n" * 30, True),
        ("User-agent: *\nDisallow: /x" + "a" * QUICK_CHARACTERS, False),
        (MANY_AGENTS, False),
        (MANY_AGENTS.replace("\n", "\r"), False),
        (MANY_AGENTS.replace("User-agent", "USERAGENT"), False),
    ],
)
def test_which_texts_are_parsed_in_the_loop(robots_txt: str, quick: bool) -> None:
    assert task(robots_txt).is_quick is quick


async def test_a_large_text_has_the_rules_of_a_small_one(web: Web) -> None:
    web.serve("/robots.txt", LARGE, type="text/plain")
    async with web.client() as client, open_pool() as pool:
        parser = RobotsParser(pool)
        robots, _ = await fetch_robots(
            web.url("daily.test", "/story"), client=client, parser=parser, limits=LIMITS, before=None
        )
        assert isinstance(robots, Robots) and robots.delay_s == 7.0 and robots.robots_txt == LARGE
        allowed = [
            await parser.allows(LARGE, web.url("daily.test", path), limits=LIMITS)
            for path in ("/yes/story", "/no/story", "/77/")
        ]
        assert allowed == [True, False, False]
        assert (await parser.rules(LARGE, limits=LIMITS)).sitemaps == ("http://daily.test/news.xml",)


async def test_an_address_is_looked_up_in_a_large_text_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_pool() as pool:
        parser, tasks = RobotsParser(pool), []
        read = pool.read

        async def counted(task: Any, share: Any = None) -> Any:
            tasks.append(task)
            return await read(task, share)

        monkeypatch.setattr(pool, "read", counted)
        for _ in range(3):
            assert not await parser.allows(LARGE, "http://a.test/no/story", limits=LIMITS)
    assert len(tasks) == 1


async def test_no_pool_starts_for_a_small_text(web: Web) -> None:
    web.serve("/robots.txt", "User-agent: *\nDisallow: /no/\n", type="text/plain")
    async with open_session(web) as session:
        result = await session.read_page(page(web))
        assert result.outcome.code == "robots" and session._pool._pool is None


HOPELESS = (
    "".join(f"User-agent: n{number}\n" for number in range(8000)) + "Disallow: /x*y\n" * 8000
)  # minutes


async def test_a_text_that_cannot_be_parsed_allows_nothing(
    web: Web, caplog: pytest.LogCaptureFixture
) -> None:
    """RFC 9309, 2.3.1.4: like one that cannot be reached. Its host costs one worker, once an hour."""
    web.serve("/robots.txt", HOPELESS, type="text/plain")
    web.serve("/yes/story", b"<html>", type="text/html")
    limits = Limits(reading_s=0.5)
    async with open_session(web) as session:
        result = await session.read_page(page(web, "/yes/story", limits=limits))
        assert (result.outcome.code, result.outcome.category) == ("robots-unreachable", "temporary")
        assert "robots.txt of daily.test" in result.outcome.message and "parsed" in result.outcome.message
        [robots] = result.robots
        assert robots.robots_txt is None
        again = await session.read_page(page(web, "/yes/other", limits=limits))
        assert again.outcome.code == "robots-unreachable"
    assert sum("RobotsTask failed" in record.message for record in caplog.records) == 1  # parsed once
    assert web.requests_to("/yes/story") == [] and len(web.requests_to("/robots.txt")) == 1


async def test_a_stored_text_that_cannot_be_parsed_says_which_limit(web: Web) -> None:
    stored = Robots(host=f"daily.test:{web.port}", robots_txt=HOPELESS, read_at=utc_now())
    async with open_session(web) as session:
        result = await session.read_page(page(web, robots=(stored,), limits=Limits(reading_s=0.5)))
        assert result.outcome.code == "robots-unreachable"
        assert "could not be parsed (reading it took longer than 0.5 s)" in result.outcome.message
        assert [one.robots_txt for one in result.robots] == [None]


async def test_a_robots_txt_that_hangs_ends_by_the_deadline(web: Web) -> None:
    web.serve("/robots.txt", hang=True)
    async with web.client() as client, open_pool() as pool:
        robots, _ = await fetch_robots(
            web.url("daily.test", "/story"),
            client=client,
            parser=RobotsParser(pool),
            limits=Limits(visit_s=0.2),
            before=None,
        )
    assert isinstance(robots, Robots) and robots.robots_txt is None


async def test_a_crawl_delay_has_a_bound(web: Web) -> None:
    web.serve("/robots.txt", "User-agent: *\nCrawl-delay: 3600\n", type="text/plain")
    async with web.client() as client, open_pool() as pool:
        robots, _ = await fetch_robots(
            web.url("daily.test"), client=client, parser=RobotsParser(pool), limits=LIMITS, before=None
        )
    assert isinstance(robots, Robots) and robots.delay_s == LONGEST_DELAY_S


def test_sitemaps_have_a_bound() -> None:
    assert len(task("Sitemap: x\n" * 10_000).read().sitemaps) == MOST_SITEMAPS


def test_parsed_texts_of_many_hosts_are_not_all_held() -> None:
    """A parsed text takes up to twenty times its size."""
    before = sum(isinstance(one, Protego) for one in gc.get_objects())
    for number in range(300):
        robots_txt = f"User-agent: *\nDisallow: /{number}/\n"
        assert task(robots_txt, "http://a.test/x", f"http://a.test/{number}/x").read().allowed == (
            True,
            False,
        )
    gc.collect()
    assert sum(isinstance(one, Protego) for one in gc.get_objects()) <= before + 128


async def test_a_session_keeps_a_bounded_number_and_size_of_texts(web: Web) -> None:
    async with web.client() as client, open_pool() as pool:
        access = RobotsAccess(client, pool, RateLimiter(delay_s=0.0), now=utc_now)
        for number in range(1500):
            host = f"h{number}.test"
            stored = (Robots(host=host, robots_txt="# a\n", read_at=utc_now()),)
            claimed = ClaimedPage(page_id=1, url=f"http://{host}/", host=host, robots=stored)
            assert await access.refusal(claimed, claimed.url) is None
        assert len(access._robots) == 1024 and len(access._locks) == 0


def test_a_cache_drops_what_was_not_used_for_longest() -> None:
    cache: BoundedCache[str, str] = BoundedCache(3, most_size=10, size_of=len)
    for key, value in (("a", "1"), ("b", "22"), ("c", "333")):
        cache.set(key, value)
    assert cache.get("a") == "1"
    cache.set("d", "4444")
    assert [key for key in "abcd" if key in cache] == ["a", "c", "d"]
    cache.set("e", "555555")  # one too many, and then too large
    assert [key for key in "acde" if key in cache] == ["d", "e"]
    cache.set("f", "x" * 50)
    assert [key for key in "def" if key in cache] == ["f"]


async def test_the_rate_limiter_holds_a_bounded_number_of_hosts() -> None:
    limiter = RateLimiter(delay_s=0.0, now=lambda: NOW)
    async with limiter.turn("busy.test"):
        for number in range(MOST_HOSTS + 5000):
            limiter.block(f"h{number}.test", NOW + timedelta(hours=1 + number % 7))
        assert len(limiter) <= MOST_HOSTS
        assert limiter.next_request_at("busy.test") == NOW
    assert limiter.blocked_until("h6.test") is not None, "the longest pauses stay"


async def test_worker_limit_errors_of_the_parser_are_raised() -> None:
    async with open_pool() as pool:
        with pytest.raises(WorkerLimitError, match=r"longer than 0\.3 s"):
            await RobotsParser(pool).rules(HOPELESS, limits=Limits(reading_s=0.3))
