"""`newsdesk restore FILE`: a copy takes the store's place."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from newsdesk.output.terminal import Refused
from newsdesk.scheduler.run.owners import owner_is_alive
from newsdesk.scheduler.service.service import AlreadyServedError, refuse_if_served
from newsdesk.settings.reader import Settings, read_settings
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.errors import StoreError
from newsdesk.storage.maintenance.backup import back_up, put_in_place, wake_up
from newsdesk.storage.queries.health import quick_faults


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(file: Path, yes: bool) -> None:
    """Put a copy that `newsdesk backup` made in the store's place. The present store is set aside, not lost.

    The copy is checked first. Nobody may be at work: end the service and crawls. Afterwards no host is
    leased, and sources that are overdue fall due one after another, not at once.

    \b
    newsdesk restore newsdesk-2026-11-24.db
    newsdesk restore /mnt/backups/newsdesk-2026-11-23.db --yes
    """
    settings = read_settings()
    if not file.is_file():
        raise Refused(f"there is no file {file}")
    if settings.db.exists() and file.samefile(settings.db):
        raise Refused(f"{file} is the store itself; name a copy")
    prepare(file, create=False)  # ours, not newer; an older one is brought to this version
    with reading(file) as copy:
        faults = quick_faults(copy)
    if faults:
        raise Refused(f"{file} is damaged ({faults[0]}); take another copy")
    now = datetime.now(UTC)
    if settings.db.exists():
        _nobody_works(settings, now)
    if not yes and not (sys.stdin.isatty() and click.confirm(f"Put {file} in the place of {settings.db}?")):
        raise Refused("nothing was changed; say --yes to put it in place without being asked")
    unfinished = settings.db.with_name(f".{settings.db.name}.restoring")
    unfinished.unlink(missing_ok=True)
    back_up(file, unfinished)
    due = wake_up(unfinished, now=now, delay_s=settings.runner.session.delay_s)
    aside = _set_aside(settings.db, now)
    put_in_place(unfinished, settings.db)
    click.echo(f"{settings.db} is {file} now; {due} sources are overdue and spread over the next minutes")
    if aside is not None:
        click.echo(f"the store before it is {aside}")


def _nobody_works(settings: Settings, now: datetime) -> None:
    """Raises Refused when the service or a crawl uses the store."""
    try:
        refuse_if_served(settings.db, now=now)
        with reading(settings.db) as db:
            owners = db.conn.execute("SELECT DISTINCT owner FROM run WHERE ended_at IS NULL").fetchall()
    except AlreadyServedError as error:
        raise Refused(str(error)) from error
    except StoreError:
        return  # a file that cannot be read is why one restores
    for (owner,) in owners:
        if owner_is_alive(owner):
            raise Refused(
                f"a crawl is at work on {settings.db} (process {owner.split(':')[1]}); end it first"
            )


def _set_aside(path: Path, now: datetime) -> Path | None:
    """The present store, with its log, under another name."""
    if not path.exists():
        return None
    aside = path.with_name(f"{path.name}.before-restore-{now:%Y%m%dT%H%M%S}")
    for log in ("-wal", "-shm"):
        beside = path.with_name(path.name + log)
        if beside.exists():
            beside.replace(aside.with_name(aside.name + log))
    path.replace(aside)
    return aside
