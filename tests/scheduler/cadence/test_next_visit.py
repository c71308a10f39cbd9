"""The next visit after another, and why: one case a line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newsdesk.scheduler.cadence.next_visit import PlanContext, next_visit
from newsdesk.scheduler.cadence.policy import PolicyInputs
from newsdesk.scheduler.durations import format_duration
from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.outcomes import Outcome, OutcomeCategory
from newsdesk.storage.records.publication_profile import Past, PublicationProfile, VisitNews
from newsdesk.storage.records.server_hints import NO_HINTS, Hints
from newsdesk.storage.records.visits import ClaimedVisit, VisitResult

NOW = datetime(2026, 11, 24, 12, 7, 30, tzinfo=UTC)  # a Tuesday
MINUTE, HOUR, DAY = 60, 3600, 86400
# Twenty-four stories a day, at a threshold that makes it hourly.
KNOWN = PublicationProfile(
    read_at=NOW.timestamp() - 1,
    stories=24 * 21 - 0.5,
    days=20.0,
    finds=400.0,
    feed_size=500,
    new_at=NOW.timestamp() - 600,
)
INPUTS = PolicyInputs(now=NOW.timestamp(), threshold=24 / DAY * HOUR**2 / 2)
REPEATS = replace(KNOWN, brought=480.0, brought_first=72.0)  # of which others bring 85 % first
TTL = {"past_hints": Hints(ttl="120")}


def plan(
    row: dict[str, Any],
    category: OutcomeCategory = "ok",
    blocked_s: float | None = None,
    news: VisitNews | None = None,
) -> tuple[float, str, PublicationProfile | None]:
    """Seconds to the next visit, why, and the profile to keep."""
    own = {name: row[name] for name in ("every_s", "cron") if name in row}
    claimed = ClaimedVisit(
        source_id=1, address="http://daily.test/", host="daily.test", site="daily.test", **own
    )
    until = None if blocked_s is None else NOW + timedelta(seconds=blocked_s)
    result = VisitResult(
        source_id=1, host="daily.test", started_at=NOW, ended_at=NOW, hints=row.get("hints", NO_HINTS),
        outcome=Outcome(code="word", category=category, message=""),
        host_updates=(HostUpdate(host="daily.test", next_request_at=NOW, blocked_until=until),),
    )  # fmt: skip
    days = row.get("failing_d")
    past = Past(
        profile=row.get("profile", KNOWN),
        failures=row.get("failures", 0),
        failing_since=None if days is None else NOW - timedelta(days=days),
        hints=row.get("past_hints", NO_HINTS),
    )
    context = PlanContext(inputs=INPUTS, every_s=row.get("all_every_s"), crowded=row.get("crowded", False))
    found = next_visit(claimed, result, news or VisitNews(), past=past, context=context, now=NOW)
    assert found.next_visit.at.tzinfo is UTC
    return (found.next_visit.at - NOW).total_seconds(), found.next_visit.why, found.profile


CASES: list[tuple[str, dict[str, Any], OutcomeCategory, float | None, float, str]] = [
    # what, the source, category, blocked for s, next visit in s, why
    ("ok", {}, "ok", None, HOUR, "in 1 h: by its profile of about 24 stories a day"),
    ("a crowded host", {"crowded": True}, "ok", None, HOUR, "less often because its host has many"),
    ("rarely first", {"profile": REPEATS}, "ok", None, 9225, "a day, 85% of which other sources bring first"),
    ("rarely first, its own interval", {"profile": REPEATS, "every_s": 900}, "ok", None, 900, "every 15 min"),
    ("rarely first, all at one interval", {"profile": REPEATS, "all_every_s": 900}, "ok", None, 900, "every 15 min"),
    ("rarely first, cron", {"profile": REPEATS, "cron": "0 * * * *"}, "ok", None, 3150, "by its cron line"),
    ("rarely first, ttl", {"profile": REPEATS, **TTL}, "ok", None, 9225, "by its profile"),
    ("never read before", {"profile": None}, "ok", None, 1800, "in 30 min: until its profile is known"),
    ("its own interval", {"every_s": 900}, "ok", None, 900, "every 15 min"),
    ("a fixed interval for all", {"all_every_s": 900}, "ok", None, 900, "every 15 min"),
    ("its own before that", {"every_s": 60, "all_every_s": 900}, "ok", None, 60, "every 1 min"),
    ("ttl", TTL, "ok", None, 2 * HOUR, "its feed (ttl) asks for 2 h between visits"),
    ("max-age", {"hints": Hints(cache_control="max-age=7200")}, "ok", None, 2 * HOUR, "(Cache-Control)"),
    ("its own interval against ttl", {"every_s": 900, **TTL}, "ok", None, 2 * HOUR, "15 min, but its feed"),
    ("its own long interval", {"every_s": 9 * HOUR, **TTL}, "ok", None, 9 * HOUR, "every 9 h"),
    ("a success after failures", {"failures": 7, "failing_d": 1}, "ok", None, HOUR, "by its profile"),
    ("first failure", {}, "temporary", None, 2 * MINUTE, "next attempt in 2 min after a failure (word)"),
    ("second", {"failures": 1}, "temporary", None, 62.5 * MINUTE, "after 2 failures in a row (word)"),
    ("fifth: half of six hours", {"failures": 4}, "temporary", None, 182.5 * MINUTE, "after 5 failures"),
    ("first failure, never read", {"profile": None}, "unreadable", None, 2 * MINUTE, "after a failure"),
    ("404", {}, "not-found", None, HOUR, "next attempt in 1 h"),
    ("404 for weeks", {"failures": 20, "failing_d": 15}, "not-found", None, 7 * DAY, "visited weekly"),
    ("410 for weeks", {"failures": 20, "failing_d": 15}, "gone", None, 30 * DAY, "visited monthly"),
    ("429 with a time", {}, "rate-limited", 9 * HOUR, 9 * HOUR, "daily.test asked us to wait"),
    ("429 with a short time", {}, "rate-limited", 60, 2.5 * HOUR, "next attempt in 2 h 30 min"),
    ("ok, but the host asks for a pause", {}, "ok", 5 * HOUR, 5 * HOUR, "daily.test asked us"),
    ("cron", {"cron": "0 * * * *"}, "ok", None, 52.5 * 60, "by its cron line '0 * * * *'"),
    ("cron, each quarter", {"cron": "*/15 * * * *"}, "ok", None, 7.5 * 60, "cron"),
    ("cron against ttl", {"cron": "0 * * * *", **TTL}, "ok", None, 172.5 * 60, "but its feed"),
    ("cron, once a week", {"cron": "0 6 * * sun"}, "ok", None, 4 * 86400 + (17 * 60 + 52.5) * 60, "cron"),
    ("cron, after failures", {"cron": "*/15 * * * *", "failures": 1}, "temporary", None, 10 * 60, "after 2"),
    ("cron, no longer valid", {"cron": "0 0 * * 6-1"}, "ok", None, HOUR, "by its profile"),
    ("cron, never again", {"cron": "0 0 30 2 *"}, "ok", None, HOUR, "by its profile"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_next_visit(case: tuple[str, dict[str, Any], OutcomeCategory, float | None, float, str]) -> None:
    _, row, category, blocked_s, in_s, why = case
    after_s, reason, _ = plan(row, category, blocked_s)
    assert after_s == pytest.approx(in_s, rel=0.01)
    assert why in reason


def test_failures_do_not_change_the_profile_and_an_own_interval_does_not_stop_learning() -> None:
    assert plan({}, "temporary")[2] is None
    news = VisitNews(dates=(NOW - timedelta(seconds=1), None), entries=20, brought=2, brought_first=1)
    updated = plan({"every_s": 900}, news=news)[2]
    assert updated is not None and updated.stories > KNOWN.stories + 1.9
    assert (updated.brought, updated.brought_first) == (2, 1)


def test_a_gap_brings_the_next_visit_forward() -> None:
    news = VisitNews(dates=(None,) * 2, entries=400, overlaps=False)
    row = {"profile": replace(KNOWN, read_at=NOW.timestamp() - HOUR)}
    after_s, why, _ = plan(row, news=news)
    assert after_s == pytest.approx(300, rel=0.01) and why.endswith(
        "none of the known entries was left in its feed"
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (45, "45 s"), (60, "1 min"), (5400, "1 h 30 min"), (86400, "1 d"), (90061, "1 d 1 h")],
)
def test_durations(seconds: int, text: str) -> None:
    assert format_duration(seconds) == text
