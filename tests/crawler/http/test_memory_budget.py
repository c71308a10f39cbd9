"""The budget of memory: the oldest always goes on, the small pass the large, and all is given back."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from newsdesk.crawler import feed_visit
from newsdesk.crawler.http.memory_budget import MIB, SMALL, MemoryBudget, MemoryShare
from newsdesk.crawler.workers.pool import WorkerPool
from newsdesk.storage.records.visits import ClaimedVisit, Limits
from tests.support.feeds import many, rss
from tests.support.web import Web

LARGE = rss(*many(1500))  # 0.5 MB


@pytest.fixture
def shares() -> object:
    with ExitStack() as stack:
        yield lambda budget: stack.enter_context(budget.share())


Shares = Callable[[MemoryBudget], MemoryShare]


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_what_is_small_takes_nothing(shares: Shares) -> None:
    budget = MemoryBudget(0)
    for _ in range(100):
        assert shares(budget).try_hold(SMALL)
    assert budget.held == 0


async def test_the_oldest_is_not_counted_and_never_waits(shares: Shares) -> None:
    budget = MemoryBudget(2 * MIB)
    oldest, second, third = shares(budget), shares(budget), shares(budget)
    assert oldest.try_hold(50 * MIB)
    assert second.try_hold(2 * MIB)
    assert not third.try_hold(MIB)
    assert oldest.try_hold(90 * MIB)
    assert second.try_hold(MIB) and third.try_hold(MIB)
    assert not second.try_hold(50 * MIB), "there is one oldest"


async def test_the_next_oldest_has_its_turn(shares: Shares) -> None:
    budget = MemoryBudget(MIB)
    with budget.share() as oldest:
        oldest.try_hold(50 * MIB)
        second, third = shares(budget), shares(budget)
        waiting = [asyncio.create_task(one.hold(50 * MIB)) for one in (second, third)]
        await settle()
        assert not any(one.done() for one in waiting)
    await settle()
    assert [one.done() for one in waiting] == [True, False]
    waiting[1].cancel()


async def test_the_small_pass_the_large(shares: Shares) -> None:
    budget = MemoryBudget(4 * MIB)
    shares(budget).try_hold(50 * MIB)
    with budget.share() as full:
        full.try_hold(4 * MIB)
        large, medium = shares(budget), shares(budget)
        waits = [asyncio.create_task(large.hold(4 * MIB)), asyncio.create_task(medium.hold(MIB))]
        await settle()
        assert not any(one.done() for one in waits)
    await settle()
    assert [one.done() for one in waits] == [False, True], "younger, and smaller"
    assert large.try_hold(0)
    waits[0].cancel()


async def test_who_gives_up_waits_no_more(shares: Shares) -> None:
    budget = MemoryBudget(MIB)
    with budget.share() as oldest:
        oldest.try_hold(2 * MIB)
        with budget.share() as gone:
            task = asyncio.create_task(gone.hold(3 * MIB))
            await settle()
            task.cancel()
            await settle()
    assert budget.held == 0


@pytest.mark.parametrize("seed", range(20))
async def test_all_come_to_an_end(seed: int) -> None:
    """Visits of every size that grow step by step: none waits for ever, none exceeds what is allowed."""
    chance, budget, limit = random.Random(seed), MemoryBudget(4 * MIB), 4 * MIB
    most = 0

    async def visit(size: int) -> None:
        nonlocal most
        with budget.share() as share:
            for step in range(1, 5):
                await share.hold(size * step // 4)
                most = max(most, budget.held)
                await asyncio.sleep(0)
            await share.hold(8 * size)
            most = max(most, budget.held)

    sizes = [chance.choice((SMALL, MIB // 2, 3 * MIB, 10 * MIB)) for _ in range(40)]
    async with asyncio.timeout(10):
        await asyncio.gather(*map(visit, sizes))
    assert budget.held == 0 and most <= limit + 80 * MIB


async def _visit(web: Web, budget: MemoryBudget, then: Callable[[], Awaitable[None]], **limits: float) -> str:
    address = web.url("daily.test", "/large.xml")
    claimed = ClaimedVisit(
        source_id=1, address=address, host=f"daily.test:{web.port}", site="daily.test",
        limits=Limits(**limits),  # type: ignore[arg-type]
    )  # fmt: skip
    pool = WorkerPool(workers=1)
    try:
        async with web.client(budget=budget) as client:
            with budget.share() as share:
                result = await feed_visit.visit(
                    claimed, client=client, pool=pool, now=lambda: datetime.now(UTC), share=share
                )
                await then()
        return result.outcome.code
    finally:
        await pool.aclose()


@pytest.mark.parametrize("coding", [None, "gzip"])
async def test_a_visit_holds_its_share_until_it_is_kept(web: Web, coding: str | None) -> None:
    web.serve("/large.xml", LARGE, coding=coding)
    budget = MemoryBudget()

    async def then() -> None:
        assert budget.held == 8 * len(LARGE) - SMALL

    assert await _visit(web, budget, then) == "read"
    assert budget.held == 0


@pytest.mark.parametrize("coding", [None, "gzip"])
async def test_waiting_for_room_is_not_the_servers_time(web: Web, coding: str | None) -> None:
    web.serve("/large.xml", LARGE, coding=coding)
    budget = MemoryBudget(0)

    async def nothing() -> None:
        pass

    with ExitStack() as stack:
        stack.enter_context(budget.share()).try_hold(MIB)
        task = asyncio.create_task(_visit(web, budget, nothing, visit_s=2.0))
        await asyncio.sleep(2.5)
        assert not task.done()
        stack.close()
        assert await task == "read"
