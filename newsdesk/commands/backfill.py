"""`newsdesk backfill`: reads the history of a source, back to a day."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import click

from newsdesk.crawler.backfill.history import HistoryDocument, HistoryReading
from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.session import Session
from newsdesk.output.bar import growing_bar
from newsdesk.output.progress import BAR_AFTER_S, Lines
from newsdesk.output.terminal import Refused, line, print_json
from newsdesk.process_memory import prepare_memory
from newsdesk.scheduler.backfill.documents import BackfillDocuments, HostNotFreeError
from newsdesk.scheduler.backfill.plan import BackfillPlan, plan_backfill
from newsdesk.scheduler.durations import format_duration
from newsdesk.scheduler.run.runner import Runner
from newsdesk.settings.reader import Settings, check_certificates, read_settings
from newsdesk.signals import heed_signals
from newsdesk.sources.option_types import moment, timezone_option
from newsdesk.storage.backfills.state import (
    BackfillTotals,
    WaitingDocument,
    backfill_totals,
    backlog_pages,
    end_backfill,
    failed_documents,
    start_backfill,
)
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.timestamps import from_iso
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.leases import Wanted
from newsdesk.storage.plurals import count
from newsdesk.storage.records.rate_limits import queue_of
from newsdesk.storage.records.visits import ClaimedVisit, Counts
from newsdesk.storage.sources.sources import find_sources, source_as_claimed

_STOP = "finishing the request in progress; the same command goes on from here; Ctrl-C again stops at once"


@click.command()
@click.argument("named", metavar="SOURCE")
@click.option(
    "--since",
    callback=moment,
    required=True,
    metavar="WHEN",
    help="Read back to then: 2025-01-01, 2026-11, 90d, or an instant.",
)
@click.option("--dry-run", is_flag=True, help="Show what it would take, from one request; store nothing.")
@timezone_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(named: str, since: str, dry_run: bool, as_json: bool) -> None:
    """Read the history of a source, back to a day.

    A feed goes on with its archives or further pages (RFC 5005, JSON Feed, WordPress), a sitemap with the
    sitemaps of its index, a home or section page with its next pages; then the pages of the stories are
    read, where the source reads pages. Everything is stored as backlog, at the rate of the host, and what is
    new goes first: between two requests the host is free.

    --dry-run shows how many requests that takes, and how long. The same command goes on where a stopped or
    killed one was. Exit code 1: some documents could not be read; 130: stopped by Ctrl-C.

    \b
    newsdesk backfill 3 --since 2025-01-01 --dry-run
    newsdesk backfill "Harbour Gazette" --since 90d
    """
    settings = read_settings()
    check_certificates(settings)
    prepare(settings.db, create=False)
    first_day = from_iso(since).date()
    now = datetime.now(UTC)
    if first_day > now.date():
        raise Refused(f"--since {first_day} is to come; give a day that is past")
    with reading(settings.db) as db:
        source_id = find_sources(db, (named,))[0]
        claimed = source_as_claimed(
            db,
            source_id,
            rate_limits=settings.runner.session.rate_limits,
            limits=settings.runner.limits,
            now=now,
        )
    if claimed.kind == "spider":
        raise Refused(f"source {source_id} is a spider: what it reads is decided by its own code")
    prepare_memory()
    if dry_run:
        _show_plan(settings, claimed, first_day, as_json=as_json)
        return
    raise SystemExit(asyncio.run(_Backfilling(settings, claimed, first_day, as_json=as_json).run()))


def _show_plan(settings: Settings, claimed: ClaimedVisit, since: date, *, as_json: bool) -> None:
    first = asyncio.run(_first(settings, claimed, since))
    outcome = first.result.outcome
    if outcome.category != "ok":
        raise Refused(f"{redact(claimed.address)} cannot be read: {line(outcome.message)}")
    plan = _plan(settings, claimed, first, since)
    if as_json:
        print_json({"source": claimed.source_id, "since": since.isoformat(), "dry_run": True, **asdict(plan)})
    else:
        click.echo(_plan_line(plan, first, since))
        click.echo("nothing was stored; without --dry-run, the history is read")


async def _first(settings: Settings, claimed: ClaimedVisit, since: date) -> HistoryReading:
    async with Session(settings.runner.session, now=lambda: datetime.now(UTC)) as session:
        document = HistoryDocument(address=claimed.address, relation="first")
        return await session.read_history(claimed, document, since=since)


def _plan(settings: Settings, claimed: ClaimedVisit, first: HistoryReading, since: date) -> BackfillPlan:
    return plan_backfill(
        first,
        since=since,
        now=datetime.now(UTC),
        reads_pages=claimed.full_text or claimed.kind == "site",
        request_s=settings.runner.session.rate_limits.of(queue_of(claimed.host)).mean_s,
    )


def _plan_line(plan: BackfillPlan, first: HistoryReading, since: date) -> str:
    if plan.documents is None:
        return f"back to {since}: nothing shows how many documents that takes"
    about = "" if plan.exact else "about "
    text = f"back to {since}: {about}{count(plan.documents, 'document')}"
    if plan.pages:
        text += f", about {count(plan.pages, 'page')}"
    elif plan.pages is None:
        text += ", and the page of each story that they list"
    if plan.seconds is not None:
        text += f"; at the rate of the host that takes {about}{format_duration(max(1, round(plan.seconds)))}"
    if not first.following and first.days is not None and first.days[0] > since:
        text += f"; nothing leads farther back than {first.days[0]}"
    return text


class _Backfilling:
    """One run of the command: the documents, then their pages, then the result."""

    def __init__(self, settings: Settings, claimed: ClaimedVisit, since: date, *, as_json: bool) -> None:
        self._settings = settings
        self._claimed = claimed
        self._since = since
        self._as_json = as_json
        self._estimate = 0  # documents

    async def run(self) -> int:
        """The exit code."""
        with Writer(self._settings.db) as writer:
            backfill = await writer.write(
                partial(
                    start_backfill,
                    source_id=self._claimed.source_id,
                    address=self._claimed.address,
                    since=self._since,
                    now=datetime.now(UTC),
                )
            )
            totals = await writer.write(partial(backfill_totals, backfill_id=backfill.id))
            if backfill.resumed:
                self._say(
                    f"goes on: {count(totals.read + totals.failed, 'document')} read, {totals.waiting:,} waiting"
                )
            documents = BackfillDocuments(
                writer=writer,
                settings=self._settings.runner,
                backfill=backfill,
                on_document=self._on_document,
            )
            heed_signals(documents, Lines(total=0, verbose=False, quiet=True), message=_STOP)
            problem = None
            self._read, self._known = (
                totals.read + totals.failed,
                totals.read + totals.failed + totals.waiting,
            )
            with growing_bar("documents") as self._show_progress:
                try:
                    await documents.run()
                except HostNotFreeError as error:
                    problem = str(error)
            code = 130 if documents.stopping else 1 if problem else await self._read_pages(writer)
            totals = await writer.write(partial(backfill_totals, backfill_id=backfill.id))
            failed = await writer.write(partial(failed_documents, backfill_id=backfill.id))
            if code == 0:
                ended = partial(
                    end_backfill, backfill_id=backfill.id, message=_result(totals), now=datetime.now(UTC)
                )
                await writer.write(ended)
        return self._report(totals, failed, code, problem)

    def _on_document(self, document: WaitingDocument, found: HistoryReading, counts: Counts) -> None:
        if document.relation == "first" and found.result.outcome.category == "ok":
            plan = _plan(self._settings, self._claimed, found, self._since)
            self._say(_plan_line(plan, found, self._since))
            self._estimate = plan.documents or 0
        self._read, self._known = self._read + 1, self._known + len(found.following)
        self._show_progress(self._read, max(self._known, self._estimate))

    async def _read_pages(self, writer: Writer) -> int:
        """Read the pages of the backlog of the source, as a crawl does: 20 of a host at a time."""
        now = datetime.now(UTC)
        pages = await writer.write(partial(backlog_pages, source_id=self._claimed.source_id, now=now))
        if not pages:
            return 0
        report = Lines(total=len(pages), verbose=False, quiet=self._as_json)
        runner = Runner(writer, self._settings.runner, on_visit=report.visited, on_message=report.say)
        heed_signals(runner, report, message=_STOP)
        showing = asyncio.get_running_loop().call_later(BAR_AFTER_S, report.show)
        try:
            summary = await runner.run(Wanted(requested_at=now, sources=(), pages=pages), kind="backfill")
        finally:
            showing.cancel()
            report.close()
        return 130 if summary.stopped else 0

    def _say(self, text: str) -> None:
        if not self._as_json:
            click.echo(text)

    def _report(
        self, totals: BackfillTotals, failed: list[tuple[str, str]], code: int, problem: str | None
    ) -> int:
        if self._as_json:
            result: dict[str, Any] = {"source": self._claimed.source_id, "since": self._since.isoformat()}
            print_json({**result, "done": code == 0, "problem": problem, **asdict(totals)})
        else:
            for address, message in failed:
                click.echo(f"failed  {line(redact(address))}: {line(redact(message))}", err=True)
            click.echo(_result(totals))
            if code:
                click.echo(f"not done{f': {problem}' if problem else ''}; the same command goes on", err=True)
        return code or (1 if failed else 0)


def _result(totals: BackfillTotals) -> str:
    text = f"{count(totals.read, 'document')} read, {totals.listed:,} listed, {totals.new:,} new"
    if totals.first_day is not None:
        text += f"; back to {totals.first_day}"
    if totals.undated:
        text += f"; {count(totals.undated, 'address', 'addresses')} without a date left out"
    return text
