"""Rate limits of hosts, and which hosts share one: all blogs of a platform are one host queue. Pure.

A queue has the name of its host, with the port unless it is the default, or the name of the platform.
robots.txt belongs to the host itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

MINUTE_S = 60.0
SLOWEST = 1 / 64  # of the rate limit, however many 429 a host sends
RECOVERY = 1.1  # the factor for each day without a 429: after a half it takes eight days

# Each name stands for itself and for all hosts below it. A new name needs a migration that sets the host of the
# sources and pages that exist. Hosts of files (github.io, pages.dev) are not here: a CDN serves them.
PLATFORMS = frozenset(
    {
        # blogs and newsletters
        "blogspot.com", "wordpress.com", "substack.com", "medium.com", "tumblr.com", "livejournal.com",
        "dreamwidth.org", "typepad.com", "over-blog.com", "hatenablog.com", "ghost.io", "weebly.com",
        "wixsite.com", "squarespace.com", "canalblog.com", "blogger.com",
        # videos, podcasts and sounds
        "youtube.com", "vimeo.com", "dailymotion.com", "soundcloud.com", "libsyn.com", "podbean.com",
        # feeds of other sites, threads
        "feedburner.com", "reddit.com",
    }
)  # fmt: skip


@lru_cache(maxsize=4096)
def queue_of(host: str) -> str:
    """The queue of a host: `gardens.blogspot.com` → `blogspot.com`. Most hosts have their own. A queue gives
    itself."""
    labels = host.partition(":")[0].split(".")
    for first in range(len(labels) - 1):
        name = ".".join(labels[first:])
        if name in PLATFORMS:
            return name
    return host


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """`delay_s`: seconds from the end of one request to the start of the next; `per_minute`: requests that
    may start within any minute, None for no limit."""

    delay_s: float
    per_minute: float | None

    @property
    def mean_s(self) -> float:
        """The least seconds per request over many requests."""
        return max(self.delay_s, MINUTE_S / self.per_minute if self.per_minute else 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimits:
    """The rate limit of all queues, and the `own` ones of some by name."""

    delay_s: float = 1.0
    per_minute: float | None = 30.0
    own: tuple[tuple[str, RateLimit], ...] = ()

    def of(self, queue: str, *, robots_delay_s: float | None = None, share: float = 1.0) -> RateLimit:
        """The rate limit of a queue. `robots_delay_s`: the Crawl-delay of its robots.txt, a minimum; `share`:
        how much of the rate is allowed, see `share_now`."""
        rate_limit = next((rate_limit for name, rate_limit in self.own if name == queue), self.common)
        per_minute = None if rate_limit.per_minute is None else rate_limit.per_minute * share
        return RateLimit(
            delay_s=max(rate_limit.delay_s, robots_delay_s or 0.0) / share, per_minute=per_minute
        )

    @property
    def common(self) -> RateLimit:
        """The rate limit of a queue without an own one."""
        return RateLimit(delay_s=self.delay_s, per_minute=self.per_minute)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSchedule:
    """When a claimed host may be requested: not before `next_request_at`, within its rate limit.
    `recent_requests`: when the last request was, and how many there were in the minute before."""

    host: str
    rate_limit: RateLimit
    next_request_at: datetime | None = None
    recent_requests: tuple[datetime, int] | None = None


def share_now(share: float | None, limited_at: datetime | None, *, now: datetime) -> float:
    """The share of its rate at which a queue is requested now, if it was `share` at its last 429."""
    if share is None or limited_at is None:
        return 1.0
    days = max(0.0, (now - limited_at).total_seconds() / 86400)
    return min(1.0, share * float(RECOVERY ** min(days, 366.0)))


def share_after_limit(share: float) -> float:
    """The share after one more 429."""
    return max(share / 2, SLOWEST)
