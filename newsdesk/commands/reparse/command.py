"""`newsdesk reparse`: the command, its progress bar and its output."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import click
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from newsdesk.commands.reparse.reparse import MAX_EXAMPLES, Reparse, Report, Scope
from newsdesk.crawler.credentials.redaction import redact_all
from newsdesk.output.format_evidence import format_change
from newsdesk.output.terminal import console, line, print_json
from newsdesk.settings.reader import Settings, read_settings
from newsdesk.sources.option_types import moment, timezone_option
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.maintenance.reparse import REPARSED_FIELDS, count_to_reparse
from newsdesk.storage.plurals import count
from newsdesk.storage.sources.sources import find_sources


@click.command()
@click.option(
    "--source",
    "named",
    multiple=True,
    metavar="SOURCE",
    help="Reparse only stories of this source. Repeatable.",
)
@click.option(
    "--since",
    callback=moment,
    metavar="WHEN",
    help="Reparse only stories since then: 2h, 7d, 2026-11-24, or an instant.",
)
@click.option(
    "--field",
    "fields",
    multiple=True,
    type=click.Choice(REPARSED_FIELDS),
    help="Reparse only this field. Repeatable.",
)
@click.option(
    "--apply", "applies", is_flag=True, help="Write the differences; without it nothing is written."
)
@click.option(
    "--examples",
    default=3,
    show_default=True,
    type=click.IntRange(0, MAX_EXAMPLES),
    help="Show so many differences of each field.",
)
@timezone_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    named: tuple[str, ...],
    since: str | None,
    fields: tuple[str, ...],
    applies: bool,
    examples: int,
    as_json: bool,
) -> None:
    """Parse stored stories again with the present rules.

    Shows what differs. Useful after an upgrade, or after you set the language, country or time zone of a
    source. Sends no requests: titles, dates, bylines and languages are stored as published, texts are
    stored cleaned. --apply writes the differences, which are no changes by the publisher; it resumes an
    interrupted run. The service may go on meanwhile.

    Exit code 1: some stories could not be parsed; 130: stopped by Ctrl-C.

    \b
    newsdesk reparse
    newsdesk reparse --source "Harbour Gazette" --field published
    newsdesk reparse --since 30d --apply
    """
    settings = read_settings()
    prepare(settings.db, create=False)
    with reading(settings.db) as db:
        sources = find_sources(db, named)
        total = count_to_reparse(db, after=0, sources=sources, since=since)
    scope = Scope(sources=sources, since=since, fields=fields or REPARSED_FIELDS)
    try:
        report = _run(settings, scope, total, examples=examples, applies=applies)
    except KeyboardInterrupt:
        resume = "stopped; the finished part is written, and the same command resumes"
        click.echo(resume if applies else "stopped", err=True)
        raise SystemExit(130) from None
    if as_json:
        print_json(redact_all(_as_json(report, scope, applies=applies), keep=frozenset(("old", "new"))))
    else:
        for text in _lines(report, applies=applies):
            click.echo(text)
    if report.unread:
        raise SystemExit(1)


def _run(settings: Settings, scope: Scope, total: int, *, examples: int, applies: bool) -> Report:
    with ExitStack() as stack:
        bar, task = _bar(stack, total)

        def show(report: Report) -> None:
            if bar is not None:
                bar.update(task, completed=report.stories, differ=report.differ)

        reparse = Reparse(settings.db, scope, settings.runner, examples=examples, on_progress=show)
        if not applies:
            return asyncio.run(reparse.compare())
        writer = stack.enter_context(Writer(settings.db))
        return asyncio.run(reparse.apply(writer))


def _bar(stack: ExitStack, total: int) -> tuple[Progress | None, Any]:
    out = console(stderr=True)
    if not out.is_terminal:
        return None, None
    bar = stack.enter_context(
        Progress(
            BarColumn(bar_width=24),
            TextColumn("{task.completed:g} of {task.total:g} stories · {task.fields[differ]} differ"),
            TimeRemainingColumn(),
            console=out,
            transient=True,
        )
    )
    return bar, bar.add_task("", total=total, differ=0)


def _lines(report: Report, *, applies: bool) -> list[str]:
    lines = []
    for name in REPARSED_FIELDS:
        if not report.fields[name]:
            continue
        lines.append(f"{name:<10} {report.fields[name]} differ")
        for story_id, field, old, new in report.examples:
            if field == name:
                lines.append(f"           story {story_id} {line(format_change(name, old, new))}")
    if report.unknown:
        lines.append(f"{_stories(report.unknown)} skipped: they have no usable snapshot")
    if report.unread:
        lines.append(f"{_stories(report.unread)} skipped: parsing met a limit of time or memory")
    lines.append(f"{_stories(report.stories)} reparsed, {report.differ} differ{_end(report, applies)}")
    return lines


def _end(report: Report, applies: bool) -> str:
    if applies:
        meanwhile = report.differ - report.applied
        left = f" ({meanwhile} changed meanwhile and were left as they are)" if meanwhile else ""
        return f"; {report.applied} written{left}"
    return "; --apply writes the differences" if report.differ else ""


def _stories(number: int) -> str:
    return count(number, "story", "stories")


def _as_json(report: Report, scope: Scope, *, applies: bool) -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "applied": applies,
        "scope": {"sources": scope.sources, "since": scope.since, "fields": scope.fields},
        "stories": report.stories,
        "differ": report.differ,
        "written": report.applied,
        "unknown": report.unknown,
        "unread": report.unread,
        "fields": {name: report.fields[name] for name in REPARSED_FIELDS if report.fields[name]},
        "examples": [
            {"story": story_id, "field": field, "old": old, "new": new}
            for story_id, field, old, new in report.examples
        ],
    }
