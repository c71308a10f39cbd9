"""The pages of one host, while the desk holds its lease: claimed, read by the session, kept one by one.

Called by `scheduler.desk` after the host's feeds, and by `scheduler.pipeline` for Scrapy's command.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.redaction import redact
from crawler.session import Session
from storage.hosts import Wanted
from storage.paces import Paces
from storage.page_results import keep_page
from storage.pages import claim_pages
from storage.records import ClaimedPage, Counts, Limits, Outcome, PageResult, VisitResult
from storage.trouble import file_trouble
from storage.writer import Writer

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
    writer: Writer, host: str, wanted: Wanted, *, now: datetime, paces: Paces, limits: Limits
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
            paces=paces,
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
        result, counts = await keep_read(
            turn.writer, result, run_id=turn.run_id, release_owner=turn.owner if last else None
        )
        turn.heard(page, result, counts)
        if last:
            return True
    return False


async def keep_read(
    writer: Writer, result: PageResult, *, run_id: int, release_owner: str | None
) -> tuple[PageResult, Counts]:
    """Keep one page. A result that the store cannot take costs its page; a file that fails ends the run."""

    async def keep(result: PageResult) -> Counts:
        return await writer.write(
            lambda db: keep_page(db, result, run_id=run_id, release_owner=release_owner)
        )

    try:
        return result, await keep(result)
    except Exception as error:
        if file_trouble(error) is not None:
            raise
        words = f"a fault of newsdesk: {type(error).__name__}: {error}"
        result = replace(
            result,
            outcome=Outcome(word="bug", group="bug", words=redact(words), status=result.outcome.status),
            own=None,
            story=None,
            validators=None,
            body_digest=None,
            traceback=redact("".join(traceback.format_exception(error))),
        )
        return result, await keep(result)


def asks_to_wait(result: PageResult | VisitResult) -> bool:
    """Whether its own host asked for a pause in this visit."""
    return any(taught.host == result.host and taught.blocked_until for taught in result.manners)
