"""The next visit in the store: what is known is read, the pure parts decide, the rhythm is kept.

Runs inside the writer's transaction, one visit at a time; every three hours one of them also finds the price
anew. Called by `scheduler.desk`.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime

from scheduler.cadence import Terms
from scheduler.following import Following, Lot, next_visit
from scheduler.leases import DeskSettings
from scheduler.price import due_for_solving, first_planner, replan_all
from storage.manners import taught_paces
from storage.planning import (
    Store,
    find_past,
    find_planner,
    keep_hints,
    keep_planner,
    keep_rhythm,
    own_intervals,
    pooled_rhythms,
    visits_since,
)
from storage.records import ClaimedVisit, NextVisit, VisitResult
from storage.rhythms import News, Planner


def plan_next(
    db: Store, claimed: ClaimedVisit, result: VisitResult, news: News, settings: DeskSettings
) -> NextVisit:
    """Plan the visit that follows on a result, and keep what the result taught."""
    now = result.ended_at
    planner = find_planner(db) or first_planner()
    if due_for_solving(planner, now.timestamp()):
        planner = find_price(db, planner, settings, now)
        keep_planner(db, planner)
    past = find_past(db, result.source_id)
    if result.outcome.group == "fine":
        if result.facts is not None:
            past = replace(past, hints=result.facts.hints)
        gap = past.rhythm is not None and bool(news.entries) and not news.overlaps
        keep_hints(db, result.source_id, of_feed=past.hints, of_answer=result.hints, gap=gap)
    own_price = dict(planner.crowded).get(claimed.host)
    following: Following = next_visit(
        claimed,
        result,
        news,
        past=past,
        lot=Lot(
            terms=Terms(
                now=now.timestamp(),
                price=planner.price if own_price is None else max(own_price, planner.price),
                pool=planner.pool,
                roll=random.random(),  # noqa: S311 - it spreads visits and keeps no secret
                shortest_s=settings.shortest_s,
            ),
            every_s=settings.every_s,
            crowded=own_price is not None,
        ),
        now=now,
    )
    if following.rhythm is not None:
        keep_rhythm(db, result.source_id, following.rhythm)
    return following.next_visit


def find_price(db: Store, planner: Planner, settings: DeskSettings, now: datetime) -> Planner:
    """The prices anew, from what is kept."""
    own, pooled = own_intervals(db)
    paces = settings.session.paces
    taught = dict(taught_paces(db, paces=paces, now=now))
    return replan_all(
        planner,
        list(pooled_rhythms(db)),
        own=own,
        pooled=pooled,
        visits_a_day=settings.visits_a_day,
        visits=0 if planner.at is None else visits_since(db, planner.at),
        gap_of=lambda host: taught.get(host, paces.of(host)).mean_s,
        now=now.timestamp(),
        shortest_s=settings.shortest_s,
    )
