"""Main feeds and section feeds that share stories: our rule with and without `schedule.count_once`, at the same
number of visits.

A story counts once, from its earliest publication to its first find. The figures of `SETTLE_S` and later count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from benchmarks.schedule.policies import ours
from benchmarks.schedule.replay import replay
from benchmarks.schedule.report import SETTLE_S, visits_a_day
from benchmarks.schedule.trace import Source


def without_shared(sources: Sequence[Source]) -> list[Source]:
    """The same sources, each with stories of its own."""
    return [replace(source, stories=[]) for source in sources]


def shared(sources: Sequence[Source]) -> float:
    """The share of the entries whose story another source has too, without one source of each."""
    carried = sum(len(source.stories) for source in sources)
    return 1 - len({story for source in sources for story in source.stories}) / carried


def compare(sources: Sequence[Source], *, visits: float, shortest_s: float) -> tuple[float, float]:
    """Print the delays of both rules; how much sooner stories are found, of the mean and of the 95th percentile."""
    print(f"{shared(sources):.0%} of the entries repeat a story of another feed\n")
    print(f"{'':24}{'mean':>8}{'median':>8}{'p95':>8}{'visits':>8}{'found':>9}{'lost':>7}")
    rows = []
    for name, once in (("each source alone", False), ("a story counts once", True)):
        done = replay(sources, ours(sources, visits_a_day=visits, shortest_s=shortest_s, count_once=once))
        since = done.start + SETTLE_S
        delays = sorted(delay / 60 for at, delay in done.found_once if at >= since)
        mean, p95 = sum(delays) / len(delays), delays[int(len(delays) * 0.95)]
        lost = sum(at >= since for at in done.lost_once)
        print(
            f"{name:24}{mean:8.2f}{delays[len(delays) // 2]:8.2f}{p95:8.1f}{visits_a_day(done):8.2f}"
            f"{len(delays):9}{lost:7}",
            flush=True,
        )
        rows.append((mean, p95))
    return 1 - rows[1][0] / rows[0][0], 1 - rows[1][1] / rows[0][1]
