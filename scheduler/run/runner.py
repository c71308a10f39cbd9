"""The loop of a run: claim hosts, visit their sources and pages, keep the results. `newsdesk crawl` and the
service use the same loop.

A source can fail, a run cannot: an expected error is an outcome in the source's row.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from newsdesk.crawler.session import Session
from newsdesk.scheduler.run.host_visits import HostVisits
from newsdesk.scheduler.run.leases import Claims, HostLeases, keep_leases
from newsdesk.scheduler.run.owners import owner_is_alive, owner_name
from newsdesk.scheduler.run.refresh_threshold import refresh_threshold, refresh_threshold_regularly
from newsdesk.scheduler.run.rekey import check_copy_rules, rekey
from newsdesk.scheduler.run.slots import Slots
from newsdesk.scheduler.run.summary import KeptVisit, RunSummary
from newsdesk.scheduler.settings import RunSettings
from newsdesk.storage.db.errors import StoreError, file_error
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.clock_errors import clear_impossible_visits
from newsdesk.storage.hosts.leases import Claim, Wanted, release, waiting
from newsdesk.storage.log_context import log_context
from newsdesk.storage.plurals import count
from newsdesk.storage.records.visits import ClaimedVisit
from newsdesk.storage.visits.keep import end_dead_runs, end_run, start_run

log = logging.getLogger(__name__)


class Runner:
    """One run over a store. `now` gives aware UTC; `on_visit` gets each visit after it was kept, `on_message`
    a line for a person about what else happens."""

    def __init__(
        self,
        writer: Writer,
        settings: RunSettings,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        on_visit: Callable[[KeptVisit], None] = lambda visited: None,
        on_message: Callable[[str], None] = lambda message: None,
    ) -> None:
        self._writer = writer
        self._settings = settings
        self._now = now
        self._on_visit = on_visit
        self._on_message = on_message
        self._owner = owner_name()
        self._stopping = asyncio.Event()
        self._wake_up = asyncio.Event()
        self._stays, self._stays_until = False, 0.0  # on the loop's clock
        self._held: set[str] = set()
        self._slots = Slots(hosts=settings.hosts, patience_s=settings.patience_s)
        self._claims = Claims(writer, settings, owner=self._owner)
        self._more = True  # whether another claim may find something before the present hosts are done

    @property
    def stopping(self) -> bool:
        """Whether the run was asked to stop."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Claim nothing more; finish the present visits within `stop_s`, give the rest back."""
        self._stopping.set()

    def wake(self) -> None:
        """Look for sources that are due now."""
        self._more = True
        self._wake_up.set()

    async def run(self, wanted: Wanted, *, kind: str = "crawl", stay_s: float = 0.0) -> RunSummary:
        """Visit what is wanted, once each, and return the result. For `stay_s` seconds also visit what falls
        due meanwhile, at each `wake`."""
        settings = self._settings
        await rekey(self._writer, now=self._now, on_message=self._on_message)
        await check_copy_rules(self._writer, now=self._now, on_message=self._on_message)
        self._stays, self._stays_until = stay_s > 0, asyncio.get_running_loop().time() + stay_s
        dead = await self._writer.write(
            lambda db: end_dead_runs(
                db, alive=owner_is_alive, now=self._now(), delay_s=settings.session.delay_s
            )
        )
        if dead:
            log.warning("released the hosts of %s that ended", count(dead, "process", "processes"))
        longest_s = max(settings.intervals.silent_s, float(settings.every_s or 0))
        await self._writer.write(
            lambda db: clear_impossible_visits(
                db, now=self._now(), due_at=wanted.requested_at, longest_visit_s=longest_s
            )
        )
        run_id = await self._writer.write(
            lambda db: start_run(db, kind=kind, owner=self._owner, requested_at=wanted.requested_at)
        )
        summary = RunSummary(run_id=run_id)
        with log_context(run=run_id):
            log.info("run started: %s", kind)
            try:
                await refresh_threshold(self._writer, settings, self._now())
                await self._visit_wanted(wanted, summary)
            except BaseException as error:  # passed on: every run gets its end
                with suppress(StoreError):  # the file itself may be what failed
                    await self._end(summary, _ended_by(error))
                raise
            await self._end(summary, "stopped" if summary.stopped else "done")
        return summary

    async def _visit_wanted(self, wanted: Wanted, summary: RunSummary) -> None:
        others = HostLeases(self._writer, self._settings, self._held, owner=self._owner, now=self._now)
        async with Session(self._settings.session, now=self._now, lease=others.lease) as session:
            renewing = asyncio.create_task(
                keep_leases(self._writer, self._held, self._settings, owner=self._owner, now=self._now)
            )
            refreshing = asyncio.create_task(
                refresh_threshold_regularly(self._writer, self._settings, self._now)
            )
            visits = HostVisits(
                writer=self._writer,
                session=session,
                settings=self._settings,
                owner=self._owner,
                run_id=summary.run_id,
                now=self._now,
                on_visit=partial(self._visited, summary),
                on_more_pages=self._expect_more,
                stopping=self._stopping.is_set,
            )
            try:
                await self._visit_hosts(wanted, visits)
            finally:
                renewing.cancel()
                refreshing.cancel()
        summary.stopped = self._stopping.is_set()
        if not summary.stopped:
            summary.left = await self._writer.write(lambda db: waiting(db, wanted, now=self._now()))

    async def _end(self, summary: RunSummary, ended_by: str) -> None:
        counts = summary.counts
        level = logging.INFO if ended_by in ("done", "stopped", "stopped at once") else logging.ERROR
        log.log(
            level, "run ended: %s; %s, %d failed, %s, %d failed; %s, %d new, %d changed",
            ended_by, count(summary.visits, "visit"), summary.failed, count(summary.pages, "page"),
            summary.pages_failed, count(counts.seen, "entry", "entries"), counts.new, counts.changed,
        )  # fmt: skip
        await self._writer.write(
            partial(
                end_run,
                run_id=summary.run_id,
                ended_by=ended_by,
                keep_empty=not self._stays,
                now=self._now(),
            )
        )

    async def _visit_hosts(self, wanted: Wanted, visits: HostVisits) -> None:
        """Claim hosts as slots become free, until nothing is left, the stay is over or the run is stopped."""
        clock = asyncio.get_running_loop().time
        stopped = asyncio.create_task(self._stopping.wait())
        tasks: set[asyncio.Task[None]] = set()
        try:
            while not self._stopping.is_set():
                over = clock() >= self._stays_until
                if self._stays and wanted.due:  # a source may fall due again during the stay
                    wanted = replace(wanted, requested_at=self._now())
                free = self._slots.free(now=clock())
                if not (self._stays and over) and (
                    not tasks or (self._more and free >= self._settings.hosts // 4)
                ):
                    tasks |= await self._start_hosts(wanted, visits, free=free)
                if not tasks and over:
                    return
                tasks -= await self._wait({*tasks, stopped}, self._wait_s(clock(), over=over))
            if tasks:
                log.info("stopping: %g s left for %s", self._settings.stop_s, count(len(tasks), "host"))
                _, late = await asyncio.wait(tasks, timeout=self._settings.stop_s)
                for task in late:
                    task.cancel()
                await asyncio.gather(*late, return_exceptions=True)
        finally:
            stopped.cancel()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _wait_s(self, now: float, *, over: bool) -> float | None:
        """The longest wait until another claim may be useful; None until a host is done."""
        waits = [None if over else self._stays_until - now]
        waits += [self._slots.wait_s(now=now)] if self._more else []
        return min((wait_s for wait_s in waits if wait_s is not None), default=None)

    async def _wait(self, tasks: set[asyncio.Task[Any]], left_s: float | None) -> set[asyncio.Task[Any]]:
        """Wait until a host is done, the run is stopped or woken, or `left_s` are over. Returns the tasks that
        are done; raises the first error of them."""
        woken = asyncio.create_task(self._wake_up.wait())
        done, _ = await asyncio.wait(
            {*tasks, woken} if self._stays else tasks, timeout=left_s, return_when=asyncio.FIRST_COMPLETED
        )
        woken.cancel()
        done.discard(woken)
        ends = await asyncio.gather(*done, return_exceptions=True)  # retrieves the errors of all
        for error in ends:
            if isinstance(error, BaseException):
                raise error
        return done

    async def _start_hosts(self, wanted: Wanted, visits: HostVisits, *, free: int) -> set[asyncio.Task[None]]:
        """Claim up to `free` hosts and start a task for each."""
        self._wake_up.clear()
        claims = await self._claims.claim(wanted, hosts=free, now=self._now())
        if not claims and not self._held and wanted.one_off:  # what has become wanted or free meanwhile
            self._claims.look_again()
            claims = await self._claims.claim(wanted, hosts=free, now=self._now())
        if self._stays and wanted.due and len(claims) < free:  # nothing else is due: no first visit waits
            claims += await self._claims.claim(
                replace(wanted, first=True), hosts=free - len(claims), now=self._now()
            )
            self._more = bool(claims)
        else:
            self._more = len(claims) == free
        self._held |= {claim.host for claim in claims}
        for claim in claims:
            self._slots.active(claim.host, now=asyncio.get_running_loop().time())
        return {asyncio.create_task(self._visit_host(claim, wanted, visits)) for claim in claims}

    async def _visit_host(self, claim: Claim, wanted: Wanted, visits: HostVisits) -> None:
        """Visit one host and release it."""
        released = False
        with log_context(host=claim.host):
            try:
                released = await visits.visit(claim, wanted)
            finally:
                self._held.discard(claim.host)
                self._slots.done(claim.host)
                if not released:
                    await asyncio.shield(self._release(claim.host))
                self._claims.released(claim.host)
                log.debug("host released")

    async def _release(self, host: str) -> None:
        """Give a host back. Where the file fails, the visit reports it and the lease expires."""
        with suppress(StoreError):
            await self._writer.write(lambda db: release(db, host, owner=self._owner))

    def _expect_more(self) -> None:
        self._more = True

    def _visited(self, summary: RunSummary, kept: KeptVisit) -> None:
        summary.add(kept)
        claimed, counts = kept.claimed, kept.counts
        if isinstance(claimed, ClaimedVisit) and claimed.full_text and counts.seen > counts.same:
            self._more = True  # pages of other hosts may be due now
        if kept.source_id is not None:
            self._claims.visited(claimed.host, kept.source_id)
        self._slots.active(claimed.host, now=asyncio.get_running_loop().time())
        self._on_visit(kept)


def _ended_by(error: BaseException) -> str:
    if isinstance(error, asyncio.CancelledError):
        return "stopped at once"
    return file_error(error) or f"internal error: {type(error).__name__}: {error}"
