"""Site sources from end to end: links, their pages, the stories, and what is never one."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from newsdesk.storage.maintenance.purge import purge_stories
from newsdesk.storage.records.visits import Limits
from newsdesk.storage.sources.deletion import delete_step
from tests.support.feeds import Item, rss
from tests.support.papers.paper import HTML, MENU, SECTIONS, Paper
from tests.support.runner import TestRunner, open_runner, utc_now
from tests.support.web import Web

TODAY = utc_now().date()
VISIT = (
    "SELECT outcome, seen, new, changed, same, duplicate, refused FROM visit WHERE source_id IS NOT NULL"
    " ORDER BY id DESC"
)


def titles(runner: TestRunner) -> list[str]:
    return runner.rows("SELECT title FROM story ORDER BY id")


async def test_the_stories_of_a_home_page_are_stored_and_none_of_its_menus(tmp_path: Path, web: Web) -> None:
    paper = Paper(web, "daily.test")
    first = paper.publish(TODAY, 4)
    paper.print_home()
    async with open_runner(tmp_path, web) as runner:
        source = runner.add("daily.test", "/", kind="site")

        summary = await runner.crawl()

        assert sorted(titles(runner)) == sorted(story.title for story in first)
        assert (summary.counts.new, summary.counts.seen) == (4, 4)
        assert runner.rows(VISIT) == [("read", 0, 0, 0, 0, 0, 0)]  # its links count when their pages are read
        assert runner.rows("SELECT source_id, verdict FROM entry") == [(source, "new")] * 4
        assert runner.rows("SELECT DISTINCT published_day, authors FROM stories") == [
            (str(TODAY), "Ann Hill")
        ]
        requested = {request.path for request in web.log}
        assert not requested & {f"/{name}" for name in (*SECTIONS, *MENU)}

        second = paper.publish(TODAY, 2)
        paper.print_home()
        summary = await runner.crawl()
        assert titles(runner)[4:] == [story.title for story in reversed(second)]
        assert (summary.counts.new, summary.counts.same, summary.counts.seen) == (2, 4, 6)
        assert runner.rows(VISIT)[0] == ("read", 4, 0, 0, 4, 0, 0)


async def test_a_page_that_did_not_change_is_not_read_again(tmp_path: Path, web: Web) -> None:
    paper = Paper(web, "daily.test")
    paper.publish(TODAY, 3)
    paper.print_home(etag='"1"')
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", "/", kind="site")
        await runner.crawl()
        await runner.crawl()
        assert runner.rows(VISIT)[0] == ("unchanged", 0, 0, 0, 0, 0, 0)
        paper.print_home(etag='"2"')
        await runner.crawl()
        assert runner.rows(VISIT)[0] == ("same-document", 0, 0, 0, 0, 0, 0)
        assert len(web.requests_to("/")) == 3 and len(titles(runner)) == 3


async def test_a_page_that_is_no_story_is_remembered(tmp_path: Path, web: Web) -> None:
    paper = Paper(web, "daily.test", marked=False)
    paper.publish(TODAY, 3)
    paper.print_home()
    listing = "/2026/all-stories-of-the-year-in-one-long-list"
    home = paper.home_page().replace(
        "<main>", f'<main><h2><a href="{listing}">All stories of the year in one long list</a></h2>'
    )
    web.serve("/", home, host="daily.test", type=HTML)
    web.serve(listing, paper.page("List", paper.layout(paper.stories)), host="daily.test", type=HTML)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", "/", kind="site")
        await runner.crawl()
        assert len(titles(runner)) == 3 and len(web.requests_to(listing)) == 1
        web.serve("/", f"{home}<!-- another document -->", host="daily.test", type=HTML)
        await runner.crawl()
        assert len(web.requests_to(listing)) == 1
        assert runner.rows(VISIT)[0] == ("read", 4, 0, 0, 3, 0, 1)
        [reason] = runner.rows("SELECT reason FROM entry WHERE story_id IS NULL")
        assert reason.startswith("its page is no story: this page is no article: ")


async def test_a_story_that_a_feed_brought_is_a_duplicate(tmp_path: Path, web: Web) -> None:
    paper = Paper(web, "daily.test")
    one, _ = paper.publish(TODAY, 2)
    paper.print_home()
    web.serve("/feed.xml", rss(Item(title=one.title, link=web.url("daily.test", one.path), guid="1")))
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await runner.crawl()
        site = runner.add("daily.test", "/", kind="site")
        summary = await runner.crawl(site)
        assert (summary.counts.new, summary.counts.duplicate) == (1, 1)
        assert len(titles(runner)) == 2 and len(web.requests_to(one.path)) == 0


async def test_an_archive_of_years_is_backlog_within_limits(tmp_path: Path, web: Web) -> None:
    paper = Paper(web, "daily.test", shown=200)
    for back in range(100, 0, -1):
        paper.publish(TODAY - timedelta(days=30 * back))
    paper.print_home()
    async with open_runner(tmp_path, web, backlog=5) as runner:
        runner.add("daily.test", "/", kind="site")
        await runner.crawl()
        assert runner.rows("SELECT published_day FROM story ORDER BY published_day DESC") == [
            str(story.day) for story in paper.stories[:-6:-1]
        ]
        assert runner.rows(VISIT) == [("read", 95, 0, 0, 0, 0, 95)]
        paper.publish(TODAY, 2)
        old = paper.publish(date(2019, 5, 5), 8)
        paper.print_home()
        await runner.crawl()
        assert runner.rows("SELECT count(*) FROM story WHERE published_day = ?", str(TODAY)) == [2]
        assert runner.rows("SELECT count(*) FROM story WHERE published_day = ?", str(old[0].day)) == [5]
        assert runner.rows("SELECT DISTINCT why FROM page WHERE url LIKE '%/2019/%'") == ["backlog"]


async def test_further_pages_are_read_where_all_links_are_unknown(tmp_path: Path, web: Web) -> None:
    paper = Paper(web, "daily.test", shown=4)

    def page_of(number: int, count: int) -> str:
        shown = paper.stories[::-1][4 * (number - 1) : 4 * number]
        more = f'<a rel="next" href="/?page={number + 1}">Older stories</a>' if number < count else ""
        return paper.page("Home", paper.layout(shown) + more)

    def print_pages() -> None:
        count = -(-len(paper.stories) // 4)
        for number in range(1, count + 1):
            path = "/" if number == 1 else f"/?page={number}"
            web.serve(path, page_of(number, count), host="daily.test", type=HTML)

    paper.publish(TODAY, 6)
    print_pages()
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", "/", kind="site")
        await runner.crawl()
        assert web.requests_to("/?page=2") == []  # a first visit is no gap
        paper.publish(TODAY, 9)
        print_pages()
        summary = await runner.crawl()
        assert summary.counts.new == 9 and len(web.requests_to("/?page=2")) == 1
        assert len(web.requests_to("/?page=3")) == 1 and web.requests_to("/?page=4") == []
        paper.publish(TODAY, 60)
        print_pages()
        summary = await runner.crawl()
        assert summary.counts.new == 24  # the page itself, and five more


async def test_robots_txt_forbids_a_site(tmp_path: Path, web: Web) -> None:
    paper = Paper(web, "daily.test")
    paper.publish(TODAY)
    paper.print_home()
    web.serve("/robots.txt", "User-agent: *\nDisallow: /\n", host="daily.test", type="text/plain")
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", "/", kind="site")
        await runner.crawl()
        assert runner.rows(VISIT) == [("robots", 0, 0, 0, 0, 0, 0)]
        assert web.requests_to("/") == []


async def test_a_page_that_fails_is_read_later_as_long_as_it_is_linked(tmp_path: Path, web: Web) -> None:
    paper = Paper(web, "daily.test")
    [story] = paper.publish(TODAY)
    paper.print_home()
    web.serve(story.path, b"no", host="daily.test", status=404)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", "/", kind="site")
        await runner.crawl()
        assert titles(runner) == [] and runner.rows("SELECT verdict FROM entry") == ["waiting"]
        give_up = "UPDATE page SET due_at = NULL, outcome_at = '2026-01-01T00:00:00.000Z'"
        runner.writer.do(lambda db: db.conn.execute(give_up))
        web.serve(story.path, paper.story_page(story), host="daily.test", type=HTML)
        web.serve("/", f"{paper.home_page()} ", host="daily.test", type=HTML)
        await runner.crawl()
        assert titles(runner) == [story.title] and runner.rows("SELECT verdict FROM entry") == ["new"]


async def test_a_document_that_is_no_page_is_said_so(tmp_path: Path, web: Web) -> None:
    web.serve("/", b"%PDF-1.7", host="daily.test", type="application/pdf")
    async with open_runner(tmp_path, web, limits=Limits(visit_s=5.0)) as runner:
        runner.add("daily.test", "/", kind="site")
        await runner.crawl()
        assert runner.rows(VISIT) == [("not-a-page", 0, 0, 0, 0, 0, 0)]


async def test_the_links_of_a_site_are_identified_by_their_addresses(tmp_path: Path, web: Web) -> None:
    paper = Paper(web, "daily.test")
    paper.publish(TODAY, 2)
    paper.print_home()
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", "/", kind="site")
        await runner.crawl()
        assert runner.rows("SELECT identity_scheme, links_found, links_usual FROM source") == [
            ("address", 2, 2)
        ]


async def test_shapes_are_learned_from_the_stories_and_from_the_pages_that_were_none(
    tmp_path: Path, web: Web
) -> None:
    paper = Paper(web, "daily.test")
    paper.publish(TODAY, 4)
    paper.print_home()
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", "/", kind="site")
        await runner.crawl()
        assert runner.rows("SELECT address_shapes FROM source") == [None]
        await runner.crawl()
        [shapes] = runner.rows("SELECT address_shapes FROM source")
        assert sum(json.loads(shapes)["stories"].values()) == 4


async def test_a_source_that_is_deleted_leaves_no_page_that_waits(tmp_path: Path, web: Web) -> None:
    paper = Paper(web, "daily.test")
    _, second = paper.publish(TODAY, 2)
    paper.print_home()
    web.serve(second.path, b"no", host="daily.test", status=503)
    async with open_runner(tmp_path, web) as runner:
        source = runner.add("daily.test", "/", kind="site")
        await runner.crawl()
        assert runner.rows("SELECT count(*) FROM page WHERE due_at NOT NULL") == [1]
        while runner.writer.do(lambda db: delete_step(db, source)):
            pass
        counts = (
            "SELECT (SELECT count(*) FROM page), (SELECT count(*) FROM entry), (SELECT count(*) FROM story)"
        )
        assert runner.rows(counts) == [(0, 0, 0)]
        assert runner.rows("PRAGMA foreign_key_check") == []


async def test_the_page_of_a_purged_story_is_not_read_again(tmp_path: Path, web: Web) -> None:
    paper = Paper(web, "daily.test")
    [story] = paper.publish(TODAY)
    paper.print_home()
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", "/", kind="site")
        await runner.crawl()
        purge = partial(purge_stories, stories=[1], why="command", tombstone_days=90, now=utc_now())
        assert runner.writer.do(purge) == 1
        web.serve("/", f"{paper.home_page()} ", host="daily.test", type=HTML)
        await runner.crawl()
        assert titles(runner) == [] and len(web.requests_to(story.path)) == 1
        assert runner.rows(VISIT)[0] == ("read", 1, 0, 0, 0, 0, 1)
        assert runner.rows("PRAGMA foreign_key_check") == []


async def test_a_site_whose_links_are_no_stories_costs_few_requests(tmp_path: Path, web: Web) -> None:
    """Each visit shows other addresses that look like stories and are none."""
    paper = Paper(web, "daily.test", shown=30)
    web.serve_all("daily.test", paper.page("List", "<p>Nothing to read here.</p>"), type=HTML)
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", "/", kind="site")
        for visit in range(6):
            links = "".join(
                f'<h2><a href="/{TODAY:%Y/%m/%d}/a-name-that-looks-like-a-story-{visit * 15 + at}">'
                f"A headline that looks like a story, {visit * 15 + at}</a></h2>"
                for at in range(15)
            )
            web.serve("/", paper.page("Home", links), host="daily.test", type=HTML)
            await runner.crawl()
        [unread] = runner.rows("SELECT pages_unread FROM source")
        assert unread == len([one for one in web.log if "looks-like" in one.path])
        assert unread == 10 + 15 + 4 * 3  # of the backlog, all, then a few with each visit
        assert runner.rows("SELECT count(*) FROM entry WHERE verdict = 'refused'") == [unread + 5]
