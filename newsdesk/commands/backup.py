"""`newsdesk backup [TARGET]`: copies the store while it is in use."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from newsdesk.output.terminal import Refused
from newsdesk.scheduler.service.maintenance import backup_name
from newsdesk.settings.reader import read_settings
from newsdesk.storage.db.database import prepare
from newsdesk.storage.maintenance.backup import back_up, delete_oldest


@click.command()
@click.argument("target", required=False, type=click.Path(path_type=Path))
@click.option(
    "--keep", type=click.IntRange(1), help="Keep only so many of the copies in the folder, the newest."
)
def command(target: Path | None, keep: int | None) -> None:
    """Copy the store while it is in use.

    TARGET is a file or a folder. Without TARGET the copy goes into the folder of the store. In a folder it
    is named by date, like newsdesk-2026-11-24.db. `newsdesk restore` puts a copy back.

    \b
    newsdesk backup
    newsdesk backup /mnt/backups --keep 14
    newsdesk backup before-the-move.db
    """
    settings = read_settings()
    prepare(settings.db, create=False)
    target = target or settings.db.parent
    folder = target if target.is_dir() else None
    if keep is not None and folder is None:
        raise Refused(f"--keep needs a folder of copies, and {str(target)!r} is not a folder")
    file = target if folder is None else folder / backup_name(settings.db, datetime.now(UTC))
    size = back_up(settings.db, file)
    click.echo(f"copied to {file}, {size / 2**20:.1f} MiB")
    if folder is not None and keep is not None:
        for gone in delete_oldest(folder, f"{settings.db.stem}-????-??-??{settings.db.suffix}", keep=keep):
            click.echo(f"deleted {gone}")
