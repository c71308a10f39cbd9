"""The watch over the sources: looks at those that were visited, keeps what alarms changed, sends the events.

Remembers only which sources were visited since its last look; a first look, or one after a restart, is at all
of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from newsdesk.crawler.http.client import ClientSettings
from newsdesk.scheduler.alarms.alarms import judge
from newsdesk.scheduler.alarms.outbox import WEBHOOK, Webhook, send_waiting
from newsdesk.scheduler.run.runner import Visited
from newsdesk.storage.alarms.events import keep_changes, next_send_at, open_alarms
from newsdesk.storage.alarms.watched import hosts_sources, stands, watched_sources
from newsdesk.storage.db.database import reading
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.records.alarms import KINDS, Change, Event, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSettings:
    """Which alarms are raised, and where they are sent; `webhook` None for nowhere."""

    kinds: tuple[Kind, ...] = KINDS
    webhook: str | None = None
    client: ClientSettings = field(default_factory=ClientSettings)


class Watch:
    """Watches one file. `tell` hears of each event once it is kept, `say` of what could not be sent."""

    def __init__(
        self,
        path: Path,
        writer: Writer,
        settings: AlarmSettings,
        *,
        now: Callable[[], datetime],
        tell: Callable[[Event], None],
        say: Callable[[str], None],
    ) -> None:
        self._path = path
        self._writer = writer
        self._settings = settings
        self._now = now
        self._tell = tell
        self._say = say
        self._visited: set[int] = set()
        self._with_news: set[int] = set()
        self._looking = asyncio.Lock()
        self._send_at: datetime | None = None

    def renew(self, settings: AlarmSettings) -> None:
        """Go on with other settings."""
        self._settings = settings

    def visited(self, visited: Visited) -> None:
        """One visit was kept."""
        if visited.source_id is not None:
            self._visited.add(visited.source_id)
            if visited.counts.new:
                self._with_news.add(visited.source_id)

    async def look(self, *, everything: bool = False) -> list[Event]:
        """Look at what was visited since the last look, or at `everything`; keep and tell what changed."""
        async with self._looking:
            visited, news = self._visited, self._with_news
            self._visited, self._with_news = set(), set()
            now = self._now()
            try:
                changes = await asyncio.to_thread(
                    self._judged, None if everything else visited, None if everything else news, now
                )
                targets = (WEBHOOK,) if self._settings.webhook else ()
                events = []
                if changes:
                    events = await self._writer.write(
                        lambda db: keep_changes(db, changes, targets=targets, now=now)
                    )
            except BaseException:  # passed on: those are looked at again
                self._visited |= visited
                self._with_news |= news
                raise
            for event in events:
                self._tell(event)
            if events and targets:
                self._send_at = now
            return events

    def _judged(self, visited: set[int] | None, news: set[int] | None, now: datetime) -> list[Change]:
        with reading(self._path) as db:
            alarms = open_alarms(db)
            ids = visited
            if ids is not None:
                hosts = [alarm.host for alarm in alarms if alarm.host is not None]
                ids = ids | {alarm.source_id for alarm in alarms if alarm.source_id is not None}
                ids |= set(hosts_sources(db, hosts))
            sources = watched_sources(db, ids, with_news=news, now=now)
            if ids is None:  # those that are active; alarms of others may be open
                seen = {source.source_id for source in sources}
                rest = {alarm.source_id for alarm in alarms if alarm.source_id is not None} - seen
                sources += watched_sources(db, rest, with_news=(), now=now)
            return judge(sources, stands(db), alarms, kinds=self._settings.kinds, now=now)

    async def send(self, *, stopping: Callable[[], bool] = lambda: False) -> int:
        """Send what is due to be sent. Returns how many events were taken."""
        address = self._settings.webhook
        if address is None:
            return 0
        webhook = Webhook(address=address, client=self._settings.client)
        sent = await send_waiting(
            self._path, self._writer, webhook, now=self._now, say=self._say, stopping=stopping
        )
        with reading(self._path) as db:
            self._send_at = next_send_at(db, WEBHOOK)
        return sent

    def ripe(self) -> bool:
        """Whether an event may be due to be sent, as of the last look at the file."""
        return self._send_at is not None and self._send_at <= self._now()
