"""The plain records that the rooms hand to one another.

Pure: no database, no clock. A record is frozen, and made of strings, numbers, tuples and aware UTC
datetimes, so that it can be pickled to another process or written as JSON for another machine.
`None` is not known; an empty tuple or string is known to be none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from storage.handover import handed_over
from storage.hints import NO_HINTS, Hints
from storage.zones import NO_HABIT, ZoneHabit

Verdict = Literal["new", "changed", "same", "duplicate", "refused"]
Precision = Literal["year", "month", "day", "hour", "minute", "second"]
AuthorKind = Literal["person", "organisation"]
Found = Literal["entry", "guid", "original", "redirect", "canonical", "amp", "none"]
Kind = Literal["article", "liveblog", "gallery", "video", "audio", "review", "opinion"]
Access = Literal["free", "paywalled"]
Rung = Literal["guid", "address", "address+guid", "address+date+title"]
State = Literal["told", "known", "again", "refused", "left"]
OutcomeGroup = Literal[
    "fine",  # read, or known to be unchanged
    "temporary",  # time-out, reset, 5xx, DNS try-again
    "limited",  # 429
    "forbidden",  # 401, 403, 451
    "missing",  # 404, no such host
    "gone",  # 410
    "tls",  # certificate or handshake
    "unreadable",  # not a feed, too large, a reader's limit
    "guarded",  # an address or scheme that we do not contact
    "bug",  # our own fault; the visit has the traceback
]


@handed_over
@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """One name of a byline. `role` is writer, reporting, editing, photo or translation."""

    name: str
    kind: AuthorKind = "person"
    role: str = "writer"
    organisation: str | None = None


@handed_over
@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A key under which a story is known. `key` (`a4:…`) is compared, `url` is fetched or shown. `beside`:
    digest of what is in the key besides the address, where that alone does not tell; None where it does."""

    key: str
    url: str
    found: Found
    beside: str | None = None


@handed_over
@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What we understood of one story: typed, cleaned, UTC.

    `addresses` holds the identity first and is never empty. `published_offset_min` is the publisher's
    distance from UTC in minutes, None when none was printed; `published_day` the publisher's own
    calendar day (YYYY-MM-DD). `said` is what was printed, per field, as strings; `evidence` says per
    field which rule read it and what is doubtful. `digest` (`s1:…`) covers the material fields.
    `text` has lost the outlet's boilerplate at its edges, which stands in `cut_start` and `cut_end`; digests
    and comparisons are of the `whole`. `access`: whether all of it is free to read,
    None where nobody says. `edges` are the digests of the sentences at the edges of the whole.
    """

    addresses: tuple[Address, ...]
    site: str
    title: str | None
    summary: str | None = None
    text: str | None = None
    cut_start: str = ""
    cut_end: str = ""
    edges: tuple[int, ...] = ()
    html: str | None = None
    language: str | None = None
    authors: tuple[Author, ...] = ()
    published: datetime | None = None
    published_offset_min: int | None = None
    published_day: str | None = None
    precision: Precision | None = None
    updated: datetime | None = None
    image: str | None = None
    categories: tuple[str, ...] = ()
    kind: Kind = "article"
    access: Access | None = None
    said: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""
    reader_version: int = 1

    @property
    def whole(self) -> str | None:
        """The text with what was cut off it."""
        return None if self.text is None else f"{self.cut_start}{self.text}{self.cut_end}"


@handed_over
@dataclass(frozen=True, slots=True, kw_only=True)
class Sighted:
    """One entry of one document, in the document's order.

    `entry_key` (`e1:…`) is its name within its source, `earlier_keys` other names under which an
    earlier document may have carried it (the source's former identity rung). `state`: *told* brings a
    Story; *known* says what the last document said; *again* stood before in this document; *refused*
    has its `reason`; *left* is left for a later visit by the limit on entries, and counts nowhere.
    `addressed`: its address alone names it; not so without a link, or with one that it shares, be it the
    home page: then a GUID that changes with each document would make it new each time. `history`: it stood
    in the feed before we knew the feed.
    """

    entry_key: str
    entry_digest: str
    state: State
    story: Story | None = None
    reason: str | None = None
    earlier_keys: tuple[str, ...] = ()
    addressed: bool = True
    history: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Every name of the entry, today's first."""
        return (self.entry_key, *self.earlier_keys)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedVisit:
    """All that a visit needs, so that the crawler asks nobody. Times are aware UTC.

    `known` is the packed entry keys and digests of the source's last document (see
    `storage.fingerprints`), `identity` the rung by which its entries are told apart, `next_at` the
    earliest moment at which the host may be asked, `gap_s` the pause between two requests to it, `per_minute`
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
    known: bytes = b""
    history: bool = False
    missed_since: datetime | None = None
    identity: Rung = "guid"
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
    secrets: SecretNames = NO_SECRETS
    seek: tuple[str, ...] = ()
    next_at: datetime | None = None
    gap_s: float = 1.0
    per_minute: float | None = None
    asked: tuple[datetime, int] | None = None
    blocked: tuple[tuple[str, datetime], ...] = ()
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a visit ended: one word, its class, and a sentence for people (with the value)."""

    word: str
    group: OutcomeGroup
    words: str
    status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """What a visit taught about a host, or the platform that it is of: when it may be asked again, until when
    it forbids us, when it was `asked` last and how often in the minute before, and whether it said that this
    was too often (429)."""

    host: str
    next_at: datetime
    blocked_until: datetime | None = None
    why: str | None = None
    asked: tuple[datetime, int] | None = None
    limited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFacts:
    """What a document says of itself. `rung` names the step of the parser ladder that read it."""

    title: str | None = None
    home: str | None = None
    language: str | None = None
    format: str | None = None
    rung: str | None = None
    left_out: int = 0
    repairs: tuple[str, ...] = ()
    hints: Hints = NO_HINTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """What was looked for after a gap, in `asked` documents: the entries that no visit saw, newest document
    first; whether the gap is `closed`, so that none is missing; and both in words."""

    entries: tuple[Sighted, ...]
    asked: int
    closed: bool
    words: str


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
    entries: tuple[Sighted, ...] = ()
    validators: tuple[str | None, str | None] | None = None
    body_digest: str | None = None
    known: bytes | None = None
    zone: ZoneHabit | None = None
    identity: Rung = "guid"
    facts: FeedFacts | None = None
    hints: Hints = NO_HINTS
    manners: tuple[Manners, ...] = ()
    final_address: str | None = None
    moved_to: str | None = None
    wire_bytes: int = 0
    whole: bool = True
    missed: Missed | None = None
    traceback: str | None = None
    part: int = 1
    last: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """A host's robots.txt as it was at `at`. An empty `text` forbids nothing (it is empty, or the host says
    that there is none); None: it could not be reached, so nothing may be asked for now (RFC 9309, 2.3.1.4).
    `delay_s` is the pause that it asks for between two requests.
    """

    host: str
    text: str | None
    at: datetime
    delay_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedPage:
    """All that reading a page needs. `secrets` are those of a source that carried its story, `bound_to` that
    source's address. `told` is the story as it is stored: what its feeds said of it, or the
    last reading; None when no story is known yet. `robots` are the rules of its host as they are
    remembered, and of the hosts to which pages of it led. `page_id` and the hints are as for a visit.
    """

    page_id: int
    url: str
    host: str
    told: Story | None = None
    name: str | None = None
    boilerplate: bytes = b""
    language: str | None = None
    country: str | None = None
    timezone: str | None = None
    learned: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_digest: str | None = None
    attempts: int = 0
    secrets: SecretNames = NO_SECRETS
    bound_to: str | None = None
    next_at: datetime | None = None
    gap_s: float = 1.0
    per_minute: float | None = None
    asked: tuple[datetime, int] | None = None
    blocked: tuple[tuple[str, datetime], ...] = ()
    robots: tuple[Robots, ...] = ()
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageResult:
    """What came of a claimed page. `own` is what the page alone says, by which a later reading is told to
    be a change; `story` the words to keep: page and feed merged. Both None when there was nothing to read.
    `robots` are the rules of the page's host, and of those to which it led.
    """

    page_id: int
    url: str
    host: str
    started_at: datetime
    ended_at: datetime
    outcome: Outcome
    own: Story | None = None
    story: Story | None = None
    validators: tuple[str | None, str | None] | None = None
    body_digest: str | None = None
    manners: tuple[Manners, ...] = ()
    robots: tuple[Robots, ...] = ()
    wire_bytes: int = 0
    traceback: str | None = None


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
