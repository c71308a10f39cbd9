"""The kind of a story, and whether it is behind a paywall: by page, address, title and text."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newsdesk.crawler.models import Article, Markup
from newsdesk.crawler.normalise.kind import kind_from_address_or_title
from newsdesk.crawler.normalise.paywall import PAYWALL_PHRASES, SUBSCRIBER_LABELS, ends_at_paywall
from newsdesk.crawler.normalise.story import normalise_story
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.page_task import PageTask
from newsdesk.crawler.workers.readers.page import read_page_task
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.stories import Address, Story
from newsdesk.storage.stories.revisions import MOST_PER_DAY
from tests.storage.pages.test_pages import crawl_pages
from tests.support.articles import PARAGRAPHS, article, json_ld
from tests.support.feeds import Item, rss
from tests.support.runner import open_runner, utc_now
from tests.support.shell import Shell
from tests.support.web import Web

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
URL = "https://daily.example/ferry"


def node(kind: str, **properties: Any) -> str:
    return json_ld(**{"@type": kind, "headline": "Ferry timetable changes on Monday", **properties})


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def read(page: bytes, url: str = URL) -> Story:
    claimed = ClaimedPage(page_id=1, url=url, host="daily.example")
    order = PageTask(
        document=Document(body=page, address=url, fetched_at=NOW, content_type="text/html"), claimed=claimed
    )
    story = read_page_task(order).own
    assert story is not None
    return story


VIDEO = json_ld(**{"@type": "VideoObject", "name": "The ferry"})
KINDS = [  # (HTML of the head, the address, the kind, its origin or rule)
    ("", URL, "article", None),
    (node("NewsArticle"), URL, "article", None),
    (node("LiveBlogPosting"), URL, "liveblog", "json-ld"),
    (node("NewsArticle") + node("LiveBlogPosting", url=URL), URL, "liveblog", "json-ld"),
    (node("NewsArticle", url=URL) + node("LiveBlogPosting", url="https://x.example/"), URL, "article", None),
    (node("NewsArticle", liveBlogUpdate=[{"@type": "BlogPosting"}]), URL, "liveblog", "json-ld"),
    (node("NewsArticle", mentions={"@type": "LiveBlogPosting"}), URL, "article", None),
    (node("OpinionNewsArticle"), URL, "opinion", "json-ld"),
    (node("http://schema.org/Review"), URL, "review", "json-ld"),
    (node("NewsArticle", video={"@type": "VideoObject", "name": "The ferry"}), URL, "article", None),
    (VIDEO, URL, "video", "json-ld"),
    (VIDEO + meta("og:type", "article"), URL, "article", None),  # an article with a video
    (meta("og:type", "video.other"), URL, "video", "meta"),
    (json_ld(**{"@type": "ImageGallery", "name": "The ferry"}), URL, "gallery", "json-ld"),
    (json_ld(**{"@type": "PodcastEpisode", "name": "The ferry"}), URL, "audio", "json-ld"),
    ("", "https://daily.example/live/2026/ferry", "liveblog", "address or title"),
    (node("NewsArticle"), "https://daily.example/news/live/ferry-12", "liveblog", "address or title"),
    (node("OpinionNewsArticle"), "https://daily.example/live/ferry", "opinion", "json-ld"),  # the page comes first
]  # fmt: skip


@pytest.mark.parametrize(("head", "url", "kind", "where"), KINDS)
def test_kinds_of_pages(head: str, url: str, kind: str, where: str | None) -> None:
    story = read(article(head=head), url)
    evidence = story.evidence.get("kind", {})
    assert (story.kind, evidence.get("origin") or evidence.get("rule")) == (kind, where)


ADDRESSES_AND_TITLES = [  # (an address, a title, the kind)
    ("https://daily.example/2026/ferry", "Ferry", None),
    ("https://daily.example/live", "Ferry", None),  # a section, or a story of that name
    ("https://daily.example/live-music/ferry", "Ferry", None),
    ("https://daily.example/olive/ferry", "Ferry", None),
    ("https://daily.example/news/liveblog/ferry-1", "Ferry", "liveblog"),
    ("https://zeitung.example/liveticker/faehre-1.html", "Fähre", "liveblog"),
    ("https://journal.example/en-direct/bac", "Le bac", "liveblog"),
    ("https://daily.example/gallery/2026/nov/24/ferry", "Ferry", "gallery"),
    ("https://zeitung.example/fotostrecke/faehre-1.html", "Fähre", "gallery"),
    ("https://periodico.example/galer%C3%ADa/barca", "La barca", "gallery"),
    ("https://daily.example/video/ferry-1", "Ferry", "video"),
    ("https://www.youtube.com/watch?v=aFCO6WidGVM", "Ferry", "video"),
    ("https://vimeo.com/123456", "Ferry", "video"),
    ("https://vimeo.com/about/jobs", "Jobs", None),
    ("https://daily.example/podcasts/ferry", "Ferry", "audio"),
    ("https://daily.example/a?in=/live/", "Ferry", None),
    ("https://daily.example/a", "Live updates: ferry stuck in the fog", "liveblog"),
    ("https://daily.example/a", "Ferry stuck in the fog – as it happened", "liveblog"),
    ("https://zeitung.example/a", "Liveblog: Fähre im Nebel", "liveblog"),
    ("https://daily.example/a", "Live: the band plays on the ferry", None),
    ("https://daily.example/a", "How to live on a ferry", None),
    ("urn:newsdesk:1:abc", "Ferry", None),
]  # fmt: skip


@pytest.mark.parametrize(("url", "title", "kind"), ADDRESSES_AND_TITLES)
def test_kinds_by_address_or_title(url: str, title: str, kind: str | None) -> None:
    assert kind_from_address_or_title(url, title) == kind


SHORT = ("The ferry was late again, and here is why.",)
PAYWALL = (
    '<div class="paywall"><h3>Read on</h3><p>Choose one of our offers and read all of it today.</p></div>'
)
ACCESS = [  # (head, the paragraphs, HTML below them, the access, its origin)
    ("", PARAGRAPHS, "", None, None),
    (node("NewsArticle", isAccessibleForFree=False), PARAGRAPHS, "", "paywalled", "json-ld"),
    (node("NewsArticle", isAccessibleForFree="False"), PARAGRAPHS, "", "paywalled", "json-ld"),
    (node("NewsArticle", isAccessibleForFree="schema.org/False"), PARAGRAPHS, "", "paywalled", "json-ld"),
    (node("NewsArticle", isAccessibleForFree=True), PARAGRAPHS, "", "free", "json-ld"),
    (node("NewsArticle", isAccessibleForFree="maybe"), PARAGRAPHS, "", None, None),
    (
        node("NewsArticle", isAccessibleForFree=True,
             hasPart={"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": ".rest"}),
        PARAGRAPHS, "", "paywalled", "json-ld",
    ),
    (meta("article:content_tier", "locked"), PARAGRAPHS, "", "paywalled", "meta"),
    (meta("article:content_tier", "metered"), PARAGRAPHS, "", "paywalled", "meta"),
    (meta("article:content_tier", "free"), SHORT, PAYWALL, "free", "meta"),  # the metadata before the layout
    (meta("og:article:content_tier", "Locked"), PARAGRAPHS, "", "paywalled", "meta"),
    ('<meta itemprop="isAccessibleForFree" content="false">', PARAGRAPHS, "", "paywalled", "meta"),
    ("", SHORT, PAYWALL, "paywalled", "layout"),
    ("", PARAGRAPHS * 4, PAYWALL, None, None),  # the text is long: a paywall that is open
    ("", SHORT, '<div class="paywall-login"><a href="/in">Login</a></div>', None, None),  # a button
    ("", SHORT, f"<aside>{PAYWALL}</aside>", None, None),
    ("", SHORT, "<p>Already a subscriber? Sign in</p>", "paywalled", "layout"),
    ("", SHORT, "<p>Subscribe to our newsletter for more of this.</p>", None, None),
    ("", SHORT, "<p>Weiterlesen mit FAEHRE+</p>", "paywalled", "layout"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "paragraphs", "below", "access", "where"), ACCESS)
def test_access_of_pages(
    head: str, paragraphs: tuple[str, ...], below: str, access: str | None, where: str | None
) -> None:
    story = read(article("Ferry timetable changes on Monday", *paragraphs, head=head, below=below))
    assert (story.access, story.evidence.get("access", {}).get("origin")) == (access, where)


def test_an_element_with_a_paywall_class_that_holds_the_text_is_not_a_paywall() -> None:
    page = article("Ferry late", *SHORT, above='<div class="post-paywall">', below="</div>")
    assert read(page).access is None


TEXTS = [  # (a text, its language, whether it stops at a paywall)
    ("The ferry was late. Subscribe to continue reading.", "en", True),
    ("The ferry was late. Subscribe to our newsletter.", "en", False),
    ("Die Fähre kam spät. Weiterlesen mit SZ Plus.", "de-DE", True),
    ("Le bac était en retard. Article réservé aux abonnés", "fr", True),
    ("La barca llegó tarde. Contenido exclusivo para suscriptores", "es-MX", True),
    ("Fergen var sen. Logg inn for å lese videre", "no", True),
    ("フェリーは遅れた。この記事は有料会員限定です。残り1200文字", "ja", True),
    ("渡轮晚点。订阅后阅读全文", "zh-Hans", True),
    ("Паром опоздал. Материал доступен только подписчикам", "ru", True),
    ("Паром опоздал. Материал доступен только подписчикам", None, True),
    ("Die Fähre kam spät. Subscribe to continue reading", "de", True),  # a paywall in another language
    ("This content is for subscribers only, said nobody. " + "The ferry was late. " * 40, "en", False),
    ("The ferry was late. " * 100 + "Subscribe to continue reading.", "en", False),  # it is long
]


@pytest.mark.parametrize(("text", "language", "stops"), TEXTS)
def test_texts_that_stop_at_a_paywall(text: str, language: str | None, stops: bool) -> None:
    assert ends_at_paywall(text, language=language) is stops


def test_phrases_are_lower_case_and_trimmed() -> None:
    for phrases in (*PAYWALL_PHRASES.values(), *SUBSCRIBER_LABELS.values()):
        assert all(phrase == phrase.lower().strip() and phrase for phrase in phrases)
    assert len(PAYWALL_PHRASES) >= 20


def test_kind_and_access_of_a_feed_entry() -> None:
    story = normalise_story(
        Article(
            title=Markup(value="Ferry late"),
            content=Markup(value="<p>The ferry was late.</p><p>This post is for paid subscribers</p>"),
        ),
        addresses=(Address(key="a", url="https://daily.example/live/ferry", found_in="entry"),),
        outlet=None, language="en", country=None, timezone=None, feed_language=None, now=NOW,
    )  # fmt: skip
    assert (story.kind, story.access) == ("liveblog", "paywalled")
    assert (story.evidence["kind"]["rule"], story.evidence["access"]["rule"]) == ("address or title", "text")


async def test_kind_and_access_are_stored_and_shown_without_a_revision(tmp_path: Path, web: Web) -> None:
    plain, live = web.url("daily.test", "/ferry"), web.url("daily.test", "/live/fog")
    stub = Item(link=plain, guid="1", text="<p>The ferry was late.</p><p>Subscribe to continue reading</p>")
    blog = Item(link=live, guid="2", title="Fog on the river", text="<p>We are there.</p>")
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        web.serve("/feed.xml", rss(stub, blog))
        await runner.crawl()
        assert runner.rows("SELECT kind, access FROM stories ORDER BY id") == [
            ("article", "paywalled"),
            ("liveblog", None),
        ]
        web.serve("/ferry", article(head=node("Review", isAccessibleForFree=True)), type="text/html")
        await crawl_pages(runner, plain)
        assert runner.rows("SELECT kind, access FROM stories WHERE id = 1") == [("review", "free")]
        assert runner.rows("SELECT count(*) FROM revision") == [0]
    shell = Shell(tmp_path)
    [row] = json.loads(shell.run("stories", "--access", "free", "--json"))
    assert (row["kind"], row["access"]) == ("review", "free")
    listed = shell.run("stories", "--kind", "liveblog")
    assert "marks" in listed and "Fog on the river" in listed and "Ferry" not in listed
    assert "· liveblog ·" in shell.run("story", "2")


async def test_a_page_that_changes_with_each_visit_has_a_daily_limit_of_revisions(
    tmp_path: Path, web: Web
) -> None:
    live = web.url("daily.test", "/live/fog")

    async def visit(boats: int) -> str:
        page = article("Fog on the river", f"{boats} boats are waiting in the fog.", *PARAGRAPHS)
        web.serve("/live/fog", page, type="text/html")
        await crawl_pages(runner, live)
        return str(runner.rows("SELECT text FROM story_body")[0])[:2]

    async with open_runner(tmp_path, web) as runner:
        assert await visit(10) == "10"
        earlier = [
            (to_iso(utc_now()), json.dumps({"text": [str(n), str(n + 1)]})) for n in range(MOST_PER_DAY - 1)
        ]
        runner.writer.do(
            lambda db: db.conn.executemany(
                "INSERT INTO revision (story_id, found_at, fields) VALUES (1, ?, ?)", earlier
            )
        )
        assert [await visit(boats) for boats in (11, 12)] == ["11", "11"]
        runner.writer.do(
            lambda db: db.conn.execute("UPDATE revision SET found_at = '2020-01-01T00:00:00.000Z'")
        )
        assert await visit(12) == "12"  # it has not changed since
        assert runner.rows("SELECT count(*) FROM revision") == [MOST_PER_DAY + 1]
