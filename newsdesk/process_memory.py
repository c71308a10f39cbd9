"""The memory of a process that crawls: `newsdesk crawl` and `newsdesk serve`."""

from __future__ import annotations

import gc

from newsdesk.crawler.http.memory_budget import keep_large_apart


def prepare_memory() -> None:
    """Call it after the imports and before the first thread. What was imported stays, so no garbage collection looks
    through it; and all threads share the memory that the C library keeps."""
    gc.freeze()
    keep_large_apart()
