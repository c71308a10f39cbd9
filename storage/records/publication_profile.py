"""The publication profile of a source, and the threshold that all sources share. Pure: each field is a
column.

Times are Unix times in seconds. `scheduler.cadence` computes and uses them.
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
    """What the successful visits of a source have shown. All counts decay exponentially.

    `read_at` is the last successful visit. `stories` per `days` is the average rate (half-life 14 d);
    `recent` per `recent_expected` says how busy the source is now (12 h). `finds` are the visits that found
    new stories (14 d), `expected_since_new` the stories expected since the last of them. `hourly` are 50
    float32 (42 d): stories per slot, then the days observed of weekdays and of weekends; `evenness` is the
    mean root of the hourly profile, 1 for a flat one. `feed_size`: entries in its document, 0 if not known;
    `new_at`: when its last new story came, None for never. `brought`: the stories that it brought after its
    first document, `brought_first` those of them that no other source had brought before (both 14 d).
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
    brought: float = 0.0
    brought_first: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitNews:
    """What a stored visit brought: for each story that is new to its source the published time if it has
    minutes, else None; how many `entries` the document has, None if it was not read; and whether it still
    holds any known entry. `brought`: how many of these stories are not backlog; `brought_first`: how many of
    those no other source had brought before."""

    dates: tuple[datetime | None, ...] = ()
    entries: int | None = None
    overlaps: bool = True
    brought: int = 0
    brought_first: int = 0

    def __add__(self, other: VisitNews) -> VisitNews:
        """The news of two parts of one document."""
        return VisitNews(
            dates=self.dates + other.dates,
            entries=(self.entries or 0) + (other.entries or 0),
            overlaps=self.overlaps or other.overlaps,
            brought=self.brought + other.brought,
            brought_first=self.brought_first + other.brought_first,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is known about a source when its next visit is planned. `profile` None: never read. `hints` are of
    the last document, `response_hints` of the last successful response."""

    profile: PublicationProfile | None
    failures: int
    failing_since: datetime | None
    hints: Hints
    response_hints: Hints = NO_HINTS


@dataclass(frozen=True, slots=True, kw_only=True)
class NextVisit:
    """When a source is visited next, and why then; and its status until then: active, or blocked, dormant or
    gone after failing for long."""

    at: datetime
    why: str
    status: str = "active"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextVisitPlan:
    """The next visit, and the profile to store; None if the visit shows nothing about it."""

    next_visit: NextVisit
    profile: PublicationProfile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdState:
    """`threshold`: the expected delay in seconds, of all unseen stories together, from which on a source is
    visited. `found_at`: when it was found, None for never; `since`: the first time. `mean_profile` is the day
    of the mean source, 24 shares. `target_rate` is in visits per second; `visits_planned` and `visits_made`
    decay alike, and their ratio corrects the budget. `host_thresholds`: (host, threshold) of hosts whose
    sources would exceed the rate limit at the common threshold."""

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
    """When one source published what newsdesk has seen of it: `times` in order, in a document of `window`
    entries; `stories` are the story numbers at these times. `every_s` and `cron` are its own interval, if it has
    one."""

    source_id: int
    name: str
    host: str
    window: int
    times: tuple[float, ...]
    stories: tuple[int, ...] = ()
    every_s: int | None = None
    cron: str | None = None
