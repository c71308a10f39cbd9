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
    """All that reading a page needs. `secrets` are those of a source that carried its story, `bound_to` that
    source's address. `told` is the story as it is stored: what its feeds said of it, or the
    last reading; None when no story is known yet. `robots` are the rules of its host as they are
    remembered, and of the hosts to which pages of it led. `page_id` and the hints are as for a visit.
    """

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
    page_story: Story | None = None
    story: Story | None = None
    validators: tuple[str | None, str | None] | None = None
    body_digest: str | None = None
    host_updates: tuple[HostUpdate, ...] = ()
    robots: tuple[Robots, ...] = ()
    wire_bytes: int = 0
    traceback: str | None = None
