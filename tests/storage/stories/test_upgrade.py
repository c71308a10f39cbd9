"""A file that was filled under other rules: under today's nothing in it is new, and nothing was revised.

The former version of us is this one with other rules put in its place, by a module that Python loads at the
start of each of its processes (readers too).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from newsdesk.crawler.normalise.urls.canonical import KEY_VERSION, address_key
from newsdesk.scheduler.run.rekey import rekey
from newsdesk.storage.db.database import prepare
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.maintenance.rekey import keys_version
from newsdesk.storage.records.digests import UNREAD, digest, pack_entries, unpack_entries
from tests.support.articles import PARAGRAPHS, article
from tests.support.feeds import Item, many, rss
from tests.support.runner import utc_now
from tests.support.shell import ROOT, Shell
from tests.support.web import Web, web_in_thread

HTML = "text/html; charset=utf-8"
# Keys with another version, links that keep their tracking, titles and texts in small letters, names unread.
FORMER_RULES = """
import newsdesk.crawler.normalise.urls.canonical as urls
import newsdesk.crawler.normalise.urls.tracking as tracking
urls.KEY_VERSION, tracking.ALWAYS, tracking.ALWAYS_PREFIX = "a1", frozenset(), ("never_",)
import newsdesk.crawler.normalise.reader_version as rules
rules.READER_VERSION = rules.READER_VERSION - 1
import newsdesk.crawler.normalise.story as story
plain_text, text_of = story.plain_text, story.text_of
story.plain_text = lambda raw, **limits: (plain_text(raw, **limits) or "").lower() or None
story.text_of = lambda html: text_of(html).lower()
story._parse_authors_cached = lambda people, language, outlet: ()
"""


def tracked(*items: Item) -> tuple[Item, ...]:
    return tuple(replace(item, link=f"{item.link}?utm_source=rss") for item in items)


A, B, C = tracked(*many(3))
SHAPES: dict[str, tuple[Item, ...]] = {
    "the usual feed": (A, B, C),
    "no GUIDs": tuple(replace(one, guid=None) for one in (A, B, C)),
    "one link for all": tuple(replace(one, link=A.link) for one in (A, B, C)),
    "one link and one GUID for all": tuple(replace(one, link=A.link, guid="x") for one in (A, B, C)),
    "the home page as link": tuple(replace(one, link="http://daily.test/?utm_source=rss") for one in (A, B)),
    "no links": tuple(replace(one, link=None) for one in (A, B, C)),
    "no links, no GUIDs": tuple(replace(one, link=None, guid=None) for one in (A, B, C)),
    "no titles": tuple(replace(one, title="") for one in (A, B, C)),
}
COUNTS = "SELECT sum(new), sum(changed), sum(duplicate), sum(refused) FROM visit WHERE run_id = ?"


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shell, Web, str]]:
    """A folder whose feeds were crawled under former rules, then under today's; what the latter said."""
    folder = tmp_path_factory.mktemp("upgraded")
    (folder / "former").mkdir()
    (folder / "former" / "sitecustomize.py").write_text(FORMER_RULES)
    with web_in_thread() as web:
        shell = Shell(folder, web)
        hosts = [f"shape-{number}.test" for number in range(len(SHAPES))]
        for host, items in zip(hosts, SHAPES.values(), strict=True):
            own = (replace(one, link=one.link and one.link.replace("daily.test", host)) for one in items)
            web.serve("/feed.xml", rss(*own), host=host, etag=f'"{host}"')
        page = web.url("full.test", "/ferry?utm_source=rss")
        web.serve(
            "/feed.xml", rss(Item(link=page, guid="f", text="<p>The first boat.</p>")), host="full.test"
        )
        web.serve("/ferry", article(), host="full.test", type=HTML)
        web.serve("/feed.xml", rss(*(replace(one, text="") for one in (A, B))), host="copy.test")
        today, former = (
            shell.environment,
            shell.environment | {"PYTHONPATH": os.pathsep.join((str(folder / "former"), str(ROOT)))},
        )
        shell.environment = former
        (folder / "list.txt").write_text("\n".join(web.url(host, "/feed.xml") for host in hosts))
        shell.run("sources", "import", "list.txt")
        shell.run("add", web.url("full.test", "/feed.xml"), "--full-text", "--force")
        shell.run("crawl")
        assert shell.rows("SELECT count(*) FROM story WHERE title <> lower(title)") == [0]
        assert shell.rows("SELECT count(*) FROM address WHERE url LIKE '%utm_source%'") != [0]
        shell.environment = today
        yield shell, web, shell.run("crawl", "-v")


def test_nothing_is_new_and_nothing_was_revised(upgraded: tuple[Shell, Web, str]) -> None:
    shell, _, output = upgraded
    assert "keys of addresses were computed again" in output
    assert shell.rows(COUNTS, 1)[0][0] == sum(map(len, SHAPES.values())) + 1
    assert shell.rows(COUNTS, 2) == [(0, 0, 0, 0)], output
    assert shell.rows("SELECT count(*) FROM revision") == [0]
    assert shell.rows("SELECT count(*) FROM story WHERE changed_at IS NOT NULL") == [0]


def test_what_is_stored_is_what_todays_rules_read(upgraded: tuple[Shell, Web, str]) -> None:
    shell, _, _ = upgraded
    assert shell.rows("SELECT site FROM story WHERE title = lower(title)") == ["full.test"]  # its page's
    assert shell.rows("SELECT count(*) FROM story_author") == [sum(map(len, SHAPES.values()))]
    assert shell.rows("SELECT rowid FROM story_fts WHERE story_fts MATCH 'told'") != []


def test_a_page_is_not_overwritten_by_its_feeds_baseline(upgraded: tuple[Shell, Web, str]) -> None:
    shell, _, _ = upgraded
    [text] = shell.rows("SELECT text FROM story_body JOIN story ON id = story_id WHERE site = 'full.test'")
    assert PARAGRAPHS[0].lower() in text.lower()


def test_every_key_is_of_today(upgraded: tuple[Shell, Web, str]) -> None:
    shell, _, _ = upgraded
    assert shell.rows(f"SELECT key FROM address WHERE key NOT LIKE '{KEY_VERSION}:%'") == []
    assert shell.rows("SELECT version FROM rule_version WHERE name = 'address'") == [KEY_VERSION]
    for key, url in shell.rows("SELECT key, url FROM address WHERE disambiguation IS NULL"):
        assert key == address_key(url)


def test_a_third_crawl_is_quiet(upgraded: tuple[Shell, Web, str]) -> None:
    shell, _, _ = upgraded
    assert "computed again" not in shell.run("crawl", "-v")
    assert shell.rows(COUNTS, 3) == [(0, 0, 0, 0)]


# Rows one by one


def _add(db: Database, story_id: int, key: str, url: str, beside: str | None = None) -> None:
    db.conn.execute(
        "INSERT OR IGNORE INTO story (id, url, site, sort_at, first_seen_at, authority)"
        " VALUES (?, ?, 'x.test', '2026', '2026', 'site')",
        (story_id, url),
    )
    db.conn.execute(
        "INSERT INTO address (key, story_id, url, found_in, added_at, disambiguation) VALUES (?, ?, ?, 'entry', '', ?)",
        (key, story_id, url, beside),
    )


ONE, OTHER = "http://x.test/one", "https://www.x.test/one?utm_source=a"
REKEYED = [
    ([(1, "a0:1", ONE, None)], {1: [address_key(ONE)]}, 0),
    ([(1, "a0:1", ONE, None), (1, "a0:2", OTHER, None)], {1: [address_key(ONE)]}, 0),
    ([(2, "a0:1", ONE, None), (1, "a0:2", OTHER, None)],  # the older one has the key, whichever comes first
     {1: [address_key(ONE)], 2: [address_key(ONE, digest("n1", "twin", "2"))]}, 1),
    ([(1, "a0:1", ONE, None), (2, "a0:2", OTHER, None)],
     {1: [address_key(ONE)], 2: [address_key(ONE, digest("n1", "twin", "2"))]}, 1),
    ([(1, "a0:1", ONE, "n1:5"), (2, "a0:2", ONE, "n1:6")],
     {1: [address_key(ONE, "n1:5")], 2: [address_key(ONE, "n1:6")]}, 0),
    ([(1, address_key(ONE), ONE, None)], {1: [address_key(ONE)]}, 0),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "keys", "shared"), REKEYED)
async def test_keys_are_made_anew_and_no_story_loses_its_last(
    tmp_path: Path, rows: list[tuple[int, str, str, str | None]], keys: dict[int, list[str]], shared: int
) -> None:
    path = tmp_path / "newsdesk.db"
    prepare(path)
    output: list[str] = []
    with Writer(path) as writer:
        for row in rows:
            await writer.write(lambda db, row=row: _add(db, *row))
        for _ in range(2):  # twice is once
            await rekey(writer, now=utc_now, on_message=output.append)
            found = await writer.write(
                lambda db: db.conn.execute("SELECT story_id, key FROM address ORDER BY key").fetchall()
            )
            assert {story: [key for its, key in found if its == story] for story, _ in found} == keys
        assert await writer.write(keys_version) == KEY_VERSION
    assert any("two stories" in words for words in output) is bool(shared)


async def test_tombstones_and_refused_entries_are_known_by_todays_keys(tmp_path: Path) -> None:
    path = tmp_path / "newsdesk.db"
    prepare(path)

    def fill(db: Database) -> None:
        db.conn.execute(
            "INSERT INTO tombstone (id, purged_at, why, url, site) VALUES (1, '2026', 'age', ?, 'x')", (ONE,)
        )
        db.conn.execute(
            "INSERT INTO tombstone_address (key, tombstone_id, url) VALUES ('a0:1', 1, ?)", (ONE,)
        )
        db.conn.execute("INSERT INTO host (host) VALUES ('x.test')")
        db.conn.execute(
            "INSERT INTO source (id, address, host, site, added_at) VALUES (1, 'x', 'x.test', 'x', '')"
        )
        db.conn.execute(
            "INSERT INTO entry (source_id, entry_key, first_seen_at, verdict, refused_key, refused_url)"
            " VALUES (1, 'e1:1', '', 'refused', 'a0:9', ?)",
            (ONE,),
        )

    with Writer(path) as writer:
        await writer.write(fill)
        await rekey(writer, now=utc_now)
        kept = await writer.write(lambda db: db.conn.execute("SELECT key FROM tombstone_address").fetchall())
        refused = await writer.write(lambda db: db.conn.execute("SELECT refused_key FROM entry").fetchall())
    assert kept == [(address_key(ONE),)]
    assert refused == [(address_key(ONE),)]


def test_what_waits_to_be_read_waits_under_other_rules_too() -> None:
    packed = pack_entries(
        [("e1:" + "1" * 16, UNREAD), ("e1:" + "2" * 16, "d1:" + "3" * 16)], reader_version=1
    )
    assert unpack_entries(packed, reader_version=2) == {"e1:" + "1" * 16: UNREAD}
