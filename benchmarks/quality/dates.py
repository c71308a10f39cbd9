"""`python -m benchmarks.quality.dates`: which date is chosen, on the labelled pages of a corpus.

For each origin: how many pages have a date there, and how often its first date is the labelled day. For the
chosen date: the day and, where an instant is labelled, the instant to the minute, for all pages and for two
halves of the sites. Then the pages with a wrong day. A label in UTC counts as either day. The figures are
fitted: rules were chosen on these pages.
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

from benchmarks.quality.__main__ import FITTED, NOW, day_is_right, instant_is_right
from newsdesk.crawler.models import Article, PageCandidates
from newsdesk.crawler.normalise.dates.precedence import ORIGINS
from newsdesk.crawler.normalise.languages import normalise_language
from newsdesk.crawler.normalise.publication import OutletHints, StoryDates, normalise_dates
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.pages.reader import read_page

LATEST = NOW + timedelta(days=1)


def main() -> int:
    corpus = os.environ.get("NEWSDESK_CORPUS")
    if not corpus or not (Path(corpus) / "pages.jsonl").is_file():
        print("nothing measured: NEWSDESK_CORPUS names no folder with pages.jsonl")
        return 0
    origins: Counter[str] = Counter()
    right: Counter[str] = Counter()
    shares: dict[str, list[bool]] = {}
    wrong_pages = []
    for row, candidates in _pages(Path(corpus)):
        truth, chosen = row["truth"], _when(candidates)
        for origin in ORIGINS:
            alone = _when(candidates, origin)
            if alone.published is not None and alone.published.instant <= LATEST:
                origins[origin] += 1
                right[origin] += alone.published.local_day == truth["date"]
        half = blake2b(site_of(row["url"]).encode()).digest()[0] % 2
        reading = chosen.published
        day, instant = (reading.local_day, reading.instant) if reading else (None, None)
        hit = day_is_right(day, instant, truth)
        for name in ("day", f"day, half {half + 1}"):
            shares.setdefault(name, []).append(hit)
        if "date_instant" in truth:
            shares.setdefault("instant", []).append(instant_is_right(instant, truth))
        if not hit:
            origin = chosen.evidence.get("published", {}).get("origin", "none")
            wrong_pages.append(f"{truth['date']}  {day or 'none':<10}  {origin:<12}  {row['url'][:100]}")
    print(f"{'first date of':<16}{'pages':>6}{'right':>7}")
    for origin in ORIGINS:
        if origins[origin]:
            print(f"{origin:<16}{origins[origin]:>6}{right[origin] / origins[origin]:>7.2f}")
    print(f"\nchosen date, {FITTED}")
    for name, hits in sorted(shares.items()):
        print(f"{name:<16}{sum(hits) / len(hits):>7.3f}  of {len(hits)} pages")
    print("\nlabel       chosen      origin        address")
    print("\n".join(wrong_pages))
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


def _when(candidates: PageCandidates, origin: str | None = None) -> StoryDates:
    """The date that follows from all dates of a page, or from those of one origin."""
    dates = tuple(one for one in candidates.dates if origin in (None, one.origin))
    language = next(
        (tag for one in candidates.fields.get("language", ()) if (tag := normalise_language(one.value))), None
    )
    return normalise_dates(
        Article(dates=dates), language=language, outlet=OutletHints(address=candidates.address), now=NOW
    )


if __name__ == "__main__":
    raise SystemExit(main())
