"""A lost feed is looked for on its site's page: it may only have moved without a word.

Done while the source's host is leased, after a visit that failed as the ones before: missing for two weeks,
gone, or no feed for a week; at most weekly. What is found is taken by itself only when it carries the
source's own stories, else it is proposed.
"""

from __future__ import annotations

from dataclasses import replace

from newsdesk.crawler.discovery.discover import Asked, Discovery
from newsdesk.crawler.session import Session
from newsdesk.scheduler.run.moves import place_of
from newsdesk.storage.hosts.politeness import keep_host_updates
from newsdesk.storage.records.visits import ClaimedVisit, SecretNames, VisitResult
from newsdesk.storage.sources.feed_recovery import keep_search, known_among
from newsdesk.storage.sources.moves import Store, merge_source, move_source, state_at, was_undone

ENOUGH = 3  # of its stories, or half of what the found feed carries
MOST_PROPOSED = 5


async def seek(visit: ClaimedVisit, result: VisitResult, session: Session) -> Discovery | None:
    """The feeds of the first page that has any where a lost source may be found; None when it is not to be
    looked for."""
    found: Discovery | None = None
    if result.outcome.category in ("not-found", "gone", "unreadable"):
        way = SecretNames(proxy=visit.secrets.proxy)
        for page in visit.recovery_pages:
            before = () if found is None else found.host_updates
            found = await session.discover(Asked(address=page, secrets=way, limits=visit.limits))
            found = replace(found, host_updates=(*before, *found.host_updates))
            if found.feeds:
                break
    return found


def keep_found(db: Store, visit: ClaimedVisit, result: VisitResult, found: Discovery) -> None:
    """Move the source to a feed that is surely its, or propose what may be."""
    now, source_id, proposed = result.ended_at, visit.source_id, []
    keep_host_updates(db, found.host_updates, now=now)
    site = db.conn.execute("SELECT site FROM source WHERE id = ?", (source_id,)).fetchone()[0]
    for feed in found.feeds:
        if feed.kind == "comments" or feed.address == visit.address:
            continue
        known = known_among(db, source_id, feed.keys)
        taken = state_at(db, feed.address)
        sure = known >= ENOUGH or (known > 0 and 2 * known >= feed.entries)
        if not sure or was_undone(db, source_id, feed.address) or taken not in (None, "active"):
            proposed.append(feed.address)
            continue
        why = f"found on {found.asked}: {known} of its {feed.entries} entries are stories of this source"
        if taken is not None:
            merge_source(db, source_id, feed.address, why=why, now=now)
        else:
            move_source(db, source_id, place_of(feed.address, visit.address, site), why=why, now=now)
        keep_search(db, source_id, proposed=(), due=True, now=now)
        return
    keep_search(db, source_id, proposed=proposed[:MOST_PROPOSED], due=False, now=now)
