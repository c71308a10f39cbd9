"""One entry of a feed document, compared with the last document. Pure."""

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
    """One entry of a document, in the order of the document.

    `entry_key` (`e1:…`) identifies it within its source; `earlier_keys` are the keys of former identity
    schemes of the source. `state`: *parsed* has a Story; *unchanged* is as in the last document; *repeated*
    stands twice in this document; *refused* has a `reason`; *postponed* is over the limit on entries, left
    for a later visit and not counted. `address_identifies`: its address alone identifies it; not so without a
    link, or with a link that several entries share, or to the home page: there a GUID that changes with each
    document would make the entry new each time. `backlog`: it was in the feed before newsdesk knew the feed.
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
        """Every key of the entry, the present one first."""
        return (self.entry_key, *self.earlier_keys)
