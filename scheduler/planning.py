"""The next visit in the store: what is known is read, the pure parts decide, the rhythm is kept.

Runs inside the writer's transaction, one visit at a time; every three hours one of them also finds the price
anew. Called by `scheduler.desk`.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from datetime import datetime

from scheduler.cadence import Terms
from scheduler.following import Following, Lot, next_visit
from scheduler.hours import DAY_S
from scheduler.leases import DeskSettings
from scheduler.price import due_for_solving, first_planner, host_prices, load_of, replan
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

HOST_SHARE = 0.8  # of what a host's pauses allow: they must not fill its day
LEAST_S = 0.001  # a host of one's own may be asked without pause


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
    """The price anew. Sources with an interval of their own take their visits from the budget, but never
    more than half of what the others have."""
    by_host = list(pooled_rhythms(db))
    own, pooled = own_intervals(db)
    taken = sum(DAY_S / every_s if every_s else settings.visits_a_day for every_s in own)
    whole = settings.visits_a_day * (pooled + len(own))
    budget = max(whole - taken, settings.visits_a_day * pooled / 2) * len(by_host) / max(1, pooled)
    spent = 0 if planner.at is None else visits_since(db, planner.at)
    solved = replan(
        planner,
        [rhythm for _, rhythm in by_host],
        budget=budget / DAY_S,
        visits=spent,
        now=now.timestamp(),
        shortest_s=settings.shortest_s,
    )
    loads = defaultdict(list)
    for host, rhythm in by_host:
        loads[host].append(load_of(rhythm, now=now.timestamp(), shortest_s=settings.shortest_s))
    paces = settings.session.paces
    taught = dict(taught_paces(db, paces=paces, now=now))
    crowded = host_prices(
        loads,
        price=solved.price,
        most=lambda host: HOST_SHARE / max(taught.get(host, paces.of(host)).mean_s, LEAST_S),
    )
    return replace(solved, crowded=tuple(sorted(crowded.items())))
