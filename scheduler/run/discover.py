"""Find the feeds of addresses that are not sources yet, for `newsdesk add`. Nothing is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from newsdesk.crawler.discovery.search import Discovery, DiscoveryRequest
from newsdesk.crawler.session import Session
from newsdesk.scheduler.settings import RunSettings
from newsdesk.storage.records.hosts import HostUpdate


async def find_feeds(
    requests: Sequence[DiscoveryRequest], settings: RunSettings, *, host_updates: Sequence[HostUpdate] = ()
) -> list[Discovery]:
    """The feeds found at each address, in their order; as many addresses at once as hosts in a run.
    `host_updates`: stored pauses of hosts that are not over."""
    slots = asyncio.Semaphore(settings.hosts)

    async def find(request: DiscoveryRequest) -> Discovery:
        async with slots:
            return await session.discover(replace(request, limits=settings.limits))

    async with Session(settings.session, now=lambda: datetime.now(UTC)) as session:
        session.apply_host_updates(host_updates)
        return await asyncio.gather(*map(find, requests))
