"""A library that few documents need is imported for the first of them, and is not part of that document's memory."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime

from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.page_task import PageTask
from newsdesk.crawler.workers.pool import WorkerPool
from newsdesk.crawler.workers.task import Task
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.visits import DEFAULT_LIMITS, Limits

LINE = "The ferry to Marlow leaves an hour earlier from Monday on, at six in the morning, said the harbour office."
STORY = "".join(f"<p>{LINE} It is the {number}. change of its kind.</p>" for number in range(12))
PLAIN = f"<html><body><h1>Ferry leaves earlier</h1><article>{STORY}</article></body></html>"
HIDDEN = f"<html><body><noscript><div>{STORY}</div></noscript></body></html>"  # only trafilatura reads it


@dataclass(frozen=True, slots=True, kw_only=True)
class HasTrafilatura(Task[bool]):
    READER = f"{__name__}:has_trafilatura"

    @property
    def limits(self) -> Limits:
        return DEFAULT_LIMITS

    @property
    def weight(self) -> int:
        return 0


def has_trafilatura(task: HasTrafilatura) -> bool:
    return "trafilatura" in sys.modules


def page(body: str, **limits: int) -> PageTask:
    address = "http://daily.test/ferry.html"
    return PageTask(
        document=Document(
            body=body.encode(),
            address=address,
            fetched_at=datetime(2026, 11, 24, 12, tzinfo=UTC),
            content_type="text/html",
        ),
        claimed=ClaimedPage(page_id=1, url=address, host="daily.test", limits=Limits(**limits)),
    )


async def test_a_worker_imports_trafilatura_for_the_first_page_that_needs_it() -> None:
    pool = WorkerPool(workers=1)
    try:
        plain = await pool.read(page(PLAIN))
        assert plain.own is not None and LINE in (plain.own.text or "")
        assert not await pool.read(HasTrafilatura())
        # The import takes about 50 MiB; the page alone a few.
        hidden = await pool.read(page(HIDDEN, reading_bytes=20 * 1024 * 1024))
        assert hidden.own is not None and LINE in (hidden.own.text or "")
        assert await pool.read(HasTrafilatura())
    finally:
        await pool.aclose()
