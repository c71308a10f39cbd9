"""`python -m benchmarks.schedule`: how soon stories are found at equal cost, ours against other rules.

Without `--trace` the trace is generated from `--seed` (`trace.py`, which also describes the columns of a CSV;
`--mix newspapers`: `newsroom.py`, `--mix bursts`: `bursts.py`). Where sources share stories (`--mix sections`: the
newspapers, or a CSV with story numbers), ours is compared with itself without `schedule.count_once` (`sections.py`).
Otherwise every rule gets the same number of visits: ours by its budget, the others by tuning in hindsight. Prints a
table, and which limits are kept or missed; the limits of delays apply to generated traces of the mix *all* only.
Stories published before day 14 do not count, except for *first days*, the first two after the start.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.schedule.bursts import make_bursts
from benchmarks.schedule.newsroom import make_newsrooms
from benchmarks.schedule.policies import EntryFrequency, Knowing, Oracle, ours
from benchmarks.schedule.replay import replay
from benchmarks.schedule.report import (
    Figures,
    figures,
    resumed_delay,
    stopped_cost,
    visits_a_day,
    weekly_deviation,
)
from benchmarks.schedule.sections import compare, without_shared
from benchmarks.schedule.trace import DAY, MIXES, Source, make_trace, read_trace, write_trace
from newsdesk.scheduler.cadence.intervals import intervals_of
from newsdesk.scheduler.cadence.threshold import find_thresholds
from newsdesk.scheduler.simulation.replay import Adaptive, Fixed, Replayed, Rule

Row = tuple[str, float | None, float, str]


def tuned(
    sources: Sequence[Source], make: Callable[[float], Rule], visits: float, *, first: float, grows: bool
) -> tuple[float, Replayed]:
    """The rule with the value at which it takes `visits` a source and day, to 1 %, or the nearest of eight
    tries. `grows`: whether more of the value means more visits."""
    low, high = (0.0, math.inf) if grows else (math.inf, 0.0)
    value, best = first, (math.inf, first, None)
    for _ in range(8):
        done = replay(sources, make(value))
        taken = visits_a_day(done)
        if abs(taken / visits - 1) < best[0]:
            best = (abs(taken / visits - 1), value, done)
        if best[0] < 0.01:
            break
        low, high = (value, high) if taken < visits else (low, value)
        bounded = min(low, high) > 0 and max(low, high) < math.inf
        value = math.sqrt(low * high) if bounded else value * (4 if (taken < visits) == grows else 0.25)
    assert best[2] is not None
    return best[1], best[2]


def solve_seconds(rule: Adaptive, count: int = 10_000) -> float:
    """CPU seconds to compute the threshold of so many sources, the least of three."""
    some = list(rule.profiles.values())
    by_host = [("host", some[place % len(some)]) for place in range(count)]
    spent = []
    for _ in range(3):
        begun = time.process_time()
        find_thresholds(
            rule.state, by_host, own=(), pooled=count, visits_a_day=24.0, visits=0, gap_of=lambda host: 0.0,
            now=max(each.read_at for each in some), intervals=rule.intervals,
        )  # fmt: skip
        spent.append(time.process_time() - begun)
    return min(spent)


def show(rows: Sequence[tuple[str, Figures]]) -> None:
    print(
        f"{'':24}{'mean':>8}{'median':>8}{'p95':>8}{'visits':>8}{'lost':>9}{'missed':>9}{'slow':>8}{'each':>8}{'first':>8}"
    )
    print(f"{'':24}{'min':>8}{'min':>8}{'min':>8}{'a day':>8}{'':>9}{'':>9}{'min':>8}{'min':>8}{'days':>8}")
    for name, row in rows:
        print(
            f"{name:24}{row.mean:8.2f}{row.median:8.2f}{row.p95:8.1f}{row.visits:8.2f}{row.lost:9.3%}"
            f"{row.missed:9.3%}{row.slow:8.1f}{row.each:8.1f}{row.first_days:8.1f}"
        )
    print("lost: dropped by the feed unseen; missed: those of them that polling every two minutes finds;")
    print("slow: mean of the stories of sources under one a day; each: mean of the means of those sources;")
    print(
        "first days: mean of the first two. Knowing: our rule with the real rates; oracle: with the real stories\n"
    )


def check_limits(rows: Sequence[Row]) -> bool:
    kept = True
    for name, value, limit, unit in rows:
        if value is None:
            continue
        kept &= value <= limit
        print(f"{name:58}{value:9.3f} {unit:4} limit {limit:g}  {'kept' if value <= limit else 'MISSED'}")
    return kept


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.schedule", description=__doc__)
    parser.add_argument(
        "--trace", type=Path, help="a CSV with the columns source,host,window,t and perhaps story"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mix", choices=(*MIXES, "newspapers", "sections", "bursts"), default="all")
    parser.add_argument("--sources", type=int, help="150, of newspapers 87")
    parser.add_argument("--days", type=int, default=84)
    parser.add_argument("--visits", type=float, default=24.0, help="the budget, visits a source and day")
    parser.add_argument("--shortest", type=float, default=300.0, help="our shortest interval, in seconds")
    parser.add_argument("--undated", action="store_true", help="our rule gets no dates")
    parser.add_argument("--write", type=Path, help="write the generated trace as CSV, and end")
    options = parser.parse_args()
    if options.trace:
        sources = read_trace(options.trace)
    elif options.mix in ("newspapers", "sections"):
        sources = make_newsrooms(options.seed, count=options.sources or 87, days=options.days)
        sources = sources if options.mix == "sections" else without_shared(sources)
    elif options.mix == "bursts":
        sources = make_bursts(options.seed, count=options.sources or 60, days=options.days)
    else:
        sources = make_trace(
            options.seed, count=options.sources or 150, days=options.days, mix=MIXES[options.mix]
        )
    if options.write:
        write_trace(sources, options.write)
        return 0
    count = sum(len(source.times) for source in sources)
    print(
        f"{len(sources)} sources, {count} stories, {options.visits:g} visits a source and day\n", flush=True
    )

    if any(source.stories for source in sources):
        mean, p95 = compare(sources, visits=options.visits, shortest_s=options.shortest)
        print(f"\nstories are found {mean:.1%} sooner, the slowest 5 % {p95:.1%}\n")
        return int(not check_limits([("mean delay, of that of each source alone", 1 - mean, 1.0, "")]))
    rule = ours(sources, visits_a_day=options.visits, shortest_s=options.shortest, undated=options.undated)
    done = replay(sources, rule)
    own = figures(sources, done)
    fixed = figures(sources, replay(sources, Fixed(every_s=DAY / options.visits)))
    factor, frequent = tuned(
        sources, lambda value: EntryFrequency(factor=value), own.visits, first=0.5, grows=True
    )
    frequency = figures(sources, frequent)
    threshold, oracle = tuned(
        sources, lambda value: Oracle(sources=sources, threshold=value), own.visits, first=900.0, grows=False
    )
    rows = [
        ("ours", own),
        (f"every {24 * 60 / options.visits:.0f} min", fixed),
        (f"entry frequency × {factor:.2f}", frequency),
        (f"oracle at {threshold / 60:.1f} min", figures(sources, oracle)),
    ]
    if all(source.rates for source in sources):
        at, expecting = tuned(
            sources,
            lambda value: Knowing(sources=sources, threshold=value, intervals=intervals_of(options.visits)),
            own.visits,
            first=300.0,
            grows=False,
        )
        rows.append((f"knowing, at {at / 60:.1f} min", figures(sources, expecting)))
    show(rows)
    has_limits = options.trace is None and options.mix == "all" and options.visits == 24.0
    free = math.inf
    kept = check_limits(
        [
            ("mean delay, of entry frequency's", own.mean / frequency.mean, 0.55 if has_limits else free, ""),
            ("mean delay, of the fixed interval's", own.mean / fixed.mean, 0.45 if has_limits else free, ""),
            ("missed", 100 * own.missed, 0.15 if has_limits else free, "%"),
            ("visits of stopped sources, of those before", stopped_cost(sources, done), 0.35, ""),
            ("mean delay of resumed sources after three days", resumed_delay(sources, done), 45, "min"),
            (
                "deviation of a week's visits from the budget",
                100 * weekly_deviation(done, options.visits),
                3,
                "%",
            ),
            ("a decision", rule.cpu_s / rule.decisions * 1e6, 200, "µs"),
            ("a threshold of 10,000 sources", solve_seconds(rule.rule), 1, "s"),
        ]
    )
    return int(not kept)


if __name__ == "__main__":
    raise SystemExit(main())
