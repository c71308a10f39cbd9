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
