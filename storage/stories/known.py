"""What is known of the stories that the entries of one document may be: read at once, asked one by one.

Reads only; which story an entry is decides `storage.stories.matching`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso_or_none
from newsdesk.storage.maintenance.retention import find_purged
from newsdesk.storage.records.entries import FeedEntry
from newsdesk.storage.records.stories import Story
from newsdesk.storage.stories.entries import StoredEntries, StoredEntry
from newsdesk.storage.stories.matching import Candidate, Match, decide

_CHUNK = 400  # bound variables in one IN (…)


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """The story that an entry is: how it was matched, the story as it is stored (None: a new one), the
    entry that led there, and whether it was found by what it tells alone."""

    match: Match
    known: Candidate | None
    earlier: StoredEntry | None
    by_telling: bool


class Known:
    """The stories and tombstones under the addresses of one document's entries, and its source's entries.
    `climbed`: the source's entries had other names once; `whole`: what is missing in the document is gone."""

    def __init__(
        self,
        db: Database,
        entries: Sequence[FeedEntry],
        stored_entries: StoredEntries,
        *,
        source_id: int,
        site: str,
        scheme_changed: bool,
        whole: bool,
    ) -> None:
        self._db = db
        self._sightings = stored_entries
        self._source_id = source_id
        self._site = site
        self._scheme_changed = scheme_changed
        self._present = {entry.entry_key for entry in entries}
        self._common_dates: set[str | None] | None = None
        told = [entry.story for entry in entries if entry.story is not None]
        self._told_dates = Counter(to_iso_or_none(story.published) for story in told)
        keys = [address.key for story in told for address in story.addresses]
        self.keyed = _stories_at(db, keys)
        self._buried = find_purged(db, keys)
        # addresses and GUIDs that all change at once are made anew for each document
        self._turned = whole and stored_entries.mostly_absent(
            {key for entry in entries for key in entry.keys}
        )

    def addressed(self, story: Story) -> int | None:
        """The story that has one of its addresses."""
        return next((self.keyed[at.key] for at in story.addresses if at.key in self.keyed), None)

    def purged(self, story: Story) -> str | None:
        """The day on which the story of one of its addresses went for its age."""
        return next((self._buried[at.key] for at in story.addresses if at.key in self._buried), None)

    def meet(self, entry: FeedEntry, story: Story, *, besides: Set[int]) -> Met:
        """Which story an entry is; not one of those `besides`, which other entries of the document are."""
        addressed = self.addressed(story)
        earlier = self._sightings.named(entry)
        by_telling = False
        if (
            earlier is None
            and addressed is None
            and (self._scheme_changed or not entry.address_identifies or self._turned)
        ):
            earlier = self._sightings.compared_text(
                story,
                by_date=self._scheme_changed or (not entry.address_identifies and is_precise(story)),
                by_words=not entry.address_identifies or self._turned,
                besides=besides,
                present=self._present,
            )
            by_telling = earlier is not None
        by_entry = None
        if earlier is not None and earlier.story_id is not None and earlier.story_id not in besides:
            by_entry = self._candidate(earlier.story_id)
        by_address = self._candidate(addressed) if addressed is not None else None
        match = decide(
            story,
            by_address=by_address,
            by_entry=by_entry,
            renamed=earlier is not None and earlier.entry_key != entry.entry_key,
            date_tells=by_entry is not None and by_address != by_entry and self._date_tells(story),
            site=self._site,
        )
        known = by_address if by_address and by_address.story_id == match.story_id else by_entry
        return Met(
            match=match,
            known=None if match.story_id is None else known,
            earlier=earlier,
            by_telling=by_telling,
        )

    def fold(self, younger: int, older: int) -> None:
        """The younger's addresses are the older's from now on."""
        self.keyed.update({key: older for key, story_id in self.keyed.items() if story_id == younger})

    def _date_tells(self, story: Story) -> bool:
        """Whether a date tells one story of this source from its others: feeds print the day only, or
        the moment at which they were made."""
        if story.published is None or not is_precise(story):
            return False
        if self._common_dates is None:
            self._common_dates = self._sightings.common_dates()
        published = to_iso_or_none(story.published)
        return self._told_dates[published] == 1 and published not in self._common_dates

    def _candidate(self, story_id: int) -> Candidate:
        row = self._db.conn.execute(
            "SELECT url, site, title, published, first_seen_at, authority,"
            " (SELECT source_id FROM entry WHERE story_id = story.id ORDER BY id LIMIT 1) = ?,"
            " (SELECT digest FROM snapshot JOIN entry ON entry.id = entry_id"
            " WHERE snapshot.story_id = story.id AND source_id = ? ORDER BY entry.id DESC LIMIT 1)"
            " FROM story WHERE id = ?",
            (self._source_id, self._source_id, story_id),
        ).fetchone()
        return Candidate(
            story_id=story_id, url=row[0], site=row[1], title=row[2], published=row[3],
            first_seen_at=row[4], authority=row[5], first=bool(row[6]), snapshot=row[7],
        )  # fmt: skip


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
