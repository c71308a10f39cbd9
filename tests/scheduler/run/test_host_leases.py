"""A spider requests other hosts than that of its source: each request under a lease of that host."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from newsdesk.scheduler.run.leases import HostLeases
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.hosts.leases import release
from newsdesk.storage.hosts.single_lease import lease_host
from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.rate_limits import RateLimits
from tests.crawler.spider_process.spider_folder import SpiderFolder, add_spider
from tests.support.runner import TestRunner, open_runner, utc_now
from tests.support.web import Web

PARSE = """
    yield {"url": response.url, "title": response.css("h1::text").get()}
    if "start" in response.url:
        yield scrapy.Request(response.url.replace("daily", "other").replace("start", "there"))
"""


@pytest_asyncio.fixture
async def web() -> AsyncIterator[Web]:
    async with Web() as web:
        web.serve("/start", "<h1>Start</h1>", type="text/html")
        web.serve("/there", "<h1>There</h1>", type="text/html")
        yield web


def opened(tmp_path: Path, web: Web) -> AbstractAsyncContextManager[TestRunner]:
    folder = SpiderFolder(tmp_path)
    folder.spider("odd", PARSE, start=web.url("daily.test", "/start"))
    return open_runner(tmp_path, web, session=folder.settings(web))


def take(runner: TestRunner, queue: str) -> bool:
    """Another process leases a host."""
    job = partial(
        lease_host,
        queue=queue,
        owner="another.machine:1:1",
        now=utc_now(),
        lease_s=60.0,
        rate_limits=RateLimits(),
    )
    return runner.writer.do(job).leased


def leases(runner: TestRunner, held: set[str]) -> HostLeases:
    return HostLeases(runner.writer, runner.settings, held, owner="this:1:1", now=utc_now)


async def test_another_host_is_leased_for_each_request_and_free_after_it(tmp_path: Path, web: Web) -> None:
    async with opened(tmp_path, web) as runner:
        add_spider(runner, "odd", web.url("daily.test", "/start"))
        await runner.crawl()
        assert runner.rows("SELECT title FROM story ORDER BY title") == ["Start", "There"]
        columns = "host, lease_owner, next_request_at IS NOT NULL"
        assert runner.rows(f"SELECT {columns} FROM host ORDER BY host") == [
            (f"daily.test:{web.port}", None, 1),
            (f"other.test:{web.port}", None, 1),
        ]


async def test_a_host_that_another_process_requests_is_waited_for(tmp_path: Path, web: Web) -> None:
    async with opened(tmp_path, web) as runner:
        queue = f"other.test:{web.port}"
        add_spider(runner, "odd", web.url("daily.test", "/start"))
        assert take(runner, queue) and not take(runner, queue)
        crawl = asyncio.create_task(runner.crawl())
        while not web.requests_to("/start"):  # noqa: ASYNC110 - of the server in this process
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.5)
        assert web.requests_to("/there") == [] and not crawl.done()
        runner.writer.do(partial(release, host=queue, owner="another.machine:1:1"))
        await crawl
        assert len(web.requests_to("/there")) == 1


async def test_a_host_that_stays_busy_costs_that_request_only(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsdesk.scheduler.run.leases.OTHER_HOST_S", 0.3)
    async with opened(tmp_path, web) as runner:
        add_spider(runner, "odd", web.url("daily.test", "/start"))
        take(runner, f"other.test:{web.port}")
        await runner.crawl()
        assert web.requests_to("/there") == []
        assert runner.rows("SELECT outcome, outcome_message FROM source") == [
            ("read", "read 1 item from 1 page; 1 request failed: 1 host-busy")
        ]


async def test_a_host_that_asked_for_a_pause_gets_no_request(tmp_path: Path, web: Web) -> None:
    async with opened(tmp_path, web) as runner:
        add_spider(runner, "odd", web.url("daily.test", "/start"))
        until = to_iso(utc_now() + timedelta(hours=1))
        values = (f"other.test:{web.port}", until)
        runner.writer.do(
            lambda db: (
                db.conn.execute("INSERT INTO host (host, blocked_until) VALUES (?, ?)", values).rowcount
            )
        )
        await runner.crawl()
        assert {request.host for request in web.log} == {"daily.test"}
        [message] = runner.rows("SELECT outcome_message FROM source")
        assert "1 request failed" in message


async def test_one_request_at_a_time_and_what_it_showed_is_kept(tmp_path: Path, web: Web) -> None:
    """Also where the run has claimed the host itself: then the claim goes on."""
    async with opened(tmp_path, web) as runner:
        held: set[str] = set()
        others = leases(runner, held)
        later = utc_now() + timedelta(minutes=10)
        at_once = 0

        async def request() -> None:
            nonlocal at_once
            async with others.lease("b.test") as lease:
                at_once += 1
                assert at_once == 1 and held == {"b.test"} and lease.schedule is not None
                await asyncio.sleep(0.01)
                lease.host_updates = (HostUpdate(host="b.test", next_request_at=later),)
                at_once -= 1

        await asyncio.gather(request(), request(), request())
        stored = "SELECT lease_owner, next_request_at FROM host WHERE host = 'b.test'"
        assert held == set() and runner.rows(stored) == [(None, to_iso(later))]
        held.add("c.test")
        async with others.lease("c.test") as lease:
            assert lease.schedule is None and lease.refused is None
            lease.host_updates = (HostUpdate(host="c.test", next_request_at=later),)
        assert held == {"c.test"}
        assert runner.rows("SELECT next_request_at FROM host WHERE host = 'c.test'") == [to_iso(later)]
