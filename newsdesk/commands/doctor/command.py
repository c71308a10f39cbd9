"""`newsdesk doctor`: the command and its options."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime

import click

from newsdesk.commands.doctor.checks import examine
from newsdesk.crawler.normalise.urls.canonical import address_key
from newsdesk.output.terminal import Refused, line, print_json, print_table
from newsdesk.settings.reader import read_settings
from newsdesk.sources.option_types import timezone_option
from newsdesk.storage.maintenance.repair import RepairReport, repair
from newsdesk.storage.plurals import count


@click.command()
@click.option("--full", is_flag=True, help="Read every page and index of the file; takes longer.")
@click.option("--repair", "repairing", is_flag=True, help="Replace a damaged file by what can be read of it.")
@click.option("--yes", is_flag=True, help="Repair without asking.")
@timezone_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(full: bool, repairing: bool, yes: bool, as_json: bool) -> None:
    """Find problems, and show their remedies.

    Checks settings, disk, file, clock and sources. Changes nothing and sends no requests. Exit code 0: no
    errors, warnings at most; 1: errors.

    With --repair, newsdesk copies a damaged file aside, writes everything that it can read into a new file,
    and puts that in its place. It shows what was saved and what was lost of each table. Every source is due
    afterwards.

    \b
    newsdesk doctor
    newsdesk doctor --full --json
    newsdesk doctor --repair
    """
    if repairing:
        _repair(yes, as_json)
        return
    findings = list(examine(now=datetime.now(UTC), full=full))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            remedy = f" -> {line(finding.remedy)}" if finding.remedy else ""
            click.echo(f"{finding.level:8} {line(finding.check)}: {line(finding.message)}{remedy}")
    if any(finding.level == "error" for finding in findings):
        raise SystemExit(1)


def _repair(yes: bool, as_json: bool) -> None:
    settings = read_settings()
    if not yes:
        if not sys.stdin.isatty():
            raise Refused("--repair asks before it starts; use --yes in a script")
        click.confirm(
            f"Copy {settings.db} aside, and replace it by what can be read of it?", abort=True, err=True
        )
    report = repair(settings.db, now=datetime.now(UTC), key_of=address_key)
    if report is None:
        click.echo("[]" if as_json else f"{settings.db} is not damaged; nothing was done")
    elif as_json:
        print_json(asdict(report))
    else:
        _print(report)


def _print(report: RepairReport) -> None:
    print_table(
        ("table", "saved", "missing", "damage"),
        (
            (
                saved.table,
                saved.rows,
                "" if saved.missing_ids is None else saved.missing_ids,
                "partly unreadable" if saved.damaged else "",
            )
            for saved in report.tables
            if saved.rows or saved.damaged
        ),
        right=("saved", "missing"),
    )
    click.echo("missing: ids between the first and the last that no row has; lost now, or deleted before")
    if report.lost_texts:
        click.echo(
            f"{count(report.lost_texts, 'story', 'stories')} lost their text, and keep title and summary"
        )
    if report.orphaned_rows:
        click.echo(f"{count(report.orphaned_rows, 'row')} left out: the rows that they belong to are lost")
    click.echo(f"the damaged file is {report.damaged_copy} now")
    click.echo("every source is due: `newsdesk crawl` reads again what their feeds still carry")
