"""`newsdesk sources edit`: the settings of sources, changed by a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.output.terminal import Refused, ago, line
from newsdesk.scheduler.cadence.next_visit import changed_visit
from newsdesk.scheduler.run.leases import RunSettings
from newsdesk.scheduler.run.permanent_redirects import new_place
from newsdesk.settings.reader import read_settings
from newsdesk.settings.values import parse_span
from newsdesk.sources.option_types import checked
from newsdesk.sources.secret_options import secret_options, warnings
from newsdesk.sources.values import (
    check_address,
    check_country,
    check_cron,
    check_keep,
    check_language,
    check_name,
    check_tags,
    check_timezone,
)
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.timestamps import from_iso_or_none, to_iso
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.records.publication_profile import NextVisit
from newsdesk.storage.records.visits import SecretNames
from newsdesk.storage.sources.moves import BY_HAND, source_at_address, move_source
from newsdesk.storage.sources.sources import find_sources, show_source
from newsdesk.storage.sources.subscriptions import change_source


def _tags(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return check_tags(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command("edit")
@click.argument("named", metavar="SOURCE…", nargs=-1, required=True)
@click.option("--name", callback=checked(check_name, forgets=True), help="What to call it; one source only.")
@click.option("--tag", "tags", multiple=True, callback=_tags, help="Add a tag; may be given several times.")
@click.option("--untag", "untags", multiple=True, callback=_tags, help="Take a tag away.")
@click.option(
    "--every",
    callback=checked(parse_span, forgets=True),
    metavar="SPAN",
    help="Visit it this often: 30m, 2h, 1d.",
)
@click.option("--no-every", is_flag=True, help="Visit it as often as the others.")
@click.option(
    "--cron",
    callback=checked(check_cron, forgets=True),
    metavar="LINE",
    help="Visit it by a cron line of five fields, in UTC.",
)
@click.option("--no-cron", is_flag=True, help="Visit it by no cron line.")
@click.option(
    "--language",
    callback=checked(check_language, forgets=True),
    metavar="TAG",
    help="Its language: en, pt-BR.",
)
@click.option(
    "--country", callback=checked(check_country, forgets=True), metavar="XX", help="Its country: GB, JP."
)
@click.option(
    "--timezone",
    callback=checked(check_timezone, forgets=True),
    metavar="ZONE",
    help="The zone of its dates: Europe/Berlin.",
)
@click.option(
    "--keep",
    callback=checked(check_keep, forgets=True),
    metavar="DAYS",
    help="Keep its stories so long: 90d, or forever.",
)
@click.option(
    "--address",
    callback=checked(check_address, forgets=True),
    metavar="ADDRESS",
    help="Where it lives; one source only.",
)
@secret_options
@click.option("--full-text/--no-full-text", default=None, help="Whether its stories' pages are to be read.")
def edit_command(
    named: tuple[str, ...],
    tags: tuple[str, ...],
    untags: tuple[str, ...],
    no_every: bool,
    no_cron: bool,
    full_text: bool | None,
    **told: Any,
) -> None:
    """Change the settings of sources.

    What is not given stays; --name, --language, --country, --timezone, --keep, --auth, --header, --cookies
    or --proxy with '' forgets what was set. A new --every or --cron replaces the other and counts at once; a
    --header replaces those that were.

    \b
    newsdesk sources edit 3 --every 30m --tag local
    newsdesk sources edit "Harbour Gazette" --name "The Gazette" --no-cron
    newsdesk sources edit 1 2 --language de --country AT
    newsdesk sources edit 4 --auth paper --proxy ''
    newsdesk sources edit 5 --address https://harbour.example/news.xml
    """
    every, cron, headers = told.pop("every"), told.pop("cron"), told.pop("headers")
    keep, moved = told.pop("keep"), told.pop("address")
    if every is not None and cron:
        raise Refused("--every and --cron both say when; give one of them")
    if (every is not None and no_every) or (cron and no_cron):
        raise Refused("that both sets and takes away when it is visited; give one of them")
    wished = {name: value or None for name, value in told.items() if value is not None}
    wished |= {"headers": [name for name in headers if name]} if headers else {}
    wished |= {} if full_text is None else {"full_text": int(full_text)}
    wished |= {"every_s": every, "cron": None} if every is not None else {}
    wished |= {"cron": cron, "every_s": None} if cron else {}
    wished |= {"every_s": None} if no_every else {}
    wished |= {} if keep is None else {"keep_days": None if keep == "" else keep}
    wished |= {"cron": None} if no_cron or cron == "" else {}
    if not wished and not tags and not untags and moved is None:
        raise Refused("say what to change, like --every 30m; `newsdesk sources edit --help` has all of it")
    settings = read_settings()
    prepare(settings.db, create=False)
    with reading(settings.db) as db:
        rows = [show_source(db, source_id) for source_id in find_sources(db, named)]
    if wished.get("name") and len(rows) > 1:
        raise Refused("--name names one source; give one source with it")
    if moved is not None:
        _refuse_move(settings.db, rows, moved)
    with Writer(settings.db) as writer:
        if moved is not None:
            click.echo(_move(writer, rows[0], moved))
        for row in rows if wished or tags or untags else []:
            changes = _changes(row, wished, tags, untags)
            next_visit = _next_visit(row, changes, settings.runner)
            writer.do(partial(change_source, source_id=row["id"], changes=changes, next_visit=next_visit))
            click.echo(_words(row, changes, next_visit))
    given = SecretNames(
        auth=wished.get("auth"),
        headers=tuple(name for name in headers if name),
        cookies=wished.get("cookies"),
        proxy=wished.get("proxy"),
    )
    for words in warnings(settings.runner.session.client.secrets, [given]):
        click.echo(words, err=True)


def _refuse_move(path: Path, rows: list[dict[str, Any]], moved: tuple[str, str]) -> None:
    """Raises Refused for an address that the source cannot have."""
    if len(rows) > 1:
        raise Refused("--address is where one source lives; give one source with it")
    with reading(path) as db:
        taken = source_at_address(db, moved[0])
    if taken not in (None, rows[0]["id"]):
        raise Refused(f"{moved[0]} is source {taken} already; retire one of the two")


def _move(writer: Writer, row: Mapping[str, Any], moved: tuple[str, str]) -> str:
    address = moved[0]
    if address == row["address"]:
        return f"{row['id']} is so already"
    now, place = datetime.now(UTC), new_place(address, row["address"], row["site"])
    dropped = writer.do(lambda db: move_source(db, row["id"], place, why=BY_HAND, now=now))
    due = NextVisit(at=now, why="its address was changed")
    writer.do(partial(change_source, source_id=row["id"], changes={}, next_visit=due))
    words = f"changed {row['id']}: address = {line(redact(address))}; next visit now"
    if dropped:
        words += "; the names of its secrets were dropped: name those that the new origin is to have"
    return words


def _changes(
    row: Mapping[str, Any], wished: Mapping[str, Any], tags: tuple[str, ...], untags: tuple[str, ...]
) -> dict[str, Any]:
    """Those of the wishes that differ from what is stored."""
    away = {tag.casefold() for tag in untags}
    kept = check_tags(tag for tag in (*row["tags"], *tags) if tag.casefold() not in away)
    return {name: value for name, value in {**wished, "tags": list(kept)}.items() if row[name] != value}


def _next_visit(
    row: Mapping[str, Any], changes: Mapping[str, Any], settings: RunSettings
) -> NextVisit | None:
    """When it is visited next, if its rhythm changes."""
    if not {"every_s", "cron"} & changes.keys():
        return None
    return changed_visit(
        every_s=changes.get("every_s", row["every_s"]),
        cron=changes.get("cron", row["cron"]),
        last_visit_at=from_iso_or_none(row["last_visit_at"]),
        default_every_s=settings.every_s,
        mean_interval_s=settings.mean_interval_s,
        now=datetime.now(UTC),
    )


def _words(row: Mapping[str, Any], changes: Mapping[str, Any], next_visit: NextVisit | None) -> str:
    if not changes:
        return f"{row['id']} is so already"
    told = "; ".join(f"{name} = {_shown(value)}" for name, value in changes.items())
    if next_visit is not None:
        told += f"; next visit {ago(to_iso(next_visit.at))}, {line(next_visit.why)}"
    return f"changed {row['id']}: {told}"


def _shown(value: Any) -> str:
    if value in (None, []):
        return "none"
    return line(", ".join(value) if isinstance(value, list) else value)
