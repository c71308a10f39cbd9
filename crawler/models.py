"""What the stages of the crawler exchange: HttpRequest, Page (bytes as fetched), Article (as published). Pure.

Every field of an Article is text as published: not parsed, cleaned or guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.rights.stated import Stated
from newsdesk.storage.records.stories import Access, Kind
from newsdesk.storage.records.visits import NO_SECRETS, FeedFacts, SecretNames


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One request. The address is sent exactly as it is. `secrets` are sent to the origin of `bound_to` only, and
    only if `address` has that origin; their proxy is used for every address.
    """

    address: str
    etag: str | None = None
    last_modified: str | None = None
    accept: str = "*/*"
    secrets: SecretNames = NO_SECRETS
    bound_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The result of a request. The outcome's category is *ok* for a 200 with a complete body and for a 304.

    `address` is where the response came from after `redirects`; `moved_to` is the target of an unbroken chain of
    permanent redirects (301, 308) from the requested address, else None. `body` is decoded (no content coding),
    empty unless the category is *ok*. `content_type` is the bare media type in lower case, `charset` the
    parameter of the header. `host_updates` has a row for each host that was requested.
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
    """A text with its kind; `base` is the address that relative links in it are joined to."""

    value: str
    kind: Literal["text", "html"] = "html"
    base: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An author as the feed has it: each part as published."""

    name: str | None = None
    email: str | None = None
    uri: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A media file that an entry carries. `length` as published."""

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
    """One entry or page as published. `link` and `guid_link` are absolute addresses or None; `guid_link` is the
    GUID when it is a permalink. `original_link` is feedburner's origLink. `origins`: where on the page each field
    was found (see `pages.merge`). `dates` are all that a page prints about the time of publication; without them
    `published` and `updated` count. `kind` and `access` are a page's only, and normalised; `corrections` are those
    that its JSON-LD states. `rights`: what is stated about its use.
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
    corrections: tuple[str, ...] = ()
    rights: tuple[Stated, ...] = ()
    doubts: tuple[str, ...] = ()
    origins: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReading:
    """A parsed feed document. `complete` is False when the document is cut off. `problem`: why it is not a feed
    (then there are no articles), or None. `older`: relation and address of linked documents with older entries;
    `generator`: the program that made it.
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
    """The result of sending bytes. `message` is without the address; `status` is 0 when there was no response."""

    status: int
    message: str

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCandidate:
    """One published value of a field, and where it was found. `typed`: it is marked as a person's name;
    `hidden`: the page has it for machines only and does not show it."""

    origin: str
    value: str
    typed: bool = False
    machine_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFields:
    """What a site file gives of a page: candidates and dates, all of the origin "site file". `failure`: what its
    `read` function raised, and the traceback."""

    name: str
    fields: Mapping[str, tuple[FieldCandidate, ...]] = field(default_factory=dict)
    dates: tuple[PrintedDate, ...] = ()
    timezone: str | None = None
    failure: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCandidates:
    """All candidates of a page. `sites` are names of its outlet; `canonical` is absolute or None; links in its
    text are joined to `base`; `rights`: what the page states about its use; `problem`: why this is not an article
    page, or None. `no_article`: why it does not look like one, although it has a text; that counts for a page to which
    only a link led. `site_file`: the name of the site file that it was read by, with the time zone of the site and
    what the file's `read` function raised."""

    address: str
    base: str | None = None
    fields: Mapping[str, tuple[FieldCandidate, ...]] = field(default_factory=dict)
    dates: tuple[PrintedDate, ...] = ()
    sites: tuple[str, ...] = ()
    canonical: str | None = None
    rights: tuple[Stated, ...] = ()
    doubts: tuple[str, ...] = ()
    no_article: str | None = None
    problem: str | None = None
    site_file: str | None = None
    timezone: str | None = None
    failure: tuple[str, str] | None = None
