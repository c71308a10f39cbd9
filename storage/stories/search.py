"""Search: two FTS5 indexes, and queries over both.

`story_fts` indexes words. `story_bigram` indexes scripts without spaces (Chinese, Japanese, Thai, Lao, Khmer,
Burmese, Tibetan) as pairs of characters, each pair in hexadecimal so that the ASCII tokenizer does not split
it, and the words next to such a run (`NHK放送`). Both are filled once a visit, and a change removes the OLD
text first.
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
_LETTERS = rf"[^\W_{_UNSPACED}]+"
_GLUED = re.compile(rf"(?<=[{_UNSPACED}]){_LETTERS}|{_LETTERS}(?=[{_UNSPACED}])")
_NEVER = re.compile(
    "[\x00\ud800-\udfff]+"
)  # NUL ends a text for SQLite; lone surrogates come from invalid bytes
_TERM = re.compile(r'"([^"]*)"?|(\S+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchText:
    """The searchable text of one story, as stored."""

    story_id: int
    title: str | None
    summary: str | None
    text: str | None


def _pair(pair: str) -> str:
    return "x".join(f"{ord(character):x}" for character in pair)


def _word(word: str) -> str:
    return "w" + _pair(word.casefold())


def bigrams(words: SearchText) -> str:
    """The pairs of every run of characters without spaces; the last character of each run alone, so that one
    character finds too; and the words next to a run. Empty for a story without such a script."""
    tokens: list[str] = []
    for part in (words.title, words.summary, words.text):
        if part is None or part.isascii():
            continue
        for run in _RUN.findall(part):
            tokens += [_pair(run[at : at + 2]) for at in range(len(run))]
            tokens.append("0")  # so that no phrase spans two runs
        tokens += map(_word, _GLUED.findall(part))
    return " ".join(tokens)


def index(db: Database, stories: Iterable[SearchText]) -> None:
    """Add stories to the index. None of them may be in it."""
    rows = list(stories)
    db.conn.executemany(
        "INSERT INTO story_fts (rowid, title, summary, text) VALUES (?, ?, ?, ?)",
        [(row.story_id, row.title, row.summary, row.text) for row in rows],
    )
    pairs = [(row.story_id, found) for row in rows if (found := bigrams(row))]
    if pairs:
        db.conn.executemany("INSERT INTO story_bigram (rowid, bigrams) VALUES (?, ?)", pairs)


def unindex(db: Database, story_id: int) -> None:
    """Remove a story from the index by its stored text: call it before that text changes."""
    row = db.conn.execute(
        "SELECT id, title, summary, text FROM story_search_text WHERE id = ?", (story_id,)
    ).fetchone()
    db.conn.execute(
        "INSERT INTO story_fts (story_fts, rowid, title, summary, text) VALUES ('delete', ?, ?, ?, ?)",
        row,
    )
    pairs = bigrams(SearchText(story_id=row[0], title=row[1], summary=row[2], text=row[3]))
    if pairs:
        db.conn.execute(
            "INSERT INTO story_bigram (story_bigram, rowid, bigrams) VALUES ('delete', ?, ?)",
            (story_id, pairs),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search as FTS5 expressions that must all match: `words` for `story_fts`, each with the expression for
    the other index if it is one plain word; `pairs` for `story_bigram`, and the `runs` that they are made
    of."""

    words: tuple[tuple[str, str | None], ...]
    pairs: tuple[str, ...]
    runs: tuple[str, ...] = ()


def parse_query(text: str) -> Query | None:
    """A typed text as bound FTS5 expressions: all terms must match, "…" is a phrase, a trailing * a prefix.
    Every token is quoted, so no text is a syntax error. None if there is no word in it."""
    words: list[tuple[str, str | None]] = []
    pairs: list[str] = []
    runs: list[str] = []
    for phrase, bare in _TERM.findall(_NEVER.sub(" ", text)):
        term = phrase or bare
        prefix = "*" if not phrase and term.endswith("*") else ""
        spaced = " ".join(part for part in term.split() if not _RUN.search(part))
        if any(character.isalnum() for character in spaced):
            quoted = spaced.replace('"', " ").rstrip("*").strip()
            glued = f'"{_word(quoted)}"{prefix}' if quoted.isalnum() else None
            words.append((f'"{quoted}"{prefix}', glued))
        runs += _RUN.findall(term)
        pairs += [_run_expression(run) for run in _RUN.findall(term)]
        pairs += [f'"{_word(word)}"' for word in _GLUED.findall(term)]
    if not words and not pairs:
        return None
    return Query(words=tuple(words), pairs=tuple(pairs), runs=tuple(runs))


def _run_expression(run: str) -> str:
    if len(run) == 1:
        return f'("{_pair(run)}" OR "{_pair(run)}x" *)'
    return '"' + " ".join(_pair(run[at : at + 2]) for at in range(len(run) - 1)) + '"'


_BY_WORDS = "story.id IN (SELECT rowid FROM story_fts WHERE story_fts MATCH ?)"
_BY_PAIRS = "story.id IN (SELECT rowid FROM story_bigram WHERE story_bigram MATCH ?)"


def matching(query: Query) -> tuple[str, list[str]]:
    """The query as a condition on story.id, and the values to bind."""
    conditions: list[str] = []
    values: list[str] = []
    for words, glued in query.words:
        conditions.append(f"({_BY_WORDS} OR {_BY_PAIRS})" if glued else _BY_WORDS)
        values += [words, glued] if glued else [words]
    if query.pairs:
        conditions.append(_BY_PAIRS)
        values.append(" AND ".join(query.pairs))
    return " AND ".join(conditions), values


# Weights of title, summary and text: a word in a headline is more relevant than one in the text.
_SCORE = "SELECT rowid AS id, bm25(story_fts, 8.0, 3.0, 1.0) AS score FROM story_fts WHERE story_fts MATCH ?"
_PAIR_SCORE = "SELECT rowid AS id, bm25(story_bigram) AS score FROM story_bigram WHERE story_bigram MATCH ?"
FOUND, END = "\x02", "\x03"  # around each match in a snippet
_SNIPPET_CHARS = 60  # on either side, in scripts without spaces


def scores(query: Query) -> tuple[str, str]:
    """A query that gives `id` and `score` of matches, the best with the lowest score, and the value to
    bind."""
    if query.words:
        return _SCORE, " AND ".join(words for words, _ in query.words)
    return _PAIR_SCORE, " AND ".join(query.pairs)


def snippet(db: Database, story_id: int, query: Query) -> str | None:
    """A piece of the story around the matches, each between FOUND and END; None if only words next to another
    script match."""
    if query.words:
        row = db.conn.execute(
            "SELECT snippet(story_fts, -1, ?, ?, '…', 16) FROM story_fts"
            " WHERE story_fts MATCH ? AND rowid = ?",
            (FOUND, END, " OR ".join(words for words, _ in query.words), story_id),
        ).fetchone()
        if row:
            return str(row[0])
    words = db.conn.execute(
        "SELECT title, summary, text FROM story_search_text WHERE id = ?", (story_id,)
    ).fetchone()
    for run in query.runs:
        for part in words or ():
            at = (part or "").find(run)
            if at >= 0:
                start, end = max(0, at - _SNIPPET_CHARS), at + len(run) + _SNIPPET_CHARS
                return (
                    ("…" if start else "")
                    + f"{part[start:at]}{FOUND}{run}{END}{part[at + len(run) : end]}"
                    + ("…" if len(part) > end else "")
                )
    return None
