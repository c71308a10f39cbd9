"""A source's sightings while one of its documents is kept: who carried which story under which entry key.

A sighting lives while its entry stands in the source's document; when the entry is gone its row says since
when. Called by `storage.stories`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from sqlite_utils import Database

from storage.batch import Batch
from storage.instants import to_iso
from storage.records import Sighted, Story, Verdict

_CHUNK = 400  # bound variables in one IN (…)
_COLUMNS = "SELECT id, story_id, entry_key FROM sighting"


@dataclass(frozen=True, slots=True)
class Sighting:
    """A source carried a story; `story_id` None for an entry that was refused."""

    id: int
    story_id: int | None
    entry_key: str


class Sightings:
    """The living sightings of a source, and those that went but have one of `keys`."""

    def __init__(self, db: Database, batch: Batch, *, source_id: int, keys: Sequence[str], now: str) -> None:
        self._db = db
        self._batch = batch
        self._source_id = source_id
        self._now = now
        self._live = {
            row[2]: Sighting(*row)
            for row in db.conn.execute(f"{_COLUMNS} WHERE source_id = ? AND gone_at IS NULL", (source_id,))
        }
        self._gone: dict[str, Sighting] = {}
        self._displaced: dict[int, Sighting] = {}  # another story's entry has their key now
        self._read_gone([key for key in keys if key not in self._live])

    def _read_gone(self, keys: Sequence[str]) -> None:
        for at in range(0, len(keys), _CHUNK):
            part = keys[at : at + _CHUNK]
            marks = ", ".join("?" * len(part))
            rows = self._db.conn.execute(
                f"{_COLUMNS} WHERE source_id = ? AND entry_key IN ({marks}) ORDER BY id",
                (self._source_id, *part),
            )
            self._gone.update((row[2], Sighting(*row)) for row in rows)

    def named(self, entry: Sighted) -> Sighting | None:
        """The sighting under one of the entry's names: today's first, the living before the gone."""
        for key in entry.keys:
            if key in self._live:
                return self._live[key]
            if key in self._gone:
                return self._gone[key]
        return None

    def telling(self, story: Story, *, besides: Set[int], present: Set[str]) -> Sighting | None:
        """The latest sighting of a story with the very title and date of this one, whose own entry is not
        `present`. For a source whose entries were renamed: one that was away then, or shared its old name,
        has no other trace."""
        if story.title is None or story.published is None:
            return None
        rows = self._db.conn.execute(
            "SELECT recent.id, recent.story_id, recent.entry_key FROM (SELECT * FROM sighting"
            " WHERE source_id = ? AND story_id IS NOT NULL ORDER BY id DESC LIMIT 1000) AS recent"
            " JOIN story ON story.id = recent.story_id WHERE story.title = ? AND story.published = ?",
            (self._source_id, story.title, to_iso(story.published)),
        )
        return next((Sighting(*row) for row in rows if row[1] not in besides and row[2] not in present), None)

    def of_story(self, story_id: int, earlier: Sighting | None) -> Sighting | None:
        """This source's sighting of a story, whatever entry key it had then."""
        if earlier is not None and earlier.story_id == story_id:
            return earlier
        row = self._db.conn.execute(
            f"{_COLUMNS} WHERE story_id = ? AND source_id = ? ORDER BY id DESC", (story_id, self._source_id)
        ).fetchone()
        return Sighting(*row) if row else None

    def add(self, entry: Sighted, story_id: int | None, verdict: Verdict, reason: str | None) -> Sighting:
        """A new sighting; an entry that was refused before and is not any more keeps its row."""
        refused = self._live.get(entry.entry_key)
        if refused is not None and refused.story_id is None:
            self._batch.flush()
            self._db.conn.execute(
                "UPDATE sighting SET story_id = ?, verdict = ?, reason = ? WHERE id = ?",
                (story_id, verdict, reason, refused.id),
            )
            sighting_id = refused.id
        else:
            sighting_id = self._batch.add_sighting(
                self._source_id, story_id, entry.entry_key, verdict=verdict, reason=reason
            )
        sighting = Sighting(sighting_id, story_id, entry.entry_key)
        self._name(sighting)
        return sighting

    def note_refused(self, entry: Sighted) -> None:
        """Remember an entry that was refused, once."""
        if entry.entry_key not in self._live:
            self.add(entry, None, "refused", entry.reason)

    def live_as(self, own: Sighting, entry_key: str) -> None:
        """A sighting lives, under the key its entry has today."""
        if self._live.get(entry_key) == own:
            return
        self._db.conn.execute(
            "UPDATE sighting SET entry_key = ?, gone_at = NULL WHERE id = ?", (entry_key, own.id)
        )
        self._unname(own)
        self._name(Sighting(own.id, own.story_id, entry_key))

    def see_gone(self, sighting: Sighting) -> None:
        """The entry is not carried any more."""
        self._unname(sighting)
        self._mark_gone((sighting.id,))

    def end(self, present: set[str] | None) -> None:
        """The document is through. What lost its key and was not met under another is gone; and, of a
        whole document (`present`: its keys), all that does not stand in it any more."""
        self._mark_gone(self._displaced)
        if present is not None:
            self._mark_gone(sighting.id for key, sighting in self._live.items() if key not in present)

    def common_dates(self) -> set[str | None]:
        """Dates of publication that several of the living sightings share."""
        rows = self._db.conn.execute(
            "SELECT published FROM sighting JOIN story ON story.id = sighting.story_id"
            " WHERE source_id = ? AND gone_at IS NULL GROUP BY published HAVING count(*) > 1",
            (self._source_id,),
        )
        return {published for (published,) in rows}

    def _name(self, sighting: Sighting) -> None:
        """The sighting has its key from now on, whoever had it before: GUIDs may count places."""
        before = self._live.get(sighting.entry_key)
        if before is not None and before.id != sighting.id:
            self._displaced[before.id] = before
        self._displaced.pop(sighting.id, None)
        self._live[sighting.entry_key] = sighting

    def _unname(self, sighting: Sighting) -> None:
        for known in (self._live, self._gone):
            held = known.get(sighting.entry_key)
            if held is not None and held.id == sighting.id:
                del known[sighting.entry_key]

    def fold(self, younger: int, older: int) -> None:
        """The rows were moved to the older story: know it."""
        for known in (self._live, self._gone):
            known.update(
                {
                    key: Sighting(sighting.id, older, key)
                    for key, sighting in known.items()
                    if sighting.story_id == younger
                }
            )

    def _mark_gone(self, ids: Iterable[int]) -> None:
        self._db.conn.executemany(
            "UPDATE sighting SET gone_at = ? WHERE id = ?", [(self._now, sighting_id) for sighting_id in ids]
        )
