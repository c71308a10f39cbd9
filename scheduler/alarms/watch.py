"""Checks the sources that were visited, keeps the changes of alarms, and sends the events.

Remembers only which sources were visited since its last check; the first check covers all of them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.scheduler.alarms.alarms import decide_changes
from newsdesk.scheduler.alarms.outbox import WEBHOOK, Webhook, find_next_send, send_waiting
from newsdesk.scheduler.alarms.silence import decide_silences
from newsdesk.scheduler.run.summary import KeptVisit
from newsdesk.scheduler.settings import AlarmSettings
from newsdesk.storage.alarms.events import keep_changes, open_alarms
from newsdesk.storage.alarms.silence import silence_statuses
from newsdesk.storage.alarms.watched import host_statuses, sources_of_hosts, watched_sources
from newsdesk.storage.db.database import reading
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.records.alarms import Change, Event

log = logging.getLogger(__name__)


class Watch:
    """Watches the sources of one file. `on_event` gets each event after it was kept, `on_message` a line for
    what could not be sent."""

    def __init__(
        self,
        path: Path,
        writer: Writer,
        settings: AlarmSettings,
        *,
        now: Callable[[], datetime],
        on_event: Callable[[Event], None],
        on_message: Callable[[str], None],
    ) -> None:
        self._path = path
        self._writer = writer
        self._settings = settings
        self._now = now
        self._on_event = on_event
        self._on_message = on_message
        self._visited: set[int] = set()
        self._with_news: set[int] = set()
        self._checking = asyncio.Lock()
        self._send_at: datetime | None = None

    def reload(self, settings: AlarmSettings) -> None:
        """Use other settings from now on."""
        self._settings = settings

    def visited(self, visited: KeptVisit) -> None:
        """A visit was kept: its source belongs to the next check."""
        if visited.source_id is not None:
            self._visited.add(visited.source_id)
            if visited.counts.new:
                self._with_news.add(visited.source_id)

    async def check(self, *, everything: bool = False) -> list[Event]:
        """Check the sources that were visited since the last check, or all; keep and report the changes."""
        async with self._checking:
            visited, news = self._visited, self._with_news
            self._visited, self._with_news = set(), set()
            now = self._now()
            try:
                changes = await asyncio.to_thread(
                    self._find_changes, None if everything else visited, None if everything else news, now
                )
                targets = (WEBHOOK,) if self._settings.webhook else ()
                events = []
                if changes:
                    events = await self._writer.write(
                        lambda db: keep_changes(db, changes, targets=targets, now=now)
                    )
            except BaseException:  # passed on; the next check covers them again
                self._visited |= visited
                self._with_news |= news
                raise
            for event in events:
                _log_event(event)
                self._on_event(event)
            if events and targets:
                self._send_at = now
            return events

    def _find_changes(self, visited: set[int] | None, news: set[int] | None, now: datetime) -> list[Change]:
        with reading(self._path) as db:
            alarms = open_alarms(db)
            ids = visited
            if ids is not None:
                hosts = [alarm.host for alarm in alarms if alarm.host is not None]
                ids = ids | {alarm.source_id for alarm in alarms if alarm.source_id is not None}
                ids |= set(sources_of_hosts(db, hosts))
            sources = watched_sources(db, ids, with_news=news, now=now)
            if ids is None:  # only active sources so far; alarms of others may be open
                found = {source.source_id for source in sources}
                rest = {alarm.source_id for alarm in alarms if alarm.source_id is not None} - found
                sources += watched_sources(db, rest, with_news=(), now=now)
            failing = any(source.failures for source in sources)  # else no host of theirs is down
            of_hosts = any(alarm.source_id is None for alarm in alarms)
            statuses = host_statuses(db) if failing or of_hosts else {}  # looks through all sources
            changes = decide_changes(sources, statuses, alarms, kinds=self._settings.kinds, now=now)
            silences = silence_statuses(db, self._settings.silent_after, now=now)
            return changes + decide_silences(silences, alarms)

    async def send(self, *, stopping: Callable[[], bool] = lambda: False) -> int:
        """Send the events that are due. Returns how many were accepted."""
        address = self._settings.webhook
        if address is None:
            return 0
        webhook = Webhook(address=address, client=self._settings.client)
        sent = await send_waiting(
            self._path, self._writer, webhook, now=self._now, on_message=self._on_message, stopping=stopping
        )
        self._send_at = await find_next_send(self._path)
        return sent

    def send_is_due(self) -> bool:
        """Whether an event may be due to be sent, as of the last read of the outbox."""
        return self._send_at is not None and self._send_at <= self._now()


def _log_event(event: Event) -> None:
    whose = event.topic or event.name or event.address or event.host or "all hosts"
    log.info("alarm %s: %s of %s: %s", event.state, event.kind, redact(whose), redact(event.message))
