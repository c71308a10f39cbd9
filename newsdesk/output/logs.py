"""The log: standard `logging`, set up once for the process, one line an event on stderr.

A line has time (UTC), level, logger, the fields of `newsdesk.storage.log_context` and a message. Every line is
redacted and free of control characters. Lines of a crawl for people are output, not log: see `progress`.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import click

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.output.encoding import json_text
from newsdesk.output.terminal import clean, line
from newsdesk.storage.log_context import log_fields

LEVELS = ("debug", "info", "warning", "error")
FORMATS = ("text", "json")
OURS = "newsdesk"  # the parent of all our loggers: they are named by their modules
# APScheduler warns of each tick that is skipped because the one before it is still at work: that is by design
_BOUNDS = {"apscheduler": logging.ERROR}


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOptions:
    """Level and format in force. `level_is_set`: by an option, variable or file, so that --quiet does not change
    it. `scrub` removes the values of the operator's secrets: an exception may quote one."""

    level: str
    format: str
    level_is_set: bool = False
    scrub: Callable[[str], str] = str


def set_up_logging(options: LogOptions) -> None:
    """Log to stderr from `options.level` on. Other libraries log warnings and errors only: at `debug` they
    would print requests with their headers. May be called again: the last call counts."""
    level = logging.getLevelNamesMapping()[options.level.upper()]
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, _StderrHandler)]:
        root.removeHandler(handler)
    handler = _StderrHandler()
    handler.setFormatter((_JsonFormatter if options.format == "json" else _TextFormatter)(options.scrub))
    root.addHandler(handler)
    root.setLevel(max(level, logging.WARNING))
    logging.getLogger(OURS).setLevel(level if level < logging.WARNING else logging.NOTSET)
    for name, bound in _BOUNDS.items():
        logging.getLogger(name).setLevel(max(level, bound))


def logging_of(context: click.Context, *, format: str | None, quiet: bool = False) -> LogOptions:
    """The log options in force for a command with a `--log` and `--quiet` of its own, which are applied."""
    options = context.find_object(LogOptions) or LogOptions(level="warning", format="text")
    level = "error" if quiet and not options.level_is_set else options.level
    options = replace(options, level=level, format=format or options.format)
    set_up_logging(options)
    return options


def timestamp(seconds: float | None = None) -> str:
    """An instant, by default now, in UTC: `2026-11-24T05:35:12.345Z`."""
    instant = datetime.now(UTC) if seconds is None else datetime.fromtimestamp(seconds, UTC)
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _StderrHandler(logging.Handler):
    """Writes to the present `sys.stderr`, which rich replaces while it draws a bar. A stream that is closed
    or full stops no work."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = self.format(record)
        except Exception:  # a log call with wrong arguments: reported as the handlers of logging do
            self.handleError(record)
            return
        with suppress(OSError, ValueError, AttributeError):  # full, closed, or none (`2>&-`)
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()


class _Formatter(logging.Formatter):
    def __init__(self, scrub: Callable[[str], str] = str) -> None:
        super().__init__()
        self._scrub = scrub

    def _safe(self, text: str) -> str:
        return redact(self._scrub(text))


class _TextFormatter(_Formatter):
    """`2026-11-24T05:35:12.345Z INFO    newsdesk.scheduler.run.runner run=7 source=3: message`."""

    def format(self, record: logging.LogRecord) -> str:
        fields = "".join(f" {name}={line(value)}" for name, value in log_fields().items())
        head = f"{timestamp(record.created)} {record.levelname:<7} {record.name}{fields}"
        text = f"{head}: {line(record.getMessage())}"
        if record.exc_info:
            text += "\n" + clean(self.formatException(record.exc_info))
        return self._safe(text)


class _JsonFormatter(_Formatter):
    """One object a line, with `event: log` to tell it from the visits and runs of `crawl --log json`."""

    def format(self, record: logging.LogRecord) -> str:
        event: dict[str, Any] = {
            "event": "log",
            "at": timestamp(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            **log_fields(),
            "message": self._safe(record.getMessage()),
        }
        if record.exc_info:
            event["exception"] = self._safe(self.formatException(record.exc_info))
        return json_text(event, sys.stderr)
