"""The labelled pages: one folder a page, with `page.html` and `labels.json`."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGES = Path(__file__).with_name("pages")
HALVES = ("dev", "unseen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`stories` are the addresses of story links on the page; those of `also` count neither way."""

    name: str
    body: bytes
    address: str
    language: str
    kind: str
    known_stories: tuple[str, ...]
    stories: tuple[str, ...]
    also: tuple[str, ...]


def cases(half: str) -> Iterator[Case]:
    """The pages of one half, by name."""
    folder = PAGES / half
    for page in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not (page / "labels.json").is_file():
            continue
        labels = json.loads((page / "labels.json").read_text(encoding="utf-8"))
        plain, packed = page / "page.html", page / "page.html.gz"
        yield Case(
            name=page.name,
            body=plain.read_bytes() if plain.is_file() else gzip.decompress(packed.read_bytes()),
            address=labels["address"],
            language=labels["language"],
            kind=labels["kind"],
            known_stories=tuple(labels["known_stories"]),
            stories=tuple(labels["stories"]),
            also=tuple(labels["also"]),
        )
