"""Compute the threshold that all sources share from the stored profiles, and keep it.

For a hundred thousand sources this takes seconds, and no visit should wait for the writer that long: it runs in a
thread that only reads.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from newsdesk.scheduler.cadence.threshold import find_thresholds, initial_threshold, is_due_for_solving
from newsdesk.scheduler.settings import RunSettings
from newsdesk.storage.db.database import reading
from newsdesk.storage.db.errors import StoreError
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.politeness import stored_rate_limits
from newsdesk.storage.plurals import count
from newsdesk.storage.records.publication_profile import ThresholdState
from newsdesk.storage.sources.next_visit import (
    Store,
    find_threshold_state,
    keep_threshold_state,
    own_intervals,
    pooled_profiles,
    visits_since,
)

log = logging.getLogger(__name__)

CHECK_S = 60.0


async def refresh_threshold(
    writer: Writer, settings: RunSettings, now: datetime, *, force: bool = False
) -> float:
    """The threshold, computed again if it is due or `force` is set. One that another process kept meanwhile
    is not replaced."""
    before, found = await asyncio.to_thread(find_if_due, writer.path, settings, now, force)
    if found != before:
        await writer.write(partial(keep_if_unchanged, found=found, before=before))
        log.info(
            "threshold %.0f s, %s with their own, %.1f visits a day planned",
            found.threshold, count(len(found.host_thresholds), "host"), found.target_rate * 86400,
        )  # fmt: skip
    return found.threshold


async def refresh_threshold_regularly(
    writer: Writer, settings: RunSettings, now: Callable[[], datetime]
) -> None:
    """Refresh the threshold whenever it is due, until cancelled."""
    while True:
        await asyncio.sleep(CHECK_S)
        try:
            await refresh_threshold(writer, settings, now())
        except StoreError as error:  # the next attempt may succeed; if the file fails, a visit reports it
            log.warning("threshold not refreshed: %s", error)


def find_if_due(
    path: Path, settings: RunSettings, now: datetime, force: bool
) -> tuple[ThresholdState | None, ThresholdState]:
    """The stored state of the threshold, and the one that should be stored."""
    with reading(path) as db:
        db.conn.execute("BEGIN")  # one snapshot of the file for all reads
        before = find_threshold_state(db)
        state = before or initial_threshold()
        if force or is_due_for_solving(state, now.timestamp()):
            state = find_threshold(db, state, settings, now)
        return before, state


def keep_if_unchanged(db: Store, *, found: ThresholdState, before: ThresholdState | None) -> None:
    """Keep a state that was computed from `before`, unless another one was kept meanwhile."""
    if find_threshold_state(db) == before:
        keep_threshold_state(db, found)


def find_threshold(db: Store, state: ThresholdState, settings: RunSettings, now: datetime) -> ThresholdState:
    """Compute the thresholds from what is stored."""
    own, pooled = own_intervals(db)
    rate_limits = settings.session.rate_limits
    learned = dict(stored_rate_limits(db, rate_limits=rate_limits, now=now))
    return find_thresholds(
        state,
        pooled_profiles(db),
        own=own,
        pooled=pooled,
        visits_a_day=settings.visits_a_day,
        visits=0 if state.found_at is None else visits_since(db, state.found_at),
        gap_of=lambda host: learned.get(host, rate_limits.of(host)).mean_s,
        now=now.timestamp(),
        intervals=settings.intervals,
        count_once=settings.count_once,
    )
