"""What is kept of a source's rhythm, and of the planner that spends the budget on all sources.

Pure: plain numbers, so that each field is a column. Moments are Unix times in seconds. Made and read by the
scheduler (`scheduler.cadence.publication_profile`, `scheduler.cadence.threshold`); the letters are explained
there.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from datetime import datetime

from newsdesk.storage.records.server_hints import NO_HINTS, Hints

SLOTS = 48  # the hours of a weekday, then those of a day of the weekend, in UTC
_BLANK = array("f", bytes(4 * (SLOTS + 2))).tobytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationProfile:
    """What the good visits of one source taught. All counts are forgotten exponentially.

    `at` is the last good visit; `stories` in `days` give the level (half-life 14 d); `recent` of `expected`
    stories the fast factor (12 h). `finds` are the visits that found any (14 d), `quiet` the stories foretold
    since the last of them. `hours` are 50 float32 (42 d): stories by slot, then the days of each kind that
    were watched; `evenness` is the mean root of the profile, 1 for a flat one. `window` is how many entries
    its document holds, 0 not known; `new_at` when it last had a story, None never.
    """

    read_at: float
    stories: float = 0.0
    days: float = 0.0
    finds: float = 0.0
    recent: float = 0.0
    recent_expected: float = 0.0
    expected_since_new: float = 0.0
    hourly: bytes = _BLANK
    evenness: float = 1.0
    feed_size: int = 0
    new_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitNews:
    """What a kept visit brought: of each story that its source did not have before, when it was published to
    the minute, or None; how many `entries` the document holds, None when it was not read; and whether any
    that it had before is still in it."""

    dates: tuple[datetime | None, ...] = ()
    entries: int | None = None
    overlaps: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is known of a source when its next visit is planned. `rhythm` None: never read. `hints`: those
    of the last document that was read, `response_hints` of the last good answer."""

    profile: PublicationProfile | None
    failures: int
    failing_since: datetime | None
    hints: Hints
    response_hints: Hints = NO_HINTS


@dataclass(frozen=True, slots=True, kw_only=True)
class NextVisit:
    """When a source is visited next, and why then, in words; and how it stands till then: active, or blocked,
    dormant, gone when it has failed for long."""

    at: datetime
    why: str
    status: str = "active"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextVisitPlan:
    """What follows on a visit: the next one, and the rhythm to keep; None where the visit taught none."""

    next_visit: NextVisit
    profile: PublicationProfile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdState:
    """What all sources share. `price`: how long, in seconds and of all stories together, one visit lets them
    wait. `at`: when it was found, None never; `since` the first time. `pool` is the day of the mean source,
    24 shares. `aim` is what is to be spent now, in visits a second; `aimed` and `spent` count visits, both
    forgotten alike: their ratio corrects the budget. `crowded`: (host, its own price) of those whose sources
    would be asked too often at the common one.
    """

    threshold: float
    found_at: float | None = None
    since: float | None = None
    mean_profile: tuple[float, ...] = (1 / 24,) * 24
    target_rate: float = 0.0
    visits_planned: float = 0.0
    visits_made: float = 0.0
    host_thresholds: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """When one source published what we saw of it: `times` in order, in a document of `window` entries.
    `every_s` and `cron` are its own interval, if it has one."""

    source_id: int
    name: str
    host: str
    window: int
    times: tuple[float, ...]
    every_s: int | None = None
    cron: str | None = None
