"""Replays a trace against a rule, by `scheduler.replay`. A host is asked once in two seconds.
Visits begin two days into the trace, spread over ten minutes, so that a first document has entries.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from benchmarks.schedule.trace import DAY, Source
from scheduler.replay import Replayed, Rule
from scheduler.replay import replay as replayed_from

HISTORY_S = 2 * DAY
HOST_GAP_S = 2.0
SPREAD_S = 600.0


def span_of(sources: Sequence[Source]) -> tuple[float, float]:
    """From when to when a trace is replayed."""
    told = [source.times for source in sources if source.times]
    return min(times[0] for times in told) + HISTORY_S, max(times[-1] for times in told)


def replay(sources: Sequence[Source], rule: Rule) -> Replayed:
    start, end = span_of(sources)
    return replayed_from(
        sources,
        rule,
        first=[start + SPREAD_S * place / len(sources) for place in range(len(sources))],
        end=end,
        gap_of=lambda host: HOST_GAP_S,
    )


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
