"""Requests of the `site` spider whose documents are read where they are fetched: in the worker pool, with its limits.
Scrapy's own link extractors parse in Scrapy's process, which has no limits.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from scrapy.exceptions import DownloadFailedError

from newsdesk.crawler.http.target import host_of
from newsdesk.crawler.models import Page
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.session import Session
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.pool import WorkerLimitError
from newsdesk.crawler.workers.site_task import SiteReading, SiteTask
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.visits import ClaimedVisit

# Keys of a request's meta
READS_LINKS = "newsdesk_reads_links"  # True: the response is a home or section page
LINK_TEXT = "newsdesk_link_text"  # the text of the link that led to a page, which may be an article
READING = "newsdesk_reading"  # what was read: a SiteReading, or the PageResult of an article

ClaimArticle = Callable[[str, str | None], Awaitable[ClaimedPage]]


async def read_list(session: Session, page: Page, claimed: ClaimedPage) -> SiteReading:
    """The story links of a home or section page, and its next page. Raises DownloadFailedError where it is none."""
    visit = ClaimedVisit(
        source_id=0,
        address=page.address,
        host=claimed.host,
        site=site_of(page.address),
        kind="site",
        limits=claimed.limits,
    )
    site_file = session.site_file(host_of(page.address))
    try:
        reading = await session.run_task(
            SiteTask(document=Document.of(page), claimed=visit, site_file=site_file)
        )
    except WorkerLimitError as limit:
        raise DownloadFailedError(str(limit)) from None
    if reading.problem is not None:
        raise DownloadFailedError(reading.problem)
    return reading
