"""`newsdesk inspect` of a home or section page: the links that a site source would take, why, and their verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import click

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.http.target import host_of
from newsdesk.crawler.models import Page
from newsdesk.crawler.session import Session
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.pool import WorkerLimitError
from newsdesk.crawler.workers.site_task import SiteReading, SiteTask
from newsdesk.output.discovery import links_as_json
from newsdesk.output.terminal import line
from newsdesk.scheduler.settings import RunSettings
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.links.keep import decide_links
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.visits import ClaimedVisit, FeedFacts
from newsdesk.storage.sources.moves import Store
from newsdesk.storage.stories.decisions import read_source


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkVerdict:
    """What keeping a link would decide. `verdict` None: its page would be read first."""

    verdict: str | None
    reason: str
    page_due: str | None


async def inspect_links(
    page: Page | None, claimed: ClaimedPage, visit: ClaimedVisit, settings: RunSettings
) -> tuple[Page, SiteReading | None]:
    """The page (requested, if None) and its links; None where there is no document."""
    async with Session(settings.session, now=lambda: datetime.now(UTC)) as session:
        if page is None:
            refused = await session.wait_for_turn(claimed)
            if refused is not None:
                return _not_requested(claimed, refused.outcome), None
            page = await session.fetch_page(claimed)
        if page.outcome.category != "ok":
            return page, None
        try:
            site_file = session.site_file(host_of(page.address))
            task = SiteTask(document=Document.of(page), claimed=visit, explain=True, site_file=site_file)
            return page, await session.run_task(task)
        except WorkerLimitError as limit:
            return page, SiteReading(facts=FeedFacts(), problem=str(limit))


def _not_requested(claimed: ClaimedPage, outcome: Outcome) -> Page:
    return Page(requested=claimed.url, address=claimed.url, outcome=outcome, fetched_at=datetime.now(UTC))


def link_verdicts(
    db: Store, visit: ClaimedVisit, reading: SiteReading, *, backlog: int, now: datetime
) -> dict[str, LinkVerdict]:
    """By address, what keeping each story link would decide. Reads only."""
    source = read_source(
        db,
        visit.source_id,
        site=visit.site,
        scheme_changed=False,
        new_per_day=visit.limits.new_per_day,
        now=to_iso(now),
    )
    decided = decide_links(db, reading.links, source=source, whole=True, now=now, backlog=backlog)
    return {
        link.address.url: LinkVerdict(verdict=one.verdict, reason=one.reason, page_due=one.page_due)
        for link, one in zip(decided.links, decided.decisions, strict=True)
    }


def links_report(reading: SiteReading, verdicts: dict[str, LinkVerdict]) -> dict[str, Any]:
    """The value that `newsdesk inspect --json` prints for the links of a page."""
    rows = links_as_json(reading.considered)
    for row, link in zip(rows, reading.considered, strict=True):
        found = verdicts.get(link.address)
        row["verdict"] = None if found is None else found.verdict
        row["why"] = None if found is None else _why(found)
    return {
        "problem": reading.problem,
        "stories": len(reading.links),
        "links": rows,
        "next_page": redact(reading.next_page) if reading.next_page else None,
    }


def _why(found: LinkVerdict) -> str:
    if found.verdict is not None:
        return found.reason
    due = {"new": "unknown: its page would be read", "backlog": "unknown and old: its page would be read"}
    return due.get(found.page_due or "", "its page waits to be read")


def print_links(report: dict[str, Any]) -> None:
    """Story links first, in the order of the page, then the others; each with its score and reasons."""
    for text in _lines(report):
        click.echo(line(text))


def _lines(report: dict[str, Any]) -> Iterator[str]:
    if report["problem"] is not None:
        yield f"problem    {report['problem']}"
        return
    yield f"links      to stories: {report['stories']} of {len(report['links'])} addresses"
    if report["next_page"]:
        yield f"next page  {report['next_page']}"
    rows: Sequence[dict[str, Any]] = report["links"]
    for row in sorted(rows, key=lambda one: not one["story"]):  # stable
        mark = row["verdict"] or ("to read" if row["story"] else "no story")
        yield f"{mark:<10} {row['score']:+g}  {row['title'] or '(no text)'} <{row['address']}>"
        why = ", ".join(f"{one['reason']} {one['weight']:+g}" for one in row["reasons"])
        yield f"{'':<10} {why}" + (f"; {row['why']}" if row["why"] else "")
