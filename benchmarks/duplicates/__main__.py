"""`python -m benchmarks.duplicates`: near-duplicates on generated streams with known clusters, against other methods.

The stories are real ones of the corpus that `NEWSDESK_CORPUS` names, fill-in templates and invented text, with
copies as outlets make them (`stream.py`, `alterations.py`); without a corpus the real ones are left out. Sites,
templates, names and outlets are split in two halves. Rules are chosen on `dev` only; nobody looks at a story of
`held-out`, only at its totals. MinHash-LSH is measured where datasketch is installed. `--cost` measures CPU and
memory with many stories indexed instead.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from benchmarks.duplicates.contestants import CONTESTANTS
from benchmarks.duplicates.corpus import corpus, labelled_stream, real_stories, real_teasers
from benchmarks.duplicates.cost import LIMITS, SIZES, cost
from benchmarks.duplicates.measure import measure
from benchmarks.duplicates.report import check_cost, check_limits, show, show_cost, show_mistakes
from benchmarks.duplicates.stories import HALVES, Story
from benchmarks.duplicates.stream import SLICES, make_stream

SHARES = {  # of --stories
    "mixed": 1.0, "templates": 0.5, "wire": 0.5, "teasers": 0.5, "real-teasers": 0.5,
    "cut-teasers": 0.5, "scripts": 0.25, "one-site": 1.2,
}  # fmt: skip
MUCH = 5_000  # stories: from here on the texts of all pages are needed


def available(names: Sequence[str]) -> list[str]:
    found = []
    for name in names:
        try:
            CONTESTANTS[name]()
            found.append(name)
        except ModuleNotFoundError as error:
            print(f"{name}: not measured, there is no module {error.name}", file=sys.stderr)
    return found


def streams(options: argparse.Namespace) -> dict[str, list[Story]]:
    """The slices asked for; for the half dev the labelled stream of the corpus too."""
    folder = corpus()
    if folder is None:
        print("NEWSDESK_CORPUS names no folder with pages.jsonl: no real stories", file=sys.stderr)
    half = options.half
    real = real_stories(folder, half, wants_more=options.stories >= MUCH) if folder else []
    teasers = real_teasers(folder, half) if folder else []
    found = {
        name: make_stream(
            name,
            seed=options.seed,
            half=half,
            stories=round(options.stories * SHARES[name]),
            real=real,
            real_teasers=teasers,
        )
        for name in options.slice or SLICES
    }
    if folder and half == "dev" and not options.slice:
        found["dedup.jsonl"] = labelled_stream(folder)
    return {name: stories for name, stories in found.items() if stories}


def measure_cost(options: argparse.Namespace, names: Sequence[str]) -> int:
    rows = []
    for row in cost(names, sorted(options.size or SIZES), options.seed):
        rows.append(row)
        print(f"{row['contestant']} with {row['indexed']} stories: measured", file=sys.stderr, flush=True)
    if options.json:
        print(json.dumps(rows, indent=1))
        return 0
    show_cost(rows)
    return int(not check_cost(rows, LIMITS))


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="benchmarks.duplicates",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--stories", type=int, default=2_000, help="of the slice mixed; others have a part of it")
    add("--half", choices=HALVES, default="dev")
    add("--seed", type=int, default=1)
    add("--slice", choices=SLICES, action="append", help="only this slice; may be repeated")
    add("--only", choices=CONTESTANTS, action="append", help="only this method; may be repeated")
    add("--kinds", action="store_true", help="show which kinds of copies are found")
    add("--mistakes", type=int, default=0, metavar="N", help="show N mistakes of each method, on dev only")
    add("--cost", action="store_true", help="measure CPU and memory with many stories indexed")
    add("--size", type=int, action="append", help=f"stories indexed, for --cost: {SIZES}; may be repeated")
    add("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    if options.mistakes and options.half != "dev":
        parser.error("--mistakes shows stories, and nobody looks at those of the half held-out")
    names = available(options.only or list(CONTESTANTS))
    if options.cost:
        return measure_cost(options, names)
    every = []
    for slice_, stories in streams(options).items():
        rows = [measure(slice_, name, stories) for name in names]
        if rows and not options.json:
            show(rows, kinds=options.kinds)
            for row in rows if options.mistakes else ():
                show_mistakes(row, stories, options.mistakes)
        every += rows
    if options.json:
        print(json.dumps([{key: row[key] for key in row if key != "ids"} for row in every], indent=1))
        return 0
    return int(not check_limits(every))


if __name__ == "__main__":
    raise SystemExit(main())
