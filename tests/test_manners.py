"""Good behaviour, read off the log of the server that was visited: what was asked, when, and with what."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.session import SessionSettings
from scheduler.desk import Desk
from storage.hosts import Wanted
from storage.manners import find_turn
from storage.moves import BY_HAND, Place, move_source
from storage.paces import Pace, Paces
from tests.desk import TestDesk, open_desk, utc_now
from tests.feeds import many, rss
from tests.shell import Shell
from tests.web import Web, web_in_thread

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


# A feed over many days: `visits` at hours after the first, on a clock of the test's own.

START = utc_now() - timedelta(days=30)


async def visits(desk: TestDesk, *hours: float) -> None:
    for hour in hours:
        now = START + timedelta(hours=hour)
        await Desk(desk.writer, desk.settings, now=lambda: now).run(Wanted(asked_at=now))  # noqa: B023


def source(desk: TestDesk, columns: str, source_id: int = 1) -> Any:
    return desk.rows(f"SELECT {columns} FROM source WHERE id = ?", source_id)[0]


MOVES = [
    # what, status, visits at these hours, moved
    ("permanent, over two days", 301, (0, 24, 48), True),
    ("308 as well", 308, (0, 1, 2, 49), True),
    ("two answers", 301, (0, 48), False),
    ("three within two days", 301, (0, 20, 47), False),
    ("for now", 302, (0, 24, 48, 72, 96), False),
    ("for now, with the method kept", 307, (0, 24, 48, 72, 96), False),
]


@pytest.mark.parametrize(("what", "status", "hours", "moved"), MOVES, ids=[case[0] for case in MOVES])
async def test_a_feed_that_moved(
    tmp_path: Path, web: Web, what: str, status: int, hours: tuple[float, ...], moved: bool
) -> None:
    web.redirect("/feed.xml", web.url("new.test", "/news.xml"), status, host="old.test")
    web.serve("/news.xml", FEED, etag='"1"')
    async with desk_with(tmp_path, web) as desk:
        desk.add("old.test")
        await visits(desk, *hours)
        place = ("new.test", "/news.xml") if moved else ("old.test", "/feed.xml")
        address = web.url(*place)
        assert source(desk, "address, host") == (address, f"{place[0]}:{web.port}")
        assert desk.rows("SELECT old_address, new_address FROM source_move") == (
            [(web.url("old.test", "/feed.xml"), address)] if moved else []
        )
        before = len(web.log)
        await visits(desk, 200)
        assert ("old.test" in [request.host for request in web.log[before:]]) is not moved
        assert desk.rows("SELECT count(*) FROM story") == [2]


async def test_an_interruption_begins_the_count_anew(tmp_path: Path, web: Web) -> None:
    async with desk_with(tmp_path, web) as desk:
        desk.add("old.test")
        web.serve("/news.xml", FEED)
        for hour, broken in ((0, False), (30, False), (60, True), (70, False), (80, False)):
            web.redirect("/feed.xml", web.url("new.test", "/news.xml"), host="old.test")
            if broken:
                web.serve("/feed.xml", FEED, host="old.test")
            await visits(desk, hour)
        assert source(desk, "moved_count, address") == (2, web.url("old.test", "/feed.xml"))
        web.redirect("/feed.xml", web.url("new.test", "/none.xml"), host="old.test")
        await visits(desk, 200, 300, 400)  # nothing to read there
        assert source(desk, "moved_count, address") == (0, web.url("old.test", "/feed.xml"))


async def test_a_move_to_a_known_source_makes_one_of_the_two(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(*many(3)), host="old.test")
    web.serve("/news.xml", rss(*many(2)))
    async with desk_with(tmp_path, web) as desk:
        desk.add("old.test", tags=("local",))
        desk.add("new.test", "/news.xml", tags=("daily",))
        await visits(desk, 0)
        web.redirect("/feed.xml", web.url("new.test", "/news.xml"), host="old.test")
        await visits(desk, 24, 48, 80)
        state, why = source(desk, "state, next_visit_why")
        assert state == "retired" and "source 2" in why
        assert source(desk, "state, tags", 2) == ("active", '["daily", "local"]')
        assert desk.rows("SELECT merged_into FROM source_move") == [2]
        carried = "SELECT DISTINCT story_id FROM sighting WHERE source_id = ? ORDER BY 1"
        assert desk.rows(carried, 2) == [1, 2, 3] and desk.rows(carried, 1) == [1, 2]
        await visits(desk, 100)
        assert desk.rows("SELECT count(*) FROM story") == [3]


def test_secrets_do_not_move_to_another_origin_and_a_person_may_undo(tmp_path: Path) -> None:
    with web_in_thread() as web:
        shell = Shell(tmp_path, web)
        web.serve("/feed.xml", FEED)
        web.serve("/news.xml", FEED)
        old, new = web.url("old.test", "/feed.xml"), web.url("new.test", "/news.xml")
        shell.run("add", old)
        shell.run("sources", "edit", "1", "--auth", "paper", "--proxy", "relay")
        assert "secrets were dropped" in shell.run("sources", "edit", "1", "--address", new)
        told = json.loads(shell.run("sources", "show", "1", "--json"))
        assert (told["address"], told["auth"], told["proxy"]) == (new, None, "relay")
        assert [move["old_address"] for move in told["moves"]] == [old]
        shell.run("sources", "edit", "1", "--address", old)
        told = json.loads(shell.run("sources", "show", "1", "--json"))
        assert told["address"] == old and len(told["moves"]) == 2
        assert f"{new} -> {old}" in shell.run("sources", "show", "1")


async def test_what_a_person_undid_is_not_done_again(tmp_path: Path, web: Web) -> None:
    web.redirect("/feed.xml", web.url("new.test", "/news.xml"), host="old.test")
    web.serve("/news.xml", FEED)
    async with desk_with(tmp_path, web) as desk:
        desk.add("old.test")
        await visits(desk, 0, 24, 48)
        old = Place(address=web.url("old.test", "/feed.xml"), host=f"old.test:{web.port}", site="old.test")
        desk.writer.do(lambda db: move_source(db, 1, old, why=BY_HAND, now=START))
        await visits(desk, 100, 130, 160, 190)
        assert source(desk, "address, moved_count") == (old.address, 4)


async def test_validators_that_lie_are_not_sent_any_more(tmp_path: Path, web: Web) -> None:
    async with desk_with(tmp_path, web) as desk:
        desk.add("daily.test")
        for hour, count in ((0, 2), (1, 2), (2, 3), (3, 4)):
            body = rss(*many(count))
            web.serve("/feed.xml", body, headers={"ETag": '"same"'})  # and never a 304
            await visits(desk, hour)
        sent = [request.headers.get("if-none-match") for request in web.log]
        assert sent == [None, '"same"', '"same"', None]
        assert source(desk, "distrusted_at") is not None
        words = desk.rows("SELECT words FROM visit ORDER BY id")
        assert "asked without" in words[2] and not any(
            "asked without" in one for one in (*words[:2], words[3])
        )
        assert desk.rows("SELECT count(*) FROM story") == [4]


async def test_every_twentieth_visit_is_unconditional(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", FEED, etag='W/"a b"', last_modified="Tue, 24 Nov 2026 05:35:43 GMT")
    async with desk_with(tmp_path, web, per_minute=None) as desk:
        desk.add("daily.test")
        await visits(desk, *range(41))
        sent = [request.headers.get("if-none-match") for request in web.log]
        assert [number for number, etag in enumerate(sent) if etag is None] == [0, 20, 40]
        assert set(sent) == {None, 'W/"a b"'}  # as it came, to the letter
        dates = {request.headers.get("if-modified-since") for request in web.log}
        assert dates == {None, "Tue, 24 Nov 2026 05:35:43 GMT"}
