"""The feeds of addresses that are no sources yet: a session for `newsdesk add`, in which nothing is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from newsdesk.crawler.discovery.discover import Asked, Discovery
from newsdesk.crawler.session import Session
from newsdesk.scheduler.run.leases import RunSettings
from newsdesk.storage.records.hosts import HostUpdate


async def find_feeds(
    asked: Sequence[Asked], settings: RunSettings, *, host_updates: Sequence[HostUpdate] = ()
) -> list[Discovery]:
    """What was found at each address, in their order; as many at once as hosts are asked, each host in
    turns. `manners`: the pauses of hosts that are not over."""
    places = asyncio.Semaphore(settings.hosts)

    async def find(one: Asked) -> Discovery:
        async with places:
            return await session.discover(replace(one, limits=settings.limits))

    async with Session(settings.session, now=lambda: datetime.now(UTC)) as session:
        session.mind(host_updates)
        return await asyncio.gather(*map(find, asked))
