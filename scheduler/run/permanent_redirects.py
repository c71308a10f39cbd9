"""Permanent redirects: when the address of a source is changed to their target.

A permanent redirect (301, 308) is followed for good when three visits in a row, over at least two days, were
redirected to the same address and found a readable feed there: many are a mistake that lasts an hour. A
temporary one (302, 307) never changes the address. Where another source has that address, the two are merged only
with proof that they are one (`storage.sources.merge_proof`); otherwise the address is proposed to a person.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.http.target import host_of
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.storage.records.visits import VisitResult
from newsdesk.storage.sources.merge_proof import merge_proof
from newsdesk.storage.sources.moves import (
    PermanentRedirect,
    SourceAddress,
    Store,
    find_merge_evidence,
    find_permanent_redirect,
    keep_proposed,
    merge_source,
    move_source,
)

log = logging.getLogger(__name__)

ENOUGH = 3
LONG_ENOUGH = timedelta(hours=48)
WHY = f"permanent redirect in at least {ENOUGH} visits in a row over {LONG_ENOUGH / timedelta(hours=1):g} h"


def is_permanent(redirect: PermanentRedirect, *, now: datetime) -> bool:
    """Whether the redirect changes the address of its source. Not to an address from which a person has moved
    the source away, nor to that of a source that a person has retired or paused."""
    return (
        redirect.state == "active"
        and redirect.count >= ENOUGH
        and now - redirect.since >= LONG_ENOUGH
        and not redirect.undone
        and redirect.taken in (None, "active")
    )


def apply_permanent_redirect(db: Store, result: VisitResult) -> None:
    """Move the source of a kept visit, or merge it into the source that has the new address already."""
    if result.moved_to is None or result.outcome.category != "ok":
        return
    now = result.ended_at
    redirect = find_permanent_redirect(db, result.source_id)
    if redirect is None or not is_permanent(redirect, now=now):
        return
    why = WHY
    if redirect.taken is not None:
        evidence = find_merge_evidence(db, result.source_id, redirect.to, until=redirect.since)
        proven, reason = merge_proof(evidence)
        if not proven:
            log.info("permanent redirect to source %d: not merged: %s", evidence.other, reason)
            keep_proposed(db, result.source_id, [redirect.to])
            return
        why = f"{WHY}; {reason}"
    log.info(
        "permanent redirect: the source moves from %s to %s", redact(redirect.address), redact(redirect.to)
    )
    if redirect.taken is not None:
        merge_source(db, result.source_id, redirect.to, why=why, now=now)
    else:
        move_source(
            db, result.source_id, new_place(redirect.to, redirect.address, redirect.site), why=WHY, now=now
        )


def new_place(to: str, before: str, site: str) -> SourceAddress:
    """A new address with its host and site. A site other than that of the former address stays: the feed is
    linked from there."""
    return SourceAddress(address=to, host=host_of(to), site=site_of(to) if site_of(before) == site else site)
