"""The verdict of an article page: what is known of its story in, the decision out. Pure.

A page is an origin like a source: its first snapshot is a baseline, and only its own later values are a change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from newsdesk.storage.pages.claims import Settled
from newsdesk.storage.records.addresses.areas import same_family
from newsdesk.storage.records.changes.corrections import new_corrections
from newsdesk.storage.records.stories import Address, Story
from newsdesk.storage.stories.matching import BY_ADDRESS, NO_STORY, Merge
from newsdesk.storage.stories.revisions import (
    Earlier,
    Snapshot,
    changed_fields,
    held_back,
    joined,
    over_daily_limit,
    restated_values,
    revision_of,
    rights_changed,
    same_values,
    snapshot_of,
    snapshot_values,
    with_stored,
)
from newsdesk.storage.stories.verdict import Decision, dropping_text

NEW_STORY = 0  # stands in a merge for the story that the decision adds


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressHolder:
    """The stored story that has an address."""

    story_id: int
    site: str
    title: str | None
    first_seen_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRevision:
    """The revision for which a page is read again: its feed changed these fields, each with [old, new]."""

    id: int
    fields: Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What is known of a page. `story_id` None: no story has its address. `first_seen_at` is that of the story,
    or now; `main_url` the address whose page its values are of. `snapshot` is the last one of the page. `stored` and
    `earlier` are read only where they are needed. `holders`: by key, the stories that have the addresses
    that the page names. `feed_revision`: the page is read again because of it. `known_corrections`: texts of those that
    are stored."""

    story_id: int | None
    first_seen_at: str
    main_url: str | None = None
    snapshot: Snapshot | None = None
    stored: Mapping[str, Any] | None = None
    earlier: Earlier = field(default_factory=Earlier)
    holders: Mapping[str, AddressHolder]
    feed_revision: FeedRevision | None = None
    known_corrections: Sequence[str] = ()


def decide_page(settled: Settled, facts: PageFacts) -> Decision:
    """The verdict of a page whose claims are settled."""
    page_story, story = settled.page_story, settled.story
    if facts.main_url is not None and not _is_main(facts.main_url, story):
        reason = f"the values of the story are those of {facts.main_url}; this page is another address of it"
        return Decision(verdict="same", reason=reason, story_id=facts.story_id, other_page=True)
    addresses, merges = _addresses_and_merges(facts, settled)
    base = Decision(
        verdict="same",
        reason=BY_ADDRESS,
        story_id=facts.story_id,
        addresses=addresses,
        merges=merges,
        authority="page",
        corrections=new_corrections(page_story.corrections, facts.known_corrections),
    )
    if facts.story_id is None:
        return replace(base, verdict="new", reason=NO_STORY.reason, snapshot=snapshot_of(page_story))
    if facts.snapshot is None or facts.stored is None:
        reason = "the first snapshot of the page: a baseline for later changes"
        return replace(base, reason=reason, snapshot=snapshot_of(page_story), rewrite=story)
    decision = _decide_known(base, page_story, story, facts.snapshot, facts.stored, facts)
    decision = replace(decision, rights_change=rights_changed(facts.snapshot, decision.snapshot))
    return decision if page_story.text_reserved is None else dropping_text(decision)


def _decide_known(
    base: Decision,
    page_story: Story,
    story: Story,
    before: Snapshot,
    stored: Mapping[str, Any],
    facts: PageFacts,
) -> Decision:
    parsed = snapshot_of(page_story)
    same_rules = before.reader_version == page_story.reader_version
    snapshot = replace(parsed, values=restated_values(before.values, parsed.values)) if same_rules else parsed
    if not same_rules:
        reason = "other parsing rules gave the last snapshot: the new one is a baseline, not compared"
        return replace(base, reason=reason, snapshot=snapshot, rewrite=story)
    changed = changed_fields(before.values, snapshot.values, page_story, stored)
    base = replace(base, snapshot=snapshot, rewrite=with_stored(story, stored, changed))
    if not page_changed(before, page_story):
        restated = snapshot.values != parsed.values
        reason = "the page printed the same date as last time; only its parsed value differs"
        return replace(base, reason=reason if restated else "the page published the same values as last time")
    fields = revision_of(story, stored, changed)
    over = over_daily_limit(facts.earlier, fields)
    if fields and len(over) == len(fields):
        reason = "daily limit: the page has changed too often in the last 24 hours"
        return replace(base, reason=reason, read_again=True, snapshot=None, rewrite=None)
    changes = {name: values for name, values in fields.items() if name not in over}
    feed = facts.feed_revision
    return replace(
        base,
        verdict="changed",
        reason="the page changed its values",
        changes=joined(feed.fields, changes) if feed is not None and changes else changes,
        extends=feed.id if feed is not None and changes else None,
        read_again=bool(over),
        snapshot=held_back(snapshot, before, over),
        rewrite=with_stored(story, stored, changed - over),
    )


def page_changed(before: Snapshot, page_story: Story) -> bool:
    """Whether a page differs from its last snapshot in a material field. Other parsing rules are no change."""
    if (before.reader_version, before.digest) == (page_story.reader_version, page_story.digest):
        return False
    return before.reader_version == page_story.reader_version and not same_values(
        before.values, restated_values(before.values, snapshot_values(page_story))
    )


def _is_main(main_url: str, story: Story) -> bool:
    """Whether the page is that of the main address of its story, or another form of it."""
    return any(address.url == main_url or same_family(address.url, main_url) for address in story.addresses)


def _addresses_and_merges(
    facts: PageFacts, settled: Settled
) -> tuple[tuple[Address, ...], tuple[Merge, ...]]:
    """The addresses that the page adds to its story, and the merges with other stories that have one of them.
    Two stories are merged only with proof, or if they have the same title and other forms of one address: on some
    sites every page names the same canonical address. The story at an address that was claimed and proven stays."""
    story = settled.story
    added: dict[str, Address] = {}
    merges: list[Merge] = []
    current, seen_at = NEW_STORY if facts.story_id is None else facts.story_id, facts.first_seen_at
    merged = {current}
    for address in story.addresses:
        holder = facts.holders.get(address.key)
        if holder is None:
            added.setdefault(address.key, address)
        elif holder.story_id not in merged and _same_story(
            holder, story, proven=address.key in settled.proven
        ):
            merged.add(holder.story_id)
            if not settled.moved and (holder.first_seen_at, holder.story_id) < (seen_at, current or _LAST):
                merges.append(Merge(younger=current, older=holder.story_id))
                current, seen_at = holder.story_id, holder.first_seen_at
            else:
                merges.append(Merge(younger=holder.story_id, older=current))
    return tuple(added.values()), tuple(merges)


_LAST = 2**63  # a new story gets a number after all others


def _same_story(holder: AddressHolder, story: Story, *, proven: bool) -> bool:
    same_title = holder.title is not None and holder.title == story.title
    return holder.site == story.site and (proven or same_title)
