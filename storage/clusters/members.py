"""The lead of a cluster, and the publishers that carried it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from newsdesk.storage.records.copies.agencies import AGENCY_SITES

# ruff: noqa: SIM905  (a list of words is easier to edit as text)

# A feed whose title has only such words has no name of its own.
_NO_NAME: Final = frozenset(
    "a all and articles atom blog breaking feed feeds headlines home homepage latest main new news of recent rss"
    " stories the top updates".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A story of a cluster. `at`: when it was published, or first seen where its publisher gives no time. `outlets`:
    the names of its publisher's own sources that carried it."""

    story_id: int
    site: str
    at: datetime
    agency: str | None = None
    outlets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A cluster in numbers. `publishers` counts newspapers, not addresses."""

    lead: int
    stories: int
    publishers: int
    agency: str | None


def summary_of(members: Sequence[Member]) -> Summary:
    """The numbers of a cluster, or of one story alone."""
    return Summary(
        lead=lead_of(members).story_id,
        stories=len(members),
        publishers=len(set(publishers_of(members).values())),
        agency=agency_of(members),
    )


def lead_of(members: Iterable[Member]) -> Member:
    """The story that the others are copies of: the agency's own, else the earliest."""
    return min(members, key=lambda one: (one.site not in AGENCY_SITES, one.at, one.story_id))


def agency_of(members: Sequence[Member]) -> str | None:
    """The agency whose text a cluster is: that of its lead, else the one that most of its stories name, then the one
    that was named first."""
    lead = lead_of(members)
    if lead.site in AGENCY_SITES:
        return AGENCY_SITES[lead.site]
    ordered = sorted(members, key=lambda one: (one.at, one.story_id))
    named = Counter(one.agency for one in ordered if one.agency is not None)
    return named.most_common(1)[0][0] if named else None


def publishers_of(members: Iterable[Member]) -> Mapping[int, str]:
    """Story → its publisher. Stories of one site have one publisher, and so have those of outlets with one name.
    A publisher is named by the first of its sites."""
    members = list(members)
    parents = {one.site: one.site for one in members}

    def first_of(site: str) -> str:
        while parents[site] != site:
            site = parents[site]
        return site

    of_outlet: dict[str, str] = {}
    for one in members:
        for outlet in filter(None, map(_folded, one.outlets)):
            known = of_outlet.setdefault(outlet, one.site)
            first, second = sorted((first_of(one.site), first_of(known)))
            parents[second] = first
    return {one.story_id: first_of(one.site) for one in members}


def _folded(outlet: str) -> str:
    """The name of an outlet without letter case; empty if it is no name."""
    words = "".join(one if one.isalnum() else " " for one in outlet.casefold()).split()
    return "" if _NO_NAME.issuperset(words) else " ".join(words)
