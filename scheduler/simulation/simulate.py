"""Simulates other settings with the stored history of the sources.

Pure; Unix seconds. Each source is replayed from the beginning of its history; earlier stories are in its first
document. Stories that no visit ever saw are not in a history, so losses are those of the replay alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from newsdesk.scheduler.cadence.cron import cron_time
from newsdesk.scheduler.cadence.hourly_profile import DAY_S
from newsdesk.scheduler.cadence.intervals import SHORTEST_S
from newsdesk.scheduler.cadence.publication_profile import Observation
from newsdesk.scheduler.simulation.first_finds import FirstFinds
from newsdesk.scheduler.simulation.replay import Adaptive, Fixed, Rule, replay
from newsdesk.storage.records.publication_profile import History

ENOUGH_STORIES, ENOUGH_S = 100, 2 * DAY_S  # below, delays are random


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Settings to simulate: those of `schedule.*`. `every_s` is a fixed interval instead of the profiles; `own`:
    whether sources with an interval of their own keep it."""

    name: str
    visits_a_day: float = 24.0
    shortest_s: float = SHORTEST_S
    longest_s: float | None = None
    count_once: bool = True
    every_s: int | None = None
    own: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The result of the visits: how many a day, stories found and lost (dropped by the feed unseen), and how long
    after publication they were found, in seconds; None where none was. Of all sources together, a story that several
    carry counts once, for its first find."""

    visits_a_day: float
    found: int
    lost: int
    mean_s: float | None
    median_s: float | None
    p95_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """The result of one choice: of all sources, of each source, and visits a day by host."""

    choice: Choice
    all: Figures
    by_source: tuple[Figures, ...]
    by_host: Mapping[str, float]


def first_visits(histories: Sequence[History], since: float) -> tuple[float, ...]:
    """When each source is visited first: at `since`, or with its first story."""
    return tuple(max(since, *history.times[:1]) if history.times else since for history in histories)


def count_published(histories: Sequence[History], since: float) -> int:
    """How many stories there are to be found; one that several sources carry counts once."""
    return FirstFinds(histories, first_visits(histories, since)).count()


def insufficient_history(histories: Sequence[History], *, since: float, until: float) -> str | None:
    """Why these histories are too short for a simulation, or None."""
    first = first_visits(histories, since)
    count = count_published(histories, since)
    begun = [start for history, start in zip(histories, first, strict=True) if history.times]
    span = until - min(begun, default=until)
    if count >= ENOUGH_STORIES and span >= ENOUGH_S:
        return None
    return (
        f"too little history: {count} {'story' if count == 1 else 'stories'} in {span / DAY_S:.1f} days;"
        f" {ENOUGH_STORIES} stories and two days are needed"
    )


@dataclass(slots=True, kw_only=True)
class _WithOwn:
    """A rule, except for sources that have an interval of their own."""

    rule: Rule
    histories: Sequence[History]

    def visited(self, source: int, now: float, observed: Observation) -> float:
        history = self.histories[source]
        if history.cron is not None:
            at = cron_time(history.cron, datetime.fromtimestamp(now, UTC))
            if at is not None:
                return at.timestamp() - now
        if history.every_s is not None:
            return float(history.every_s)
        return self.rule.visited(source, now, observed)


def simulate(
    histories: Sequence[History],
    choice: Choice,
    *,
    since: float,
    until: float,
    gap_of: Callable[[str], float],
    random: Callable[[], float],
    on_progress: Callable[[float], None] = lambda now: None,
) -> Simulated:
    """One choice over the time from `since` to `until`; see `scheduler.simulation.replay.replay` for the
    callables.
    """
    first = first_visits(histories, since)
    done = replay(
        histories,
        _rule(histories, choice, gap_of, random),
        first=first,
        end=until,
        gap_of=gap_of,
        on_progress=on_progress,
    )
    by_host: dict[str, float] = defaultdict(float)
    by_source = []
    for place, history in enumerate(histories):
        days = (until - first[place]) / DAY_S
        figures = _figures(done.found[place], len(done.lost[place]), len(done.visits[place]), days)
        by_source.append(figures)
        by_host[history.host] += figures.visits_a_day
    days = (until - min(first, default=until)) / DAY_S
    of_all = _figures(done.found_once, len(done.lost_once), sum(map(len, done.visits)), days)
    return Simulated(choice=choice, all=of_all, by_source=tuple(by_source), by_host=by_host)


def _rule(
    histories: Sequence[History],
    choice: Choice,
    gap_of: Callable[[str], float],
    random: Callable[[], float],
) -> Rule:
    own = [history for history in histories if choice.own and (history.every_s or history.cron)]
    rule: Rule
    if choice.every_s is not None:
        rule = Fixed(every_s=float(choice.every_s))
    else:
        rule = Adaptive(
            hosts=[history.host for history in histories],
            random=random,
            gap_of=gap_of,
            visits_a_day=choice.visits_a_day,
            shortest_s=choice.shortest_s,
            longest_s=choice.longest_s,
            count_once=choice.count_once,
            own=[history.every_s for history in own],
        )
    return _WithOwn(rule=rule, histories=histories) if own else rule


def _figures(found: Sequence[tuple[float, float]], lost: int, visits: int, days: float) -> Figures:
    delays = sorted(delay for _, delay in found)
    count = len(delays)
    return Figures(
        visits_a_day=visits / max(days, 1e-9),
        found=count,
        lost=lost,
        mean_s=sum(delays) / count if count else None,
        median_s=delays[count // 2] if count else None,
        p95_s=delays[int(count * 0.95)] if count else None,
    )
