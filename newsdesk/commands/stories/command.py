"""`newsdesk stories`: the command and its options."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import click

from newsdesk.commands.stories.arguments import QueryCommand
from newsdesk.commands.stories.filters import (
    filter_options,
    is_narrowed,
    of_sources,
    query_of,
    refused_query,
    story_filter,
)
from newsdesk.crawler.credentials.redaction import redact_all
from newsdesk.output.csv_rows import print_csv
from newsdesk.output.terminal import (
    TABLE_ROWS,
    Refused,
    day_or_minute,
    found,
    line,
    print_json_list,
    print_table,
)
from newsdesk.output.times import listed, zone_name
from newsdesk.settings.reader import read_settings
from newsdesk.sources.option_types import timezone_option
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.plurals import count
from newsdesk.storage.queries.story_list import (
    FIELDS,
    LISTED,
    OF_CLUSTER,
    StoryFilter,
    count_stories,
    list_stories,
)
from newsdesk.storage.search.query import QueryError
from newsdesk.storage.search.snippet import END, FOUND

_LISTED_CLUSTERS = (*LISTED, "cluster", *OF_CLUSTER)
_PUBLISHED = frozenset(("title", "summary", "snippet", "text", "html"))  # text of the publisher, not redacted
_PARAGRAPHS = frozenset(("text", "html"))
_LOWER = re.compile(r"(?<!\S)(?:and|or|not)(?!\S)")


def _fields(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    if value is None:
        return None
    names = tuple(filter(None, (name.strip() for name in value.split(","))))
    known = (*dict.fromkeys((*FIELDS, *OF_CLUSTER)), "snippet")
    unknown = [name for name in names if name not in (*known, "all")]
    if unknown or not names:
        raise click.BadParameter(
            f"there is no field {', '.join(unknown) or value!r}: name some of {', '.join(known)}, or all"
        )
    return tuple(FIELDS) if "all" in names else tuple(dict.fromkeys(names))


@click.command(cls=QueryCommand)
@filter_options("List")
@click.option(
    "--clusters",
    is_flag=True,
    help="List the copies of a story as one row, its lead, if one of them fits.",
)
@click.option("--best", is_flag=True, help="Sort the newest 1,000 matches by relevance; older ones follow.")
@click.option(
    "--limit",
    "-n",
    type=click.IntRange(1, 1_000_000),
    help="List at most so many.  [default: 20 in a table, all as JSON or CSV]",
)
@click.option(
    "--page", default=1, show_default=True, type=click.IntRange(1, 1_000_000), help="List the next so many."
)
@timezone_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, safe to open in a spreadsheet.")
@click.option("--excel", is_flag=True, help="Print CSV with a byte order mark, by which Excel finds UTF-8.")
@click.option(
    "--raw-csv", is_flag=True, help="Print CSV unchanged: a spreadsheet may run some cells as formulas."
)
@click.option(
    "--fields",
    callback=_fields,
    metavar="NAME,…",
    help="With JSON or CSV, print these fields, such as id,title,text,tags,evidence; or all.",
)
def command(
    clusters: bool,
    best: bool,
    limit: int | None,
    page: int,
    as_json: bool,
    as_csv: bool,
    excel: bool,
    raw_csv: bool,
    fields: tuple[str, ...] | None,
    **chosen: Any,
) -> None:
    """List the newest stories, or search them.

    A QUERY finds stories that have all its words in title, summary or text. Capitals and accents do not
    matter, and Chinese, Japanese and Thai work too.

    \b
    ferry boat           both words
    ferry OR boat        at least one of them; OR binds weaker than words side by side
    ferry -boat          the first without the second; also ferry NOT boat
    "harbour bridge"     words that follow each other
    ferr*                words that begin so
    (a OR b) c           parentheses group
    title:ferry          in the title; also title:"…" and title:(…)
    author:"ann hill"    with the name, or words of it, in the byline
    source:gazette       of sources with the word in their name or address, or of source:3

    AND, OR and NOT are operators in capitals only. A query that has no clear meaning is refused, with
    the column. Your shell reads quotes, parentheses and * itself: put a query with them in single
    quotes. After -- every argument belongs to the query, even one that looks like an option.

    \b
    newsdesk stories --limit 5
    newsdesk stories harbour 'ferr*' -bridge --best
    newsdesk stories --source gazette --since 2h
    newsdesk stories '"harbour bridge" OR title:(ferry pier)' --csv > bridge.csv
    newsdesk stories --json --fields id,title,text,tags
    newsdesk stories --clusters --since today
    newsdesk stories vitamin -- -c
    """
    csv_options = {"--csv": as_csv, "--excel": excel, "--raw-csv": raw_csv}
    words, query = chosen["words"], query_of(chosen)
    _check(csv_options, as_json=as_json, fields=fields, words=words, page=page, limit=limit)
    if fields and not clusters and (named := sorted({"stories", "publishers"}.intersection(fields))):
        raise Refused(f"--fields {named[0]} needs --clusters: one story has no such field")
    listed = _LISTED_CLUSTERS if clusters else LISTED
    as_csv = any(csv_options.values())
    limit = limit or (None if as_json or as_csv else TABLE_ROWS)
    filters = replace(
        story_filter(chosen),
        best_first=best,
        clusters=clusters,
        limit=limit,
        offset=(page - 1) * (limit or 0),
        fields=tuple(name for name in fields or listed if name != "snippet"),
    )
    settings = read_settings()
    prepare(settings.db, create=False)
    with reading(settings.db) as db:
        filters = of_sources(db, filters, chosen)
        try:
            rows = _Printed(redact_all(row, keep=_PUBLISHED) for row in list_stories(db, filters))
        except QueryError as error:
            raise refused_query("query", query, error) from None
        if as_json:
            plain = map(_unmarked, rows)
            print_json_list({name: row[name] for name in fields} if fields else row for row in plain)
        elif as_csv:
            print_csv(
                fields or tuple(name for name in listed if name != "sort_at"),
                map(_unmarked, rows),
                unchanged=raw_csv,
                excel=excel,
                paragraphs=_PARAGRAPHS,
            )
        else:
            _print_rows(list(rows))
            if not rows.printed:
                click.echo(_nothing(query, filtered=is_narrowed(chosen), page=page))
        counted = partial(count_stories, db, filters)
        _announce(filters, rows.printed, counted, table=not (as_json or as_csv))


def _check(
    csv_options: dict[str, bool],
    *,
    as_json: bool,
    fields: tuple[str, ...] | None,
    words: tuple[str, ...],
    page: int,
    limit: int | None,
) -> None:
    """Raises Refused for options that contradict each other."""
    given = [name for name, on in csv_options.items() if on]
    if as_json and given:
        raise Refused(f"--json and {given[0]} contradict each other: give one of them")
    if csv_options["--csv"] and csv_options["--raw-csv"]:
        raise Refused("--csv and --raw-csv contradict each other: give one of them")
    if fields and not (as_json or given):
        raise Refused("--fields chooses the fields of --json or --csv: give one of them")
    if fields and "snippet" in fields and not words:
        raise Refused("--fields snippet needs a query: a snippet shows where a story matches it")
    if page > 1 and limit is None and (as_json or given):
        raise Refused("--page needs --limit with --json or --csv, which have all stories on one page")


class _Printed:
    """The rows, and how many of them were printed so far."""

    def __init__(self, rows: Iterator[dict[str, Any]]) -> None:
        self._rows = rows
        self.printed = 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for row in self._rows:
            self.printed += 1
            yield row


def _announce(filters: StoryFilter, printed: int, counted: Callable[[], int], *, table: bool) -> None:
    """Say on stderr what a list leaves out; below a table on a terminal also that it leaves out nothing."""
    on_terminal = table and sys.stdout.isatty()
    cut = filters.offset > 0 or printed == filters.limit
    if not printed or not (cut or on_terminal):
        return
    total = counted() if cut else printed
    if printed == total and not on_terminal:
        return
    first, last = filters.offset + 1, filters.offset + printed
    message = count(total, "story", "stories") + (", copies as one" if filters.clusters else "")
    if printed < total:
        span = f"{first:,} to {last:,}" if first < last else f"number {last:,}"
        message = f"{span if filters.offset else f'{printed:,}'} of {message}"
    if last < total and filters.limit:
        page = filters.offset // filters.limit + 2
        more = f"--page {page} lists the next"
        message += f"; {more}" if table else f", cut by --limit {filters.limit}; without it, all are printed"
    click.echo(message, err=True)


def _nothing(query: str, *, filtered: bool, page: int) -> str:
    if page > 1:
        return f"no more stories on page {page}"
    if query:
        more = " and the filters" if filtered else ""
        lower = _LOWER.search(query)
        hint = f"; {lower[0]} is searched as a word, the operator is {lower[0].upper()}" if lower else ""
        return f"no story matches {line(query)!r}{more}{hint}"
    return "no story matches the filters" if filtered else "no stories yet; `newsdesk crawl` reads them"


def _unmarked(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its snippet as plain text."""
    if row.get("snippet"):
        row["snippet"] = row["snippet"].replace(FOUND, "").replace(END, "")
    return row


def _print_rows(rows: Sequence[dict[str, Any]]) -> None:
    """A table, on a terminal with the matching snippet under each title; of clusters with their publishers."""
    if not rows:
        return
    marked = [_marks(row) for row in rows]
    marks = ("marks",) if any(marked) else ()
    clusters = "publishers" in rows[0]
    agency = ("agency",) if clusters and any(row["agency"] for row in rows) else ()
    snippets = [found(row["snippet"]) if row.get("snippet") else None for row in rows]
    print_table(
        (
            "id",
            f"date ({zone_name()})",
            *(("carried by",) if clusters else ()),
            *agency,
            "source",
            *marks,
            "title",
        ),
        (
            (
                row["id"],
                day_or_minute(row, listed) or f"seen {listed(row['first_seen_at'])}",
                *((row["publishers"],) if clusters else ()),
                *((line(row["agency"] or ""),) if agency else ()),
                line(", ".join(row["sources"])),
                *((mark,) if marks else ()),
                row["title"] or row["summary"] or row["url"],
            )
            for row, mark in zip(rows, marked, strict=True)
        ),
        right=("id", "carried by"),
        spare=("agency", "source", "marks"),
        widest={"source": 32, "agency": 16},
        under=snippets,
    )


def _marks(row: dict[str, Any]) -> str:
    """The kind of a story that is not an article, and whether it is paywalled."""
    kind = row["kind"] if row["kind"] != "article" else ""
    return ", ".join(filter(None, (kind, "paywalled" if row["access"] == "paywalled" else "")))
