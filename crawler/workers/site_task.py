"""The task of a home or section page: what a worker needs to choose its story links, and what it returns. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from newsdesk.crawler.links.models import StoryLink
from newsdesk.crawler.site_files.site_file import SiteFileRef
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.task import Task
from newsdesk.storage.records.addresses.links import FoundLink
from newsdesk.storage.records.visits import ClaimedVisit, FeedFacts, Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteReading:
    """What a page holds. `links`: those to stories, in the order of the page; `all_links`: how many links it has;
    `next_page`: the address of the page that goes on where this one ends, `known`: how many of its story links the
    last document had. `problem`: why it is no web page. `considered`: every address of it with its reasons, where
    they were asked for. `failure`: what the site file of the page raised, and the traceback; then the links were chosen
    without it."""

    facts: FeedFacts
    links: tuple[FoundLink, ...] = ()
    all_links: int = 0
    known: int = 0
    next_page: str | None = None
    considered: tuple[StoryLink, ...] = ()
    problem: str | None = None
    failure: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTask(Task[SiteReading]):
    """A page to read. `explain` returns all links with the reasons. `site_file`: that of the page's host."""

    READER = "newsdesk.crawler.workers.readers.site:read_site_task"
    document: Document
    claimed: ClaimedVisit
    explain: bool = False
    site_file: SiteFileRef | None = None

    @property
    def limits(self) -> Limits:
        return self.claimed.limits

    @property
    def weight(self) -> int:
        """The result is small; but parsing takes much memory."""
        return 8 * len(self.document.body)
