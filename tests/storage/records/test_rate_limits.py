"""Rate limits of hosts: queues, rates, settings. One case a line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsdesk.settings.rate_limits import parse_rate_limit
from newsdesk.storage.records.rate_limits import (
    SLOWEST,
    RateLimit,
    RateLimits,
    queue_of,
    share_after_limit,
    share_now,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)

QUEUES = [
    # host, queue
    ("daily.test", "daily.test"),
    ("daily.test:8080", "daily.test:8080"),
    ("www.daily.test", "www.daily.test"),  # exact: it may be another server
    ("gardens.blogspot.com", "blogspot.com"),
    ("www.gardens.blogspot.com", "blogspot.com"),
    ("blogspot.com", "blogspot.com"),
    ("www.youtube.com", "youtube.com"),
    ("feeds.feedburner.com", "feedburner.com"),
    ("notblogspot.com", "notblogspot.com"),
    ("blogspot.com.evil.example", "blogspot.com.evil.example"),
    ("gardens.blogspot.de", "gardens.blogspot.de"),
    ("127.0.0.1:8001", "127.0.0.1:8001"),
    ("[::1]", "[::1]"),
    ("localhost", "localhost"),
]


@pytest.mark.parametrize(("host", "queue"), QUEUES)
def test_queue(host: str, queue: str) -> None:
    assert queue_of(host) == queue == queue_of(queue)


RATES = [
    # queue, Crawl-delay, share, delay, requests per minute
    ("daily.test", None, 1.0, 1.0, 30.0),
    ("daily.test", 10.0, 1.0, 10.0, 30.0),
    ("daily.test", 0.5, 1.0, 1.0, 30.0),
    ("daily.test", None, 0.5, 2.0, 15.0),
    ("slow.test", None, 1.0, 5.0, 30.0),
    ("slow.test", 2.0, 1.0, 5.0, 30.0),
    ("slow.test", 20.0, 0.5, 40.0, 15.0),
    ("own.test", None, 1.0, 0.0, 600.0),
]


@pytest.mark.parametrize(("queue", "robots_s", "share", "delay_s", "per_minute"), RATES)
def test_rate_limit(
    queue: str, robots_s: float | None, share: float, delay_s: float, per_minute: float
) -> None:
    own = (
        ("slow.test", RateLimit(delay_s=5.0, per_minute=30.0)),
        ("own.test", RateLimit(delay_s=0.0, per_minute=600.0)),
    )
    rate_limit = RateLimits(own=own).of(queue, robots_delay_s=robots_s, share=share)
    assert rate_limit == RateLimit(delay_s=delay_s, per_minute=per_minute)
    assert rate_limit.mean_s == max(delay_s, 60 / per_minute)


def test_the_rate_halves_with_each_429_and_grows_by_a_tenth_each_day() -> None:
    def after(days: float, share: float | None) -> float:
        return share_now(share, NOW, now=NOW + timedelta(days=days))

    assert after(0, None) == share_now(0.5, None, now=NOW) == 1.0
    assert after(0, 0.5) == 0.5
    assert after(1, 0.5) == pytest.approx(0.55)
    assert after(7, 0.5) < 1.0 == after(8, 0.5) == after(10**6, 0.01)
    assert after(-5, 0.5) == 0.5  # a clock that was set back
    assert share_after_limit(after(1, 0.5)) == pytest.approx(0.275)
    share = 1.0
    for _ in range(99):
        share = share_after_limit(share)
    assert share == SLOWEST


OWN = [
    # setting, queue, delay, requests per minute
    ("slow.example=10s", "slow.example", 10.0, 30.0),
    ("slow.example = 10s 6/min", "slow.example", 10.0, 6.0),
    ("busy.example=60/min", "busy.example", 1.0, 60.0),
    ("own.example:8001=0.25s 600/min", "own.example:8001", 0.25, 600.0),
    ("www.youtube.com=2m", "youtube.com", 120.0, 30.0),
    ("Slow.Example=1h", "slow.example", 3600.0, 30.0),
    ("bücher.example=0s", "xn--bcher-kva.example", 0.0, 30.0),
]


@pytest.mark.parametrize(("setting", "queue", "delay_s", "per_minute"), OWN)
def test_own_rate_limit(setting: str, queue: str, delay_s: float, per_minute: float) -> None:
    assert parse_rate_limit(setting, common=RateLimits().common) == (
        queue,
        RateLimit(delay_s=delay_s, per_minute=per_minute),
    )


BAD = [
    "", "slow.example", "slow.example=", "=10s", "slow.example=fast", "slow.example=10", "a/b=10s", "a b=10s",
    "slow.example=0/min", "slow.example=-1s", "slow.example=2h", "*.example=10s",
]  # fmt: skip


@pytest.mark.parametrize("setting", BAD)
def test_invalid_rate_limit(setting: str) -> None:
    with pytest.raises(ValueError, match=r"slow\.example|at most 1h"):
        parse_rate_limit(setting, common=RateLimits().common)
