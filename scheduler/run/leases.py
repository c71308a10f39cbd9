"""Leases of hosts: claimed by a run, and renewed while their visits last."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import partial

from newsdesk.scheduler.settings import RunSettings
from newsdesk.storage.db.errors import StoreError
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.leases import Claim, Wanted, claim, renew
from newsdesk.storage.plurals import count

log = logging.getLogger(__name__)

RENEW_S = 20.0
VISITS_AT_ONCE, FIRST_VISITS_AT_ONCE = 50, 5  # of one host, by one claim


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


async def claim_for(
    writer: Writer, wanted: Wanted, settings: RunSettings, *, owner: str, hosts: int, now: datetime
) -> tuple[Claim, ...]:
    """Lease up to `hosts` hosts that have wanted sources. Of a host whose first visits are made before their
    time, a few at once: its due sources do not wait long."""
    claims = await writer.write(
        lambda db: claim(
            db,
            wanted,
            owner=owner,
            now=now,
            hosts=hosts,
            lease_s=settings.lease_s,
            rate_limits=settings.session.rate_limits,
            limits=settings.limits,
            visits=FIRST_VISITS_AT_ONCE if wanted.first else VISITS_AT_ONCE,
            longest_visit_s=max(settings.intervals.silent_s, float(settings.every_s or 0)),
        )
    )
    if claims:
        log.debug(
            "claimed %s of %s: %s",
            count(len(claims), "host"),
            count(hosts, "free slot"),
            ", ".join(c.host for c in claims),
        )
    return claims
