"""The next visit after one that was made, and why: pure, one case a line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scheduler.following import next_visit
from scheduler.spans import in_words
from storage.records import ClaimedVisit, Manners, Outcome, OutcomeGroup, VisitResult

NOW = datetime(2026, 11, 24, 12, 7, 30, tzinfo=UTC)  # a Tuesday
HOUR = 3600

CASES: list[tuple[str, dict[str, Any], OutcomeGroup, float | None, float, str]] = [
    # what, the source's row, outcome, blocked for s, next visit in s, why
    ("fine", {}, "fine", None, HOUR, "every 1 h"),
    ("its own interval", {"every_s": 900}, "fine", None, 900, "every 15 min"),
    ("a success after failures", {"failures": 7}, "fine", None, HOUR, "every 1 h"),
    ("first failure", {}, "temporary", None, HOUR, "every 1 h"),
    ("second", {"failures": 1}, "temporary", None, 2 * HOUR, "2 h after 2 failures in a row (word)"),
    ("third", {"failures": 2}, "missing", None, 4 * HOUR, "4 h after 3 failures"),
    ("fifth", {"failures": 4}, "gone", None, 16 * HOUR, "16 h after 5 failures"),
    ("sixth: a day at most", {"failures": 5}, "bug", None, 24 * HOUR, "1 d after 6 failures"),
    ("hundredth", {"failures": 99}, "tls", None, 24 * HOUR, "1 d after 100 failures"),
    ("millionth", {"failures": 10**6}, "tls", None, 24 * HOUR, "1 d after"),
    ("a long interval is not cut", {"every_s": 168 * HOUR, "failures": 9}, "gone", None, 168 * HOUR, "7 d"),
    ("429 with a time", {}, "limited", 2 * HOUR, 2 * HOUR, "daily.test asked us to wait"),
    ("429 with a short time", {}, "limited", 60, HOUR, "every 1 h"),
    ("fine, but the host wants a pause", {}, "fine", 5 * HOUR, 5 * HOUR, "daily.test asked us"),
    ("cron", {"cron": "0 * * * *"}, "fine", None, 52.5 * 60, "by its cron line '0 * * * *'"),
    ("cron, each quarter", {"cron": "*/15 * * * *"}, "fine", None, 7.5 * 60, "cron"),
    ("cron, once a week", {"cron": "0 6 * * sun"}, "fine", None, 4 * 86400 + (17 * 60 + 52.5) * 60, "cron"),
    ("cron, after failures", {"cron": "*/15 * * * *", "failures": 1}, "temporary", None, 15 * 60, "after 2"),
    ("cron, no longer taken", {"cron": "0 0 * * 6-1"}, "fine", None, HOUR, "every 1 h"),
    ("cron, never again", {"cron": "0 0 30 2 *"}, "fine", None, HOUR, "every 1 h"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_next_visit(case: tuple[str, dict[str, Any], OutcomeGroup, float | None, float, str]) -> None:
    _, row, group, blocked_s, in_s, why = case
    claimed = ClaimedVisit(
        source_id=1, address="http://daily.test/", host="daily.test", site="daily.test", **row
    )
    until = None if blocked_s is None else NOW + timedelta(seconds=blocked_s)
    result = VisitResult(
        source_id=1, host="daily.test", started_at=NOW, ended_at=NOW,
        outcome=Outcome(word="word", group=group, words=""),
        manners=(Manners(host="daily.test", next_at=NOW, blocked_until=until),),
    )  # fmt: skip
    following = next_visit(claimed, result, default_every_s=HOUR, now=NOW)
    assert (following.at - NOW).total_seconds() == in_s
    assert why in following.why
    assert following.at.tzinfo is UTC


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (45, "45 s"), (60, "1 min"), (5400, "1 h 30 min"), (86400, "1 d"), (90061, "1 d 1 h")],
)
def test_spans_in_words(seconds: int, words: str) -> None:
    assert in_words(seconds) == words
