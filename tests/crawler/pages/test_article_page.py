"""Pages to which only a link led: which of them are stories."""

from __future__ import annotations

import pytest

from newsdesk.crawler.pages.reader import read_page
from tests.support.articles import PARAGRAPHS, article, canonical, json_ld

URL = "http://daily.test/ferry"
PUBLISHED = '<meta property="article:published_time" content="2026-11-30T06:00:00Z">'
MODIFIED = '<meta property="article:modified_time" content="2026-11-30T06:00:00Z">'
OG = '<meta property="og:type" content="article">'
DATE = '<p class="date">30 November 2026</p>'
TEASERS = "".join(
    f'<article><h2><a href="/{at}">A headline of some words, number {at}</a></h2>'
    f'<time datetime="2026-11-30">today</time>'
    f"<p>{PARAGRAPHS[at % 3][:110]}</p></article>"
    for at in range(12)
)


def page(main: str, head: str = "") -> bytes:
    return f'<html lang="en"><head><title>A page</title>{head}</head><body><main>{main}</main></body></html>'.encode()


def ld(kind: str, **values: str) -> str:
    return json_ld(**values).replace("NewsArticle", kind)


CASES: list[tuple[str, bytes, str | None]] = [
    ("an article by its JSON-LD", article(head=json_ld(headline="Ferry", url=URL)), None),
    ("the same with few words", page("<h1>Ferry</h1><p>It leaves at six.</p>", json_ld(url=URL)), None),
    ("one that states its date", article(head=PUBLISHED), None),
    ("one that prints its date", article(above=DATE), None),
    ("a page about the site", article(), "nothing on it says when"),
    (
        "a page about the site that a system calls an article",
        article(head=OG + MODIFIED),
        "nothing on it says when",
    ),
    ("a date that is anywhere", article(below="<p>Stand: 30.11.2026</p>"), None),
    ("a list of teasers", page(TEASERS), "characters of prose"),
    ("a list that a system calls an article", page(TEASERS, OG + PUBLISHED), "characters of prose"),
    ("a list by its JSON-LD", page(TEASERS, ld("CollectionPage")), "collectionpage"),
    ("a profile", article(head=ld("ProfilePage") + PUBLISHED), "profilepage"),
    ("an author beside the article", article(head=json_ld(url=URL) + ld("Person", name="Ann")), None),
    (
        "a page that is the front page",
        article(head=PUBLISHED + canonical("http://daily.test/")),
        "front page",
    ),
    ("Japanese counts twice", page(f"<h1>港</h1>{DATE}<p>{'港口週一重新開放，' * 14}</p>", PUBLISHED), None),
]


@pytest.mark.parametrize(("name", "body", "why"), CASES, ids=[case[0] for case in CASES])
def test_which_linked_pages_are_stories(name: str, body: bytes, why: str | None) -> None:
    found = read_page(body, address=URL, content_type="text/html", charset=None, linked=True)
    assert found.problem is None
    if why is None:
        assert found.no_article is None
    else:
        assert found.no_article is not None and why in found.no_article


def test_a_day_in_the_address_is_a_date() -> None:
    dated = "http://daily.test/2026/11/30/ferry"
    found = read_page(article(), address=dated, content_type="text/html", charset=None, linked=True)
    assert found.no_article is None


def test_other_pages_are_not_judged() -> None:
    found = read_page(page(TEASERS), address=URL, content_type="text/html", charset=None)
    assert found.no_article is None


def test_deep_nesting_is_bounded() -> None:
    body = page(f"{'<span>' * 5000}{'words ' * 100}{'</span>' * 5000}")
    assert read_page(body, address=URL, content_type="text/html", charset=None, linked=True).problem is None
