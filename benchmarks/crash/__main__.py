"""`python -m benchmarks.crash`: kill a crawl with SIGKILL a hundred times at random moments.

After each kill the file must be whole and hold all acknowledged stories, and search must find them. Between
kills some feeds publish more. A last crawl is not killed: then every story is stored once, and every page
that was due is read.

--full-disk: the disk of a crawl is full at its first write, then at its second, and so on until a crawl no
longer reaches that write. --power N: N power failures, each of which loses unsynced writes in part or whole.
Exit code 1 on any fault.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from benchmarks.crash.disk import NoDiskError, compiled
from benchmarks.crash.disk_rounds import DiskReport, full_disk, no_power
from benchmarks.crash.rounds import Rounds
from tests.support.web import web_in_thread


def failing_disk(options: argparse.Namespace) -> int:
    """Run the rounds of --full-disk or --power."""
    with tempfile.TemporaryDirectory() as name, web_in_thread() as web:
        folder = Path(name)
        try:
            library = compiled(folder)
        except NoDiskError as error:
            print(f"cannot run here: {error}")
            return 0
        if options.power:
            report = no_power(folder, web, library, rounds=options.power, seed=options.seed)
            rounds_text = "power failures, of which {} lost writes"
        else:
            rounds_text, report = "crawls, of which {} met a full disk", DiskReport()
            for start in range(1, 10_000, 20):
                part = folder / f"from{start}"
                part.mkdir()
                done = full_disk(part, web, library, range(start, start + 20))
                report.rounds += done.rounds
                report.hit += done.hit
                report.faults += done.faults
                if done.hit < done.rounds:
                    break
    print(f"{report.rounds} {rounds_text.format(report.hit)}: {len(report.faults)} faults")
    for fault in report.faults:
        print(f"FAULT  {fault}")
    return int(bool(report.faults))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--feeds", type=int, default=12)
    parser.add_argument("--entries", type=int, default=20, help="entries of each feed at the start")
    parser.add_argument("--full-text", type=int, default=4, help="feeds whose article pages are read")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--full-disk", action="store_true", help="instead of kills: a disk that is full at each write in turn"
    )
    parser.add_argument("--power", type=int, metavar="N", help="instead of kills: N power failures")
    options = parser.parse_args()
    if options.full_disk or options.power:
        return failing_disk(options)
    begun = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as folder,
        Rounds(
            Path(folder),
            feeds=options.feeds,
            entries=options.entries,
            seed=options.seed,
            full_text=options.full_text,
        ) as rounds,
    ):
        for _ in range(options.rounds):
            rounds.crash()
        rounds.finish()
    report = rounds.report
    print(f"{report.rounds} rounds over {options.feeds} feeds, {time.monotonic() - begun:.0f} s")
    for label, count in (
        ("kills", report.kills),
        ("kills during a crawl, after its first and before its last visit", report.in_flight),
        ("integrity faults", report.integrity),
        ("acknowledged stories lost", report.lost),
        ("stories twice", report.doubles),
        ("stories missing at the end", report.missing),
        ("stories that search misses or finds wrongly", report.unfound),
        ("worker processes that outlived their crawl", report.orphans),
        ("stories at the end", report.stories),
        ("pages read", report.pages),
    ):
        print(f"{count:>7}  {label}")
    for fault in report.faults:
        print(f"FAULT  {fault}")
    return int(bool(report.faults))


if __name__ == "__main__":
    raise SystemExit(main())
