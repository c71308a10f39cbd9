"""Sitemaps as publishers write them, and as careless and hostile hands do."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.crawler.sitemaps.reader import MOST_ROWS, SitemapReading, read_sitemap
from tests.crawler.sitemaps.documents import Listed, index, urlset

ADDRESS = "http://paper.test/sitemap.xml"
LOC = "<loc>http://paper.test/1</loc>"
NEWS = 'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
TITLED = f"<url>{LOC}<n:news><n:title>Ferry sinks</n:title></n:news></url>"


def read(body: bytes | str, *, most_bytes: int = 10_000_000, most_links: int = 100) -> SitemapReading:
    if isinstance(body, str):
        body = body.encode()
    return read_sitemap(body, address=ADDRESS, charset=None, most_bytes=most_bytes, most_links=most_links)


def titles(reading: SitemapReading) -> list[str]:
    return [one.title.value for one in reading.articles if one.title]


def addresses(reading: SitemapReading) -> list[str]:
    return [one.address for one in reading.links]


def test_all_that_a_news_sitemap_prints() -> None:
    reading = read(
        urlset(
            Listed(
                link="http://paper.test/a?x=1&y=2",
                title="Fähre & Brücke",
                language="de",
                keywords="Fähre, Brücke,, Hafen ",
                access="Subscription",
                genres="Blog, OpEd",
                image="http://paper.test/a.jpg",
                lastmod="2026-11-25",
            )
        )
    )
    [one] = reading.articles
    assert (one.link, titles(reading), one.published) == (
        "http://paper.test/a?x=1&y=2",
        ["Fähre & Brücke"],
        "2026-11-24T05:36:00Z",
    )
    assert (one.language, one.categories) == ("de", ("Fähre", "Brücke", "Hafen"))
    assert (one.access, one.kind, one.image) == ("paywalled", "opinion", "http://paper.test/a.jpg")
    assert (one.dates, one.updated) == ((), None)  # lastmod is no date of a story that prints one
    assert (reading.format, reading.publication, reading.complete) == ("news sitemap", "The Daily", True)


def test_lastmod_is_the_date_only_without_another() -> None:
    [one] = read(urlset(Listed(title="Undated", published=None, lastmod="2026-11-25T10:00:00Z"))).articles
    assert one.published is None and [(date.origin, date.value) for date in one.dates] == [
        ("lastmod", "2026-11-25T10:00:00Z")
    ]


SHAPES: dict[str, tuple[bytes | str, list[str], list[str], list[str]]] = {
    # what is printed -> titles, links, children
    "a picture's title is not the story's": (
        f"<urlset {NEWS} xmlns:i='i'><url>{LOC}<i:image><i:loc>http://paper.test/1.jpg</i:loc>"
        "<i:title>A ferry</i:title></i:image><n:news><n:title>Ferry sinks</n:title></n:news></url></urlset>",
        ["Ferry sinks"],
        [],
        [],
    ),
    "a video's title makes no story": (
        f"<urlset xmlns:v='v'><url>{LOC}<v:video><v:title>Live</v:title></v:video></url></urlset>",
        [],
        ["http://paper.test/1"],
        [],
    ),
    "plain addresses": (
        f"<urlset><url>{LOC}</url><url><loc>/2</loc></url></urlset>",
        [],
        ["http://paper.test/1", "http://paper.test/2"],
        [],
    ),
    "both in one": (
        f"<urlset {NEWS}>{TITLED}<url><loc>/2</loc></url></urlset>",
        ["Ferry sinks"],
        ["http://paper.test/2"],
        [],
    ),
    "an index": (index("http://paper.test/a.xml", "/b.xml.gz"), [], [], ["/a.xml", "/b.xml.gz"]),
    "an empty index": ("<sitemapindex/>", [], [], []),
    "misprinted namespaces": (
        f"<urlset xmlns='x' xmlns:n='y'>{TITLED}</urlset>",
        ["Ferry sinks"],
        [],
        [],
    ),
    "an undeclared prefix": (f"<urlset>{TITLED}</urlset>", ["Ferry sinks"], [], []),
    "a bare ampersand": (
        "<urlset><url><loc>http://paper.test/?a=1&b=2</loc></url></urlset>",
        [],
        ["http://paper.test/?a=1&b=2"],
        [],
    ),
    "entities of HTML, and a DOCTYPE": (
        f"<!DOCTYPE urlset><urlset {NEWS}><url>{LOC}<n:news><n:title>Caf&eacute;</n:title></n:news></url></urlset>",
        ["Café"],
        [],
        [],
    ),
    "text before the declaration": (
        f"\n\n  <?xml version='1.0'?><urlset><url>{LOC}</url></urlset>",
        [],
        ["http://paper.test/1"],
        [],
    ),
    "a comment and a stylesheet": (
        f"<?xml version='1.0'?><?xml-stylesheet href='s.xsl'?><!-- Yoast --><urlset><url>{LOC}</url></urlset>",
        [],
        ["http://paper.test/1"],
        [],
    ),
    "a list of addresses": (
        "http://paper.test/1\r\nhttp://paper.test/2\n\n",
        [],
        ["http://paper.test/1", "http://paper.test/2"],
        [],
    ),
    "a robots.txt": (
        "User-agent: *\nDisallow: /x\nSitemap: /news.xml\nsitemap:http://paper.test/all.xml",
        [],
        [],
        ["/news.xml", "/all.xml"],
    ),
    "gzip as a file": (gzip.compress(urlset(Listed(title="Packed"))), ["Packed"], [], []),
    "addresses that are none": (
        "<urlset><url><loc>javascript:x</loc></url><url><loc/></url><url/><url><loc>ftp://x.test/</loc></url></urlset>",
        [],
        [],
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "wanted", "links", "children"), SHAPES.values(), ids=SHAPES)
def test_shapes(body: bytes | str, wanted: list[str], links: list[str], children: list[str]) -> None:
    reading = read(body)
    assert reading.problem is None and reading.complete
    assert (titles(reading), addresses(reading)) == (wanted, links)
    assert [one.address.removeprefix("http://paper.test") for one in reading.children] == children


PROBLEMS: dict[str, tuple[bytes | str, str]] = {
    "empty": (b"", "an empty body"),
    "zeros": (b"\x00" * 99, "an empty body"),
    "html": ("<!doctype html><html><body>No such page", "this is a web page (html), not a sitemap"),
    "html without a root": ("<head><title>x", "this is a web page (html), not a sitemap"),
    "a feed": ("<rss version='2.0'><channel/></rss>", "this is a feed (<rss>), not a sitemap"),
    "an atom feed": ("<feed xmlns='http://www.w3.org/2005/Atom'/>", "this is a feed (<feed>), not a sitemap"),
    "other XML": ("<opml><body/></opml>", "this is XML with the root <opml>, not a sitemap"),
    "json": ('{"urls": []}', "this is no sitemap, it begins with '{\"urls\": []}'"),
    "prose": ("Not found\nhttp://paper.test/\nSorry", "this is no sitemap, it begins with 'Not found"),
    "a robots.txt without sitemaps": ("User-agent: *\nDisallow:", "this is no sitemap, it begins with 'User-agent"),
    "no gzip": (b"\x1f\x8bnothing", "it cannot be decompressed: broken gzip"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "problem"), PROBLEMS.values(), ids=PROBLEMS)
def test_what_is_no_sitemap(body: bytes | str, problem: str) -> None:
    reading = read(body)
    assert (reading.problem or "").startswith(problem)
    assert not reading.articles and not reading.links and not reading.children


def many(count: int, *, lastmod: bool = False) -> bytes:
    return urlset(
        *(
            Listed(
                link=f"http://paper.test/{number}",
                lastmod=f"2026-{(number + 50) // 28 % 12 + 1:02}-{(number + 50) % 28 + 1:02}"
                if lastmod
                else None,
            )
            for number in range(count)
        )
    )


BOMB = gzip.compress(b"<urlset>" + f"<url>{LOC}</url>".encode() * 200_000)
LAUGHS = (
    "<!DOCTYPE u [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
    "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'>]><urlset><url><loc>http://paper.test/&c;</loc></url></urlset>"
)
CUT: dict[str, tuple[bytes | str, int, str | None]] = {
    # what arrives -> how many addresses are read, and why it is not whole
    "a bomb": (BOMB, 100, "decompressed it is larger than 1,000,000 bytes"),
    "too many addresses": (many(MOST_ROWS + 10), 100, "it has more than 50,000 addresses"),
    "as many as may be": (many(MOST_ROWS), 100, None),
    "cut in a row": (f"<urlset><url>{LOC}</url><url><loc>http://pap", 1, "it ends early, or is broken"),
    "cut after a row": (f"<urlset><url>{LOC}</url>", 1, "it ends early, or is broken"),
    "a cut gzip file": (
        gzip.compress(many(50) + b" " * 3, compresslevel=0)[:-2000],
        2,
        "its gzip stream is cut off or broken",
    ),
    "broken in the middle": (f"<urlset><url>{LOC}</url></oops><url>{LOC}</url>", 1, "it ends early, or is broken"),
    "a list without end": ("http://paper.test/x\n" * (MOST_ROWS + 10), 100, "it has more than 50,000 addresses"),
    "deep": (f"<urlset><url>{LOC}</url>{'<x>' * 5_000}", 1, "it ends early, or is broken"),
    "entities": (LAUGHS, 1, None),
}  # fmt: skip


@pytest.mark.parametrize(("body", "found", "cut"), CUT.values(), ids=CUT)
def test_what_arrives_is_read_and_what_is_missing_is_said(
    body: bytes | str, found: int, cut: str | None
) -> None:
    reading = read(body, most_bytes=1_000_000 if body is BOMB else 10_000_000)
    assert (reading.problem, len(reading.links), reading.cut) == (None, found, cut)
    assert reading.complete is (cut is None)
    assert all(len(one.address) < 200 for one in reading.links)


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (many(300), ["/0", "/1", "/298", "/299"]),  # without dates from both ends
        (many(300, lastmod=True), ["/285", "/284", "/283", "/282"]),
    ],
)
def test_of_more_links_than_the_limit_the_newest_are_kept(body: bytes, kept: list[str]) -> None:
    reading = read(body, most_links=4)
    assert reading.left_out == 296 and reading.complete
    assert {one.removeprefix("http://paper.test") for one in addresses(reading)} == set(kept)


@given(
    st.one_of(
        st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))
    )
)
def test_no_bytes_raise(body: bytes) -> None:
    for start in (b"", b"\x1f\x8b\x08", b"<urlset><url><loc>", b"<sitemapindex>", b"Sitemap: "):
        reading: Any = read(start + body)
        assert isinstance(reading, SitemapReading)
