"""CPU for parsing a page, without fetching and storing, against trafilatura in the same run.

The parsers take turns on each page, and the minimum of three counts, so that a busy machine favours none. All
our fields may cost as much as trafilatura's text alone; our fields without the text a third of its text and
metadata. newspaper4k is measured too where it is installed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import trafilatura

from newsdesk.crawler.pages.reader import read_page
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.page_task import PageTask
from newsdesk.crawler.workers.readers.page import normalise_page, read_page_task
from newsdesk.storage.records.pages import ClaimedPage

LIMITS = {  # ours: the peer, and the share of its CPU
    "all fields": ("trafilatura, text", 1.0),
    "without the text": ("trafilatura, text and metadata", 0.33),
}
REPEATS = 3
FITTED = "fitted (rules were chosen on these cases)"
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def task(body: bytes, url: str) -> PageTask:
    claimed = ClaimedPage(page_id=0, url=url, host="")
    return PageTask(
        document=Document(body=body, address=url, fetched_at=NOW, content_type="text/html"), claimed=claimed
    )


def without_text(body: bytes, url: str) -> None:
    candidates = read_page(body, address=url, content_type="text/html", charset=None, wants_text=False)
    normalise_page(candidates, task(body, url))


READERS: dict[str, Callable[[bytes, str], object]] = {
    "all fields": lambda body, url: read_page_task(task(body, url)),
    "without the text": without_text,
    "trafilatura, text": lambda body, url: trafilatura.extract(body),
    "trafilatura, text and metadata": lambda body, url: trafilatura.bare_extraction(
        body, url=url, with_metadata=True
    ),
}


def newspaper4k() -> Callable[[bytes, str], object] | None:
    """newspaper4k, without its tables of other languages; None when it is not installed."""
    try:
        from newspaper import Article
    except ModuleNotFoundError:
        return None

    def read(body: bytes, url: str) -> object:
        article = Article(url, language="en", fetch_images=False)
        article.download(input_html=body.decode("utf-8", "replace"))
        article.parse()
        return article

    return read


def measure(pages: Sequence[tuple[bytes, str]]) -> bool:
    """Print milliseconds of CPU for each page. True when the limits are met."""
    peer = newspaper4k()
    readers = READERS if peer is None else {**READERS, "newspaper4k": peer}
    used = dict.fromkeys(readers, 0.0)
    for body, url in pages:
        for name, read in readers.items():
            used[name] += min(_cpu(read, body, url) for _ in range(REPEATS))
    print(f"{len(pages)} pages, {FITTED}")
    for name, seconds in used.items():
        print(f"{name:<32}{1000 * seconds / len(pages):>6.1f} ms")
    if peer is None:
        print("newspaper4k is not installed, so not measured")
    kept = True
    for name, (peer_name, limit) in LIMITS.items():
        share = used[name] / used[peer_name]
        print(f"{name}: {share:.2f} of {peer_name} (limit {limit})")
        kept = kept and share <= limit
    return kept


def _cpu(read: Callable[[bytes, str], object], body: bytes, url: str) -> float:
    begun = time.process_time()
    read(body, url)
    return time.process_time() - begun
