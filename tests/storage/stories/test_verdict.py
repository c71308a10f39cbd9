"""The verdict of a feed entry as a table: what is known of it, and what is decided and written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from newsdesk.storage.records.entries import FeedEntry
from newsdesk.storage.records.stories import Address, Author, Story
from newsdesk.storage.stories.matching import BY_ADDRESS, KnownStory, Match, Merge, Owner, StoredEntry
from newsdesk.storage.stories.revisions import MOST_TITLES_PER_DAY, Earlier, compare, snapshot_of
from newsdesk.storage.stories.tombstones import PurgedStory
from newsdesk.storage.stories.verdict import (
    MOST_ADDRESSES,
    NEW_LIMIT,
    Decision,
    EntryFacts,
    SourceFacts,
    decide_entry,
)

URL = "http://daily.test/ferry"
STORY = Story(
    addresses=(Address(key="a1:ferry", url=URL, found_in="entry"),),
    site="daily.test",
    title="Ferry at six",
    text="The ferry leaves at six.",
    authors=(Author(name="Ann Hill"),),
    published=datetime(2026, 11, 24, 5, 36, tzinfo=UTC),
    published_day="2026-11-24",
    precision="second",
    published_values={"published": "24 Nov 2026 05:36", "title": "Ferry at six"},
    digest="s1:six",
)
EDITED = replace(STORY, title="Ferry at seven", digest="s1:seven")
ENTRY = FeedEntry(entry_key="e1:1", entry_digest="d1:1", state="parsed", story=STORY)
SOURCE = SourceFacts(source_id=1, owner=Owner(site="daily.test"))
HUB = SourceFacts(source_id=2, owner=Owner(site="hub.test"))

KNOWN = KnownStory(
    story_id=7,
    url=URL,
    site="daily.test",
    title=STORY.title,
    published="2026-11-24T05:36:00.000Z",
    first_seen_at="2026-11-24T06:00:00.000Z",
    authority="site",
    first_source=True,
    digest=STORY.digest,
)
OWN = StoredEntry(3, 7, "e1:1")
REFUSED = StoredEntry(4, None, "e1:1")
OF_PURGED = StoredEntry(5, None, "e1:1", 9)
PURGED = PurgedStory(tombstone_id=9, reason="its story was purged on 2026-11-01 for its age", row=None)
STORED: dict[str, Any] = {
    "title": STORY.title,
    "summary": None,
    "published": STORY.published,
    "published_offset_min": None,
    "published_day": "2026-11-24",
    "precision": "second",
    "authors": STORY.authors,
    "text": STORY.text,
    "cut_start": "",
    "cut_end": "",
    "uncut_text": STORY.text,
    "html": None,
    "evidence": {},
    "language": None,
    "kind": "article",
    "access": None,
    "updated": None,
    "image": None,
    "categories": (),
    "agency": None,
}
FULL_DAY = [{"title": [f"{n}", f"{n + 1}"]} for n in range(MOST_TITLES_PER_DAY)]
MANY = tuple(
    Address(key=f"a1:{n}", url=f"http://daily.test/{n}", found_in="entry") for n in range(MOST_ADDRESSES + 3)
)


def new(**facts: Any) -> EntryFacts:
    """No stored story matches."""
    return EntryFacts(**{"unknown_addresses": STORY.addresses, **facts})


def known(story: Story = STORY, *, known: KnownStory = KNOWN, **facts: Any) -> EntryFacts:
    """A stored story matches; this source has not carried it before."""
    return EntryFacts(**{"match": Match(story_id=7, reason=BY_ADDRESS), "known": known, **facts})


def own(story: Story, before: Story | None = STORY, *, known: KnownStory = KNOWN, **facts: Any) -> EntryFacts:
    """This source has carried the story; its last snapshot is of `before`."""
    comparison = compare(None if before is None else snapshot_of(before), story)
    return EntryFacts(
        **{
            "match": Match(story_id=7, reason=BY_ADDRESS),
            "known": known,
            "own": OWN,
            "live": OWN,
            "comparison": comparison,
            "stored": STORED,
            **facts,
        }
    )


def parsed(story: Story) -> FeedEntry:
    return replace(ENTRY, story=story)


def state(name: Any, reason: str | None = None) -> FeedEntry:
    return replace(ENTRY, state=name, story=None, reason=reason)


LATER = replace(STORY, published=datetime(2026, 11, 24, 3, 36, tzinfo=UTC), digest="s1:zone")
NEWER_RULES = replace(EDITED, reader_version=2)
BY_HUB = replace(KNOWN, authority="source", first_source=False)
FIRST_BY_HUB = replace(KNOWN, authority="source")
OF_PAGE = replace(KNOWN, authority="page")
LIMITED = replace(SOURCE, new_per_day=3)
FULL = replace(SOURCE, full_text=True)
MERGE = Merge(younger=9, older=7)

# (name, entry, facts, source, verdict, beginning of the reason, what else is decided)
CASES: list[tuple[str, FeedEntry, EntryFacts, SourceFacts, str | None, str, dict[str, Any]]] = [
    ("unchanged", state("unchanged"), EntryFacts(), SOURCE, "same", "the feed published the same", {"entry": None}),
    ("repeated", state("repeated"), EntryFacts(), SOURCE, "duplicate", "it appeared earlier", {"entry": None}),
    ("over the limit on entries", state("postponed"), EntryFacts(), SOURCE, None, "it waits for a later visit", {}),
    ("unusable", state("refused", "no link"), EntryFacts(), SOURCE, "refused", "no link", {"entry": "insert"}),
    ("unusable again", state("refused", "no link"), EntryFacts(live=REFUSED), SOURCE, "refused", "no link",
     {"entry": None}),
    ("an address met earlier in the document", ENTRY, EntryFacts(used=True), SOURCE, "duplicate",
     "an earlier entry of this document has its address", {"entry": None, "story_id": None}),
    ("new", ENTRY, new(), SOURCE, "new", "no stored story has this address",
     {"entry": "insert", "addresses": STORY.addresses, "authority": "site", "page_due": None}),
    ("new on another site", ENTRY, new(), HUB, "new", "no stored story", {"authority": "source"}),
    ("new, with full text", ENTRY, new(), FULL, "new", "", {"page_due": "new", "page_url": URL}),
    ("new, from before we knew the feed", replace(ENTRY, backlog=True), new(), FULL, "new", "",
     {"page_due": "backlog"}),
    ("refused before, new now", ENTRY, new(live=REFUSED), SOURCE, "new", "", {"entry": "accept", "row": REFUSED}),
    ("new under the key of another story", ENTRY, new(found=OWN, live=OWN), SOURCE, "new", "", {"ended": OWN}),
    ("purged", ENTRY, new(purged=PURGED), SOURCE, "refused", "its story was purged on 2026-11-01",
     {"entry": "insert", "tombstone_id": 9, "read_again": False}),
    ("purged, still in the feed", ENTRY, new(purged=replace(PURGED, row=OF_PURGED), live=OF_PURGED), SOURCE,
     "refused", PURGED.reason, {"entry": "purged", "row": OF_PURGED}),
    ("purged, back in the feed", ENTRY, new(purged=replace(PURGED, row=OF_PURGED)), SOURCE, "refused", PURGED.reason,
     {"entry": "purged", "row": OF_PURGED}),
    ("purged, refused before for another reason", ENTRY, new(purged=replace(PURGED, row=REFUSED), live=REFUSED),
     SOURCE, "refused", PURGED.reason, {"entry": "purged", "row": REFUSED}),
    ("the key of a purged story, another story", ENTRY, new(live=OF_PURGED), SOURCE, "new", "",
     {"entry": "accept", "row": OF_PURGED}),
    ("below the daily limit", ENTRY, new(new_today=2), LIMITED, "new", "", {"read_again": False}),
    ("over the daily limit", ENTRY, new(new_today=3), LIMITED, "refused", NEW_LIMIT,
     {"entry": "insert", "read_again": True}),
    ("over the daily limit, refused before", ENTRY, new(new_today=3, live=REFUSED), LIMITED, "refused", NEW_LIMIT,
     {"entry": None, "read_again": True}),
    ("the daily limit does not count the backlog", replace(ENTRY, backlog=True), new(new_today=3), LIMITED, "new",
     "", {}),
    ("another source's entry", ENTRY, known(), HUB, "duplicate", BY_ADDRESS,
     {"entry": "insert", "story_id": 7, "rewrite": None}),
    ("the site's own feed after a hub", ENTRY, known(known=BY_HUB), SOURCE, "duplicate",
     f"{BY_ADDRESS}; the values of its own site", {"rewrite": STORY, "authority": "site"}),
    ("another title, with full text", parsed(EDITED), known(), replace(HUB, full_text=True), "duplicate", BY_ADDRESS,
     {"page_due": "feed changed", "page_url": URL}),
    ("merged", ENTRY, own(STORY, match=Match(story_id=7, reason="", merge=MERGE)), SOURCE, "same", "",
     {"merges": (MERGE,)}),
    ("the same", ENTRY, own(STORY), SOURCE, "same", "the feed published the same", {"snapshot": None, "entry": None}),
    ("the same under another key", ENTRY, own(STORY, live=None), SOURCE, "same", "", {"entry": "rename"}),
    ("no snapshot yet", ENTRY, own(STORY, None), SOURCE, "same", "the first snapshot",
     {"snapshot": snapshot_of(STORY)}),
    ("changed", parsed(EDITED), own(EDITED), SOURCE, "changed", "the feed changed its values",
     {"changes": {"title": ["Ferry at six", "Ferry at seven"]}, "rewrite": EDITED, "read_again": False}),
    ("changed to what is stored", parsed(EDITED), own(EDITED, stored={**STORED, "title": EDITED.title}), SOURCE,
     "changed", "", {"changes": {}, "rewrite": None}),
    ("changed too often", parsed(EDITED), own(EDITED, earlier=Earlier(today=FULL_DAY)), SOURCE, "same", "daily limit",
     {"changes": {}, "rewrite": None, "snapshot": None, "read_again": True}),
    ("changed by another site", parsed(EDITED), own(EDITED, stored=None), HUB, "changed",
     "the feed changed its values; the stored values of another source stay", {"changes": {}, "rewrite": None}),
    ("changed by the first source", parsed(EDITED), own(EDITED, known=FIRST_BY_HUB), HUB, "changed", "",
     {"rewrite": EDITED, "authority": "source"}),
    ("changed, the page was read", parsed(EDITED), own(EDITED, known=OF_PAGE), FULL, "changed", "",
     {"page_due": "feed changed", "rewrite": EDITED, "authority": "page"}),
    ("a date in another zone", parsed(LATER), own(LATER), SOURCE, "same", "the feed printed the same date",
     {"changes": {}, "rewrite": None}),
    ("other parsing rules", parsed(NEWER_RULES), own(NEWER_RULES), SOURCE, "same", "other parsing rules",
     {"changes": {}, "rewrite": NEWER_RULES, "snapshot": snapshot_of(NEWER_RULES)}),
    ("other parsing rules, the page was read", parsed(NEWER_RULES), own(NEWER_RULES, known=OF_PAGE, stored=None),
     SOURCE, "same", "other parsing rules", {"rewrite": None}),
    ("a further address", ENTRY, own(STORY, unknown_addresses=MANY[:1], address_count=1), SOURCE, "same", "",
     {"addresses": MANY[:1]}),
    ("too many addresses", ENTRY, own(STORY, unknown_addresses=MANY, address_count=2), SOURCE, "same", "",
     {"addresses": MANY[: MOST_ADDRESSES - 2]}),
    ("another site's address", ENTRY, own(STORY, unknown_addresses=MANY[:1]), HUB, "same", "", {"addresses": ()}),
    ("a GUID that changes each time", ENTRY, own(STORY, unknown_addresses=MANY[:1], by_content=True), SOURCE,
     "same", "", {"addresses": ()}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "facts", "source", "verdict", "reason", "decided"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_verdict_of_an_entry(
    entry: FeedEntry,
    facts: EntryFacts,
    source: SourceFacts,
    verdict: str | None,
    reason: str,
    decided: dict[str, Any],
) -> None:
    decision: Decision = decide_entry(entry, facts, source=source)
    assert decision.verdict == verdict
    assert decision.reason.startswith(reason)
    assert {name: getattr(decision, name) for name in decided} == decided
