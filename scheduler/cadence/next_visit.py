"""The next visit of a source, after one that was made or after its settings were changed, and why then.

Pure: `now` is an argument. A good visit is followed by the source's rhythm (`scheduler.cadence.policy`) or by
its own `every` or `cron`, which keep to its server's wishes too; a failed one by the class of failure. A
pause that a host asked for is never undercut.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from newsdesk.scheduler.cadence.cron import cron_time
from newsdesk.scheduler.cadence.failures import Retry, retry
from newsdesk.scheduler.cadence.policy import LONGEST_WISH_S, Plan, Terms, plan, usual_s
from newsdesk.scheduler.cadence.publication_profile import Seen, fast_factor, learn, level
from newsdesk.scheduler.cadence.server_hints import ParsedHints, parse_hints
from newsdesk.scheduler.durations import in_words
from newsdesk.storage.records.publication_profile import (
    NextVisit,
    NextVisitPlan,
    Past,
    PublicationProfile,
    VisitNews,
)
from newsdesk.storage.records.server_hints import NO_HINTS, Hints
from newsdesk.storage.records.visits import ClaimedVisit, VisitResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """What holds for all sources, as far as it concerns this one: `terms` but for its wishes, `every_s` if
    intervals are fixed, and whether its host is too crowded for the common price."""

    terms: Terms
    every_s: int | None = None
    crowded: bool = False


def next_visit(
    claimed: ClaimedVisit, result: VisitResult, news: VisitNews, *, past: Past, lot: Lot, now: datetime
) -> NextVisitPlan:
    """What follows on `result`; `past` is how the source stood before it."""
    if result.outcome.category == "ok":
        if result.hints != NO_HINTS or past.hints != NO_HINTS:
            parsed_hints = parse_hints(all_hints(result.hints, past.hints), now=now)
            lot = replace(lot, terms=replace(lot.terms, parsed_hints=parsed_hints))
        following = _after_success(claimed, _seen(news, past), past, lot, now)
    else:
        following = NextVisitPlan(next_visit=_after_failure(claimed, result, past, lot, now))
    for taught in result.host_updates:
        until = taught.blocked_until
        if until is not None and until > following.next_visit.at:
            why = f"{taught.host} asked us to wait until then"
            following = replace(following, next_visit=replace(following.next_visit, at=until, why=why))
    return following


def all_hints(of_answer: Hints, of_feed: Hints) -> Hints:
    """The headers of this answer with what the last document said."""
    return replace(
        of_feed,
        cache_control=of_answer.cache_control,
        age=of_answer.age,
        expires=of_answer.expires,
        date=of_answer.date,
    )


def _seen(news: VisitNews, past: Past) -> Seen:
    return Seen(
        new=tuple(None if date is None else date.timestamp() for date in news.dates),
        entries=news.entries,
        overlaps=news.overlaps,
        failed=past.failures > 0,
    )


def _after_success(claimed: ClaimedVisit, seen: Seen, past: Past, lot: Lot, now: datetime) -> NextVisitPlan:
    own = _own_time(claimed, lot, now)
    if own is not None:
        learned = learn(past.profile, seen, pool=lot.terms.pool, now=lot.terms.now)
        return NextVisitPlan(next_visit=_not_before(own, claimed, lot, now), profile=learned)
    learned, planned = plan(past.profile, seen, lot.terms)
    at = now + timedelta(seconds=planned.after_s)
    return NextVisitPlan(next_visit=NextVisit(at=at, why=_why(planned, learned, lot)), profile=learned)


def _own_time(claimed: ClaimedVisit, lot: Lot, now: datetime) -> NextVisit | None:
    """By the source's own cron line or interval, else by the fixed one of all; None where none is set."""
    if claimed.cron is not None:
        at = cron_time(claimed.cron, now)
        if at is not None:
            return NextVisit(at=at, why=f"by its cron line {claimed.cron!r}")
    every_s = claimed.every_s or lot.every_s
    if every_s is None:
        return None
    return NextVisit(at=now + timedelta(seconds=every_s), why=f"every {in_words(every_s)}")


def _not_before(own: NextVisit, claimed: ClaimedVisit, lot: Lot, now: datetime) -> NextVisit:
    """A time of the user's own, or the next one that the server's wish leaves."""
    floor_s = min(lot.terms.parsed_hints.wait_s(lot.terms.now), LONGEST_WISH_S)
    earliest = now + timedelta(seconds=floor_s)
    if own.at >= earliest:
        return own
    at = cron_time(claimed.cron, earliest) if claimed.cron is not None else None
    return NextVisit(at=at or earliest, why=f"{own.why}, but {_asks(lot.terms.parsed_hints, floor_s)}")


def _asks(parsed_hints: ParsedHints, floor_s: float) -> str:
    return f"{parsed_hints.why} asks for {in_words(round(floor_s))} between visits"


def _after_failure(
    claimed: ClaimedVisit, result: VisitResult, past: Past, lot: Lot, now: datetime
) -> NextVisit:
    own = _own_time(claimed, lot, now)
    if own is not None:
        interval_s = (own.at - now).total_seconds()
    else:
        profile = past.profile or PublicationProfile(at=lot.terms.now)
        interval_s = usual_s(profile, lot.terms)
    failures = past.failures + 1
    tried: Retry = retry(
        result.outcome.category,
        failures=failures,
        failing_s=0.0 if past.failing_since is None else (now - past.failing_since).total_seconds(),
        interval_s=interval_s,
        roll=lot.terms.roll,
    )
    why = f"again in {in_words(max(1, round(tried.after_s)))}"
    why += " after a failure" if failures == 1 else f" after {failures} failures in a row"
    why += f" ({result.outcome.code})"
    if tried.status != "active":
        why += f": {STANDINGS[tried.status]}"
    return NextVisit(at=now + timedelta(seconds=tried.after_s), why=why, status=tried.status)


STANDINGS = {
    "blocked": "kept out for a week, looked at weekly",
    "dormant": "missing for two weeks, looked at weekly",
    "gone": "gone, as its server says, looked at monthly",
}


def _why(planned: Plan, profile: PublicationProfile, lot: Lot) -> str:
    """What decided, in words."""
    terms = lot.terms
    span = in_words(round(planned.after_s))
    daily = level(profile) * fast_factor(profile) * 86400
    profile_text = f"by its rhythm of about {daily:.3g} stories a day"
    if lot.crowded:
        profile_text += ", less often for the many sources of its host"
    words = {
        "price": profile_text,
        "window": f"before its document of {profile.window} entries is half new",
        "gap": "none of the known entries was left in its document",
        "shortest": f"no source is visited more often than every {in_words(round(terms.shortest_s))}",
        "longest": "every source is visited at least every 6 h",
        "silent": "nothing new for 30 days: once a day",
        "newcomer": "until its rhythm is known",
        "wish": _asks(
            terms.parsed_hints, min(terms.parsed_hints.wait_s(terms.now), LONGEST_WISH_S, planned.after_s)
        ),
        "rests": "its feed rests till then (skipHours, skipDays)",
    }[planned.limit]
    if planned.at_risk and planned.limit != "gap":
        words += "; its document may not hold all that is published meanwhile"
    return f"in {span}: {words}"


def changed_visit(
    *,
    every_s: int | None,
    cron: str | None,
    last_visit_at: datetime | None,
    default_every_s: int | None,
    usual_s: int,
    now: datetime,
) -> NextVisit:
    """The next visit of a source whose interval a person has just changed: counted from its last visit, at
    once when that is overdue or there was none. Without any interval it is the mean one, `usual_s`, and from
    then on what its rhythm says."""
    if cron is not None:
        at = cron_time(cron, now)
        if at is not None:
            return NextVisit(at=at, why=f"by its new cron line {cron!r}")
    fixed_s = every_s or default_every_s
    span_s = fixed_s or usual_s
    due = now if last_visit_at is None else max(now, min(last_visit_at, now) + timedelta(seconds=span_s))
    why = f"now every {in_words(fixed_s)}" if fixed_s else "from now on by its rhythm"
    return NextVisit(at=due, why=why)
