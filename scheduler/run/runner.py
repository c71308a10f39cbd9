"""The one loop that claims, hands over and keeps: for a person's crawl, and for the service.

Claims hosts under leases (storage), lets a session visit their sources (crawler), keeps each result before
the host is let go. A source can fail, a run cannot: expected trouble is an outcome on the source's row.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from newsdesk.crawler.session import Session
from newsdesk.scheduler.cadence.keep_threshold import keep_threshold_current, settle_threshold
from newsdesk.scheduler.run.feed_recovery import keep_found, seek
from newsdesk.scheduler.run.keep import keep_visit_result
from newsdesk.scheduler.run.leases import RunSettings, claim_for, keep_leases
from newsdesk.scheduler.run.owners import owner_lives, owner_name
from newsdesk.scheduler.run.pages import A_TURN, PageTurn, asks_to_wait, pages_of, read_pages
from newsdesk.scheduler.run.rekey import rekey
from newsdesk.scheduler.run.slots import Slots
from newsdesk.storage.db.errors import StoreError, file_trouble
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.leases import Claim, Waiting, Wanted, release, waiting
from newsdesk.storage.records.pages import ClaimedPage, PageResult
from newsdesk.storage.records.visits import ClaimedVisit, Counts, VisitResult
from newsdesk.storage.visits.keep import bury_dead, end_run, start_run


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """One visit, of a source or of a page, as the run's listener hears of it after it was kept. Its number is
    the counts' `visit_id`."""

    run_id: int
    claimed: ClaimedVisit | ClaimedPage
    result: VisitResult | PageResult
    counts: Counts

    @property
    def address(self) -> str:
        return self.claimed.url if isinstance(self.claimed, ClaimedPage) else self.claimed.address

    @property
    def source_id(self) -> int | None:
        return None if isinstance(self.claimed, ClaimedPage) else self.claimed.source_id


@dataclass(slots=True, kw_only=True)
class RunSummary:
    """What came of a run. `left` says why wanted sources were not visited, if any were not. A page that
    failed is no failure of its source: the story stays as the feed told it."""

    run_id: int
    visits: int = 0
    failed: int = 0
    pages: int = 0
    pages_failed: int = 0
    counts: Counts = field(default_factory=Counts)
    left: Waiting | None = None
    stopped: bool = False


class Runner:
    """One run over a store. `now` gives aware UTC; `listen` hears of each visit after it was kept, `say` of
    what happens besides."""

    def __init__(
        self,
        writer: Writer,
        settings: RunSettings,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        listen: Callable[[Visited], None] = lambda visited: None,
        say: Callable[[str], None] = lambda words: None,
    ) -> None:
        self._writer = writer
        self._settings = settings
        self._now = now
        self._listen = listen
        self._say = say
        self._owner = owner_name()
        self._stopping = asyncio.Event()
        self._looking = asyncio.Event()
        self._stays, self._stays_until = False, 0.0  # on the loop's clock
        self._held: set[str] = set()
        self._places = Slots(hosts=settings.hosts, patience_s=settings.patience_s)
        self._more = True  # whether another claim may find something before the hosts in hand are done

    @property
    def stopping(self) -> bool:
        """Whether the run was asked to stop."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Claim nothing more; what is in hand is finished within `stop_s`, the rest handed back."""
        self._stopping.set()

    def look(self) -> None:
        """Something may have fallen due meanwhile."""
        self._more = True
        self._looking.set()

    async def run(self, wanted: Wanted, *, kind: str = "crawl", stay_s: float = 0.0) -> RunSummary:
        """Visit what is wanted, once each, and say what came of it. For `stay_s` seconds go on with what
        falls due meanwhile, whenever told to `look`."""
        settings = self._settings
        await rekey(self._writer, now=self._now, say=self._say)
        self._stays, self._stays_until = stay_s > 0, asyncio.get_running_loop().time() + stay_s
        await self._writer.write(
            lambda db: bury_dead(db, alive=owner_lives, now=self._now(), delay_s=settings.session.delay_s)
        )
        run_id = await self._writer.write(
            lambda db: start_run(db, kind=kind, owner=self._owner, asked_at=wanted.asked_at)
        )
        summary = RunSummary(run_id=run_id)
        try:
            await settle_threshold(self._writer, settings, self._now())
            await self._work_all(wanted, summary)
        except BaseException as error:  # passed on: a run that is over is never left without its end
            with suppress(StoreError):  # the file itself may be what failed
                await self._end(run_id, _ended_by(error))
            raise
        await self._end(run_id, "asked to stop" if summary.stopped else "done")
        return summary

    async def _work_all(self, wanted: Wanted, summary: RunSummary) -> None:
        async with Session(self._settings.session, now=self._now) as session:
            renewing = asyncio.create_task(
                keep_leases(self._writer, self._held, self._settings, owner=self._owner, now=self._now)
            )
            pricing = asyncio.create_task(keep_threshold_current(self._writer, self._settings, self._now))
            try:
                await self._visit_all(wanted, session, summary)
            finally:
                renewing.cancel()
                pricing.cancel()
        summary.stopped = self._stopping.is_set()
        if not summary.stopped:
            summary.left = await self._writer.write(lambda db: waiting(db, wanted, now=self._now()))

    async def _end(self, run_id: int, ended_by: str) -> None:
        end = partial(end_run, run_id=run_id, ended_by=ended_by, keep_empty=not self._stays, now=self._now())
        await self._writer.write(end)

    async def _visit_all(self, wanted: Wanted, session: Session, summary: RunSummary) -> None:
        clock = asyncio.get_running_loop().time
        stopped = asyncio.create_task(self._stopping.wait())
        tasks: set[asyncio.Task[None]] = set()
        try:
            while not self._stopping.is_set():
                over = clock() >= self._stays_until
                if self._stays and wanted.due:  # a source may fall due again while we stay
                    wanted = replace(wanted, asked_at=self._now())
                room = self._places.room(now=clock())
                if not (self._stays and over) and (
                    not tasks or (self._more and room >= self._settings.hosts // 4)
                ):
                    self._looking.clear()
                    claims = await self._claim(wanted, room=room)
                    self._more = len(claims) == room
                    tasks |= {
                        asyncio.create_task(self._work(claimed, wanted, session, summary))
                        for claimed in claims
                    }
                if not tasks and over:
                    return
                waits = [None if over else self._stays_until - clock()]
                waits += [self._places.wait_s(now=clock())] if self._more else []
                left_s = min((wait_s for wait_s in waits if wait_s is not None), default=None)
                tasks -= await self._wait({*tasks, stopped}, left_s)
            if tasks:
                _, late = await asyncio.wait(tasks, timeout=self._settings.stop_s)
                for task in late:
                    task.cancel()
                await asyncio.gather(*late, return_exceptions=True)
        finally:
            stopped.cancel()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _wait(self, tasks: set[asyncio.Task[Any]], left_s: float | None) -> set[asyncio.Task[Any]]:
        """Until a host is done, we are told to stop or to look, or `left_s` are over. Gives what is done;
        raises the first fault of it."""
        looked = asyncio.create_task(self._looking.wait())
        done, _ = await asyncio.wait(
            {*tasks, looked} if self._stays else tasks, timeout=left_s, return_when=asyncio.FIRST_COMPLETED
        )
        looked.cancel()
        done.discard(looked)
        ends = await asyncio.gather(*done, return_exceptions=True)  # all are asked
        for fault in ends:
            if isinstance(fault, BaseException):
                raise fault
        return done

    async def _claim(self, wanted: Wanted, *, room: int) -> tuple[Claim, ...]:
        claims = await claim_for(
            self._writer, wanted, self._settings, owner=self._owner, hosts=room, now=self._now()
        )
        self._held |= {claimed.host for claimed in claims}
        for claimed in claims:
            self._places.heard(claimed.host, now=asyncio.get_running_loop().time())
        return claims

    async def _work(self, claimed: Claim, wanted: Wanted, session: Session, summary: RunSummary) -> None:
        """The waiting visits of one host, then its due pages, one after the other; the host is free again
        at the end."""
        freed = False
        pages_follow = claimed.pages or any(visit.full_text for visit in claimed.visits)
        try:
            for visit in claimed.visits:
                if self._stopping.is_set():
                    break
                only = visit is claimed.visits[-1] and not pages_follow
                freed = await self._visit(visit, session, summary, last=only)
                if freed:
                    break
            if pages_follow and not freed:
                freed = await self._read_pages(claimed.host, wanted, session, summary)
        finally:
            self._held.discard(claimed.host)
            self._places.free(claimed.host)
            if not freed:
                await asyncio.shield(self._release(claimed.host))

    async def _release(self, host: str) -> None:
        """Give a host back. A file that fails is told by the visit, and a lease ends by itself."""
        with suppress(StoreError):
            await self._writer.write(lambda db: release(db, host, owner=self._owner))

    async def _visit(self, visit: ClaimedVisit, session: Session, summary: RunSummary, *, last: bool) -> bool:
        """Visit one source and keep what came of it. True when that freed the host, as the `last` does."""
        with session.share() as share:
            result = await session.visit(visit, share)
            last = last or asks_to_wait(result)
            found = await seek(visit, result, session)
            await self._keep(visit, result, summary, release_owner=self._owner if last else None)
            if found is not None:
                await self._writer.write(partial(keep_found, visit=visit, result=result, found=found))
            del result  # before its share of memory is given to another
        return last

    async def _read_pages(self, host: str, wanted: Wanted, session: Session, summary: RunSummary) -> bool:
        def heard(page: ClaimedPage, result: PageResult, counts: Counts) -> None:
            summary.pages += 1
            summary.pages_failed += result.outcome.category != "ok"
            summary.counts = summary.counts + counts
            self._places.heard(host, now=asyncio.get_running_loop().time())
            self._listen(Visited(run_id=summary.run_id, claimed=page, result=result, counts=counts))

        settings = self._settings
        pages = await pages_of(
            self._writer,
            host,
            wanted,
            now=self._now(),
            rate_limits=settings.session.rate_limits,
            limits=settings.limits,
        )
        self._more = self._more or len(pages) == A_TURN
        turn = PageTurn(
            writer=self._writer,
            owner=self._owner,
            run_id=summary.run_id,
            heard=heard,
            stopping=self._stopping.is_set,
        )
        return await read_pages(pages, session, turn)

    async def _keep(
        self, visit: ClaimedVisit, result: VisitResult, summary: RunSummary, *, release_owner: str | None
    ) -> None:
        result, counts = await keep_visit_result(
            self._writer,
            visit,
            result,
            self._settings,
            run_id=summary.run_id,
            release_owner=release_owner,
        )
        summary.visits += 1
        summary.failed += result.outcome.category != "ok"
        summary.counts = summary.counts + counts
        self._more = self._more or (visit.full_text and counts.seen > counts.same)  # pages of other hosts
        self._places.heard(visit.host, now=asyncio.get_running_loop().time())
        self._listen(Visited(run_id=summary.run_id, claimed=visit, result=result, counts=counts))


def _ended_by(error: BaseException) -> str:
    if isinstance(error, asyncio.CancelledError):
        return "stopped at once"
    return file_trouble(error) or f"a fault of newsdesk: {type(error).__name__}: {error}"
