"""`python -m benchmarks.feeds`: CPU for parsing feed documents, against feedparser in the same run.

Two sets: generated documents of 30 entries and 150 kB, and the real feeds of the folder that
`NEWSDESK_CORPUS` names. *Parsed* is our reader alone. *Normalised* also cleans texts, parses dates and
bylines, and computes identity and digests, as a first visit does. feedparser gets bytes too, with and without
its sanitising. The parsers take turns on each document, and the minimum of three counts. The real feeds are
those on which rules were chosen, so their figures are fitted. Exit code 1 when a limit is missed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import feedparser

from benchmarks.feeds.documents import feed_bytes
from newsdesk.crawler.feeds.reader import read_feed
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.feed_task import FeedTask
from newsdesk.crawler.workers.readers.feed import read_feed_task
from newsdesk.storage.records.visits import ClaimedVisit

MADE = 20
FITTED = "fitted (rules were chosen on these cases)"
REPEATS = 3
NOW = datetime(2026, 11, 24, tzinfo=UTC)
ADDRESS = "http://paper.example/feed"
LIMITS = {"parsed": 0.2, "normalised": 0.5}  # of feedparser with its sanitising


def parsed(body: bytes) -> None:
    read_feed(body, address=ADDRESS, content_type=None, charset=None, content_location=None)


def normalised(body: bytes) -> None:
    claimed = ClaimedVisit(
        source_id=1, address=ADDRESS, host="paper.example", site="paper.example", first_read=True
    )
    read_feed_task(FeedTask(document=Document(body=body, address=ADDRESS, fetched_at=NOW), claimed=claimed))


READERS: dict[str, Callable[[bytes], object]] = {
    "parsed": parsed,
    "normalised": normalised,
    "feedparser": feedparser.parse,
    "feedparser, no sanitising": lambda body: feedparser.parse(body, sanitize_html=False),
}


def measure(documents: Sequence[bytes]) -> dict[str, float]:
    """Milliseconds of CPU for each document, by parser."""
    used = dict.fromkeys(READERS, 0.0)
    for body in documents:
        for name, read in READERS.items():
            used[name] += min(_cpu(read, body) for _ in range(REPEATS))
    return {name: 1000 * seconds / len(documents) for name, seconds in used.items()}


def _cpu(read: Callable[[bytes], object], body: bytes) -> float:
    begun = time.process_time()
    read(body)
    return time.process_time() - begun


def main() -> int:
    sets = {f"{MADE} generated": [feed_bytes(number, edition=0) for number in range(MADE)]}
    corpus = os.environ.get("NEWSDESK_CORPUS")
    if corpus:
        real = sorted(path for path in (Path(corpus) / "feeds").iterdir() if path.is_file())
        sets[f"{len(real)} real feeds, {FITTED}"] = [path.read_bytes() for path in real]
    else:
        print("generated documents only: NEWSDESK_CORPUS is not set")
    normalised(sets[f"{MADE} generated"][0])  # loads the tables
    kept = True
    for name, documents in sets.items():
        used = measure(documents)
        print(f"{name}, {sum(map(len, documents)) / len(documents) / 1000:.0f} kB each")
        for reader, each in used.items():
            limit = LIMITS.get(reader)
            share = each / used["feedparser"]
            compared = f"{share:>7.2f} of feedparser (limit {limit})" if limit else ""
            print(f"  {reader:<26}{each:>8.2f} ms{compared}")
            kept = kept and (limit is None or share <= limit)
    return int(not kept)


if __name__ == "__main__":
    raise SystemExit(main())
