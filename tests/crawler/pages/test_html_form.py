"""The cleaned HTML of a story: lists, tables, quotations and pictures are kept, from feeds and from pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from lxml import html

from newsdesk.crawler.models import Article, Markup
from newsdesk.crawler.normalise.story import normalise_story
from newsdesk.crawler.pages.text.pictures import picture
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.page_task import PageTask
from newsdesk.crawler.workers.readers.page import read_page_task
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.stories import Address, Story
from tests.support.articles import PARAGRAPHS

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
URL = "https://daily.example/2026/ferry"
BODY = f"""<p>{PARAGRAPHS[0]} See <a href="/timetable" onclick="steal()">the whole timetable</a>, which is
<em>new</em> and <strong>longer</strong>.</p>
<h2>What is new this winter</h2>
<ul class="box"><li>The first boat leaves at six in the morning.</li>
<li>The last one at eleven in the evening.</li></ul>
<ol><li>Buy your ticket before the trip begins.</li><li>Show it when you board the ferry.</li></ol>
<blockquote><p>Nobody asked us about the early boat, and nobody will be there to take it.</p></blockquote>
<figure><img src="/ferry.jpg" alt="The ferry in fog"><figcaption>The ferry in the fog</figcaption></figure>
<p>{PARAGRAPHS[1]}</p>
<table><tr><td>First boat</td><td>06:00</td></tr><tr><td>Last boat</td><td>23:00</td></tr></table>
<h3>How parents see it</h3>
<p>{PARAGRAPHS[2]}</p><script>steal()</script>"""


def of_feed() -> Story:
    return normalise_story(
        Article(title=Markup(value="Ferry"), content=Markup(value=BODY, base=URL)),
        addresses=(Address(key="a", url=URL, found_in="entry"),),
        outlet=None, language="en", country=None, timezone=None, feed_language=None, now=NOW,
    )  # fmt: skip


def of_page(head: str = "") -> Story:
    page = (
        f"<html><head><title>Ferry</title>{head}</head>"
        f"<body><article><h1>Ferry</h1>{BODY}</article></body></html>"
    )
    claimed = ClaimedPage(page_id=1, url=URL, host="daily.example")
    order = PageTask(
        document=Document(
            body=page.encode(), address=URL, fetched_at=NOW, content_type="text/html", charset="utf-8"
        ),
        claimed=claimed,
    )
    story = read_page_task(order).own
    assert story is not None
    return story


ELEMENTS = {  # an element of the cleaned HTML → the text of each occurrence
    "h2": ["What is new this winter"],
    "h3": ["How parents see it"],
    "ul/li": ["The first boat leaves at six in the morning.", "The last one at eleven in the evening."],
    "ol/li": ["Buy your ticket before the trip begins.", "Show it when you board the ferry."],
    "blockquote/p": ["Nobody asked us about the early boat, and nobody will be there to take it."],
    "tr": ["First boat06:00", "Last boat23:00"],
    "td": ["First boat", "06:00", "Last boat", "23:00"],
    "a[@href='https://daily.example/timetable']": ["the whole timetable"],
    "em": ["new"],
    "strong": ["longer"],
    "img[@src='https://daily.example/ferry.jpg'][@alt='The ferry in fog']": [""],
}


@pytest.mark.parametrize("read", [of_feed, of_page])
def test_structure_is_kept(read: Callable[[], Story]) -> None:
    story = read()
    assert story.html is not None and story.text is not None
    root = html.fragment_fromstring(story.html, create_parent="div")
    found = {
        path: ["".join(one.text_content().split("\n")) for one in root.findall(f".//{path}")]
        for path in ELEMENTS
    }
    assert found == ELEMENTS
    assert not {"onclick", "class", "script", "steal"} & set(story.html.replace("=", " ").split())
    order = [
        PARAGRAPHS[0][:20],
        "What is new",
        "Nobody asked",
        "ferry.jpg",
        PARAGRAPHS[1][:20],
        "06:00",
        "How parents",
    ]
    assert [story.html.find(one) for one in order] == sorted(story.html.find(one) for one in order)
    assert "The first boat leaves" in story.text and "ferry.jpg" not in story.text


def test_links_are_joined_to_the_base_element() -> None:
    cleaned = of_page('<base href="https://static.example/en/">').html
    assert cleaned is not None and 'href="https://static.example/timetable"' in cleaned


PICTURES = [  # (an element, the address of its picture)
    ('<img src="/a.jpg">', "/a.jpg"),
    ('<img src="data:image/gif;base64,R0lGOD" data-src="/a.jpg">', "/a.jpg"),
    ('<img src="/blank.gif" data-lazy-src="/a.jpg">', "/a.jpg"),
    ('<img srcset="/a.jpg 480w, /b.jpg 800w">', "/a.jpg"),
    ('<img src="/count.gif" width="1" height="1">', None),
    ('<img src="/count.gif" width="1px">', None),
    ('<img src="data:image/gif;base64,R0lGOD">', None),
    ("<img>", None),
    ('<img src="/a.jpg?b=&quot;&gt;<script>">', '/a.jpg?b=">' + "<script>"),
]


@pytest.mark.parametrize(("element", "address"), PICTURES)
def test_pictures(element: str, address: str | None) -> None:
    kept = picture(html.fragment_fromstring(element))
    if address is None:
        assert kept == ""
    else:
        assert [one.get("src") for one in html.fragment_fromstring(kept).iter("img")] == [address]
