"""`newsdesk reparse`: what was said is read again by today's rules, shown, and written on demand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from newsdesk.__main__ import newsdesk
from newsdesk.scheduler.run import reparse as passes
from newsdesk.scheduler.run.reparse import Report, Rereading, Scope
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.queries.explain import explain_story
from newsdesk.storage.stories.search import unindex
from tests.storage.stories.test_upgrade import SHAPES
from tests.support.articles import article, json_ld
from tests.support.feeds import Item, many, rss
from tests.support.runner import TestDesk, open_desk, utc_now
from tests.support.web import Web

BYLINE = '<p class="byline">By Cem Aksoy</p>'
HTML = "text/html; charset=utf-8"
PLAIN = tuple(replace(one, date="2026-11-24 07:36:00") for one in many(5))  # no zone is printed


@pytest.fixture
async def desk(tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TestDesk]:
    monkeypatch.chdir(tmp_path)
    async with open_desk(tmp_path, web) as desk:
        yield desk


async def crawled(desk: TestDesk, *items: Item, host: str = "daily.test", **told: Any) -> int:
    desk.web.serve("/feed.xml", rss(*items), host=host)
    source = desk.add(host, **told)
    await desk.crawl(source)
    return source


async def look(desk: TestDesk, **scope: Any) -> Report:
    return await Rereading(desk.path, Scope(**scope), desk.settings).look()


async def apply(desk: TestDesk, **scope: Any) -> Report:
    return await Rereading(desk.path, Scope(**scope), desk.settings).apply(desk.writer)


def give_zone(desk: TestDesk, zone: str) -> None:
    desk.writer.do(lambda db: db.conn.execute("UPDATE source SET timezone = ?", (zone,)))


async def test_by_the_same_rules_nothing_differs(desk: TestDesk) -> None:
    """Whatever is kept of a saying suffices to read it as it was read."""
    for number, items in enumerate(SHAPES.values()):
        host = f"shape-{number}.test"
        own = (replace(one, link=one.link and one.link.replace("daily.test", host)) for one in items)
        await crawled(desk, *own, host=host)
    odd = replace(
        many(1)[0],
        link="http://odd.test/x",
        title="AT&amp;amp;T &lt;b&gt;calls&lt;/b&gt; <i>you</i>",
        text='<p>One<br>two</p><img src="/a.jpg"><script>no()</script><pre>\n x  y</pre>',
        author="By ANN HILL and Reuters",
    )
    await crawled(desk, odd, host="odd.test")
    page = desk.web.url("full.test", "/ferry")
    head = json_ld(datePublished="2026-11-24T07:36:00+02:00", author={"@type": "Person", "name": "Cem Aksoy"})
    desk.web.serve("/ferry", article(head=head, above=BYLINE), host="full.test", type=HTML)
    await crawled(desk, Item(link=page, text="<p>The first boat.</p>"), host="full.test", full_text=True)
    assert desk.rows("SELECT count(*) FROM story WHERE standing = 'page'") == [1]

    report = await look(desk)
    stories = sum(map(len, SHAPES.values())) + 2
    assert (report.stories, report.differ, report.unknown, report.unread) == (stories, 0, 0, 0), report
    desk.writer.do(lambda db: db.conn.execute("UPDATE saying SET reader_version = 1"))  # bodies, too
    report = await look(desk)
    assert (report.stories, report.differ) == (stories, 0), report


async def test_a_zone_given_later_moves_the_dates_and_makes_no_news(desk: TestDesk) -> None:
    await crawled(desk, *PLAIN)
    give_zone(desk, "Europe/Athens")
    report = await look(desk)
    assert (report.differ, report.fields) == (5, {"published": 5})
    assert report.examples[0][3][0] == "2026-11-24T05:36:00.000Z" and len(report.examples) == 3
    assert desk.rows("SELECT DISTINCT published FROM story") == ["2026-11-24T07:36:00.000Z"]

    assert (await apply(desk)).applied == 5
    assert desk.rows("SELECT DISTINCT published FROM story") == ["2026-11-24T05:36:00.000Z"]
    assert desk.rows("SELECT count(*) FROM revision") == [0]
    assert desk.rows("SELECT count(*) FROM story WHERE changed_at IS NOT NULL") == [0]
    assert desk.rows("SELECT rowid FROM story_fts WHERE story_fts MATCH 'told'") == [1, 2, 3, 4, 5]
    assert (await look(desk)).differ == 0
    [change] = explained(desk, 1)["reread"]
    assert change["fields"]["published"][0][0] == "2026-11-24T07:36:00.000Z"

    edited = (replace(PLAIN[0], title="Another title"), *PLAIN[1:])
    desk.web.serve("/feed.xml", rss(*edited), host="daily.test")
    summary = await desk.crawl()
    assert (summary.counts.changed, summary.counts.same, summary.counts.new) == (1, 4, 0)
    assert [list(json.loads(fields)) for fields in desk.rows("SELECT fields FROM revision")] == [["title"]]


def explained(desk: TestDesk, story_id: int) -> dict[str, Any]:
    told: dict[str, Any] = desk.writer.do(lambda db: explain_story(db, story_id))
    return told


def as_read_formerly(db: Database) -> None:
    """Titles as former rules read them: stored, indexed and said in small letters."""
    for (story_id,) in db.conn.execute("SELECT id FROM story").fetchall():
        unindex(db, story_id)
    db.conn.execute("UPDATE story SET title = lower(title)")
    db.conn.execute("INSERT INTO story_fts (story_fts) VALUES ('rebuild')")
    db.conn.execute(
        "UPDATE saying SET reader_version = 1, digest = 's1:0',"
        " said = json_set(said, '$.title', lower(json_extract(said, '$.title')))"
    )


async def test_what_former_rules_read_is_read_by_todays(desk: TestDesk) -> None:
    await crawled(desk, *many(3))
    desk.writer.do(as_read_formerly)
    assert (await look(desk)).fields == {"title": 3}
    assert (await apply(desk)).applied == 3
    assert desk.rows("SELECT title FROM story ORDER BY id") == [one.title for one in many(3)]
    desk.writer.do(
        lambda db: db.conn.execute("INSERT INTO story_fts (story_fts, rank) VALUES ('integrity-check', 1)")
    )
    desk.web.serve("/feed.xml", rss(*many(3), title="Otherwise"), host="daily.test")
    assert (await desk.crawl()).counts.changed == 0
    assert desk.rows("SELECT count(*) FROM revision") == [0]


async def test_another_origins_words_are_left_alone(desk: TestDesk) -> None:
    """The title is a later source's of the same site; the date is the first one's."""
    await crawled(desk, PLAIN[0], host="daily.test")
    desk.writer.do(lambda db: db.conn.execute("UPDATE story SET title = 'Told by hand'"))
    give_zone(desk, "Europe/Athens")
    await apply(desk)
    assert desk.rows("SELECT title, published FROM story") == [("Told by hand", "2026-11-24T05:36:00.000Z")]


async def test_a_pages_candidates_are_chosen_among_anew(desk: TestDesk) -> None:
    page = desk.web.url("full.test", "/ferry")
    head = json_ld(datePublished="2026-11-24T07:36:00", author={"@type": "Person", "name": "Cem Aksoy"})
    desk.web.serve("/ferry", article(head=head, above=BYLINE), host="full.test", type=HTML)
    await crawled(desk, Item(link=page, text="", date=None), host="full.test", full_text=True, country="JP")
    before = desk.rows("SELECT published FROM story")
    give_zone(desk, "Europe/Athens")
    report = await apply(desk)
    assert report.fields == {"published": 1} and before != ["2026-11-24T05:36:00.000Z"]
    assert desk.rows("SELECT published, standing FROM story") == [("2026-11-24T05:36:00.000Z", "page")]
    assert desk.rows("SELECT text FROM story_body") != [None]


SCOPES = [
    ({}, 5),
    ({"fields": ("title",)}, 0),
    ({"fields": ("published", "title")}, 5),
    ({"sources": (1,)}, 5),
    ({"sources": (2,)}, 0),
    ({"since": "2026-11-25T00:00:00.000Z"}, 0),
    ({"since": "2026-11-23T00:00:00.000Z"}, 5),
]


async def test_a_scope_bounds_what_is_looked_at(desk: TestDesk) -> None:
    await crawled(desk, *PLAIN)
    await crawled(desk, *many(2, site="hub.test"), host="hub.test")
    give_zone(desk, "Europe/Athens")
    for scope, differ in SCOPES:
        assert (await look(desk, **scope)).differ == differ, scope


async def test_what_was_cut_off_goes_on_there(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes, "A_GROUP", 2)
    await crawled(desk, *PLAIN)
    give_zone(desk, "Europe/Athens")

    def stop(report: Report) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await Rereading(desk.path, Scope(), desk.settings, heard=stop).apply(desk.writer)
    assert desk.rows("SELECT after, stories, changed FROM rereading WHERE ended_at IS NULL") == [(2, 2, 2)]
    assert Scope(since=to_iso(utc_now())).as_text() != Scope().as_text()
    report = await apply(desk)
    assert (report.stories, report.applied) == (3, 3)
    assert desk.rows("SELECT after, stories, changed FROM rereading WHERE ended_at IS NOT NULL") == [
        (5, 5, 5)
    ]
    assert desk.rows("SELECT count(*) FROM reread") == [5]


async def test_a_story_that_changed_meanwhile_is_left(desk: TestDesk) -> None:
    await crawled(desk, *PLAIN)
    give_zone(desk, "Europe/Athens")
    pass_ = Rereading(desk.path, Scope(), desk.settings, heard=lambda report: None)
    load = pass_._load

    def then_changed(after: int, groups: int) -> Any:
        loaded = load(after, groups)
        desk.writer.do(lambda db: db.conn.execute("UPDATE story SET title = 'Meanwhile' WHERE id = 1"))
        return loaded

    pass_._load = then_changed  # type: ignore[method-assign] # between reading and writing, another writes
    report = await pass_.apply(desk.writer)
    assert (report.differ, report.applied) == (5, 4)
    assert desk.rows("SELECT published FROM story WHERE id = 1") == ["2026-11-24T07:36:00.000Z"]


async def test_it_is_typed_shown_and_written(desk: TestDesk) -> None:
    await crawled(desk, *PLAIN, name="The Daily")
    give_zone(desk, "Europe/Athens")

    async def typed(*words: str) -> str:
        ended = await asyncio.to_thread(CliRunner().invoke, newsdesk, ["reparse", *words])
        assert ended.exit_code == 0, ended.output
        return ended.output

    said = await typed("--source", "daily", "--field", "published", "--examples", "1")
    assert "published  5 differ" in said and said.count("story ") == 1
    assert "5 stories read again, 5 differ; --apply writes it" in said
    told = json.loads(await typed("--json", "--apply"))
    assert (told["stories"], told["differ"], told["written"]) == (5, 5, 5)
    assert told["examples"][0]["new"] == ["2026-11-24T05:36:00.000Z", "2026-11-24", "second"]
    assert "5 stories read again, 0 differ" in await typed()
    later = to_iso(utc_now() + timedelta(days=1))
    assert "0 stories read again" in await typed("--since", later)


async def test_sayings_of_which_too_little_was_kept_are_counted(desk: TestDesk) -> None:
    await crawled(desk, *many(2))
    desk.writer.do(lambda db: db.conn.execute("UPDATE saying SET said = json_remove(said, '$.printed')"))
    report = await look(desk)
    assert (report.stories, report.unknown, report.differ) == (2, 2, 0)
