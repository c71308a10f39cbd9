"""Tombstones: what is stored of purged stories, so that their entries do not come back as new.

Reads only; `storage.maintenance.purge` leaves them. A tombstone stays until its story has left every feed for some
days (`retention.tombstone_days`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import to_iso_or_none
from newsdesk.storage.records.digests import digest
from newsdesk.storage.records.stories import Address, Story
from newsdesk.storage.stories.matching import KnownStory, StoredEntry

WhyPurged = Literal["age", "command", "size"]
REASONS: Mapping[str, str] = {
    "age": "for its age",
    "command": "by `newsdesk purge`",
    "size": "because the store had reached its size limit",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgedStory:
    """The purged story that an entry is, and why it is refused. `row`: the row of this source that the entry gets;
    None for a new one. `unknown_addresses`: those that its tombstone lacks; `address_count`: how many it has."""

    tombstone_id: int
    reason: str
    row: StoredEntry | None
    unknown_addresses: tuple[Address, ...] = ()
    address_count: int = 0


def purged_columns(story: Story) -> tuple[str | None, str | None, str]:
    """What the row of an entry has of its purged story: `purged_title`, `purged_published` and `purged_digest`."""
    return title_digest(story.title), to_iso_or_none(story.published), story.digest


def title_digest(title: str | None) -> str | None:
    """A title as a tombstone has it: of a purged story the title itself is not kept."""
    return None if title is None else digest("t1", title)


def purge_reason(why: str, purged_at: str) -> str:
    """Why an entry is refused: its story was purged."""
    return f"its story was purged on {purged_at[:10]} {REASONS[why]}"


class Tombstones:
    """The tombstones under the addresses of one document."""

    def __init__(self, db: Database, keys: Sequence[str]) -> None:
        self._db = db
        self.exist = bool(db.conn.execute("SELECT EXISTS (SELECT 1 FROM tombstone)").fetchone()[0])
        self._at: dict[str, int] = {}
        if self.exist:
            rows = db.conn.execute(
                "SELECT key, tombstone_id FROM tombstone_address WHERE key IN (SELECT value FROM json_each(?))",
                (json.dumps(list(keys)),),
            )
            self._at = dict(rows.fetchall())

    def at_address(self, story: Story) -> int | None:
        """The tombstone that has one of its addresses."""
        return next((self._at[at.key] for at in story.addresses if at.key in self._at), None)

    def at_key(self, key: str) -> int | None:
        """The tombstone that has an address key."""
        return self._at.get(key)

    def unknown(self, story: Story) -> tuple[Address, ...]:
        """Those of its addresses that no tombstone has."""
        return tuple(at for at in story.addresses if at.key not in self._at)

    def add(self, tombstone_id: int, addresses: Iterable[Address]) -> None:
        """A tombstone has these addresses from now on."""
        self._at.update({address.key: tombstone_id for address in addresses})

    def count_addresses(self, tombstone_id: int) -> int:
        """How many addresses a tombstone has."""
        row = self._db.conn.execute(
            "SELECT count(*) FROM tombstone_address WHERE tombstone_id = ?", (tombstone_id,)
        ).fetchone()
        return int(row[0])

    def known_story(self, entry: StoredEntry, story: Story) -> KnownStory:
        """The purged story of an entry, to be matched with `story` as a stored one is: its title is that of `story`
        or none."""
        row = self._db.conn.execute(
            "SELECT url, site, purged_title, purged_published, purged_at, purged_digest FROM entry"
            " JOIN tombstone ON tombstone.id = tombstone_id WHERE entry.id = ?",
            (entry.id,),
        ).fetchone()
        return KnownStory(
            story_id=entry.tombstone_id or 0, url=row[0], site=row[1],
            title=story.title if row[2] is not None and row[2] == title_digest(story.title) else None,
            published=row[3], first_seen_at=row[4], authority="source", first_source=False, digest=row[5],
        )  # fmt: skip

    def reason(self, tombstone_id: int) -> str:
        """Why the entries of a tombstone are refused."""
        row = self._db.conn.execute("SELECT why, purged_at FROM tombstone WHERE id = ?", (tombstone_id,))
        return purge_reason(*row.fetchone())
