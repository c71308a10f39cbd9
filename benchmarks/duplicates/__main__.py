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
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from benchmarks.duplicates.contestants import CONTESTANTS, Contestant
from benchmarks.duplicates.corpus import corpus, labelled_stream, real_stories
from benchmarks.duplicates.scores import compare
from benchmarks.duplicates.stories import HALVES, Story
from benchmarks.duplicates.stream import SLICES, make_stream

SIZES = {"mixed": 1.0, "templates": 0.5, "wire": 0.5, "teasers": 0.5, "scripts": 0.25, "one-site": 1.0}
MUCH = 5_000  # stories: from here on the texts of all pages are needed


def run(contestant: Contestant, stories: Sequence[Story]) -> tuple[list[int], float]:
    """The cluster ids, and CPU seconds."""
    begun = time.process_time()
    found = [
        contestant.add(story.title, story.text, story.published, story.source, story.language)
        for story in stories
    ]
    spent = time.process_time() - begun
    final = getattr(contestant, "clusters", None)
    return list(final()) if final else found, spent


def available(names: Sequence[str]) -> list[str]:
    found = []
    for name in names:
        try:
            CONTESTANTS[name]()
            found.append(name)
        except ModuleNotFoundError as error:
            print(f"{name}: not measured, there is no module {error.name}", file=sys.stderr)
    return found


def measured(slice_: str, stories: Sequence[Story], names: Sequence[str]) -> list[dict[str, Any]]:
    rows = []
    truth = [story.cluster for story in stories]
    for name in names:
        ids, spent = run(CONTESTANTS[name](), stories)
        rows.append(
            {"slice": slice_, "stories": len(stories), "clusters": len(set(truth)), "contestant": name}
            | asdict(compare(truth, ids))
            | {"cpu_ms": 1000 * spent / len(stories)}
        )
    return rows


def show(rows: Sequence[dict[str, Any]]) -> None:
    head = rows[0]
    print(f"{head['slice']}: {head['stories']} stories, {head['clusters']} clusters")
    print(f"  {'':14}{'ARI':>7}{'P':>7}{'R':>7}{'F1':>7}{'ms CPU':>9}")
    for row in rows:
        cells = [
            f"{row[key]:7.3f}" if row[key] is not None else f"{'–':>7}"
            for key in ("rand", "precision", "recall", "f1")
        ]
        print(f"  {row['contestant']:14}{''.join(cells)}{row['cpu_ms']:9.2f}", flush=True)
    print()


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="benchmarks.duplicates",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--stories", type=int, default=2_000, help="of the slice mixed; others have a part of it"
    )
    parser.add_argument("--half", choices=HALVES, default="dev")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slice", choices=SLICES, action="append", help="only this slice; may be repeated")
    parser.add_argument(
        "--only", choices=CONTESTANTS, action="append", help="only this contestant; may be repeated"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    folder = corpus()
    if folder is None:
        print("NEWSDESK_CORPUS names no folder with pages.jsonl: no real stories", file=sys.stderr)
    real = real_stories(folder, options.half, wants_more=options.stories >= MUCH) if folder else []
    names = available(options.only or list(CONTESTANTS))
    streams: dict[str, list[Story]] = {}
    for slice_ in options.slice or SLICES:
        size = round(options.stories * SIZES[slice_])
        streams[slice_] = make_stream(slice_, seed=options.seed, half=options.half, stories=size, real=real)
    if folder and options.half == "dev" and not options.slice:
        streams |= {"dedup.jsonl": found} if (found := labelled_stream(folder)) else {}
    every = []
    for slice_, stories in streams.items():
        rows = measured(slice_, stories, names)
        if rows and not options.json:
            show(rows)
        every += rows
    if options.json:
        print(json.dumps(every, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
