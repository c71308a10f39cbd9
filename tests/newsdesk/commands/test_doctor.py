"""`newsdesk doctor` finds problems; `doctor --repair` saves everything readable of a damaged file."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsdesk.commands.doctor import checks
from newsdesk.crawler.normalise.urls.canonical import address_key
from newsdesk.scheduler.run.owners import owner_name
from newsdesk.storage.db.database import PAGE_SIZE, wal_of
from newsdesk.storage.db.errors import StoreError
from newsdesk.storage.maintenance.repair import repair
from newsdesk.storage.maintenance.salvage import integrity_errors
from tests.newsdesk.commands.test_commands import Runner
from tests.support.feeds import many, rss
from tests.support.web import Web, web_in_thread

HOSTS = [f"paper{number}.test" for number in range(3)]
STORIES = 120  # of each paper


def publish(web: Web) -> None:
    for host in HOSTS:
        web.serve("/feed.xml", rss(*many(STORIES, site=host)), host=host)


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with web_in_thread() as web:
        publish(web)
        yield web


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, web: Web) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        runner = Runner(tmp_path_factory.mktemp("filled"), web, patch)
        for host in HOSTS:
            runner.add(host, "/feed.xml", "--force")
        runner.type("crawl")
        return runner.shell.db


@pytest.fixture
def runner(tmp_path: Path, web: Web, filled: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    runner = Runner(tmp_path, web, monkeypatch)
    shutil.copy(filled, runner.shell.db)
    return runner


def run(runner: Runner, sql: str) -> None:
    with closing(sqlite3.connect(runner.shell.db)) as conn:
        conn.execute(sql)
        conn.commit()


# Findings: one case a line


def _damage(runner: Runner) -> None:
    with runner.shell.db.open("r+b") as file:
        file.seek(160 * PAGE_SIZE)  # behind the pages with the schema
        file.write(b"\xa5" * 20 * PAGE_SIZE)


def _index_differs(runner: Runner) -> None:
    run(runner, "UPDATE story_body SET text = 'other words' WHERE story_id = 7")


def _ahead(runner: Runner) -> None:
    run(runner, "UPDATE source SET outcome_at = '2999-01-01T00:00:00.000Z' WHERE id = 1")


def _odd_log(runner: Runner) -> None:
    wal_of(runner.shell.db).write_bytes(b"\xa5" * 99)


def _strange_run(runner: Runner) -> None:
    run(runner, "UPDATE run SET ended_at = NULL, owner = 'x'")


FINDINGS: list[tuple[str, Callable[[Runner], None], tuple[str, ...], int, str]] = [
    ("all is well", lambda runner: None, (), 0, "ok       sources: none needs attention"),
    ("no file", lambda runner: runner.shell.db.unlink(), (), 0, "`newsdesk add ADDRESS` creates it"),
    ("no database", lambda runner: runner.shell.db.write_text("text " * 99) and None, (), 1, "not a SQLite file"),
    ("another program's", lambda runner: run(runner, "PRAGMA application_id = 7"), (), 1, "of another program"),
    ("a newer one's", lambda runner: run(runner, "UPDATE _sqlite_migrations SET name = '9999_x' WHERE rowid = 1"),
     (), 1, "newer newsdesk"),
    ("damaged", _damage, (), 1, "damaged: "),
    ("its search index", _index_differs, ("--full",), 1, "search index story_fts"),
    ("not found by a quick check", _index_differs, (), 0, "sound, by a quick check"),
    ("a log of garbage", _odd_log, (), 1, "the log of newsdesk.db, is damaged"),
    ("the clock was ahead", _ahead, (), 1, "error    clock: it shows "),
    ("a source that fails", lambda runner: run(runner, "UPDATE source SET failures = 5, outcome_message = 'gone'"
     " WHERE id = 2"), (), 0, "warning  source 2: "),
    ("a silent source", lambda runner: run(runner, "UPDATE source SET last_new_at = '2001-01-01T00:00:00.000Z'"
     " WHERE id = 2"), (), 0, "nothing new since 2001-01-01"),
    ("links by other rules", lambda runner: run(runner, "UPDATE rule_version SET version = 'c0' WHERE name = 'copies'"),
     (), 0, "copies: the stored links are by other rules for copies (c0; "),
    ("a run of who knows", _strange_run, (), 0, "crawls: no crawl was killed"),
    ("a wrong setting", lambda runner: (runner.shell.folder / "newsdesk.toml").write_text("gap = 1") and None,
     (), 1, "error    settings: "),
]  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "options", "code", "words"), [row[1:] for row in FINDINGS], ids=[row[0] for row in FINDINGS]
)
def test_findings(
    runner: Runner, spoil: Callable[[Runner], None], options: tuple[str, ...], code: int, words: str
) -> None:
    spoil(runner)
    db = runner.shell.db
    before = db.read_bytes() if db.exists() else None
    output = runner.type("doctor", *options, code=code)
    assert words in output, output
    assert (db.read_bytes() if db.exists() else None) == before
    assert {finding["level"] for finding in findings_of(runner, *options)} >= ({"error"} if code else set())


def findings_of(runner: Runner, *options: str) -> list[dict[str, str]]:
    output, _ = runner.typed("doctor", "--json", *options)
    found: list[dict[str, str]] = json.loads(output)
    return found


def test_a_killed_crawl_and_a_full_disk(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    owner = ":".join((owner_name().rsplit(":", 2)[0], str(ended.pid), "1@gone"))
    run(runner, f"UPDATE run SET ended_at = NULL, owner = '{owner}'")
    assert "killed crawls left 1 run open, 0 hosts leased" in runner.type("doctor")
    monkeypatch.setattr(checks, "FREE_BYTES", 2**60)
    assert "warning  disk: " in runner.type("doctor")
    monkeypatch.setattr(checks, "MIN_FREE_BYTES", 2**60)
    assert "error    disk: " in runner.type("doctor", code=1)


# Repair


def ours_of(db: Path) -> dict[int, str]:
    with closing(sqlite3.connect(db)) as conn:
        return dict(conn.execute("SELECT id, url FROM story"))


def test_an_undamaged_file_is_not_changed(runner: Runner) -> None:
    assert "is not damaged; nothing was done" in runner.type("doctor", "--repair", "--yes")
    assert [path.name for path in runner.shell.folder.glob("newsdesk.db*")] == ["newsdesk.db"]


def test_repair_asks_first(runner: Runner) -> None:
    assert "use --yes in a script" in runner.type("doctor", "--repair", code=2)


def _pages_of(db: Path) -> dict[str, list[int]]:
    pages: dict[str, list[int]] = {}
    with closing(sqlite3.connect(db)) as conn:
        for name, page in conn.execute("SELECT name, pageno FROM dbstat"):
            pages.setdefault(name, []).append(page)
    return pages


def has_dbstat() -> bool:
    with closing(sqlite3.connect(":memory:")) as conn:
        return ("ENABLE_DBSTAT_VTAB",) in conn.execute("PRAGMA compile_options").fetchall()


ROOTS = ("sqlite_schema", "story", "source", "address", "entry", "snapshot", "host", "story_fts_data")


@pytest.mark.skipif(not has_dbstat(), reason="this SQLite does not tell which page is whose")
@pytest.mark.parametrize("table", ROOTS)
def test_a_damaged_first_page_loses_only_its_own_rows(runner: Runner, table: str) -> None:
    """The root of the B-tree of a table: no pointer to its other pages is left."""
    db = runner.shell.db
    pages = _pages_of(db)[table]
    raw = bytearray(db.read_bytes())
    raw[(pages[0] - 1) * PAGE_SIZE : pages[0] * PAGE_SIZE] = random.Random(3).randbytes(PAGE_SIZE)
    db.write_bytes(raw)
    broken = db.read_bytes()
    output = runner.type("doctor", "--repair", "--yes")
    aside = next(runner.shell.folder.glob("newsdesk.db.broken-*"))
    assert aside.read_bytes() == broken and aside.name in output
    assert integrity_errors(db) == []
    stories = len(ours_of(db))
    assert stories == len(HOSTS) * STORIES, output
    if table == "source":  # all sources were on this page: add them again
        runner.type("add", "--force", *(runner.web.url(host, "/feed.xml") for host in HOSTS))
    crawled = runner.type("crawl")
    assert " 0 failed" in crawled and " 0 new" in crawled, crawled
    assert integrity_errors(db) == [] and len(ours_of(db)) == stories


def test_pages_damaged_at_random_lose_only_their_own_rows(runner: Runner, filled: Path) -> None:
    """After each repair the file is sound and its rows are right; the next crawl reads the lost stories again,
    each once."""
    chance = random.Random(8)
    whole, before = filled.read_bytes(), ours_of(filled)
    for round_ in range(6):
        raw = bytearray(whole)
        for page in chance.sample(range(1, len(whole) // PAGE_SIZE), 1 + round_ * 2):
            raw[page * PAGE_SIZE : (page + 1) * PAGE_SIZE] = chance.randbytes(PAGE_SIZE)
        db = runner.shell.db
        db.write_bytes(raw)
        for old in runner.shell.folder.glob("newsdesk.db.*"):
            old.unlink()
        if repair(db, now=datetime.now(UTC), key_of=address_key) is None:
            continue  # all of them were free pages
        assert integrity_errors(db) == []
        saved = ours_of(db)
        assert saved.items() <= before.items()
        assert len(saved) >= len(before) - 60 * (1 + round_ * 2), "more than the rows on these pages"
        sources = runner.shell.rows(
            "SELECT count(*) FROM source WHERE next_visit_why = 'the file was repaired'"
        )
        if sources == [len(HOSTS)]:
            runner.type("crawl")
            after = ours_of(db)
            assert sorted(after.values()) == sorted(before.values())
            assert {key: after[key] for key in saved} == saved
            assert integrity_errors(db) == []


ENDS: list[tuple[str, Callable[[Path], None]]] = [
    ("half of it", lambda db: os.truncate(db, db.stat().st_size // 2 // PAGE_SIZE * PAGE_SIZE)),
    ("cut inside a page", lambda db: os.truncate(db, db.stat().st_size - 5000)),
    ("its header", lambda db: db.open("r+b").write(b"\xa5" * 100) and None),
    ("a log of garbage", lambda db: wal_of(db).write_bytes(b"\xa5" * 9999) and None),
    ("the search index alone", lambda db: _spoil_words(db)),
]


def _spoil_words(db: Path) -> None:
    with closing(sqlite3.connect(db)) as conn:
        conn.execute("UPDATE story_body SET text = 'other words' WHERE story_id = 7")
        conn.commit()


@pytest.mark.parametrize("spoil", [row[1] for row in ENDS], ids=[row[0] for row in ENDS])
def test_kinds_of_damage(runner: Runner, spoil: Callable[[Path], None]) -> None:
    db = runner.shell.db
    spoil(db)
    runner.type("doctor", "--repair", "--yes")
    assert integrity_errors(db) == []
    if runner.shell.rows("SELECT count(*) FROM source") == [len(HOSTS)]:
        runner.type("crawl")
        assert len(ours_of(db)) == len(HOSTS) * STORIES
    assert "ok       file: sound" in runner.type("doctor", "--full")


def test_rows_that_are_only_in_the_log_are_saved(runner: Runner) -> None:
    """After a kill the newest stories are in the log; then the file is damaged as well."""
    db = runner.shell.db
    code = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1]);"
        "c.execute('UPDATE source SET name = 7'); c.commit(); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, str(db)], check=True)
    with db.open("r+b") as file:
        file.write(b"\xa5" * 100)
    runner.type("doctor", "--repair", "--yes")
    assert runner.shell.rows("SELECT DISTINCT name FROM source") == ["7"]
    assert not wal_of(db).exists()
    assert wal_of(next(runner.shell.folder.glob("newsdesk.db.broken-*Z"))).exists()


def test_a_file_that_cannot_be_repaired_is_not_changed(runner: Runner) -> None:
    db = runner.shell.db
    for spoil, words in (
        (lambda: db.write_text("Dear diary. " * 2000), "nothing of newsdesk.db can be read"),
        (lambda: os.truncate(db, 0), "nothing of newsdesk.db can be read"),
        (lambda: shutil.copy(Path(_foreign(runner.shell.folder)), db), "of another program"),
    ):
        spoil()  # type: ignore[no-untyped-call]
        before = db.read_bytes()
        assert words in runner.type("doctor", "--repair", "--yes", code=2)
        assert db.read_bytes() == before
        assert [path.name for path in runner.shell.folder.glob("newsdesk.db*")] == ["newsdesk.db"]


def _foreign(folder: Path) -> str:
    path = folder / "photos.sqlite"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("CREATE TABLE photo (id INTEGER)")
        conn.commit()
    return str(path)


def test_a_file_in_use_is_not_repaired(runner: Runner) -> None:
    """An open reader is enough to refuse: it would go on with the old file."""
    db = runner.shell.db
    _damage(runner)
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT 1 FROM run').fetchall();"
        "print('open', flush=True); sys.stdin.read()"
    )
    reader = subprocess.Popen([sys.executable, "-c", code, str(db)], stdin=-1, stdout=-1, text=True)
    assert reader.stdout is not None and reader.stdout.readline() == "open\n"
    try:
        with pytest.raises(StoreError, match="is open in another program: end it"):
            repair(db, now=datetime.now(UTC), key_of=address_key)
    finally:
        reader.communicate("")
    assert repair(db, now=datetime.now(UTC), key_of=address_key) is not None
