"""Why a listed story is missing: each reason, and which comes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from newsdesk.commands.audit.list_file import parse_list
from newsdesk.commands.audit.reasons import NO_FACTS, REASONS, Case, Listed, judge
from newsdesk.commands.audit.report import is_of_these_days
from newsdesk.storage.queries.audit import (
    AddressFacts,
    HeldStory,
    KnownPage,
    RefusedEntry,
    SourcePast,
    section_of,
)
from newsdesk.storage.queries.nearest import NearStory

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LISTED = Listed(key="a8:1", url="https://daily.test/news/ferry", title="Ferry timetable changes", at=NOON)
PAST = SourcePast(
    source_id=3,
    kind="feed",
    name="The Daily",
    added_at="2026-11-01T00:00:00.000Z",
    read_since="2026-11-01T00:00:00.000Z",
    last_ok_at="2026-11-25T00:00:00.000Z",
    gap_at=None,
    ok=("2026-11-24T10:00:00.000Z", "2026-11-24T13:00:00.000Z", "2026-11-25T00:00:00.000Z"),
    sections={"/news/": 40},
)
PAGE = KnownPage(story_id=None, due=False, why="new", outcome="not-found", message="daily.test answered 404")
REFUSED = RefusedEntry(source_id=3, reason="the daily limit", seen_at="2026-11-24T13:00:00.000Z", visit_id=7)
NEAR = NearStory(
    story_id=9, title="Ferry timetable changes", url="https://daily.test/f", sort_at="", similarity=0.95
)
OUTAGE = replace(
    PAST,
    ok=("2026-11-24T10:00:00.000Z", "2026-11-24T20:00:00.000Z"),
    failed=(("2026-11-24T14:00:00.000Z", 71, "server-error"),),
)
CASES: list[tuple[str, Case, str, str]] = [
    (
        "kept",
        Case(
            listed=LISTED,
            past=PAST,
            facts=AddressFacts(story=HeldStory(story_id=1, sort_at="", of_source=True)),
        ),
        "kept",
        "kept",
    ),
    (
        "of another source",
        Case(
            listed=LISTED,
            past=PAST,
            facts=AddressFacts(story=HeldStory(story_id=1, sort_at="", of_source=False, others=(4, 5))),
        ),
        "kept-elsewhere",
        "kept from source 4, 5",
    ),
    (
        "purged",
        Case(listed=LISTED, past=PAST, facts=AddressFacts(purged_why="age", refused=REFUSED)),
        "purged",
        "its story was purged (age)",
    ),
    (
        "refused",
        Case(listed=LISTED, past=PAST, facts=AddressFacts(refused=REFUSED)),
        "refused",
        "refused at visit 7: the daily limit",
    ),
    (
        "refused elsewhere, visit rolled up",
        Case(
            listed=LISTED, past=PAST, facts=AddressFacts(refused=replace(REFUSED, source_id=4, visit_id=None))
        ),
        "refused",
        "refused at a visit on 2026-11-24 of source 4: the daily limit",
    ),
    (
        "page failed, rather than refused for it",
        Case(listed=LISTED, past=PAST, facts=AddressFacts(page=PAGE, refused=REFUSED)),
        "page-failed",
        "its page failed: daily.test answered 404",
    ),
    (
        "disallowed",
        Case(listed=LISTED, past=PAST, facts=AddressFacts(page=replace(PAGE, outcome="robots"))),
        "disallowed",
        "disallowed: daily.test answered 404",
    ),
    (
        "page due",
        Case(listed=LISTED, past=PAST, facts=AddressFacts(page=replace(PAGE, due=True, outcome=None))),
        "page-due",
        "its page is due",
    ),
    (
        "duplicate",
        Case(listed=LISTED, past=PAST, facts=NO_FACTS, near=NEAR),
        "duplicate",
        "most likely a duplicate of story 9, which has the same title: https://daily.test/f",
    ),
    (
        "another title",
        Case(listed=LISTED, past=PAST, facts=NO_FACTS, near=replace(NEAR, similarity=0.6)),
        "never-seen",
        "never seen in the feed",
    ),
    (
        "too old",
        Case(listed=LISTED, past=replace(PAST, read_since="2026-11-24T13:00:00.000Z"), facts=NO_FACTS),
        "too-old",
        "too old: published before newsdesk first read the source on 2026-11-24",
    ),
    (
        "too old by its day",
        Case(
            listed=replace(LISTED, at=None, day="2026-10-30"),
            past=PAST,
            facts=NO_FACTS,
        ),
        "too-old",
        "too old: published before newsdesk first read the source on 2026-11-01",
    ),
    (
        "never read",
        Case(listed=LISTED, past=replace(PAST, read_since=None), facts=NO_FACTS),
        "too-old",
        "the source was never read",
    ),
    (
        "not yet",
        Case(listed=replace(LISTED, at=NOON.replace(day=26)), past=PAST, facts=NO_FACTS),
        "not-yet",
        "published after the last successful visit on 2026-11-25 00:00",
    ),
    (
        "outage",
        Case(listed=LISTED, past=OUTAGE, facts=NO_FACTS),
        "visits-failed",
        "published while the visits of the source failed: visit 71 ended with server-error",
    ),
    (
        "gap",
        Case(listed=LISTED, past=replace(PAST, gap_at="2026-11-25T09:00:00.000Z"), facts=NO_FACTS),
        "gap",
        "the feed had most likely dropped it before the next visit: it had a gap on 2026-11-25",
    ),
    (
        "section",
        Case(listed=replace(LISTED, url="https://daily.test/sport/1"), past=PAST, facts=NO_FACTS),
        "excluded",
        "excluded section: none of the latest stories of the source is in /sport/",
    ),
    (
        "few stories",
        Case(
            listed=replace(LISTED, url="https://daily.test/sport/1"),
            past=replace(PAST, sections={"/news/": 3}),
            facts=NO_FACTS,
        ),
        "never-seen",
        "never seen in the feed",
    ),
    (
        "of a page",
        Case(listed=LISTED, past=replace(PAST, kind="site"), facts=NO_FACTS),
        "never-seen",
        "never among the story links of the page",
    ),
]


@pytest.mark.parametrize(
    ("case", "code", "reason"), [row[1:] for row in CASES], ids=[row[0] for row in CASES]
)
def test_reasons(case: Case, code: str, reason: str) -> None:
    judged = judge(case)
    assert (judged.code, judged.reason) == (code, reason)
    assert judged.held == (case.facts.story is not None)


def test_each_reason_has_a_case() -> None:
    assert {code for code, _ in REASONS} <= {row[2] for row in CASES}


@pytest.mark.parametrize(
    ("url", "section"),
    [
        ("https://daily.test/sport/2026/ferry", "/sport/"),
        ("https://daily.test/ferry", "/"),
        ("https://daily.test/2026/11/ferry", "/"),
        ("https://daily.test/", "/"),
    ],
)
def test_sections(url: str, section: str) -> None:
    assert section_of(url) == section


@pytest.mark.parametrize(
    ("at", "day", "sort_at", "counts"),
    [
        (NOON, None, None, True),
        (NOON.replace(day=20), None, "2026-11-24T00:00:00.000Z", False),
        (None, "2026-11-23", None, True),
        (None, "2026-11-22", None, False),
        (None, None, None, True),
        (None, None, "2026-11-01T00:00:00.000Z", False),
        (None, None, "2026-11-24T00:00:00.000Z", True),
    ],
)
def test_the_days_that_are_compared(
    at: datetime | None, day: str | None, sort_at: str | None, counts: bool
) -> None:
    since = datetime(2026, 11, 23, 6, tzinfo=UTC)
    assert is_of_these_days(replace(LISTED, at=at, day=day), since=since, sort_at=sort_at) == counts


LISTS: list[tuple[str, str, list[tuple[int, str | None, str | None]]]] = [
    (
        "addresses",
        "https://a.test/1\n\n# later\nhttps://a.test/2\n",
        [(1, "https://a.test/1", None), (4, "https://a.test/2", None)],
    ),
    (
        "titles",
        "Ferry timetable changes\nAn end: of it all\n",
        [(1, None, "Ferry timetable changes"), (2, None, "An end: of it all")],
    ),
    (
        "as browsers show it",
        "a.test/1\nwww.a.test\nWell.done\n",
        [(1, "https://a.test/1", None), (2, "https://www.a.test", None), (3, "https://Well.done", None)],
    ),
    (
        "CSV",
        'id,Title,URL\n1,"One, two",https://a.test/1\n2,Three,\n3,,\n',
        [(2, "https://a.test/1", "One, two"), (3, None, "Three")],
    ),
    ("TSV", "headline\tlink\nOne\thttps://a.test/1\n", [(2, "https://a.test/1", "One")]),
    ("semicolons", "url;title\nhttps://a.test/1;One\n", [(2, "https://a.test/1", "One")]),
    ("no address in the column of addresses", "url\nnot an address\n", [(2, None, "not an address")]),
    ("nothing", "\n\n# only this\n", []),
]


@pytest.mark.parametrize(("text", "rows"), [row[1:] for row in LISTS], ids=[row[0] for row in LISTS])
def test_lists(text: str, rows: list[tuple[int, str | None, str | None]]) -> None:
    found = [(one.number, one.url, one.title) for one in parse_list(text)]
    assert [(number, (url or "").lower() or None, title) for number, url, title in found] == [
        (number, (url or "").lower() or None, title) for number, url, title in rows
    ]
