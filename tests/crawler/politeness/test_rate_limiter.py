"""The host gate: one at a time, a pause after each, nothing kept for ever."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from newsdesk.crawler.politeness.rate_limiter import RateLimiter

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def clock():
    return asyncio.get_running_loop().time()


async def test_one_at_a_time_with_a_pause_after_each():
    rate_limiter, spans = RateLimiter(delay_s=0.05), []

    async def ask(host):
        async with rate_limiter.turn(host):
            begun = clock()
            await asyncio.sleep(0.01)
            spans.append((host, begun, clock()))

    await asyncio.gather(*(ask(host) for host in ["a.test"] * 4 + ["b.test"] * 2))
    for host in ("a.test", "b.test"):
        mine = [(begun, ended) for known, begun, ended in spans if known == host]
        for (_, ended), (begun, _) in pairwise(mine):
            assert begun - ended >= 0.049


async def test_hosts_do_not_wait_for_one_another():
    rate_limiter = RateLimiter(delay_s=3600)
    async with asyncio.timeout(5):
        for number in range(100):
            async with rate_limiter.turn(f"{number}.test"):
                pass


async def test_first_come_first_served():
    rate_limiter, order = RateLimiter(delay_s=0), []

    async def ask(number):
        async with rate_limiter.turn("a.test"):
            order.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(ask(number) for number in range(20)))
    assert order == list(range(20))


async def test_who_gives_up_waiting_leaves_no_trace():
    rate_limiter = RateLimiter(delay_s=0)
    async with rate_limiter.turn("a.test"):
        waiting = asyncio.create_task(rate_limiter.turn("a.test").__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(5), rate_limiter.turn("a.test"):
        pass


async def test_an_error_in_a_turn_ends_it():
    rate_limiter = RateLimiter(delay_s=0)
    with pytest.raises(RuntimeError):
        async with rate_limiter.turn("a.test"):
            raise RuntimeError
    async with asyncio.timeout(5), rate_limiter.turn("a.test"):
        pass


async def test_a_claim_tells_gap_and_next_turn():
    rate_limiter = RateLimiter(delay_s=0, now=lambda: NOW)
    rate_limiter.update_host("a.test", next_request_at=NOW + timedelta(seconds=5), delay_s=7)
    assert abs(rate_limiter.next_request_at("a.test") - NOW - timedelta(seconds=5)) < timedelta(seconds=1)
    rate_limiter.update_host("a.test", next_request_at=NOW - timedelta(days=1), delay_s=7)  # never sooner
    assert rate_limiter.next_request_at("a.test") > NOW + timedelta(seconds=4)
    rate_limiter.update_host("b.test", next_request_at=None, delay_s=7)
    async with rate_limiter.turn("b.test"):
        pass
    assert rate_limiter.next_request_at("b.test") > NOW + timedelta(seconds=6)


async def test_a_clock_that_was_ahead_does_not_close_a_host():
    rate_limiter = RateLimiter(delay_s=1, now=lambda: NOW)
    rate_limiter.update_host("a.test", next_request_at=NOW + timedelta(days=900), delay_s=1)
    assert rate_limiter.next_request_at("a.test") <= NOW + timedelta(seconds=61)


async def test_a_block_ends_by_itself():
    moment = NOW
    rate_limiter = RateLimiter(now=lambda: moment)
    rate_limiter.block("a.test", NOW + timedelta(minutes=5))
    assert rate_limiter.blocked_until("a.test") == NOW + timedelta(minutes=5)
    assert rate_limiter.blocked_until("b.test") is None
    moment = NOW + timedelta(minutes=6)
    assert rate_limiter.blocked_until("a.test") is None


async def test_memory_stays_flat_over_100_000_hosts():
    rate_limiter, most = RateLimiter(delay_s=0), 0
    for number in range(100_000):
        async with rate_limiter.turn(f"{number}.test"):
            pass
        most = max(most, len(rate_limiter))
    assert most <= 1024


async def test_those_in_use_are_not_forgotten():
    rate_limiter = RateLimiter(delay_s=3600)
    for number in range(3000):
        async with rate_limiter.turn(f"{number}.test"):
            pass
    assert len(rate_limiter) == 3000


async def test_so_many_within_any_minute(monkeypatch):
    passed, begun = 0.0, []

    async def sleep(seconds: float) -> None:
        nonlocal passed
        passed += seconds

    monkeypatch.setattr("newsdesk.crawler.politeness.rate_limiter._clock", lambda: passed)
    monkeypatch.setattr("newsdesk.crawler.politeness.rate_limiter.asyncio.sleep", sleep)
    rate_limiter = RateLimiter(delay_s=0, per_minute=3)
    for _ in range(8):
        async with rate_limiter.turn("a.test"):
            begun.append(passed)
    assert begun == [0, 0, 0, 60, 60, 60, 120, 120]


async def test_requests_of_other_processes_count_and_own_requests_count_once():
    rate_limiter = RateLimiter(delay_s=0, per_minute=3, now=lambda: NOW)
    last = NOW - timedelta(seconds=20)
    rate_limiter.update_host("a.test", next_request_at=None, delay_s=0, recent_requests=(last, 2))
    assert rate_limiter.next_request_at("a.test") == NOW
    async with rate_limiter.turn("a.test"):
        pass
    assert timedelta(seconds=39) < rate_limiter.next_request_at("a.test") - NOW < timedelta(seconds=41)
    at, count = rate_limiter.recent_requests("a.test")
    assert (round((at - NOW).total_seconds()), count) == (0, 3)
    rate_limiter.update_host("a.test", next_request_at=None, delay_s=0, recent_requests=(at, count))
    assert rate_limiter.recent_requests("a.test")[1] == 3
    rate_limiter.update_host(
        "b.test", next_request_at=None, delay_s=0, recent_requests=(NOW + timedelta(hours=1), 99)
    )  # a clock set back
    assert rate_limiter.recent_requests("b.test") is None and rate_limiter.next_request_at("b.test") == NOW


async def test_the_hosts_of_a_platform_are_one():
    rate_limiter = RateLimiter(delay_s=5, now=lambda: NOW)
    async with rate_limiter.turn("one.blogspot.com"):
        pass
    assert rate_limiter.next_request_at("two.blogspot.com") > NOW + timedelta(seconds=4)
    rate_limiter.block("two.blogspot.com", NOW + timedelta(minutes=5))
    assert rate_limiter.blocked_until("three.blogspot.com") is not None
    assert rate_limiter.blocked_until("blogspot.de") is None and len(rate_limiter) == 1


async def test_the_log_has_pauses_and_long_waits(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsdesk.crawler.politeness.rate_limiter.LOGGED_WAIT_S", 0.05)
    rate_limiter = RateLimiter(delay_s=0.1, now=lambda: NOW)
    with caplog.at_level("DEBUG", logger="newsdesk.crawler.politeness"):
        for _ in range(2):
            async with rate_limiter.turn("a.test"):
                pass
        rate_limiter.block("a.test", NOW + timedelta(hours=1))
    assert "waiting 0.1 s for the turn of a.test" in caplog.text
    assert "a.test is paused until" in caplog.text


async def test_a_longer_delay_holds_from_the_last_request_on() -> None:
    rate_limiter = RateLimiter(delay_s=0, now=lambda: NOW)
    async with rate_limiter.turn("a.test"):
        pass
    rate_limiter.update_host("a.test", next_request_at=None, delay_s=7)
    assert timedelta(seconds=6) < rate_limiter.next_request_at("a.test") - NOW <= timedelta(seconds=7)
