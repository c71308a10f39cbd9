"""A contestant on a stream: agreement with the truth, CPU, and which kinds of copies it finds."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from benchmarks.duplicates.contestants import CONTESTANTS, Contestant
from benchmarks.duplicates.scores import compare
from benchmarks.duplicates.stories import Story

LIMITS = {  # newsdesk's, by slice and measure
    ("mixed", "rand"): 0.93, ("mixed", "precision"): 0.96, ("templates", "rand"): 0.80, ("wire", "f1"): 0.88,
    ("teasers", "precision"): 0.95, ("real-teasers", "precision"): 0.95,
    ("cut-teasers", "precision"): 0.95, ("one-site", "rand"): 0.99,
}  # fmt: skip


def run(contestant: Contestant, stories: Sequence[Story]) -> tuple[list[int], float]:
    """The cluster ids, and CPU seconds."""
    begun = time.process_time()
    found = [
        contestant.add(story.title, story.text, story.published, story.source, story.language)
        for story in stories
    ]
    spent = time.process_time() - begun
    final = getattr(contestant, "clusters", None)
    return list(final()) if final else found, spent


def measure(slice_: str, name: str, stories: Sequence[Story]) -> dict[str, Any]:
    """A row of figures; `kinds` has for each kind its number of stories, recall and wrong ones (`by_kind`)."""
    truth = [story.cluster for story in stories]
    ids, spent = run(CONTESTANTS[name](), stories)
    return {
        "slice": slice_, "stories": len(stories), "clusters": len(set(truth)), "contestant": name,
        **asdict(compare(truth, ids)), "cpu_ms": 1000 * spent / len(stories), "kinds": by_kind(stories, ids),
        "ids": ids,
    }  # fmt: skip


def by_kind(stories: Sequence[Story], ids: Sequence[int]) -> dict[str, tuple[int, float, float]]:
    """For the copies of each kind: how many; the share that shares its cluster with an earlier story of its true
    cluster; the share whose cluster has more stories of another true cluster than of its own."""
    members: dict[int, Counter[int]] = defaultdict(Counter)
    for story, found in zip(stories, ids, strict=True):
        members[found][story.cluster] += 1
    earlier: dict[int, set[int]] = defaultdict(set)
    counted: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for story, found in zip(stories, ids, strict=True):
        is_found = found in earlier[story.cluster]
        is_wrong = members[found].most_common(1)[0][1] > members[found][story.cluster]
        if earlier[story.cluster]:
            counted["+".join(story.kinds) or "base"].append((is_found, is_wrong))
        else:
            counted["first"].append((True, is_wrong))
        earlier[story.cluster].add(found)
    return {
        kind: (len(rows), sum(one for one, _ in rows) / len(rows), sum(two for _, two in rows) / len(rows))
        for kind, rows in sorted(counted.items())
    }


def mistakes(stories: Sequence[Story], ids: Sequence[int]) -> Iterator[tuple[str, Story, Story]]:
    """Each story that joined others only wrongly, or that joined none but has an earlier one: (joined or missed, the
    earlier story, the story)."""
    by_id: dict[int, Story] = {}
    by_truth: dict[int, tuple[int, Story]] = {}
    for story, found in zip(stories, ids, strict=True):
        earlier = by_id.get(found)
        true = by_truth.get(story.cluster)
        if earlier is not None and earlier.cluster != story.cluster:
            yield "joined", earlier, story
        elif true is not None and true[0] != found:
            yield "missed", true[1], story
        by_id.setdefault(found, story)
        by_truth.setdefault(story.cluster, (found, story))
