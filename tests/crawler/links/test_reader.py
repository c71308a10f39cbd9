"""What is read of the links of a page: their text, part, card, and what is left out."""

from __future__ import annotations

import pytest

from newsdesk.crawler.links.models import PageLink
from newsdesk.crawler.links.reader import read_links

ADDRESS = "https://www.daily.example/news/"
HEADLINE = "Council votes for the new bridge"
STORY = f"<a href=/a>{HEADLINE}</a>"
OTHER = "<a href=/b>Another headline of five words</a>"
PROSE = f"<p>{'A text. ' * 9}</p>"
NONE = (None, False, False, None)


def read(markup: str) -> tuple[PageLink, ...]:
    return read_links(f"<html><body>{markup}</body></html>".encode(), address=ADDRESS)


def link(markup: str, path: str = "/a") -> PageLink:
    """The first link to a path."""
    return next(one for one in read(markup) if one.canonical == f"//daily.example{path}")


TEXTS = [  # markup of a link to /a, the text that it has
    (f"{STORY}", HEADLINE),
    (f"<a href=/a><span>Politics</span><h3>{HEADLINE}</h3><p>And what it means</p></a>", HEADLINE),
    (f"<a href=/a><b class=kicker>Politics</b><div class=card-title>{HEADLINE}</div><p>More text</p></a>", HEADLINE),
    (f"<h2><a href=/a><span class=topline>Politics</span> {HEADLINE}</a></h2>", HEADLINE),
    (f"<a href=/a><em>1</em> {HEADLINE}</a>", HEADLINE),
    (f"<a href=/a><img alt='{HEADLINE}'></a>", HEADLINE),
    (f"<a href=/a aria-label='{HEADLINE}'></a>", HEADLINE),
    (f"<a href=/a title='{HEADLINE}'>Council votes for …</a>", HEADLINE),
    (f"<article><h3>{HEADLINE}</h3><a href=/a></a></article>", HEADLINE),
    (f"<div><h3>{HEADLINE}</h3><p>Text</p><a href=/author/x>Jane Doe</a> <a href=/a>Read more</a></div>", HEADLINE),
    (f"<h3>Another headline of five words</h3><a href=/b>More</a><h3>{HEADLINE}</h3><a href=/a>More</a>", HEADLINE),
    ("<a href=/a>12:30</a>", "12:30"),
    ("<a href=/a><script>var text = 1</script><style>a {}</style>习近平会见外国领导人</a>", "习近平会见外国领导人"),
]  # fmt: skip


@pytest.mark.parametrize(("markup", "text"), TEXTS)
def test_the_text_of_a_link(markup: str, text: str) -> None:
    assert link(markup).text == text


PARTS = [  # markup with a link to /a, its part
    ("<nav><a href=/a>x</a></nav>", "navigation"),
    ("<div class=main-nav><a href=/a>x</a></div>", "navigation"),
    ("<div role=navigation><a href=/a>x</a></div>", "navigation"),
    ("<header><a href=/a>x</a></header>", "header"),
    ("<article><header><a href=/a>x</a></header></article>", "main"),
    ("<footer><aside><a href=/a>x</a></aside></footer>", "footer"),
    ("<article><footer><a href=/a>x</a></footer></article>", "main"),
    ("<div id=siteFooter><a href=/a>x</a></div>", "footer"),
    ("<aside><ul class=most-read><a href=/a>x</a></ul></aside>", "related"),
    ("<aside><div class=adSlot><a href=/a>x</a></div></aside>", "advertisement"),
    ("<main><ol class=breadcrumb><a href=/a>x</a></ol></main>", "breadcrumb"),
    ("<main><div class=tag-cloud><a href=/a>x</a></div></main>", "tags"),
    ("<article class='post category-social tag-login'><a href=/a>x</a></article>", "main"),
    ("<article class='teaser paywall comments'><a href=/a>x</a></article>", "main"),
    ("<div id=content_ad_4_not><a href=/a>x</a></div>", "main"),
    ("<div id=top-ad-4><a href=/a>x</a></div>", "advertisement"),
    ("<div class='has-sidebar no-ads nav_open_not'><a href=/a>x</a></div>", "navigation"),
    ("<div class='has-nav with-footer'><a href=/a>x</a></div>", "main"),
    ("<p class=post-author><a href=/a>x</a></p>", "author"),
    ("<div class=share-buttons><a href=/a>x</a></div>", "share"),
    ("<div class=page-numbers><a href=/a>2</a></div>", "pagination"),
]  # fmt: skip


@pytest.mark.parametrize(("markup", "part"), PARTS)
def test_the_part_of_the_page(markup: str, part: str) -> None:
    assert link(markup).region == part


@pytest.mark.parametrize("wrapper", ["<div class=nav-wrapper>", "<div class='site ads'>", "<nav>"])
def test_a_part_with_most_of_the_headlines_is_not_what_its_name_says(wrapper: str) -> None:
    stories = "".join(f"<p><a href=/a{n}>A headline of five words {n}</a></p>" for n in range(9))
    assert {one.region for one in read(f"{wrapper}{stories}")} == {"main"}


def test_a_name_that_each_story_has_says_nothing() -> None:
    stories = "".join(
        f"<div class=author-box><a href=/a{n}>A headline of five words {n}</a></div>" for n in range(9)
    )
    assert {one.region for one in read(stories)} == {"main"}


CARDS = [  # markup with a link to /a; its date, whether it has a summary, a picture, a label
    (f"<li>{STORY} <span>29 Nov 2026</span></li>", ("29 Nov 2026", False, False, None)),
    (f"<li><time datetime=2026-11-29>Sunday</time><h3>{STORY}</h3></li>", ("2026-11-29", False, False, None)),
    (f"<div><a href=/a><img></a><h3>{STORY}</h3>{PROSE}</div>", (None, True, True, None)),
    (f"<div><div><h3>{STORY}</h3></div><div>{PROSE}</div></div>", (None, True, False, None)),
    (f"<dl><dt>10:15<dd>{OTHER}<dt>10:05<dd>{STORY}</dl>", ("10:05", False, False, None)),
    (f"<p>{STORY} 10:05</p><p>{OTHER} 9:05</p>", ("10:05", False, False, None)),
    (f"<article><span>Sponsored</span>{STORY}</article>", (None, False, False, "Sponsored")),
    (f"<article>{STORY}<i>Paid for by Acme Bank</i></article>", (None, False, False, "Paid for by Acme Bank")),
    (f"<a href=/a><small>Anzeige</small><h3>{HEADLINE}</h3></a>", (None, False, False, "Anzeige")),
    (f"<article><h3>{STORY}</h3></article><div>Sponsored</div><div>Anzeige</div>", NONE),
    (f"<p>{STORY}</p><p>Advertisement</p><p>{OTHER}</p>", NONE),
    (f"<div>Sponsored {'A long text. ' * 200} {STORY} 29 Nov 2026</div>", NONE),
    (f"<section><h3>{STORY}</h3><div class=ad-slot>Sponsored</div></section>", NONE),
]  # fmt: skip


@pytest.mark.parametrize(("markup", "card"), CARDS)
def test_the_card_of_a_story(markup: str, card: tuple[str | None, bool, bool, str | None]) -> None:
    one = next(found for found in read(markup) if found.canonical.endswith("/a") and found.text == HEADLINE)
    assert (one.date, one.summary >= 60, one.picture, one.label) == card


def test_links_that_are_no_other_page_are_left_out() -> None:
    assert read(
        "<a href=#top>x</a><a href=/news/#part>x</a><a href='javascript:go()'>x</a><a href=mailto:a@b.example>x</a>"
        "<a>x</a><a href=''>x</a><!-- <a href=/hidden>x</a> --><script>'<a href=/script>x</a>'</script>"
    ) == ()  # fmt: skip


def test_addresses_are_joined_and_compared_in_their_canonical_form() -> None:
    links = read(
        "<base href='/sport/'><a href='late-win?utm_source=x#comments'>x</a>"
        "<a href=//www.daily.example/sport/late-win>y</a>"
    )
    assert [one.canonical for one in links] == ["//daily.example/sport/late-win"] * 2
    assert links[0].address == "https://www.daily.example/sport/late-win?utm_source=x"
    assert [one.repetition for one in links] == [2, 2]


def test_addresses_in_attributes_of_scripts_are_read() -> None:
    assert link("<a data-href=/a>x</a>").text == "x"
    assert link("<a href='javascript:void(0)' data-url=/a>x</a>").text == "x"


def test_lists_of_json_ld() -> None:
    links = read(
        """<script type="application/ld+json">{"@graph":[
        {"@type":"BreadcrumbList","itemListElement":[{"item":{"@id":"/section"}}]},
        {"@type":"ItemList","itemListElement":[{"@type":"ListItem","url":"/a"},
        {"item":{"@id":"/b","name":"Bee"}}]},
        {"@type":"NewsArticle","headline":"Sea","url":"https://www.daily.example/c"}]}</script>
        <a href=/a>x</a> <a href=/section>y</a>"""
    )
    assert [(one.canonical[15:], one.region, one.listed, one.text) for one in links] == [
        ("/a", "main", True, "x"),
        ("/section", "main", False, "y"),
        ("/b", "json-ld", True, "Bee"),
        ("/c", "json-ld", True, "Sea"),
    ]


def test_charset_and_documents_without_html() -> None:
    body = "<a href=/a>Новости дня и ночи</a>".encode("cp1251")
    assert read_links(body, address=ADDRESS, charset="windows-1251")[0].text == "Новости дня и ночи"
    assert read_links(b"", address=ADDRESS) == ()
    assert read_links(b"%PDF-1.4 \x00\x01", address=ADDRESS) == ()
