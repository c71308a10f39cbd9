"""The verdict of a link, and what the links of a site say about its layout."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsdesk.storage.links.verdict import (
    OLD_LINK,
    LinkDecision,
    LinkedPage,
    LinkFacts,
    LinkRow,
    decide_link,
)
from newsdesk.storage.records.addresses.links import FoundLink, LinkState, next_link_state
from newsdesk.storage.records.stories import Address
from newsdesk.storage.stories.matching import Owner
from newsdesk.storage.stories.verdict import NEW_LIMIT, SourceFacts

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
SOURCE = SourceFacts(source_id=1, owner=Owner(site="daily.test"), new_per_day=10)
LINK = FoundLink(
    entry_key="e1:0000000000000001",
    address=Address(key="a5:1", url="http://daily.test/one", found_in="entry"),
    reason="a link",
)
OLD = replace(LINK, backlog=True)
ROW = LinkRow(
    id=7, story_id=None, tombstone_id=None, page_id=3, reason="a link", first_seen_at=NOW, gone=False
)
PAGE = LinkedPage(
    id=3, story_id=None, due=True, category=None, message=None, read_at=NOW - timedelta(hours=30)
)
NO_ARTICLE = replace(PAGE, due=False, category="unreadable", message="a list")
FAILED = replace(PAGE, due=False, category="temporary", message="503")
REFUSED = "its page is no story: a list"

CASES: list[tuple[str, FoundLink, LinkFacts, tuple[str | None, str | None, bool]]] = [
    # what is known; verdict, why its page becomes due, whether the row is written
    ("nothing", LINK, LinkFacts(), (None, "new", True)),
    ("nothing, an old one", OLD, LinkFacts(backlog_left=2), (None, "backlog", True)),
    ("nothing, an old one over the limit", OLD, LinkFacts(backlog_left=0), ("refused", None, True)),
    (
        "an old one that was over the limit before",
        OLD,
        LinkFacts(row=replace(ROW, page_id=None, reason=OLD_LINK), backlog_left=5),
        ("refused", None, False),
    ),
    ("the limit of the day is reached", LINK, LinkFacts(new_today=10), ("refused", None, False)),
    ("its last pages were no stories", LINK, LinkFacts(probes_left=0), ("refused", None, False)),
    ("its last pages were none, and a few are read", LINK, LinkFacts(probes_left=1), (None, "new", True)),
    (
        "a story, though its last pages were none",
        LINK,
        LinkFacts(story_id=5, probes_left=0),
        ("duplicate", None, True),
    ),
    ("its page waits", LINK, LinkFacts(row=ROW, page=PAGE), (None, None, False)),
    ("its page waits for another source", LINK, LinkFacts(page=PAGE), (None, None, True)),
    ("a story", LINK, LinkFacts(row=replace(ROW, story_id=5), story_id=5), ("same", None, False)),
    ("a story of another source", LINK, LinkFacts(story_id=5), ("duplicate", None, True)),
    (
        "a story that another source brought meanwhile",
        LINK,
        LinkFacts(row=ROW, story_id=5, page=PAGE),
        ("duplicate", None, True),
    ),
    ("a purged story", LINK, LinkFacts(purged=(4, "purged")), ("refused", None, True)),
    (
        "a purged story again",
        LINK,
        LinkFacts(row=replace(ROW, tombstone_id=4), purged=(4, "purged")),
        ("refused", None, False),
    ),
    ("a page that is no article", LINK, LinkFacts(page=NO_ARTICLE), ("refused", None, True)),
    (
        "a page that is no article again",
        LINK,
        LinkFacts(row=replace(ROW, reason=REFUSED), page=NO_ARTICLE),
        ("refused", None, False),
    ),
    ("a page that failed a day ago", LINK, LinkFacts(row=ROW, page=FAILED), (None, "new", True)),
    (
        "a page that failed just now",
        LINK,
        LinkFacts(row=ROW, page=replace(FAILED, read_at=NOW)),
        ("refused", None, True),
    ),
    (
        "a page that fails for more than a week",
        LINK,
        LinkFacts(row=replace(ROW, first_seen_at=NOW - timedelta(days=8)), page=FAILED),
        ("refused", None, True),
    ),
]


@pytest.mark.parametrize(("name", "link", "facts", "expected"), CASES, ids=[case[0] for case in CASES])
def test_the_verdict_of_a_link(
    name: str, link: FoundLink, facts: LinkFacts, expected: tuple[str | None, str | None, bool]
) -> None:
    decision = decide_link(link, facts, source=SOURCE, now=NOW)
    assert (decision.verdict, decision.page_due, decision.keep) == expected
    assert decision.reason
    assert decision.page_due is None or decision.verdict is None


def test_over_the_daily_limit_the_document_is_read_again() -> None:
    decision = decide_link(LINK, LinkFacts(new_today=10), source=SOURCE, now=NOW)
    assert decision == LinkDecision(verdict="refused", reason=NEW_LIMIT, read_again=True)


STATES: list[tuple[str, LinkState, tuple[int, int, int], LinkState]] = [
    # before; links found, known, new; after
    ("the first document", LinkState(), (20, 0, 0), LinkState(found=20, usual=20)),
    ("a page without links", LinkState(), (0, 0, 0), LinkState(found=0)),
    ("news", LinkState(found=20, usual=20), (21, 19, 2), LinkState(found=21, usual=21)),
    ("silence", LinkState(found=20, usual=20), (20, 20, 0), LinkState(found=20, usual=20)),
    ("no link any more", LinkState(found=20, usual=20), (0, 0, 0), LinkState(found=0, usual=20, lost_at=NOW)),
    ("few are left", LinkState(found=20, usual=20), (9, 9, 0), LinkState(found=9, usual=20, lost_at=NOW)),
    (
        "other links, none of them known",
        LinkState(usual=20),
        (30, 2, 0),
        LinkState(found=30, usual=20, lost_at=NOW),
    ),
    (
        "still lost",
        LinkState(found=0, usual=20, lost_at=NOW - timedelta(days=1)),
        (0, 0, 0),
        LinkState(found=0, usual=20, lost_at=NOW - timedelta(days=1)),
    ),
    ("back", LinkState(found=0, usual=20, lost_at=NOW), (20, 20, 0), LinkState(found=20, usual=20)),
    ("news again", LinkState(found=0, usual=20, lost_at=NOW), (9, 0, 9), LinkState(found=9, usual=9)),
    ("a page of two links", LinkState(usual=2), (0, 0, 0), LinkState(found=0, usual=2)),
]


@pytest.mark.parametrize(("name", "before", "counts", "after"), STATES, ids=[case[0] for case in STATES])
def test_the_state_of_the_links_of_a_site(
    name: str, before: LinkState, counts: tuple[int, int, int], after: LinkState
) -> None:
    found, known, new = counts
    assert next_link_state(before, found=found, known=known, new=new, now=NOW) == after
