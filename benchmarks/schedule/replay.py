"""Replays a trace against a rule, event by event.

A visit finds what was published since the last one and still stands in the feed. A host is asked once in two
seconds. Visits begin two days into the trace, spread over ten minutes, so that a first document has entries.
"""

from __future__ import annotations

import heapq
import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.schedule.policies import Rule
from benchmarks.schedule.trace import DAY, Source

HISTORY_S = 2 * DAY
HOST_GAP_S = 2.0
SPREAD_S = 600.0


@dataclass(slots=True, kw_only=True)
class Replayed:
    """What came of it, in the order of the sources: the moments of their visits, (published, delay) of the
    stories found, and the places in `times` of those that no visit found."""

    start: float
    end: float
    visits: list[list[float]] = field(default_factory=list)
    found: list[list[tuple[float, float]]] = field(default_factory=list)
    lost: list[list[int]] = field(default_factory=list)


def span_of(sources: Sequence[Source]) -> tuple[float, float]:
    """From when to when a trace is replayed."""
    told = [source.times for source in sources if source.times]
    return min(times[0] for times in told) + HISTORY_S, max(times[-1] for times in told)


def replay(sources: Sequence[Source], rule: Rule) -> Replayed:
    start, end = span_of(sources)
    done = Replayed(start=start, end=end)
    for rows in (done.visits, done.found, done.lost):
        rows.extend([] for _ in sources)
    known = [bisect_right(source.times, start) for source in sources]
    free: dict[str, float] = {}
    due = [(start + SPREAD_S * place / len(sources), place) for place in range(len(sources))]
    while due and due[0][0] <= end:
        at, place = due[0]
        source = sources[place]
        wait = free.get(source.host, 0.0)
        if at < wait:
            heapq.heapreplace(due, (wait, place))
            continue
        free[source.host] = at + HOST_GAP_S
        times = source.times
        there, before = bisect_right(times, at), known[place]
        oldest = max(0, there - source.window)
        if oldest > before and done.visits[place]:
            done.lost[place].extend(range(before, oldest))
        overlaps = oldest < before or not there
        if there > before:
            done.found[place] += [(each, at - each) for each in times[max(before, oldest) : there]]
        new = times[max(before, oldest) if done.visits[place] else oldest : there]
        done.visits[place].append(at)
        known[place] = there
        heapq.heapreplace(due, (at + rule.visited(place, at, new, there - oldest, overlaps), place))
    return done


def lost_anyway(sources: Sequence[Source], every_s: float = 120.0) -> list[set[int]]:
    """The stories that stand in the feed for less than even polling every two minutes sees: so many more
    come before the next of its visits."""
    return [
        {
            place
            for place in range(len(source.times) - source.window)
            if source.times[place + source.window] <= math.ceil(source.times[place] / every_s) * every_s
        }
        for source in sources
    ]
