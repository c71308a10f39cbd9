"""Settings of runs and of the service. No engine is imported here: every command reads settings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from newsdesk.crawler.session_settings import ClientSettings, SessionSettings
from newsdesk.scheduler.cadence.intervals import SHORTEST_S, Intervals, intervals_of
from newsdesk.storage.records.alarms import KINDS, Kind, SilenceLimit
from newsdesk.storage.records.visits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """Settings of a run. `hosts`: how many hosts are visited at once, without those that were silent for
    `patience_s` (see `slots`). `lease_s`: much longer than `RENEW_S`.
    `visits_a_day`: the mean number of visits of a source; the publication profiles divide the total among all
    sources, none of which is visited more often than every `shortest_s`, or less often than every `longest_s` (None:
    six mean intervals). `count_once`: a source is visited less often where other sources bring its stories first.
    `every_s`: instead, a fixed interval for sources without an interval of their own.
    `backlog`: the pages of so many stories, the newest, of a source's first visit are read.
    `stop_s`: how long present visits may take after a stop. `store_reserved_text` False: a story whose text is reserved
    is kept without it."""

    session: SessionSettings = field(default_factory=SessionSettings)
    limits: Limits = field(default_factory=Limits)
    hosts: int = 32
    patience_s: float = 8.0
    lease_s: float = 120.0
    every_s: int | None = None
    visits_a_day: float = 24.0
    shortest_s: float = SHORTEST_S
    longest_s: float | None = None
    count_once: bool = True
    backlog: int = 10
    stop_s: float = 10.0
    store_reserved_text: bool = True

    @property
    def mean_interval_s(self) -> int:
        """The mean interval of a source without one of its own."""
        return self.every_s or round(86400 / self.visits_a_day)

    @property
    def intervals(self) -> Intervals:
        """The limits of the interval of a source without one of its own."""
        return intervals_of(self.visits_a_day, shortest_s=self.shortest_s, longest_s=self.longest_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSettings:
    """When the service ticks: every `tick_s` it looks for due sources. `maintenance_at` is local time."""

    tick_s: float = 5.0
    heartbeat_s: float = 15.0
    plan_s: float = 600.0
    maintenance_at: dt.time = dt.time(3, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceSettings:
    """Settings of the maintenance. `keep_days`: how long stories of sources without a setting of their own are
    kept, 0 for ever; `tombstone_days`: how long a tombstone stays after its story has left the feeds; `store_bytes`:
    the size above which the oldest stories are purged, 0 for none; `quiet_days`, `visit_days`: when visits become
    daily counts; `backups`: the folder of the backups, None for none, of which the newest `backups_kept` stay."""

    keep_days: int = 0
    tombstone_days: int = 90
    store_bytes: int = 0
    quiet_days: int = 7
    visit_days: int = 90
    backups: Path | None = None
    backups_kept: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSettings:
    """Which alarms may open, and where events are sent; `webhook` None for nowhere. `silent_after`: silences that a
    person set."""

    kinds: tuple[Kind, ...] = KINDS
    webhook: str | None = None
    silent_after: tuple[SilenceLimit, ...] = ()
    client: ClientSettings = field(default_factory=ClientSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """Settings of the service. A run lasts `session_s`; after an error of the file it waits `rest_s`."""

    runner: RunSettings = field(default_factory=RunSettings)
    clock: ClockSettings = field(default_factory=ClockSettings)
    maintenance: MaintenanceSettings = field(default_factory=MaintenanceSettings)
    alarms: AlarmSettings = field(default_factory=AlarmSettings)
    session_s: float = 3600.0
    rest_s: float = 30.0
