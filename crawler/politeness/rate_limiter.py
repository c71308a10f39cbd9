"""The rate limiter: one request at a time a host, a delay after each, and so many requests a minute.

The delay runs from the END of a request to the START of the next, so that a slow host gets fewer requests; the
minute is any sixty seconds. The hosts of a shared platform are one queue (`storage.records.rate_limits`).
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import inf
from time import monotonic as _clock  # which is the loop's, too

from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.rate_limits import MINUTE_S, RateLimit, RateLimits, queue_of

log = logging.getLogger(__name__)

# A claim only takes hosts that are due, so a turn in the far future is a clock that was once ahead.
LONGEST_WAIT_S = 60.0
SWEEP_AT = 1024
# More hosts than a session can request within a minute; beyond it pauses are dropped, the shortest first.
MOST_HOSTS = 16_384
LOGGED_WAIT_S = 1.0
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def merge_host_updates(host_updates: Iterable[HostUpdate]) -> tuple[HostUpdate, ...]:
    """What several requests showed, one row a host: the last update, the longest pause, and whether any of the
    requests was one too many."""
    by_host: dict[str, HostUpdate] = {}
    for update in host_updates:
        before = by_host.get(update.host, update)
        longest = max(update, before, key=lambda one: one.blocked_until or _LONG_AGO)
        by_host[update.host] = replace(
            update,
            blocked_until=longest.blocked_until,
            why=longest.why or update.why,
            rate_limited=before.rate_limited or update.rate_limited,
        )
    return tuple(by_host.values())


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class _Host:
    """The state of one queue. `async with` holds its turn."""

    name: str
    rate_limit: RateLimit
    free_at: float = 0.0  # on the loop's clock
    ended_at: float = -inf  # the last request, on the same clock
    begun: deque[float] = field(default_factory=deque)  # the requests of the last minute, on the same clock
    using: int = 0  # the one in flight and those that wait
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    blocked_until: datetime | None = None

    def free_in(self, clock: float) -> float:
        """Seconds until the next request may begin."""
        begun, most, free_at = self.begun, self.rate_limit.per_minute, self.free_at
        while begun and begun[0] <= clock - MINUTE_S:
            begun.popleft()
        if most is not None and len(begun) >= (whole := max(1, int(most))):
            free_at = max(free_at, begun[-whole] + MINUTE_S)
        return free_at - clock

    async def free(self) -> None:
        """Sleep until the next request may begin. Checked again after each sleep: the host may have got a
        later turn or a longer delay meanwhile."""
        while (wait_s := self.free_in(_clock())) > 0:
            if wait_s > LOGGED_WAIT_S:
                log.debug("waiting %.1f s for the turn of %s", wait_s, self.name)
            await asyncio.sleep(wait_s)

    async def __aenter__(self) -> None:
        self.using += 1
        try:
            await self.lock.acquire()
            try:
                await self.free()
            except BaseException:
                self.lock.release()
                raise
        except BaseException:
            self.using -= 1
            raise
        self.begun.append(_clock())

    async def __aexit__(self, *_: object) -> None:
        self.ended_at = _clock()
        self.free_at = self.ended_at + self.rate_limit.delay_s
        self.lock.release()
        self.using -= 1


class RateLimiter:
    """Delays run on the loop's clock, which cannot be set back; `now` only converts to wall time. Hosts are
    named as by `host_of`, or by their queue."""

    def __init__(
        self,
        *,
        delay_s: float = 1.0,
        per_minute: float | None = None,
        own: tuple[tuple[str, RateLimit], ...] = (),
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.now = now
        self._rate_limits = RateLimits(delay_s=delay_s, per_minute=per_minute, own=own)
        self._hosts: dict[str, _Host] = {}
        self._sweep_at = SWEEP_AT

    def __len__(self) -> int:
        return len(self._hosts)

    def update_host(
        self,
        host: str,
        *,
        next_request_at: datetime | None,
        delay_s: float,
        per_minute: float | None = None,
        recent_requests: tuple[datetime, int] | None = None,
    ) -> None:
        """Apply what a claimed visit brings of its host; `per_minute` None leaves that as it is.
        `recent_requests`: the time of the last one, and how many began in the minute before. Waits only
        become longer."""
        known = self._host(host)
        most = known.rate_limit.per_minute if per_minute is None else per_minute
        if (delay_s, most) != (known.rate_limit.delay_s, known.rate_limit.per_minute):
            known.rate_limit = RateLimit(delay_s=delay_s, per_minute=most)
            # a longer delay holds at once: robots.txt sets it for the first page after itself, too
            known.free_at = max(known.free_at, known.ended_at + delay_s)
        if next_request_at is not None:
            wait_s = min((next_request_at - self.now()).total_seconds(), max(LONGEST_WAIT_S, delay_s))
            known.free_at = max(known.free_at, _clock() + wait_s)
        if recent_requests is not None:
            self._add_recent_requests(known, *recent_requests)

    def _add_recent_requests(self, known: _Host, at: datetime, count: int) -> None:
        """Count the requests of other sessions, as if all began with the last; our own are known."""
        ago_s = (self.now() - at).total_seconds()
        last = _clock() - ago_s
        if 0 <= ago_s < MINUTE_S and (not known.begun or known.begun[-1] < last - 0.01):
            known.begun = deque([last] * max(count, len(known.begun)))

    def recent_requests(self, host: str) -> tuple[datetime, int] | None:
        """The time of the last request, and how many began in the minute before; None without a limit a
        minute."""
        known = self._hosts.get(queue_of(host))
        if known is None or known.rate_limit.per_minute is None or not known.begun:
            return None
        last = known.begun[-1]
        while known.begun[0] <= last - MINUTE_S:
            known.begun.popleft()
        return self.now() - timedelta(seconds=_clock() - last), len(known.begun)

    def default_delay_s(self, host: str) -> float:
        """The delay of a host of which nothing more is known."""
        return self._rate_limits.of(queue_of(host)).delay_s

    def block(self, host: str, until: datetime) -> None:
        """Send no request to the host until then: it asked for a pause (Retry-After)."""
        known = self._host(host)
        if known.blocked_until != until:
            log.info("%s is paused until %s", known.name, f"{until:%Y-%m-%d %H:%M:%S} UTC")
        known.blocked_until = until

    def blocked_until(self, host: str) -> datetime | None:
        known = self._hosts.get(queue_of(host))
        if known is None or known.blocked_until is None:
            return None
        if known.blocked_until <= self.now():
            known.blocked_until = None
        return known.blocked_until

    def next_request_at(self, host: str) -> datetime:
        """The earliest time of the next request."""
        known = self._hosts.get(queue_of(host))
        wait_s = known.free_in(_clock()) if known else 0.0
        return self.now() + timedelta(seconds=max(0.0, wait_s))

    def turn(self, host: str) -> AbstractAsyncContextManager[None]:
        """Holds the host. First come, first served."""
        return self._host(host)

    async def wait_until_free(self, host: str) -> None:
        """Sleep until the host's next turn may begin, without taking it."""
        await self._host(host).free()

    def _host(self, host: str) -> _Host:
        queue = queue_of(host)
        known = self._hosts.get(queue)
        if known is None:
            if len(self._hosts) >= min(self._sweep_at, MOST_HOSTS):
                self._drop_idle()
            known = self._hosts[queue] = _Host(queue, self._rate_limits.of(queue))
        return known

    def _drop_idle(self) -> None:
        """Drop hosts that are free again: their delay comes with the next claim. Sweeping again at twice what
        is left keeps the cost constant a host.
        """
        clock, now = _clock(), self.now()
        self._hosts = {
            name: host
            for name, host in self._hosts.items()
            if host.using
            or host.free_at > clock
            or (host.rate_limit.per_minute is not None and host.begun and host.begun[-1] > clock - MINUTE_S)
            or (host.blocked_until is not None and host.blocked_until > now)
        }
        if len(self._hosts) >= MOST_HOSTS:
            self._drop_soonest(now)
        self._sweep_at = max(SWEEP_AT, 2 * len(self._hosts))

    def _drop_soonest(self, now: datetime) -> None:
        """Drop a quarter of the hosts that are not in use: those whose pause ends first."""
        idle = sorted(
            (host for host in self._hosts.values() if not host.using),
            key=lambda host: (host.blocked_until or now, host.free_at),
        )
        dropped = idle[: MOST_HOSTS // 4]
        log.warning("the rate limiter holds %d hosts; %d are dropped", len(self._hosts), len(dropped))
        for host in dropped:
            del self._hosts[host.name]
