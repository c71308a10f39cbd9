"""Article pages: due, requested within rate limits and robots.txt, stored, failed, merged."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlite_utils import Database

from newsdesk.scheduler.run.summary import RunSummary
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.leases import Wanted
from newsdesk.storage.pages.due import claim_pages, due_page, request_pages
from newsdesk.storage.queries.lookup import find_story
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.rate_limits import RateLimits
from newsdesk.storage.records.visits import Limits
from newsdesk.storage.sources.sources import State, set_state
from newsdesk.storage.stories.rows import evidence_of
from tests.support.articles import PARAGRAPHS, article, canonical, json_ld
from tests.support.feeds import Item, many, rss
from tests.support.runner import TestRunner, open_runner, utc_now
from tests.support.web import Web

HTML = "text/html; charset=utf-8"
ROBOTS = b"User-agent: *\nDisallow: /private/\n"


def teaser(web: Web, path: str = "/ferry", **values: object) -> Item:
    item = Item(link=web.url("daily.test", path), guid=path, text="<p>The first boat leaves at six.</p>")
    return replace(item, **values)  # type: ignore[arg-type]


async def crawl_pages(runner: TestRunner, *urls: str) -> RunSummary:
    now = utc_now()
    pages = runner.writer.do(lambda db: request_pages(db, urls, now=now))
    runner.visits.clear()
    return await runner.runner().run(Wanted(requested_at=now, sources=(), pages=pages))


def make_due(runner: TestRunner) -> None:
    runner.writer.do(lambda db: db.conn.execute("UPDATE page SET due_at = '2020-01-01T00:00:00.000Z'"))


async def test_a_story_gets_the_text_of_its_page_in_the_same_crawl(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(teaser(web)))
    head = json_ld(author={"@type": "Person", "name": "Cem Aksoy"})
    web.serve("/ferry", article(head=head, above="<header>Cem Aksoy</header>"), type=HTML)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", full_text=True)

        summary = await runner.crawl()

        assert (summary.visits, summary.pages, summary.pages_failed) == (1, 1, 0)
        assert (summary.counts.new, summary.counts.same, summary.counts.seen) == (1, 1, 2)
        assert runner.rows("SELECT text FROM story_body") == ["\n\n".join(PARAGRAPHS)]
        assert runner.rows("SELECT authority, published FROM story") == [("page", "2026-11-24T05:36:00.000Z")]
        assert runner.rows("SELECT authors FROM stories") == ["Cem Aksoy"]
        assert runner.rows("SELECT entry_id FROM snapshot ORDER BY 1") == [0, 1]
        assert runner.rows("SELECT count(*) FROM revision") == [
            0
        ]  # the first snapshot of an origin is a baseline
        assert runner.rows("SELECT outcome, due_at, attempts FROM page") == [("read", None, 0)]
        assert runner.rows("SELECT visits, pages, seen FROM runs") == [(1, 1, 2)]
        assert runner.rows("SELECT rowid FROM story_fts WHERE story_fts MATCH 'parents'") == [1]
        paths = [request.path for request in web.log]
        assert paths == ["/feed.xml", "/robots.txt", "/.well-known/tdmrep.json", "/ferry"]
        assert runner.rows("SELECT count(*) FROM host WHERE lease_owner IS NOT NULL") == [0]


async def test_each_field_remembers_where_it_was_found(tmp_path: Path, web: Web) -> None:
    head = json_ld(datePublished="2026-11-23T08:00:00+01:00", headline="Ferry timetable changes on Monday")
    web.serve("/feed.xml", rss(teaser(web)))
    web.serve("/ferry", article(head=head), type=HTML)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", full_text=True)
        await runner.crawl()
        [evidence] = runner.rows("SELECT evidence FROM story_body")
        origins = {name: shown.get("origin") for name, shown in evidence_of(evidence).items()}
        assert origins == {
            "title": "headline", "published": "json-ld", "authors": "feed", "text": "blocks",
            "language": "html",
        }  # fmt: skip


async def test_a_page_on_another_host_is_read_too(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(replace(teaser(web), link=web.url("www.daily.test", "/ferry"))))
    web.serve("/ferry", article(), type=HTML)
    async with open_runner(tmp_path, web) as runner:
        runner.add("feeds.daily.test", full_text=True)
        summary = await runner.crawl()
        assert (summary.pages, summary.pages_failed) == (1, 0)
        assert len(web.requests_to("/robots.txt")) == 1


async def test_robots_txt_forbids_and_the_reason_is_kept(tmp_path: Path, web: Web) -> None:
    web.serve("/robots.txt", ROBOTS + b"Crawl-delay: 0.2\n", type="text/plain")
    web.serve("/feed.xml", rss(teaser(web), teaser(web, "/private/x", title="Other")))
    web.serve("/ferry", article(), type=HTML)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", full_text=True)
        summary = await runner.crawl()
        assert (summary.failed, summary.pages, summary.pages_failed) == (0, 2, 1)
        assert web.requests_to("/private/x") == []
        [(words, due)] = runner.rows("SELECT outcome_message, due_at FROM page WHERE outcome = 'robots'")
        assert "robots.txt of daily.test" in words and due is not None
        assert runner.rows("SELECT delay_s FROM host WHERE robots_txt IS NOT NULL") == [0.2]
        web.serve("/feed.xml", rss(teaser(web, "/tram", title="Tram")))
        web.serve("/tram", article("Tram"), type=HTML)
        await runner.crawl()
        assert len(web.requests_to("/robots.txt")) == 1  # remembered, with its age
        runner.writer.do(
            lambda db: db.conn.execute("UPDATE host SET robots_read_at = '2020-01-01T00:00:00.000Z'")
        )
        make_due(runner)
        await runner.crawl()
        assert len(web.requests_to("/robots.txt")) == 2


async def test_a_host_without_readable_robots_txt_is_not_requested(tmp_path: Path, web: Web) -> None:
    web.serve("/robots.txt", b"", status=503)
    web.serve("/feed.xml", rss(teaser(web)))
    web.serve("/ferry", article(), type=HTML)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", full_text=True)
        await runner.crawl()
        assert web.requests_to("/ferry") == []
        assert runner.rows("SELECT outcome, outcome_category FROM page") == [
            ("robots-unreachable", "temporary")
        ]
        assert runner.rows("SELECT title FROM story") == [Item().title]  # from its feed


# what robots.txt of the host says to which a page leads, whether it is followed, the outcome, its words
LED = [
    (b"", True, "read", ""),
    (b"User-agent: *\nDisallow: /private/\n", True, "read", ""),
    (b"User-agent: *\nDisallow: /far\n", False, "robots", "robots.txt of far.test"),
    (None, False, "robots-unreachable", "robots.txt of far.test"),
]


@pytest.mark.parametrize(("rules", "followed", "outcome", "words"), LED)
async def test_robots_txt_of_the_target_host_applies_to_a_redirect(
    tmp_path: Path, web: Web, rules: bytes | None, followed: bool, outcome: str, words: str
) -> None:
    far = web.url("far.test", "/far")
    web.serve("/robots.txt", rules or b"", host="far.test", status=503 if rules is None else 200)
    web.redirect("/near", far, 302, host="daily.test")
    web.redirect("/again", far, 302, host="daily.test")
    web.serve("/far", article(), host="far.test", type=HTML)
    async with open_runner(tmp_path, web) as runner:
        for path in ("/near", "/again"):  # each a run of its own
            await crawl_pages(runner, web.url("daily.test", path))
        assert bool(web.requests_to("/far")) == followed
        asked = [(request.host, request.path) for request in web.log if request.path == "/robots.txt"]
        assert asked == [("daily.test", "/robots.txt"), ("far.test", "/robots.txt")]  # remembered
        for shown, told_words in runner.rows("SELECT outcome, outcome_message FROM page"):
            assert shown == outcome and words in told_words and (followed or far in told_words)
        assert runner.rows("SELECT redirects_to FROM host WHERE host LIKE 'daily%'") == [
            f'["far.test:{web.port}"]'
        ]


async def test_robots_txt_is_requested_once_for_a_redirect_on_the_same_host(tmp_path: Path, web: Web) -> None:
    web.serve("/robots.txt", ROBOTS)
    web.redirect("/open", "/private/x", 302)
    async with open_runner(tmp_path, web) as runner:
        await crawl_pages(runner, web.url("daily.test", "/open"))
        assert runner.rows("SELECT outcome FROM page") == ["robots"]
        assert [request.path for request in web.log] == ["/robots.txt", "/.well-known/tdmrep.json", "/open"]


async def test_redirects_between_two_hosts_end(tmp_path: Path, web: Web) -> None:
    one, other = web.url("one.test", "/a"), web.url("other.test", "/b")
    web.redirect("/a", other, 302)
    web.serve("/b", article(), host="other.test", type=HTML)
    web.redirect("/c", one, 302)
    async with open_runner(tmp_path, web) as runner:
        summary = await asyncio.wait_for(crawl_pages(runner, one, web.url("other.test", "/c")), 20)
        assert (summary.pages, summary.pages_failed) == (2, 0)
        assert len(web.requests_to("/robots.txt")) == 2


async def test_a_robots_txt_with_retry_after_blocks_its_host_for_the_next_crawl_too(
    tmp_path: Path, web: Web
) -> None:
    web.serve("/robots.txt", status=429, headers={"Retry-After": "600"}, host="far.test")
    web.redirect("/near", web.url("far.test", "/far"), 302)
    async with open_runner(tmp_path, web) as runner:
        await crawl_pages(runner, web.url("daily.test", "/near"))
        closed = runner.rows("SELECT host, rate_share, blocked_why FROM host WHERE blocked_until IS NOT NULL")
        why = f"far.test:{web.port} answered 429 Too Many Requests: too many requests"
        assert closed == [(f"far.test:{web.port}", 0.5, why)]


ROBOTS_ASK = [
    # what robots.txt answers, the share of the host's rate from then on, whether it is closed for now
    (429, {}, 0.5, True),
    (429, {"Retry-After": "600"}, 0.5, True),
    (503, {"Retry-After": "600"}, None, True),
    (503, {}, None, False),
    (404, {}, None, False),
]


@pytest.mark.parametrize(("status", "headers", "share", "closed"), ROBOTS_ASK)
async def test_a_429_for_robots_txt_halves_the_rate_of_its_host(
    status: int, headers: dict[str, str], share: float | None, closed: bool, tmp_path: Path, web: Web
) -> None:
    web.serve("/robots.txt", status=status, headers=headers)
    web.serve("/ferry", article(), type=HTML)
    async with open_runner(tmp_path, web) as runner:
        await crawl_pages(runner, web.url("daily.test", "/ferry"))
        assert runner.rows("SELECT rate_share, blocked_until IS NOT NULL FROM host") == [(share, closed)]
        asked = ["/robots.txt"] + (["/.well-known/tdmrep.json", "/ferry"] if status == 404 else [])
        assert [request.path for request in web.log] == asked
        await crawl_pages(runner, web.url("daily.test", "/ferry"))
        assert len(web.log) == len(asked) + (
            status == 404
        )  # rules are remembered, a closed host is left alone
        assert runner.rows("SELECT rate_share FROM host") == [share]  # halved once for one answer


async def test_a_page_that_redirects_to_a_private_address_is_given_up(tmp_path: Path, web: Web) -> None:
    web.redirect("/near", "http://10.0.0.1/far", 302)
    async with open_runner(tmp_path, web) as runner:
        await crawl_pages(runner, web.url("daily.test", "/near"))
        assert runner.rows("SELECT outcome_category, due_at FROM page") == [("not-allowed", None)]


async def test_a_failing_page_leaves_the_story_of_its_feed_and_is_given_up(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(teaser(web)))
    web.serve("/ferry", b"", status=500)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", full_text=True)
        for attempt in (1, 2, 3):
            await runner.crawl()
            [(attempts, due)] = runner.rows("SELECT attempts, due_at FROM page")
            assert attempts == attempt and (due is None) == (attempt == 3)
            if attempt < 3:
                make_due(runner)
        with reading(runner.path) as db:
            story = find_story(db, 1)
        assert story is not None and "given up after 3 tries" in story["pages"][0]["outcome_message"]
        assert runner.rows("SELECT text FROM story_body") == ["The first boat leaves at six."]
        assert len(web.requests_to("/ferry")) == 3


async def test_only_the_newest_pages_of_a_backlog_are_read(tmp_path: Path, web: Web) -> None:
    items = [
        teaser(web, f"/s{n}", title=f"Story {n}", date=f"Tue, 24 Nov 2026 05:{n:02d}:00 GMT")
        for n in range(15)
    ]
    web.serve("/feed.xml", rss(*items))
    for n in range(16):
        web.serve(f"/s{n}", article(f"Story {n}"), type=HTML)
    async with open_runner(tmp_path, web, backlog=10) as runner:
        runner.add("daily.test", full_text=True)
        summary = await runner.crawl()
        read = [request.path for request in web.log if request.path.startswith("/s")]
        assert read == [f"/s{n}" for n in range(14, 4, -1)]  # newest first
        assert (summary.counts.new, summary.pages) == (15, 10)
        web.serve("/feed.xml", rss(teaser(web, "/s15", title="Story 15"), *items))
        assert (await runner.crawl()).pages == 1


def serve_stories(web: Web, first: int, last: int, *, end: str = "") -> None:
    """A feed of stories `first` to `last`, the newest first, and their pages; `end` takes its last bytes."""
    items = [
        teaser(web, f"/s{n}", title=f"Story {n}", date=f"Tue, 24 Nov 2026 05:{n:02d}:00 GMT")
        for n in range(last, first - 1, -1)
    ]
    web.serve("/feed.xml", rss(*items).removesuffix(end.encode()))
    for n in range(first, last + 1):
        web.serve(f"/s{n}", article(f"Story {n}"), type=HTML)


def pages_read(web: Web) -> list[int]:
    """The stories whose pages were asked for, in order; the log is emptied."""
    read = [int(request.path[2:]) for request in web.log if request.path.startswith("/s")]
    web.log.clear()
    return read


async def test_entries_over_the_limit_of_a_first_visit_are_backlog_and_later_ones_are_news(
    tmp_path: Path, web: Web
) -> None:
    limits = Limits(visit_s=5.0, entries=6)
    async with open_runner(tmp_path, web, backlog=3, limits=limits) as runner:
        runner.add("daily.test", full_text=True)
        serve_stories(web, 0, 15)
        await runner.crawl()
        assert pages_read(web) == [15, 14, 13]
        serve_stories(web, 0, 20)
        summary = await runner.crawl()
        assert pages_read(web) == [20, 19, 18, 17, 16]
        assert (summary.counts.new, summary.pages) == (6, 5)  # one that was left took the sixth place
        await runner.crawl()
        await runner.crawl()
        assert pages_read(web) == []
        assert runner.rows("SELECT count(*) FROM story") == [21]
        assert runner.rows("SELECT why, count(*) FROM page GROUP BY why") == [("backlog", 3), ("new", 5)]


async def test_entries_cut_off_a_first_document_are_backlog(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web, backlog=3) as runner:
        runner.add("daily.test", full_text=True)
        serve_stories(web, 5, 15, end="</channel></rss>")
        await runner.crawl()
        assert pages_read(web) == [15, 14, 13]
        serve_stories(web, 0, 16)
        await runner.crawl()
        assert pages_read(web) == [16]  # among the newest three; not the five that were cut off
        serve_stories(web, 0, 20)
        await runner.crawl()
        assert pages_read(web) == [20, 19, 18, 17]


@pytest.mark.parametrize(("away", "state", "read"), [
    (2, "retired", [14, 13, 12, 11, 10]), (30, "retired", [14, 13, 12]), (30, "paused", [14, 13, 12]),
])  # fmt: skip
async def test_entries_after_a_long_pause_are_backlog(
    tmp_path: Path, web: Web, away: int, state: State, read: list[int]
) -> None:
    async with open_runner(tmp_path, web, backlog=3) as runner:
        source = runner.add("daily.test", full_text=True)
        serve_stories(web, 0, 9)
        await runner.crawl()
        pages_read(web)
        serve_stories(web, 5, 14)
        before = to_iso(utc_now() - timedelta(days=away))

        def come_back(db: Database) -> None:
            set_state(db, source, state, now=utc_now())
            db.conn.execute("UPDATE source SET last_ok_at = ?", (before,))
            if state == "paused":
                set_state(db, source, "active", now=utc_now())

        runner.writer.do(come_back)
        if state == "retired":
            assert runner.add("daily.test", full_text=True) == source
        await runner.crawl()
        assert pages_read(web) == read


async def test_fresh_pages_come_before_a_backlog(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        now = utc_now()

        def claimed(db: Database) -> list[str]:
            for path, why in (("/old", "backlog"), ("/fresh", "new"), ("/older", "backlog")):
                due_page(db, web.url("daily.test", path), story_id=None, why=why, now=to_iso(now))
            return [page.url.rpartition("/")[2] for page in _claimed(db, f"daily.test:{web.port}", now)]

        assert runner.writer.do(claimed) == ["fresh", "old", "older"]


def _claimed(db: Database, host: str, now: datetime) -> tuple[ClaimedPage, ...]:
    return claim_pages(
        db,
        host=host,
        pages=(1, 2, 3),
        sources=None,
        requested_at=now,
        now=now,
        rate_limits=RateLimits(delay_s=0),
        limits=Limits(),
    )


def test_a_block_too_far_in_the_future_is_ignored(tmp_path: Path) -> None:
    """A clock that was ahead wrote it. Pages ignored it less than visits do, so they stayed blocked for years."""
    path = tmp_path / "newsdesk.db"
    now = utc_now()
    prepare(path)

    def claimed(db: Database) -> tuple[ClaimedPage, ...]:
        due_page(db, "http://daily.test/one", story_id=None, why="new", now=to_iso(now))
        db.conn.executemany(
            "INSERT INTO host (host, blocked_until) VALUES (?, ?)",
            [
                ("near.test", to_iso(now + timedelta(hours=24))),
                ("far.test", to_iso(now + timedelta(days=900))),
            ],
        )
        return _claimed(db, "daily.test", now)

    with Writer(path) as writer:
        [page] = writer.do(claimed)
    assert [host for host, _ in page.blocked] == ["near.test"]


async def test_a_changed_page_is_a_revision_with_the_old_values(tmp_path: Path, web: Web) -> None:
    web.serve("/ferry", article(), type=HTML, etag='"1"')
    url = web.url("daily.test", "/ferry")
    async with open_runner(tmp_path, web) as runner:
        assert (await crawl_pages(runner, url)).counts.new == 1  # a story of no feed
        assert (await crawl_pages(runner, url)).counts.same == 1
        assert web.log[-1].headers["if-none-match"] == '"1"'
        web.serve("/ferry", article("Ferry timetable changes on Tuesday"), type=HTML, etag='"2"')
        assert (await crawl_pages(runner, url)).counts.changed == 1
        assert runner.rows("SELECT title FROM story") == ["Ferry timetable changes on Tuesday"]
        [fields] = runner.rows("SELECT fields FROM revision")
        assert "on Monday" in fields and "on Tuesday" in fields


async def test_a_correction_in_the_feed_keeps_the_text_of_the_page(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(teaser(web)))
    web.serve("/ferry", article(), type=HTML)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", full_text=True)
        await runner.crawl()
        web.serve("/feed.xml", rss(teaser(web, title="Ferry timetable changes on Tuesday")))
        longer = article("Ferry timetable changes on Tuesday", *PARAGRAPHS, "One more line of it all.")
        web.serve("/ferry", longer, type=HTML)
        summary = await runner.crawl()
        assert summary.counts.changed == 2 and summary.pages == 1  # the feed and the page
        assert runner.rows("SELECT title FROM story") == ["Ferry timetable changes on Tuesday"]
        assert runner.rows("SELECT text FROM story_body")[0].endswith("One more line of it all.")


async def test_a_canonical_link_is_another_address_and_merges_stories(tmp_path: Path, web: Web) -> None:
    plain = web.url("daily.test", "/ferry")
    web.serve("/ferry", article(head=canonical(plain)), type=HTML)
    web.serve("/news/41", article(head=canonical(plain)), type=HTML)
    web.serve("/other", article("Another story", *PARAGRAPHS[::-1], head=canonical(plain)), type=HTML)
    web.serve("/home", article("Third story", head=canonical(web.url("daily.test", "/"))), type=HTML)
    web.serve("/far", article("Fourth story", head=canonical("http://elsewhere.example/far")), type=HTML)
    async with open_runner(tmp_path, web) as runner:
        await crawl_pages(runner, web.url("daily.test", "/news/41"))
        await crawl_pages(runner, plain)
        assert runner.rows("SELECT count(*) FROM stories") == [1]
        assert runner.rows("SELECT found_in FROM address ORDER BY found_in") == ["canonical", "entry"]
        await crawl_pages(runner, *(web.url("daily.test", path) for path in ("/other", "/home", "/far")))
        assert runner.rows("SELECT count(*) FROM stories") == [4]  # one canonical for all is no name
        assert runner.rows("SELECT count(*) FROM address WHERE found_in = 'canonical'") == [1]


async def test_a_page_merges_two_stories(tmp_path: Path, web: Web) -> None:
    short, plain = web.url("daily.test", "/s/41"), web.url("daily.test", "/ferry")
    web.serve("/ferry", article(), type=HTML)
    web.serve("/s/41", article(), type=HTML)
    async with open_runner(tmp_path, web) as runner:
        await crawl_pages(runner, short, plain)
        assert runner.rows("SELECT count(*) FROM stories") == [2]
        web.serve("/s/41", article(head=canonical(plain)), type=HTML)
        await crawl_pages(runner, short)
        assert runner.rows("SELECT count(*) FROM stories") == [1]
        assert runner.rows("SELECT count(*) FROM story WHERE merged_into IS NOT NULL") == [1]


async def test_pages_that_are_not_articles_have_outcomes(tmp_path: Path, web: Web) -> None:
    web.serve("/", b"<html><body><h1>The Daily</h1></body></html>", type=HTML)
    web.redirect("/moved", "/", 302)
    web.serve("/paper.pdf", b"%PDF-1.4", type="application/pdf")
    web.serve("/blank", b"<html><body><div id=app></div></body></html>", type=HTML)
    web.serve("/bomb", b"\x00" * 50_000_000, type=HTML, coding="gzip")
    paths = ("/moved", "/paper.pdf", "/blank", "/bomb", "/none")
    async with open_runner(tmp_path, web) as runner:
        await crawl_pages(runner, *(web.url("daily.test", path) for path in paths))
        outcomes = {
            (url.rpartition("/")[2]): outcome for url, outcome in runner.rows("SELECT url, outcome FROM page")
        }
        assert outcomes == {
            "moved": "redirects-home", "paper.pdf": "not-an-article", "blank": "not-an-article",
            "bomb": "too-large", "none": "not-found",
        }  # fmt: skip
        assert runner.rows("SELECT count(*) FROM story") == [0]


async def test_the_pages_of_a_host_are_requested_with_delays(tmp_path: Path, web: Web) -> None:
    web.serve("/robots.txt", b"User-agent: newsdesk\nCrawl-delay: 0.3\n", type="text/plain")
    for n in range(3):
        web.serve(f"/s{n}", article(f"Story {n}"), type=HTML)
    async with open_runner(tmp_path, web) as runner:
        await crawl_pages(runner, *(web.url("daily.test", f"/s{n}") for n in range(3)))
        assert [request.path for request in web.log] == [
            "/robots.txt",
            "/.well-known/tdmrep.json",
            "/s0",
            "/s1",
            "/s2",
        ]
        times = [request.at for request in web.log]  # the first page waits after robots.txt, too
        assert all(later - earlier >= 0.3 for earlier, later in pairwise(times))


async def test_a_crawl_of_other_sources_reads_no_pages_and_pages_of_paused_sources_wait(
    tmp_path: Path, web: Web
) -> None:
    web.serve("/feed.xml", rss(teaser(web)), host="daily.test")
    web.serve("/feed.xml", rss(*many(2, site="b.test")), host="b.test")
    web.serve("/ferry", b"", status=500)
    async with open_runner(tmp_path, web) as runner:
        daily, other = runner.add("daily.test", full_text=True), runner.add("b.test")
        await runner.crawl(daily)
        make_due(runner)
        assert (await runner.crawl(other)).pages == 0
        runner.writer.do(lambda db: db.conn.execute("UPDATE source SET state = 'paused'"))
        assert (await runner.crawl()).pages == 0
        assert (await runner.crawl(daily)).pages == 1


def test_a_crawl_without_pages_never_loads_scrapy() -> None:
    code = (
        "import sys, newsdesk.commands.crawl;"
        " sys.exit('scrapy' in sys.modules or 'trafilatura' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
