"""The feed reader: fields by format, damaged documents by the parser that reads them. One line, one case."""

# ruff: noqa: E501

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from newsdesk.crawler.documents.charset import decode
from newsdesk.crawler.documents.links import join
from newsdesk.crawler.feeds.people import distinct, read_person
from newsdesk.crawler.feeds.reader import read_feed
from newsdesk.crawler.models import Article, FeedReading, Person
from tests.support import paths

FEEDS = paths.FIXTURES / "feeds"
ADDRESS = "http://feed.test/news/feed.xml"
FIXTURES = {path.name: path.read_bytes() for path in sorted(FEEDS.iterdir())}


def read(body: bytes | str, **headers: str) -> FeedReading:
    return read_feed(body.encode() if isinstance(body, str) else body, address=ADDRESS, **headers)


def rss(inside: str, head: str = '<rss version="2.0">') -> str:
    return f"{head}<channel><title>T</title><link>https://home.test/</link>{inside}</channel></rss>"


def one(item: str, head: str = '<rss version="2.0">') -> Article:
    reading = read(rss(f"<item>{item}</item>", head))
    assert reading.problem is None
    assert len(reading.articles) == 1
    return reading.articles[0]


def value(article: Article, field: str) -> object:
    found = getattr(article, field)
    return getattr(found, "value", found)


# Our fixtures, modelled on real feeds: file, parser, format, articles, whether the document is complete.
DOCUMENTS = [
    ("atom03_old.xml", "strict", "atom 0.3", 3, True),
    ("atom10_blog.xml", "strict", "atom 1.0", 2, True),
    ("atom10_in_page.xml", "strict", "atom 1.0", 1, True),
    ("atom10_planet.xml", "strict", "atom 1.0", 2, True),
    ("cdf_channel.xml", "strict", "cdf", 2, True),
    ("jsonfeed11.json", "json", "json feed 1.1", 3, True),
    ("rdf_bare.xml", "strict", "rss (rdf without namespaces)", 1, True),
    ("rss090_old.xml", "strict", "rss 0.90 (rdf)", 2, True),
    ("rss091_latin1.xml", "repaired", "rss 0.91", 1, True),
    ("rss092_sources.xml", "strict", "rss 0.92", 2, True),
    ("rss10_journal.xml", "strict", "rss 1.0 (rdf)", 2, True),
    ("rss20_arabic_hebrew.xml", "strict", "rss 2.0", 2, True),
    ("rss20_broken_nesting.xml", "feedparser", "rss 2.0", 2, True),
    ("rss20_home_relative.xml", "strict", "rss 2.0", 1, True),
    ("rss20_markup.xml", "strict", "rss 2.0", 3, True),
    ("rss20_newspaper.xml", "strict", "rss 2.0", 2, True),
    ("rss20_podcast.xml", "strict", "rss 2.0", 2, True),
    ("rss20_relative.xml", "strict", "rss 2.0", 3, True),
    ("rss20_repeated.xml", "strict", "rss 2.0", 4, True),
    ("rss20_truncated.xml", "repaired", "rss 2.0", 1, False),
]


@pytest.mark.parametrize(("name", "parser", "format_", "articles", "complete"), DOCUMENTS)
def test_documents(name: str, parser: str, format_: str, articles: int, complete: bool) -> None:
    reading = read(FIXTURES[name])
    assert reading.problem is None
    assert (reading.facts.parser, reading.facts.format) == (parser, format_)
    assert (len(reading.articles), reading.complete) == (articles, complete)


def test_every_fixture_has_its_row() -> None:
    assert [row[0] for row in DOCUMENTS] == list(FIXTURES)


# File, entry, field, expected value.
FIELDS = [
    ("rss20_newspaper.xml", 0, "title", "Ferry &amp; tug collide, nobody hurt"),
    ("rss20_newspaper.xml", 0, "link", "https://gazette.test/2024/05/ferry?ref=rss&p=1"),
    ("rss20_newspaper.xml", 0, "guid", "gazette-1001"),
    ("rss20_newspaper.xml", 0, "guid_link", None),
    ("rss20_newspaper.xml", 0, "summary", "<p>A ferry met a tug at dawn.</p>"),
    ("rss20_newspaper.xml", 0, "authors", (Person(name="Ada Quill"), Person(name="Ben Oar"))),
    ("rss20_newspaper.xml", 0, "categories", ("Harbour", "Ferries")),
    ("rss20_newspaper.xml", 0, "image", "https://gazette.test/img/ferry-1200.jpg"),
    ("rss20_newspaper.xml", 0, "published", "Tue, 07 May 2024 06:30:00 +0100"),
    ("rss20_newspaper.xml", 0, "language", "en-gb"),
    ("rss20_newspaper.xml", 1, "guid_link", "https://gazette.test/2024/05/tides"),
    ("rss20_newspaper.xml", 1, "updated", "2024-05-06T18:00:00Z"),
    ("rss20_newspaper.xml", 1, "authors", (Person(name="Cleo Mast", email="desk@gazette.example"),)),
    ("rss10_journal.xml", 0, "content", "<p>We counted, at length.</p>"),
    ("rss10_journal.xml", 0, "summary", "We counted."),
    ("rss10_journal.xml", 0, "link", "https://journal.test/12/1?rss=1"),
    ("rss10_journal.xml", 0, "published", "2024-03-02T09:10:11-07:00"),
    ("rss10_journal.xml", 1, "guid_link", "https://journal.test/12/2"),
    ("rss091_latin1.xml", 0, "title", "Maré alta às três – outra vez"),
    ("atom10_blog.xml", 0, "link", "https://blog.test/de/2024/flut"),
    ("atom10_blog.xml", 0, "title", "Flut &amp; Ebbe"),
    ("atom10_blog.xml", 0, "content", "<p>Die <em>Flut</em> kam &amp; ging.<br></p>"),
    ("atom10_blog.xml", 0, "summary", "Kurz <gesagt>"),
    ("atom10_blog.xml", 0, "authors", (Person(name="Redaktion Hafen", uri="https://blog.test/wir"),)),
    ("atom10_blog.xml", 0, "categories", ("meer", "Gezeiten")),
    ("atom10_blog.xml", 0, "image", "https://blog.test/de/2024/bild/klein.jpg"),
    (
        "atom10_blog.xml",
        1,
        "authors",
        (Person(name="Ina Watt", email="ina@blog.test"), Person(name="Ole Priel")),
    ),
    ("atom10_planet.xml", 0, "authors", (Person(name="Sol Source"),)),
    ("atom10_planet.xml", 0, "guid_link", "https://src.test/1"),
    ("atom10_planet.xml", 1, "link", "https://src.test/2.html"),
    ("atom03_old.xml", 0, "title", "Day <i>one</i>"),
    ("atom03_old.xml", 0, "published", "2004-01-31T08:00:00Z"),
    ("atom03_old.xml", 0, "updated", "2004-02-01T10:00:00Z"),
    ("atom03_old.xml", 1, "content", "<p>Rain.</p>"),
    ("atom03_old.xml", 1, "published", "2004-02-02T08:00:00Z"),
    ("atom03_old.xml", 2, "content", "<p>Dry again.</p>"),
    ("jsonfeed11.json", 0, "guid", "17"),
    ("jsonfeed11.json", 0, "link", "https://json.test/a/17"),
    ("jsonfeed11.json", 0, "title", "Buoys & bells \ufffd"),
    (
        "jsonfeed11.json",
        0,
        "authors",
        (Person(name="Ada Quill", uri="https://json.test/ada"), Person(name="Ben Oar")),
    ),
    ("jsonfeed11.json", 1, "link", "https://elsewhere.test/x"),
    ("jsonfeed11.json", 1, "content", "Plain <text>"),
    ("jsonfeed11.json", 1, "authors", (Person(name="Cleo Mast"),)),
    ("jsonfeed11.json", 2, "authors", (Person(name="The Desk"),)),
    ("rss20_podcast.xml", 0, "content", "All about mud and more mud."),
    ("rss20_podcast.xml", 0, "categories", ("mud", "water")),
    ("rss20_podcast.xml", 0, "image", "https://pod.test/1.jpg"),
    ("rss20_arabic_hebrew.xml", 0, "title", "وصلت السفينة إلى الميناء"),
    ("rss20_arabic_hebrew.xml", 1, "title", "האונייה הגיעה לנמל"),
    ("rss20_relative.xml", 0, "link", "https://base.test/a/b/c/d.html"),
    ("rss20_relative.xml", 1, "link", "https://base.test/a/up.html"),
    ("rss20_relative.xml", 2, "link", None),
    ("rss20_relative.xml", 2, "doubts", ("link is not a web address: javascript:alert(1)",)),
    ("rss20_home_relative.xml", 0, "link", "https://home.test/section/one.html"),
    ("rss20_home_relative.xml", 0, "guid_link", "https://home.test/guid/1"),
    ("rss20_markup.xml", 0, "title", "Now <i>here</i>"),
    ("rss20_markup.xml", 0, "link", "https://marks.test/1"),
    ("rss20_markup.xml", 0, "summary", "But what <em>is</em> &amp; was"),
    ("rss20_markup.xml", 0, "original_link", "https://origin.test/1"),
    ("rss20_markup.xml", 1, "authors", (Person(name="Eve Net"),)),
    ("rss20_markup.xml", 1, "updated", "2024-05-01T00:00:00Z"),
    ("rss20_markup.xml", 1, "content", "<p>Full</p>"),
    ("rss20_repeated.xml", 3, "title", None),
    ("rss20_broken_nesting.xml", 1, "authors", (Person(name="Ed Itor", email="ed@broken.test"),)),
    ("rss20_truncated.xml", 0, "title", "Whole © one"),
]


@pytest.mark.parametrize(("name", "entry", "field", "wanted"), FIELDS)
def test_fields(name: str, entry: int, field: str, wanted: object) -> None:
    assert value(read(FIXTURES[name]).articles[entry], field) == wanted


def test_markup_keeps_kind_base_and_language() -> None:
    blog = read(FIXTURES["atom10_blog.xml"]).articles[0]
    assert blog.content and (blog.content.kind, blog.content.language) == ("html", "de-AT")
    assert blog.summary and (blog.summary.kind, blog.summary.base) == ("text", "https://blog.test/de/2024/")
    nested = read(FIXTURES["rss20_relative.xml"]).articles[0].summary
    assert nested and (nested.base, nested.language) == ("https://base.test/a/b/c/e/", "fr")


ITEM = "<item><title>{}</title><link>https://home.test/1</link></item>"
UTF8 = '<?xml version="1.0" encoding="utf-8"?>'
DECLARES_LATIN1 = '<?xml version="1.0" encoding="iso-8859-1"?>'
# Case, document, parser, the first title, a repair that is listed.
# fmt: off
DAMAGED: list[tuple[str, bytes, str, str | None, str | None]] = [
    ("bare &", rss(ITEM.format("Fish & chips")).encode(), "repaired", "Fish & chips", "references"),
    ("bare & in a link", rss("<item><title>a</title><link>https://x.test/?a=1&b=2</link></item>").encode(), "repaired", "a", "references"),
    ("HTML entities", rss(ITEM.format("caf&eacute;&nbsp;&mdash; &hellip;")).encode(), "repaired", "café\xa0— …", "references"),
    ("an unknown entity", rss(ITEM.format("R&foo; D")).encode(), "repaired", "R&foo; D", "references"),
    ("an entity that is markup", rss(ITEM.format("a &LT; b")).encode(), "repaired", "a < b", "references"),
    ("& in CDATA stays", rss(ITEM.format("<![CDATA[A & B]]> & C")).encode(), "repaired", "A & B & C", "references"),
    ("a bare <", rss(ITEM.format("1 < 2, I <3 it")).encode(), "repaired", "1 < 2, I <3 it", "references"),
    ("a stray ]]>", rss(ITEM.format("a ]]> b")).encode(), "repaired", "a ]]> b", "references"),
    ("an invalid character &#x110000;", rss(ITEM.format("a&#x110000;b")).encode(), "repaired", "a\ufffdb", "references"),
    ("invalid characters &#0; &#xD800;", rss(ITEM.format("a&#0;&#xD800;b")).encode(), "repaired", "a\ufffd\ufffdb", "references"),
    ("&#X41;", rss(ITEM.format("&#X41;")).encode(), "repaired", "A", "references"),
    ("control characters", rss(ITEM.format("a\x08b\x0bc")).encode(), "repaired", "ab c", "control characters"),
    ("NUL", rss(ITEM.format("a\x00b")).encode(), "repaired", "ab", "control characters"),
    ("junk before", ("<br>Warning: x in y on line 3\n" + UTF8 + rss(ITEM.format("a"))).encode(), "repaired", "a", "junk before the document"),
    ("blank line before", ("\r\n\r\n" + UTF8 + rss(ITEM.format("a"))).encode(), "repaired", "a", "junk before the document"),
    ("two byte order marks", b"\xef\xbb\xbf" * 2 + (UTF8 + rss(ITEM.format("ü"))).encode(), "strict", "ü", None),
    ("-- in a comment", rss("<!-- a -- b -->" + ITEM.format("a")).encode(), "repaired", "a", "comments"),
    ("DOCTYPE", ("<!DOCTYPE rss SYSTEM 'x.dtd'>" + rss(ITEM.format("a"))).encode(), "repaired", "a", "doctype"),
    ("entities of the document", ("<!DOCTYPE rss [<!ENTITY co 'Co.'>]>" + rss(ITEM.format("A &co; B"))).encode(), "repaired", "A Co. B", "doctype"),
    ("undeclared prefix", rss("<item><title>a</title><dc:creator>Ann</dc:creator></item>").encode(), "repaired", "a", "namespace declarations"),
    ("undeclared, unknown", rss("<item><title>a</title><zz:b c:d='1'/></item>").encode(), "repaired", "a", "namespace declarations"),
    ("cut in an item", rss(ITEM.format("a") + "<item><title>b").split("</channel>")[0].encode(), "repaired", "a", "document end"),
    ("cut in a tag", rss(ITEM.format("a") + "<item><tit").split("</channel>")[0].encode(), "repaired", "a", "document end"),
    ("goes on after its end", (rss(ITEM.format("a")) + "<script>x</script>").encode(), "repaired", "a", "document end"),
    ("HTML unescaped", rss("<item><title>a</title><description>x<br>y &amp; z</description></item>").encode(), "repaired", "a", "markup in fields"),
    ("wrong nesting", rss("<item><title>a</title><x><b></x></item>").encode(), "feedparser", "a", None),
    ("only single items are well-formed", rss("<item><title>a</title></item><item><title>b</title></media:player></item>", '<rss xmlns:media="http://search.yahoo.com/mrss/">').encode(), "repaired", "a", "item by item"),
    ("a comment never closed", rss(ITEM.format("a") + "<!-- " + ITEM.format("b")).encode(), "repaired", "a", "comments"),
    ("spaces in a namespace", rss("<item><d:title>a</d:title></item>", '<rss xmlns:d=" http://purl.org/dc/elements/1.1/ ">').encode(), "repaired", "a", "namespace declarations"),
    ("declares utf-8, is latin-1", (UTF8 + rss(ITEM.format("für"))).encode("latin-1"), "strict", "für", None),
    ("declares latin-1, is utf-8", (DECLARES_LATIN1 + rss(ITEM.format("für"))).encode(), "strict", "für", None),
    ("declares latin-1, is windows-1252", (DECLARES_LATIN1 + rss(ITEM.format("“a”"))).encode("cp1252"), "strict", "“a”", None),
    ("a bad byte in utf-8", (UTF8 + rss(ITEM.format("für über @ alle"))).encode().replace(b"@", b"\xff"), "strict", "für über \ufffd alle", None),
    ("encoded twice", (UTF8 + rss(ITEM.format("für über"))).encode().decode("latin-1").encode(), "strict", "für über", None),
    ("numbers of windows-1252", rss(ITEM.format("It&#146;s")).encode(), "strict", "It’s", None),
    ("no charset, Russian", rss("<language>ru</language>" + ITEM.format("Паром")).encode("cp1251"), "strict", "Паром", None),
    ("UTF-16 with a mark", (UTF8 + rss(ITEM.format("für"))).encode("utf-16"), "strict", "für", None),
    ("UTF-16 without", rss(ITEM.format("für")).encode("utf-16-le"), "strict", "für", None),
    ("UTF-32", rss(ITEM.format("für")).encode("utf-32"), "strict", "für", None),
    ("declares utf-16, is utf-8", ('<?xml version="1.0" encoding="utf-16"?>' + rss(ITEM.format("für"))).encode(), "strict", "für", None),
    ("XML 1.1", ('<?xml version="1.1"?>' + rss(ITEM.format("a"))).encode(), "strict", "a", None),
    ("Shift_JIS", ('<?xml version="1.0" encoding="Shift_JIS"?>' + rss(ITEM.format("港の船"))).encode("cp932"), "strict", "港の船", None),
]
# fmt: on


@pytest.mark.parametrize(
    ("body", "parser", "title", "repair"), [row[1:] for row in DAMAGED], ids=[row[0] for row in DAMAGED]
)
def test_damaged_documents(body: bytes, parser: str, title: str | None, repair: str | None) -> None:
    reading = read(body)
    assert reading.problem is None
    assert (reading.facts.parser, value(reading.articles[0], "title")) == (parser, title)
    assert repair is None or repair in reading.facts.repairs


# Header's charset, bytes, the text.
CHARSETS = [
    ("windows-1251", "Паром".encode("cp1251"), "Паром"),
    ("utf-8", "Паром".encode(), "Паром"),
    ("iso-8859-1", "Паром".encode(), "Паром"),
    ("koi8-r", "Паром пришёл".encode("koi8-r"), "Паром пришёл"),
    ("us-ascii", "für".encode("latin-1"), "für"),
    ("gb2312", "港口的船".encode("gb18030"), "港口的船"),
    ("no-such-charset", "für".encode(), "für"),
    ("base64", b"abc", "abc"),
    ("utf-7", b"+AGE-", "+AGE-"),
    ("x-sjis", "港の船".encode("cp932"), "港の船"),
    ("gb2312", "港口的船提前一小时开出。港务局".encode(), "港口的船提前一小时开出。港务局"),
    ("shift_jis", "港の船は一時間早く出る。港の事務所".encode(), "港の船は一時間早く出る。港の事務所"),
    ("big5", "船".encode() + b"a", "船a"),
    ("gb2312", "联通".encode("gb18030"), "联通"),  # both bytes of each letter are valid UTF-8, too
    (None, b"\x93a\x81\x94", "“a\x81”"),
]


@pytest.mark.parametrize(("header", "body", "text"), CHARSETS)
def test_charsets(header: str | None, body: bytes, text: str) -> None:
    assert decode(body, header).text == text


# Item of an RSS feed, field, expected value.
ITEMS = [
    ("<guid isPermaLink='False'>https://x.test/1</guid>", "guid_link", None),
    ("<guid>tag:1</guid>", "guid_link", None),
    ("<GUID ispermalink='true'>https://x.test/1</GUID>", "guid_link", "https://x.test/1"),
    ("<link>\n https://x.test/a\n</link>", "link", "https://x.test/a"),
    ("<link>https://x.test/a\n  b</link>", "link", "https://x.test/ab"),
    ("<link></link><link>/a</link>", "link", "https://home.test/a"),
    ("<link>data:text/html,x</link>", "link", None),
    ("<link>file:///etc/passwd</link>", "link", None),
    ("<link>http://[</link>", "link", None),
    ("<link href='https://x.test/h'/>", "link", "https://x.test/h"),
    ("<author>mail@x.test (Ann Lee)</author>", "authors", (Person(name="Ann Lee", email="mail@x.test"),)),
    ("<author>Ann</author><author>ann</author>", "authors", (Person(name="Ann"),)),
    ("<pubDate> Mon, 01 Jan 10000 00:00:00 GMT </pubDate>", "published", "Mon, 01 Jan 10000 00:00:00 GMT"),
    ("<title>a</title><title>b</title>", "title", "a"),
    ("<title/><title>b</title>", "title", "b"),
    ("<description>a</description><description>longer</description>", "content", "longer"),
    ("<image><url>/i.png</url></image>", "image", "https://home.test/i.png"),
    ("<enclosure url='/i.png' type='image/png'/>", "image", "https://home.test/i.png"),
    ("<category>a</category><category>a</category><category/>", "categories", ("a",)),
    ("<description>&lt;p&gt;a&lt;/p&gt;<b>c</b></description>", "summary", "<p>a</p><b>c</b>"),
    ("<title>a &amp;lt; b</title>", "title", "a &lt; b"),
]


@pytest.mark.parametrize(("item", "field", "wanted"), ITEMS)
def test_items(item: str, field: str, wanted: object) -> None:
    assert value(one(item), field) == wanted


# Namespace as publishers print it, element, field.
NAMESPACES = [
    ("xmlns:m='http://search.yahoo.com/mrss'", "<m:thumbnail url='/t.png'/>", "image"),
    ("xmlns:m='https://search.yahoo.com/mrss/'", "<m:thumbnail url='/t.png'/>", "image"),
    ("xmlns:c='http://purl.org/rss/1.0/modules/content'", "<c:encoded>x</c:encoded>", "content"),
    ("xmlns:content='http://wrong.test/'", "<content:encoded>x</content:encoded>", "content"),
    ("xmlns:d='https://purl.org/dc/elements/1.1'", "<d:creator>x</d:creator>", "authors"),
    ("xmlns:a='https://www.w3.org/2005/Atom'", "<a:link href='https://x.test/'/>", "link"),
    ("xmlns:i='http://www.itunes.com/DTDs/Podcast-1.0.dtd'", "<i:author>x</i:author>", "authors"),
    ("xmlns='http://backend.userland.com/rss2'", "<title>x</title>", "title"),
    ("xmlns='http://unknown.test/'", "<title>x</title>", "title"),
    ("xmlns='http://www.w3.org/2005/Atom'", "<link>https://x.test/</link>", "link"),
    ("xmlns:p='http://prismstandard.org/namespaces/basic/2.1/'", "<p:coverDate>x</p:coverDate>", "published"),
]


@pytest.mark.parametrize(("declared", "item", "field"), NAMESPACES)
def test_namespaces(declared: str, item: str, field: str) -> None:
    assert getattr(one(item, f'<rss version="2.0" {declared}>'), field)


# Body, a part of the problem.
NOT_FEEDS = [
    (b"", "an empty body"),
    (b" \r\n\x00", "an empty body"),
    (b"<!DOCTYPE html><html><body>x", "web page"),
    (b"<html><head><title>x</title></head><body><item>", "web page"),
    (b"<head><title>Document Moved</title></head>\n<body><h1>x</h1></body>", "web page"),
    (b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>', "<urlset>"),
    (b"<sitemapindex></sitemapindex>", "<sitemapindex>"),
    (b"<opml><body>&</body></opml>", "<opml>"),
    (b'{"a": 1}', "JSON, but not a JSON Feed: an object with a"),
    (b"[1, 2]", "JSON, but not a JSON Feed: a list"),
    (b"[" * 100_000, "not well-formed"),
    (b"{nonsense", "not well-formed"),
    (b"Service unavailable", "neither XML nor JSON"),
    (b"\x89PNG\r\n\x1a\n\x00\x00", "neither XML nor JSON"),
]


@pytest.mark.parametrize(("body", "problem"), NOT_FEEDS)
def test_documents_that_are_not_feeds(body: bytes, problem: str) -> None:
    reading = read(body)
    assert reading.problem and problem in reading.problem
    assert reading.articles == ()


@pytest.mark.parametrize("body", [rss(""), "<rss/>", '<feed xmlns="http://www.w3.org/2005/Atom"/>'])
def test_a_feed_without_entries_is_a_feed(body: str) -> None:
    assert read(body).problem is None


def test_truncated_json() -> None:
    reading = read(FIXTURES["jsonfeed11.json"].rpartition(b'{"id": "n3"')[0] + b'{"id": "n')
    assert (len(reading.articles), reading.complete, reading.problem) == (2, False, None)


def test_content_location_is_the_base_of_atom() -> None:
    atom = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="a"/></entry></feed>'
    assert read(atom).articles[0].link == "http://feed.test/news/a"
    assert read(atom, content_location="/other/").articles[0].link == "http://feed.test/other/a"


BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
# Documents that would take much time or memory; the time-out of a test shows a slow one.
HEAVY = [
    f'<!DOCTYPE rss [<!ENTITY a0 "ha">{BOMB}]>' + rss("<item><title>&a11;</title></item>"),
    f'<!DOCTYPE rss [<!ENTITY a "{"x" * 200}">]>' + rss(f"<item><title>{'&a;' * 50_000}</title></item>"),
    "<!--" * 100_000,
    rss("<!--" * 100_000),
    rss("<![CDATA[" * 100_000),
    rss("<item><description>" + "<b>" * 300 + "x" + "</b>" * 300 + "</description></item>"),
    rss("<item><x><author>" + "a.b" * 50_000 + "</author></item>"),
    rss("<summary>" * 20_000),
    "<" * 300_000,
    "<!DOCTYPE " * 50_000,
]


@pytest.mark.parametrize("number", range(len(HEAVY)))
def test_documents_that_would_take_much_time_or_memory(number: int) -> None:
    reading = read(HEAVY[number])
    longest = max((len(str(value(article, "title"))) for article in reading.articles), default=0)
    assert longest < 2_000_000


# Printed author, name, email.
PEOPLE = [
    ("ann@x.test (Ann Lee)", "Ann Lee", "ann@x.test"),
    ("Ann Lee <ann@x.test>", "Ann Lee", "ann@x.test"),
    ('"Ann Lee" <ann@x.test>', "Ann Lee", "ann@x.test"),
    ("Ann Lee (ann@x.test)", "Ann Lee", "ann@x.test"),
    ("ann@x.test", None, "ann@x.test"),
    ("mailto:ann@x.test", None, "ann@x.test"),
    ("Ann Lee (Reuters)", "Ann Lee (Reuters)", None),
    ("ann@industries.museum (Ann)", "Ann", "ann@industries.museum"),
    ("ann@x.test Ann Lee", "ann@x.test Ann Lee", None),
    ("a.b" * 100_000, ("a.b" * 400)[:1000], None),
]


@pytest.mark.parametrize(("printed", "name", "email"), PEOPLE)
def test_people(printed: str, name: str | None, email: str | None) -> None:
    assert read_person(printed) == Person(name=name, email=email)


def test_a_person_who_is_named_twice_is_merged() -> None:
    twice = distinct([Person(name="Ann"), Person(name="ann", email="a@x.test"), None, Person()])
    assert twice == (Person(name="Ann", email="a@x.test"),)


QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(st.binary(max_size=400))
def test_no_bytes_raise(body: bytes) -> None:
    read(body)
    read(b"<rss><channel><item><title>" + body + b"</title></item></channel></rss>")
    read(b'{"version": "https://jsonfeed.org/version/1", "items": [' + body + b"]}")


@settings(QUICK, max_examples=200)
@given(
    st.sampled_from(sorted(FIXTURES)),
    st.integers(0, 10_000),
    st.integers(0, 40),
    st.one_of(
        st.binary(max_size=12), st.sampled_from([b"<", b"&", b"]]>", b"<!--", b"<![CDATA[", b"\x00", b'"'])
    ),
)
def test_no_mutation_raises(name: str, at: int, cut: int, put: bytes) -> None:
    body = FIXTURES[name]
    at %= len(body)
    reading = read(body[:at] + put + body[at + cut :])
    for article in reading.articles:
        for link in (article.link, article.guid_link, article.image, article.original_link):
            assert link is None or link.lower().startswith(("http://", "https://"))


@QUICK
@given(st.text(max_size=80), st.text(max_size=80))
@example("\x0c", "\x1b")
def test_no_link_raises(base: str, link: str) -> None:
    merge_host_updates = join("http://x.test/" + base, link)
    assert merge_host_updates is None or join("http://other.test/", merge_host_updates) == merge_host_updates
