"""No story is lost, none is stored twice: verdicts and identity from served documents to stored rows.

A case is what a source served, poll by poll, with what each poll must come to and which titles the store
holds at the end. See "Verdicts" and "Identity" in docs/design.md.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from newsdesk.storage.records.visits import Counts, Limits
from newsdesk.storage.search.index import index_differences
from tests.support.feeds import Item, many, rss
from tests.support.runner import TestRunner, open_runner
from tests.support.web import Web


def item(name: str, **fields: Any) -> Item:
    """An entry with everything of its own; `name` is in its title, link, GUID and text."""
    mine: dict[str, Any] = {
        "title": f"What {name} did",
        "link": f"http://daily.test/{name}",
        "guid": f"guid-{name}",
        "text": f"<p>All that {name} did, and when.</p>",
        "date": f"Tue, 24 Nov 2026 05:{sum(map(ord, name)) % 60:02d}:{ord(name[-1]) % 60:02d} GMT",
    }
    return Item(**{**mine, **fields})


A, B, C, D = (item(name) for name in ("ann", "ben", "cal", "dot"))
EMPTY = Item(title="", link=None, guid="none", text="", author=None, date=None)
CORRECTED = replace(many(1)[0], title="Story 0 in other words", date="Tue, 24 Nov 2026 05:59:00 GMT")
DAY = "2026-11-24"  # no time of day: all stories of that day have it


def numbered(names: str, **fields: Any) -> tuple[Item, ...]:
    """A feed that numbers its entries 1 to n anew each time."""
    return tuple(item(name, guid=str(place), **fields) for place, name in enumerate(names.split(), 1))


def passing(poll: int, *items: Item, **fields: Any) -> tuple[Item, ...]:
    """A feed that gives its entries other GUIDs in each document."""
    return tuple(replace(one, guid=f"{poll}:{one.guid}", **fields) for one in items)


def bare(one: Item) -> Item:
    return replace(one, title="", link=None, date=None)


def link_alone(name: str, place: int) -> Item:
    return item(name, title="", text="", date=None, author=None, guid=str(place))


Poll = tuple[Sequence[Item], dict[str, int]]
CASES: dict[str, list[Poll]] = {
    "new, then all the same": [([A, B], {"new": 2}), ([A, B, replace(C, text="")], {"same": 2, "new": 1})],
    "the order changes": [([A, B, C], {"new": 3}), ([C, A, B], {"same": 3})],
    "an entry leaves and comes back": [
        ([A, B], {"new": 2}),
        ([B], {"same": 1}),
        ([A, B], {"same": 2}),
    ],
    "an entry comes back edited": [
        ([A, B], {"new": 2}),
        ([B], {"same": 1}),
        ([replace(A, title="What ann really did"), B], {"changed": 1, "same": 1}),
    ],
    "the same entry twice in a document": [([A, A, B], {"new": 2, "duplicate": 1})],
    "the same entry twice, the second longer": [
        ([A, replace(A, text="<p>Longer by far.</p>"), B], {"new": 2, "duplicate": 1}),
        ([B, replace(A, text="<p>Longer by far.</p>")], {"same": 1, "changed": 1}),
    ],
    "whitespace and markup are no edit": [
        ([A], {"new": 1}),
        (
            [replace(A, title="  What   ann did ", text="<p>All  that\n<b>ann</b> did, and when.</p>")],
            {"same": 1},
        ),
    ],
    "a date written otherwise is no edit": [
        ([replace(A, date="Tue, 24 Nov 2026 05:36:00 GMT")], {"new": 1}),
        ([replace(A, date="2026-11-24T07:36:00+02:00")], {"same": 1}),
    ],
    "one GUID for all": [
        ([replace(one, guid="x") for one in (A, B, C)], {"new": 3}),
        ([replace(one, guid="x") for one in (D, A, B, C)], {"new": 1, "same": 3}),
    ],
    "one link for all": [
        ([replace(one, link="http://daily.test/live") for one in (A, B, C)], {"new": 3}),
        ([replace(one, link="http://daily.test/live") for one in (D, A, B, C)], {"new": 1, "same": 3}),
    ],
    "one link and one GUID for all": [
        ([replace(one, link="http://daily.test/live", guid="x") for one in (A, B, C)], {"new": 3}),
        ([replace(one, link="http://daily.test/live", guid="x") for one in (D, A, B)], {"new": 1, "same": 2}),
    ],
    "the home page as link of all": [
        ([replace(one, link="http://daily.test/") for one in (A, B, C)], {"new": 3}),
        ([replace(one, link="http://daily.test/") for one in (D, A, B, C)], {"new": 1, "same": 3}),
    ],
    "no GUIDs": [
        ([replace(one, guid=None) for one in (A, B)], {"new": 2}),
        ([replace(one, guid=None) for one in (C, A, B)], {"new": 1, "same": 2}),
    ],
    "GUIDs vanish": [
        ([A, B], {"new": 2}),
        ([replace(one, guid=None) for one in (A, B)], {"same": 2}),
    ],
    "all GUIDs change, the links stay": [
        ([A, B, C], {"new": 3}),
        ([replace(one, guid=f"v2:{one.guid}") for one in (A, B, C)], {"same": 3}),
    ],
    "GUIDs change with each poll": [
        ([A, B], {"new": 2}),
        ([replace(one, guid=f"1{one.guid}") for one in (A, B)], {"same": 2}),
        ([replace(one, guid=f"2{one.guid}") for one in (C, A, B)], {"same": 2, "new": 1}),
    ],
    "GUIDs change with each poll, no links": [
        (passing(0, A, B, link=None), {"new": 2}),
        (passing(1, A, B, link=None), {"same": 2}),
        (passing(2, C, A, B, link=None), {"same": 2, "new": 1}),
        (passing(3, A, link=None), {"same": 1}),
        (passing(4, A, replace(B, text="<p>More.</p>"), link=None), {"same": 1, "changed": 1}),
    ],
    "GUIDs change with each poll, the home page as link": [
        (passing(0, A, B, link="http://daily.test/"), {"new": 2}),
        (passing(1, A, B, link="http://daily.test/"), {"same": 2}),
        (passing(2, C, A, B, link="http://daily.test/"), {"same": 2, "new": 1}),
    ],
    "GUIDs change with each poll, no links, no dates": [
        (passing(0, A, B, link=None, date=None), {"new": 2}),
        (passing(1, B, C, A, link=None, date=None), {"same": 2, "new": 1}),
    ],
    "GUIDs change with each poll, two entries with the same text": [
        ([*passing(0, A, link=None, date=None), *passing(1, A, link=None, date=None)], {"new": 2}),
        ([*passing(2, A, link=None, date=None), *passing(3, A, link=None, date=None)], {"same": 2}),
    ],
    "no links, titles and days alike, other GUIDs and texts": [
        ([replace(A, title="Weather", link=None, date=DAY)], {"new": 1}),
        ([replace(B, title="Weather", link=None, date=DAY)], {"new": 1}),
    ],
    "text alone, and the identity scheme changes": [
        ([bare(A), bare(B)], {"new": 2}),
        ([bare(A), bare(B), replace(bare(C), guid=None)], {"same": 2, "new": 1}),
        ([replace(bare(C), guid=None), bare(B)], {"same": 2}),
    ],
    "text alone, and the identity scheme changes while an entry is away": [
        ([bare(A), bare(B)], {"new": 2}),
        ([bare(B), replace(bare(C), guid=None)], {"same": 1, "new": 1}),
        ([bare(A), bare(B), replace(bare(C), guid=None)], {"same": 3}),
    ],
    "no text, no title: links under GUIDs that count places": [
        ([link_alone("ann", 1), link_alone("ben", 2)], {"new": 2}),
        ([link_alone("cal", 1), link_alone("ann", 2)], {"new": 1, "same": 1}),
    ],
    "a tracking parameter changes": [
        ([replace(A, guid=None, link="http://daily.test/ann?utm_source=a"), B], {"new": 2}),
        ([replace(A, guid=None, link="http://www.daily.test/ann/?utm_source=b&fbclid=9"), B], {"same": 2}),
    ],
    "from http to https": [
        ([A, B], {"new": 2}),
        ([replace(one, link=str(one.link).replace("http:", "https:")) for one in (A, B)], {"same": 2}),
    ],
    "GUIDs that count places, dates to the second": [
        (numbered("ann ben cal"), {"new": 3}),
        (numbered("dot ann ben"), {"new": 1, "same": 2}),
        (numbered("eve fay gus"), {"new": 3}),
        (numbered("eve fay gus"), {}),
    ],
    "GUIDs that count places, dates to the day": [
        (numbered("ann ben cal", date=DAY), {"new": 3}),
        (numbered("dot ann ben", date=DAY), {"new": 1, "same": 2}),
        (numbered("eve fay gus", date=DAY), {"new": 3}),
    ],
    "GUIDs that count places, one date for the whole document": [
        (numbered("ann ben cal", date=A.date), {"new": 3}),
        (numbered("eve fay gus", date=A.date), {"new": 3}),
    ],
    "GUIDs that count places, no dates": [
        (numbered("ann ben cal", date=None), {"new": 3}),
        (numbered("dot ann ben", date=None), {"new": 1, "same": 2}),
    ],
    "two entries change their GUIDs for each other's": [
        ([A, B, C], {"new": 3}),
        ([replace(A, guid=B.guid), replace(B, guid=A.guid), C], {"same": 3}),
        ([A, B, C], {"same": 3}),
        ([B, C], {"same": 2}),
        ([A, B, C], {"same": 3}),
    ],
    "two entries change their links for each other's": [
        ([A, B], {"new": 2}),
        ([replace(A, link=B.link), replace(B, link=A.link)], {"changed": 2}),
    ],
    "an entry moves, its GUID stays": [
        ([A, B], {"new": 2}),
        ([replace(A, link="http://daily.test/2026/ann"), B], {"same": 2}),
        ([replace(A, link="http://daily.test/2026/ann", guid="other"), B], {"same": 2}),
    ],
    "an entry moves back": [
        ([A, B], {"new": 2}),
        ([replace(A, link="http://daily.test/2026/ann"), B], {"same": 2}),
        ([A, B], {"same": 2}),
    ],
    "an entry moves under a better headline": [
        ([A, B], {"new": 2}),
        ([replace(A, link="http://daily.test/2026/ann", title="Ann did it"), B], {"changed": 1, "same": 1}),
    ],
    "no link": [
        ([replace(A, link=None), B], {"new": 2}),
        ([B, replace(A, link=None)], {"same": 2}),
    ],
    "no link, no GUID": [
        ([replace(A, link=None, guid=None), replace(B, link=None, guid=None)], {"new": 2}),
        ([replace(B, link=None, guid=None), replace(A, link=None, guid=None), C], {"same": 2, "new": 1}),
    ],
    "a link comes later": [
        ([replace(A, link=None), B], {"new": 2}),
        ([A, B], {"same": 2}),
    ],
    "nothing in it": [
        ([EMPTY, A], {"new": 1, "refused": 1}),
        ([EMPTY, A, B], {"new": 1, "same": 1, "refused": 1}),
    ],
    "a refused entry gets a title": [
        ([replace(EMPTY, guid=A.guid), B], {"new": 1, "refused": 1}),
        ([A, B], {"new": 1, "same": 1}),
    ],
    "the identity scheme changes over an old feed": [
        ([A, B], {"new": 2}),
        ([A, B, replace(C, guid="x"), replace(D, guid="x")], {"same": 2, "new": 2}),
        ([A, B, replace(C, guid="y"), replace(D, guid="y")], {"same": 4}),
    ],
    "links begin to repeat in an old feed": [
        ([A, B], {"new": 2}),
        ([A, B, replace(C, link=A.link), replace(D, link=A.link)], {"same": 2, "new": 2}),
        ([replace(C, link=A.link), A, B], {"same": 3}),
    ],
    "GUIDs and links both begin to repeat": [
        ([A, B], {"new": 2}),
        ([A, B, replace(C, link=A.link, guid=A.guid)], {"same": 2, "new": 1}),
        ([replace(C, link=A.link, guid=A.guid), A, B], {"same": 3}),
    ],
    "an entry is printed again, corrected, under its GUID and link": [
        (many(30), {"new": 30}),
        ((CORRECTED, *many(30)), {"changed": 1, "duplicate": 1, "same": 29}),
        ((CORRECTED, *many(29, start=1)), {"same": 30}),
        (many(30), {"changed": 1, "same": 29}),
    ],
    "an entry stands twice from the beginning": [
        ((CORRECTED, *many(30)), {"new": 30, "duplicate": 1}),
        (many(30), {"changed": 1, "same": 29}),
        ((CORRECTED, *many(29, start=1)), {"changed": 1, "same": 29}),
    ],
    "the identity scheme changes while an entry without a link is away": [
        ([replace(A, link=None), B], {"new": 2}),
        ([B, C, replace(D, guid=None)], {"same": 1, "new": 2}),
        ([replace(A, link=None), B], {"same": 2}),
    ],
    "a stray blank GUID among forty": [
        (many(40), {"new": 40}),
        ((*many(39), replace(many(40)[39], guid=None)), {"same": 40}),
    ],
    "a tenth of the GUIDs blank": [
        (many(20), {"new": 20}),
        ((*(replace(one, guid="") for one in many(2)), *many(18, start=2)), {"same": 20}),
        ((*many(1, start=20), *many(20)), {"new": 1, "same": 20}),
    ],
    "titles alike, all else apart": [
        ([replace(one, title="Weather") for one in (A, B, C)], {"new": 3}),
        ([replace(one, title="Weather") for one in (D, A, B, C)], {"new": 1, "same": 3}),
    ],
    "an entry with characters that a database cannot store": [
        ([replace(A, title="Robert'); DROP TABLE story;--", text="\u202e \ufffd \U0001f4f0")], {"new": 1}),
        ([replace(A, title="Robert'); DROP TABLE story;--", text="\u202e \ufffd \U0001f4f0"), B],
         {"same": 1, "new": 1}),
    ],
}  # fmt: skip


async def serve_and_crawl(
    runner: TestRunner, source: int, items: Sequence[Item], host: str = "daily.test"
) -> Counts:
    runner.web.serve("/feed.xml", rss(*items), host=host)
    summary = await runner.crawl(source)
    assert summary.failed == 0, [(heard.result.outcome, heard.result.traceback) for heard in runner.visits]
    return summary.counts


def check(runner: TestRunner) -> None:
    """What must hold in every store, whatever came."""
    assert runner.rows("PRAGMA integrity_check") == ["ok"]
    assert runner.rows("PRAGMA foreign_key_check") == []
    assert runner.rows("SELECT id FROM visit WHERE seen <> new + changed + same + duplicate + refused") == []
    totals = "sum(seen), sum(new), sum(changed), sum(same), sum(duplicate), sum(refused)"
    assert runner.rows(f"SELECT {totals} FROM runs") == runner.rows(f"SELECT {totals} FROM visit")
    assert runner.rows("SELECT sum(new) FROM visit") == runner.rows("SELECT count(*) FROM story")
    assert runner.rows("SELECT id FROM story WHERE id NOT IN (SELECT story_id FROM story_body)") == []
    live = "SELECT story.id FROM story WHERE merged_into IS NULL AND id NOT IN"
    assert runner.rows(f"{live} (SELECT story_id FROM address)") == []
    assert runner.rows(f"{live} (SELECT story_id FROM entry WHERE story_id IS NOT NULL)") == []
    assert runner.rows(f"{live} (SELECT rowid FROM story_fts)") == []
    doubles = "SELECT source_id, entry_key FROM entry WHERE gone_at IS NULL GROUP BY 1, 2 HAVING count(*) > 1"
    assert runner.rows(doubles) == []
    runner.writer.do(
        lambda db: db.conn.execute("INSERT INTO story_fts (story_fts) VALUES ('integrity-check')")
    )
    assert runner.writer.do(lambda db: list(index_differences(db.conn))) == []


@pytest.mark.parametrize(
    "case",
    CASES,
)
async def test_polls_of_one_source(tmp_path: Path, web: Web, case: str) -> None:
    polls = CASES[case]
    async with open_runner(tmp_path, web) as runner:
        source = runner.add("daily.test")
        for number, (items, expected) in enumerate(polls, 1):
            counts = await serve_and_crawl(runner, source, items)
            assert counts == Counts(**expected), (
                f"poll {number}: {runner.rows('SELECT id, title, url FROM story')}"
            )
            living = runner.rows("SELECT DISTINCT story_id FROM entry WHERE gone_at IS NULL AND story_id")
            distinct = {
                (one.guid, one.link, one.date, one.title or one.text)
                for one in items
                if one.title or one.text or one.link
            }
            if len(items) > 20:  # the GUIDs are fine: a second print is no second story
                distinct = {(one.guid, one.link) for one in items}
            assert len(living) == len(distinct), f"poll {number}"
        check(runner)


async def test_every_verdict_is_counted_in_visits_and_runs(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        source = runner.add("daily.test")
        await serve_and_crawl(runner, source, [A, B])
        counts = await serve_and_crawl(runner, source, [replace(A, title="Ann, again"), B, C, C, EMPTY])
        assert counts == Counts(new=1, changed=1, same=1, duplicate=1, refused=1)
        columns = "seen, new, changed, same, duplicate, refused"
        assert runner.rows(f"SELECT {columns} FROM visit ORDER BY id") == [
            (2, 2, 0, 0, 0, 0),
            (5, 1, 1, 1, 1, 1),
        ]
        assert runner.rows(f"SELECT {columns} FROM runs ORDER BY id") == [
            (2, 2, 0, 0, 0, 0),
            (5, 1, 1, 1, 1, 1),
        ]
        assert runner.rows("SELECT reason FROM entry WHERE verdict = 'refused'") == [
            "the entry has no http address, no title and no text (its GUID is 'none')"
        ]
        check(runner)


async def test_an_equal_body_counts_nothing(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        source = runner.add("daily.test")
        await serve_and_crawl(runner, source, [A, B])
        assert await serve_and_crawl(runner, source, [A, B]) == Counts()
        assert runner.rows("SELECT outcome, seen FROM visit ORDER BY id") == [
            ("read", 2),
            ("same-document", 0),
        ]


async def test_an_equal_document_that_ends_early_is_requested_whole_and_not_parsed_again(
    tmp_path: Path, web: Web
) -> None:
    """Its source still has no whole document: what follows in a whole one was published before."""
    whole = rss(A, B, C)
    web.serve("/feed.xml", whole[: whole.index(b"</item>", whole.index(b"</item>") + 1)], etag='"one"')
    async with open_runner(tmp_path, web) as runner:
        source = runner.add("daily.test")
        await runner.crawl(source)
        [known] = runner.rows("SELECT known_entries FROM source")
        assert await _crawled_again(runner, source) == ("same-document", 0)
        assert await _crawled_again(runner, source) == ("same-document", 0)
        assert runner.rows("SELECT news_since, etag FROM source") == [(None, None)]
        assert runner.rows("SELECT known_entries FROM source") == [known]
        web.serve("/feed.xml", whole, etag='"one"')  # repaired under the same validator
        assert await _crawled_again(runner, source) == ("read", 3)
        assert runner.rows("SELECT count(*) FROM story") == [3]
        assert runner.rows("SELECT news_since IS NULL, etag FROM source") == [(0, '"one"')]
        check(runner)


async def _crawled_again(runner: TestRunner, source: int) -> tuple[str, int]:
    """The outcome and the number of entries of another visit, which sends no validator."""
    await runner.crawl(source)
    assert "if-none-match" not in runner.web.log[-1].headers
    [(outcome, seen)] = runner.rows("SELECT outcome, seen FROM visit ORDER BY id DESC LIMIT 1")
    return outcome, seen


@pytest.mark.parametrize("column", ["body_digest = 'b1.0:00'", "known_entries = x'01ff'"])
async def test_a_document_that_other_rules_parsed_is_parsed_again_although_it_did_not_change(
    tmp_path: Path, web: Web, column: str
) -> None:
    web.serve("/feed.xml", rss(A, B), etag='"one"')
    async with open_runner(tmp_path, web) as runner:
        source = runner.add("daily.test")
        await runner.crawl(source)
        runner.writer.do(lambda db: db.conn.execute(f"UPDATE source SET {column}"))
        summary = await runner.crawl(source)
        assert "if-none-match" not in web.log[-1].headers
        assert summary.counts == Counts(same=2)
        await runner.crawl(source)
        assert web.log[-1].headers["if-none-match"] == '"one"'


async def test_an_edit_is_one_revision_and_search_finds_the_new_text_only(tmp_path: Path, web: Web) -> None:
    edited = replace(A, title="Cranes over Ålesund", text="<p>Nobody saw them land.</p>")
    async with open_runner(tmp_path, web) as runner:
        source = runner.add("daily.test")
        await serve_and_crawl(runner, source, [A, B])
        await serve_and_crawl(runner, source, [edited, B])
        await serve_and_crawl(runner, source, [B, edited])
        [(story_id, fields)] = runner.rows("SELECT story_id, fields FROM revision")
        assert json.loads(fields) == {
            "title": [A.title, edited.title],
            "text": ["All that ann did, and when.", "Nobody saw them land."],
        }
        found = "SELECT rowid FROM story_fts WHERE story_fts MATCH ?"
        assert [runner.rows(found, word) for word in ("alesund", "land", "ann")] == [
            [story_id],
            [story_id],
            [],
        ]
        check(runner)


async def test_an_edit_taken_back_is_two_revisions(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        source = runner.add("daily.test")
        for title, changed in (("One", 0), ("Two", 1), ("One", 1)):
            counts = await serve_and_crawl(runner, source, [replace(A, title=title)])
            assert counts.changed == changed
        titles = [
            json.loads(fields)["title"] for fields in runner.rows("SELECT fields FROM revision ORDER BY id")
        ]
        assert titles == [["One", "Two"], ["Two", "One"]]
        check(runner)


async def test_a_missing_entry_is_gone_until_it_is_back(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        source = runner.add("daily.test")
        await serve_and_crawl(runner, source, [A, B])
        await serve_and_crawl(runner, source, [B])
        gone = "SELECT story.title FROM entry JOIN story ON story.id = story_id WHERE gone_at IS NOT NULL"
        assert runner.rows(gone) == [A.title]
        await serve_and_crawl(runner, source, [A, B])
        assert runner.rows(gone) == []
        assert runner.rows("SELECT count(*) FROM entry") == [2]


async def test_a_document_cut_short_marks_nothing_gone_and_is_requested_again(
    tmp_path: Path, web: Web
) -> None:
    async with open_runner(tmp_path, web) as runner:
        source = runner.add("daily.test")
        await serve_and_crawl(runner, source, [A, B, C])
        whole = rss(D, A, B, C)
        cut = whole[: whole.index(b"<item>", whole.index(b"What ann did")) - 10]
        web.serve("/feed.xml", cut, host="daily.test", etag='"cut"')
        summary = await runner.crawl(source)
        assert (summary.failed, summary.counts.new) == (0, 1)
        assert runner.rows("SELECT count(*) FROM entry WHERE gone_at IS NOT NULL") == [0]
        assert runner.rows("SELECT etag, last_modified FROM source") == [(None, None)]
        web.serve("/feed.xml", whole, host="daily.test", etag='"cut"')
        summary = await runner.crawl(source)
        assert "if-none-match" not in web.log[-1].headers
        assert (summary.counts.new, summary.counts.seen) == (0, 4)
        check(runner)


async def test_a_document_over_the_entry_limit_is_read_in_several_visits(tmp_path: Path, web: Web) -> None:
    """Oldest first; the newest are read first, and a 304 ends it only when all are read."""
    items = many(8)
    dated = [replace(one, date=f"2026-11-{day:02d}T06:00:00Z") for day, one in enumerate(items, 1)]
    web.serve("/feed.xml", rss(*dated), host="daily.test", etag='"one"')
    async with open_runner(tmp_path, web, limits=Limits(visit_s=5.0, entries=3)) as runner:
        source = runner.add("daily.test")
        counts = []
        for _ in range(4):
            summary = await runner.crawl(source)
            counts.append((summary.counts.new, summary.counts.same))
        assert counts == [(3, 0), (3, 3), (2, 6), (0, 0)]
        assert runner.rows("SELECT outcome, left_out FROM visit ORDER BY id") == [
            ("partly-read", 5), ("partly-read", 2), ("read", 0), ("unchanged", 0),
        ]  # fmt: skip
        message = runner.rows("SELECT outcome_message FROM visit")[0]
        assert message == "read 3 entries of rss 2.0, 5 more left for the next visit (limit on entries)"
        assert runner.rows("SELECT title FROM story ORDER BY id") == [
            items[at].title for at in (5, 6, 7, 2, 3, 4, 0, 1)
        ]
        assert runner.rows("SELECT count(*) FROM entry WHERE gone_at IS NOT NULL") == [0]
        check(runner)


async def test_edits_over_the_entry_limit_wait_and_are_not_taken_for_gone(tmp_path: Path, web: Web) -> None:
    edited = [replace(one, title=f"{one.title}, corrected") for one in many(8)]
    async with open_runner(tmp_path, web) as runner:
        source = runner.add("daily.test")
        await serve_and_crawl(runner, source, many(8))
        runner.settings = replace(runner.settings, limits=replace(runner.settings.limits, entries=3))
        for expected in (
            Counts(new=1, changed=2, waiting=6),
            Counts(same=3, changed=3, waiting=3),
            Counts(same=6, changed=3),
        ):
            assert await serve_and_crawl(runner, source, [*edited, A]) == expected
            assert runner.rows("SELECT count(*) FROM entry WHERE gone_at IS NOT NULL") == [0]
        assert await serve_and_crawl(runner, source, [*edited, A]) == Counts()
        check(runner)


async def test_a_feed_always_over_the_entry_limit_leaves_no_pile_of_keys(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web, limits=Limits(visit_s=5.0, entries=2)) as runner:
        source = runner.add("daily.test")
        for start in range(0, 120, 30):
            await serve_and_crawl(runner, source, many(30, start=start))
        assert runner.rows("SELECT count(*) FROM entry WHERE gone_at IS NULL") == [2]
        assert runner.rows("SELECT (length(known_entries) - 2) / 16 FROM source") == [2]
        for number in range(30):  # each of them cut short, so that nothing may be taken for gone
            whole = rss(item(f"cut{number}"), A)
            web.serve(
                "/feed.xml", whole[: whole.index(b"<item>", whole.index(b"</item>"))], host="daily.test"
            )
            await runner.crawl(source)
        assert runner.rows("SELECT (length(known_entries) - 2) / 16 FROM source") == [20]


async def test_a_document_cut_short_keeps_the_entries_before_it_known(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        source = runner.add("daily.test")
        await serve_and_crawl(runner, source, [A, B])
        whole = rss(C, A, B)
        web.serve("/feed.xml", whole[: whole.index(b"<item>", whole.index(b"</item>"))], host="daily.test")
        await runner.crawl(source)
        assert await serve_and_crawl(runner, source, [A, B]) == Counts(same=2)
        gone = "SELECT title FROM story JOIN entry ON story_id = story.id WHERE gone_at IS NOT NULL"
        assert runner.rows(gone) == [C.title]


async def test_the_entry_limit_counts_what_is_new_or_changed(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        source = runner.add("daily.test")
        await serve_and_crawl(runner, source, many(5))
        runner.settings = replace(runner.settings, limits=replace(runner.settings.limits, entries=3))
        counts = await serve_and_crawl(runner, source, many(5, start=2))
        assert counts == Counts(same=3, new=2)
        assert runner.rows("SELECT left_out FROM visit ORDER BY id") == [0, 0]
        assert runner.rows("SELECT count(*) FROM entry WHERE gone_at IS NOT NULL") == [2]


async def test_an_empty_feed_is_no_error_and_brings_the_entries_back_once(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        source = runner.add("daily.test")
        await serve_and_crawl(runner, source, [A, B])
        assert await serve_and_crawl(runner, source, []) == Counts()
        assert await serve_and_crawl(runner, source, [A, B]) == Counts(same=2)
        check(runner)


# Two sources


async def _two(runner: TestRunner, first: str, second: str) -> tuple[int, int]:
    return runner.add(first), runner.add(second)


async def test_another_sites_feed_changes_nothing(tmp_path: Path, web: Web) -> None:
    """The title in another site's feed alternates; that of the story does not."""
    async with open_runner(tmp_path, web) as runner:
        daily, hub = await _two(runner, "daily.test", "hub.example.test")
        await serve_and_crawl(runner, daily, [A])
        for title, verdict in (("SHOCK!", "duplicate"), ("BIGGER SHOCK!", "changed"), ("SHOCK!", "changed")):
            counts = await serve_and_crawl(
                runner, hub, [replace(A, title=title, guid="h")], "hub.example.test"
            )
            assert counts == Counts(**{verdict: 1})
            assert runner.rows("SELECT title FROM story") == [A.title]
            assert await serve_and_crawl(runner, daily, [A]) == Counts()
        assert runner.rows("SELECT count(*) FROM revision") == [0]
        check(runner)


async def test_the_values_of_a_storys_own_site_replace_those_of_another(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        daily, hub = await _two(runner, "daily.test", "hub.test")
        assert await serve_and_crawl(runner, hub, [replace(A, title="SHOCK!")], "hub.test") == Counts(new=1)
        assert await serve_and_crawl(runner, daily, [A]) == Counts(duplicate=1)
        assert runner.rows("SELECT title, authority FROM story") == [(A.title, "site")]
        assert runner.rows("SELECT rowid FROM story_fts WHERE story_fts MATCH 'shock'") == []
        counts = await serve_and_crawl(runner, hub, [replace(A, title="MORE SHOCK!")], "hub.test")
        assert counts == Counts(changed=1)
        assert runner.rows("SELECT title FROM story") == [A.title]
        check(runner)


async def test_the_only_source_may_change_what_it_brought(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        hub = runner.add("hub.test")
        await serve_and_crawl(runner, hub, [A], "hub.test")
        counts = await serve_and_crawl(runner, hub, [replace(A, title="What Ann did")], "hub.test")
        assert counts == Counts(changed=1)
        assert runner.rows("SELECT title FROM story") == ["What Ann did"]


async def test_a_hub_cannot_take_an_address_over_with_a_guid(tmp_path: Path, web: Web) -> None:
    """Another site's entry that names one story by its GUID and another by its link joins neither to the
    other."""
    async with open_runner(tmp_path, web) as runner:
        daily, hub = await _two(runner, "daily.test", "hub.test")
        await serve_and_crawl(runner, daily, [A, B])
        await serve_and_crawl(runner, hub, [replace(A, guid="h1"), replace(B, guid="h2")], "hub.test")
        await serve_and_crawl(runner, hub, [replace(B, title=A.title, date=A.date, guid="h1")], "hub.test")
        assert runner.rows("SELECT title, merged_into FROM story ORDER BY id") == [
            (A.title, None),
            (B.title, None),
        ]
        check(runner)


async def test_two_feeds_of_one_site_share_their_stories(tmp_path: Path, web: Web) -> None:
    web.serve("/news.xml", rss(A, B, title="News"), host="daily.test")
    web.serve("/sport.xml", rss(replace(B, guid="sport-ben"), C, title="Sport"), host="daily.test")
    async with open_runner(tmp_path, web) as runner:
        news, sport = runner.add("daily.test", "/news.xml"), runner.add("daily.test", "/sport.xml")
        summary = await runner.crawl()
        assert (summary.visits, summary.counts) == (2, Counts(new=3, duplicate=1))
        web.serve("/sport.xml", rss(replace(B, guid="sport-ben", title="Ben did more"), C), host="daily.test")
        assert (await runner.crawl(sport)).counts == Counts(changed=1, same=1)
        assert runner.rows("SELECT title FROM story WHERE url LIKE '%/ben'") == ["Ben did more"]
        web.serve("/news.xml", rss(A, B, D), host="daily.test")  # news is unchanged: nothing is reverted
        assert (await runner.crawl(news)).counts == Counts(same=2, new=1)
        assert runner.rows("SELECT title FROM story WHERE url LIKE '%/ben'") == ["Ben did more"]
        check(runner)


async def test_equal_guids_of_two_sources_are_two_stories(tmp_path: Path, web: Web) -> None:
    other = replace(B, guid=A.guid, link="http://gazette.test/ben")
    async with open_runner(tmp_path, web) as runner:
        daily, gazette = await _two(runner, "daily.test", "gazette.test")
        await serve_and_crawl(runner, daily, [A])
        assert await serve_and_crawl(runner, gazette, [other], "gazette.test") == Counts(new=1)
        check(runner)


async def test_entries_without_a_link_never_match_across_sources(tmp_path: Path, web: Web) -> None:
    bare = replace(A, link=None, guid="1")
    async with open_runner(tmp_path, web) as runner:
        daily, hub = await _two(runner, "daily.test", "hub.test")
        assert await serve_and_crawl(runner, daily, [bare]) == Counts(new=1)
        assert await serve_and_crawl(runner, hub, [bare], "hub.test") == Counts(new=1)
        assert all(url.startswith("urn:newsdesk:") for url in runner.rows("SELECT url FROM story"))
        check(runner)


async def test_a_younger_story_that_is_an_older_one_is_merged_into_it(tmp_path: Path, web: Web) -> None:
    """A feed of the site carried the story at its old address, another at its new one; then the first
    moves its entry there."""
    moved = replace(A, link="http://daily.test/2026/ann")
    async with open_runner(tmp_path, web) as runner:
        news, sport = runner.add("daily.test", "/news.xml"), runner.add("daily.test", "/sport.xml")
        web.serve("/news.xml", rss(A, B))
        web.serve("/sport.xml", rss(replace(moved, guid="s-ann")))
        assert (await runner.crawl(news)).counts == Counts(new=2)
        assert (await runner.crawl(sport)).counts == Counts(new=1)
        web.serve("/news.xml", rss(moved, B, title="Moved"))
        assert (await runner.crawl(news)).counts == Counts(same=2)
        assert runner.rows("SELECT id, merged_into FROM story") == [(1, None), (2, None), (3, 1)]
        assert runner.rows("SELECT count(*) FROM address WHERE story_id = 3") == [0]
        assert runner.rows("SELECT count(DISTINCT source_id) FROM entry WHERE story_id = 1") == [2]
        assert runner.rows("SELECT rowid FROM story_fts WHERE story_fts MATCH 'ann'") == [1]
        web.serve("/sport.xml", rss(replace(moved, guid="s-ann", title="Ann, once more")))
        assert (await runner.crawl(sport)).counts == Counts(changed=1)
        assert runner.rows("SELECT title FROM stories WHERE id = 1") == ["Ann, once more"]
        runner.writer.do(
            lambda db: db.conn.execute("INSERT INTO story_fts (story_fts) VALUES ('integrity-check')")
        )


async def test_a_story_is_kept_whole_when_its_source_fails_later(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        source = runner.add("daily.test")
        await serve_and_crawl(runner, source, [A, B])
        for response in ({"status": 500}, {"body": b"<html><body>Sorry</body></html>"}, {"body": b""}):
            web.serve("/feed.xml", host="daily.test", **response)
            assert (await runner.crawl(source)).failed == 1
        assert await serve_and_crawl(runner, source, [A, B]) == Counts()
        assert await serve_and_crawl(runner, source, [A, B, C]) == Counts(same=2, new=1)
        check(runner)


async def test_characters_that_json_allows_and_a_database_cannot_store_are_dropped(
    tmp_path: Path, web: Web
) -> None:
    lone = "\\ud800"
    entry = (
        f'{{"id": "{lone}1", "url": "http://daily.test/{lone}", "title": "A {lone} title", "content_text":'
        f' "x{lone}\\u0000y", "authors": [{{"name": "An{lone}n"}}], "tags": ["{lone}"], "language": "{lone}",'
        f' "date_published": "{lone}", "image": "http://daily.test/{lone}.png", "summary": "{lone}",'
        f' "attachments": [{{"url": "http://daily.test/{lone}", "mime_type": "{lone}"}}]}}'
    )
    web.serve("/feed.xml", f'{{"version": "https://jsonfeed.org/version/1.1", "title": "{lone}",'
              f' "home_page_url": "http://{lone}/", "items": [{entry}]}}')  # fmt: skip
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        summary = await runner.crawl()
        assert (summary.failed, summary.counts) == (0, Counts(new=1)), runner.visits
        check(runner)
