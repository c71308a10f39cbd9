"""Fetches and reads pages for captures, in one session: through the address guard, robots.txt and rate limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from newsdesk.crawler.discovery.home_page import is_web_page
from newsdesk.crawler.http.target import host_of
from newsdesk.crawler.models import Page
from newsdesk.crawler.normalise.urls.canonical import address_key
from newsdesk.crawler.session import Session
from newsdesk.crawler.site_files.index import SiteFiles
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.page_task import PageTask, PageTaskResult
from newsdesk.crawler.workers.pool import WorkerLimitError
from newsdesk.scheduler.settings import RunSettings
from newsdesk.settings.reader import Settings
from newsdesk.storage.db.database import reading, unreadable_reason
from newsdesk.storage.pages.due import page_as_claimed
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.rate_limits import queue_of


def open_session(settings: RunSettings) -> Session:
    return Session(settings.session, now=lambda: datetime.now(UTC))


async def fetch(session: Session, claimed: ClaimedPage) -> tuple[Page | None, str]:
    """The page of an address; None, and why, where there is none."""
    refused = await session.wait_for_turn(claimed)
    if refused is not None:
        return None, refused.outcome.message
    page = await session.fetch_page(claimed)
    if page.outcome.category != "ok":
        return None, page.outcome.message
    if not is_web_page(page.body, page.content_type):
        return None, f"this is {page.content_type or 'a document without a type'}, not a web page"
    return page, ""


async def read(session: Session, document: Document, settings: RunSettings) -> PageTaskResult:
    """A page by the site file of its host, else by the general rules; without anything that the store knows."""
    claimed = ClaimedPage(page_id=0, url=document.address, host="", limits=settings.limits)
    task = PageTask(
        document=document, claimed=claimed, site_file=session.site_file(host_of(document.address))
    )
    try:
        return await session.run_task(task)
    except WorkerLimitError as limit:
        return PageTaskResult(problem=str(limit))


async def read_all(
    documents: Sequence[Document], settings: RunSettings, *, step: Callable[[], None]
) -> tuple[list[PageTaskResult], SiteFiles]:
    """Each page, one after the other, and the site files."""
    found = []
    async with open_session(settings) as session:
        for document in documents:
            found.append(await read(session, document, settings))
            step()
        return found, session.site_files


def claimed_page(settings: Settings, address: str, *, now: datetime) -> ClaimedPage:
    """An address with what the store knows of its host: pauses, robots.txt, rate limit, secrets of its source."""
    rate_limits, limits = settings.runner.session.rate_limits, settings.runner.limits
    if unreadable_reason(settings.db) is None:
        with reading(settings.db) as db:
            return page_as_claimed(
                db, address, key=address_key(address), now=now, rate_limits=rate_limits, limits=limits
            )
    host = queue_of(host_of(address))
    rate_limit = rate_limits.of(host)
    return ClaimedPage(
        page_id=0,
        url=address,
        host=host,
        delay_s=rate_limit.delay_s,
        per_minute=rate_limit.per_minute,
        limits=limits,
    )
