"""Files of earlier versions open and go on; those of later ones are refused in words."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from newsdesk.crawler.politeness.rate_limiter import host_of
from newsdesk.storage.db.database import prepare
from newsdesk.storage.db.schema import migrations
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.sources.sources import NewSource, add_source
from tests.formats import FOLDER, serve_second, unpack
from tests.support.feeds import many, rss
from tests.support.runner import open_runner, utc_now
from tests.support.shell import Shell, wait_until
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
TOLD = {
    "titles": "SELECT group_concat(title, '|') FROM story",
    "entries": "SELECT count(*), count(gone_at) FROM entry",
    "revisions": "SELECT fields FROM revision",
    "found": "SELECT title FROM story"
    " WHERE id IN (SELECT rowid FROM story_fts WHERE story_fts MATCH 'tuesday')",
    "instant": "SELECT published, published_offset_min FROM story WHERE title LIKE 'Ferry timetable%'",
    "settings": "SELECT name, tags, every_s FROM source WHERE id = 1",
}
REVISION = '{"title": ["Ferry timetable changes on Monday", "Ferry timetable changes on Tuesday"]}'


def test_the_oldest_file_is_of_the_first_step() -> None:
    assert _name(FORMATS[0]) == migrations._migrations[0].name


@pytest.mark.parametrize("packed", FORMATS, ids=_name)
async def test_a_file_of_an_earlier_version_opens_and_goes_on(packed: Path, tmp_path: Path, web: Web) -> None:
    unpack(packed, tmp_path / "newsdesk.db", port=web.port)
    async with open_runner(tmp_path, web) as runner:
        assert set(runner.rows("SELECT title FROM story")) == TITLES
        assert {"Ann Hill", "Cem Aksoy", "林曉梅"} <= set(runner.rows("SELECT name FROM author"))
        told = {what: runner.rows(question) for what, question in TOLD.items()}
        assert told["revisions"] == [REVISION]
        assert told["found"] == ["Ferry timetable changes on Tuesday"]
        assert told["instant"] == [("2026-11-23T05:10:00.000Z", 60)]
        assert told["settings"] == [("The Daily", '["local"]', 7200)]

        serve_second(web, etag='"of another day"')
        summary = await runner.crawl()

        assert (summary.visits, summary.failed) == (2, 0)
        assert (summary.counts.new, summary.counts.changed, summary.counts.refused) == (0, 0, 0)
        assert {what: runner.rows(question) for what, question in TOLD.items()} == told
        assert runner.rows("PRAGMA integrity_check") == ["ok"]
        assert runner.rows("PRAGMA foreign_key_check") == []
    with closing(sqlite3.connect(runner.path)) as conn:
        conn.execute("INSERT INTO story_fts (story_fts, rank) VALUES ('integrity-check', 1)")  # raises if not
    assert (tmp_path / f"newsdesk.db.before-{_after(packed)}").exists() == (_after(packed) is not None)


def _after(packed: Path) -> str | None:
    """The step that follows on those of a packed file."""
    names = [step.name for step in migrations._migrations]
    return next(iter(names[names.index(_name(packed)) + 1 :]), None)


def _upgrade(file: Path) -> None:
    """What a newer version does when it opens the file."""
    with closing(sqlite3.connect(file, timeout=30)) as conn, conn:
        conn.execute("ALTER TABLE source ADD COLUMN later TEXT")
        conn.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('newsdesk', '9999_later', '')"
        )


@pytest.mark.parametrize("words", [("crawl",), ("serve",)], ids=["crawl", "serve"])
def test_who_is_at_work_when_a_newer_version_upgrades_the_file_ends_in_words(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    with web_in_thread() as web:
        shell = Shell(tmp_path, web, config='[serve]\nlisten = "127.0.0.1:0"\n')
        prepare(shell.db)
        web.serve("/feed.xml", rss(*many(3, site="early.test")), host="early.test")
        web.serve("/feed.xml", rss(*many(3, site="late.test")), host="late.test", wait_s=2.0)
        with Writer(shell.db) as writer:
            for host in ("early.test", "late.test"):
                address = web.url(host, "/feed.xml")
                new = NewSource(address=address, host=host_of(address), site=host)
                writer.do(lambda db, new=new: add_source(db, new, now=utc_now()))  # type: ignore[misc] # bound now
        started = shell.start(*words)
        wait_until(lambda: shell.rows("SELECT count(*) FROM story") == [3], what="the first feed")
        _upgrade(shell.db)
        out, err = started.communicate(timeout=30)

    assert started.returncode == 2, out + err
    assert "was upgraded by a newer newsdesk while this one was at work (step 9999_later" in err
    assert "Traceback" not in err
    assert shell.rows("SELECT count(*) FROM story") == [3]  # what was acknowledged, and nothing else
    assert shell.rows("PRAGMA integrity_check") == ["ok"]
