"""`python -m benchmarks.quality.dates`: which date is believed, on the labelled pages of a corpus.

For each origin how many pages print one there, and how often its first is the label's day; for what is
believed the day and, where an instant is labelled, the instant to the minute: in all and for two halves of
the pages, by site. Then the pages whose day is another than the label's. A label in UTC counts as either day.
"""

from __future__ import annotations

import gzip
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

from benchmarks.quality.__main__ import NOW, day_is_right, instant_is_right
from newsdesk.crawler.models import Article, PageCandidates
from newsdesk.crawler.normalise.dates.precedence import ORIGINS
from newsdesk.crawler.normalise.languages import normalise_language
from newsdesk.crawler.normalise.publication import Outlet, When, read_when
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.pages.reader import read_page

LATEST = NOW + timedelta(days=1)


def main() -> int:
    corpus = os.environ.get("NEWSDESK_CORPUS")
    if not corpus or not (Path(corpus) / "pages.jsonl").is_file():
        print("NEWSDESK_CORPUS names no folder with pages.jsonl: nothing to measure on")
        return 0
    origins: Counter[str] = Counter()
    right: Counter[str] = Counter()
    shares: dict[str, list[bool]] = {}
    misses = []
    for row, said in _pages(Path(corpus)):
        truth, believed = row["truth"], _when(said)
        for origin in ORIGINS:
            alone = _when(said, origin)
            if alone.published is not None and alone.published.instant <= LATEST:
                origins[origin] += 1
                right[origin] += alone.published.local_day == truth["date"]
        half = blake2b(site_of(row["url"]).encode()).digest()[0] % 2
        reading = believed.published
        day, instant = (reading.local_day, reading.instant) if reading else (None, None)
        hit = day_is_right(day, instant, truth)
        for name in ("day", f"day, half {half + 1}"):
            shares.setdefault(name, []).append(hit)
        if "date_instant" in truth:
            shares.setdefault("instant", []).append(instant_is_right(instant, truth))
        if not hit:
            origin = believed.evidence.get("published", {}).get("origin", "none")
            misses.append(f"{truth['date']}  {day or 'none':<10}  {origin:<12}  {row['url'][:100]}")
    print(f"{'first date of':<16}{'pages':>6}{'right':>7}")
    for origin in ORIGINS:
        if origins[origin]:
            print(f"{origin:<16}{origins[origin]:>6}{right[origin] / origins[origin]:>7.2f}")
    print()
    for name, hits in sorted(shares.items()):
        print(f"{name:<16}{sum(hits) / len(hits):>7.3f}  of {len(hits)} pages")
    print("\nlabel       believed    origin        address")
    print("\n".join(misses))
    return 0


def _pages(folder: Path) -> Iterator[tuple[Mapping[str, Any], PageCandidates]]:
    for line in (folder / "pages.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if "date" in row["truth"]:
            body = gzip.decompress((folder / row["file"]).read_bytes())
            yield (
                row,
                read_page(body, address=row["url"], content_type="text/html", charset=None, wants_text=False),
            )


def _when(said: PageCandidates, origin: str | None = None) -> When:
    """What a page's dates give, or those of one origin alone."""
    dates = tuple(one for one in said.dates if origin in (None, one.origin))
    language = next(
        (tag for one in said.fields.get("language", ()) if (tag := normalise_language(one.value))), None
    )
    return read_when(Article(dates=dates), language=language, outlet=Outlet(address=said.address), now=NOW)


if __name__ == "__main__":
    raise SystemExit(main())
