"""Which stored story an entry is, and whose words may change it. Pure.

An address names a story everywhere; an entry's key names it within its source only. The address decides; the
entry key speaks when the address is not known yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from newsdesk.storage.db.timestamps import to_iso_or_none
from newsdesk.storage.records.stories import Story

Authority = Literal["page", "site", "source"]
RANK: dict[str, int] = {"page": 2, "site": 1, "source": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A stored story that an entry might be. `first`: the source that speaks was the first to carry it;
    `snapshot`: the digest of what that source said of it, if it ever did."""

    story_id: int
    url: str
    site: str
    title: str | None
    published: str | None
    first_seen_at: str
    authority: Authority
    first: bool
    snapshot: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The story an entry is (None: a new one), why, and a second story that is the same one (`fold`)."""

    story_id: int | None
    why: str
    fold: int | None = None


def decide(
    told: Story,
    *,
    by_address: Candidate | None,
    by_entry: Candidate | None,
    renamed: bool,
    date_tells: bool,
    site: str,
) -> Match:
    """Match one entry of a source of `site` with what is stored under its addresses and its entry key.

    A source may move and fold stories of its own site only: else it could take a story's words to its own
    address while it holds the key of another's, and that one's own story would never be new.

    `renamed`: the entry key is one that a lower rung of identity would have given, which others share.
    `date_tells`: no other entry of the source has this date of publication.
    """
    if by_address is None and by_entry is None:
        return Match(story_id=None, why="no story had this address")
    if by_address is None:
        assert by_entry is not None
        if by_entry.site not in (told.site, site, ""):
            return Match(story_id=None, why="its entry moved to another site")
        if _same_address(told, by_entry, renamed) or same_telling(told, by_entry, date_tells=date_tells):
            return Match(story_id=by_entry.story_id, why="its entry moved to another address")
        return Match(story_id=None, why="its source used the GUID of another story again")
    if by_entry is None or by_entry.story_id == by_address.story_id:
        return Match(story_id=by_address.story_id, why="known by its address")
    if (
        same_telling(told, by_entry, date_tells=date_tells)
        and same_telling(told, by_address, date_tells=date_tells)
        and by_address.site == by_entry.site == site
    ):
        older, younger = sorted(
            (by_address, by_entry), key=lambda known: (known.first_seen_at, known.story_id)
        )
        return Match(story_id=older.story_id, why="two stories turned out to be one", fold=younger.story_id)
    return Match(story_id=by_address.story_id, why="known by its address")


def same_telling(told: Story, known: Candidate, *, date_tells: bool) -> bool:
    """Whether an entry that kept its key but not its address still tells the known story: it has the
    same title, or a date that only this story has, or word for word what its source said of it (all that an
    entry without title and date has). Feeds exist that number their entries 1 to 10 anew each time, and
    others in which two entries changed their links for each other's."""
    if told.title is not None and told.title == known.title:
        return True
    if (told.text or told.summary) and told.digest == known.snapshot:
        return True
    return date_tells and to_iso_or_none(told.published) == known.published


def _same_address(told: Story, known: Candidate, renamed: bool) -> bool:
    return not renamed and told.addresses[0].url == known.url


def may_change(story: Candidate, *, site: str) -> bool:
    """Who may change a story: a source of its site; as long as none of those carried it, the source that
    carried it first. A later one that repeats it (a planet, a copy) must not stop its corrections."""
    return story.site == site or (story.first and story.authority == "source")


def authority_of(site: str, story_site: str) -> Authority:
    """What a source's words weigh for a story: its own site's outrank those of any other."""
    return "site" if site == story_site else "source"
