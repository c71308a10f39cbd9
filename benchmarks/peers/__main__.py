"""`python -m benchmarks.peers`: newsdesk beside other programs and a floor, on the same work in one run.

    python -m benchmarks.peers [--feeds 300] [--pages 120] [--rounds 3] [--checkout FOLDER]
    python -m benchmarks.peers --only newsdesk,floor-full,W1,W2     some sides and rows
    python -m benchmarks.peers --feeds 1000 --rounds 1 --json > run.json

The sides: newsdesk; floor-full, which does the duties of newsdesk in the least time that Python takes (`floor.py`);
newsboat, where it is installed; reader, installed from PyPI into `.venv-peers`, or by the Python that
--reader-python names; trafilatura's command line for pages. --checkout puts another checkout of newsdesk beside.
The rows: W1 first poll, W2 nothing changed, W3 whole bodies with a tenth of the feeds changed, W4 article pages;
start (start-up, and crawls of one source), claims, statements, writer.

All sides request the same generated web, which a process of its own serves. CPU is that of all processes that a
side starts; `written` is what they gave to a file system on disk (write_bytes of /proc/PID/io); statements are those
that SQLite traces, each row of `executemany` by itself. Sides take turns, every second round in reverse; a ratio is
of one round, printed is the median. A row counts only if all entries were stored. On a busy machine CPU rises for
all: read the ratios. Memory is the sum of the proportional set sizes; its target is for 1,000 feeds. Linux only. Exit
code 1 when newsdesk did not do its work; missed targets are printed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from benchmarks.peers import alone, sides
from benchmarks.peers.report import figure_table, target_table, work_tables
from benchmarks.peers.rounds import Result, Web, open_web, run_round

WORK = ("W1", "W2", "W3", "W4")
ALONE = ("start", "claims", "statements", "writer")
SIDES = ("newsdesk", "floor-full", "newsboat", "reader", "trafilatura")


def find_sides(options: argparse.Namespace) -> list[sides.Side]:
    """The sides of this run. Says which cannot run, and why."""
    makers: dict[str, Callable[[], sides.Side]] = {
        "newsdesk": sides.newsdesk,
        "floor-full": sides.floor,
        "newsboat": sides.newsboat,
        "reader": lambda: sides.reader(options.reader_python),
        "trafilatura": sides.trafilatura,
    }
    found = []
    for name in SIDES:
        if name in options.sides:
            try:
                found.append(makers[name]())
            except sides.NotHereError as error:
                print(f"without {name}: {error}", file=sys.stderr)
    if options.checkout is not None:
        found.insert(1, sides.newsdesk("the checkout", options.checkout.resolve()))
    return found


def measure_alone(options: argparse.Namespace, found: list[sides.Side], web: Web) -> list[alone.Figure]:
    ours = [side for side in found if side.name in ("newsdesk", "the checkout")]
    figures = []
    if ours and "start" in options.rows:
        figures += alone.start_up(ours, web)
    if ours and "claims" in options.rows:
        figures += alone.claims(ours)
    if ours and "statements" in options.rows:
        figures += alone.statements(ours, web)
    if ours and "writer" in options.rows:
        figures += alone.writer()
    return figures


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--feeds", type=int, default=300, help="feeds of 30 entries")
    parser.add_argument("--pages", type=int, default=120, help="article pages")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--only", default="", metavar="NAME,…", help=f"of {', '.join((*SIDES, *WORK, *ALONE))}"
    )
    parser.add_argument(
        "--formats", default="", metavar="NAME,…", help="rss, atom, rdf, json in turn; newsboat reads no json"
    )
    parser.add_argument("--checkout", type=Path, help="another checkout of newsdesk")
    parser.add_argument("--reader-python", type=Path, help="a Python that has reader")
    parser.add_argument("--json", action="store_true", dest="as_json", help="print every result as JSON")
    options = parser.parse_args(arguments)
    only = set(filter(None, options.only.split(",")))
    if unknown := only - {*SIDES, *WORK, *ALONE}:
        parser.error(f"--only: there is no {', '.join(sorted(unknown))}")
    options.sides = [name for name in SIDES if name in only] or SIDES
    options.rows = [name for name in (*WORK, *ALONE) if name in only] or (*WORK, *ALONE)
    return options


def main() -> int:
    options = parse()
    if platform.system() != "Linux":
        print("nothing measured: CPU and memory of all processes of a side are counted on Linux only")
        return 0
    found = find_sides(options)
    results: list[Result] = []

    def report(result: Result) -> None:
        results.append(result)
        state = "" if result.right else f"  WRONG: stored {result.stored} of {result.expected} {result.note}"
        print(
            f"round {result.round + 1} {result.row} {result.side:<14}{result.cost.cpu:>8.2f} CPU s"
            f"{result.cost.elapsed:>8.2f} s{result.cost.peak_mib:>6.0f} MiB{state}",
            file=sys.stderr,
        )

    load = os.getloadavg()
    work = [row for row in options.rows if row in WORK]
    with open_web(options.feeds, options.pages, list(filter(None, options.formats.split(",")))) as web:
        for number in range(options.rounds if work else 0):
            run_round(found, web, work, number=number, report=report)
        figures = measure_alone(options, found, web)
    loads = [round(one, 1) for one in (load[0], os.getloadavg()[0])]
    if options.as_json:
        about = {"feeds": options.feeds, "pages": options.pages, "rounds": options.rounds, "load": loads}
        rows = [{**asdict(one), "right": one.right} for one in results]
        print(json.dumps({**about, "results": rows, "figures": alone.as_json(figures)}, indent=1))
    else:
        print(
            f"{options.feeds} feeds x 30 entries, {options.pages} pages, {options.rounds} rounds, medians;"
            f" load {loads[0]} before, {loads[1]} after, on {os.cpu_count()} cores"
        )
        ours = [side.name for side in found if side.name in ("newsdesk", "the checkout")]
        for table in (
            work_tables(results, base="floor-full"),
            figure_table(figures, ours),
            target_table(results, figures, ours) if ours else (),
        ):
            print(*table, sep="\n")
    return int(any(not one.right for one in results if one.side in ("newsdesk", "the checkout")))


if __name__ == "__main__":
    raise SystemExit(main())
