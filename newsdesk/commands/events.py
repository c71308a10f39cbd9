"""`newsdesk events`: open and resolved alarms."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from newsdesk.crawler.credentials.redaction import redact, redact_all
from newsdesk.output.atom import SHOWN, events_feed
from newsdesk.output.terminal import TABLE_ROWS, Refused, announce_cut, line, print_json, print_table
from newsdesk.output.times import listed, zone_name
from newsdesk.settings.reader import read_settings
from newsdesk.sources.option_types import timezone_option
from newsdesk.storage.alarms.events import count_events, latest_events, list_events
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.sources.sources import find_sources


@click.command()
@click.argument("named", metavar="[SOURCE]", required=False)
@click.option("--open", "only_open", is_flag=True, help="List only open alarms.")
@click.option(
    "--limit",
    "-n",
    type=click.IntRange(1, 1_000_000),
    help="List at most so many.  [default: 20 in a table, all as JSON]",
)
@timezone_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--feed", is_flag=True, help="Print the latest 100 as an Atom feed.")
def command(named: str | None, only_open: bool, limit: int | None, as_json: bool, feed: bool) -> None:
    """List open and resolved alarms.

    Newest first, of one SOURCE or of all. An alarm is an event when it is raised, and another one when it
    is resolved. Events are also printed by crawl and serve, sent to the address in alarms.webhook, and
    served as /events.atom.

    \b
    newsdesk events
    newsdesk events --open
    newsdesk events --feed
    """
    if feed and (named is not None or only_open or as_json):
        raise Refused("--feed covers all sources; it takes no SOURCE, --open or --json")
    settings = read_settings()
    prepare(settings.db, create=False)
    with reading(settings.db) as db:
        if feed:
            feed_body = events_feed(latest_events(db, limit=SHOWN), now=datetime.now(UTC))
            click.echo(feed_body)  # as bytes: the document says that it is UTF-8
            return
        source_id = None if named is None else find_sources(db, (named,))[0]
        most = limit or (None if as_json else TABLE_ROWS)
        rows = list_events(db, limit=most, source_id=source_id, only_open=only_open)
        total = count_events(db, source_id=source_id, only_open=only_open)
    if as_json:
        print_json(redact_all(rows))
    elif not rows:
        click.echo("no alarm is open" if only_open else "no alarms yet")
    else:
        print_table(
            ("event", f"at ({zone_name()})", "kind", "state", "subject", "message"),
            (
                (
                    row["id"],
                    listed(row["created_at"]),
                    row["kind"],
                    _state(row["state"], row["ended_at"]),
                    line(redact(row["topic"] or row["name"] or row["address"] or row["host"] or "newsdesk")),
                    redact(row["message"]),
                )
                for row in rows
            ),
            right=("event",),
            spare=("event", "state"),
            widest={"subject": 40},
        )
    announce_cut(len(rows), total, "event")


def _state(state: str, ended_at: str | None) -> str:
    if state == "resolved":
        return "resolved"
    return "open" if ended_at is None else "was open"
