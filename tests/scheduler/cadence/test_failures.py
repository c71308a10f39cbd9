"""When a source is visited again after a failure: one case a line, each with the least and the most jitter."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.scheduler.cadence.failures import plan_retry
from newsdesk.storage.records.outcomes import OutcomeCategory

MIN, H, D = 60.0, 3600.0, 86400.0

CASES: list[tuple[str, OutcomeCategory, int, float, float, float, str]] = [
    # what, category, failures in a row, days since the first, least and most seconds (interval 1 h), status
    ("first", "temporary", 1, 0, 1 * MIN, 3 * MIN, "active"),
    ("second", "temporary", 2, 0, 5 * MIN, 2 * H, "active"),
    ("third", "temporary", 3, 0.2, 5 * MIN, 4 * H, "active"),
    ("fourth: six hours at most", "temporary", 4, 0.5, 5 * MIN, 6 * H, "active"),
    ("hundredth, after a month", "temporary", 100, 30, 5 * MIN, 6 * H, "active"),
    ("millionth", "temporary", 10**6, 9999, 5 * MIN, 6 * H, "active"),
    ("not a feed", "unreadable", 1, 0, 1 * MIN, 3 * MIN, "active"),
    ("internal error", "internal-error", 3, 0, 5 * MIN, 4 * H, "active"),
    ("429", "rate-limited", 1, 0, 2 * H, 3 * H, "active"),
    ("429 for days", "rate-limited", 50, 3, 2 * H, 3 * H, "active"),
    ("403", "forbidden", 1, 0, 5.7 * H, 6.3 * H, "active"),
    ("403 again", "forbidden", 2, 0.3, 0.95 * D, 1.05 * D, "active"),
    ("a challenge", "challenge", 1, 0, 6 * H, 6.6 * H, "active"),
    ("a challenge again", "challenge", 2, 0.3, 12 * H, 13.2 * H, "active"),
    ("the third challenge", "challenge", 3, 1, D, 1.1 * D, "active"),
    ("a challenge for a week", "challenge", 8, 7, 7 * D, 7.7 * D, "blocked"),
    ("403 for six days", "forbidden", 7, 6.9, 0.95 * D, 1.05 * D, "active"),
    ("403 for a week", "forbidden", 8, 7, 6.65 * D, 7.35 * D, "blocked"),
    ("404", "not-found", 1, 0, 0.95 * H, 1.05 * H, "active"),
    ("404 again", "not-found", 2, 0.1, 5.7 * H, 6.3 * H, "active"),
    ("404 a third time", "not-found", 3, 0.3, 0.95 * D, 1.05 * D, "active"),
    ("404 for two weeks", "not-found", 16, 14, 6.65 * D, 7.35 * D, "dormant"),
    ("410", "gone", 1, 0, 0.95 * D, 1.05 * D, "active"),
    ("410 twice", "gone", 2, 1, 0.95 * D, 1.05 * D, "active"),
    ("410 three times", "gone", 3, 2, 28.5 * D, 31.5 * D, "gone"),
    ("a bad certificate", "tls", 1, 0, 0.95 * D, 1.05 * D, "active"),
    ("a bad certificate for a year", "tls", 365, 365, 0.95 * D, 1.05 * D, "active"),
    ("a private address", "not-allowed", 5, 5, 0.95 * D, 1.05 * D, "active"),
    ("no failure counted", "temporary", 0, 0, 1 * MIN, 3 * MIN, "active"),
]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_retry(case: tuple[str, OutcomeCategory, int, float, float, float, str]) -> None:
    _, category, failures, days, least, most, status = case
    for jitter, expected in ((0.0, least), (1.0, most)):
        planned = plan_retry(category, failures=failures, failing_s=days * D, interval_s=H, jitter=jitter)
        assert planned.after_s == pytest.approx(expected)
        assert planned.status == status


@given(
    category=st.sampled_from(get_args(OutcomeCategory)),
    failures=st.integers(-5, 10**9),
    failing_s=st.floats(-1e10, 1e10),
    interval_s=st.floats(300, 366 * D),
    jitter=st.floats(0, 1),
)
def test_no_source_is_given_up(
    category: OutcomeCategory, failures: int, failing_s: float, interval_s: float, jitter: float
) -> None:
    planned = plan_retry(
        category, failures=failures, failing_s=failing_s, interval_s=interval_s, jitter=jitter
    )
    assert 60 <= planned.after_s <= 32 * D
