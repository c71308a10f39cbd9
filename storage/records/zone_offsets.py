"""The time zone learned for a source whose dates have none, and the samples that it is learned from. Pure.

`crawler.normalise.dates.learned_zone` learns it. A claim hands it to the crawler, a result hands it back.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import NamedTuple

MOST = 30  # latest entries that are stored; learning needs as many


class Lag(NamedTuple):
    """One entry, in minutes: `seen` since 1970 when it was first seen, `printed` the published clock time
    read as UTC, `waited` since the visit before, which did not find it."""

    seen: int
    printed: int
    waited: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneHabit:
    """`name`: the IANA zone by which the clock times of a source are read, None if none was learned. `lags`
    are the latest entries, oldest first."""

    name: str | None = None
    lags: tuple[Lag, ...] = ()


NO_HABIT = ZoneHabit()


def stored_zone_habit(name: str | None, lags: str | None) -> ZoneHabit:
    """From the columns of a source."""
    if name is None and lags is None:  # nearly all sources
        return NO_HABIT
    return ZoneHabit(name=name, lags=tuple(Lag(*one) for one in json.loads(lags or "[]")))


def lags_as_json(habit: ZoneHabit) -> str:
    """The lags as their column stores them."""
    return json.dumps(habit.lags, separators=(",", ":"))
