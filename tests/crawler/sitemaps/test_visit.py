"""Sitemaps as sources, visited by the runner: what they bring, which requests they cost, how they end."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from newsdesk.crawler.sitemaps.index_walk import MOST_DOCUMENTS, MOST_SITEMAPS, READ_ANEW
from newsdesk.scheduler.run.runner import Runner
from newsdesk.storage.hosts.leases import Wanted
from newsdesk.storage.queries.lookup import find_story
from newsdesk.storage.records.visits import Counts, Limits
from tests.crawler.sitemaps.documents import Listed, index, stories, urlset
from tests.support.feeds import Item, rss
from tests.support.runner import TestRunner, open_runner, utc_now
from tests.support.web import Web

SITEMAP = {"type": "application/xml"}


def serve(web: Web, path: str, body: bytes, **fields: Any) -> None:
    web.serve(path, body, host="daily.test", **{**SITEMAP, **fields})


def add(runner: TestRunner, path: str = "/sitemap.xml", **fields: Any) -> int:
    return runner.add("daily.test", path, kind="sitemap", **fields)


def outcome(runner: TestRunner) -> tuple[str, str]:
    [row] = runner.rows("SELECT outcome, outcome_message FROM source WHERE kind = 'sitemap'")
    return row


def paths(web: Web) -> list[str]:
    return [
        request.path for request in web.log if "robots" not in request.path and "tdmrep" not in request.path
    ]


def at(web: Web, *names: str) -> bytes:
    return index(*(web.url("daily.test", name) for name in names))


async def test_each_entry_of_a_news_sitemap_is_a_story_with_all_that_it_prints(
    tmp_path: Path, web: Web
) -> None:
    listed = Listed(
        link="http://daily.test/ferry",
        title="Fähre sinkt",
        published="2026-11-24T06:36:00+01:00",
        lastmod="2026-11-25",
        language="de",
        keywords="Hafen, Fähre",
        access="Subscription",
    )
    serve(web, "/sitemap.xml", urlset(listed, *stories(2)), etag='"1"')
    async with open_runner(tmp_path, web) as runner:
        add(runner)
        assert (await runner.crawl()).counts == Counts(new=3)
        assert runner.rows(
            "SELECT title, url, published, precision, language, access, authority FROM story ORDER BY id LIMIT 1"
        ) == [
            (
                "Fähre sinkt",
                "http://daily.test/ferry",
                "2026-11-24T05:36:00.000Z",
                "second",
                "de",
                "paywalled",
                "site",
            )
        ]
        assert runner.rows("SELECT categories FROM story_body ORDER BY story_id LIMIT 1") == [
            '["Hafen", "Fähre"]'
        ]
        assert runner.rows("SELECT format, title FROM source") == [("news sitemap", "The Daily")]
        assert outcome(runner) == ("read", "read 3 entries of news sitemap")
        assert (await runner.crawl()).counts == Counts()
        assert outcome(runner)[0] == "unchanged"
        # a new lastmod alone changes nothing
        serve(web, "/sitemap.xml", urlset(replace(listed, lastmod="2026-11-26"), *stories(3)), etag='"2"')
        assert (await runner.crawl()).counts == Counts(new=1, same=3)
        assert runner.rows("SELECT count(*) FROM revision") == [0]
        # an entry that is corrected is changed, one that is left out is gone
        serve(web, "/sitemap.xml", urlset(replace(listed, title="Fähre gesunken")), etag='"3"')
        assert (await runner.crawl()).counts == Counts(changed=1)
        assert runner.rows("SELECT count(*) FROM entry WHERE gone_at IS NULL") == [1]


async def test_a_lastmod_as_the_only_date_has_a_doubt(tmp_path: Path, web: Web) -> None:
    serve(
        web, "/sitemap.xml", urlset(Listed(title="Undated", published=None, lastmod="2026-11-20T10:00:00Z"))
    )
    async with open_runner(tmp_path, web) as runner:
        source = add(runner)
        await runner.crawl()
        [evidence] = runner.rows("SELECT published FROM story")
        assert evidence == "2026-11-20T10:00:00.000Z"
        explained = runner.writer.do(lambda db: find_story(db, 1))
        assert explained["evidence"]["published"]["doubts"] == ["only an updated date"]
        assert explained["evidence"]["published"]["origin"] == "lastmod"
        serve(
            web,
            "/sitemap.xml",
            urlset(Listed(title="Undated", published=None, lastmod="2026-11-24T10:00:00Z")),
        )
        assert (await runner.crawl(source)).counts == Counts(same=1)


async def test_a_story_in_feed_and_sitemap_counts_once(tmp_path: Path, web: Web) -> None:
    listed = stories(6)
    serve(web, "/sitemap.xml", urlset(*listed))
    items = [
        Item(
            title=one.title or "",
            link=f"{one.link}?utm_source=rss",
            guid=f"g{number}",
            text="<p>The whole text.</p>",
        )
        for number, one in enumerate(listed[:3])
    ]
    web.serve("/feed.xml", rss(*items), host="daily.test")
    async with open_runner(tmp_path, web) as runner:
        feed, sitemap = runner.add("daily.test"), add(runner)
        assert (await runner.crawl(feed)).counts == Counts(new=3)
        assert (await runner.crawl(sitemap)).counts == Counts(new=3, duplicate=3)
        assert runner.rows("SELECT count(*), count(DISTINCT url) FROM story") == [(6, 6)]
        texts = runner.rows("SELECT text FROM story_body ORDER BY story_id")
        assert texts == ["The whole text."] * 3 + [None] * 3  # the sitemap, which has no text, removes none


async def test_a_feed_that_follows_its_sitemap_adds_the_text(tmp_path: Path, web: Web) -> None:
    listed = stories(2)
    serve(web, "/sitemap.xml", urlset(*listed))
    items = [Item(title=one.title or "", link=one.link, text="<p>The whole text.</p>") for one in listed]
    web.serve("/feed.xml", rss(*items), host="daily.test")
    async with open_runner(tmp_path, web) as runner:
        sitemap, feed = add(runner), runner.add("daily.test")
        assert (await runner.crawl(sitemap)).counts == Counts(new=2)
        assert (await runner.crawl(feed)).counts == Counts(duplicate=2)
        assert runner.rows("SELECT text FROM story_body") == ["The whole text."] * 2


# Indexes


async def test_an_index_brings_the_stories_of_its_newest_sitemaps(tmp_path: Path, web: Web) -> None:
    serve(web, "/sitemap.xml", at(web, "/2026-09.xml", "/2026-11.xml.gz", "/2026-10.xml", "/tags.xml"))
    serve(web, "/2026-11.xml.gz", gzip.compress(urlset(*stories(3))), type="application/gzip", etag='"11"')
    serve(web, "/2026-10.xml", urlset(*stories(2, start=10)), etag='"10"')
    serve(web, "/2026-09.xml", urlset(*stories(2, start=20)))
    async with open_runner(tmp_path, web) as runner:
        add(runner)
        assert (await runner.crawl()).counts == Counts(new=7)
        assert paths(web) == ["/sitemap.xml", "/2026-11.xml.gz", "/2026-10.xml", "/2026-09.xml"]
        assert outcome(runner) == ("read", "read 7 entries of 3 of 4 sitemaps of the sitemap index")
        web.log.clear()
        serve(
            web, "/2026-11.xml.gz", gzip.compress(urlset(*stories(4))), type="application/gzip", etag='"12"'
        )
        assert (await runner.crawl()).counts == Counts(new=1, same=3)
        assert "2 unchanged" in outcome(runner)[1]
        conditional = {request.path: request.headers.get("if-none-match") for request in web.log}
        assert conditional["/2026-10.xml"] == '"10"' and conditional["/sitemap.xml"] is None
        assert (await runner.crawl()).counts == Counts()
        assert outcome(runner)[0] == "unchanged"
        assert runner.rows("SELECT count(*) FROM entry WHERE gone_at IS NULL") == [8]


async def test_lastmod_and_validators_hide_nothing_for_more_than_a_day(tmp_path: Path, web: Web) -> None:
    """A site whose validators and lastmod never change."""
    day = "2026-11-20"
    children = [(web.url("daily.test", f"/2026-{month}.xml"), day) for month in (11, 10)]
    serve(web, "/sitemap.xml", index(*children))
    for month, start in ((11, 0), (10, 10)):
        serve(web, f"/2026-{month}.xml", urlset(*stories(2, start=start)), etag='"same"')
    async with open_runner(tmp_path, web) as runner:
        source = add(runner)
        await runner.crawl()
        for month, start in ((11, 1), (10, 11)):
            serve(web, f"/2026-{month}.xml", urlset(*stories(2, start=start)), etag='"same"')
        web.log.clear()
        assert (await runner.crawl()).counts == Counts()
        assert paths(web) == ["/sitemap.xml", "/2026-11.xml"]  # the other one has the same lastmod
        by = READ_ANEW + timedelta(minutes=1)
        later = Runner(runner.writer, runner.settings, now=lambda: utc_now() + by)
        summary = await later.run(Wanted(requested_at=utc_now() + by, sources=(source,)))
        assert summary.counts == Counts(new=2, same=2)
        assert runner.rows("SELECT count(*) FROM entry WHERE gone_at IS NOT NULL") == [2]


async def test_robots_txt_is_an_index_of_the_sitemaps_that_it_names(tmp_path: Path, web: Web) -> None:
    robots = "User-agent: *\nDisallow: /private/\nSitemap: /news.xml\nSitemap: /private/b.xml\n"
    web.serve("/robots.txt", robots, host="daily.test", type="text/plain")
    serve(web, "/news.xml", urlset(*stories(2)))
    async with open_runner(tmp_path, web) as runner:
        add(runner, "/robots.txt")
        assert (await runner.crawl()).counts == Counts(new=2)
        assert "1 with problems: not requested: the robots.txt of daily.test" in outcome(runner)[1].replace(
            f":{web.port}", ""
        )


async def test_two_sitemaps_that_list_a_story_bring_it_once(tmp_path: Path, web: Web) -> None:
    serve(web, "/sitemap.xml", at(web, "/news.xml", "/2026-11.xml"))
    serve(web, "/news.xml", urlset(*stories(3)))
    serve(web, "/2026-11.xml", urlset(*stories(5)))
    async with open_runner(tmp_path, web) as runner:
        add(runner)
        assert (await runner.crawl()).counts == Counts(new=5, duplicate=3)


async def test_indexes_inside_an_index_are_followed_to_the_newest(tmp_path: Path, web: Web) -> None:
    serve(web, "/sitemap.xml", at(web, "/2025.xml", "/2026.xml"))
    serve(web, "/2026.xml", at(web, "/2026-10.xml", "/2026-11.xml"))
    serve(web, "/2026-11.xml", at(web, "/2026-11-23.xml", "/2026-11-24.xml"))
    serve(web, "/2026-11-24.xml", urlset(*stories(2)))
    async with open_runner(tmp_path, web) as runner:
        add(runner)
        assert (await runner.crawl()).counts == Counts(new=2)
        assert paths(web)[:4] == ["/sitemap.xml", "/2026.xml", "/2026-11.xml", "/2026-11-24.xml"]


def endless(web: Web) -> None:
    """Each index names the next one."""
    serve(web, "/sitemap.xml", at(web, *(f"/index-{number}.xml" for number in range(50))))
    for number in range(50):
        serve(web, f"/index-{number}.xml", at(web, *(f"/index-{number}-{inner}.xml" for inner in range(50))))
    web.serve_all("daily.test", at(web, "/deeper.xml", "/other.xml"), **SITEMAP)


def itself(web: Web) -> None:
    serve(web, "/sitemap.xml", at(web, "/sitemap.xml", "/other.xml"))
    serve(web, "/other.xml", at(web, "/sitemap.xml", "/other.xml"))


def elsewhere(web: Web) -> None:
    serve(web, "/sitemap.xml", index("http://victim.test/news.xml", "http://10.0.0.1/x.xml"))


def pages(web: Web) -> None:
    serve(web, "/sitemap.xml", at(web, "/a.xml", "/b.xml"))
    web.serve("/a.xml", "<html>no</html>", host="daily.test", type="text/html")
    web.serve("/b.xml", rss(Item()), host="daily.test")


def redirected(web: Web) -> None:
    serve(web, "/sitemap.xml", at(web, "/a.xml"))
    web.redirect("/a.xml", "http://victim.test/news.xml", host="daily.test")


def missing(web: Web) -> None:
    serve(web, "/sitemap.xml", at(web, "/a.xml"))


def no_sitemap(web: Web) -> None:
    web.serve("/sitemap.xml", rss(Item()), host="daily.test")


NONE_READ = "of the sitemap index could be read: "
ENDS: dict[str, tuple[Any, str, str, int]] = {
    # the site -> outcome, a part of its message, the most requests for sitemaps
    "endless": (endless, "sitemap-not-read", "indexes are nested deeper than 3 levels", MOST_DOCUMENTS),
    "itself": (itself, "sitemap-not-read", f"none of the 2 sitemaps {NONE_READ}", 2),
    "elsewhere": (elsewhere, "sitemap-not-read", "a sitemap of the index is on another site, victim.test", 1),
    "pages": (pages, "not-a-sitemap", f"none of the 2 sitemaps {NONE_READ}this is a feed (<rss>)", 3),
    "redirected": (redirected, "sitemap-not-read", "is on another site, victim.test", 2),
    "missing": (missing, "not-found", f"none of the 1 sitemaps {NONE_READ}", 2),
    "no sitemap": (no_sitemap, "not-a-sitemap", "this is a feed (<rss>), not a sitemap", 1),
}


@pytest.mark.parametrize(("site", "code", "message", "most"), ENDS.values(), ids=ENDS)
async def test_what_leads_nowhere_ends_with_its_outcome(
    tmp_path: Path, web: Web, site: Any, code: str, message: str, most: int
) -> None:
    site(web)
    async with open_runner(tmp_path, web) as runner:
        add(runner)
        summary = await runner.crawl()
        assert summary.counts == Counts()
        found = outcome(runner)
        assert found[0] == code and message in found[1].replace(f":{web.port}", ""), found
        assert len(paths(web)) <= most
        assert not [request for request in web.log if request.host != "daily.test"]


async def test_a_failing_sitemap_does_not_stop_the_others(tmp_path: Path, web: Web) -> None:
    serve(web, "/sitemap.xml", at(web, "/2026-11.xml", "/2026-10.xml"))
    web.serve("/2026-11.xml", status=500, host="daily.test")
    serve(web, "/2026-10.xml", urlset(*stories(2)))
    async with open_runner(tmp_path, web) as runner:
        add(runner)
        assert (await runner.crawl()).counts == Counts(new=2)
        assert outcome(runner)[0] == "read" and "1 with problems: " in outcome(runner)[1]


async def test_a_visit_reads_so_many_sitemaps_and_entries_and_no_more(tmp_path: Path, web: Web) -> None:
    names = [f"/2026-{month:02}.xml" for month in range(1, 12)]
    serve(web, "/sitemap.xml", at(web, *names))
    for month, name in enumerate(names):
        serve(web, name, urlset(*stories(10, start=100 * month)))
    async with open_runner(tmp_path, web, limits=Limits(visit_s=5.0, entries=15)) as runner:
        add(runner)
        assert (await runner.crawl()).counts == Counts(new=15, waiting=5)
        found = outcome(runner)
        assert found[0] == "partly-read" and "5 more left for the next visit" in found[1]
        assert (await runner.crawl()).counts.new == 10  # the rest, and older ones
    assert len(paths(web)) <= 2 * (MOST_SITEMAPS + 1)


async def test_the_pages_of_a_sitemap_are_read(tmp_path: Path, web: Web) -> None:
    serve(web, "/sitemap.xml", urlset(*stories(1)))
    text = "".join(
        f"<p>Sentence number {number} of the story is long enough to count.</p>" for number in range(20)
    )
    web.serve("/stories/0", f"<html><body><article><h1>Story number 0</h1>{text}</article>", type="text/html")
    listed: Sequence[Listed] = [replace(one, link=web.url("daily.test", "/stories/0")) for one in stories(1)]
    serve(web, "/sitemap.xml", urlset(*listed))
    async with open_runner(tmp_path, web) as runner:
        add(runner, full_text=True)
        await runner.crawl()
        [text] = runner.rows("SELECT text FROM story_body")
        assert text.startswith("Sentence number 0")


# Addresses without a title


def page(web: Web, path: str, title: str, *, article: bool = True) -> str:
    """Serve a page of the site; its address."""
    text = "".join(
        f"<p>{title}: what people of the town said about it in sentence {number} is told here at some length.</p>"
        for number in range(20)
    )
    body = (
        f"<article><h1>{title}</h1><time datetime='2026-11-24'>24 November 2026</time>{text}</article>"
        if article
        else "<ul><li>Tags</li></ul>"
    )
    web.serve(
        path,
        f"<html><head><title>{title}</title></head><body>{body}</body>",
        host="daily.test",
        type="text/html",
    )
    return web.url("daily.test", path)


async def test_the_pages_of_plain_addresses_that_are_articles_are_stories(tmp_path: Path, web: Web) -> None:
    old = Listed(link=page(web, "/2026/11/20/bridge-opens-after-years.html", "Bridge opens"))
    serve(
        web,
        "/sitemap.xml",
        urlset(old, Listed(link=web.url("daily.test", "/")), Listed(link="http://other.test/x-y-z-1")),
    )
    async with open_runner(tmp_path, web) as runner:
        add(runner, full_text=True)
        summary = await runner.crawl()
        assert runner.rows("SELECT title FROM story") == ["Bridge opens"]
        assert outcome(runner)[0] == "read" and "links to stories: 1 of 3 addresses" in outcome(runner)[1]
        new = Listed(
            link=page(web, "/news/ferry-sinks-in-the-storm-4711", "Ferry sinks"), lastmod="2026-11-24"
        )
        none = Listed(link=page(web, "/news/all-about-the-ferry-lines-4712", "Lists", article=False))
        serve(web, "/sitemap.xml", urlset(old, new, none, Listed(link=web.url("daily.test", "/tag/ferry"))))
        web.log.clear()
        summary = await runner.crawl()
        assert summary.counts.new == 1
        assert runner.rows("SELECT title FROM story ORDER BY id") == ["Bridge opens", "Ferry sinks"]
        assert not web.requests_to("/tag/ferry")
        web.log.clear()
        serve(web, "/sitemap.xml", urlset(new, none, old))
        await runner.crawl()
        assert paths(web) == ["/sitemap.xml"]  # neither stories nor what is none are requested again


async def test_an_address_with_and_without_a_title_counts_once(tmp_path: Path, web: Web) -> None:
    link = page(web, "/news/ferry-sinks-in-the-storm-4711", "Ferry sinks")
    serve(web, "/sitemap.xml", at(web, "/news.xml", "/2026-11.xml"))
    serve(web, "/news.xml", urlset(Listed(link=link, title="Ferry sinks")))
    serve(web, "/2026-11.xml", urlset(Listed(link=link)))
    async with open_runner(tmp_path, web) as runner:
        add(runner)
        assert (await runner.crawl()).counts == Counts(new=1)
        assert runner.rows("SELECT count(*) FROM entry") == [1]


async def test_of_many_old_addresses_only_the_newest_are_read(tmp_path: Path, web: Web) -> None:
    listed = [
        Listed(link=page(web, f"/2026/11/{day:02}/story-of-the-day-{day}", f"Day {day}"))
        for day in range(1, 21)
    ]
    serve(web, "/sitemap.xml", urlset(*listed))
    async with open_runner(tmp_path, web, backlog=3) as runner:
        add(runner)
        await runner.crawl()
        assert runner.rows("SELECT title FROM story ORDER BY title") == ["Day 18", "Day 19", "Day 20"]
