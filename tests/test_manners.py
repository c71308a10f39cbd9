"""Good behaviour, read off the log of the server that was visited: what was asked, when, and with what."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from crawler.session import SessionSettings
from storage.manners import find_turn
from storage.paces import Pace, Paces
from tests.desk import TestDesk, open_desk, utc_now
from tests.feeds import many, rss
from tests.web import Web

FEED = rss(*many(2))
BLOGS = ("*.test=127.0.0.1", "*.blogspot.com=127.0.0.1")


@asynccontextmanager
async def desk_with(folder: Path, web: Web, **told: Any) -> AsyncIterator[TestDesk]:
    """A desk whose hosts are asked as `told`."""
    session = SessionSettings(door=web.settings(resolve=BLOGS), workers=1, **{"gap_s": 0.0, **told})
    async with open_desk(folder, web, session=session) as desk:
        yield desk


async def test_a_platform_is_asked_as_one_host(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", FEED)
    web.serve("/feed.xml", status=429, host="two.blogspot.com")
    async with desk_with(tmp_path, web) as desk:
        for name in ("one", "two", "three"):
            desk.add(f"{name}.blogspot.com")
        assert desk.rows("SELECT DISTINCT host FROM source") == ["blogspot.com"]
        await desk.crawl()
        assert [request.host for request in web.log] == ["one.blogspot.com", "two.blogspot.com"]
        assert desk.rows("SELECT host FROM host WHERE blocked_until IS NOT NULL") == ["blogspot.com"]
        words = desk.rows("SELECT outcome_words FROM source WHERE id = 2")[0]
        assert words.startswith("two.blogspot.com:")


async def test_a_host_that_says_too_often_is_asked_half_as_often(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", status=429)
    async with desk_with(tmp_path, web) as desk:
        source = desk.add("busy.test")
        host = desk.rows("SELECT host FROM source")[0]
        for times in (1, 2):
            await desk.crawl(source)
            turn = desk.writer.do(lambda db: find_turn(db, host, paces=Paces(), now=utc_now()))
            assert turn.pace == Pace(
                gap_s=pytest.approx(2.0**times, rel=1e-3), per_minute=pytest.approx(30 / 2**times, rel=1e-3)
            )
            desk.writer.do(lambda db: db.conn.execute("UPDATE host SET blocked_until = NULL"))


async def test_a_second_crawl_goes_on_with_the_minute(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.hosts.MINUTE_S", 1.0)
    web.serve("/feed.xml", FEED)
    async with desk_with(tmp_path, web, per_minute=3.0) as desk:
        sources = [desk.add("daily.test", f"/feed.xml?{number}") for number in range(4)]
        await desk.crawl(*sources[:2])
        await desk.crawl(*sources[2:])
        first, second, third, fourth = (request.at for request in web.log)
        assert third - first < 1.0 <= fourth - second


async def test_a_host_of_ones_own_has_its_own_pace(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", FEED)
    own = ((f"slow.test:{web.port}", Pace(gap_s=0.6, per_minute=None)),)
    async with desk_with(tmp_path, web, own=own) as desk:
        for number in range(2):
            desk.add("slow.test", f"/feed.xml?{number}")
            desk.add("daily.test", f"/feed.xml?{number}")
        await desk.crawl()
        for host, slow in (("slow.test", True), ("daily.test", False)):
            first, second = (request.at for request in web.log if request.host == host)
            assert (second - first >= 0.6) is slow
