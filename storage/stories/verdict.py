"""The verdict of a feed entry: what is known of it in, the decision out. Pure.

new: no stored story matches. changed: this origin's values differ from its own last snapshot. same: they do not,
or the daily limit of changes is reached. duplicate: another source's entry of a stored story, or the second one
in a document. refused: with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from newsdesk.storage.records.changes.corrections import new_corrections
from newsdesk.storage.records.entries import FeedEntry, State
from newsdesk.storage.records.rights.stated import RightsChange
from newsdesk.storage.records.stories import Address, Correction, Story, Verdict
from newsdesk.storage.rights.reserved import without_reserved_text
from newsdesk.storage.stories.matching import (
    NO_STORY,
    RANK,
    Authority,
    KnownStory,
    Match,
    Merge,
    Owner,
    StoredEntry,
    authority_of,
    may_change,
)
from newsdesk.storage.stories.revisions import (
    FIELDS,
    Change,
    Comparison,
    Earlier,
    Snapshot,
    changed_fields,
    held_back,
    over_daily_limit,
    own_fields,
    revision_of,
    rights_changed,
    snapshot_of,
    with_stored,
)
from newsdesk.storage.stories.tombstones import PurgedStory

NEW_LIMIT = "daily limit: the source has brought as many new stories today as are kept"
MOST_ADDRESSES = 12  # of one story: a link with a random parameter would add one with each visit


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """What is known of the source of a document. `source_id` 0: the source is not stored. `scheme_changed`: its
    entries had other keys once. `new_per_day` is the limit of new stories, None for none, and `new_today` how
    many it brought before this document."""

    source_id: int
    owner: Owner
    full_text: bool = False
    scheme_changed: bool = False
    new_today: int = 0
    new_per_day: int | None = None

    @property
    def site(self) -> str:
        return self.owner.site


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFacts:
    """What is known of one entry when its turn in the document comes.

    `used`: an earlier entry of the document is the story at its address. `known`: the matched story. `found`:
    the stored entry under one of its keys, or of the same content (`by_content`); `live` the one under today's
    key; `own` this source's entry of the matched story, with the comparison to its last snapshot. `stored` and
    `earlier` are read only where the values changed. `unknown_addresses`: those of no stored story;
    `address_count`: how many the matched story has. `known_corrections`: the texts of its corrections. `purged`: the
    purged story that it is, without a stored one. `new_today` counts this document, too.
    """

    used: bool = False
    match: Match = NO_STORY
    known: KnownStory | None = None
    found: StoredEntry | None = None
    by_content: bool = False
    live: StoredEntry | None = None
    own: StoredEntry | None = None
    comparison: Comparison | None = None
    stored: Mapping[str, Any] | None = None
    earlier: Earlier = field(default_factory=Earlier)
    unknown_addresses: tuple[Address, ...] = ()
    address_count: int = 0
    known_corrections: Sequence[str] = ()
    purged: PurgedStory | None = None
    new_today: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A verdict, why, and what it writes. `verdict` None: the entry waits for a later visit.

    `story_id` is the stored story, after `merges`; None for a new one. `changes`: per field [old, new], a
    revision. `read_again`: the document is read again with the next visit, although it may not change.
    To write: `addresses` are added to the story, or to the tombstone. `entry`: insert a row, accept `row`, which was
    refused before, rename `row` to today's key, or make `row` that of a purged story, `tombstone_id`. `ended` is not
    in the document any more. `snapshot` becomes the last one. The values of `rewrite` replace those of the story.
    `corrections` are new. `rights_change`: its origin states other rights than in its last snapshot. `drops_text`: the
    stored text is removed, because it is reserved. `extends`: the revision of its feed that the page completes with its
    `changes`. `page_due`: its page at `page_url` becomes due, and why. `other_page`: a page that is not the one of its
    story's main address.
    """

    verdict: Verdict | None
    reason: str
    story_id: int | None = None
    changes: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    merges: tuple[Merge, ...] = ()
    read_again: bool = False
    addresses: tuple[Address, ...] = ()
    entry: Literal["insert", "accept", "rename", "purged"] | None = None
    row: StoredEntry | None = None
    tombstone_id: int | None = None
    ended: StoredEntry | None = None
    snapshot: Snapshot | None = None
    rewrite: Story | None = None
    corrections: tuple[Correction, ...] = ()
    rights_change: RightsChange | None = None
    drops_text: bool = False
    extends: int | None = None
    authority: Authority | None = None
    page_due: str | None = None
    page_url: str | None = None
    other_page: bool = False


def decide_entry(entry: FeedEntry, facts: EntryFacts, *, source: SourceFacts) -> Decision:
    """The verdict of an entry. The entries before it in the document count: decide them first."""
    decision = _decide(entry, facts, source)
    if facts.comparison is not None:
        change = rights_changed(facts.comparison.before, decision.snapshot)
        decision = decision if change is None else replace(decision, rights_change=change)
    story = entry.story
    if story is None or decision.verdict in (None, "refused") or facts.used:
        return decision
    if facts.known is not None and not may_change(facts.known, source.owner):
        return decision
    if story.text_reserved is not None and facts.known is not None:
        decision = dropping_text(decision)
    if not story.corrections:
        return decision
    return replace(decision, corrections=new_corrections(story.corrections, facts.known_corrections))


def dropping_text(decision: Decision) -> Decision:
    """The decision of an origin that reserves the text of a stored story: its text is removed, and what replaced it in
    a revision is not stored."""
    return replace(
        decision,
        drops_text=True,
        rewrite=None if decision.rewrite is None else without_reserved_text(decision.rewrite),
        changes={name: values for name, values in decision.changes.items() if name != "text"},
    )


def _decide(entry: FeedEntry, facts: EntryFacts, source: SourceFacts) -> Decision:
    if entry.state in _WITHOUT_STORY:
        return _WITHOUT_STORY[entry.state]
    if entry.story is None:
        return _refused(facts, entry.reason or "the entry has no story")
    if facts.used:
        return Decision(verdict="duplicate", reason="an earlier entry of this document has its address")
    if facts.known is None:
        return _decide_new(entry, entry.story, facts, source)
    if facts.own is None or facts.comparison is None:
        return _decide_first_entry(entry.story, facts, facts.known, source)
    if facts.comparison.change == "changed":
        return _decide_changed(entry.story, facts, facts.known, facts.comparison, source)
    return _decide_unchanged(entry.story, facts, facts.known, facts.comparison, source)


def may_add_addresses(story: Story, *, by_content: bool, source: SourceFacts) -> bool:
    """Whether a stored story gets the unknown addresses of an entry. Another site's address would hide the story
    that will be published there. A GUID that changes with each document is no address to find a story by."""
    owned = source.owner.owns(story.addresses[0].url, story.site)
    return owned and (source.scheme_changed or not by_content)


def _refused(facts: EntryFacts, reason: str, *, read_again: bool = False) -> Decision:
    """An entry that was refused before has its row."""
    row: Literal["insert"] | None = "insert" if facts.live is None else None
    return Decision(verdict="refused", reason=reason, entry=row, read_again=read_again)


def _decide_purged(story: Story, facts: EntryFacts, purged: PurgedStory, source: SourceFacts) -> Decision:
    """An entry of a purged story is refused. Its row says that a feed still carries it, and what it publishes now; the
    tombstone gets the addresses that the story would get."""
    known = replace(facts, unknown_addresses=purged.unknown_addresses, address_count=purged.address_count)
    adds = may_add_addresses(story, by_content=facts.by_content, source=source)
    return Decision(
        verdict="refused",
        reason=purged.reason,
        addresses=_new_addresses(story, known, source) if adds else (),
        entry="insert" if purged.row is None else "purged",
        row=purged.row,
        tombstone_id=purged.tombstone_id,
    )


def _decide_new(entry: FeedEntry, story: Story, facts: EntryFacts, source: SourceFacts) -> Decision:
    if facts.purged is not None:
        return _decide_purged(story, facts, facts.purged, source)
    if not entry.backlog and source.new_per_day is not None and facts.new_today >= source.new_per_day:
        return _refused(facts, NEW_LIMIT, read_again=True)
    refused = _refused_row(facts)
    return Decision(
        verdict="new",
        reason=facts.match.reason,
        addresses=_new_addresses(story, facts, source),
        entry="insert" if refused is None else "accept",
        row=refused,
        ended=facts.found if facts.found is not None and facts.found.story_id is not None else None,
        snapshot=snapshot_of(story),
        authority=authority_of(source.owner, story.addresses[0].url, story.site),
        page_due=("backlog" if entry.backlog else "new") if source.full_text else None,
        page_url=story.addresses[0].url,
    )


def _decide_first_entry(story: Story, facts: EntryFacts, known: KnownStory, source: SourceFacts) -> Decision:
    """The first time that this source carries a stored story: its values are a baseline, never a revision."""
    authority = authority_of(source.owner, known.url, known.site)
    outranks = RANK[authority] > RANK[known.authority]
    due = not outranks and source.full_text and story.title != known.title
    refused = _refused_row(facts)
    rewrite = story if outranks else None
    replaces = "; the values of its own site replace the stored ones" if outranks else ""
    if rewrite is None and facts.stored is not None and completes(story, known, source):
        rewrite = with_stored(story, facts.stored, _missing(facts.stored), all_fields=True)
        replaces = "; its text is added, since the story had none"
    return Decision(
        verdict="duplicate",
        reason=facts.match.reason + replaces,
        story_id=known.story_id,
        merges=_merges(facts.match),
        addresses=_new_addresses(story, facts, source),
        entry="insert" if refused is None else "accept",
        row=refused,
        snapshot=snapshot_of(story),
        rewrite=rewrite,
        authority=authority if outranks else known.authority if rewrite is not None else None,
        page_due="feed changed" if due else None,
        page_url=known.url,
    )


def completes(story: Story, known: KnownStory, source: SourceFacts) -> bool:
    """Whether the first entry of a source adds the text that a story of its own site lacks: a sitemap, or a feed of
    headlines, has brought it before."""
    has_text = story.text is not None or story.summary is not None
    return known.bare and has_text and known.authority == "site" and source.owner.owns(known.url, known.site)


def _missing(stored: Mapping[str, Any]) -> frozenset[str]:
    """The fields that a story without text gets from an entry that has one."""
    return frozenset(("text", "summary", *(name for name in ("authors", "image") if not stored[name])))


def _decide_unchanged(
    story: Story, facts: EntryFacts, known: KnownStory, comparison: Comparison, source: SourceFacts
) -> Decision:
    """An origin publishes a story again, with the same values or values that it cannot be compared with."""
    reparsed = None
    if comparison.change == "reparsed" and comparison.before is not None and facts.stored is not None:
        reparsed = _reparsed(story, comparison.before, facts.stored)
    return Decision(
        verdict="same",
        reason=_UNCHANGED[comparison.change],
        story_id=known.story_id,
        merges=_merges(facts.match),
        addresses=_new_addresses(story, facts, source),
        entry=_own_row(facts),
        row=facts.own,
        snapshot=comparison.snapshot,
        rewrite=reparsed,
        authority=None if reparsed is None else _authority(known, source),
    )


def _decide_changed(
    story: Story, facts: EntryFacts, known: KnownStory, comparison: Comparison, source: SourceFacts
) -> Decision:
    """An origin publishes a story with other values than in its own last snapshot."""
    decision = Decision(
        verdict="changed",
        reason="the feed changed its values",
        story_id=known.story_id,
        merges=_merges(facts.match),
        addresses=_new_addresses(story, facts, source),
        entry=_own_row(facts),
        row=facts.own,
        snapshot=comparison.snapshot,
        page_due="feed changed" if source.full_text and known.authority == "page" else None,
        page_url=known.url,
    )
    if not may_change(known, source.owner):
        reason = "the feed changed its values; the stored values of another source stay"
        return replace(decision, reason=reason, page_due="feed changed" if source.full_text else None)
    assert comparison.before is not None and comparison.snapshot is not None and facts.stored is not None
    changed = changed_fields(comparison.before.values, comparison.snapshot.values, story, facts.stored)
    fields = revision_of(story, facts.stored, changed)
    if not fields:
        return decision
    over = over_daily_limit(facts.earlier, fields)
    if len(over) == len(fields):
        reason = "daily limit: the feed has changed it too often in the last 24 hours"
        return replace(decision, verdict="same", reason=reason, read_again=True, snapshot=None, page_due=None)
    return replace(
        decision,
        changes={name: values for name, values in fields.items() if name not in over},
        read_again=bool(over),
        snapshot=held_back(comparison.snapshot, comparison.before, over),
        rewrite=_at_main_address(with_stored(story, facts.stored, changed - over), facts, known),
        authority=_authority(known, source),
    )


def _at_main_address(story: Story, facts: EntryFacts, known: KnownStory) -> Story:
    """The story with the main address that its page has found, unless its feed names a new one."""
    first = story.addresses[0]
    if known.authority != "page" or any(one.key == first.key for one in facts.unknown_addresses):
        return story
    return replace(story, addresses=(replace(first, url=known.url), *story.addresses[1:]))


def _refused_row(facts: EntryFacts) -> StoredEntry | None:
    """The row of an entry that was refused before: it becomes that of its story."""
    return facts.live if facts.live is not None and facts.live.story_id is None else None


def _own_row(facts: EntryFacts) -> Literal["rename"] | None:
    """The row of this source's entry has today's key from now on."""
    own = facts.own
    return None if own is not None and facts.live is not None and facts.live.id == own.id else "rename"


def _authority(known: KnownStory, source: SourceFacts) -> Authority:
    """The authority of a story that a source changed."""
    return max(known.authority, authority_of(source.owner, known.url, known.site), key=RANK.__getitem__)


def _merges(match: Match) -> tuple[Merge, ...]:
    return () if match.merge is None else (match.merge,)


def _new_addresses(story: Story, facts: EntryFacts, source: SourceFacts) -> tuple[Address, ...]:
    if not facts.unknown_addresses:
        return ()
    if facts.known is not None and not may_add_addresses(story, by_content=facts.by_content, source=source):
        return ()
    first = story.addresses[0]  # further ones, by a GUID, would hide the stories of the source that has them
    own = [
        address
        for address in facts.unknown_addresses
        if address.key == first.key or source.owner.owns(address.url, story.site)
    ]
    return tuple(own[: max(0, MOST_ADDRESSES - facts.address_count)])


_WITHOUT_STORY: dict[State, Decision] = {
    "unchanged": Decision(verdict="same", reason="the feed published the same values as last time"),
    "repeated": Decision(verdict="duplicate", reason="it appeared earlier in this document"),
    "postponed": Decision(verdict=None, reason="it waits for a later visit because of the limit on entries"),
}
_UNCHANGED: dict[Change, str] = {
    "first": "the first snapshot of this source: a baseline for later changes",
    "equal": "the feed published the same values as last time",
    "same": "the feed published the same values as last time",
    "reparsed": "other parsing rules gave the last snapshot: the new one is a baseline, not compared",
    "restated": "the feed printed the same date as last time; only its parsed value differs",
}


def needs_stored(change: Change, known: KnownStory, owner: Owner) -> bool:
    """Whether the decision depends on the values that are stored of the story."""
    if change == "reparsed":
        return known.authority != "page" and may_change(known, owner)
    return change == "changed" and may_change(known, owner)


def _reparsed(story: Story, before: Snapshot, stored: Mapping[str, Any]) -> Story | None:
    """The values of newer parsing rules replace those that this origin had published. The values of another
    origin, a longer feed or the page, stay."""
    own = own_fields(before.values, stored)
    if not own:
        return None
    return story if len(own) == len(FIELDS) else with_stored(story, stored, own, all_fields=True)
