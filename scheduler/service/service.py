"""The service: sessions one after another, ticks, and one file that it holds alone.

A session visits what falls due for an hour, then the next one begins with nothing remembered. Trouble with
the file is told and waited out; a clock that was set moves all that is to come along with it. Called by
`newsdesk serve`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from newsdesk.scheduler.alarms.watch import AlarmSettings, Watch
from newsdesk.scheduler.cadence.keep_threshold import settle_threshold
from newsdesk.scheduler.cadence.planning import hasten
from newsdesk.scheduler.run.leases import RunSettings
from newsdesk.scheduler.run.owners import owner_lives, owner_name
from newsdesk.scheduler.run.runner import Runner, Visited
from newsdesk.scheduler.service.clock import Clock, ClockSettings, Tick, beat_now, set_by, up_s
from newsdesk.scheduler.service.maintenance import Night, NightSettings
from newsdesk.storage.db.database import reading
from newsdesk.storage.db.errors import StoreError, UpgradedError
from newsdesk.storage.db.service import (
    ServiceRow,
    beat_service,
    find_service,
    leave_service,
    serves,
    shift_moments,
    spread_overdue,
    take_service,
)
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.leases import Wanted
from newsdesk.storage.records.alarms import Event

AWAY = timedelta(minutes=10)  # nobody at work for longer: what is overdue is spread
LONG_AWAY = timedelta(days=30)
SPREAD = timedelta(minutes=10)  # over so much time at most
DOUBT = timedelta(days=7)  # nothing is deleted for its age for so long after the clock was set


class AlreadyServedError(Exception):
    """Another service holds the file; the words say which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """How a service works. A session lasts `session_s`; after trouble with the file it waits `rest_s`."""

    runner: RunSettings = field(default_factory=RunSettings)
    clock: ClockSettings = field(default_factory=ClockSettings)
    night: NightSettings = field(default_factory=NightSettings)
    alarms: AlarmSettings = field(default_factory=AlarmSettings)
    session_s: float = 3600.0
    rest_s: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Whether the service is at work, and in words why not. `beat_at`: when it last wrote to its file."""

    ready: bool
    words: str
    started_at: datetime
    beat_at: datetime | None


class Service:
    """Serves one file from `run` until `stop`. `listen` hears of each visit, `alarm` of each event,
    `say` of what happens besides.

    Raises AlreadyServedError from `run`, and whatever is nobody's fault but ours.
    """

    def __init__(
        self,
        path: Path,
        settings: ServiceSettings,
        *,
        version: str,
        address: str | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        listen: Callable[[Visited], None] = lambda visited: None,
        alarm: Callable[[Event], None] = lambda event: None,
        say: Callable[[str], None] = lambda words: None,
    ) -> None:
        self._path = path
        self._settings = settings
        self._version = version
        self._address = address
        self._now = now
        self._listen = listen
        self._alarm = alarm
        self._say = say
        self._owner = owner_name()
        self._started_at = now()
        self._beat = beat_now(now())
        self._beaten = False
        self._owed = timedelta(0)
        self._price: float | None = None  # by which what waits was planned last
        self._trusted_from = 0.0  # by the clock that nobody can set
        self._night: asyncio.Task[None] | None = None
        self._watch: Watch | None = None
        self._alarms: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._desk: Runner | None = None
        self._trouble: str | None = None
        self._ticks: asyncio.Queue[Tick] = asyncio.Queue()

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Claim nothing more, finish what is in hand, end."""
        self._stopping.set()
        if self._desk is not None:
            self._desk.stop()

    def renew(self, settings: ServiceSettings) -> None:
        """Go on with other settings: what is in hand is finished by the old ones."""
        self._settings = settings
        if self._watch is not None:
            self._watch.renew(settings.alarms)
        if self._desk is not None:
            self._desk.stop()

    def health(self) -> Health:
        """How it stands now."""
        late_s = 4 * self._settings.clock.beat_s
        words = "at work"
        if self._trouble is not None:
            words = self._trouble
        elif not self._beaten:
            words = "starting"
        elif up_s() - self._beat.up_s > late_s:
            words = f"nothing could be written for more than {late_s:g} s"
        elif self._stopping.is_set():
            words = "stopping"
        return Health(
            ready=words == "at work",
            words=words,
            started_at=self._started_at,
            beat_at=self._beat.at if self._beaten else None,
        )

    async def run(self) -> None:
        """Serve until stopped."""
        with Writer(self._path) as writer:
            await self._take(writer)
            self._watch = Watch(
                self._path,
                writer,
                self._settings.alarms,
                now=self._steady,
                tell=self._alarm,
                say=self._say,
            )
            self._look_after(self._watch, everything=True)
            clock = Clock(self._settings.clock, self._ticks.put_nowait)
            clock.start()
            ticking = asyncio.create_task(self._hear(writer, clock))
            working = asyncio.create_task(self._work(writer))
            try:
                done, _ = await asyncio.wait({ticking, working}, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()  # raises what ended it
            finally:
                self.stop()
                clock.close()
                ticking.cancel()
                beside = [task for task in (self._night, self._alarms) if task is not None]
                await asyncio.gather(ticking, working, *beside, return_exceptions=True)
                with suppress(StoreError):  # the next one finds us dead by our process
                    await writer.write(lambda db: leave_service(db, owner=self._owner, now=self._now()))

    async def _take(self, writer: Writer) -> None:
        beat = self._beat
        taken, before = await writer.write(
            lambda db: take_service(
                db,
                owner=self._owner,
                version=self._version,
                listen=self._address,
                beat=beat,
                free=lambda row: not _serves(row, now=beat.at),
            )
        )
        if not taken:
            assert before is not None
            raise AlreadyServedError(already_served(before, self._path, now=self._now()))
        self._beaten = True
        if before is None:
            return
        if jump := set_by(before.beat, beat):
            self._owed = jump
            await self._follow_clock(writer)
        if beat.at - before.beat.at - jump > LONG_AWAY:  # or a clock that is far ahead: nobody can tell
            self._trusted_from = up_s() + DOUBT.total_seconds()
        if beat.at - before.beat.at - jump > AWAY:
            spread = await writer.write(
                lambda db: spread_overdue(
                    db, now=beat.at, over=SPREAD, delay_s=self._settings.runner.session.delay_s
                )
            )
            if spread:
                self._say(f"{spread} sources are overdue: their visits begin spread over the next minutes")

    async def _hear(self, writer: Writer, clock: Clock) -> None:
        """Do what the ticks ask for, one after another."""
        while True:
            tick = await self._ticks.get()
            if tick == "look":
                if self._desk is not None:
                    self._desk.look()
                if self._watch is not None and self._watch.ripe():
                    self._look_after(self._watch, only_send=True)
            elif tick == "plan":
                await self._replan(writer)
                if self._watch is not None:
                    self._look_after(self._watch)
            elif tick == "beat":
                await self._beat_once(writer, clock)
            elif tick == "night" and (self._night is None or self._night.done()):
                self._night = asyncio.create_task(self._tidy(writer))

    async def _replan(self, writer: Writer) -> None:
        """The price, also when no visit asks for it; where it fell, what waits is planned anew."""
        runner, now = self._settings.runner, self._steady()
        if runner.every_s is not None:
            return
        try:
            threshold = await settle_threshold(writer, runner, now, anew=self._price is None)
            if self._price is not None and threshold > 0.9 * self._price:
                return
            after, self._price = 0, threshold
            while True:
                after, _ = await writer.write(partial(hasten, settings=runner, now=now, after=after))
                if not after:
                    return
        except StoreError as error:
            self._tell_trouble(error)

    def _look_after(self, watch: Watch, *, everything: bool = False, only_send: bool = False) -> None:
        """Alarms, beside the sessions; one look at a time."""
        if self._alarms is not None and not self._alarms.done():
            return

        async def work() -> None:
            try:
                if not only_send:
                    await watch.look(everything=everything)
                await watch.send(stopping=self._stopping.is_set)
            except StoreError as error:
                self._tell_trouble(error)

        def tell(task: asyncio.Task[None]) -> None:
            fault = None if task.cancelled() else task.exception()
            if fault is not None and not isinstance(fault, UpgradedError):  # the next beat ends by that
                self._say(f"a fault of newsdesk in its alarms: {type(fault).__name__}: {fault}")

        self._alarms = asyncio.create_task(work())
        self._alarms.add_done_callback(tell)

    def _heard(self, visited: Visited) -> None:
        if self._watch is not None:
            self._watch.visited(visited)
        self._listen(visited)

    async def _tidy(self, writer: Writer) -> None:
        """The night's work, beside the sessions."""
        night = Night(
            path=self._path,
            writer=writer,
            settings=self._settings.night,
            now=self._steady(),
            trusted=up_s() > self._trusted_from,
            say=self._say,
            stopping=self._stopping.is_set,
        )
        await night.run()

    def _steady(self) -> datetime:
        """Now, for all that a session does: the last beat and what went by since, so that nothing is claimed
        by a clock that was set a moment ago and is not followed yet."""
        return self._beat.at + timedelta(seconds=up_s() - self._beat.up_s)

    async def _beat_once(self, writer: Writer, clock: Clock) -> None:
        before, self._beat = self._beat, beat_now(self._now())
        self._owed += set_by(before, self._beat)
        beat = self._beat
        try:
            if self._owed:
                await self._follow_clock(writer)
                clock.renew()
            ours = await writer.write(lambda db: beat_service(db, beat, owner=self._owner))
        except StoreError as error:
            self._tell_trouble(error)
            return
        self._trouble = None
        if not ours:
            row = await writer.write(find_service)
            assert row is not None
            raise AlreadyServedError(already_served(row, self._path, now=self._now()))

    async def _follow_clock(self, writer: Writer) -> None:
        """Move what is to come along. The job is queued in the same step in which the new time holds, so what
        was worked out by the old one is written before it, and moved."""
        jump = self._owed
        self._trusted_from = up_s() + DOUBT.total_seconds()
        await writer.write(lambda db: shift_moments(db, jump))
        self._owed -= jump
        back = "back" if jump < timedelta(0) else "forward"
        self._say(f"the clock was set {back} by {abs(jump)}: all waits were moved along with it")

    async def _work(self, writer: Writer) -> None:
        """Sessions, one after another, until stopped."""
        while not self._stopping.is_set():
            runner = self._desk = Runner(
                writer, self._settings.runner, now=self._steady, listen=self._heard, say=self._say
            )
            try:
                wanted = Wanted(asked_at=self._steady(), due=True)
                await runner.run(wanted, kind="serve", stay_s=self._settings.session_s)
            except StoreError as error:
                self._tell_trouble(error)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), self._settings.rest_s)
            finally:
                self._desk = None

    def _tell_trouble(self, error: StoreError) -> None:
        """Once for each kind of trouble. Raises what waiting cannot mend: the file of a newer version."""
        if isinstance(error, UpgradedError):
            raise error
        if str(error) != self._trouble:
            self._say(f"{error}; trying again every {self._settings.rest_s:g} s")
        self._trouble = str(error)


def refuse_if_served(path: Path, *, now: datetime) -> None:
    """Raises AlreadyServedError, before anything else is tried."""
    with reading(path) as db:
        row = find_service(db)
    if row is not None and _serves(row, now=now):
        raise AlreadyServedError(already_served(row, path, now=now))


def _serves(row: ServiceRow, *, now: datetime) -> bool:
    return serves(row, alive=owner_lives, here=owner_name().rsplit(":", 2)[0], now=now)


def already_served(row: ServiceRow, path: Path, *, now: datetime) -> str:
    """Who serves the file already."""
    minutes = max(0, round((now - row.started_at).total_seconds() / 60))
    listen = f", listening on {row.listen}" if row.listen else ""
    return (
        f"{path} is served already: process {row.pid} on {row.machine}, for {minutes} min{listen}; "
        "stop that one first, or name another file"
    )
