"""The health of the service, as `/health/ready` reports it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Whether the service works, and a message why not. `heartbeat_at`: the last heartbeat in the file."""

    ready: bool
    message: str
    started_at: datetime
    heartbeat_at: datetime | None
