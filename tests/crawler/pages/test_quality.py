"""Quality floors for article pages, on every third labelled page, so that the test takes seconds.

`python -m benchmarks.quality` measures all pages; the measures are the same.
"""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks.quality.__main__ import ours
from benchmarks.quality.cases import cases
from benchmarks.quality.scores import means, scores
from tests.support.floors import hold_floor, read_cases

EVERY = 3


def test_floors_on_labelled_pages() -> None:
    rows_digest, _ = read_cases("pages.jsonl")
    pages = cases(Path(os.environ["NEWSDESK_CORPUS"]), "pages")[::EVERY]
    found, _ = ours(pages)
    shares = means(scores(one, page.truth) for one, page in zip(found, pages, strict=True))
    hold_floor(
        "pages", rows_digest, at_least={name: share for name, (share, _) in shares.items()}, at_most={}
    )
