"""A publisher's corrections are stored once, beside the revisions, from feeds and pages."""

from __future__ import annotations

from pathlib import Path

from newsdesk.storage.stories.rows import merge_stories
from tests.support.articles import PARAGRAPHS, article, json_ld
from tests.support.feeds import Item, rss
from tests.support.runner import open_runner
from tests.support.web import Web

HTML = "text/html; charset=utf-8"
TEXT = "".join(f"<p>{one}</p>" for one in PARAGRAPHS)
NOTE = "Correction: The ferry carried 40 people, not 14."


async def test_a_note_in_a_feed_is_stored_once(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        for number, text in enumerate(
            (TEXT, f"{TEXT}<p>{NOTE}</p>", f"{TEXT}<p>It rained.</p><p>{NOTE}</p>")
        ):
            web.serve("/feed.xml", rss(Item(text=text)), etag=f'"{number}"')
            await runner.crawl()
        assert runner.rows("SELECT story_id, origin, text FROM correction") == [(1, "note", NOTE)]
        assert runner.rows("SELECT count(*) FROM revision") == [2]


async def test_another_site_corrects_nothing(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        web.serve("/feed.xml", rss(Item(text=TEXT)), host="daily.test")
        await runner.crawl()
        runner.add("hub.test")
        web.serve("/feed.xml", rss(Item(text=f"{TEXT}<p>{NOTE}</p>")), host="hub.test")
        await runner.crawl()
        assert runner.rows("SELECT count(*) FROM correction") == [0]
        assert runner.rows("SELECT count(*) FROM story") == [1]


async def test_json_ld_of_a_page_is_a_correction_without_a_revision(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", full_text=True)
        link = web.url("daily.test", "/ferry")
        web.serve("/feed.xml", rss(Item(link=link, text="<p>More.</p>")))
        stated = {"@type": "CorrectionComment", "text": "The ferry carried 40 people, not 14."}
        title = "Ferry timetable changes on Monday"
        pages = (
            json_ld(headline=title),
            json_ld(headline=title, correction=stated),
            json_ld(
                headline=title,
                correction=[stated, {"@type": "CorrectionComment", "text": "The boat is red."}],
            ),
        )
        for head in pages:
            web.serve(
                "/ferry", article(head=head, below=f"<p>{NOTE}</p>" if head == pages[2] else ""), type=HTML
            )
            runner.writer.do(
                lambda db: db.conn.execute("UPDATE page SET due_at = '2026-11-24T00:00:00.000Z'")
            )
            await runner.crawl()
            await runner.crawl()
        assert runner.rows("SELECT page_url, origin, text FROM correction ORDER BY id") == [
            (link, "json-ld", "The ferry carried 40 people, not 14."),
            (link, "json-ld", "The boat is red."),
        ]
        assert runner.rows("SELECT count(*) FROM revision") == [1]  # of the text, by its note


async def test_stories_that_are_merged_have_a_correction_once(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        links = ("http://daily.test/a", "http://daily.test/b")
        items = [
            Item(link=link, guid=link, title=f"Ferry {link}", text=f"{TEXT}<p>{NOTE}</p>") for link in links
        ]
        web.serve("/feed.xml", rss(*items))
        await runner.crawl()
        assert runner.rows("SELECT story_id FROM correction") == [1, 2]
        runner.writer.do(lambda db: merge_stories(db, 2, 1))
        assert runner.rows("SELECT story_id, text FROM correction") == [(1, NOTE)]
