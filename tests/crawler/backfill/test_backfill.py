"""After a gap: what came between two visits is requested from older documents, and the result is reported."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from newsdesk.crawler.backfill.older_documents import next_paged, older_links
from newsdesk.crawler.credentials.secrets import Secrets
from newsdesk.crawler.session_settings import SessionSettings
from newsdesk.scheduler.cadence.retries import backfill_delay
from newsdesk.scheduler.run.runner import Runner
from newsdesk.storage.hosts.leases import Wanted
from newsdesk.storage.records.visits import SecretNames
from tests.support.feeds import Item, rss
from tests.support.runner import TestRunner, open_runner
from tests.support.web import Web
from tests.support.week import Clock

DAY = timedelta(days=1)
START = datetime(2026, 10, 5, 6, tzinfo=UTC)
XML = "application/xml"
WINDOW = 10  # entries of a document


def story(number: int, *, guid: str = "g") -> Item:
    """One is published every two hours, number 0 at the start."""
    return Item(
        title=f"What happened in hour {2 * number}",
        link=f"http://daily.test/stories/{number}",
        guid=f"{guid}-{number}",
        text=f"<p>Told at some length: hour {2 * number}.</p>",
        date=format_datetime(START + timedelta(hours=2 * number)),
    )


def document(newest: int, *, head: str = "", guid: str = "g", count: int = WINDOW) -> bytes:
    """The stories down from number `newest`, with `head` in the channel."""
    items = [story(number, guid=guid) for number in range(newest, newest - count, -1)]
    return rss(*items).replace(b"<link>http://daily.test/</link>", head.encode(), 1)


def link(address: str, relation: str = "next") -> str:
    return f'<link xmlns="http://www.w3.org/2005/Atom" rel="{relation}" href="{address}"/>'


WORDPRESS = "<generator>https://wordpress.org/?v=6.4</generator>"


@dataclass(kw_only=True)
class Crawl:
    """A runner with a clock of its own, and one source."""

    runner: TestRunner
    web: Web
    clock: Clock
    source: int = 0

    async def visit(self) -> str:
        """Visit it now; its outcome in words."""
        runner = Runner(self.runner.writer, self.runner.settings, now=self.clock)
        await runner.run(Wanted(requested_at=self.clock(), sources=(self.source,)))
        return str(self.runner.rows("SELECT outcome_message FROM source WHERE id = ?", self.source)[0])

    def stories(self) -> list[int]:
        """The numbers of those that are stored, oldest first."""
        urls = self.runner.rows("SELECT url FROM story")
        return sorted(int(url.rpartition("/")[2]) for url in urls)

    @property
    def asked(self) -> list[str]:
        return [request.path for request in self.web.log]


@asynccontextmanager
async def outage(
    folder: Path, web: Web, *, path: str = "/feed.xml", **options: object
) -> AsyncIterator[Crawl]:
    """A source that was read at the start, with stories 0 to -9, and failed for three days."""
    client = web.settings(secrets=Secrets({"login": "editor:CANARY"}, variables={}))
    session = SessionSettings(client=client, workers=1, delay_s=0.0, per_minute=None)
    async with open_runner(folder, web, session=session) as runner:
        crawl = Crawl(runner=runner, web=web, clock=Clock(now=START))
        crawl.source = runner.add("daily.test", path, now=START, **options)
        web.serve(path, document(0))
        await crawl.visit()
        web.serve(path, b"", status=503)
        crawl.clock.now = START + 2 * DAY
        await crawl.visit()
        crawl.clock.now = START + 3 * DAY
        web.log.clear()
        yield crawl


# Stories 1 to 36 came meanwhile; the feed holds 27 to 36.
PAGES = {
    # how the feed leads to what is older → the address of its page n
    "RFC 5005, paged": ("next", "/feed.xml?page={}"),
    "RFC 5005, archived": ("prev-archive", "/archive/{}.xml"),
    "printed as prev": ("prev", "/feed.xml?page={}"),
    "WordPress": (None, "/feed.xml?paged={}"),
}


def serve_pages(web: Web, how: str, *, count: int = 9) -> list[str]:
    """The feed as it is after three days, in so many pages; the addresses of those behind the first."""
    relation, template = PAGES[how]
    paths = ["/feed.xml", *(template.format(number) for number in range(2, count + 1))]
    for number, path in enumerate(paths):
        leads = "" if relation is None or number + 1 == count else link(paths[number + 1], relation)
        head = leads if relation is not None else WORDPRESS
        web.serve(path, document(36 - WINDOW * number, head=head))
    return paths[1:]


@pytest.mark.parametrize("how", PAGES)
async def test_three_days_of_outage_are_made_good_page_by_page(how: str, tmp_path: Path, web: Web) -> None:
    async with outage(tmp_path, web) as crawl:
        paths = serve_pages(web, how)
        words = await crawl.visit()
        assert crawl.stories() == list(range(-9, 37))
        assert crawl.asked == ["/feed.xml", "/robots.txt", "/.well-known/tdmrep.json", *paths[:3]]
        ended = "closed by page 4; 3 older documents requested, 26 missed entries found"
        assert words == f"read 10 entries of rss 2.0, none of them known before; {ended}"
        shown = crawl.runner.rows(
            "SELECT gap_count, gap_message, backfill_failures, profile_feed_size FROM source"
        )
        assert shown == [(1, ended, 0, WINDOW)]
        assert crawl.runner.rows("SELECT new, seen FROM visit ORDER BY id DESC LIMIT 1") == [(36, 36)]
        if how != "WordPress":  # once is enough, each visit starts a reader
            return
        crawl.clock.now += timedelta(hours=1)
        web.log.clear()
        await crawl.visit()  # the older documents are not known as the feed's own
        assert (crawl.asked, crawl.stories()) == (["/feed.xml"], list(range(-9, 37)))


async def test_atom_and_json_feeds_name_their_older_documents(tmp_path: Path, web: Web) -> None:
    def entry(number: int) -> str:
        return (
            f'{{"id": "g-{number}", "url": "http://daily.test/stories/{number}", "title": "Story {number}",'
            f' "date_published": "{(START + timedelta(hours=2 * number)).isoformat()}"}}'
        )

    def json_feed(newest: int, older: str) -> str:
        items = ", ".join(entry(number) for number in range(newest, newest - WINDOW, -1))
        return f'{{"version": "https://jsonfeed.org/version/1.1", "title": "D", {older} "items": [{items}]}}'

    async with outage(tmp_path, web) as crawl:
        web.serve("/feed.xml", json_feed(15, '"next_url": "/more.json",'))
        web.serve("/more.json", json_feed(5, ""))
        assert "closed by page 2" in await crawl.visit()
        assert crawl.stories() == list(range(-9, 16))


ENDS = {
    # what the feed links, what answers there → how it ends, what is asked but feed, robots and sitemaps
    "another site": (link("http://elsewhere.test:{port}/old.xml"), {}, "on another site, elsewhere.test", []),
    "itself": (link("/feed.xml"), {}, "the feed links no older document, there is no news sitemap", []),
    "another site by redirect": (
        link("/old.xml"), {"/old.xml": {"status": 302, "headers": {"Location": "http://elsewhere.test:{port}/"}}},
        "on another site, elsewhere.test", ["/old.xml"],
    ),
    "nowhere": (link("/old.xml"), {}, "answered 404", ["/old.xml"]),
    "a page that asks for a pause": (
        link("/old.xml"), {"/old.xml": {"status": 429, "headers": {"Retry-After": "600"}}},
        "answered 429", ["/old.xml"],
    ),
    "no feed": (link("/old.xml"), {"/old.xml": {"body": b"<html><body>archive</body></html>"}},
                "this is a web page", ["/old.xml"]),
    "the same again": (link("/old.xml"), {"/old.xml": {"body": document(36)}},
                       "page 2 has the same entries again", ["/old.xml"]),
    "a circle": (
        link("/b.xml"),
        {"/b.xml": {"body": document(26, head=link("/c.xml"))},
         "/c.xml": {"body": document(20, head=link("/b.xml"))}},
        "link back to one that was requested", ["/b.xml", "/c.xml"],
    ),
    "an address of our own network": (link("http://10.1.2.3/old.xml"), {}, "on another site", []),
    "a page without end": (
        link("/p1.xml"),
        {f"/p{n}.xml": {"body": document(27 - 2 * n, count=2, head=link(f"/p{n + 1}.xml"))}
         for n in range(1, 9)},
        "a visit takes no more than 5 documents", [f"/p{n}.xml" for n in range(1, 6)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ENDS)
async def test_a_search_that_closes_nothing_ends_soon_and_says_why(
    case: str, tmp_path: Path, web: Web
) -> None:
    head, answers, words, asked = ENDS[case]
    async with outage(tmp_path, web) as crawl:
        web.serve("/feed.xml", document(36, head=head.format(port=web.port)))
        for path, shown in answers.items():
            headers = {name: value.format(port=web.port) for name, value in shown.get("headers", {}).items()}
            web.serve(path, **{**shown, "headers": headers})
        output = await crawl.visit()
        assert "; not closed: " in output
        assert words in output
        beside = [
            path for path in crawl.asked if not any(name in path for name in ("robots", "sitemap", "tdmrep"))
        ]
        assert beside == ["/feed.xml", *asked]
        assert {request.host for request in web.log} == {"daily.test"}
        assert crawl.runner.rows("SELECT outcome, gap_count, backfill_failures FROM source") == [
            ("read", 1, 1)
        ]
        if "429" in words:
            assert crawl.runner.rows("SELECT rate_share, blocked_until IS NOT NULL FROM host") == [(0.5, 1)]
            assert not any("sitemap" in path for path in crawl.asked)
        if case not in ("nowhere", "a page that asks for a pause"):  # the rest waits alike
            return
        web.log.clear()
        crawl.clock.now += timedelta(minutes=5)
        web.serve("/feed.xml", document(60, head=head.format(port=web.port)))
        await crawl.visit()
        assert crawl.asked == ([] if "429" in words else ["/feed.xml"])  # it waits before it asks again


async def test_a_source_that_always_overflows_pays_ever_less_for_it(tmp_path: Path, web: Web) -> None:
    async with outage(tmp_path, web) as crawl:
        for visit in range(1, 17):
            crawl.clock.now += timedelta(minutes=30)
            web.serve("/feed.xml", document(60 + 20 * visit, head=link(f"/gone-{visit}.xml")))
            await crawl.visit()
        gone = [path for path in crawl.asked if path.startswith("/gone")]
        [(count, words)] = crawl.runner.rows("SELECT gap_count, gap_message FROM source")
        assert count == 16 and words.endswith("the last backfill closed no gap, so the next one waits")
        assert len(gone) == 4  # in 8 hours: at once, then after 1, 2 and 4
    assert [backfill_delay(failures) / timedelta(hours=1) for failures in (0, 1, 2, 3, 99)] == [
        0,
        1,
        2,
        4,
        720,
    ]


async def test_entries_under_other_names_are_no_gap(tmp_path: Path, web: Web) -> None:
    """A feed that renames all its entries still reaches back by their dates."""
    async with outage(tmp_path, web) as crawl:
        web.serve("/feed.xml", document(36, guid="other", head=link("/old.xml"), count=51))
        assert "older" not in await crawl.visit()
        assert crawl.asked == ["/feed.xml"]
        assert crawl.runner.rows("SELECT gap_count, backfill_failures FROM source") == [(0, 0)]


async def test_old_stories_of_an_older_document_are_no_news(tmp_path: Path, web: Web) -> None:
    """Stories from before the last visit that were never in the feed stay outside."""
    async with outage(tmp_path, web) as crawl:
        web.serve("/feed.xml", document(36, head=link("/all.xml")))
        web.serve("/all.xml", document(26, count=100))
        await crawl.visit()
        assert crawl.stories() == list(range(-12, 37))  # a day's doubt about dates is allowed


async def test_the_pages_of_what_was_missed_are_read_as_those_of_news(tmp_path: Path, web: Web) -> None:
    async with outage(tmp_path, web, full_text=True) as crawl:
        pages = "SELECT why, count(*) FROM page GROUP BY why"
        assert crawl.runner.rows(pages) == [("backlog", WINDOW)]
        serve_pages(web, "RFC 5005, paged")
        await crawl.visit()
        assert crawl.runner.rows(pages) == [("backlog", WINDOW), ("new", 36)]


async def test_secrets_go_along_to_the_feeds_own_origin_and_to_no_other(tmp_path: Path, web: Web) -> None:
    async with outage(tmp_path, web, secrets=SecretNames(auth="login")) as crawl:
        site = "UPDATE source SET site = 'archive.test'"  # whose page links the feed
        crawl.runner.writer.do(lambda db: db.conn.execute(site))
        web.serve("/feed.xml", document(36, head=link("/old.xml?token=CANARY2")))
        older = link(web.url("archive.test", "/2.xml?token=CANARY2"))
        web.serve("/old.xml", document(26, head=older))
        web.serve("/2.xml", status=500, host="archive.test")
        words = await crawl.visit()
        assert "archive.test" in words and "answered 500" in words
        sent = {(request.host, request.path): "authorization" in request.headers for request in web.log}
        assert sent == {
            ("daily.test", "/feed.xml"): True,
            ("daily.test", "/robots.txt"): False,
            ("daily.test", "/.well-known/tdmrep.json"): False,
            ("daily.test", "/old.xml?token=CANARY2"): True,
            ("archive.test", "/robots.txt"): False,
            ("archive.test", "/.well-known/tdmrep.json"): False,
            ("archive.test", "/2.xml?token=CANARY2"): False,
            ("daily.test", "/news-sitemap.xml"): True,
            ("daily.test", "/sitemap-news.xml"): True,
        }
        stored = crawl.runner.rows(
            "SELECT coalesce(outcome_message, '') || coalesce(gap_message, '') FROM source"
        )
        assert "CANARY" not in str(stored)


async def test_robots_txt_is_fetched_before_an_older_document(tmp_path: Path, web: Web) -> None:
    async with outage(tmp_path, web) as crawl:
        serve_pages(web, "RFC 5005, archived")
        web.serve("/robots.txt", b"User-agent: *\nDisallow: /archive/\n", type="text/plain")
        assert "the robots.txt of daily.test" in await crawl.visit()
        assert not any(path.startswith("/archive") for path in crawl.asked)


def sitemap(numbers: Sequence[int], *, also: str = "") -> str:
    rows = "".join(
        f"<url><loc>http://daily.test/stories/{number}</loc><n:news><n:publication><n:name>D</n:name>"
        f"<n:language>en</n:language></n:publication><n:publication_date>"
        f"{(START + timedelta(hours=2 * number)).isoformat()}</n:publication_date>"
        f"<n:title>What happened in hour {2 * number}</n:title></n:news></url>"
        for number in numbers
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{rows}{also}</urlset>'
    )


ALL = range(36, -3, -1)  # down to some that were there before the outage
NAMED, STRANGE = "Sitemap: http://daily.test:{port}/maps/news.xml", "Sitemap: http://elsewhere.test/news.xml"
SITEMAPS = [
    # where it lies, what robots.txt names, what it lists → from which story on all is stored, how it ends
    ("/news-sitemap.xml", "", ALL, 1, "closed by the news sitemap"),
    ("/sitemap-news.xml", "", ALL, 1, "closed by the news sitemap"),
    ("/maps/news.xml", NAMED, ALL, 1, "closed by the news sitemap"),
    ("/news-sitemap.xml", STRANGE, ALL, 1, "closed by the news sitemap"),
    ("/news-sitemap.xml", "", range(36, 20, -1), 21, "the news sitemap does not reach back"),
    ("/news-sitemap.xml", "", range(36, -3, -3), 27, "it lists other stories"),  # and those of `_elsewhere`
    ("/elsewhere.xml", "", ALL, 27, "there is no news sitemap"),
]


@pytest.mark.parametrize(("path", "robots", "listed", "since", "words"), SITEMAPS)
async def test_the_news_sitemap_is_requested_where_there_is_no_older_document(
    path: str, robots: str, listed: range, since: int, words: str, tmp_path: Path, web: Web
) -> None:
    async with outage(tmp_path, web) as crawl:
        web.serve("/feed.xml", document(36))
        if robots:
            web.serve("/robots.txt", robots.format(port=web.port), type="text/plain")
        others = range(500, 520) if "other" in words else ()
        web.serve(path, sitemap(listed, also="".join(map(_elsewhere, others))), type=XML)
        output = await crawl.visit()
        assert words in output
        assert crawl.stories() == [*range(-9, 1), *range(since, 37)]
        assert crawl.runner.rows("SELECT count(*) FROM revision") == [0]
        assert {request.host for request in web.log} == {"daily.test"}


def _elsewhere(number: int) -> str:
    """A story of another part of the paper, of the time that the feed's document spans."""
    moment = START + timedelta(hours=2 * 30 + number % 8)
    return (
        f"<url><loc>http://daily.test/stories/{number}</loc><n:news><n:publication_date>"
        f"{moment.isoformat()}</n:publication_date><n:title>Politics {number}</n:title></n:news></url>"
    )


WAYS = [
    # links, generator, address → relation and address of each way
    ([], None, "http://a.test/feed.xml", []),
    ([], None, "http://a.test/feed/", [("paged", "http://a.test/feed/?paged=2")]),
    ([], None, "http://a.test/x/feed/atom/?a=1", [("paged", "http://a.test/x/feed/atom/?a=1&paged=2")]),
    ([], None, "http://a.test/?feed=rss2", [("paged", "http://a.test/?feed=rss2&paged=2")]),
    ([], "Hugo 0.1", "http://a.test/feed/", []),
    ([], "https://wordpress.com/", "http://a.test/x.xml", [("paged", "http://a.test/x.xml?paged=2")]),
    ([("next", "/2")], None, "http://a.test/x.xml", [("next", "/2")]),
    (
        [("prev", "/3"), ("next", "/2"), ("prev-archive", "/1")],
        None,
        "http://a.test/x.xml",
        [("prev-archive", "/1"), ("next", "/2"), ("prev", "/3")],
    ),
]


@pytest.mark.parametrize(("links", "generator", "address", "ways"), WAYS)
def test_the_ways_to_what_is_older(
    links: list[tuple[str, str]], generator: str | None, address: str, ways: list[tuple[str, str]]
) -> None:
    found = older_links(links, generator=generator, address=address)
    assert [(way.relation, way.address) for way in found] == ways


@pytest.mark.parametrize(
    ("address", "after"),
    [
        ("http://a.test/feed/", "http://a.test/feed/?paged=2"),
        ("http://a.test/feed/?paged=2", "http://a.test/feed/?paged=3"),
        ("http://a.test/?x=1&paged=9&y=%20#z", "http://a.test/?x=1&paged=10&y=%20"),
        ("http://a.test/?unpaged=4", "http://a.test/?unpaged=4&paged=2"),
    ],
)
def test_the_next_page_of_wordpress(address: str, after: str) -> None:
    assert next_paged(address) == after
