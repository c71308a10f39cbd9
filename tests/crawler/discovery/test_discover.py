"""Home pages as sites have them, and the feed that a reader would choose; never one that is none.

Each case is a little web of its own; the shapes are those of real sites, written by hand.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.crawler.discovery.candidates import Kind, kind_of, unexpected_words
from newsdesk.crawler.discovery.home_page import read_home, read_link_header
from newsdesk.crawler.discovery.search import MOST_REQUESTS, Discovery, DiscoveryRequest
from newsdesk.crawler.discovery.sitemaps import MOST_SITEMAP_REQUESTS
from newsdesk.crawler.session import Session
from newsdesk.crawler.session_settings import SessionSettings
from newsdesk.crawler.sitemaps.robots_lines import read_sitemap_lines
from newsdesk.demo.serve import newsroom_in_thread
from newsdesk.storage.records.visits import Limits
from tests.crawler.challenges.scripted import ANUBIS
from tests.support.certificates import Issuer
from tests.support.feeds import Item, many, rss
from tests.support.growth import growth
from tests.support.shell import Shell
from tests.support.web import Web, web_in_thread

HTML = "text/html; charset=utf-8"
# ruff: noqa: E501 - so that pages read as they are sent


def feed(site: str = "daily.test", *, count: int = 12, title: str = "The Daily", start: int = 0) -> bytes:
    return rss(*many(count, site=site, start=start), title=title)


def comments() -> bytes:
    return rss(
        *(
            Item(title=f"By reader {n}", link=f"http://daily.test/ferry#c{n}", guid=f"c{n}")
            for n in range(30)
        ),
        title="Comments for The Daily",
    )


def atom(count: int = 12) -> bytes:
    rows = "".join(
        f"<entry><title>Story number {n}</title><id>daily.test-{n}</id><updated>2026-11-24T05:36:00Z</updated>"
        f'<link href="http://daily.test/stories/{n}"/><summary>Short.</summary></entry>'
        for n in range(count)
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>The Daily</title>{rows}</feed>'.encode()


def json_feed(count: int = 12) -> bytes:
    rows = ",".join(
        f'{{"id": "{n}", "url": "http://daily.test/stories/{n}", "title": "Story {n}", "content_text": "Short."}}'
        for n in range(count)
    )
    return (
        f'{{"version": "https://jsonfeed.org/version/1.1", "title": "The Daily", "items": [{rows}]}}'.encode()
    )


def page(head: str = "", body: str = "<h1>Today</h1>", title: str = "The Daily") -> bytes:
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title>{head}</head>"
        f"<body>{body}</body></html>"
    ).encode()


def tag(href: str, title: str = "The Daily", kind: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{href}">'


# The webs. Each serves its pages and returns nothing; {port} in a page becomes the web's.


def link_tag(web: Web) -> None:
    web.serve("/", page(tag("/feed.xml")), type=HTML)
    web.serve("/feed.xml", feed())


def catch_all_same_page(web: Web) -> None:
    web.serve_all("daily.test", page(), type=HTML)


def catch_all_redirect(web: Web) -> None:
    web.serve_all("daily.test", b"moved", status=302, headers={"Location": "/"})
    web.serve("/", page(), host="daily.test", type=HTML)


def catch_all_redirect_to_a_feed(web: Web) -> None:
    """Whatever is asked leads to the feed of another site: no path of this one is a feed."""
    web.serve_all("daily.test", b"moved", status=301, headers={"Location": web.url("other.test", "/feed")})
    web.serve("/", page(), host="daily.test", type=HTML)
    web.serve("/feed", feed("other.test"), host="other.test")


def nothing_there(web: Web) -> None:
    web.serve(
        "/", page(body="<a href='/news/feed-the-birds'>How to feed the birds in a long winter</a>"), type=HTML
    )
    web.serve("/news/feed-the-birds", page(), type=HTML)
    web.serve("/robots.txt", "User-agent: *\nSitemap: /sitemap.xml\n", type="text/plain")


def comments_first(web: Web) -> None:
    head = tag("/comments/feed/", "The Daily » Comments Feed") + tag("/feed/", "The Daily » Feed")
    web.serve("/", page(head), type=HTML)
    web.serve("/comments/feed/", comments())
    web.serve("/feed/", feed(count=5))


def only_comments_declared(web: Web) -> None:
    web.serve("/", page(tag("/comments/feed/", "The Daily » Comments Feed")), type=HTML)
    web.serve("/comments/feed/", comments())
    web.redirect("/feed", "/feed/")
    web.serve("/feed/", feed())


def comments_in_german(web: Web) -> None:
    head = tag("/?feed=comments-rss2", "Der Tag » Kommentar-Feed") + tag("/?feed=rss2", "Der Tag » Feed")
    web.serve("/", page(head, title="Der Tag"), type=HTML)
    web.serve("/?feed=comments-rss2", comments())
    web.serve("/?feed=rss2", feed())


def relative_with_base(web: Web) -> None:
    head = '<base href="/edition/north/">' + tag("../feeds/north.xml")
    web.serve("/", page(head), type=HTML)
    web.serve("/edition/feeds/north.xml", feed())


def forbidden_all(web: Web) -> None:
    web.serve_all("daily.test", b"no", status=403, type=HTML)


def forbidden_home_only(web: Web) -> None:
    web.serve("/", b"no", status=403, type=HTML)
    web.serve("/feed", b"no", status=403, type=HTML)
    web.serve("/rss.xml", feed())


def link_header_only(web: Web) -> None:
    web.serve(
        "/",
        page(),
        type=HTML,
        headers=(
            (
                "Link",
                '<https://api.w.test/wp-json/>; rel="https://api.w.org/", </style.css>; rel=preload; as=style',
            ),
            (
                "Link",
                '</updates/main>; rel="alternate"; type="application/atom+xml"; title="The Daily, all of it"',
            ),
        ),
    )
    web.serve("/updates/main", atom())


def anchors_only(web: Web) -> None:
    body = (
        "<a href='/about'>About</a><a href='/feedback'>Feedback</a>"
        "<a href=/syndicate.php class='social'><svg></svg><i class='fa fa-rss'></i></a>"
    )
    web.serve("/", page(body=body), type=HTML)
    web.serve("/feedback", page(), type=HTML)
    web.serve("/syndicate.php", feed())


def anchor_to_a_list(web: Web) -> None:
    web.serve("/", page(body="<footer><a href='/rss/'>RSS</a></footer>"), type=HTML)
    rows = "<a href='/rss/sport.xml'>Sport</a><a href='/rss/top.xml'>Top stories</a>"
    web.serve("/rss/", page(body=rows, title="RSS feeds of The Daily"), type=HTML)
    web.serve("/rss/sport.xml", feed(title="The Daily: Sport", start=50))
    web.serve("/rss/top.xml", feed())


def broken_tag_known_path(web: Web) -> None:
    web.serve("/", page(tag("/old/rss.php")), type=HTML)
    web.redirect("/feed", "/feed/")
    web.serve("/feed/", feed())


def many_sections(web: Web) -> None:
    names = ("Sport", "Politics", "Business", "Culture", "Weather", "Travel", "Science", "Health")
    head = "".join(tag(f"/rss/{name.lower()}.xml", f"The Daily - {name}") for name in names)
    head += tag("/rss/all.xml", "The Daily - Latest news") + tag("/rss/video.xml", "The Daily - Video")
    web.serve("/", page(head, title="The Daily | News from the harbour"), type=HTML)
    for place, name in enumerate((*names, "Video")):
        body = feed(title=f"The Daily - {name}", start=100 * place + 100)
        web.serve(f"/rss/{name.lower()}.xml", body)
    web.serve("/rss/all.xml", feed())


def category_paths(web: Web) -> None:
    head = (
        tag("/category/sport/feed/", "Sport") + tag("/author/hill/feed/", "Ann Hill") + tag("/feed/", "All")
    )
    web.serve("/", page(head), type=HTML)
    web.serve("/category/sport/feed/", feed(start=50))
    web.serve("/author/hill/feed/", feed(start=80))
    web.serve("/feed/", feed())


def schemes_twice(web: Web) -> None:
    secure = f"https://daily.test:{web.port}/feed.xml"
    web.serve("/", page(tag(secure) + tag(web.url("daily.test", "/feed.xml"))), type=HTML)
    web.serve("/feed.xml", feed())


def leads_to_www(web: Web) -> None:
    web.redirect("/", web.url("www.daily.test"), host="daily.test")
    web.serve("/", page(tag("feed.xml")), host="www.daily.test", type=HTML)
    web.serve("/feed.xml", feed(), host="www.daily.test")


def json_and_rss(web: Web) -> None:
    head = tag("/feed.json", kind="application/feed+json") + tag("/rss.xml")
    web.serve("/", page(head), type=HTML)
    web.serve("/feed.json", json_feed(), type="application/feed+json")
    text = "<p>" + "What happened at the harbour, told whole. " * 40 + "</p>"
    items = (Item(title=f"Story {n}", link=f"http://daily.test/stories/{n}", text=text) for n in range(12))
    web.serve("/rss.xml", rss(*items, title="The Daily"))


def not_ascii(web: Web) -> None:
    head = tag("/ニュース/フィード.xml", "港日報 コメントフィード以外") + tag("/rss/新着.rdf", "港日報")
    body = (
        page(head, title="港日報 &#8211; トップ").decode().replace("utf-8", "shift_jis").encode("shift_jis")
    )
    web.serve("/", body, type="text/html")
    web.serve("/rss/%E6%96%B0%E7%9D%80.rdf", feed(title="港日報"))


def huge_page(web: Web) -> None:
    scripts = (
        "<script>var a = '<link rel=alternate type=application/rss+xml href=/wrong.xml>';</script>" * 2_000
    )
    body = "<p>words and words <b>and</b> words" * 150_000 + "<a href='/wrong'>RSS</a>"
    web.serve("/", page(scripts + tag("/feed.xml"), body), type=HTML)
    web.serve("/feed.xml", feed())


def feed_scheme(web: Web) -> None:
    web.serve("/", page(body=f"<a href='feed://daily.test:{web.port}/all.php'>Subscribe</a>"), type=HTML)
    web.serve("/all.php", feed())


def feed_burner(web: Web) -> None:
    web.serve("/", page(tag(web.url("feeds.burner.test", "/TheDaily"))), type=HTML)
    web.serve("/TheDaily", feed(), host="feeds.burner.test")


def commented_out(web: Web) -> None:
    head = f"<!-- {tag('/old.xml')} --><style>/* {tag('/style.xml')} */</style>" + tag("/new.xml")
    web.serve("/", page(head), type=HTML)
    for path in ("/old.xml", "/style.xml"):
        web.serve(path, feed(start=50))
    web.serve("/new.xml", feed())


def other_alternates(web: Web) -> None:
    head = (
        '<link rel=alternate hreflang=de href="/de/"><link rel="alternate stylesheet" type=text/xml href=/feed.css>'
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">'
        '<link rel="alternate" type="application/json+oembed" href="/oembed?feed=1">'
        '<link rel="alternate" type="text/xml+oembed" href="/oembed?format=xml">'
        '<LINK TYPE="application/atom+xml" HREF="/atom" REL="Alternate" />'
    )
    web.serve("/", page(head), type=HTML)
    web.serve("/atom", atom())


def podcast_first(web: Web) -> None:
    head = tag("/listen.xml", "The Daily") + tag("/read.xml", "The Daily")
    web.serve("/", page(head), type=HTML)
    sound = '<item><title>Listen</title><link>http://daily.test/l{n}</link><enclosure url="http://daily.test/{n}.mp3" type="audio/mpeg" length="1"/></item>'
    rows = "".join(sound.replace("{n}", str(n)) for n in range(12))
    web.serve("/listen.xml", f'<rss version="2.0"><channel><title>The Daily</title>{rows}</channel></rss>')
    web.serve("/read.xml", feed())


def forgotten_first(web: Web) -> None:
    old = [
        Item(title=f"Old {n}", link=f"http://daily.test/o{n}", date="Tue, 24 Nov 2020 05:36:00 GMT")
        for n in range(9)
    ]
    web.serve("/", page(tag("/old.xml") + tag("/new.xml")), type=HTML)
    web.serve("/old.xml", rss(*old, title="The Daily"))
    web.serve("/new.xml", feed())


def refreshed(web: Web) -> None:
    web.serve("/", page('<meta http-equiv="Refresh" content="0; URL=\'/en/\'">', ""), type=HTML)
    web.serve("/en/", page(tag("feed.xml")), type=HTML)
    web.serve("/en/feed.xml", feed())


def front_is_missing(web: Web) -> None:
    web.serve("/index.xml", feed())


def reader_service(web: Web) -> None:
    inside = web.url("daily.test", "/all.php").replace(":", "%3A").replace("/", "%2F")
    web.serve(
        "/", page(body=f"<a href='https://feedly.com/i/subscription/feed%2F{inside}'>Follow</a>"), type=HTML
    )
    web.serve("/all.php", feed())


@dataclass(frozen=True, kw_only=True)
class Case:
    serve: Callable[[Web], None]
    first: str | None  # host and path of the first choice
    way: str = "link tag"
    path: str = "/"


NONE = None
CASES = [
    Case(serve=link_tag, first="daily.test/feed.xml"),
    Case(serve=link_tag, first="daily.test/feed.xml", way="given", path="/feed.xml"),
    Case(serve=catch_all_same_page, first=NONE),
    Case(serve=catch_all_redirect, first=NONE),
    Case(serve=catch_all_redirect_to_a_feed, first=NONE),
    Case(serve=nothing_there, first=NONE),
    Case(serve=forbidden_all, first=NONE),
    Case(serve=forbidden_home_only, first="daily.test/rss.xml", way="well-known path"),
    Case(serve=comments_first, first="daily.test/feed/"),
    Case(serve=only_comments_declared, first="daily.test/feed/", way="well-known path"),
    Case(serve=comments_in_german, first="daily.test/?feed=rss2"),
    Case(serve=relative_with_base, first="daily.test/edition/feeds/north.xml"),
    Case(serve=link_header_only, first="daily.test/updates/main", way="link header"),
    Case(serve=anchors_only, first="daily.test/syndicate.php", way="anchor"),
    Case(serve=anchor_to_a_list, first="daily.test/rss/top.xml", way="anchor"),
    Case(serve=broken_tag_known_path, first="daily.test/feed/", way="well-known path"),
    Case(serve=many_sections, first="daily.test/rss/all.xml"),
    Case(serve=category_paths, first="daily.test/feed/"),
    Case(serve=schemes_twice, first="daily.test/feed.xml"),
    Case(serve=leads_to_www, first="www.daily.test/feed.xml"),
    Case(serve=json_and_rss, first="daily.test/rss.xml"),
    Case(serve=not_ascii, first="daily.test/rss/%E6%96%B0%E7%9D%80.rdf"),
    Case(serve=huge_page, first="daily.test/feed.xml"),
    Case(serve=feed_scheme, first="daily.test/all.php", way="anchor"),
    Case(serve=feed_burner, first="feeds.burner.test/TheDaily"),
    Case(serve=commented_out, first="daily.test/new.xml"),
    Case(serve=other_alternates, first="daily.test/atom"),
    Case(serve=podcast_first, first="daily.test/read.xml"),
    Case(serve=forgotten_first, first="daily.test/new.xml"),
    Case(serve=refreshed, first="daily.test/en/feed.xml"),
    Case(serve=front_is_missing, first="daily.test/index.xml", way="well-known path"),
    Case(serve=reader_service, first="daily.test/all.php", way="anchor"),
]


async def find(web: Web, address: str, **options: object) -> Discovery:
    settings = SessionSettings(client=web.settings(), workers=1, delay_s=0.0, per_minute=None)
    async with Session(settings, now=lambda: datetime.now(UTC)) as session:
        return await session.discover(
            DiscoveryRequest(address=address, limits=Limits(visit_s=5.0), **options)
        )  # type: ignore[arg-type]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.serve.__name__}{case.path}")
async def test_the_first_choice_is_right_and_no_false_feed(web: Web, case: Case) -> None:
    case.serve(web)
    found = await find(web, web.url("daily.test", case.path))
    most = MOST_REQUESTS + MOST_SITEMAP_REQUESTS
    assert found.requests <= most and len(web.log) <= most + 2
    if case.first is None:
        assert found.feeds == () and found.outcome.category != "ok" and found.outcome.message
        return
    assert found.feeds, found
    host, _, path = case.first.partition("/")
    best = found.feeds[0]
    assert (best.address, best.found_by) == (web.url(host, f"/{path}"), case.way), found.feeds
    assert best.entries and (best.kind != "comments" or len(found.feeds) == 1)


async def test_declared_comments_never_come_first_and_all_finds_the_rest(web: Web) -> None:
    category_paths(web)
    found = await find(web, web.url("daily.test"), all=True)
    assert [one.kind for one in found.feeds] == ["main", "section", "section"]
    comments_first(web)
    found = await find(web, web.url("daily.test"), all=True)
    assert [one.kind for one in found.feeds] == ["main", "comments"]


async def test_one_feed_in_three_formats_is_one_with_other_addresses(web: Web) -> None:
    head = (
        tag("/atom.xml", kind="application/atom+xml")
        + tag("/rss.xml")
        + tag("/feed.json", kind="application/feed+json")
    )
    web.serve("/", page(head), type=HTML)
    web.serve("/atom.xml", atom(12))
    web.serve("/rss.xml", feed(count=30))
    web.serve("/feed.json", json_feed(12))
    found = await find(web, web.url("daily.test"))
    [best] = found.feeds
    assert best.address == web.url("daily.test", "/rss.xml")  # the most entries
    assert set(best.also) == {web.url("daily.test", "/atom.xml"), web.url("daily.test", "/feed.json")}


async def test_a_section_s_page_gets_the_section_s_feed(web: Web) -> None:
    head = tag("/rss.xml") + tag("/category/sport/rss.xml", "The Daily: Sport")
    web.serve("/category/sport/", page(head, title="Sport - The Daily"), type=HTML)
    web.serve("/rss.xml", feed())
    web.serve("/category/sport/rss.xml", feed(start=50, title="The Daily: Sport"))
    found = await find(web, web.url("daily.test", "/category/sport/"))
    assert found.feeds[0].address == web.url("daily.test", "/category/sport/rss.xml")


async def test_guesses_follow_no_redirect_but_the_slash(web: Web) -> None:
    web.serve("/", page(), type=HTML)
    web.redirect("/feed", web.url("other.test", "/feed.xml"), host="daily.test")
    web.redirect("/rss", "/rss/", host="daily.test")
    web.serve("/feed.xml", feed(), host="other.test")
    web.serve("/rss/", feed(), host="daily.test")
    found = await find(web, web.url("daily.test"))
    assert [one.address for one in found.feeds] == [web.url("daily.test", "/rss/")]
    assert not [request for request in web.log if request.host == "other.test"]


async def test_a_feed_that_moved_for_good_is_taken_where_it_lives(web: Web) -> None:
    web.redirect("/old", "/new", 301)
    web.redirect("/lent", "/new", 302)
    web.serve("/new", feed())
    assert (await find(web, web.url("daily.test", "/old"))).feeds[0].address == web.url("daily.test", "/new")
    assert (await find(web, web.url("daily.test", "/lent"))).feeds[0].address == web.url(
        "daily.test", "/lent"
    )


async def test_a_host_that_asks_for_a_pause_or_is_silent_is_left_in_peace(web: Web) -> None:
    web.serve_all("busy.test", b"", status=429, headers={"Retry-After": "600"})
    found = await find(web, web.url("busy.test"))
    assert (found.outcome.category, len(web.log)) == ("rate-limited", 1)
    assert [taught.host for taught in found.host_updates if taught.blocked_until]
    web.log.clear()
    web.serve_all("no.test", b"", status=403)
    found = await find(web, web.url("no.test"))
    assert (found.outcome.category, len(web.log)) == ("forbidden", 3)
    web.log.clear()
    web.serve_all("down.test", b"", status=503)
    assert (await find(web, web.url("down.test"))).outcome.category == "temporary"
    web.serve_all("typo.test", b"", status=404)
    assert (await find(web, web.url("typo.test", "/fead.xml"))).outcome.category == "not-found"
    assert len(web.log) == 2


async def test_the_sitemaps_of_robots_txt_are_shown(web: Web) -> None:
    nothing_there(web)
    found = await find(web, web.url("daily.test"))
    assert found.sitemaps == (web.url("daily.test", "/sitemap.xml"),) and found.feeds == ()


async def test_private_addresses_are_not_requested(web: Web) -> None:
    """Discovery uses the same HTTP client: the guard checks the addresses that a page links, too."""
    web.serve("/", page(tag("http://127.0.0.1:9/feed") + tag("http://169.254.169.254/feed.xml")), type=HTML)
    found = await find(web, web.url("daily.test"))
    assert found.feeds == ()
    assert [
        one.message
        for one in found.tried
        if one.found_by == "link tag" and "not on the public internet" in one.message
    ]


async def test_an_entryless_feed_is_offered_only_where_it_is_named(web: Web) -> None:
    web.serve("/", page(), type=HTML)
    web.serve_all("daily.test", rss(title="Nothing"))
    web.serve("/", page(), host="daily.test", type=HTML)
    assert (await find(web, web.url("daily.test"))).feeds == ()
    web.serve("/", page(tag("/named.xml")), host="daily.test", type=HTML)
    assert [one.entries for one in (await find(web, web.url("daily.test"))).feeds] == [0]


KIND_CASES: list[tuple[str, tuple[str | None, ...], Kind]] = [
    ("http://a.test/feed/", ("The Daily » Feed",), "main"),
    ("http://a.test/comments/feed/", (None,), "comments"),
    ("http://a.test/feeds/1/comments/default", (), "comments"),  # Blogger
    ("http://a.test/?feed=comments-rss2", (), "comments"),
    ("http://a.test/2026/11/ferry/feed/", ("Comments on: Ferry",), "comments"),
    ("http://a.test/x", ("Le Jour » Flux des commentaires",), "comments"),
    ("http://a.test/x", ("港日報 » コメントフィード",), "comments"),
    ("http://a.test/commentisfree/rss", ("Comment is free",), "main"),  # a section of opinions, by its name
    ("http://a.test/comment-and-analysis.xml", ("Comment & analysis",), "main"),
    ("http://a.test/comment/rss", ("Comment | The Daily RSS",), "comments"),  # by its path
    ("http://a.test/opinion/rss", ("Comment | The Daily RSS",), "main"),
    ("http://a.test/2026/11/ferry/feed/", ("Kommentare zu: Fähre",), "comments"),
    ("http://a.test/2026/11/ferry/feed/", ("Комментарии к записи: Паром",), "comments"),
    ("http://a.test/2026/11/ferry/feed/", ("渡船 へのコメント",), "comments"),
    ("http://a.test/feed", ("Der Tag » Feed",), "main"),
    ("http://a.test/x/feed", ("The Daily » Sport Category Feed",), "section"),
    ("http://a.test/category/sport/feed", (), "section"),
    ("http://a.test/tag/ferry/rss", (), "section"),
    ("http://a.test/author/ann-hill/feed", (), "section"),
    ("http://a.test/?cat=3&feed=rss2", (), "section"),
    ("http://a.test/podcasts/daily.xml", (), "podcast"),
    ("http://a.test/x.xml", ("The Daily Podcast",), "podcast"),
]


@pytest.mark.parametrize(("address", "titles", "kind"), KIND_CASES)
def test_kinds(address: str, titles: tuple[str | None, ...], kind: Kind) -> None:
    assert kind_of(address, *titles) == kind


@pytest.mark.parametrize(
    ("title", "page_title", "words"),
    [
        (None, "The Daily", 0),
        ("The Daily RSS 2.0 feed", "The Daily | News", 0),
        ("The Daily - Top stories", "The Daily | News", 0),
        ("The Daily - Sport", "The Daily | News", 1),
        ("港日報", "港日報 トップ", 0),
    ],
)
def test_words_that_name_a_part_of_the_site(title: str | None, page_title: str, words: int) -> None:
    assert unexpected_words(title, page_title) == words


@given(st.binary(max_size=400) | st.lists(st.sampled_from(
    ["<link ", "<a ", "<base ", "href=", "'", '"', ">", "//[", "rel=alternate ", "type=application/rss+xml ", "feed:", "http://",
     "<!--", "-->", "<title>", "</title>", "<meta http-equiv=refresh ", "content='0;url=", "&#xd800;", "%", "feedly.com/", "\ud800", "rss"]),
    max_size=40).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass")))  # fmt: skip
def test_no_page_raises(body: bytes) -> None:
    output = read_home(body, address="http://daily.test/")
    for link in (*output.tags, *output.anchors):
        assert link.address.startswith(("http://", "https://"))
    text = body.decode("latin-1")
    read_link_header((("link", text), ("link", f"</a>{text}")), address="http://daily.test/")
    read_sitemap_lines(body, address="http://daily.test/robots.txt")


@pytest.mark.parametrize(
    "piece",
    ["<a ", '<a href="', "<!--", "<script>", "<a href=/rss>RSS<", "<base href=//[", "<link x='", "<a\n"],
)
def test_pages_made_to_be_slow_are_not(piece: str) -> None:
    def read(size: int) -> None:
        read_home((piece * (size // len(piece))).encode(), address="http://daily.test/")

    assert growth(read, 500_000) < 10


# As it is typed


def test_add_finds_the_demo_s_feed(tmp_path: Path) -> None:
    with newsroom_in_thread() as room:
        shell = Shell(tmp_path)
        (tmp_path / "newsdesk.toml").write_text(room.settings_toml())
        home = f"http://harbour-gazette.test:{room.port}"
        output = shell.run(
            "add", home, "--language", "en_gb", "--country", "uk", "--timezone", "europe/london"
        )
        assert (
            f"<{home}/feed.xml>" in output
            and f"found by a link tag of {home}/," in output
            and "entries, newest" in output
        )
        assert shell.rows("SELECT address, language, country, timezone FROM source") == [
            (f"{home}/feed.xml", "en-GB", "GB", "Europe/London")
        ]
        shown = shell.run("sources", "show", "1").split()
        assert shown[shown.index("found_by") + 1 :][:4] == ["link", "tag", "found_on", f"{home}/"]
        assert "0 failed" in shell.run("crawl")
        output = shell.run(
            "add", f"http://lantern-hill-radio.test:{room.port}/feed", code=1
        )  # a page for each path
        assert output.startswith("not added") and "no feed at /rss.xml, /feed.xml" in output


def test_add_says_that_a_site_answers_with_a_challenge(tmp_path: Path) -> None:
    with newsroom_in_thread() as room:
        shell = Shell(tmp_path)
        (tmp_path / "newsdesk.toml").write_text(room.settings_toml())
        home = f"http://cormorant-ledger.test:{room.port}"
        output = shell.run("add", home, code=1)
        assert "answered 200 with a bot challenge of Anubis, which newsdesk does not solve" in output
        assert "ask the publisher" in output and "set network.contact first" in output
        assert shell.rows("SELECT count(*) FROM source") == [0]
        shell.run("add", "--force", f"{home}/feed.xml")
        output = shell.run("crawl", code=1)
        assert "bot challenge of Anubis" in output and "1 visit, 1 failed" in output
        assert shell.rows("SELECT outcome, outcome_category, status FROM source") == [
            ("bot-challenge", "challenge", "active")
        ]
        assert "next attempt in 6 h" in shell.run("why", "1") and shell.rows(
            "SELECT count(*) FROM story"
        ) == [0]


async def test_a_feed_beside_a_challenged_home_page_is_found(web: Web) -> None:
    """Many sites leave their feeds open; after three refusals in a row the host gets no more requests."""
    web.serve_all("daily.test", ANUBIS, type=HTML)
    web.serve("/feed", rss(*many(3)), host="daily.test")
    found = await find(web, web.url("daily.test"))
    assert [one.address for one in found.feeds] == [web.url("daily.test", "/feed")]
    web.log.clear()
    web.serve("/feed", ANUBIS, host="daily.test", type=HTML)
    found = await find(web, web.url("daily.test"))
    assert (found.feeds, found.outcome.category, len(web.log)) == ((), "challenge", 3)


def test_add_of_a_bare_host_falls_back_to_http(tmp_path: Path) -> None:
    with web_in_thread() as web:
        link_tag(web)
        output = Shell(tmp_path, web).run("add", f"daily.test:{web.port}")
        assert (
            f"<{web.url('daily.test', '/feed.xml')}>" in output
            and "requested by http, because by https" in output
        )


def test_add_all_and_json(tmp_path: Path) -> None:
    with web_in_thread() as web:
        category_paths(web)
        shell = Shell(tmp_path, web)
        home = web.url("daily.test")
        assert "2 more feeds found; `--all` adds them" in shell.run("add", home)
        output = json.loads(shell.run("add", home, web.url("none.test", "/x"), "--all", "--json", code=1))
        assert [(one["result"], one["evidence"]["kind"]) for one in output[0]["added"]] == [
            ("known", "main"), ("added", "section"), ("added", "section"),
        ]  # fmt: skip
        assert output[1]["added"] == [] and "404" in output[1]["refused"]
        assert shell.rows("SELECT count(*) FROM source") == [3]


def test_several_feeds_on_a_terminal_prompt_for_a_choice(tmp_path: Path) -> None:
    with web_in_thread() as web:
        category_paths(web)
        shell = Shell(tmp_path, web)
        output = on_terminal(shell, "add", web.url("daily.test"), typed="7\n3, 1\n")
        assert (
            "3 feeds at" in output
            and "1  The Daily (12 entries" in output
            and "type numbers from 1 to 3" in output
        )
        assert shell.rows("SELECT address FROM source ORDER BY id") == [
            web.url("daily.test", "/author/hill/feed/"), web.url("daily.test", "/feed/")
        ]  # fmt: skip
        assert "which feeds?" not in on_terminal(shell, "add", web.url("daily.test"), "--yes")
        assert "which feeds?" in on_terminal(shell, "add", web.url("daily.test"), typed="none\n")
        assert shell.rows("SELECT count(*) FROM source") == [2]


def on_terminal(shell: Shell, *words: str, typed: str = "") -> str:
    ours, theirs = os.openpty()
    os.write(ours, typed.encode())
    started = subprocess.Popen(
        [sys.executable, "-m", "newsdesk", *words],
        cwd=shell.folder, env=shell.environment, stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    output = b""
    with suppress(OSError):  # Linux says EIO when the other side has closed
        while part := os.read(ours, 65536):
            output += part
    assert started.wait(30) == 0, output
    os.close(ours)
    return output.decode()


def test_a_feed_elsewhere_that_the_site_links_is_the_site_s(tmp_path: Path) -> None:
    with web_in_thread() as web:
        feed_burner(web)
        shell = Shell(tmp_path, web)
        shell.run("add", web.url("daily.test"))
        assert shell.rows("SELECT host, site FROM source") == [
            (f"feeds.burner.test:{web.port}", "daily.test")
        ]


def test_add_says_what_was_tried(tmp_path: Path) -> None:
    with web_in_thread() as web:
        shell = Shell(tmp_path, web)
        web.serve("/", page(tag("/gone.xml")), type=HTML)
        web.serve("/robots.txt", "Sitemap: http://daily.test/map.xml", type="text/plain")
        output = shell.run("add", web.url("daily.test"), code=1)
        assert "link tag http://" in output and "404" in output and "no feed at /feed" in output
        assert "robots.txt names the sitemap http://daily.test/map.xml" in output
        assert shell.rows("SELECT count(*) FROM source") == [0]


async def test_a_bad_certificate_is_not_answered_by_asking_without_protection(tmp_path: Path) -> None:
    issuer = Issuer(tmp_path)
    async with (
        Web(tls=issuer.context("daily.test", self_signed=True)) as secure,
        Web() as plain,
        Session(
            SessionSettings(
                client=replace(
                    secure.settings(),
                    allow=(f"127.0.0.1:{secure.port}", f"127.0.0.1:{plain.port}"),
                ),
                delay_s=0,
            ),
            now=lambda: datetime.now(UTC),
        ) as session,
    ):
        asked = DiscoveryRequest(address=secure.url("daily.test", "/"), fallback=plain.url("daily.test", "/"))
        found = await session.discover(asked)
        assert (found.feeds, found.outcome.category) == ((), "tls")
        assert not plain.log, "it was requested again by http"
