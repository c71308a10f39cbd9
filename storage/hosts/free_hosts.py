"""The free hosts that have something to visit, in the order in which they are claimed.

They are read one after another from indexes that hold free hosts only, so that the cost of a claim does not grow
with the sources, pages, leases and blocks of a store.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, TypeAlias

from sqlite_utils import Database

from newsdesk.storage.hosts.politeness import RATE_COLUMNS
from newsdesk.storage.hosts.remaining import WaitingSource
from newsdesk.storage.sources.sources import CLAIMED

Condition: TypeAlias = tuple[str, Mapping[str, object]]
Row: TypeAlias = tuple[Any, ...]
Candidate: TypeAlias = tuple[
    str, Sequence[WaitingSource]
]  # a host with its waiting sources, most overdue first

_FREE = "host.lease_until IS NULL AND host.blocked_until IS NULL"
_HOSTS = f"SELECT {RATE_COLUMNS}, host.due_at, host.timed_out_due_at, host.page_due_at, host.backlog_due_at FROM host"
_ID = CLAIMED.index("id")
_SOURCES = f"SELECT next_visit_at, {', '.join(CLAIMED)} FROM source {{}} WHERE host = :host AND "
# The indexes are named: by counts from a time when the store was small, SQLite would take others.
_OF_DUE = _SOURCES.format("INDEXED BY source_host_due") + "coalesce(outcome = 'timeout', 0) = :timed_out AND "
_OF_FIRST = _SOURCES.format("INDEXED BY source_first")
_OF_LIST = _SOURCES.format("") + "id IN (SELECT value FROM json_each(:listed)) AND "
_IN_ORDER = " ORDER BY next_visit_at, id LIMIT :visits"


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeHost:
    """A host that may be leased: its `RATE_COLUMNS`, the rows of its waiting sources (the columns `CLAIMED`), and
    whether it has wanted pages."""

    rate: Row
    sources: tuple[Row, ...]
    pages: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeHosts:
    """Finds free hosts for one claim. `of_sources` and `of_pages` are the wanted sources and pages as conditions;
    `visits`: how many sources of a host are returned at most. No host is returned twice."""

    db: Database
    of_sources: Condition
    of_pages: Condition
    now: str
    visits: int
    _found: set[str] = field(default_factory=set)

    def due(self, until: str) -> Iterator[FreeHost]:
        """Hosts with sources that are due; those whose due sources all timed out last time come last."""

        def sources(row: Row) -> list[Row]:
            *_, due_at, timed_out_due_at, _, _ = row
            found = []
            for timed_out, at in enumerate((due_at, timed_out_due_at)):
                if at is not None and at <= until:
                    found.append(self._sources(_OF_DUE, row[0], timed_out=timed_out))
            return found[0] if len(found) == 1 else sorted(chain(*found), key=_due_and_id)[: self.visits]

        yield from self._by_time("due_at", until, sources)
        yield from self._by_time("timed_out_due_at", until, sources)

    def first_visits(self) -> Iterator[FreeHost]:
        """Hosts with sources of an import whose first visit waits for its time."""
        return self._by_time("first_visit_due_at", "9999", lambda row: self._sources(_OF_FIRST, row[0]))

    def listed(self, candidates: Iterable[Candidate]) -> Iterator[FreeHost]:
        """Of these hosts those that are free, with those of their sources that are still wanted."""
        for host, waiting in candidates:
            row = self.db.conn.execute(f"{_HOSTS} WHERE host.host = ? AND {_FREE}", (host,)).fetchone()
            if row is None:
                continue
            rows: list[Row] = []
            for start in range(0, len(waiting), self.visits):
                part = [source_id for _, source_id, _ in waiting[start : start + self.visits]]
                rows += self._sources(_OF_LIST, host, listed=json.dumps(part))
                if len(rows) >= self.visits:
                    break
            yield from self._checked(row, rows[: self.visits])

    def with_pages(self) -> Iterator[FreeHost]:
        """Hosts with pages that are due, those of the backlog last."""
        yield from self._by_time("page_due_at", self.now)
        yield from self._by_time("backlog_due_at", self.now)

    def with_listed_pages(self) -> Iterator[FreeHost]:
        """`with_pages` for pages that are named, which are few."""
        condition, values = self.of_pages
        hosts = self.db.conn.execute(
            f"SELECT host FROM page WHERE {condition} GROUP BY host"
            " ORDER BY min(why = 'backlog'), min(due_at), min(id)",
            values,
        ).fetchall()
        return self.listed((host, ()) for (host,) in hosts)

    def _by_time(
        self, column: str, until: str, sources: Callable[[Row], list[Row]] = lambda row: []
    ) -> Iterator[FreeHost]:
        rows = self.db.conn.execute(
            f"{_HOSTS} INDEXED BY host_{column.removesuffix('_at')} WHERE host.{column} <= ? AND {_FREE}"
            f" ORDER BY host.{column}, host.host",
            (until,),
        )
        for row in rows:
            if row[0] not in self._found:
                yield from self._checked(row, sources(row))

    def _checked(self, row: Row, sources: list[Row]) -> Iterator[FreeHost]:
        *rate, _, _, page_due_at, backlog_due_at = row
        due = [at for at in (page_due_at, backlog_due_at) if at is not None]
        pages = bool(due) and min(due) <= self.now and self._has_pages(row[0])
        if sources or pages:
            self._found.add(row[0])
            yield FreeHost(rate=tuple(rate), sources=tuple(one[1:] for one in sources), pages=pages)

    def _sources(self, sql: str, host: str, **values: object) -> list[Row]:
        condition, known = self.of_sources
        return self.db.conn.execute(
            sql + condition + _IN_ORDER, {**known, "host": host, "visits": self.visits, **values}
        ).fetchall()

    def _has_pages(self, host: str) -> bool:
        condition, values = self.of_pages
        found = self.db.conn.execute(
            f"SELECT EXISTS (SELECT 1 FROM page WHERE page.host = :host AND {condition})",
            {**values, "host": host},
        ).fetchone()[0]
        return bool(found)


def _due_and_id(row: Row) -> tuple[str, int]:
    return row[0], row[1 + _ID]
