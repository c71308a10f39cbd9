"""`newsdesk sources import` and `export`: read and write lists of sources. Neither sends requests."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence, Sized
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Literal

import click

from newsdesk.crawler.documents.charset import decode
from newsdesk.crawler.feeds.opml import NotAListError, read_sources
from newsdesk.output.page_estimate import pages_words
from newsdesk.output.terminal import Refused, line, print_json
from newsdesk.regular_files import read_regular
from newsdesk.settings.reader import Settings, read_settings
from newsdesk.sources.import_list import BadLine, CheckedList, Plan, check_sources, plan_first_visits
from newsdesk.sources.opml import to_list, to_opml, without_secrets
from newsdesk.sources.secret_options import warnings
from newsdesk.sources.values import check_tags
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.plurals import count
from newsdesk.storage.sources.sources import State
from newsdesk.storage.sources.subscriptions import (
    ImportCounts,
    exported_sources,
    import_sources,
    revives,
    states_of,
    untagged,
)

MOST_BYTES = 64 * 1024 * 1024
MAX_SHOWN = 20  # bad lines on the terminal; --json has all


@click.command("import")
@click.argument("file", metavar="[FILE|-]", required=False)
@click.option(
    "--starter", is_flag=True, help="Import the list of well-known news feeds that comes with newsdesk."
)
@click.option("--tag", "tags", multiple=True, help="Give all of them this tag. Repeatable.")
@click.option(
    "--with-secrets", is_flag=True, help="Import the names of secrets too, from a list of your own."
)
@click.option("--dry-run", is_flag=True, help="Show the result; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_command(
    file: str | None,
    starter: bool,
    tags: tuple[str, ...],
    with_secrets: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Add the sources of an OPML file or of a plain list.

    A plain list has one address a line, followed by a name if you like; # begins a comment. Folders of an
    OPML file become tags. Sends no requests: the first visits are spread over time for `newsdesk crawl
    --due`; `newsdesk crawl` visits all at once. Known sources get the tags of --tag and stay unchanged
    otherwise; retired ones are revived. Bad lines are listed and do not stop the others; the exit code is 1
    then.

    Names of secrets (--auth and the like) in a list are not imported, because a list from elsewhere could
    have your secrets sent to another server; --with-secrets imports them.

    \b
    newsdesk sources import subscriptions.opml
    newsdesk sources import --starter --tag starter
    newsdesk sources import feeds.txt --dry-run
    """
    if starter is (file is not None):
        raise Refused("give one FILE to import (- is standard input), or --starter")
    settings = read_settings()
    name = "the starter list" if starter else "standard input" if file == "-" else str(file)
    given = _tags(tags)
    try:
        listed = read_sources(decode(_bytes(file)).text)
        checked = check_sources(listed, tags=given, with_secrets=with_secrets)
    except NotAListError as error:
        raise Refused(f"{name} cannot be imported: {error}") from None
    now = datetime.now(UTC)
    states = _known(settings, checked)
    plan = plan_first_visits(
        checked.sources,
        states,
        every_s=settings.runner.mean_interval_s,
        delay_s=settings.runner.session.rate_limits.common.mean_s,
        backlog=settings.runner.backlog,
        now=now,
    )
    joined = _foreseen(settings, plan, states, given)
    if not dry_run and checked.sources:
        prepare(settings.db)
        with Writer(settings.db) as writer:
            joined = writer.do(partial(import_sources, imported=plan.joining, now=now, tags=given))
    if as_json:
        print_json(_as_dict(joined, checked, plan, dry_run))
    else:
        _print(joined, checked, plan, name, dry_run)
    named = (one.new.secrets for one in checked.sources)
    for warning in warnings(settings.runner.session.client.secrets, named):
        click.echo(warning, err=True)
    if checked.bad:
        raise SystemExit(1)


def _bytes(file: str | None) -> bytes:
    if file is None:
        return files("newsdesk").joinpath("starter.opml").read_bytes()
    try:
        body = (
            sys.stdin.buffer.read(MOST_BYTES + 1) if file == "-" else read_regular(file, most=MOST_BYTES + 1)
        )
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror or error}; - is standard input") from error
    if len(body) > MOST_BYTES:
        raise Refused(f"{file} has more than {MOST_BYTES // 1024**2} MiB; split it")
    return body


def _tags(texts: Sequence[str]) -> tuple[str, ...]:
    try:
        return check_tags(texts)
    except ValueError as error:
        raise Refused(f"--tag: {error}") from None


def _known(settings: Settings, checked: CheckedList) -> dict[str, State]:
    """The states of those that are sources already. A store that does not exist is not created for this."""
    if not settings.db.exists():
        return {}
    prepare(settings.db)
    with reading(settings.db) as db:
        return states_of(db, [one.new.address for one in checked.sources])


def _foreseen(settings: Settings, plan: Plan, states: dict[str, State], tags: Sequence[str]) -> ImportCounts:
    known = [
        one.new.address
        for one in plan.joining
        if one.new.address in states and not revives(states[one.new.address], one.new.state)
    ]
    lacking: Sized = ()
    if known and tags:
        with reading(settings.db) as db:
            lacking = untagged(db, known, tags)
    before = [(states.get(one.new.address), one.new.state) for one in plan.joining]
    added = sum(state is None for state, _ in before)
    revived = sum(revives(state, after) for state, after in before)
    return ImportCounts(added=added, revived=revived, known=len(known), tagged=len(lacking))


def _as_dict(joined: ImportCounts, checked: CheckedList, plan: Plan, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "added": joined.added,
        "revived": joined.revived,
        "known": joined.known + checked.repeated,
        "tagged": joined.tagged,
        "without_secrets": checked.without_secrets_count,
        "refused": [{"line": bad.line, "text": bad.text, "why": bad.why} for bad in checked.bad],
        "first_round": {
            "sources": plan.sources,
            "hosts": plan.hosts,
            "seconds": round(plan.round_s) if plan.sources else 0,
            "pauses_s": round(plan.pauses_s),
            "pages": plan.ahead.pages,
            "pages_s": round(plan.ahead.seconds),
        },
    }


def _print(joined: ImportCounts, checked: CheckedList, plan: Plan, name: str, dry_run: bool) -> None:
    for bad in checked.bad[:MAX_SHOWN]:
        click.echo(_bad_line(bad), err=True)
    if len(checked.bad) > MAX_SHOWN:
        click.echo(f"… and {len(checked.bad) - MAX_SHOWN:,} more; --json has all", err=True)
    if not checked.sources and not checked.bad:
        click.echo(f"{name} contains no sources")
        return
    known = joined.known + checked.repeated
    parts = [f"{joined.added:,} added"]
    parts += [f"{joined.revived:,} revived"] if joined.revived else []
    tagged = f" ({joined.tagged:,} of them tagged now)" if joined.tagged else ""
    parts += [f"{known:,} known already{tagged}"] if known else []
    parts += [f"{len(checked.bad):,} refused"] if checked.bad else []
    click.echo(f"{'would be: ' if dry_run else ''}{', '.join(parts)}")
    if checked.without_secrets_count:
        click.echo(
            f"{count(checked.without_secrets_count, 'source')} imported without the names of secrets in the list;"
            " --with-secrets imports them"
        )
    if plan.sources:
        click.echo(
            f"{plan.summary}, by `newsdesk serve` sooner where it has free slots; `newsdesk crawl` visits all at once,"
            " `newsdesk crawl --due` those that are due"
        )
        if (estimate := pages_words(plan.ahead)) is not None:
            click.echo(estimate)


def _bad_line(bad: BadLine) -> str:
    text = f" {line(bad.text)}" if bad.text else ""
    return f"refused  line {bad.line}{text}: {line(bad.why)}"


@click.command("export")
@click.argument("file", metavar="[FILE|-]", default="-")
@click.option(
    "--format",
    "form",
    type=click.Choice(("opml", "list")),
    help="Write OPML, or one address a line with its name.",
)
@click.option("--tag", help="Export only sources with this tag.")
@click.option(
    "--state", type=click.Choice(("active", "paused", "retired")), help="Export only sources in this state."
)
@click.option("--with-secrets", is_flag=True, help="Write addresses with their secret parts (tokens, keys).")
def export_command(
    file: str,
    form: Literal["opml", "list"] | None,
    tag: str | None,
    state: State | None,
    with_secrets: bool,
) -> None:
    """Write the sources as OPML or as a plain list.

    The OPML has every setting of every source, in attributes that other programs ignore: importing it
    elsewhere gives the same sources. It includes paused and retired sources, which other programs take for
    ordinary feeds; --state active leaves them out.

    Secret parts of addresses (tokens, keys) are written as ***, and such lines cannot be imported again;
    --with-secrets writes them in full, into a file that only you can read. Of --auth, --header, --cookies and
    --proxy only the names are written, never the secrets.

    \b
    newsdesk sources export > sources.opml
    newsdesk sources export feeds.txt --format list --state active
    """
    settings = read_settings()
    prepare(settings.db, create=False)
    with reading(settings.db) as db:
        rows = exported_sources(db, tag=tag, state=state)
    if not with_secrets:
        rows, hidden = without_secrets(rows)
        if hidden:
            verb = "has" if hidden == 1 else "have"
            addresses = count(hidden, "address", "addresses")
            click.echo(
                f"{addresses} {verb} *** in place of a secret part; --with-secrets writes it", err=True
            )
    body = to_list(rows) if form == "list" else to_opml(rows, now=datetime.now(UTC))
    if file == "-":
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
        return
    target = Path(file)
    if target.exists() and settings.db.exists() and target.samefile(settings.db):
        raise Refused(f"{file} is the store itself; name another file")
    _write_whole(target, body, private=with_secrets)
    click.echo(f"{count(len(rows), 'source')} written to {line(file)}")


def _write_whole(target: Path, body: bytes, *, private: bool) -> None:
    """Write the whole file or nothing: an earlier export stays when the disk is full. A pipe or device is
    written into. A `private` file is readable by its owner only from the first byte on."""
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(body)
            return
        try:
            unfinished.touch(mode=0o600 if private else 0o666)
            unfinished.write_bytes(body)
            if target.exists() and not private:
                shutil.copymode(target, unfinished)  # a private file stays private
            unfinished.replace(target.resolve())
        finally:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise Refused(f"{target} cannot be written: {why or error}") from error
