"""Keep the result of a visit or of a page. What the store cannot take is kept as an internal error.

A failure of the file itself is no visit's fault: it is raised, and ends the run.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from newsdesk.crawler.internal_error import or_internal_error
from newsdesk.scheduler.cadence.planning import plan_next
from newsdesk.scheduler.run.leases import RunSettings
from newsdesk.scheduler.run.moves import follow_move
from newsdesk.storage.db.errors import file_trouble
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.pages.keep import keep_page
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.pages import PageResult
from newsdesk.storage.records.visits import ClaimedVisit, Counts, VisitResult
from newsdesk.storage.sources.moves import Store
from newsdesk.storage.visits.keep import keep_visit

R = TypeVar("R", VisitResult, PageResult)


async def keep_visit_result(
    writer: Writer,
    visit: ClaimedVisit,
    result: VisitResult,
    settings: RunSettings,
    *,
    run_id: int,
    release_owner: str | None,
) -> tuple[VisitResult, Counts]:
    """Keep a visit with the next visit that follows from it. `release_owner` gives the host back."""

    async def keep(result: VisitResult) -> Counts:
        def job(db: Store) -> Counts:
            counts = keep_visit(
                db,
                result,
                run_id=run_id,
                follow=lambda news: plan_next(db, visit, result, news, settings),
                release_owner=release_owner,
                backlog=settings.backlog,
                new_a_day=visit.limits.new_a_day,
            )
            follow_move(db, result)
            return counts

        return await writer.write(job)

    def failed(outcome: Outcome, traceback: str) -> VisitResult:
        return replace(
            result,
            outcome=replace(outcome, status=result.outcome.status),
            entries=(),
            validators=None,
            body_digest=None,
            known=None,
            facts=None,
            backfill=None,
            traceback=traceback,
        )

    return await _keep(result, keep, failed)


async def keep_page_result(
    writer: Writer, result: PageResult, *, run_id: int, release_owner: str | None
) -> tuple[PageResult, Counts]:
    """Keep a page. `release_owner` gives the host back."""

    async def keep(result: PageResult) -> Counts:
        return await writer.write(
            lambda db: keep_page(db, result, run_id=run_id, release_owner=release_owner)
        )

    def failed(outcome: Outcome, traceback: str) -> PageResult:
        return replace(
            result,
            outcome=replace(outcome, status=result.outcome.status),
            page_story=None,
            story=None,
            validators=None,
            body_digest=None,
            traceback=traceback,
        )

    return await _keep(result, keep, failed)


async def _keep(
    result: R, keep: Callable[[R], Awaitable[Counts]], failed: Callable[[Outcome, str], R]
) -> tuple[R, Counts]:
    async def kept() -> tuple[R, Counts | None]:
        return result, await keep(result)

    result, counts = await or_internal_error(
        kept(),
        lambda outcome, traceback: (failed(outcome, traceback), None),
        raises=lambda error: file_trouble(error) is not None,
    )
    return result, counts if counts is not None else await keep(result)
