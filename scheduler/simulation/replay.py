"""Replays published stories with a rule for when to visit, event by event.

Pure; Unix seconds. A visit finds the stories that were published since the one before and are still in the feed.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from newsdesk.scheduler.cadence.intervals import SHORTEST_S, Intervals, intervals_of
from newsdesk.scheduler.cadence.policy import PolicyInputs, plan
from newsdesk.scheduler.cadence.publication_profile import Observation
from newsdesk.scheduler.cadence.threshold import find_thresholds, initial_threshold, is_due_for_solving
from newsdesk.scheduler.simulation.first_finds import FirstFinds, Published
from newsdesk.storage.records.publication_profile import PublicationProfile, ThresholdState

PROGRESS_EVERY = 256  # visits


class Rule(Protocol):
    """A rule for when to visit."""

    def visited(self, source: int, now: float, observed: Observation) -> float:
        """Seconds until the next visit of a source, after one at `now` that observed this."""
        ...


@dataclass(slots=True, kw_only=True)
class Replayed:
    """The result, in the order of the sources: the moments of their visits, (published, delay) of the stories found,
    and the indices in `times` of those that no visit found. The same of all sources together, where a story of
    several is found once: `found_once`, and in `lost_once` when those were published that no visit found."""

    start: float
    end: float
    visits: list[list[float]] = field(default_factory=list)
    found: list[list[tuple[float, float]]] = field(default_factory=list)
    lost: list[list[int]] = field(default_factory=list)
    found_once: list[tuple[float, float]] = field(default_factory=list)
    lost_once: list[float] = field(default_factory=list)


def replay(
    sources: Sequence[Published],
    rule: Rule,
    *,
    first: Sequence[float],
    end: float,
    gap_of: Callable[[str], float],
    on_progress: Callable[[float], None] = lambda now: None,
) -> Replayed:
    """`first`: when each source is visited for the first time; what was published before is its history.
    `gap_of`: the least seconds between two visits to a host. `on_progress` gets the simulated time now and then."""
    done = Replayed(start=min(first, default=end), end=end)
    for rows in (done.visits, done.found, done.lost):
        rows.extend([] for _ in sources)
    known = [bisect_right(source.times, at) for source, at in zip(sources, first, strict=True)]
    first_finds = FirstFinds(sources, first)
    free: dict[str, float] = {}
    due = [(at, place) for place, at in enumerate(first)]
    heapq.heapify(due)
    made = 0
    while due and due[0][0] <= end:
        at, place = due[0]
        source = sources[place]
        wait = free.get(source.host, 0.0)
        if at < wait:
            heapq.heapreplace(due, (wait, place))
            continue
        free[source.host] = at + gap_of(source.host)
        times = source.times
        there, before = bisect_right(times, at), known[place]
        oldest = max(0, there - source.window)
        if oldest > before and done.visits[place]:
            done.lost[place].extend(range(before, oldest))
            first_finds.lose(place, before, oldest)
        if there > before:
            done.found[place] += [(each, at - each) for each in times[max(before, oldest) : there]]
        begin = max(before, oldest) if done.visits[place] else oldest
        observed = Observation(
            new=tuple(times[begin:there]),
            entries=there - oldest,
            overlaps=oldest < before or not there,
            brought=there - begin,
            brought_first=first_finds.find(place, begin, there, at),
        )
        done.visits[place].append(at)
        known[place] = there
        heapq.heapreplace(due, (at + rule.visited(place, at, observed), place))
        made += 1
        if made % PROGRESS_EVERY == 0:
            on_progress(at)
    done.found_once, done.lost_once = first_finds.found, first_finds.lost()
    return done


@dataclass(slots=True, kw_only=True)
class Fixed:
    """Every so many seconds."""

    every_s: float = 3600.0

    def visited(self, source: int, now: float, observed: Observation) -> float:
        return self.every_s


@dataclass(slots=True, kw_only=True)
class Adaptive:
    """The policy with its threshold, as the service uses it. `hosts`: of each source; `random`: gives numbers evenly
    from 0 to 1; `gap_of`: see `scheduler.cadence.threshold.find_thresholds`; `own`: the intervals of sources that
    follow another rule, None for a cron line.
    """

    hosts: Sequence[str]
    random: Callable[[], float]
    gap_of: Callable[[str], float]
    visits_a_day: float = 24.0
    shortest_s: float = SHORTEST_S
    longest_s: float | None = None
    count_once: bool = True
    own: Sequence[int | None] = ()
    state: ThresholdState = field(default_factory=initial_threshold)
    profiles: dict[int, PublicationProfile] = field(default_factory=dict)
    _crowded: dict[str, float] = field(default_factory=dict)
    _since_solved: int = 0
    intervals: Intervals = field(init=False)

    def __post_init__(self) -> None:
        self.intervals = intervals_of(self.visits_a_day, shortest_s=self.shortest_s, longest_s=self.longest_s)

    def visited(self, source: int, now: float, observed: Observation) -> float:
        if is_due_for_solving(self.state, now):
            self._solve(now)
        inputs = PolicyInputs(
            now=now,
            threshold=max(self._crowded.get(self.hosts[source], 0.0), self.state.threshold),
            mean_profile=self.state.mean_profile,
            jitter=self.random(),
            intervals=self.intervals,
            count_once=self.count_once,
        )
        self.profiles[source], planned = plan(self.profiles.get(source), observed, inputs)
        self._since_solved += 1
        return planned.after_s

    def _solve(self, now: float) -> None:
        self.state = find_thresholds(
            self.state,
            [(self.hosts[source], profile) for source, profile in self.profiles.items()],
            own=self.own,
            pooled=len(self.hosts) - len(self.own),
            visits_a_day=self.visits_a_day,
            visits=self._since_solved,
            gap_of=self.gap_of,
            now=now,
            intervals=self.intervals,
            count_once=self.count_once,
        )
        self._since_solved = 0
        self._crowded = dict(self.state.host_thresholds)
