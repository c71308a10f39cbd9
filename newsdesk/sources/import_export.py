"""`newsdesk sources import` and `export`: lists of sources in, and out. Neither fetches anything."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
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
from newsdesk.settings.reader import Settings, read_settings
from newsdesk.sources.import_list import Bad, Checked, Plan, check_sources, plan_first_visits
from newsdesk.sources.opml import to_list, to_opml, without_secrets
from newsdesk.sources.secret_options import warnings
from newsdesk.sources.values import check_tags
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.sources.sources import State
from newsdesk.storage.sources.subscriptions import (
    ImportCounts,
    exported_sources,
    import_sources,
    revives,
    states_of,
)

MOST_BYTES = 64 * 1024 * 1024
MOST_COMPLAINTS = 20  # lines on the terminal; --json has all


@click.command("import")
@click.argument("file", metavar="[FILE|-]", required=False)
@click.option("--starter", is_flag=True, help="The list of well-known news feeds that comes with newsdesk.")
@click.option("--tag", "tags", multiple=True, help="A tag for all of them; may be given several times.")
@click.option("--with-secrets", is_flag=True, help="Take the names of secrets along, from your own list.")
@click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def import_command(
    file: str | None,
    starter: bool,
    tags: tuple[str, ...],
    with_secrets: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Add the sources of an OPML file, or of a plain list.

    A plain list has one address a line, then a name if you like; # begins a comment. Folders of an OPML
    file become tags. Nothing is fetched: first visits are spread over time for `newsdesk crawl --due`;
    `newsdesk crawl` visits all at once. What is a source already is left as it is; a retired one is revived.
    A bad line costs only itself, and exit code 1.

    The secrets that an export names (--auth and the like) are not taken along, since a stranger's list could
    have yours sent to the stranger; --with-secrets takes them.

    \b
    newsdesk sources import subscriptions.opml
    newsdesk sources import --starter --tag starter
    newsdesk sources import feeds.txt --dry-run
    """
    if starter is (file is not None):
        raise Refused("name one FILE to import (- is standard input), or --starter")
    settings = read_settings()
    name = "the starter list" if starter else "standard input" if file == "-" else str(file)
    try:
        listed = read_sources(decode(_bytes(file)).text)
        checked = check_sources(listed, tags=_tags(tags), with_secrets=with_secrets)
    except NotAListError as error:
        raise Refused(f"{name} cannot be imported: {error}") from None
    now = datetime.now(UTC)
    states = _known(settings, checked)
    plan = plan_first_visits(
        checked.wished,
        states,
        every_s=settings.runner.mean_interval_s,
        delay_s=settings.runner.session.rate_limits.common.mean_s,
        backlog=settings.runner.backlog,
        now=now,
    )
    joined = _foreseen(plan, states)
    if not dry_run and checked.wished:
        prepare(settings.db)
        with Writer(settings.db) as writer:
            joined = writer.do(partial(import_sources, joining=plan.joining, now=now))
    if as_json:
        print_json(_as_dict(joined, checked, plan, dry_run))
    else:
        _tell(joined, checked, plan, name, dry_run)
    named = (one.new.secrets for one in checked.wished)
    for words in warnings(settings.runner.session.client.secrets, named):
        click.echo(words, err=True)
    if checked.bad:
        raise SystemExit(1)


def _bytes(file: str | None) -> bytes:
    if file is None:
        return files("newsdesk").joinpath("starter.opml").read_bytes()
    try:
        if file == "-":
            body = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(file).open("rb") as stream:
                body = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror or error}") from error
    if len(body) > MOST_BYTES:
        raise Refused(f"{file} has more than {MOST_BYTES // 1024**2} MiB; split it")
    return body


def _tags(said: Sequence[str]) -> tuple[str, ...]:
    try:
        return check_tags(said)
    except ValueError as error:
        raise Refused(f"--tag: {error}") from None


def _known(settings: Settings, checked: Checked) -> dict[str, State]:
    """Those that are sources already. A store that does not exist yet knows none, and is not made for it."""
    if not settings.db.exists():
        return {}
    prepare(settings.db)
    with reading(settings.db) as db:
        return states_of(db, [wish.new.address for wish in checked.wished])


def _foreseen(plan: Plan, states: dict[str, State]) -> ImportCounts:
    before = [(states.get(one.new.address), one.new.state) for one in plan.joining]
    added = sum(state is None for state, _ in before)
    revived = sum(revives(state, after) for state, after in before)
    return ImportCounts(added=added, revived=revived, known=len(before) - added - revived)


def _as_dict(joined: ImportCounts, checked: Checked, plan: Plan, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "added": joined.added,
        "revived": joined.revived,
        "known": joined.known + checked.repeated,
        "without_secrets": checked.unnamed,
        "refused": [{"line": bad.line, "said": bad.said, "why": bad.why} for bad in checked.bad],
        "first_round": {
            "sources": plan.sources,
            "hosts": plan.hosts,
            "seconds": round(plan.round_s) if plan.sources else 0,
            "pauses_s": round(plan.pauses_s),
            "pages": plan.ahead.pages,
            "pages_s": round(plan.ahead.seconds),
        },
    }


def _tell(joined: ImportCounts, checked: Checked, plan: Plan, name: str, dry_run: bool) -> None:
    for bad in checked.bad[:MOST_COMPLAINTS]:
        click.echo(_complaint(bad), err=True)
    if len(checked.bad) > MOST_COMPLAINTS:
        click.echo(f"… and {len(checked.bad) - MOST_COMPLAINTS:,} more; --json has all", err=True)
    if not checked.wished and not checked.bad:
        click.echo(f"{name} has no sources in it")
        return
    known = joined.known + checked.repeated
    parts = [f"{joined.added:,} added"]
    parts += [f"{joined.revived:,} revived"] if joined.revived else []
    parts += [f"{known:,} known and left as they are"] if known else []
    parts += [f"{len(checked.bad):,} refused"] if checked.bad else []
    click.echo(f"{'would be: ' if dry_run else ''}{', '.join(parts)}")
    if checked.unnamed:
        click.echo(
            f"without the secrets that the list names: {checked.unnamed:,}; --with-secrets takes them along"
        )
    if plan.sources:
        click.echo(f"{plan.words}; `newsdesk crawl` asks all at once, `newsdesk crawl --due` what is due")
        if (words := pages_words(plan.ahead)) is not None:
            click.echo(words)


def _complaint(bad: Bad) -> str:
    said = f" {line(bad.said)}" if bad.said else ""
    return f"refused  line {bad.line}{said}: {line(bad.why)}"


@click.command("export")
@click.argument("file", metavar="[FILE|-]", default="-")
@click.option(
    "--format", "form", type=click.Choice(("opml", "list")), help="OPML, or one address a line with its name."
)
@click.option("--tag", help="Only sources with this tag.")
@click.option(
    "--state", type=click.Choice(("active", "paused", "retired")), help="Only sources in this state."
)
@click.option("--with-secrets", is_flag=True, help="Addresses whole: with their tokens, keys and the like.")
def export_command(
    file: str,
    form: Literal["opml", "list"] | None,
    tag: str | None,
    state: State | None,
    with_secrets: bool,
) -> None:
    """Write the sources as OPML, or as a plain list.

    The OPML carries every setting, in attributes that other programs pass over: imported elsewhere, it gives
    the same sources. Paused and retired ones are in it; other programs take them for ordinary feeds, unless
    you leave them out with --state active.

    Secret parts of addresses (tokens, keys) stand as ***, and such a line cannot be imported again;
    --with-secrets writes them whole, into a file that only you can read. Of --auth, --header, --cookies and
    --proxy the names are written, never what they stand for.

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
            words = "1 address has" if hidden == 1 else f"{hidden:,} addresses have"
            click.echo(f"{words} *** in place of a secret part; --with-secrets writes it", err=True)
    body = to_list(rows) if form == "list" else to_opml(rows, now=datetime.now(UTC))
    if file == "-":
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
        return
    target = Path(file)
    if target.exists() and settings.db.exists() and target.samefile(settings.db):
        raise Refused(f"{file} is the store itself; name another file")
    _write_whole(target, body, private=with_secrets)
    click.echo(f"{len(rows):,} sources written to {line(file)}")


def _write_whole(target: Path, body: bytes, *, private: bool) -> None:
    """At once or not at all: an earlier export stays whole when the disk is full. What is no plain file
    (a pipe, a device) is written into. A `private` file is its owner's alone from its first byte on."""
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(body)
            return
        try:
            unfinished.touch(mode=0o600 if private else 0o666)
            unfinished.write_bytes(body)
            if target.exists() and not private:
                shutil.copymode(target, unfinished)  # what was private stays so
            unfinished.replace(target.resolve())
        finally:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise Refused(f"{target} cannot be written: {why or error}") from error
