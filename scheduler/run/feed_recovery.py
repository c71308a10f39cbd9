"""Feed recovery: search the site's page for a feed that is lost, since its address may have changed without a
redirect.

Runs while the source's host is leased, after another failed visit of a feed that was not found for two weeks, is
gone, or was unreadable for a week; at most weekly. A feed that was found becomes the source's address only if it
carries the source's own stories; otherwise it is proposed to a person.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.session import Session
from newsdesk.scheduler.cadence.retries import recovery_is_due
from newsdesk.scheduler.run.permanent_redirects import new_place
from newsdesk.storage.hosts.politeness import keep_host_updates
from newsdesk.storage.plurals import count
from newsdesk.storage.records.visits import ClaimedVisit, SecretNames, VisitResult
from newsdesk.storage.sources.feed_recovery import count_known_addresses, keep_recovery
from newsdesk.storage.sources.merge_proof import merge_proof
from newsdesk.storage.sources.moves import (
    Store,
    find_merge_evidence,
    merge_source,
    move_source,
    state_of_address,
    was_undone,
)

if TYPE_CHECKING:
    from newsdesk.crawler.discovery.search import Discovery

log = logging.getLogger(__name__)

ENOUGH = 3  # of its stories, or half of the entries of the found feed
MOST_PROPOSED = 5


async def recover_feed(visit: ClaimedVisit, result: VisitResult, session: Session) -> Discovery | None:
    """Search the recovery pages of a visit for feeds, up to the first page that has any; None when the source
    is not lost."""
    found: Discovery | None = None
    due = recovery_is_due(
        category=visit.last_category,
        failures=visit.failures,
        failing_since=visit.failing_since,
        tried_at=visit.recovery_tried_at,
        now=result.started_at,
    )
    if due and result.outcome.category in ("not-found", "gone", "unreadable"):
        from newsdesk.crawler.discovery.search import DiscoveryRequest  # few runs search for a feed

        secrets = SecretNames(proxy=visit.secrets.proxy)  # credentials stay with the feed's own address
        for page in visit.recovery_pages:
            log.info("feed recovery: searching %s", redact(page))
            before = () if found is None else found.host_updates
            found = await session.discover(
                DiscoveryRequest(address=page, secrets=secrets, limits=visit.limits)
            )
            found = replace(found, host_updates=(*before, *found.host_updates))
            if found.feeds:
                break
    return found


def keep_recovered_feed(db: Store, visit: ClaimedVisit, result: VisitResult, found: Discovery) -> None:
    """Move the source to a found feed that carries its stories, or propose the found feeds."""
    now, source_id, proposed = result.ended_at, visit.source_id, []
    keep_host_updates(db, found.host_updates, now=now)
    site = db.conn.execute("SELECT site FROM source WHERE id = ?", (source_id,)).fetchone()[0]
    for feed in found.feeds:
        if feed.kind == "comments" or feed.address == visit.address:
            continue
        known = count_known_addresses(db, source_id, feed.keys)
        taken = state_of_address(db, feed.address)
        sure = known >= ENOUGH or (known > 0 and 2 * known >= feed.entries)
        if not sure or was_undone(db, source_id, feed.address) or taken not in (None, "active"):
            proposed.append(feed.address)
            continue
        if taken is not None and not merge_proof(find_merge_evidence(db, source_id, feed.address))[0]:
            proposed.append(feed.address)
            continue
        log.info("feed recovery: the feed moved to %s", redact(feed.address))
        are = "is a story" if known == 1 else "are stories"
        entries = count(feed.entries, "entry", "entries")
        why = f"found on {found.address}: {known} of its {entries} {are} of this source"
        if taken is not None:
            merge_source(db, source_id, feed.address, why=why, now=now)
        else:
            move_source(db, source_id, new_place(feed.address, visit.address, site), why=why, now=now)
        keep_recovery(db, source_id, proposed=(), due=True, now=now)
        return
    log.info("feed recovery: %s proposed", count(len(proposed[:MOST_PROPOSED]), "address", "addresses"))
    keep_recovery(db, source_id, proposed=proposed[:MOST_PROPOSED], due=False, now=now)
