"""Which sitemaps of an index are read first."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from newsdesk.crawler.sitemaps.children import Span, may_list, name_rank, order_children, span_of
from newsdesk.crawler.sitemaps.listed import ListedAddress, lastmod_moment

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def days(first: str, last: str | None = None) -> Span:
    return Span(first=date.fromisoformat(first), last=date.fromisoformat(last or first))


@pytest.mark.parametrize(
    ("path", "span"),
    [
        ("/sitemap-2026-11-24.xml", days("2026-11-24")),
        ("/sitemap_2026_11.xml.gz", days("2026-11-01", "2026-11-30")),
        ("/sitemaps/2026/02/28.xml", days("2026-02-28")),
        ("/sitemap-202602.xml", days("2026-02-01", "2026-02-28")),
        ("/sitemap-20260228.xml", days("2026-02-28")),
        ("/sitemap/2024.xml", days("2024-01-01", "2024-12-31")),
        ("/sitemap.xml?yyyy=2026&mm=2&dd=3", days("2026-02-03")),
        ("/sitemap.xml?year=2026&month=02", days("2026-02-01", "2026-02-28")),
        ("/2019/sitemap-2026-11.xml", days("2026-11-01", "2026-11-30")),  # the latest
        ("/sitemap-2026-week-11.xml", days("2026-01-01", "2026-12-31")),  # a week is no month
        ("/sitemap-2026-13.xml", days("2026-01-01", "2026-12-31")),
        ("/sitemap-12.xml", None),
        ("/post-sitemap2.xml", None),
        ("/sitemap-120261.xml", None),
        ("/sitemap-2026-02-30.xml", None),
    ],
)
def test_the_days_that_a_name_stands_for(path: str, span: Span | None) -> None:
    assert span_of(f"http://paper.test{path}") == span


@pytest.mark.parametrize(
    ("path", "rank"),
    [
        ("/news-sitemap.xml", 0),
        ("/sitemap_news.xml.gz", 0),
        ("/sitemap.xml", 1),
        ("/post-sitemap3.xml", 1),
        ("/wp-sitemap-posts-post-1.xml", 1),
        ("/wp-sitemap-posts-page-1.xml", 1),
        ("/wp-sitemap-taxonomies-category-1.xml", 2),
        ("/wp-sitemap-users-1.xml", 2),
        ("/image-sitemap.xml", 2),
        ("/news/video-sitemap.xml", 2),
        ("/sitemap-2026-11.xml", 1),
    ],
)
def test_what_a_name_says(path: str, rank: int) -> None:
    assert name_rank(f"http://paper.test{path}") == rank


ORDERS: dict[str, tuple[list[tuple[str, str | None]], list[str]]] = {
    # path and lastmod of the children -> the order in which they are read
    "news first": (
        [("/posts.xml", "2026-11-24"), ("/tags.xml", "2026-11-24"), ("/news.xml", None)],
        ["/news.xml", "/posts.xml", "/tags.xml"],
    ),
    "by the date in the name, whatever lastmod says": (
        [("/2026-09.xml", "2026-11-24"), ("/2026-11.xml", "2026-11-24"), ("/2026-10.xml", "2026-11-24")],
        ["/2026-11.xml", "/2026-10.xml", "/2026-09.xml"],
    ),
    "by lastmod": (
        [("/1.xml", "2026-11-01"), ("/2.xml", "2026-11-24T07:00:00+01:00"), ("/3.xml", "2026-11-24T05:00Z")],
        ["/2.xml", "/3.xml", "/1.xml"],
    ),
    "without either from both ends": (
        [("/1.xml", None), ("/2.xml", None), ("/3.xml", None), ("/4.xml", None)],
        ["/4.xml", "/1.xml", "/3.xml", "/2.xml"],
    ),
    "a lastmod in the future is now": (
        [("/1.xml", "2026-11-24"), ("/2.xml", "2099-01-01"), ("/3.xml", "no date")],
        ["/2.xml", "/1.xml", "/3.xml"],
    ),
    "a number is no year": (
        [("/sitemap-2099.xml", "2026-11-01"), ("/sitemap-2100.xml", "2026-11-20")],
        ["/sitemap-2100.xml", "/sitemap-2099.xml"],
    ),
    "each once": ([("/a.xml", None), ("/b.xml", None), ("/a.xml", None)], ["/b.xml", "/a.xml"]),
    "none": ([], []),
}


@pytest.mark.parametrize(("children", "order"), ORDERS.values(), ids=ORDERS)
def test_the_order(children: list[tuple[str, str | None]], order: list[str]) -> None:
    listed = [
        ListedAddress(address=f"http://paper.test{path}", lastmod=lastmod) for path, lastmod in children
    ]
    ordered = order_children(listed, now=NOW)
    assert [one.address.removeprefix("http://paper.test") for one in ordered] == order


@pytest.mark.parametrize(
    ("path", "lastmod", "listed"),
    [
        ("/2026-10.xml", None, True),
        ("/2026-09.xml", "2026-11-24", False),  # the name counts
        ("/2026.xml", None, True),
        ("/7.xml", "2026-10-02", True),
        ("/7.xml", "2026-09-30", False),
        ("/7.xml", None, True),
    ],
)
def test_what_may_list_stories_since_a_day(path: str, lastmod: str | None, listed: bool) -> None:
    child = ListedAddress(address=f"http://paper.test{path}", lastmod=lastmod)
    assert may_list(child, since=date(2026, 10, 1)) is listed


@pytest.mark.parametrize(
    ("printed", "moment"),
    [
        ("2026-11-24T05:00:00+01:00", datetime(2026, 11, 24, 4, tzinfo=UTC)),
        ("2026-11-24T05:00Z", datetime(2026, 11, 24, 5, tzinfo=UTC)),
        ("2026-11-24", datetime(2026, 11, 24, tzinfo=UTC)),
        ("2026-11", datetime(2026, 11, 1, tzinfo=UTC)),
        ("24.11.2026", None),
        ("2026-11-24T99:00", None),
        ("", None),
        (None, None),
    ],
)
def test_lastmod(printed: str | None, moment: datetime | None) -> None:
    assert lastmod_moment(printed) == moment
