"""A link of a page or sitemap that may lead to a story, and how the links of a source have changed. Pure.

A link is no story: the page behind it decides that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsdesk.storage.records.pickling import pickled_as_tuple
from newsdesk.storage.records.stories import Address


@pickled_as_tuple
@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLink:
    """A link that was chosen as one to a story. `entry_key` (`e1:…`) identifies it within its source; `title` is its
    text, `day` (YYYY-MM-DD) the day that its address or the page shows for it, `reason` why it was chosen. `backlog`:
    it is older than the last visits, or was there before newsdesk knew the source."""

    entry_key: str
    address: Address
    title: str | None = None
    day: str | None = None
    reason: str = ""
    backlog: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkState:
    """The links of a source over its visits. `found`: how many its last document had; `usual`: how many when it last
    had a new one, None for never. `lost_at`: since when it has none of the stories that it had then, or few, and no
    new one; None while it has."""

    found: int | None = None
    usual: int | None = None
    lost_at: datetime | None = None


FEWEST_USUAL = 3  # links; of fewer, half may be gone by chance


def next_link_state(before: LinkState, *, found: int, known: int, new: int, now: datetime) -> LinkState:
    """The state after a document with `found` links: `known` lead to stories of earlier documents, or wait to be read,
    `new` were never seen. A site that is silent for a while keeps its links; a site with another layout does not."""
    if new or before.usual is None:
        return LinkState(found=found, usual=found or None)
    lost = before.usual >= FEWEST_USUAL and 2 * known < before.usual
    return LinkState(found=found, usual=before.usual, lost_at=(before.lost_at or now) if lost else None)
