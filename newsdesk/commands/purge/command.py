"""`newsdesk purge`: shows what would be deleted, asks, and deletes it in short transactions."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import click

from newsdesk.commands.stories.arguments import QueryCommand
from newsdesk.commands.stories.filters import (
    filter_options,
    is_narrowed,
    of_sources,
    query_of,
    refused_query,
    story_filter,
)
from newsdesk.crawler.credentials.redaction import redact_all
from newsdesk.output.bar import progress_bar
from newsdesk.output.terminal import Refused, day_or_minute, line, print_json, print_table
from newsdesk.output.times import listed, zone_name
from newsdesk.settings.reader import Settings, read_settings
from newsdesk.sources.option_types import moment, timezone_option
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.maintenance.cleanup import merge_search
from newsdesk.storage.maintenance.purge import STORIES_A_STEP, purge_stories
from newsdesk.storage.maintenance.retention import store_size
from newsdesk.storage.plurals import count
from newsdesk.storage.queries.purge_preview import PurgePreview, preview_purge
from newsdesk.storage.queries.story_list import StoryFilter, find_ids
from newsdesk.storage.search.query import QueryError

_PUBLISHED = frozenset(("title", "summary"))  # text of the publisher, not redacted
_MERGED_FROM = 10  # a purge of one story in so many, or more, merges the search index


@click.command(cls=QueryCommand)
@filter_options("Purge")
@click.option(
    "--older-than",
    callback=moment,
    metavar="WHEN",
    help="Purge only stories from before then: 90d, 2026-11-24, or an instant.",
)
@click.option("--dry-run", is_flag=True, help="Only show what would be purged.")
@click.option("--yes", is_flag=True, help="Purge without asking.")
@timezone_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(older_than: str | None, dry_run: bool, yes: bool, as_json: bool, **chosen: Any) -> None:
    """Delete stored stories by age, source or search.

    The QUERY and the options choose stories as those of `newsdesk stories` do; all of them must fit. Shows how many
    stories that are, and some of them, then asks. Deletes text, authors, revisions, page and search words; they
    cannot be brought back but from a backup. A purged story is refused while a feed carries it, and for
    retention.tombstone_days after.

    Crawls and the service may go on. The same command resumes a purge that was stopped. Exit code 130: stopped by
    Ctrl-C.

    \b
    newsdesk purge --older-than 90d --dry-run
    newsdesk purge --source gazette --older-than 1w --yes
    newsdesk purge title:horoscope
    """
    if not (chosen["words"] or older_than or is_narrowed(chosen)):
        raise Refused("give a query, or an option like --older-than 90d, to choose the stories to purge")
    filters = replace(story_filter(chosen), limit=None)
    if older_than is not None:
        filters = replace(filters, until=min(older_than, filters.until or older_than))
    settings = read_settings()
    prepare(settings.db, create=False)
    stories, preview = _find(settings, filters, chosen)
    if not as_json:
        _print(preview)
    purged = 0
    if dry_run and stories and not as_json:
        click.echo("nothing was purged; without --dry-run, they are")
    if stories and not dry_run:
        wanted = count(len(stories), "story", "stories")
        if not yes and not (sys.stdin.isatty() and click.confirm(f"Purge {wanted}?", err=True)):
            raise Refused("nothing was purged; use --yes to purge without being asked")
        purged = _purge(settings, stories[::-1], quiet=as_json)
    if as_json:
        print_json(_as_json(preview, purged, dry_run=dry_run))


def _find(settings: Settings, filters: StoryFilter, chosen: dict[str, Any]) -> tuple[list[int], PurgePreview]:
    """The stories, newest first."""
    with reading(settings.db) as db:
        try:
            stories = list(find_ids(db, of_sources(db, filters, chosen)))
        except QueryError as error:
            raise refused_query("query", query_of(chosen), error) from None
        return stories, preview_purge(db, stories)


def _purge(settings: Settings, stories: Sequence[int], *, quiet: bool) -> int:
    """Purge stories, those first that are given first. Returns how many were purged."""
    purged, now = 0, datetime.now(UTC)
    step = partial(
        purge_stories, why="command", tombstone_days=settings.service.maintenance.tombstone_days, now=now
    )
    with reading(settings.db) as db:
        before = store_size(db)
    try:
        with Writer(settings.db) as writer, progress_bar(len(stories), "stories") as advance:
            for at in range(0, len(stories), STORIES_A_STEP):
                group = stories[at : at + STORIES_A_STEP]
                purged += writer.do(partial(step, stories=group))
                advance(len(group))
            if purged * _MERGED_FROM >= before.stories:
                _merge_search(writer)
    except KeyboardInterrupt:
        done = count(purged, "story is", "stories are")
        click.echo(f"stopped: {done} purged; the same command purges the others", err=True)
        raise SystemExit(130) from None
    if not quiet:
        with reading(settings.db) as db:
            freed = max(0, before.live_bytes - store_size(db).live_bytes)
        room = f"; {freed / 2**20:,.1f} MiB of the file are free for new ones" if freed >= 2**20 else ""
        click.echo(f"{count(purged, 'story', 'stories')} purged{room}")
    return purged


def _merge_search(writer: Writer) -> None:
    """Free the room of the purged words in the search index."""
    writer.do(partial(merge_search, whole=True))
    while writer.do(merge_search):
        pass


def _print(preview: PurgePreview) -> None:
    if not preview.stories:
        click.echo("no story matches")
        return
    in_feeds = f"; feeds still carry {preview.in_feeds:,} of them" if preview.in_feeds else ""
    click.echo(f"{count(preview.stories, 'story matches', 'stories match')}{in_feeds}")
    if preview.sources:
        click.echo()
        rows = ((f"{number:,}", line(name)) for name, number in preview.sources)
        print_table(("stories", "source"), rows, right=("stories",))
    click.echo()
    print_table(
        ("id", f"date ({zone_name()})", "title"),
        (
            (
                row["id"],
                day_or_minute(row, listed) or f"seen {listed(row['first_seen_at'])}",
                line(row["title"] or row["summary"] or row["url"]),
            )
            for row in _samples(preview)
        ),
        right=("id",),
    )
    left = preview.stories - len(preview.samples)
    click.echo(f"the newest and the oldest; {left:,} more between them\n" if left else "")


def _samples(preview: PurgePreview) -> list[dict[str, Any]]:
    samples: list[dict[str, Any]] = redact_all(list(preview.samples), keep=_PUBLISHED)
    return samples


def _as_json(preview: PurgePreview, purged: int, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "stories": preview.stories,
        "purged": purged,
        "in_feeds": preview.in_feeds,
        "sources": [{"source": name, "stories": number} for name, number in preview.sources],
        "samples": [
            {name: row[name] for name in ("id", "title", "url", "published", "first_seen_at", "sources")}
            for row in _samples(preview)
        ],
    }
