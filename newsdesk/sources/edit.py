"""`newsdesk sources edit`: changes the settings of sources."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.output.terminal import Refused, line
from newsdesk.scheduler.run.permanent_redirects import new_place
from newsdesk.settings.reader import read_settings
from newsdesk.settings.values import parse_span
from newsdesk.sources.changes import find_changes, make_changes
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
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.records.publication_profile import NextVisit
from newsdesk.storage.records.visits import SecretNames
from newsdesk.storage.sources.moves import BY_HAND, merge_source, move_source, source_at_address
from newsdesk.storage.sources.sources import find_sources, show_source
from newsdesk.storage.sources.subscriptions import change_source


def _tags(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return check_tags(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command("edit")
@click.argument("named", metavar="SOURCE…", nargs=-1, required=True)
@click.option("--name", callback=checked(check_name, clears=True), help="Set the name; one source only.")
@click.option("--tag", "tags", multiple=True, callback=_tags, help="Add a tag. Repeatable.")
@click.option("--untag", "untags", multiple=True, callback=_tags, help="Remove a tag. Repeatable.")
@click.option(
    "--every",
    callback=checked(parse_span, clears=True),
    metavar="SPAN",
    help="Visit it at this interval: 30m, 2h, 1d.",
)
@click.option("--no-every", is_flag=True, help="Drop its interval: visit it by its publication profile.")
@click.option(
    "--cron",
    callback=checked(check_cron, clears=True),
    metavar="LINE",
    help="Visit it by a cron line of five fields, in UTC.",
)
@click.option("--no-cron", is_flag=True, help="Drop its cron line: visit it by its publication profile.")
@click.option(
    "--language",
    callback=checked(check_language, clears=True),
    metavar="TAG",
    help="Set the language of stories that name none: en, pt-BR.",
)
@click.option(
    "--country",
    callback=checked(check_country, clears=True),
    metavar="XX",
    help="Set the country, two letters: GB, JP.",
)
@click.option(
    "--timezone",
    callback=checked(check_timezone, clears=True),
    metavar="ZONE",
    help="Set the time zone of dates without one: Europe/Berlin.",
)
@click.option(
    "--keep",
    callback=checked(check_keep, clears=True),
    metavar="DAYS",
    help="Keep its stories for so long: 90d, or forever.",
)
@click.option(
    "--address",
    callback=checked(check_address, clears=True),
    metavar="ADDRESS",
    help="Set the address; one source only.",
)
@click.option(
    "--merge",
    is_flag=True,
    help="With --address: merge into the source that has it, which gets its stories and tags.",
)
@secret_options
@click.option(
    "--full-text/--no-full-text", default=None, help="Read the pages of its new stories, or do not."
)
def edit_command(
    named: tuple[str, ...],
    tags: tuple[str, ...],
    untags: tuple[str, ...],
    no_every: bool,
    no_cron: bool,
    full_text: bool | None,
    merge: bool,
    **given: Any,
) -> None:
    """Change the settings of sources.

    Settings that you do not give stay. An empty value ('') clears --name, --language, --country, --timezone,
    --keep, --auth, --header, --cookies or --proxy. --every and --cron replace each other and take effect at
    once; --header replaces all former headers.

    \b
    newsdesk sources edit 3 --every 30m --tag local
    newsdesk sources edit "Harbour Gazette" --name "The Gazette" --no-cron
    newsdesk sources edit 1 2 --language de --country AT
    newsdesk sources edit 4 --auth paper --proxy ''
    newsdesk sources edit 5 --address https://harbour.example/news.xml
    """
    every, cron, headers = given.pop("every"), given.pop("cron"), given.pop("headers")
    keep, moved = given.pop("keep"), given.pop("address")
    if every is not None and cron:
        raise Refused("--every and --cron exclude each other; give one of them")
    if (every is not None and no_every) or (cron and no_cron):
        raise Refused("--no-every excludes --every, and --no-cron excludes --cron; give one of them")
    given_settings = {name: value or None for name, value in given.items() if value is not None}
    given_settings |= {"headers": [name for name in headers if name]} if headers else {}
    given_settings |= {} if full_text is None else {"full_text": int(full_text)}
    given_settings |= {"every_s": every, "cron": None} if every is not None else {}
    given_settings |= {"cron": cron, "every_s": None} if cron else {}
    given_settings |= {"every_s": None} if no_every else {}
    given_settings |= {} if keep is None else {"keep_days": None if keep == "" else keep}
    given_settings |= {"cron": None} if no_cron or cron == "" else {}
    if not given_settings and not tags and not untags and moved is None:
        raise Refused("give a setting to change, like --every 30m; `newsdesk sources edit --help` lists all")
    settings = read_settings()
    prepare(settings.db, create=False)
    with reading(settings.db) as db:
        rows = [show_source(db, source_id) for source_id in find_sources(db, named)]
    if given_settings.get("name") and len(rows) > 1:
        raise Refused("--name is for one source; give one source with it")
    if moved is not None:
        _refuse_move(settings.db, rows, moved, merge=merge)
    elif merge:
        raise Refused("--merge needs --address: give the address of the source to merge into")
    with Writer(settings.db) as writer:
        if moved is not None:
            click.echo(_merge(writer, rows[0], moved) if merge else _move(writer, rows[0], moved))
        for row in rows if given_settings or tags or untags else []:
            changes = find_changes(row, given_settings, tags=tags, untags=untags)
            click.echo(make_changes(writer, row, changes, settings.runner))
    secrets = SecretNames(
        auth=given_settings.get("auth"),
        headers=tuple(name for name in headers if name),
        cookies=given_settings.get("cookies"),
        proxy=given_settings.get("proxy"),
    )
    for warning in warnings(settings.runner.session.client.secrets, [secrets]):
        click.echo(warning, err=True)


def _refuse_move(path: Path, rows: list[dict[str, Any]], moved: tuple[str, str], *, merge: bool) -> None:
    """Raises Refused for an address that another source has, unless they are to be merged, and for several
    sources."""
    if len(rows) > 1:
        raise Refused("--address is for one source; give one source with it")
    if rows[0]["kind"] == "spider":
        raise Refused(
            f"source {rows[0]['id']} is a spider: its address is made of its name and arguments; add it with others by"
            " `newsdesk add --spider`, and retire this one"
        )
    with reading(path) as db:
        taken = source_at_address(db, moved[0])
    if merge and taken in (None, rows[0]["id"]):
        raise Refused(f"{moved[0]} is not the address of another source; leave --merge out")
    if taken not in (None, rows[0]["id"]) and not merge:
        raise Refused(
            f"{moved[0]} is already the address of source {taken}; retire one of the two, or add --merge if both are"
            " one publisher's: its stories and tags then go to that source"
        )


def _merge(writer: Writer, row: Mapping[str, Any], moved: tuple[str, str]) -> str:
    now = datetime.now(UTC)
    other = writer.do(lambda db: merge_source(db, row["id"], moved[0], why=BY_HAND, now=now))
    return f"merged {row['id']} into source {other}, and retired {row['id']}"


def _move(writer: Writer, row: Mapping[str, Any], moved: tuple[str, str]) -> str:
    address = moved[0]
    if address == row["address"]:
        return f"source {row['id']} is unchanged: it has these settings already"
    now, place = datetime.now(UTC), new_place(address, row["address"], row["site"])
    dropped = writer.do(lambda db: move_source(db, row["id"], place, why=BY_HAND, now=now))
    due = NextVisit(at=now, why="its address was changed")
    writer.do(partial(change_source, source_id=row["id"], changes={}, next_visit=due))
    message = f"changed {row['id']}: address = {line(redact(address))}; next visit now"
    if dropped:
        message += (
            "; the names of its secrets were removed, because the origin is another one: set them again"
        )
    return message
