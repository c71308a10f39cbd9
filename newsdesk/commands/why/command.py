"""`newsdesk why SOURCE`: the command and its options."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from rich.text import Text

from newsdesk.commands.why.lines import why_lines
from newsdesk.commands.why.report import why_report
from newsdesk.crawler.credentials.redaction import redact_all
from newsdesk.output.terminal import console, line_inside, print_json
from newsdesk.settings.reader import read_settings
from newsdesk.sources.option_types import timezone_option
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.sources.sources import find_sources


@click.command()
@click.argument("source")
@timezone_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(source: str, as_json: bool) -> None:
    """Show when a source is due, and why.

    Shows its publication profile, the threshold for a visit, the time that each limit allows, the hints of
    its server, its failures, and the rate limit of its host.

    \b
    newsdesk why 3
    newsdesk why "Harbour Gazette" --json
    """
    settings = read_settings()
    prepare(settings.db, create=False)
    now = datetime.now(UTC)
    with reading(settings.db) as db:
        report = redact_all(why_report(db, find_sources(db, (source,))[0], settings.runner, now))
    if as_json:
        print_json(report)
        return
    out = console()
    for label, text in why_lines(report, now):
        out.print(
            Text(f"{label:<11} ", style="bold").append(line_inside(text), style="not bold"), soft_wrap=True
        )
