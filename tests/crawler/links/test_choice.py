"""Which links of a page are stories, on one small page with a case of each kind."""

from __future__ import annotations

import pytest

from newsdesk.crawler.links.choice import choose_story_links, judge_links
from newsdesk.crawler.links.pagination import next_pages
from newsdesk.crawler.links.reader import read_links
from newsdesk.crawler.links.shapes import AddressShapes, learn_shapes

ADDRESS = "https://www.daily.example/"
PAGE = b"""<!doctype html><html lang=en><body>
<header><a href="/">The Daily</a><nav><ul><li><a href="/politics">Politics</a><li><a href="/sport">Sport</a>
<li><a href="/science-and-environment">Science and environment</a></ul></nav></header>
<main>
<article><a href="/politics/2026/11/30/council-votes"><img src=a.jpg alt=""></a>
<h2><a href="/politics/2026/11/30/council-votes?utm_source=home">
Council votes for the new bridge after a long night</a></h2>
<p>The vote was close, and three members left the hall before it was taken.</p>
<time datetime="2026-11-30T08:00Z">8:00</time>
<a href="/author/jane-doe">Jane Doe</a></article>
<article><h3><a href="/sport/2026/11/29/late-win">Late win</a></h3><span>29 Nov</span></article>
<article><h3><a href="/sport/2026/11/29/third-place">
Rovers hold on to third place in the north</a></h3><span>29 Nov</span></article>
<article class="native-ad"><span>Sponsored</span>
<h3><a href="/brand/2026/11/01/new-mattress">
The mattress that sleeps better than you do</a></h3></article>
<a href="/page/2">Older posts</a>
</main>
<footer><a href="/about">About us</a> <a href="/privacy-policy">How we use your personal data and cookies</a>
<a href="https://other.example/2026/11/30/some-long-story-of-others">
Some long story that others have written</a></footer>
</body></html>"""
STORIES = [
    "//daily.example/politics/2026/11/30/council-votes",
    "//daily.example/sport/2026/11/29/late-win",
    "//daily.example/sport/2026/11/29/third-place",
]


def test_stories_are_chosen_once_and_nothing_else():
    chosen = choose_story_links(read_links(PAGE, address=ADDRESS), address=ADDRESS)
    assert [one.canonical for one in chosen] == STORIES
    assert chosen[0].title == "Council votes for the new bridge after a long night"
    assert chosen[0].date == "2026-11-30T08:00Z"
    assert chosen[1].title == "Late win"
    assert chosen[1].date == "29 Nov"


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8799", "127.0.0.1", "[::1]:8799", "daily.test:8799", "daily.example"]
)
def test_a_port_and_an_ip_literal_are_no_other_site(host):
    address = f"http://{host}/"
    chosen = choose_story_links(read_links(PAGE, address=address), address=address)
    assert [one.canonical for one in chosen] == [one.replace("daily.example", host) for one in STORIES]


def test_every_address_has_a_score_that_is_the_sum_of_its_reasons():
    for one in judge_links(read_links(PAGE, address=ADDRESS), address=ADDRESS):
        assert one.reasons
        assert one.score == round(sum(reason.weight for reason in one.reasons), 2)


def test_the_next_page_is_found():
    assert next_pages(read_links(PAGE, address=ADDRESS), address=ADDRESS) == (
        "https://www.daily.example/page/2",
    )


def test_known_addresses_decide_where_the_page_says_little():
    page = b"<body><h3><a href=/artikel/late-win>Late win</a></h3> <a href=/more/sport-news>Sport news</a></body>"
    links = read_links(page, address=ADDRESS)
    assert choose_story_links(links, address=ADDRESS) == ()
    shapes = learn_shapes(f"https://daily.example/artikel/story-of-{at}" for at in range(20))
    shapes = AddressShapes.from_json(shapes.to_json())
    assert [one.title for one in choose_story_links(links, address=ADDRESS, shapes=shapes)] == ["Late win"]
