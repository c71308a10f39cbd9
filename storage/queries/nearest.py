"""The held story whose title is nearest to a given one, by the search index. Reads only.

A title that many words share is found all the same: stories must have several of its longest words, and only the newest
of each combination are compared, so that a search costs little in a store of any size.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

from sqlite_utils import Database

from newsdesk.storage.search.folding import index_text

Store: TypeAlias = Database  # so that other packages need not import sqlite_utils
_WORD = re.compile(r"(?:[0-9a-z]|[^\x00-\x7f])+")
_DIGIT = re.compile(r"\d")
_MOST_WORDS = 60  # of a title
_LONGEST = 5  # words by which stories are looked for
_NEWEST = 40  # stories of each combination that are compared
SAME = 0.85  # two titles that differ in a word of seven
OTHER_NUMBERS = 0.8
NEAR = 0.4  # below that, nothing connects two titles


@dataclass(frozen=True, slots=True, kw_only=True)
class NearStory:
    """A held story, and how near its title is: the share of words that both titles have, from 0 to 1."""

    story_id: int
    title: str
    url: str
    sort_at: str
    similarity: float


def title_words(title: str) -> tuple[str, ...]:
    """The words of a title as the search index folds them; pairs of characters in scripts without spaces."""
    return tuple(_WORD.findall(index_text(title).lower())[:_MOST_WORDS])


def title_similarity(one: str, other: str) -> float:
    """The share of words that two titles have in common, each counted once. With other numbers they are titles of two
    stories of one form, so less than the same."""
    a, b = set(title_words(one)), set(title_words(other))
    share = 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0
    return share if not any(map(_DIGIT.search, a ^ b)) else min(share, OTHER_NUMBERS)


def nearest_story(db: Database, title: str) -> NearStory | None:
    """The story whose title is nearest, the newest of several; None if no title has half of its longest words."""
    words = sorted(set(title_words(title)), key=lambda word: (-len(word), word))[:_LONGEST]
    best: NearStory | None = None
    seen: set[int] = set()
    for some in _combinations(words):
        expression = "title : (" + " AND ".join(f'"{word}"' for word in some) + ")"
        found = db.conn.execute(
            "SELECT rowid FROM story_fts WHERE story_fts MATCH ? ORDER BY rowid DESC LIMIT ?",
            (expression, _NEWEST),
        ).fetchall()
        ids = [story_id for (story_id,) in found if story_id not in seen]
        seen.update(ids)
        for story_id, held, url, sort_at in db.conn.execute(
            "SELECT id, title, url, sort_at FROM story WHERE id IN (SELECT value FROM json_each(?))"
            " AND title IS NOT NULL AND merged_into IS NULL ORDER BY id DESC",
            (json.dumps(ids),),
        ):
            near = title_similarity(title, held)
            if best is None or near > best.similarity:
                best = NearStory(story_id=story_id, title=held, url=url, sort_at=sort_at, similarity=near)
        if best is not None and best.similarity >= SAME:
            return best
    return best if best is not None and best.similarity >= NEAR else None


def _combinations(words: list[str]) -> list[tuple[str, ...]]:
    """All of the words, then all but one, and so on to pairs; a title of one word is looked for by that."""
    least = min(2, len(words))
    return (
        [some for size in range(len(words), least - 1, -1) for some in combinations(words, size)]
        if words
        else []
    )
