"""What is kept of a source whose dates carry no zone: how far its printed clocks lay from ours.

Pure. Handed to the crawler with a claim, and back with what a visit adds;
`crawler.normalise.dates.learned_zone` makes sense of it. At rest a name and a short list in the source's row.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import NamedTuple

MOST = 30  # entries that are remembered, the latest; so many are needed to learn


class Lag(NamedTuple):
    """One entry, in minutes: `seen` since 1970 when it was first seen, `printed` the clock that it prints,
    read as if it were UTC, `waited` since the visit before, at which it was not there."""

    seen: int
    printed: int
    waited: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneHabit:
    """`name`: the zone (IANA) by which a source's printed clocks are read, None where none was learned.
    `lags` are the latest entries, oldest first."""

    name: str | None = None
    lags: tuple[Lag, ...] = ()


NO_HABIT = ZoneHabit()


def stored_zone_habit(name: str | None, lags: str | None) -> ZoneHabit:
    """As the columns of a source's row hold it."""
    if name is None and lags is None:  # of nearly all
        return NO_HABIT
    return ZoneHabit(name=name, lags=tuple(Lag(*one) for one in json.loads(lags or "[]")))


def lags_as_json(habit: ZoneHabit) -> str:
    """The lags as JSON, for their column."""
    return json.dumps(habit.lags, separators=(",", ":"))
