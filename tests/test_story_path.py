"""The first test to read: one story's way from a served feed to the stored row.

Source --fetch--> Page --read--> Article --normalise--> Story --keep--> Kept
"""

from __future__ import annotations

from pathlib import Path

from tests.support.feeds import Item, rss
from tests.support.runner import open_runner
from tests.support.web import Web

FERRY = Item(
    title="Ferry timetable changes on Monday",
    link="http://daily.test/ferry?utm_source=rss",
    guid="daily-1",
    author="Ann Hill and Ben Ode",
    date="Tue, 24 Nov 2026 07:36:00 +0200",
    text='<p>The first boat leaves at <b>six</b>.</p><script>alert("no")</script>',
)
BRIDGE = Item(title="Bridge opens after two years", link="http://daily.test/bridge", guid="daily-2")


async def test_a_story_from_feed_to_row(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(FERRY, BRIDGE), etag='"one"')
    async with open_runner(tmp_path, web) as runner:
        source = runner.add("daily.test")

        summary = await runner.crawl()

        assert (summary.visits, summary.failed, summary.counts.new, summary.counts.seen) == (1, 0, 2, 2)
        [story] = runner.rows(
            "SELECT title, url, published, published_offset_min, published_day, language"
            " FROM story WHERE id = 1"
        )
        assert story == (
            "Ferry timetable changes on Monday",
            "http://daily.test/ferry?utm_source=rss",  # as the publisher wrote it; the key has no tracking
            "2026-11-24T05:36:00.000Z",
            120,
            "2026-11-24",
            "en",
        )
        assert runner.rows("SELECT text FROM story_body WHERE story_id = 1") == [
            "The first boat leaves at six."
        ]
        assert runner.rows("SELECT authors FROM stories WHERE id = 1") == ["Ann Hill, Ben Ode"]
        assert runner.rows("SELECT source_id, verdict FROM entry WHERE story_id = 1") == [(source, "new")]
        assert runner.rows("SELECT outcome, etag FROM source") == [("read", '"one"')]


async def test_two_stories_in_one_feed_each_keep_their_own_title(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(FERRY, BRIDGE))
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await runner.crawl()
        assert runner.rows("SELECT title FROM story ORDER BY id") == [FERRY.title, BRIDGE.title]


async def test_a_second_crawl_finds_nothing_new_and_asks_with_validators(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(FERRY, BRIDGE), etag='"one"', last_modified="Tue, 24 Nov 2026 05:40:00 GMT")
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await runner.crawl()
        summary = await runner.crawl()
        assert (summary.counts.seen, runner.visits[0].result.outcome.code) == (0, "unchanged")
        assert web.log[-1].headers["if-none-match"] == '"one"'
        assert web.log[-1].headers["if-modified-since"] == "Tue, 24 Nov 2026 05:40:00 GMT"
        assert runner.rows("SELECT count(*) FROM story") == [2]


async def test_an_edited_entry_is_changed_and_its_old_words_are_kept(tmp_path: Path, web: Web) -> None:
    edited = Item(
        title="Ferry timetable changes on Tuesday", link=FERRY.link, guid=FERRY.guid, date=FERRY.date
    )
    web.serve("/feed.xml", rss(FERRY, BRIDGE))
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        await runner.crawl()
        web.serve("/feed.xml", rss(edited, BRIDGE))
        summary = await runner.crawl()
        assert (summary.counts.changed, summary.counts.same, summary.counts.new) == (1, 1, 0)
        assert runner.rows("SELECT title FROM story ORDER BY id") == [edited.title, BRIDGE.title]
        [fields] = runner.rows("SELECT fields FROM revision")
        assert FERRY.title in fields and edited.title in fields
        assert runner.rows("SELECT rowid FROM story_fts WHERE story_fts MATCH 'tuesday'") == [1]
        assert runner.rows("SELECT rowid FROM story_fts WHERE story_fts MATCH 'monday'") == []


async def test_another_source_of_the_same_story_is_a_duplicate(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(FERRY), host="daily.test")
    web.serve(
        "/feed.xml",
        rss(Item(title="BOAT NEWS!", link="http://www.daily.test/ferry/", guid="x")),
        host="hub.test",
    )
    async with open_runner(tmp_path, web) as runner:
        daily, hub = runner.add("daily.test"), runner.add("hub.test")
        await runner.crawl(daily)
        summary = await runner.crawl(hub)
        assert (summary.counts.duplicate, summary.counts.seen) == (1, 1)
        assert runner.rows("SELECT title FROM story") == [FERRY.title]  # another site changes nothing
        assert runner.rows("SELECT source_id, verdict FROM entry ORDER BY id") == [
            (daily, "new"),
            (hub, "duplicate"),
        ]
