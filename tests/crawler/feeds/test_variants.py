"""Feeds that are written in an unusual way: inside other documents, with other names, types and spellings."""

from __future__ import annotations

import json
from typing import Any

import pytest

from newsdesk.crawler.documents.links import join
from newsdesk.crawler.documents.xml import lower_attributes, parse_strictly
from newsdesk.crawler.feeds.reader import read_feed
from newsdesk.crawler.models import Article, FeedReading

ADDRESS = "http://feed.test/news/feed.xml"
LINK = "http://paper.test/1"
ITEM = f"<item><title>T</title><link>{LINK}</link><description>D</description></item>"
ENTRY = f'<entry><title>T</title><link href="{LINK}"/><summary>D</summary></entry>'
RSS = f'<rss version="2.0"><channel>{ITEM}</channel></rss>'
ATOM = f'<feed xmlns="http://www.w3.org/2005/Atom">{ENTRY}</feed>'


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def read(document: str) -> FeedReading:
    return read_feed(document.encode(), address=ADDRESS)


def one(document: str) -> Article:
    reading = read(document)
    assert reading.problem is None
    assert len(reading.articles) == 1
    return reading.articles[0]


def fields(article: Article) -> tuple[str | None, str | None, str | None]:
    markup = article.summary or article.content
    return article.link, article.title.value if article.title else None, markup.value if markup else None


WHOLE = [  # a document with one entry of the link, the title T and the text D
    f"<html><body>{RSS}</body></html>",
    f'<html xmlns="http://www.w3.org/1999/xhtml"><body><p>Text</p>{ATOM}</body></html>',
    f'<html xmlns="http://www.w3.org/1999/xhtml"><body><feed>{ENTRY}</feed></body></html>',
    f'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html><body>{ATOM}</body></html>',
    f'<s:Message xmlns:s="urn:soap"><s:Body>{RSS}</s:Body></s:Message>',
    f"<response><data>{ATOM}</data></response>",
    f'<string xmlns="http://tempuri.org/">{escaped(RSS)}</string>',
    f"<xml><![CDATA[<?xml version='1.0'?>\n{ATOM}]]></xml>",
    f"<html><head/><body><pre>{escaped(RSS)}</pre></body></html>",
    f'<feed xmlns="http://www.w3.org/2005/Atom"><entries>{ENTRY}</entries></feed>',
    f'<rss version="2.0"><channel><stories>{ITEM}</stories></channel></rss>',
    f'<z:rss xmlns:z="urn:other"><z:channel>{ITEM.replace("</", "</z:").replace("<", "<z:").replace("<z:/z:", "</z:")}'
    "</z:channel></z:rss>",
    f'<z:feed xmlns:z="urn:other"><z:entry><z:title>T</z:title><z:link href="{LINK}"/><z:summary>D</z:summary>'
    "</z:entry></z:feed>",
    f'<RSS VERSION="2.0"><CHANNEL><ITEM><TITLE>T</TITLE><LINK HREF="{LINK}"/><DESCRIPTION>D</DESCRIPTION></ITEM>'
    "</CHANNEL></RSS>",
    f'<CHANNEL><ITEM HREF="{LINK}"><TITLE>T</TITLE><ABSTRACT>D</ABSTRACT></ITEM></CHANNEL>',
    f'<channel><item><a href="{LINK}">T</a><abstract>D</abstract></item></channel>',
    f'<rss><channel><item><title xmlns="urn:x">T</title><link xmlns="urn:x">{LINK}</link>'
    '<description xmlns="urn:x">D</description></item></channel></rss>',
    f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title><url>{LINK}</url><description xmlns="">D'
    "</description></entry></feed>",
    f'<rss><channel><item><title>T</title><link url="{LINK}"/><encoded>D</encoded></item></channel></rss>',
    f'<rss><channel><item><title>T</title><link><a href="{LINK}">here</a></link><body>D</body></item></channel></rss>',
    f'<rss><channel><item><title>T</title><link rel="self">http://x.test/</link><link rel="Alternate" href="{LINK}"/>'
    "<summary>D</summary></item></channel></rss>",
    f'<rss><channel><item><title>T</title><link rel="bookmark" href="{LINK}"/><body>D</body></item></channel></rss>',
    f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title><link rel="self" href="http://x.test/"/>'
    f'<link rel="alternate nofollow">{LINK}</link><summary>D</summary></entry></feed>',
]


@pytest.mark.parametrize("document", WHOLE)
def test_an_entry_is_read_whole(document: str) -> None:
    assert fields(one(document)) == (LINK, "T", "D")


def test_a_feed_inside_another_document_is_a_doubt() -> None:
    assert read(f"<html><body>{RSS}</body></html>").doubts == (
        "the feed stands inside a document with the root <html>",
    )
    assert read(RSS).doubts == ()


@pytest.mark.parametrize(
    "document",
    [
        "<html><body><p>A page that names &lt;rss&gt;</p></body></html>",
        "<html><body><feed>no entries</feed></body></html>",
        "<response><channel>one</channel></response>",
        f"<string>an example: {escaped(RSS)}</string>",
        f"<string>{escaped('<string>' + escaped(RSS) + '</string>')}</string>",  # one level only
    ],
)
def test_other_documents_are_no_feeds(document: str) -> None:
    assert read(document).problem is not None


def test_many_nested_feeds_without_entries_are_searched_a_few_times() -> None:
    document = "<x>" + "<feed>" * 200 + "<a/>" * 20_000 + "</feed>" * 200 + "</x>"
    assert read(document).problem is not None


def test_attributes_of_an_element_with_very_many_keep_their_names() -> None:
    many = " ".join(f'A{number}="1"' for number in range(200))
    items = f'<ITEM HREF="{LINK}"/><ITEM {many} HREF="{LINK}"/>'
    root = parse_strictly(f"<CHANNEL>{items}</CHANNEL>")
    lower_attributes(root)
    assert [item.get("href") for item in root] == [LINK, None]


CDF = [
    ("http://harbour.test/news/lock-opens.html", "1998-11-24T07:30"),
    ("http://harbour.test/news/regatta.html", None),
]


def test_cdf_has_relative_links_dates_and_inner_channels() -> None:
    reading = read(
        '<CHANNEL HREF="http://harbour.test/" BASE="http://harbour.test/news/"><TITLE>C</TITLE>'
        '<ITEM HREF="lock-opens.html" LASTMOD="1998-11-24T07:30"><TITLE>T</TITLE></ITEM>'
        '<CHANNEL><ITEM HREF="http://harbour.test/news/regatta.html"/></CHANNEL></CHANNEL>'
    )
    assert (reading.facts.title, reading.facts.home, reading.facts.format) == (
        "C",
        "http://harbour.test/",
        "cdf",
    )
    assert [(article.link, article.published) for article in reading.articles] == CDF


@pytest.mark.parametrize(
    ("kind", "printed", "value"),
    [
        ('type="news"', "Ferry sinks", "Ferry sinks"),
        ('type="image/png"', "Ferry sinks", "Ferry sinks"),
        ('mode="base64"', "Ferry sinks", "Ferry sinks"),
        ('mode="base64"', "RmVycnkgc2lua3M=", "Ferry sinks"),
        ('type="application/octet-stream"', "RmVycnkg\n c2lua3M=", "Ferry sinks"),
        ('type="application/octet-stream"', "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgH", None),
    ],
)
@pytest.mark.parametrize("name", ["title", "summary", "content"])
def test_a_text_of_another_type_is_text_unless_it_is_base64(
    name: str, kind: str, printed: str, value: str | None
) -> None:
    entry = f'<entry><link href="{LINK}"/><{name} {kind}>{printed}</{name}></entry>'
    article = one(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>')
    markup = getattr(article, name)
    assert (markup.value if markup else None) == value


ENCLOSURES = [
    '<enclosure url="http://paper.test/1.mp3" length="7" type="audio/mpeg"/>',
    '<enclosure URL="http://paper.test/1.mp3" Length="7" Type="audio/mpeg"/>',
    "<enclosure><url>http://paper.test/1.mp3</url><length>7</length><type>audio/mpeg</type></enclosure>",
]


@pytest.mark.parametrize("printed", ENCLOSURES)
def test_an_enclosure_is_attributes_or_children(printed: str) -> None:
    article = one(f"<rss><channel><item><title>T</title>{printed}</item></channel></rss>")
    assert [(e.url, e.length, e.type) for e in article.enclosures] == [
        ("http://paper.test/1.mp3", "7", "audio/mpeg")
    ]
    assert article.link is None


def test_the_file_is_the_link_of_an_entry_that_has_nothing_else() -> None:
    article = one(f"<rss><channel><item><pubDate>now</pubDate>{ENCLOSURES[0]}</item></channel></rss>")
    assert article.link == "http://paper.test/1.mp3"
    assert article.doubts == ("the entry has no link to its page, no title and no text, only a file",)


def test_a_caption_is_the_title_of_an_entry_without_title_and_text() -> None:
    media = 'xmlns:media="http://search.yahoo.com/mrss/"'
    picture = f'<media:content {media} url="http://paper.test/1.jpg"><media:title>Crane</media:title></media:content>'
    article = one(f"<rss><channel><item><link>{LINK}</link>{picture}</item></channel></rss>")
    assert fields(article) == (LINK, "Crane", None)
    article = one(f"<rss><channel><item><description>D</description>{picture}</item></channel></rss>")
    assert fields(article) == (None, None, "D")


@pytest.mark.parametrize(
    ("base", "link", "joined"),
    [
        ("https://paper.test/feed", "www.other.test/1", "https://www.other.test/1"),
        ("https://www.paper.test/feed/", "paper.test/1", "https://paper.test/1"),
        ("https://paper.test/feed/", "PAPER.test/1?a", "https://PAPER.test/1?a"),
        ("https://paper.test/feed/", "story.test/1", "https://paper.test/feed/story.test/1"),
        ("https://paper.test/feed/", "ttp://other.test/1", "http://other.test/1"),
        ("https://paper.test/feed/", "https//other.test/1", "https://other.test/1"),
        ("https://paper.test/feed/", "http:/other.test/1", "http://other.test/1"),
        ("https://paper.test/feed/", "http/1", "https://paper.test/feed/http/1"),
        ("https://paper.test/feed/", "tp/1", "https://paper.test/feed/tp/1"),
        ("https://paper.test/feed/", "www.html", "https://paper.test/feed/www.html"),
        ("https://paper.test/feed/", "1.html", "https://paper.test/feed/1.html"),
        ("https://paper.test/feed/", "paper.test", "https://paper.test/feed/paper.test"),
    ],
)
def test_a_link_that_lost_its_scheme_names_its_host_once(base: str, link: str, joined: str) -> None:
    assert join(base, link) == joined


JSON: list[tuple[dict[str, Any], str]] = [
    ({"items": [{"title": "T", "url": LINK, "summary": "D"}]}, ""),
    ({"items": [{"title": "T", "url": LINK, "content_text": "D"}]}, "callback"),
    (
        {
            "status": "ok",
            "feed": {"title": "F", "link": "http://paper.test/"},
            "items": [
                {
                    "title": "T",
                    "link": LINK,
                    "pubDate": "2026-11-24 08:00:00",
                    "guid": "1",
                    "description": "D",
                }
            ],
        },
        "",
    ),
]


@pytest.mark.parametrize(("document", "function"), JSON)
def test_json_feeds_of_other_programs(document: dict[str, Any], function: str) -> None:
    text = json.dumps(document)
    assert fields(one(f"/**/{function}({text});" if function else text)) == (LINK, "T", "D")


def test_the_feed_of_a_converter_has_its_title_home_and_dates() -> None:
    reading = read(json.dumps(JSON[2][0]))
    assert (reading.facts.title, reading.facts.home) == ("F", "http://paper.test/")
    assert reading.articles[0].published == "2026-11-24 08:00:00"


@pytest.mark.parametrize(
    "text", ['{"items": [{"title": "Shoe", "price": 3}]}', '{"items": [{"id": "1"}]}', "f({})", "go(1)"]
)
def test_other_json_is_no_feed(text: str) -> None:
    assert read(text).problem is not None


OTHER = "http://other.test/1"


@pytest.mark.parametrize(
    ("printed", "link"),
    [
        (f'<link rel="related" href="{OTHER}"/>', OTHER),
        (f'<link rel="self" href="{LINK}"/><link rel="via" href="{OTHER}"/>', LINK),
        (f'<link rel="http://x.test/rel" href="{OTHER}"/>', OTHER),
        (f'<link rel="related" href="{OTHER}"/><link rel="enclosure">{LINK}.mp3</link>', f"{LINK}.mp3"),
        ('<link rel="hub" href="http://hub.test/"/>', None),
        ('<link rel="license" href="http://cc.test/"/>', None),
    ],
)
@pytest.mark.parametrize(
    "around",
    [
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry>%s</entry></feed>',
        "<rss><channel><item>%s</item></channel></rss>",
    ],
)
def test_an_entry_that_has_nothing_else_has_the_address_of_any_link(
    around: str, printed: str, link: str | None
) -> None:
    assert fields(one(around % printed)) == (link, None, None)
    assert fields(one(around % f"<title>T</title>{printed}")) == (None, "T", None)


@pytest.mark.parametrize(
    ("printed", "address"),
    [
        ("<guid>/1</guid>", "http://feed.test/1"),
        ('<guid isPermaLink="false">/1</guid>', None),
        (f"<guid>/2</guid><link>{LINK}</link>", None),
        ("<guid>1</guid>", None),
    ],
)
def test_a_guid_that_is_a_path_is_the_address_of_an_item_without_link(
    printed: str, address: str | None
) -> None:
    assert one(f"<rss><channel><item>{printed}</item></channel></rss>").guid_link == address


def test_external_content_without_a_type_is_the_page_of_the_entry() -> None:
    entry = f'<entry><title>T</title><content src="{LINK}"/></entry>'
    assert one(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>').link == LINK
