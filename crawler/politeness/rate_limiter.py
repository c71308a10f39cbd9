"""The host gate: who may be asked when. One request at a time a host, a pause after each, so many a minute.

The pause runs from the END of a request to the START of the next, so a slow host is asked less; the minute is
any sixty seconds. A shared platform's hosts are one (`storage.records.rate_limits`). Holds no host longer
than it matters.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from time import monotonic as _clock  # which is the loop's, too

from newsdesk.crawler.http.target import parse_target
from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.rate_limits import MINUTE_S, RateLimit, RateLimits, queue_of

# A claim only takes hosts that are due, so a turn in the far future is a clock that was once ahead.
LONGEST_WAIT_S = 60.0
SWEEP_AT = 1024
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def host_of(address: str) -> str:
    """`https://Bücher.example:443/x` -> `xn--bcher-kva.example`; `:port` only when it is not the
    scheme's own. Raises addresses.AddressError.
    """
    return parse_target(address).host


def joined(told: Iterable[HostUpdate]) -> tuple[HostUpdate, ...]:
    """What several requests taught, once a host: the latest word, the longest pause, and whether any of them
    was one too many."""
    by_host: dict[str, HostUpdate] = {}
    for then in told:
        first = by_host.get(then.host, then)
        longer = max(then, first, key=lambda one: one.blocked_until or _LONG_AGO)
        by_host[then.host] = replace(
            then,
            blocked_until=longer.blocked_until,
            why=longer.why or then.why,
            limited=first.limited or then.limited,
        )
    return tuple(by_host.values())


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class _Host:
    """What the gate knows of a host. `async with` holds its turn."""

    rate_limit: RateLimit
    free_at: float = 0.0  # on the loop's clock
    begun: deque[float] = field(default_factory=deque)  # the requests of the last minute, on the same clock
    using: int = 0  # the one in flight and those who wait
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
        """Sleep until the next request may begin. Asked again after each sleep: a turn may have been learned
        or a gap set meanwhile."""
        while (wait_s := self.free_in(_clock())) > 0:  # noqa: ASYNC110 - time is the event
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
        self.free_at = _clock() + self.rate_limit.delay_s
        self.lock.release()
        self.using -= 1


class RateLimiter:
    """Pauses run on the loop's clock, which no one can set back; `now` only tells wall times. Hosts are named
    as `host_of` does, or by their queue."""

    def __init__(
        self,
        *,
        delay_s: float = 1.0,
        per_minute: float | None = None,
        own: tuple[tuple[str, RateLimit], ...] = (),
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.now = now
        self._paces = RateLimits(delay_s=delay_s, per_minute=per_minute, own=own)
        self._hosts: dict[str, _Host] = {}
        self._sweep_at = SWEEP_AT

    def __len__(self) -> int:
        return len(self._hosts)

    def learn(
        self,
        host: str,
        *,
        next_at: datetime | None,
        delay_s: float,
        per_minute: float | None = None,
        asked: tuple[datetime, int] | None = None,
    ) -> None:
        """What a claimed visit knows of its host; `per_minute` None leaves that as it is. `asked`: when it
        was asked last, and how often in the minute before. Waits are only ever made longer by it."""
        known = self._host(host)
        most = known.rate_limit.per_minute if per_minute is None else per_minute
        if (delay_s, most) != (known.rate_limit.delay_s, known.rate_limit.per_minute):
            known.rate_limit = RateLimit(delay_s=delay_s, per_minute=most)
        if next_at is not None:
            wait_s = min((next_at - self.now()).total_seconds(), max(LONGEST_WAIT_S, delay_s))
            known.free_at = max(known.free_at, _clock() + wait_s)
        if asked is not None:
            self._learn_asked(known, *asked)

    def _learn_asked(self, known: _Host, at: datetime, count: int) -> None:
        """Somebody else's requests, as if all were made with the last; what we made ourselves is known."""
        ago_s = (self.now() - at).total_seconds()
        last = _clock() - ago_s
        if 0 <= ago_s < MINUTE_S and (not known.begun or known.begun[-1] < last - 0.01):
            known.begun = deque([last] * max(count, len(known.begun)))

    def asked(self, host: str) -> tuple[datetime, int] | None:
        """When a host was asked last, and how often in the minute before; None when nobody counts."""
        known = self._hosts.get(queue_of(host))
        if known is None or known.rate_limit.per_minute is None or not known.begun:
            return None
        last = known.begun[-1]
        while known.begun[0] <= last - MINUTE_S:
            known.begun.popleft()
        return self.now() - timedelta(seconds=_clock() - last), len(known.begun)

    def usual_delay_s(self, host: str) -> float:
        """The pause of a host of which nothing more is known."""
        return self._paces.of(queue_of(host)).delay_s

    def block(self, host: str, until: datetime) -> None:
        """The host has told us to stay away (Retry-After)."""
        self._host(host).blocked_until = until

    def blocked_until(self, host: str) -> datetime | None:
        known = self._hosts.get(queue_of(host))
        if known is None or known.blocked_until is None:
            return None
        if known.blocked_until <= self.now():
            known.blocked_until = None
        return known.blocked_until

    def next_at(self, host: str) -> datetime:
        """The earliest moment of the next request."""
        known = self._hosts.get(queue_of(host))
        wait_s = known.free_in(_clock()) if known else 0.0
        return self.now() + timedelta(seconds=max(0.0, wait_s))

    def turn(self, host: str) -> AbstractAsyncContextManager[None]:
        """Holds the host. First come, first served."""
        return self._host(host)

    async def ready(self, host: str) -> None:
        """Sleep until the host's next turn may begin, without taking it."""
        await self._host(host).free()

    def _host(self, host: str) -> _Host:
        queue = queue_of(host)
        known = self._hosts.get(queue)
        if known is None:
            if len(self._hosts) >= self._sweep_at:
                self._forget_idle()
            known = self._hosts[queue] = _Host(self._paces.of(queue))
        return known

    def _forget_idle(self) -> None:
        """A host that is free again is like one never seen: its own gap comes with the next claim.
        Sweeping at twice what was left keeps the cost of it constant a host.
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
        self._sweep_at = max(SWEEP_AT, 2 * len(self._hosts))
