"""Hosts that hang hold up no others for long, in whatever way they hang."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from newsdesk.crawler.http import dns
from newsdesk.scheduler.run.slots import MOST_SILENT, Slots
from newsdesk.storage.records.visits import Limits
from tests.support.feeds import many, rss
from tests.support.runner import open_runner
from tests.support.web import Web

WAYS: list[tuple[str, str, dict[str, Any]]] = [
    ("silent{}.test", "/silent", {"hang": True}),
    ("drips{}.test", "/drips", {"body": b"x" * 999, "drip_s": 0.1}),
    ("unknown{}.example", "/unknown", {}),  # a look-up without end
]


async def test_the_healthy_do_not_wait_for_those_that_hang(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four hosts at once, twelve that hang and are asked first, six behind them."""
    ended = threading.Event()

    def look_up(name: str) -> dns.Addresses:
        if name.startswith("unknown"):
            ended.wait(20)
        return [(socket.AF_INET, "127.0.0.1", None)]

    monkeypatch.setattr(dns, "_look_up", look_up)
    limits = Limits(visit_s=3.0)
    async with open_runner(tmp_path, web, limits=limits, hosts=4, patience_s=0.1) as runner:
        for number in range(12):
            host, path, shown = WAYS[number % len(WAYS)]
            web.serve(path, **shown)
            runner.add(host.format(number), path)
        for number in range(6):
            runner.add(f"good{number}.example")
            web.serve("/feed.xml", rss(*many(2, site=f"g{number}.test")), host=f"good{number}.example")
        summary = await runner.crawl()
        ended.set()
        assert (summary.visits, summary.failed) == (18, 12)
        assert [heard.result.outcome.code for heard in runner.visits] == ["read"] * 6 + ["timeout"] * 12


async def test_hosts_that_did_not_respond_are_visited_after_the_others(tmp_path: Path, web: Web) -> None:
    web.serve("/feed.xml", rss(*many(2)))
    async with open_runner(tmp_path, web, limits=Limits(visit_s=0.2), hosts=1) as runner:
        silent = runner.add("silent.test")
        web.serve("/feed.xml", hang=True, host="silent.test")
        other = runner.add("other.test")
        await runner.crawl()
        assert [heard.source_id for heard in runner.visits] == [silent, other]
        await runner.crawl()
        assert [heard.source_id for heard in runner.visits] == [other, silent]


async def test_sources_due_at_the_same_time_are_visited_in_the_order_of_adding(
    tmp_path: Path, web: Web
) -> None:
    web.serve("/feed.xml", rss(*many(1)))
    async with open_runner(tmp_path, web, hosts=1) as runner:
        added = [runner.add(f"{name}.test") for name in ("silent", "other", "middle", "again")]
        runner.writer.do(
            lambda db: db.conn.execute("UPDATE source SET next_visit_at = '2026-01-01T00:00:00.000Z'")
        )
        await runner.crawl()
        assert [heard.source_id for heard in runner.visits] == added


# hosts at once; moments at which one is heard of; asked at -> room, time until there is more
SLOTS: list[tuple[int, list[float], float, int, float | None]] = [
    (4, [], 0.0, 4, None),
    (4, [0.0, 0.0], 1.0, 2, 7.0),
    (4, [0.0] * 4, 7.9, 0, 0.1),
    (4, [0.0] * 4, 8.0, 4, None),
    (4, [0.0] * 3 + [5.0], 9.0, 3, 4.0),
    (4, [0.0] * (MOST_SILENT + 1), 9.0, 3, None),
    (4, [0.0] * (MOST_SILENT + 4), 9.0, 0, None),
]


@pytest.mark.parametrize(("hosts", "active_at", "now", "free", "wait_s"), SLOTS)
def test_free_slots(hosts: int, active_at: list[float], now: float, free: int, wait_s: float | None) -> None:
    slots = Slots(hosts=hosts, patience_s=8.0)
    for number, moment in enumerate(active_at):
        slots.active(f"{number}.test", now=moment)
    assert slots.free(now=now) == free
    found = slots.wait_s(now=now)
    assert found == wait_s if wait_s is None or found is None else abs(found - wait_s) < 1e-6
    for number in range(len(active_at)):
        slots.done(f"{number}.test")
    assert slots.free(now=now) == hosts
