"""Finding stories by words: two FTS5 indexes, and the query that asks both.

`story_fts` indexes words between spaces. `story_bigram` indexes scripts that write no spaces (Chinese,
Japanese, Thai, Lao, Khmer, Burmese, Tibetan) as pairs of characters, each pair spelled in hex so that the
ASCII tokenizer keeps it whole. Both are filled once a visit, and an edit takes the OLD words out first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

_UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3100-\u312f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_RUN = re.compile(f"[{_UNSPACED}]+")
_NEVER = re.compile("[\x00\ud800-\udfff]+")  # NUL ends a text for SQLite; half a letter comes of odd bytes
_TERM = re.compile(r'"([^"]*)"?|(\S+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The searchable words of one story, as they stand in the file."""

    story_id: int
    title: str | None
    summary: str | None
    text: str | None


def _pair(pair: str) -> str:
    return "x".join(f"{ord(character):x}" for character in pair)


def bigrams(words: Words) -> str:
    """The pairs of every unspaced run, with a run's last character alone, so that one character finds
    too. Empty for a story without such a script."""
    tokens: list[str] = []
    for part in (words.title, words.summary, words.text):
        if part is None or part.isascii():
            continue
        for run in _RUN.findall(part):
            tokens += [_pair(run[at : at + 2]) for at in range(len(run))]
            tokens.append("0")  # so that no phrase spans two runs
    return " ".join(tokens)


def index(db: Database, stories: Iterable[Words]) -> None:
    """Make stories findable. None of them may be in the index already."""
    rows = list(stories)
    db.conn.executemany(
        "INSERT INTO story_fts (rowid, title, summary, text) VALUES (?, ?, ?, ?)",
        [(row.story_id, row.title, row.summary, row.text) for row in rows],
    )
    pairs = [(row.story_id, found) for row in rows if (found := bigrams(row))]
    if pairs:
        db.conn.executemany("INSERT INTO story_bigram (rowid, words) VALUES (?, ?)", pairs)


def unindex(db: Database, story_id: int) -> None:
    """Take a story out by the words it has in the file now: call it before those change."""
    row = db.conn.execute(
        "SELECT id, title, summary, text FROM story_words WHERE id = ?", (story_id,)
    ).fetchone()
    db.conn.execute(
        "INSERT INTO story_fts (story_fts, rowid, title, summary, text) VALUES ('delete', ?, ?, ?, ?)",
        row,
    )
    pairs = bigrams(Words(story_id=row[0], title=row[1], summary=row[2], text=row[3]))
    if pairs:
        db.conn.execute(
            "INSERT INTO story_bigram (story_bigram, rowid, words) VALUES ('delete', ?, ?)",
            (story_id, pairs),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search as two FTS5 expressions, either of them None when it has nothing to ask."""

    words: str | None
    pairs: str | None


def parse_query(text: str) -> Query | None:
    """What a person typed, as bound FTS5 expressions: all terms must be found, "…" is a phrase, a
    trailing * a prefix. Every token is quoted, so no text is a syntax error. None: no word in it."""
    words: list[str] = []
    pairs: list[str] = []
    for phrase, bare in _TERM.findall(_NEVER.sub(" ", text)):
        term = phrase or bare
        prefix = "*" if not phrase and term.endswith("*") else ""
        runs = _RUN.findall(term)
        spaced = " ".join(part for part in term.split() if not _RUN.search(part))
        if any(character.isalnum() for character in spaced):
            words.append('"' + spaced.replace('"', " ").rstrip("*").strip() + '"' + prefix)
        for run in runs:
            if len(run) == 1:
                pairs.append(f'("{_pair(run)}" OR "{_pair(run)}x" *)')
            else:
                pairs.append('"' + " ".join(_pair(run[at : at + 2]) for at in range(len(run) - 1)) + '"')
    if not words and not pairs:
        return None
    return Query(words=" AND ".join(words) or None, pairs=" AND ".join(pairs) or None)


def matching(query: Query) -> tuple[str, list[str]]:
    """The query as a condition on story.id, and the values to bind."""
    conditions: list[str] = []
    values: list[str] = []
    if query.words:
        conditions.append("story.id IN (SELECT rowid FROM story_fts WHERE story_fts MATCH ?)")
        values.append(query.words)
    if query.pairs:
        conditions.append("story.id IN (SELECT rowid FROM story_bigram WHERE story_bigram MATCH ?)")
        values.append(query.pairs)
    return " AND ".join(conditions), values
