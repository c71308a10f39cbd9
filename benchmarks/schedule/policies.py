"""Rules for when to visit, as `replay` asks them: ours, and the yardsticks.

Ours is `scheduler.cadence.plan` with the planner's price, as the service runs it. The yardsticks are written
after their public descriptions.
"""

from __future__ import annotations

import random
import time
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from benchmarks.schedule.trace import DAY, HOUR, Source
from scheduler.cadence import Policy, Terms, plan
from scheduler.price import due_for_solving, first_planner, host_prices, load_of, replan
from scheduler.rhythm import Seen
from storage.rhythms import Planner, Rhythm


class Rule(Protocol):
    """What a replay asks. `new`: when the stories found by a visit were published."""

    def visited(self, source: int, now: float, new: Sequence[float], entries: int, overlaps: bool) -> float:
        """Seconds until the next visit of a source, after one that found so much."""
        ...


@dataclass(slots=True, kw_only=True)
class Fixed:
    """Every so many seconds."""

    every_s: float = HOUR

    def visited(self, source: int, now: float, new: Sequence[float], entries: int, overlaps: bool) -> float:
        return self.every_s


@dataclass(slots=True, kw_only=True)
class EntryFrequency:
    """miniflux's `entry_frequency`: a week over (weekly count · factor), from 5 min to 24 h. The weekly count
    is extrapolated from the mean distance of the stories dated in the last 7 d; with one or none, 24 h."""

    factor: float = 1.0
    known: dict[int, list[float]] = field(default_factory=dict)

    def visited(self, source: int, now: float, new: Sequence[float], entries: int, overlaps: bool) -> float:
        dates = self.known.setdefault(source, [])
        dates.extend(new)
        del dates[: bisect_left(dates, now - 7 * DAY)]
        if len(dates) < 2 or dates[-1] == dates[0]:
            return DAY
        weekly = 7 * DAY / ((dates[-1] - dates[0]) / (len(dates) - 1))
        return min(max(7 * DAY / (weekly * self.factor), 300.0), DAY)


@dataclass(slots=True, kw_only=True)
class Oracle:
    """Is told of each story when it comes, and pays for visits as all do: it visits when the stories that lie
    there have waited `price` seconds together, and never else."""

    sources: Sequence[Source]
    price: float = HOUR
    shortest_s: float = 300.0

    def visited(self, source: int, now: float, new: Sequence[float], entries: int, overlaps: bool) -> float:
        times = self.sources[source].times
        place = bisect_right(times, now)
        count, whole, at = 0, 0.0, now + 1000 * DAY
        while place < len(times) and times[place] < at:
            count, whole, place = count + 1, whole + times[place], place + 1
            at = (self.price + whole) / count
        return max(at - now, self.shortest_s)


@dataclass(slots=True, kw_only=True)
class Adaptive:
    """A policy of ours, with its planner. `cpu_s`: what its decisions cost."""

    sources: Sequence[Source]
    visits_a_day: float = 24.0
    shortest_s: float = 300.0
    policy: Policy = plan
    undated: bool = False
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    planner: Planner = field(default_factory=first_planner)
    rhythms: dict[int, Rhythm] = field(default_factory=dict)
    crowded: dict[str, float] = field(default_factory=dict)
    since_solved: int = 0
    decisions: int = 0
    cpu_s: float = 0.0

    def visited(self, source: int, now: float, new: Sequence[float], entries: int, overlaps: bool) -> float:
        begun = time.process_time()
        if due_for_solving(self.planner, now):
            self._solve(now)
        terms = Terms(
            now=now,
            price=self.crowded.get(self.sources[source].host, self.planner.price),
            pool=self.planner.pool,
            roll=self.chance.random(),
            shortest_s=self.shortest_s,
        )
        seen = Seen(
            new=(None,) * len(new) if self.undated else tuple(new), entries=entries, overlaps=overlaps
        )
        self.rhythms[source], planned = self.policy(self.rhythms.get(source), seen, terms)
        self.since_solved += 1
        self.decisions += 1
        self.cpu_s += time.process_time() - begun
        return planned.after_s

    def _solve(self, now: float) -> None:
        budget = self.visits_a_day * len(self.rhythms) / DAY
        self.planner = replan(
            self.planner, list(self.rhythms.values()), budget=budget, visits=self.since_solved, now=now,
            shortest_s=self.shortest_s,
        )  # fmt: skip
        self.since_solved = 0
        hosts: dict[str, list[Rhythm]] = {}
        for source, rhythm in self.rhythms.items():
            hosts.setdefault(self.sources[source].host, []).append(rhythm)
        self.crowded = host_prices(
            {
                host: [load_of(rhythm, now=now, shortest_s=self.shortest_s) for rhythm in rhythms]
                for host, rhythms in hosts.items()
                if len(rhythms) > 1
            },
            price=self.planner.price,
            most=lambda host: 0.5 * 0.8,
        )
