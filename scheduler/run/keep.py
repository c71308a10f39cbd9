"""Keep the result of a visit of a source or of a page. A result that the store cannot take is kept as an
internal error.

A failure of the file itself does not concern the visit: it is raised and ends the run.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from newsdesk.crawler.internal_error import or_internal_error
from newsdesk.scheduler.cadence.retries import hold_pages_until, next_page_attempt
from newsdesk.scheduler.run.permanent_redirects import apply_permanent_redirect
from newsdesk.scheduler.run.plan_visits import plan_next
from newsdesk.scheduler.settings import RunSettings
from newsdesk.storage.db.errors import file_error
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.pages.keep import keep_page
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.pages import PageResult
from newsdesk.storage.records.visits import ClaimedVisit, Counts, VisitResult
from newsdesk.storage.sources.moves import Store
from newsdesk.storage.visits.keep import keep_visit

log = logging.getLogger(__name__)

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
    """Keep a visit and plan the next one. With `release_owner` the host is released in the same transaction."""

    async def keep(result: VisitResult) -> Counts:
        def job(db: Store) -> Counts:
            counts = keep_visit(
                db,
                result,
                run_id=run_id,
                follow=lambda news: plan_next(db, visit, result, news, settings),
                release_owner=release_owner,
                backlog=settings.backlog,
                new_per_day=visit.limits.new_per_day,
                store_reserved_text=settings.store_reserved_text,
            )
            if counts.visit_id is not None:  # else its source was deleted meanwhile
                apply_permanent_redirect(db, result)
            return counts

        return await writer.write(job)

    def failed(outcome: Outcome, traceback: str) -> VisitResult:
        return replace(
            result,
            outcome=replace(outcome, status=result.outcome.status),
            entries=(),
            links=None,
            validators=None,
            body_digest=None,
            known_entries=None,
            sitemaps=None,
            facts=None,
            backfill=None,
            traceback=traceback,
        )

    return await _keep(result, keep, failed)


async def keep_page_result(
    writer: Writer, result: PageResult, settings: RunSettings, *, run_id: int, release_owner: str | None
) -> tuple[PageResult, Counts]:
    """Keep a page. With `release_owner` the host is released in the same transaction."""

    async def keep(result: PageResult) -> Counts:
        blocks = [update.blocked_until for update in result.host_updates if update.blocked_until is not None]

        def retry(attempts: int, is_story: bool) -> datetime | None:
            return next_page_attempt(
                result.outcome,
                attempts=attempts,
                is_story=is_story,
                now=result.ended_at,
                not_before=max(blocks, default=None),
            )

        return await writer.write(
            lambda db: keep_page(
                db,
                result,
                run_id=run_id,
                retry=retry,
                hold=partial(hold_pages_until, now=result.ended_at),
                release_owner=release_owner,
                store_reserved_text=settings.store_reserved_text,
            )
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
        raises=lambda error: file_error(error) is not None,
    )
    if result.outcome.category == "internal-error":
        log.error("internal error: %s\n%s", result.outcome.message, result.traceback or "")
    if counts is None:
        counts = await keep(result)
    log.debug("kept as visit %s", counts.visit_id)
    return result, counts
