"""What SIGINT and SIGTERM do to a crawl and to the service: the same."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Protocol

from newsdesk.output.progress import Report


class Working(Protocol):
    """A desk or a service."""

    @property
    def stopping(self) -> bool: ...
    def stop(self) -> None: ...


def heed_signals(working: Working, report: Report, *, words: str) -> None:
    """In the running loop: the first signal says `words` and finishes what is in hand, a second ends all."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _stop, working, report, words)


def _stop(working: Working, report: Report, words: str) -> None:
    """A visit is kept whole or not at all, so that ending at once loses no more than visits in flight."""
    if working.stopping:
        report.say("stopped at once; what was kept is whole")
        report.close()
        os._exit(130)
    report.say(words)
    working.stop()
