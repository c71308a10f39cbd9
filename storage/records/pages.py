"""A claimed article page, and the result of reading it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsdesk.storage.records.hosts import HostUpdate, Robots
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.stories import Story
from newsdesk.storage.records.visits import DEFAULT_LIMITS, NO_SECRETS, Limits, SecretNames


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedPage:
    """All that reading a page needs. `secrets` belong to a source that carried its story, `bound_to` is the
    address of that source. `stored_story`: what its feeds published, or the last version of the page; None if
    no story is known yet. `robots` are the stored rules of its host, and of the hosts to which its pages
    redirected."""

    page_id: int
    url: str
    host: str
    stored_story: Story | None = None
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
class PageResult:
    """The result of a claimed page. `page_story` is what the page alone publishes, compared with its next
    version; `story` is page and feed merged, to store. Both are None if there was nothing to read. `robots`
    are the rules of the page's host, and of those to which it redirected."""

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
    wire_bytes: int = 0
    traceback: str | None = None
