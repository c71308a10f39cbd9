"""`newsdesk doctor`: what is wrong, and what to do; or what can be read of a damaged file, saved."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime

import click

from newsdesk.crawler.normalise.urls.canonical import address_key
from newsdesk.doctor_checks import examine
from newsdesk.output.terminal import Refused, line, print_json, print_table
from newsdesk.settings.reader import read_settings
from newsdesk.storage.maintenance.repair import Repaired, repair


@click.command()
@click.option("--full", is_flag=True, help="Look at every page and index of the file; takes longer.")
@click.option("--repair", "repairing", is_flag=True, help="Save what can be read of a damaged file.")
@click.option("--yes", is_flag=True, help="Repair without asking.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(full: bool, repairing: bool, yes: bool, as_json: bool) -> None:
    """Look at settings, disk, file, clock and sources, and say what is wrong and what to do.

    Changes nothing and asks no network. Exit code 0: fine, or warnings only; 1: errors.

    With --repair a damaged file is copied aside, what can be read of it goes into a new file, and this
    takes its place; it says what was saved of each table, and what was lost. Every source is due then.

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
            click.echo(f"{finding.level:8} {line(finding.matter)}: {line(finding.words)}{remedy}")
    if any(finding.level == "error" for finding in findings):
        raise SystemExit(1)


def _repair(yes: bool, as_json: bool) -> None:
    settings = read_settings()
    if not yes:
        if not sys.stdin.isatty():
            raise Refused("--repair asks first; in a script say --yes")
        click.confirm(
            f"Copy {settings.db} aside, and put what can be read of it in its place?", abort=True, err=True
        )
    report = repair(settings.db, now=datetime.now(UTC), key_of=address_key)
    if report is None:
        click.echo("[]" if as_json else f"{settings.db} is whole; nothing was done")
    elif as_json:
        print_json(asdict(report))
    else:
        _tell(report)


def _tell(report: Repaired) -> None:
    print_table(
        ("table", "saved", "missing", "damage"),
        (
            (
                saved.table,
                saved.rows,
                "" if saved.gaps is None else saved.gaps,
                "in part unreadable" if saved.damaged else "",
            )
            for saved in report.tables
            if saved.rows or saved.damaged
        ),
        right=("saved", "missing"),
    )
    click.echo("missing: numbers between the first and the last that no row has, lost now or removed before")
    if report.texts:
        click.echo(f"{report.texts} stories lost their text, and are there with title and summary")
    if report.loose:
        click.echo(f"{report.loose} rows were left out, since what they belong to is lost")
    click.echo(f"the damaged file is kept as {report.aside}")
    click.echo("every source is due: `newsdesk crawl` brings again what their feeds still carry")
