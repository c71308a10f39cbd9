"""Rules for when to visit: ours, and others to compare it with.

Ours is `scheduler.simulation.replay.Adaptive`, which `newsdesk simulate` uses too. The others follow their public
descriptions.
"""

from __future__ import annotations

import math
import random
import time
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from benchmarks.schedule.replay import HOST_GAP_S
from benchmarks.schedule.trace import DAY, HOUR, START, Source
from newsdesk.scheduler.cadence.intervals import NORMAL_INTERVALS, Intervals
from newsdesk.scheduler.cadence.policy import SILENT_S
from newsdesk.scheduler.cadence.publication_profile import Observation
from newsdesk.scheduler.simulation.replay import Adaptive


@dataclass(slots=True, kw_only=True)
class EntryFrequency:
    """miniflux's `entry_frequency`: a week over (weekly count · factor), from 5 min to 24 h. The weekly count
    is extrapolated from the mean distance of the stories dated in the last 7 d; with one or none, 24 h."""

    factor: float = 1.0
    known: dict[int, list[float]] = field(default_factory=dict)

    def visited(self, source: int, now: float, observed: Observation) -> float:
        dates = self.known.setdefault(source, [])
        dates.extend(date for date in observed.new if date is not None)
        del dates[: bisect_left(dates, now - 7 * DAY)]
        if len(dates) < 2 or dates[-1] == dates[0]:
            return DAY
        weekly = 7 * DAY / ((dates[-1] - dates[0]) / (len(dates) - 1))
        return min(max(7 * DAY / (weekly * self.factor), 300.0), DAY)


@dataclass(slots=True, kw_only=True)
class Oracle:
    """Knows each story when it is published: it visits when the unseen stories have waited `threshold` seconds in
    total."""

    sources: Sequence[Source]
    threshold: float = HOUR
    shortest_s: float = 300.0

    def visited(self, source: int, now: float, observed: Observation) -> float:
        times = self.sources[source].times
        place = bisect_right(times, now)
        count, whole, at = 0, 0.0, now + 1000 * DAY
        while place < len(times) and times[place] < at:
            count, whole, place = count + 1, whole + times[place], place + 1
            at = (self.threshold + whole) / count
        return max(at - now, self.shortest_s)


@dataclass(slots=True, kw_only=True)
class Knowing:
    """Knows the rate of each source in each hour, but not the stories: our rule and limits without learning. The
    difference to ours is the cost of learning; no rule without further knowledge is faster than this one."""

    sources: Sequence[Source]
    threshold: float = HOUR
    intervals: Intervals = NORMAL_INTERVALS
    last: dict[int, float] = field(default_factory=dict)

    def visited(self, source: int, now: float, observed: Observation) -> float:
        rates = self.sources[source].rates or []
        if observed.new:
            self.last[source] = now
        silent = now - self.last.get(source, -math.inf) > SILENT_S
        longest_s = self.intervals.silent_s if silent else self.intervals.longest_s
        return max(_reaches(rates, now, self.threshold, longest_s), self.intervals.shortest_s)


def _reaches(rates: Sequence[float], now: float, threshold: float, most_s: float) -> float:
    """As `scheduler.cadence.policy.time_to_threshold`, over the hours of a trace."""
    at, count, waited = now, 0.0, 0.0
    while at < now + most_s:
        place = int((at - START) // HOUR)
        rate = rates[place] / HOUR if place < len(rates) else 0.0
        span = min(START + (place + 1) * HOUR, now + most_s) - at
        more = (count + rate * span / 2) * span
        if waited + more >= threshold:
            left = threshold - waited
            return at - now + 2 * left / (count + math.sqrt(count * count + 2 * rate * left))
        waited, count, at = waited + more, count + rate * span, at + span
    return most_s


@dataclass(slots=True, kw_only=True)
class Timed:
    """Our rule with the CPU time of its decisions. `undated`: it gets no dates."""

    rule: Adaptive
    undated: bool = False
    decisions: int = 0
    cpu_s: float = 0.0

    def visited(self, source: int, now: float, observed: Observation) -> float:
        begun = time.process_time()
        if self.undated:
            observed = replace(observed, new=(None,) * len(observed.new))
        after_s = self.rule.visited(source, now, observed)
        self.decisions += 1
        self.cpu_s += time.process_time() - begun
        return after_s


def ours(
    sources: Sequence[Source],
    *,
    visits_a_day: float = 24.0,
    shortest_s: float = 300.0,
    undated: bool = False,
    count_once: bool = True,
) -> Timed:
    """Our rule, as the service runs it."""
    rule = Adaptive(
        hosts=[source.host for source in sources],
        random=random.Random(7).random,
        gap_of=lambda host: HOST_GAP_S,
        visits_a_day=visits_a_day,
        shortest_s=shortest_s,
        count_once=count_once,
    )
    return Timed(rule=rule, undated=undated)
