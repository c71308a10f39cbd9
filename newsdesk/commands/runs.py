"""`newsdesk runs`: the latest runs with their totals, or the visits of one run."""

from __future__ import annotations

import click

from newsdesk.crawler.credentials.redaction import redact_all
from newsdesk.output.terminal import TABLE_ROWS, Refused, announce_cut, clean, line, print_json, print_table
from newsdesk.output.times import listed, zone_name
from newsdesk.settings.reader import read_settings
from newsdesk.sources.option_types import timezone_option
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.visits.keep import count_runs, list_runs, list_visits

_COUNTED = ("seen", "new", "changed", "same", "duplicate", "refused")


@click.command()
@click.argument("run_id", metavar="[RUN]", type=click.IntRange(1, 2**63 - 1), required=False)
@click.option(
    "--limit",
    "-n",
    type=click.IntRange(1, 1_000_000),
    help="List at most so many.  [default: 20 in a table, all as JSON]",
)
@timezone_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(run_id: int | None, limit: int | None, as_json: bool) -> None:
    """List the latest runs, or the visits of one RUN.

    \b
    newsdesk runs
    newsdesk runs 7 --json
    """
    settings = read_settings()
    prepare(settings.db, create=False)
    with reading(settings.db) as db:
        if run_id is None:
            rows, total = list_runs(db, limit=limit or (None if as_json else TABLE_ROWS)), count_runs(db)
        else:
            visits = list_visits(db, run_id)
            rows, total = visits[:limit], len(visits)
    rows = redact_all(rows)
    if run_id is not None and not rows:
        raise Refused(f"run {run_id} has no visits; `newsdesk runs` lists the runs")
    if as_json:
        print_json(rows)
    elif not rows:
        click.echo("no runs yet; `newsdesk crawl` makes one")
    elif run_id is None:
        print_table(
            ("run", "kind", f"started ({zone_name()})", "visits", "failed", *_COUNTED, "ended"),
            (
                (
                    row["id"],
                    row["kind"],
                    listed(row["requested_at"]),
                    row["visits"],
                    row["failed"],
                    *(row[name] for name in _COUNTED),
                    f"{listed(row['ended_at'])} {row['ended_by']}" if row["ended_at"] else "not ended",
                )
                for row in rows
            ),
            right=("run", "visits", "failed", *_COUNTED),
            spare=("kind", "ended", "refused", "duplicate", "seen"),
        )
    else:
        print_table(
            ("source", "outcome", *_COUNTED, "message"),
            (
                (
                    line(row["name"] or row["address"]),
                    row["outcome"],
                    *(row[name] for name in _COUNTED),
                    row["outcome_message"],
                )
                for row in rows
            ),
            right=_COUNTED,
            spare=("refused", "duplicate", "seen", "same"),
            widest={"source": 40},
        )
        for row in rows:
            if row["traceback"]:
                click.echo(f"\n{line(row['name'] or row['address'])}: {row['outcome']}")
                click.echo(clean(row["traceback"].rstrip()))
    announce_cut(len(rows), total, "run" if run_id is None else "visit")
