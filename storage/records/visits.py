"""A claimed visit of a source, its result, and the counts of a visit or run. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from newsdesk.storage.records.addresses.links import FoundLink
from newsdesk.storage.records.entries import FeedEntry, IdentityScheme
from newsdesk.storage.records.hosts import HostUpdate, Robots
from newsdesk.storage.records.outcomes import Outcome, OutcomeCategory
from newsdesk.storage.records.server_hints import NO_HINTS, Hints
from newsdesk.storage.records.sources.spiders import SpiderCall
from newsdesk.storage.records.zone_offsets import NO_HABIT, ZoneHabit

SourceKind = Literal["feed", "sitemap", "site", "spider"]
SOURCE_KINDS: tuple[SourceKind, ...] = get_args(SourceKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretNames:
    """The names of the secrets of a source. Only the HTTP client reads their values."""

    auth: str | None = None
    headers: tuple[str, ...] = ()
    cookies: str | None = None
    proxy: str | None = None


NO_SECRETS = SecretNames()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one visit may cost. Times in seconds, sizes in bytes. `rest_s`: for what follows the first 128 kB
    of an answer, of which the memory is shared; `new_per_day`: new stories of one source on one day (UTC)."""

    visit_s: float = 60.0
    rest_s: float = 30.0
    body_bytes: int = 10 * 1024 * 1024
    redirects: int = 10
    reading_s: float = 10.0
    reading_bytes: int = 100 * 1024 * 1024
    entries: int = 5000
    new_per_day: int = 2000


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSitemap:
    """A sitemap of an index, as it was read last: its validators and digest, and the `lastmod` that the index
    printed then."""

    address: str
    read_at: datetime
    lastmod: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedVisit:
    """All that a visit needs, so that the crawler never reads the database. Times are aware UTC. `kind` decides
    which visit is made.

    `known_entries`: packed keys and digests of the last document (`storage.records.digests`);
    `identity_scheme`: what identifies its entries. `next_request_at` is the earliest next request to the
    host, within `delay_s` and `per_minute`; `recent_requests`: when the last request was, and how many there
    were in the minute before. `blocked`: hosts that allow no requests until a time; a redirect may lead to
    one. `address_shapes`: what the addresses of the stories of its site look like, as JSON. `first_read`: its document
    was not read for long, or never, so unknown entries are backlog. `gap_since`: when it was last read, if a gap may
    be backfilled now. `failing_since`, `last_category` and
    `recovery_tried_at` decide whether its new address is searched on `recovery_pages`. `boilerplate`: packed
    digests of sentences that its site repeats. `sitemaps`: of an index, those that the last visits read. `spider`:
    the spider to run, of a source of that kind. `robots`: what is stored of its own host.
    """

    source_id: int
    address: str
    host: str
    site: str
    kind: SourceKind = "feed"
    spider: SpiderCall | None = None
    name: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_digest: str | None = None
    known_entries: bytes = b""
    address_shapes: str | None = None
    first_read: bool = False
    gap_since: datetime | None = None
    identity_scheme: IdentityScheme = "guid"
    boilerplate: bytes = b""
    sitemaps: tuple[KnownSitemap, ...] = ()
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
    robots: tuple[Robots, ...] = ()
    limits: Limits = DEFAULT_LIMITS


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFacts:
    """What a document says about itself. `parser` names the parser that read it."""

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
    """The result of a search for entries between two visits, in `documents`: the entries that no visit has
    seen, newest document first; whether the gap is closed, so that none is missing; and a message."""

    entries: tuple[FeedEntry, ...]
    documents: int
    gap_closed: bool
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitResult:
    """The result of a claimed visit. `validators` is (etag, last_modified); None leaves the stored ones,
    likewise `known_entries`, `body_digest`, `zone` and `sitemaps`. `complete` is False if the document was cut off,
    so that missing entries are not taken for gone. `links`: those that may lead to stories; None if the document was
    not read for links. `backfill`: what older documents held after a gap; None if they were not requested. `robots`:
    the rules of hosts that the visit looked up. `part` counts from 1; the `last` part releases the host if it was the
    last visit of the claim."""

    source_id: int
    host: str
    started_at: datetime
    ended_at: datetime
    outcome: Outcome
    entries: tuple[FeedEntry, ...] = ()
    links: tuple[FoundLink, ...] | None = None
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
    robots: tuple[Robots, ...] = ()
    wire_bytes: int = 0
    complete: bool = True
    backfill: Backfill | None = None
    sitemaps: tuple[KnownSitemap, ...] | None = None
    traceback: str | None = None
    part: int = 1
    last: bool = True

    @property
    def listed(self) -> int:
        """How many entries and links the documents of this visit have: each of them gets a verdict, or waits."""
        of_backfill = 0 if self.backfill is None else len(self.backfill.entries)
        return len(self.entries) + of_backfill + len(self.links or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """seen = new + changed + same + duplicate + refused, in every visit and run. `waiting`: entries over a limit, and
    links whose pages are not read yet, which a later visit counts. `due`: pages that became due. `visit_id`: the
    visit; None in a sum."""

    new: int = 0
    changed: int = 0
    same: int = 0
    duplicate: int = 0
    refused: int = 0
    waiting: int = 0
    due: int = 0
    visit_id: int | None = field(default=None, compare=False)

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            new=self.new + other.new,
            changed=self.changed + other.changed,
            same=self.same + other.same,
            duplicate=self.duplicate + other.duplicate,
            refused=self.refused + other.refused,
            waiting=self.waiting + other.waiting,
            due=self.due + other.due,
        )

    @property
    def seen(self) -> int:
        return self.new + self.changed + self.same + self.duplicate + self.refused
