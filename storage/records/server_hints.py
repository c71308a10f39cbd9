"""What servers and feeds say of the time of the next visit, as printed.

Pure. Part of the records that the rooms hand over (`storage.records`);
`scheduler.cadence.server_hints` makes sense of it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """When to come back, in the words of the server's headers and of the feed (ttl, sy:*, skipHours,
    skipDays), as printed. `scheduler.cadence.server_hints` makes sense of them."""

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
