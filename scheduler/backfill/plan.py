"""What a backfill will take, by its first document: requests, and their time at the rate of the host. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime

from newsdesk.crawler.backfill.history import HistoryReading


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillPlan:
    """`documents` and `pages` to request, `seconds` for both. `exact`: the documents are counted; else they are
    estimated from how far back the first one reaches, and None where nothing shows it."""

    documents: int | None
    exact: bool
    pages: int | None
    seconds: float | None


def plan_backfill(
    first: HistoryReading, *, since: date, now: datetime, reads_pages: bool, request_s: float
) -> BackfillPlan:
    """`request_s`: the least seconds per request; `reads_pages`: whether the page of each story is requested."""
    if not first.following:
        documents: int | None = 1
    elif first.following[0].relation == "sitemap":
        documents = 1 + len(first.following)
    else:
        documents = _by_days(first, since, now)
    exact = not first.following or first.following[0].relation == "sitemap"
    pages: int | None = 0
    if reads_pages:
        unknown = sum(one.state == "parsed" for one in first.result.entries)
        listed = unknown + len(first.result.links or ())
        pages = None if documents is None or (exact and documents > 1) else listed * documents
    requests = None if documents is None or pages is None else documents + pages
    return BackfillPlan(
        documents=documents,
        exact=exact,
        pages=pages,
        seconds=None if requests is None else requests * request_s,
    )


def _by_days(first: HistoryReading, since: date, now: datetime) -> int | None:
    """So many documents as have the span of the first one, from today to that day."""
    if first.days is None:
        return None
    span = max(1, (first.days[1] - first.days[0]).days)
    return max(1, math.ceil((now.date() - since).days / span))
