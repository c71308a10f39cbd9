"""`newsdesk reparse`: what was said of stored stories, read again with today's rules."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import click
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from newsdesk.crawler.credentials.redaction import redact_all
from newsdesk.output.format_evidence import told_change
from newsdesk.output.terminal import console, line, print_json
from newsdesk.commands.reparse.reparse import MOST_EXAMPLES, Reparse, Report, Scope
from newsdesk.settings.reader import Settings, read_settings
from newsdesk.sources.option_types import moment
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.maintenance.reparse import READ_AGAIN, count_to_reparse
from newsdesk.storage.sources.sources import find_sources


@click.command()
@click.option(
    "--source", "named", multiple=True, metavar="SOURCE", help="Only what this source carried; several: any."
)
@click.option(
    "--since", callback=moment, metavar="WHEN", help="Not older: 2h, 7d, 2026-11-24, or an instant."
)
@click.option("--field", "fields", multiple=True, type=click.Choice(READ_AGAIN), help="Only this field.")
@click.option("--apply", "applies", is_flag=True, help="Write what differs; without it nothing is written.")
@click.option(
    "--examples", default=3, show_default=True, type=click.IntRange(0, MOST_EXAMPLES), help="Of each field."
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(
    named: tuple[str, ...],
    since: str | None,
    fields: tuple[str, ...],
    applies: bool,
    examples: int,
    as_json: bool,
) -> None:
    """Read again, with today's rules, what feeds and pages said of the stories that are stored.

    After an upgrade, or after a source was given its language, country or zone. Nothing is fetched: printed
    titles, dates, bylines and languages are kept as they were printed, texts cleaned. Shown is what differs;
    --apply writes it, which is no revision, and goes on where it was cut off. A service may go on meanwhile.

    Exit code 1: a part could not be read, and is counted; 130: stopped by Ctrl-C.

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
    scope = Scope(sources=sources, since=since, fields=fields or READ_AGAIN)
    try:
        report = _run(settings, scope, total, examples=examples, applies=applies)
    except KeyboardInterrupt:
        again = "; the same command goes on there" if applies else ""
        click.echo(f"stopped: what was read is written{again}" if applies else "stopped", err=True)
        raise SystemExit(130) from None
    if as_json:
        print_json(redact_all(_as_json(report, scope, applies=applies), keep=frozenset(("old", "new"))))
    else:
        for words in _lines(report, applies=applies):
            click.echo(words)
    if report.unread:
        raise SystemExit(1)


def _run(settings: Settings, scope: Scope, total: int, *, examples: int, applies: bool) -> Report:
    with ExitStack() as stack:
        bar, task = _bar(stack, total)

        def heard(report: Report) -> None:
            if bar is not None:
                bar.update(task, completed=report.stories, words=f"{report.differ} differ")

        rereading = Reparse(settings.db, scope, settings.runner, examples=examples, heard=heard)
        if not applies:
            return asyncio.run(rereading.look())
        writer = stack.enter_context(Writer(settings.db))
        return asyncio.run(rereading.apply(writer))


def _bar(stack: ExitStack, total: int) -> tuple[Progress | None, Any]:
    out = console(stderr=True)
    if not out.is_terminal:
        return None, None
    bar = stack.enter_context(
        Progress(
            BarColumn(bar_width=24),
            TextColumn("{task.completed:g} of {task.total:g} stories · {task.fields[words]}"),
            TimeRemainingColumn(),
            console=out,
            transient=True,
        )
    )
    return bar, bar.add_task("", total=total, words="")


def _lines(report: Report, *, applies: bool) -> list[str]:
    lines = []
    for name in READ_AGAIN:
        if not report.fields[name]:
            continue
        lines.append(f"{name:<10} {report.fields[name]} differ")
        for story_id, field, old, new in report.examples:
            if field == name:
                lines.append(f"           story {story_id} {line(told_change(name, old, new))}")
    if report.unknown:
        lines.append(f"{report.unknown} stories were not read again: too little of what was printed was kept")
    if report.unread:
        lines.append(f"{report.unread} stories were not read again: their readers met a limit")
    lines.append(f"{report.stories} stories read again, {report.differ} differ{_end(report, applies)}")
    return lines


def _end(report: Report, applies: bool) -> str:
    if applies:
        meanwhile = report.differ - report.applied
        left = f" ({meanwhile} changed meanwhile, and were left)" if meanwhile else ""
        return f"; {report.applied} were written{left}"
    return "; --apply writes it" if report.differ else ""


def _as_json(report: Report, scope: Scope, *, applies: bool) -> dict[str, Any]:
    return {
        "asked_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "applied": applies,
        "scope": {"sources": scope.sources, "since": scope.since, "fields": scope.fields},
        "stories": report.stories,
        "differ": report.differ,
        "written": report.applied,
        "unknown": report.unknown,
        "unread": report.unread,
        "fields": {name: report.fields[name] for name in READ_AGAIN if report.fields[name]},
        "examples": [
            {"story": story_id, "field": field, "old": old, "new": new}
            for story_id, field, old, new in report.examples
        ],
    }
