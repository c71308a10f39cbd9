"""How clusters differ before and after: new, gone, grown, shrunk, split or joined. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, get_args

ChangeKind = Literal["new", "gone", "grows", "shrinks", "splits", "joins"]
KINDS: Final[tuple[ChangeKind, ...]] = get_args(ChangeKind)


class Move(NamedTuple):
    """A story with its cluster before and after; None if it is alone."""

    story_id: int
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterChange:
    """A cluster that changes, with its members: those that it has now if it goes, shrinks or splits, else those that
    it gets. A cluster may grow and shrink."""

    kind: ChangeKind
    cluster: int
    members: tuple[Move, ...]


def moves(before: Mapping[int, int], after: Mapping[int, int]) -> list[Move]:
    """The stories that change their cluster, by their numbers. Stories that are alone are in neither mapping."""
    return [
        Move(story, before.get(story), after.get(story))
        for story in sorted(before.keys() | after.keys())
        if before.get(story) != after.get(story)
    ]


def changed_clusters(
    before: Mapping[int, int], after: Mapping[int, int], moved: Sequence[Move]
) -> list[ClusterChange]:
    """The clusters that have other members after; `moved` as `moves` gives them."""
    changes = []
    olds = _members(before, {one.before for one in moved})
    for cluster, stories in olds.items():
        members = tuple(Move(story, cluster, after.get(story)) for story in stories)
        to = {member.after for member in members}
        kind: ChangeKind | None = (
            "splits"
            if len(to - {None}) > 1
            else "gone"
            if to == {None}
            else "shrinks"
            if None in to
            else None
        )
        if kind is not None:
            changes.append(ClusterChange(kind=kind, cluster=cluster, members=members))
    news = _members(after, {one.after for one in moved})
    for cluster, stories in news.items():
        members = tuple(Move(story, before.get(story), cluster) for story in stories)
        of = {member.before for member in members}
        kind = "joins" if len(of - {None}) > 1 else "new" if of == {None} else "grows" if None in of else None
        if kind is not None:
            changes.append(ClusterChange(kind=kind, cluster=cluster, members=members))
    return sorted(changes, key=lambda change: (KINDS.index(change.kind), change.cluster))


def in_steps(moved: Sequence[Move], *, most: int) -> Iterator[list[Move]]:
    """Moves in steps of at most `most`, or of those that clusters connect: each step leaves whole clusters."""
    older: dict[int, int] = {}  # cluster → an older one that a move connects it with

    def first(cluster: int) -> int:
        while cluster in older:
            cluster = older[cluster]
        return cluster

    connected: dict[int, list[Move]] = defaultdict(list)
    for one in moved:
        ends = sorted({first(cluster) for cluster in one[1:] if cluster is not None})
        older.update(dict.fromkeys(ends[1:], ends[0]))
    for one in moved:
        connected[first(one.before or one.after or one.story_id)].append(one)
    step: list[Move] = []
    for moves_of_one in connected.values():
        if step and len(step) + len(moves_of_one) > most:
            yield step
            step = []
        step = step + moves_of_one
    if step:
        yield step


def _members(clusters: Mapping[int, int], wanted: set[int | None]) -> dict[int, list[int]]:
    members: dict[int, list[int]] = defaultdict(list)
    for story in sorted(clusters):
        if clusters[story] in wanted:
            members[clusters[story]].append(story)
    return members
