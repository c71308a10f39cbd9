"""The verdict of an article page as a table: what is known of its story, and what is decided and written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from newsdesk.storage.pages.verdict import NEW_STORY, AddressHolder, PageFacts, decide_page
from newsdesk.storage.records.stories import Address, Story
from newsdesk.storage.stories.matching import Merge
from newsdesk.storage.stories.revisions import MOST_PER_DAY, snapshot_of
from tests.storage.stories.test_verdict import STORED, STORY

OTHER = Address(key="a1:other", url="http://daily.test/other", found_in="canonical")
TWO = replace(STORY, addresses=(*STORY.addresses, OTHER))
EDITED = replace(STORY, title="Ferry at seven", digest="s1:seven")
LATER = replace(STORY, published=datetime(2026, 11, 24, 3, 36, tzinfo=UTC), digest="s1:zone")
EARLIER, NOW, AFTER = "2026-11-24T06:00:00.000Z", "2026-11-24T07:00:00.000Z", "2026-11-24T08:00:00.000Z"
OWN = AddressHolder(story_id=7, site="daily.test", title=STORY.title, first_seen_at=NOW)
OLDER = replace(OWN, story_id=5, first_seen_at=EARLIER)
YOUNGER = replace(OWN, story_id=9, first_seen_at=AFTER)
UNLIKE = replace(OLDER, title="Another title")
FULL_DAY = [{"title": [f"{n}", f"{n + 1}"]} for n in range(MOST_PER_DAY)]


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
        revisions_today=revisions,
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
    decision = decide_page(story, story, facts)
    assert decision.verdict == verdict
    assert decision.reason.startswith(reason)
    assert {name: getattr(decision, name) for name in decided} == decided
