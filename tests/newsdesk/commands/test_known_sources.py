"""Options that are given for a source that newsdesk knows already: applied and reported, never ignored."""

from __future__ import annotations

from typing import Any

import pytest

from tests.newsdesk.commands.test_commands import Runner, runner, web
from tests.support.feeds import Item, many, rss

__all__ = ["runner", "web"]  # fixtures

# options of `add`, the column, its value before and after, what is printed
GIVEN: list[tuple[tuple[str, ...], str, Any, Any, str]] = [
    (("--full-text",), "full_text", 0, 1, "full_text = 1"),
    (("--every", "5m"), "every_s", 1, 300, "every_s = 300; next visit in 4 min, now every 5 min"),
    (("--cron", "0 6 * * *"), "cron", None, "0 6 * * *", "cron = 0 6 * * *; every_s = none; next visit in"),
    (("--name", "The Day"), "name", None, "The Day", "name = The Day"),
    (("--tag", "sport"), "tags", '["local"]', '["local", "sport"]', "tags = local, sport"),
    (("--language", "de"), "language", None, "de", "language = de"),
    (("--country", "at"), "country", None, "AT", "country = AT"),
    (("--timezone", "europe/vienna"), "timezone", None, "Europe/Vienna", "timezone = Europe/Vienna"),
    (("--keep", "90d"), "keep_days", None, 90, "keep_days = 90"),
    (("--auth", "paper"), "auth", None, "paper", "auth = paper"),
    (("--header", "key"), "headers", "[]", '["key"]', "headers = key"),
    (("--cookies", "jar"), "cookies", None, "jar", "cookies = jar"),
    (("--proxy", "tunnel"), "proxy", None, "tunnel", "proxy = tunnel"),
]


@pytest.fixture
def known(runner: Runner) -> Runner:
    """A source that is visited every second, with a tag."""
    runner.add("daily.test", "/feed.xml", "--every", "1s", "--tag", "local")
    runner.type("crawl")
    return runner


@pytest.mark.parametrize(("options", "column", "before", "after", "printed"), GIVEN, ids=lambda v: str(v))
def test_an_option_is_applied_to_a_known_source_and_reported(
    known: Runner, options: tuple[str, ...], column: str, before: Any, after: Any, printed: str
) -> None:
    secrets = options[0] in ("--auth", "--header", "--cookies", "--proxy")
    more = ("--force",) if secrets else ()  # a secret without a value cannot be sent
    assert known.shell.rows(f"SELECT {column} FROM source") == [before]
    output = known.add("daily.test", "/feed.xml", *options, *more)
    assert known.shell.rows(f"SELECT {column} FROM source") == [after]
    assert f"changed 1: {printed}" in output and "stay unchanged" not in output
    again = known.add("daily.test", "/feed.xml", *options, *more)
    assert "source 1 is unchanged: it has these settings already" in again


def test_what_is_printed_about_the_schedule_is_what_is_stored(known: Runner) -> None:
    output = known.add("daily.test", "/feed.xml", "--every", "5m")
    assert "every 5 min" in output and known.shell.rows("SELECT every_s FROM source") == [300]
    output = known.add("daily.test", "/feed.xml", "--tag", "local")
    assert "every 5 min" not in output


def test_a_known_source_without_options_stays_as_it_is(known: Runner) -> None:
    before = known.shell.rows("SELECT * FROM source")
    assert "its settings stay unchanged" in known.add("daily.test", "/feed.xml")
    assert known.shell.rows("SELECT * FROM source") == before


def test_json_names_what_was_changed(known: Runner) -> None:
    [one] = known.json("add", known.web.url("daily.test", "/feed.xml"), "--full-text", "--tag", "sport")
    [feed] = one["added"]
    assert feed["result"] == "known"
    assert feed["changed"] == {"full_text": 1, "tags": ["local", "sport"]}


def test_full_text_makes_the_pages_of_the_newest_stored_stories_due_once(known: Runner) -> None:
    web = known.web
    web.serve("/feed.xml", rss(*many(25), title="The Daily"))
    known.type("crawl")
    assert known.shell.rows("SELECT count(*) FROM page") == [0]
    assert "; 10 pages of its stored stories are due" in known.type("sources", "edit", "1", "--full-text")
    newest = known.shell.rows("SELECT id FROM story ORDER BY sort_at DESC, id DESC LIMIT 10")
    due = known.shell.rows("SELECT story_id FROM page WHERE due_at IS NOT NULL ORDER BY story_id")
    assert due == sorted(newest)
    assert "pages" in known.type("crawl", code=0)
    known.type("sources", "edit", "1", "--no-full-text")
    assert "are due" not in known.type("sources", "edit", "1", "--full-text")  # they were read


def test_a_story_that_left_the_feed_gets_no_page_by_full_text(known: Runner) -> None:
    known.web.serve(
        "/feed.xml", rss(Item(link="http://daily.test/only", title="Only one"), title="The Daily")
    )
    known.type("crawl")
    assert "; 1 page of its stored stories is due" in known.add("daily.test", "/feed.xml", "--full-text")


def test_the_tag_of_an_import_is_given_to_known_sources_too(known: Runner) -> None:
    (known.shell.folder / "list.txt").write_text(
        f"{known.web.url('daily.test', '/feed.xml')}\nhttps://other.test/feed\n"
    )
    dry = known.type("sources", "import", "list.txt", "--tag", "sport", "--dry-run")
    assert "1 added, 1 known already (1 of them tagged now)" in dry
    output = known.type("sources", "import", "list.txt", "--tag", "sport")
    assert "1 added, 1 known already (1 of them tagged now)" in output
    assert known.shell.rows("SELECT tags FROM source") == ['["local", "sport"]', '["sport"]']
    again = known.json("sources", "import", "list.txt", "--tag", "SPORT")
    assert (again["known"], again["tagged"]) == (2, 0)
