"""Records of alarms: a source as it is watched, an open alarm, a change of one, a stored event. Pure.

`scheduler.alarms.alarms` decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from newsdesk.storage.records.outcomes import OutcomeCategory

Kind = Literal[
    "failing", "silent", "layout", "no-titles", "no-dates", "no-bylines", "no-texts", "gap", "dormant", "gone",
    "proposed", "moved",
]  # fmt: skip
Drift = Literal["no-titles", "no-dates", "no-bylines", "no-texts"]
State = Literal["open", "resolved"]
SilenceOf = Literal["source", "tag", "language"]
KINDS: tuple[Kind, ...] = get_args(Kind)
DRIFTS: tuple[Drift, ...] = get_args(Drift)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of the latest stories of a source have a field, and how many of those before them."""

    latest: int
    with_field: int
    before: int
    before_with_field: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A move of a source that no event has reported: old and new address, why, and the source that it was
    merged into."""

    move_id: int
    old_address: str
    new_address: str
    why: str
    merged_into: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedSource:
    """One source as alarms see it. `message` and `category` are of its last outcome.

    `expected_finds`: visits with news that its profile expected since its last new story. `published_times`:
    of its latest stories, Unix times, newest first; empty if it is not silent. `shares` of the fields; empty
    if it has no new story since the last check. `gaps`: how many, `gaps_reported`: how many when that was
    last reported, `gap_message`: the result of the last. `proposed`: addresses that may be its new one,
    `proposed_source` the source that has one of them;
    `moves`: those not reported yet. Of a site `links_found` are the links to stories of its last document,
    `links_usual` those that it had when it last had a new one, `links_lost_at` is the time since which few of these are
    left; `pages_unread`: pages of its links in a row that were no articles.
    """

    source_id: int
    name: str
    host: str
    active: bool = True
    failures: int = 0
    failing_since: datetime | None = None
    category: OutcomeCategory | None = None
    message: str = ""
    last_ok_at: datetime | None = None
    last_new_at: datetime | None = None
    expected_finds: float = 0.0
    published_times: tuple[float, ...] = ()
    shares: Mapping[Drift, Share] = field(default_factory=dict)
    gaps: int = 0
    gaps_reported: int = 0
    gap_message: str = ""
    status: str = "active"
    proposed: tuple[str, ...] = ()
    proposed_source: int | None = None
    moves: tuple[Moved, ...] = ()
    links_found: int = 0
    links_usual: int | None = None
    links_lost_at: datetime | None = None
    pages_unread: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceLimit:
    """After how many seconds without a new story there is an alarm: of the source of that number, of the sources with
    a tag, or of the stories in a language."""

    of: SilenceOf
    name: str
    after_s: int

    @property
    def topic(self) -> str:
        return f"{self.of} {self.name}"

    @property
    def source_id(self) -> int | None:
        return int(self.name) if self.of == "source" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceStatus:
    """The active sources of a limit: how many, since when there are some, their last successful visit, and the last new
    story."""

    limit: SilenceLimit
    sources: int
    since: datetime
    last_ok_at: datetime | None
    last_new_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostStatus:
    """The active sources of a host that were visited: how many, and how many of them fail."""

    sources: int
    failing: int

    @property
    def down(self) -> bool:
        return 0 < self.sources == self.failing


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAlarm:
    """An alarm that is not resolved: of a source, of a host, of a topic (a set silence), or of all."""

    kind: Kind
    opened_at: datetime
    source_id: int | None = None
    host: str | None = None
    topic: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a check decided. `state` None: the detail of an open alarm changes, and nobody is notified."""

    kind: Kind
    state: State | None
    message: str = ""
    source_id: int | None = None
    host: str | None = None
    topic: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A stored event: an alarm was opened or resolved. `name` and `address` are the present ones of the
    source; the address has its secrets, redact it before showing it."""

    event_id: int
    created_at: datetime
    kind: Kind
    state: State
    message: str
    source_id: int | None = None
    name: str | None = None
    address: str | None = None
    host: str | None = None
    topic: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
