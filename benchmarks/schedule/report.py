"""The figures of a replay: delay, cost, loss, and how it follows changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.schedule.replay import lost_anyway
from benchmarks.schedule.trace import DAY, Source
from newsdesk.scheduler.simulation.replay import Replayed

SETTLE_S = 12 * DAY  # with the two days of history: what is published after day 14 counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Delays in minutes, visits a source and day. `lost` of all stories; `missed` of all, without those that
    polling every two minutes loses too. `slow`: mean delay of the stories of sources under one a day, `each`: mean
    of the means of those sources."""

    mean: float
    median: float
    p95: float
    visits: float
    lost: float
    missed: float
    slow: float
    each: float
    first_days: float


def visits_a_day(done: Replayed) -> float:
    since = done.start + SETTLE_S
    count = sum(sum(at >= since for at in visits) for visits in done.visits)
    return count / ((done.end - since) / DAY) / len(done.visits)


def figures(sources: Sequence[Source], done: Replayed) -> Figures:
    since = done.start + SETTLE_S
    found = [[delay for at, delay in rows if at >= since] for rows in done.found]
    delays = sorted(delay for rows in found for delay in rows)
    lost = [
        {place for place in rows if source.times[place] >= since}
        for source, rows in zip(sources, done.lost, strict=True)
    ]
    lost_count = sum(map(len, lost))
    missed = sum(len(ours - anyway) for ours, anyway in zip(lost, lost_anyway(sources), strict=True))
    days = (done.end - done.start) / DAY
    slow = [
        rows
        for source, rows in zip(sources, found, strict=True)
        if rows and sum(at >= done.start for at in source.times) < days
    ]
    early = [delay for rows in done.found for at, delay in rows if at < done.start + 2 * DAY]
    whole = len(delays) + lost_count
    return Figures(
        mean=_mean(delays) / 60,
        median=delays[len(delays) // 2] / 60 if delays else 0.0,
        p95=delays[int(len(delays) * 0.95)] / 60 if delays else 0.0,
        visits=visits_a_day(done),
        lost=lost_count / max(1, whole),
        missed=missed / max(1, whole),
        slow=_mean([delay for rows in slow for delay in rows]) / 60,
        each=_mean([_mean(rows) for rows in slow]) / 60,
        first_days=_mean(early) / 60,
    )


def weekly_deviation(done: Replayed, planned: float) -> float:
    """The largest deviation of a week's visits from `planned` a source and day, as a share of it."""
    begin, farthest = done.start + SETTLE_S, 0.0
    while begin + 7 * DAY <= done.end:
        count = sum(sum(begin <= at < begin + 7 * DAY for at in visits) for visits in done.visits)
        farthest = max(farthest, abs(count / 7 / len(done.visits) / planned - 1))
        begin += 7 * DAY
    return farthest


def stopped_cost(sources: Sequence[Source], done: Replayed) -> float | None:
    """The visits of stopped sources, relative to those in as many days before they stopped."""
    dead = before = 0.0
    for source, visits in zip(sources, done.visits, strict=True):
        if source.dead is None:
            continue
        begin, end = source.dead
        span = min(end - begin, begin - done.start)
        dead += sum(begin <= at < begin + span for at in visits)
        before += sum(begin - span <= at < begin for at in visits)
    return dead / before if before else None


def resumed_delay(sources: Sequence[Source], done: Replayed) -> float | None:
    """The mean delay in minutes of resumed sources, from three to six days after they resumed."""
    delays = [
        delay
        for source, found in zip(sources, done.found, strict=True)
        if source.dead is not None and source.dead[1] < done.end
        for at, delay in found
        if source.dead[1] + 3 * DAY <= at < source.dead[1] + 6 * DAY
    ]
    return _mean(delays) / 60 if delays else None


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
