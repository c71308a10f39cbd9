"""When a page, a backfill or the search for a lost feed is tried again. One case a line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsdesk.scheduler.cadence.retries import backfill_delay, next_page_attempt, recovery_is_due
from newsdesk.storage.records.outcomes import Outcome, OutcomeCategory

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

PAGES: list[tuple[str, OutcomeCategory, int, timedelta | None, timedelta | None]] = [
    # outcome code, its category, failures in a row, the host is blocked for, next attempt
    ("timeout", "temporary", 1, None, 10 * MINUTE),
    ("timeout", "temporary", 2, None, 3 * HOUR),
    ("timeout", "temporary", 3, None, None),
    ("timeout", "temporary", 1, 2 * DAY, 2 * DAY),
    ("timeout", "temporary", 1, MINUTE, 10 * MINUTE),
    ("robots", "not-found", 1, None, 24 * HOUR),
    ("robots", "not-found", 2, None, 24 * HOUR),
    ("gone", "gone", 1, None, None),
    ("no-text", "unreadable", 1, None, None),
    ("internal", "internal-error", 1, None, None),
]
LINKED: list[tuple[str, OutcomeCategory, int, timedelta | None]] = [
    # of a page whose story is not known yet
    ("timeout", "temporary", 2, 3 * HOUR),
    ("timeout", "temporary", 3, 12 * HOUR),
    ("timeout", "temporary", 5, 24 * HOUR),
    ("timeout", "temporary", 6, None),
    ("not-an-article", "unreadable", 1, None),
]


@pytest.mark.parametrize(("code", "category", "attempts", "blocked", "delay"), PAGES)
def test_next_attempt_of_a_page(
    code: str, category: OutcomeCategory, attempts: int, blocked: timedelta | None, delay: timedelta | None
) -> None:
    found = next_page_attempt(
        Outcome(code=code, category=category, message=""),
        attempts=attempts,
        is_story=True,
        now=NOW,
        not_before=None if blocked is None else NOW + blocked,
    )
    assert found == (None if delay is None else NOW + delay)


@pytest.mark.parametrize(("code", "category", "attempts", "delay"), LINKED)
def test_next_attempt_of_a_linked_page(
    code: str, category: OutcomeCategory, attempts: int, delay: timedelta | None
) -> None:
    outcome = Outcome(code=code, category=category, message="")
    found = next_page_attempt(outcome, attempts=attempts, is_story=False, now=NOW, not_before=None)
    assert found == (None if delay is None else NOW + delay)


def test_the_delay_of_backfills_doubles_up_to_thirty_days() -> None:
    assert [backfill_delay(failures) / HOUR for failures in (0, 1, 2, 3, 99)] == [0, 1, 2, 4, 720]


RECOVERIES: list[tuple[OutcomeCategory | None, int, float | None, float | None, bool]] = [
    # category of the last outcome, failures in a row, days of failing, days since the last search, is due
    (None, 0, None, None, False),
    ("not-found", 9, 13.9, None, False),
    ("not-found", 9, 14, None, True),
    ("unreadable", 9, 6.9, None, False),
    ("unreadable", 9, 7, None, True),
    ("gone", 1, 0, None, False),
    ("gone", 2, 0, None, True),
    ("temporary", 99, 99, None, False),
    ("not-found", 9, 20, 5.9, False),
    ("not-found", 9, 20, 6, True),
    ("not-found", 9, 20, -1, True),  # the clock was set back
]


@pytest.mark.parametrize(("category", "failures", "failing", "searched", "due"), RECOVERIES)
def test_recovery_of_a_lost_feed(
    category: OutcomeCategory | None, failures: int, failing: float | None, searched: float | None, due: bool
) -> None:
    found = recovery_is_due(
        category=category,
        failures=failures,
        failing_since=None if failing is None else NOW - timedelta(days=failing),
        tried_at=None if searched is None else NOW - timedelta(days=searched),
        now=NOW,
    )
    assert found is due
