"""The labelled pages of a corpus, in three sets.

`pages`: `pages.jsonl`, rules were chosen on it. `dev` and `held-out`: `pages-more.jsonl`, split in halves by a
digest of the site. Rules may be chosen on `dev`; nobody looks at a page of `held-out`, only at its totals.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from newsdesk.crawler.normalise.urls.sites import site_of

SETS = ("pages", "dev", "held-out")
FILES = {"pages": "pages.jsonl", "dev": "pages-more.jsonl", "held-out": "pages-more.jsonl"}


@dataclass(frozen=True)
class Case:
    file: str
    address: str
    body: bytes
    truth: Mapping[str, Any]


def half(address: str) -> int:
    """0 or 1, the same for all pages of a site."""
    return blake2b(site_of(address).encode()).digest()[0] % 2


def corpus() -> Path | None:
    """The folder that `NEWSDESK_CORPUS` names, or None when it has no labelled pages."""
    named = os.environ.get("NEWSDESK_CORPUS")
    return Path(named) if named and (Path(named) / "pages.jsonl").is_file() else None


def cases(folder: Path, name: str) -> Sequence[Case]:
    """The cases of one of SETS; none when the corpus lacks the file."""
    listed = folder / FILES[name]
    if not listed.is_file():
        return ()
    rows = [json.loads(line) for line in listed.read_text(encoding="utf-8").splitlines()]
    if name != "pages":
        rows = [row for row in rows if half(row["url"]) == (name == "held-out")]
    return [
        Case(row["file"], row["url"], gzip.decompress((folder / row["file"]).read_bytes()), row["truth"])
        for row in rows
    ]
