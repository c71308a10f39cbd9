"""`newsdesk reparse`: snapshots are parsed again; differences are shown, and written on demand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from newsdesk.command_line import newsdesk
from newsdesk.commands.reparse import reparse as reparse
from newsdesk.commands.reparse.reparse import Reparse, Report, Scope
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.queries.explain import explain_story
from newsdesk.storage.search.index import index_differences, index_stored, unindex
from newsdesk.storage.stories.revisions import to_json
from newsdesk.storage.stories.rows import pack_text, unpack_text
from tests.storage.stories.test_upgrade import SHAPES
from tests.support.articles import article, json_ld
from tests.support.feeds import Item, many, rss
from tests.support.runner import TestRunner, open_runner, utc_now
from tests.support.web import Web

BYLINE = '<p class="byline">By Cem Aksoy</p>'
HTML = "text/html; charset=utf-8"
PLAIN = tuple(replace(one, date="2026-11-24 07:36:00") for one in many(5))  # no zone is printed


@pytest.fixture
async def runner(tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TestRunner]:
    monkeypatch.chdir(tmp_path)
    async with open_runner(tmp_path, web) as runner:
        yield runner


async def crawled(runner: TestRunner, *items: Item, host: str = "daily.test", **options: Any) -> int:
    runner.web.serve("/feed.xml", rss(*items), host=host)
    source = runner.add(host, **options)
    await runner.crawl(source)
    return source


async def compare(runner: TestRunner, **scope: Any) -> Report:
    return await Reparse(runner.path, Scope(**scope), runner.settings).compare()


async def apply(runner: TestRunner, **scope: Any) -> Report:
    return await Reparse(runner.path, Scope(**scope), runner.settings).apply(runner.writer)


def give_zone(runner: TestRunner, zone: str) -> None:
    runner.writer.do(lambda db: db.conn.execute("UPDATE source SET timezone = ?", (zone,)))


async def test_the_same_rules_give_no_difference(runner: TestRunner) -> None:
    """A snapshot has everything that is needed to parse it again with the same result."""
    for number, items in enumerate(SHAPES.values()):
        host = f"shape-{number}.test"
        own = (replace(one, link=one.link and one.link.replace("daily.test", host)) for one in items)
        await crawled(runner, *own, host=host)
    odd = replace(
        many(1)[0],
        link="http://odd.test/x",
        title="AT&amp;amp;T &lt;b&gt;calls&lt;/b&gt; <i>you</i>",
        text='<p>One<br>two</p><img src="/a.jpg"><script>no()</script><pre>\n x  y</pre>',
        author="By ANN HILL and Reuters",
    )
    await crawled(runner, odd, host="odd.test")
    page = runner.web.url("full.test", "/ferry")
    head = json_ld(datePublished="2026-11-24T07:36:00+02:00", author={"@type": "Person", "name": "Cem Aksoy"})
    runner.web.serve("/ferry", article(head=head, above=BYLINE), host="full.test", type=HTML)
    await crawled(runner, Item(link=page, text="<p>The first boat.</p>"), host="full.test", full_text=True)
    assert runner.rows("SELECT count(*) FROM story WHERE authority = 'page'") == [1]

    report = await compare(runner)
    stories = sum(map(len, SHAPES.values())) + 2
    assert (report.stories, report.differ, report.unknown, report.unread) == (stories, 0, 0, 0), report
    runner.writer.do(lambda db: db.conn.execute("UPDATE snapshot SET reader_version = 1"))  # bodies, too
    report = await compare(runner)
    assert (report.stories, report.differ) == (stories, 0), report


async def test_a_later_time_zone_changes_dates_without_revisions(runner: TestRunner) -> None:
    await crawled(runner, *PLAIN)
    give_zone(runner, "Europe/Athens")
    report = await compare(runner)
    assert (report.differ, report.fields) == (5, {"published": 5})
    assert report.examples[0][3][0] == "2026-11-24T05:36:00.000Z" and len(report.examples) == 3
    assert runner.rows("SELECT DISTINCT published FROM story") == ["2026-11-24T07:36:00.000Z"]

    assert (await apply(runner)).applied == 5
    assert runner.rows("SELECT DISTINCT published FROM story") == ["2026-11-24T05:36:00.000Z"]
    assert runner.rows("SELECT count(*) FROM revision") == [0]
    assert runner.rows("SELECT count(*) FROM story WHERE changed_at IS NOT NULL") == [0]
    assert runner.rows("SELECT rowid FROM story_fts WHERE story_fts MATCH 'told'") == [1, 2, 3, 4, 5]
    assert (await compare(runner)).differ == 0
    [change] = explained(runner, 1)["reparses"]
    assert change["fields"]["published"][0][0] == "2026-11-24T07:36:00.000Z"

    edited = (replace(PLAIN[0], title="Another title"), *PLAIN[1:])
    runner.web.serve("/feed.xml", rss(*edited), host="daily.test")
    summary = await runner.crawl()
    assert (summary.counts.changed, summary.counts.same, summary.counts.new) == (1, 4, 0)
    assert [list(json.loads(fields)) for fields in runner.rows("SELECT fields FROM revision")] == [["title"]]


def explained(runner: TestRunner, story_id: int) -> dict[str, Any]:
    options: dict[str, Any] = runner.writer.do(lambda db: explain_story(db, story_id))
    return options


def as_read_formerly(db: Database) -> None:
    """Titles as former rules read them: stored, indexed and said in small letters."""
    for (story_id,) in db.conn.execute("SELECT id FROM story").fetchall():
        unindex(db, story_id)
    db.conn.execute("UPDATE story SET title = lower(title)")
    index_stored(db)
    in_snapshots(db, lambda values: {**values, "title": values["title"].lower()})
    db.conn.execute("UPDATE snapshot SET reader_version = 1, digest = 's1:0'")


def in_snapshots(db: Database, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Replace the values of all snapshots."""
    for rowid, stored in db.conn.execute("SELECT rowid, published_values FROM snapshot").fetchall():
        values = pack_text(to_json(change(json.loads(unpack_text(stored)))))
        db.conn.execute("UPDATE snapshot SET published_values = ? WHERE rowid = ?", (values, rowid))


async def test_values_of_older_rules_are_parsed_with_the_present_rules(runner: TestRunner) -> None:
    await crawled(runner, *many(3))
    runner.writer.do(as_read_formerly)
    assert (await compare(runner)).fields == {"title": 3}
    assert (await apply(runner)).applied == 3
    assert runner.rows("SELECT title FROM story ORDER BY id") == [one.title for one in many(3)]
    assert runner.writer.do(lambda db: list(index_differences(db.conn))) == []
    runner.web.serve("/feed.xml", rss(*many(3), title="Otherwise"), host="daily.test")
    assert (await runner.crawl()).counts.changed == 0
    assert runner.rows("SELECT count(*) FROM revision") == [0]


async def test_values_of_another_origin_do_not_change(runner: TestRunner) -> None:
    """The title is a later source's of the same site; the date is the first one's."""
    await crawled(runner, PLAIN[0], host="daily.test")
    runner.writer.do(lambda db: db.conn.execute("UPDATE story SET title = 'Edited by hand'"))
    give_zone(runner, "Europe/Athens")
    await apply(runner)
    assert runner.rows("SELECT title, published FROM story") == [
        ("Edited by hand", "2026-11-24T05:36:00.000Z")
    ]


async def test_the_candidates_of_a_page_are_chosen_again(runner: TestRunner) -> None:
    page = runner.web.url("full.test", "/ferry")
    head = json_ld(datePublished="2026-11-24T07:36:00", author={"@type": "Person", "name": "Cem Aksoy"})
    runner.web.serve("/ferry", article(head=head, above=BYLINE), host="full.test", type=HTML)
    await crawled(runner, Item(link=page, text="", date=None), host="full.test", full_text=True, country="JP")
    before = runner.rows("SELECT published FROM story")
    give_zone(runner, "Europe/Athens")
    report = await apply(runner)
    assert report.fields == {"published": 1} and before != ["2026-11-24T05:36:00.000Z"]
    assert runner.rows("SELECT published, authority FROM story") == [("2026-11-24T05:36:00.000Z", "page")]
    assert runner.rows("SELECT text FROM story_body") != [None]


SCOPES = [
    ({}, 5),
    ({"fields": ("title",)}, 0),
    ({"fields": ("published", "title")}, 5),
    ({"sources": (1,)}, 5),
    ({"sources": (2,)}, 0),
    ({"since": "2026-11-25T00:00:00.000Z"}, 0),
    ({"since": "2026-11-23T00:00:00.000Z"}, 5),
]


async def test_a_scope_limits_the_stories(runner: TestRunner) -> None:
    await crawled(runner, *PLAIN)
    await crawled(runner, *many(2, site="hub.test"), host="hub.test")
    give_zone(runner, "Europe/Athens")
    for scope, differ in SCOPES:
        assert (await compare(runner, **scope)).differ == differ, scope


async def test_an_interrupted_run_resumes(runner: TestRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reparse, "GROUP_SIZE", 2)
    await crawled(runner, *PLAIN)
    give_zone(runner, "Europe/Athens")

    def stop(report: Report) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await Reparse(runner.path, Scope(), runner.settings, on_progress=stop).apply(runner.writer)
    assert runner.rows("SELECT last_story_id, stories, changed FROM reparse WHERE ended_at IS NULL") == [
        (2, 2, 2)
    ]
    assert Scope(since=to_iso(utc_now())).as_text() != Scope().as_text()
    report = await apply(runner)
    assert (report.stories, report.applied) == (3, 3)
    assert runner.rows("SELECT last_story_id, stories, changed FROM reparse WHERE ended_at IS NOT NULL") == [
        (5, 5, 5)
    ]
    assert runner.rows("SELECT count(*) FROM reparse_change") == [5]


async def test_a_story_that_changed_meanwhile_is_not_written(runner: TestRunner) -> None:
    await crawled(runner, *PLAIN)
    give_zone(runner, "Europe/Athens")
    again = Reparse(runner.path, Scope(), runner.settings, on_progress=lambda report: None)
    load = again._load

    def then_changed(after: int, groups: int) -> Any:
        loaded = load(after, groups)
        runner.writer.do(lambda db: db.conn.execute("UPDATE story SET title = 'Meanwhile' WHERE id = 1"))
        return loaded

    again._load = then_changed  # type: ignore[method-assign] # between reading and writing, another writes
    report = await again.apply(runner.writer)
    assert (report.differ, report.applied) == (5, 4)
    assert runner.rows("SELECT published FROM story WHERE id = 1") == ["2026-11-24T07:36:00.000Z"]


async def test_the_command_shows_and_writes_differences(runner: TestRunner) -> None:
    await crawled(runner, *PLAIN, name="The Daily")
    give_zone(runner, "Europe/Athens")

    async def typed(*words: str) -> str:
        ended = await asyncio.to_thread(CliRunner().invoke, newsdesk, ["reparse", *words])
        assert ended.exit_code == 0, ended.output
        return ended.output

    output = await typed("--source", "daily", "--field", "published", "--examples", "1")
    assert "published  5 differ" in output and output.count("story ") == 1
    assert "5 stories reparsed, 5 differ; --apply writes the differences" in output
    options = json.loads(await typed("--json", "--apply"))
    assert (options["stories"], options["differ"], options["written"]) == (5, 5, 5)
    assert options["examples"][0]["new"] == ["2026-11-24T05:36:00.000Z", "2026-11-24", "second"]
    assert "5 stories reparsed, 0 differ" in await typed()
    later = to_iso(utc_now() + timedelta(days=1))
    assert "0 stories reparsed" in await typed("--since", later)


async def test_stories_without_a_usable_snapshot_are_counted(runner: TestRunner) -> None:
    await crawled(runner, *many(2))
    runner.writer.do(
        lambda db: in_snapshots(
            db, lambda values: {name: value for name, value in values.items() if name != "printed"}
        )
    )
    report = await compare(runner)
    assert (report.stories, report.unknown, report.differ) == (2, 2, 0)
