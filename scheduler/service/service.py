"""The service: one run after another, an hour each, on one file that it holds alone; maintenance and alarms run
beside them.

Errors of the file are reported and waited out. A change of the wall clock moves all planned times along.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from newsdesk.scheduler.alarms.watch import Watch
from newsdesk.scheduler.run.owners import owner_name
from newsdesk.scheduler.run.plan_visits import bring_visits_forward
from newsdesk.scheduler.run.refresh_threshold import refresh_threshold
from newsdesk.scheduler.run.runner import Runner
from newsdesk.scheduler.run.summary import KeptVisit
from newsdesk.scheduler.service.alarm_checks import AlarmChecks
from newsdesk.scheduler.service.clock import Clock, Tick, clock_jump, read_clocks, uptime_s
from newsdesk.scheduler.service.first_visits import first_visits_message
from newsdesk.scheduler.service.health import Health
from newsdesk.scheduler.service.maintenance import Maintenance
from newsdesk.scheduler.service.single_service import AlreadyServedError, already_served, is_running
from newsdesk.scheduler.settings import ServiceSettings
from newsdesk.storage.db.errors import StoreError, UpgradedError
from newsdesk.storage.db.service import (
    claim_service,
    end_service,
    find_service,
    keep_heartbeat,
    shift_times,
    spread_overdue,
)
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.leases import Wanted, first_visits
from newsdesk.storage.plurals import count
from newsdesk.storage.records.alarms import Event

log = logging.getLogger(__name__)

AWAY = timedelta(minutes=10)  # after a longer time without a service, overdue visits are spread
LONG_AWAY = timedelta(days=30)
SPREAD = timedelta(minutes=10)  # over this time at most
DOUBT = timedelta(days=7)  # after a clock change nothing is deleted by age for so long


class Service:
    """Serves one file from `run` until `stop`. `on_visit` gets each visit, `on_event` each event, `on_message` a
    line for a person about what else happens.

    `run` raises AlreadyServedError, and any internal error.
    """

    def __init__(
        self,
        path: Path,
        settings: ServiceSettings,
        *,
        version: str,
        address: str | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        on_visit: Callable[[KeptVisit], None] = lambda visited: None,
        on_event: Callable[[Event], None] = lambda event: None,
        on_message: Callable[[str], None] = lambda message: None,
    ) -> None:
        self._path = path
        self._settings = settings
        self._version = version
        self._address = address
        self._now = now
        self._on_visit = on_visit
        self._on_event = on_event
        self._on_message = on_message
        self._owner = owner_name()
        self._started_at = now()
        self._heartbeat = read_clocks(now())
        self._holds_file = False
        self._unapplied_jump = timedelta(0)
        self._threshold: float | None = None  # by which the waiting visits were planned last
        self._trusted_from = 0.0  # uptime from which the wall clock is trusted
        self._maintenance: asyncio.Task[None] | None = None
        self._alarms: AlarmChecks | None = None
        self._stopping = asyncio.Event()
        self._runner: Runner | None = None
        self._file_error: str | None = None
        self._first_visits = 0  # of imported sources, at the last heartbeat
        self._ticks: asyncio.Queue[Tick] = asyncio.Queue()

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Claim nothing more, finish the present visits, end."""
        if not self._stopping.is_set():
            log.info("service stops")
        self._stopping.set()
        if self._runner is not None:
            self._runner.stop()

    def reload(self, settings: ServiceSettings) -> None:
        """Use other settings from now on. The present visits finish with the old ones."""
        log.info("settings reloaded")
        self._settings = settings
        if self._alarms is not None:
            self._alarms.watch.reload(settings.alarms)
        if self._runner is not None:
            self._runner.stop()

    def health(self) -> Health:
        """The present state."""
        late_s = 4 * self._settings.clock.heartbeat_s
        ready, message = True, "running"
        if self._file_error is not None:
            ready, message = False, self._file_error
        elif not self._holds_file:
            ready, message = False, "starting"
        elif uptime_s() - self._heartbeat.uptime_s > late_s:
            ready, message = False, f"nothing could be written for more than {late_s:g} s"
        elif self._stopping.is_set():
            ready, message = False, "stopping"
        return Health(
            ready=ready,
            message=message,
            started_at=self._started_at,
            heartbeat_at=self._heartbeat.at if self._holds_file else None,
        )

    async def run(self) -> None:
        """Serve until stopped."""
        with Writer(self._path) as writer:
            await self._take_file(writer)
            log.info("service started: version %s, %s", self._version, self._path)
            alarms = self._alarms = self._alarm_checks(writer)
            alarms.start(everything=True)
            clock = Clock(self._settings.clock, self._ticks.put_nowait)
            clock.start()
            ticking = asyncio.create_task(self._handle_ticks(writer, clock, alarms))
            visiting = asyncio.create_task(self._visit(writer))
            try:
                done, _ = await asyncio.wait({ticking, visiting}, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()  # raises what ended it
            finally:
                self.stop()
                clock.close()
                ticking.cancel()
                others = [self._maintenance] if self._maintenance is not None else []
                await asyncio.gather(ticking, visiting, alarms.finish(), *others, return_exceptions=True)
                with suppress(StoreError):  # the next service sees that our process has ended
                    await writer.write(lambda db: end_service(db, owner=self._owner, now=self._now()))
                log.info("service ended")

    def _alarm_checks(self, writer: Writer) -> AlarmChecks:
        watch = Watch(
            self._path,
            writer,
            self._settings.alarms,
            now=self._steady_now,
            on_event=self._on_event,
            on_message=self._on_message,
        )
        return AlarmChecks(
            watch,
            stopping=self._stopping.is_set,
            on_file_error=self._report_file_error,
            on_message=self._on_message,
        )

    async def _take_file(self, writer: Writer) -> None:
        """Become the service of the file. Follows a clock change since the last one, spreads overdue visits."""
        heartbeat = self._heartbeat
        taken, before = await writer.write(
            lambda db: claim_service(
                db,
                owner=self._owner,
                version=self._version,
                listen=self._address,
                heartbeat=heartbeat,
                free=lambda row: not is_running(row, now=heartbeat.at),
            )
        )
        if not taken:
            assert before is not None
            raise AlreadyServedError(already_served(before, self._path, now=self._now()))
        self._holds_file = True
        if before is None:
            return
        if jump := clock_jump(before.heartbeat, heartbeat):
            self._unapplied_jump = jump
            await self._follow_clock(writer)
        away = heartbeat.at - before.heartbeat.at - jump
        if away > LONG_AWAY:  # or the clock is far ahead: there is no way to know
            self._trusted_from = uptime_s() + DOUBT.total_seconds()
        if away > AWAY:
            delay_s = self._settings.runner.session.delay_s
            spread = await writer.write(
                lambda db: spread_overdue(db, now=heartbeat.at, over=SPREAD, delay_s=delay_s)
            )
            if spread:
                log.info("no service for %s: %d overdue sources are spread", away, spread)
                self._on_message(
                    f"{count(spread, 'source is', 'sources are')} overdue: visits are spread over the next minutes"
                )

    async def _handle_ticks(self, writer: Writer, clock: Clock, alarms: AlarmChecks) -> None:
        """Handle the ticks one after another."""
        while True:
            tick = await self._ticks.get()
            if tick == "wake-up":
                if self._runner is not None:
                    self._runner.wake()
                alarms.send_if_due()
            elif tick == "plan":
                await self._replan(writer)
                alarms.start()
            elif tick == "heartbeat":
                await self._beat(writer, clock)
            elif tick == "maintenance" and (self._maintenance is None or self._maintenance.done()):
                self._maintenance = asyncio.create_task(self._maintain(writer))

    async def _replan(self, writer: Writer) -> None:
        """Refresh the threshold, also when no run does; where it fell, bring waiting visits forward."""
        runner, now = self._settings.runner, self._steady_now()
        if runner.every_s is not None:
            return
        try:
            threshold = await refresh_threshold(writer, runner, now, force=self._threshold is None)
            if self._threshold is not None and threshold > 0.9 * self._threshold:
                return
            after, total, self._threshold = 0, 0, threshold
            while True:
                job = partial(bring_visits_forward, settings=runner, now=now, after=after)
                after, moved = await writer.write(job)
                total += moved
                if not after:
                    log.info("%s brought forward", count(total, "visit"))
                    return
        except StoreError as error:
            self._report_file_error(error)

    def _visited(self, visited: KeptVisit) -> None:
        if self._alarms is not None:
            self._alarms.watch.visited(visited)
        self._on_visit(visited)

    async def _maintain(self, writer: Writer) -> None:
        maintenance = Maintenance(
            path=self._path,
            writer=writer,
            settings=self._settings.maintenance,
            now=self._steady_now(),
            trusted=uptime_s() > self._trusted_from,
            on_message=self._on_message,
            stopping=self._stopping.is_set,
        )
        await maintenance.run()

    def _steady_now(self) -> datetime:
        """Now, for all work of the service: the last heartbeat and the uptime since then, so that nothing is
        claimed by a clock that was changed a moment ago and is not followed yet."""
        return self._heartbeat.at + timedelta(seconds=uptime_s() - self._heartbeat.uptime_s)

    async def _beat(self, writer: Writer, clock: Clock) -> None:
        """Write a heartbeat, after following a change of the wall clock."""
        before, self._heartbeat = self._heartbeat, read_clocks(self._now())
        self._unapplied_jump += clock_jump(before, self._heartbeat)
        heartbeat = self._heartbeat
        try:
            if self._unapplied_jump:
                await self._follow_clock(writer)
                clock.restart()
            ours = await writer.write(lambda db: keep_heartbeat(db, heartbeat, owner=self._owner))
            self._tell_first_visits(*await writer.write(first_visits))
        except StoreError as error:
            self._report_file_error(error)
            return
        self._file_error = None
        if not ours:
            row = await writer.write(find_service)
            assert row is not None
            raise AlreadyServedError(already_served(row, self._path, now=self._now()))

    def _tell_first_visits(self, sources: int, hosts: int, last_at: datetime | None) -> None:
        """Say how the first visits of imported sources are spread, when there are more than before."""
        if sources > self._first_visits:
            self._on_message(first_visits_message(sources, hosts, last_at))
        self._first_visits = sources

    async def _follow_clock(self, writer: Writer) -> None:
        """Move the planned times along. The job is queued in the same step in which the new time takes effect,
        so what was computed by the old time is written before it, and moved."""
        jump = self._unapplied_jump
        self._trusted_from = uptime_s() + DOUBT.total_seconds()
        await writer.write(lambda db: shift_times(db, jump))
        self._unapplied_jump -= jump
        direction = "back" if jump < timedelta(0) else "forward"
        message = f"the clock was set {direction} by {abs(jump)}: all planned times were moved along with it"
        log.info("%s", message)
        self._on_message(message)

    async def _visit(self, writer: Writer) -> None:
        """One run after another, until stopped."""
        while not self._stopping.is_set():
            runner = self._runner = Runner(
                writer,
                self._settings.runner,
                now=self._steady_now,
                on_visit=self._visited,
                on_message=self._on_message,
            )
            try:
                wanted = Wanted(requested_at=self._steady_now(), due=True)
                await runner.run(wanted, kind="serve", stay_s=self._settings.session_s)
            except StoreError as error:
                self._report_file_error(error)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), self._settings.rest_s)
            finally:
                self._runner = None

    def _report_file_error(self, error: StoreError) -> None:
        """Report each error of the file once. Raises one that waiting cannot resolve: a newer version upgraded
        the file."""
        if isinstance(error, UpgradedError):
            raise error
        if str(error) != self._file_error:
            log.info("error of the file: %s", error)
            self._on_message(f"{error}; trying again every {self._settings.rest_s:g} s")
        self._file_error = str(error)
