"""Files of earlier versions are upgraded and work; files of later versions are refused."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from newsdesk.crawler.http.target import host_of
from newsdesk.storage.db.database import prepare
from newsdesk.storage.db.schema import migration_names, migrations
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.search.index import index_differences
from newsdesk.storage.sources.sources import NewSource, add_source
from tests.formats import FOLDER, serve_second, unpack
from tests.support.feeds import many, rss
from tests.support.runner import open_runner, utc_now
from tests.support.shell import PATIENCE_S, Shell, wait_until
from tests.support.web import Web, web_in_thread


def _name(packed: Path) -> str:
    return packed.name.removesuffix(".db.gz")


FORMATS = sorted(FOLDER.glob("*.db.gz"))
TITLES = {
    "A ferry abroad",
    "Correction",
    "Council votes on the new school",
    "Ferry timetable changes on Tuesday",
    "Market moves to the square",
    "港口週一重新開放",
}
QUERIES = {
    "titles": "SELECT group_concat(title, '|') FROM story",
    "entries": "SELECT count(*), count(gone_at) FROM entry",
    "revisions": "SELECT fields FROM revision",
    "found": "SELECT title FROM story"
    " WHERE id IN (SELECT rowid FROM story_fts WHERE story_fts MATCH 'tuesday')",
    "instant": "SELECT published, published_offset_min FROM story WHERE title LIKE 'Ferry timetable%'",
    "settings": "SELECT name, tags, every_s FROM source WHERE id = 1",
}
REVISION = '{"title": ["Ferry timetable changes on Monday", "Ferry timetable changes on Tuesday"]}'


def test_there_is_a_file_of_the_first_format() -> None:
    assert _name(FORMATS[0]) == migration_names(migrations)[0]


@pytest.mark.parametrize("packed", FORMATS, ids=_name)
async def test_a_file_of_an_earlier_version_is_upgraded_and_works(
    packed: Path, tmp_path: Path, web: Web
) -> None:
    unpack(packed, tmp_path / "newsdesk.db", port=web.port)
    async with open_runner(tmp_path, web) as runner:
        assert set(runner.rows("SELECT title FROM story")) == TITLES
        assert {"Ann Hill", "Cem Aksoy", "林曉梅"} <= set(runner.rows("SELECT name FROM author"))
        rows = {what: runner.rows(question) for what, question in QUERIES.items()}
        assert rows["revisions"] == [REVISION]
        assert rows["found"] == ["Ferry timetable changes on Tuesday"]
        assert rows["instant"] == [("2026-11-23T05:10:00.000Z", 60)]
        assert rows["settings"] == [("The Daily", '["local"]', 7200)]

        serve_second(web, etag='"of another day"')
        summary = await runner.crawl()

        assert (summary.visits, summary.failed) == (2, 0)
        assert (summary.counts.new, summary.counts.changed, summary.counts.refused) == (0, 0, 0)
        assert {what: runner.rows(question) for what, question in QUERIES.items()} == rows
        assert runner.rows("PRAGMA integrity_check") == ["ok"]
        assert runner.rows("PRAGMA foreign_key_check") == []
    with closing(sqlite3.connect(runner.path)) as conn:
        assert list(index_differences(conn)) == []
    following = _next_migration(packed)
    assert (tmp_path / f"newsdesk.db.before-{following}").exists() == (following is not None)


def _next_migration(packed: Path) -> str | None:
    """The migration after those of a packed file."""
    names = migration_names(migrations)
    return next(iter(names[names.index(_name(packed)) + 1 :]), None)


def _upgrade(file: Path) -> None:
    """As a newer version does when it opens the file."""
    with closing(sqlite3.connect(file, timeout=30)) as conn, conn:
        conn.execute("ALTER TABLE source ADD COLUMN later TEXT")
        conn.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('newsdesk', '9999_later', '')"
        )


@pytest.mark.parametrize("words", [("crawl",), ("serve",)], ids=["crawl", "serve"])
def test_a_process_ends_with_an_error_when_a_newer_version_upgrades_its_file(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    with web_in_thread() as web:
        shell = Shell(tmp_path, web, config='[serve]\nlisten = "127.0.0.1:0"\n')
        prepare(shell.db)
        upgraded = threading.Event()
        web.serve("/feed.xml", rss(*many(3, site="early.test")), host="early.test")
        web.serve("/feed.xml", rss(*many(3, site="late.test")), host="late.test", until=upgraded)
        with Writer(shell.db) as writer:
            for host in ("early.test", "late.test"):
                address = web.url(host, "/feed.xml")
                new = NewSource(address=address, host=host_of(address), site=host)
                writer.do(lambda db, new=new: add_source(db, new, now=utc_now()))  # type: ignore[misc] # bound now
        started = shell.start(*words)
        wait_until(lambda: shell.rows("SELECT count(*) FROM story") == [3], what="the first feed")
        _upgrade(shell.db)
        upgraded.set()
        out, err = started.communicate(timeout=PATIENCE_S)

    assert started.returncode == 2, out + err
    assert "was upgraded by a newer newsdesk while this one was running" in err and "9999_later" in err
    assert "Traceback" not in err
    assert shell.rows("SELECT count(*) FROM story") == [3]  # what was committed before, and nothing else
    assert shell.rows("PRAGMA integrity_check") == ["ok"]
