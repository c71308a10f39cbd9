"""Stories whose publisher reserves their text, where `rights.store_reserved_text` is false: the rest is kept. Pure."""

from __future__ import annotations

from dataclasses import replace

from newsdesk.storage.records.entries import FeedEntry
from newsdesk.storage.records.rights.stated import reserved_by
from newsdesk.storage.records.stories import Story
from newsdesk.storage.records.visits import VisitResult

LONGEST_SUMMARY = 500  # characters of a reserved story that are kept
NOT_STORED = "not stored"  # of the evidence of a text: the term that reserves it


def without_reserved_text(story: Story) -> Story:
    """A story as it is kept: without its text if that is reserved. Its digests stay those of the whole, so that a
    change of the text is found."""
    term = reserved_by(story.rights)
    if term is None:
        return story
    return replace(
        story,
        text=None,
        html=None,
        cut_start="",
        cut_end="",
        edges=(),
        copy_keys=(),
        summary=None if story.summary is None else story.summary[:LONGEST_SUMMARY].rstrip(),
        evidence={**story.evidence, "text": {NOT_STORED: term}},
        text_reserved=term,
    )


def without_reserved_texts(result: VisitResult) -> VisitResult:
    """The result of a visit with each story as it is kept."""
    backfill = result.backfill
    if backfill is not None:
        backfill = replace(backfill, entries=_without(backfill.entries))
    return replace(result, entries=_without(result.entries), backfill=backfill)


def _without(entries: tuple[FeedEntry, ...]) -> tuple[FeedEntry, ...]:
    return tuple(
        one if one.story is None else replace(one, story=without_reserved_text(one.story)) for one in entries
    )
