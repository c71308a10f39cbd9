"""What a person or a program hears of a crawl while it goes on, and at its end.

Three ways: lines with a bar (on a terminal, once it takes longer), lines alone, JSON lines. Failures go to
stderr, as the bar does; the rest to stdout.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Protocol

import click
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.output.terminal import console, line, when
from newsdesk.scheduler.alarms.outbox import as_json
from newsdesk.scheduler.durations import in_words
from newsdesk.scheduler.run.runner import RunSummary, Visited
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.records.alarms import Event
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.visits import Counts

BAR_AFTER_S = 2.0


class Report(Protocol):
    """Hears of a run: `show` after some seconds, `visited` after each visit was kept, `end` once."""

    def show(self) -> None: ...
    def visited(self, visited: Visited) -> None: ...
    def alarm(self, event: Event) -> None: ...
    def say(self, words: str) -> None: ...
    def close(self) -> None: ...
    def end(self, summary: RunSummary, *, why_nothing: str) -> None: ...


class Lines:
    """Failures, with `verbose` every visit, and the summary; with `quiet` failures only. `total`: visits to
    make, of sources and of pages; pages that become due meanwhile are added."""

    def __init__(self, *, total: int, verbose: bool, quiet: bool) -> None:
        self._total = total
        self._verbose = verbose
        self._quiet = quiet
        self._bar: Progress | None = None
        self._task = TaskID(0)
        self._visits = self._failed = self._new = 0

    def show(self) -> None:
        """The bar, on a terminal that is not filled with lines already."""
        drawn = sys.stderr is not None and sys.stderr.isatty()  # None when it was closed: `2>&-`
        if self._quiet or self._verbose or not drawn or self._visits >= self._total:
            return
        self._bar = Progress(
            BarColumn(bar_width=24),
            TextColumn("{task.completed:g} of {task.total:g} visits · {task.fields[words]}"),
            TimeRemainingColumn(),
            console=console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task("", total=self._total, completed=self._visits, words=self._words())
        self._bar.start()

    def visited(self, visited: Visited) -> None:
        outcome, counts = visited.result.outcome, visited.counts
        self._visits += 1
        self._total += counts.due
        self._new += counts.new
        where = line(redact(visited.address))
        if outcome.category != "ok":
            self._failed += 1
            self.say(f"failed  {where}: {line(outcome.message)}")
        elif self._verbose and not self._quiet:
            came = f"{counts.new} new, {counts.changed} changed of {counts.seen}"
            _print(f"{outcome.code:<9} {where}: {outcome.message if _of_page(visited) else came}")
        if self._bar is not None:
            self._bar.update(self._task, total=self._total, completed=self._visits, words=self._words())

    def alarm(self, event: Event) -> None:
        if event.state == "raised" or not self._quiet:
            self.say(alarm_line(event))

    def say(self, words: str) -> None:
        if self._bar is None:
            _print(words, err=True)
        else:
            with _heard(err=True):
                self._bar.console.print(Text(words), soft_wrap=True)

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._bar is not None:
            with _heard(err=True):
                self._bar.stop()

    def end(self, summary: RunSummary, *, why_nothing: str) -> None:
        self.close()
        if not self._quiet:
            for words in summary_lines(summary, why_nothing=why_nothing):
                _print(words)

    def _words(self) -> str:
        return f"{self._new} new · {self._failed} failed · {self._rate()} a second"

    def _rate(self) -> str:
        speed = self._bar.tasks[0].speed if self._bar is not None and self._bar.tasks else None
        return f"{speed:.1f}" if speed else "0"


class JsonLines:
    """A line of JSON for each visit, note and alarm, and for the run, on stdout; nothing else. A note has the
    run of the latest visit."""

    def __init__(self) -> None:
        self._write = json.JSONEncoder(default=str).encode
        self._run: int | None = None

    def show(self) -> None:
        """Nothing is drawn."""

    def say(self, words: str) -> None:
        at = to_iso(datetime.now(UTC))
        _print(self._write({"event": "note", "words": redact(words), "at": at, "run": self._run}))

    def alarm(self, event: Event) -> None:
        _print(self._write({"event": "alarm", **as_json(event)}))

    def close(self) -> None:
        """Nothing was drawn."""

    def visited(self, visited: Visited) -> None:
        result, self._run = visited.result, visited.run_id
        event: dict[str, Any] = {
            "event": "visit",
            "at": to_iso(result.ended_at),
            "run": visited.run_id,
            "visit": visited.counts.visit_id,
            "what": "page" if _of_page(visited) else "source",
            "source": visited.source_id,
            "address": redact(visited.address),
            "outcome": result.outcome.code,
            "class": result.outcome.category,
            "status": result.outcome.status,
            "words": result.outcome.message,
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
            "words": summary_lines(summary, why_nothing=why_nothing),
        }
        _print(self._write(event))


def _print(words: str, *, err: bool = False) -> None:
    with _heard(err=err):
        click.echo(words, err=err)


@contextmanager
def _heard(*, err: bool) -> Iterator[None]:
    """Writing to stdout or stderr. When nobody reads on (`crawl -v | head`), the terminal is gone or the
    disk is full, the crawl goes on, and the rest of what this stream would have told is lost."""
    try:
        yield
    except OSError as error:
        with suppress(OSError):  # a stream of no file has nothing that is written at the end
            nobody = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nobody, (sys.stderr if err else sys.stdout).fileno())
            os.close(nobody)
        if not err and not isinstance(error, BrokenPipeError):
            _print(f"newsdesk: stdout: {error.strerror}; the crawl goes on", err=True)


def _counted(counts: Counts) -> dict[str, int]:
    names = ("new", "changed", "same", "duplicate", "refused")
    return {"seen": counts.seen, **{name: getattr(counts, name) for name in names}}


def alarm_line(event: Event) -> str:
    """One event for people."""
    whose = event.name or event.address or event.host or "newsdesk"
    state = "alarm" if event.state == "raised" else "is over"
    return f"{state:<8}{event.kind} · {line(redact(whose))}: {line(redact(event.message))}"


def _of_page(visited: Visited) -> bool:
    return isinstance(visited.claimed, ClaimedPage)


def summary_lines(summary: RunSummary, *, why_nothing: str) -> list[str]:
    """What came of a run, and what is left and why."""
    lines = []
    if summary.visits or summary.pages:
        counts = " + ".join(
            f"{value} {name}" for name, value in _counted(summary.counts).items() if name != "seen"
        )
        pages = ""
        if summary.pages:
            pages = f", {summary.pages} pages, {summary.pages_failed} of them not read"
        lines.append(
            f"run {summary.run_id}: {summary.visits} visits, {summary.failed} failed{pages};"
            f" {summary.counts.seen} seen = {counts}"
        )
    left = summary.left
    if left is not None and left.leased:
        lines.append(f"{left.leased} sources are in the hands of another crawl")
    if left is not None and left.blocked and left.blocked_until is not None:
        wait = round((left.blocked_until - datetime.now(UTC)).total_seconds())
        lines.append(
            f"{left.blocked} sources wait: their hosts asked for a pause, the longest"
            f" {in_words(max(wait, 1))} (until {when(to_iso(left.blocked_until))} UTC)"
        )
    if not lines and not summary.stopped:
        lines.append(f"nothing to visit: {why_nothing}")
    return lines
