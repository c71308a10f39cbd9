"""Whatever a page holds: reading and choosing never raise, keep their limits, and need time in proportion to its size.

Time is measured as work, in calls of functions, since no test asserts wall time.
"""

from __future__ import annotations

import random
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsdesk.crawler.links.address_form import form_of
from newsdesk.crawler.links.anchor_text import LONGEST, word_count
from newsdesk.crawler.links.choice import choose_story_links, judge_links
from newsdesk.crawler.links.models import PageLink
from newsdesk.crawler.links.pagination import MOST, next_pages
from newsdesk.crawler.links.printed_dates import is_date
from newsdesk.crawler.links.reader import MOST_LINKS, read_links
from newsdesk.crawler.links.regions import names_headline, names_title, region_of_names
from newsdesk.crawler.links.shapes import AddressShapes, learn_shapes
from newsdesk.crawler.normalise.urls.canonical import canonical_url

ADDRESS = "https://www.daily.example/news/"
PIECES = (
    "<a href='/a-b-c-d/1'>", "</a>", "<a href=//[::1>", "<a href='http://'>", "<a>", "<h2>", "</h2>", "<li>", "</li>",
    "<nav>", "</nav>", "<article>", "</article>", "<time datetime='x'>", "</time>", "<p>", "</p>",
    "Some words of a text", "习近平会见外国领导人", "12:30", "Sponsored",
    "<img alt='a picture'>", "<script type='application/ld+json'>",
    '{"@type":"ItemList","itemListElement":[{"url":"/x"}]}', "</script>", "<base href='::'>", "<table><tr><td>", "<!--",
    "-->", "<![CDATA[", "&#0;", "&bogus;", "\x00",
    "<a href='?page=2' rel='next'>Next", "<div class='nav ad author'>", "</div>",
    "<a href='//other.example/%ff%fe'>", "<footer>", "<svg>", "</svg>", "<template>", "<main id='main'>", "<plaintext>",
)  # fmt: skip
PATH_PIECES = ("a-b-c-d", "2026", "11", "30", "123456", "tag", "%D0%B0", "..", ";", "?id=1", ".html")
addresses = st.one_of(
    st.text(max_size=80),
    st.lists(st.sampled_from(PATH_PIECES)).map(lambda parts: "https://daily.example/" + "/".join(parts)),
)


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=20)), max_size=60))
@settings(max_examples=300, deadline=None)
def test_no_page_raises(pieces: list[str]) -> None:
    links = read_links("".join(pieces).encode("utf-8", "surrogatepass"), address=ADDRESS)
    assert [link.position for link in links] == [*range(len(links))]
    assert all(len(link.text) <= LONGEST for link in links)
    judged = judge_links(links, address=ADDRESS)
    assert {one.canonical for one in judged} == {link.canonical for link in links}
    assert len(judged) == len({one.canonical for one in judged})
    chosen = choose_story_links(links, address=ADDRESS)
    assert chosen == tuple(one for one in judged if one.score > 0)
    for one in judged:
        assert one.score == pytest.approx(sum(reason.weight for reason in one.reasons), abs=0.05)
    assert canonical_url(ADDRESS) not in {one.canonical for one in judged}
    assert set(next_pages(links, address=ADDRESS)) <= {link.address for link in links}


@given(st.binary(max_size=400), st.sampled_from((None, "utf-16", "gb2312", "no-such-charset")))
@settings(max_examples=150, deadline=None)
def test_no_bytes_raise(body: bytes, charset: str | None) -> None:
    judge_links(read_links(body, address=ADDRESS, charset=charset), address=ADDRESS)


@given(st.lists(addresses, max_size=30), st.lists(addresses, max_size=10), addresses)
@settings(max_examples=200, deadline=None)
def test_shapes_are_the_same_after_json(stories: list[str], others: list[str], asked: str) -> None:
    shapes = learn_shapes(stories, others)
    again = AddressShapes.from_json(shapes.to_json())
    assert again == shapes
    assert again.fit(canonical_url(asked)) == shapes.fit(canonical_url(asked))
    at_once = learn_shapes(stories[5:], others, known=learn_shapes(stories[:5]))
    assert at_once == shapes


@pytest.mark.parametrize(
    "text",
    [None, "", "[]", "null", "{", '{"stories":[1]}', '{"stories":{"/w":-1,"/x":"2","/y":true}}', "[" * 5_000],
)
def test_damaged_json_of_shapes_is_nothing_known(text: str | None) -> None:
    assert AddressShapes.from_json(text) == AddressShapes()


def test_shapes_stay_small() -> None:
    dice = random.Random(7)
    stories = [
        f"https://daily.example/{dice.random()}/{dice.random()}/" + "a/" * dice.randint(0, 9)
        for _ in range(3_000)
    ]
    assert len(learn_shapes(stories).to_json()) < 20_000


HOSTILE = {
    "anchors in anchors": "<a href=/some-long-name-of-it-{n}>" ,
    "deep elements": "<div class='nav-{n}'><a href=/{n}>A headline of five words {n}</a>",
    "one address": "<li><a href=/the-same-address>A headline of five words {n}</a>",
    "many addresses": "<li><a href=/section/some-long-name-{n}>A headline of five words {n}</a>",
    "pictures": "<a href=/p/{n}><img src={n} alt='A picture with a text {n}'></a>",
    "dates": "<p>12:{n} <b>30.11.2026</b> <time>5 minutes ago</time>",
    "classes": "<p class='a-{n} b_{n} cC{n} nav-{n} ad-{n}'><a href=/x{n}>Words {n}</a></p>",
    "addresses": "<a href='/a/b/c/d-{n}/2026/11/30/12345{n}-e?f=g&h={n}#i'>Words of a link {n}</a>",
    "words": "<a href=/w-{n}>" + "a-" * 200 + "</a>",
    "folders": "<a href='/" + "2026/" * 200 + "{n}'>x</a>",
    "labels": "<div>Sponsored<a href=/l-{n}>A headline of five words</a></div>",
    "lists": '<script type="application/ld+json">{{"@type":"ItemList","itemListElement":["/a-{n}","/b"]}}</script>',
    "headings": "<h2><h3><a href=/h-{n}>A headline</a>",
}  # fmt: skip


def calls(body: bytes) -> int:
    """How many functions are called to read a page and to choose its stories."""
    count = 0

    def tracer(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(tracer)
    try:
        judge_links(read_links(body, address=ADDRESS), address=ADDRESS)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("name", HOSTILE)
def test_the_work_grows_with_the_size_of_the_page_only(name: str) -> None:
    small, large = ("".join(HOSTILE[name].format(n=n) for n in range(size)).encode() for size in (250, 1_000))
    calls(small)  # fills the caches
    assert calls(large) < 8 * calls(small) + 20_000  # four times the size


def test_links_are_limited() -> None:
    body = b"".join(b"<a href=/%d>x</a>" % n for n in range(MOST_LINKS + 500))
    assert len(read_links(body, address=ADDRESS)) == MOST_LINKS


def test_next_pages_are_limited() -> None:
    links = [
        PageLink(
            address=f"{ADDRESS}?page={n}", canonical=f"//daily.example/news?page={n}", text=str(n), position=n
        )
        for n in range(2, 500)
    ]
    assert next_pages(links, address=ADDRESS) == (f"{ADDRESS}?page=2",)
    assert len(next_pages(links, address=ADDRESS, most=10_000)) == MOST


LONG = (
    "a" * 50_000,
    "1" * 50_000,
    "-" * 50_000,
    "a-" * 25_000,
    "%" * 50_000,
    "1:1" * 20_000,
    "/" * 50_000,
    "习" * 50_000,
)


@pytest.mark.parametrize("text", LONG, ids=lambda text: text[:4])
def test_long_texts_are_no_burden(text: str) -> None:
    """Each pattern meets the text that is worst for patterns of its kind; the time-out of the test is the limit."""
    form_of(f"//daily.example/{text}?{text}={text}")
    is_date(text), is_date(text[:60])
    word_count(text)
    region_of_names(text[:400]), names_headline(text), names_title(text)
    judge_links(
        read_links(f"<a href='/{text}' class='{text}'>{text}</a>".encode(), address=ADDRESS), address=ADDRESS
    )
