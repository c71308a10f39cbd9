"""The next visit of a source and why then, after a visit or a change of its settings.

Pure: `now` is an argument. After a successful visit the publication profile decides (`scheduler.cadence.policy`), or
the source's own interval or cron line, which respect server hints too; after a failed one the outcome category. A
pause that a host asked for is always respected.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from newsdesk.scheduler.cadence.cron import cron_time
from newsdesk.scheduler.cadence.failures import RetryPlan, plan_retry
from newsdesk.scheduler.cadence.policy import (
    LONGEST_HINT_S,
    Plan,
    PolicyInputs,
    interval_without_news_s,
    plan,
)
from newsdesk.scheduler.cadence.publication_profile import (
    Observation,
    carried_before,
    fast_factor,
    level,
    update_profile,
)
from newsdesk.scheduler.cadence.server_hints import ParsedHints, parse_hints
from newsdesk.scheduler.durations import format_duration
from newsdesk.storage.plurals import count, stories_a_day
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
class PlanContext:
    """The settings of all sources as they apply to this one: the policy's `inputs` without server hints, `every_s`
    if intervals are fixed, and whether its host has too many sources for the common threshold."""

    inputs: PolicyInputs
    every_s: int | None = None
    crowded: bool = False


def next_visit(
    claimed: ClaimedVisit,
    result: VisitResult,
    news: VisitNews,
    *,
    past: Past,
    context: PlanContext,
    now: datetime,
) -> NextVisitPlan:
    """Plan the visit after `result`; `past` is the source's state before it."""
    if result.outcome.category == "ok":
        if result.hints != NO_HINTS or past.hints != NO_HINTS:
            parsed_hints = parse_hints(all_hints(result.hints, past.hints), now=now)
            context = replace(context, inputs=replace(context.inputs, parsed_hints=parsed_hints))
        planned = _after_success(claimed, _seen(news, past), past, context, now)
    else:
        planned = NextVisitPlan(next_visit=_after_failure(claimed, result, past, context, now))
    for update in result.host_updates:
        until = update.blocked_until
        if until is not None and until > planned.next_visit.at:
            why = f"{update.host} asked us to wait until then"
            planned = replace(planned, next_visit=replace(planned.next_visit, at=until, why=why))
    return planned


def all_hints(of_response: Hints, of_feed: Hints) -> Hints:
    """The hints of the response's headers with those of the last document."""
    return replace(
        of_feed,
        cache_control=of_response.cache_control,
        age=of_response.age,
        expires=of_response.expires,
        date=of_response.date,
    )


def _seen(news: VisitNews, past: Past) -> Observation:
    return Observation(
        new=tuple(None if date is None else date.timestamp() for date in news.dates),
        entries=news.entries,
        overlaps=news.overlaps,
        failed=past.failures > 0,
        brought=news.brought,
        brought_first=news.brought_first,
    )


def _after_success(
    claimed: ClaimedVisit, observed: Observation, past: Past, context: PlanContext, now: datetime
) -> NextVisitPlan:
    own = _own_time(claimed, context, now)
    if own is not None:
        updated = update_profile(
            past.profile, observed, mean_profile=context.inputs.mean_profile, now=context.inputs.now
        )
        return NextVisitPlan(next_visit=_not_before(own, claimed, context, now), profile=updated)
    updated, planned = plan(past.profile, observed, context.inputs)
    at = now + timedelta(seconds=planned.after_s)
    return NextVisitPlan(next_visit=NextVisit(at=at, why=_why(planned, updated, context)), profile=updated)


def _own_time(claimed: ClaimedVisit, context: PlanContext, now: datetime) -> NextVisit | None:
    """The time by the source's own cron line or interval, or the fixed interval; None where none is set."""
    if claimed.cron is not None:
        at = cron_time(claimed.cron, now)
        if at is not None:
            return NextVisit(at=at, why=f"by its cron line {claimed.cron!r}")
    every_s = claimed.every_s or context.every_s
    if every_s is None:
        return None
    return NextVisit(at=now + timedelta(seconds=every_s), why=f"every {format_duration(every_s)}")


def _not_before(own: NextVisit, claimed: ClaimedVisit, context: PlanContext, now: datetime) -> NextVisit:
    """The time by the user's setting, or the next one that the server hints allow."""
    floor_s = min(context.inputs.parsed_hints.wait_s(context.inputs.now), LONGEST_HINT_S)
    earliest = now + timedelta(seconds=floor_s)
    if own.at >= earliest:
        return own
    at = cron_time(claimed.cron, earliest) if claimed.cron is not None else None
    return NextVisit(at=at or earliest, why=f"{own.why}, but {_asks(context.inputs.parsed_hints, floor_s)}")


def _asks(parsed_hints: ParsedHints, floor_s: float) -> str:
    return f"{parsed_hints.why} asks for {format_duration(round(floor_s))} between visits"


def _after_failure(
    claimed: ClaimedVisit, result: VisitResult, past: Past, context: PlanContext, now: datetime
) -> NextVisit:
    own = _own_time(claimed, context, now)
    if own is not None:
        interval_s = (own.at - now).total_seconds()
    else:
        profile = past.profile or PublicationProfile(read_at=context.inputs.now)
        interval_s = interval_without_news_s(profile, context.inputs)
    failures = past.failures + 1
    retry_plan: RetryPlan = plan_retry(
        result.outcome.category,
        failures=failures,
        failing_s=0.0 if past.failing_since is None else (now - past.failing_since).total_seconds(),
        interval_s=interval_s,
        jitter=context.inputs.jitter,
    )
    why = f"next attempt in {format_duration(max(1, round(retry_plan.after_s)))}"
    why += " after a failure" if failures == 1 else f" after {failures} failures in a row"
    why += f" ({result.outcome.code})"
    if retry_plan.status != "active":
        why += f": {STATUS_TEXTS[retry_plan.status]}"
    return NextVisit(at=now + timedelta(seconds=retry_plan.after_s), why=why, status=retry_plan.status)


STATUS_TEXTS = {
    "blocked": "refused for a week, visited weekly",
    "dormant": "not found for two weeks, visited weekly",
    "gone": "gone, according to its server, visited monthly",
}


def _why(planned: Plan, profile: PublicationProfile, context: PlanContext) -> str:
    """The limit that decided, as a sentence for people."""
    inputs, intervals = context.inputs, context.inputs.intervals
    span = format_duration(round(planned.after_s))
    daily = level(profile) * fast_factor(profile) * 86400
    profile_text = f"by its profile of about {stories_a_day(daily)}"
    if inputs.count_once and (others := carried_before(profile)) is not None:
        profile_text += f", {others:.0%} of which other sources bring first"
    if context.crowded:
        profile_text += ", less often because its host has many sources"
    reason = {
        "threshold": profile_text,
        "window": f"before half of the {count(profile.feed_size or 0, 'entry', 'entries')} of its feed are new",
        "gap": "none of the known entries was left in its feed",
        "shortest": f"no source is visited more often than every {format_duration(round(intervals.shortest_s))}",
        "longest": f"every source is visited at least every {format_duration(round(intervals.longest_s))}",
        "silent": f"nothing new for 30 days: every {format_duration(round(intervals.silent_s))}",
        "new-source": "until its profile is known",
        "server-hint": _asks(
            inputs.parsed_hints, min(inputs.parsed_hints.wait_s(inputs.now), LONGEST_HINT_S, planned.after_s)
        ),
        "skip-hours": "its feed asks for no visits until then (skipHours, skipDays)",
    }[planned.limit]
    if planned.at_risk and planned.limit != "gap":
        reason += "; its feed may drop stories before that"
    return f"in {span}: {reason}"


def changed_visit(
    *,
    every_s: int | None,
    cron: str | None,
    last_visit_at: datetime | None,
    default_every_s: int | None,
    mean_interval_s: int,
    now: datetime,
) -> NextVisit:
    """The next visit of a source whose interval a person has just changed: counted from its last visit, at once
    when that is overdue or there was none. Without an interval the mean one, `mean_interval_s`, applies once, and
    the publication profile from then on."""
    if cron is not None:
        at = cron_time(cron, now)
        if at is not None:
            return NextVisit(at=at, why=f"by its new cron line {cron!r}")
    fixed_s = every_s or default_every_s
    span_s = fixed_s or mean_interval_s
    due = now if last_visit_at is None else max(now, min(last_visit_at, now) + timedelta(seconds=span_s))
    why = f"now every {format_duration(fixed_s)}" if fixed_s else "from now on by its profile"
    return NextVisit(at=due, why=why)
