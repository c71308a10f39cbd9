"""`newsdesk stories`: what is stored, newest first, or found by words."""

from __future__ import annotations

import click

from newsdesk.config import read_settings
from newsdesk.show import day_or_minute, line, print_json, print_table, when
from storage.database import prepare, reading
from storage.lookup import list_stories
from storage.search import parse_query


@click.command()
@click.argument("words", metavar="[WORDS…]", nargs=-1)
@click.option(
    "--limit", "-n", default=20, show_default=True, type=click.IntRange(1, 1_000_000), help="At most so many."
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """List the newest stories, or those that hold all WORDS.

    "…" finds a phrase, a trailing * a beginning. Any script: Chinese, Japanese and Thai too.

    \b
    newsdesk stories --limit 5
    newsdesk stories harbour 'ferr*'
    newsdesk stories '"harbour bridge"' --json
    """
    settings = read_settings()
    prepare(settings.db, create=False)
    query = parse_query(" ".join(words)) if words else None
    with reading(settings.db) as db:
        rows = list(list_stories(db, query=query, limit=limit)) if query or not words else []
    if as_json:
        print_json(rows)
        return
    if not rows:
        click.echo(
            f"no story holds {line(' '.join(words))!r}" if words else "no stories yet: `newsdesk crawl`"
        )
        return
    print_table(
        ("id", "date (UTC)", "source", "title"),
        (
            (
                row["id"],
                day_or_minute(row) or f"seen {when(row['first_seen_at'])}",
                line(", ".join(row["sources"]))[:32],
                row["title"] or row["summary"] or row["url"],
            )
            for row in rows
        ),
        right=("id",),
        spare=("source",),
    )
