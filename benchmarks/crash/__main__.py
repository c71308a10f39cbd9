"""`python -m benchmarks.crash`: a crawl killed with -9 a hundred times at random moments.

After each kill the file must be whole and hold all that was acknowledged; between the kills some feeds
publish more. At the end one crawl runs through: every story is there once. Exit code 1 on any fault.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from benchmarks.crash.rounds import Rounds


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--feeds", type=int, default=12)
    parser.add_argument("--entries", type=int, default=20, help="entries of each feed at the start")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    begun = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as folder,
        Rounds(Path(folder), feeds=options.feeds, entries=options.entries, seed=options.seed) as rounds,
    ):
        for _ in range(options.rounds):
            rounds.crash()
        rounds.finish()
    report = rounds.report
    print(f"{report.rounds} rounds over {options.feeds} feeds, {time.monotonic() - begun:.0f} s")
    for words, count in (
        ("kills", report.kills),
        ("kills that hit a crawl with visits done and to come", report.in_flight),
        ("integrity faults", report.integrity),
        ("acknowledged stories lost", report.lost),
        ("stories twice", report.doubles),
        ("stories missing at the end", report.missing),
        ("readers that outlived their crawl", report.orphans),
        ("stories at the end", report.stories),
    ):
        print(f"{count:>7}  {words}")
    for fault in report.faults:
        print(f"FAULT  {fault}")
    return int(bool(report.faults))


if __name__ == "__main__":
    raise SystemExit(main())
