"""`newsdesk sources`: lists, shows and changes sources; imports and exports lists of them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

import click

from newsdesk.crawler.credentials.redaction import redact_all
from newsdesk.output.terminal import announce_cut, clean, line, print_json, print_table
from newsdesk.output.times import ago, instant, stored_value
from newsdesk.settings.reader import read_settings
from newsdesk.sources.late_group import LateGroup
from newsdesk.sources.option_types import timezone_option
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.sources.sources import (
    State,
    count_sources,
    find_sources,
    list_sources,
    set_state,
    show_source,
)

_STATES: tuple[State, ...] = ("active", "paused", "retired")
_DONE: dict[State, str] = {"active": "resumed", "paused": "paused", "retired": "retired"}


@click.group(
    cls=LateGroup,
    late={
        "delete": "newsdesk.sources.delete:delete_command",
        "edit": "newsdesk.sources.edit:edit_command",
        "export": "newsdesk.sources.import_export:export_command",
        "import": "newsdesk.sources.import_export:import_command",
    },
    invoke_without_command=True,
)
@click.option("--tag", help="List only sources with this tag.")
@click.option("--state", type=click.Choice(_STATES), help="List only sources in this state.")
@click.option("--retired", is_flag=True, help="List retired sources too.")
@click.option("-n", "--limit", type=click.IntRange(1), help="List at most so many. [default: all]")
@timezone_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(
    ctx: click.Context, tag: str | None, state: State | None, retired: bool, limit: int | None, as_json: bool
) -> None:
    """List, show, edit, delete, import and export sources.

    A SOURCE is the number of a source, its address, or a part of its name that no other source has.

    \b
    newsdesk sources --tag local
    newsdesk sources show 3
    newsdesk sources pause "Harbour Gazette"
    """
    if ctx.invoked_subcommand is None:
        _list(tag, state, retired, limit, as_json)


@command.command("list")
@click.option("--tag", help="List only sources with this tag.")
@click.option("--state", type=click.Choice(_STATES), help="List only sources in this state.")
@click.option("--retired", is_flag=True, help="List retired sources too.")
@click.option("-n", "--limit", type=click.IntRange(1), help="List at most so many. [default: all]")
@timezone_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_command(
    tag: str | None, state: State | None, retired: bool, limit: int | None, as_json: bool
) -> None:
    """List the sources, as `newsdesk sources` does."""
    _list(tag, state, retired, limit, as_json)


def _list(tag: str | None, state: State | None, retired: bool, limit: int | None, as_json: bool) -> None:
    settings = read_settings()
    prepare(settings.db, create=False)
    with reading(settings.db) as db:
        rows = redact_all(list_sources(db, tag=tag, state=state, retired=retired, limit=limit))
        total = len(rows) if limit is None else count_sources(db, tag=tag, state=state, retired=retired)
    if as_json:
        print_json(rows)
    elif rows:
        _print_rows(rows)
    else:
        click.echo(_nothing(tag, state))
    announce_cut(len(rows), total, "source")


def _print_rows(rows: list[dict[str, Any]]) -> None:
    print_table(
        ("id", "name", "kind", "stories", "state", "last visit", "next", "outcome"),
        (
            (
                row["id"],
                line(row["name"] or row["address"]),
                row["kind"],
                row["stories"],
                row["state"],
                ago(row["outcome_at"]),
                ago(row["next_visit_at"]) if row["state"] == "active" else "",
                _with_alarms(row["alarms"], row["outcome_message"] or ""),
            )
            for row in rows
        ),
        right=("id", "stories"),
        spare=("kind", "next", "state", "last visit"),
        widest={"name": 40},
    )


def _with_alarms(alarms: str | None, message: str) -> str:
    """The last outcome, after the kinds of the open alarms."""
    return message if alarms is None else f"alarm {alarms}: {message}"


def _nothing(tag: str | None, state: State | None) -> str:
    if tag is not None:
        return f"no {f'{state} ' if state else ''}source has the tag {tag!r}"
    return f"no source is {state}" if state else "no sources yet; `newsdesk add ADDRESS` adds one"


@command.command("show")
@click.argument("source")
@timezone_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show_command(source: str, as_json: bool) -> None:
    """Show everything that is known about one source, and its latest visits."""
    settings = read_settings()
    prepare(settings.db, create=False)
    with reading(settings.db) as db:
        row = redact_all(show_source(db, find_sources(db, (source,))[0]))
    if as_json:
        print_json(row)
        return
    visits, moves, alarms = row.pop("visits"), row.pop("moves"), row.pop("alarms")
    width = max(map(len, row))
    for name, value in row.items():
        if value not in (None, "", [], 0):
            click.echo(
                f"{name:<{width}} {line(', '.join(value) if isinstance(value, list) else stored_value(value))}"
            )
    for move in moves:
        where = f"{line(move['old_address'])} -> {line(move['new_address'])}"
        click.echo(f"{'moved':<{width}} {instant(move['moved_at'])} {where} ({line(move['why'])})")
    for alarm in alarms:
        opened = f"{instant(alarm['created_at'])} {alarm['kind']}: {line(alarm['message'])}"
        click.echo(f"{'alarm':<{width}} {opened}")
    if visits:
        click.echo()
        print_visits(visits)


def print_visits(visits: list[dict[str, Any]]) -> None:
    """A table of visits with their counts."""
    counted = ("seen", "new", "changed", "same", "duplicate", "refused")
    print_table(
        ("visited", "outcome", *counted, "message"),
        (
            (
                ago(visit["started_at"]),
                visit["outcome"],
                *(visit[name] for name in counted),
                clean(visit["outcome_message"]),
            )
            for visit in visits
        ),
        right=counted,
        spare=("refused", "duplicate", "seen", "same"),
    )


def _change(named: tuple[str, ...], state: State) -> None:
    settings = read_settings()
    prepare(settings.db, create=False)
    with reading(settings.db) as db:
        ids = find_sources(db, named)
    with Writer(settings.db) as writer:
        for source_id in ids:
            writer.do(partial(set_state, source_id=source_id, state=state, now=datetime.now(UTC)))
            click.echo(f"{_DONE[state]} {source_id}")


@command.command("pause")
@click.argument("named", metavar="SOURCE…", nargs=-1, required=True)
def pause_command(named: tuple[str, ...]) -> None:
    """Stop visiting sources until they are resumed. Their stories stay."""
    _change(named, "paused")


@command.command("resume")
@click.argument("named", metavar="SOURCE…", nargs=-1, required=True)
def resume_command(named: tuple[str, ...]) -> None:
    """Visit sources again, from now on."""
    _change(named, "active")


@command.command("retire")
@click.argument("named", metavar="SOURCE…", nargs=-1, required=True)
def retire_command(named: tuple[str, ...]) -> None:
    """Stop visiting sources and hide them from the list. Their stories stay; `add` or `resume` revives a source."""
    _change(named, "retired")
