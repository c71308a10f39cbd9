"""A source's entries while one of its documents is kept: who carried which story under which entry key.

A entry lives while its entry stands in the source's document; when the entry is gone its row says since
when.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.records.entries import FeedEntry
from newsdesk.storage.records.stories import Story, Verdict
from newsdesk.storage.stories.batch import Batch

PAGE = 0  # the entry_id of what a page says
_CHUNK = 400  # bound variables in one IN (…)
_Telling = tuple[str | None, ...]  # title and date of a story, or the digest of a snapshot alone
_COLUMNS = "SELECT id, story_id, entry_key FROM entry"


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """A source carried a story; `story_id` None for an entry that was refused."""

    id: int
    story_id: int | None
    entry_key: str


class StoredEntries:
    """The living entries of a source, and those that went but have one of `keys`."""

    def __init__(self, db: Database, batch: Batch, *, source_id: int, keys: Sequence[str], now: str) -> None:
        self._db = db
        self._batch = batch
        self._source_id = source_id
        self._now = now
        self._live = {
            row[2]: StoredEntry(*row)
            for row in db.conn.execute(f"{_COLUMNS} WHERE source_id = ? AND gone_at IS NULL", (source_id,))
        }
        self._gone: dict[str, StoredEntry] = {}
        self._told: dict[_Telling, list[StoredEntry]] | None = None  # read when it is wanted
        self._displaced: dict[int, StoredEntry] = {}  # another story's entry has their key now
        self._read_gone([key for key in keys if key not in self._live])

    def _read_gone(self, keys: Sequence[str]) -> None:
        for at in range(0, len(keys), _CHUNK):
            part = keys[at : at + _CHUNK]
            marks = ", ".join("?" * len(part))
            rows = self._db.conn.execute(
                f"{_COLUMNS} WHERE source_id = ? AND entry_key IN ({marks}) ORDER BY id",
                (self._source_id, *part),
            )
            self._gone.update((row[2], StoredEntry(*row)) for row in rows)

    def named(self, entry: FeedEntry) -> StoredEntry | None:
        """The entry under one of the entry's names: today's first, the living before the gone."""
        for key in entry.keys:
            if key in self._live:
                return self._live[key]
            if key in self._gone:
                return self._gone[key]
        return None

    def mostly_absent(self, present: Set[str]) -> bool:
        """Whether a document has lost more than half of the entries that the one before it had."""
        return 2 * len(self._live.keys() - present) > len(self._live)

    def compared_text(
        self, story: Story, *, by_date: bool, by_words: bool, besides: Set[int], present: Set[str]
    ) -> StoredEntry | None:
        """The latest entry whose own entry is not `present` of a story with the very title and date of
        this one (`by_date`), or of which this source said the very same, text and all (`by_words`). For an
        entry that has no name left: its source's entries were renamed while it was away or shared a name,
        or it has no address of its own and its GUID changes with each document."""
        wanted: list[_Telling] = []
        precise = story.title is not None and story.precision in ("minute", "second")
        if by_words and (story.text or story.summary or precise):
            wanted.append((story.digest,))
        if by_date and story.title is not None and story.published is not None:
            wanted.append((story.title, to_iso(story.published)))
        if not wanted:
            return None
        if self._told is None:
            self._told = self._read_told()
        of_these = (stored_entry for compared_text in wanted for stored_entry in self._told.get(compared_text, ()))
        return next(
            (one for one in of_these if one.story_id not in besides and one.entry_key not in present), None
        )

    def _read_told(self) -> dict[_Telling, list[StoredEntry]]:
        """The living and the latest entries, newest first, by what they tell."""
        rows = self._db.conn.execute(
            "SELECT own.id, own.story_id, own.entry_key, story.title, story.published, snapshot.digest FROM"
            " (SELECT * FROM entry WHERE source_id = ? AND gone_at IS NULL UNION SELECT * FROM"
            " (SELECT * FROM entry WHERE source_id = ? ORDER BY id DESC LIMIT 1000)) AS own"
            " JOIN story ON story.id = own.story_id LEFT JOIN snapshot"
            " ON snapshot.story_id = own.story_id AND snapshot.entry_id = own.id ORDER BY own.id DESC",
            (self._source_id, self._source_id),
        )
        told: dict[_Telling, list[StoredEntry]] = {}
        for entry_id, story_id, entry_key, title, published, said in rows:
            stored_entry = StoredEntry(entry_id, story_id, entry_key)
            told.setdefault((title, published), []).append(stored_entry)
            told.setdefault((said,), []).append(stored_entry)
        return told

    def of_story(self, story_id: int, earlier: StoredEntry | None) -> StoredEntry | None:
        """This source's entry of a story, whatever entry key it had then."""
        if earlier is not None and earlier.story_id == story_id:
            return earlier
        row = self._db.conn.execute(
            f"{_COLUMNS} WHERE story_id = ? AND source_id = ? ORDER BY id DESC", (story_id, self._source_id)
        ).fetchone()
        return StoredEntry(*row) if row else None

    def add(
        self, entry: FeedEntry, story_id: int | None, verdict: Verdict, reason: str | None
    ) -> StoredEntry:
        """A new entry; an entry that was refused before and is not any more keeps its row."""
        refused = self._live.get(entry.entry_key)
        if refused is not None and refused.story_id is None:
            self._batch.flush()
            self._db.conn.execute(
                "UPDATE entry SET story_id = ?, verdict = ?, reason = ?, refused_key = NULL,"
                " refused_url = NULL WHERE id = ?",
                (story_id, verdict, reason, refused.id),
            )
            entry_id = refused.id
        else:
            entry_id = self._batch.add_entry(
                self._source_id,
                story_id,
                entry.entry_key,
                verdict=verdict,
                reason=reason,
                refused=entry.story.addresses[0] if story_id is None and entry.story else None,
            )
        stored_entry = StoredEntry(entry_id, story_id, entry.entry_key)
        self._name(stored_entry)
        return stored_entry

    def note_refused(self, entry: FeedEntry) -> None:
        """Remember an entry that was refused, once."""
        if entry.entry_key not in self._live:
            self.add(entry, None, "refused", entry.reason)

    def live_as(self, own: StoredEntry, entry_key: str) -> None:
        """A entry lives, under the key its entry has today."""
        if self._live.get(entry_key) == own:
            return
        self._db.conn.execute(
            "UPDATE entry SET entry_key = ?, gone_at = NULL WHERE id = ?", (entry_key, own.id)
        )
        self._unname(own)
        self._name(StoredEntry(own.id, own.story_id, entry_key))

    def see_gone(self, stored_entry: StoredEntry) -> None:
        """The entry is not carried any more."""
        self._unname(stored_entry)
        self._mark_gone((stored_entry.id,))

    def end(self, present: set[str] | None) -> None:
        """The document is through. What lost its key and was not met under another is gone; and, of a
        whole document (`present`: its keys), all that does not stand in it any more."""
        self._mark_gone(self._displaced)
        if present is not None:
            self._mark_gone(stored_entry.id for key, stored_entry in self._live.items() if key not in present)

    def common_dates(self) -> set[str | None]:
        """Dates of publication that several of the living entries share."""
        rows = self._db.conn.execute(
            "SELECT published FROM entry JOIN story ON story.id = entry.story_id"
            " WHERE source_id = ? AND gone_at IS NULL GROUP BY published HAVING count(*) > 1",
            (self._source_id,),
        )
        return {published for (published,) in rows}

    def _name(self, stored_entry: StoredEntry) -> None:
        """The entry has its key from now on, whoever had it before: GUIDs may count places."""
        before = self._live.get(stored_entry.entry_key)
        if before is not None and before.id != stored_entry.id:
            self._displaced[before.id] = before
        self._displaced.pop(stored_entry.id, None)
        self._live[stored_entry.entry_key] = stored_entry

    def _unname(self, stored_entry: StoredEntry) -> None:
        for known in (self._live, self._gone):
            held = known.get(stored_entry.entry_key)
            if held is not None and held.id == stored_entry.id:
                del known[stored_entry.entry_key]

    def fold(self, younger: int, older: int) -> None:
        """The rows were moved to the older story: know it."""
        self._told = None
        for known in (self._live, self._gone):
            known.update(
                {
                    key: StoredEntry(stored_entry.id, older, key)
                    for key, stored_entry in known.items()
                    if stored_entry.story_id == younger
                }
            )

    def _mark_gone(self, ids: Iterable[int]) -> None:
        self._db.conn.executemany(
            "UPDATE entry SET gone_at = ? WHERE id = ?", [(self._now, entry_id) for entry_id in ids]
        )
