"""A feed that moved for good is visited where it lives: when that is believed, and what then happens.

A permanent redirect (301, 308) is believed when three visits in a row, over two days at least, led to the
same address and found a readable feed there: many are a mistake of an hour. One that says "for now" (302,
307) never is.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.politeness.rate_limiter import host_of
from newsdesk.storage.records.visits import VisitResult
from newsdesk.storage.sources.moves import Place, Store, Told, find_told, merge_source, move_source

ENOUGH = 3
LONG_ENOUGH = timedelta(hours=48)
WHY = f"permanent redirects: {ENOUGH} visits in a row and more, over {LONG_ENOUGH / timedelta(hours=1):g} h"


def believed(told: Told, *, now: datetime) -> bool:
    """Whether the source lives where it is told to. Not where a person has moved it away from, or retired or
    paused the source that is there."""
    return (
        told.state == "active"
        and told.count >= ENOUGH
        and now - told.since >= LONG_ENOUGH
        and not told.undone
        and told.taken in (None, "active")
    )


def follow_move(db: Store, result: VisitResult) -> None:
    """Move the source of a kept visit, or merge it into the one that lives there already."""
    if result.moved_to is None or result.outcome.category != "ok":
        return
    now = result.ended_at
    told = find_told(db, result.source_id)
    if told is None or not believed(told, now=now):
        return
    if told.taken is not None:
        merge_source(db, result.source_id, told.to, why=WHY, now=now)
    else:
        move_source(db, result.source_id, place_of(told.to, told.address, told.site), why=WHY, now=now)


def place_of(to: str, before: str, site: str) -> Place:
    """A new address with its host and site; a site that was not the address's own (its page links the feed)
    stays."""
    return Place(address=to, host=host_of(to), site=site_of(to) if site_of(before) == site else site)
