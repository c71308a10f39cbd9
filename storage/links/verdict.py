"""The verdict of a link: what is known of its address in, the decision out. Pure.

A link whose page is not read yet has no verdict: its page counts when it has been read. So each visit obeys seen =
new + changed + same + duplicate + refused, and each story counts as new once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from newsdesk.storage.records.addresses.links import FoundLink
from newsdesk.storage.records.stories import Verdict
from newsdesk.storage.stories.verdict import NEW_LIMIT, SourceFacts

RETRY_AFTER = timedelta(
    hours=20
)  # a link is read again after its page was given up for a cause that may pass
RETRIED_FOR = timedelta(days=7)  # since the link was first seen
PERMANENT = ("unreadable", "gone", "not-allowed", "internal-error")  # another request would give the same
UNREAD_PAGES, PROBES = (
    20,
    3,
)  # after so many pages in a row that were no stories, so many links of a visit are read
NO_STORIES = (
    "the last pages that this source linked were no stories: only a few of its links are read at each visit"
)
OLD_LINK = (
    "it was linked before newsdesk read this source, or is old: only the newest are read (pages.backlog)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """The entry of a source under the key of a link."""

    id: int
    story_id: int | None
    tombstone_id: int | None
    page_id: int | None
    reason: str | None
    first_seen_at: datetime
    gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedPage:
    """The page behind a link. `due`: it waits to be read, also again; the rest is of its last reading."""

    id: int
    story_id: int | None
    due: bool
    category: str | None
    message: str | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFacts:
    """What is known of a link: its row, the story and the purged story at its address (with the reason), its page.
    `new_today`: how many links of the source became due today, `backlog_left`: how many old ones may (None: all),
    `probes_left`: how many at all may with this document (None: all)."""

    row: LinkRow | None = None
    story_id: int | None = None
    purged: tuple[int, str] | None = None
    page: LinkedPage | None = None
    new_today: int = 0
    backlog_left: int | None = None
    probes_left: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDecision:
    """A verdict and why; None while the page is not read. To write: `keep`: the row gets story, tombstone, verdict and
    reason; without it the row stays, and is there again. `page_due`: the page becomes due, and why. `read_again`: the
    document is read again with the next visit, although it may not change."""

    verdict: Verdict | None
    reason: str
    keep: bool = False
    story_id: int | None = None
    tombstone_id: int | None = None
    page_due: Literal["new", "backlog"] | None = None
    read_again: bool = False

    @property
    def waits(self) -> bool:
        return self.verdict is None


def decide_link(link: FoundLink, facts: LinkFacts, *, source: SourceFacts, now: datetime) -> LinkDecision:
    """The verdict of a link. Those before it in the document count in `facts`: decide them first."""
    row, page = facts.row, facts.page
    story_id = facts.story_id if facts.story_id is not None else None if page is None else page.story_id
    if row is not None and row.story_id is not None:
        return LinkDecision(verdict="same", reason="its page is a story of this source")
    if story_id is not None:
        return LinkDecision(
            verdict="duplicate", reason="a stored story has its address", keep=True, story_id=story_id
        )
    if facts.purged is not None:
        tombstone_id, reason = facts.purged
        known = row is not None and row.tombstone_id == tombstone_id
        return LinkDecision(verdict="refused", reason=reason, keep=not known, tombstone_id=tombstone_id)
    if page is not None and (page.due or page.category is not None):
        return _of_page(link, row, page, now)
    if row is not None and row.page_id is None and row.reason == OLD_LINK:
        return LinkDecision(verdict="refused", reason=OLD_LINK)
    return _unknown(link, facts, source)


def _of_page(link: FoundLink, row: LinkRow | None, page: LinkedPage, now: datetime) -> LinkDecision:
    if page.due:
        return LinkDecision(verdict=None, reason=link.reason, keep=row is None)
    recent = row is None or now - row.first_seen_at < RETRIED_FOR
    waited = page.read_at is not None and now - page.read_at >= RETRY_AFTER
    if page.category not in PERMANENT and page.category != "ok" and recent and waited:
        return LinkDecision(verdict=None, reason=link.reason, keep=True, page_due="new")
    reason = f"its page is no story: {page.message}"
    return LinkDecision(verdict="refused", reason=reason, keep=row is None or row.reason != reason)


def _unknown(link: FoundLink, facts: LinkFacts, source: SourceFacts) -> LinkDecision:
    if facts.probes_left is not None and facts.probes_left <= 0:
        return LinkDecision(verdict="refused", reason=NO_STORIES, read_again=True)
    if link.backlog:
        if facts.backlog_left is not None and facts.backlog_left <= 0:
            return LinkDecision(verdict="refused", reason=OLD_LINK, keep=True)
        return LinkDecision(verdict=None, reason=link.reason, keep=True, page_due="backlog")
    if source.new_per_day is not None and facts.new_today >= source.new_per_day:
        return LinkDecision(verdict="refused", reason=NEW_LIMIT, read_again=True)
    return LinkDecision(verdict=None, reason=link.reason, keep=True, page_due="new")
