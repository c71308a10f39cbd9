"""What a visit learns about a host: when it may be requested again, and its robots.txt. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.rights.site import NO_SITE_RIGHTS, SiteRights


@dataclass(frozen=True, slots=True, kw_only=True)
class HostUpdate:
    """What a visit learned about a host (or its platform): the earliest next request, until when the host
    forbids requests and `why`, when the last request was and how many there were in the minute before, and
    whether the host said that these were too many (429)."""

    host: str
    next_request_at: datetime
    blocked_until: datetime | None = None
    why: str | None = None
    recent_requests: tuple[datetime, int] | None = None
    rate_limited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """A robots.txt as read at `read_at`. Empty text forbids nothing (it is empty, or there is none); None: it
    could not be reached, so nothing may be requested for now (RFC 9309, 2.3.1.4). `delay_s` is its
    Crawl-delay; `challenge`: the host answered with a bot challenge instead. `rights`: its content signals, and the
    rules of the tdmrep.json of the host."""

    host: str
    robots_txt: str | None
    read_at: datetime
    delay_s: float | None = None
    challenge: Outcome | None = None
    rights: SiteRights = NO_SITE_RIGHTS
