"""How often a host may be asked, and which hosts are one in this: those of a shared platform are one queue.

Pure. A queue has the name of its host (with its port if it is not the usual one), or of the platform:
thousands of blogs lie on the same servers, which see one visitor. Called wherever a lease or a turn is
taken; robots.txt and what people see go by the host itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

MINUTE_S = 60.0
SLOWEST = 1 / 64  # of what is allowed, however often a host says that it was asked too often
RECOVERY = 1.1  # more for each day without such an answer: a half is made good in eight days

# Each name stands for itself and for all hosts below it. Whoever adds one adds a migration that renames the
# queues of the sources that are there already. Not here: hosts of files (github.io, pages.dev), which are
# spread over a network made for it.
PLATFORMS = frozenset(
    {
        # a blog or a newsletter each
        "blogspot.com", "wordpress.com", "substack.com", "medium.com", "tumblr.com", "livejournal.com",
        "dreamwidth.org", "typepad.com", "over-blog.com", "hatenablog.com", "ghost.io", "weebly.com",
        "wixsite.com", "squarespace.com", "canalblog.com", "blogger.com",
        # a video, a podcast or a sound each
        "youtube.com", "vimeo.com", "dailymotion.com", "soundcloud.com", "libsyn.com", "podbean.com",
        # feeds of other people's sites, threads
        "feedburner.com", "reddit.com",
    }
)  # fmt: skip


@lru_cache(maxsize=4096)
def queue_of(host: str) -> str:
    """`gardens.blogspot.com` -> `blogspot.com`; most hosts are a queue of their own. Of a queue: itself."""
    labels = host.partition(":")[0].split(".")
    for first in range(len(labels) - 1):
        name = ".".join(labels[first:])
        if name in PLATFORMS:
            return name
    return host


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """`delay_s`: seconds from the end of one request to the start of the next; `per_minute`: requests that may
    begin within any minute, None for no bound."""

    delay_s: float
    per_minute: float | None

    @property
    def mean_s(self) -> float:
        """The least seconds that a request takes of a long row of them."""
        return max(self.delay_s, MINUTE_S / self.per_minute if self.per_minute else 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimits:
    """The pace of all, and the `own` ones of some queues by their names."""

    delay_s: float = 1.0
    per_minute: float | None = 30.0
    own: tuple[tuple[str, RateLimit], ...] = ()

    def of(self, queue: str, *, robots_delay_s: float | None = None, share: float = 1.0) -> RateLimit:
        """`asked_gap_s`: the pause that its robots.txt asks for, never undercut; `share`: how much of the
        rate is allowed, see `share_now`."""
        rate_limit = next((rate_limit for name, rate_limit in self.own if name == queue), self.common)
        per_minute = None if rate_limit.per_minute is None else rate_limit.per_minute * share
        return RateLimit(
            delay_s=max(rate_limit.delay_s, robots_delay_s or 0.0) / share, per_minute=per_minute
        )

    @property
    def common(self) -> RateLimit:
        """Of a queue that has none of its own."""
        return RateLimit(delay_s=self.delay_s, per_minute=self.per_minute)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSchedule:
    """How a claimed host is asked: not before `next_at`, at its pace; `asked` when that was last and how
    often in the minute before."""

    host: str
    rate_limit: RateLimit
    next_request_at: datetime | None = None
    recent_requests: tuple[datetime, int] | None = None


def share_now(share: float | None, limited_at: datetime | None, *, now: datetime) -> float:
    """How much of its rate a queue is asked at, that had `share` when it last said that it was too often."""
    if share is None or limited_at is None:
        return 1.0
    days = max(0.0, (now - limited_at).total_seconds() / 86400)
    return min(1.0, share * float(RECOVERY ** min(days, 366.0)))


def share_after_limit(share: float) -> float:
    """The share after one more such answer."""
    return max(share / 2, SLOWEST)
