"""The table `copy_key`: which stories of the last days have a key. Rows are written sorted, once a transaction.

A key begins with its period of ten days, so that an old period is deleted as one range. A story is looked up in the
present period and the one before.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlite_utils import Database

from newsdesk.storage.db.inserts import Insert, insert_rows

NEWEST: Final = 12  # stories of a key that are looked at, the newest
_PERIOD_DAYS: Final = 10
_PERIODS: Final = 64  # then their numbers begin again
_KEY_BITS: Final = 40
_KEY_MASK: Final = (1 << _KEY_BITS) - 1
_DAY_S = 86_400
_ROWS = Insert("copy_key", ("key", "story_id"), upsert="ON CONFLICT DO NOTHING", most=64)
_HAS_KEYS = "SELECT 1 FROM copy_key WHERE key BETWEEN ? AND ? LIMIT 1"
_FIND = (
    "SELECT wanted.value, (SELECT group_concat(story_id) FROM (SELECT story_id FROM copy_key"
    f" WHERE key = wanted.value ORDER BY story_id DESC LIMIT {NEWEST})) AS found"
    " FROM json_each(?) AS wanted WHERE found IS NOT NULL"
)


class KeyIndex:
    """The keys of stored stories, with those of the stories of this transaction."""

    def __init__(self, db: Database, *, now: datetime) -> None:
        self._db = db
        period = period_of(now)
        self._present, before = (one % _PERIODS << _KEY_BITS for one in (period, period - 1))
        self._periods = [self._present]
        if db.conn.execute(_HAS_KEYS, (before, before + _KEY_MASK)).fetchone():  # a new store has none
            self._periods.append(before)
        self._stored: dict[int, list[int]] = {}
        self._waiting: dict[int, list[int]] = defaultdict(list)

    def read(self, keys: Collection[int]) -> None:
        """Read which stored stories have these keys. Call it once, with all keys that `find` is called with."""
        wanted = [period + key for period in self._periods for key in keys]
        for stored, stories in self._db.conn.execute(_FIND, (json.dumps(wanted),)):
            newest = self._stored.setdefault(stored & _KEY_MASK, [])
            newest += map(int, stories.split(","))

    def find(self, keys: Sequence[int]) -> dict[int, list[int]]:
        """The newest stories of each key that a story has, the newest first."""
        found: dict[int, list[int]] = {}
        for key in keys:
            stored, waiting = self._stored.get(key), self._waiting.get(key)
            if waiting is not None:
                found[key] = [*waiting[::-1], *(stored or ())][:NEWEST]
            elif stored is not None:
                found[key] = stored[:NEWEST]
        return found

    def add(self, story_id: int, keys: Iterable[int]) -> None:
        """A story has these keys, from now on for this transaction, for all with `write`."""
        for key in keys:
            self._waiting[key].append(story_id)

    def write(self) -> None:
        """Insert the rows that wait."""
        rows = [(self._present + key, story) for key, stories in self._waiting.items() for story in stories]
        self._waiting.clear()
        insert_rows(self._db, _ROWS, sorted(rows))


def period_of(moment: datetime) -> int:
    """The period of ten days."""
    return int(moment.timestamp()) // _DAY_S // _PERIOD_DAYS


def forget_keys(db: Database, *, now: datetime, most: int) -> int:
    """Delete keys of periods that are not looked up any more, at most `most`. Returns how many."""
    period = period_of(now)
    kept = sorted(one % _PERIODS for one in (period - 1, period, period + 1))
    bounds = [one << _KEY_BITS for one in kept]
    size = 1 << _KEY_BITS
    outside = " AND ".join("NOT key BETWEEN ? AND ?" for _ in bounds)
    done = db.conn.execute(
        f"DELETE FROM copy_key WHERE (key, story_id) IN (SELECT key, story_id FROM copy_key WHERE {outside} LIMIT ?)",
        (*(value for low in bounds for value in (low, low + size - 1)), most),
    )
    return done.rowcount
