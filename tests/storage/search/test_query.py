"""The query language: its tree, and what is refused with its place and a remedy."""

from __future__ import annotations

import pytest

from newsdesk.storage.search.conditions import text_expression
from newsdesk.storage.search.query import (
    MAX_DEPTH,
    MAX_TEXT,
    MAX_WORD,
    MAX_WORDS,
    QueryError,
    author_term,
    parse_query,
)

# a query → its FTS5 expression, in which every word is quoted
EXPRESSIONS = [
    ("trump biden", '("trump" AND "biden")'),
    ("trump AND biden", '("trump" AND "biden")'),
    ("trump OR biden", '("trump" OR "biden")'),
    ("trump NOT biden", '(("trump") NOT ("biden"))'),
    ("trump -biden", '(("trump") NOT ("biden"))'),
    ("trump or biden", '("trump" AND "or" AND "biden")'),
    ("a b OR c d", '(("a" AND "b") OR ("c" AND "d"))'),
    ("a (b OR c) d", '("a" AND ("b" OR "c") AND "d")'),
    ('a -"b c" -(d OR e)', '(("a") NOT ("b c" OR ("d" OR "e")))'),
    ('"a b"*', '"a b" *'),
    ('"harb*"', '"harb"'),  # quoted: no operator
    ('"OR" "title:a"', '("or" AND "title a")'),
    ("“a b”", '"a b"'),
    ("harb*", '"harb" *'),
    ("Title:Ferry", 'title : "ferry"'),
    ("title:(a OR b*)", '(title : "a" OR title : "b" *)'),
    ("Bread & Tide: the bakery - again …", '("bread" AND "tide" AND "the" AND "bakery" AND "again")'),
    ("https://daily.test/a?b=c", '"https daily test a b c"'),
    ("10:30", '"10 30"'),
    ("e-mail O’Neil", '("e mail" AND "o neil")'),
    ("trump,biden", '"trump biden"'),
    ("東京Dome 大", '("東京 京 dome" AND "大" *)'),
    ('"手机 launch"', '"手机 机 launch"'),
]
# a query → the column of its error, and a part of the message
REFUSED = [
    ("", 1, "no word"),
    ("  … 🙂", 1, "no word"),
    ("OR a", 1, "nothing stands before OR"),
    ("a OR", 3, "nothing stands after OR"),
    ("a AND OR b", 3, "nothing stands after AND"),
    ("a OR OR b", 3, "nothing stands after OR"),
    ("a OR &", 3, "nothing stands after OR"),
    ("a NOT", 3, "nothing stands after NOT"),
    ("a (b OR) c", 6, "nothing stands after OR"),
    ("AND", 1, "nothing stands before AND"),
    ("a ()", 3, "nothing stands in these parentheses"),
    ("a (b", 3, "not closed"),
    ("a (b OR (c)", 3, "not closed"),
    ("a b)", 4, "closes nothing"),
    ('a "b c', 3, "quote is not closed"),
    ('a ""', 3, "no letter or digit"),
    ("*", 1, "end of a word"),
    ("*boat", 1, "end of a word"),
    ("fe*ry", 3, "end of a word"),
    ("a | b", 3, "write OR"),
    ("a && b", 3, "write AND"),
    ("a --b", 3, "one - before it: -b"),
    ("a -& b", 3, "nothing stands after -"),
    ("(a -)", 5, "a word is missing"),
    ("a titel:b", 3, "no field titel: (there are title:, author:, source:)"),
    ("a title: b", 3, "without a space"),
    ("title:", 1, "without a space"),
    ("title:OR b", 1, "title: has no value"),
    ("title:& b", 1, "title: has no value"),
    ("title:-b", 1, "title: has no value"),
    ("title:(a author:b)", 10, "author: stands inside title:"),
    ("a " + "x" * (MAX_WORD + 1), 3, "201 letters"),
    ("a " + "大" * (MAX_WORD + 1), 3, "201 letters"),
    ("x" * MAX_TEXT, 1, "20,000 letters"),
    ("x" * (MAX_TEXT + 1), MAX_TEXT + 1, "20,001 characters"),
    ("a " * 1100, 2 * MAX_WORDS + 1, "more than 500 words"),
    ('"' + "a " * 1100 + '"', 1, "more than 500 words"),
    ("(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1), MAX_DEPTH + 1, "nest deeper than 10"),
    ("NOT " * 3000 + "a", 4 * MAX_DEPTH + 1, "nest deeper than 10"),
    ("-(" * 3000, 2 * (MAX_DEPTH // 2) + 1, "nest deeper than 10"),
]


@pytest.mark.parametrize(("text", "expression"), EXPRESSIONS, ids=[row[0] for row in EXPRESSIONS])
def test_a_query_is_a_tree(text: str, expression: str) -> None:
    assert text_expression(parse_query(text)) == expression


@pytest.mark.parametrize("text", ["-a", "a OR -b", "author:a", "a source:b", "(-a) (-b)"])
def test_only_sql_can_express_some(text: str) -> None:
    assert text_expression(parse_query(text)) is None


@pytest.mark.parametrize(("text", "column", "message"), REFUSED, ids=[row[0][:20] for row in REFUSED])
def test_what_cannot_be_meant_is_refused_with_its_place(text: str, column: int, message: str) -> None:
    with pytest.raises(QueryError) as error:
        parse_query(text)
    assert (error.value.column, message in error.value.reason) == (column, True), error.value


def test_the_bounds_themselves_are_allowed() -> None:
    parse_query("a " * MAX_WORDS)
    parse_query("x" * MAX_WORD)
    parse_query("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH)


def test_a_name_is_a_phrase() -> None:
    assert author_term("Ann Hil*").pieces == (("ann", False), ("hil", False))
    assert author_term("Ann Hil*").prefix
    with pytest.raises(QueryError, match="no letter or digit"):
        author_term("*")
