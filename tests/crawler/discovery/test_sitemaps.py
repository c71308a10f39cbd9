"""News sitemaps that `newsdesk add` finds, and when one is preferred to a feed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsdesk.crawler.discovery.candidates import Carries, FoundFeed
from newsdesk.crawler.discovery.search import Discovery, DiscoveryRequest
from newsdesk.crawler.discovery.sitemaps import MOST_SITEMAP_REQUESTS, is_excerpt
from newsdesk.crawler.session import Session
from newsdesk.crawler.session_settings import SessionSettings
from newsdesk.storage.records.visits import Limits, SourceKind
from tests.crawler.sitemaps.documents import Listed, index, stories, urlset
from tests.support.feeds import Item, rss
from tests.support.shell import Shell
from tests.support.web import Web, web_in_thread

HTML = "text/html; charset=utf-8"
XML = "application/xml"
PAGE = "<!doctype html><html><head><title>The Daily</title></head><body><p>News</p></body></html>"


async def find(web: Web, path: str = "/", *, kind: SourceKind | None = None) -> Discovery:
    settings = SessionSettings(client=web.settings(), workers=1, delay_s=0.0, per_minute=None)
    async with Session(settings, now=lambda: datetime.now(UTC)) as session:
        address = web.url("daily.test", path)
        return await session.discover(
            DiscoveryRequest(address=address, kind=kind, limits=Limits(visit_s=5.0))
        )


def site(web: Web, *, head: str = "", robots: str = "") -> None:
    web.serve("/", PAGE.replace("</head>", f"{head}</head>"), host="daily.test", type=HTML)
    web.serve("/robots.txt", robots, host="daily.test", type="text/plain")


def with_feed(web: Web, *items: Item) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
    site(web, head=link, robots="Sitemap: /news-sitemap.xml")
    web.serve("/feed.xml", rss(*items), host="daily.test")


def named(web: Web) -> None:
    site(web, robots="User-agent: *\nSitemap: /all.xml\nSitemap: /maps/news.xml")
    web.serve("/maps/news.xml", urlset(*stories(5)), type=XML)


def usual_path(web: Web) -> None:
    site(web)
    web.serve("/news-sitemap.xml", urlset(*stories(5)), type=XML)


def index_with_news(web: Web) -> None:
    site(web, robots="Sitemap: /sitemap_index.xml")
    children = ("/post-sitemap.xml", "/news-sitemap.xml", "/author-sitemap.xml")
    web.serve("/sitemap_index.xml", index(*(web.url("daily.test", path) for path in children)), type=XML)
    web.serve("/news-sitemap.xml", urlset(*stories(5)), type=XML)


def index_by_day(web: Web) -> None:
    site(web, robots="Sitemap: /sitemap.xml")
    children = ("/news-2026-11-23.xml", "/news-2026-11-24.xml")
    web.serve("/sitemap.xml", index(*(web.url("daily.test", path) for path in children)), type=XML)
    web.serve("/news-2026-11-24.xml", urlset(*stories(5)), type=XML)


def plain(web: Web) -> None:
    site(web, robots="Sitemap: /sitemap.xml")
    today = datetime.now(UTC).date().isoformat()
    listed = [
        Listed(link=f"http://daily.test/{name}", lastmod=today)
        for name in ("news/ferry-sinks-in-storm-1", "tag/x")
    ]
    web.serve("/sitemap.xml", urlset(*listed), type=XML)


def plain_and_old(web: Web) -> None:
    site(web, robots="Sitemap: /sitemap.xml")
    web.serve(
        "/sitemap.xml",
        urlset(Listed(link="http://daily.test/news/ferry-sinks-in-storm-1", lastmod="2019-01-01")),
        type=XML,
    )


def to_home(web: Web) -> None:
    """Each unknown address leads to the front page."""
    web.redirect("/", "/home", host="daily.test")
    web.serve_all("daily.test", PAGE, type=HTML)


def same_feed(web: Web) -> None:
    listed = stories(6)
    with_feed(web, *map(as_item, listed))
    web.serve("/news-sitemap.xml", urlset(*listed), type=XML)


def selection(web: Web) -> None:
    """The feed has each fourth story."""
    listed = stories(40)
    with_feed(web, *map(as_item, listed[::4]))
    web.serve("/news-sitemap.xml", urlset(*listed), type=XML)


def as_item(one: Listed) -> Item:
    moment = datetime.fromisoformat(one.published or "")
    return Item(title=one.title or "", link=one.link, date=moment.strftime("%a, %d %b %Y %H:%M:%S GMT"))


@dataclass(frozen=True, kw_only=True)
class Case:
    serve: Callable[[Web], None]
    found: list[tuple[SourceKind, str]]
    found_by: str | None = None


CASES = [
    Case(serve=named, found=[("sitemap", "/maps/news.xml")], found_by="robots.txt"),
    Case(serve=usual_path, found=[("sitemap", "/news-sitemap.xml")], found_by="well-known path"),
    Case(serve=index_with_news, found=[("sitemap", "/news-sitemap.xml")], found_by="robots.txt"),
    Case(serve=index_by_day, found=[("sitemap", "/sitemap.xml")], found_by="robots.txt"),
    Case(serve=plain_and_old, found=[]),
    Case(serve=to_home, found=[]),
    Case(serve=same_feed, found=[("feed", "/feed.xml")]),
    Case(
        serve=selection,
        found=[("sitemap", "/news-sitemap.xml"), ("feed", "/feed.xml")],
        found_by="robots.txt",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.serve.__name__)
async def test_what_is_found(web: Web, case: Case) -> None:
    case.serve(web)
    found = await find(web)
    here = web.url("daily.test", "")
    assert [(one.source_kind, one.address.removeprefix(here)) for one in found.feeds] == case.found
    if case.found_by is not None:
        best = found.feeds[0]
        assert (best.found_by, best.title, best.carries) == (case.found_by, "The Daily", "headlines")
    asked = [
        one.path for one in web.log if "sitemap" in one.path or "robots" in one.path or "maps" in one.path
    ]
    assert len(asked) <= MOST_SITEMAP_REQUESTS
    assert any("short excerpt" in note for note in found.notes) is (len(case.found) == 2)


async def test_the_address_of_a_sitemap_is_added_as_it_is(web: Web) -> None:
    web.serve("/n.xml", urlset(*stories(2)), type=XML)
    web.serve("/i.xml", index(web.url("daily.test", "/2026-11.xml")), type=XML)
    web.serve("/2026-11.xml", urlset(*stories(2)), type=XML)
    for path in ("/n.xml", "/i.xml"):
        [one] = (await find(web, path)).feeds
        assert (one.address, one.found_by, one.source_kind) == (
            web.url("daily.test", path),
            "given",
            "sitemap",
        )
    assert not web.requests_to("/robots.txt")


async def test_a_kind_leaves_the_others_out(web: Web) -> None:
    same_feed(web)
    web.serve("/all.xml", urlset(*stories(2)), type=XML)
    [one] = (await find(web, kind="sitemap")).feeds
    assert (one.source_kind, one.entries) == ("sitemap", 6) and not web.requests_to("/feed.xml")
    [one] = (await find(web, "/feed.xml", kind="sitemap")).feeds
    assert one.source_kind == "sitemap"
    web.log.clear()
    [one] = (await find(web, kind="feed")).feeds
    assert one.source_kind == "feed" and not web.requests_to("/robots.txt")
    found = await find(web, "/all.xml", kind="feed")
    assert found.feeds == () and found.outcome.code == "not-a-feed"
    web.serve("/news-sitemap.xml", status=404)
    web.serve("/all.xml", status=404)
    found = await find(web, kind="sitemap")
    assert found.feeds == () and found.outcome.code == "not-a-sitemap"
    web.serve("/robots.txt", "User-agent: *\nAllow: /\n", type="text/plain", host="daily.test")
    found = await find(web, kind="sitemap")
    assert "robots.txt names no sitemap, and there is none at /news-sitemap.xml" in found.outcome.message
    plain_and_old(web)  # what a person wants needs no date
    [one] = (await find(web, kind="sitemap")).feeds
    assert (one.source_kind, one.entries, one.carries) == ("sitemap", 1, "addresses")


async def test_a_sitemap_of_plain_addresses_is_found_where_there_is_nothing_else(web: Web) -> None:
    plain(web)
    [one] = (await find(web)).feeds
    assert (one.source_kind, one.entries, one.carries) == ("sitemap", 1, "addresses")
    assert one.newest is not None


NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def found(every_min: int, count: int, *, carries: Carries = "headlines", step: int = 1) -> FoundFeed:
    """`count` stories, the newest now, one each `every_min` minutes; `step`: only each so many of a site."""
    numbers = [step * number for number in range(count)]
    return FoundFeed(
        address="http://daily.test/x",
        found_by="given",
        page="",
        order=0,
        kind="main",
        entries=count,
        carries=carries,
        keys=tuple(str(number * every_min // step) for number in numbers),
        dates=tuple(NOW - timedelta(minutes=number * every_min // step) for number in numbers),
    )


@pytest.mark.parametrize(
    ("feed", "sitemap", "excerpt"),
    [
        (found(10, 50), found(10, 200), True),  # eight hours of two days
        (found(10, 50, carries="full text"), found(10, 200), False),
        (found(30, 50), found(30, 90), False),  # a day of two: enough
        (found(40, 40), found(10, 160), True),  # each fourth
        (found(40, 40, carries="full text"), found(10, 160), True),
        (found(10, 50), found(10, 60), False),
        (found(10, 2), found(10, 200), False),  # too few to tell
        (found(10, 0), found(10, 200), False),
        (found(10, 50), found(10, 0), False),
        (found(7, 50), found(11, 200), False),  # other stories
    ],
)
def test_when_a_feed_is_an_excerpt(feed: FoundFeed, sitemap: FoundFeed, excerpt: bool) -> None:
    assert is_excerpt(feed, sitemap) is excerpt


def test_a_site_with_a_news_sitemap_alone_is_added_by_its_name(tmp_path: Path) -> None:
    with web_in_thread() as web:
        shell = Shell(tmp_path, web)
        usual_path(web)
        output = shell.run("add", web.url("daily.test"), "--tag", "local")
        assert "added      1  The Daily" in output and "found at a well-known path, 5 entries" in output
        assert "the pages of its new stories are read" in output
        assert shell.rows("SELECT kind, full_text, site FROM source") == [("sitemap", 1, "daily.test")]
        assert "sitemap" in shell.run("sources")
        shell.run("crawl", code=None)
        assert shell.rows("SELECT count(*) FROM story") == [5]
