"""A claimed article page, and the result of reading it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsdesk.storage.records.addresses.areas import same_family
from newsdesk.storage.records.hosts import HostUpdate, Robots
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.stories import Address, Story
from newsdesk.storage.records.visits import DEFAULT_LIMITS, NO_SECRETS, Limits, SecretNames


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedPage:
    """All that reading a page needs. `secrets` belong to a source that carried its story, `bound_to` is the
    address of that source. `stored_story`: what its feeds published, or the last version of the page; None if
    no story is known yet. `linked`: only a link of a site led to it, so it may be no story; `link_text` is the text of
    that link. `robots` are the stored rules of its host, and of the hosts to which its pages
    redirected."""

    page_id: int
    url: str
    host: str
    stored_story: Story | None = None
    linked: bool = False
    link_text: str | None = None
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
    next_request_at: datetime | None = None
    delay_s: float = 1.0
    per_minute: float | None = None
    recent_requests: tuple[datetime, int] | None = None
    blocked: tuple[tuple[str, datetime], ...] = ()
    robots: tuple[Robots, ...] = ()
    limits: Limits = DEFAULT_LIMITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An address that a page calls its canonical one, and what is there: `own` is what that page alone publishes,
    `story` that merged with the feed. Both are None if it could not be read; `message` says why."""

    address: Address
    message: str
    own: Story | None = None
    story: Story | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageResult:
    """The result of a claimed page. `page_story` is what the page alone publishes, compared with its next
    version; `story` is page and feed merged, to store. Both are None if there was nothing to read. `robots`
    are the rules of the page's host, and of those to which it redirected. `claims`: the addresses that it calls its own
    and that were fetched for proof. `answered_by`: the host that the outcome is of, after redirects."""

    page_id: int
    url: str
    host: str
    started_at: datetime
    ended_at: datetime
    outcome: Outcome
    page_story: Story | None = None
    story: Story | None = None
    validators: tuple[str | None, str | None] | None = None
    body_digest: str | None = None
    host_updates: tuple[HostUpdate, ...] = ()
    robots: tuple[Robots, ...] = ()
    claims: tuple[Claim, ...] = ()
    answered_by: str | None = None
    wire_bytes: int = 0
    traceback: str | None = None


def needs_proof(story: Story) -> tuple[Address, ...]:
    """The addresses of a page that it only calls its own, and that are no other form of its path."""
    own = [one for one in story.addresses if one.found_in != "canonical" or one is story.addresses[0]]
    return tuple(
        address
        for address in story.addresses
        if not any(address is one or same_family(address.url, one.url) for one in own)
    )
