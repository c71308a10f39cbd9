"""What a request shows about its host: when it may be requested again, and its robots.txt. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HostUpdate:
    """What a visit taught about a host, or the platform that it is of: when it may be asked again, until when
    it forbids us, when it was `asked` last and how often in the minute before, and whether it said that this
    was too often (429)."""

    host: str
    next_request_at: datetime
    blocked_until: datetime | None = None
    why: str | None = None
    recent_requests: tuple[datetime, int] | None = None
    rate_limited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """A host's robots.txt as it was at `at`. An empty `text` forbids nothing (it is empty, or the host says
    that there is none); None: it could not be reached, so nothing may be asked for now (RFC 9309, 2.3.1.4).
    `delay_s` is the pause that it asks for between two requests.
    """

    host: str
    robots_txt: str | None
    read_at: datetime
    delay_s: float | None = None
