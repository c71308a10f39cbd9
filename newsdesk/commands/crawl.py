"""`newsdesk crawl`: visit sources once, now."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import UTC, datetime

import click

from newsdesk.asked import asked_at
from newsdesk.config import Settings, check_certificates, read_settings
from newsdesk.show import Refused, line, when
from scheduler.cadence import in_words
from scheduler.desk import Desk, RunSummary, Visited
from storage.database import prepare, reading
from storage.hosts import Wanted
from storage.instants import to_iso
from storage.sources import find_sources, tagged_sources
from storage.writer import Writer


@click.command()
@click.argument("named", metavar="[SOURCE…]", nargs=-1)
@click.option("--tag", help="Only active sources with this tag.")
@click.option("--due", is_flag=True, help="Only sources whose next visit is due.")
@click.option("--verbose", "-v", is_flag=True, help="A line for every visit, not only for what failed.")
@click.option("--quiet", "-q", is_flag=True, help="Nothing but errors.")
def command(named: tuple[str, ...], tag: str | None, due: bool, verbose: bool, quiet: bool) -> None:
    """Visit sources once: all active ones, or those named, tagged or due.

    Exit code 0: all went well (also when nothing was due); 1: some sources failed, the others are stored;
    2: wrong use; 130: stopped by Ctrl-C, with what was in hand stored. A second Ctrl-C stops at once.

    \b
    newsdesk crawl
    newsdesk crawl 3 "Harbour Gazette"
    newsdesk crawl --tag local --due
    """
    if named and (tag or due):
        raise Refused("name sources, or choose them by --tag or --due, not both")
    settings = read_settings()
    check_certificates(settings)
    prepare(settings.db, create=False)
    with reading(settings.db) as db:
        chosen = find_sources(db, named) if named else tagged_sources(db, tag) if tag else None
    wanted = Wanted(asked_at=asked_at(), sources=chosen, due=due)
    listener = _Listener(verbose=verbose, quiet=quiet)
    summary = asyncio.run(_crawl(settings, wanted, listener))
    if not quiet:
        _print_summary(summary, why_nothing=_why_nothing(bool(named), due))
    if summary.stopped:
        raise SystemExit(130)
    if summary.failed:
        raise SystemExit(1)


async def _crawl(settings: Settings, wanted: Wanted, listener: _Listener) -> RunSummary:
    with Writer(settings.db) as writer:
        desk = Desk(writer, settings.desk, listen=listener)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, _stop, desk)
        return await desk.run(wanted)


def _stop(desk: Desk) -> None:
    """First: finish what is in hand. Second: at once; a visit is kept whole or not at all."""
    if desk.stopping:
        click.echo("stopped at once; what was kept is whole", err=True)
        os._exit(130)
    click.echo("finishing what is in hand, at most 10 s; Ctrl-C again stops at once", err=True)
    desk.stop()


class _Listener:
    """Prints failures, and with --verbose every visit, as they are kept."""

    def __init__(self, *, verbose: bool, quiet: bool) -> None:
        self._verbose = verbose
        self._quiet = quiet

    def __call__(self, visited: Visited) -> None:
        outcome, counts = visited.result.outcome, visited.counts
        where = line(visited.claimed.address)
        if outcome.group != "fine":
            click.echo(f"failed  {where}: {line(outcome.words)}", err=True)
        elif self._verbose and not self._quiet:
            click.echo(
                f"{outcome.word:<9} {where}: {counts.new} new, {counts.changed} changed of {counts.seen}"
            )


def _why_nothing(named: bool, due: bool) -> str:
    if named:
        return "what you named is retired; `newsdesk add ADDRESS` revives it"
    return "no source is due" if due else "there is no active source"


def _print_summary(summary: RunSummary, *, why_nothing: str) -> None:
    counts = summary.counts
    if summary.visits:
        click.echo(
            f"run {summary.run_id}: {summary.visits} visits, {summary.failed} failed;"
            f" {counts.seen} seen = {counts.new} new + {counts.changed} changed + {counts.same} same"
            f" + {counts.duplicate} duplicate + {counts.refused} refused"
        )
    left = summary.left
    if left is not None and left.leased:
        click.echo(f"{left.leased} sources are in the hands of another crawl")
    if left is not None and left.blocked and left.blocked_until is not None:
        wait = round((left.blocked_until - datetime.now(UTC)).total_seconds())
        until = when(to_iso(left.blocked_until))
        click.echo(
            f"{left.blocked} sources wait: their hosts asked for a pause,"
            f" the longest {in_words(max(wait, 1))} (until {until} UTC)"
        )
    if not summary.visits and not (left and (left.leased or left.blocked)) and not summary.stopped:
        click.echo(f"nothing to visit: {why_nothing}")
