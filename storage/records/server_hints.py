"""What servers and feeds say about the time of the next visit, as published. Pure.

`scheduler.cadence.server_hints` parses them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """Raw values of response headers and of feed elements (ttl, sy:*, skipHours, skipDays)."""

    cache_control: str | None = None
    age: str | None = None
    expires: str | None = None
    date: str | None = None
    ttl: str | None = None
    update_period: str | None = None
    update_frequency: str | None = None
    update_base: str | None = None
    skip_hours: tuple[str, ...] = ()
    skip_days: tuple[str, ...] = ()


NO_HINTS = Hints()
