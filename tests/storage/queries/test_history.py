"""Versions of a story: returns to an earlier value, titles that alternate, and what differs between two versions."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.storage.queries.history import changes_between, find_alternations, find_returns

Revision = dict[str, list[Any]]


def titles(*values: str) -> list[Revision]:
    return [{"title": [old, new]} for old, new in pairwise(values)]


RETURNS: list[tuple[list[Revision], list[dict[str, int]]]] = [
    (titles("A", "B"), [{}]),
    (titles("A", "B", "A"), [{}, {"title": 1}]),
    (titles("A", "B", "C", "A", "B"), [{}, {}, {"title": 1}, {"title": 2}]),
    (titles("It’s A", "B", "It's A"), [{}, {"title": 1}]),
    (
        [{"title": ["A", "B"]}, {"text": ["x", "y"]}, {"title": ["B", "A"], "text": ["y", "z"]}],
        [{}, {}, {"title": 1}],
    ),
    ([{"authors": [["Ann"], []]}, {"authors": [[], ["Ann"]]}], [{}, {"authors": 1}]),
    ([{"published": [None, "2026"]}, {"published": ["2026", None]}], [{}, {"published": 1}]),
]


@pytest.mark.parametrize(("revisions", "returns"), RETURNS)
def test_a_return_names_the_version_that_had_the_value(revisions: Any, returns: Any) -> None:
    assert find_returns(revisions) == returns


ALTERNATIONS = [
    (titles("A", "B", "A"), []),
    (titles("A", "B", "A", "B"), [(["A", "B"], 3, 0, 2)]),
    (titles("X", "A", "B", "A", "B", "Y"), [(["A", "B"], 3, 1, 3)]),
    (titles("A", "B", "C", "A", "B", "C", "A", "B", "C", "A"),
     [(["A", "B"], 3, 0, 6), (["B", "C"], 3, 1, 7), (["C", "A"], 3, 2, 8)]),
    ([{"text": ["x", "y"]}, {"text": ["y", "x"]}, {"text": ["x", "y"]}], []),
]  # fmt: skip


@pytest.mark.parametrize(("revisions", "found"), ALTERNATIONS)
def test_titles_that_alternate(revisions: list[Revision], found: list[Any]) -> None:
    dated = [(str(number), fields) for number, fields in enumerate(revisions)]
    assert find_alternations(dated) == [
        {"titles": pair, "times": times, "since": str(since), "last": str(last)}
        for pair, times, since, last in found
    ]


def test_changes_between_two_versions() -> None:
    revisions: list[Revision] = [
        {"title": ["A", "B"]},
        {"text": ["x", "y"], "authors": [[], ["Ann"]]},
        {"title": ["B", "A"]},
    ]
    assert changes_between(revisions, 1, 2) == {"title": ["A", "B"]}
    assert changes_between(revisions, 1, 4) == {"authors": [[], ["Ann"]], "text": ["x", "y"]}
    assert changes_between(revisions, 3, 1) == {
        "title": ["B", "A"],
        "authors": [["Ann"], []],
        "text": ["y", "x"],
    }
    assert changes_between(revisions, 2, 2) == {}


@given(st.lists(st.sampled_from("ABCD"), min_size=2), st.data())
def test_what_differs_is_the_values_of_both_versions(values: list[str], data: st.DataObject) -> None:
    revisions = titles(*values)
    old, new = (data.draw(st.integers(1, len(values))) for _ in "12")
    one, other = values[old - 1], values[new - 1]
    assert changes_between(revisions, old, new) == ({} if one == other else {"title": [one, other]})
