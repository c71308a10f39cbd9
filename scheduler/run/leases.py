"""Leases of the hosts that a run visits: claimed, and renewed while the visits last."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from functools import partial

from newsdesk.crawler.politeness.host_lease import HostLease, busy
from newsdesk.scheduler.settings import RunSettings
from newsdesk.storage.db.errors import StoreError
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.free_hosts import Candidate
from newsdesk.storage.hosts.leases import Claim, Wanted, claim, find_remaining, held_hosts, renew
from newsdesk.storage.hosts.politeness import blocked_hosts
from newsdesk.storage.hosts.remaining import Remaining
from newsdesk.storage.hosts.single_lease import SingleLease, end_lease, lease_host
from newsdesk.storage.plurals import count
from newsdesk.storage.sources.next_visit import Store

log = logging.getLogger(__name__)

RENEW_S = 20.0
OTHER_HOST_S = 60.0  # how long a spider's request waits for a host that another process requests
VISITS_AT_ONCE, FIRST_VISITS_AT_ONCE = 50, 5  # of one host, by one claim
BLOCKED_FOR = timedelta(
    seconds=20
)  # how long a list of blocked hosts is used: visits report the blocks of this run


class Claims:
    """Leases hosts for one run. Of a one-off crawl it holds the sources that remain."""

    def __init__(self, writer: Writer, settings: RunSettings, *, owner: str) -> None:
        self._writer = writer
        self._settings = settings
        self._owner = owner
        self._remaining: Remaining | None = None
        self._blocked: tuple[tuple[str, datetime], ...] = ()
        self._blocked_at: datetime | None = None

    async def claim(self, wanted: Wanted, *, hosts: int, now: datetime) -> tuple[Claim, ...]:
        """Lease up to `hosts` hosts that have wanted sources or pages. Of a host whose first visits are made before
        their time, a few at once: its due sources do not wait long."""
        if self._blocked_at is None or not self._blocked_at <= now < self._blocked_at + BLOCKED_FOR:
            self._blocked = await self._writer.write(lambda db: blocked_hosts(db, now))
            self._blocked_at = now
        if wanted.one_off and self._remaining is None:
            self._remaining = await self._writer.write(lambda db: find_remaining(db, wanted))
        claims = await self._claim(wanted, self._remaining, hosts=hosts, now=now)
        if claims:
            log.debug(
                "claimed %s of %s: %s",
                count(len(claims), "host"),
                count(hosts, "free slot"),
                ", ".join(one.host for one in claims),
            )
        return claims

    async def _claim(
        self, wanted: Wanted, remaining: Remaining | None, *, hosts: int, now: datetime
    ) -> tuple[Claim, ...]:
        looked_at = 0

        def candidates(remaining: Remaining) -> Iterator[Candidate]:
            nonlocal looked_at
            for looked_at, candidate in enumerate(remaining.candidates(), 1):  # noqa: B007 - read below
                yield candidate

        def job(db: Store) -> tuple[tuple[Claim, ...], dict[str, datetime]]:
            claims = claim(
                db,
                wanted,
                owner=self._owner,
                now=now,
                hosts=hosts,
                lease_s=self._settings.lease_s,
                rate_limits=self._settings.session.rate_limits,
                limits=self._settings.limits,
                visits=FIRST_VISITS_AT_ONCE if wanted.first else VISITS_AT_ONCE,
                candidates=None if remaining is None else candidates(remaining),
                blocked=self._blocked,
            )
            claimed = {one.host for one in claims}
            others = () if remaining is None else remaining.first(looked_at)
            return claims, held_hosts(db, [host for host in others if host not in claimed], now=now)

        if remaining is None:
            return (await self._writer.write(job))[0]
        remaining.begin(now=now)
        claims, held = await self._writer.write(job)
        remaining.end(looked_at, held=held)
        return claims

    def look_again(self) -> None:
        """Look through all sources again at the next claim: some may have become wanted, or free."""
        self._remaining = None

    def visited(self, host: str, source_id: int) -> None:
        """A source of a claimed host was visited."""
        if self._remaining is not None:
            self._remaining.visited(host, source_id)

    def released(self, host: str) -> None:
        """A claimed host is free again."""
        if self._remaining is not None:
            self._remaining.released(host)


class HostLeases:
    """Leases single hosts for the requests of spiders, one request at a time a host. A host that this run has claimed
    is requested under that claim; `held` are the hosts whose leases the run renews."""

    def __init__(
        self,
        writer: Writer,
        settings: RunSettings,
        held: set[str],
        *,
        owner: str,
        now: Callable[[], datetime],
    ) -> None:
        self._writer = writer
        self._settings = settings
        self._held = held
        self._owner = owner
        self._now = now
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @asynccontextmanager
    async def lease(self, queue: str) -> AsyncIterator[HostLease]:
        """Lease a host queue for one request. What the request shows is kept at once, so that a crash loses none."""
        if queue in self._held and not self._turns[queue].locked():  # claimed by this run
            lease = HostLease()
            yield lease
            await self._end(queue, lease, owner=None)
            return
        async with self._turns[queue]:
            lease = await self._take(queue)
            owner = None if lease.schedule is None else self._owner
            try:
                yield lease
            finally:
                await asyncio.shield(self._end(queue, lease, owner=owner))

    async def _take(self, queue: str) -> HostLease:
        """Wait for the host, for at most `OTHER_HOST_S`."""
        clock = asyncio.get_running_loop().time
        latest = clock() + OTHER_HOST_S
        while True:
            if queue in self._held:  # this run has claimed it meanwhile
                return HostLease()
            single = await self._writer.write(partial(self._lease, queue=queue))
            if single.leased:
                self._held.add(queue)
                return HostLease(schedule=single.schedule)
            if single.blocked_until is not None:
                return HostLease(blocked_until=single.blocked_until)
            if clock() >= latest:
                return HostLease(refused=busy(queue, OTHER_HOST_S))
            await asyncio.sleep(0.2)

    def _lease(self, db: Store, queue: str) -> SingleLease:
        return lease_host(
            db,
            queue,
            owner=self._owner,
            now=self._now(),
            lease_s=self._settings.lease_s,
            rate_limits=self._settings.session.rate_limits,
        )

    async def _end(self, queue: str, lease: HostLease, *, owner: str | None) -> None:
        if owner is not None:
            self._held.discard(queue)
        if owner is not None or lease.host_updates:
            now, host_updates = self._now(), lease.host_updates
            with suppress(StoreError):  # the lease expires by itself; if the file fails, the visit reports it
                await self._writer.write(lambda db: end_lease(db, queue, host_updates, owner=owner, now=now))


async def keep_leases(
    writer: Writer,
    held: Collection[str],
    settings: RunSettings,
    *,
    owner: str,
    now: Callable[[], datetime],
) -> None:
    """Renew the leases of the hosts in `held` regularly, until cancelled, so that they outlast the longest
    visit."""
    while True:
        await asyncio.sleep(RENEW_S)
        until = now() + timedelta(seconds=settings.lease_s)
        hosts = tuple(held)
        job = partial(renew, hosts=hosts, owner=owner, until=until)
        try:
            renewed = await writer.write(job)
            log.debug("renewed %s", count(renewed, "lease"))
            await asyncio.sleep(0)  # visits whose last result released their host are informed first
            still_held = sum(host in held for host in hosts)
            if renewed < still_held:  # this process was suspended for longer than a lease
                log.warning("%s lost to other processes", count(still_held - renewed, "lease"))
        except StoreError as error:  # the next renewal may be in time; if the file fails, a visit reports it
            log.warning("leases not renewed: %s", error)
