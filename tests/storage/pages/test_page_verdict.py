"""The verdict of an article page as a table of what is known of its story; and keeping does what was decided."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.pages.claims import settle_claims
from newsdesk.storage.pages.due import request_pages
from newsdesk.storage.pages.keep import keep_page
from newsdesk.storage.pages.known import read_page_facts
from newsdesk.storage.pages.verdict import NEW_STORY, AddressHolder, PageFacts, decide_page
from newsdesk.storage.records.addresses.areas import same_family
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.pages import Claim, PageResult
from newsdesk.storage.records.stories import Address, Story
from newsdesk.storage.sources.moves import Store
from newsdesk.storage.stories.matching import Merge
from newsdesk.storage.stories.revisions import MOST_TITLES_PER_DAY, Earlier, snapshot_of
from newsdesk.storage.visits.keep import start_run
from tests.storage.stories.test_verdict import STORED, STORY

SITE = "http://daily.test"
BEGAN = datetime(2026, 11, 24, 12, tzinfo=UTC)
OTHER = Address(key="a1:other", url="http://daily.test/amp/ferry", found_in="canonical")
FAR = Address(key="a1:far", url="http://daily.test/b/bridge", found_in="canonical")
CLAIMING = replace(STORY, addresses=(*STORY.addresses, FAR))
TWO = replace(STORY, addresses=(*STORY.addresses, OTHER))
EDITED = replace(STORY, title="Ferry at seven", digest="s1:seven")
LATER = replace(STORY, published=datetime(2026, 11, 24, 3, 36, tzinfo=UTC), digest="s1:zone")
EARLIER, NOW, AFTER = "2026-11-24T06:00:00.000Z", "2026-11-24T07:00:00.000Z", "2026-11-24T08:00:00.000Z"
OWN = AddressHolder(story_id=7, site="daily.test", title=STORY.title, first_seen_at=NOW)
OLDER = replace(OWN, story_id=5, first_seen_at=EARLIER)
YOUNGER = replace(OWN, story_id=9, first_seen_at=AFTER)
UNLIKE = replace(OLDER, title="Another title")
FULL_DAY = [{"title": [f"{n}", f"{n + 1}"]} for n in range(MOST_TITLES_PER_DAY)]


def new(**holders: AddressHolder) -> PageFacts:
    return PageFacts(
        story_id=None, first_seen_at=AFTER, holders={f"a1:{key}": one for key, one in holders.items()}
    )


def read(before: Story | None, *, revisions: Any = (), **holders: AddressHolder) -> PageFacts:
    """The page's story is stored; its last snapshot is of `before`."""
    return PageFacts(
        story_id=7,
        first_seen_at=NOW,
        snapshot=None if before is None else snapshot_of(before),
        stored=None if before is None else STORED,
        earlier=Earlier(today=revisions),
        holders={"a1:ferry": OWN, **{f"a1:{key}": one for key, one in holders.items()}},
    )


# (name, story of the page, facts, verdict, beginning of the reason, what else is decided)
CASES: list[tuple[str, Story, PageFacts, str, str, dict[str, Any]]] = [
    ("new", STORY, new(), "new", "no stored story has this address",
     {"story_id": None, "addresses": STORY.addresses, "merges": ()}),
    ("new, and its second address is an older story's", TWO, new(other=OLDER), "new", "",
     {"merges": (Merge(younger=NEW_STORY, older=5),), "addresses": STORY.addresses}),
    ("the first snapshot", EDITED, read(None), "same", "the first snapshot of the page",
     {"rewrite": EDITED, "snapshot": snapshot_of(EDITED)}),
    ("the same", STORY, read(STORY), "same", "the page published the same values", {"rewrite": STORY}),
    ("changed", EDITED, read(STORY), "changed", "the page changed its values",
     {"changes": {"title": ["Ferry at six", "Ferry at seven"]}, "rewrite": EDITED}),
    ("changed too often", EDITED, read(STORY, revisions=FULL_DAY), "same", "daily limit",
     {"changes": {}, "rewrite": None, "snapshot": None, "read_again": True}),
    ("other parsing rules", replace(EDITED, reader_version=2), read(STORY), "same", "other parsing rules",
     {"changes": {}, "rewrite": replace(EDITED, reader_version=2)}),
    ("a date in another zone", LATER, read(STORY), "same", "the page printed the same date",
     {"changes": {}, "rewrite": replace(LATER, published=STORY.published)}),
    ("a further address", TWO, read(STORY), "same", "", {"addresses": (OTHER,), "merges": ()}),
    ("an address of an older story", TWO, read(STORY, other=OLDER), "same", "",
     {"addresses": (), "merges": (Merge(younger=7, older=5),)}),
    ("an address of a younger story", TWO, read(STORY, other=YOUNGER), "same", "",
     {"merges": (Merge(younger=9, older=7),)}),
    ("an address of a story with another title", TWO, read(STORY, other=UNLIKE), "same", "", {"merges": ()}),
    ("an address of another site's story", TWO, read(STORY, other=replace(OLDER, site="evil.test")), "same", "",
     {"merges": ()}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("story", "facts", "verdict", "reason", "decided"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_verdict_of_a_page(
    story: Story, facts: PageFacts, verdict: str, reason: str, decided: dict[str, Any]
) -> None:
    decision = decide_page(settle_claims(story, story, ()), facts)
    assert decision.verdict == verdict
    assert decision.reason.startswith(reason)
    assert {name: getattr(decision, name) for name in decided} == decided


LONG = "The bridge over the harbour opens in May, a year later than planned, the council said on Monday."
THERE = replace(STORY, title="Bridge", text=LONG, addresses=(replace(FAR, found_in="entry"),))
CLAIMS: list[tuple[str, Story, Story | None, str, dict[str, Any]]] = [
    # what, the page, the page at the address that it claims, the end of the note, what is settled
    ("not fetched", CLAIMING, None, "it was not fetched", {"proven": frozenset(), "moved": False}),
    ("another text", replace(CLAIMING, text="Something else, told at length."), THERE,
     "the page there has another text and does not point here", {"proven": frozenset(), "moved": False}),
    ("another text, the same title", replace(CLAIMING, title="Bridge", text="EVIL"), THERE,
     "the page there has another text and does not point here", {"proven": frozenset(), "moved": False}),
    ("the same text", replace(CLAIMING, title="EVIL", text=LONG), THERE, "the page there has the same text",
     {"proven": frozenset({"a1:far", "a1:ferry"}), "moved": True}),
    ("the same text and a caption", replace(CLAIMING, text=f"{LONG} Photo: Ann Hill."), THERE,
     "the page there has the same text", {"moved": True}),
    ("a part of the text", replace(CLAIMING, text=LONG[:60]), THERE,
     "the page there has another text and does not point here", {"moved": False}),
    ("it points here", replace(CLAIMING, text="Other"), replace(THERE, addresses=(FAR, *STORY.addresses)),
     "the page there points here", {"proven": frozenset({"a1:far"}), "moved": False}),
]  # fmt: skip


@pytest.mark.parametrize("case", CLAIMS, ids=[case[0] for case in CLAIMS])
def test_a_claimed_address_needs_proof(case: tuple[str, Story, Story | None, str, dict[str, Any]]) -> None:
    _, page, there, note, expected = case
    claims = () if there is None else (Claim(address=FAR, message="", own=there, story=there),)
    settled = settle_claims(page, page, claims)
    assert settled.notes[0].endswith(note) and FAR.url in settled.notes[0]
    assert {name: getattr(settled, name) for name in expected} == expected
    keys = [address.key for address in settled.story.addresses]
    assert keys == (["a1:far", "a1:ferry"] if settled.moved else ["a1:ferry", *sorted(settled.proven)])
    assert settled.story.title == ("Bridge" if settled.moved else page.title)  # a copy changes nothing there


def test_a_page_that_could_not_be_read_proves_nothing() -> None:
    settled = settle_claims(CLAIMING, CLAIMING, (Claim(address=FAR, message="HTTP 404"),))
    assert settled.notes[0].endswith("it could not be read (HTTP 404)") and not settled.proven


def test_the_story_at_a_proven_address_stays() -> None:
    page = replace(CLAIMING, text=LONG)
    settled = settle_claims(page, page, (Claim(address=FAR, message="", own=THERE, story=THERE),))
    younger = replace(OWN, story_id=9, first_seen_at=AFTER, title="Bridge, opened")
    facts = PageFacts(story_id=9, first_seen_at=AFTER, holders={"a1:ferry": OWN, "a1:far": younger})
    assert decide_page(settled, facts).merges == (Merge(younger=7, older=9),)


@pytest.mark.parametrize(
    ("main_url", "verdict"),
    [
        ("http://daily.test/b/bridge", None),
        (STORY.addresses[0].url, "s"),
        (STORY.addresses[0].url + "?amp=1", "s"),
    ],
)
def test_a_page_at_another_address_of_its_story_changes_nothing(main_url: str, verdict: str | None) -> None:
    facts = replace(read(None), main_url=main_url)
    decision = decide_page(settle_claims(EDITED, EDITED, ()), facts)
    assert (decision.rewrite is None) is (verdict is None) and decision.other_page is (verdict is None)


FAMILIES = [
    ("http://daily.test/x", "https://www.daily.test/x/", True),
    ("https://daily.test/amp/x", "https://daily.test/x", True),
    ("https://amp.daily.test/x", "https://daily.test/x.html", True),
    ("https://daily.test/x?id=1", "https://daily.test/x?id=1&print=1", True),
    ("https://daily.test/x?id=1", "https://daily.test/x?id=2", False),
    ("https://daily.test/a/x", "https://daily.test/b/x", False),
    ("https://ann.daily.test/x", "https://bob.daily.test/x", False),
    ("https://daily.test/x", "https://daily.test:8443/x", False),
    ("https://daily.test/", "https://daily.test/x", False),
]


@pytest.mark.parametrize(("one", "other", "same"), FAMILIES)
def test_other_forms_of_an_address(one: str, other: str, same: bool) -> None:
    assert same_family(one, other) is same and same_family(other, one) is same


# (which page, version of its title, whether it names the address of the other page, hours since the last one)
_READINGS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 2), st.booleans(), st.sampled_from((1, 30))),
    min_size=1,
    max_size=14,
)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(_READINGS)
def test_decisions_are_what_keeping_does(readings: list[tuple[int, int, bool, int]]) -> None:
    """Two pages whose titles alternate, and that may name each other's address: what a connection that cannot write
    decides is what keeping then does."""
    now = BEGAN
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "newsdesk.db"
        prepare(path)
        with Writer(path) as writer:
            pages = writer.do(lambda db: request_pages(db, [f"{SITE}/{n}" for n in range(2)], now=BEGAN))
            run_id = writer.do(lambda db: start_run(db, kind="test", owner="me", requested_at=BEGAN))
            for number, version, names_other, hours in readings:
                now += timedelta(hours=hours)
                story = _page(number, version, names_other=names_other)
                result = _result(pages[number], f"{SITE}/{number}", story, now)
                with reading(path) as db:
                    settled = settle_claims(story, story, _claims(story))
                    facts = read_page_facts(db, pages[number], settled, now=to_iso(now))
                    decision = decide_page(settled, facts)
                    before = _rows(db)
                keep = partial(
                    keep_page,
                    result=result,
                    run_id=run_id,
                    retry=lambda *_: None,
                    hold=lambda _, since: since,
                )
                counts = writer.do(keep)
                with reading(path) as db:
                    after = _rows(db)
                assert (counts.new, counts.changed, counts.same) == tuple(
                    decision.verdict == verdict for verdict in ("new", "changed", "same")
                )
                assert after["stories"] - before["stories"] == (decision.verdict == "new")
                assert after["revisions"][len(before["revisions"]) :] == (
                    [json.dumps(decision.changes, ensure_ascii=False)] if decision.changes else []
                )
                assert after["addresses"] - before["addresses"] == len(decision.addresses)
                assert after["merged"] - before["merged"] == len(decision.merges)


def _page(number: int, version: int, *, names_other: bool) -> Story:
    named = (number, 1 - number) if names_other else (number,)
    return replace(
        STORY,
        addresses=tuple(Address(key=f"a1:{n}", url=f"{SITE}/{n}", found_in="canonical") for n in named),
        title=f"Title {version}",
        digest=f"s1:{version}",
    )


def _claims(story: Story) -> tuple[Claim, ...]:
    """The page at the other address points here."""
    pointing = replace(story, addresses=story.addresses[::-1])
    return tuple(Claim(address=one, message="", own=pointing, story=pointing) for one in story.addresses[1:])


def _result(page_id: int, url: str, story: Story, now: datetime) -> PageResult:
    return PageResult(
        page_id=page_id,
        url=url,
        host="daily.test",
        started_at=now,
        ended_at=now,
        outcome=Outcome(code="read", category="ok", message=""),
        page_story=story,
        story=story,
        claims=_claims(story),
    )


def _rows(db: Store) -> dict[str, Any]:
    def count(sql: str) -> int:
        return int(db.conn.execute(sql).fetchone()[0])

    return {
        "stories": count("SELECT count(*) FROM story"),
        "merged": count("SELECT count(*) FROM story WHERE merged_into IS NOT NULL"),
        "addresses": count("SELECT count(*) FROM address"),
        "revisions": [row[0] for row in db.conn.execute("SELECT fields FROM revision ORDER BY id")],
    }
