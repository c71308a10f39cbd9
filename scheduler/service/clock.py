"""The service's ticks: alone here APScheduler runs. A job only puts a word on the service's desk.

Its own shutdown cancels what its jobs do, so they do nothing; late ticks are made up by one (`coalesce`).
"""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from newsdesk.storage.db.service import Beat

Tick = Literal["look", "beat", "plan", "night"]
JUMP_S = 60.0  # NTP's slewing and a late tick stay well below; a suspended machine counts in CLOCK_BOOTTIME
_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSettings:
    """When the service ticks. `night` is by the machine's own time."""

    look_s: float = 5.0
    beat_s: float = 15.0
    plan_s: float = 600.0
    night: dt.time = dt.time(3, 30)


class Clock:
    """Ticks from `start` until `close`: `tell` gets the name of each tick, in the loop, and returns at once.

    APScheduler counts by the wall clock, and would sleep for as long as that was set back. So the beat is
    counted by the loop's own clock, and with it the service sees that the other was set, and calls `renew`.
    """

    def __init__(self, settings: ClockSettings, tell: Callable[[Tick], None]) -> None:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler  # late: commands read ClockSettings only

        self._settings = settings
        self._tell = tell
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._beating: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to tick. Wants a running loop."""
        self.renew()
        self._scheduler.start()
        self._beating = asyncio.create_task(self._beat())

    def renew(self) -> None:
        """Count all ticks from now."""
        night = self._settings.night
        triggers: dict[Tick, BaseTrigger] = {
            "look": IntervalTrigger(seconds=self._settings.look_s),
            "plan": IntervalTrigger(seconds=self._settings.plan_s),
            "night": CronTrigger(hour=night.hour, minute=night.minute),
        }
        for name, trigger in triggers.items():
            self._scheduler.add_job(self._tick, trigger, args=[name], id=name, replace_existing=True)

    def close(self) -> None:
        if self._beating is not None:
            self._beating.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def _tick(self, name: Tick) -> None:  # a coroutine: the scheduler runs plain functions in a thread
        self._tell(name)

    async def _beat(self) -> None:
        while True:
            self._tell("beat")
            await asyncio.sleep(self._settings.beat_s)


def up_s() -> float:
    """Seconds by the clock that nobody can set; Linux's counts the sleep of a suspended machine, too."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def beat_now(now: datetime) -> Beat:
    """This moment by both clocks: the one that can be set, and the one that cannot."""
    try:
        boot = _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        boot = None
    return Beat(at=now, boot=boot, up_s=up_s())


def set_by(before: Beat, after: Beat) -> timedelta:
    """By how much the wall clock was set between two beats; nothing when it went as it should. Across a start
    of the machine only a clock that is behind the last beat is known to be wrong. Pure."""
    went = after.at - before.at
    if before.boot is not None and before.boot == after.boot and after.up_s >= before.up_s:
        jump = went - timedelta(seconds=after.up_s - before.up_s)
    else:
        jump = min(went, timedelta(0))
    return jump if abs(jump.total_seconds()) >= JUMP_S else timedelta(0)
