"""Work that waits for the end of a transaction: items of one kind are handled together, just before COMMIT.

FTS5 writes a segment of its index at each savepoint, and SQLite makes one for a statement that fires triggers or
inserts several rows. So the rows of the search index are inserted together, after everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from sqlite3 import Connection
from typing import Any

from sqlite_utils import Database

Work = Callable[[Database, Sequence[Any]], None]


class DeferringDatabase(Database):
    """The writer's connection, with what it does before COMMIT."""

    def __init__(self, conn: Connection) -> None:
        super().__init__(conn, execute_plugins=False)
        self._deferred: dict[Work, list[Any]] = {}
        self._last: dict[Work, list[Any]] = {}

    def defer(self, work: Work, items: Sequence[Any], *, last: bool) -> None:
        """Call `work` with these items and those that were deferred for it before, just before COMMIT. `last`: after
        all work that is not."""
        deferred = self._last if last else self._deferred
        deferred.setdefault(work, []).extend(items)

    def do_deferred(self) -> None:
        """Do it now."""
        deferred, last = self._deferred, self._last
        self._deferred, self._last = {}, {}
        for work, items in (*deferred.items(), *last.items()):
            work(self, items)

    def drop_deferred(self) -> None:
        """Do it never: the transaction is rolled back."""
        self._deferred.clear()
        self._last.clear()


def defer(db: Database, work: Work, items: Sequence[Any], *, last: bool = False) -> None:
    """Defer work on the writer's connection; with another connection, do it now."""
    if isinstance(db, DeferringDatabase):
        db.defer(work, items, last=last)
    else:
        work(db, items)
