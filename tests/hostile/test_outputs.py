"""The output of commands after a crawl of hostile feeds: no control characters, no forged lines, no formulas."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from types import MappingProxyType

import pytest

from newsdesk.storage.stories.revisions import to_json
from newsdesk.storage.stories.rows import pack_text, unpack_text
from tests.hostile.case import Case, CaseServer, all_cases
from tests.hostile.checks import cells_run_as_formulas, lines_with_controls
from tests.hostile.run import serve_case
from tests.support.shell import Shell
from tests.support.web import web_in_thread

CHOSEN = re.compile("h-steer-|h-formula-|h-live-svg|h-elsewhere-|e-reason-|z-steering|redirect-javascript")
SEARCHES = (
    '"', '" OR NEAR(', "title:x", "* AND", "NOT", "a* OR b", "^x", "-x", "{a b}", "x:y:z",
    "'; DROP TABLE story; --", "%", "_", "\u202e", "()", "NEAR(a b, 5)", "\\", "--json", "日本*",
)  # fmt: skip


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shell, str, list[Case]]]:
    """A folder after one crawl of the chosen cases, the output of `crawl -v`, and the cases."""
    chosen = [case for name, case in all_cases().items() if CHOSEN.match(name) and case.discover_at is None]
    folder = tmp_path_factory.mktemp("outputs")
    with web_in_thread() as web:
        shell = Shell(folder, web)
        servers = {
            case.name: CaseServer(
                host=f"{case.name}.test",
                web=web,
                canary="127.0.0.1:9",
                canary6="[::1]:9",
                tls=MappingProxyType({}),
            )
            for case in chosen
        }
        for case in chosen:
            serve_case(case, servers[case.name])
        (folder / "list.txt").write_text("\n".join(server.url() for server in servers.values()))
        shell.run("sources", "import", "list.txt")
        yield shell, shell.run("crawl", "-v", code=1), chosen


def test_a_visit_is_one_line_without_controls(crawled: tuple[Shell, str, list[Case]]) -> None:
    _, output, chosen = crawled
    lines = [line for line in output.splitlines() if line.strip()]
    assert not lines_with_controls(output)
    assert len(lines) == len(chosen) + 1, "one for each visit, and the summary"
    assert all(re.match(r"(failed|read|run \d+:)", line) for line in lines), lines


@pytest.mark.parametrize(
    "arguments",
    [("stories", "-n", "500"), ("sources",), ("runs", "1"), ("runs",), ("stories", "failed")],
    ids=" ".join,
)
def test_no_command_prints_control_characters(
    crawled: tuple[Shell, str, list[Case]], arguments: tuple[str, ...]
) -> None:
    output = crawled[0].run(*arguments)
    assert len(output) > 100 and not lines_with_controls(output)


def test_a_story_is_shown_without_controls(crawled: tuple[Shell, str, list[Case]]) -> None:
    shell = crawled[0]
    for story_id in shell.rows("SELECT id FROM story WHERE id % 12 = 1"):
        assert not lines_with_controls(shell.run("story", str(story_id)))
        assert not lines_with_controls(shell.run("explain", str(story_id)))


def test_a_document_is_inspected_without_controls(crawled: tuple[Shell, str, list[Case]]) -> None:
    shell = crawled[0]
    for address in shell.rows(
        "SELECT address FROM source WHERE address LIKE '%h-steer-%' ORDER BY id LIMIT 2"
    ):
        assert not lines_with_controls(shell.run("inspect", address)) and not lines_with_controls(
            shell.run("inspect", address, "--json")
        )


def test_json_is_valid_and_escapes_controls(crawled: tuple[Shell, str, list[Case]]) -> None:
    output = crawled[0].run("stories", "-n", "500", "--json")
    assert len(json.loads(output)) > 30 and not lines_with_controls(output)


def test_no_cell_is_a_formula(crawled: tuple[Shell, str, list[Case]]) -> None:
    shell = crawled[0]
    rows = list(csv.reader(io.StringIO(shell.run("stories", "-n", "500", "--csv"))))
    assert len(rows) > 30 and not cells_run_as_formulas(rows)
    assert not lines_with_controls("\n".join(" ".join(row) for row in rows))
    raw = list(csv.reader(io.StringIO(shell.run("stories", "-n", "500", "--raw-csv"))))
    assert cells_run_as_formulas(raw), "--raw-csv escapes nothing"


def test_no_search_text_is_a_syntax_error(crawled: tuple[Shell, str, list[Case]]) -> None:
    from newsdesk.settings.reader import read_settings
    from newsdesk.storage.db.database import reading
    from newsdesk.storage.queries.story_list import StoryFilter, list_stories
    from newsdesk.storage.search.query import QueryError, parse_query

    shell = crawled[0]
    assert read_settings({}) is not None
    with reading(shell.db) as db:
        for text in SEARCHES:
            with suppress(QueryError):
                query = parse_query(text)
                list(list_stories(db, StoryFilter(query=query)))
                list(list_stories(db, StoryFilter(query=query, best_first=True)))
    assert not lines_with_controls(shell.run("stories", "--", '"x" OR NEAR(', "\x1b[31m", code=2))
    assert not lines_with_controls(shell.run("stories", "--", "zeppelin", "\x1b[31m"))


def test_reparse_is_shown_without_controls(crawled: tuple[Shell, str, list[Case]]) -> None:
    """Runs last, since it overwrites the stored stories."""
    shell = crawled[0]
    with closing(sqlite3.connect(shell.db)) as conn, conn:  # so that every printed title is an example
        for rowid, stored in conn.execute("SELECT rowid, published_values FROM snapshot").fetchall():
            values = pack_text(to_json({**json.loads(unpack_text(stored)), "title": "x"}))
            conn.execute("UPDATE snapshot SET published_values = ? WHERE rowid = ?", (values, rowid))
        conn.execute("UPDATE story SET title = 'x'")
    output = shell.run("reparse", "--field", "title", "--examples", "100")
    assert "differ" in output and not lines_with_controls(output)
    assert not lines_with_controls(shell.run("reparse", "--field", "title", "--examples", "100", "--json"))
