"""A document walked for `newsdesk inspect`: a file's, or an address's that is asked once. Nothing is kept.

The address is asked as a page would be: guarded, after its robots.txt and in its host's turn. The feed of a
source is asked without robots.txt, as its visits are.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from newsdesk.crawler.models import Page
from newsdesk.crawler.session import Session
from newsdesk.crawler.workers.inspect_task import Inspection, InspectTask
from newsdesk.crawler.workers.pool import WorkerLimitError
from newsdesk.scheduler.run.leases import RunSettings
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.pages import ClaimedPage


async def walk_document(order: InspectTask, settings: RunSettings) -> Inspection:
    """The stations of bytes that are here already."""
    async with _session(settings) as session:
        return await _read(session, order)


async def walk_address(
    claimed: ClaimedPage,
    settings: RunSettings,
    *,
    is_source: bool,
    order_of: Callable[[Page], InspectTask],
) -> tuple[Page, Inspection | None]:
    """What an address answered, and its stations; None where there is nothing to read."""
    async with _session(settings) as session:
        refused = None if is_source else await session.grant(claimed)
        if refused is not None:
            return _unasked(claimed, refused.outcome), None
        page = await (session.fetch_feed(claimed) if is_source else session.fetch_page(claimed))
        if page.outcome.category != "ok":
            return page, None
        return page, await _read(session, order_of(page))


def _session(settings: RunSettings) -> Session:
    return Session(settings.session, now=lambda: datetime.now(UTC))


def _unasked(claimed: ClaimedPage, outcome: Outcome) -> Page:
    return Page(requested=claimed.url, address=claimed.url, outcome=outcome, fetched_at=datetime.now(UTC))


async def _read(session: Session, order: InspectTask) -> Inspection:
    try:
        return await session.read(order)
    except WorkerLimitError as limit:
        return Inspection(charset="", problem=str(limit))
