"""The desk's leases: hosts claimed for it, and kept while their visits last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from newsdesk.crawler.session import SessionSettings
from newsdesk.storage.db.errors import StoreError
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.leases import Claim, Wanted, claim, renew
from newsdesk.storage.records.visits import Limits

RENEW_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """How a desk works. `hosts`: how many hosts are asked at once, not counted those that were silent for
    `patience_s` (see `places`); `lease_s` outlasts `RENEW_S` well.
    `visits_a_day`: the budget of a source, spent on all of them by their rhythms, none more often than every
    `shortest_s`; `every_s`: a fixed interval for all that have none, in place of it.
    `backlog`: of how many stories of a source's first visit, the newest, the pages are read."""

    session: SessionSettings = field(default_factory=SessionSettings)
    limits: Limits = field(default_factory=Limits)
    hosts: int = 32
    patience_s: float = 8.0
    lease_s: float = 120.0
    every_s: int | None = None
    visits_a_day: float = 24.0
    shortest_s: float = 300.0
    backlog: int = 10
    stop_s: float = 10.0

    @property
    def usual_s(self) -> int:
        """The mean interval of a source that has none of its own."""
        return self.every_s or round(86400 / self.visits_a_day)


async def keep_leases(
    writer: Writer,
    held: Collection[str],
    settings: RunSettings,
    *,
    owner: str,
    now: Callable[[], datetime],
) -> None:
    """Renew the leases of what is in `held` at the time, until cancelled: they outlast the worst visit."""
    while True:
        await asyncio.sleep(RENEW_S)
        until = now() + timedelta(seconds=settings.lease_s)
        job = partial(renew, hosts=tuple(held), owner=owner, until=until)
        with suppress(StoreError):  # the next one may be in time; if the file fails, a visit says so
            await writer.write(job)


async def claim_for(
    writer: Writer, wanted: Wanted, settings: RunSettings, *, owner: str, hosts: int, now: datetime
) -> tuple[Claim, ...]:
    """Lease up to `hosts` hosts that have wanted sources, as the settings say."""
    return await writer.write(
        lambda db: claim(
            db,
            wanted,
            owner=owner,
            now=now,
            hosts=hosts,
            lease_s=settings.lease_s,
            rate_limits=settings.session.rate_limits,
            limits=settings.limits,
        )
    )
