"""What walks through the crawler before it is a Story: Page (bytes we got), Article (what they said).

Pure. Every field of an Article is a string as printed; nothing is parsed, cleaned or guessed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.stories import Access, Kind
from newsdesk.storage.records.visits import NO_SECRETS, FeedFacts, SecretNames


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One request through the door. Addresses are sent exactly as given. `secrets` are sent to the origin of
    `bound_to` alone, and only if `address` has that origin; their proxy is the way to every address.
    """

    address: str
    etag: str | None = None
    last_modified: str | None = None
    accept: str = "*/*"
    secrets: SecretNames = NO_SECRETS
    bound_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the door got. `outcome.group` is *fine* for a 200 with a whole body and for a 304.

    `address` is where the answer came from after `hops`; `moved_to` the target that an unbroken chain
    of permanent redirects (301, 308) from the asked address led to, else None. `body` is decoded
    (no content coding), empty on any outcome that is not *fine*. `content_type` is the bare media type
    in lower case, `charset` the header's charset parameter. `manners` has a row a host asked.
    """

    requested: str
    address: str
    outcome: Outcome
    fetched_at: datetime
    body: bytes = b""
    content_type: str | None = None
    charset: str | None = None
    content_location: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None
    redirects: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    host_updates: tuple[HostUpdate, ...] = ()
    wire_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """A piece of text with its kind; `base` is the address that relative links in it are joined to."""

    value: str
    kind: Literal["text", "html"] = "html"
    base: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An author as the feed gave it: each part as printed."""

    name: str | None = None
    email: str | None = None
    uri: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A media file that an entry carries. `length` as printed."""

    url: str
    type: str | None = None
    length: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedDate:
    """A date as it was printed, and where. `origin` is one of `normalise.dates.precedence.ORIGINS`."""

    origin: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One entry or page as its publisher said it. `link` and `guid_link` are absolute addresses or None;
    `guid_link` is the GUID when it is a permalink. `original_link` is feedburner's origLink. `origins`
    says of a page's fields where on the page each was found (see `pages.merge`). `dates` are all that a
    page says of when its story was published; without them `published` and `updated` say it. `kind` and
    `access` are a page's, too, and among the few words that it may use for them.
    """

    guid: str | None = None
    guid_link: str | None = None
    link: str | None = None
    original_link: str | None = None
    title: Markup | None = None
    summary: Markup | None = None
    content: Markup | None = None
    published: str | None = None
    updated: str | None = None
    dates: tuple[PrintedDate, ...] = ()
    authors: tuple[Person, ...] = ()
    categories: tuple[str, ...] = ()
    language: str | None = None
    image: str | None = None
    kind: Kind | None = None
    access: Access | None = None
    enclosures: tuple[Enclosure, ...] = ()
    doubts: tuple[str, ...] = ()
    origins: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReading:
    """A document read by the ladder. `whole` is False when the document ends before it is closed.
    `problem` is None, or why this is not a feed, in words (then there are no articles). `older`: the relation
    and address of documents that it links for its older entries; `generator`: the program that made it.
    """

    facts: FeedFacts
    articles: tuple[Article, ...] = ()
    complete: bool = True
    problem: str | None = None
    doubts: tuple[str, ...] = field(default=())
    older: tuple[tuple[str, str], ...] = ()
    generator: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What came of bytes that were sent somewhere: `words` without the address, `status` 0 when nobody
    answered."""

    status: int
    message: str

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCandidate:
    """One candidate: what was printed, and where. `typed`: it is marked as a person's name; `hidden`: the
    page tells it to machines and shows it to nobody."""

    origin: str
    value: str
    typed: bool = False
    machine_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCandidates:
    """What a page says. `sites` are names that its outlet bears there; `canonical` is absolute or None;
    `base` is what links in its text are joined to; `problem` is None, or why this is no article page, in
    words."""

    address: str
    base: str | None = None
    fields: Mapping[str, tuple[FieldCandidate, ...]] = field(default_factory=dict)
    dates: tuple[PrintedDate, ...] = ()
    sites: tuple[str, ...] = ()
    canonical: str | None = None
    doubts: tuple[str, ...] = ()
    problem: str | None = None
