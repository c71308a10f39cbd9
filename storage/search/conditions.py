"""A query as SQL: conditions on `story.id` with values to bind.

Terms of text become one FTS5 expression wherever they stand together. Every token is quoted in it, so no text of a
query is syntax. Authors and sources are found by their names first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from sqlite_utils import Database

from newsdesk.storage.search.folding import index_text, phrase_tokens
from newsdesk.storage.search.query import And, Node, Not, Or, QueryError, Term, terms

Condition = tuple[str, list[object]]
BY_TEXT = "story.id IN (SELECT rowid FROM story_fts WHERE story_fts MATCH ?)"
_BY_AUTHOR = (
    "story.id IN (SELECT story_id FROM story_author WHERE author_id IN (SELECT value FROM json_each(?)))"
)
BY_SOURCE = "story.id IN (SELECT story_id FROM entry WHERE source_id IN (SELECT value FROM json_each(?)))"
_WORD = re.compile(r"(?:[0-9a-z]|[^\x00-\x7f])+")


def condition(db: Database, node: Node) -> Condition:
    """The query as a condition. Raises QueryError for a source that does not exist."""
    expression = text_expression(node)
    if expression is not None:
        return BY_TEXT, [expression]
    if isinstance(node, Term):
        return _by_name(db, node)
    if isinstance(node, Not):
        sql, values = condition(db, node.part)
        return f"NOT ({sql})", values
    of_text = tuple(part for part in node.parts if _is_text(part))
    others = tuple(part for part in node.parts if not _is_text(part))
    joined = type(node)(of_text)
    parts: tuple[Node, ...] = node.parts
    if len(of_text) > 1 and others and text_expression(joined) is not None:
        parts = (joined, *others)
    found = [condition(db, part) for part in parts]
    operator = " AND " if isinstance(node, And) else " OR "
    return f"({operator.join(sql for sql, _ in found)})", [value for _, values in found for value in values]


def text_expression(node: Node) -> str | None:
    """The query as one FTS5 expression; None if it has an author or a source, or a NOT that only SQL can express:
    the NOT of FTS5 stands between two expressions."""
    if isinstance(node, Term):
        return _phrase(node) if node.field in (None, "title") else None
    if isinstance(node, Not):
        return None
    wanted = [text_expression(part) for part in node.parts if not isinstance(part, Not)]
    unwanted = [text_expression(part.part) for part in node.parts if isinstance(part, Not)]
    if not wanted or None in wanted or None in unwanted or (unwanted and isinstance(node, Or)):
        return None
    operator = " AND " if isinstance(node, And) else " OR "
    expression = f"({operator.join(map(str, wanted))})"
    return f"({expression} NOT ({' OR '.join(map(str, unwanted))}))" if unwanted else expression


def split_text(node: Node) -> tuple[str | None, Node | None]:
    """A query as an FTS5 expression and the rest, which must both be met; None for nothing."""
    expression = text_expression(node)
    if expression is not None:
        return expression, None
    if isinstance(node, And):
        of_text = And(tuple(part for part in node.parts if _is_text(part)))
        expression = text_expression(of_text)
        if expression is not None:
            return expression, And(tuple(part for part in node.parts if not _is_text(part)))
    return None, node


def score_expression(node: Node) -> str | None:
    """The FTS5 expression by which found stories are ranked: any term of text that is not left out; None if there
    is no such term."""
    of_text = [_phrase(term) for term in terms(node) if term.field in (None, "title")]
    return " OR ".join(of_text) or None


def has_name(name: str, term: Term) -> bool:
    """Whether a name has the words of a term, one after the other."""
    tokens, prefix = phrase_tokens(term.pieces, prefix=term.prefix)
    there = " ".join(_WORD.findall(index_text(name).lower()))
    return f" {' '.join(tokens)}{'' if prefix else ' '}" in f" {there} "


def _is_text(node: Node) -> bool:
    return text_expression(node.part if isinstance(node, Not) else node) is not None


def _phrase(term: Term) -> str:
    tokens, prefix = phrase_tokens(term.pieces, prefix=term.prefix)
    return f'{"title : " if term.field == "title" else ""}"{" ".join(tokens)}"{" *" if prefix else ""}'


def by_author(db: Database, term: Term) -> tuple[str, str]:
    """The condition that an author of a story has the words of a term in the name."""
    authors = db.conn.execute("SELECT id, name FROM author")
    return _BY_AUTHOR, json.dumps([author_id for author_id, name in authors if has_name(name, term)])


def _by_name(db: Database, term: Term) -> Condition:
    if term.field == "author":
        sql, ids = by_author(db, term)
        return sql, [ids]
    found = list(_sources_named(db, term))
    if not found:
        raise QueryError(
            term.column, f"no source is named {term.typed!r}: `newsdesk sources` lists names and numbers"
        )
    return BY_SOURCE, [json.dumps(found)]


def _sources_named(db: Database, term: Term) -> Iterator[int]:
    """The source of that number, else the sources that have the words in their name, title or address."""
    if term.typed.isdecimal():
        one = db.conn.execute("SELECT id FROM source WHERE id = ?", (int(term.typed[:18]),)).fetchone()
        if one is not None:
            yield one[0]
            return
    for source_id, *names in db.conn.execute("SELECT id, name, title, address FROM source"):
        if any(name is not None and has_name(name, term) for name in names):
            yield source_id
