"""Settings of the service."""

from __future__ import annotations

from dataclasses import dataclass, field

from newsdesk.scheduler.alarms.watch import AlarmSettings
from newsdesk.scheduler.run.leases import RunSettings
from newsdesk.scheduler.service.clock import ClockSettings
from newsdesk.scheduler.service.maintenance import MaintenanceSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """Settings of the service. A run lasts `session_s`; after an error of the file it waits `rest_s`."""

    runner: RunSettings = field(default_factory=RunSettings)
    clock: ClockSettings = field(default_factory=ClockSettings)
    maintenance: MaintenanceSettings = field(default_factory=MaintenanceSettings)
    alarms: AlarmSettings = field(default_factory=AlarmSettings)
    session_s: float = 3600.0
    rest_s: float = 30.0
