"""The documents of a backfill, one after the other, each under a lease of its own: the host is free between two, and
what is news goes first.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from newsdesk.crawler.backfill.history import HistoryDocument, HistoryReading
from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.session import Session
from newsdesk.scheduler.run.owners import owner_is_alive, owner_name
from newsdesk.scheduler.settings import RunSettings
from newsdesk.storage.backfills.state import (
    Backfill,
    WaitingDocument,
    keep_history,
    news_is_due,
    next_document,
)
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.leases import Claim, Wanted, claim, release
from newsdesk.storage.records.visits import ClaimedVisit, Counts
from newsdesk.storage.sources.moves import Store
from newsdesk.storage.visits.keep import end_dead_runs, end_run, start_run

log = logging.getLogger(__name__)

MOST_DOCUMENTS = 10_000
LOOK_AGAIN_S = 1.0  # at a host that is leased, or whose news is due
LONGEST_WAIT_S = 600.0  # for it; then the backfill stops, and goes on with the next command
LEASE_S = 120.0
RETRY_S = 5.0


class HostNotFreeError(Exception):
    """The host asks us to wait, answers with a bot challenge, or another process holds it, for longer than a backfill
    waits."""


@dataclass(slots=True, kw_only=True)
class BackfillDocuments:
    """Reads the waiting documents of one backfill. `on_document` gets each after it was kept."""

    writer: Writer
    settings: RunSettings
    backfill: Backfill
    on_document: Callable[[WaitingDocument, HistoryReading, Counts], None]
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    _owner: str = field(default_factory=owner_name)
    _stopping: bool = False

    @property
    def stopping(self) -> bool:
        return self._stopping

    def stop(self) -> None:
        """Finish the present document, then end."""
        self._stopping = True

    async def run(self) -> None:
        """Read documents until none waits. Raises HostNotFreeError."""
        await self.writer.write(
            lambda db: end_dead_runs(
                db, alive=owner_is_alive, now=self.now(), delay_s=self.settings.session.delay_s
            )
        )
        started = self.now()
        run_id = await self.writer.write(
            lambda db: start_run(db, kind="backfill", owner=self._owner, requested_at=started)
        )
        ended_by = "stopped"
        try:
            async with Session(self.settings.session, now=self.now) as session:
                while not self._stopping:
                    document = await self.writer.write(lambda db: next_document(db, self.backfill.id))
                    if document is None:
                        ended_by = "done"
                        break
                    await self._read(session, document, run_id)
        finally:
            ended = partial(end_run, run_id=run_id, ended_by=ended_by, now=self.now())
            await self.writer.write(ended)

    async def _read(self, session: Session, document: WaitingDocument, run_id: int) -> None:
        if document.attempts:
            await asyncio.sleep(RETRY_S * document.attempts)
        claimed = await self._claim()
        if claimed is None:
            return
        try:
            reading = await session.read_history(
                claimed,
                HistoryDocument(address=document.address, relation=document.relation),
                since=self.backfill.since,
            )
        except BaseException:
            await asyncio.shield(self.writer.write(partial(release, host=claimed.host, owner=self._owner)))
            raise
        log.info("%s: %s", redact(document.address), redact(reading.result.outcome.message))
        following = [(one.address, one.relation) for one in reading.following]

        def keep(db: Store) -> Counts:
            return keep_history(
                db,
                self.backfill,
                document,
                reading.result,
                following=following,
                listed=reading.listed,
                first_day=None if reading.days is None else reading.days[0],
                undated=reading.undated,
                fingerprint=reading.fingerprint,
                most_documents=MOST_DOCUMENTS,
                run_id=run_id,
                release_owner=self._owner,
            )

        counts = await self.writer.write(keep)
        self.on_document(document, reading, counts)
        if reading.result.outcome.category == "challenge":  # the next request would meet it again
            raise HostNotFreeError(reading.result.outcome.message)

    async def _claim(self) -> ClaimedVisit | None:
        """Lease the host of the source, when no news waits there. None when stopped meanwhile."""
        waited_s = 0.0
        while not self._stopping:
            now = self.now()
            wanted = Wanted(requested_at=now, sources=(self.backfill.source_id,), pages=())

            def job(db: Store, now: datetime = now, wanted: Wanted = wanted) -> tuple[Claim, ...]:
                row = db.conn.execute(
                    "SELECT host FROM source WHERE id = ?", (self.backfill.source_id,)
                ).fetchone()
                if row is None or news_is_due(db, row[0], now=now):
                    return ()
                return claim(
                    db,
                    wanted,
                    owner=self._owner,
                    now=now,
                    hosts=1,
                    lease_s=LEASE_S,
                    rate_limits=self.settings.session.rate_limits,
                    limits=self.settings.limits,
                )

            claims = await self.writer.write(job)
            if claims:
                return claims[0].visits[0]
            if waited_s >= LONGEST_WAIT_S:
                raise HostNotFreeError("its host asks us to wait, or is busy with news")
            await asyncio.sleep(LOOK_AGAIN_S)
            waited_s += LOOK_AGAIN_S
        return None
