"""The price in the store: found beside the writer from what is kept, and kept.

Over a hundred thousand sources it takes seconds, for which no visit should wait to be kept: it is worked out
in a thread of its own that only reads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path

from newsdesk.scheduler.cadence.threshold import due_for_solving, first_planner, replan_all
from newsdesk.scheduler.run.leases import RunSettings
from newsdesk.storage.db.database import reading
from newsdesk.storage.db.errors import StoreError
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.politeness import learned_rate_limits
from newsdesk.storage.records.publication_profile import ThresholdState
from newsdesk.storage.sources.next_visit import (
    Store,
    find_planner,
    keep_planner,
    own_intervals,
    pooled_rhythms,
    visits_since,
)

LOOK_S = 60.0


async def settle_threshold(
    writer: Writer, settings: RunSettings, now: datetime, *, anew: bool = False
) -> float:
    """The price, found `anew` or if it is time. When another process found one meanwhile, that one holds."""
    before, found = await asyncio.to_thread(find_if_due, writer.path, settings, now, anew)
    if found != before:
        await writer.write(partial(keep_if_same, found=found, before=before))
    return found.threshold


async def keep_threshold_current(writer: Writer, settings: RunSettings, now: Callable[[], datetime]) -> None:
    """Settle the price whenever it is time, until cancelled."""
    while True:
        await asyncio.sleep(LOOK_S)
        with suppress(StoreError):  # the next look may be in time; if the file fails, a visit says so
            await settle_threshold(writer, settings, now())


def find_if_due(
    path: Path, settings: RunSettings, now: datetime, anew: bool
) -> tuple[ThresholdState | None, ThresholdState]:
    """The planner that is kept, and the one that should be."""
    with reading(path) as db:
        db.conn.execute("BEGIN")  # all of it from one moment
        before = find_planner(db)
        planner = before or first_planner()
        if anew or due_for_solving(planner, now.timestamp()):
            planner = find_threshold(db, planner, settings, now)
        return before, planner


def keep_if_same(db: Store, *, found: ThresholdState, before: ThresholdState | None) -> None:
    """Keep a planner that was worked out from `before`, unless another is kept by now."""
    if find_planner(db) == before:
        keep_planner(db, found)


def find_threshold(
    db: Store, planner: ThresholdState, settings: RunSettings, now: datetime
) -> ThresholdState:
    """The prices anew, from what is kept."""
    own, pooled = own_intervals(db)
    rate_limits = settings.session.rate_limits
    taught = dict(learned_rate_limits(db, rate_limits=rate_limits, now=now))
    return replan_all(
        planner,
        pooled_rhythms(db),
        own=own,
        pooled=pooled,
        visits_a_day=settings.visits_a_day,
        visits=0 if planner.found_at is None else visits_since(db, planner.found_at),
        gap_of=lambda host: taught.get(host, rate_limits.of(host)).mean_s,
        now=now.timestamp(),
        shortest_s=settings.shortest_s,
    )
