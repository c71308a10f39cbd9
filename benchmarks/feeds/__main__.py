"""`python -m benchmarks.feeds`: CPU of reading feed documents, against feedparser in the same run.

Two sets: made documents of 30 entries and 150 kB, and the real feeds of the folder that `NEWSDESK_CORPUS`
names. *As printed* is our reader alone; *understood* goes on to cleaned texts, dates, bylines, identity and
digests, which is what a first visit pays. feedparser gets bytes as we do, with its sanitising and without.
Each document is read by each in turn, the least of three counts. Exit code 1 when a limit is missed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import feedparser

from benchmarks.poll.server import feed_bytes
from newsdesk.crawler.feeds.reader import read_feed
from newsdesk.crawler.workers.feed_task import FeedTask, read_document
from newsdesk.storage.records.visits import ClaimedVisit

MADE = 20
REPEATS = 3
NOW = datetime(2026, 11, 24, tzinfo=UTC)
ADDRESS = "http://paper.example/feed"
LIMITS = {"as printed": 0.2, "understood": 0.5}  # of feedparser with its sanitising


def as_printed(body: bytes) -> None:
    read_feed(body, address=ADDRESS, content_type=None, charset=None, content_location=None)


def understood(body: bytes) -> None:
    claimed = ClaimedVisit(
        source_id=1, address=ADDRESS, host="paper.example", site="paper.example", first_read=True
    )
    read_document(
        FeedTask(
            body=body,
            address=ADDRESS,
            content_type=None,
            charset=None,
            content_location=None,
            claimed=claimed,
            now=NOW,
        )
    )


READERS: dict[str, Callable[[bytes], object]] = {
    "as printed": as_printed,
    "understood": understood,
    "feedparser": feedparser.parse,
    "feedparser, no sanitising": lambda body: feedparser.parse(body, sanitize_html=False),
}


def measure(documents: Sequence[bytes]) -> dict[str, float]:
    """Milliseconds of CPU a document, by reader."""
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
    sets = {f"{MADE} made": [feed_bytes(number, edition=0) for number in range(MADE)]}
    corpus = os.environ.get("NEWSDESK_CORPUS")
    if corpus:
        real = sorted(path for path in (Path(corpus) / "feeds").iterdir() if path.is_file())
        sets[f"{len(real)} real"] = [path.read_bytes() for path in real]
    else:
        print("NEWSDESK_CORPUS is not set: made feeds only")
    understood(sets[f"{MADE} made"][0])  # tables are loaded once
    kept = True
    for name, documents in sets.items():
        used = measure(documents)
        print(f"{name}, {sum(map(len, documents)) / len(documents) / 1000:.0f} kB each")
        for reader, each in used.items():
            limit = LIMITS.get(reader)
            share = each / used["feedparser"]
            told = f"{share:>7.2f} of feedparser (limit {limit})" if limit else ""
            print(f"  {reader:<26}{each:>8.2f} ms{told}")
            kept = kept and (limit is None or share <= limit)
    return int(not kept)


if __name__ == "__main__":
    raise SystemExit(main())
