"""The pages of one host, while the desk holds its lease: claimed, read by the session, kept one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from newsdesk.crawler.session import Session
from newsdesk.scheduler.run.keep import keep_page_result
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.leases import Wanted
from newsdesk.storage.pages.due import claim_pages
from newsdesk.storage.records.pages import ClaimedPage, PageResult
from newsdesk.storage.records.rate_limits import RateLimits
from newsdesk.storage.records.visits import Counts, Limits, VisitResult

A_TURN = 20  # pages of one claim; then other hosts have their turn


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTurn:
    """One host's turn: whose lease it is, and what each page's end is told to. `heard` gets each page with
    its kept result; `stopping` is asked before each."""

    writer: Writer
    owner: str
    run_id: int
    heard: Callable[[ClaimedPage, PageResult, Counts], None]
    stopping: Callable[[], bool]


async def pages_of(
    writer: Writer, host: str, wanted: Wanted, *, now: datetime, rate_limits: RateLimits, limits: Limits
) -> tuple[ClaimedPage, ...]:
    """The due pages of a host whose lease is ours, newest stories first."""
    return await writer.write(
        lambda db: claim_pages(
            db,
            host=host,
            pages=wanted.pages,
            sources=wanted.sources,
            asked_at=wanted.asked_at,
            now=now,
            rate_limits=rate_limits,
            limits=limits,
            most=A_TURN,
        )
    )


async def read_pages(pages: tuple[ClaimedPage, ...], session: Session, turn: PageTurn) -> bool:
    """Read the pages one after the other. True when the last one's keeping freed the host."""
    for page in pages:
        if turn.stopping():
            return False
        result = await session.read_page(page)
        last = page is pages[-1] or asks_to_wait(result)
        result, counts = await keep_page_result(
            turn.writer, result, run_id=turn.run_id, release_owner=turn.owner if last else None
        )
        turn.heard(page, result, counts)
        if last:
            return True
    return False


def asks_to_wait(result: PageResult | VisitResult) -> bool:
    """Whether its own host asked for a pause in this visit."""
    return any(taught.host == result.host and taught.blocked_until for taught in result.host_updates)
