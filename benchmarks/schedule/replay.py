"""Replays a trace against a rule, by `scheduler.simulation.replay`. A host gets one request in two seconds.
Visits begin two days into the trace, spread over ten minutes, so that a first document has entries. Real traces have
sparse ends: old entries of the first documents, a date in the future. The former are history, the latter are left
out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from benchmarks.schedule.trace import DAY, Source
from newsdesk.scheduler.simulation.replay import Replayed, Rule
from newsdesk.scheduler.simulation.replay import replay as replayed_from

HISTORY_S = 2 * DAY
HOST_GAP_S = 2.0
SPREAD_S = 600.0
THIN = 50


def span_of(sources: Sequence[Source]) -> tuple[float, float]:
    """From when to when a trace is replayed. An end is sparse, and left out, where a `THIN`th of the stories
    takes more than a fifth of the time that the middle ones take."""
    times = sorted(at for source in sources for at in source.times)
    few = len(times) // THIN
    begin, end = times[few], times[-1 - few]
    thin_s = (end - begin) / 5
    first = begin if begin - times[0] > thin_s else times[0]
    last = end if times[-1] - end > thin_s else times[-1]
    return first + HISTORY_S, last


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
    """The stories that even polling every two minutes does not find, because the feed drops them before its next
    visit."""
    return [
        {
            place
            for place in range(len(source.times) - source.window)
            if source.times[place + source.window] <= math.ceil(source.times[place] / every_s) * every_s
        }
        for source in sources
    ]
