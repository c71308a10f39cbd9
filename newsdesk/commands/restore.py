"""`newsdesk restore FILE`: replaces the store by a copy."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from newsdesk.output.terminal import Refused
from newsdesk.scheduler.run.owners import owner_is_alive
from newsdesk.scheduler.service.single_service import AlreadyServedError, refuse_if_served
from newsdesk.settings.reader import Settings, read_settings
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.errors import StoreError
from newsdesk.storage.maintenance.backup import back_up, prepare_restored, put_in_place
from newsdesk.storage.plurals import count
from newsdesk.storage.queries.health import quick_check_errors


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Restore without asking.")
def command(file: Path, yes: bool) -> None:
    """Replace the store by a copy.

    FILE is a copy made by `newsdesk backup`. The present store is kept under another name. The copy is
    checked first. Stop the service and all crawls before. Afterwards no host is leased, and overdue sources
    become due one after another over the next minutes.

    \b
    newsdesk restore newsdesk-2026-11-24.db
    newsdesk restore /mnt/backups/newsdesk-2026-11-23.db --yes
    """
    settings = read_settings()
    if not file.is_file():
        raise Refused(f"there is no file {file}")
    if settings.db.exists() and file.samefile(settings.db):
        raise Refused(f"{file} is the store itself; name a copy")
    prepare(file, create=False)  # refuses other and newer files, migrates an older one
    with reading(file) as copy:
        faults = quick_check_errors(copy)
    if faults:
        raise Refused(f"{file} is damaged ({faults[0]}); use another copy")
    now = datetime.now(UTC)
    if settings.db.exists():
        _refuse_while_in_use(settings, now)
    if not yes and not (sys.stdin.isatty() and click.confirm(f"Replace {settings.db} by {file}?")):
        raise Refused("nothing was changed; use --yes to restore without being asked")
    unfinished = settings.db.with_name(f".{settings.db.name}.restoring")
    unfinished.unlink(missing_ok=True)
    back_up(file, unfinished)
    due = prepare_restored(unfinished, now=now, delay_s=settings.runner.session.delay_s)
    aside = _set_aside(settings.db, now)
    put_in_place(unfinished, settings.db)
    click.echo(
        f"{settings.db} was restored from {file}; {count(due, 'overdue source')} become due over the next minutes"
    )
    if aside is not None:
        click.echo(f"the former store is {aside}")


def _refuse_while_in_use(settings: Settings, now: datetime) -> None:
    """Raises Refused when the service or a crawl uses the store."""
    try:
        refuse_if_served(settings.db, now=now)
        with reading(settings.db) as db:
            owners = db.conn.execute("SELECT DISTINCT owner FROM run WHERE ended_at IS NULL").fetchall()
    except AlreadyServedError as error:
        raise Refused(str(error)) from error
    except StoreError:
        return  # an unreadable store is a reason to restore
    for (owner,) in owners:
        if owner_is_alive(owner):
            raise Refused(f"a crawl is using {settings.db} (process {owner.split(':')[1]}); stop it first")


def _set_aside(path: Path, now: datetime) -> Path | None:
    """Rename the present store and its write-ahead log."""
    if not path.exists():
        return None
    aside = path.with_name(f"{path.name}.before-restore-{now:%Y%m%dT%H%M%S}")
    for log in ("-wal", "-shm"):
        beside = path.with_name(path.name + log)
        if beside.exists():
            beside.replace(aside.with_name(aside.name + log))
    path.replace(aside)
    return aside
