"""`python -m benchmarks.bylines`: how well and how fast bylines are parsed, on the labelled bylines of a corpus.

Needs `bylines.jsonl` in the folder that `NEWSDESK_CORPUS` names; without it, prints so and exits with 0. The
figures are fitted: rules were chosen on these bylines. A byline scores the F1 of the sets of names, case and
punctuation folded; names that a label calls optional do not count. Non-trivial are those that are not marked
easy. The time is measured in one process, without the cache. Exit code 1 when a limit is missed.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsdesk.crawler.normalise.bylines import parser

LEAST = {"set-F1": 0.93, "non-trivial": 0.90, "exact": 0.90, "kind": 0.98}
MOST_MEAN_US = 300.0
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One byline: F1 of its names, whether all are right, and for each right name whether its kind is."""

    f1: float
    exact: bool
    kinds: tuple[bool, ...]
    easy: bool
    group: str


def folded(name: str) -> str:
    return " ".join(re.findall(r"\w+", name.replace("_", " ").casefold()))


def scored(row: Mapping[str, Any]) -> Score:
    want = {folded(one["name"]): one["kind"] for one in row["want"]}
    optional = {folded(name) for name in row["opt"]} - set(want)
    read = parser.parse_byline(row["raw"], language=row["lang"])
    got = {folded(one.name): one.kind for one in read if folded(one.name) not in optional}
    shared = set(got) & set(want)
    return Score(
        f1=2 * len(shared) / (len(got) + len(want)) if got or want else 1.0,
        exact=set(got) == set(want),
        kinds=tuple(got[name] == want[name] for name in sorted(shared)),
        easy=bool(row["easy"]),
        group=group_of(row),
    )


def group_of(row: Mapping[str, Any]) -> str:
    if row["lang"] == "en":
        return "English"
    names = "".join(one["name"] for one in row["want"]) or json.dumps(row["raw"], ensure_ascii=False)
    return "other Latin" if _LATIN.search(names) else "other scripts"


def means(scores: Iterable[Score]) -> dict[str, float]:
    """The four scores over some bylines; 1 where there is nothing to measure."""
    some = list(scores)

    def mean(values: list[float]) -> float:
        return sum(values) / len(values) if values else 1.0

    return {
        "set-F1": mean([one.f1 for one in some]),
        "non-trivial": mean([one.f1 for one in some if not one.easy]),
        "exact": mean([float(one.exact) for one in some]),
        "kind": mean([float(right) for one in some for right in one.kinds]),
    }


def mean_us(rows: list[dict[str, Any]]) -> float:
    """Microseconds of CPU for each byline, with tables loaded and an empty cache."""
    for row in rows:
        parser.parse_byline(row["raw"], language=row["lang"])
    parser.parse_string.cache_clear()
    begun = time.process_time()
    for row in rows:
        parser.parse_byline(row["raw"], language=row["lang"])
    return (time.process_time() - begun) / len(rows) * 1e6


def main() -> int:
    corpus = os.environ.get("NEWSDESK_CORPUS")
    if not corpus or not (Path(corpus) / "bylines.jsonl").is_file():
        print("nothing measured: NEWSDESK_CORPUS names no folder with bylines.jsonl")
        return 0
    lines = (Path(corpus) / "bylines.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line]
    scores = [scored(row) for row in rows]
    print("fitted (rules were chosen on these cases)")
    print(f"{'':<16}{'n':>5}" + "".join(f"{name:>13}" for name in LEAST))
    for group in (*sorted({one.group for one in scores}), "all"):
        some = [one for one in scores if group in (one.group, "all")]
        print(f"{group:<16}{len(some):>5}" + "".join(f"{value:>13.3f}" for value in means(some).values()))
    taken = mean_us(rows)
    print(f"\nmean {taken:.0f} µs a byline, limit {MOST_MEAN_US:.0f}")
    reached = means(scores)
    missed = [name for name, least in LEAST.items() if reached[name] < least]
    if missed:
        print(f"below the limit: {', '.join(missed)}")
    return int(bool(missed) or taken > MOST_MEAN_US)


if __name__ == "__main__":
    raise SystemExit(main())
