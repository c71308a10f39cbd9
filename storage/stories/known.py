"""What is stored of the entries of one document: read together first, then one entry at a time.

Reads only. Which story an entry is, `storage.stories.matching` decides; what becomes of it,
`storage.stories.verdict`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso_or_none
from newsdesk.storage.records.entries import FeedEntry
from newsdesk.storage.records.stories import Story
from newsdesk.storage.stories.entries import StoredEntries
from newsdesk.storage.stories.matching import KnownStory, Match, StoredEntry, match_story
from newsdesk.storage.stories.revisions import Comparison, Earlier, compare
from newsdesk.storage.stories.stored import earlier_revisions, known_corrections, last_snapshot, stored_values
from newsdesk.storage.stories.tombstones import PurgedStory, Tombstones
from newsdesk.storage.stories.verdict import (
    Decision,
    EntryFacts,
    SourceFacts,
    completes,
    may_add_addresses,
    needs_stored,
)

_CHUNK = 400  # bound variables in one IN (…)
_NO_FACTS = EntryFacts()  # of an entry that brings no story


class KnownStories:
    """The stories and tombstones under the addresses of one document, and its source's entries. After each
    decision it knows what the entry added: `note`. `whole`: what is missing in the document is gone, unless one of its
    `links` has that key."""

    def __init__(
        self,
        db: Database,
        entries: Sequence[FeedEntry],
        *,
        source: SourceFacts,
        whole: bool,
        links: Collection[str] = (),
        now: str,
    ) -> None:
        self._db = db
        self._source = source
        self._now = now
        stories = [entry.story for entry in entries if entry.story is not None]
        address_keys = [address.key for story in stories for address in story.addresses]
        self._entry_keys = {key for entry in entries for key in entry.keys}
        self._links = frozenset(links)
        self._present = {entry.entry_key for entry in entries}
        self._whole = whole
        self._dates = Counter(to_iso_or_none(story.published) for story in stories)
        self._shared_dates: set[str | None] | None = None  # read when it is needed
        self._entries = StoredEntries(
            db,
            source_id=source.source_id,
            keys=[key for entry in entries if entry.story is not None for key in entry.keys],
        )
        self._story_at = _stories_at(db, address_keys)
        self._tombstones = Tombstones(db, address_keys)
        self._used: set[int] = set()
        self._new = 0  # stories that this document added
        self._new_today = source.new_today
        # addresses and GUIDs that all change at once are generated for each document
        self._all_changed = whole and self._entries.mostly_absent(self._entry_keys)

    def facts(self, entry: FeedEntry) -> EntryFacts:
        """What is known of an entry, after the entries before it."""
        story = entry.story
        if story is None and entry.state != "refused":
            return _NO_FACTS
        live = self._entries.live(entry.entry_key)
        if story is None:
            return EntryFacts(live=live)
        at_address = self._at_address(story)
        if at_address in self._used:
            return EntryFacts(used=True, live=live)
        found, by_content = self._find(entry, story, at_address)
        match, known = self._match(entry, story, at_address, found)
        if known is None:
            return EntryFacts(
                match=match,
                found=found,
                live=live,
                by_content=by_content,
                unknown_addresses=story.addresses,
                purged=self._find_purged(entry, story, found) if self._tombstones.exist else None,
                new_today=self._new_today,
            )
        ids = (known.story_id,) if match.merge is None else (known.story_id, match.merge.younger)
        own = self._entries.of_story(ids, found)
        comparison, stored, earlier = self._compare(story, ids, known, own)
        unknown = tuple(at for at in story.addresses if at.key not in self._story_at)
        adds = unknown and may_add_addresses(story, by_content=by_content, source=self._source)
        return EntryFacts(
            match=match,
            known=known,
            found=found,
            by_content=by_content,
            live=live,
            own=own,
            comparison=comparison,
            stored=stored,
            earlier=earlier,
            unknown_addresses=unknown,
            address_count=self._count_addresses(ids) if adds else 0,
            known_corrections=known_corrections(self._db, ids) if story.corrections else (),
        )

    def _at_address(self, story: Story) -> int | None:
        """The story that has one of its addresses."""
        return next((self._story_at[at.key] for at in story.addresses if at.key in self._story_at), None)

    def _find(
        self, entry: FeedEntry, story: Story, at_address: int | None
    ) -> tuple[StoredEntry | None, bool]:
        """The stored entry under one of its keys; else, where these mean nothing, the one of the same content,
        and True."""
        found = self._entries.find(entry)
        if found is not None or at_address is not None:
            return found, False
        if not (self._source.scheme_changed or not entry.address_identifies or self._all_changed):
            return None, False
        found = self._entries.find_by_content(
            story,
            by_date=self._source.scheme_changed or (not entry.address_identifies and is_precise(story)),
            by_digest=not entry.address_identifies or self._all_changed,
            used=self._used,
            present=self._present,
        )
        return found, found is not None

    def _match(
        self, entry: FeedEntry, story: Story, at_address: int | None, found: StoredEntry | None
    ) -> tuple[Match, KnownStory | None]:
        by_entry = None
        if found is not None and found.story_id is not None and found.story_id not in self._used:
            by_entry = self._known_story(found.story_id)
        by_address = None if at_address is None else self._known_story(at_address)
        match = match_story(
            story,
            by_address=by_address,
            by_entry=by_entry,
            former_key=found is not None and found.entry_key != entry.entry_key,
            date_is_unique=by_entry is not None and by_address != by_entry and self._date_is_unique(story),
            owner=self._source.owner,
        )
        if match.story_id is None:
            return match, None
        return match, by_address if by_address and by_address.story_id == match.story_id else by_entry

    def _find_purged(self, entry: FeedEntry, story: Story, found: StoredEntry | None) -> PurgedStory | None:
        """The purged story that an entry without a stored one is, by its address or by `found`, as a stored story is
        matched; and the row that the entry gets."""
        tombstone_id = self._tombstones.at_address(story)
        of_entry = None if found is None else found.tombstone_id
        if tombstone_id is None and found is not None and of_entry is not None:
            match = match_story(
                story,
                by_address=None,
                by_entry=self._tombstones.known_story(found, story),
                former_key=found.entry_key != entry.entry_key,
                date_is_unique=self._date_is_unique(story),
                owner=self._source.owner,
            )
            tombstone_id = match.story_id
        if tombstone_id is None:
            return None
        row = found if of_entry == tombstone_id else None
        row = row or self._entries.of_tombstone(tombstone_id, present=self._present)
        live = self._entries.live(entry.entry_key)
        if row is None and live is not None and live.story_id is None and live.tombstone_id is None:
            row = live  # it was refused before, for another reason
        unknown = self._tombstones.unknown(story)
        return PurgedStory(
            tombstone_id=tombstone_id,
            reason=self._tombstones.reason(tombstone_id),
            row=row,
            unknown_addresses=unknown,
            address_count=self._tombstones.count_addresses(tombstone_id) if unknown else 0,
        )

    def _known_story(self, story_id: int) -> KnownStory:
        row = self._db.conn.execute(
            "SELECT url, site, title, published, first_seen_at, authority,"
            " (SELECT source_id FROM entry WHERE story_id = story.id ORDER BY id LIMIT 1) = ?,"
            " (SELECT digest FROM snapshot JOIN entry ON entry.id = entry_id"
            " WHERE snapshot.story_id = story.id AND source_id = ? ORDER BY entry.id DESC LIMIT 1),"
            " summary IS NULL AND (SELECT text IS NULL FROM story_body WHERE story_id = story.id)"
            " FROM story WHERE id = ?",
            (self._source.source_id, self._source.source_id, story_id),
        ).fetchone()
        return KnownStory(
            story_id=story_id, url=row[0], site=row[1], title=row[2], published=row[3], first_seen_at=row[4],
            authority=row[5], first_source=bool(row[6]), digest=row[7],
            bare=bool(row[8]),
        )  # fmt: skip

    def _date_is_unique(self, story: Story) -> bool:
        """Whether a date identifies one story of this source: feeds print the day only, or the moment at which
        they were generated."""
        if story.published is None or not is_precise(story):
            return False
        if self._shared_dates is None:
            self._shared_dates = self._entries.shared_dates()
        published = to_iso_or_none(story.published)
        return self._dates[published] == 1 and published not in self._shared_dates

    def _compare(
        self, story: Story, ids: Sequence[int], known: KnownStory, own: StoredEntry | None
    ) -> tuple[Comparison | None, Mapping[str, Any] | None, Earlier]:
        """The comparison with the last snapshot of this source's entry; and the stored values and the earlier
        revisions, if the decision needs them."""
        if own is None:
            stored = (
                stored_values(self._db, known.story_id) if completes(story, known, self._source) else None
            )
            return None, stored, Earlier()
        comparison = compare(last_snapshot(self._db, ids, own.id), story)
        if not needs_stored(comparison.change, known, self._source.owner):
            return comparison, None, Earlier()
        stored = stored_values(self._db, known.story_id)
        if comparison.change != "changed":
            return comparison, stored, Earlier()
        return comparison, stored, earlier_revisions(self._db, ids, own.id, now=self._now)

    def _count_addresses(self, story_ids: Sequence[int]) -> int:
        marks = ", ".join("?" * len(story_ids))
        sql = f"SELECT count(*) FROM address WHERE story_id IN ({marks})"
        return int(self._db.conn.execute(sql, tuple(story_ids)).fetchone()[0])

    def note(self, entry: FeedEntry, decision: Decision) -> None:
        """What a decision changes for the entries that follow. New stories have negative numbers."""
        if decision.entry is None and decision.story_id is None:
            return
        if decision.tombstone_id is not None:
            self._tombstones.add(decision.tombstone_id, decision.addresses)
        for merge in decision.merges:
            self._story_at.update(
                {key: merge.older for key, story_id in self._story_at.items() if story_id == merge.younger}
            )
            self._entries.merge(merge.younger, merge.older)
        story_id = decision.story_id
        if decision.verdict == "new":
            self._new += 1
            self._new_today += not entry.backlog
            story_id = -self._new
        if story_id is not None:
            self._used.add(story_id)
            self._story_at.update({address.key: story_id for address in decision.addresses})
        if decision.ended is not None:
            self._entries.end(decision.ended)
        if decision.entry is not None:
            self._entries.assign(
                decision.row,
                story_id=story_id,
                entry_key=entry.entry_key,
                tombstone_id=decision.tombstone_id,
            )

    def gone(self) -> list[int]:
        """The entries that are gone after the whole document."""
        return self._entries.gone(self._entry_keys | self._links if self._whole else None)


def is_precise(story: Story) -> bool:
    """Whether its date may tell it from others."""
    return story.precision in ("minute", "second")


def _stories_at(db: Database, keys: Sequence[str]) -> dict[str, int]:
    """address key → story id, for those keys that are known."""
    wanted = list(dict.fromkeys(keys))
    found: dict[str, int] = {}
    for at in range(0, len(wanted), _CHUNK):
        part = wanted[at : at + _CHUNK]
        marks = ", ".join("?" * len(part))
        found.update(
            db.conn.execute(f"SELECT key, story_id FROM address WHERE key IN ({marks})", part).fetchall()
        )
    return found
