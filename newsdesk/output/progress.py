"""Progress and result of a crawl: lines for people, with a bar on a terminal, or JSON lines for programs.

Failures and the bar go to stderr, everything else to stdout. This is output, not log: see `logs`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

import click

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.output.logs import timestamp
from newsdesk.output.terminal import console, line
from newsdesk.output.times import instant
from newsdesk.scheduler.alarms.outbox import as_json
from newsdesk.scheduler.durations import format_duration
from newsdesk.scheduler.run.summary import KeptVisit, RunSummary
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.plurals import count
from newsdesk.storage.records.alarms import Event
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.visits import Counts

if TYPE_CHECKING:  # imported when a bar is drawn: most crawls are shorter, or print to no terminal
    from rich.progress import Progress, TaskID

BAR_AFTER_S = 2.0


class Report(Protocol):
    """Reports a run: `show` is called after some seconds, `visited` after each visit was kept, `end` once."""

    def show(self) -> None: ...
    def visited(self, visited: KeptVisit) -> None: ...
    def alarm(self, event: Event) -> None: ...
    def say(self, message: str) -> None: ...
    def close(self) -> None: ...
    def end(self, summary: RunSummary, *, why_nothing: str) -> None: ...


class Lines:
    """Failures and the summary; with `verbose` every visit, with `quiet` failures only. `total`: visits of
    sources and pages to make; pages that become due during the crawl are added. With `dated` each line begins
    with its time."""

    def __init__(self, *, total: int, verbose: bool, quiet: bool, dated: bool = False) -> None:
        self._total = total
        self._dated = dated
        self._verbose = verbose
        self._quiet = quiet
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._visits = self._failed = self._new = 0

    def show(self) -> None:
        """Draw the bar, on a terminal to which no lines of visits are printed."""
        drawn = sys.stderr is not None and sys.stderr.isatty()  # None when it was closed: `2>&-`
        if self._quiet or self._verbose or not drawn or self._visits >= self._total:
            return
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            BarColumn(bar_width=24),
            TextColumn("{task.completed:g} of {task.total:g} visits · {task.fields[counts]}"),
            TimeRemainingColumn(),
            console=console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task("", total=self._total, completed=self._visits, counts=self._so_far())
        self._bar.start()

    def visited(self, visited: KeptVisit) -> None:
        outcome, counts = visited.result.outcome, visited.counts
        self._visits += 1
        self._total += counts.due
        self._new += counts.new
        address = line(redact(visited.address))
        if outcome.category != "ok":
            self._failed += 1
            self.say(f"failed  {address}: {line(outcome.message)}")
        elif self._verbose and not self._quiet:
            stories = f"{counts.new} new, {counts.changed} changed of {counts.seen}"
            message = outcome.message if _of_page(visited) else stories
            _print(self._line(f"{outcome.code:<9} {address}: {message}"))
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, total=self._total, completed=self._visits, counts=self._so_far())

    def alarm(self, event: Event) -> None:
        if event.state == "open" or not self._quiet:
            self.say(alarm_line(event))

    def say(self, message: str) -> None:
        text = self._line(message)
        if self._bar is None:
            _print(text, err=True)
        else:
            from rich.text import Text

            with _surviving(err=True):
                self._bar.console.print(Text(text), soft_wrap=True)

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._bar is not None:
            with _surviving(err=True):
                self._bar.stop()

    def end(self, summary: RunSummary, *, why_nothing: str) -> None:
        self.close()
        if not self._quiet:
            for message in summary_lines(summary, why_nothing=why_nothing):
                _print(self._line(message))

    def _line(self, message: str) -> str:
        return f"{timestamp()} {message}" if self._dated else message

    def _so_far(self) -> str:
        return f"{self._new} new · {self._failed} failed · {self._rate()} a second"

    def _rate(self) -> str:
        speed = self._bar.tasks[0].speed if self._bar is not None and self._bar.tasks else None
        return f"{speed:.1f}" if speed else "0"


class JsonLines:
    """One line of JSON on stdout for each visit, note, alarm and run, and nothing else. A note carries the run
    of the latest visit."""

    def __init__(self) -> None:
        self._write = json.JSONEncoder(default=str).encode
        self._run: int | None = None

    def show(self) -> None:
        """Nothing is drawn."""

    def say(self, message: str) -> None:
        at = to_iso(datetime.now(UTC))
        _print(self._write({"event": "note", "message": redact(message), "at": at, "run": self._run}))

    def alarm(self, event: Event) -> None:
        _print(self._write({"event": "alarm", **as_json(event)}))

    def close(self) -> None:
        """Nothing was drawn."""

    def visited(self, visited: KeptVisit) -> None:
        result, self._run = visited.result, visited.run_id
        event: dict[str, Any] = {
            "event": "visit",
            "at": to_iso(result.ended_at),
            "run": visited.run_id,
            "visit": visited.counts.visit_id,
            "kind": "page" if _of_page(visited) else "source",
            "source": visited.source_id,
            "address": redact(visited.address),
            "outcome": result.outcome.code,
            "category": result.outcome.category,
            "status": result.outcome.status,
            "message": result.outcome.message,
            "seconds": round((result.ended_at - result.started_at).total_seconds(), 3),
            "bytes": result.wire_bytes,
            **_counted(visited.counts),
            "pages_due": visited.counts.due,
        }
        _print(self._write(event))

    def end(self, summary: RunSummary, *, why_nothing: str) -> None:
        event: dict[str, Any] = {
            "event": "run",
            "at": to_iso(datetime.now(UTC)),
            "run": summary.run_id,
            "visits": summary.visits,
            "failed": summary.failed,
            "pages": summary.pages,
            "pages_failed": summary.pages_failed,
            "stopped": summary.stopped,
            **_counted(summary.counts),
            "messages": summary_lines(summary, why_nothing=why_nothing),
        }
        _print(self._write(event))


def _print(text: str, *, err: bool = False) -> None:
    with _surviving(err=err):
        click.echo(text, err=err)


@contextmanager
def _surviving(*, err: bool) -> Iterator[None]:
    """Write to stdout or stderr. When the reader has closed the pipe (`crawl -v | head`), the terminal is gone
    or the disk is full, the crawl goes on and the rest of this stream's output is lost."""
    try:
        yield
    except OSError as error:
        with suppress(OSError):  # a stream without a file has nothing to flush at exit
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, (sys.stderr if err else sys.stdout).fileno())
            os.close(null)
        if not err and not isinstance(error, BrokenPipeError):
            _print(f"newsdesk: stdout: {error.strerror}; the crawl goes on", err=True)


def _counted(counts: Counts) -> dict[str, int]:
    names = ("new", "changed", "same", "duplicate", "refused")
    return {"seen": counts.seen, **{name: getattr(counts, name) for name in names}}


def alarm_line(event: Event) -> str:
    """One alarm as a line for people."""
    subject = event.topic or event.name or event.address or event.host or "newsdesk"
    state = "alarm" if event.state == "open" else "resolved"
    return f"{state:<9}{event.kind} · {line(redact(subject))}: {line(redact(event.message))}"


def _of_page(visited: KeptVisit) -> bool:
    return isinstance(visited.claimed, ClaimedPage)


def _hosts(number: int) -> str:
    return "its host" if number == 1 else "their hosts"


def _sources(number: int) -> str:
    return f"{count(number, 'source')} {'was' if number == 1 else 'were'}"


def summary_lines(summary: RunSummary, *, why_nothing: str) -> list[str]:
    """The result of a run, and the sources that it did not visit and why."""
    lines = []
    if summary.visits or summary.pages:
        counts = " + ".join(
            f"{value} {name}" for name, value in _counted(summary.counts).items() if name != "seen"
        )
        pages = ""
        if summary.pages:
            pages = f", {count(summary.pages, 'page')}, {summary.pages_failed} failed"
        lines.append(
            f"run {summary.run_id}: {count(summary.visits, 'visit')}, {summary.failed} failed{pages};"
            f" {summary.counts.seen} seen = {counts}"
        )
    left = summary.left
    if left is not None and left.leased:
        hosts = _hosts(left.leased)
        lines.append(f"{_sources(left.leased)} not visited: another crawl has leased {hosts}")
    if left is not None and left.blocked and left.blocked_until is not None:
        wait = round((left.blocked_until - datetime.now(UTC)).total_seconds())
        lines.append(
            f"{_sources(left.blocked)} not visited: {_hosts(left.blocked)} asked to wait,"
            f" {format_duration(max(wait, 1))} at most (until {instant(to_iso(left.blocked_until))})"
        )
    if not lines and not summary.stopped:
        lines.append(f"nothing to visit: {why_nothing}")
    return lines
