"""Forms and shapes of addresses, words in them, dates beside links, and further pages: tables of cases."""

from __future__ import annotations

import pytest

from newsdesk.crawler.links.address_form import form_of
from newsdesk.crawler.links.address_reasons import address_reasons, names_story, own_site
from newsdesk.crawler.links.anchor_text import naming_words, word_count
from newsdesk.crawler.links.models import PageLink
from newsdesk.crawler.links.pagination import next_pages, page_number
from newsdesk.crawler.links.printed_dates import is_date
from newsdesk.crawler.links.shapes import learn_shapes
from newsdesk.crawler.normalise.urls.canonical import canonical_url

SHAPES = [  # path of an address, its shape, whether it names a story by itself
    ("/news/articles/c4nndq4pkx5o", "/w/w/code", True),
    ("/n1/2026/1130/c1001-40123456.html", "/w/date/code.html", True),
    ("/c/2026-11-30/doc-inamzhcv1234567.shtml", "/w/date/slug-id.shtml", True),
    ("/wirtschaft/ein-langer-titel-steht-hier-ld.1234567", "/w/slug-id", True),
    ("/2026/11/30/some-name", "/date/name", True),
    ("/2026/nov/30/some-name", "/date/name", True),
    ("/2026/11/30/us/politics/late-win.html", "/date/w/w/name.html", True),
    ("/international/article/2026/11/30/un-titre_6233_3210.html", "/w/w/date/slug-id.html", True),
    ("/politik/xy-a-0b1c2d3e-1111-2222-3333-444455556666", "/w/code", True),
    ("/nyheter/a/7Qk2Xy/forlust-igen", "/w/w/code/name", True),
    ("/artikel.php?id=4100", "/artikel.php?id=id", True),
    ("/news.php?id=7", "/news.php?id=n", False),
    ("/index.php?view=article&id=412", "/?view=article&id=n", False),
    ("/?p=12345", "/?p=id", True),
    ("/news/123456", "/w/id", True),
    ("/sport", "/w", False),
    ("/science-and-environment", "/slug3", False),
    ("/elections-2027", "/w", False),
    ("/covid19", "/w", False),
    ("/2026/11/", "/date", False),
    ("/archive/2026/11/30", "/w/date", False),
    ("/политика/длинный-заголовок-новой-статьи", "/w/slug", True),
    ("/مقال/المجلس-البلدي-يقر-ميزانية-العام", "/w/slug", True),
    ("/新闻/市议会通宵辩论后通过新港口改造方案", "/w/slug", True),
]


@pytest.mark.parametrize(("path", "shape", "names"), SHAPES)
def test_shapes(path: str, shape: str, names: bool) -> None:
    form = form_of(canonical_url(f"https://www.daily.example{path}"))
    assert form.shape == shape
    assert names_story(form) is names


REASONS = [  # path, a reason that it has
    ("/tag/some-long-name-of-a-topic", "below a list: tag"),
    ("/thema/2026/11/30/x-y", "below a list: thema"),
    ("/author/jane-doe", "below an author: author"),
    ("/yazarlar/selma-ertan", "below an author: yazarlar"),
    ("/privacy-policy", "the address of a service: privacy-policy"),
    ("/politica-de-privacidad-y-cookies", "a word of services in the address"),
    ("/newsletter/sign-up", "the address of a service: sign-up"),
    ("/brand-post/a-mattress-that-sleeps", "below what is paid for: brand-post"),
    ("/events/an-evening-of-songs", "below other things than stories: events"),
    ("/writer/1218373/Jane_Doe", "below an author: writer"),
    ("/paper.pdf", "a file"),
    ("/?page=3", "a further page of a list"),
    ("/", "a front page"),
    ("/fr/", "a front page"),
]


@pytest.mark.parametrize(("path", "reason"), REASONS)
def test_reasons_of_addresses(path: str, reason: str) -> None:
    canonical = canonical_url(f"https://daily.example{path}")
    found = address_reasons(
        canonical, form_of(canonical), sites=frozenset(("daily.example",)), page="//daily.example/news"
    )
    assert reason in [one.name for one in found]


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("www.daily.co.uk", "daily.co.uk"),
        ("sport.daily.co.uk", "daily.co.uk"),
        ("daily.example", "daily.example"),
        ("sport.daily.example", "daily.example"),
        ("a.github.io", "a.github.io"),
        ("10.0.0.1", "10.0.0.1"),
    ],
)
def test_sites(host: str, site: str) -> None:
    assert own_site(host) == site


WORDS = [
    ("Council votes for the new bridge", 6, 6),
    ("习近平会见外国领导人强调合作", 6, 9),
    ("政治", 1, 1.5),
    ("市議会、港の改修計画を徹夜の審議の末に可決", 6, 12),
    ("สภาผู้แทนราษฎรผ่านร่างกฎหมายใหม่", 5, 8),
    ("หน้าแรก", 1, 2),
    ("عاجل: وزير الخارجية يصل إلى القاهرة", 6, 6),
    ("प्रधानमंत्री ने आज कहा कि देश", 6, 6),
    ("Hallitusneuvottelut keskeytyivät", 3, 4),
    ("원정에서 패배", 2, 2.5),
    ("Zer\u00adti\u00adfi\u00adzie\u00adrung", 1, 2),
    ("2026 11 30", 0, 0),
    ("", 0, 0),
]


@pytest.mark.parametrize(("text", "least", "most"), WORDS)
def test_words_of_all_scripts(text: str, least: float, most: float) -> None:
    assert least <= word_count(text) <= most


@pytest.mark.parametrize(
    "text",
    [
        "Read more",
        "Weiterlesen »",
        "Lire la suite",
        "更多>>",
        "続きを読む",
        "اقرأ المزيد",
        "और पढ़ें",
        "Подробнее…",
        "View all posts in Sydney",
    ],
)
def test_texts_that_name_nothing(text: str) -> None:
    assert naming_words(text) == 0


def test_a_headline_that_begins_like_one_of_them_is_one() -> None:
    assert naming_words("More than a hundred homes flooded") == 6


DATES = """14:05|29 Nov|29. November 2026|30.11.2026, 14:05 Uhr
11/30/2026|2026-11-30|5 minutes ago|vor 3 Stunden|il y a 2 heures
hace 5 horas|Há 2 horas|3時間前|2小时前|11月30日 18:00
30 พ.ย. 2569|منذ 5 دقائق|30 नवंबर 2026|5 мин назад|3 saat önce|2 tuntia sitten"""
NO_DATES = (
    "Late win|12 comments|Top 10|Page 2|Five things we learned|1|Covid-19 cases rise by 300 in a single day"
)


@pytest.mark.parametrize("text", DATES.replace("\n", "|").split("|"))
def test_dates_are_recognised(text: str) -> None:
    assert is_date(text)


@pytest.mark.parametrize("text", NO_DATES.split("|"))
def test_other_texts_are_no_dates(text: str) -> None:
    assert not is_date(text)


def page_link(path: str, text: str = "x", *rel: str) -> PageLink:
    address = f"https://daily.example{path}"
    return PageLink(address=address, canonical=canonical_url(address), text=text, position=0, rel=rel)


PAGES = [  # path of the page, links, the paths of the next pages
    ("/news", [page_link("/news?page=2", "2"), page_link("/news?page=3", "3")], ["/news?page=2", "/news?page=3"]),
    ("/news?page=2", [page_link("/news?page=1", "1"), page_link("/news?page=3", "3")], ["/news?page=3"]),
    ("/news/", [page_link("/news/page/2/", "Older posts")], ["/news/page/2/"]),
    ("/gn/index.htm", [page_link("/gn/index_1.htm", "下一页")], ["/gn/index_1.htm"]),
    ("/news", [page_link("/news/2", "weiter", "next"), page_link("/news/3", "3")], ["/news/2", "/news/3"]),
    ("/news", [page_link("/sport?page=2", "Next"), page_link("/2026/11/30/story-2", "2")], []),
    ("/news?tag=a",
     [page_link("/news?tag=b&page=2", "›"), page_link("/news?tag=a&page=2", "›")], ["/news?tag=a&page=2"]),
    ("/thoi-su", [page_link("/thoi-su-p2", "Sau"), page_link("/thoi-su-p2", "2")], ["/thoi-su-p2"]),
    ("/news", [], []),
]  # fmt: skip


@pytest.mark.parametrize(("page", "links", "found"), PAGES)
def test_next_pages(page: str, links: list[PageLink], found: list[str]) -> None:
    address = f"https://daily.example{page}"
    assert next_pages(links, address=address, most=5) == tuple(
        f"https://daily.example{path}" for path in found
    )


@pytest.mark.parametrize(
    ("path", "number"), [("/a?page=3", 3), ("/a/page/4", 4), ("/index_5.html", 5), ("/news", None)]
)
def test_page_numbers(path: str, number: int | None) -> None:
    assert page_number(canonical_url(f"https://daily.example{path}")) == number


STORIES = [f"https://daily.example/news/2026/11/{day}/a-story-of-{day}" for day in range(10, 26)]
FITS = [  # known stories, pages that were none, an address, how it fits
    (STORIES, [], "/news/2026/11/30/late-win", "story"),
    (STORIES, [], "/sport/2026/11/30/late-win", "unlikely"),  # one folder holds all
    (STORIES, [], "/news/late-win", "unlikely"),
    (STORIES[:3], [], "/news/late-win", "unknown"),
    (STORIES[:3], [], "/sport/2026/11/30/late-win", "likely"),
    (STORIES, ["https://daily.example/video/2026/11/30/x-y"] * 3, "/video/2026/11/30/late-win", "other"),
    ([f"https://daily.example/a-name-of-words-{w}" for w in "abcdefghij"], [], "/late-win", "unknown"),
    ([f"https://daily.example/artikel/name-{w}" for w in "abcdefghij"], [], "/artikel/late-win", "story"),
    ([f"https://daily.example/artikel/name-{w}" for w in "abcdefghij"], [], "/politik/late-win", "likely"),
    ([], [], "/news/late-win", "unknown"),
]


@pytest.mark.parametrize(("stories", "others", "path", "fit"), FITS)
def test_how_an_address_fits(stories: list[str], others: list[str], path: str, fit: str) -> None:
    assert learn_shapes(stories, others).fit(canonical_url(f"https://daily.example{path}")) == fit
