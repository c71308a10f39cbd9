"""The task of an article page: what a worker needs to parse it, and what it returns. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from newsdesk.crawler.site_files.site_file import SiteFileRef
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.task import Task
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.rights.site import NO_SITE_RIGHTS, SiteRights
from newsdesk.storage.records.stories import Story
from newsdesk.storage.records.visits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTaskResult:
    """`own`: the story of the page alone; `story`: page and feed merged. `problem`: why there is neither.
    `failure`: what the page's site file raised, and the traceback; then the page was read without it."""

    own: Story | None = None
    story: Story | None = None
    problem: str | None = None
    failure: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTask(Task[PageTaskResult]):
    """A page to parse, with what the claim knows of its story, the site file of its host, and what its host states
    (`site_rights`)."""

    READER = "newsdesk.crawler.workers.readers.page:read_page_task"
    document: Document
    claimed: ClaimedPage
    site_file: SiteFileRef | None = None
    site_rights: SiteRights = NO_SITE_RIGHTS

    @property
    def limits(self) -> Limits:
        return self.claimed.limits

    @property
    def weight(self) -> int:
        """The result is one story, smaller than the page; but parsing takes much memory."""
        return 8 * len(self.document.body)
