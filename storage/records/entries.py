"""One entry of a feed document, and how it compares with the last document. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from newsdesk.storage.records.pickling import pickled_as_tuple
from newsdesk.storage.records.stories import Story

IdentityScheme = Literal["guid", "address", "address+guid", "address+date+title"]


State = Literal["parsed", "unchanged", "repeated", "refused", "postponed"]


@pickled_as_tuple
@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry of one document, in the document's order.

    `entry_key` (`e1:…`) is its name within its source, `earlier_keys` other names under which an
    earlier document may have carried it (the source's former identity rung). `state`: *told* brings a
    Story; *known* says what the last document said; *again* stood before in this document; *refused*
    has its `reason`; *left* is left for a later visit by the limit on entries, and counts nowhere.
    `addressed`: its address alone names it; not so without a link, or with one that it shares, be it the
    home page: then a GUID that changes with each document would make it new each time. `history`: it stood
    in the feed before we knew the feed.
    """

    entry_key: str
    entry_digest: str
    state: State
    story: Story | None = None
    reason: str | None = None
    earlier_keys: tuple[str, ...] = ()
    address_identifies: bool = True
    backlog: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Every name of the entry, today's first."""
        return (self.entry_key, *self.earlier_keys)
