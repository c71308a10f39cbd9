"""A session: the door, the gate and the pool that the visits of one run share, opened and closed together.

A session ends; the next one starts with nothing remembered but what its claimed visits bring. Called by
`scheduler.desk`, and by the `feed` spider.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self

from crawler import poll
from crawler.discover import Asked, Discovery, discover
from crawler.fetch import Door, DoorSettings
from crawler.hosts import Gate
from crawler.pool import Pool
from storage.records import ClaimedVisit, Outcome, VisitResult


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSettings:
    """What a session is made with. `gap_s`: pause between two requests to a host that sets none."""

    door: DoorSettings = field(default_factory=DoorSettings)
    workers: int = 2
    gap_s: float = 1.0


class Session:
    """Visits what it is given. Use as an async context manager."""

    def __init__(self, settings: SessionSettings, *, now: Callable[[], datetime]) -> None:
        self._now = now
        self._gate = Gate(gap_s=settings.gap_s, now=now)
        self._door = Door(settings.door, gate=self._gate)
        self._pool = Pool(workers=settings.workers)

    async def __aenter__(self) -> Self:
        await self._door.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._door.__aexit__(kind, error, trace)
        self._pool.close()

    async def visit(self, claimed: ClaimedVisit) -> VisitResult:
        """Visit one source. The one catch-all of the house: a bug costs its visit, with its traceback."""
        self._gate.learn(claimed.host, next_at=claimed.next_at, gap_s=claimed.gap_s)
        for host, until in claimed.blocked:
            self._gate.block(host, until)
        started_at = self._now()
        try:
            return await poll.visit(claimed, door=self._door, pool=self._pool, now=self._now)
        except Exception as error:
            return VisitResult(
                source_id=claimed.source_id,
                host=claimed.host,
                started_at=started_at,
                ended_at=self._now(),
                outcome=Outcome(
                    word="bug", group="bug", words=f"a fault of newsdesk: {type(error).__name__}: {error}"
                ),
                identity=claimed.identity,
                traceback=traceback.format_exc(),
            )

    async def discover(self, asked: Asked) -> Discovery:
        """The feeds of an address that is no source yet. A bug costs this address only."""
        try:
            return await discover(asked, door=self._door, pool=self._pool, now=self._now)
        except Exception as error:
            words = f"a fault of newsdesk: {type(error).__name__}: {error}"
            return Discovery(asked=asked.address, outcome=Outcome(word="bug", group="bug", words=words))
