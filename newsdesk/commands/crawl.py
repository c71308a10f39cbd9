"""`newsdesk crawl`: visits sources once, now."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import click

from newsdesk import STARTED
from newsdesk.crawler.normalise.urls.canonical import absolute_url
from newsdesk.output.logs import FORMATS, logging_of
from newsdesk.output.page_estimate import pages_words
from newsdesk.output.progress import BAR_AFTER_S, JsonLines, Lines, Report
from newsdesk.output.terminal import Refused
from newsdesk.process_memory import prepare_memory
from newsdesk.scheduler.alarms.watch import Watch
from newsdesk.scheduler.run.runner import Runner
from newsdesk.scheduler.run.summary import KeptVisit, RunSummary
from newsdesk.settings.reader import Settings, check_certificates, read_settings
from newsdesk.signals import heed_signals
from newsdesk.sources.option_types import timezone_option
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.leases import Wanted, count_wanted
from newsdesk.storage.pages.due import request_pages
from newsdesk.storage.pages.estimate import estimate_pages
from newsdesk.storage.sources.sources import find_sources, tagged_sources


@click.command()
@click.argument("named", metavar="[SOURCE…]", nargs=-1)
@click.option("--tag", help="Visit only active sources with this tag.")
@click.option("--due", is_flag=True, help="Visit only sources whose next visit is due.")
@click.option("--url", "urls", multiple=True, metavar="ADDRESS", help="Read this page now. Repeatable.")
@click.option("--verbose", "-v", is_flag=True, help="Print a line for every visit, not only for failures.")
@click.option("--quiet", "-q", is_flag=True, help="Print failures only.")
@timezone_option
@click.option("--log", type=click.Choice(FORMATS), help="json: print every visit and log line as JSON.")
@click.pass_context
def command(
    context: click.Context,
    named: tuple[str, ...],
    tag: str | None,
    due: bool,
    urls: tuple[str, ...],
    verbose: bool,
    quiet: bool,
    log: str | None,
) -> None:
    """Visit sources once, or read single pages.

    Visits all active sources, or the named ones, those with a tag, or those that are due. After the feeds
    of a host, newsdesk reads the due pages of that host: those of new stories of sources with --full-text.

    A crawl of more than two seconds shows a progress bar on a terminal. Exit code 0: no failures (also when
    nothing was due); 1: some sources failed, the others are stored; 2: wrong use; 130: stopped by Ctrl-C
    after the visits in progress were finished and stored. A second Ctrl-C stops at once.

    \b
    newsdesk crawl
    newsdesk crawl 3 "Harbour Gazette"
    newsdesk crawl --tag local --due
    newsdesk crawl --url https://harbour.example/2026/ferry
    newsdesk crawl --log json
    """
    if named and (tag is not None or due):
        raise Refused("name sources, or choose them with --tag or --due, not both")
    if urls and (named or tag or due):
        raise Refused("--url reads single pages; it takes no sources, --tag or --due")
    settings = read_settings()
    check_certificates(settings)
    prepare(settings.db, create=bool(urls))
    if urls:
        wanted, why_nothing = _wanted_pages(settings, urls), "no page was given"
    else:
        with reading(settings.db) as db:
            chosen = None if tag is None else tagged_sources(db, tag)
            chosen = find_sources(db, named) if named else chosen
        started = datetime.fromtimestamp(STARTED, UTC)
        wanted = Wanted(requested_at=started, sources=chosen, due=due)
        why_nothing = _why_nothing(bool(named), due)
    options = logging_of(context, format=log, quiet=quiet)
    total, estimate = _estimate(settings, wanted)
    as_json = options.format == "json"
    report: Report = JsonLines() if as_json else Lines(total=total, verbose=verbose, quiet=quiet)
    if estimate is not None and not quiet:
        report.say(estimate)
    _end(settings, wanted, report, why_nothing)


def _estimate(settings: Settings, wanted: Wanted) -> tuple[int, str | None]:
    """The number of visits to make, and a line about the duration of the pages if that is long."""
    with reading(settings.db) as db:
        ahead = estimate_pages(
            db,
            wanted,
            backlog=settings.runner.backlog,
            delay_s=settings.runner.session.rate_limits.common.mean_s,
            now=datetime.now(UTC),
        )
        return count_wanted(db, wanted) + ahead.due, pages_words(ahead)


def _wanted_pages(settings: Settings, urls: tuple[str, ...]) -> Wanted:
    """Make single pages due. Raises Refused for an address that cannot be used."""
    addresses = []
    for url in urls:
        address = absolute_url(url, base=None)
        if address is None:
            raise Refused(f"{url!r} is not an address; write it like https://news.example/story")
        addresses.append(address)
    now = datetime.now(UTC)
    with Writer(settings.db) as writer:
        pages = writer.do(lambda db: request_pages(db, addresses, now=now))
    return Wanted(requested_at=now, sources=(), pages=pages)


def _end(settings: Settings, wanted: Wanted, report: Report, why_nothing: str) -> None:
    """Crawl, print the result, and exit with its code."""
    prepare_memory()
    summary = asyncio.run(_crawl(settings, wanted, report))
    report.end(summary, why_nothing=why_nothing)
    if summary.stopped:
        raise SystemExit(130)
    if summary.failed or (wanted.pages and summary.pages_failed):
        raise SystemExit(1)


async def _crawl(settings: Settings, wanted: Wanted, report: Report) -> RunSummary:
    with Writer(settings.db) as writer:
        watch = Watch(
            settings.db,
            writer,
            settings.service.alarms,
            now=lambda: datetime.now(UTC),
            on_event=report.alarm,
            on_message=report.say,
        )

        def report_visit(visited: KeptVisit) -> None:
            report.visited(visited)
            watch.visited(visited)

        runner = Runner(writer, settings.runner, on_visit=report_visit, on_message=report.say)
        loop = asyncio.get_running_loop()
        heed_signals(
            runner, report, message="finishing visits in progress, at most 10 s; Ctrl-C again stops at once"
        )
        showing = loop.call_later(BAR_AFTER_S, report.show)
        try:
            summary = await runner.run(wanted)
            await watch.check()
            await watch.send(stopping=lambda: runner.stopping)
            return summary
        finally:
            showing.cancel()


def _why_nothing(named: bool, due: bool) -> str:
    if named:
        return "the named sources are retired; `newsdesk sources resume SOURCE` revives them"
    return "no source is due" if due else "there is no active source"
