"""`newsdesk audit`: compares what was kept of a source with what its site lists, or the store with a list."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import click

from newsdesk.commands.audit.against import Match, match_list
from newsdesk.commands.audit.list_file import read_list
from newsdesk.commands.audit.output import (
    COLUMNS,
    LIST_COLUMNS,
    as_object,
    judged_row,
    list_line,
    list_row,
    percent,
    print_comparison,
)
from newsdesk.commands.audit.reasons import Reference
from newsdesk.commands.audit.report import compare, recall
from newsdesk.crawler.credentials.redaction import redact
from newsdesk.output.bar import progress_bar
from newsdesk.output.csv_rows import print_csv
from newsdesk.output.terminal import Refused, console, line, print_json, print_table
from newsdesk.settings.reader import Settings, read_settings
from newsdesk.sources.values import check_address
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.politeness import find_pausing_hosts, keep_host_updates
from newsdesk.storage.plurals import count
from newsdesk.storage.sources.sources import find_sources, show_source, source_as_claimed


def _addresses(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return tuple(check_address(one)[0] for one in value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command()
@click.argument("source", required=False)
@click.option(
    "--days", type=click.IntRange(1, 366), default=2, show_default=True, help="Compare the last so many days."
)
@click.option(
    "--with",
    "given",
    multiple=True,
    callback=_addresses,
    metavar="ADDRESS",
    help="Compare with this sitemap or page of the site, in place of those found. Repeatable.",
)
@click.option(
    "--against",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Compare the whole store with a list of addresses or titles; - reads standard input.",
)
@click.option("--all", "list_all", is_flag=True, help="List what was kept or found, too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, safe to open in a spreadsheet.")
def command(
    source: str | None,
    days: int,
    given: tuple[str, ...],
    against: Path | None,
    list_all: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Compare what was kept of SOURCE with what its site lists.

    newsdesk reads the sitemaps that the site's robots.txt names and its home page, keeps nothing of them, and prints
    for each how many of the stories of the last days are held (recall), and for each missing one the most likely
    reason. SOURCE is the number of a source, its address, or a part of its name.

    With --against it looks up a list instead: one address or title a line, or CSV with a column url or title. A title
    is found if a held story has nearly the same one; else the nearest is shown.

    Exit code 0: nothing is missing. 1: something is missing. 2: there was nothing to compare with.

    \b
    newsdesk audit 3
    newsdesk audit "Harbour Gazette" --days 7 --csv > missing.csv
    newsdesk audit 3 --with https://harbour.example/sitemap-news.xml
    newsdesk audit --against headlines.txt
    """
    if as_json and as_csv:
        raise Refused("--json and --csv exclude each other; give one of them")
    if (source is None) == (against is None):
        raise Refused("give a SOURCE, or --against FILE; not both")
    if against is not None and given:
        raise Refused("--with is for a SOURCE; leave it out with --against")
    settings = read_settings()
    prepare(settings.db, create=False)
    if against is not None:
        missing = _against(settings, against, list_all=list_all, as_json=as_json, as_csv=as_csv)
    else:
        assert source is not None
        missing = _audit(
            settings, source, given, days=days, list_all=list_all, as_json=as_json, as_csv=as_csv
        )
    if missing:
        raise SystemExit(1)


def _audit(
    settings: Settings,
    named: str,
    given: Sequence[str],
    *,
    days: int,
    list_all: bool,
    as_json: bool,
    as_csv: bool,
) -> int:
    now = datetime.now(UTC)
    since = now - timedelta(days=days)
    with reading(settings.db) as db:
        (source_id,) = find_sources(db, (named,))
        row = show_source(db, source_id)
        claimed = source_as_claimed(
            db,
            source_id,
            rate_limits=settings.runner.session.rate_limits,
            limits=settings.runner.limits,
            now=now,
        )
        pauses = find_pausing_hosts(db, now=now)
    home = row["home"] or urljoin(row["address"], "/")
    if row["kind"] == "site":
        home = row["address"]
    references = _read(settings, claimed, given, home=home, pauses=pauses)
    if not any(one.ok for one in references):
        tried = "; ".join(f"{one.address}: {one.message}" for one in references) or "nothing was found"
        raise Refused(redact(f"nothing to compare with: {tried}; name a sitemap or page by --with"))
    total = sum(len(one.listed) for one in references)
    with reading(settings.db) as db, progress_bar(total, "addresses") as advance:
        compared = compare(db, source_id, references, since=since, on_judged=advance)
    rows = [judged_row(one) for one in compared.judged if list_all or not one.held]
    if as_json:
        print_json(as_object(row, compared, rows, since=since, days=days))
    elif as_csv:
        print_csv(COLUMNS, rows)
    else:
        print_comparison(row, compared, since=since, days=days, list_all=list_all)
    if not compared.judged:
        raise SystemExit(2)
    return len(compared.missing)


def _read(
    settings: Settings, claimed: Any, given: Sequence[str], *, home: str, pauses: Any
) -> list[Reference]:
    """Read the lists, and keep what the requests showed about hosts."""
    from newsdesk.commands.audit.references import read_references  # late: --against requests nothing

    out = console(stderr=True)
    shown = out.is_terminal
    references = asyncio.run(
        read_references(
            claimed,
            given,
            home=home,
            settings=settings.runner,
            host_updates=pauses,
            on_read=lambda address: (
                click.echo(f"reading {line(redact(address))}", err=True) if shown else None
            ),
        )
    )
    updates = [update for one in references for update in one.host_updates]
    if updates:
        with Writer(settings.db) as writer:
            writer.do(partial(keep_host_updates, host_updates=updates, now=datetime.now(UTC)))
    return references


def _against(settings: Settings, path: Path, *, list_all: bool, as_json: bool, as_csv: bool) -> int:
    wanted = read_list(None if str(path) == "-" else path)
    with reading(settings.db) as db, progress_bar(len(wanted), "lines") as advance:
        matches = list(_advancing(match_list(db, wanted), advance))
    missing = [one for one in matches if one.result == "missing"]
    shown = matches if list_all else missing
    found = len(matches) - len(missing)
    by_title = sum(one.by == "title" for one in matches)
    if as_json:
        print_json(
            {
                "lines": len(matches),
                "found": found,
                "found_by_title": by_title,
                "missing": len(missing),
                "recall": recall(found, len(matches)),
                "list": [list_row(one) for one in shown],
            }
        )
    elif as_csv:
        print_csv(LIST_COLUMNS, map(list_row, shown))
    else:
        share = percent(found, len(matches))
        click.echo(
            f"{count(len(matches), 'line')}: {found} found ({share}), {by_title} of them by title;"
            f" {len(missing)} missing"
        )
        if shown:
            print_table(
                ("line", "result", "wanted", "nearest held story"),
                [list_line(one) for one in shown],
                right=("line",),
            )
    return len(missing)


def _advancing(matches: Iterator[Match], advance: Any) -> Iterator[Match]:
    for one in matches:
        advance(1)
        yield one
