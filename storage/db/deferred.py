"""Work that waits for the end of a transaction.

FTS5 writes a segment of its index at each savepoint, and SQLite makes one for a statement that fires triggers. So the
rows of the search index are inserted together, just before COMMIT.
"""

from __future__ import annotations

from collections.abc import Callable
from sqlite3 import Connection

from sqlite_utils import Database


class DeferringDatabase(Database):
    """The writer's connection, with what it does before COMMIT."""

    def __init__(self, conn: Connection) -> None:
        super().__init__(conn, execute_plugins=False)
        self._deferred: list[Callable[[], None]] = []

    def defer(self, work: Callable[[], None]) -> None:
        """Do this before COMMIT, after what was deferred before."""
        self._deferred.append(work)

    def do_deferred(self) -> None:
        """Do it now."""
        deferred, self._deferred = self._deferred, []
        for work in deferred:
            work()

    def drop_deferred(self) -> None:
        """Do it never: the transaction is rolled back."""
        self._deferred.clear()
