"""The stored entries of a source while one of its documents is decided: which entry has which key.

Reads only. An entry is live while the source's document has it; afterwards its row says since when it is gone.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.records.entries import FeedEntry
from newsdesk.storage.records.stories import Story
from newsdesk.storage.stories.matching import StoredEntry
from newsdesk.storage.stories.tombstones import title_digest

_CHUNK = 400  # bound variables in one IN (…)
_Content = tuple[
    str | None, ...
]  # digest of the title, and date of a story; or the digest of a snapshot alone
_COLUMNS = "SELECT id, story_id, entry_key, tombstone_id FROM entry"


class StoredEntries:
    """The live entries of a source, and those that are gone but have one of `keys`."""

    def __init__(self, db: Database, *, source_id: int, keys: Sequence[str]) -> None:
        self._db = db
        self._source_id = source_id
        self._live = {
            row[2]: StoredEntry(*row)
            for row in db.conn.execute(f"{_COLUMNS} WHERE source_id = ? AND gone_at IS NULL", (source_id,))
        }
        self._gone: dict[str, StoredEntry] = {}
        self._by_content: dict[_Content, list[StoredEntry]] | None = None  # read when it is needed
        self._ending: dict[int, StoredEntry] = {}  # another story's entry has their key now
        self._assigned: set[int] = set()  # the rows that entries of the document have
        self._merged: dict[int, int] = {}
        self._added = 0  # rows that this document adds
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

    def live(self, entry_key: str) -> StoredEntry | None:
        """The live entry under this key."""
        return self._live.get(entry_key)

    def find(self, entry: FeedEntry) -> StoredEntry | None:
        """The entry under one of the entry's keys: today's key first, live entries before gone ones."""
        for key in entry.keys:
            if key in self._live:
                return self._live[key]
            if key in self._gone:
                return self._gone[key]
        return None

    def mostly_absent(self, present: Set[str]) -> bool:
        """Whether a document has lost more than half of the entries that the one before it had."""
        return 2 * len(self._live.keys() - present) > len(self._live)

    def find_by_content(
        self, story: Story, *, by_date: bool, by_digest: bool, used: Set[int], present: Set[str]
    ) -> StoredEntry | None:
        """The latest entry of a story with exactly this title and date (`by_date`), or of which this source
        published exactly the same, text and all (`by_digest`). Its own key must not be `present` in the
        document, nor its story `used` by another entry. For an entry whose key is of no use: the keys of the
        source changed while it was away or are shared, or it has no address of its own and its GUID changes
        with each document."""
        wanted: list[_Content] = []
        precise = story.title is not None and story.precision in ("minute", "second")
        if by_digest and (story.text or story.summary or precise):
            wanted.append((story.digest,))
        if by_date and story.title is not None and story.published is not None:
            wanted.append((title_digest(story.title), to_iso(story.published)))
        if not wanted:
            return None
        if self._by_content is None:
            self._by_content = self._read_by_content()
        found = (one for content in wanted for one in self._by_content.get(content, ()))
        return next(
            (one for one in found if self._story_of(one) not in used and one.entry_key not in present), None
        )

    def _story_of(self, entry: StoredEntry) -> int | None:
        return None if entry.story_id is None else self._merged.get(entry.story_id, entry.story_id)

    def _read_by_content(self) -> dict[_Content, list[StoredEntry]]:
        """The live and the latest entries, newest first, by their content; those of purged stories too."""
        rows = self._db.conn.execute(
            "SELECT own.id, own.story_id, own.entry_key, own.tombstone_id, story.title, own.purged_title,"
            " coalesce(story.published, own.purged_published), coalesce(snapshot.digest, own.purged_digest) FROM"
            " (SELECT * FROM entry WHERE source_id = ? AND gone_at IS NULL UNION SELECT * FROM"
            " (SELECT * FROM entry WHERE source_id = ? ORDER BY id DESC LIMIT 1000)) AS own"
            " LEFT JOIN story ON story.id = own.story_id"
            " LEFT JOIN snapshot ON snapshot.story_id = own.story_id AND snapshot.entry_id = own.id"
            " WHERE own.story_id IS NOT NULL OR own.tombstone_id IS NOT NULL ORDER BY own.id DESC",
            (self._source_id, self._source_id),
        )
        found: dict[_Content, list[StoredEntry]] = {}
        for *columns, title, purged_title, published, digest in rows:
            entry = StoredEntry(*columns)
            found.setdefault((title_digest(title) or purged_title, published), []).append(entry)
            found.setdefault((digest,), []).append(entry)
        return found

    def of_tombstone(self, tombstone_id: int, *, present: Set[str]) -> StoredEntry | None:
        """This source's entry of a purged story whose key no other entry of the document has."""
        rows = self._db.conn.execute(
            f"{_COLUMNS} WHERE tombstone_id = ? AND source_id = ? ORDER BY gone_at IS NOT NULL, id DESC",
            (tombstone_id, self._source_id),
        )
        free = (StoredEntry(*row) for row in rows if row[0] not in self._assigned and row[2] not in present)
        return next(free, None)

    def of_story(self, story_ids: Sequence[int], found: StoredEntry | None) -> StoredEntry | None:
        """This source's entry of a story, whatever key it had then. The first of `story_ids` is the story, a
        second one is merged into it. `found`: the entry under the key that the document has."""
        if found is not None and found.story_id == story_ids[0]:
            return found
        marks = ", ".join("?" * len(story_ids))
        row = self._db.conn.execute(
            f"{_COLUMNS} WHERE story_id IN ({marks}) AND source_id = ? ORDER BY id DESC",
            (*story_ids, self._source_id),
        ).fetchone()
        return StoredEntry(*row) if row else None

    def shared_dates(self) -> set[str | None]:
        """Publication dates that several of the live entries share."""
        rows = self._db.conn.execute(
            "SELECT published FROM entry JOIN story ON story.id = entry.story_id"
            " WHERE source_id = ? AND gone_at IS NULL GROUP BY published HAVING count(*) > 1",
            (self._source_id,),
        )
        return {published for (published,) in rows}

    def assign(
        self,
        row: StoredEntry | None,
        *,
        story_id: int | None,
        entry_key: str,
        tombstone_id: int | None = None,
    ) -> None:
        """A row (None: one that the document adds) is live under this key from now on, whichever had it before:
        GUIDs may count places."""
        if row is None:
            self._added += 1
            row = StoredEntry(-self._added, story_id, entry_key, tombstone_id)
        else:
            self._release(row)
            row = StoredEntry(row.id, story_id, entry_key, tombstone_id)
        self._assigned.add(row.id)
        before = self._live.get(entry_key)
        if before is not None and before.id != row.id:
            self._ending[before.id] = before
        self._ending.pop(row.id, None)
        self._live[entry_key] = row

    def end(self, entry: StoredEntry) -> None:
        """The document does not have this entry any more."""
        self._release(entry)
        self._ending[entry.id] = entry

    def _release(self, entry: StoredEntry) -> None:
        for known in (self._live, self._gone):
            held = known.get(entry.entry_key)
            if held is not None and held.id == entry.id:
                del known[entry.entry_key]

    def merge(self, younger: int, older: int) -> None:
        """The entries of the younger story are those of the older one."""
        self._merged[younger] = older
        for known in (self._live, self._gone):
            known.update(
                {
                    key: StoredEntry(entry.id, older, key)
                    for key, entry in known.items()
                    if entry.story_id == younger
                }
            )

    def gone(self, present: Set[str] | None) -> list[int]:
        """The entries that are gone after the document: those that lost their key and were not found under
        another one, and, of a whole document (`present`: its keys), all that it does not have."""
        ids = set(self._ending)
        if present is not None:
            ids |= {entry.id for key, entry in self._live.items() if key not in present}
        return sorted(entry_id for entry_id in ids if entry_id > 0)
