"""Which stored story an entry is, and which sources may change that story. Pure.

An address identifies a story everywhere, an entry key within its source only. The address decides; the entry
key decides where the address is not known yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from newsdesk.storage.db.timestamps import to_iso_or_none
from newsdesk.storage.records.addresses.areas import Area, is_foreign
from newsdesk.storage.records.stories import Story

Authority = Literal["page", "site", "source"]
RANK: dict[str, int] = {"page": 2, "site": 1, "source": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The site of a source and its area there. `others`: the areas of the other sources of the site, where its own is
    not the whole site."""

    site: str
    area: Area = ()
    others: tuple[Area, ...] = ()

    def owns(self, url: str, site: str) -> bool:
        """Whether an address of `site` may be the source's own: on its site, and not in the area of another."""
        return site == self.site and not is_foreign(url, self.area, self.others)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownStory:
    """A stored story that an entry may be. `first_source`: the source of the entry was the first to carry it;
    `digest`: of the last snapshot of that source, if it has one; `bare`: it has neither text nor summary."""

    story_id: int
    url: str
    site: str
    title: str | None
    published: str | None
    first_seen_at: str
    authority: Authority
    first_source: bool
    digest: str | None = None
    bare: bool = False


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """A row that says that a source carried a story; `story_id` is None for an entry that was refused, with its
    `tombstone_id` if its story was purged. Rows and stories that a document adds have negative numbers until they are
    written."""

    id: int
    story_id: int | None
    entry_key: str
    tombstone_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Two stored stories that are the same one: the rows of the younger move to the older."""

    younger: int
    older: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The story that an entry is (None: a new one), why, and a merge that makes it one."""

    story_id: int | None
    reason: str
    merge: Merge | None = None


NO_STORY = Match(story_id=None, reason="no stored story has this address")
BY_ADDRESS = "a stored story has this address"


def match_story(
    story: Story,
    *,
    by_address: KnownStory | None,
    by_entry: KnownStory | None,
    former_key: bool,
    date_is_unique: bool,
    owner: Owner,
) -> Match:
    """Match an entry of a source with the stories stored under its addresses and its entry key.

    A source may move and merge its own stories only. Otherwise it could move a story to its own
    address while it holds the key of another one, and that site's own story would never be new.

    `former_key`: the key is one of an earlier identity scheme, which other entries may share.
    `date_is_unique`: no other entry of the source has this publication date.
    """
    if by_address is None and by_entry is None:
        return NO_STORY
    if by_address is None:
        assert by_entry is not None
        own = owner.owns(by_entry.url, by_entry.site) or by_entry.url == story.addresses[0].url
        same_site = by_entry.site in (story.site, owner.site, "")
        if not same_site or (by_entry.site == owner.site and not own):
            return Match(story_id=None, reason="the entry moved to another site")
        if _same_address(story, by_entry, former_key) or same_content(
            story, by_entry, date_is_unique=date_is_unique
        ):
            return Match(story_id=by_entry.story_id, reason="the entry moved to another address")
        return Match(story_id=None, reason="the source reused the GUID of another story")
    if by_entry is None or by_entry.story_id == by_address.story_id:
        return Match(story_id=by_address.story_id, reason=BY_ADDRESS)
    if (
        same_content(story, by_entry, date_is_unique=date_is_unique)
        and same_content(story, by_address, date_is_unique=date_is_unique)
        and all(owner.owns(one.url, one.site) for one in (by_address, by_entry))
    ):
        older, younger = sorted((by_address, by_entry), key=lambda one: (one.first_seen_at, one.story_id))
        return Match(
            story_id=older.story_id,
            reason="two stored stories are the same one",
            merge=Merge(younger=younger.story_id, older=older.story_id),
        )
    return Match(story_id=by_address.story_id, reason=BY_ADDRESS)


def same_content(story: Story, known: KnownStory, *, date_is_unique: bool) -> bool:
    """Whether an entry that kept its key but not its address is still the known story: the same title, a date
    that only this story has, or exactly the values that its source last published (all that an entry without
    title and date has). Some feeds number their entries 1 to 10 anew each time; in others two entries swapped
    their links."""
    if story.title is not None and story.title == known.title:
        return True
    if (story.text or story.summary) and story.digest == known.digest:
        return True
    return date_is_unique and to_iso_or_none(story.published) == known.published


def _same_address(story: Story, known: KnownStory, former_key: bool) -> bool:
    return not former_key and story.addresses[0].url == known.url


def may_change(known: KnownStory, owner: Owner) -> bool:
    """Whether a source may change a story: the owner of its address may. As long as none of those carried it, the
    source that carried it first may, too: a later one that repeats it (a planet, a copy) must not stop its
    corrections."""
    return owner.owns(known.url, known.site) or (known.first_source and known.authority == "source")


def authority_of(owner: Owner, url: str, site: str) -> Authority:
    """The authority of a source's values for a story: the owner of its address outranks any other."""
    return "site" if owner.owns(url, site) else "source"
