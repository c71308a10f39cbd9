"""The query language of searches: a typed text becomes a tree of terms, or an error that names its place.

Pure. AND by default; OR, NOT or -, parentheses, "phrases", prefixes with *, and the fields title:, author:, source:.
Bounds hold before anything is searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from newsdesk.storage.search.folding import Piece, pieces

MAX_TEXT = 20_000  # characters of a query
MAX_WORDS = 500  # of a query, with the words of its phrases
MAX_WORD = 200  # letters
MAX_DEPTH = 10  # of parentheses and NOTs: the parser of FTS5 has a stack of 100

Field = Literal["title", "author", "source"]
FIELDS: tuple[Field, ...] = get_args(Field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Words that follow each other: in any text of a story, or in one field. `prefix`: the last one is only the
    beginning of a word. `typed` is the value as it was typed; `column` is its place, from 1."""

    pieces: tuple[Piece, ...]
    prefix: bool
    field: Field | None
    typed: str
    column: int


@dataclass(frozen=True, slots=True)
class Not:
    """What a story must not have."""

    part: Node


@dataclass(frozen=True, slots=True)
class And:
    """What a story must have all of."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """What a story must have at least one of."""

    parts: tuple[Node, ...]


Node = Term | Not | And | Or


class QueryError(ValueError):
    """A query that cannot be meant, or is over a bound: the column (from 1), why, and what to write instead."""

    def __init__(self, column: int, reason: str) -> None:
        super().__init__(f"column {column}: {reason}")
        self.column = column
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Token:
    kind: Literal["word", "phrase", "field", "(", ")", "-", "AND", "OR", "NOT", "end"]
    column: int
    text: str = ""
    pieces: tuple[Piece, ...] = ()
    prefix: bool = False


_QUOTES = '"“”„‟＂'
_SPACE = re.compile(r"\s+")
_FIELD = re.compile(r"([^\W\d_]+):(?!//)(?!\s|$)")
_WITHOUT_VALUE = re.compile(rf"({'|'.join(FIELDS)}):(?=\s|$)", re.IGNORECASE)
_WORD = re.compile(rf"[^\s(){_QUOTES}]+")
_EXCLUDES = re.compile(r"-(?=[^\s-])")
_PHRASE = re.compile(rf"[{_QUOTES}]([^{_QUOTES}]*)([{_QUOTES}]?)(\*?)")
_MISTAKEN = {"|": "OR", "||": "OR", "&&": "AND", "!": "NOT"}
_OR_QUOTE = 'to search for the word itself, write it in quotes, "{}"'


def parse_query(text: str) -> Node:
    """The tree of a query. Raises QueryError if it cannot be meant, or is over a bound."""
    if len(text) > MAX_TEXT:
        raise QueryError(
            MAX_TEXT + 1, f"the query has {len(text):,} characters; shorten it to {MAX_TEXT:,} at most"
        )
    return _Parser(list(_tokens(text))).parse()


def author_term(text: str) -> Term:
    """A name, or words of it, as the value of author: in a query. Raises QueryError."""
    token = _phrase_token(text.rstrip("*"), 1, prefix=text.endswith("*"))
    return _term(token, "author")


def terms(node: Node) -> Iterator[Term]:
    """The terms that a story may be found by: those that are not left out."""
    if isinstance(node, Term):
        yield node
    elif not isinstance(node, Not):
        for part in node.parts:
            yield from terms(part)


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        here, column = text[at], at + 1
        if found := _SPACE.match(text, at):
            pass
        elif here in "()":
            yield _Token("(" if here == "(" else ")", column)
        elif found := _PHRASE.match(text, at):
            yield _phrase(found, column)
        elif here == "-" and _EXCLUDES.match(text, at):
            yield _Token("-", column)
        elif found := _WITHOUT_VALUE.match(text, at):
            raise QueryError(column, f"{found[0]} has no value: write {found[0]}word, without a space")
        elif found := _FIELD.match(text, at):
            yield _Token("field", column, found[1])
        else:
            found = _WORD.match(text, at)
            assert found is not None
            if (token := _word(found[0], column)) is not None:
                yield token
        at = found.end() if found else at + 1
    yield _Token("end", len(text) + 1)


def _phrase(found: re.Match[str], column: int) -> _Token:
    if not found[2]:
        raise QueryError(column, "this quote is not closed: close it, or leave it out")
    return _phrase_token(found[1], column, prefix=bool(found[3]))


def _phrase_token(text: str, column: int, *, prefix: bool) -> _Token:
    inside = _pieces(text, column)
    if not inside:
        raise QueryError(column, f"{text!r} has no letter or digit: write one, or leave it out")
    return _Token("phrase", column, text, inside, prefix)


def _word(word: str, column: int) -> _Token | None:
    """A word or an operator; None for punctuation, as in `Marks & Spencer`."""
    if word in ("AND", "OR", "NOT"):
        return _Token(word, column)  # type: ignore[arg-type]  # one of these three kinds
    if word in _MISTAKEN:
        raise QueryError(column, f"{word} is no operator: write {_MISTAKEN[word]}, or quote it")
    if re.match("--[^-]", word):
        raise QueryError(column, f"to leave out a word, write one - before it: {word[1:]}")
    bare = word.rstrip("*")
    if "*" in bare or (word != bare and not bare):
        raise QueryError(
            column + word.index("*"), "* can only stand at the end of a word: move it, or leave it out"
        )
    inside = _pieces(bare, column)
    return _Token("word", column, bare, inside, word != bare) if inside else None


def _pieces(text: str, column: int) -> tuple[Piece, ...]:
    found = tuple(pieces(text))
    longest = max((len(piece) for piece, _ in found), default=0)
    if longest > MAX_WORD:
        raise QueryError(
            column,
            f"a word has {longest:,} letters; search for its first letters (at most {MAX_WORD}) with * behind them",
        )
    return found


def _term(token: _Token, field: Field | None) -> Term:
    return Term(pieces=token.pieces, prefix=token.prefix, field=field, typed=token.text, column=token.column)


class _Parser:
    """Recursive descent: or = and (OR and)*; and = not ([AND] not)*; not = (NOT | -) not | primary."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        words = 0
        for token in tokens:
            words += len(token.pieces)
            if words > MAX_WORDS:
                raise QueryError(
                    token.column, f"the query has more than {MAX_WORDS} words: make several searches of it"
                )

    def parse(self) -> Node:
        if self._next.kind == "end":
            raise QueryError(1, "there is no word in the query: write letters or digits")
        node = self._or(None, 0)
        if self._next.kind == ")":
            raise QueryError(self._next.column, "this ) closes nothing: leave it out, or open it with (")
        return node

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _or(self, field: Field | None, depth: int) -> Node:
        parts = [self._and(field, depth)]
        while self._next.kind == "OR":
            self._operator()
            parts.append(self._and(field, depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _and(self, field: Field | None, depth: int) -> Node:
        parts = [self._not(field, depth)]
        while self._next.kind not in ("OR", ")", "end"):
            if self._next.kind == "AND":
                self._operator()
            parts.append(self._not(field, depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _operator(self) -> None:
        """Step over an operator, behind which there must be something."""
        operator = self._take()
        if self._next.kind in ("AND", "OR", ")", "end"):
            name = operator.kind
            raise QueryError(
                operator.column, f"nothing stands after {name}: add a word; {_OR_QUOTE.format(name)}"
            )

    def _not(self, field: Field | None, depth: int) -> Node:
        if self._next.kind not in ("NOT", "-"):
            return self._primary(field, depth)
        column = self._next.column
        if self._next.kind == "NOT":
            self._operator()
        elif self._take() and self._next.column != column + 1:
            raise QueryError(column, "nothing stands after -: write the word without a space, -word")
        return Not(self._not(field, self._deeper(column, depth)))

    def _primary(self, field: Field | None, depth: int) -> Node:
        token = self._take()
        if token.kind in ("word", "phrase"):
            return _term(token, field)
        if token.kind == "field":
            return self._field(token, field, depth)
        if token.kind == "(":
            return self._parentheses(token, field, depth)
        if token.kind in ("AND", "OR"):
            name = token.kind
            raise QueryError(
                token.column, f"nothing stands before {name}: add a word; {_OR_QUOTE.format(name)}"
            )
        raise QueryError(token.column, "a word is missing here")

    def _parentheses(self, opened: _Token, field: Field | None, depth: int) -> Node:
        depth = self._deeper(opened.column, depth)
        if self._next.kind == ")":
            raise QueryError(opened.column, "nothing stands in these parentheses: leave them out")
        if self._next.kind == "end":
            raise QueryError(opened.column, "this ( is not closed: close it with ), or leave it out")
        node = self._or(field, depth)
        if self._take().kind != ")":
            raise QueryError(opened.column, "this ( is not closed: close it with ), or leave it out")
        return node

    def _field(self, token: _Token, outer: Field | None, depth: int) -> Node:
        name = next((one for one in FIELDS if one == token.text.lower()), None)
        value = self._next
        if name is None:
            known = ", ".join(f"{one}:" for one in FIELDS)
            raise QueryError(
                token.column,
                f"there is no field {token.text}: (there are {known}); to search for it as text, write it in quotes",
            )
        if outer is not None:
            raise QueryError(token.column, f"{name}: stands inside {outer}: ; write one field for each value")
        if value.kind not in ("word", "phrase", "(") or value.column != token.column + len(token.text) + 1:
            raise QueryError(
                token.column, f'{name}: has no value: write {name}:word, {name}:"a phrase" or {name}:(a OR b)'
            )
        return self._primary(name, depth)

    @staticmethod
    def _deeper(column: int, depth: int) -> int:
        if depth == MAX_DEPTH:
            raise QueryError(
                column, f"parentheses and NOTs nest deeper than {MAX_DEPTH}: write the query flatter"
            )
        return depth + 1
