"""Records after pickling: equal, and still frozen."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime

import pytest

from newsdesk.storage.records.entries import FeedEntry
from newsdesk.storage.records.stories import Address, Author, Story

STORY = Story(
    addresses=(Address(key="a1:0f", url="http://daily.test/ferry", found_in="entry"),),
    site="daily.test",
    title="Ferry returns",
    authors=(Author(name="Ann Hill"), Author(name="AFP", kind="organisation")),
    published=datetime(2026, 11, 24, 5, 36, tzinfo=UTC),
    published_values={"title": "Ferry returns", "categories": ["boats"]},
)
RECORDS = [
    STORY,
    *STORY.addresses,
    *STORY.authors,
    FeedEntry(entry_key="e1:1", entry_digest="d1:2", state="parsed", story=STORY),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickled_record_is_equal(record: object, protocol: int) -> None:
    assert pickle.loads(pickle.dumps(record, protocol)) == record
    assert copy.copy(record) == record


def test_a_pickled_record_is_frozen() -> None:
    again = pickle.loads(pickle.dumps(STORY))
    with pytest.raises(FrozenInstanceError):
        again.title = "Another"
    assert replace(again, title="Another").title == "Another"
