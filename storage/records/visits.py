"""A claimed visit of a source, its result, and the counts of a visit or run. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from newsdesk.storage.records.entries import FeedEntry, IdentityScheme
from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.outcomes import Outcome, OutcomeCategory
from newsdesk.storage.records.server_hints import NO_HINTS, Hints
from newsdesk.storage.records.zone_offsets import NO_HABIT, ZoneHabit


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretNames:
    """The secrets of a source by their names; what they stand for is known to the door alone."""

    auth: str | None = None
    headers: tuple[str, ...] = ()
    cookies: str | None = None
    proxy: str | None = None


NO_SECRETS = SecretNames()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one visit may cost. Times in seconds, sizes in bytes. `rest_s`: for what follows the first 128 kB
    of an answer, of which the memory is shared; `new_a_day`: stories of one source that are news to us."""

    visit_s: float = 60.0
    rest_s: float = 30.0
    body_bytes: int = 10 * 1024 * 1024
    redirects: int = 10
    reading_s: float = 10.0
    reading_bytes: int = 100 * 1024 * 1024
    entries: int = 5000
    new_a_day: int = 2000


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedVisit:
    """All that a visit needs, so that the crawler asks nobody. Times are aware UTC.

    `known` is the packed entry keys and digests of the source's last document (see
    `storage.records.digests`), `identity` the rung by which its entries are told apart, `next_at` the
    earliest moment at which the host may be asked, `delay_s` the pause between two requests to it, `per_minute`
    how many may begin within a minute; `asked` when that was last and how often in the minute before;
    `blocked` are the hosts that asked for a pause, and until when: a redirect may lead to one. `history`:
    its document was never read whole, or not for long; what is not known of it is no news. `seek`: the pages
    on which its new address is looked for, should it fail again. `missed_since`: when it was read last, if
    older documents may be asked should nothing known be left in this one. `boilerplate`: packed digests of
    the sentences that its site prints in many stories.
    """

    source_id: int
    address: str
    host: str
    site: str
    name: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_digest: str | None = None
    known_entries: bytes = b""
    first_read: bool = False
    gap_since: datetime | None = None
    identity_scheme: IdentityScheme = "guid"
    boilerplate: bytes = b""
    language: str | None = None
    country: str | None = None
    timezone: str | None = None
    zone: ZoneHabit = NO_HABIT
    seen_at: datetime | None = None
    full_text: bool = False
    every_s: int | None = None
    cron: str | None = None
    failures: int = 0
    failing_since: datetime | None = None
    last_category: OutcomeCategory | None = None
    recovery_pages: tuple[str, ...] = ()
    recovery_tried_at: datetime | None = None
    secrets: SecretNames = NO_SECRETS
    next_request_at: datetime | None = None
    delay_s: float = 1.0
    per_minute: float | None = None
    recent_requests: tuple[datetime, int] | None = None
    blocked: tuple[tuple[str, datetime], ...] = ()
    limits: Limits = DEFAULT_LIMITS


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFacts:
    """What a document says of itself. `rung` names the step of the parser ladder that read it."""

    title: str | None = None
    home: str | None = None
    language: str | None = None
    format: str | None = None
    parser: str | None = None
    left_out: int = 0
    repairs: tuple[str, ...] = ()
    hints: Hints = NO_HINTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """What was looked for after a gap, in `asked` documents: the entries that no visit saw, newest document
    first; whether the gap is `closed`, so that none is missing; and both in words."""

    entries: tuple[FeedEntry, ...]
    documents: int
    gap_closed: bool
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitResult:
    """What came of a claimed visit. `validators` is (etag, last_modified), None to leave the stored
    ones as they are; `known`, `body_digest` and `zone` likewise. `whole` is False when the document was cut
    short, so that missing entries are not taken for gone. `missed`: what older documents held, where no
    entry known before was left in this one; None when they were not asked. `part` counts from 1; the `last`
    part frees the host's lease when it was the claim's last visit.
    """

    source_id: int
    host: str
    started_at: datetime
    ended_at: datetime
    outcome: Outcome
    entries: tuple[FeedEntry, ...] = ()
    validators: tuple[str | None, str | None] | None = None
    body_digest: str | None = None
    known_entries: bytes | None = None
    zone: ZoneHabit | None = None
    identity_scheme: IdentityScheme = "guid"
    facts: FeedFacts | None = None
    hints: Hints = NO_HINTS
    host_updates: tuple[HostUpdate, ...] = ()
    final_address: str | None = None
    moved_to: str | None = None
    wire_bytes: int = 0
    whole: bool = True
    backfill: Backfill | None = None
    traceback: str | None = None
    part: int = 1
    last: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """seen = new + changed + same + duplicate + refused, in every visit and run. `due`: pages that became
    due by it, which are visits of their own. `visit_id`: of which visit; None in a sum."""

    new: int = 0
    changed: int = 0
    same: int = 0
    duplicate: int = 0
    refused: int = 0
    due: int = 0
    visit_id: int | None = field(default=None, compare=False)

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            new=self.new + other.new,
            changed=self.changed + other.changed,
            same=self.same + other.same,
            duplicate=self.duplicate + other.duplicate,
            refused=self.refused + other.refused,
            due=self.due + other.due,
        )

    @property
    def seen(self) -> int:
        return self.new + self.changed + self.same + self.duplicate + self.refused
