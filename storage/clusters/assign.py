"""Which cluster each story is in, given the links between stories and what a person decided. Pure.

A cluster is named by its first story, the one that arrived first. A story joins by a link to the first story or by
links to two members, so that no chain of weak links grows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Final, Literal

from newsdesk.storage.clusters.links import Link, LinkKind

Decided = Literal["together", "apart"]
_CERTAIN: Final[Mapping[LinkKind, int]] = {"url": 2, "exact": 1}  # one such link is enough, the surest first
_story_of = attrgetter("story_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided of two stories: they are in one cluster, or never are."""

    story_id: int
    other_id: int
    decided: Decided


def cluster_to_join(
    links: Sequence[Link], clusters: Mapping[int, int], *, barred: Iterable[int] = ()
) -> int | None:
    """The cluster that a story joins by its links to earlier stories; None if it stays alone. Of several the one
    with the best link, then the oldest. `clusters`: story → its cluster; a story that is missing is alone. An exact
    copy, or a story linked by the address that a page names, joins the cluster of what it is linked with. `barred`
    clusters are not joined."""
    by_cluster: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        by_cluster[clusters.get(link.other_id, link.other_id)].append(link)
    joined = [
        (max(link.score + _CERTAIN.get(link.kind, 0) for link in linked), -cluster)
        for cluster, linked in by_cluster.items()
        if cluster not in barred
        and (len(linked) > 1 or any(link.kind in _CERTAIN or link.other_id == cluster for link in linked))
    ]
    return -max(joined)[1] if joined else None


def assign_clusters(
    stories: Iterable[int], links: Iterable[Link], decisions: Sequence[Decision]
) -> dict[int, int | None]:
    """Story → its cluster, None if it is alone; as if the stories arrived again in the order of their numbers. Links
    and decisions with other stories do not count."""
    wanted = set(stories)
    inside = [link for link in links if link.story_id in wanted and link.other_id in wanted]
    decided = [one for one in decisions if one.story_id in wanted and one.other_id in wanted]
    clusters = form_clusters(sorted(inside, key=_story_of), decided)
    return {story: clusters.get(story) for story in wanted}


def form_clusters(links: Iterable[Link], decisions: Sequence[Decision]) -> dict[int, int]:
    """Story → its cluster, for the stories that are not alone. `links` are in the order of the stories that arrived
    later, so that those of a large store are read one by one."""
    apart: dict[int, set[int]] = defaultdict(set)
    for one in decisions:
        if one.decided == "apart":
            apart[max(one.story_id, one.other_id)].add(min(one.story_id, one.other_id))
    clusters: dict[int, int] = {}
    for story, group in groupby(links, key=_story_of):
        barred = {clusters.get(other, other) for other in apart.get(story, ())}
        cluster = cluster_to_join(list(group), clusters, barred=barred)
        if cluster is not None:
            clusters[story] = clusters[cluster] = cluster
    return _put_together(clusters, decisions)


def _put_together(clusters: dict[int, int], decisions: Sequence[Decision]) -> dict[int, int]:
    """The clusters, with those joined of which a person decided so. Where stories of both are set apart, they are
    not joined."""
    joined: dict[int, int] = {}  # cluster → an older one
    apart: dict[int, set[int]] = defaultdict(set)

    def now(cluster: int) -> int:
        while cluster in joined:
            cluster = joined[cluster]
        return cluster

    for one in decisions:
        if one.decided == "apart":
            own = [clusters.get(story, story) for story in (one.story_id, one.other_id)]
            apart[own[0]].add(own[1])
            apart[own[1]].add(own[0])
    for one in decisions:
        if one.decided == "together":
            pair = one.story_id, one.other_id
            first, second = sorted(now(clusters.get(story, story)) for story in pair)
            if first != second and second not in apart[first]:
                clusters |= {story: clusters.get(story, story) for story in pair}
                joined[second] = first
                for other in apart.pop(second, ()):
                    apart[other] = apart[other] - {second} | {first}
                    apart[first].add(other)
    return {story: now(cluster) for story, cluster in clusters.items()} if joined else clusters
