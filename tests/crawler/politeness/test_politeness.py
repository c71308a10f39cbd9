"""Good behaviour, read off the log of the server that was visited: what was asked, when, and with what."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from newsdesk.crawler.session_settings import SessionSettings
from newsdesk.scheduler.run.runner import Runner
from newsdesk.storage.db.timestamps import from_iso
from newsdesk.storage.hosts.leases import Wanted
from newsdesk.storage.hosts.politeness import find_host_schedule
from newsdesk.storage.records.rate_limits import RateLimit, RateLimits
from newsdesk.storage.sources.moves import BY_HAND, SourceAddress, move_source
from tests.support.feeds import many, rss
from tests.support.runner import TestRunner, open_runner, utc_now
from tests.support.shell import Shell
from tests.support.web import Web, web_in_thread

FEED = rss(*many(2))
BLOGS = ("*.test=127.0.0.1", "*.blogspot.com=127.0.0.1")


@asynccontextmanager
async def runner_with(folder: Path, web: Web, **options: Any) -> AsyncIterator[TestRunner]:
    """A runner whose rate limits are `options`."""
    session = SessionSettings(client=web.settings(resolve=BLOGS), workers=1, **{"delay_s": 0.0, **options})
    async with open_runner(folder, web, session=session) as runner:
        yield runner


async def test_a_platform_is_one_host_queue(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", FEED)
    web.serve("/feed.xml", status=429, host="two.blogspot.com")
    async with runner_with(tmp_path, web) as runner:
        for name in ("one", "two", "three"):
            runner.add(f"{name}.blogspot.com")
        assert runner.rows("SELECT DISTINCT host FROM source") == ["blogspot.com"]
        await runner.crawl()
        assert [request.host for request in web.log] == ["one.blogspot.com", "two.blogspot.com"]
        assert runner.rows("SELECT host FROM host WHERE blocked_until IS NOT NULL") == ["blogspot.com"]
        words = runner.rows("SELECT outcome_message FROM source WHERE id = 2")[0]
        assert words.startswith("two.blogspot.com:")


async def test_a_429_halves_the_rate_of_the_host(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", status=429)
    async with runner_with(tmp_path, web) as runner:
        source = runner.add("busy.test")
        host = runner.rows("SELECT host FROM source")[0]
        for times in (1, 2):
            await runner.crawl(source)
            turn = runner.writer.do(
                lambda db: find_host_schedule(db, host, rate_limits=RateLimits(), now=utc_now())
            )
            assert turn.rate_limit == RateLimit(
                delay_s=pytest.approx(2.0**times, rel=1e-3), per_minute=pytest.approx(30 / 2**times, rel=1e-3)
            )
            runner.writer.do(lambda db: db.conn.execute("UPDATE host SET blocked_until = NULL"))


async def test_a_second_crawl_goes_on_with_the_minute(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsdesk.crawler.politeness.rate_limiter.MINUTE_S", 1.0)
    web.serve("/feed.xml", FEED)
    async with runner_with(tmp_path, web, per_minute=3.0) as runner:
        sources = [runner.add("daily.test", f"/feed.xml?{number}") for number in range(4)]
        await runner.crawl(*sources[:2])
        await runner.crawl(*sources[2:])
        _, second, _, fourth = (request.at for request in web.log)
        assert fourth - second >= 1.0


async def test_a_configured_host_has_its_own_rate_limit(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", FEED)
    own = ((f"slow.test:{web.port}", RateLimit(delay_s=0.6, per_minute=None)),)
    async with runner_with(tmp_path, web, own=own) as runner:
        for number in range(2):
            runner.add("slow.test", f"/feed.xml?{number}")
            runner.add("daily.test", f"/feed.xml?{number}")
        await runner.crawl()
        for host, slow in (("slow.test", True), ("daily.test", False)):
            first, second = (request.at for request in web.log if request.host == host)
            assert (second - first >= 0.6) is slow


# A feed over many days: `visits` at hours after the first, on a clock of the test's own.

START = utc_now() - timedelta(days=40)


async def visits(runner: TestRunner, *hours: float) -> None:
    for hour in hours:
        now = START + timedelta(hours=hour)
        await Runner(runner.writer, runner.settings, now=lambda: now).run(Wanted(requested_at=now))  # noqa: B023


def source(runner: TestRunner, columns: str, source_id: int = 1) -> Any:
    return runner.rows(f"SELECT {columns} FROM source WHERE id = ?", source_id)[0]


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
    async with runner_with(tmp_path, web) as runner:
        runner.add("old.test")
        await visits(runner, *hours)
        place = ("new.test", "/news.xml") if moved else ("old.test", "/feed.xml")
        address = web.url(*place)
        assert source(runner, "address, host") == (address, f"{place[0]}:{web.port}")
        assert runner.rows("SELECT old_address, new_address FROM source_move") == (
            [(web.url("old.test", "/feed.xml"), address)] if moved else []
        )
        before = len(web.log)
        await visits(runner, 200)
        assert ("old.test" in [request.host for request in web.log[before:]]) is not moved
        assert runner.rows("SELECT count(*) FROM story") == [2]


async def test_an_interruption_begins_the_count_anew(tmp_path: Path, web: Web) -> None:
    async with runner_with(tmp_path, web) as runner:
        runner.add("old.test")
        web.serve("/news.xml", FEED)
        for hour, broken in ((0, False), (30, False), (60, True), (70, False), (80, False)):
            web.redirect("/feed.xml", web.url("new.test", "/news.xml"), host="old.test")
            if broken:
                web.serve("/feed.xml", FEED, host="old.test")
            await visits(runner, hour)
        assert source(runner, "moved_count, address") == (2, web.url("old.test", "/feed.xml"))
        web.redirect("/feed.xml", web.url("new.test", "/none.xml"), host="old.test")
        await visits(runner, 200, 300, 400)  # nothing to read there
        assert source(runner, "moved_count, address") == (0, web.url("old.test", "/feed.xml"))


async def test_a_move_to_a_known_source_makes_one_of_the_two(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(*many(3)), host="old.test")
    web.serve("/news.xml", rss(*many(2)))
    async with runner_with(tmp_path, web) as runner:
        runner.add("old.test", tags=("local",))
        runner.add("new.test", "/news.xml", tags=("daily",))
        await visits(runner, 0)
        web.redirect("/feed.xml", web.url("new.test", "/news.xml"), host="old.test")
        await visits(runner, 24, 48, 80)
        state, why = source(runner, "state, next_visit_why")
        assert state == "retired" and "source 2" in why
        assert source(runner, "state, tags", 2) == ("active", '["daily", "local"]')
        assert runner.rows("SELECT merged_into FROM source_move") == [2]
        carried = "SELECT DISTINCT story_id FROM entry WHERE source_id = ? ORDER BY 1"
        assert runner.rows(carried, 2) == [1, 2, 3] and runner.rows(carried, 1) == [1, 2]
        await visits(runner, 100)
        assert runner.rows("SELECT count(*) FROM story") == [3]


MERGES = [
    # (address of the source, address it redirects to, entries it had, entries of the other, whether they are merged)
    ("another feed", "evil.test", "/feed.xml", "new.test", "/news.xml", range(40, 43), range(2), False),
    ("a few copied entries", "evil.test", "/feed.xml", "new.test", "/news.xml", range(5), range(2), False),
    ("most entries", "old.test", "/feed.xml", "new.test", "/news.xml", range(3), range(2), True),
    ("one publisher", "daily.test", "/rss.xml", "www.daily.test", "/feed/", range(40, 43), range(2), True),
    ("another folder", "blogs.test", "/evil/feed", "blogs.test", "/ann/feed", range(40, 43), range(2), False),
    ("the domain's feed", "blogs.test", "/evil/feed", "blogs.test", "/feed", range(40, 43), range(2), False),
    (
        "another subdomain",
        "evil.blogs.test",
        "/feed",
        "ann.blogs.test",
        "/feed",
        range(40, 43),
        range(2),
        False,
    ),
]


@pytest.mark.parametrize("case", MERGES, ids=[case[0] for case in MERGES])
async def test_sources_are_merged_only_with_proof(tmp_path: Path, web: Web, case: tuple[Any, ...]) -> None:
    _, host, path, other_host, other_path, own, others, merged = case
    stories = many(43)
    web.serve(path, rss(*(stories[number] for number in own)), host=host)
    web.serve(other_path, rss(*(stories[number] for number in others)), host=other_host)
    async with runner_with(tmp_path, web) as runner:
        runner.add(host, path, tags=("own",))
        runner.add(other_host, other_path)
        await visits(runner, 0)
        carried = "SELECT count(DISTINCT story_id) FROM entry WHERE source_id = 2"
        before = runner.rows(carried)
        web.redirect(path, web.url(other_host, other_path), host=host)
        await visits(runner, 24, 48, 80, 110)
        assert source(runner, "state") == ("retired" if merged else "active")
        if not merged:
            assert runner.rows(carried) == before and source(runner, "tags", 2) == "[]"
            assert source(runner, "proposed_addresses") == json.dumps([web.url(other_host, other_path)])


@pytest.mark.parametrize("last", [rss(), rss(*many(1))], ids=["nothing", "one entry of the other"])
async def test_stories_that_left_the_feed_before_it_redirected_count(
    tmp_path: Path, web: Web, last: bytes
) -> None:
    web.serve("/feed.xml", rss(*many(43)[40:]), host="evil.test")
    web.serve("/news.xml", rss(*many(2)))
    async with runner_with(tmp_path, web) as runner:
        runner.add("evil.test")
        runner.add("new.test", "/news.xml")
        await visits(runner, 0)
        web.serve("/feed.xml", last, host="evil.test")
        await visits(runner, 1)
        web.redirect("/feed.xml", web.url("new.test", "/news.xml"), host="evil.test")
        await visits(runner, 24, 48, 80)
        assert source(runner, "state") == "active"
        assert runner.rows("SELECT DISTINCT story_id FROM entry WHERE source_id = 2 ORDER BY 1") == [4, 5]


def test_secrets_do_not_move_to_another_origin_and_a_person_may_undo(tmp_path: Path) -> None:
    with web_in_thread() as web:
        shell = Shell(tmp_path, web)
        web.serve("/feed.xml", FEED)
        web.serve("/news.xml", FEED)
        old, new = web.url("old.test", "/feed.xml"), web.url("new.test", "/news.xml")
        shell.run("add", old)
        shell.run("sources", "edit", "1", "--auth", "paper", "--proxy", "relay")
        assert "the names of its secrets were removed" in shell.run("sources", "edit", "1", "--address", new)
        shown = json.loads(shell.run("sources", "show", "1", "--json"))
        assert (shown["address"], shown["auth"], shown["proxy"]) == (new, None, "relay")
        assert [move["old_address"] for move in shown["moves"]] == [old]
        shell.run("sources", "edit", "1", "--address", old)
        shown = json.loads(shell.run("sources", "show", "1", "--json"))
        assert shown["address"] == old and len(shown["moves"]) == 2
        assert f"{new} -> {old}" in shell.run("sources", "show", "1")


def test_a_person_merges_two_sources(tmp_path: Path) -> None:
    with web_in_thread() as web:
        shell = Shell(tmp_path, web)
        web.serve("/feed.xml", rss(*many(9)[5:]))
        web.serve("/news.xml", FEED)
        old, new = web.url("old.test", "/feed.xml"), web.url("new.test", "/news.xml")
        shell.run("add", old)
        shell.run("add", new)
        shell.run("crawl")
        assert "retire one of the two, or add --merge" in shell.run(
            "sources", "edit", "1", "--address", new, code=2
        )
        unknown = web.url("new.test", "/other.xml")
        assert "leave --merge out" in shell.run(
            "sources", "edit", "1", "--address", unknown, "--merge", code=2
        )
        command = ("sources", "edit", "1", "--tag", "x", "--merge")
        assert "--merge needs --address" in shell.run(*command, code=2)
        assert "merged 1 into source 2" in shell.run("sources", "edit", "1", "--address", new, "--merge")
        assert json.loads(shell.run("sources", "show", "1", "--json"))["state"] == "retired"


async def test_what_a_person_undid_is_not_done_again(tmp_path: Path, web: Web) -> None:
    web.redirect("/feed.xml", web.url("new.test", "/news.xml"), host="old.test")
    web.serve("/news.xml", FEED)
    async with runner_with(tmp_path, web) as runner:
        runner.add("old.test")
        await visits(runner, 0, 24, 48)
        old = SourceAddress(
            address=web.url("old.test", "/feed.xml"), host=f"old.test:{web.port}", site="old.test"
        )
        runner.writer.do(lambda db: move_source(db, 1, old, why=BY_HAND, now=START))
        await visits(runner, 100, 130, 160, 190)
        assert source(runner, "address, moved_count") == (old.address, 4)


async def test_validators_that_lie_are_not_sent_any_more(tmp_path: Path, web: Web) -> None:
    async with runner_with(tmp_path, web) as runner:
        runner.add("daily.test")
        for hour, count in ((0, 2), (1, 2), (2, 3), (3, 4)):
            body = rss(*many(count))
            web.serve("/feed.xml", body, headers={"ETag": '"same"'})  # and never a 304
            await visits(runner, hour)
        sent = [request.headers.get("if-none-match") for request in web.log]
        assert sent == [None, '"same"', '"same"', None]
        assert source(runner, "validators_unreliable_since") is not None
        words = runner.rows("SELECT outcome_message FROM visit ORDER BY id")
        assert "no validators" in words[2] and not any(
            "no validators" in one for one in (*words[:2], words[3])
        )
        assert runner.rows("SELECT count(*) FROM story") == [4]


async def test_every_twentieth_visit_is_unconditional(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", FEED, etag='W/"a b"', last_modified="Tue, 24 Nov 2026 05:35:43 GMT")
    async with runner_with(tmp_path, web, per_minute=None) as runner:
        runner.add("daily.test")
        await visits(runner, *range(41))
        sent = [request.headers.get("if-none-match") for request in web.log]
        assert [number for number, etag in enumerate(sent) if etag is None] == [0, 20, 40]
        assert set(sent) == {None, 'W/"a b"'}  # as it came, to the letter
        dates = {request.headers.get("if-modified-since") for request in web.log}
        assert dates == {None, "Tue, 24 Nov 2026 05:35:43 GMT"}


HOME = '<html><head><link rel="alternate" type="application/rss+xml" href="/news.xml"></head></html>'
DAY = 24


@pytest.mark.parametrize(("carries", "moved"), [(range(3), True), (range(50, 60), False)])
async def test_a_feed_that_vanished_is_looked_for(
    tmp_path: Path, web: Web, carries: range, moved: bool
) -> None:
    web.serve("/feed.xml", rss(*many(60)[:4]))
    async with runner_with(tmp_path, web, per_minute=None) as runner:
        runner.add("daily.test")
        await visits(runner, 0)
        web.serve("/feed.xml", status=404)
        web.serve("/", HOME, type="text/html")
        web.serve("/news.xml", rss(*(many(60)[number] for number in carries)))
        await visits(runner, 1 * DAY, 14 * DAY)
        assert source(runner, "status, recovery_tried_at") == ("active", None) and not web.requests_to("/")
        await visits(runner, 16 * DAY)
        old, new = web.url("daily.test", "/feed.xml"), web.url("daily.test", "/news.xml")
        assert source(runner, "address, proposed_addresses") == (
            (new, "[]") if moved else (old, json.dumps([new]))
        )
        assert len(web.requests_to("/")) == 1
        await visits(runner, 17 * DAY)
        assert source(runner, "status") == ("active" if moved else "dormant")
        await visits(runner, 20 * DAY, 24 * DAY)
        assert len(web.requests_to("/")) == (1 if moved else 2)  # weekly at most
        web.serve("/feed.xml", FEED)
        await visits(runner, 25 * DAY)
        assert source(runner, "status, proposed_addresses, failures") == ("active", "[]", 0)


async def test_gone_is_not_for_ever(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", status=410)
    async with runner_with(tmp_path, web) as runner:
        runner.add("daily.test")
        await visits(runner, 0, DAY)
        assert source(runner, "status") == "active"
        await visits(runner, 2 * DAY)
        status, due = source(runner, "status, next_visit_at")
        days = (from_iso(due) - START) / timedelta(days=1) - 2
        assert status == "gone" and 28 < days < 32
        web.serve("/feed.xml", FEED)
        await visits(runner, 32 * DAY)
        assert source(runner, "status, failures") == ("active", 0)


async def test_ten_days_of_visits_seen_by_the_server(tmp_path: Path, web: Web) -> None:
    """Twelve feeds of four hosts: one changes each day, one answers 503 with a pause on some days, one moved,
    one only says when it was modified."""
    modified = "Tue, 24 Nov 2026 05:35:43 GMT"
    async with runner_with(tmp_path, web, per_minute=None) as runner:
        for number in range(12):
            runner.add(f"h{number % 4}.test", f"/{number}.xml")
        asked: dict[float, list[Any]] = {}
        for hour in range(0, 10 * DAY, 4):
            day = hour // DAY
            for number in range(12):
                count = 2 + day if number == 0 else 2
                kept = {"last_modified": modified} if number == 1 else {"etag": f'W/"{number}-{count}, x"'}
                web.serve(f"/{number}.xml", rss(*many(count, start=100 * number)), **kept)
            web.redirect("/3.xml", web.url("h3.test", "/moved.xml"))
            web.serve("/moved.xml", rss(*many(2, start=300)), etag='"moved"')
            if hour == 2 * DAY:
                web.serve("/2.xml", status=503, headers={"Retry-After": str(10 * 3600)})
            before = len(web.log)
            now = START + timedelta(hours=hour)
            await Runner(runner.writer, runner.settings, now=lambda: now).run(Wanted(requested_at=now))  # noqa: B023
            asked[hour] = web.log[before:]
        assert {len({(one.host, one.path) for one in log}) - len(log) for log in asked.values()} == {0}
        assert {one.headers["user-agent"] for one in web.log} == {web.settings().user_agent}
        assert all("gzip" in one.headers["accept-encoding"] for one in web.log)
        assert not any("referer" in one.headers or "cookie" in one.headers for one in web.log)
        sent = {one.headers[name] for one in web.log for name in ("if-none-match",) if name in one.headers}
        counts = {0: range(2, 12)}
        given = {f'W/"{number}-{count}, x"' for number in range(12) for count in counts.get(number, (2,))}
        assert sent <= given | {'"moved"'}
        dates = {one.headers.get("if-modified-since") for one in web.requests_to("/1.xml")}
        assert dates == {None, modified}
        paused = [one.host for hour in (52, 56) for one in asked[hour]]
        assert paused and "h2.test" not in paused  # nobody of that host, by any of its feeds
        assert "h2.test" in {one.host for one in asked[60]}
        assert [hour for hour, log in asked.items() if "/3.xml" in [one.path for one in log]] == [
            hour for hour in asked if hour <= 48
        ]
        assert runner.rows("SELECT count(*) FROM story") == [11 * 2 + 2 + 9]


async def test_due_sources_of_one_host_are_visited_one_by_one(tmp_path: Path, web: Web) -> None:
    async with runner_with(tmp_path, web, delay_s=0.02, per_minute=None) as runner:
        for number in range(50):
            web.serve(f"/{number}.xml", FEED, wait_s=0.01)
            runner.add(f"b{number}.blogspot.com", f"/{number}.xml")
        await runner.crawl()
        times = [request.at for request in web.log]
        assert len(times) == 50
        assert min(later - earlier for earlier, later in pairwise(times)) >= 0.03
