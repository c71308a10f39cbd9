"""`newsdesk maintain`: the night's work on the store, now."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import click

from newsdesk.output.terminal import line
from newsdesk.scheduler.service.maintenance import Maintenance
from newsdesk.settings.reader import Settings, read_settings
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.maintenance.retention import old_stories


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say how many stories would go.")
def command(dry_run: bool) -> None:
    """Do now what the service does at night: retention, daily counts of old visits, merging, a copy.

    Stories go only where retention.story_days or a source's --keep says so; see the settings. A crawl or the service may
    go on meanwhile. Exit code 1: a part failed and is named, the others are done.

    \b
    newsdesk maintain
    newsdesk maintain --dry-run
    """
    settings = read_settings()
    prepare(settings.db, create=False)
    now = datetime.now(UTC)
    if dry_run:
        with reading(settings.db) as db:
            keep = settings.service.maintenance.keep_days
            stories = old_stories(db, days=keep, now=now, after=0, most=1_000_000_000)
        click.echo(f"{len(stories)} stories would go")
        return
    if asyncio.run(_tidy(settings, now)):
        raise SystemExit(1)


async def _tidy(settings: Settings, now: datetime) -> list[str]:
    said: list[str] = []
    with Writer(settings.db) as writer:
        night = Maintenance(
            path=settings.db, writer=writer, settings=settings.service.maintenance, now=now, say=said.append
        )
        await night.run()
    for words in said or ["nothing was old enough to go; the indexes are merged"]:
        click.echo(line(words), err=words in night.failed)
    return night.failed
