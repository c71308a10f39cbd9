"""Runs the checks of alarms beside the visits, one at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from newsdesk.scheduler.alarms.watch import Watch
from newsdesk.storage.db.errors import StoreError, UpgradedError

log = logging.getLogger(__name__)


class AlarmChecks:
    """Starts checks of a watch. `on_file_error` gets an error of the file, `on_message` a line about an internal
    error; `stopping` ends the sending of events."""

    def __init__(
        self,
        watch: Watch,
        *,
        stopping: Callable[[], bool],
        on_file_error: Callable[[StoreError], None],
        on_message: Callable[[str], None],
    ) -> None:
        self.watch = watch
        self._stopping = stopping
        self._on_file_error = on_file_error
        self._on_message = on_message
        self._task: asyncio.Task[None] | None = None

    def start(self, *, everything: bool = False) -> None:
        """Check the sources that were visited since the last check, or all, and send the events that are due.
        Does nothing while a check runs."""
        self._start(everything=everything, check=True)

    def send_if_due(self) -> None:
        """Send the events that are due, without a check."""
        if self.watch.send_is_due():
            self._start(everything=False, check=False)

    async def finish(self) -> None:
        """Wait for the present check."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    def _start(self, *, everything: bool, check: bool) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._check(everything=everything, check=check))
            self._task.add_done_callback(self._report)

    async def _check(self, *, everything: bool, check: bool) -> None:
        try:
            if check:
                await self.watch.check(everything=everything)
            await self.watch.send(stopping=self._stopping)
        except StoreError as error:
            self._on_file_error(error)

    def _report(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, UpgradedError):  # the next heartbeat raises that
            log.error("internal error in the alarms", exc_info=error)
            self._on_message(f"internal error in the alarms: {type(error).__name__}: {error}")
