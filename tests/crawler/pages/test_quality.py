"""Quality floors for article pages, on every third labelled page, so that the test takes seconds.

`python -m benchmarks.quality` measures all pages; the measures are the same.
"""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks.quality.__main__ import measures, read
from tests.support.floors import hold_floor, read_cases

EVERY = 3


def test_floors_on_labelled_pages() -> None:
    cases, rows = read_cases("pages.jsonl")
    folder = Path(os.environ["NEWSDESK_CORPUS"])
    scores: dict[str, list[float]] = {}
    for row in rows[::EVERY]:
        for name, score in measures(read(folder, row), row["truth"]).items():
            scores.setdefault(name, []).append(score)
    shares = {name: sum(found) / len(found) for name, found in scores.items()}
    hold_floor("pages", cases, at_least=shares, at_most={})
