"""Conditions that very many stories may meet: a common word, or sources with long histories.

To find the newest stories that meet one, it is cheaper to test the newest stories than to read and sort all that
meet it.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sqlite_utils import Database

from newsdesk.storage.records.rights.stated import DISALLOWED, LICENCE
from newsdesk.storage.search.conditions import BY_SOURCE, BY_TEXT, Condition


class Wide(ABC):
    """A condition on stories."""

    @abstractmethod
    def condition(self) -> Condition:
        """As SQL: all the stories that meet it are read first."""

    @abstractmethod
    def is_met_by_more_than(self, db: Database, most: int) -> bool:
        """Whether more stories meet it; reads as many at most."""

    @abstractmethod
    def count(self, db: Database) -> int:
        """How many stories meet it that are not merged into another."""

    @abstractmethod
    def among(self, db: Database, stories: AbstractSet[int]) -> set[int]:
        """Those of the stories that meet it, and perhaps others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithText(Wide):
    """Stories that an FTS5 expression finds. Merged stories are not in the index."""

    expression: str

    def condition(self) -> Condition:
        return BY_TEXT, [self.expression]

    def is_met_by_more_than(self, db: Database, most: int) -> bool:
        sql = "SELECT count(*) FROM (SELECT 1 FROM story_fts WHERE story_fts MATCH ? LIMIT ?)"
        return int(db.conn.execute(sql, (self.expression, most + 1)).fetchone()[0]) > most

    def count(self, db: Database) -> int:
        sql = "SELECT count(*) FROM story_fts WHERE story_fts MATCH ?"
        return int(db.conn.execute(sql, (self.expression,)).fetchone()[0])

    def among(self, db: Database, stories: AbstractSet[int]) -> set[int]:
        # A range, because FTS5 begins anew for each single number. The newest stories have numbers near each other.
        rows = db.conn.execute(
            "SELECT rowid FROM story_fts WHERE story_fts MATCH ? AND rowid BETWEEN ? AND ?",
            (self.expression, min(stories, default=0), max(stories, default=0)),
        )
        return {story_id for (story_id,) in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class OfSources(Wide):
    """Stories that one of these sources carried."""

    sources: tuple[int, ...]

    def condition(self) -> Condition:
        return BY_SOURCE, [json.dumps(self.sources)]

    def is_met_by_more_than(self, db: Database, most: int) -> bool:
        sql = (
            "SELECT count(*) FROM (SELECT 1 FROM entry WHERE source_id IN (SELECT value FROM json_each(?))"
            " LIMIT ?)"
        )
        return int(db.conn.execute(sql, (json.dumps(self.sources), most + 1)).fetchone()[0]) > most

    def count(self, db: Database) -> int:
        sql = f"SELECT count(*) FROM story WHERE merged_into IS NULL AND {BY_SOURCE}"
        return int(db.conn.execute(sql, (json.dumps(self.sources),)).fetchone()[0])

    def among(self, db: Database, stories: AbstractSet[int]) -> set[int]:
        rows = db.conn.execute(
            "SELECT story_id FROM entry WHERE story_id IN (SELECT value FROM json_each(?))"
            " AND source_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(stories)), json.dumps(self.sources)),
        )
        return {story_id for (story_id,) in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class WithRights(Wide):
    """Stories of which an origin states one of these rights, numbers of `rights`; or, with `disallowed`, whose page
    robots.txt does not let us request."""

    rights: tuple[int, ...]
    disallowed: bool

    def condition(self) -> Condition:
        return f"story.id IN ({self._stories()})", self._values()

    def is_met_by_more_than(self, db: Database, most: int) -> bool:
        sql = f"SELECT count(*) FROM (SELECT 1 FROM ({self._stories()}) LIMIT ?)"
        return int(db.conn.execute(sql, (*self._values(), most + 1)).fetchone()[0]) > most

    def count(self, db: Database) -> int:
        sql = f"SELECT count(*) FROM story WHERE merged_into IS NULL AND id IN ({self._stories()})"
        return int(db.conn.execute(sql, self._values()).fetchone()[0])

    def among(self, db: Database, stories: AbstractSet[int]) -> set[int]:
        sql = self._stories("story_id IN (SELECT value FROM json_each(?)) AND")
        ids = json.dumps(list(stories))
        values = [one for value in self._values() for one in (ids, value)]
        if self.disallowed:
            values.append(ids)
        return {story_id for (story_id,) in db.conn.execute(sql, values)}

    def _stories(self, also: str = "") -> str:
        sql = f"SELECT story_id FROM snapshot WHERE {also} rights_id IN (SELECT value FROM json_each(?))"
        if self.disallowed:
            sql += f" UNION ALL SELECT story_id FROM page WHERE {also} outcome = 'robots'"
        return sql

    def _values(self) -> list[object]:
        return [json.dumps(self.rights)]


def with_rights(db: Database, terms: tuple[str, ...]) -> WithRights:
    """The condition that a story has one of these terms; `licence:CC-BY` finds that licence only, `licence:` any."""
    rows = db.conn.execute(
        "SELECT DISTINCT rights.id FROM rights, json_each(terms) AS term JOIN json_each(?) AS wanted"
        " ON lower(term.value) = lower(wanted.value)"
        " OR (wanted.value = ? AND substr(term.value, 1, length(wanted.value)) = wanted.value)",
        (json.dumps(terms), LICENCE),
    )
    return WithRights(rights=tuple(row_id for (row_id,) in rows), disallowed=DISALLOWED in terms)
