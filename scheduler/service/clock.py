"""The service's ticks. The only place that runs APScheduler; a job only puts the name of its tick into a queue.

APScheduler's shutdown cancels running jobs, so the jobs do no work; several late ticks become one (`coalesce`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from newsdesk.scheduler.settings import ClockSettings
from newsdesk.storage.db.service import Heartbeat

Tick = Literal["wake-up", "heartbeat", "plan", "maintenance"]
JUMP_S = 60.0  # NTP's slewing and late ticks stay well below; CLOCK_BOOTTIME counts the time of a suspended machine
_BOOT = Path("/proc/sys/kernel/random/boot_id")


class Clock:
    """Ticks from `start` until `close`: `on_tick` gets the name of each tick, in the event loop.

    APScheduler counts by the wall clock: when that is set back, it sleeps for as long. The heartbeat is counted by
    the loop's own clock, so the service notices the change and calls `restart`.
    """

    def __init__(self, settings: ClockSettings, on_tick: Callable[[Tick], None]) -> None:
        self._settings = settings
        self._on_tick = on_tick
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._beating: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start ticking. Needs a running event loop."""
        self.restart()
        self._scheduler.start()
        self._beating = asyncio.create_task(self._beat())

    def restart(self) -> None:
        """Count all ticks from now."""
        daily = self._settings.maintenance_at
        triggers: dict[Tick, BaseTrigger] = {
            "wake-up": IntervalTrigger(seconds=self._settings.tick_s),
            "plan": IntervalTrigger(seconds=self._settings.plan_s),
            "maintenance": CronTrigger(hour=daily.hour, minute=daily.minute),
        }
        for name, trigger in triggers.items():
            self._scheduler.add_job(self._tick, trigger, args=[name], id=name, replace_existing=True)

    def close(self) -> None:
        if self._beating is not None:
            self._beating.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def _tick(self, name: Tick) -> None:  # a coroutine: the scheduler runs plain functions in a thread
        self._on_tick(name)

    async def _beat(self) -> None:
        while True:
            self._on_tick("heartbeat")
            await asyncio.sleep(self._settings.heartbeat_s)


def uptime_s() -> float:
    """Seconds by a clock that cannot be set; on Linux it counts the sleep of a suspended machine, too."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def read_clocks(now: datetime) -> Heartbeat:
    """This moment by both clocks: the wall clock, and the uptime."""
    try:
        boot = _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        boot = None
    return Heartbeat(at=now, boot_id=boot, uptime_s=uptime_s())


def clock_jump(before: Heartbeat, after: Heartbeat) -> timedelta:
    """By how much the wall clock was set between two heartbeats; zero when it was not. After a reboot only a
    clock that is behind the last heartbeat is known to be wrong. Pure."""
    passed = after.at - before.at
    if before.boot_id is not None and before.boot_id == after.boot_id and after.uptime_s >= before.uptime_s:
        jump = passed - timedelta(seconds=after.uptime_s - before.uptime_s)
    else:
        jump = min(passed, timedelta(0))
    return jump if abs(jump.total_seconds()) >= JUMP_S else timedelta(0)
