"""`newsdesk stories`: the stored stories, newest first, or those that match words, filters and time."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, get_args

import click

from newsdesk.crawler.credentials.redaction import redact_all
from newsdesk.output.terminal import day_or_minute, found, line, print_json, print_table
from newsdesk.output.times import listed, zone_name
from newsdesk.settings.reader import read_settings
from newsdesk.sources.option_types import moment, timezone_option
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.queries.lookup import StoryFilter, list_stories
from newsdesk.storage.records.stories import Access, Kind
from newsdesk.storage.sources.sources import find_sources
from newsdesk.storage.stories.search import END, FOUND, parse_query

_COLUMNS = (
    "id", "title", "url", "published", "published_day", "precision", "first_seen_at", "changed_at",
    "kind", "access", "language", "authors", "sources", "summary",
)  # fmt: skip
_PUBLISHED = frozenset(("title", "summary", "snippet"))  # text of the publisher, not redacted
# A formula may follow spaces and quotes; spreadsheets set up for Japanese also take full-width signs.
_FORMULA = re.compile("[\\s\"'‘’“”]*[=+\\-@＝＋－＠\t\r]")


@click.command()
@click.argument("words", metavar="[WORDS…]", nargs=-1)
@click.option(
    "--source",
    "named",
    multiple=True,
    metavar="SOURCE",
    help="List only stories of this source. Repeatable: of any of them.",
)
@click.option("--tag", help="List only stories of sources with this tag.")
@click.option(
    "--author", metavar="NAME", help="List only stories with this name, or part of it, in the byline."
)
@click.option("--language", metavar="CODE", help="List only stories in this language; en finds en-GB too.")
@click.option("--kind", type=click.Choice(get_args(Kind)), help="List only stories of this kind.")
@click.option(
    "--access",
    type=click.Choice(get_args(Access)),
    help="List only stories that the publisher labels free, or paywalled.",
)
@click.option(
    "--since",
    callback=moment,
    metavar="WHEN",
    help="List only stories since then: 2h, today, monday, 2026-11-24, or an instant.",
)
@click.option(
    "--until", callback=moment, metavar="WHEN", help="List only stories until then; a day is included."
)
@click.option("--best", is_flag=True, help="Sort by relevance, among the newest 1,000 matches.")
@click.option(
    "--limit",
    "-n",
    default=20,
    show_default=True,
    type=click.IntRange(1, 1_000_000),
    help="List at most so many.",
)
@click.option(
    "--page", default=1, show_default=True, type=click.IntRange(1, 1_000_000), help="List the next so many."
)
@timezone_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, safe to open in a spreadsheet.")
@click.option(
    "--raw-csv", is_flag=True, help="Print CSV unchanged: a spreadsheet may run some cells as formulas."
)
def command(
    words: tuple[str, ...],
    named: tuple[str, ...],
    tag: str | None,
    author: str | None,
    language: str | None,
    kind: str | None,
    access: str | None,
    since: str | None,
    until: str | None,
    best: bool,
    limit: int,
    page: int,
    as_json: bool,
    as_csv: bool,
    raw_csv: bool,
) -> None:
    """List the newest stories, or search them.

    With WORDS, lists the stories that contain all of them. "…" finds a phrase, a trailing * finds words
    that begin so. Chinese, Japanese and Thai work too.

    \b
    newsdesk stories --limit 5
    newsdesk stories harbour 'ferr*' --best
    newsdesk stories --source gazette --since 2h
    newsdesk stories '"harbour bridge"' --since 2026-11-01 --csv > bridge.csv
    """
    settings = read_settings()
    prepare(settings.db, create=False)
    filters = StoryFilter(
        query=parse_query(" ".join(words)) if words else None,
        tag=tag,
        author=author,
        language=language,
        kind=kind,
        access=access,
        since=since,
        until=until,
        best_first=best,
        limit=limit,
        offset=(page - 1) * limit,
    )
    with reading(settings.db) as db:
        filters = replace(filters, sources=find_sources(db, named))
        rows = list(list_stories(db, filters)) if filters.query or not words else []
    rows = redact_all(rows, keep=_PUBLISHED)
    if as_json:
        print_json([_plain(row) for row in rows])
    elif as_csv or raw_csv:
        _print_csv(rows, raw=raw_csv)
    elif rows:
        _print_rows(rows)
    else:
        click.echo(
            _nothing(
                words, filtered=any((named, tag, author, language, kind, access, since, until)), page=page
            )
        )


def _nothing(words: Sequence[str], *, filtered: bool, page: int) -> str:
    if page > 1:
        return f"no more stories on page {page}"
    if words:
        return f"no story contains {line(' '.join(words))!r}" + (
            " and matches the filters" if filtered else ""
        )
    return "no story matches the filters" if filtered else "no stories yet; `newsdesk crawl` reads them"


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    if row.get("snippet"):
        row["snippet"] = row["snippet"].replace(FOUND, "").replace(END, "")
    return row


def _print_rows(rows: Sequence[dict[str, Any]]) -> None:
    """A table, on a terminal with the matching snippet under each title."""
    marked = [_marks(row) for row in rows]
    marks = ("marks",) if any(marked) else ()
    snippets = [found(row["snippet"]) if row.get("snippet") else None for row in rows]
    print_table(
        ("id", f"date ({zone_name()})", "source", *marks, "title"),
        (
            (
                row["id"],
                day_or_minute(row, listed) or f"seen {listed(row['first_seen_at'])}",
                line(", ".join(row["sources"])),
                *((mark,) if marks else ()),
                row["title"] or row["summary"] or row["url"],
            )
            for row, mark in zip(rows, marked, strict=True)
        ),
        right=("id",),
        spare=("source", "marks"),
        widest={"source": 32},
        under=snippets,
    )


def _marks(row: dict[str, Any]) -> str:
    """The kind of a story that is not an article, and whether it is paywalled."""
    kind = row["kind"] if row["kind"] != "article" else ""
    return ", ".join(filter(None, (kind, "paywalled" if row["access"] == "paywalled" else "")))


def _print_csv(rows: Sequence[dict[str, Any]], *, raw: bool) -> None:
    """Cells that begin like a formula get an apostrophe in front: headlines are untrusted text."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in rows:
        cells = [
            "; ".join(value) if isinstance(value, list) else line(value or "")
            for value in map(row.get, _COLUMNS)
        ]
        writer.writerow(
            cells if raw else [f"'{cell}" if _FORMULA.match(str(cell)) else cell for cell in cells]
        )
