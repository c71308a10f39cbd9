"""What alarms are made of: a source as it is watched, an alarm that is open, a change of one, an event kept.

Pure. Read and written by `storage.alarms.watched` and `storage.alarms.events`, decided by
`scheduler.alarms.alarms`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from newsdesk.storage.records.outcomes import OutcomeCategory

Kind = Literal[
    "failing", "silent", "no-titles", "no-dates", "no-bylines", "no-texts", "gap", "dormant", "gone",
    "proposed", "moved",
]  # fmt: skip
Drift = Literal["no-titles", "no-dates", "no-bylines", "no-texts"]
State = Literal["open", "resolved"]
KINDS: tuple[Kind, ...] = get_args(Kind)
DRIFTS: tuple[Drift, ...] = get_args(Drift)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Of how many of a source's latest stories a field is known, and of how many of those before them."""

    latest: int
    with_it: int
    before: int
    before_with_it: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A move of a source that was not told yet: from where to where, why, and which source took it in."""

    move_id: int
    old_address: str
    new_address: str
    why: str
    merged_into: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedSource:
    """One source as alarms look at it. `words` are those of its last outcome, `group` its class.

    `quiet_finds`: how many finds its rhythm had foretold since its last new story. `moments`: when its latest
    stories were published, Unix time, newest first; empty where nothing hints at silence. `shares`: of the
    fields; empty when it has no new story since the last look. `gaps`: how often its document held no entry
    that was known; `gaps_told`: how often when that was told last; `gap_message`: how the last of them ended.
    `standing` as in its row; `proposed`: the addresses at which its feed may lie; `moves`: those not told.
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
    news_at: datetime | None = None
    expected_finds: float = 0.0
    moments: tuple[float, ...] = ()
    shares: Mapping[Drift, Share] = field(default_factory=dict)
    gaps: int = 0
    gaps_reported: int = 0
    gap_message: str = ""
    status: str = "active"
    proposed: tuple[str, ...] = ()
    moves: tuple[Moved, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HostStatus:
    """How the active sources of a host stand that were visited at all: how many, how many of them fail."""

    sources: int
    failing: int

    @property
    def down(self) -> bool:
        return 0 < self.sources == self.failing


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAlarm:
    """An alarm without its recovery: of a source, or else of a host, or else of all."""

    kind: Kind
    opened_at: datetime
    source_id: int | None = None
    host: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a look decided. `state` None: an open alarm learns another detail, and nobody is told."""

    kind: Kind
    state: State | None
    message: str = ""
    source_id: int | None = None
    host: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An alarm that was raised, or that recovered, as it is kept. `name` and `address` are the source's, as
    they are when it is read; the address is whole, and is to be redacted by who shows it."""

    event_id: int
    created_at: datetime
    kind: Kind
    state: State
    message: str
    source_id: int | None = None
    name: str | None = None
    address: str | None = None
    host: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
