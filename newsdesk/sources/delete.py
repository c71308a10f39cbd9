"""`newsdesk sources delete`: deletes sources with the stories that no other source carries."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

import click

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.output.bar import progress_bar
from newsdesk.output.terminal import Refused, line
from newsdesk.settings.reader import read_settings
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.plurals import count
from newsdesk.storage.sources.deletion import DeletionPreview, delete_step, preview_deletion
from newsdesk.storage.sources.sources import find_sources, set_state, show_source


@click.command("delete")
@click.argument("named", metavar="SOURCE…", nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Only show what would be deleted.")
@click.option("--yes", is_flag=True, help="Delete without asking.")
def delete_command(named: tuple[str, ...], dry_run: bool, yes: bool) -> None:
    """Delete sources, with all their stories that no other source carries.

    Shows how many stories that are, then asks. Deletes entries, visits, moves and alarms of the sources too; they
    cannot be brought back but from a backup. Nothing keeps the stories out later: a source that carries one, also
    the same source added again, brings it as new. `newsdesk sources retire` keeps a source and its stories.

    The same command resumes a deletion that was stopped. Exit code 130: stopped by Ctrl-C.

    \b
    newsdesk sources delete 3 --dry-run
    newsdesk sources delete "Harbour Gazette" 7
    """
    settings = read_settings()
    prepare(settings.db, create=False)
    with reading(settings.db) as db:
        ids = find_sources(db, named)
        for source_id in ids:
            row = show_source(db, source_id)
            name = line(redact(row["name"] or row["title"] or row["address"]))
            click.echo(f"{source_id}  {name}: {_stories(row['stories'])}")
        preview = preview_deletion(db, ids)
    click.echo(_summary(preview, len(ids)))
    if dry_run:
        click.echo("nothing was deleted; without --dry-run, they are")
        return
    if not yes and not (sys.stdin.isatty() and click.confirm("Delete them?", err=True)):
        raise Refused("nothing was deleted; use --yes to delete without being asked")
    try:
        with Writer(settings.db) as writer, progress_bar(preview.rows, "entries and visits") as advance:
            _stop_visits(writer, ids)
            for source_id in ids:
                while done := writer.do(partial(delete_step, source_id=source_id)):
                    advance(done)
    except KeyboardInterrupt:
        click.echo("stopped: the sources are retired; the same command deletes the rest", err=True)
        raise SystemExit(130) from None
    click.echo(f"deleted {count(len(ids), 'source')} with {_stories(preview.alone)}")


def _stop_visits(writer: Writer, sources: Sequence[int]) -> None:
    now = datetime.now(UTC)
    for source_id in sources:
        writer.do(partial(set_state, source_id=source_id, state="retired", now=now))


def _summary(preview: DeletionPreview, sources: int) -> str:
    stays = f"; {_stories(preview.shared)} that other sources carry would stay" if preview.shared else ""
    return f"{count(sources, 'source')} with {_stories(preview.alone)} to delete{stays}"


def _stories(number: int) -> str:
    return count(number, "story", "stories")
