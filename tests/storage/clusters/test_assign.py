"""Clusters from links and decisions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.storage.clusters.assign import Decided, Decision, assign_clusters
from newsdesk.storage.clusters.links import Link, LinkKind

Row = tuple[int, int, float] | tuple[int, int, float, LinkKind]


def link(story_id: int, other_id: int, score: float, kind: LinkKind = "copy") -> Link:
    return Link(story_id=story_id, other_id=other_id, kind=kind, score=score, reason="")


def decided(story_id: int, other_id: int, what: Decided) -> Decision:
    return Decision(story_id=story_id, other_id=other_id, decided=what)


CASES: list[tuple[str, list[Row], list[tuple[int, int, Decided]], list[list[int]]]] = [
    ("no link", [], [], [[1], [2], [3], [4]]),
    ("copies of the first", [(2, 1, 0.8), (3, 1, 0.5)], [], [[1, 2, 3], [4]]),
    ("a chain does not grow", [(2, 1, 0.9), (3, 2, 0.9), (4, 3, 0.9)], [], [[1, 2], [3, 4]]),
    ("two members are enough", [(2, 1, 0.9), (3, 1, 0.9), (4, 2, 0.4), (4, 3, 0.4)], [], [[1, 2, 3, 4]]),
    ("an exact copy of a member is one", [(2, 1, 0.9), (3, 2, 1.0, "exact")], [], [[1, 2, 3], [4]]),
    ("a story whose page names a member", [(2, 1, 0.9), (3, 2, 1.0, "url")], [], [[1, 2, 3], [4]]),
    (
        "a named address before the same text",
        [(3, 1, 1.0, "exact"), (3, 2, 1.0, "url")],
        [],
        [[1], [2, 3], [4]],
    ),
    ("the same text before a copy", [(3, 1, 1.0), (3, 2, 1.0, "exact")], [], [[1], [2, 3], [4]]),
    ("the better link decides", [(3, 1, 0.4), (3, 2, 0.8)], [], [[1], [2, 3], [4]]),
    ("of equal links the older", [(3, 1, 0.8), (3, 2, 0.8)], [], [[1, 3], [2], [4]]),
    ("apart", [(2, 1, 0.9), (3, 1, 0.9)], [(3, 1, "apart")], [[1, 2], [3], [4]]),
    ("apart from a member", [(2, 1, 0.9), (3, 1, 0.9)], [(2, 3, "apart")], [[1, 2], [3], [4]]),
    ("together without a link", [(2, 1, 0.9)], [(4, 2, "together")], [[1, 2, 4], [3]]),
    ("apart is stronger", [(2, 1, 0.9)], [(2, 3, "apart"), (3, 1, "together")], [[1, 2], [3], [4]]),
    (
        "apart from one that was joined",
        [(2, 1, 0.9)],
        [(4, 2, "apart"), (3, 1, "together"), (4, 3, "together")],
        [[1, 2, 3], [4]],
    ),
    ("two clusters together", [(2, 1, 0.9), (4, 3, 0.9)], [(4, 1, "together")], [[1, 2, 3, 4]]),
]


@pytest.mark.parametrize(("name", "links", "decisions", "groups"), CASES, ids=[row[0] for row in CASES])
def test_clusters(
    name: str, links: list[Row], decisions: list[tuple[int, int, Decided]], groups: list[list[int]]
) -> None:
    found = assign_clusters(range(1, 5), [link(*row) for row in links], [decided(*one) for one in decisions])
    expected = {story: group[0] if len(group) > 1 else None for group in groups for story in group}
    assert found == expected


pairs = st.tuples(st.integers(1, 8), st.integers(1, 8)).filter(lambda pair: pair[0] > pair[1])


@given(st.lists(st.tuples(pairs, st.sampled_from([0.4, 0.6, 0.9])), max_size=12), st.lists(pairs, max_size=4))
def test_the_order_of_links_changes_nothing(
    links: list[tuple[tuple[int, int], float]], apart: list[tuple[int, int]]
) -> None:
    made = [link(*pair, score) for pair, score in {pair: (pair, score) for pair, score in links}.values()]
    decisions = [decided(*pair, "apart") for pair in apart]
    found = assign_clusters(range(1, 9), made, decisions)
    assert found == assign_clusters(range(8, 0, -1), made[::-1], decisions[::-1])
    for one, other in apart:
        assert found[one] is None or found[one] != found[other]


@given(
    st.lists(st.tuples(pairs, st.sampled_from([0.4, 0.9])), max_size=12),
    st.lists(st.tuples(pairs, st.sampled_from(["apart", "together"])), max_size=8),
)
def test_what_is_apart_is_in_no_common_cluster(
    links: list[tuple[tuple[int, int], float]], made: list[tuple[tuple[int, int], Decided]]
) -> None:
    """Also where others are put together; and no cluster has one story."""
    decisions = [decided(*pair, what) for pair, what in made]
    linked = [link(*pair, score) for pair, score in dict(links).items()]
    found = assign_clusters(range(1, 9), linked, decisions)
    for (one, other), what in made:
        if what == "apart":
            assert found[one] is None or found[one] != found[other]
    sizes = [list(found.values()).count(cluster) for cluster in set(found.values()) - {None}]
    assert all(size > 1 for size in sizes)
    if not any(what == "apart" for _, what in made):
        assert all(found[one] == found[other] is not None for (one, other), _ in made)
