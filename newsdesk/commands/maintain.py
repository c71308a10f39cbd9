"""`newsdesk maintain`: the daily maintenance of the store, now."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import click

from newsdesk.output.bar import progress_bar
from newsdesk.output.terminal import line
from newsdesk.scheduler.service.maintenance import Maintenance
from newsdesk.settings.reader import Settings, read_settings
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.maintenance.retention import old_stories, store_size, stories_over
from newsdesk.storage.plurals import count


@click.command()
@click.option("--dry-run", is_flag=True, help="Only show how many stories would be deleted.")
def command(dry_run: bool) -> None:
    """Run the daily maintenance now.

    Deletes old stories, sums up old visits as daily counts, merges indexes, makes a backup. Stories are
    deleted only where retention.story_days or the --keep of a source says so, or where the store is over
    retention.max_store_mib. Crawls and the service may go on. Exit code 1: a step failed and is named, the
    other steps are done.

    \b
    newsdesk maintain
    newsdesk maintain --dry-run
    """
    settings = read_settings()
    prepare(settings.db, create=False)
    now = datetime.now(UTC)
    if dry_run:
        with reading(settings.db) as db:
            keep = settings.service.maintenance
            old = len(old_stories(db, days=keep.keep_days, now=now))
            size = store_size(db)
        click.echo(f"{count(old, 'story', 'stories')} would be deleted for age")
        if over := stories_over(size, keep.store_bytes):
            click.echo(
                f"about {count(over, 'story', 'stories')}, the oldest, would be deleted for size: the store has"
                f" {size.live_bytes / 2**20:.1f} MiB, its limit is {keep.store_bytes / 2**20:.1f} MiB"
            )
        return
    if asyncio.run(_maintain(settings, now)):
        raise SystemExit(1)


async def _maintain(settings: Settings, now: datetime) -> list[str]:
    messages: list[str] = []
    with Writer(settings.db) as writer:
        maintenance = Maintenance(
            path=settings.db,
            writer=writer,
            settings=settings.service.maintenance,
            now=now,
            on_message=messages.append,
            bar=progress_bar,
        )
        await maintenance.run()
    for message in messages or ["nothing was old enough to be deleted; the indexes are merged"]:
        click.echo(line(message), err=message in maintenance.failed)
    return maintenance.failed
