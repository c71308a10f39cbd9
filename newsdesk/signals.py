"""SIGINT and SIGTERM for a crawl and for the service: finish the visits in progress, then stop."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Protocol

from newsdesk.output.progress import Report


class Working(Protocol):
    """A runner or a service."""

    @property
    def stopping(self) -> bool: ...
    def stop(self) -> None: ...


def heed_signals(working: Working, report: Report, *, message: str) -> None:
    """In the running loop: the first signal prints `message` and lets visits in progress finish, a second one
    ends the process at once."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _stop, working, report, message)


def _stop(working: Working, report: Report, message: str) -> None:
    """A visit is one transaction, so that ending at once loses no more than the visits in progress."""
    if working.stopping:
        report.say("stopped at once; every finished visit is stored")
        report.close()
        os._exit(130)
    report.say(message)
    working.stop()
