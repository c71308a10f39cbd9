"""`newsdesk events`: what went wrong with sources, and what is well again."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from newsdesk.crawler.credentials.redaction import redact, redact_all
from newsdesk.output.atom import SHOWN, events_feed
from newsdesk.output.terminal import Refused, line, print_json, print_table, when
from newsdesk.settings.reader import read_settings
from newsdesk.storage.alarms.events import latest_events, list_events
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.sources.sources import find_sources


@click.command()
@click.argument("named", metavar="[SOURCE]", required=False)
@click.option("--open", "only_open", is_flag=True, help="Only alarms that are not over.")
@click.option(
    "--limit", "-n", default=20, show_default=True, type=click.IntRange(1, 1_000_000), help="At most so many."
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--feed", is_flag=True, help="As an Atom feed of the latest 100.")
def command(named: str | None, only_open: bool, limit: int, as_json: bool, feed: bool) -> None:
    """List the latest alarms and what is over of them, newest first; of one SOURCE, or of all.

    An alarm is told once, and once when it is over: here, in the log, to the address in alarms.webhook, and
    by the service as /events.atom.

    \b
    newsdesk events
    newsdesk events --open
    newsdesk events --feed
    """
    if feed and (named is not None or only_open or as_json):
        raise Refused("--feed is of all sources: give it no source, no --open and no --json")
    settings = read_settings()
    prepare(settings.db, create=False)
    with reading(settings.db) as db:
        if feed:
            told = events_feed(latest_events(db, limit=SHOWN), now=datetime.now(UTC))
            click.echo(told.decode())
            return
        source_id = None if named is None else find_sources(db, (named,))[0]
        rows = list_events(db, limit=limit, source_id=source_id, only_open=only_open)
    if as_json:
        print_json(redact_all(rows))
    elif not rows:
        click.echo("no alarm is open" if only_open else "no alarms yet")
    else:
        print_table(
            ("event", "at (UTC)", "kind", "state", "whose", "words"),
            (
                (
                    row["id"],
                    when(row["created_at"]),
                    row["kind"],
                    _state(row["state"], row["ended_at"]),
                    line(redact(row["name"] or row["address"] or row["host"] or "newsdesk"))[:40],
                    redact(row["message"]),
                )
                for row in rows
            ),
            right=("event",),
            spare=("event", "state"),
        )


def _state(state: str, ended_at: str | None) -> str:
    if state == "resolved":
        return "over"
    return "open" if ended_at is None else "was open"
