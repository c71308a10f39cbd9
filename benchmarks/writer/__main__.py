"""`python -m benchmarks.writer`: what the writer takes to keep a story, everything in.

Keeps the visits of feeds of 30 entries, which are read beforehand, and counts the CPU of the writer's thread, the
statements and the bytes written: first visits that share transactions, first visits with a transaction each, and
second visits that bring one story. Then the bytes of the file by table. Statements and bytes are counts, so they
are the same at each run; CPU is the minimum of the repeats. Exit code 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.writer.measure import Kept, Measured, Visit, read_visits, table_sizes

LEAST_PER_S = 1500  # stories
MOST_STATEMENTS = 3.5  # of ours for each story of a first visit
MOST_BYTES = 7_200  # of the file for each story
PHASES = ("first visits", "first visits, one by one", "second visits")


def keep_all(first: list[Visit], second: list[Visit], *, traced: bool) -> dict[str, Kept]:
    """All phases on new files."""
    with tempfile.TemporaryDirectory() as folder:
        with Measured(Path(folder) / "together.db", first) as store:
            together = store.keep(first, together=True, traced=traced)
            again = store.keep(second, together=True, traced=traced)
        with Measured(Path(folder) / "single.db", first) as store:
            single = store.keep(first, together=False, traced=traced)
    return dict(zip(PHASES, (together, single, again), strict=True))


def sizes(first: list[Visit]) -> tuple[int, dict[str, int]]:
    """Bytes of a file after first visits, and of its tables and indexes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sizes.db"
        with Measured(file, first) as store:
            store.keep(first, together=True)
        return file.stat().st_size, table_sizes(file)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--feeds", type=int, default=100, help="feeds of 30 entries")
    parser.add_argument("--repeat", type=int, default=3, help="how often the time is measured")
    parser.add_argument("--statements", action="store_true", help="list the statements of a visit")
    options = parser.parse_args()
    first, second = read_visits(options.feeds)
    runs = [keep_all(first, second, traced=False) for _ in range(options.repeat)]
    counts = keep_all(first, second, traced=True)
    print(f"{options.feeds} feeds x 30 entries; a story, everything in")
    print(
        f"{'phase':<26}{'stories':>8}{'per s':>8}{'µs':>7}{'statements':>12}{'of FTS5':>9}{'written B':>11}"
    )
    for phase in PHASES:
        best, count = min((run[phase] for run in runs), key=lambda one: one.thread_s), counts[phase]
        written = "-" if best.written_bytes is None else f"{best.written_bytes / best.stories:.0f}"
        print(
            f"{phase:<26}{best.stories:>8}{best.stories / best.thread_s:>8.0f}"
            f"{1e6 * best.thread_s / best.stories:>7.0f}{count.own_statements / count.stories:>12.2f}"
            f"{count.fts_statements / count.stories:>9.2f}{written:>11}"
        )
        if options.statements:
            for sql, times in count.statements.most_common():
                print(f"{times / count.visits:>10.2f} a visit  {sql}")
    per_s = max(run[PHASES[0]].stories / run[PHASES[0]].thread_s for run in runs)
    stories = counts[PHASES[0]].stories
    statements = counts[PHASES[0]].own_statements / stories
    size, tables = sizes(first)
    print(f"file: {size / stories:.0f} bytes a story")
    for name, bytes_ in list(tables.items())[:12]:
        print(f"{bytes_ / stories:>10.0f}  {name}")
    print(f"limits: {LEAST_PER_S} stories/s, {MOST_STATEMENTS} statements, {MOST_BYTES} bytes a story")
    return int(per_s < LEAST_PER_S or statements > MOST_STATEMENTS or size / stories > MOST_BYTES)


if __name__ == "__main__":
    raise SystemExit(main())
