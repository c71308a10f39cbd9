"""The task of a feed document: what a worker needs to parse it, and what it returns. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from newsdesk.crawler.backfill.older_documents import OlderLink
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.task import Task
from newsdesk.storage.records.entries import FeedEntry, IdentityScheme
from newsdesk.storage.records.rights.site import NO_SITE_RIGHTS, SiteRights
from newsdesk.storage.records.visits import ClaimedVisit, FeedFacts, Limits
from newsdesk.storage.records.zone_offsets import ZoneHabit

DATE_TOLERANCE = timedelta(days=1)  # of a date without a zone, or without a time


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedTaskResult:
    """What a document holds. `problem` says why it is not a feed; then there is nothing else. `left`: the
    number of `entries` left for the next visit. `overlaps`: the document reaches back to the one before;
    `older`: links to documents that reach back farther. `zone` is None where nothing was learned."""

    facts: FeedFacts
    entries: tuple[FeedEntry, ...] = ()
    known: bytes = b""
    identity: IdentityScheme = "guid"
    zone: ZoneHabit | None = None
    whole: bool = True
    left: int = 0
    overlaps: bool = True
    older: tuple[OlderLink, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedTask(Task[FeedTaskResult]):
    """A feed document to parse, with what the claimed visit knows of its source. `site_rights`: what the host of the
    document states."""

    READER = "newsdesk.crawler.workers.readers.feed:read_feed_task"
    document: Document
    claimed: ClaimedVisit
    site_rights: SiteRights = NO_SITE_RIGHTS

    @property
    def limits(self) -> Limits:
        return self.claimed.limits

    @property
    def weight(self) -> int:
        """Entries take up to eight times the bytes of their document: cleaned and as text, both in characters
        of four bytes where one of them is beyond U+FFFF."""
        return 8 * len(self.document.body)
