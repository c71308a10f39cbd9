"""What a person sees of hostile feeds, by real processes: no control, no forged line, no formula."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from types import MappingProxyType

import pytest

from tests.hostile.case import Case, Scene, all_cases
from tests.hostile.laws import cells_run_as_formulas, lines_of
from tests.hostile.stage import answer
from tests.support.shell import Shell
from tests.support.web import web_in_thread

CHOSEN = re.compile("h-steer-|h-formula-|h-live-svg|h-elsewhere-|e-reason-|z-steering|redirect-javascript")
SEARCHES = (
    '"', '" OR NEAR(', "title:x", "* AND", "NOT", "a* OR b", "^x", "-x", "{a b}", "x:y:z",
    "'; DROP TABLE story; --", "%", "_", "\u202e", "()", "NEAR(a b, 5)", "\\", "--json", "日本*",
)  # fmt: skip


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shell, str, list[Case]]]:
    """A folder after one crawl of the chosen cases, what `crawl -v` said, and the cases."""
    chosen = [case for name, case in all_cases().items() if CHOSEN.match(name) and case.asked is None]
    folder = tmp_path_factory.mktemp("outputs")
    with web_in_thread() as web:
        shell = Shell(folder, web)
        scenes = {
            case.name: Scene(
                host=f"{case.name}.test",
                web=web,
                canary="127.0.0.1:9",
                canary6="[::1]:9",
                tls=MappingProxyType({}),
            )
            for case in chosen
        }
        for case in chosen:
            answer(case, scenes[case.name])
        (folder / "list.txt").write_text("\n".join(scene.url() for scene in scenes.values()))
        shell.run("sources", "import", "list.txt")
        yield shell, shell.run("crawl", "-v", code=1), chosen


def test_a_visit_is_one_harmless_line(crawled: tuple[Shell, str, list[Case]]) -> None:
    _, said, chosen = crawled
    lines = [line for line in said.splitlines() if line.strip()]
    assert not lines_of(said)
    assert len(lines) == len(chosen) + 1, "one for each visit, and the summary"
    assert all(re.match(r"(failed|read|run \d+:)", line) for line in lines), lines


@pytest.mark.parametrize(
    "words",
    [("stories", "-n", "500"), ("sources",), ("runs", "1"), ("runs",), ("stories", "failed")],
    ids=" ".join,
)
def test_no_command_lets_a_control_through(
    crawled: tuple[Shell, str, list[Case]], words: tuple[str, ...]
) -> None:
    said = crawled[0].run(*words)
    assert len(said) > 100 and not lines_of(said)


def test_a_story_is_shown_without_controls(crawled: tuple[Shell, str, list[Case]]) -> None:
    shell = crawled[0]
    for story_id in shell.rows("SELECT id FROM story WHERE id % 12 = 1"):
        assert not lines_of(shell.run("story", str(story_id)))
        assert not lines_of(shell.run("explain", str(story_id)))


def test_a_document_is_walked_without_controls(crawled: tuple[Shell, str, list[Case]]) -> None:
    shell = crawled[0]
    for address in shell.rows(
        "SELECT address FROM source WHERE address LIKE '%h-steer-%' ORDER BY id LIMIT 2"
    ):
        assert not lines_of(shell.run("inspect", address)) and not lines_of(
            shell.run("inspect", address, "--json")
        )


def test_json_is_json_and_escapes_what_steers(crawled: tuple[Shell, str, list[Case]]) -> None:
    said = crawled[0].run("stories", "-n", "500", "--json")
    assert len(json.loads(said)) > 30 and not lines_of(said)


def test_no_cell_is_a_formula(crawled: tuple[Shell, str, list[Case]]) -> None:
    shell = crawled[0]
    rows = list(csv.reader(io.StringIO(shell.run("stories", "-n", "500", "--csv"))))
    assert len(rows) > 30 and not cells_run_as_formulas(rows)
    assert not lines_of("\n".join(" ".join(row) for row in rows))
    raw = list(csv.reader(io.StringIO(shell.run("stories", "-n", "500", "--raw-csv"))))
    assert cells_run_as_formulas(raw), "asked for as it is, it is given as it is"


def test_no_words_are_a_syntax_error(crawled: tuple[Shell, str, list[Case]]) -> None:
    from newsdesk.settings.reader import read_settings
    from newsdesk.storage.db.database import reading
    from newsdesk.storage.queries.lookup import Wish, list_stories
    from newsdesk.storage.stories.search import parse_query

    shell = crawled[0]
    assert read_settings({}) is not None
    with reading(shell.db) as db:
        for words in SEARCHES:
            query = parse_query(words)
            if query is not None:
                list(list_stories(db, Wish(query=query)))
                list(list_stories(db, Wish(query=query, best_first=True)))
    assert not lines_of(shell.run("stories", "--", '" OR NEAR(', "\x1b[31m"))


def test_what_is_read_again_is_shown_without_controls(crawled: tuple[Shell, str, list[Case]]) -> None:
    """Last: it overwrites what was stored."""
    shell = crawled[0]
    with closing(sqlite3.connect(shell.db)) as conn, conn:  # so that every printed title is an example
        conn.execute("UPDATE snapshot SET said = json_set(said, '$.title', 'x') WHERE typeof(said) = 'text'")
        conn.execute("UPDATE story SET title = 'x'")
    said = shell.run("reparse", "--field", "title", "--examples", "100")
    assert "differ" in said and not lines_of(said)
    assert not lines_of(shell.run("reparse", "--field", "title", "--examples", "100", "--json"))
