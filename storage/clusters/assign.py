"""Which cluster each story is in, given the links between stories and what a person decided. Pure.

A cluster is named by its first story, the one that arrived first. A story joins by a link to the first story or by
links to two members, so that no chain of weak links grows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from newsdesk.storage.clusters.links import Link

Decided = Literal["together", "apart"]


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
    copy joins the cluster of what it copies. `barred` clusters are not joined."""
    by_cluster: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        by_cluster[clusters.get(link.other_id, link.other_id)].append(link)
    joined = [
        (max(link.score + (link.kind == "exact") for link in linked), -cluster)
        for cluster, linked in by_cluster.items()
        if cluster not in barred
        and (len(linked) > 1 or any(link.kind == "exact" or link.other_id == cluster for link in linked))
    ]
    return -max(joined)[1] if joined else None


def assign_clusters(
    stories: Iterable[int], links: Iterable[Link], decisions: Sequence[Decision]
) -> dict[int, int | None]:
    """Story → its cluster, None if it is alone; as if the stories arrived again in the order of their numbers."""
    order = sorted(stories)
    wanted = set(order)
    of_story: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        if link.story_id in wanted and link.other_id in wanted:
            of_story[link.story_id].append(link)
    apart: dict[int, set[int]] = defaultdict(set)
    for one in decisions:
        if one.decided == "apart":
            apart[one.story_id].add(one.other_id)
            apart[one.other_id].add(one.story_id)
    clusters: dict[int, int] = {}
    for story in order:
        barred = {clusters[other] for other in apart[story] if other in clusters} if story in apart else ()
        clusters[story] = cluster_to_join(of_story[story], clusters, barred=barred) or story
    for one in decisions:
        if one.decided == "together" and {one.story_id, one.other_id} <= wanted:
            first, second = sorted((clusters[one.story_id], clusters[one.other_id]))
            clusters = {story: first if cluster == second else cluster for story, cluster in clusters.items()}
    sizes: dict[int, int] = defaultdict(int)
    for cluster in clusters.values():
        sizes[cluster] += 1
    return {story: cluster if sizes[cluster] > 1 else None for story, cluster in clusters.items()}
