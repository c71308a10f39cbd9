"""Plan the next visit of a source: read what is stored, decide by the pure functions of `scheduler.cadence`, keep.

Runs inside the writer's transaction, one visit at a time.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from newsdesk.scheduler.cadence.next_visit import PlanContext, all_hints, next_visit
from newsdesk.scheduler.cadence.policy import PolicyInputs, interval_without_news_s
from newsdesk.scheduler.cadence.retries import backfill_delay
from newsdesk.scheduler.cadence.server_hints import parse_hints
from newsdesk.scheduler.cadence.threshold import initial_threshold
from newsdesk.scheduler.durations import format_duration
from newsdesk.scheduler.settings import RunSettings
from newsdesk.storage.records.publication_profile import NextVisitPlan, VisitNews
from newsdesk.storage.records.visits import ClaimedVisit, VisitResult
from newsdesk.storage.sources.gaps import count_backfill_failures, keep_backfill, keep_gap
from newsdesk.storage.sources.next_visit import (
    Store,
    bring_forward,
    find_past_and_threshold,
    find_threshold_state,
    keep_hints,
    waiting_profiles,
)

STEP = 1000  # sources of one transaction
SOON = timedelta(minutes=5)  # sources that the present threshold makes overdue are spread over this time
SLIGHT = timedelta(minutes=1)  # differences below this, or below a tenth, are jitter


def plan_next(
    db: Store, claimed: ClaimedVisit, result: VisitResult, news: VisitNews, settings: RunSettings
) -> NextVisitPlan:
    """Plan the visit that follows a result. Server hints are kept here, the publication profile with the
    visit."""
    if claimed.kind == "spider":  # it may yield only what is new: that is no gap
        news = replace(news, overlaps=True)
    now = result.ended_at
    before, known = find_past_and_threshold(db, result.source_id)
    state = known or initial_threshold()
    past = before
    if result.outcome.category == "ok":
        if result.facts is not None:
            past = replace(past, hints=result.facts.hints)
        gap = past.profile is not None and bool(news.entries) and not news.overlaps
        if result.backfill is not None:
            failures = 0 if result.backfill.gap_closed else count_backfill_failures(db, result.source_id) + 1
            keep_backfill(db, result.source_id, failures=failures, next_at=now + backfill_delay(failures))
        if gap:
            keep_gap(db, result.source_id, result.backfill, waits=claimed.gap_since is None, now=now)
        if (past.hints, result.hints) != (before.hints, before.response_hints):
            keep_hints(db, result.source_id, of_feed=past.hints, of_response=result.hints)
    own_threshold = dict(state.host_thresholds).get(claimed.host)
    return next_visit(
        claimed,
        result,
        news,
        past=past,
        context=PlanContext(
            inputs=PolicyInputs(
                now=now.timestamp(),
                threshold=state.threshold if own_threshold is None else max(own_threshold, state.threshold),
                mean_profile=state.mean_profile,
                jitter=random.random(),  # noqa: S311 - jitter, no secret
                intervals=settings.intervals,
                count_once=settings.count_once,
            ),
            every_s=settings.every_s,
            crowded=own_threshold is not None,
        ),
        now=now,
    )


def bring_visits_forward(db: Store, settings: RunSettings, now: datetime, *, after: int) -> tuple[int, int]:
    """Bring visits forward that were planned by a higher threshold: before new sources were counted in, or
    before the budget was raised. Handles `STEP` sources from id `after` on; returns the last id, 0 at the end,
    and how many visits were moved."""
    state = find_threshold_state(db) or initial_threshold()
    crowded = dict(state.host_thresholds)
    rows = waiting_profiles(db, now=now, after=after, most=STEP)
    moved = 0
    for source_id, host, planned_at, (of_feed, of_answer), profile in rows:
        visited_at = datetime.fromtimestamp(profile.read_at, UTC)
        inputs = PolicyInputs(
            now=profile.read_at,
            threshold=max(state.threshold, crowded.get(host, 0.0)),
            mean_profile=state.mean_profile,
            parsed_hints=parse_hints(all_hints(of_answer, of_feed), now=visited_at),
            intervals=settings.intervals,
            count_once=settings.count_once,
        )
        after_s = interval_without_news_s(profile, inputs)
        at = max(visited_at + timedelta(seconds=after_s), now + random.random() * SOON)  # noqa: S311 - jitter
        if planned_at - at > max(SLIGHT, (planned_at - visited_at) / 10):
            why = f"in {format_duration(round((at - now).total_seconds()))}: brought forward by a lower threshold"
            bring_forward(db, source_id, at=at, why=why)
            moved += 1
    return (rows[-1][0] if len(rows) == STEP else 0), moved
