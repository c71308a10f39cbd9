"""The main text of a page, for many shapes of pages: the story, and the parts around it."""

# ruff: noqa: E501  (one case a line)

from __future__ import annotations

import json

import pytest
from lxml import html

from benchmarks.quality.ours import read
from newsdesk.crawler.normalise.text.html import clean_html, text_of
from newsdesk.crawler.pages.text.blocks import words_of
from newsdesk.crawler.pages.text.reader import Body, better_of, find_body
from newsdesk.crawler.pages.text.tidying import tidy

ONE = "The ferry to Skarn leaves an hour earlier from Monday, the harbour office said on Friday."
TWO = "Commuters had asked for the change since the spring, when the morning train was moved forward."
THREE = "“We could have done it sooner,” said the harbour master, who has run the office for nine years."
FOUR = "The last boat stays where it is, and so do the fares, which were raised a year ago by a tenth."
STORY = f"<p>{ONE}</p><p>{TWO}</p><p>{THREE}</p>"
TEXT = (ONE, TWO, THREE)
CARD = (
    '<div class="c"><h3><a href="/{0}">Another story with a headline of its own {0}</a></h3>'
    "<p>Two lines of it, which say what one would read there, were one to go on.</p></div>"
)
CARDS = "".join(CARD.format(number) for number in range(4))
ORAL = "<p>Somebody thinks that all of this is quite wrong and takes a hundred words to say so in public.</p>"
CHINESE = "斯卡恩的渡轮从下周一起提前一小时开出。港务局周五宣布了这一消息。"
THAI = "เรือข้ามฟากไปสการ์นจะออกเร็วขึ้นหนึ่งชั่วโมงตั้งแต่วันจันทร์ สำนักงานท่าเรือแจ้งเมื่อวันศุกร์"
ARABIC = "تغادر العبارة إلى سكارن قبل ساعة من موعدها اعتبارا من الاثنين. وقال المكتب إن الركاب طلبوا ذلك."


def found(page: str, *titles: str, summaries: tuple[str, ...] = ()) -> Body | None:
    return find_body(html.document_fromstring(page), titles=titles, summaries=summaries)


def lines(body: Body | None) -> tuple[str, ...]:
    text = text_of(clean_html(body.html)) if body else ""
    return tuple(line for line in text.split("\n") if line)


@pytest.mark.parametrize(
    ("shape", "page", "expected"),
    [
        ("paragraphs", f"<article>{STORY}</article>", TEXT),
        ("in divs", f"<div><div>{ONE}</div><div>{TWO}</div><div>{THREE}</div></div>", TEXT),
        ("separated by line breaks", f"{ONE}<br><br>{TWO}<br> <br>{THREE}", TEXT),
        ("in a table's cell", f"<table><tr><td><a href=/>Home</a><td>{STORY}<td>Ads</table>", TEXT),
        ("blocks in a span", f"<div><span>{STORY}</span></div>", TEXT),
        ("in a form", f"<form><input name=q><div>{STORY}</div></form>", TEXT),
        ("hidden until paid", f"<p>{ONE}</p><div class=paywall hidden><p>{TWO}</p><p>{THREE}</p></div>", TEXT),
        ("called a teaser", f"<div class=teaser><div class=article-body>{STORY}</div></div><p>{FOUR}", (*TEXT, FOUR)),
        ("a layout's sidebar", f"<div class=sidebar-grid>{STORY}</div><div class=sidebar-grid><p>{FOUR}</div>", (*TEXT, FOUR)),
        ("sections between ads", f"<main><div>{STORY}</div><div class=ad>Buy now!</div><div><p>{FOUR}</p></div></main>", (*TEXT, FOUR)),
        ("a heading and a list", f"{STORY}<h2>What changes</h2><ul><li>First boat: six o'clock<li>Fares: none</ul><p>{FOUR}", (*TEXT, "What changes", "First boat: six o'clock", "Fares: none", FOUR)),
        ("a table", f"{STORY}<table><tr><th>Boat<th>Hour<tr><td>First<td>6:00</table><p>{FOUR}", (*TEXT, "Boat Hour", "First 6:00", FOUR)),
        ("a quotation", f"{STORY}<blockquote><p>{FOUR}</p></blockquote>", (*TEXT, FOUR)),
        ("Chinese", f"<div>{CHINESE}</div><div>{CHINESE[:17]}。</div>", (CHINESE, f"{CHINESE[:17]}。")),
        ("Thai", f"<p>{THAI}</p><p>{THAI}</p>", (THAI, THAI)),
        ("Arabic", f"<p dir=rtl>{ARABIC}</p>", (ARABIC,)),
        ("menus and footer", f"<ul><li><a href=/a>News<li><a href=/b>Sport</ul>{STORY}<div class=footer>{ORAL * 9}</div>", TEXT),
        ("more talk than story", f"<div class=entry-content>{STORY}</div><div id=comments>{ORAL * 30}</div>", TEXT),
        ("cards of other stories", f"<div>{STORY}</div><div>{CARDS}</div>", TEXT),
        ("cards within", f"<div><p>{ONE}</p>{CARDS}<p>{TWO}</p><p>{THREE}</p></div>", TEXT),
        ("boxes by their classes", f"<p>{ONE}</p><div class=newsletter-box>{ORAL}</div><p>{TWO}<p>{THREE}", TEXT),
        ("captions", f"<p>{ONE}<figure><img src=/a><figcaption>The ferry.</figcaption></figure><div class=photo>The harbour, seen from the old lighthouse last week.</div><p>{TWO}<p>{THREE}", TEXT),
        ("lines to other stories", f"<p>{ONE}<p>READ MORE: <a href=/2>The train that was moved forward</a><p>{TWO}<p>{THREE}", TEXT),
        ("a list of them with its heading", f"{STORY}<h3>More on boats</h3><ul><li><a href=/1>One</a><li><a href=/2>Two</a></ul>", TEXT),
        ("the same line again and again", f"<p>{ONE}<p>Advertisement<p>{TWO}<p>Advertisement<p>{THREE}<p>Advertisement<p>{FOUR}", (*TEXT, FOUR)),
        ("headline, byline and date", f"<article><h1>Ferry leaves earlier</h1><p>By Ada Example</p><p>23 November 2026, 10:15</p>{STORY}</article>", TEXT),
        ("a heading before the text", f"<h1>Ferry leaves earlier</h1><h2>An hour, from Monday</h2>{STORY}", ("An hour, from Monday", *TEXT)),
        ("credits and copyright at the end", f"{STORY}<p>Reporting by Ada Example; editing by Bea Example<p>© 2026 The Daily Example. All rights reserved.", TEXT),
        ("the author's biography", f"{STORY}<p>Ada Example covers boats. Follow her on <a href=https://x.example>@ada_example</a>", TEXT),
        ("where it was first printed", f"{STORY}<p>This story was originally published November 23, 2026, 11:09 AM.", TEXT),
        ("materials", f"{STORY}<p>Materials provided by the University of Skarn. Note: Content may be edited for style and length.", TEXT),
        ("several requests", f"{STORY}<p>Got a story? Get in touch with our news team by emailing us.<p>For more stories like this, check our news page.<p>Síguenos en Telegram y Facebook.", TEXT),
        ("a word after a request", f"{STORY}<p>Möchten Sie den Artikel teilen?<p>War der Artikel nützlich? (95 Stimmen)<p>Loading...", TEXT),
        ("payments", f"<p>We independently select everything. Buying through us may earn us a commission.</p>{STORY}<p>Die mit einem Symbol gekennzeichneten Links sind Affiliate-Links.", TEXT),
        ("credits of pictures", f"<p>{ONE}<p>Foto: ATON<p>{TWO}<p>(Credit: Ada Example / Harbour)<p>{THREE}<p>Quelle: Deutscher Fährverband, 2. Februar 2022", TEXT),
        ("a line that is no credit", f"{STORY}<p>Photos: they came with the last boat, and nobody knows who had sent them. She kept all of them in a drawer.", (*TEXT, "Photos: they came with the last boat, and nobody knows who had sent them. She kept all of them in a drawer.")),
        ("an account", f"<p>{ONE}<p>{TWO}<p>Create an account or sign in to continue with your reading experience.<p>{THREE}", TEXT),
        ("a heading of a list that is gone", f"<p>{ONE}<p>{TWO}<h3>Mehr zum Thema</h3><ul><li><a href=/1>Trains</a></ul><p>{THREE}", TEXT),
        ("a quotation pulled out of the text", f"<p>{ONE}<p>{TWO}<blockquote>the morning train was moved forward</blockquote><p>{THREE}", TEXT),
        ("in an aside", f"<h1>Ferry leaves earlier</h1><aside>{STORY}</aside>", TEXT),
        ("in an aside after a line", f"<h1>Ferry leaves earlier</h1><p>{FOUR}</p><aside>{STORY * 3}</aside>", (FOUR, *TEXT * 3)),
        ("in a footer", f"<footer><h1>Ferry leaves earlier</h1>{STORY}</footer>", TEXT),
        ("in the items of a slide show", f"<h1>Ferry leaves earlier</h1><ul class=slides><li><h3>Six o'clock</h3><p>{ONE}</p></li><li><h3>Seven o'clock</h3><p>{TWO}</p><p>{THREE}</p></li></ul>", ("Six o'clock", ONE, "Seven o'clock", TWO, THREE)),
        ("short, with an aside of cards", f"<article><h1>Ferry leaves earlier</h1><p>{ONE}</p></article><aside>{CARDS * 3}</aside>", (ONE,)),
        ("pages with endless scrolling", f"<main><div class=s><div class=t><h1>Ferry leaves earlier</h1></div>{STORY}</div><div class=s><div class=t><h1>Trains too</h1></div><p>{FOUR}</p><p>{FOUR}</p></div></main>", TEXT),
        ("a table about players", f"{STORY}<table><tr class=player-1><td>First<td>6:00<tr class=player-2><td>Second<td>7:00</table><p>{FOUR}", (*TEXT, "First 6:00", "Second 7:00", FOUR)),
        ("sections with headings of the first level", f"<div><h1>Ferry leaves earlier</h1></div><div class=a><p>{ONE}<p>{TWO}<p>{THREE}</div><div class=b><h1>What changes</h1><p>{FOUR}</div>", (*TEXT, "What changes", FOUR)),
        ("longer lines that come again", f"<p>{ONE}<p>Leave at six, at seven or at eight.<p>{TWO}<p>Leave at six, at seven or at eight.<p>{THREE}<p>Leave at six, at seven or at eight.<p>{FOUR}", (ONE, "Leave at six, at seven or at eight.", TWO, "Leave at six, at seven or at eight.", THREE, "Leave at six, at seven or at eight.", FOUR)),
        ("a post that is quoted", f"{STORY}<blockquote class=twitter-tweet><p>{FOUR}</blockquote>", (*TEXT, FOUR)),
        ("readings of words", f"<p>{CHINESE}<ruby>港<rp>(</rp><rt>みなと</rt><rp>)</rp></ruby>の{CHINESE}</p>", (f"{CHINESE}港の{CHINESE}",)),
        ("generated classes", f"<div class='sc-ad1x9 x-4ads7'>{STORY}</div><p>{FOUR}", (*TEXT, FOUR)),
    ],
)  # fmt: skip
def test_the_story_is_found(shape: str, page: str, expected: tuple[str, ...]) -> None:
    body = found(f"<html><body>{page}</body></html>", "Ferry leaves earlier | The Daily Example")
    assert lines(body) == expected
    assert body is not None and body.parser == "blocks"


def test_trafilatura_is_tried_where_the_block_reader_finds_nothing() -> None:
    body = found(f"<html><body><noscript><div>{STORY}</div></noscript></body></html>")
    assert body is not None and body.parser == "trafilatura"
    assert ONE in " ".join(lines(body))


@pytest.mark.parametrize(
    ("shape", "page", "expected"),
    [
        ("a box called a teaser", f"<article><h1>Ferry</h1><div class=teaser-text><p>{FOUR}</div>{STORY}</article>", (FOUR, *TEXT)),
        ("in the header with a linked section", f"<div><header><a href=/boats>Boats and trains</a><h1>Ferry</h1><h2>{FOUR}</h2></header>{STORY}</div>", (FOUR, *TEXT)),
        ("outside the story's box", f"<div><div class=top><h1>Ferry</h1><p>{FOUR}</div><div class=x><ul><li><a href=/1>Trains and boats of yesterday</a></ul></div></div><main>{STORY * 4}</main>", (FOUR, *TEXT * 4)),
        ("before the headline", f"<div class=teaser><p>{FOUR}</div><article><h1>Ferry</h1>{STORY}</article>", TEXT),
    ],
)  # fmt: skip
def test_the_summary_by_the_metadata_is_part_of_the_story(
    shape: str, page: str, expected: tuple[str, ...]
) -> None:
    body = found(f"<html><body>{page}</body></html>", "Ferry", summaries=(f"{FOUR[:70]} …",))
    assert lines(body) == expected


def body_of(chars: int, text: str, *, stray: bool = False) -> Body:
    return Body(parser="blocks", html="", text=text, chars=chars, doubtful=True, stray=stray)


@pytest.mark.parametrize(
    ("case", "first", "other", "other_is_better"),
    [
        ("goes on", body_of(200, "one two"), body_of(900, "one two three"), True),
        ("says other things", body_of(200, "one two"), body_of(900, "four five"), False),
        ("says other things, and ten times as many", body_of(200, "one two"), body_of(2_100, "four five"), True),
        ("says other things than a label", body_of(40, "one two"), body_of(900, "four five"), True),
        ("replaces a stray paragraph", body_of(200, "one two", stray=True), body_of(900, "four five"), True),
        ("little more than a stray paragraph", body_of(200, "one two", stray=True), body_of(300, "four"), False),
        ("hardly goes on", body_of(200, "one two"), body_of(300, "one two three"), False),
    ],
)  # fmt: skip
def test_the_better_of_two_texts(case: str, first: Body, other: Body, other_is_better: bool) -> None:
    assert better_of(first, other) is (other if other_is_better else first)
    assert better_of(first, None) is first
    assert better_of(None, other) is other


def test_the_text_of_json_ld_is_plain_text_with_paragraphs() -> None:
    text = f"{ONE} <a>No element with text</a>\n\n{TWO} & {THREE}"
    script = json.dumps({"@type": "NewsArticle", "articleBody": text})
    page = f"<html><body><script type=application/ld+json>{script}</script><p>{ONE}</body></html>"
    story = read("https://harbour.example/1", page.encode())
    assert story is not None and story.text is not None
    assert story.text.split("\n\n") == [f"{ONE} <a>No element with text</a>", f"{TWO} & {THREE}"]


@pytest.mark.parametrize(
    ("case", "last", "is_dropped"),
    [
        ("who the author is", "Ada Example is a writer at the harbour.", True),
        ("who somebody else is", "Bea Example is a writer at the harbour.", False),
        ("a long paragraph", f"Ada Example was there. {'She saw all of it. ' * 40}", False),
    ],
)
def test_the_biography_of_the_author_at_the_end(case: str, last: str, is_dropped: bool) -> None:
    story = f"<p>{ONE}</p><p>{TWO}</p><p>{THREE}</p>"
    tidied = tidy(f"{story}<p>{last}</p>", title="Ferry", byline="By Ada Example")
    assert tidied == (story if is_dropped else f"{story}<p>{last}</p>")


def test_text_before_the_first_element_is_kept() -> None:
    assert tidy(f"{ONE}<p>{TWO}</p>", title="Ferry") == f"{ONE}<p>{TWO}</p>"


def test_an_empty_page_has_no_story() -> None:
    assert found("<html><body><script>story()</script><img src=/a></body></html>") is None


def test_the_markup_of_a_block_is_kept_and_well_formed() -> None:
    body = found(
        f"<p>{ONE} <b>Bold, <i>and more<p>{TWO}</i></b> <a href='/x?a=1&amp;b=2'>there</a>.</p><p>{THREE}"
    )
    assert body is not None
    assert body.html.startswith(f"<p>{ONE} <b>Bold, <i>and more</i></b></p><p>")
    assert '<a href="/x?a=1&amp;b=2">there</a>' in body.html
    for tag in ("p", "b", "i", "a"):
        assert body.html.count(f"<{tag}>") + body.html.count(f"<{tag} ") == body.html.count(f"</{tag}>")


@pytest.mark.parametrize(
    ("names", "word"),
    [("entry-content", "entrycontent"), ("articleBody", "articlebody"), ("c-Footer__links", "footer"), ("col12 menu", "menu")],
)  # fmt: skip
def test_words_of_a_class(names: str, word: str) -> None:
    assert word in words_of(names)
