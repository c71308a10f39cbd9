"""Inspects one document: the bytes of a file, or the response to one request. Keeps nothing.

An address is requested as an article page is: through the address guard, after robots.txt, within the rate limit
of its host. The feed of a source is requested without robots.txt, as in its visits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from newsdesk.crawler.http.target import host_of
from newsdesk.crawler.models import Page
from newsdesk.crawler.session import Session
from newsdesk.crawler.workers.inspect_task import Inspection, InspectTask
from newsdesk.crawler.workers.pool import WorkerLimitError
from newsdesk.scheduler.settings import RunSettings
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.pages import ClaimedPage


async def inspect_bytes(task: InspectTask, settings: RunSettings) -> Inspection:
    """Inspect the body of the task."""
    async with _session(settings) as session:
        return await _read(session, task)


async def inspect_address(
    claimed: ClaimedPage,
    settings: RunSettings,
    *,
    is_source: bool,
    task_of: Callable[[Page], InspectTask],
) -> tuple[Page, Inspection | None]:
    """The response to one request, and its inspection; None where there is no document."""
    async with _session(settings) as session:
        refused = None if is_source else await session.wait_for_turn(claimed)
        if refused is not None:
            return _not_requested(claimed, refused.outcome), None
        page = await (session.fetch_feed(claimed) if is_source else session.fetch_page(claimed))
        if page.outcome.category != "ok":
            return page, None
        return page, await _read(session, task_of(page))


def _session(settings: RunSettings) -> Session:
    return Session(settings.session, now=lambda: datetime.now(UTC))


def _not_requested(claimed: ClaimedPage, outcome: Outcome) -> Page:
    return Page(requested=claimed.url, address=claimed.url, outcome=outcome, fetched_at=datetime.now(UTC))


async def _read(session: Session, task: InspectTask) -> Inspection:
    task = replace(task, site_file=session.site_file(host_of(task.document.address)))
    try:
        return await session.run_task(task)
    except WorkerLimitError as limit:
        return Inspection(charset="", problem=str(limit))
