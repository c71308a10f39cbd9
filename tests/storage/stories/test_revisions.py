"""Which changes of a story become revisions: each material one, once, whichever origins show it; and no noise."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from newsdesk.storage.stories.revisions import MOST_PER_DAY
from tests.support.articles import PARAGRAPHS, article, json_ld
from tests.support.feeds import Item, rss
from tests.support.runner import TestRunner, open_runner
from tests.support.web import Web

HTML = "text/html; charset=utf-8"
FIRST = Item(
    title="Ferry timetable changes", text="<p>The first boat leaves at six.</p><p>Schools open at seven.</p>"
)
VERSIONS = (  # of one story: each differs from the one before in the fields after it
    (FIRST, set[str]()),
    (replace(FIRST, title="Ferry timetable changes on Monday"), {"title"}),
    (replace(FIRST, title="Ferry timetable changes on Monday", text=FIRST.text.replace("six", "five")), {"text"}),
    (replace(FIRST, title="Ferry timetable is new", text=FIRST.text.replace("six", "five"), author="Tom Ash"),
     {"title", "authors"}),
    (replace(FIRST, title="Ferry timetable is new", text=FIRST.text.replace("six", "five"), author="Tom Ash",
             date="Tue, 24 Nov 2026 08:36:00 GMT"), {"published"}),
)  # fmt: skip


def page_of(item: Item) -> bytes:
    """The page of an item: its text after three paragraphs, its byline and date in JSON-LD."""
    head = json_ld(
        headline=item.title,
        author={"@type": "Person", "name": item.author},
        datePublished=_iso(item.date or ""),
    )
    text = item.text.removeprefix("<p>").removesuffix("</p>").split("</p><p>")
    byline = f'<p class="byline">By {item.author}</p>'
    return article(item.title, *PARAGRAPHS, *text, head=head, above=byline)


def _iso(date: str) -> str:
    return f"2026-11-24T{date[17:25]}Z"


def revisions_of(runner: TestRunner) -> list[set[str]]:
    found = runner.rows("SELECT fields FROM revision ORDER BY id")
    return [set(json.loads(fields)) - {"summary"} for fields in found]


@pytest.mark.parametrize("shown_by", ["feed", "page", "feed and page"])
async def test_five_versions_give_four_revisions(tmp_path: Path, web: Web, shown_by: str) -> None:
    async with open_runner(tmp_path, web) as runner:
        full_text = shown_by != "feed"
        runner.add("daily.test", full_text=full_text)
        for number, (item, _) in enumerate(VERSIONS):
            if shown_by != "page" or not number:
                web.serve(
                    "/feed.xml", rss(replace(item, link=web.url("daily.test", "/ferry"))), etag=f'"{number}"'
                )
            web.serve("/ferry", page_of(item), type=HTML)
            if shown_by == "page":
                runner.writer.do(
                    lambda db: db.conn.execute("UPDATE page SET due_at = '2026-11-24T00:00:00.000Z'")
                )
            await runner.crawl()
            await runner.crawl()
        assert runner.rows("SELECT count(*) FROM snapshot WHERE entry_id = 0") == [int(full_text)]
        assert revisions_of(runner) == [fields for _, fields in VERSIONS[1:]]


NOISE_LINES = [  # two versions of a line at the end of the text that tell the reader nothing new
    ("Updated 10:32", "Updated 10:47"),
    ("Last updated: 24 Nov 2026, 10:32 GMT", "Last updated: 24 Nov 2026, 11:02 GMT"),
    ("5 minutes ago", "2 hours ago"),
    ("3 min read", "4 min read"),
    ("12 comments", "1,204 comments"),
    ("Comments (12)", "Comments (15)"),
    ("Shares: 56 | Views: 1.2K", "Shares: 61 | Views: 1.4K"),
    ("Stand: 10:32 Uhr", "Stand: 11:05 Uhr"),
    ("Mis à jour le 24 novembre à 10h32", "Mis à jour le 24 novembre à 11h05"),
    ("Actualizado hace 5 minutos", "Actualizado hace 2 horas"),
    ("Read more: Bridge opens in May", "Read more: Council votes on harbour"),
    ("Lesen Sie auch: Brücke öffnet im Mai", "Lesen Sie auch: Rat stimmt über Hafen ab"),
    ("The boat’s master said “no” – twice…", 'The boat\'s master said "no" - twice...'),
    ("Fish &amp;amp; chips at the pier", "Fish &amp; chips at the pier"),
    ("See http://daily.test/pier?utm_source=rss", "See http://daily.test/pier?utm_source=web&utm_medium=x"),
    ("The pier   stays\u00a0open.", "The pier stays open."),
]
RELATED = [  # two versions of a list of other stories below the text
    "<h3>Related</h3><ul><li><a href='/b'>Bridge opens in May</a></li><li><a href='/c'>Council votes</a></li></ul>",
    "<h3>Related</h3><ul><li><a href='/d'>Pier closes</a></li><li><a href='/e'>Two boats collide</a></li></ul>",
]
LINKS = [  # without a label
    "<ul><li><a href='/b'>Bridge opens in May</a></li><li><a href='/c'>Council votes</a></li></ul>",
    "<ul><li><a href='/d'>Pier closes</a></li><li><a href='/e'>Two boats collide</a></li></ul>",
]
NOISE = [
    *((f"<p>{one}</p>", f"<p>{other}</p>") for one, other in NOISE_LINES),
    (RELATED[0], RELATED[1]),
    (LINKS[0], LINKS[1]),
    ("<p class='x'>The pier stays open.</p>", "<div><b>The pier</b> stays\n open.</div>"),
    (
        "<p><a href='/x?utm_source=a'>The pier</a> stays.</p>",
        "<p><a href='/x?utm_source=b'>The pier</a> stays.</p>",
    ),
]
TITLES = [
    ("Ferry “starts” again – at last", "Ferry \"starts\"  again - at last"),
    ("Fish &amp;amp; chips", "Fish &amp; chips"),
    ("Ferry starts again | Updated 10:32", "Ferry starts again | Updated 10:47"),
    ("Ferry starts again (12 comments)", "Ferry starts again (13 comments)"),
]  # fmt: skip


@pytest.mark.parametrize("origin", ["feed", "page"])
async def test_noise_gives_no_revision(tmp_path: Path, web: Web, origin: str) -> None:
    """Each case is a story of its own; all are published in both versions."""
    async with open_runner(tmp_path, web, backlog=100) as runner:
        runner.add("daily.test", full_text=origin == "page")
        for version in (0, 1):
            items = []
            for number, case in enumerate((*NOISE, *TITLES)):
                title, end = (
                    (f"Story {number}", case[version]) if number < len(NOISE) else (case[version], "")
                )
                link = web.url("daily.test", f"/{number}")
                text = "".join(f"<p>{one}</p>" for one in PARAGRAPHS)
                if origin == "feed":
                    items.append(Item(title=title, link=link, text=f"{text}{end}", guid=link))
                else:
                    items.append(Item(title=f"Story {number}", link=link, text="<p>More.</p>", guid=link))
                    web.serve(f"/{number}", article("@", below=end).replace(b"@", title.encode()), type=HTML)
            web.serve("/feed.xml", rss(*items), etag=f'"{version}"')
            runner.writer.do(
                lambda db: db.conn.execute("UPDATE page SET due_at = '2026-11-24T00:00:00.000Z'")
            )
            for _ in range(3):
                await runner.crawl()
        assert runner.rows("SELECT story_id, fields FROM revision ORDER BY id") == []
        assert runner.rows("SELECT count(*) FROM snapshot WHERE entry_id = 0") in (
            [0],
            [len(NOISE) + len(TITLES)],
        )
        assert runner.rows("SELECT count(*) FROM story") == [len(NOISE) + len(TITLES)]


async def test_a_date_that_is_counted_from_the_visit_is_no_change(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        for shown in ("50 minutes ago", "2 hours ago", "3 hours ago"):
            web.serve("/feed.xml", rss(replace(FIRST, date=shown)))
            await runner.crawl()
        assert runner.rows("SELECT fields FROM revision") == []
        assert runner.rows("SELECT published IS NOT NULL FROM story") == [1]


async def test_a_live_page_still_shows_its_headlines(tmp_path: Path, web: Web) -> None:
    """Its text changes with each visit; the limit of that holds back no title, and the last text is taken later."""
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        for number in range(MOST_PER_DAY + 3):
            title = "Vote counted" if number < MOST_PER_DAY + 1 else "Vote won"
            web.serve("/feed.xml", rss(Item(title=title, text=f"<p>Counted: {number} of 400.</p>")))
            await runner.crawl()
        assert runner.rows("SELECT title, text FROM story JOIN story_body ON story_id = story.id") == [
            ("Vote won", f"Counted: {MOST_PER_DAY} of 400.")
        ]
        runner.writer.do(
            lambda db: db.conn.execute("UPDATE revision SET found_at = '2020-01-01T00:00:00.000Z'")
        )
        await runner.crawl()
        assert runner.rows("SELECT text FROM story_body") == [f"Counted: {MOST_PER_DAY + 2} of 400."]
        await runner.crawl()
        assert runner.rows("SELECT count(*) FROM revision") == [MOST_PER_DAY + 2]


async def test_a_page_that_fails_at_first_completes_the_revision_of_its_feed_later(
    tmp_path: Path, web: Web
) -> None:
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", full_text=True)
        for number, (item, _) in enumerate(
            VERSIONS[:4:3]
        ):  # the last of these changes title, text and authors
            web.serve(
                "/feed.xml", rss(replace(item, link=web.url("daily.test", "/ferry"))), etag=f'"{number}"'
            )
            web.serve("/ferry", status=503)
            await runner.crawl()
            await runner.crawl()
            web.serve("/ferry", page_of(item), type=HTML)
            runner.writer.do(
                lambda db: db.conn.execute("UPDATE page SET due_at = '2026-11-24T00:00:00.000Z'")
            )
            await runner.crawl()
        assert revisions_of(runner) == [{"title", "text", "authors"}]
        url = web.url("daily.test", "/ferry")
        assert runner.rows("SELECT entry_id, page_url FROM revision") == [(1, url)]
