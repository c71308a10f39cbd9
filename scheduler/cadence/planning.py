"""The next visit in the store: what is known is read, the pure parts decide.

Runs inside the writer's transaction, one visit at a time.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from newsdesk.scheduler.cadence.next_visit import Lot, all_hints, next_visit
from newsdesk.scheduler.cadence.policy import Terms, usual_s
from newsdesk.scheduler.cadence.server_hints import parse_hints
from newsdesk.scheduler.cadence.threshold import first_planner
from newsdesk.scheduler.durations import in_words
from newsdesk.scheduler.run.leases import RunSettings
from newsdesk.storage.records.publication_profile import NextVisitPlan, VisitNews
from newsdesk.storage.records.visits import ClaimedVisit, VisitResult
from newsdesk.storage.sources.gaps import keep_gap
from newsdesk.storage.sources.next_visit import (
    Store,
    bring_forward,
    find_past_and_planner,
    find_planner,
    keep_hints,
    waiting_rhythms,
)

STEP = 1000  # sources of one transaction
SOON = timedelta(minutes=5)  # what was due long since by today's price is spread over so much
SLIGHT = timedelta(minutes=1)  # earlier by less, or by a tenth, is what chance had added


def plan_next(
    db: Store, claimed: ClaimedVisit, result: VisitResult, news: VisitNews, settings: RunSettings
) -> NextVisitPlan:
    """Plan the visit that follows on a result. What the server wished is kept here, the rhythm with the
    visit."""
    now = result.ended_at
    before, known = find_past_and_planner(db, result.source_id)
    planner = known or first_planner()
    past = before
    if result.outcome.category == "ok":
        if result.facts is not None:
            past = replace(past, hints=result.facts.hints)
        gap = past.profile is not None and bool(news.entries) and not news.overlaps
        if gap or result.backfill is not None:
            keep_gap(
                db, result.source_id, result.backfill, waits=claimed.gap_since is None, counts=gap, now=now
            )
        if (past.hints, result.hints) != (before.hints, before.answer_hints):
            keep_hints(db, result.source_id, of_feed=past.hints, of_answer=result.hints)
    own_threshold = dict(planner.crowded).get(claimed.host)
    return next_visit(
        claimed,
        result,
        news,
        past=past,
        lot=Lot(
            terms=Terms(
                now=now.timestamp(),
                threshold=planner.threshold
                if own_threshold is None
                else max(own_threshold, planner.threshold),
                pool=planner.pool,
                roll=random.random(),  # noqa: S311 - it spreads visits and keeps no secret
                shortest_s=settings.shortest_s,
            ),
            every_s=settings.every_s,
            crowded=own_threshold is not None,
        ),
        now=now,
    )


def hasten(db: Store, settings: RunSettings, now: datetime, *, after: int) -> tuple[int, int]:
    """Bring visits forward that were planned by a higher price: of new sources, before one counted them in;
    after the budget was raised. `STEP` sources from number `after` on; gives the last number
    looked at, 0 at the end, and how many were brought forward."""
    planner = find_planner(db) or first_planner()
    crowded = dict(planner.crowded)
    rows = waiting_rhythms(db, now=now, after=after, most=STEP)
    hastened = 0
    for source_id, host, planned_at, (of_feed, of_answer), profile in rows:
        visited_at = datetime.fromtimestamp(profile.at, UTC)
        terms = Terms(
            now=profile.at,
            threshold=max(planner.threshold, crowded.get(host, 0.0)),
            pool=planner.pool,
            parsed_hints=parse_hints(all_hints(of_answer, of_feed), now=visited_at),
            shortest_s=settings.shortest_s,
        )
        after_s = usual_s(profile, terms)
        at = max(visited_at + timedelta(seconds=after_s), now + random.random() * SOON)  # noqa: S311 - it spreads
        if planned_at - at > max(SLIGHT, (planned_at - visited_at) / 10):
            why = f"in {in_words(round((at - now).total_seconds()))}: brought forward, by the price of today"
            bring_forward(db, source_id, at=at, why=why)
            hastened += 1
    return (rows[-1][0] if len(rows) == STEP else 0), hastened
